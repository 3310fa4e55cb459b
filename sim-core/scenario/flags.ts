import { parseDurationUs } from '../api/machinery/duration.ts';
import { podTemplateHash } from '../api/machinery/hashes.ts';
import { DEFAULT_ELECTION_TIMES, type ElectionTimes, type RateLimit } from '../client/index.ts';
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

/**
 * Names in --controllers where they differ from the controller's own (its service account's).
 * Source: cmd/kube-controller-manager/names/controller_names.go.
 */
const CONTROLLER_NAMES: Readonly<Record<string, string>> = {
  'endpoint-controller': 'endpoints-controller',
  'endpointslicemirroring-controller': 'endpointslice-mirroring-controller',
  'generic-garbage-collector': 'garbage-collector-controller',
  'persistent-volume-binder': 'persistentvolume-binder-controller',
  'pod-garbage-collector': 'pod-garbage-collector-controller',
  'pv-protection-controller': 'persistentvolume-protection-controller',
  'pvc-protection-controller': 'persistentvolumeclaim-protection-controller',
  'resource-claim-controller': 'resourceclaim-controller',
  'root-ca-cert-publisher': 'root-ca-certificate-publisher-controller',
  'service-account-controller': 'serviceaccount-controller',
};

/** --controllers: names, `-name` for all but it, `*` for all others; the default is `*`. */
export function enabledControllers<C extends { readonly name: string }>(
  spec: ScenarioSpec,
  all: readonly C[],
): readonly C[] {
  const given = (spec.controlPlane.controllerManagerFlags['controllers'] ?? '*').split(',').map((w) => w.trim());
  return all.filter((controller) => {
    const name = CONTROLLER_NAMES[controller.name] ?? controller.name;
    if (given.includes(name)) return true;
    return !given.includes(`-${name}`) && given.includes('*');
  });
}

/** Flags of the process rather than of a controller. */
const PROCESS_FLAGS: readonly string[] = [
  'controllers',
  'kube-api-qps',
  'kube-api-burst',
  'leader-elect-lease-duration',
  'leader-elect-renew-deadline',
  'leader-elect-retry-period',
];

export const KNOWN_FLAGS: readonly string[] = [...Object.keys(MANAGER_FLAGS), ...PROCESS_FLAGS].sort();

/** What the flags say of the process: client limits and times of the election. */
export function managerProcess(spec: ScenarioSpec): {
  readonly limit?: RateLimit;
  readonly electionTimes?: ElectionTimes;
} {
  const flags = spec.controlPlane.controllerManagerFlags;
  const duration = (flag: string, or: number) => (flags[flag] === undefined ? or : parseDurationUs(flags[flag]));
  const limited = flags['kube-api-qps'] !== undefined || flags['kube-api-burst'] !== undefined;
  return {
    limit: limited
      ? { qps: Number(flags['kube-api-qps'] ?? 20), burst: Number(flags['kube-api-burst'] ?? 30) }
      : undefined,
    electionTimes: {
      leaseDurationUs: duration('leader-elect-lease-duration', DEFAULT_ELECTION_TIMES.leaseDurationUs),
      renewDeadlineUs: duration('leader-elect-renew-deadline', DEFAULT_ELECTION_TIMES.renewDeadlineUs),
      retryPeriodUs: duration('leader-elect-retry-period', DEFAULT_ELECTION_TIMES.retryPeriodUs),
    },
  };
}

export function managerOptions(spec: ScenarioSpec): ControllerManagerOptions {
  let given: Partial<ControllerManagerOptions> = { epochSeconds: spec.epochSeconds };
  for (const [flag, value] of Object.entries(spec.controlPlane.controllerManagerFlags)) {
    const apply = Object.hasOwn(MANAGER_FLAGS, flag) ? MANAGER_FLAGS[flag] : undefined;
    if (apply !== undefined) given = { ...given, ...apply(value) };
  }
  return controllerManagerOptions({ podTemplateHash, ...given });
}
