/** What the status of a pod that was killed or has ended says beside what its containers do. Pure functions. */
import type { KubeObject } from '../contracts/index.ts';
import type { KillStatus, PodRow } from './rows.ts';
import { initContainersOf, isStatic, isTerminalPhase } from './spec.ts';

/** The status with the reason for which the kubelet killed the pod. */
export function withKillStatus(status: PodRow['status'], kill: KillStatus, pod: KubeObject): PodRow['status'] {
  const conditions = (status.conditions ?? []).filter((c: { type: string }) => c.type !== kill.condition?.type);
  const generation = pod.metadata.generation;
  const added = kill.condition ? [{ lastProbeTime: null, ...kill.condition, observedGeneration: generation }] : [];
  return {
    ...status,
    // Only containers that failed make the pod Failed for this reason.
    ...(status.phase === 'Failed' && kill.reason ? { reason: kill.reason } : {}),
    ...(status.phase === 'Failed' && kill.message ? { message: kill.message } : {}),
    conditions: [...added, ...conditions],
  };
}

/** Has the pod ever come past its init containers? (status_manager.go hasPodInitialized) */
function initialized(pod: KubeObject, status: PodRow['status']): boolean {
  if (initContainersOf(pod).length === 0) return true;
  const ran = (s: PodRow['status']) => s.lastState?.terminated || s.state.running || s.state.terminated;
  if ((status.containerStatuses ?? []).some(ran)) return true;
  const last = (status.initContainerStatuses ?? []).at(-1);
  return last?.lastState?.terminated?.exitCode === 0 || last?.state.terminated?.exitCode === 0;
}

/** TerminatePod: what still counts as waiting or running, of the containers that had a start, is said to have ended. */
export function allTerminated(pod: KubeObject, status: PodRow['status']): PodRow['status'] {
  const message = 'The container could not be located when the pod was terminated';
  const end = (s: PodRow['status']) => {
    if (s.state.terminated) return s;
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null };
    return { ...s, ready: false, started: false, state: { terminated } };
  };
  const init = (status.initContainerStatuses ?? []) as readonly PodRow['status'][];
  const waits = (s: PodRow['status']) => s.state.waiting && !s.lastState?.terminated;
  const tried = Math.max(1, init.length - [...init].reverse().findIndex((s) => !waits(s)));
  const known = init.every(waits) ? 1 : tried;
  return {
    ...status,
    phase: isTerminalPhase(status.phase) || isStatic(pod) ? status.phase : 'Failed',
    containerStatuses: initialized(pod, status) ? (status.containerStatuses ?? []).map(end) : status.containerStatuses,
    ...(init.length > 0 ? { initContainerStatuses: init.map((s, i) => (i < known ? end(s) : s)) } : {}),
  };
}
