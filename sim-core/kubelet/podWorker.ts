/**
 * pkg/kubelet/pod_workers.go and the Sync* functions of kubelet.go: the life of one pod on its node. A sync that waits for
 * the runtime is a row (`Sync`): a list of operations and a place in it.
 */
import { type Json, type KubeObject, type TimeUs, WHY, type WorldContext } from '../contracts/index.ts';
import { computePodActions } from './actions.ts';
import type { StatusJson } from './containerStatus.ts';
import { jitter, type KubeletCore, SECOND } from './core.ts';
import type { PlainStart } from './plainStart.ts';
import { endedStatus, firstStatus, isEndedStatus, type PlainInput, runningStatus } from './plainStatus.ts';
import type { PlainStop } from './plainStop.ts';
import { generatePodStatus } from './podStatus.ts';
import type { Prober } from './prober.ts';
import { planResize } from './resize.ts';
import { copyPod, copySync, type Draft, type KillStatus, type PodRow, type Sync } from './rows.ts';
import type { RuntimePod } from './runtime.ts';
import { isPlain, isSettledLikeOthers, rememberSettled } from './settled.ts';
import { type ContainerSpec, hasVolumes, isMirror, isStatic, isTerminalPhase } from './spec.ts';
import { stampedStatus } from './stamp.ts';
import type { StatusManager } from './statusManager.ts';
import { sameJson } from './statusPatch.ts';
import { EMPTY_SYNC } from './sync.ts';
import { effectiveGrace, hasAny, killPodOps, opsOf, runsAsItShould, withFailures, withRestarts } from './syncPlan.ts';
import { allTerminated, withKillStatus } from './terminalStatus.ts';
import type { VolumeProblems } from './volumes.ts';

const BACK_OFF_US = 10 * SECOND;
const TRANSIENT_BACK_OFF_US = SECOND;
const MINUTE_US = 60 * SECOND;
const JITTER = 0.5;
const PURPOSE_RESYNC = 1;
/** volume_manager.go podAttachAndMountRetryInterval. */
const VOLUME_WAIT_US = 300_000;
/** goroutinemap/exponentialbackoff: initialDurationBeforeRetry, maxDurationBeforeRetry. */
const MOUNT_RETRY_US = 500_000;
const MOUNT_RETRY_MAX_US = 122 * SECOND;

/** Cgroups and directories of a new pod. Model. */
const POD_SETUP_US = 15_000;

/** The sync loop's ticker stands a little before PLEG's: both begin with the kubelet. Model. */
const SYNC_TICK_OFFSET_US = -50_000;

type Outcome =
  | { readonly is: 'ok' }
  | { readonly is: 'transition' }
  | { readonly is: 'error'; readonly expiryUs?: TimeUs }
  | { readonly is: 'network' }
  | { readonly is: 'done' };

/** In the place of a ticket: the resync is planned when a look at the runtime finds nothing new. */
const DUE_AFTER_LOOK = -1;

const DEADLINE_TEXT = 'Pod was active on the node longer than the specified deadline';

export interface WorkerHooks {
  /** Runs the operations of the row's sync from its place on. */
  runOps(ctx: WorldContext, slot: number): void;
  hostIP(node: number): string;
  hashOf(container: ContainerSpec): string;
  volumes(row: PodRow): VolumeProblems;
  /** Kills the next pod that has to make room. */
  preempt(ctx: WorldContext, node: number, uid: string): void;
  /** Sees to the mirror of a static pod. */
  mirror(ctx: WorldContext, slot: number): void;
  /** Tells of a resize that is done. */
  resized(ctx: WorldContext, slot: number): void;
  /** A pod's containers have ended. */
  killed(ctx: WorldContext, node: number, uid: string): void;
  /** The pod is over: forget it when the API has. */
  over(ctx: WorldContext, slot: number): void;
}

export class PodWorkers {
  private readonly core: KubeletCore;
  private readonly status: StatusManager;
  prober!: Prober;
  plain!: PlainStart;
  plainStop!: PlainStop;
  hooks!: WorkerHooks;

  constructor(core: KubeletCore, status: StatusManager) {
    this.core = core;
    this.status = status;
  }

  /** UpdatePod: the pod is to be synced; a busy worker takes it up afterwards. */
  requestSync(ctx: WorldContext, slot: number): void {
    const row = this.core.podIn(slot);
    if (row === undefined || (row.busy && row.pending) || !takesSyncs(row)) return;
    this.requestSyncOf(ctx, slot, copyPod(row));
  }

  /** The same with a new row of the pod, which is stored here. */
  requestSyncOf(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    const isFirst = takesSyncs(next) && !next.busy;
    if (isFirst) next.busy = true;
    else if (takesSyncs(next)) next.pending = true;
    if (isFirst && !this.isFresh(ctx, next)) next.waiting = true;
    this.core.put(slot, next);
    if (isFirst) this.scheduleWork(ctx, slot, next);
  }

  /**
   * The same from where nothing else follows at this instant that could tell: the worker runs at once. What comes after descends
   * from what it did before.
   */
  syncNow(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    if (next.busy || !takesSyncs(next) || !this.isFresh(ctx, next)) {
      this.requestSyncOf(ctx, slot, next);
      return;
    }
    next.busy = true;
    const { cause } = ctx;
    this.run(ctx, slot, next);
    ctx.setCause(cause);
  }

  /**
   * The first sync of a pod that was adopted as its status says: where it is known to change nothing, the row is put into the
   * state after it, and nothing runs. False where the sync has to be done.
   */
  settle(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    const { pod } = row;
    if (!this.isSettled(ctx, row.node, pod, () => row)) return false;
    this.core.set(slot, this.settledState(pod, ctx.nowUs));
    return true;
  }

  /** True when the first sync of an adopted pod changes nothing. `rowOf`: its row, for the first pod of a template. */
  isSettled(ctx: WorldContext, node: number, pod: KubeObject, rowOf: () => PodRow): boolean {
    if (ctx.fireAllTimers || !isPlain(pod) || this.core.runtime.condition(node).network !== '') return false;
    if (isSettledLikeOthers(pod, this.hooks.hostIP(node))) return true;
    const row = rowOf();
    if (!row.cache.containers.some((c) => c.state === 'running')) return false;
    const { status, unready } = this.computeStatus(ctx, row, row.cache, false);
    const stamped = stampedStatus(status, pod.status, this.core.time(ctx.nowUs));
    if (unready.length > 0 || !sameJson(stamped as Json, pod.status as Json) || !this.needsNothing(row)) return false;
    rememberSettled(pod);
    return true;
  }

  /** What a first sync leaves behind that changes nothing. */
  settledState(pod: KubeObject, atUs: TimeUs) {
    return {
      status: pod.status,
      version: 1,
      sentVersion: 1,
      syncs: 1,
      mountedVolumes: true,
      probing: true,
      lastSyncUs: atUs + POD_SETUP_US,
    };
  }

  /** All containers run as they should, and no later look is due. */
  private needsNothing(row: PodRow): boolean {
    const { killPod, createSandbox, initToStart, toStart, toKill } = computePodActions({
      pod: row.pod,
      status: row.cache,
      probes: this.prober.view(row),
      hash: (c) => this.hooks.hashOf(c),
    });
    const works = killPod || createSandbox || initToStart.length + toStart.length + toKill.length > 0;
    return !works && !this.resyncMatters({ ...row, status: row.pod.status });
  }

  /** GetNewerThan: the worker waits until PLEG has looked after the last sync. */
  private isFresh(ctx: WorldContext, row: PodRow): boolean {
    return row.lastSyncUs < 0 || this.core.lastTick(row.node, ctx.nowUs) > row.lastSyncUs;
  }

  private scheduleWork(ctx: WorldContext, slot: number, row: PodRow): void {
    const node = this.core.node(row.node);
    if (!row.waiting) {
      ctx.schedule(0, this.core.handlers.worker, slot, node.life, WHY.none, row.uid);
      return;
    }
    // A first sync that was not run may lie a little ahead.
    const atUs = this.core.tickAt(row.node, Math.max(ctx.nowUs, row.lastSyncUs) + 1);
    ctx.scheduleAt(atUs, this.core.handlers.worker, slot, node.life, WHY.pleg, row.uid);
  }

  /** Asks for the termination of a pod (deletion, eviction, preemption, removal of a manifest). */
  terminate(ctx: WorldContext, slot: number, graceOverride?: number, killStatus?: KillStatus, evicted = false): void {
    const row = this.core.pod(slot);
    const graceSeconds = effectiveGrace(row, graceOverride);
    const first = row.phase === 'sync';
    const next = copyPod(row);
    next.phase = first ? 'terminating' : row.phase;
    next.graceSeconds = graceSeconds;
    next.graceOverride = graceOverride ?? row.graceOverride;
    next.killStatus = killStatus ?? row.killStatus;
    next.evicted = evicted || row.evicted;
    // A wait for volumes ends with the pod's context; a sync of the runtime goes on to its end.
    if (row.sync === undefined || row.sync.at >= 0) {
      this.requestSyncOf(ctx, slot, next);
      return;
    }
    this.complete(ctx, slot, next, { is: 'error' });
    this.requestSync(ctx, slot);
  }

  /** The worker starts its next piece of work. */
  work(ctx: WorldContext, slot: number, life: number, uid: string): void {
    const row = this.core.live(slot, uid, life);
    if (!row?.busy || row.sync) return;
    this.run(ctx, slot, copyPod(row));
  }

  /** The same with a new row of the pod, which is stored here. */
  private run(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    if (next.dueTicket > 0) ctx.cancel(next.dueTicket);
    next.pending = false;
    next.waiting = false;
    next.dueTicket = 0;
    next.syncs += 1;
    const { node, phase } = next;
    const held = this.status.hold(slot);
    if (phase === 'terminated') this.syncTerminated(ctx, slot, next);
    else if (phase === 'terminating') this.syncTerminating(ctx, slot, next);
    else if (!this.core.hasShortWays || !this.syncPlain(ctx, slot, next)) {
      this.core.put(slot, next);
      this.syncPod(ctx, slot);
    }
    this.status.release(ctx, slot, node, held);
  }

  /** generateAPIPodStatus for a pod as the kubelet sees it now. */
  computeStatus(ctx: WorldContext, row: PodRow, runtime: RuntimePod, terminal: boolean) {
    const deadlineExceeded = this.isPastDeadline(ctx, row);
    if (deadlineExceeded) this.core.event(ctx, row, 'Normal', 'DeadlineExceeded', DEADLINE_TEXT);
    const result = generatePodStatus({
      pod: row.pod,
      runtime,
      old: row.status ?? row.pod.status,
      failures: row.failures,
      probes: this.prober.view(row),
      podIsTerminal: terminal,
      resize: row.resize,
      knownIP: row.status?.podIP,
      hostIP: this.hooks.hostIP(row.node),
      deadlineExceeded,
      nowUs: ctx.nowUs,
      time: this.core.time,
    });
    if (!terminal || row.killStatus === undefined) return result;
    return { ...result, status: withKillStatus(result.status, row.killStatus, row.pod) };
  }

  private isPastDeadline(ctx: WorldContext, { pod, status }: PodRow): boolean {
    const deadline = pod.spec?.activeDeadlineSeconds;
    if (deadline === undefined) return false;
    const startedUs = status?.startTime ? this.usOf(status.startTime) : ctx.nowUs;
    return ctx.nowUs - startedUs >= deadline * SECOND;
  }

  usOf: (text: string) => TimeUs = () => 0;

  /**
   * syncPod of a pod without probes that is at its beginning, or all of whose containers run as they should: in one step. False:
   * not for here, and nothing was done.
   */
  private syncPlain(ctx: WorldContext, slot: number, next: Draft<PodRow>): boolean {
    const { pod, cache } = next;
    if (
      next.resize !== undefined ||
      next.probes.length > 0 ||
      pod.spec.activeDeadlineSeconds !== undefined ||
      isStatic(pod)
    )
      return false;
    if (next.mountedVolumes && !(next.probing && runsAsItShould(pod, cache))) return false;
    if (this.core.runtime.condition(next.node).network !== '' && !pod.spec.hostNetwork) return false;
    const plain = this.plainStatus(ctx, next);
    if (plain !== undefined) this.status.noteStamped(ctx, slot, next, plain);
    else {
      const { status } = this.computeStatus(ctx, next, cache, false);
      if (isTerminalPhase(status.phase)) return false;
      this.status.note(ctx, slot, next, status);
    }
    if (next.mountedVolumes) {
      this.completeWell(ctx, slot, next);
      return true;
    }
    const sync = copySync(EMPTY_SYNC);
    sync.seen = cache;
    next.sync = sync;
    this.core.put(slot, next);
    this.waitForVolumes(ctx, slot, next);
    return true;
  }

  /** The whole status of a pod without probes that does what it should, or undefined. */
  private plainStatus(ctx: WorldContext, row: PodRow): StatusJson | undefined {
    if (!this.core.hasShortWays || row.probes.length > 0 || row.resize !== undefined) return undefined;
    if (hasAny(row.failures)) return undefined;
    if (row.cache.sandboxes.length > 0) return runningStatus(this.plainInput(ctx, row, row.cache));
    if (row.status !== undefined || row.cache.containers.length > 0) return undefined;
    return firstStatus(row.pod, this.hooks.hostIP(row.node), this.core.time(ctx.nowUs));
  }

  /** Notes the status that was made at once, or else the one that is computed in the general way. */
  private tell(
    ctx: WorldContext,
    slot: number,
    next: Draft<PodRow>,
    plain: StatusJson | undefined,
    runtime: RuntimePod,
    terminal: boolean,
  ): void {
    if (plain !== undefined) this.status.noteStamped(ctx, slot, next, plain);
    else this.status.note(ctx, slot, next, this.computeStatus(ctx, next, runtime, terminal).status);
  }

  private plainInput(ctx: WorldContext, row: PodRow, runtime: RuntimePod): PlainInput {
    const { pod, status: before, node } = row;
    return { pod, runtime, before, hostIP: this.hooks.hostIP(node), nowUs: ctx.nowUs, time: this.core.time };
  }

  private waitForVolumes(ctx: WorldContext, slot: number, row: PodRow): void {
    const waitUs = hasVolumes(row.pod) ? VOLUME_WAIT_US : 0;
    const why = waitUs > 0 ? WHY.volumeMount : WHY.none;
    this.core.later(ctx, POD_SETUP_US + waitUs, why, this.core.opContOf(slot, row));
  }

  private syncPod(ctx: WorldContext, slot: number): void {
    this.hooks.resized(ctx, slot);
    const row = this.core.pod(slot);
    const { status, unready } = this.computeStatus(ctx, row, row.cache, false);
    this.status.set(ctx, slot, status);
    this.prober.wake(ctx, slot);
    for (const name of unready) this.prober.trigger(ctx, slot, name);
    this.watchDeadline(ctx, slot);
    if (isTerminalPhase(status.phase)) {
      this.core.set(slot, { phase: 'terminating', graceSeconds: effectiveGrace(row, undefined) });
      this.complete(ctx, slot, copyPod(this.core.pod(slot)), { is: 'transition' });
      return;
    }
    const network = this.core.runtime.condition(row.node).network;
    if (network !== '' && !row.pod.spec?.hostNetwork) {
      this.core.event(
        ctx,
        row,
        'Warning',
        'NetworkNotReady',
        `network is not ready: container runtime network not ready: ${network}`,
      );
      this.complete(ctx, slot, copyPod(this.core.pod(slot)), { is: 'network' });
      return;
    }
    if (isStatic(row.pod)) this.hooks.mirror(ctx, slot);
    const sync: Sync = { ...EMPTY_SYNC, kind: 'sync', seen: row.cache };
    this.core.set(slot, { sync });
    if (!row.mountedVolumes) {
      this.waitForVolumes(ctx, slot, this.core.pod(slot));
      return;
    }
    this.begin(ctx, slot);
  }

  /** The part of SyncPod after the volumes: probes, and what the runtime has to do. */
  begin(ctx: WorldContext, slot: number): void {
    if (this.core.hasShortWays && this.plain.begin(ctx, slot)) return;
    if (!this.mounted(ctx, slot)) return;
    this.core.set(slot, { mountedVolumes: true });
    this.prober.add(ctx, slot);
    const row = this.core.pod(slot);
    const seen = row.sync?.seen ?? row.cache;
    const before = computePodActions({
      pod: row.pod,
      status: seen,
      probes: this.prober.view(row),
      hash: (c) => this.hooks.hashOf(c),
    });
    const resize = row.resize?.inProgress === undefined || before.killPod ? undefined : planResize(row.pod, seen);
    const actions = resize === undefined ? before : withRestarts(before, resize);
    if (actions.createSandbox && actions.sandboxID !== '') {
      this.core.event(ctx, row, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    }
    const ops = opsOf(row, seen, actions, resize?.steps);
    const sandbox = seen.sandboxes.find((s) => s.ready)?.id ?? '';
    this.core.set(slot, { sync: { ...EMPTY_SYNC, kind: 'sync', seen, actions, ops, sandbox, at: 0, step: 0 } });
    this.hooks.runOps(ctx, slot);
  }

  /** WaitForAttachAndMount: false while a volume cannot be had; the sync waits or has failed. */
  private mounted(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    if (row.mountedVolumes || !hasVolumes(row.pod)) return true;
    const { claim, mounts } = this.hooks.volumes(row);
    if (claim !== undefined) {
      const text = `unmounted volumes=[${claim.name}], unattached volumes=[], failed to process volumes=[${claim.name}]: ${claim.text}`;
      this.core.event(ctx, row, 'Warning', 'FailedMount', `Unable to attach or mount volumes: ${text}`);
      this.complete(ctx, slot, copyPod(this.core.pod(slot)), { is: 'error' });
      return false;
    }
    if (mounts.length === 0) return true;
    for (const m of mounts)
      this.core.event(
        ctx,
        row,
        'Warning',
        'FailedMount',
        `MountVolume.SetUp failed for volume "${m.name}" : ${m.text}`,
      );
    // The reconciler tries at its own pace; a sync that has waited in vain says nothing and is followed by another.
    const delayUs = Math.min(MOUNT_RETRY_MAX_US, MOUNT_RETRY_US * 2 ** Math.min(row.mountFailures, 12));
    this.core.set(slot, { mountFailures: row.mountFailures + 1 });
    this.core.later(ctx, delayUs, WHY.volumeMount, this.core.opCont(slot));
    return false;
  }

  private syncTerminating(ctx: WorldContext, slot: number, row: Draft<PodRow>): void {
    this.tell(ctx, slot, row, this.plainStatus(ctx, row), row.cache, false);
    if (this.core.hasShortWays && this.plainStop.begin(ctx, slot, row)) return;
    this.core.put(slot, row);
    this.prober.stopLivenessAndStartup(slot);
    const ops = killPodOps(row.cache, row.graceSeconds);
    this.core.set(slot, { sync: { ...EMPTY_SYNC, kind: 'terminating', seen: row.cache, ops, at: 0 } });
    this.hooks.runOps(ctx, slot);
  }

  /** All operations of a sync are done. */
  opsDone(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const sync = row.sync!;
    this.core.set(slot, { sync: undefined });
    if (sync.kind === 'terminating') {
      this.terminatingDone(ctx, slot, sync.failed);
      return;
    }
    const failures = withFailures(row.failures, sync.failures);
    if (failures !== row.failures) this.core.set(slot, { failures });
    const some = Object.values(sync.failures).some((f) => f !== null);
    if (!some && !sync.failed) this.complete(ctx, slot, copyPod(this.core.pod(slot)), { is: 'ok' });
    else
      this.complete(ctx, slot, copyPod(this.core.pod(slot)), {
        is: 'error',
        expiryUs: sync.onlyCrashLoop && some && !sync.failed ? sync.expiryUs : undefined,
      });
  }

  private terminatingDone(ctx: WorldContext, slot: number, failed: boolean): void {
    if (failed) {
      this.complete(ctx, slot, copyPod(this.core.pod(slot)), { is: 'error' });
      return;
    }
    this.prober.remove(slot);
    const row = this.core.pod(slot);
    const runtime = this.core.runtime.pod(row.id);
    const next = copyPod(row);
    next.phase = 'terminated';
    this.tell(ctx, slot, next, undefined, runtime, true);
    this.complete(ctx, slot, next, { is: 'transition' });
    this.release(ctx, row.node, row.uid);
  }

  /** Whoever waited for the end of this pod (preemption, the eviction manager) goes on. */
  private release(ctx: WorldContext, node: number, uid: string): void {
    this.hooks.killed(ctx, node, uid);
    for (const slot of this.core.waitersOf.members(node)) {
      const { waitsFor } = this.core.pod(slot);
      if (!waitsFor.includes(uid)) continue;
      const rest = waitsFor.filter((u) => u !== uid);
      this.core.set(slot, { waitsFor: rest });
      if (rest.length === 0) this.core.waitersOf.remove(node, slot);
      if (rest.length > 0) this.hooks.preempt(ctx, node, rest[0]);
      else this.requestSync(ctx, slot);
    }
  }

  private syncTerminated(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    next.phase = 'finished';
    if (this.mayEndPlainly(next) && isEndedStatus(this.plainInput(ctx, next, next.cache)))
      this.status.noteStamped(ctx, slot, next, next.status, true);
    else {
      const { status } = this.computeStatus(ctx, next, next.cache, true);
      this.status.note(ctx, slot, next, allTerminated(next.pod, status), true);
    }
    this.complete(ctx, slot, next, { is: 'done' });
    this.hooks.over(ctx, slot);
  }

  /** The end of a sync that stopped all of a pod without probes, with a new row of the pod. */
  terminatedWell(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    next.sync = undefined;
    next.probing = false;
    const runtime = this.core.runtime.pod(next.id);
    const plain = this.mayEndPlainly(next) ? endedStatus(this.plainInput(ctx, next, runtime)) : undefined;
    next.phase = 'terminated';
    this.tell(ctx, slot, next, plain, runtime, true);
    this.complete(ctx, slot, next, { is: 'transition' });
    this.release(ctx, next.node, next.uid);
  }

  private mayEndPlainly({ probes, failures, killStatus }: PodRow): boolean {
    return this.core.hasShortWays && killStatus === undefined && probes.length === 0 && !hasAny(failures);
  }

  /** completeWork: when the pod is synced again. `row`: a new row of the pod, which is stored here. */
  private complete(ctx: WorldContext, slot: number, row: Draft<PodRow>, outcome: Outcome): void {
    row.busy = false;
    row.sync = undefined;
    row.lastSyncUs = ctx.nowUs;
    if (outcome.is !== 'done') this.enqueue(ctx, slot, row, outcome);
    if (row.pending) this.requestSyncOf(ctx, slot, row);
    else this.core.put(slot, row);
  }

  /** completeWork after a sync without errors, with a new row of the pod, which is stored here. */
  completeWell(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    next.busy = false;
    next.sync = undefined;
    next.lastSyncUs = ctx.nowUs;
    if (this.resyncMatters(next)) {
      if (next.dueTicket > 0) ctx.cancel(next.dueTicket);
      next.dueTicket = DUE_AFTER_LOOK;
      if (!next.dirty) this.planResync(ctx, slot, next);
    }
    if (next.pending) this.requestSyncOf(ctx, slot, next);
    else this.core.put(slot, next);
  }

  /**
   * The resync a minute after a sync without errors. Where a look at the runtime is due before, it waits for what that finds: a
   * sync that is worth it comes first, and cancels the resync.
   */
  planResync(ctx: WorldContext, slot: number, next: Draft<PodRow>): void {
    if (next.dueTicket !== DUE_AFTER_LOOK) return;
    const endedUs = next.lastSyncUs;
    const delayUs = jitter(MINUTE_US, JITTER, this.core.draw(ctx, next, PURPOSE_RESYNC, endedUs));
    next.dueTicket = this.scheduleTick(ctx, slot, next, endedUs + delayUs - ctx.nowUs, WHY.syncLoop);
  }

  private scheduleTick(ctx: WorldContext, slot: number, row: PodRow, delayUs: TimeUs, why: number): number {
    const atUs = this.core.tickAt(row.node, ctx.nowUs + Math.max(1, delayUs), SYNC_TICK_OFFSET_US);
    return ctx.scheduleAt(atUs, this.core.handlers.tick, slot, this.core.node(row.node).life, why, row.uid);
  }

  private enqueue(ctx: WorldContext, slot: number, row: Draft<PodRow>, outcome: Outcome): void {
    const draw = () => this.core.draw(ctx, row, PURPOSE_RESYNC, ctx.nowUs);
    let delayUs = 0;
    let why: number = WHY.syncLoop;
    if (outcome.is === 'ok') {
      // A sync without an error changes nothing by itself: the resync matters only while something may come of it.
      if (!this.resyncMatters(row)) return;
      delayUs = jitter(MINUTE_US, JITTER, draw());
    } else if (outcome.is === 'network') delayUs = jitter(TRANSIENT_BACK_OFF_US, JITTER, draw());
    else if (outcome.is === 'error') {
      const rest =
        outcome.expiryUs === undefined ? BACK_OFF_US : Math.min(MINUTE_US, Math.max(0, outcome.expiryUs - ctx.nowUs));
      delayUs = jitter(rest, JITTER, draw());
      why = outcome.expiryUs === undefined ? WHY.kubeletRetry : WHY.crashLoopBackOff;
    }
    if (row.dueTicket > 0) ctx.cancel(row.dueTicket);
    row.dueTicket = this.scheduleTick(ctx, slot, row, delayUs, why);
  }

  private resyncMatters(row: PodRow): boolean {
    for (const p of row.probes) if (p.type === 'readiness' && p.result !== 'success') return true;
    if (isStatic(row.pod) && !isMirror(row.api)) return true;
    return someWaits(row.status?.initContainerStatuses) || someWaits(row.status?.containerStatuses);
  }

  /** activeDeadlineSeconds: the tick that finds the pod past it. */
  private watchDeadline(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const deadline = row.pod.spec?.activeDeadlineSeconds;
    if (deadline === undefined || row.deadlineTicket !== 0 || !row.status?.startTime) return;
    const dueUs = Math.max(ctx.nowUs, this.usOf(row.status.startTime) + deadline * SECOND);
    const node = this.core.node(row.node);
    const atUs = this.core.tickAt(row.node, dueUs, SYNC_TICK_OFFSET_US);
    this.core.set(slot, {
      deadlineTicket: ctx.scheduleAt(atUs, this.core.handlers.deadline, slot, node.life, WHY.syncLoop, row.uid),
    });
  }

  deadline(ctx: WorldContext, slot: number, life: number, uid: string): void {
    const row = this.core.live(slot, uid, life);
    if (row?.phase !== 'sync') return;
    this.requestSync(ctx, slot);
  }
}

/** Does the worker take up syncs of the pod, now or after the one at hand? */
const takesSyncs = (row: PodRow): boolean => !row.rejected && row.phase !== 'finished' && row.waitsFor.length === 0;

function someWaits(statuses: readonly PodRow['status'][] | undefined): boolean {
  if (statuses !== undefined) for (const s of statuses) if (s.state.waiting) return true;
  return false;
}
