import { parseDurationUs } from '../api/machinery/duration.ts';
import { podTemplateHash } from '../api/machinery/hashes.ts';
import { type ControllerManagerOptions, controllerManagerOptions } from '../controllers/options.ts';
import type { ScenarioSpec } from './spec.ts';

type Apply = (value: string) => Partial<ControllerManagerOptions>;

const duration =
  (key: keyof ControllerManagerOptions): Apply =>
  (value) => ({ [key]: parseDurationUs(value) });
const number =
  (key: keyof ControllerManagerOptions): Apply =>
  (value) => ({ [key]: Number(value) });

/** Flags of kube-controller-manager that have an effect here, by their real names. */
export const MANAGER_FLAGS: Readonly<Record<string, Apply>> = {
  'node-monitor-period': duration('nodeMonitorPeriodUs'),
  'node-monitor-grace-period': duration('nodeMonitorGracePeriodUs'),
  'node-startup-grace-period': duration('nodeStartupGracePeriodUs'),
  'node-eviction-rate': number('nodeEvictionRate'),
  'secondary-node-eviction-rate': number('secondaryNodeEvictionRate'),
  'large-cluster-size-threshold': number('largeClusterSizeThreshold'),
  'unhealthy-zone-threshold': number('unhealthyZoneThreshold'),
  'terminated-pod-gc-threshold': number('terminatedPodGCThreshold'),
  'concurrent-deployment-syncs': number('concurrentDeploymentSyncs'),
  'concurrent-replicaset-syncs': number('concurrentReplicaSetSyncs'),
  'concurrent-endpoint-syncs': number('concurrentEndpointSyncs'),
  'concurrent-service-endpoint-syncs': number('concurrentServiceEndpointSyncs'),
  'concurrent-namespace-syncs': number('concurrentNamespaceSyncs'),
  'concurrent-gc-syncs': number('concurrentGCSyncs'),
  'endpoint-updates-batch-period': duration('endpointUpdatesBatchPeriodUs'),
  'endpointslice-updates-batch-period': duration('endpointSliceUpdatesBatchPeriodUs'),
  'max-endpoints-per-slice': number('maxEndpointsPerSlice'),
};

/** Flags of the process rather than of a controller. */
export const MANAGER_CLIENT_FLAGS: readonly string[] = ['kube-api-qps', 'kube-api-burst'];

export function managerOptions(spec: ScenarioSpec): ControllerManagerOptions {
  let given: Partial<ControllerManagerOptions> = { epochSeconds: spec.epochSeconds };
  for (const [flag, value] of Object.entries(spec.controlPlane.controllerManagerFlags)) {
    const apply = Object.hasOwn(MANAGER_FLAGS, flag) ? MANAGER_FLAGS[flag] : undefined;
    if (apply !== undefined) given = { ...given, ...apply(value) };
  }
  return controllerManagerOptions({ podTemplateHash, ...given });
}
