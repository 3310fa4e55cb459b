/**
 * The short way of pods that are stopped and have nothing but regular containers without preStop hooks: the steps of `Killer`,
 * `OpRunner` and `PodWorkers` between two answers of the runtime in one. Whatever else comes up is left to the general way,
 * which finds the row as if it had made it.
 */
import type { WorldContext } from '../contracts/index.ts';
import type { Answer, KubeletCore } from './core.ts';
import { MINIMUM_GRACE_SECONDS } from './killer.ts';
import type { PodWorkers } from './podWorker.ts';
import { copyPod, copySync, type Draft, type Kill, type PodRow } from './rows.ts';
import type { Cont } from './runtime.ts';
import { containersOf, initContainersOf } from './spec.ts';
import { EMPTY_SYNC } from './sync.ts';
import { killPodOps } from './syncPlan.ts';

export class PlainStop {
  private readonly core: KubeletCore;
  private readonly workers: PodWorkers;

  constructor(core: KubeletCore, workers: PodWorkers) {
    this.core = core;
    this.workers = workers;
  }

  /**
   * SyncTerminatingPod after the status, with a new row of the pod, which is stored here: all containers get their signal.
   * False: not for here, and nothing was done.
   */
  begin(ctx: WorldContext, slot: number, row: Draft<PodRow>): boolean {
    if (!isPlain(row)) return false;
    const ops = killPodOps(row.cache, row.graceSeconds);
    const first = ops[0];
    if (first?.do !== 'kills') return false;
    // Of goroutines started one after the other the last runs first.
    const order = [first.kills[first.kills.length - 1], ...first.kills.slice(0, -1)];
    const { graceSeconds } = row;
    const sync = copySync(EMPTY_SYNC);
    sync.kind = 'terminating';
    sync.isPlain = true;
    sync.seen = row.cache;
    sync.ops = ops;
    sync.at = 0;
    sync.kills = order.map((kill): Kill => ({ kill, stage: 'stop', graceSeconds, startedUs: ctx.nowUs }));
    row.sync = sync;
    this.core.put(slot, row);
    const ref = this.core.ref(row);
    const { life } = this.core.node(row.node);
    const timeoutSeconds = Math.max(MINIMUM_GRACE_SECONDS, graceSeconds);
    for (const { id, name, message } of order) {
      this.core.event(ctx, row, 'Normal', 'Killing', message, name);
      const cont = { on: 'kill', slot, uid: row.uid, life, id } as const;
      this.core.runtime.call(ctx, ref, { op: 'StopContainer', id, timeoutSeconds }, cont);
    }
    return true;
  }

  /** A container has ended after its signal; after the last one the sandbox is stopped. */
  stopped(ctx: WorldContext, slot: number, row: PodRow, cont: Cont & { readonly on: 'kill' }): boolean {
    const before = row.sync;
    if (!before?.isPlain || before.kind !== 'terminating' || before.at !== 0) return false;
    const op = before.ops[1];
    const { kills } = before;
    if (kills.length !== 1 || kills[0].kill.id !== cont.id || kills[0].stage !== 'stop') return false;
    if (op?.do !== 'stopSandboxes' || op.ids.length === 0) return false;
    const next = copyPod(row);
    this.core.noteChange(ctx, slot, next);
    const sync = copySync(before);
    sync.kills = [{ ...kills[0], stage: 'done' }];
    sync.at = 1;
    next.sync = sync;
    this.core.put(slot, next);
    const call = { op: 'StopPodSandbox', id: op.ids[0] } as const;
    this.core.runtime.call(ctx, this.core.ref(next), call, this.core.opContOf(slot, next));
    return true;
  }

  /** The only sandbox was stopped: the pod has ended. */
  sandboxStopped(
    ctx: WorldContext,
    slot: number,
    row: PodRow,
    cont: Cont & { readonly on: 'op' },
    answer: Answer,
  ): boolean {
    const { sync } = row;
    if (!sync?.isPlain || sync.kind !== 'terminating' || cont.sync !== row.syncs) return false;
    const op = sync.ops[sync.at];
    if (op?.do !== 'stopSandboxes' || op.ids.length !== 1 || sync.at + 1 !== sync.ops.length) return false;
    if (answer.error !== undefined || sync.failed || row.probes.length > 0) return false;
    const next = copyPod(row);
    this.core.noteChange(ctx, slot, next);
    this.workers.terminatedWell(ctx, slot, next);
    return true;
  }
}

/** Regular containers without hooks at their end alone, and nothing that probes them. */
function isPlain({ pod, probes }: PodRow): boolean {
  if (probes.length > 0 || initContainersOf(pod).length > 0 || pod.spec.ephemeralContainers?.length > 0) return false;
  for (const c of containersOf(pod)) if (c.lifecycle?.preStop) return false;
  return true;
}
