import { isSidecar } from '../../api/helpers/pods.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { age, type Cell, type PrintTime, since } from './format.ts';

interface Terminated {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly finishedAt?: string | null;
}

interface ContainerState {
  readonly running?: object | null;
  readonly waiting?: { readonly reason?: string } | null;
  readonly terminated?: Terminated | null;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready?: boolean;
  readonly started?: boolean | null;
  readonly restartCount?: number;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface Restarts {
  readonly count: number;
  /** When the last of them ended; '' where that is not known. */
  readonly last: string;
}

interface Summary {
  readonly ready: number;
  readonly reason: string;
  readonly restarts: Restarts;
}

const NO_RESTARTS: Restarts = { count: 0, last: '' };

function withRestartsOf(restarts: Restarts, status: ContainerStatus): Restarts {
  const count = restarts.count + (status.restartCount ?? 0);
  const finished = status.lastState?.terminated?.finishedAt ?? '';
  return finished > restarts.last ? { count, last: finished } : { count, last: restarts.last };
}

function endText({ reason, signal, exitCode }: Terminated): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

/** Why initialization is not over at this container; undefined where it is. */
function initReason({ state }: ContainerStatus, at: number, total: number): string {
  if (state?.terminated) return `Init:${endText(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${at}/${total}`;
}

/** How far the init containers are, and what side-cars add. */
function initSummary(
  pod: KubeObject,
  reason: string,
): Summary & { readonly over: boolean; readonly sidecars: Restarts } {
  const specs = (pod.spec?.initContainers ?? []) as readonly {
    readonly name: string;
    readonly restartPolicy?: string;
  }[];
  const statuses = (pod.status?.initContainerStatuses ?? []) as readonly ContainerStatus[];
  let ready = 0;
  let restarts = NO_RESTARTS;
  let sidecars = NO_RESTARTS;
  for (let i = 0; i < statuses.length; i++) {
    const status = statuses[i];
    const spec = specs.find(({ name }) => name === status.name);
    const sidecar = spec !== undefined && isSidecar(spec);
    restarts = withRestartsOf(restarts, status);
    if (sidecar) sidecars = withRestartsOf(sidecars, status);
    const { terminated } = status.state ?? {};
    if (terminated && (terminated.exitCode ?? 0) === 0) continue;
    if (!sidecar || !status.started) {
      return { over: false, ready, restarts, sidecars, reason: initReason(status, i, specs.length) };
    }
    if (status.ready) ready += 1;
  }
  return { over: true, ready, restarts, sidecars, reason };
}

function containerSummary(pod: KubeObject, before: Summary, sidecars: Restarts): Summary {
  const statuses = (pod.status?.containerStatuses ?? []) as readonly ContainerStatus[];
  let { ready, reason } = before;
  let restarts = sidecars;
  let running = false;
  for (let i = statuses.length - 1; i >= 0; i--) {
    const status = statuses[i];
    const { state } = status;
    restarts = withRestartsOf(restarts, status);
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) reason = endText(state.terminated);
    else if (status.ready && state?.running) {
      running = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && running) reason = holds(pod, 'Ready') ? 'Running' : 'NotReady';
  return { ready, reason, restarts };
}

function conditionsOf(pod: KubeObject): readonly Condition[] {
  return (pod.status?.conditions ?? []) as readonly Condition[];
}

function holds(pod: KubeObject, type: string): boolean {
  return conditionsOf(pod).some((condition) => condition.type === type && condition.status === 'True');
}

/** The STATUS of a pod as kubectl shows it, its ready containers and restarts (printers/internalversion printPod). */
function podSummary(pod: KubeObject): Summary {
  const { phase = '', reason: given } = pod.status ?? {};
  const gated = conditionsOf(pod).some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  const init = initSummary(pod, gated ? 'SchedulingGated' : given || phase);
  const summary = init.over || holds(pod, 'Initialized') ? containerSummary(pod, init, init.sidecars) : init;
  if (!pod.metadata.deletionTimestamp) return summary;
  if (given === 'NodeLost') return { ...summary, reason: 'Unknown' };
  return phase === 'Succeeded' || phase === 'Failed' ? summary : { ...summary, reason: 'Terminating' };
}

function gatesText(pod: KubeObject): string {
  const gates = (pod.spec?.readinessGates ?? []) as readonly { readonly conditionType: string }[];
  if (gates.length === 0) return '<none>';
  const conditions = conditionsOf(pod);
  const met = gates.filter(
    ({ conditionType }) => conditions.find(({ type }) => type === conditionType)?.status === 'True',
  );
  return `${met.length}/${gates.length}`;
}

/** Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates. */
export function podCells(pod: KubeObject, time: PrintTime): readonly Cell[] {
  const { ready, reason, restarts } = podSummary(pod);
  const { spec, status } = pod;
  const sidecars = ((spec?.initContainers ?? []) as readonly { readonly restartPolicy?: string }[]).filter(isSidecar);
  const total = (spec?.containers?.length ?? 0) + sidecars.length;
  const ago = restarts.count !== 0 && restarts.last !== '' ? ` (${since(time, restarts.last)} ago)` : '';
  return [
    `${ready}/${total}`,
    reason,
    `${restarts.count}${ago}`,
    age(pod, time),
    status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
    spec?.nodeName || '<none>',
    status?.nominatedNodeName || '<none>',
    gatesText(pod),
  ];
}

/** The conditions of a pod's row: whether it is over. */
export function podRowConditions(pod: KubeObject): readonly object[] | undefined {
  const phase = pod.status?.phase;
  if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}
