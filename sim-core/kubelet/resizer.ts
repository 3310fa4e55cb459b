/** The allocation of resized pods (pkg/kubelet/allocation/allocation_manager.go): at once, later, or never. */
import { type Containers, type IntSets, type KubeObject, WHY, type WorldContext } from '../contracts/index.ts';
import { type KubeletCore, SECOND } from './core.ts';
import { canResize, isResizing, type Resize, resizeText, sameResources, withResourcesOf } from './resize.ts';
import { copyPod, type Draft, type PodRow } from './rows.ts';

/** retryDelay of the allocation manager. */
const RETRY_US = 180 * SECOND;

export interface ResizerHooks {
  /** Pods that hold resources of the node, but the one in this slot. */
  othersOn(node: number, slot: number): readonly KubeObject[];
  allocatable(node: number): Readonly<Record<string, string>>;
  requestSync(ctx: WorldContext, slot: number): void;
}

export class Resizer {
  private readonly core: KubeletCore;
  private readonly hooks: ResizerHooks;
  /** Node -> slots of pods whose resize waits. */
  private pendingOf!: IntSets;

  constructor(core: KubeletCore, hooks: ResizerHooks) {
    this.core = core;
    this.hooks = hooks;
  }

  init(c: Containers): void {
    this.pendingOf = c.intSets('resizes');
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

  /** Decides about the resize of a pod, as far as there is one. */
  decide(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const desired = row.resize?.desired;
    if (row.resize === undefined || desired === undefined) {
      this.pendingOf.remove(row.node, slot);
      return;
    }
    const { reason, message } = canResize(
      desired,
      this.hooks.othersOn(row.node, slot),
      this.hooks.allocatable(row.node),
    );
    const probed = this.core.time(ctx.nowUs);
    if (reason !== '') {
      const before = row.resize.pending;
      if (before?.reason !== reason || before.message !== message)
        this.core.event(
          ctx,
          row,
          'Warning',
          `Resize${reason}`,
          `Pod resize ${reason}: ${resizeText(desired, message)}`,
        );
      this.core.set(slot, { resize: { ...row.resize, pending: { reason, message, probed } } });
      this.pendingOf.add(row.node, slot);
      const { life } = this.core.node(row.node);
      this.core.later(ctx, RETRY_US, WHY.kubeletRetry, { on: 'resize', node: row.node, life });
      return;
    }
    this.pendingOf.remove(row.node, slot);
    const next = copyPod(row);
    this.keepForSync(next);
    this.core.claimed.remove(row.node, row.pod);
    this.core.claimed.add(row.node, desired);
    next.pod = desired;
    next.resize = { desired: undefined, pending: undefined, inProgress: { reason: '', message: '', probed } };
    this.core.put(slot, next);
    this.core.event(ctx, next, 'Normal', 'ResizeStarted', `Pod resize started: ${resizeText(desired, '')}`);
  }

  /** A sync that is under way goes on with the pod that it began with. */
  keepForSync(next: Draft<PodRow>): void {
    if (next.sync !== undefined && next.sync.pod === undefined) next.sync = { ...next.sync, pod: next.pod };
  }

  /** Something was freed on the node, or time has passed: resizes that wait are decided anew (RetryPendingResizes). */
  retry(ctx: WorldContext, node: number): void {
    if (this.pendingOf.count(node) === 0) return;
    for (const slot of [...this.pendingOf.members(node)]) {
      if (this.core.podIn(slot) === undefined) {
        this.pendingOf.remove(node, slot);
        continue;
      }
      this.decide(ctx, slot);
      if (this.core.pod(slot).resize?.inProgress !== undefined) this.hooks.requestSync(ctx, slot);
    }
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
