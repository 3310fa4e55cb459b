import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import { findCondition } from '../support/conditions.ts';
import { isBeingDeleted } from '../support/objects.ts';
import { isEmptySelector, selectorMatches } from '../support/selectors.ts';
import type { WallClock } from '../support/time.ts';
import { desiredReplicas, newReplicaSetAnnotations, REVISION, ROLLBACK_TO } from './annotations.ts';
import { isRollingUpdate, wantedReplicas } from './counts.ts';
import { hasProgressDeadline, rolloutStatus } from './status.ts';
import type { DeploymentInput } from './sync.ts';
import { templatesEqual } from './templates.ts';

type Annotations = Readonly<Record<string, string>>;

/** By the Deployment's annotations: a ReplicaSet's that agree with them. */
const agreeing = new WeakMap<Annotations, Annotations | undefined>();

/** The only ReplicaSet has the annotations that the Deployment gives it, and its revision. */
function annotationsAgree(deployment: Deployment, rs: ReplicaSet): boolean {
  const { annotations } = deployment.metadata;
  const own = rs.metadata.annotations;
  if (annotations === undefined || own === undefined) return false;
  if (agreeing.get(annotations) === own) return true;
  if (annotations[ROLLBACK_TO] !== undefined || annotations[REVISION] !== (own[REVISION] ?? '')) return false;
  if (newReplicaSetAnnotations(deployment, own, 1) !== own) return false;
  agreeing.set(annotations, own);
  return true;
}

/** No pause has to be noted, and the progress of a rollout with a deadline is being timed. */
function isTimed(deployment: Deployment): boolean {
  if (deployment.spec.paused) return false;
  if (!hasProgressDeadline(deployment)) return true;
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  return current !== undefined && current.reason !== 'DeploymentPaused';
}

/**
 * Nearly all syncs of a rolling update find one ReplicaSet, of the template and the size that the Deployment wants: what is
 * left is to count its replicas. The status that such a sync comes to; undefined where it has more to do.
 */
export function settledStatus(input: DeploymentInput, nowUs: TimeUs, clock: WallClock) {
  const { owned, orphans } = input;
  if (owned.length !== 1 || orphans.length > 0) return undefined;
  const deployment = input.deployment.object as Deployment;
  const rs = owned[0].object as ReplicaSet;
  const { selector, template, minReadySeconds } = deployment.spec;
  const wanted = wantedReplicas(deployment);
  const isSettled =
    isRollingUpdate(deployment) &&
    wantedReplicas(rs) === wanted &&
    (wanted === 0 || (desiredReplicas(rs) ?? wanted) === wanted) &&
    (rs.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0) &&
    !isBeingDeleted(deployment) &&
    isTimed(deployment) &&
    annotationsAgree(deployment, rs) &&
    templatesEqual(rs.spec.template, template) &&
    !isEmptySelector(selector) &&
    selectorMatches(selector, rs.metadata.labels);
  return isSettled ? rolloutStatus(deployment, [rs], rs, nowUs, clock) : undefined;
}
