/** Stopping containers: kuberuntime_container.go killContainer, with preStop hooks and the order of sidecars. */
import { type TimeUs, WHY, type WorldContext } from '../contracts/index.ts';
import type { ContainerKill } from './actions.ts';
import { type Answer, type KubeletCore, SECOND } from './core.ts';
import type { Kill, Op, PodRow } from './rows.ts';
import { hookFailed, type OpRunner } from './runOps.ts';
import { containersOf, findContainer, initContainersOf, isRestartableInit } from './spec.ts';

/** kuberuntime_manager.go minimumGracePeriodInSeconds. */
export const MINIMUM_GRACE_SECONDS = 2;

/** setTerminationGracePeriod. */
export function graceOf(row: PodRow, kill: ContainerKill): number {
  const { pod } = row;
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) return pod.metadata.deletionGracePeriodSeconds;
  const spec = findContainer(pod, kill.name)?.spec;
  if (kill.reason === 'startup' && spec?.startupProbe?.terminationGracePeriodSeconds !== undefined) {
    return spec.startupProbe.terminationGracePeriodSeconds;
  }
  if (kill.reason === 'liveness' && spec?.livenessProbe?.terminationGracePeriodSeconds !== undefined) {
    return spec.livenessProbe.terminationGracePeriodSeconds;
  }
  return pod.spec?.terminationGracePeriodSeconds ?? MINIMUM_GRACE_SECONDS;
}

/** Containers that must have ended before this one is stopped: sidecars wait for the containers, and for later sidecars. */
export function stopsAfter(row: PodRow, name: string): readonly string[] {
  const init = initContainersOf(row.pod);
  const i = init.findIndex((c) => c.name === name && isRestartableInit(c));
  if (i < 0) return [];
  const later = init
    .slice(i + 1)
    .filter(isRestartableInit)
    .map((c) => c.name as string);
  return [...containersOf(row.pod).map((c) => c.name as string), ...later];
}

export class Killer {
  private readonly core: KubeletCore;
  runner!: OpRunner;

  constructor(core: KubeletCore) {
    this.core = core;
  }

  begin(ctx: WorldContext, slot: number, op: Op & { do: 'kills' }): void {
    const chosen = op.parallel ? op.kills : op.kills.slice(0, 1);
    const row = this.core.pod(slot);
    // Of goroutines started one after the other the last runs first.
    const order = [...chosen.slice(-1), ...chosen.slice(0, -1)];
    const kills = order.map(
      (kill): Kill => ({
        kill,
        stage: 'preStop',
        graceSeconds: op.graceSeconds ?? graceOf(row, kill),
        startedUs: ctx.nowUs,
      }),
    );
    this.runner.setSync(slot, { kills });
    for (const k of kills) this.beginOne(ctx, slot, k);
  }

  private update(slot: number, id: string, change: Partial<Kill>): Kill {
    const sync = this.core.pod(slot).sync!;
    let out!: Kill;
    const kills = sync.kills.map((k) => {
      if (k.kill.id !== id) return k;
      out = { ...k, ...change };
      return out;
    });
    this.runner.setSync(slot, { kills });
    return out;
  }

  private beginOne(ctx: WorldContext, slot: number, k: Kill): void {
    const row = this.core.pod(slot);
    this.core.event(ctx, row, 'Normal', 'Killing', k.kill.message, k.kill.name);
    const hook = findContainer(row.pod, k.kill.name)?.spec.lifecycle?.preStop;
    const running = this.core.runtime.pod(row.id).containers.find((c) => c.id === k.kill.id)?.state === 'running';
    if (!hook || k.graceSeconds <= 0 || !running) {
      this.waitForTurn(ctx, slot, k.kill.id);
      return;
    }
    const life = this.core.node(row.node).life;
    const cont = { on: 'hook', slot, uid: row.uid, life, id: k.kill.id, startedUs: ctx.nowUs } as const;
    this.runner.hook(ctx, slot, k.kill.name, k.kill.id, hook, cont);
    // The hook has the whole grace period and no more.
    this.core.later(ctx, k.graceSeconds * SECOND, WHY.preStop, { ...cont, startedUs: -ctx.nowUs - 1 });
  }

  /** The preStop hook answered, or its time is over (`startedUs` < 0). */
  hookAnswered(ctx: WorldContext, slot: number, id: string, startedUs: TimeUs, answer: Answer): void {
    const row = this.core.pod(slot);
    const k = row.sync?.kills.find((x) => x.kill.id === id);
    if (k?.stage !== 'preStop') return;
    const begun = startedUs < 0 ? -startedUs - 1 : startedUs;
    if (startedUs >= 0 && hookFailed(answer, findContainer(row.pod, k.kill.name)?.spec.lifecycle?.preStop))
      this.core.event(ctx, row, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', k.kill.name);
    const elapsed = Math.floor((ctx.nowUs - begun) / SECOND);
    this.update(slot, id, { graceSeconds: k.graceSeconds - elapsed });
    this.waitForTurn(ctx, slot, id);
  }

  private blocked(row: PodRow, name: string): boolean {
    const sync = row.sync!;
    if (sync.kind !== 'terminating' && !sync.actions?.killPod) return false;
    const before = stopsAfter(row, name);
    return sync.kills.some((k) => before.includes(k.kill.name) && k.stage !== 'done');
  }

  private waitForTurn(ctx: WorldContext, slot: number, id: string): void {
    const row = this.core.pod(slot);
    const k = this.update(slot, id, { stage: 'turn', startedUs: ctx.nowUs });
    if (k.graceSeconds > 0 && this.blocked(row, k.kill.name)) {
      const life = this.core.node(row.node).life;
      this.core.later(ctx, k.graceSeconds * SECOND, WHY.terminationGracePeriod, {
        on: 'kill',
        slot,
        uid: row.uid,
        life,
        id,
      });
      return;
    }
    this.stop(ctx, slot, id);
  }

  private stop(ctx: WorldContext, slot: number, id: string): void {
    const row = this.core.pod(slot);
    const k = this.core.pod(slot).sync!.kills.find((x) => x.kill.id === id)!;
    const waited = k.stage === 'turn' ? Math.floor((ctx.nowUs - k.startedUs) / SECOND) : 0;
    const timeoutSeconds = Math.max(MINIMUM_GRACE_SECONDS, k.graceSeconds - waited);
    this.update(slot, id, { stage: 'stop' });
    const life = this.core.node(row.node).life;
    this.core.call(
      ctx,
      slot,
      { op: 'StopContainer', id, timeoutSeconds },
      { on: 'kill', slot, uid: row.uid, life, id },
    );
  }

  /** StopContainer answered, or the wait for the turn took the whole grace. */
  answered(ctx: WorldContext, slot: number, id: string): void {
    const k = this.core.pod(slot).sync?.kills.find((x) => x.kill.id === id);
    if (!k || k.stage === 'done') return;
    if (k.stage === 'turn') {
      this.stop(ctx, slot, id);
      return;
    }
    if (k.stage !== 'stop') return;
    this.update(slot, id, { stage: 'done' });
    const row = this.core.pod(slot);
    const sync = row.sync!;
    for (const other of sync.kills) {
      if (other.stage === 'turn' && !this.blocked(this.core.pod(slot), other.kill.name))
        this.stop(ctx, slot, other.kill.id);
    }
    if (!this.core.pod(slot).sync!.kills.every((x) => x.stage === 'done')) return;
    const op = sync.ops[sync.at] as Op & { do: 'kills' };
    const left = op.parallel ? [] : op.kills.slice(1);
    if (left.length === 0) this.runner.nextOp(ctx, slot);
    else {
      const ops = sync.ops.map((o, i) => (i === sync.at ? { ...op, kills: left } : o));
      this.runner.setSync(slot, { ops });
      this.runner.run(ctx, slot);
    }
  }
}
