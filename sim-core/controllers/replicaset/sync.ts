import type { ReplicaSet, ReplicaSetStatus } from '../../api/types/apps.ts';
import type { Pod } from '../../api/types/core.ts';
import type { Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { claim } from '../support/claims.ts';
import { changed, controllerReference, isBeingDeleted, keyOf } from '../support/objects.ts';
import { isActive, isTerminating } from '../support/pods.ts';
import { createRequest, deleteRequest, getRequest, updateRequest } from '../support/requests.ts';
import { REPLICA_SETS } from '../support/resources.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { errorText, isNamespaceTerminating, isNotFound, succeeded } from '../support/script.ts';
import { selectorMatches } from '../support/selectors.ts';
import { WallClock } from '../support/time.ts';
import { compareVictims, crowds } from './ranking.ts';
import { nextAvailabilityUs, replicaSetStatus, statusNeedsWrite, statusOfTally } from './status.ts';
import { type PodTally, settledTally } from './tally.ts';

/** At most so many pods are created or deleted in one sync (BurstReplicas). */
const BURST_REPLICAS = 500;

export interface ReplicaSetInput {
  readonly rs: Version;
  /** What the census says, where counts tell all: then the lists are empty. */
  readonly tally?: PodTally;
  readonly owned: readonly Version[];
  readonly orphans: readonly Version[];
  /** Pods of all ReplicaSets under the same controller, for the ranking of victims; empty when nothing is deleted. */
  readonly related: readonly Version[];
  readonly expectationsMet: boolean;
}

function podsOf(versions: readonly Version[]): Pod[] {
  return versions.map((version) => version.object as Pod);
}

/** The pod of a template, as its owner creates it (controller.GetPodFromTemplate). */
function podFromTemplate(rs: ReplicaSet): Pod {
  const template = rs.spec.template;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${rs.metadata.name}-`,
      labels,
      annotations,
      finalizers,
      ownerReferences: [controllerReference(rs, 'apps/v1', 'ReplicaSet')],
    },
    spec: template?.spec,
  } as Pod;
}

/** One sync of a ReplicaSet (pkg/controller/replicaset). */
export class ReplicaSetSync {
  readonly #run: ScriptRun;
  readonly #input: ReplicaSetInput;
  readonly #clock: WallClock;
  readonly #rs: ReplicaSet;

  constructor(run: ScriptRun, input: ReplicaSetInput, options: ControllerManagerOptions) {
    this.#run = run;
    this.#input = input;
    this.#clock = new WallClock(options.epochSeconds);
    this.#rs = input.rs.object as ReplicaSet;
  }

  *sync(): Conversation<Outcome | undefined> {
    const tally = this.#input.tally ?? settledTally(this.#rs, this.#input.owned, this.#input.orphans);
    return yield* tally === undefined ? this.#syncByLists() : this.#syncByTally(tally);
  }

  /** The same sync where nobody is to be adopted or released and counts tell all: it never looks at a single pod. */
  *#syncByTally(tally: PodTally): Conversation<Outcome | undefined> {
    const rs = this.#rs;
    const seenAtUs = this.#run.nowUs;
    let failure: string | undefined;
    if (this.#input.expectationsMet && !isBeingDeleted(rs)) failure = yield* this.#manage(tally.active);
    const status = statusOfTally(rs, tally, failure, seenAtUs, this.#clock);
    const written = yield* this.#writeStatus(status, failure === undefined);
    return written && failure === undefined ? undefined : { failed: true };
  }

  *#syncByLists(): Conversation<Outcome | undefined> {
    const rs = this.#rs;
    const selector = rs.spec.selector;
    const claimed = yield* claim(this.#run, {
      resource: REPLICA_SETS,
      owner: rs,
      reference: controllerReference(rs, 'apps/v1', 'ReplicaSet'),
      selector,
      dependents: 'pods',
      owned: this.#input.owned.filter((version) => isActive(version.object as Pod)),
      orphans: this.#input.orphans.filter((version) => isActive(version.object as Pod)),
    });
    if (claimed.failed) return { failed: true };
    const active = claimed.objects as readonly Pod[];
    const terminating = podsOf(this.#input.owned).filter(
      (pod) => isTerminating(pod) && selectorMatches(selector, pod.metadata.labels),
    );
    const seenAtUs = this.#run.nowUs;
    let failure: string | undefined;
    if (this.#input.expectationsMet && !isBeingDeleted(rs)) failure = yield* this.#manage(active.length, active);
    const status = replicaSetStatus(rs, active, terminating, failure, seenAtUs, this.#clock);
    const written = yield* this.#writeStatus(status, false);
    if (!written || failure !== undefined) return { failed: true };
    return this.#nextLook(status, active);
  }

  #nextLook(status: ReplicaSetStatus, active: readonly Pod[]): Outcome | undefined {
    if ((status.readyReplicas ?? 0) === (status.availableReplicas ?? 0)) return undefined;
    const seconds = this.#rs.spec.minReadySeconds ?? 0;
    const leftUs = nextAvailabilityUs(active, seconds, this.#run.nowUs, this.#clock);
    return { requeue: { afterUs: leftUs ?? 0, why: WHY.minReadySeconds } };
  }

  /** Creates or deletes pods towards spec.replicas. Returns the first error's text. */
  *#manage(count: number, active?: readonly Pod[]): Conversation<string | undefined> {
    const surplus = count - (this.#rs.spec.replicas ?? 1);
    if (surplus < 0) return yield* this.#createPods(Math.min(-surplus, BURST_REPLICAS));
    if (surplus === 0) return undefined;
    const pods = active ?? podsOf(this.#input.owned).filter(isActive);
    return yield* this.#deletePods(pods, Math.min(surplus, BURST_REPLICAS));
  }

  *#createPods(count: number): Conversation<string | undefined> {
    const rs = this.#rs;
    const request = createRequest('pods', rs.metadata.namespace ?? '', podFromTemplate(rs));
    this.#run.expect({ creations: count });
    const answers = yield* this.#run.group(new Array(count).fill(request), true);
    let failure: string | undefined;
    for (const answer of answers) {
      if (succeeded(answer)) {
        const name = answer.version?.object.metadata.name;
        this.#run.event({ regarding: rs, type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${name}` });
      } else if (!isNamespaceTerminating(answer)) {
        failure ??= errorText(answer);
        const message = `Error creating: ${errorText(answer)}`;
        this.#run.event({ regarding: rs, type: 'Warning', reason: 'FailedCreate', message });
      }
    }
    return failure;
  }

  #victims(active: readonly Pod[], count: number): readonly Pod[] {
    if (count >= active.length) return active;
    const ranks = crowds(podsOf(this.#input.related));
    const nowUs = this.#run.nowUs;
    return [...active].sort((a, b) => compareVictims(a, b, ranks, nowUs, this.#clock)).slice(0, count);
  }

  *#deletePods(active: readonly Pod[], count: number): Conversation<string | undefined> {
    const rs = this.#rs;
    const victims = this.#victims(active, count);
    this.#run.expect({ deletions: victims.map(keyOf) });
    const answers = yield* this.#run.group(victims.map((pod) => deleteRequest('pods', pod)));
    let failure: string | undefined;
    victims.forEach((pod, i) => {
      const answer = answers[i];
      if (!answer) return;
      if (succeeded(answer)) {
        const message = `Deleted pod: ${pod.metadata.name}`;
        this.#run.event({ regarding: rs, type: 'Normal', reason: 'SuccessfulDelete', message });
      } else if (!isNotFound(answer)) {
        failure ??= errorText(answer);
        const message = `Error deleting: ${errorText(answer)}`;
        this.#run.event({ regarding: rs, type: 'Warning', reason: 'FailedDelete', message });
      }
    });
    return failure;
  }

  /** PUT of the status; after a failure once more on the live object. Returns whether the status stands. */
  *#writeStatus(status: ReplicaSetStatus, isLast: boolean): Conversation<boolean> {
    const rs = this.#rs;
    if (!statusNeedsWrite(rs, status)) return true;
    const request = updateRequest(REPLICA_SETS, changed(rs, { status }), 'status');
    const first = yield* isLast ? this.#run.conclude(request) : this.#run.request(request);
    if (succeeded(first)) return true;
    const { namespace = '', name = '' } = rs.metadata;
    const live = yield* this.#run.request(getRequest(REPLICA_SETS, namespace, name));
    const object = live.version?.object as ReplicaSet | undefined;
    if (!object) return false;
    const second = yield* this.#run.request(updateRequest(REPLICA_SETS, changed(object, { status }), 'status'));
    return succeeded(second);
  }
}
