import { isError } from '../client/api_clients.ts';
import { timestamp } from '../client/wall_clock.ts';
import type { ApiResponse, KubeObject, WorldContext } from '../contracts/index.ts';
import type { SchedulerCore } from './core.ts';
import { type InFlightRequest, type Outcome, unawaited, type VictimRef } from './inFlight.ts';
import type { Permit } from './permit.ts';
import { podConditionPatch } from './statusPatch.ts';

const PREEMPTION = 'DefaultPreemption';

/** Victims are told and deleted one after the other; meanwhile the preemptor is gated. */
export class Preemption {
  private readonly core: SchedulerCore;
  private readonly permit: Permit;
  private readonly cycleEnds: (ctx: WorldContext) => void;

  /** `cycleEnds`: the last victim is gone for whom the scheduling thread waits. */
  constructor(core: SchedulerCore, permit: Permit, cycleEnds: (ctx: WorldContext) => void) {
    this.core = core;
    this.permit = permit;
    this.cycleEnds = cycleEnds;
  }

  /** `isInCycle`: the scheduling thread waits for the last victim. */
  start(ctx: WorldContext, outcome: Outcome, isInCycle = false): void {
    const { obj, uid, nominatedNode: node, victims } = outcome;
    this.clearLowerNominations(ctx, outcome);
    this.nextVictim(ctx, { kind: 'victimStatus', obj, uid, node, victims, isInCycle });
  }

  /** Pods of lower priority that are nominated to the node will not fit there any more. */
  private clearLowerNominations(ctx: WorldContext, outcome: Outcome): void {
    const preemptor = this.core.podObject(outcome.obj);
    const priority: number = preemptor?.spec?.priority ?? 0;
    for (const info of this.core.nominated.to(outcome.nominatedNode)) {
      if (info.priority >= priority || info.uid === outcome.uid) continue;
      this.core.nominated.delete(info.uid);
      this.core.patchStatus(ctx, info.pod, { status: { nominatedNodeName: null } }, unawaited(outcome.obj, info.uid));
    }
  }

  /** A victim as it is now; undefined = it is gone. */
  private podOf({ objects }: WorldContext, { namespace, name, uid }: VictimRef): KubeObject | undefined {
    const obj = objects.find('pods', namespace, name);
    const pod = obj === undefined ? undefined : this.core.podObject(obj);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  private nextVictim(ctx: WorldContext, request: InFlightRequest): void {
    const [victim, ...others] = request.victims;
    if (victim === undefined) {
      if (request.isInCycle === true) this.cycleEnds(ctx);
      else this.core.preempting.delete(request.uid);
      return;
    }
    // The last victim's deletion is the event that wakes the preemptor, so it must not be gated any more by then.
    if (others.length === 0) this.core.preempting.delete(request.uid);
    const pod = this.podOf(ctx, victim);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) {
      this.nextVictim(ctx, { ...request, victims: others });
      return;
    }
    if (this.core.waitingPods.get(victim.uid) !== undefined) {
      // It has not begun to run: it need not be deleted.
      this.core.waitingPods.reject(victim.uid, PREEMPTION, 'preempted');
      this.tellPreempted(ctx, pod, request);
      this.permit.settle(ctx);
      this.nextVictim(ctx, { ...request, victims: others });
      return;
    }
    const message = `${preemptorScheduler(this.core.podObject(request.obj))}: preempting to accommodate a higher priority pod`;
    const patch = podConditionPatch(
      pod,
      { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message },
      timestamp(this.core.options.clock, ctx.nowUs),
    );
    if (patch === undefined) this.deleteVictim(ctx, request);
    else this.core.patchStatus(ctx, pod, patch, { ...request, kind: 'victimStatus' });
  }

  deleteVictim(ctx: WorldContext, request: InFlightRequest): void {
    const victim = request.victims[0];
    this.core.clients.request(
      ctx,
      this.core.client.get(),
      { verb: 'delete', resource: 'pods', namespace: victim.namespace, name: victim.name, options: { delete: {} } },
      this.core.sink,
      this.core.track({ ...request, kind: 'victimDelete' }),
    );
  }

  victimDeleted(ctx: WorldContext, request: InFlightRequest, answer: ApiResponse | undefined): void {
    const [victim, ...others] = request.victims;
    if (answer !== undefined && !isError(answer)) {
      const pod = this.podOf(ctx, victim);
      if (pod !== undefined) this.tellPreempted(ctx, pod, request);
    } else if (answer?.code !== 404) {
      // The room could not be made: try again at once rather than wait for an event that will not come.
      this.core.preempting.delete(request.uid);
      this.core.queue.activate(request.obj, ctx.nowUs, 0);
      this.core.wake(ctx);
    }
    if (others.length > 0 || request.isInCycle === true) this.nextVictim(ctx, { ...request, victims: others });
  }

  private tellPreempted(ctx: WorldContext, victim: KubeObject, { obj, uid, node }: InFlightRequest): void {
    const note = `Preempted by pod ${uid} on node ${node}`;
    this.core.recordEvent(ctx, victim, 'Normal', 'Preempted', 'Preempting', note, this.core.podObject(obj));
  }
}

function preemptorScheduler(pod: KubeObject | undefined): string {
  return pod?.spec?.schedulerName ?? 'default-scheduler';
}
