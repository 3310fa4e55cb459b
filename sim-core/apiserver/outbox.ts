import type {
  EndpointId,
  HandlerId,
  RecordId,
  Revision,
  TimeUs,
  Transport,
  WatchDelivery,
  WatchEntry,
  WorldContext,
} from '../contracts/index.ts';
import { WHY } from '../contracts/index.ts';
import type { Watcher } from './watchers.ts';

/** What is there at one instant at one client. */
interface Parcel {
  handler: number;
  token: number;
  atUs: TimeUs;
  cause: RecordId;
  entries: WatchEntry[];
  tokens: number[] | undefined;
}

/** Bookmarks for one handler. */
interface Bookmarks {
  readonly tokens: number[];
  readonly atUs: TimeUs[];
}

/**
 * Deliveries of watches that one event of a replica sends. Messages do not overtake one another, so of the many entries that a
 * response of etcd brings most arrive together with one before them: what is for one handler at one instant goes as one event.
 * Between events it is empty.
 */
export class Outbox {
  private readonly links: Transport;
  /** By endpoint: where its last parcel stands among all. */
  private readonly places: number[] = [];
  private readonly parcels: Parcel[] = [];
  private readonly targets: EndpointId[] = [];
  private readonly bookmarks = new Map<HandlerId, Bookmarks>();

  constructor(links: Transport) {
    this.links = links;
  }

  /** Sends an entry that the current cause led to; false = it does not get through. */
  send(ctx: WorldContext, from: EndpointId, { from: to, reply }: Watcher, entry: WatchEntry): boolean {
    const { handler, token } = reply;
    if (this.links.arrivalUs === undefined)
      return this.links.send(ctx, from, to, handler, token, 0, { entries: [entry] });
    const atUs = this.links.arrivalUs(ctx, from, to, 0);
    if (atUs < 0) return false;
    const { parcels } = this;
    const place = this.places[to] ?? -1;
    const last = place < parcels.length && this.targets[place] === to ? parcels[place] : undefined;
    if (last !== undefined && last.atUs === atUs && last.handler === handler) {
      if (last.token !== token && last.tokens === undefined) last.tokens = last.entries.map(() => last.token);
      last.tokens?.push(token);
      last.entries.push(entry);
      return true;
    }
    this.places[to] = parcels.length;
    this.targets.push(to);
    parcels.push({ handler, token, atUs, cause: ctx.cause, entries: [entry], tokens: undefined });
    return true;
  }

  /** A bookmark of one round; false = it does not get through. */
  bookmark(ctx: WorldContext, from: EndpointId, { from: to, reply }: Watcher, delivery: WatchDelivery): boolean {
    const { handler, token } = reply;
    const { links, bookmarks } = this;
    if (links.arrivalUs === undefined) return links.send(ctx, from, to, handler, token, 0, delivery);
    const atUs = links.arrivalUs(ctx, from, to, 0);
    if (atUs < 0) return false;
    let sent = bookmarks.get(handler);
    if (sent === undefined) bookmarks.set(handler, (sent = { tokens: [], atUs: [] }));
    sent.tokens.push(token);
    sent.atUs.push(atUs);
    return true;
  }

  /** Lets the bookmarks of a round go: one event a handler. */
  flushBookmarks(ctx: WorldContext, bookmark: Revision): void {
    for (const [handler, { tokens, atUs }] of this.bookmarks) {
      let firstUs = atUs[0];
      for (let i = 1; i < atUs.length; i++) firstUs = Math.min(firstUs, atUs[i]);
      const delivery: WatchDelivery = { entries: [], bookmark, tokens, bookmarkUs: atUs };
      ctx.scheduleAt(firstUs, handler, 0, 0, WHY.link, delivery);
    }
    this.bookmarks.clear();
  }

  /** Lets everything go. */
  flush(ctx: WorldContext): void {
    const { parcels } = this;
    if (parcels.length === 0) return;
    const { cause } = ctx;
    for (let i = 0; i < parcels.length; i++) {
      const { handler, token, atUs, cause: sent, entries, tokens } = parcels[i];
      ctx.setCause(sent);
      ctx.scheduleAt(atUs, handler, token, 0, WHY.link, tokens === undefined ? { entries } : { entries, tokens });
    }
    ctx.setCause(cause);
    this.clear();
  }

  /** Forgets what an event that failed has left. */
  clear(): void {
    if (this.parcels.length > 0) {
      this.parcels.length = 0;
      this.targets.length = 0;
    }
    if (this.bookmarks.size > 0) this.bookmarks.clear();
  }
}
