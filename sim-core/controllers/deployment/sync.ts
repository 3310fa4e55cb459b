import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/types/apps.ts';
import type { Pod } from '../../api/types/core.ts';
import type { ApiResponse } from '../../contracts/apiserver.ts';
import type { EventSpec } from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { claim } from '../support/claims.ts';
import { findCondition, withCondition } from '../support/conditions.ts';
import {
  byCreation,
  changed,
  controllerOf,
  controllerReference,
  isBeingDeleted,
  semanticallyEqual,
} from '../support/objects.ts';
import { createRequest, deleteRequest, updateRequest } from '../support/requests.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../support/resources.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { errorText, isAlreadyExists, isNamespaceTerminating, isNotFound, succeeded } from '../support/script.ts';
import { isEmptySelector } from '../support/selectors.ts';
import { WallClock } from '../support/time.ts';
import {
  desiredReplicas,
  maxRevision,
  newReplicaSetAnnotations,
  REVISION,
  ROLLBACK_TO,
  replicasAnnotationsDiffer,
  revisionOf,
  withReplicasAnnotations,
} from './annotations.ts';
import {
  activeSets,
  isRollingUpdate,
  maxSurge,
  maxUnavailable,
  newSetReplicas,
  specTotal,
  statusTotal,
  wantedReplicas,
} from './counts.ts';
import { isSaturated, proportionalSizes } from './proportions.ts';
import { rollBack } from './rollback.ts';
import {
  countedStatus,
  deploymentCondition,
  hasProgressDeadline,
  isComplete,
  progressCheckUs,
  rolloutStatus,
} from './status.ts';
import { findNewSet, POD_TEMPLATE_HASH, templatesEqual, templateWithHash } from './templates.ts';

/** What one sync reads from the cache. */
export interface DeploymentInput {
  readonly deployment: Version;
  readonly owned: readonly Version[];
  readonly orphans: readonly Version[];
  /** Of Recreate deployments: the pods of all owned ReplicaSets. */
  readonly pods: readonly Version[];
  /** What has the name of the ReplicaSet that would be created, if none of the owned ones fits the template. */
  readonly namesake: Version | undefined;
}

/** Ends a sync whose request failed: the key is tried again with back-off. */
export class SyncFailed extends Error {}

/** One sync of a Deployment (pkg/controller/deployment). Holds the working copies of this sync only. */
export class DeploymentSync {
  readonly run: ScriptRun;
  readonly clock: WallClock;
  readonly options: ControllerManagerOptions;
  readonly input: DeploymentInput;
  deployment: Deployment;
  newSet: ReplicaSet | undefined;
  oldSets: ReplicaSet[] = [];
  /** The new ReplicaSet as the cache had it when the sync began. */
  #cachedSet: ReplicaSet | undefined;

  constructor(run: ScriptRun, input: DeploymentInput, options: ControllerManagerOptions) {
    this.run = run;
    this.input = input;
    this.options = options;
    this.clock = new WallClock(options.epochSeconds);
    this.deployment = input.deployment.object as Deployment;
  }

  get now(): string {
    return this.clock.stamp(this.run.nowUs);
  }

  get allSets(): (ReplicaSet | undefined)[] {
    return [...this.oldSets, this.newSet];
  }

  event(type: EventSpec['type'], reason: string, message: string): void {
    this.run.event({ regarding: this.deployment, type, reason, message });
  }

  *sync(): Conversation<Outcome | undefined> {
    try {
      return yield* this.#sync();
    } catch (error) {
      if (error instanceof SyncFailed) return { failed: true };
      throw error;
    }
  }

  *#sync(): Conversation<Outcome | undefined> {
    if (isEmptySelector(this.deployment.spec.selector)) return yield* this.#refuseEmptySelector();
    const sets = yield* this.#claimSets();
    this.#divide(sets);
    if (isBeingDeleted(this.deployment)) {
      yield* this.updateSets(false);
      return yield* this.#writeCountedStatus();
    }
    yield* this.#recordPause();
    if (this.deployment.spec.paused) return yield* this.#scaleOnly();
    if (this.deployment.metadata.annotations?.[ROLLBACK_TO] !== undefined) return yield* rollBack(this);
    yield* this.updateSets(false);
    if (this.#wasScaled()) return yield* this.#scaleOnly();
    if (isRollingUpdate(this.deployment)) return yield* this.#roll();
    return yield* this.#recreate();
  }

  *#refuseEmptySelector(): Conversation<undefined> {
    const message = 'This deployment is selecting all pods. A non-empty selector is required.';
    this.event('Warning', 'SelectingAll', message);
    const generation = this.deployment.metadata.generation ?? 0;
    if ((this.deployment.status?.observedGeneration ?? 0) < generation) {
      yield* this.writeStatus({ ...this.deployment.status, observedGeneration: generation });
    }
    return undefined;
  }

  *#claimSets(): Conversation<ReplicaSet[]> {
    const claimed = yield* claim(this.run, {
      resource: DEPLOYMENTS,
      owner: this.deployment,
      reference: controllerReference(this.deployment, 'apps/v1', 'Deployment'),
      selector: this.deployment.spec.selector,
      dependents: REPLICA_SETS,
      owned: this.input.owned,
      orphans: this.input.orphans,
    });
    if (claimed.failed) throw new SyncFailed();
    return claimed.objects as ReplicaSet[];
  }

  #divide(sets: readonly ReplicaSet[]): void {
    this.newSet = findNewSet(this.deployment, sets);
    this.#cachedSet = this.newSet;
    this.oldSets = sets.filter((rs) => rs.metadata.uid !== this.newSet?.metadata.uid);
  }

  /** PUT of the status subresource with the working copy's resourceVersion. Its answer does not refresh the working copy:
   * a second write in the same sync meets a 409, as the recordings show. */
  *writeStatus(status: DeploymentStatus): Conversation<ApiResponse> {
    this.deployment = changed(this.deployment, { status });
    return yield* this.must(updateRequest(DEPLOYMENTS, this.deployment, 'status'));
  }

  /** The same as the last thing that a sync does. */
  *#concludeWithStatus(status: DeploymentStatus): Conversation<undefined> {
    this.deployment = changed(this.deployment, { status });
    const answer = yield* this.run.conclude(updateRequest(DEPLOYMENTS, this.deployment, 'status'));
    if (!succeeded(answer)) throw new SyncFailed();
    return undefined;
  }

  *must(request: Parameters<ScriptRun['request']>[0]): Conversation<ApiResponse> {
    const answer = yield* this.run.request(request);
    if (!succeeded(answer)) throw new SyncFailed();
    return answer;
  }

  #withCondition(type: string, status: string, reason: string, message: string): DeploymentStatus {
    const condition = deploymentCondition(type, status, reason, message, this.now);
    return { ...this.deployment.status, conditions: withCondition(this.deployment.status?.conditions, condition) };
  }

  /** Paused and resumed Deployments have no progress to time; the condition says so. */
  *#recordPause(): Conversation<void> {
    if (!hasProgressDeadline(this.deployment)) return;
    const current = findCondition(this.deployment.status?.conditions, 'Progressing');
    if (current?.reason === 'ProgressDeadlineExceeded') return;
    const saysPaused = current?.reason === 'DeploymentPaused';
    const paused = this.deployment.spec.paused ?? false;
    if (paused === saysPaused) return;
    const status = paused
      ? this.#withCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : this.#withCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    yield* this.writeStatus(status);
  }

  // --- The new ReplicaSet ---

  /**
   * Finds the new ReplicaSet, or makes it, and brings its and the Deployment's revision up to date. Done again in one sync it
   * starts from the cache again: a ReplicaSet that was written meets a 409 (getAllReplicaSetsAndSyncRevision).
   */
  *updateSets(create: boolean): Conversation<void> {
    const revision = maxRevision(this.oldSets) + 1;
    if (this.#cachedSet) yield* this.#refreshNewSet(this.#cachedSet, revision);
    else if (create) yield* this.#createNewSet(revision);
  }

  *#refreshNewSet(rs: ReplicaSet, revision: number): Conversation<void> {
    const annotations = newReplicaSetAnnotations(this.deployment, rs.metadata.annotations, revision);
    const minReadySeconds = this.deployment.spec.minReadySeconds;
    if (annotations !== rs.metadata.annotations || (rs.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
      const wanted = changed(rs, { metadata: { annotations }, spec: { ...rs.spec, minReadySeconds } });
      const answer = yield* this.must(updateRequest(REPLICA_SETS, wanted));
      this.newSet = (answer.version?.object as ReplicaSet | undefined) ?? wanted;
      return;
    }
    const own = rs.metadata.annotations?.[REVISION] ?? '';
    const needsRevision = this.#setRevision(own);
    const current = findCondition(this.deployment.status?.conditions, 'Progressing');
    if (hasProgressDeadline(this.deployment) && !current) {
      const message = `Found new replica set "${rs.metadata.name}"`;
      yield* this.writeStatus(this.#withCondition('Progressing', 'True', 'FoundNewReplicaSet', message));
    } else if (needsRevision) yield* this.writeStatus(this.deployment.status ?? {});
  }

  #setRevision(revision: string): boolean {
    const annotations = this.deployment.metadata.annotations;
    if (annotations?.[REVISION] === revision) return false;
    this.deployment = changed(this.deployment, { metadata: { annotations: { ...annotations, [REVISION]: revision } } });
    return true;
  }

  #designNewSet(revision: number): ReplicaSet {
    const { deployment } = this;
    const hash = this.options.podTemplateHash(deployment.spec.template, deployment.status?.collisionCount);
    const template = templateWithHash(deployment.spec.template, hash);
    const selector = deployment.spec.selector;
    const draft: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels: template.metadata?.labels,
        ownerReferences: [controllerReference(deployment, 'apps/v1', 'Deployment')],
      },
      spec: {
        replicas: 0,
        minReadySeconds: deployment.spec.minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template,
      },
    };
    const replicas = newSetReplicas(deployment, [...this.oldSets, draft], draft);
    const wanted = wantedReplicas(deployment);
    const annotations = newReplicaSetAnnotations(deployment, undefined, revision);
    return changed(draft, {
      metadata: { annotations: withReplicasAnnotations(annotations, wanted, wanted + maxSurge(deployment)) },
      spec: { ...draft.spec, replicas },
    });
  }

  *#createNewSet(revision: number): Conversation<void> {
    const draft = this.#designNewSet(revision);
    const name = draft.metadata.name ?? '';
    const answer = yield* this.run.request(createRequest(REPLICA_SETS, draft.metadata.namespace ?? '', draft));
    const existed = isAlreadyExists(answer);
    if (existed) this.newSet = yield* this.#sameSetOrCollision();
    else if (!succeeded(answer)) yield* this.#recordCreateError(name, answer);
    else this.newSet = (answer.version?.object as ReplicaSet | undefined) ?? draft;
    if (!existed && wantedReplicas(draft) > 0) {
      this.event('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${wantedReplicas(draft)}`);
    }
    const needsRevision = this.#setRevision(String(revision));
    if (!existed && hasProgressDeadline(this.deployment)) {
      const message = `Created new replica set "${name}"`;
      yield* this.writeStatus(this.#withCondition('Progressing', 'True', 'NewReplicaSetCreated', message));
    } else if (needsRevision) yield* this.writeStatus(this.deployment.status ?? {});
  }

  /** The name is taken: by our own ReplicaSet that the cache had not shown, or by another one, which counts as a collision. */
  *#sameSetOrCollision(): Conversation<ReplicaSet> {
    const taken = this.input.namesake?.object as ReplicaSet | undefined;
    if (!taken) throw new SyncFailed();
    const ours = controllerOf(taken)?.uid === this.deployment.metadata.uid;
    if (ours && templatesEqual(this.deployment.spec.template, taken.spec.template)) return taken;
    const collisionCount = (this.deployment.status?.collisionCount ?? 0) + 1;
    yield* this.writeStatus({ ...this.deployment.status, collisionCount });
    throw new SyncFailed();
  }

  *#recordCreateError(name: string, answer: ApiResponse): Conversation<never> {
    if (isNamespaceTerminating(answer)) throw new SyncFailed();
    const message = `Failed to create new replica set "${name}": ${errorText(answer)}`;
    if (hasProgressDeadline(this.deployment)) {
      const status = this.#withCondition('Progressing', 'False', 'ReplicaSetCreateError', message);
      this.deployment = changed(this.deployment, { status });
      yield* this.run.request(updateRequest(DEPLOYMENTS, this.deployment, 'status'));
    }
    this.event('Warning', 'ReplicaSetCreateError', message);
    throw new SyncFailed();
  }

  // --- Scaling ---

  /** Sets the size of a ReplicaSet and its annotations; an event when the size changed. The working copies stay as they
   * were: the status at the end of this sync still counts the old sizes, and the ReplicaSet's event brings the next sync. */
  *scaleSet(rs: ReplicaSet, size: number): Conversation<{ readonly scaled: boolean; readonly rs: ReplicaSet }> {
    const wanted = wantedReplicas(this.deployment);
    const max = wanted + maxSurge(this.deployment);
    const before = wantedReplicas(rs);
    if (before === size && !replicasAnnotationsDiffer(rs, wanted, max)) return { scaled: false, rs };
    const annotations = withReplicasAnnotations(rs.metadata.annotations, wanted, max);
    const draft = changed(rs, { metadata: { annotations }, spec: { ...rs.spec, replicas: size } });
    const answer = yield* this.must(updateRequest(REPLICA_SETS, draft));
    const written = (answer.version?.object as ReplicaSet | undefined) ?? draft;
    if (before === size) return { scaled: false, rs: written };
    const way = before < size ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${rs.metadata.name} from ${before} to ${size}`;
    this.event('Normal', 'ScalingReplicaSet', message);
    return { scaled: true, rs: written };
  }

  /** As scaleSet, but a set that has the size already is left alone, even when its annotations are old. */
  *resizeSet(rs: ReplicaSet, size: number): Conversation<boolean> {
    return wantedReplicas(rs) === size ? false : (yield* this.scaleSet(rs, size)).scaled;
  }

  #wasScaled(): boolean {
    const wanted = wantedReplicas(this.deployment);
    return activeSets(this.allSets).some((rs) => {
      const desired = desiredReplicas(rs);
      return desired !== undefined && desired !== wanted;
    });
  }

  *#scaleOnly(): Conversation<Outcome | undefined> {
    yield* this.updateSets(false);
    return yield* this.#scaleAndCount();
  }

  *#scaleAndCount(): Conversation<Outcome | undefined> {
    yield* this.#scale();
    const rollback = this.deployment.metadata.annotations?.[ROLLBACK_TO];
    if (this.deployment.spec.paused && rollback === undefined) yield* this.#cleanUp();
    return yield* this.#writeCountedStatus();
  }

  *#scale(): Conversation<void> {
    const { deployment } = this;
    const active = activeSets(this.allSets);
    if (active.length <= 1) {
      const newestOld = [...this.oldSets].sort(byCreation).pop();
      const target = active[0] ?? this.newSet ?? newestOld;
      if (target) yield* this.resizeSet(target, wantedReplicas(deployment));
      return;
    }
    if (isSaturated(deployment, this.newSet)) {
      for (const rs of activeSets(this.oldSets)) yield* this.resizeSet(rs, 0);
      return;
    }
    if (!isRollingUpdate(deployment)) return;
    for (const { rs, size } of proportionalSizes(deployment, this.allSets)) yield* this.scaleSet(rs, size);
  }

  // --- Rolling update ---

  *#roll(): Conversation<Outcome | undefined> {
    yield* this.updateSets(true);
    const scaledUp = yield* this.#growNewSet();
    if (scaledUp) return yield* this.#writeRolloutStatus();
    const scaledDown = yield* this.#shrinkOldSets();
    if (scaledDown) return yield* this.#writeRolloutStatus();
    if (isComplete(this.deployment, this.deployment.status)) yield* this.#cleanUp();
    return yield* this.#writeRolloutStatus();
  }

  *#growNewSet(): Conversation<boolean> {
    const { deployment, newSet } = this;
    if (!newSet) return false;
    const wanted = wantedReplicas(deployment);
    if (wantedReplicas(newSet) === wanted) return false;
    const size = wantedReplicas(newSet) > wanted ? wanted : newSetReplicas(deployment, this.allSets, newSet);
    return yield* this.resizeSet(newSet, size);
  }

  *#shrinkOldSets(): Conversation<boolean> {
    const { deployment, newSet } = this;
    const old = activeSets(this.oldSets).sort(byCreation);
    if (old.length === 0 || !newSet) return false;
    const availableMin = wantedReplicas(deployment) - maxUnavailable(deployment);
    const newUnavailable = wantedReplicas(newSet) - (newSet.status?.availableReplicas ?? 0);
    const budget = specTotal(this.allSets) - availableMin - newUnavailable;
    if (budget <= 0) return false;
    const cleaned = yield* this.#dropUnhealthy(old, budget);
    const scaled = yield* this.#dropAvailable(cleaned.old, availableMin);
    return cleaned.count + scaled > 0;
  }

  /** Replicas of old ReplicaSets that are not available serve nobody: they go first. */
  *#dropUnhealthy(
    before: readonly ReplicaSet[],
    budget: number,
  ): Conversation<{ readonly count: number; readonly old: readonly ReplicaSet[] }> {
    let total = 0;
    const old = [...before];
    for (const [i, rs] of before.entries()) {
      if (total >= budget) break;
      const unhealthy = wantedReplicas(rs) - (rs.status?.availableReplicas ?? 0);
      if (wantedReplicas(rs) === 0 || unhealthy === 0) continue;
      const count = Math.min(budget - total, unhealthy);
      if (count < 0) throw new SyncFailed();
      old[i] = (yield* this.scaleSet(rs, wantedReplicas(rs) - count)).rs;
      total += count;
    }
    return { count: total, old };
  }

  *#dropAvailable(old: readonly ReplicaSet[], availableMin: number): Conversation<number> {
    const available = statusTotal([...old, this.newSet], 'availableReplicas');
    const budget = available - availableMin;
    let total = 0;
    for (const rs of old) {
      if (total >= budget) break;
      if (wantedReplicas(rs) === 0) continue;
      const count = Math.min(wantedReplicas(rs), budget - total);
      yield* this.resizeSet(rs, wantedReplicas(rs) - count);
      total += count;
    }
    return total;
  }

  // --- Recreate ---

  *#recreate(): Conversation<Outcome | undefined> {
    yield* this.updateSets(false);
    const old = activeSets(this.oldSets);
    let scaledDown = false;
    for (const rs of old) {
      const scaled = yield* this.resizeSet(rs, 0);
      scaledDown ||= scaled;
    }
    if (scaledDown || this.#oldPodsRun()) return yield* this.#writeRolloutStatus();
    if (!this.newSet) yield* this.updateSets(true);
    if (this.newSet) yield* this.resizeSet(this.newSet, wantedReplicas(this.deployment));
    if (isComplete(this.deployment, this.deployment.status)) yield* this.#cleanUp();
    return yield* this.#writeRolloutStatus();
  }

  /** Pods that are being deleted still run; only finished ones do not. */
  #oldPodsRun(): boolean {
    if (statusTotal(this.oldSets, 'replicas') > 0) return true;
    return this.input.pods.some(({ object }) => {
      const pod = object as Pod;
      if (controllerOf(pod)?.uid === this.newSet?.metadata.uid) return false;
      return pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded';
    });
  }

  // --- The end of a sync ---

  /** Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit; those still in use are skipped, not replaced. */
  *#cleanUp(): Conversation<void> {
    const limit = this.deployment.spec.revisionHistoryLimit;
    if (limit === undefined || limit === 2_147_483_647) return;
    const candidates = this.oldSets.filter((rs) => !isBeingDeleted(rs));
    const surplus = candidates.length - limit;
    if (surplus <= 0) return;
    candidates.sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b));
    for (const rs of candidates.slice(0, surplus)) {
      const current = (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0);
      if ((rs.status?.replicas ?? 0) !== 0 || wantedReplicas(rs) !== 0 || !current) continue;
      const answer = yield* this.run.request(deleteRequest(REPLICA_SETS, rs));
      if (!succeeded(answer) && !isNotFound(answer)) throw new SyncFailed();
    }
  }

  *#writeCountedStatus(): Conversation<Outcome | undefined> {
    const status = countedStatus(this.deployment, this.allSets, this.newSet, this.run.nowUs, this.clock);
    return semanticallyEqual(status, this.deployment.status) ? undefined : yield* this.#concludeWithStatus(status);
  }

  *#writeRolloutStatus(): Conversation<Outcome | undefined> {
    const status = rolloutStatus(this.deployment, this.allSets, this.newSet, this.run.nowUs, this.clock);
    if (!semanticallyEqual(status, this.deployment.status)) return yield* this.#concludeWithStatus(status);
    return nextProgressCheck(this.deployment, status, this.run.nowUs, this.clock);
  }
}

/** After a sync that left the status as it is: when to look again whether the deadline has passed. */
export function nextProgressCheck(
  deployment: Deployment,
  status: DeploymentStatus,
  nowUs: TimeUs,
  clock: WallClock,
): Outcome | undefined {
  const leftUs = progressCheckUs(deployment, status, nowUs, clock);
  if (leftUs === undefined) return undefined;
  if (leftUs < SECOND_US) return { failed: true };
  return { requeue: { afterUs: leftUs + SECOND_US, why: WHY.progressDeadline } };
}
