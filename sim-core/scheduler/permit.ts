import { formatDurationUs } from '../api/machinery/duration.ts';
import type { KubeObject, Version, WorldContext } from '../contracts/index.ts';
import { RecordKind } from '../contracts/index.ts';
import { assumedPod, BIND_TIMEOUT_US, type SchedulerCore } from './core.ts';
import { refusal } from './cycle/schedulePod.ts';
import type { PluginEffects } from './framework/plugin.ts';
import type { Status } from './framework/status.ts';
import { type InFlightRequest, NO_VICTIMS, type Outcome, unawaited } from './inFlight.ts';
import { BIND_START_US } from './latency.ts';
import { findByName } from './listers.ts';
import type { WaitingEntry } from './waitingPods.ts';

/** Permit: pods that wait with a node, and what plugins want done with them. */
export class Permit {
  private readonly core: SchedulerCore;

  constructor(core: SchedulerCore) {
    this.core = core;
  }

  /** Permit plugins keep the pod waiting; `isNominating`: its node is to be written down meanwhile. */
  keepWaiting(
    ctx: WorldContext,
    outcome: Outcome,
    pod: Version,
    request: InFlightRequest,
    isNominating: boolean,
  ): void {
    const { obj, uid, node, attempt, waits } = outcome;
    const timer: InFlightRequest = { kind: 'permit', obj, uid, node, victims: NO_VICTIMS, attempt };
    this.core.waitingPods.add({
      obj,
      uid,
      node,
      attempt,
      pod: pod.object,
      sinceUs: ctx.nowUs,
      pending: waits,
      isNominating,
      request,
    });
    for (const plugin of Object.keys(waits).sort()) this.core.later(ctx, waits[plugin], { ...timer, plugin });
    if (isNominating) this.core.patchStatus(ctx, pod.object, { status: { nominatedNodeName: node } }, timer);
  }

  /** A plugin's patience is over, or (without a plugin) the node is written down. */
  due(ctx: WorldContext, { uid, attempt, plugin }: InFlightRequest): void {
    const entry = this.core.waitingPods.get(uid);
    if (entry === undefined || entry.attempt !== attempt) return;
    if (plugin === undefined) this.core.waitingPods.nominated(uid);
    else if (entry.pending[plugin] !== undefined) {
      const waited = formatDurationUs(entry.pending[plugin]);
      this.core.waitingPods.reject(uid, plugin, `rejected due to timeout after waiting ${waited} at plugin ${plugin}`);
    }
    this.settle(ctx);
  }

  /** What plugins want done besides their answers. */
  applyEffects(ctx: WorldContext, effects: readonly PluginEffects[]): void {
    if (effects.length === 0) return;
    for (const { plugin, allow = [], reject = [], activate = [], writes = [] } of effects) {
      for (const uid of allow) this.core.waitingPods.allow(uid, plugin);
      for (const { uid, message } of reject) this.core.waitingPods.reject(uid, plugin, message);
      for (const { namespace, name } of activate) {
        const pod = findByName(this.core.informers.storeOf('pods')?.list(namespace) ?? [], name);
        if (pod !== undefined) this.core.queue.activate(pod.obj, ctx.nowUs, 0);
      }
      for (const write of writes) this.core.sendWrite(ctx, write, unawaited(0, ''));
    }
    this.settle(ctx);
    this.core.wake(ctx);
  }

  /** Pods that wait no longer go on, or back to the queue. */
  settle(ctx: WorldContext): void {
    for (let entry = this.core.waitingPods.settled(); entry !== undefined; entry = this.core.waitingPods.settled()) {
      const { uid, obj, request, rejected } = entry;
      this.core.waitingPods.remove(uid);
      if (rejected !== undefined) {
        this.bindingRejected(ctx, entry, rejected);
        continue;
      }
      this.core.queue.done(obj);
      const waitUntilUs = request.kind === 'preBind' ? ctx.nowUs + BIND_TIMEOUT_US : undefined;
      this.core.later(ctx, BIND_START_US, { ...request, waitUntilUs });
    }
  }

  /** The pod is unschedulable, as if no node had been found: its room is free again for all others. */
  private bindingRejected(ctx: WorldContext, entry: WaitingEntry<InFlightRequest>, status: Status): void {
    const { obj, uid, node, attempt, request } = entry;
    const undone = this.unreserve(entry.pod, request);
    this.core.cache.forget(uid);
    this.core.assumedObjects.forget(uid);
    const row = this.core.renewed(obj);
    if (row !== undefined && row.pod.object.metadata.uid === uid) {
      const { message, rejectedBy, pendingPlugins } = refusal(node, status);
      ctx.record(RecordKind.decisionFailed, this.core.id, obj, ctx.strings.intern(message), attempt, 0);
      this.core.queue.addUnschedulable(obj, rejectedBy, pendingPlugins, ctx.nowUs);
      this.core.tellFailure(ctx, row.pod.object, 'Unschedulable', message);
    }
    const before = assumedPod(entry.pod, node);
    this.core.queue.moveAll({ resource: 'AssignedPod', action: 'Delete', before, record: 0 }, ctx.nowUs, obj);
    this.applyEffects(ctx, undone);
    this.core.wake(ctx);
  }

  /** Plugins give back what they reserved. */
  unreserve(pod: KubeObject, { node, carried }: InFlightRequest): readonly PluginEffects[] {
    const profile = this.core.profileOf(pod);
    if (profile?.hasUnreserve !== true) return [];
    const { state, info, snapshot } = this.core.callOf(pod, node, carried);
    return profile.framework.runUnreserve(state, info, node, snapshot, this.core.waitingPods.list());
  }
}
