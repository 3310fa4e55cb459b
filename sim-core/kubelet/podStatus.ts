/**
 * The status of a pod as the kubelet computes it: kubelet_pods.go getPhase and generateAPIPodStatus,
 * status/generate.go for the conditions. Pure functions.
 */
import type { KubeObject, TimeUs } from '../contracts/index.ts';
import { sandboxChanged } from './actions.ts';
import {
  applyProbes,
  applyProbesToInit,
  containerStatuses,
  type ProbeView,
  plainStatuses,
  type StartFailure,
  type StatusJson,
} from './containerStatus.ts';
import type { Resize } from './resize.ts';
import { restartsAfter } from './restartPolicy.ts';
import type { RuntimePod } from './runtime.ts';
import {
  type ContainerSpec,
  containersOf,
  initContainersOf,
  isMirror,
  isRestartableInit,
  isStatic,
  isTerminalPhase,
} from './spec.ts';

/** Conditions that the kubelet alone writes (pkg/kubelet/types/pod_status.go PodConditionByKubelet). */
const KUBELET_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'PodResizePending',
  'PodResizeInProgress',
  'AllContainersRestarting',
];

export const isKubeletCondition = (type: string): boolean => KUBELET_CONDITIONS.includes(type);

const find = (statuses: readonly StatusJson[], name: string): StatusJson => statuses.find((s) => s.name === name);

function anyRegularStarted(pod: KubeObject, statuses: readonly StatusJson[]): boolean {
  return containersOf(pod).some((c) => {
    const s = find(statuses, c.name);
    return s !== undefined && (s.lastState?.terminated || s.state.running || s.state.terminated);
  });
}

/** Counts of containers by what they do, for the phase. */
function count(pod: KubeObject, statuses: readonly StatusJson[]) {
  const n = {
    pendingInit: 0,
    pendingSidecar: 0,
    failedInit: false,
    unknown: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    succeeded: 0,
    restarting: 0,
  };
  for (const c of initContainersOf(pod)) {
    const s = find(statuses, c.name);
    if (isRestartableInit(c)) {
      if (s === undefined) n.unknown += 1;
      else if (s.state.running) {
        n.running += 1;
        if (!s.started) n.pendingSidecar += 1;
      } else if (s.state.waiting && !s.lastState?.terminated) {
        n.pendingSidecar += 1;
        n.waiting += 1;
      }
      continue;
    }
    const ended = s?.state.terminated ?? (s?.state.waiting ? s.lastState?.terminated : undefined);
    if (ended === undefined) n.pendingInit += 1;
    else if (ended.exitCode !== 0 && !restartsAfter(pod, c, ended.exitCode, true)) n.failedInit = true;
  }
  for (const c of containersOf(pod)) {
    const s = find(statuses, c.name);
    if (s === undefined) n.unknown += 1;
    else if (s.state.running) n.running += 1;
    else {
      const ended = s.state.terminated ?? s.lastState?.terminated;
      if (ended === undefined) n.waiting += 1;
      else {
        n.stopped += 1;
        if (s.state.terminated && ended.exitCode === 0) n.succeeded += 1;
        if (restartsAfter(pod, c, ended.exitCode)) n.restarting += 1;
      }
    }
  }
  return n;
}

/** getPhase. `podIsTerminal`: the kubelet has stopped the pod for good. */
export function getPhase(pod: KubeObject, statuses: readonly StatusJson[], podIsTerminal: boolean): string {
  const n = count(pod, statuses);
  if (n.failedInit) return 'Failed';
  const initialized = anyRegularStarted(pod, statuses);
  if (n.pendingInit > 0 || (!initialized && n.pendingSidecar > 0) || n.waiting > 0) return 'Pending';
  if (n.running > 0 && n.unknown === 0) return 'Running';
  if (n.running === 0 && n.stopped > 0 && n.unknown === 0) {
    if (podIsTerminal && !isStatic(pod)) return n.stopped === n.succeeded ? 'Succeeded' : 'Failed';
    if (n.restarting > 0) return 'Running';
    return n.stopped === n.succeeded ? 'Succeeded' : 'Failed';
  }
  return 'Pending';
}

const NONE: readonly never[] = [];

const byName = (a: StatusJson, b: StatusJson): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** getPhase where containers run or wait for their first start, and no others are there. */
function plainPhase(statuses: readonly StatusJson[]): string {
  for (const s of statuses) if (!s.state.running) return 'Pending';
  return 'Running';
}

interface ConditionDraft {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const INITIALIZED: ConditionDraft = { type: 'Initialized', status: 'True' };

const listText = (names: readonly string[]): string => `[${names.join(' ')}]`;

export function terminalReady(type: string, phase: string): ConditionDraft {
  return { type, status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
}

function containersReady(pod: KubeObject, statuses: readonly StatusJson[], phase: string): ConditionDraft {
  const unknown: string[] = [];
  const unready: string[] = [];
  const look = (c: ContainerSpec) => {
    const s = find(statuses, c.name);
    if (s === undefined) unknown.push(c.name);
    else if (!s.ready) unready.push(c.name);
  };
  for (const c of initContainersOf(pod)) if (isRestartableInit(c)) look(c);
  for (const c of containersOf(pod)) look(c);
  if (phase === 'Failed' || (phase === 'Succeeded' && unknown.length === 0))
    return terminalReady('ContainersReady', phase);
  const messages = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${listText(unknown)}`] : []),
    ...(unready.length > 0 ? [`containers with unready status: ${listText(unready)}`] : []),
  ];
  if (messages.length === 0) return { type: 'ContainersReady', status: 'True' };
  return { type: 'ContainersReady', status: 'False', reason: 'ContainersNotReady', message: messages.join(', ') };
}

function podReady(pod: KubeObject, containers: ConditionDraft, foreign: readonly StatusJson[]): ConditionDraft {
  if (containers.status !== 'True')
    return { type: 'Ready', status: containers.status, reason: containers.reason, message: containers.message };
  const messages: string[] = [];
  for (const gate of (pod.spec?.readinessGates ?? []) as readonly { conditionType: string }[]) {
    const c = foreign.find((f) => f.type === gate.conditionType);
    if (c === undefined)
      messages.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (c.status !== 'True')
      messages.push(`the status of pod readiness gate "${gate.conditionType}" is not "True", but ${c.status}`);
  }
  if (messages.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function initialized(pod: KubeObject, statuses: readonly StatusJson[], phase: string): ConditionDraft {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const c of initContainersOf(pod)) {
    const s = find(statuses, c.name);
    if (s === undefined) unknown.push(c.name);
    else if (isRestartableInit(c) ? !s.started : !s.ready) incomplete.push(c.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0)
    return { type: 'Initialized', status: 'True', reason: 'PodCompleted' };
  if (anyRegularStarted(pod, statuses)) return { type: 'Initialized', status: 'True' };
  const messages = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${listText(unknown)}`] : []),
    ...(incomplete.length > 0 ? [`containers with incomplete status: ${listText(incomplete)}`] : []),
  ];
  if (messages.length === 0) return { type: 'Initialized', status: 'True' };
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message: messages.join(', ') };
}

export interface PodStatusInput {
  readonly pod: KubeObject;
  readonly runtime: RuntimePod;
  readonly old: StatusJson;
  readonly failures: Readonly<Record<string, StartFailure>>;
  readonly probes: ProbeView;
  readonly podIsTerminal: boolean;
  readonly hostIP: string;
  /** The pod's address as this kubelet said it last. */
  readonly knownIP?: string;
  readonly resize?: Resize;
  /** activeDeadlineSeconds is over. */
  readonly deadlineExceeded: boolean;
  readonly nowUs: TimeUs;
  time(us: TimeUs): string;
}

export interface PodStatusResult {
  readonly status: StatusJson;
  /** Containers whose readiness is to be probed at once. */
  readonly unready: readonly string[];
}

/** generateAPIPodStatus, without transition times (the status manager sets those). */
export function generatePodStatus(input: PodStatusInput): PodStatusResult {
  const { pod, runtime, old } = input;
  const unready: string[] = [];
  const isOver = input.podIsTerminal || isTerminalPhase(old?.phase);
  const plain = isOver ? undefined : plainStatuses(input, input.probes, unready);
  const regular = plain ?? applyProbes(containerStatuses(input, 'containers'), input.probes, unready);
  const init =
    plain === undefined
      ? applyProbesToInit(pod, containerStatuses(input, 'initContainers'), input.probes, unready)
      : NONE;
  const ephemeral =
    plain === undefined
      ? containerStatuses(input, 'ephemeralContainers').map(({ started: _s, resources: _r, ...rest }) => rest)
      : NONE;
  const all = plain ?? [...init, ...regular];
  let phase = plain === undefined ? getPhase(pod, all, input.podIsTerminal) : plainPhase(plain);
  let reason: string | undefined;
  let message: string | undefined;
  if (isTerminalPhase(old?.phase)) {
    phase = old.phase;
    reason = old.reason;
    message = old.message;
  } else if (input.deadlineExceeded) {
    phase = 'Failed';
    reason = 'DeadlineExceeded';
    message = 'Pod was active on the node longer than the specified deadline';
  }
  const foreign = ((pod.status?.conditions ?? []) as readonly StatusJson[]).filter((c) => !isKubeletCondition(c.type));
  const ready = containersReady(pod, all, phase);
  const sandbox = sandboxChanged(pod, runtime);
  const generation = pod.metadata.generation;
  const observedGeneration = isMirror(pod) || isStatic(pod) ? undefined : generation;
  const drafts: ConditionDraft[] = [
    { type: 'PodReadyToStartContainers', status: sandbox.changed ? 'False' : 'True' },
    plain === undefined ? initialized(pod, all, phase) : INITIALIZED,
    podReady(pod, ready, foreign),
    ready,
    { type: 'PodScheduled', status: 'True' },
  ];
  const ip = pod.spec?.hostNetwork ? input.hostIP : (runtime.sandboxes[0]?.ip ?? '');
  // The kubelet knows the address of a sandbox that is gone as long as its process runs (PLEG's getPodIPs).
  const podIP = ip !== '' ? ip : input.podIsTerminal || isTerminalPhase(old?.phase) ? input.knownIP : undefined;
  // What is absent stays as undefined until the status manager drops it: all statuses have one shape. The fields stand in the
  // API server's order, so that it can keep what it is told.
  const status: StatusJson = {
    observedGeneration,
    phase,
    conditions: [
      ...foreign,
      ...resizeConditions(input, observedGeneration),
      ...drafts.map((d) => conditionOf(d, observedGeneration)),
    ],
    message: message || undefined,
    reason: reason || undefined,
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    podIP: podIP || undefined,
    podIPs: podIP ? [{ ip: podIP }] : undefined,
    startTime: old?.startTime || undefined,
    initContainerStatuses: init.length > 0 ? init : undefined,
    containerStatuses: regular.length > 1 ? [...regular].sort(byName) : regular,
    qosClass: pod.status?.qosClass,
    ephemeralContainerStatuses: ephemeral.length > 0 ? ephemeral : undefined,
  };
  return { status, unready };
}

/** determinePodResizeStatus. */
function resizeConditions(
  { resize, podIsTerminal }: PodStatusInput,
  observedGeneration: number | undefined,
): StatusJson[] {
  if (resize === undefined || podIsTerminal) return [];
  const out: StatusJson[] = [];
  for (const [type, said] of [
    ['PodResizePending', resize.pending],
    ['PodResizeInProgress', resize.inProgress],
  ] as const) {
    if (said === undefined) continue;
    const [reason, message] = [said.reason || undefined, said.message || undefined];
    out.push({
      ...conditionOf({ type, status: 'True', reason, message }, observedGeneration),
      lastProbeTime: said.probed,
    });
  }
  return out;
}

function conditionOf(draft: ConditionDraft, observedGeneration: number | undefined): StatusJson {
  return {
    type: draft.type,
    observedGeneration,
    status: draft.status,
    lastProbeTime: null,
    lastTransitionTime: undefined,
    reason: draft.reason,
    message: draft.message,
  };
}

/** SetContainerReadiness / SetContainerStartup: one container's flag and what follows from it. */
export function withContainerFlag(
  pod: KubeObject,
  status: StatusJson,
  containerID: string,
  flag: 'ready' | 'started',
  value: boolean,
): StatusJson {
  const change = (list: readonly StatusJson[] | undefined) =>
    list?.map((s) => (s.containerID === containerID && s[flag] !== value ? { ...s, [flag]: value } : s));
  const init = change(status.initContainerStatuses);
  const regular = change(status.containerStatuses);
  const next = { ...status, ...(init ? { initContainerStatuses: init } : {}), containerStatuses: regular };
  if (flag === 'started') return next;
  const all = [...(init ?? []), ...(regular ?? [])];
  const ready = containersReady(pod, all, status.phase);
  const foreign = (status.conditions ?? []).filter((c: StatusJson) => !isKubeletCondition(c.type));
  const updates = [podReady(pod, ready, foreign), ready];
  const conditions = (status.conditions ?? []).map((c: StatusJson) => {
    const u = updates.find((d) => d.type === c.type);
    if (u === undefined) return c;
    const { reason: _r, message: _m, ...rest } = c;
    return { ...rest, ...u };
  });
  return { ...next, conditions };
}

function areOwn(conditions: readonly StatusJson[]): boolean {
  for (const { type } of conditions) if (!isKubeletCondition(type)) return false;
  return true;
}

/** Fields of a status that other controllers write and the kubelet keeps. */
const CLAIM_FIELDS = ['resourceClaimStatuses', 'extendedResourceClaimStatus'] as const;

/** What the status manager sends for a status: mergePodStatus over what the API has. */
export function mergePodStatus(api: StatusJson, own: StatusJson, couldRun: boolean): StatusJson {
  const merged = mergedConditions(api, own, couldRun);
  if (api?.resourceClaimStatuses === undefined && api?.extendedResourceClaimStatus === undefined) return merged;
  const kept = { ...merged };
  for (const field of CLAIM_FIELDS) if (api[field] !== undefined) kept[field] = api[field];
  return kept;
}

function mergedConditions(api: StatusJson, own: StatusJson, couldRun: boolean): StatusJson {
  if (own.conditions && !isTerminalPhase(own.phase) && areOwn(api?.conditions ?? NONE) && areOwn(own.conditions)) {
    return own;
  }
  const foreign = ((api?.conditions ?? NONE) as readonly StatusJson[]).filter((c) => !isKubeletCondition(c.type));
  const conditions: StatusJson[] = [...foreign];
  for (const c of (own.conditions ?? []) as readonly StatusJson[]) {
    if (isKubeletCondition(c.type)) conditions.push(c);
    else if (c.type === 'DisruptionTarget' && !couldRun) {
      const i = conditions.findIndex((f) => f.type === c.type);
      if (i >= 0) conditions[i] = c;
      else conditions.push(c);
    }
  }
  let merged: StatusJson = { ...own, conditions };
  if (couldRun && isTerminalPhase(own.phase) && !isTerminalPhase(api?.phase)) {
    const { reason: _r, message: _m, ...rest } = merged;
    merged = {
      ...rest,
      phase: api?.phase,
      ...(api?.reason ? { reason: api.reason } : {}),
      ...(api?.message ? { message: api.message } : {}),
    };
  }
  if (isTerminalPhase(merged.phase)) {
    merged.conditions = conditions.map((c) =>
      (c.type === 'Ready' || c.type === 'ContainersReady') && c.status === 'True'
        ? { ...c, ...terminalReady(c.type, merged.phase) }
        : c,
    );
  }
  return merged;
}
