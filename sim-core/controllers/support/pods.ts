import type { Pod } from '../../api/types/core.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import { findCondition } from './conditions.ts';
import { isBeingDeleted } from './objects.ts';
import type { WallClock } from './time.ts';

export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor being deleted (controller.IsPodActive). */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && !isBeingDeleted(pod);
}

export function isTerminating(pod: Pod): boolean {
  return !isTerminal(pod) && isBeingDeleted(pod);
}

export function isReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True';
}

/** When a ready pod became ready; 0 when that is not known. */
export function readySinceUs(pod: Pod, clock: WallClock): TimeUs | undefined {
  const condition = findCondition(pod.status?.conditions, 'Ready');
  return condition?.status === 'True' ? clock.parse(condition.lastTransitionTime) : undefined;
}

/** Ready for at least minReadySeconds (podutil.IsPodAvailable). */
export function isAvailable(pod: Pod, minReadySeconds: number, nowUs: TimeUs, clock: WallClock): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySinceUs(pod, clock);
  return since !== undefined && since + minReadySeconds * SECOND_US <= nowUs;
}
