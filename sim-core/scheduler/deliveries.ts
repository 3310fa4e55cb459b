import type { InformerEvent } from '../client/informer_types.ts';
import type { KubeObject, Version, WorldContext } from '../contracts/index.ts';
import type { SchedulerCore } from './core.ts';
import { nodeEvents, podEvents } from './events.ts';
import type { EventResource } from './framework/plugin.ts';
import type { Permit } from './permit.ts';

/** What the informers say: to the cache, to the queue, and to pods that an event may help. Source: eventhandlers.go. */
export class Deliveries {
  private readonly core: SchedulerCore;
  private readonly permit: Permit;

  constructor(core: SchedulerCore, permit: Permit) {
    this.core = core;
    this.permit = permit;
  }

  podChanged(ctx: WorldContext, event: InformerEvent): void {
    const { now, before } = event;
    const wasAssigned = before !== undefined && (before.object.spec?.nodeName ?? '') !== '';
    const isAssigned = (now.object.spec?.nodeName ?? '') !== '';
    ctx.setCause(now.record);
    if (event.type === 'DELETED') {
      const last = event.before ?? now;
      if ((last.object.spec?.nodeName ?? '') !== '') this.assignedPodGone(ctx, now);
      else this.pendingPodGone(ctx, now);
      return;
    }
    if (event.type === 'ADDED' || before === undefined) {
      if (isAssigned) this.assignedPodSeen(ctx, now);
      else this.pendingPodSeen(ctx, now);
      return;
    }
    if (before.object.metadata.uid !== now.object.metadata.uid) {
      if (wasAssigned) this.assignedPodGone(ctx, before);
      else this.pendingPodGone(ctx, before);
      if (isAssigned) this.assignedPodSeen(ctx, now);
      else this.pendingPodSeen(ctx, now);
      return;
    }
    if (!wasAssigned && isAssigned) this.assignedPodSeen(ctx, now);
    else if (isAssigned) {
      if (hasNewStatusAlone(before.object, now.object)) this.core.cache.setPodStatus(before, now);
      else this.core.cache.setPod(now.object, now);
      this.core.queue.podUpdated(before.object, now.object, now.record, ctx.nowUs);
      this.core.wake(ctx);
    } else {
      this.pendingPodUpdated(ctx, before, now);
    }
  }

  private pendingPodSeen(ctx: WorldContext, pod: Version): void {
    if (this.core.profileOf(pod.object) === undefined) return;
    this.noteNomination(pod);
    this.core.queue.add(pod, ctx.nowUs, pod.record);
    this.core.wake(ctx);
  }

  private pendingPodUpdated(ctx: WorldContext, before: Version, now: Version): void {
    if (this.core.profileOf(now.object) === undefined) return;
    this.noteNomination(now);
    const uid = now.object.metadata.uid as string;
    if (this.core.cache.isAssumed(uid)) return;
    this.core.queue.update(now, before.object, podEvents(before.object, now.object, now.record), ctx.nowUs);
    this.core.wake(ctx);
  }

  private pendingPodGone(ctx: WorldContext, pod: Version): void {
    const uid = pod.object.metadata.uid as string;
    this.core.queue.remove(pod.obj);
    if (this.core.waitingPods.get(uid) !== undefined) {
      this.core.waitingPods.reject(uid, '', 'removed');
      this.permit.settle(ctx);
    }
    const nominated = this.core.nominated.has(uid);
    this.core.nominated.delete(uid);
    // The room that was kept for it is free for pods of its priority or less.
    if (nominated) this.roomFreed(ctx, pod);
  }

  private assignedPodSeen(ctx: WorldContext, pod: Version): void {
    this.core.nominated.delete(pod.object.metadata.uid as string);
    this.core.cache.setPod(pod.object, pod);
    this.core.queue.remove(pod.obj);
    if (this.core.queue.isListening)
      this.core.queue.moveAll(
        { resource: 'AssignedPod', action: 'Add', now: pod.object, record: pod.record },
        ctx.nowUs,
      );
    this.core.wake(ctx);
  }

  private assignedPodGone(ctx: WorldContext, pod: Version): void {
    this.core.cache.removePod(pod.object.metadata.uid as string);
    this.roomFreed(ctx, pod);
  }

  private roomFreed(ctx: WorldContext, pod: Version): void {
    this.core.queue.moveAll(
      { resource: 'AssignedPod', action: 'Delete', before: pod.object, record: pod.record },
      ctx.nowUs,
    );
    this.core.wake(ctx);
  }

  nodeChanged(ctx: WorldContext, event: InformerEvent): void {
    const { now, before } = event;
    ctx.setCause(now.record);
    if (event.type === 'DELETED') {
      this.core.cache.removeNode(now.object);
      this.core.queue.moveAll(
        { resource: 'Node', action: 'Delete', before: now.object, record: now.record },
        ctx.nowUs,
      );
    } else if (before === undefined) {
      this.core.cache.setNode(now.object);
      this.core.queue.moveAll({ resource: 'Node', action: 'Add', now: now.object, record: now.record }, ctx.nowUs);
    } else {
      this.core.cache.setNode(now.object);
      if (this.core.queue.isListening)
        for (const e of nodeEvents(before.object, now.object, now.record)) this.core.queue.moveAll(e, ctx.nowUs);
    }
    this.core.wake(ctx);
  }

  /** A volume, a claim or a device: news for the pods that its plugins rejected. */
  objectChanged(ctx: WorldContext, resource: string, kind: EventResource, event: InformerEvent): void {
    const { now, before, type } = event;
    this.core.assumedObjects.seen(resource, now.object, now.rv, type === 'DELETED');
    ctx.setCause(now.record);
    const action = type === 'DELETED' ? 'Delete' : before === undefined ? 'Add' : 'Update';
    const gone = action === 'Delete';
    this.core.queue.moveAll(
      {
        resource: kind,
        action,
        before: gone ? now.object : before?.object,
        now: gone ? undefined : now.object,
        record: now.record,
      },
      ctx.nowUs,
    );
    this.core.wake(ctx);
  }

  private noteNomination(pod: Version): void {
    const node: string = pod.object.status?.nominatedNodeName ?? '';
    if (node === '') return;
    const uid = pod.object.metadata.uid as string;
    // An assumed pod takes its room in the cache.
    if (!this.core.cache.isAssumed(uid)) this.core.nominated.set(uid, { node, pod: pod.object });
  }
}

/** The pod is another version with the same spec, labels and mark of deletion, and so on the same node. */
function hasNewStatusAlone(before: KubeObject, now: KubeObject): boolean {
  return (
    before.spec === now.spec &&
    before.metadata.labels === now.metadata.labels &&
    before.metadata.deletionTimestamp === now.metadata.deletionTimestamp
  );
}
