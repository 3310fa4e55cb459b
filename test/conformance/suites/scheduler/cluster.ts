import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import {
  buildProfiles,
  type Profile,
  type SchedulerConfiguration,
} from '../../../../sim-core/scheduler/framework/config.ts';
import { emptyNodeInfo, type NodeInfo, withNode, withPod } from '../../../../sim-core/scheduler/framework/nodeInfo.ts';
import { type PodInfo, podInfo } from '../../../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../../../sim-core/scheduler/framework/runtime.ts';
import { createSnapshot, type Listers, type Snapshot } from '../../../../sim-core/scheduler/framework/snapshot.ts';

export type Cluster = Readonly<Record<string, readonly KubeObject[] | undefined>>;

const NO_LABELS = {};

/** Plural resource -> key of the recording's cluster. */
const keys: Readonly<Record<string, string>> = {
  persistentvolumes: 'persistentVolumes',
  persistentvolumeclaims: 'persistentVolumeClaims',
  'storageclasses.storage.k8s.io': 'storageClasses',
  'csinodes.storage.k8s.io': 'csiNodes',
  'csidrivers.storage.k8s.io': 'csiDrivers',
  'csistoragecapacities.storage.k8s.io': 'csiStorageCapacities',
  'volumeattachments.storage.k8s.io': 'volumeAttachments',
  'resourceslices.resource.k8s.io': 'resourceSlices',
  'resourceclaims.resource.k8s.io': 'resourceClaims',
  'deviceclasses.resource.k8s.io': 'deviceClasses',
  namespaces: 'namespaces',
  services: 'services',
};

export function listersOf(cluster: Cluster): Listers {
  const inNamespace = (key: string) => (namespace: string) =>
    (cluster[key] ?? []).filter((o) => (o.metadata.namespace ?? '') === namespace);
  return {
    namespaceLabels: (namespace) =>
      (cluster['namespaces'] ?? []).find((n) => n.metadata.name === namespace)?.metadata.labels ?? NO_LABELS,
    services: inNamespace('services'),
    replicaSets: inNamespace('replicaSets'),
    replicationControllers: inNamespace('replicationControllers'),
    statefulSets: inNamespace('statefulSets'),
    podDisruptionBudgets: inNamespace('podDisruptionBudgets'),
    get: (resource, namespace, name) =>
      (cluster[keys[resource]] ?? []).find(
        (o) => o.metadata.name === name && (o.metadata.namespace ?? '') === namespace,
      ),
    list: (resource, namespace) =>
      (cluster[keys[resource]] ?? []).filter((o) => namespace === '' || (o.metadata.namespace ?? '') === namespace),
  };
}

export function nodeInfosOf(cluster: Cluster): Map<string, NodeInfo> {
  const infos = new Map<string, NodeInfo>();
  for (const node of cluster['nodes'] ?? [])
    infos.set(node.metadata.name as string, withNode(emptyNodeInfo(node.metadata.name as string), node));
  for (const pod of cluster['pods'] ?? []) {
    const info = infos.get(pod.spec.nodeName);
    if (info !== undefined) infos.set(info.name, withPod(info, podInfo(pod)));
  }
  return infos;
}

export interface World {
  readonly profile: Profile;
  readonly framework: Framework;
  readonly snapshot: Snapshot;
}

export function worldOf(cluster: Cluster, config: SchedulerConfiguration | undefined): World {
  const profile = buildProfiles(config)[0];
  const nominated = new Map<string, PodInfo[]>();
  for (const pod of cluster['pendingPods'] ?? []) {
    const node: string = pod.status?.nominatedNodeName ?? '';
    nominated.set(node, [...(nominated.get(node) ?? []), podInfo(pod)]);
  }
  const framework = new Framework(profile.plugins, (node) => nominated.get(node) ?? []);
  return { profile, framework, snapshot: createSnapshot([...nodeInfosOf(cluster).values()], listersOf(cluster)) };
}
