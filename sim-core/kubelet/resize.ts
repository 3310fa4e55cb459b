/**
 * In-place resize of pods: what is asked for against what is allocated and what the runtime was told
 * (pkg/kubelet/allocation/allocation_manager.go, kuberuntime_manager.go computePodResizeAction and doPodResizeAction). Pure.
 */
import { podQOSClass } from '../api/helpers/pods.ts';
import { milliValue, value } from '../api/machinery/quantity.ts';
import type { Json, KubeObject, TimeUs } from '../contracts/index.ts';
import { outOf, requestsOf, shortages } from './admission.ts';
import type { StatusJson } from './containerStatus.ts';
import { latest } from './restartPolicy.ts';
import type { RuntimePod } from './runtime.ts';
import { type ContainerSpec, containersOf, initContainersOf, isRestartableInit, isStatic } from './spec.ts';
import { sameJson } from './statusPatch.ts';

/** What becomes of a resize. */
export interface Resize {
  /** The pod as the API has it, with resources that are not allocated. */
  readonly desired: KubeObject | undefined;
  /** PodResizePending: why the resources are not allocated. */
  readonly pending: ResizeCondition | undefined;
  /** PodResizeInProgress: they are, and the containers do not have them yet. */
  readonly inProgress: ResizeCondition | undefined;
}

export interface ResizeCondition {
  readonly reason: string;
  readonly message: string;
  readonly probed: string;
  /** Since when it has this reason. */
  readonly sinceUs: TimeUs;
}

type Resources = { readonly limits?: Amounts; readonly requests?: Amounts } | undefined;
type Amounts = Readonly<Record<string, string>>;

const resizable = (pod: KubeObject): readonly ContainerSpec[] => [
  ...initContainersOf(pod).filter(isRestartableInit),
  ...containersOf(pod),
];

/** Do two states of a pod ask for the same? */
export function sameResources(a: KubeObject, b: KubeObject): boolean {
  if (a.spec === b.spec || (a.spec?.containers === b.spec?.containers && initContainersOf(a).length === 0)) return true;
  const others = resizable(b);
  return resizable(a).every((c) => {
    const other = others.find((o) => o.name === c.name);
    return (
      other === undefined || c.resources === other.resources || sameJson(c.resources as Json, other.resources as Json)
    );
  });
}

/** The pod with the resources that another state of it has. */
export function withResourcesOf(pod: KubeObject, allocated: KubeObject): KubeObject {
  const known = resizable(allocated);
  const of = (c: ContainerSpec): ContainerSpec => {
    const other = known.find((k) => k.name === c.name);
    return other === undefined ? c : { ...c, resources: other.resources };
  };
  const { spec } = pod;
  const init = spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(of) };
  return { ...pod, spec: { ...spec, ...init, containers: spec.containers.map(of) } };
}

export interface ResizeVerdict {
  readonly reason: '' | 'Deferred' | 'Infeasible';
  readonly message: string;
}

/** canResizePod. `others`: pods that hold resources of the node. */
export function canResize(
  desired: KubeObject,
  others: readonly KubeObject[],
  allocatable: Readonly<Record<string, string>>,
): ResizeVerdict {
  if (isStatic(desired)) return { reason: 'Infeasible', message: 'In-place resize of static-pods is not supported' };
  const wanted = requestsOf(desired);
  const cpu = { requested: wanted.get('cpu') ?? 0, capacity: milliValue(allocatable['cpu'] ?? '0') };
  const memory = { requested: wanted.get('memory') ?? 0, capacity: value(allocatable['memory'] ?? '0') };
  for (const [name, { requested, capacity }] of [
    ['memory', memory],
    ['cpu', cpu],
  ] as const) {
    if (requested <= capacity) continue;
    const text = `${name}, requested: ${requested}, capacity: ${capacity}`;
    return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${text}` };
  }
  const short = shortages({
    pod: desired,
    node: desired,
    others,
    allocatable,
    allowedUnsafeSysctls: [],
    pressure: [],
    shuttingDown: false,
  })[0];
  return short === undefined ? { reason: '', message: '' } : { reason: 'Deferred', message: outOf(short).message };
}

/** A pod with its resize, as the order of resizes looks at it. */
interface Waiting {
  readonly pod: KubeObject;
  readonly resize: Resize | undefined;
}

/** Best-effort pods have nothing that could be resized. */
const QOS_ORDER = ['Guaranteed', 'Burstable', 'BestEffort'];

/** isResizeIncreasingRequests. */
function asksForMore({ pod, resize }: Waiting): boolean {
  const [has, wanted] = [requestsOf(pod), requestsOf(resize?.desired ?? pod)];
  return ['cpu', 'memory'].some((name) => (wanted.get(name) ?? 0) > (has.get(name) ?? 0));
}

/** Who asks for no more comes first, then priority, class of QoS, and who is deferred longest. */
export function byResizeOrder(a: Waiting, b: Waiting): number {
  const key = (w: Waiting): readonly number[] => [
    asksForMore(w) ? 1 : 0,
    -(w.pod.spec?.priority ?? 0),
    QOS_ORDER.indexOf(podQOSClass(w.pod)),
    w.resize?.pending?.sinceUs ?? Number.MAX_SAFE_INTEGER,
  ];
  const [x, y] = [key(a), key(b)];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at < 0 ? 0 : x[at] - y[at];
}

/** The object in the events of a resize, as Go writes it. */
export function resizeText(pod: KubeObject, error: string): string {
  const sorted = (amounts: Amounts | undefined) =>
    amounts && Object.keys(amounts).length > 0
      ? Object.fromEntries(
          Object.keys(amounts)
            .sort()
            .map((name) => [name, amounts[name]]),
        )
      : undefined;
  const one = (c: ContainerSpec) => {
    const { limits, requests } = (c.resources ?? {}) as NonNullable<Resources>;
    return { name: c.name, resources: { limits: sorted(limits), requests: sorted(requests) } };
  };
  const init = initContainersOf(pod).filter(isRestartableInit).map(one);
  return JSON.stringify({
    initContainers: init.length > 0 ? init : undefined,
    containers: containersOf(pod).map(one),
    generation: pod.metadata.generation,
    error: error === '' ? undefined : error,
  });
}

const amountOf = (resources: Resources, list: 'limits' | 'requests', name: 'cpu' | 'memory'): number => {
  const text = resources?.[list]?.[name];
  return text === undefined ? 0 : name === 'cpu' ? milliValue(text) : value(text);
};

function differs(a: Resources, b: Resources, name: 'cpu' | 'memory'): boolean {
  return (
    amountOf(a, 'limits', name) !== amountOf(b, 'limits', name) ||
    amountOf(a, 'requests', name) !== amountOf(b, 'requests', name)
  );
}

/** A container runs with other resources than its spec says. */
export function isResizing(pod: KubeObject, runtime: RuntimePod): boolean {
  return resizable(pod).some((c) => {
    const state = latest(runtime, c.name);
    if (state?.state !== 'running') return false;
    const has = state.resources as Resources;
    return differs(has, c.resources, 'cpu') || differs(has, c.resources, 'memory');
  });
}

export type ResizeStep =
  | { readonly of: 'pod' }
  | { readonly of: 'container'; readonly name: string; readonly id: string; readonly resources: StatusJson };

export interface ResizePlan {
  readonly steps: readonly ResizeStep[];
  /** Containers whose policy asks for a restart. */
  readonly restarts: readonly { readonly id: string; readonly name: string }[];
}

const restartsFor = (c: ContainerSpec, name: string): boolean =>
  (c.resizePolicy ?? []).some(
    (p: { resourceName: string; restartPolicy: string }) =>
      p.resourceName === name && p.restartPolicy === 'RestartContainer',
  );

/** With the amounts of one resource of another state. */
function withAmounts(has: Resources, wanted: Resources, name: 'cpu' | 'memory'): Resources {
  const list = (of: 'limits' | 'requests'): Amounts | undefined => {
    const amounts: Record<string, string> = { ...has?.[of] };
    const amount = wanted?.[of]?.[name];
    if (amount === undefined) delete amounts[name];
    else amounts[name] = amount;
    return Object.keys(amounts).length > 0 ? amounts : undefined;
  };
  const [limits, requests] = [list('limits'), list('requests')];
  return { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) };
}

/** What the runtime has to be told so that the containers have what is allocated: memory, then CPU. */
export function planResize(pod: KubeObject, runtime: RuntimePod): ResizePlan {
  const steps: ResizeStep[] = [];
  const restarts: { id: string; name: string }[] = [];
  const has = new Map<string, { readonly id: string; resources: Resources }>();
  for (const c of resizable(pod)) {
    const state = latest(runtime, c.name);
    if (state?.state !== 'running') continue;
    const resources = state.resources as Resources;
    const changed = (['cpu', 'memory'] as const).filter((name) => differs(resources, c.resources, name));
    if (changed.some((name) => restartsFor(c, name))) restarts.push({ id: state.id, name: c.name });
    has.set(c.name, { id: state.id, resources });
  }
  for (const name of ['memory', 'cpu'] as const) {
    const isRestarted = (c: ContainerSpec) => restarts.some((r) => r.name === c.name);
    const all = resizable(pod).filter((c) => has.has(c.name));
    const changed = all.filter((c) => differs(has.get(c.name)!.resources, c.resources, name));
    if (changed.length === 0) continue;
    const sum = (list: 'limits' | 'requests', of: (c: ContainerSpec) => Resources): number | undefined => {
      const amounts = all.map((c) => amountOf(of(c), list, name));
      // A pod has a limit when each of its containers has.
      return list === 'limits' && amounts.includes(0) ? undefined : amounts.reduce((a, b) => a + b, 0);
    };
    const change = (list: 'limits' | 'requests'): number => {
      const before = sum(list, (c) => has.get(c.name)!.resources);
      const after = sum(list, (c) => c.resources);
      return after === undefined ? 0 : after - (before ?? Number.MAX_SAFE_INTEGER);
    };
    const [limits, requests] = [change('limits'), name === 'cpu' ? change('requests') : 0];
    // Up: limits before requests; down: requests before limits.
    if (limits > 0) steps.push({ of: 'pod' });
    if (requests > 0) steps.push({ of: 'pod' });
    for (const c of changed.filter((x) => !isRestarted(x))) {
      const now = has.get(c.name)!;
      now.resources = withAmounts(now.resources, c.resources, name);
      steps.push({ of: 'container', name: c.name, id: now.id, resources: now.resources });
    }
    if (requests < 0) steps.push({ of: 'pod' });
    if (limits < 0) steps.push({ of: 'pod' });
  }
  return { steps, restarts };
}
