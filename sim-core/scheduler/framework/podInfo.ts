import { podRequests } from '../../api/helpers/pods.ts';
import { deepEqual } from '../../api/machinery/update.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { type AffinityTerm, compileTerms, compileWeightedTerms, type WeightedTerm } from './affinityTerms.ts';
import { type Resources, resourcesOf } from './resources.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** What executors derive from a pod, kept with it. */
export interface PodMemo {
  classKey: string | undefined;
  /** Pods that the same counters count, in one cluster index. */
  labelClass: object | undefined;
  countedBy: object | undefined;
}

/** What the plugins read of a pod, compiled once per pod object. */
export interface PodInfo {
  readonly memo: PodMemo;
  readonly pod: KubeObject;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  /** Actual requests, as the filters count them. */
  readonly requests: Resources;
  /** Requests with 100m CPU and 200 MiB for every container that asks for none, as the scorers count them. */
  readonly nonZeroRequests: { readonly milliCPU: number; readonly memory: number };
  /** As nonZeroRequests, but blind to pod-level resources: what NodeResourcesFit scores an incoming pod by (scheduler.md §18.1). */
  readonly scoredRequests: { readonly milliCPU: number; readonly memory: number; readonly scalars: Resources };
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

const NO_LABELS: Readonly<Record<string, string>> = {};
const MILLI_CPU_DEFAULT = 100;
const MEMORY_DEFAULT = 200 * 1024 * 1024;
const infos = new WeakMap<KubeObject, PodInfo>();

/** Memoised by the identity of the (immutable) pod. */
export function podInfo(pod: KubeObject): PodInfo {
  let info = infos.get(pod);
  if (info === undefined) {
    info = compile(pod);
    infos.set(pod, info);
  }
  return info;
}

/** Parts of a pod's spec that many pods of one template share; memoised by the identity of the spec. */
interface SpecInfo {
  readonly requests: Resources;
  readonly nonZeroRequests: { readonly milliCPU: number; readonly memory: number };
  readonly scoredRequests: { readonly milliCPU: number; readonly memory: number; readonly scalars: Resources };
  readonly hostPorts: readonly HostPort[];
}

function compile(pod: KubeObject): PodInfo {
  const meta = pod.metadata;
  const namespace = meta.namespace ?? '';
  const spec = specInfo(pod);
  const affinity = pod.spec?.affinity;
  return {
    memo: { classKey: undefined, labelClass: undefined, countedBy: undefined },
    pod,
    uid: meta.uid ?? `${namespace}/${meta.name}`,
    namespace,
    name: meta.name ?? '',
    labels: meta.labels ?? NO_LABELS,
    priority: pod.spec?.priority ?? 0,
    requests: spec.requests,
    nonZeroRequests: spec.nonZeroRequests,
    scoredRequests: spec.scoredRequests,
    hostPorts: spec.hostPorts,
    requiredAffinity: compileTerms(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution, namespace),
    requiredAntiAffinity: compileTerms(
      affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
      namespace,
    ),
    preferredAffinity: compileWeightedTerms(
      affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
      namespace,
    ),
    preferredAntiAffinity: compileWeightedTerms(
      affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
      namespace,
    ),
  };
}

interface SpecMemo {
  readonly initContainers: unknown;
  readonly overhead: unknown;
  readonly resources: unknown;
  readonly info: SpecInfo;
}

/** By the identity of the list of containers, which all versions of one pod share, and often all pods of one template. */
const specInfos = new WeakMap<object, SpecMemo>();

interface ContainerResources {
  readonly name?: string;
  readonly resources?: { readonly requests?: object };
  readonly allocatedResources?: object;
}

/** While a container is resized, its status says something else than its spec. */
function countsStatus(pod: KubeObject): boolean {
  const { spec, status } = pod;
  const differs = (statuses: readonly ContainerResources[] | undefined, containers: readonly ContainerResources[]) =>
    (statuses ?? []).some((s) => {
      if (s.resources === undefined) return false;
      const wanted = containers.find((c) => c.name === s.name)?.resources?.requests ?? {};
      return !deepEqual(s.resources.requests ?? {}, wanted) || !deepEqual(s.allocatedResources ?? wanted, wanted);
    });
  return (
    differs(status?.containerStatuses, spec?.containers ?? []) ||
    differs(status?.initContainerStatuses, spec?.initContainers ?? [])
  );
}

function specInfo(pod: KubeObject): SpecInfo {
  const spec = pod.spec;
  if (typeof spec?.containers !== 'object' || spec.containers === null || countsStatus(pod))
    return computeSpecInfo(pod);
  const { initContainers, overhead, resources } = spec;
  const memo = specInfos.get(spec.containers);
  if (
    memo !== undefined &&
    memo.initContainers === initContainers &&
    memo.overhead === overhead &&
    memo.resources === resources
  )
    return memo.info;
  const info = computeSpecInfo(pod);
  specInfos.set(spec.containers, { initContainers, overhead, resources, info });
  return info;
}

function computeSpecInfo(pod: KubeObject): SpecInfo {
  const nonZeroDefaults = { cpu: `${MILLI_CPU_DEFAULT}m`, memory: String(MEMORY_DEFAULT) };
  const requested = podRequests(pod, { useStatusResources: true });
  const nonZero = resourcesOf(
    podRequests(pod, {
      useStatusResources: true,
      nonMissingContainerRequests: missingDefaults(pod, requested, nonZeroDefaults),
    }),
  );
  const scored = resourcesOf(
    podRequests(pod, {
      useStatusResources: true,
      nonMissingContainerRequests: nonZeroDefaults,
      skipPodLevelResources: true,
    }),
  );
  return {
    requests: resourcesOf(requested),
    nonZeroRequests: { milliCPU: nonZero.milliCPU, memory: nonZero.memory },
    scoredRequests: { milliCPU: scored.milliCPU, memory: scored.memory, scalars: scored },
    hostPorts: hostPortsOf(pod),
  };
}

/** With requests for the whole pod, only a resource that nobody asks for is defaulted. Source: PodInfo.CalculateResource. */
function missingDefaults(
  pod: KubeObject,
  requested: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(pod.spec?.resources?.requests ?? {}).length === 0) return defaults;
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => requested[name] === undefined));
}

/** Host ports of app containers and sidecars (scheduler.md §4.4). */
function hostPortsOf(pod: KubeObject): readonly HostPort[] {
  const ports: HostPort[] = [];
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter((c: { restartPolicy?: string }) => c.restartPolicy === 'Always'),
  ];
  for (const container of containers) {
    for (const port of container.ports ?? []) {
      if ((port.hostPort ?? 0) > 0)
        ports.push({ ip: port.hostIP || '0.0.0.0', protocol: port.protocol || 'TCP', port: port.hostPort });
    }
  }
  return ports;
}

export function portsConflict(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}
