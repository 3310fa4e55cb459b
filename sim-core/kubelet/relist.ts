/** PLEG's look at the pods of a node that changed in the runtime, and what follows from it. */
import { ContainerStep, WHY, type WorldContext } from '../contracts/index.ts';
import type { KubeletCore } from './core.ts';
import { changesOf, staleContainers } from './pleg.ts';
import type { PodWorkers } from './podWorker.ts';
import { copyPod, type PodRow } from './rows.ts';
import type { RuntimePodRef } from './runtime.ts';

/** genericPlegRelistPeriod. */
const RELIST_US = 1_000_000;
/** How long the container deletor takes to get to a container. Model. */
const REMOVAL_US = 1_000;

export class Relist {
  private readonly core: KubeletCore;
  private readonly workers: PodWorkers;
  /** The pod is over and gone from the API. */
  private readonly forget: (ctx: WorldContext, slot: number) => void;

  constructor(core: KubeletCore, workers: PodWorkers, forget: (ctx: WorldContext, slot: number) => void) {
    this.core = core;
    this.workers = workers;
    this.forget = forget;
  }

  /** The runtime has something new: the next relist sees it. */
  changed(ctx: WorldContext, id: number): void {
    const slot = this.core.slotOf(id);
    if (slot === undefined) return;
    const row = copyPod(this.core.pod(slot));
    this.core.noteChange(ctx, slot, row);
    this.core.put(slot, row);
  }

  relist(ctx: WorldContext, node: number): void {
    const row = this.core.node(node);
    if (row.hungSinceUs >= 0) {
      // No relist ends while the runtime hangs: what has changed waits for the first that does.
      this.core.plegAtUs.set(node, ctx.nowUs + RELIST_US);
      ctx.schedule(RELIST_US, this.core.handlers.pleg, node, row.life, WHY.pleg);
      return;
    }
    this.core.plegAtUs.set(node, -1);
    for (const slot of this.core.dirtyOf.members(node)) {
      const row = this.core.pod(slot);
      this.core.dirtyOf.remove(node, slot);
      const now = this.core.runtime.pod(row.id);
      const found = changesOf(row.cache, now);
      const changes = row.watched ? { died: found.died, worthASync: true } : found;
      const next = copyPod(row);
      next.dirty = false;
      next.watched = false;
      next.cache = now;
      if (changes.died.length === 0 && !row.removed) {
        if (changes.worthASync) this.core.hopSinceChange(ctx, row, WHY.pleg);
        else ctx.setCause(row.changedBy);
        if (changes.worthASync) this.workers.syncNow(ctx, slot, next);
        else {
          this.workers.planResync(ctx, slot, next);
          this.core.put(slot, next);
        }
        continue;
      }
      if (!changes.worthASync) this.workers.planResync(ctx, slot, next);
      this.core.put(slot, next);
      // One tick looks at all pods of the node; each of them waited since its own change.
      if (changes.worthASync) this.core.hopSinceChange(ctx, row, WHY.pleg);
      else ctx.setCause(row.changedBy);
      for (const c of now.containers) {
        if (changes.died.includes(c.id)) this.core.step(ctx, this.core.pod(slot), c.name, ContainerStep.exited);
      }
      const removeAll = row.evicted ? row.phase !== 'sync' && row.phase !== 'terminating' : this.gone(row);
      for (const id of staleContainers(now, changes.died, removeAll)) {
        // The container deletor is a goroutine of its own: it comes after the sync that the same look wakes.
        this.core.later(ctx, REMOVAL_US, WHY.none, { on: 'remove', ref: this.core.ref(row), id });
      }
      if (changes.worthASync) this.workers.requestSync(ctx, slot);
      if (
        row.removed &&
        row.phase === 'finished' &&
        this.core.podIn(slot)?.dirty === false &&
        changes.died.length === 0
      )
        this.forget(ctx, slot);
    }
  }

  /** The container deletor's turn. */
  removeContainer(ctx: WorldContext, ref: RuntimePodRef, id: string): void {
    const known = this.core.runtime.pod(ref.id).containers.some((c) => c.id === id);
    if (known) this.core.runtime.call(ctx, ref, { op: 'RemoveContainer', id }, undefined);
  }

  private gone(row: PodRow): boolean {
    const deleted = row.removed || row.pod.metadata.deletionTimestamp !== undefined;
    return deleted && (row.phase === 'terminated' || row.phase === 'finished');
  }
}
