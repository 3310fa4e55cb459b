import type {
  Cell,
  Containers,
  EtcdEvent,
  EtcdWatchResponse,
  HandlerId,
  Revision,
  TimeUs,
  WorldContext,
} from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { entryOf } from '../events/uncached.ts';
import { StoredVersion } from '../version.ts';
import type { ReplicaProcess } from './process.ts';
import type { ReplicaWatches } from './watches.ts';

export const LEASES = 'leases.coordination.k8s.io';
export const EVENTS = 'events';

/** As often as etcd tries a watch again whose connection is stuck. */
const AGAIN_US = 100_000;

/** Requests that wait until the cache has reached a revision. */
interface Waiters {
  readonly isAnyWaiting: () => boolean;
  readonly wake: (ctx: WorldContext) => void;
}

/** What etcd writes, on its way into the watch cache and from there to the watchers. */
export class CacheFeed {
  private readonly replica: ReplicaProcess;
  private readonly watches: ReplicaWatches;
  private readonly waiters: Waiters;
  /** When the last response of etcd's watch came. */
  private changedUs!: Cell<TimeUs>;
  /** What was written in one step behind a cut, and is tried again for; 0 = nothing. */
  private behind!: Cell<Revision>;
  private catchUpHandler: HandlerId = 0;

  constructor(replica: ReplicaProcess, watches: ReplicaWatches, waiters: Waiters) {
    this.replica = replica;
    this.watches = watches;
    this.waiters = waiters;
  }

  init(c: Containers): void {
    this.changedUs = c.cell<TimeUs>('changedUs', 0, { volatile: true });
    this.behind = c.cell<Revision>('behind', 0, { volatile: true });
  }

  registered(catchUp: HandlerId): void {
    this.catchUpHandler = catchUp;
  }

  // --- What etcd's watch brings ---

  changed(ctx: WorldContext, response: EtcdWatchResponse): void {
    const { cache, options } = this.replica;
    const { computed } = options.etcd;
    const { outbox } = this.watches;
    const seen = cache.rv;
    outbox.clear();
    this.changedUs.set(ctx.nowUs);
    for (const event of response.events) {
      if (event.kv.modRevision <= seen) continue;
      this.takeCompact(ctx, event.kv.modRevision);
      if (computed !== undefined && computed.timedAtUs(event.kv.modRevision) >= 0)
        this.takeRenewed(ctx, event.kv.modRevision, ctx.nowUs);
      else this.take(ctx, event);
    }
    this.takeCompact(ctx, response.revision + 1);
    cache.advance(response.revision);
    outbox.flush(ctx);
    this.catchUp(ctx);
    this.waiters.wake(ctx);
  }

  private take(ctx: WorldContext, event: EtcdEvent): void {
    const { cache, options } = this.replica;
    const { value, key, modRevision } = event.kv;
    const resource = value instanceof StoredVersion ? ctx.objects.resource(value.obj) : options.hook.resourceOf(key);
    if (resource === EVENTS) {
      this.takeEvent(ctx, modRevision, event);
      return;
    }
    const entry = resource === undefined ? undefined : cache.apply(event, resource, ctx.nowUs);
    cache.advance(modRevision);
    if (!entry || resource === undefined) return;
    ctx.setCause(event.record || entry.now.record);
    this.watches.dispatch(ctx, resource, entry);
  }

  /** Takes up what the answers of a watch leave out, below a revision; somebody has to wait for it. */
  private takeCompact(ctx: WorldContext, before: Revision): void {
    const { cache, options } = this.replica;
    const { computed } = options.etcd;
    if (!computed || !this.watches.awaited(EVENTS)) return;
    for (let revision = cache.rv + 1; revision < before; revision++) {
      const change = computed.at(revision);
      if (change?.isCompact) this.takeEvent(ctx, revision, change);
    }
  }

  // --- What etcd wrote in one step ---

  /** Takes up what has come by itself since the last time. */
  catchUp(ctx: WorldContext): void {
    const { replica } = this;
    const { computed } = replica.options.etcd;
    if (!computed || !replica.synced.get()) return;
    replica.ctx = ctx;
    const { cache } = replica;
    let rv = cache.rv + 1;
    let writtenUs = computed.atUs(rv);
    if (writtenUs < 0) return;
    const wayUs = computed.wayUs(replica.member, replica.endpoint);
    if (wayUs < 0 || writtenUs + wayUs > ctx.nowUs) return;
    const { cause } = ctx;
    const { outbox } = this.watches;
    outbox.clear();
    const changedUs = this.changedUs.get();
    const isAwaited = this.watches.awaited(EVENTS);
    while (writtenUs >= 0 && writtenUs + wayUs <= ctx.nowUs) {
      if (computed.timedAtUs(rv) >= 0) this.takeRenewed(ctx, rv, Math.max(writtenUs + wayUs, changedUs));
      else if (isAwaited) this.takeEvent(ctx, rv, computed.at(rv) as EtcdEvent);
      else cache.advance(rv);
      rv = cache.rv + 1;
      writtenUs = computed.atUs(rv);
    }
    outbox.flush(ctx);
    ctx.setCause(cause);
    this.waiters.wake(ctx);
  }

  private takeRenewed(ctx: WorldContext, rv: Revision, atUs: TimeUs): void {
    const { cache, options } = this.replica;
    cache.renew(rv, atUs);
    if (options.links.isCalm && !this.watches.awaited(LEASES)) return;
    const entry = cache.lastRenewal();
    ctx.setCause(entry.now.record);
    this.watches.dispatch(ctx, LEASES, entry);
  }

  /** Events are kept in the store alone. */
  private takeEvent(ctx: WorldContext, revision: Revision, event: EtcdEvent): void {
    this.replica.cache.advance(revision);
    if (!this.watches.awaited(EVENTS)) return;
    const entry = entryOf(event);
    if (entry === undefined) return;
    ctx.setCause(event.record || entry.now.record);
    this.watches.dispatch(ctx, EVENTS, entry);
  }

  /** etcd wrote something in one step: whoever waits for it is to have it in time. */
  written(ctx: WorldContext, revision: Revision, resource: string): void {
    if (!this.replica.synced.get()) return;
    const isSent = resource === LEASES && !this.replica.options.links.isCalm;
    if (ctx.fireAllTimers || isSent || this.waiters.isAnyWaiting() || this.watches.awaited(resource))
      this.planCatchUp(ctx, revision);
  }

  planCatchUp(ctx: WorldContext, revision: Revision): void {
    const { member, endpoint, options } = this.replica;
    const { computed } = options.etcd;
    const writtenUs = computed?.atUs(revision) ?? -1;
    const wayUs = computed?.wayUs(member, endpoint) ?? -1;
    if (writtenUs < 0) return;
    if (wayUs < 0) {
      if (this.watches.awaited(EVENTS)) this.planAgain(ctx, revision);
      return;
    }
    ctx.scheduleAt(Math.max(writtenUs + wayUs, ctx.nowUs), this.catchUpHandler, 0, 0, WHY.watchCache);
  }

  /** The link to etcd is cut: as etcd's watch keeps its place there (watches.ts), what nothing else brings is tried again for. */
  private planAgain(ctx: WorldContext, revision: Revision): void {
    const isPlanned = this.behind.get() !== 0;
    this.behind.set(revision);
    // At full ticks, whoever asked first.
    if (!isPlanned) ctx.schedule(AGAIN_US - (ctx.nowUs % AGAIN_US), this.catchUpHandler, 1, 0, WHY.watchCache);
  }

  /** The cache has caught up as far as it could. */
  triedAgain(ctx: WorldContext): void {
    const revision = this.behind.get();
    this.behind.set(0);
    if (this.replica.synced.get() && this.replica.cache.rv < revision) this.planCatchUp(ctx, revision);
  }
}
