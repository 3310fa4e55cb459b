/**
 * What a kubelet does on its own to keep its node well: it rejects pods that do not fit, makes room for critical ones, evicts
 * (`evictionManager.ts` says whom), and stops all pods before the machine shuts down.
 */
import { type KubeObject, WHY, type WorldContext } from '../contracts/index.ts';
import { admit, asksForResourcesOnly, shortageText, victims } from './admission.ts';
import { type KubeletCore, keyOf, SECOND } from './core.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import type { NodeAgent } from './nodeAgent.ts';
import type { PodWorkers } from './podWorker.ts';
import { isCritical, isTerminalPhase } from './spec.ts';
import type { StatusManager } from './statusManager.ts';

export class NodeGuard {
  private readonly core: KubeletCore;
  private readonly agent: NodeAgent;
  private readonly workers: PodWorkers;
  private readonly status: StatusManager;

  constructor(core: KubeletCore, agent: NodeAgent, workers: PodWorkers, status: StatusManager) {
    this.core = core;
    this.agent = agent;
    this.workers = workers;
    this.status = status;
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

  /** The machine is told to shut down: pods are stopped within shutdownGracePeriod, critical ones last (nodeshutdown). */
  shutdown(ctx: WorldContext, node: number): void {
    const config = this.core.node(node).spec.kubeletConfiguration ?? {};
    const wholeUs = parseGoDuration(String(config['shutdownGracePeriod'] ?? '0')) ?? 0;
    const criticalUs = parseGoDuration(String(config['shutdownGracePeriodCriticalPods'] ?? '0')) ?? 0;
    if (wholeUs === 0) return;
    this.core.nodeEvent(ctx, node, 'Normal', 'Shutdown', 'Shutdown manager detected shutdown event');
    this.agent.shutDown(ctx, node);
    this.shutdownGroup(ctx, node, false, wholeUs - criticalUs);
    const life = this.core.node(node).life;
    this.core.later(ctx, wholeUs - criticalUs, WHY.terminationGracePeriod, {
      on: 'shutdown',
      node,
      life,
      graceUs: criticalUs,
    });
  }

  shutdownGroup(ctx: WorldContext, node: number, critical: boolean, graceUs: number): void {
    const message = 'Pod was terminated in response to imminent node shutdown.';
    for (const slot of [...this.core.podsOf.members(node)]) {
      const row = this.core.pod(slot);
      if (row.rejected || row.phase !== 'sync' || isCritical(row.pod) !== critical) continue;
      const own = row.pod.spec?.terminationGracePeriodSeconds ?? 30;
      const grace = Math.min(own, Math.floor(graceUs / SECOND));
      this.killPod(ctx, slot, grace, 'Terminated', message);
    }
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
