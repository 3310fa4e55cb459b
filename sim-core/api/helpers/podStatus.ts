import { isSidecar, type PodLike } from './pods.ts';

/** Phase and conditions that the kubelet derives from the container statuses (pkg/kubelet/kubelet_pods.go, status/generate.go). */

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface StatusCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

interface StateLike {
  readonly running?: object | null;
  readonly waiting?: object | null;
  readonly terminated?: { readonly exitCode: number } | null;
}

export interface ContainerStatusLike {
  readonly name: string;
  readonly state?: StateLike | null;
  readonly lastState?: StateLike | null;
  readonly ready?: boolean;
  readonly started?: boolean | null;
}

interface RestartRule {
  readonly action?: string;
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] } | null;
}

interface ContainerLike {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly RestartRule[] | null;
}

function statusOf(statuses: readonly ContainerStatusLike[], name: string): ContainerStatusLike | undefined {
  return statuses.find((s) => s.name === name);
}

function ruleMatches(rule: RestartRule, exitCode: number): boolean {
  const values = rule.exitCodes?.values ?? [];
  if (rule.exitCodes?.operator === 'In') return values.includes(exitCode);
  return rule.exitCodes?.operator === 'NotIn' && !values.includes(exitCode);
}

/** Is a container that ended with this code started again? Its rules go first, then its policy, then the pod's. */
export function restartsAfterExit(container: ContainerLike, podRestartPolicy: string, exitCode: number): boolean {
  for (const rule of container.restartPolicyRules ?? []) {
    if (rule.action === 'Restart' && ruleMatches(rule, exitCode)) return true;
  }
  const policy = container.restartPolicy ?? podRestartPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

interface InitCounts {
  pending: number;
  failedForGood: number;
}

function countInit(pod: PodLike, statuses: readonly ContainerStatusLike[]): InitCounts {
  const counts = { pending: 0, failedForGood: 0 };
  for (const container of (pod.spec?.initContainers ?? []) as ContainerLike[]) {
    if (isSidecar(container)) continue;
    const status = statusOf(statuses, container.name);
    const state = status?.state;
    const waitsAgain = state?.terminated ? undefined : state?.running ? undefined : status?.lastState?.terminated;
    const ended = state?.terminated ?? (state?.waiting ? waitsAgain : undefined);
    if (!ended) counts.pending++;
    else if (ended.exitCode !== 0 && !restartsAfterExit(container, pod.spec?.restartPolicy, ended.exitCode)) {
      counts.failedForGood++;
    }
  }
  return counts;
}

interface Counts {
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  restarting: number;
  pendingSidecars: number;
}

function countSidecars(pod: PodLike, statuses: readonly ContainerStatusLike[], counts: Counts): void {
  for (const container of (pod.spec?.initContainers ?? []) as ContainerLike[]) {
    if (!isSidecar(container)) continue;
    const status = statusOf(statuses, container.name);
    if (status === undefined) counts.unknown++;
    else if (status.state?.running) {
      if (status.started !== true) counts.pendingSidecars++;
      counts.running++;
    } else if (status.state?.terminated) {
      // A sidecar that ended says nothing about the phase.
    } else if (status.state?.waiting) {
      if (!status.lastState?.terminated) {
        counts.pendingSidecars++;
        counts.waiting++;
      }
    } else {
      counts.pendingSidecars++;
      counts.unknown++;
    }
  }
}

function countContainers(pod: PodLike, statuses: readonly ContainerStatusLike[], counts: Counts): void {
  for (const container of (pod.spec?.containers ?? []) as ContainerLike[]) {
    const status = statusOf(statuses, container.name);
    const ended = status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined);
    if (status === undefined) counts.unknown++;
    else if (status.state?.running) counts.running++;
    else if (ended) {
      counts.stopped++;
      if (status.state?.terminated && ended.exitCode === 0) counts.succeeded++;
      if (restartsAfterExit(container, pod.spec?.restartPolicy, ended.exitCode)) counts.restarting++;
    } else if (status.state?.waiting) counts.waiting++;
    else counts.unknown++;
  }
}

/** getPhase. `statuses`: of init containers and containers. */
export function podPhase(
  pod: PodLike,
  statuses: readonly ContainerStatusLike[],
  podIsTerminal: boolean,
  podHasInitialized: boolean,
): PodPhase {
  const init = countInit(pod, statuses);
  const c: Counts = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0, restarting: 0, pendingSidecars: 0 };
  countSidecars(pod, statuses, c);
  countContainers(pod, statuses, c);
  if (init.failedForGood > 0) return 'Failed';
  // Sidecars that restart do not throw an initialized pod back.
  if (init.pending > 0 || (c.pendingSidecars > 0 && !podHasInitialized) || c.waiting > 0) return 'Pending';
  if (c.unknown > 0) return 'Pending';
  if (c.running > 0) return 'Running';
  if (c.stopped === 0) return 'Pending';
  const ended: PodPhase = c.stopped === c.succeeded ? 'Succeeded' : 'Failed';
  if (podIsTerminal) return ended;
  return c.restarting > 0 ? 'Running' : ended;
}

const TRUE = (type: string, reason = ''): StatusCondition => ({ type, status: 'True', reason, message: '' });
const FALSE = (type: string, reason: string, message = ''): StatusCondition => ({
  type,
  status: 'False',
  reason,
  message,
});

function names(text: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [`${text}: [${list.join(' ')}]`];
}

/** ContainersReady. Absent statuses are not known at all. */
export function containersReadyCondition(
  pod: PodLike,
  statuses: readonly ContainerStatusLike[] | null | undefined,
  phase: PodPhase,
): StatusCondition {
  const type = 'ContainersReady';
  if (statuses === null || statuses === undefined) return FALSE(type, 'UnknownContainerStatuses');
  const unknown: string[] = [];
  const unready: string[] = [];
  const sidecars = ((pod.spec?.initContainers ?? []) as ContainerLike[]).filter(isSidecar);
  for (const { name } of [...sidecars, ...((pod.spec?.containers ?? []) as ContainerLike[])]) {
    const status = statusOf(statuses, name);
    if (status === undefined) unknown.push(name);
    else if (status.ready !== true) unready.push(name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return FALSE(type, 'PodCompleted');
  if (phase === 'Failed') return FALSE(type, 'PodFailed');
  const messages = [
    ...names('containers with unknown status', unknown),
    ...names('containers with unready status', unready),
  ];
  return messages.length === 0 ? TRUE(type) : FALSE(type, 'ContainersNotReady', messages.join(', '));
}

interface GateCondition {
  readonly type: string;
  readonly status: string;
}

/** Ready: ContainersReady and all readiness gates. */
export function podReadyCondition(
  pod: PodLike,
  conditions: readonly GateCondition[] | null | undefined,
  statuses: readonly ContainerStatusLike[] | null | undefined,
  phase: PodPhase,
): StatusCondition {
  const ready = containersReadyCondition(pod, statuses, phase);
  if (ready.status !== 'True') return { ...ready, type: 'Ready' };
  const messages: string[] = [];
  for (const { conditionType } of (pod.spec?.readinessGates ?? []) as { conditionType: string }[]) {
    const condition = conditions?.find((c) => c.type === conditionType);
    const gate = `pod readiness gate "${conditionType}"`;
    if (condition === undefined) messages.push(`corresponding condition of ${gate} does not exist.`);
    else if (condition.status !== 'True') messages.push(`the status of ${gate} is not "True", but ${condition.status}`);
  }
  return messages.length === 0 ? TRUE('Ready') : FALSE('Ready', 'ReadinessGatesNotReady', messages.join(', '));
}

/** Initialized. `statuses`: of init containers and containers. */
export function podInitializedCondition(
  pod: PodLike,
  statuses: readonly ContainerStatusLike[] | null | undefined,
  phase: PodPhase,
): StatusCondition {
  const type = 'Initialized';
  const init = (pod.spec?.initContainers ?? []) as ContainerLike[];
  if ((statuses === null || statuses === undefined) && init.length > 0) return FALSE(type, 'UnknownContainerStatuses');
  const known = statuses ?? [];
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of init) {
    const status = statusOf(known, container.name);
    if (status === undefined) unknown.push(container.name);
    else if ((isSidecar(container) ? status.started : status.ready) !== true) incomplete.push(container.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return TRUE(type, 'PodCompleted');
  const started = ((pod.spec?.containers ?? []) as ContainerLike[]).some(({ name }) => {
    const state = statusOf(known, name)?.state;
    return Boolean(state?.running ?? state?.terminated);
  });
  if (started) return TRUE(type);
  const messages = [
    ...names('containers with unknown status', unknown),
    ...names('containers with incomplete status', incomplete),
  ];
  return messages.length === 0 ? TRUE(type) : FALSE(type, 'ContainersNotInitialized', messages.join(', '));
}
