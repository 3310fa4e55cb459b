import type {
  Containers,
  EndpointId,
  HandlerId,
  ReplyTo,
  Revision,
  TimeUs,
  WatchDelivery,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../../contracts/index.ts';
import { MS_US, SECOND_US, WHY } from '../../contracts/index.ts';
import { isEvents } from '../events/uncached.ts';
import { storageResource } from '../keys.ts';
import { Outbox } from '../outbox.ts';
import { RenewedVersion } from '../renewedVersion.ts';
import { type Watcher, Watchers, type WatchSink } from '../watchers.ts';
import type { ReplicaProcess } from './process.ts';

const BOOKMARK_US = 60 * SECOND_US;
/** --min-request-timeout: a watch is closed after this, up to twice. */
const WATCH_MIN_US = 1800 * SECOND_US;
/** client-go's http2 health check: a connection that gives nothing for 30 s is pinged, and dropped 15 s later. */
const DEAD_CONNECTION_US = 45 * SECOND_US;
/** Time in which a closed connection shows at the client of a process that died. */
export const RESET_US = MS_US;
/** Who fetches does so at least this often. */
const UNFETCHED_US = 10 * SECOND_US;

const PURPOSE = { watchEnd: 1 } as const;

/** The watches of clients at one replica. */
export class ReplicaWatches implements WatchSink {
  /** What the event at hand sends. */
  readonly outbox: Outbox;
  private readonly replica: ReplicaProcess;
  private readonly watchers: Watchers;
  private endHandler: HandlerId = 0;
  private bookmarksHandler: HandlerId = 0;

  constructor(replica: ReplicaProcess) {
    const { shared, links } = replica.options;
    this.replica = replica;
    this.watchers = new Watchers((spec) => shared.selection(spec), shared.resources);
    this.outbox = new Outbox(links);
  }

  init(c: Containers): void {
    this.watchers.init(c, this.replica.cache.nodeNames);
  }

  registered(watchEnd: HandlerId, bookmarks: HandlerId): void {
    this.endHandler = watchEnd;
    this.bookmarksHandler = bookmarks;
  }

  start(ctx: WorldContext): void {
    ctx.schedule(BOOKMARK_US, this.bookmarksHandler, 0, 0, WHY.watchBookmark);
  }

  get(id: number): Watcher | undefined {
    return this.watchers.get(id);
  }

  /** Does anybody watch a resource who is sent its entries? */
  awaited(resource: string): boolean {
    return this.watchers.awaited(resource);
  }

  // --- Entries ---

  /** Tells the watchers of the entry that the cache made last. */
  dispatch(ctx: WorldContext, resource: string, entry: WatchEntry): void {
    const { cache } = this.replica;
    this.watchers.dispatch(ctx, resource, entry, cache.node, cache.formerNode, this);
  }

  /** An entry for one watcher. */
  send(ctx: WorldContext, watcher: Watcher, seen: WatchEntry): void {
    if (watcher.spec.quiet && this.isQuiet(seen)) return;
    if (!this.outbox.send(ctx, this.replica.endpoint, watcher, seen)) this.lose(ctx, watcher);
  }

  /** Is an entry left for those who fetch? While links are cut or worsened all are sent. */
  private isQuiet(entry: WatchEntry): boolean {
    return isRenewal(entry) && this.replica.options.links.isCalm === true;
  }

  private deliver(ctx: WorldContext, watcher: Watcher, delivery: WatchDelivery): void {
    const { endpoint, options } = this.replica;
    const { handler, token } = watcher.reply;
    if (!options.links.send(ctx, endpoint, watcher.from, handler, token, 0, delivery)) this.lose(ctx, watcher);
  }

  bookmarks(ctx: WorldContext): void {
    this.start(ctx);
    const { synced, cache, endpoint } = this.replica;
    if (!synced.get()) return;
    const delivery: WatchDelivery = { entries: [], bookmark: cache.rv };
    const all: Watcher[] = [];
    this.watchers.forEach((watcher) => {
      all.push(watcher);
    });
    for (const watcher of all) {
      if (!this.outbox.bookmark(ctx, endpoint, watcher, delivery)) this.lose(ctx, watcher);
    }
    this.outbox.flushBookmarks(ctx, cache.rv);
  }

  // --- Quiet watches ---

  /** The way to the client of a quiet watch, who fetches its entries; -1 = there is nothing to fetch. */
  fetchedWayUs({ from }: Watcher): TimeUs {
    const { endpoint, options } = this.replica;
    const { links } = options;
    return links.isCalm ? (links.calmUs?.(endpoint, from, 0x80000000) ?? -1) : -1;
  }

  /** Quiet watchers get what they could have fetched. */
  handOver(ctx: WorldContext): void {
    const { cache } = this.replica;
    this.watchers.forEach((watcher) => {
      if (!watcher.spec.quiet) return;
      const { handler, token } = watcher.reply;
      const entries = cache.recent(watcher.spec.resource, ctx.nowUs - UNFETCHED_US).filter(isRenewal);
      if (entries.length > 0) ctx.schedule(0, handler, token, 0, WHY.link, { entries });
    });
  }

  // --- Beginning and end ---

  /** A client asks for a watch. */
  open(ctx: WorldContext, id: number, from: EndpointId, reply: ReplyTo, spec: WatchSpec, fromRv: Revision): void {
    const { cache, events, synced, endpoint, options } = this.replica;
    const kept: WatchSpec = { ...spec, resource: storageResource(spec.resource) };
    const { resource } = kept;
    const missed = isEvents(resource) ? events.since(fromRv, cache.rv) : cache.since(resource, fromRv);
    if (!synced.get() || missed === 'expired') {
      const ended = missed === 'expired' && synced.get() ? 'expired' : 'closed';
      options.links.send(ctx, endpoint, from, reply.handler, reply.token, 0, { entries: [], ended });
      return;
    }
    const watcher = this.watchers.open(id, from, reply, kept, Math.max(fromRv, 0));
    const entries: WatchEntry[] = [];
    for (const entry of missed) {
      if (kept.quiet && this.isQuiet(entry)) continue;
      const seen = this.watchers.seen(watcher, entry);
      if (seen) entries.push(seen);
    }
    if (entries.length > 0) this.deliver(ctx, watcher, { entries });
    const stream = ctx.stream(`watch-end/${this.replica.name}`);
    const draw = ctx.draw(stream, PURPOSE.watchEnd, options.shared.count(`watch/${options.index}`));
    const lifeUs = WATCH_MIN_US + Math.floor((draw / 2 ** 32) * WATCH_MIN_US);
    ctx.schedule(lifeUs, this.endHandler, id, 0, WHY.requestTimeout);
  }

  close(id: number): void {
    this.watchers.close(id);
  }

  /** The server has had it open for long enough. */
  end(ctx: WorldContext, id: number): void {
    const watcher = this.watchers.close(id);
    if (!watcher) return;
    const { endpoint, options } = this.replica;
    const { handler, token } = watcher.reply;
    options.links.send(ctx, endpoint, watcher.from, handler, token, 0, { entries: [], ended: 'closed' });
  }

  /** Nothing gets through: both ends find the connection dead. */
  private lose(ctx: WorldContext, watcher: Watcher): void {
    this.watchers.close(watcher.id);
    this.cut(ctx, watcher, DEAD_CONNECTION_US);
  }

  private cut(ctx: WorldContext, watcher: Watcher, afterUs: TimeUs): void {
    const ended: WatchDelivery = { entries: [], ended: 'unreachable' };
    ctx.schedule(afterUs, watcher.reply.handler, watcher.reply.token, 0, WHY.clientRetry, ended);
  }

  /** All connections break. */
  reset(ctx: WorldContext): void {
    this.watchers.forEach((watcher) => {
      this.cut(ctx, watcher, RESET_US);
    });
  }

  /** All connections break, of a process that lives on. */
  cutAll(ctx: WorldContext): void {
    this.reset(ctx);
    const ids: number[] = [];
    this.watchers.forEach(({ id }) => {
      ids.push(id);
    });
    for (const id of ids) this.watchers.close(id);
  }
}

export function isRenewal({ now }: WatchEntry): boolean {
  return now instanceof RenewedVersion;
}
