/**
 * The status of a pod that has regular containers alone, without probes, former lives and conditions of others: what
 * `generatePodStatus` and `stampedStatus` come to, made at once of what the template says and the few values that are the
 * pod's own. Pure functions; undefined = not for here.
 */
import type { KubeObject, TimeUs } from '../contracts/index.ts';
import { compareStrings } from '../engine/values.ts';
import { type ContainerStatusInput, ROOT, resourcesOf, type StatusJson, volumeMounts } from './containerStatus.ts';
import { isKubeletCondition } from './podStatus.ts';
import type { ContainerState, RuntimePod } from './runtime.ts';
import { type ContainerSpec, isMirror, isStatic, isTerminalPhase } from './spec.ts';
import { clean, kept, stampedCondition } from './stamp.ts';

const NONE: readonly never[] = [];
const EMPTY: StatusJson = {};

/** Of the conditions Ready and ContainersReady before the start, by the containers' names. A memo, bounded. */
const unreadyTexts = new Map<string, string>();
const TEXTS_MAX = 4096;

function unreadyText(containers: readonly ContainerSpec[]): string {
  const names = containers.length === 1 ? containers[0].name : containers.map((c) => c.name).join(' ');
  let text = unreadyTexts.get(names);
  if (text === undefined) {
    text = `containers with unready status: [${names}]`;
    if (unreadyTexts.size >= TEXTS_MAX) unreadyTexts.clear();
    unreadyTexts.set(names, text);
  }
  return text;
}

/** The containers in the order of their names, as statuses stand. */
function ordered(containers: readonly ContainerSpec[]): readonly ContainerSpec[] {
  return containers.length === 1 ? containers : [...containers].sort((a, b) => compareStrings(a.name, b.name));
}

function creating(container: ContainerSpec): StatusJson {
  const { name, image } = container;
  const state = { waiting: { reason: 'ContainerCreating' } };
  const mounts = volumeMounts(container);
  const [lastState, ready, restartCount, imageID, started] = [EMPTY, false, 0, '', false];
  return mounts === undefined
    ? { name, state, lastState, ready, restartCount, image, imageID, started }
    : { name, state, lastState, ready, restartCount, image, imageID, started, volumeMounts: mounts };
}

/** Containers of a pod with no others, or none. */
function onlyContainers({ metadata, spec, status }: KubeObject): readonly ContainerSpec[] {
  if (spec.initContainers?.length > 0 || spec.ephemeralContainers?.length > 0) return NONE;
  if (spec.readinessGates !== undefined || spec.hostNetwork || spec.activeDeadlineSeconds !== undefined) return NONE;
  if (status?.qosClass === undefined || metadata.generation === undefined) return NONE;
  return spec.containers;
}

function isOfKubelet(pod: KubeObject, known: readonly StatusJson[]): boolean {
  if (pod.metadata.annotations !== undefined && (isStatic(pod) || isMirror(pod))) return false;
  const conditions = (pod.status.conditions ?? NONE) as readonly StatusJson[];
  if (conditions !== known) for (const { type } of conditions) if (!isKubeletCondition(type)) return false;
  return true;
}

/** A condition of the kubelet with the time of its transition, as stamped. */
function condition(
  type: string,
  status: 'True' | 'False',
  reason: string | undefined,
  message: string | undefined,
  generation: number,
  old: StatusJson,
  now: string,
): StatusJson {
  if (old?.status === status) {
    const draft = { type, observedGeneration: generation, status, lastProbeTime: null, reason, message };
    return stampedCondition(draft, old, now);
  }
  const head = { type, observedGeneration: generation, status, lastProbeTime: null, lastTransitionTime: now };
  if (reason === undefined) return head;
  const { observedGeneration, lastProbeTime, lastTransitionTime } = head;
  return message === undefined
    ? { type, observedGeneration, status, lastProbeTime, lastTransitionTime, reason }
    : { type, observedGeneration, status, lastProbeTime, lastTransitionTime, reason, message };
}

interface Shared {
  readonly from: object;
  readonly now: string;
  readonly generation: number;
  readonly text: string;
  readonly conditions: readonly StatusJson[];
}

/**
 * Conditions that many pods get in the same second, by what they come from (the list before, or the only condition): their
 * versions share one list, by whose identity the API server knows it again. A memo of a pure result: the last ones.
 */
const lists: Shared[] = [];
const LISTS_MAX = 16;
const nextList = { place: 0 };

function sharedList(from: object, now: string, generation: number, text: string): readonly StatusJson[] | undefined {
  for (const one of lists)
    if (one.from === from && one.now === now && one.generation === generation && one.text === text)
      return one.conditions;
  return undefined;
}

function keepList(list: Shared): readonly StatusJson[] {
  lists[nextList.place] = list;
  nextList.place = (nextList.place + 1) % LISTS_MAX;
  return list.conditions;
}

/** By address: pods of one node share the list of its addresses. A memo, bounded. */
const hostLists = new Map<string, readonly StatusJson[]>();
const HOSTS_MAX = 16_384;

function hostIPsOf(ip: string): readonly StatusJson[] {
  let list = hostLists.get(ip);
  if (list === undefined) {
    if (hostLists.size >= HOSTS_MAX) hostLists.clear();
    hostLists.set(ip, (list = [{ ip }]));
  }
  return list;
}

/** The first status of a pod, whose containers are not there yet. `now`: the time's text. */
export function firstStatus(pod: KubeObject, hostIP: string, now: string): StatusJson | undefined {
  const containers = onlyContainers(pod);
  const { status } = pod;
  const before = (status?.conditions ?? NONE) as readonly StatusJson[];
  if (containers.length === 0 || before.length !== 1 || before[0].type !== 'PodScheduled') return undefined;
  if (status.phase !== 'Pending' || status.startTime !== undefined || status.containerStatuses !== undefined)
    return undefined;
  if (status.hostIPs !== undefined || !isOfKubelet(pod, before)) return undefined;
  const generation = pod.metadata.generation as number;
  const unready = unreadyText(containers);
  return {
    observedGeneration: generation,
    phase: 'Pending',
    conditions:
      sharedList(before[0], now, generation, unready) ??
      keepList({
        from: before[0],
        now,
        generation,
        text: unready,
        conditions: first(before[0], now, generation, unready),
      }),
    hostIP,
    hostIPs: hostIPsOf(hostIP),
    startTime: now,
    containerStatuses: ordered(containers).map(creating),
    qosClass: status.qosClass,
  };
}

function first(scheduled: StatusJson, now: string, generation: number, unready: string): readonly StatusJson[] {
  const reason = 'ContainersNotReady';
  return [
    condition('PodReadyToStartContainers', 'False', undefined, undefined, generation, undefined, now),
    condition('Initialized', 'True', undefined, undefined, generation, undefined, now),
    condition('Ready', 'False', reason, unready, generation, undefined, now),
    condition('ContainersReady', 'False', reason, unready, generation, undefined, now),
    condition('PodScheduled', 'True', undefined, undefined, generation, scheduled, now),
  ];
}

const ORDER = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

/** The conditions of a status that this kubelet made, or undefined. */
function ownConditions(before: StatusJson): readonly StatusJson[] | undefined {
  const conditions = before?.conditions as readonly StatusJson[] | undefined;
  if (conditions?.length !== ORDER.length) return undefined;
  for (let i = 0; i < ORDER.length; i++) if (conditions[i].type !== ORDER[i]) return undefined;
  return conditions;
}

/** The only sandbox's address where each container has one record, of the spec and of `state`; else ''. */
function addressIn(
  { sandboxes, containers }: RuntimePod,
  specs: readonly ContainerSpec[],
  state: 'running' | 'exited',
): string {
  if (sandboxes.length !== 1 || sandboxes[0].ready !== (state === 'running')) return '';
  if (specs.length !== containers.length || specs.length === 0) return '';
  for (const spec of specs) {
    const c = recordOf(containers, spec.name);
    if (c === undefined || c.state !== state || c.definition !== spec || !isUnchanged(c, spec)) return '';
  }
  return sandboxes[0].ip;
}

function recordOf(containers: readonly ContainerState[], name: string): ContainerState | undefined {
  for (const c of containers) if (c.name === name) return c;
  return undefined;
}

/** Has the runtime the resources of the spec? */
function isUnchanged({ resources }: ContainerState, spec: ContainerSpec): boolean {
  if (spec.resources !== undefined) return resources === spec.resources;
  for (const _key in resources as object) return false;
  return true;
}

export interface PlainInput {
  readonly pod: KubeObject;
  readonly runtime: RuntimePod;
  /** The status that the kubelet had before. */
  readonly before: StatusJson;
  readonly hostIP: string;
  readonly nowUs: TimeUs;
  readonly time: ContainerStatusInput['time'];
}

/** What a plain pod's status is made of beside its runtime. */
interface Known {
  readonly containers: readonly ContainerSpec[];
  readonly podIP: string;
  /** Conditions that this kubelet made. */
  readonly conditions: readonly StatusJson[];
}

/** Of a pod that has a status of this kubelet and all of whose containers are in the state. */
function knownOf({ pod, runtime, before }: PlainInput, state: 'running' | 'exited'): Known | undefined {
  const conditions = ownConditions(before);
  if (conditions === undefined) return undefined;
  const containers = onlyContainers(pod);
  const podIP = addressIn(runtime, containers, state);
  return podIP !== '' && isOfKubelet(pod, conditions) ? { containers, podIP, conditions } : undefined;
}

/** Has it begun, and not ended? */
const goesOn = ({ phase, startTime }: StatusJson): boolean => !isTerminalPhase(phase) && startTime !== undefined;

/** The status of a pod all of whose containers run for the first time, each in its sandbox. */
export function runningStatus(input: PlainInput): StatusJson | undefined {
  const { pod, before } = input;
  const plain = knownOf(input, 'running');
  if (plain === undefined || !goesOn(before)) return undefined;
  const { containers, podIP, conditions: known } = plain;
  const now = input.time(input.nowUs);
  const generation = pod.metadata.generation as number;
  const conditions =
    sharedList(known, now, generation, 'True') ??
    keepList({ from: known, now, generation, text: 'True', conditions: allTrue(known, generation, now) });
  return statusOf(input, 'Running', conditions, podIP, containers);
}

function allTrue(known: readonly StatusJson[], generation: number, now: string): readonly StatusJson[] {
  const conditions: StatusJson[] = [];
  let isSame = true;
  for (let i = 0; i < ORDER.length; i++) {
    const next = condition(ORDER[i], 'True', undefined, undefined, generation, known[i], now);
    if (next !== known[i]) isSame = false;
    conditions.push(next);
  }
  return isSame ? known : conditions;
}

/** The status of a pod that was stopped for good and all of whose containers have ended. */
export function endedStatus(input: PlainInput): StatusJson | undefined {
  const { pod, before, runtime } = input;
  const plain = knownOf(input, 'exited');
  if (plain === undefined || !goesOn(before)) return undefined;
  const { containers, podIP, conditions: known } = plain;
  let isWell = true;
  for (const c of runtime.containers) if (c.exitCode !== 0) isWell = false;
  const now = input.time(input.nowUs);
  const generation = pod.metadata.generation as number;
  const reason = isWell ? 'PodCompleted' : 'PodFailed';
  const conditions = [
    condition(ORDER[0], 'False', undefined, undefined, generation, known[0], now),
    condition(ORDER[1], 'True', isWell ? reason : undefined, undefined, generation, known[1], now),
    condition(ORDER[2], 'False', reason, undefined, generation, known[2], now),
    condition(ORDER[3], 'False', reason, undefined, generation, known[3], now),
    condition(ORDER[4], 'True', undefined, undefined, generation, known[4], now),
  ];
  return statusOf(input, isWell ? 'Succeeded' : 'Failed', conditions, podIP, containers);
}

/** True when `before` is what `endedStatus` says of the same ends: the runtime has nothing new, nor has the API. */
export function isEndedStatus(input: PlainInput): boolean {
  const { pod, runtime, before, hostIP } = input;
  const plain = knownOf(input, 'exited');
  if (plain === undefined || !isTerminalPhase(before.phase)) return false;
  const { containers, podIP, conditions: known } = plain;
  if (before.podIP !== podIP || before.hostIP !== hostIP || before.qosClass !== pod.status.qosClass) return false;
  if (before.observedGeneration !== pod.metadata.generation || known[0].status !== 'False') return false;
  if (before.message !== undefined || before.reason !== undefined) return false;
  const statuses = before.containerStatuses as readonly StatusJson[];
  if (statuses.length !== containers.length) return false;
  for (const { name, state, containerID } of statuses)
    if (state.terminated === undefined || recordOf(runtime.containers, name)?.id !== containerID) return false;
  return true;
}

function statusOf(
  { pod, runtime, before, hostIP, time }: PlainInput,
  phase: string,
  conditions: readonly StatusJson[],
  podIP: string,
  containers: readonly ContainerSpec[],
): StatusJson {
  const olds = (before.containerStatuses ?? NONE) as readonly StatusJson[];
  const containerStatuses: StatusJson[] = [];
  let isSame = olds.length === containers.length;
  for (const spec of ordered(containers)) {
    const c = recordOf(runtime.containers, spec.name) as ContainerState;
    const old = olds[containerStatuses.length];
    // The mounts of a container never change.
    const mounts = old?.name === c.name ? old.volumeMounts : volumeMounts(spec);
    const made = phase === 'Running' ? running(c, mounts, time) : ended(c, mounts, time);
    const next = old?.containerID === c.id ? kept(old, made) : made;
    if (next !== old) isSame = false;
    containerStatuses.push(next);
  }
  return {
    observedGeneration: pod.metadata.generation,
    phase,
    conditions,
    hostIP,
    hostIPs: before.hostIP === hostIP ? before.hostIPs : hostIPsOf(hostIP),
    podIP,
    podIPs: before.podIP === podIP ? before.podIPs : [{ ip: podIP }],
    startTime: before.startTime,
    // Copied: a list that was pushed to has room for seventeen.
    containerStatuses: isSame ? olds : containerStatuses.slice(),
    qosClass: pod.status.qosClass,
  };
}

function running(c: ContainerState, mounts: StatusJson, time: (us: TimeUs) => string): StatusJson {
  const state = { running: { startedAt: time(c.startedUs) } };
  return withParts(c, state, true, mounts);
}

function ended(c: ContainerState, mounts: StatusJson, time: (us: TimeUs) => string): StatusJson {
  const terminated = clean({
    exitCode: c.exitCode,
    reason: c.reason === '' ? undefined : c.reason,
    message: c.message === '' ? undefined : c.message,
    startedAt: c.startedUs < 0 ? '1970-01-01T00:00:00Z' : time(c.startedUs),
    finishedAt: time(c.finishedUs),
    containerID: c.id,
  });
  return withParts(c, { terminated }, false, mounts);
}

/** Literals of all fields that are there: copies and computed keys are slower. */
function withParts(c: ContainerState, state: StatusJson, isUp: boolean, mounts: StatusJson): StatusJson {
  const { allocatedResources, resources } = resourcesOf(c.resources);
  const { name, attempt: restartCount, image, imageID, id: containerID } = c;
  const [lastState, ready, started, user] = [EMPTY, isUp, isUp, ROOT];
  if (allocatedResources === undefined)
    return mounts === undefined
      ? { name, state, lastState, ready, restartCount, image, imageID, containerID, started, resources, user }
      : {
          name,
          state,
          lastState,
          ready,
          restartCount,
          image,
          imageID,
          containerID,
          started,
          resources,
          volumeMounts: mounts,
          user,
        };
  return mounts === undefined
    ? {
        name,
        state,
        lastState,
        ready,
        restartCount,
        image,
        imageID,
        containerID,
        started,
        allocatedResources,
        resources,
        user,
      }
    : {
        name,
        state,
        lastState,
        ready,
        restartCount,
        image,
        imageID,
        containerID,
        started,
        allocatedResources,
        resources,
        volumeMounts: mounts,
        user,
      };
}
