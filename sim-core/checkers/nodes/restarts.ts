import { timeUs } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** The first back-off is 10 s; times in the status are cut to seconds. */
const LEAST_WAIT_US = 9 * SECOND_US;
/** A back-off starts anew after two times its maximum. */
const RESET_US = 600 * SECOND_US;

interface Run {
  readonly exitCode?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

interface Status {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: { readonly running?: Run; readonly terminated?: Run };
  readonly lastState?: { readonly terminated?: Run };
}

/**
 * N10: containers restart only as restartPolicy says, and from the third restart on with a back-off of at least ten seconds. A
 * node or kubelet that restarts forgets its back-offs, a lost sandbox starts everything again: not judged after faults.
 */
export function restartsAreAllowed(): Checker {
  return {
    id: 'N10',
    name: 'restart-policy-and-back-off',
    resources: ['pods'],
    commit(scene: Scene, { now, before, deleted }: Commit) {
      const [was, is] = [before?.object.status?.containerStatuses, now.object.status?.containerStatuses];
      if (deleted || before === undefined || was === is || is === undefined || scene.lastFaultUs >= 0) return;
      for (const status of is as readonly Status[]) {
        const old = ((was ?? []) as readonly Status[]).find((s) => s.name === status.name);
        if ((status.restartCount ?? 0) > (old?.restartCount ?? 0)) judge(scene, now.object, status, old);
      }
    },
  };
}

/**
 * The end that the back-off of this restart is counted from. A container that a probe killed is started again in the sync that
 * killed it, when the newest end that the kubelet knows is that of the run before (kuberuntime_manager.go doBackOff).
 */
function endBefore(container: object | undefined, status: Status, old: Status | undefined): string | undefined {
  const probed = container !== undefined && ('livenessProbe' in container || 'startupProbe' in container);
  const last = probed && old?.state?.running !== undefined ? old.lastState : status.lastState;
  return last?.terminated?.finishedAt;
}

function judge(scene: Scene, pod: KubeObject, status: Status, old: Status | undefined): void {
  const container = (pod.spec?.containers ?? []).find((c: { readonly name: string }) => c.name === status.name);
  if (container?.restartPolicy !== undefined) return;
  const policy: string = pod.spec?.restartPolicy ?? 'Always';
  const last = status.lastState?.terminated;
  const at = label('pods', pod);
  if (policy === 'Never') scene.report(at, `container ${status.name} was restarted under restartPolicy Never`);
  if (policy === 'OnFailure' && last?.exitCode === 0)
    scene.report(at, `container ${status.name} was restarted after success under restartPolicy OnFailure`);
  const started = status.state?.running?.startedAt;
  const ended = endBefore(container, status, old);
  if ((status.restartCount ?? 0) < 3 || started === undefined || !last?.finishedAt || !last.startedAt || !ended) return;
  const us = (text: string) => timeUs(scene.epochSeconds, text);
  const waited = us(started) - us(ended);
  if (us(last.finishedAt) - us(last.startedAt) < RESET_US && waited < LEAST_WAIT_US)
    scene.report(at, `restart ${status.restartCount} of ${status.name} came ${waited / SECOND_US} s after its end`);
}
