/** The allocation of resized pods (pkg/kubelet/allocation/allocation_manager.go): at once, later, or never. */
import {
  type Containers,
  type IntSets,
  type KubeObject,
  type PagedTable,
  type Ticket,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import { type KubeletCore, SECOND } from './core.ts';
import {
  byResizeOrder,
  canResize,
  isResizing,
  type Resize,
  type ResizeCondition,
  resizeText,
  sameResources,
  withResourcesOf,
} from './resize.ts';
import { copyPod, type Draft, type PodRow } from './rows.ts';

/** retryDelay of the allocation manager. */
const RETRY_US = 180 * SECOND;

export interface ResizerHooks {
  /** Pods that hold resources of the node, but the one in this slot. */
  othersOn(node: number, slot: number): readonly KubeObject[];
  allocatable(node: number): Readonly<Record<string, string>>;
  requestSync(ctx: WorldContext, slot: number): void;
  /** A pod of the runtime as the kubelet process before knew it: what it had allocated (the checkpoint of allocations). */
  before(id: number): KubeObject | undefined;
}

export class Resizer {
  private readonly core: KubeletCore;
  private readonly hooks: ResizerHooks;
  /** Node -> slots of pods whose resize is to be decided, or waits. */
  private pendingOf!: IntSets;
  /** By node: the next look at them (`ticker`). */
  private planned!: PagedTable<{ readonly life: number; readonly ticket: Ticket }>;

  constructor(core: KubeletCore, hooks: ResizerHooks) {
    this.core = core;
    this.hooks = hooks;
  }

  init(c: Containers): void {
    this.pendingOf = c.intSets('resizes');
    this.planned = c.table('resizes/planned');
  }

  /**
   * The API has a new version of the pod: puts what the kubelet works with into the row, which is stored by the caller. True
   * when resources are asked for that are not allocated, or no longer.
   */
  take(row: Draft<PodRow>, pod: KubeObject): boolean {
    if (sameResources(row.pod, pod)) {
      row.pod = pod;
      if (row.resize?.desired === undefined) return false;
      row.resize = row.resize.inProgress && { ...row.resize, desired: undefined, pending: undefined };
      return true;
    }
    const isNew = row.resize?.desired === undefined || !sameResources(row.resize.desired, pod);
    row.pod = withResourcesOf(pod, row.pod);
    row.resize = { desired: pod, pending: row.resize?.pending, inProgress: row.resize?.inProgress };
    return isNew;
  }

  /** PushPendingResize, RetryPendingResizes: the pod wants other resources; all that wait are decided about. The pod is synced by the caller. */
  push(ctx: WorldContext, slot: number): void {
    const { node } = this.core.pod(slot);
    this.pendingOf.add(node, slot);
    this.retry(ctx, node, slot);
  }

  /**
   * A pod that another kubelet process ran before this one: what is allocated to it, and what its containers have. What it wants
   * beyond that is decided about when all pods of the node are known (`retry`).
   */
  restore(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const before = this.hooks.before(row.id);
    const isWaiting = before !== undefined && !sameResources(before, row.pod);
    const pod = isWaiting ? withResourcesOf(row.pod, before) : row.pod;
    const inProgress = isResizing(pod, row.cache) ? this.said(ctx, '', '', undefined) : undefined;
    if (!isWaiting && inProgress === undefined) return;
    this.allocate(slot, row, pod, { desired: isWaiting ? row.pod : undefined, pending: undefined, inProgress });
    if (!isWaiting) return;
    this.pendingOf.add(row.node, slot);
    this.plan(ctx, row.node);
  }

  /** The pod works with these resources from now on; a sync that is under way does not. */
  private allocate(slot: number, row: PodRow, pod: KubeObject, resize: Resize): PodRow {
    const next = copyPod(row);
    this.keepForSync(next);
    this.core.claimed.remove(row.node, row.pod);
    this.core.claimed.add(row.node, pod);
    next.pod = pod;
    next.resize = resize;
    this.core.put(slot, next);
    return next;
  }

  private said(ctx: WorldContext, reason: string, message: string, before: ResizeCondition | undefined) {
    const sinceUs = before !== undefined && before.reason === reason ? before.sinceUs : ctx.nowUs;
    return { reason, message, probed: this.core.time(ctx.nowUs), sinceUs };
  }

  /** handlePodResourcesResize: decides about the resize of a pod, as far as there is one. True: its status says something new. */
  private decide(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    const desired = row.resize?.desired;
    if (row.resize === undefined || desired === undefined) {
      this.pendingOf.remove(row.node, slot);
      return false;
    }
    const others = this.hooks.othersOn(row.node, slot);
    const { reason, message } = canResize(desired, others, this.hooks.allocatable(row.node));
    // What waits is looked at again; what can never be is not.
    if (reason !== 'Deferred') this.pendingOf.remove(row.node, slot);
    if (reason !== '') {
      const before = row.resize.pending;
      const isNew = before?.reason !== reason || before.message !== message;
      const text = `Pod resize ${reason}: ${resizeText(desired, message)}`;
      if (isNew) this.core.event(ctx, row, 'Warning', `Resize${reason}`, text);
      this.core.set(slot, { resize: { ...row.resize, pending: this.said(ctx, reason, message, before) } });
      return isNew;
    }
    const inProgress = this.said(ctx, '', '', undefined);
    const next = this.allocate(slot, row, desired, { desired: undefined, pending: undefined, inProgress });
    this.core.event(ctx, next, 'Normal', 'ResizeStarted', `Pod resize started: ${resizeText(desired, '')}`);
    return true;
  }

  /** A sync that is under way goes on with the pod that it began with. */
  keepForSync(next: Draft<PodRow>): void {
    if (next.sync !== undefined && next.sync.pod === undefined) next.sync = { ...next.sync, pod: next.pod };
  }

  /**
   * RetryPendingResizes: something was freed on the node, time has passed, or a pod wants something new: all resizes that wait are
   * decided anew, and looked at again `RETRY_US` later. `synced`: a pod whose sync comes anyway.
   */
  retry(ctx: WorldContext, node: number, synced = -1): void {
    this.plan(ctx, node);
    if (this.pendingOf.count(node) === 0) return;
    for (const slot of this.inOrder(node))
      if (this.decide(ctx, slot) && slot !== synced) this.hooks.requestSync(ctx, slot);
  }

  /** The next look at what waits is `RETRY_US` from now (ticker.Reset); there is one at a time, and none where nothing waits. */
  private plan(ctx: WorldContext, node: number): void {
    const { life } = this.core.node(node);
    const planned = this.planned.get(node);
    if (planned !== undefined) {
      if (planned.life === life) ctx.cancel(planned.ticket);
      this.planned.free(node);
    }
    if (this.pendingOf.count(node) === 0) return;
    const ticket = this.core.later(ctx, RETRY_US, WHY.kubeletRetry, { on: 'resize', node, life });
    this.planned.put(node, { life, ticket });
  }

  /** sortPendingResizes. */
  private inOrder(node: number): readonly number[] {
    const slots = [...this.pendingOf.members(node)];
    if (slots.length < 2) return slots;
    return slots
      .map((slot) => ({ slot, row: this.core.pod(slot) }))
      .sort((a, b) => byResizeOrder(a.row, b.row) || a.slot - b.slot)
      .map((p) => p.slot);
  }

  /** The kubelet process has ended. */
  stopped(node: number): void {
    for (const slot of [...this.pendingOf.members(node)]) this.pendingOf.remove(node, slot);
  }

  /** A pod's row is dropped. */
  forget(node: number, slot: number): void {
    this.pendingOf.remove(node, slot);
  }

  /** At the begin of a sync: is the resize done? */
  checkDone(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    if (row.resize?.inProgress === undefined || isResizing(row.pod, row.cache)) return;
    if (!row.cache.containers.some((c) => c.state === 'running')) return;
    const text = resizeText(row.pod, '');
    this.core.event(ctx, row, 'Normal', 'ResizeCompleted', `Pod resize completed: ${text}`);
    const left: Resize = { ...row.resize, inProgress: undefined };
    this.core.set(slot, { resize: left.desired === undefined ? undefined : left });
  }
}
