/**
 * What a kubelet does on its own to keep its node well: it rejects pods that do not fit, makes room for critical ones, evicts
 * (`evictionManager.ts` says whom), and stops all pods before the machine shuts down.
 */
import { type Containers, type KubeObject, type PagedTable, WHY, type WorldContext } from '../contracts/index.ts';
import { admit, asksForResourcesOnly, shortageText, victims } from './admission.ts';
import { type KubeletCore, keyOf, SECOND } from './core.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import type { NodeAgent } from './nodeAgent.ts';
import type { PodWorkers } from './podWorker.ts';
import { isCritical, isTerminalPhase } from './spec.ts';
import type { StatusManager } from './statusManager.ts';

/** scheduling.SystemCriticalPriority. */
const SYSTEM_CRITICAL = 2_000_000_000;
const SHUTDOWN_TEXT = 'Pod was terminated in response to imminent node shutdown.';

interface ShutdownSetting {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}

interface ShutdownGroup {
  readonly priority: number;
  readonly seconds: number;
}

/** groupByPriority: the group of the highest priority that the pod reaches; who reaches none is in the lowest. */
function groupOf(groups: readonly ShutdownGroup[], pod: KubeObject): number {
  const priority = (pod.spec?.priority ?? 0) as number;
  let found = 0;
  for (const [i, group] of groups.entries()) if (group.priority <= priority) found = i;
  return found;
}

/** The group whose turn it is, and whom of it the next one waits for. */
interface Shutdown {
  readonly life: number;
  readonly at: number;
  readonly waitsFor: readonly string[];
}

export class NodeGuard {
  private readonly core: KubeletCore;
  private readonly agent: NodeAgent;
  private readonly workers: PodWorkers;
  private readonly status: StatusManager;
  private shutdowns!: PagedTable<Shutdown>;

  constructor(core: KubeletCore, agent: NodeAgent, workers: PodWorkers, status: StatusManager) {
    this.core = core;
    this.agent = agent;
    this.workers = workers;
    this.status = status;
  }

  init(c: Containers): void {
    this.shutdowns = c.table('shutdowns');
  }

  /** Makes the rows of all pods of a node, for whoever looks for them by uid. */
  private wakeAll(node: number): void {
    for (const slot of this.core.podsOf.members(node)) this.core.pod(slot);
  }

  /** Pods of a node that are there and not over; `slot` is left out. */
  othersOn(node: number, slot: number): readonly KubeObject[] {
    const out: KubeObject[] = [];
    for (const other of this.core.podsOf.members(node)) {
      if (this.core.isAsleep(other)) {
        out.push(this.core.objectIn(other)!);
        continue;
      }
      const row = this.core.pod(other);
      const over =
        row.rejected ||
        row.phase === 'terminated' ||
        row.phase === 'finished' ||
        isTerminalPhase(row.status?.phase ?? row.pod.status?.phase);
      if (other !== slot && !over) out.push(row.pod);
    }
    return out;
  }

  /** canAdmitPod; a pod that is not is said to have failed. A critical one may wait for others that are killed for it. */
  admitted(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    const node = this.core.node(row.node);
    const allocatable = this.agent.allocatable(row.node);
    const fits = this.core.claimed.fits(row.node, row.pod, this.core.podsOf.count(row.node), allocatable);
    if (fits && this.agent.isOpen(row.node) && asksForResourcesOnly(row.pod)) return true;
    const othersOn = () => this.othersOn(row.node, slot);
    const input = {
      pod: row.pod,
      node: this.agent.object(row.node),
      get others() {
        return othersOn();
      },
      fits,
      allocatable,
      allowedUnsafeSysctls: node.spec.kubeletConfiguration?.allowedUnsafeSysctls ?? [],
      pressure: this.agent.pressure(row.node),
      shuttingDown: this.agent.isShuttingDown(row.node),
    };
    let rejection = admit(input);
    if (rejection?.reason.startsWith('OutOf') && isCritical(row.pod)) {
      const chosen = victims(input);
      if (chosen !== undefined) {
        const waitsFor = chosen.map((p) => p.metadata.uid ?? '');
        this.core.set(slot, { waitsFor });
        this.core.waitersOf.add(row.node, slot);
        this.preempt(ctx, row.node, waitsFor[0]);
        return true;
      }
      const text = `no set of running pods found to reclaim resources: ${shortageText(input)}`;
      rejection = {
        reason: 'UnexpectedAdmissionError',
        message: `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: ${text}`,
      };
    }
    if (rejection === undefined) return true;
    this.core.set(slot, { rejected: true });
    this.core.event(ctx, row, 'Warning', rejection.reason, rejection.message);
    const message = `Pod was rejected: ${rejection.message}`;
    this.status.set(ctx, slot, {
      observedGeneration: row.pod.metadata.generation,
      phase: 'Failed',
      reason: rejection.reason,
      message,
      qosClass: row.pod.status?.qosClass,
    });
    return false;
  }

  /** Kills one pod to make room for a critical one; the next follows when it has ended. */
  preempt(ctx: WorldContext, node: number, uid: string): void {
    this.wakeAll(node);
    const slot = this.core.slotOfKey(keyOf(node, uid));
    if (slot === undefined) return;
    const text = 'Preempted in order to admit critical pod';
    this.core.event(ctx, this.core.pod(slot), 'Warning', 'Preempting', text);
    const why = 'Pod was preempted by Kubelet to accommodate a critical pod.';
    this.killPod(ctx, slot, undefined, 'Preempting', text, why);
  }

  /** The machine is told to shut down: pods are stopped group by group, the lowest priority first (nodeshutdown). */
  shutdown(ctx: WorldContext, node: number): void {
    if (this.groupsOf(node).length === 0) return;
    this.core.nodeEvent(ctx, node, 'Normal', 'Shutdown', 'Shutdown manager detected shutdown event');
    this.agent.shutDown(ctx, node);
    this.shutdownGroup(ctx, node, 0);
  }

  /** shutdownGracePeriodByPodPriority, or what the two other settings come to (migrateConfig). */
  private groupsOf(node: number): readonly ShutdownGroup[] {
    const config = this.core.node(node).spec.kubeletConfiguration ?? {};
    const given = (config['shutdownGracePeriodByPodPriority'] ?? []) as readonly ShutdownSetting[];
    const own = given.map((g) => ({ priority: g.priority, seconds: g.shutdownGracePeriodSeconds }));
    if (own.length > 0) return own.sort((a, b) => a.priority - b.priority);
    const [whole, critical] = ['shutdownGracePeriod', 'shutdownGracePeriodCriticalPods'].map((name) =>
      Math.floor((parseGoDuration(String(config[name] ?? '0')) ?? 0) / SECOND),
    );
    if (whole === 0) return [];
    return [
      { priority: 0, seconds: whole - critical },
      { priority: SYSTEM_CRITICAL, seconds: critical },
    ];
  }

  /** The turn of a group; one without pods is passed over. */
  private shutdownGroup(ctx: WorldContext, node: number, from: number): void {
    const groups = this.groupsOf(node);
    const { life } = this.core.node(node);
    for (let at = from; at < groups.length; at++) {
      const slots = this.core.podsOf.members(node).filter((slot) => {
        const row = this.core.pod(slot);
        return !row.rejected && row.phase === 'sync' && groupOf(groups, row.pod) === at;
      });
      if (slots.length === 0) continue;
      const { seconds } = groups[at];
      this.shutdowns.put(node, { life, at, waitsFor: slots.map((slot) => this.core.pod(slot).uid) });
      this.core.later(ctx, seconds * SECOND, WHY.terminationGracePeriod, { on: 'shutdown', node, life, at });
      for (const slot of slots) {
        const own = this.core.pod(slot).pod.spec?.terminationGracePeriodSeconds ?? seconds;
        this.killPod(ctx, slot, Math.min(own, seconds), 'Terminated', SHUTDOWN_TEXT);
      }
      return;
    }
  }

  /** A group's time is over. */
  shutdownTimeOver(ctx: WorldContext, node: number, at: number): void {
    if (this.shutdowns.get(node)?.at === at) this.shutdownGroup(ctx, node, at + 1);
  }

  /** A pod's containers have ended: the next group need not wait any longer than for the last of its own. */
  killed(ctx: WorldContext, node: number, uid: string): void {
    const state = this.shutdowns.get(node);
    if (state === undefined || state.life !== this.core.node(node).life || !state.waitsFor.includes(uid)) return;
    const waitsFor = state.waitsFor.filter((u) => u !== uid);
    this.shutdowns.put(node, { ...state, waitsFor });
    if (waitsFor.length === 0) this.shutdownGroup(ctx, node, state.at + 1);
  }

  /** Kills a pod on the kubelet's own decision (eviction, preemption, shutdown). `why`: what its condition says. */
  private killPod(
    ctx: WorldContext,
    slot: number,
    graceSeconds: number | undefined,
    reason: string,
    message: string,
    why = message,
  ): void {
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: why };
    this.workers.terminate(ctx, slot, graceSeconds, { reason, message, condition }, true);
  }

  /** Evicts a pod: under the node's pressure with a condition, for a limit of its own without. */
  evict(ctx: WorldContext, slot: number, graceSeconds: number, message: string, isPressure: boolean): void {
    if (isPressure) this.killPod(ctx, slot, graceSeconds, 'Evicted', message);
    else this.workers.terminate(ctx, slot, graceSeconds, { reason: 'Evicted', message }, true);
  }
}
