import { podRequests } from '../../api/helpers/pods.ts';
import { deepEqual } from '../../api/machinery/update.ts';
import type { KubeObject, Version } from '../../contracts/index.ts';
import { type AffinityTerm, compileTerms, compileWeightedTerms, type WeightedTerm } from './affinityTerms.ts';
import { partText } from './partText.ts';
import { type Resources, resourcesOf } from './resources.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** What is derived from a pod, kept with it. */
export interface PodMemo {
  /** What all pods of its template share. */
  readonly template: TemplateInfo;
  classKey: string | undefined;
  /** Pods that the same counters count, in one cluster index. */
  labelClass: object | undefined;
  countedBy: object | undefined;
}

/** What has a pod, or can put it together: a version that was stored. */
export type PodSource = Pick<Version, 'object'>;

/** What the plugins read of a pod, compiled once per pod object. */
export interface PodInfo {
  readonly memo: PodMemo;
  readonly source: PodSource;
  /** That of the source. */
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

/** Memoised by the identity of the (immutable) pod; who keeps it himself can do without. */
export function podInfo(pod: KubeObject, isKept = true): PodInfo {
  let info = infos.get(pod);
  if (info === undefined) {
    info = compile(pod, { object: pod });
    if (isKept) infos.set(pod, info);
  }
  return info;
}

/** The same for a pod that is on a node, which alone keeps it. `before`: what is known of a version before. */
export function placedPodInfo(pod: KubeObject, before?: PodInfo, source: PodSource = { object: pod }): PodInfo {
  if (before === undefined) return compile(pod, source);
  const { memo } = before;
  const info = asksTheSame(before, pod) ? newer(before, pod, freshMemo(memo.template), source) : compile(pod, source);
  if (
    memo.labelClass !== undefined &&
    before.labels === info.labels &&
    before.namespace === info.namespace &&
    before.pod.metadata.deletionTimestamp === pod.metadata.deletionTimestamp
  ) {
    info.memo.labelClass = memo.labelClass;
    info.memo.countedBy = memo.countedBy;
  }
  return info;
}

/** The same for a version of the pod with another status alone; undefined = the status says what the pod asks for. */
export function withStatus(before: PodInfo, pod: KubeObject, source: PodSource): PodInfo | undefined {
  const { memo } = before;
  if (memo.template.isResized || countsStatus(pod.spec, pod.status)) return undefined;
  return newer(before, pod, memo, source);
}

/** Another version of a pod, of which only the status, the labels or the node may be new. */
function asksTheSame({ memo, namespace, uid, pod: { spec: before } }: PodInfo, { metadata, spec, status }: KubeObject) {
  return (
    !memo.template.isResized &&
    uid === metadata.uid &&
    namespace === metadata.namespace &&
    (spec === before ||
      (typeof spec?.containers === 'object' &&
        spec.containers === before?.containers &&
        spec.initContainers === before.initContainers &&
        spec.overhead === before.overhead &&
        spec.resources === before.resources &&
        spec.affinity === before.affinity &&
        spec.priority === before.priority)) &&
    !countsStatus(spec, status)
  );
}

function newer(before: PodInfo, pod: KubeObject, memo: PodMemo, source: PodSource): PodInfo {
  const labels = pod.metadata.labels ?? NO_LABELS;
  const { uid, namespace, affinity } = before as CompiledPod;
  return new CompiledPod(memo, source, uid, namespace, labels, affinity, priorityOf(pod));
}

/** What the filters count for a pod. */
export function requestsOf(pod: KubeObject): Resources {
  return templateInfo(pod).requests;
}

/** The class of the pods that have this of a template; labels count where the pods look at themselves. */
export interface NamedClass {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly spec: object;
  readonly key: string;
}

/** What the pods of one template ask for alike. */
export interface TemplateInfo {
  readonly requests: Resources;
  readonly nonZeroRequests: { readonly milliCPU: number; readonly memory: number };
  readonly scoredRequests: { readonly milliCPU: number; readonly memory: number; readonly scalars: Resources };
  readonly hostPorts: readonly HostPort[];
  /** A resize is under way: the status says something else than the spec. */
  readonly isResized: boolean;
  /** Memo of a pure function (podClass.ts). */
  readonly classes: NamedClass[];
}

/** What the pod affinity of a pod asks for, compiled for the namespace that the pod is in. */
interface CompiledAffinity {
  readonly namespace: string;
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

const NO_AFFINITY: CompiledAffinity = {
  namespace: '',
  requiredAffinity: [],
  requiredAntiAffinity: [],
  preferredAffinity: [],
  preferredAntiAffinity: [],
};

/** By the identity of the affinity, which the pods of one template share. */
const affinities = new WeakMap<object, CompiledAffinity>();

function compiledAffinity(pod: KubeObject, namespace: string): CompiledAffinity {
  const affinity = pod.spec?.affinity;
  if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined) return NO_AFFINITY;
  const known = affinities.get(affinity);
  if (known !== undefined && known.namespace === namespace) return known;
  const together = affinity.podAffinity;
  const apart = affinity.podAntiAffinity;
  const compiled: CompiledAffinity = {
    namespace,
    requiredAffinity: compileTerms(together?.requiredDuringSchedulingIgnoredDuringExecution, namespace),
    requiredAntiAffinity: compileTerms(apart?.requiredDuringSchedulingIgnoredDuringExecution, namespace),
    preferredAffinity: compileWeightedTerms(together?.preferredDuringSchedulingIgnoredDuringExecution, namespace),
    preferredAntiAffinity: compileWeightedTerms(apart?.preferredDuringSchedulingIgnoredDuringExecution, namespace),
  };
  affinities.set(affinity, compiled);
  return compiled;
}

function freshMemo(template: TemplateInfo): PodMemo {
  return { template, classKey: undefined, labelClass: undefined, countedBy: undefined };
}

/** A scheduler keeps one for each pod on a node: what its template says is asked there. */
class CompiledPod implements PodInfo {
  readonly memo: PodMemo;
  readonly source: PodSource;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly affinity: CompiledAffinity;
  /** Preemption asks it of all pods of many nodes: their objects are not put together for it. */
  readonly priority: number;

  constructor(
    memo: PodMemo,
    source: PodSource,
    uid: string,
    namespace: string,
    labels: Readonly<Record<string, string>>,
    affinity: CompiledAffinity,
    priority: number,
  ) {
    this.memo = memo;
    this.source = source;
    this.uid = uid;
    this.namespace = namespace;
    this.labels = labels;
    this.affinity = affinity;
    this.priority = priority;
  }

  get pod(): KubeObject {
    return this.source.object;
  }
  get name(): string {
    return this.pod.metadata.name ?? '';
  }
  get requests(): Resources {
    return this.memo.template.requests;
  }
  get nonZeroRequests(): TemplateInfo['nonZeroRequests'] {
    return this.memo.template.nonZeroRequests;
  }
  get scoredRequests(): TemplateInfo['scoredRequests'] {
    return this.memo.template.scoredRequests;
  }
  get hostPorts(): readonly HostPort[] {
    return this.memo.template.hostPorts;
  }
  get requiredAffinity(): readonly AffinityTerm[] {
    return this.affinity.requiredAffinity;
  }
  get requiredAntiAffinity(): readonly AffinityTerm[] {
    return this.affinity.requiredAntiAffinity;
  }
  get preferredAffinity(): readonly WeightedTerm[] {
    return this.affinity.preferredAffinity;
  }
  get preferredAntiAffinity(): readonly WeightedTerm[] {
    return this.affinity.preferredAntiAffinity;
  }
}

function priorityOf({ spec }: KubeObject): number {
  return spec?.priority ?? 0;
}

function compile(pod: KubeObject, source: PodSource): PodInfo {
  const meta = pod.metadata;
  const namespace = meta.namespace ?? '';
  return new CompiledPod(
    freshMemo(templateInfo(pod)),
    source,
    meta.uid ?? `${namespace}/${meta.name}`,
    namespace,
    meta.labels ?? NO_LABELS,
    compiledAffinity(pod, namespace),
    priorityOf(pod),
  );
}

interface ContainerShape {
  readonly name?: string;
  readonly resources?: { readonly requests?: object };
  readonly ports?: object;
  readonly restartPolicy?: string;
}

interface ContainerState {
  readonly name?: string;
  readonly resources?: { readonly requests?: object };
  readonly allocatedResources?: object;
}

const NOTHING = Object.freeze({});

/** While a container is resized, its status says something else than its spec. */
function countsStatus(spec: KubeObject['spec'], status: KubeObject['status']): boolean {
  if (status === undefined || status === null) return false;
  return (
    saysOtherwise(status.containerStatuses, spec?.containers) ||
    saysOtherwise(status.initContainerStatuses, spec?.initContainers)
  );
}

function saysOtherwise(
  states: readonly ContainerState[] | undefined,
  containers: readonly ContainerShape[] | undefined,
): boolean {
  if (states === undefined) return false;
  for (let i = 0; i < states.length; i++) {
    const { name, resources, allocatedResources } = states[i];
    if (resources === undefined) continue;
    const own = containers?.[i]?.name === name ? containers?.[i] : containers?.find((c) => c.name === name);
    const wanted = own?.resources?.requests ?? NOTHING;
    if (!same(resources.requests ?? NOTHING, wanted) || !same(allocatedResources ?? wanted, wanted)) return true;
  }
  return false;
}

/** By one list of amounts: another that says the same. */
const equals = new WeakMap<object, object>();

function same(a: object, b: object): boolean {
  if (a === b || equals.get(a) === b) return true;
  if (!deepEqual(a, b)) return false;
  equals.set(a, b);
  return true;
}

/** A template, and one of its pods. */
interface Sample {
  readonly containers: readonly ContainerShape[];
  readonly overhead: unknown;
  readonly resources: unknown;
  readonly info: TemplateInfo;
}

/** By the identity of what the first container asks for, which the pods of a template share. */
const samples = new WeakMap<object, Sample>();

function templateInfo(pod: KubeObject): TemplateInfo {
  const { spec } = pod;
  const containers: readonly ContainerShape[] | undefined | null = spec?.containers;
  if (typeof containers !== 'object' || containers === null || countsStatus(spec, pod.status))
    return computeTemplateInfo(pod, true);
  const { initContainers, overhead, resources } = spec;
  const first = containers[0]?.resources;
  const isPlain = first !== undefined && initContainers === undefined;
  if (isPlain) {
    const sample = samples.get(first);
    if (sample !== undefined && sample.overhead === overhead && sample.resources === resources)
      if (asksAlike(sample.containers, containers)) return sample.info;
  }
  const key = specKey(pod);
  let info = templateInfos.get(key);
  if (info === undefined) {
    info = computeTemplateInfo(pod, false);
    if (templateInfos.size >= TEMPLATES_MAX) templateInfos.clear();
    templateInfos.set(key, info);
  }
  if (isPlain) samples.set(first, { containers, overhead, resources, info });
  return info;
}

function asksAlike(a: readonly ContainerShape[], b: readonly ContainerShape[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i].resources !== b[i].resources || a[i].ports !== b[i].ports) return false;
  return true;
}

/** Pods of one template differ in the names of their volumes, so in their containers, but not in what these ask for. */
const templateInfos = new Map<string, TemplateInfo>();
const TEMPLATES_MAX = 4096;

/** Everything that `computeTemplateInfo` reads of a pod whose status says nothing else than its spec. */
function specKey(pod: KubeObject): string {
  const { containers, initContainers, overhead, resources } = pod.spec;
  let key = '';
  for (const { resources: own, ports } of containers as readonly ContainerShape[])
    key += `${partText(own)}\u0001${partText(ports)}\u0001`;
  for (const { resources: own, ports, restartPolicy } of (initContainers ?? []) as readonly ContainerShape[])
    key += `\u0000${restartPolicy ?? ''}\u0001${partText(own)}\u0001${partText(ports)}\u0001`;
  return `${key}\u0000${partText(overhead)}\u0000${partText(resources)}`;
}

function computeTemplateInfo(pod: KubeObject, isResized: boolean): TemplateInfo {
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
    isResized,
    classes: [],
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
