import { podTemplateHash } from '../api/machinery/hashes.ts';
import type { PodTemplateSpec } from '../api/types/core.ts';
import { SECOND_US } from '../contracts/ids.ts';
import { DEFAULT_EPOCH_SECONDS } from './support/time.ts';

/** Flags of kube-controller-manager 1.35 that this simulator knows, with their defaults, and what the world provides. */
export interface ControllerManagerOptions {
  /** Unix time of t = 0. */
  readonly epochSeconds: number;
  /** The hash in ReplicaSet names; see api/machinery/hashes. */
  readonly podTemplateHash: (template: PodTemplateSpec, collisionCount: number | undefined) => string;
  readonly concurrentDeploymentSyncs: number;
  readonly concurrentReplicaSetSyncs: number;
  readonly concurrentEndpointSyncs: number;
  readonly concurrentServiceEndpointSyncs: number;
  readonly concurrentNamespaceSyncs: number;
  readonly concurrentGCSyncs: number;
  readonly nodeMonitorPeriodUs: number;
  readonly nodeMonitorGracePeriodUs: number;
  readonly nodeStartupGracePeriodUs: number;
  /** Nodes a second and zone. */
  readonly nodeEvictionRate: number;
  readonly secondaryNodeEvictionRate: number;
  readonly largeClusterSizeThreshold: number;
  readonly unhealthyZoneThreshold: number;
  readonly terminatedPodGCThreshold: number;
  readonly endpointUpdatesBatchPeriodUs: number;
  readonly endpointSliceUpdatesBatchPeriodUs: number;
  readonly maxEndpointsPerSlice: number;
  /** The bundle in every namespace's ConfigMap kube-root-ca.crt. */
  readonly rootCA: string;
  /** Resources that can be deleted, which the garbage collector follows. */
  readonly collectedResources: readonly string[];
  /** Namespaced resources that can be listed and deleted, which a namespace's deletion empties. */
  readonly namespacedResources: readonly string[];
}

/**
 * kube-controller-manager empties them in the order of a Go map, anew each time. Here what other objects are made from goes
 * first, so that controllers do not make again what was just deleted.
 */
const namespacedResources = [
  'services',
  'configmaps',
  'controllerrevisions.apps',
  'cronjobs.batch',
  'daemonsets.apps',
  'deployments.apps',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'ingresses.networking.k8s.io',
  'jobs.batch',
  'leases.coordination.k8s.io',
  'limitranges',
  'networkpolicies.networking.k8s.io',
  'persistentvolumeclaims',
  'poddisruptionbudgets.policy',
  'pods',
  'podtemplates',
  'replicasets.apps',
  'replicationcontrollers',
  'resourcequotas',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'secrets',
  'serviceaccounts',
  'statefulsets.apps',
];

const clusterResources = [
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'namespaces',
  'nodes',
  'persistentvolumes',
  'priorityclasses.scheduling.k8s.io',
  'storageclasses.storage.k8s.io',
];

export function controllerManagerOptions(given: Partial<ControllerManagerOptions> = {}): ControllerManagerOptions {
  return {
    podTemplateHash,
    epochSeconds: DEFAULT_EPOCH_SECONDS,
    concurrentDeploymentSyncs: 5,
    concurrentReplicaSetSyncs: 5,
    concurrentEndpointSyncs: 5,
    concurrentServiceEndpointSyncs: 5,
    concurrentNamespaceSyncs: 10,
    concurrentGCSyncs: 20,
    nodeMonitorPeriodUs: 5 * SECOND_US,
    nodeMonitorGracePeriodUs: 50 * SECOND_US,
    nodeStartupGracePeriodUs: 60 * SECOND_US,
    nodeEvictionRate: 0.1,
    secondaryNodeEvictionRate: 0.01,
    largeClusterSizeThreshold: 50,
    unhealthyZoneThreshold: 0.55,
    terminatedPodGCThreshold: 12_500,
    endpointUpdatesBatchPeriodUs: 0,
    endpointSliceUpdatesBatchPeriodUs: 0,
    maxEndpointsPerSlice: 100,
    rootCA: '',
    collectedResources: [...namespacedResources, ...clusterResources],
    namespacedResources: [...namespacedResources, 'events'],
    ...given,
  };
}
