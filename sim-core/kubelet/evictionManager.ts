/**
 * The eviction manager of each node (pkg/kubelet/eviction/eviction_manager.go synchronize): a look every 10 s, and again when
 * a pod that was evicted has been cleaned up. Nodes that cannot come under pressure are not looked at.
 */

import { value } from '../api/machinery/quantity.ts';
import {
  type Containers,
  type KubeObject,
  type PagedTable,
  type TimeUs,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import type { Behaviour, MeasuredNode, MeasuredPod } from './behaviour.ts';
import { jitter, type KubeletCore, keyOf, SECOND } from './core.ts';
import {
  CLEANUP_POLL_US,
  CLEANUP_TIMEOUT_US,
  conditionsOf,
  evictionMessage,
  firstToReclaim,
  HARD_GRACE_SECONDS,
  isMet,
  localStorageProblem,
  MONITOR_PERIOD_US,
  type NodeStats,
  type Observations,
  observe,
  rank,
  resourceOf,
  type Signal,
  type Threshold,
  thresholdAmount,
  thresholdsOf,
} from './eviction.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import type { NodeAgent } from './nodeAgent.ts';
import type { EvictionStep } from './runtime.ts';
import { isCritical } from './spec.ts';

/** From the kubelet's start to the manager's first look: the runtime has to be up. Model. */
const START_US = 400_000;
/** killPodNow: half more than the grace, and 10 s at least. */
const KILL_WAIT_SECONDS = 10;
/** VolumeStatsAggPeriod. */
const VOLUME_STATS_US = 60 * SECOND;
const PURPOSE_VOLUME_STATS = 8;

/** Bytes by volume. */
type Volumes = Readonly<Record<string, number>>;

/** What was measured of a pod's volumes: at `atUs`, the `n`-th time. */
interface Measured {
  readonly uid: string;
  readonly atUs: TimeUs;
  readonly nextUs: TimeUs;
  readonly n: number;
  readonly bytes: Volumes;
}

interface Evictions {
  /** Of the kubelet process. */
  readonly life: number;
  /** Thresholds that were met in the last look, and since when. */
  readonly met: readonly { readonly threshold: Threshold; readonly sinceUs: TimeUs; readonly isDue: boolean }[];
  /** Conditions, and when each was observed last. */
  readonly observed: readonly { readonly condition: string; readonly lastUs: TimeUs }[];
  /** Pods to be evicted after the one at hand: what is said of each. */
  readonly next: readonly { readonly uid: string; readonly message: string }[];
  /** Pods that are being evicted; the manager waits for the last to end, then for all to be cleaned up. */
  readonly evicting: readonly string[];
  readonly waitsFor: string;
  readonly sinceUs: TimeUs;
  readonly measured: readonly Measured[];
}

const IDLE: Evictions = {
  life: -1,
  met: [],
  observed: [],
  next: [],
  evicting: [],
  waitsFor: '',
  sinceUs: 0,
  measured: [],
};

export interface EvictionHooks {
  /** Pods of a node that are there and not over. */
  activePods(node: number): readonly KubeObject[];
  evict(ctx: WorldContext, slot: number, graceSeconds: number, message: string, isPressure: boolean): void;
  /** Since when the pod is there. */
  sinceUs(pod: KubeObject): TimeUs;
}

export class EvictionManager {
  private readonly core: KubeletCore;
  private readonly agent: NodeAgent;
  private readonly behaviour: Behaviour;
  private readonly hooks: EvictionHooks;
  private states!: PagedTable<Evictions>;

  constructor(core: KubeletCore, agent: NodeAgent, behaviour: Behaviour, hooks: EvictionHooks) {
    this.core = core;
    this.agent = agent;
    this.behaviour = behaviour;
    this.hooks = hooks;
  }

  init(c: Containers): void {
    this.states = c.table('evictions');
  }

  private get(node: number): Evictions {
    const state = this.states.get(node);
    return state?.life === this.core.node(node).life ? state : IDLE;
  }

  private set(node: number, change: Partial<Evictions>): void {
    this.states.put(node, { ...this.get(node), life: this.core.node(node).life, ...change });
  }

  /** A pod came to the node: where its use of the node may matter, the looks begin. */
  noticed(ctx: WorldContext, node: number, pod: KubeObject): void {
    if (this.behaviour.stats === undefined || this.behaviour.mayPress?.(pod) === false) return;
    this.begin(ctx, node);
  }

  /** The looks at a node begin, if they have not. */
  begin(ctx: WorldContext, node: number): void {
    if (this.behaviour.stats === undefined || this.get(node) !== IDLE) return;
    this.set(node, {});
    const { startedUs } = this.core.node(node);
    const ranUs = ctx.nowUs - startedUs - START_US;
    const cause = ctx.cause;
    ctx.setCause(0);
    this.later(ctx, node, ranUs < 0 ? -ranUs : MONITOR_PERIOD_US - (ranUs % MONITOR_PERIOD_US), 'look');
    ctx.setCause(cause);
  }

  private later(ctx: WorldContext, node: number, delayUs: TimeUs, step: EvictionStep): void {
    const { life } = this.core.node(node);
    this.core.later(ctx, delayUs, WHY.none, { on: 'evict', node, life, step, uid: this.get(node).waitsFor });
  }

  /** A timer of the manager. */
  step(ctx: WorldContext, node: number, step: EvictionStep, uid: string): void {
    if (step === 'look') this.look(ctx, node);
    else if (step === 'cleanup') this.awaitCleanup(ctx, node);
    else if (this.get(node).waitsFor === uid) this.killed(ctx, node, uid);
  }

  /** A pod's containers have ended. */
  killed(ctx: WorldContext, node: number, uid: string): void {
    const state = this.states.get(node);
    if (state === undefined || state.waitsFor !== uid || state.life !== this.core.node(node).life) return;
    this.set(node, { waitsFor: '' });
    if (this.evictNext(ctx, node)) return;
    this.set(node, { sinceUs: ctx.nowUs });
    this.later(ctx, node, CLEANUP_POLL_US, 'cleanup');
  }

  /** waitForPodsCleanup. */
  private awaitCleanup(ctx: WorldContext, node: number): void {
    const { evicting, sinceUs } = this.get(node);
    const left = evicting.some((uid) => {
      const slot = this.core.slotOfKey(keyOf(node, uid));
      const row = slot === undefined ? undefined : this.core.podIn(slot);
      return row !== undefined && row.uid === uid && row.phase !== 'finished';
    });
    if (left && ctx.nowUs - sinceUs < CLEANUP_TIMEOUT_US) this.later(ctx, node, CLEANUP_POLL_US, 'cleanup');
    else this.look(ctx, node);
  }

  /** synchronize. */
  private look(ctx: WorldContext, node: number): void {
    this.set(node, { evicting: [], next: [] });
    const active = this.hooks.activePods(node);
    const stats = this.behaviour.stats?.(ctx, this.measuredNode(node), this.measuredPods(node, active));
    const measured = stats === undefined ? [] : this.measure(ctx, node, active, stats);
    this.set(node, { measured });
    const observations = stats === undefined ? {} : observe(stats);
    const due = this.thresholdsDue(ctx, node, observations);
    if (stats !== undefined && this.evictLocal(ctx, node, active, stats)) return;
    const first = firstToReclaim(due);
    if (first !== undefined && stats !== undefined && this.reclaim(ctx, node, first, due, active, stats, observations))
      return;
    const state = this.get(node);
    const isQuiet = state.observed.length === 0 && state.met.length === 0;
    const matters = (pod: KubeObject) => this.behaviour.mayPress === undefined || this.behaviour.mayPress(pod);
    // Nothing comes of further looks until another pod arrives.
    if (isQuiet && this.behaviour.mayPress !== undefined && !active.some(matters)) this.states.free(node);
    else this.later(ctx, node, MONITOR_PERIOD_US, 'look');
  }

  private measuredNode(node: number): MeasuredNode {
    const { capacity, kubeletConfiguration: config = {} } = this.core.node(node).spec;
    const allocatable = this.agent.allocatable(node);
    const kept = (name: string, signal: Signal): number => {
      const whole = value(capacity[name] ?? '0');
      const hard = thresholdsOf(config).find((t) => t.signal === signal && t.graceUs === 0);
      const threshold = hard === undefined ? 0 : thresholdAmount(hard.value, whole);
      return Math.max(0, whole - value(allocatable[name] ?? capacity[name] ?? '0') - threshold);
    };
    const memory = kept('memory', 'memory.available');
    return { node, capacity, systemBytes: { memory, disk: kept('ephemeral-storage', 'nodefs.available') } };
  }

  private measuredPods(node: number, active: readonly KubeObject[]): readonly MeasuredPod[] {
    return active.map((pod) => {
      const slot = this.slotOf(node, pod.metadata.uid ?? '');
      // The runtime knows a pod that sleeps as soon as it wakes; until then its containers run as it says.
      const containers = slot === undefined ? [] : this.core.runtime.pod(this.core.pod(slot).id).containers;
      return { pod, containers };
    });
  }

  /** Thresholds whose grace is over; tells the node's conditions. */
  private thresholdsDue(ctx: WorldContext, node: number, observations: Observations): readonly Threshold[] {
    const config = this.core.node(node).spec.kubeletConfiguration ?? {};
    const all = thresholdsOf(config);
    const before = this.get(node);
    const was = (t: Threshold) => before.met.find((m) => sameThreshold(m.threshold, t));
    const met = all
      .filter((t) => isMet(t, observations, false) || (was(t)?.isDue === true && isMet(t, observations, true)))
      .map((threshold) => {
        const sinceUs = was(threshold)?.sinceUs ?? ctx.nowUs;
        return { threshold, sinceUs, isDue: ctx.nowUs - sinceUs >= threshold.graceUs };
      });
    const transitionUs = parseGoDuration(String(config['evictionPressureTransitionPeriod'] ?? '5m')) ?? 0;
    const now = conditionsOf(met.map((m) => m.threshold));
    const names = [...new Set([...before.observed.map((o) => o.condition), ...now])].sort();
    const observed = names
      .map((condition) => ({
        condition,
        lastUs: now.includes(condition) ? ctx.nowUs : before.observed.find((o) => o.condition === condition)!.lastUs,
      }))
      .filter(({ lastUs }) => lastUs === ctx.nowUs || ctx.nowUs - lastUs < transitionUs);
    this.set(node, { met, observed });
    this.agent.setPressure(
      ctx,
      node,
      PRESSURES.filter((p) => observed.some((o) => o.condition === p)),
    );
    return met.filter((m) => m.isDue).map((m) => m.threshold);
  }

  /** Evicts one pod for a threshold. False: there was nobody. */
  private reclaim(
    ctx: WorldContext,
    node: number,
    first: Threshold,
    due: readonly Threshold[],
    active: readonly KubeObject[],
    stats: NodeStats,
    observations: Observations,
  ): boolean {
    const resource = resourceOf(first.signal);
    this.core.nodeEvent(ctx, node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`);
    const usageOf = (pod: KubeObject) => stats.pod(pod, this.volumesOf(node, pod));
    const victim = rank(active, resource, usageOf).find((pod) => !isCritical(pod));
    if (victim === undefined) return false;
    const message = evictionMessage(victim, resource, usageOf(victim), due, observations);
    const max = Number(this.core.node(node).spec.kubeletConfiguration?.['evictionMaxPodGracePeriod'] ?? 0);
    const own = (victim.spec?.terminationGracePeriodSeconds ?? max) as number;
    const grace = first.graceUs === 0 ? HARD_GRACE_SECONDS : Math.min(max, own);
    return this.evict(ctx, node, victim.metadata.uid ?? '', grace, message, true);
  }

  /** localStorageEviction: all pods that are over a limit of their own, one after the other. */
  private evictLocal(ctx: WorldContext, node: number, active: readonly KubeObject[], stats: NodeStats): boolean {
    const next: { uid: string; message: string }[] = [];
    for (const pod of active) {
      if (isCritical(pod)) continue;
      const volumes = this.volumesOf(node, pod);
      const message = localStorageProblem(pod, stats.pod(pod, volumes), volumes);
      if (message !== undefined) next.push({ uid: pod.metadata.uid ?? '', message });
    }
    if (next.length === 0) return false;
    this.set(node, { next });
    return this.evictNext(ctx, node);
  }

  private evictNext(ctx: WorldContext, node: number): boolean {
    for (;;) {
      const [first, ...rest] = this.get(node).next;
      if (first === undefined) return false;
      this.set(node, { next: rest });
      if (this.evict(ctx, node, first.uid, HARD_GRACE_SECONDS, first.message, false)) return true;
    }
  }

  /** evictPod: the manager waits for the pod's end. */
  private evict(
    ctx: WorldContext,
    node: number,
    uid: string,
    graceSeconds: number,
    message: string,
    isPressure: boolean,
  ): boolean {
    const slot = this.slotOf(node, uid);
    if (slot === undefined) return false;
    this.core.event(ctx, this.core.pod(slot), 'Warning', 'Evicted', message);
    this.set(node, { waitsFor: uid, evicting: [...this.get(node).evicting, uid] });
    const waitSeconds = Math.max(KILL_WAIT_SECONDS, graceSeconds + Math.floor(graceSeconds / 2));
    this.later(ctx, node, waitSeconds * SECOND, 'killed');
    this.hooks.evict(ctx, slot, graceSeconds, message, isPressure);
    return true;
  }

  private slotOf(node: number, uid: string): number | undefined {
    return this.core.podsOf.members(node).find((slot) => (this.core.objectIn(slot)?.metadata.uid ?? '') === uid);
  }

  private volumesOf(node: number, pod: KubeObject): Volumes {
    return this.get(node).measured.find((m) => m.uid === pod.metadata.uid)?.bytes ?? NO_VOLUMES;
  }

  /**
   * volume_stat_calculator.go: local volumes are measured from the first whole minute of the kubelet's life on that finds the
   * pod, then every minute and up to another one.
   */
  private measure(ctx: WorldContext, node: number, pods: readonly KubeObject[], stats: NodeStats): readonly Measured[] {
    const before = this.get(node).measured;
    const { startedUs, spec } = this.core.node(node);
    const out: Measured[] = [];
    for (const pod of pods) {
      const volumes = ((pod.spec?.volumes ?? []) as readonly { name: string; emptyDir?: object }[]).filter(
        (v) => v.emptyDir,
      );
      if (volumes.length === 0) continue;
      const uid = pod.metadata.uid ?? '';
      let m = before.find((b) => b.uid === uid);
      if (m === undefined) {
        const ranUs = Math.max(0, this.hooks.sinceUs(pod) - startedUs);
        const foundUs = startedUs + (Math.floor(ranUs / VOLUME_STATS_US) + 1) * VOLUME_STATS_US;
        m = { uid, atUs: -1, nextUs: foundUs, n: 0, bytes: NO_VOLUMES };
      }
      // Each pod is measured at times of its own.
      const stream = ctx.stream(`kubelet/${spec.name}/${uid}`);
      while (m.nextUs <= ctx.nowUs) {
        const delayUs = jitter(VOLUME_STATS_US, 1, ctx.draw(stream, PURPOSE_VOLUME_STATS, m.nextUs));
        m = { ...m, atUs: m.nextUs, nextUs: m.nextUs + delayUs, n: m.n + 1 };
        const bytes: Record<string, number> = {};
        for (const { name } of volumes) {
          const used = stats.volumeBytes(pod, name, m.atUs);
          if (used !== undefined) bytes[name] = used;
        }
        m = { ...m, bytes };
      }
      out.push(m);
    }
    return out;
  }
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
const NO_VOLUMES: Volumes = {};

const sameThreshold = (a: Threshold, b: Threshold): boolean => a.signal === b.signal && a.graceUs === b.graceUs;
