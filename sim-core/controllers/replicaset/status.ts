import type { ReplicaSet, ReplicaSetStatus } from '../../api/types/apps.ts';
import type { Pod } from '../../api/types/core.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import { findCondition, withCondition, withoutCondition } from '../support/conditions.ts';
import { semanticallyEqual } from '../support/objects.ts';
import { isAvailable, isReady, readySinceUs } from '../support/pods.ts';
import { mapMatches } from '../support/selectors.ts';
import type { WallClock } from '../support/time.ts';
import type { PodTally } from './tally.ts';

function orAbsent(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

/** Status from the pods that the sync saw; `failure` is the error text of its creations or deletions. */
export function replicaSetStatus(
  rs: ReplicaSet,
  active: readonly Pod[],
  terminating: readonly Pod[],
  failure: string | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): ReplicaSetStatus {
  const minReadySeconds = rs.spec.minReadySeconds ?? 0;
  const labels = rs.spec.template?.metadata?.labels;
  const count = (holds: (pod: Pod) => boolean) => active.filter(holds).length;
  const counts = {
    active: active.length,
    fullyLabeled: count((pod) => mapMatches(labels, pod.metadata.labels)),
    ready: count(isReady),
    available: count((pod) => isAvailable(pod, minReadySeconds, nowUs, clock)),
    terminating: terminating.length,
  };
  return statusOfCounts(rs, counts, failure, nowUs, clock);
}

/** The same by counts that were kept; without minReadySeconds a ready pod is available. */
export function statusOfTally(
  rs: ReplicaSet,
  tally: PodTally,
  failure: string | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): ReplicaSetStatus {
  const { active, fullyLabeled, ready, terminating } = tally;
  return statusOfCounts(rs, { active, fullyLabeled, ready, available: ready, terminating }, failure, nowUs, clock);
}

interface PodCounts {
  readonly active: number;
  readonly fullyLabeled: number;
  readonly ready: number;
  readonly available: number;
  readonly terminating: number;
}

function statusOfCounts(
  rs: ReplicaSet,
  counts: PodCounts,
  failure: string | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): ReplicaSetStatus {
  return {
    replicas: counts.active,
    fullyLabeledReplicas: orAbsent(counts.fullyLabeled),
    readyReplicas: orAbsent(counts.ready),
    availableReplicas: orAbsent(counts.available),
    terminatingReplicas: counts.terminating,
    observedGeneration: orAbsent(rs.metadata.generation ?? 0),
    conditions: orNone(conditionsOf(rs, counts.active, failure, nowUs, clock)),
  };
}

function orNone<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

function conditionsOf(
  rs: ReplicaSet,
  activeCount: number,
  failure: string | undefined,
  nowUs: TimeUs,
  clock: WallClock,
) {
  const conditions = rs.status?.conditions;
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  if (findCondition(conditions, 'ReplicaFailure')) return conditions;
  const surplus = activeCount - (rs.spec.replicas ?? 1);
  const reason = surplus < 0 ? 'FailedCreate' : surplus > 0 ? 'FailedDelete' : '';
  const lastTransitionTime = clock.stamp(nowUs);
  const condition = { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason, message: failure };
  return withCondition(conditions, condition);
}

export function statusNeedsWrite(rs: ReplicaSet, status: ReplicaSetStatus): boolean {
  const before = rs.status;
  // Most often a count differs.
  return (
    before === undefined ||
    before.replicas !== status.replicas ||
    before.readyReplicas !== status.readyReplicas ||
    !semanticallyEqual(before, status)
  );
}

/** Time until the next ready pod has been ready for minReadySeconds; undefined when none waits. */
export function nextAvailabilityUs(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowUs: TimeUs,
  clock: WallClock,
): TimeUs | undefined {
  let next: TimeUs | undefined;
  for (const pod of pods) {
    const since = readySinceUs(pod, clock);
    if (since === undefined) continue;
    const leftUs = since + minReadySeconds * SECOND_US - nowUs;
    if (leftUs > 0 && (next === undefined || leftUs < next)) next = leftUs;
  }
  return next;
}
