/**
 * What one sync has to do: kuberuntime_manager.go computePodActions and computeInitContainerActions. Pure functions of the
 * pod's spec, what PLEG saw last and the results of probes.
 */
import type { KubeObject } from '../contracts/index.ts';
import { latest, restartOnFailure, restartsAfter, shouldBeRestarted } from './restartPolicy.ts';
import type { RuntimePod } from './runtime.ts';
import { type ContainerSpec, containersOf, initContainersOf, isRestartableInit, restartPolicyOf } from './spec.ts';

export type KillReason = 'startup' | 'liveness' | 'other';

export interface ContainerKill {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly reason: KillReason;
}

export interface PodActions {
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** The sandbox that is there and no good any more; '' when there is none. */
  readonly sandboxID: string;
  readonly attempt: number;
  readonly initToStart: readonly string[];
  readonly toStart: readonly string[];
  readonly toKill: readonly ContainerKill[];
}

export interface ProbeResults {
  liveness(containerID: string): 'success' | 'failure' | 'unknown' | undefined;
  startup(containerID: string): 'success' | 'failure' | 'unknown' | undefined;
}

export interface ActionInput {
  readonly pod: KubeObject;
  readonly status: RuntimePod;
  readonly probes: ProbeResults;
  /** Hash of a container's spec, to see changed definitions. */
  hash(container: ContainerSpec): string;
}

function isChanged(input: ActionInput, before: ContainerSpec, now: ContainerSpec): boolean {
  return before !== now && input.hash(before) !== input.hash(now);
}

interface Draft {
  killPod: boolean;
  createSandbox: boolean;
  sandboxID: string;
  attempt: number;
  initToStart: string[];
  toStart: string[];
  toKill: ContainerKill[];
}

/** util.PodSandboxChanged. */
export function sandboxChanged(pod: KubeObject, status: RuntimePod): { changed: boolean; attempt: number; id: string } {
  if (status.sandboxes.length === 0) return { changed: true, attempt: 0, id: '' };
  const newest = status.sandboxes[0];
  const ready = status.sandboxes.filter((s) => s.ready).length;
  if (ready > 1 || !newest.ready) return { changed: true, attempt: newest.attempt + 1, id: newest.id };
  if (!pod.spec?.hostNetwork && newest.ip === '') return { changed: true, attempt: newest.attempt + 1, id: newest.id };
  return { changed: false, attempt: newest.attempt, id: newest.id };
}

/** Did any regular container start in the present sandbox, so that the init containers are done? (HasAnyActiveRegularContainerStarted) */
export function regularContainerStarted(pod: KubeObject, status: RuntimePod): boolean {
  return containersOf(pod).some((c) => {
    const state = latest(status, c.name);
    return state !== undefined && state.state !== 'unknown' && state.sandbox === status.sandboxes[0]?.id;
  });
}

function newSandbox(input: ActionInput, draft: Draft): void {
  const { pod, status } = input;
  const hasContainers = status.containers.length > 0;
  const restartable =
    restartOnFailure(pod) || containersOf(pod).some((c) => c.restartPolicy === 'Always' || c.restartPolicyRules);
  if (!restartable && draft.attempt !== 0 && hasContainers) {
    draft.createSandbox = false;
    return;
  }
  const toStart = containersOf(pod).filter((c) => {
    const state = latest(status, c.name);
    return !(
      (c.restartPolicy ?? restartPolicyOf(pod)) === 'OnFailure' &&
      state?.state === 'exited' &&
      state.exitCode === 0
    );
  });
  if (toStart.length === 0 && (initContainersOf(pod).length === 0 || regularContainerStarted(pod, status))) {
    draft.createSandbox = false;
    return;
  }
  if (initContainersOf(pod).length > 0) draft.initToStart = [initContainersOf(pod)[0].name];
  else draft.toStart = toStart.map((c) => c.name);
}

/** Kills of an init container by probe or definition; returns true when it was killed. */
function killSidecar(
  input: ActionInput,
  draft: Draft,
  container: ContainerSpec,
  id: string,
  what: string,
  reason: KillReason,
): void {
  draft.toKill.push({ id, name: container.name, message: `Init container ${container.name} ${what}`, reason });
  draft.initToStart.push(container.name);
  void input;
}

/** One running sidecar. Returns true when it counts as the last one that was needed. */
function runningSidecar(
  input: ActionInput,
  draft: Draft,
  i: number,
  id: string,
  definition: ContainerSpec,
  before: boolean,
): boolean {
  const all = initContainersOf(input.pod);
  const container = all[i];
  if (container.startupProbe) {
    const startup = input.probes.startup(id);
    if (startup === undefined) return false;
    if (startup !== 'success') {
      if (startup === 'failure') killSidecar(input, draft, container, id, 'failed startup probe', 'startup');
      return false;
    }
  }
  const last = i === all.length - 1;
  if (!last && !before) draft.initToStart.push(all[i + 1].name);
  if (isChanged(input, definition, container)) killSidecar(input, draft, container, id, 'definition changed', 'other');
  else if (container.livenessProbe && input.probes.liveness(id) === 'failure') {
    killSidecar(input, draft, container, id, 'failed liveness probe', 'liveness');
  }
  return last;
}

/** computeInitContainerActions: true when the regular containers may run. */
function initActions(input: ActionInput, draft: Draft): boolean {
  const { pod, status } = input;
  const all = initContainersOf(pod);
  if (all.length === 0) return true;
  let initialized = regularContainerStarted(pod, status);
  let before = initialized;
  for (let i = all.length - 1; i >= 0; i -= 1) {
    const container = all[i];
    const sidecar = isRestartableInit(container);
    const state = latest(status, container.name);
    if (state === undefined) {
      if (before && sidecar) draft.initToStart.push(container.name);
      continue;
    }
    if (before && !sidecar) continue;
    if (state.state === 'created') draft.initToStart.push(container.name);
    else if (state.state === 'running') {
      if (sidecar && runningSidecar(input, draft, i, state.id, state.definition, before)) initialized = true;
    } else if (state.state === 'exited') {
      if (sidecar) draft.initToStart.push(container.name);
      else if (state.exitCode !== 0) {
        if (!restartsAfter(pod, container, state.exitCode, true)) {
          draft.killPod = true;
          draft.initToStart = [];
          return false;
        }
        draft.initToStart.push(container.name);
      } else if (i === all.length - 1) initialized = true;
      else draft.initToStart.push(all[i + 1].name);
    } else {
      draft.toKill.push({
        id: state.id,
        name: container.name,
        message: `Init container is in "unknown" state, try killing it before restart`,
        reason: 'other',
      });
      draft.initToStart.push(container.name);
    }
    before = true;
  }
  if (!before) draft.initToStart.push(all[0].name);
  draft.initToStart.reverse();
  return initialized;
}

/** The message with which a running container is killed, or undefined when it is kept. */
function killOf(
  input: ActionInput,
  container: ContainerSpec,
  id: string,
  definition: ContainerSpec,
): { message: string; reason: KillReason; restart: boolean } | undefined {
  const restart =
    input.pod.spec?.restartPolicy !== 'Never' ||
    container.restartPolicy === 'Always' ||
    container.restartPolicy === 'OnFailure';
  if (isChanged(input, definition, container)) {
    return { message: `Container ${container.name} definition changed`, reason: 'other', restart: true };
  }
  if (input.probes.liveness(id) === 'failure') {
    return { message: `Container ${container.name} failed liveness probe`, reason: 'liveness', restart };
  }
  if (input.probes.startup(id) === 'failure') {
    return { message: `Container ${container.name} failed startup probe`, reason: 'startup', restart };
  }
  return undefined;
}

/** Ephemeral containers that never ran (they are started once and never restarted). */
export function ephemeralToStart(pod: KubeObject, status: RuntimePod): readonly string[] {
  const all = (pod.spec?.ephemeralContainers ?? []) as readonly ContainerSpec[];
  return all.filter((c) => latest(status, c.name) === undefined).map((c) => c.name as string);
}

export function computePodActions(input: ActionInput): PodActions {
  const { pod, status } = input;
  const sandbox = sandboxChanged(pod, status);
  const draft: Draft = {
    killPod: sandbox.changed,
    createSandbox: sandbox.changed,
    sandboxID: sandbox.id,
    attempt: sandbox.attempt,
    initToStart: [],
    toStart: [],
    toKill: [],
  };
  if (sandbox.changed) {
    newSandbox(input, draft);
    return draft;
  }
  if (!initActions(input, draft) || draft.killPod) return draft;
  let keep = 0;
  for (const container of containersOf(pod)) {
    const state = latest(status, container.name);
    if (state === undefined || state.state !== 'running') {
      if (shouldBeRestarted(pod, container, status)) draft.toStart.push(container.name);
      continue;
    }
    const kill = killOf(input, container, state.id, state.definition);
    if (kill === undefined) {
      keep += 1;
      continue;
    }
    if (kill.restart) draft.toStart.push(container.name);
    const message = kill.restart ? `${kill.message}, will be restarted` : kill.message;
    draft.toKill.push({ id: state.id, name: container.name, message, reason: kill.reason });
  }
  if (keep === 0 && draft.toStart.length === 0) {
    draft.killPod = true;
    draft.initToStart = [];
  }
  return draft;
}
