import { timestamp } from '../client/wall_clock.ts';
import type { KubeObject, Version, WorldContext } from '../contracts/index.ts';
import { RecordKind, WHY } from '../contracts/index.ts';
import { hashString } from '../engine/mix.ts';
import type { Binding } from './binding.ts';
import { planPreBind } from './bindingPlugins.ts';
import { assumedPod, Handler, type SchedulerCore, type SchedulerProfile } from './core.ts';
import type { Decision } from './cycle/decision.ts';
import type { Question } from './cycle/question.ts';
import type { PermitOutcome, PluginEffects, Reservation, ReservedWrite } from './framework/plugin.ts';
import { type PodInfo, podInfo } from './framework/podInfo.ts';
import { type InFlightRequest, NO_VICTIMS, type Outcome, unawaited } from './inFlight.ts';
import { BIND_START_US, cycleUs } from './latency.ts';
import type { Permit } from './permit.ts';
import { Preemption } from './preemption.ts';
import type { QueuedPod } from './queue/queuedPod.ts';
import { SchedulingQueue } from './queue/schedulingQueue.ts';
import { podConditionPatch } from './statusPatch.ts';

const PURPOSE_PREEMPTION = 0x5045;
const NO_RESERVATIONS: readonly Reservation[] = Object.freeze([]);
const NO_WAITS: PermitOutcome['waits'] = Object.freeze({});
const NO_EFFECTS: readonly PluginEffects[] = Object.freeze([]);
const NO_WRITES: readonly ReservedWrite[] = Object.freeze([]);
const NO_STEPS: readonly string[] = Object.freeze([]);

function outcomeOf(row: QueuedPod, uid: string, decision: Decision): Outcome {
  const { victims } = decision;
  return {
    obj: row.obj,
    uid,
    attempt: row.attempts,
    node: decision.node ?? '',
    message: decision.message,
    error: decision.result === 'Error',
    rejectedBy: decision.rejectedBy,
    pendingPlugins: decision.pendingPlugins,
    nominatedNode: decision.nominatedNode ?? '',
    clearNomination: decision.clearNomination === true,
    victims: victims?.map((v) => ({ namespace: v.namespace, name: v.name, uid: v.uid })) ?? NO_VICTIMS,
    reservations: decision.reservations ?? NO_RESERVATIONS,
    waits: decision.waits ?? NO_WAITS,
    effects: decision.effects ?? NO_EFFECTS,
    carried: decision.carried,
    writes: decision.writes ?? NO_WRITES,
    cause: row.cause,
  };
}

/** Permit plugins do not let the pod go yet. */
function keepsWaiting(waits: PermitOutcome['waits'] | undefined): boolean {
  if (waits === undefined || waits === NO_WAITS) return false;
  for (const _ in waits) return true;
  return false;
}

/** The scheduling thread: one cycle at a time, from the head of the queue to a node or a failure. Source: schedule_one.go. */
export class SchedulingThread {
  readonly preemption: Preemption;
  private readonly core: SchedulerCore;
  private readonly permit: Permit;
  private readonly binding: Binding;

  /** Of the pod that was asked about last: a memo by its identity. */
  private last: PodInfo | undefined;

  constructor(core: SchedulerCore, permit: Permit, binding: Binding) {
    this.core = core;
    this.permit = permit;
    this.binding = binding;
    this.preemption = new Preemption(core, permit, (ctx) => this.finish(ctx));
  }

  flushBackoff(ctx: WorldContext): void {
    this.core.flushTimer.set(false);
    this.core.queue.flushBackoff(ctx.nowUs);
    this.core.wake(ctx);
  }

  flushUnschedulable(ctx: WorldContext): void {
    if (this.core.queue.hasUnschedulable()) {
      this.core.queue.flushUnschedulable(ctx.nowUs);
      this.core.wake(ctx);
    }
    ctx.schedule(
      SchedulingQueue.flushUnschedulablePeriodUs,
      this.core.ids[Handler.flushUnschedulable],
      this.core.life.get(),
      0,
      WHY.schedulerFlush,
    );
  }

  /** Decides for the head of the queue. */
  cycle(ctx: WorldContext): void {
    this.core.wakeAtUs.set(-1);
    if (!this.core.running.get() || this.core.current.get() !== null) return;
    const row = this.core.queue.pop(ctx.nowUs);
    if (row === undefined) return;
    ctx.setCause(row.cause);
    const pod = row.pod.object;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.core.recordEvent(
        ctx,
        pod,
        'Warning',
        'FailedScheduling',
        'Scheduling',
        `skip schedule deleting pod: ${pod.metadata.namespace}/${pod.metadata.name}`,
      );
      this.core.queue.remove(row.obj);
      this.core.wake(ctx);
      return;
    }
    this.core.objects = ctx.objects;
    const question = this.question(ctx, pod, row.attempts);
    const { executor } = this.core.profileOf(pod) as SchedulerProfile;
    const decision = executor.decide(question.pod, question.snapshot, question.options);
    this.core.startIndex.set(decision.nextStartIndex);
    this.core.current.set(outcomeOf(row, pod.metadata.uid as string, decision));
    // Nothing that happens until the end of the cycle can help it any more.
    if (decision.node !== undefined && !keepsWaiting(decision.waits)) this.core.queue.settle(row.obj);
    const extendedUs = question.options.extenders?.elapsedUs() ?? 0;
    ctx.schedule(
      cycleUs(decision.evaluated) + extendedUs,
      this.core.ids[Handler.finish],
      this.core.life.get(),
      0,
      WHY.schedulingCycle,
    );
  }

  /** What a cycle for this pod would be asked now. The pod must belong to one of the profiles. */
  question(ctx: Pick<WorldContext, 'draw' | 'stream' | 'nowUs'>, pod: KubeObject, attempt: number): Question {
    const { framework, percentageOfNodesToScore } = this.core.profileOf(pod) as SchedulerProfile;
    const uid = pod.metadata.uid as string;
    const { tieBreak = 'draw' } = this.core.options;
    const drawIndex = (ties: number) => ctx.draw(ctx.stream('scheduler/tie'), hashString(uid), attempt) % ties;
    return {
      framework,
      nominated: (node) => this.core.nominated.to(node),
      pod: this.infoOf(pod),
      snapshot: this.core.cache.snapshot(this.core.listers),
      options: {
        startIndex: this.core.startIndex.get(),
        percentageOfNodesToScore,
        chooseIndex: tieBreak === 'draw' ? drawIndex : undefined,
        chooseBest: (best) => {
          if (tieBreak === 'draw') return drawIndex(best.length);
          return best.indexOf(tieBreak === 'lowestName' ? [...best].sort()[0] : tieBreak(pod, best));
        },
        drawOffset: (n) =>
          (this.core.options.tieBreak ?? 'draw') === 'draw'
            ? ctx.draw(ctx.stream('scheduler/preemption'), hashString(uid) ^ PURPOSE_PREEMPTION, attempt) % n
            : 0,
        waitingPods: () => this.core.waitingPods.list(),
        extenders: this.core.extenders.length === 0 ? undefined : this.core.extenderCalls(ctx, uid, attempt),
      },
    };
  }

  /** Most pods are asked about in their cycle and at its end, and never again. */
  private infoOf(pod: KubeObject): PodInfo {
    if (this.last?.pod !== pod) this.last = podInfo(pod, false);
    return this.last;
  }

  /** The time that the decision takes is over. */
  finish(ctx: WorldContext): void {
    const outcome = this.core.current.get() as Outcome;
    this.core.current.set(null);
    const row = this.core.queue.get(outcome.obj);
    if (outcome.victims.length > 0 && !this.core.isOn('SchedulerAsyncPreemption')) {
      // The cycle lasts until its victims are deleted.
      this.core.current.set({ ...outcome, victims: NO_VICTIMS });
      this.preemption.start(ctx, outcome, true);
      return;
    }
    // The pod was deleted (and perhaps made anew) while its cycle ran.
    if (row !== undefined && row.pod.object.metadata.uid === outcome.uid) {
      if (outcome.node !== '') this.assumeAndBind(ctx, outcome, row.pod);
      else this.fail(ctx, outcome, row.pod);
    }
    this.core.wake(ctx);
  }

  private assumeAndBind(ctx: WorldContext, outcome: Outcome, pod: Version): void {
    ctx.record(
      RecordKind.decision,
      this.core.id,
      outcome.obj,
      ctx.objects.id('nodes', '', outcome.node),
      outcome.attempt,
      0,
    );
    this.core.cache.assume(assumedPod(pod.object, outcome.node), outcome.node, this.infoOf(pod.object));
    this.core.nominated.delete(outcome.uid);
    const { obj, uid, node, reservations, carried, attempt } = outcome;
    const isWaiting = keepsWaiting(outcome.waits);
    if (!isWaiting) this.core.queue.done(obj);
    let steps = NO_STEPS;
    const { framework, hasUsersPreBind } = this.core.profileOf(pod.object) as SchedulerProfile;
    if (hasUsersPreBind) {
      const plan = planPreBind(framework, this.core.callOf(pod.object, node, carried));
      if ('error' in plan) {
        this.binding.failed(ctx, { kind: 'bind', obj, uid, node, victims: NO_VICTIMS, carried }, plan.error, 0);
        return;
      }
      steps = plan.steps;
    }
    const request: InFlightRequest = { kind: 'bind', obj, uid, node, victims: NO_VICTIMS, carried, attempt };
    if (!isWaiting && reservations.length === 0 && steps.length === 0) {
      this.core.later(ctx, BIND_START_US, request);
      this.permit.applyEffects(ctx, outcome.effects);
      return;
    }
    this.core.assumedObjects.assume(uid, reservations);
    const next: InFlightRequest =
      reservations.length === 0 && steps.length === 0 ? request : { ...request, kind: 'preBind', reservations, steps };
    // The node is written down before anything that belongs to it is touched.
    const isWritten =
      pod.object.status?.nominatedNodeName === node || !this.core.isOn('NominatedNodeNameForExpectation');
    if (isWaiting) this.permit.keepWaiting(ctx, outcome, pod, next, !isWritten);
    else if (isWritten) this.core.later(ctx, BIND_START_US, next);
    else this.core.patchStatus(ctx, pod.object, { status: { nominatedNodeName: node } }, next);
    this.permit.applyEffects(ctx, outcome.effects);
  }

  private fail(ctx: WorldContext, outcome: Outcome, pod: Version): void {
    ctx.record(
      RecordKind.decisionFailed,
      this.core.id,
      outcome.obj,
      ctx.strings.intern(outcome.message),
      outcome.attempt,
      0,
    );
    for (const write of outcome.writes) {
      this.core.sendWrite(ctx, write, unawaited(outcome.obj, outcome.uid));
    }
    if (outcome.nominatedNode !== '') {
      this.core.nominated.set(outcome.uid, { node: outcome.nominatedNode, pod: pod.object });
      if (outcome.victims.length > 0) this.core.preempting.set(outcome.uid, outcome.obj);
    } else if (outcome.clearNomination || outcome.error) {
      this.core.nominated.delete(outcome.uid);
    }
    this.core.queue.addUnschedulable(outcome.obj, outcome.rejectedBy, outcome.pendingPlugins, ctx.nowUs);
    this.core.recordEvent(ctx, pod.object, 'Warning', 'FailedScheduling', 'Scheduling', outcome.message);
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: outcome.error ? 'SchedulerError' : 'Unschedulable',
      message: outcome.message,
    };
    const nominate =
      outcome.nominatedNode !== '' ? outcome.nominatedNode : outcome.clearNomination || outcome.error ? '' : undefined;
    const patch = podConditionPatch(pod.object, condition, timestamp(this.core.options.clock, ctx.nowUs), nominate);
    if (patch !== undefined) this.core.patchStatus(ctx, pod.object, patch, unawaited(outcome.obj, outcome.uid));
    if (outcome.victims.length > 0) this.preemption.start(ctx, outcome);
    this.permit.applyEffects(ctx, outcome.effects);
  }
}
