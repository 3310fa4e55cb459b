import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../api/types/apps.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import { findCondition, withCondition, withoutCondition } from '../support/conditions.ts';
import type { WallClock } from '../support/time.ts';
import { maxUnavailable, specTotal, statusTotal, wantedReplicas } from './counts.ts';

/** progressDeadlineSeconds of MaxInt32 means none. */
const NO_DEADLINE = 2_147_483_647;

type Sets = readonly (ReplicaSet | undefined)[];

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
}

export function deploymentCondition(
  type: string,
  status: string,
  reason: string,
  message: string,
  now: string,
): DeploymentCondition {
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

function orAbsent(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

/** The Available condition. The text of the time is made only for a condition that is new. */
function withAvailability(deployment: Deployment, isEnough: boolean, nowUs: TimeUs, clock: WallClock) {
  const conditions = deployment.status?.conditions;
  const [status, reason] = isEnough ? ['True', 'MinimumReplicasAvailable'] : ['False', 'MinimumReplicasUnavailable'];
  const current = findCondition(conditions, 'Available');
  if (conditions && current?.status === status && current.reason === reason) return conditions;
  const message = isEnough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.';
  return withCondition(conditions, deploymentCondition('Available', status, reason, message, clock.stamp(nowUs)));
}

/** Counts from the statuses of the ReplicaSets, and the Available condition. Zero counts are absent, as the API prints them. */
export function countedStatus(
  deployment: Deployment,
  sets: Sets,
  newSet: ReplicaSet | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): DeploymentStatus {
  const available = statusTotal(sets, 'availableReplicas');
  const isEnough = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  return {
    observedGeneration: orAbsent(deployment.metadata.generation ?? 0),
    replicas: orAbsent(statusTotal(sets, 'replicas')),
    updatedReplicas: orAbsent(newSet?.status?.replicas ?? 0),
    readyReplicas: orAbsent(statusTotal(sets, 'readyReplicas')),
    availableReplicas: orAbsent(available),
    unavailableReplicas: orAbsent(Math.max(0, specTotal(sets) - available)),
    terminatingReplicas: statusTotal(sets, 'terminatingReplicas'),
    conditions: withAvailability(deployment, isEnough, nowUs, clock),
    collisionCount: deployment.status?.collisionCount,
  };
}

/** Every replica is of the new template and available, nothing old is left (util.DeploymentComplete). */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function outdated(status: DeploymentStatus | undefined): number {
  return (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
}

function isProgressing(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    outdated(after) < outdated(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, nowUs: TimeUs, clock: WallClock): boolean {
  const condition = findCondition(status.conditions, 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const fromUs = clock.parse(condition.lastUpdateTime) ?? 0;
  return fromUs + (deployment.spec.progressDeadlineSeconds ?? 0) * SECOND_US < nowUs;
}

/** A ReplicaFailure of the new ReplicaSet goes before those of old ones. */
function replicaFailure(sets: Sets, newSet: ReplicaSet | undefined): DeploymentCondition | undefined {
  const condition = failureOf(newSet) ?? firstFailure(sets);
  if (!condition) return undefined;
  const { type, status, lastTransitionTime, reason, message } = condition;
  return { type, status, lastUpdateTime: lastTransitionTime, lastTransitionTime, reason, message };
}

function failureOf(rs: ReplicaSet | undefined) {
  const condition = findCondition(rs?.status?.conditions, 'ReplicaFailure');
  return condition?.status === 'True' ? condition : undefined;
}

function firstFailure(sets: Sets) {
  for (const rs of sets) {
    const condition = failureOf(rs);
    if (condition) return condition;
  }
  return undefined;
}

function progressingCondition(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  const make = (value: string, reason: string, tail: string) => {
    const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
    const message = `${subject} ${tail}`;
    // The text of the condition before is no other object, so it need not be hashed and compared again.
    return deploymentCondition(
      'Progressing',
      value,
      reason,
      current?.message === message ? current.message : message,
      clock.stamp(nowUs),
    );
  };
  if (isComplete(deployment, status)) {
    return withCondition(conditions, make('True', 'NewReplicaSetAvailable', 'has successfully progressed.'));
  }
  if (isProgressing(deployment.status, status)) {
    const condition = make('True', 'ReplicaSetUpdated', 'is progressing.');
    // The condition is replaced even when status and reason stay, so that its time of update restarts the deadline.
    const lastTransitionTime = current?.status === 'True' ? current.lastTransitionTime : condition.lastTransitionTime;
    return [...withoutCondition(conditions, 'Progressing'), { ...condition, lastTransitionTime }];
  }
  if (isTimedOut(deployment, status, nowUs, clock)) {
    return withCondition(conditions, make('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'));
  }
  return conditions;
}

/** Status after a step of a rollout, with the Progressing and ReplicaFailure conditions. */
export function rolloutStatus(
  deployment: Deployment,
  sets: Sets,
  newSet: ReplicaSet | undefined,
  nowUs: TimeUs,
  clock: WallClock,
): DeploymentStatus {
  const status = countedStatus(deployment, sets, newSet, nowUs, clock);
  let conditions = status.conditions;
  if (hasProgressDeadline(deployment)) {
    const current = findCondition(deployment.status?.conditions, 'Progressing');
    const wasComplete =
      (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
    if (!wasComplete) conditions = progressingCondition(deployment, status, newSet, nowUs, clock);
  } else conditions = withoutCondition(conditions, 'Progressing');
  const failure = replicaFailure(sets, newSet);
  conditions = failure ? withCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

/** When to look again whether the deadline has passed; undefined = no need. */
export function progressCheckUs(
  deployment: Deployment,
  status: DeploymentStatus,
  nowUs: TimeUs,
  clock: WallClock,
): TimeUs | undefined {
  const condition = findCondition(deployment.status?.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition) return undefined;
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  const fromUs = clock.parse(condition.lastUpdateTime) ?? 0;
  return fromUs + (deployment.spec.progressDeadlineSeconds ?? 0) * SECOND_US - nowUs;
}
