/**
 * pkg/kubelet/status/status_manager.go: statuses that the kubelet computed, and their way to the API. One status of a node
 * is sent at a time; those that pile up meanwhile are merged. When all is sent, nothing is scheduled.
 */
import { isError } from '../client/index.ts';
import {
  type ApiResponse,
  type Json,
  type Patch,
  type RequestOptions,
  WHY,
  type WorldContext,
} from '../contracts/index.ts';
import type { StatusJson } from './containerStatus.ts';
import { type KubeletCore, SECOND, STATUS_IDLE, STATUS_SENDING, STATUS_SIGNALLED } from './core.ts';
import { mergePodStatus, withContainerFlag } from './podStatus.ts';
import { copyPod, type Draft, type PodRow } from './rows.ts';
import { isMirror, isMirrorOf, isStatic, isTerminalPhase } from './spec.ts';
import { stampedStatus } from './stamp.ts';
import { podStatusPatch, sameJson, statusPatch } from './statusPatch.ts';

const SYNC_PERIOD_US = 10 * SECOND;

export class StatusManager {
  private readonly core: KubeletCore;
  /** Within one event: the pod whose worker runs, and whether it had something to tell. */
  private heldSlot = -1;
  private hasHeldNews = false;

  constructor(core: KubeletCore) {
    this.core = core;
  }

  /** SetPodStatus. */
  set(ctx: WorldContext, slot: number, status: StatusJson): void {
    const next = copyPod(this.core.pod(slot));
    if (this.note(ctx, slot, next, status)) this.core.put(slot, next);
  }

  /** SetPodStatus in a new row of the pod, which the caller stores. False when it says nothing new. */
  note(ctx: WorldContext, slot: number, next: Draft<PodRow>, status: StatusJson, finished = false): boolean {
    // A static pod goes on from what its mirror says.
    const before = next.status ?? (isMirror(next.api) ? next.api.status : next.pod.status);
    return this.noteStamped(ctx, slot, next, stampedStatus(status, before, this.core.time(ctx.nowUs)), finished);
  }

  /** The same with a status that has its times and no absent fields. */
  noteStamped(ctx: WorldContext, slot: number, next: Draft<PodRow>, stamped: StatusJson, finished = false): boolean {
    if (next.status !== undefined && sameJson(next.status as Json, stamped as Json) && finished === next.finished)
      return false;
    next.status = stamped;
    next.version += 1;
    next.statusBy = ctx.cause;
    next.finished ||= finished;
    if (slot === this.heldSlot) this.hasHeldNews = true;
    else {
      this.core.unsentOf.add(next.node, slot);
      this.signal(ctx, next.node);
    }
    return true;
  }

  /** A pod's worker runs until `release`, which is given what this says: a new status is sent after that. */
  hold(slot: number): number {
    const outer = this.heldSlot * 2 + (this.hasHeldNews ? 1 : 0);
    this.heldSlot = slot;
    this.hasHeldNews = false;
    return outer;
  }

  release(ctx: WorldContext, slot: number, node: number, outer: number): void {
    const hasNews = this.hasHeldNews;
    this.heldSlot = Math.floor(outer / 2);
    this.hasHeldNews = (outer & 1) === 1;
    if (hasNews && this.core.podIn(slot) !== undefined) this.told(ctx, slot, node);
  }

  private told(ctx: WorldContext, slot: number, node: number): void {
    const { statusState, unsentOf, failedOf } = this.core;
    if (statusState.get(node) !== STATUS_IDLE || unsentOf.count(node) + failedOf.count(node) > 0) {
      unsentOf.add(node, slot);
      this.signal(ctx, node);
      return;
    }
    const sends = this.send(ctx, slot);
    if (sends) statusState.set(node, STATUS_SENDING);
    if (sends && this.core.pod(slot).finished) unsentOf.add(node, slot);
  }

  /** SetContainerReadiness and SetContainerStartup. */
  setFlag(ctx: WorldContext, slot: number, containerID: string, flag: 'ready' | 'started', value: boolean): void {
    const row = this.core.pod(slot);
    if (row.status === undefined) return;
    this.set(ctx, slot, withContainerFlag(row.pod, row.status, containerID, flag, value));
  }

  /** There is something to send: what was not taken before is tried again with it (syncBatch). */
  signal(ctx: WorldContext, node: number): void {
    const { failedOf, unsentOf } = this.core;
    if (failedOf.count(node) > 0) {
      for (const slot of failedOf.members(node)) {
        unsentOf.add(node, slot);
        failedOf.remove(node, slot);
      }
    }
    this.goOn(ctx, node);
  }

  private goOn(ctx: WorldContext, node: number): void {
    if (this.core.statusState.get(node) !== STATUS_IDLE) return;
    this.core.statusState.set(node, STATUS_SIGNALLED);
    ctx.schedule(0, this.core.handlers.status, node, this.core.node(node).life, WHY.none);
  }

  /** The manager's loop: the next pod whose status the API does not have. */
  run(ctx: WorldContext, node: number, life: number): void {
    const row = this.core.node(node);
    if (row.life !== life || !row.running || this.core.statusState.get(node) === STATUS_SENDING) return;
    let sends = false;
    for (const slot of this.core.unsentOf.members(node)) {
      sends = this.send(ctx, slot);
      // A pod that has ended may still have its deletion to send.
      if (!sends || !this.core.pod(slot).finished) this.core.unsentOf.remove(node, slot);
      if (sends) break;
    }
    this.core.statusState.set(node, sends ? STATUS_SENDING : STATUS_IDLE);
  }

  private couldRun(row: PodRow): boolean {
    return !row.rejected && (row.phase === 'sync' || row.phase === 'terminating');
  }

  private mayDelete(row: PodRow): boolean {
    return row.finished && !row.deleteSent && row.api.metadata.deletionTimestamp !== undefined && !isMirror(row.api);
  }

  /** True when a request is under way. */
  private send(ctx: WorldContext, slot: number): boolean {
    const row = this.core.pod(slot);
    if (row.status === undefined || row.removed) return false;
    // Most pods of a node have nothing to tell.
    if (row.version <= row.sentVersion && !row.finished) return false;
    const uid = apiUid(row);
    if (uid === '') return false;
    if (row.version > row.sentVersion) {
      const merged = mergePodStatus(row.api.status, row.status, this.couldRun(row));
      const patch = statusPatch(uid, row.api, merged);
      if (patch !== undefined) {
        this.request(ctx, slot, row, patch, undefined);
        this.setSent(slot, row);
        return true;
      }
      this.setSent(slot, row);
    }
    if (!this.mayDelete(row)) return false;
    const next = copyPod(this.core.pod(slot));
    next.deleteSent = true;
    this.core.put(slot, next);
    const options = { delete: { gracePeriodSeconds: 0, preconditions: { uid } } };
    this.request(ctx, slot, row, undefined, options);
    return true;
  }

  private setSent(slot: number, row: PodRow): void {
    const next = copyPod(row);
    next.sentVersion = row.version;
    this.core.put(slot, next);
  }

  private request(
    ctx: WorldContext,
    slot: number,
    row: PodRow,
    patch: Patch | undefined,
    options: RequestOptions | undefined,
  ): void {
    // It waited for the node's other statuses, but comes from its own.
    if (row.statusBy !== 0) ctx.setCause(row.statusBy);
    this.core.requestStatus(ctx, slot, row, patch, options);
  }

  answered(ctx: WorldContext, slot: number, uid: string, node: number, answer: ApiResponse | undefined): void {
    this.core.statusState.set(node, STATUS_IDLE);
    const row = this.core.podIn(slot);
    if (row !== undefined && row.uid === uid) {
      const statusBy = row.version <= row.sentVersion ? ctx.cause : row.statusBy;
      const object = answer?.version?.object;
      const isOfPod = object !== undefined && object.metadata.uid === apiUid(row);
      const isNews = isOfPod && isNewer(row, object);
      if (isNews || statusBy !== row.statusBy) {
        const next = copyPod(row);
        if (isNews) {
          next.api = object;
          next.status = keptStatus(row, object);
        }
        next.statusBy = statusBy;
        this.core.put(slot, next);
      }
      if (!isOfPod && isError(answer) && answer?.code !== 404) this.retry(ctx, slot);
    }
    if (this.core.unsentOf.count(node) > 0) this.goOn(ctx, node);
  }

  /** At the latest the next full sync sends it again. */
  private retry(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    this.core.set(slot, { sentVersion: row.version - 1, statusBy: 0, deleteSent: false });
    this.core.failedOf.add(row.node, slot);
    this.syncLater(ctx, slot, row.node);
  }

  private nextSync(node: number, nowUs: number): number {
    const { startedUs } = this.core.node(node);
    return startedUs + (Math.floor((nowUs - startedUs) / SYNC_PERIOD_US) + 1) * SYNC_PERIOD_US;
  }

  /** The newest object of the API. */
  saw(next: Draft<PodRow>, object: PodRow['api']): void {
    if (!isNewer(next, object)) return;
    next.status = keptStatus(next, object);
    next.api = object;
  }

  /** A change of the pod in the API: a status that is not the kubelet's own is put back at the next full sync. */
  reconcile(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const uid = apiUid(row);
    if (row.status === undefined || row.version > row.sentVersion || uid === '') return;
    if (row.status === row.api.status && !isTerminalPhase(row.status.phase)) return;
    const merged = mergePodStatus(row.api.status, row.status, this.couldRun(row));
    if (podStatusPatch(uid, row.api.status, merged) === undefined) return;
    this.syncLater(ctx, slot, row.node);
  }

  /** The API has another object of the pod than the one that was told: the next full sync tells it. */
  tellAgain(ctx: WorldContext, slot: number): void {
    this.syncLater(ctx, slot, this.core.pod(slot).node);
  }

  private syncLater(ctx: WorldContext, slot: number, node: number): void {
    const { life } = this.core.node(node);
    ctx.scheduleAt(this.nextSync(node, ctx.nowUs), this.core.handlers.statusSync, slot, life, WHY.statusSync);
  }

  fullSync(ctx: WorldContext, slot: number, life: number): void {
    const row = this.core.podIn(slot);
    if (row === undefined || this.core.node(row.node).life !== life) return;
    this.core.set(slot, { sentVersion: Math.min(row.sentVersion, row.version - 1), statusBy: ctx.cause });
    this.core.unsentOf.add(row.node, slot);
    this.signal(ctx, row.node);
  }
}

/** The uid under which the API has the pod: its mirror's for a static pod; '' where there is none to tell. */
function apiUid({ pod, api, uid }: PodRow): string {
  if (!isStatic(pod)) return uid;
  const isOwn = isMirror(api) && api.metadata.deletionTimestamp === undefined && isMirrorOf(api, pod);
  return isOwn ? (api.metadata.uid ?? '') : '';
}

/** Is it another version than the one that is known, and none before? One version says one thing, whichever way it came. */
function isNewer({ api }: PodRow, { metadata }: PodRow['api']): boolean {
  const known = api.metadata.resourceVersion;
  const now = metadata.resourceVersion;
  return known === undefined || (known !== now && Number(now ?? 0) >= Number(known));
}

/** The row's status; what the API has of it is kept once, and later comparisons end at the identity. */
function keptStatus({ status, version, sentVersion }: PodRow, object: PodRow['api']): StatusJson {
  const isReported = status !== undefined && version === sentVersion && sameJson(object.status as Json, status as Json);
  return isReported ? object.status : status;
}
