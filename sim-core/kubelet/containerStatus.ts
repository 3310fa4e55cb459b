/**
 * Container statuses of a pod as the kubelet reports them: kubelet_pods.go convertToAPIContainerStatuses and
 * prober_manager.go UpdatePodStatus. Pure functions.
 */
import type { KubeObject, TimeUs } from '../contracts/index.ts';
import { shouldBeRestarted } from './restartPolicy.ts';
import type { ContainerState, RuntimePod } from './runtime.ts';
import { type ContainerSpec, containersOf, initContainersOf, isRestartableInit, restartPolicyOf } from './spec.ts';

// biome-ignore lint/suspicious/noExplicitAny: status in its JSON shape
export type StatusJson = any;

export interface StartFailure {
  readonly reason: string;
  readonly message: string;
}

export interface ContainerStatusInput {
  readonly pod: KubeObject;
  readonly runtime: RuntimePod;
  /** The status that the kubelet had before. */
  readonly old: StatusJson;
  /** Why the last start of a container failed (the reason cache). */
  readonly failures: Readonly<Record<string, StartFailure>>;
  /** metav1.Time of an instant. */
  time(us: TimeUs): string;
}

function terminatedState(c: ContainerState, time: (us: TimeUs) => string): StatusJson {
  return {
    exitCode: c.exitCode,
    reason: c.reason === '' ? undefined : c.reason,
    message: c.message === '' ? undefined : c.message,
    startedAt: c.startedUs < 0 ? '1970-01-01T00:00:00Z' : time(c.startedUs),
    finishedAt: time(c.finishedUs),
    containerID: c.id,
  };
}

function stateOf(c: ContainerState, time: (us: TimeUs) => string): StatusJson {
  if (c.state === 'running') return { running: { startedAt: time(c.startedUs) } };
  if (c.state === 'exited') return { terminated: terminatedState(c, time) };
  if (c.state === 'unknown') {
    const message = 'The container could not be located when the pod was terminated';
    return { terminated: { ...terminatedState(c, time), reason: 'ContainerStatusUnknown', message, exitCode: 137 } };
  }
  return { waiting: {} };
}

export function volumeMounts(container: ContainerSpec): StatusJson {
  const mounts = (container.volumeMounts ?? NONE) as readonly StatusJson[];
  return mounts.length === 0 ? undefined : mounts.map(volumeMount);
}

function volumeMount({ name, mountPath, readOnly }: StatusJson): StatusJson {
  return readOnly ? { name, mountPath, readOnly: true, recursiveReadOnly: 'Disabled' } : { name, mountPath };
}

export const ROOT = { linux: { uid: 0, gid: 0, supplementalGroups: [0] } };

/** What a status says of a container's resources. */
export function resourcesOf(ofContainer: unknown): {
  readonly allocatedResources: StatusJson;
  readonly resources: StatusJson;
} {
  const { limits, requests } = (ofContainer ?? {}) as StatusJson;
  return {
    allocatedResources: requests && Object.keys(requests).length > 0 ? requests : undefined,
    resources: limits ? (requests ? { limits, requests } : { limits }) : requests ? { requests } : {},
  };
}

function fromRuntime(
  container: ContainerSpec,
  c: ContainerState,
  base: StatusJson,
  time: (us: TimeUs) => string,
): StatusJson {
  const { resources } = resourcesOf(c.resources);
  // Containers that are being resized have other resources than are allocated.
  const { allocatedResources } = resourcesOf(container.resources);
  return {
    name: container.name,
    state: stateOf(c, time),
    lastState: base.lastState,
    ready: base.ready,
    restartCount: c.attempt,
    image: c.image,
    imageID: c.imageID,
    containerID: c.id,
    started: base.started,
    allocatedResources,
    resources,
    volumeMounts: base.volumeMounts,
    user: ROOT,
  };
}

/** What is said of a container that the kubelet saw running and the runtime no longer knows. */
function lost(
  input: ContainerStatusInput,
  container: ContainerSpec,
  status: StatusJson,
  before: StatusJson,
  init: boolean,
): StatusJson {
  if (before?.state?.running === undefined) return status;
  const message = 'The container could not be located when the pod was deleted.  The container used to be Running';
  const terminated = { reason: 'ContainerStatusUnknown', message, exitCode: 137, startedAt: null, finishedAt: null };
  const restarts = init ? isRestartableInit(container) : restartPolicyOf(input.pod) === 'Always';
  if (!restarts) return { ...status, state: { terminated } };
  return { ...status, lastState: { terminated }, restartCount: (before.restartCount ?? 0) + 1 };
}

function oneStatus(
  input: ContainerStatusInput,
  container: ContainerSpec,
  init: boolean,
  before: StatusJson,
): StatusJson {
  const { pod, runtime, time } = input;
  const waiting = initContainersOf(pod).length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const mounts = volumeMounts(container);
  let status: StatusJson = {
    name: container.name,
    state: { waiting: { reason: waiting } },
    lastState: before?.lastState ?? {},
    ready: false,
    restartCount: before?.restartCount ?? 0,
    image: container.image,
    imageID: '',
    started: false,
    volumeMounts: mounts,
  };
  const seen = runtime.containers.filter((c) => c.name === container.name);
  if (init && before?.state?.terminated && (seen.length === 0 || seen[0].id === before.containerID)) {
    if (seen.length === 0) return before;
  }
  if (seen.length === 0) status = lost(input, container, status, before, init);
  else {
    // The former end is known from the runtime only: it goes with the container.
    status = fromRuntime(container, seen[0], { ...status, lastState: {} }, time);
    if (seen.length > 1) status = { ...status, lastState: stateOf(seen[1], time) };
  }
  // An init container that ended well shows its end, though a sidecar is started again.
  if (init && status.state.terminated?.exitCode === 0) return status;
  const failure = input.failures[container.name];
  if (failure === undefined || !shouldBeRestarted(pod, container, runtime, init)) return status;
  const waitingState = { reason: failure.reason, ...(failure.message ? { message: failure.message } : {}) };
  return {
    ...status,
    ...(status.state.terminated ? { lastState: status.state } : {}),
    state: { waiting: waitingState },
  };
}

/** Statuses of one list of containers, before probes have their say. */
export function containerStatuses(
  input: ContainerStatusInput,
  list: 'containers' | 'initContainers' | 'ephemeralContainers',
): readonly StatusJson[] {
  const field =
    list === 'containers'
      ? 'containerStatuses'
      : list === 'initContainers'
        ? 'initContainerStatuses'
        : 'ephemeralContainerStatuses';
  const specs: readonly ContainerSpec[] =
    list === 'containers'
      ? containersOf(input.pod)
      : list === 'initContainers'
        ? initContainersOf(input.pod)
        : (input.pod.spec?.ephemeralContainers ?? []);
  const before = (input.old?.[field] ?? []) as readonly StatusJson[];
  return specs.map((c) =>
    oneStatus(
      input,
      c,
      list === 'initContainers',
      before.find((b) => b.name === c.name),
    ),
  );
}

export interface ProbeView {
  readiness(containerID: string): 'success' | 'failure' | undefined;
  startup(containerID: string): 'success' | 'failure' | 'unknown' | undefined;
  hasWorker(container: string, type: 'readiness' | 'startup'): boolean;
}

function started(status: StatusJson, probes: ProbeView): boolean {
  if (!status.state.running) return false;
  const result = probes.startup(status.containerID);
  if (result !== undefined) return result === 'success';
  return !probes.hasWorker(status.name, 'startup');
}

/**
 * Sets `started` and `ready`. `unready` collects running, started containers with a readiness probe that has not
 * succeeded: they are probed at once.
 */
export function applyProbes(
  statuses: readonly StatusJson[],
  probes: ProbeView,
  unready: string[],
): readonly StatusJson[] {
  return statuses.map((s) => {
    const isStarted = started(s, probes);
    if (!isStarted) return { ...s, started: false };
    let ready = true;
    if (probes.readiness(s.containerID) !== 'success') {
      ready = !probes.hasWorker(s.name, 'readiness');
      if (!ready) unready.push(s.name);
    }
    return { ...s, started: true, ready };
  });
}

/** Init containers: a regular one is ready when it ended well, a sidecar like any container. */
export function applyProbesToInit(
  pod: KubeObject,
  statuses: readonly StatusJson[],
  probes: ProbeView,
  unready: string[],
): readonly StatusJson[] {
  return statuses.map((s, i) => {
    if (isRestartableInit(initContainersOf(pod)[i])) return applyProbes([s], probes, unready)[0];
    const ended = s.state.terminated?.exitCode === 0;
    return { ...s, started: s.state.running !== undefined, ready: ended };
  });
}

/**
 * The regular containers' statuses of a pod without other containers and without former lives, each running for the first
 * time in the runtime's present record or not made yet: what the general way comes to in one pass. undefined where it is
 * to be gone.
 */
export function plainStatuses(
  input: ContainerStatusInput,
  probes: ProbeView,
  unready: string[],
): readonly StatusJson[] | undefined {
  const { spec } = input.pod;
  if (spec.initContainers?.length > 0 || spec.ephemeralContainers?.length > 0) return undefined;
  for (const _name in input.failures) return undefined;
  const containers = spec.containers as readonly ContainerSpec[];
  if (containers.length === 0) return undefined;
  const before = (input.old?.containerStatuses ?? NONE) as readonly StatusJson[];
  const seen: (ContainerState | undefined)[] = [];
  for (const c of containers) {
    const state = onlyState(input.runtime, c.name);
    if (state === null || (state === undefined && !neverRan(before, c.name))) return undefined;
    seen.push(state);
  }
  if (input.runtime.containers.length > containers.length) return undefined;
  return containers.map((c, i) => {
    const state = seen[i];
    return state === undefined ? creating(c) : running(input, c, state, probes, unready);
  });
}

const NONE: readonly never[] = [];

/** The only record of a container if it runs, undefined without one, null where there is more to say. */
function onlyState(runtime: RuntimePod, name: string): ContainerState | undefined | null {
  let found: ContainerState | undefined;
  for (const c of runtime.containers) {
    if (c.name !== name) continue;
    if (found !== undefined || c.state !== 'running') return null;
    found = c;
  }
  return found;
}

function neverRan(before: readonly StatusJson[], name: string): boolean {
  for (const s of before) {
    if (s.name !== name) continue;
    if (s.restartCount > 0 || s.state?.waiting === undefined) return false;
    for (const _key in s.lastState ?? EMPTY) return false;
  }
  return true;
}

const EMPTY: StatusJson = {};

function creating(container: ContainerSpec): StatusJson {
  return {
    name: container.name,
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: EMPTY,
    ready: false,
    restartCount: 0,
    image: container.image,
    imageID: '',
    started: false,
    volumeMounts: volumeMounts(container),
  };
}

function running(
  input: ContainerStatusInput,
  container: ContainerSpec,
  c: ContainerState,
  probes: ProbeView,
  unready: string[],
): StatusJson {
  const result = probes.startup(c.id);
  const isStarted = result === undefined ? !probes.hasWorker(c.name, 'startup') : result === 'success';
  let isReady = isStarted;
  if (isStarted && probes.readiness(c.id) !== 'success') {
    isReady = !probes.hasWorker(c.name, 'readiness');
    if (!isReady) unready.push(c.name);
  }
  const base = { ready: isReady, started: isStarted, lastState: EMPTY, volumeMounts: volumeMounts(container) };
  return fromRuntime(container, c, base, input.time);
}
