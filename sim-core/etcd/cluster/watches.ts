import type { EtcdEvent, EtcdWatchResponse, Revision, WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { DEAD_CONNECTION_US, WATCH_BATCH_REVISIONS, WATCH_SYNC_US } from '../latency.ts';
import type { HistoryEvent } from '../mvcc/store.ts';
import { markNow } from './marks.ts';
import type { Env } from './state.ts';
import { endpointOf, MEMBER } from './state.ts';
import type { Request, WatchRow } from './types.ts';

export function hasWatches(env: Env, member: number): boolean {
  return env.shared.memberWatches.count(member) > 0;
}

/** A watch arrives at its member. In the past it waits for the loop that catches up, else it joins the others. */
export function openWatch(env: Env, ctx: WorldContext, member: number, request: Request & { kind: 'watch' }): void {
  const { shared } = env;
  const { from, handler, token, prefix, fromRevision } = request;
  if (!shared.watches.has(request.watch)) return;
  const { revision } = markNow(env, ctx, member);
  const minRevision = fromRevision <= 0 ? revision + 1 : fromRevision;
  const caughtUp = minRevision > revision;
  if (!hasWatches(env, member)) env.members[member].numbers.set(MEMBER.delivered, revision);
  // Others have not been told of what was written in one step, since it makes no delivery: they are now.
  else if (onlyComputed(env, member, revision)) deliver(env, ctx, member, revision);
  const row: WatchRow = {
    id: request.watch,
    member,
    from,
    handler,
    token,
    prefix,
    minRevision,
    next: caughtUp ? 0 : minRevision,
  };
  shared.watches.set(request.watch, row);
  shared.memberWatches.add(member, request.watch);
  // Between the last delivery and now nothing may be skipped: such a watch catches up too.
  const behind = caughtUp && env.members[member].numbers.get(MEMBER.delivered) < revision;
  if (behind) shared.watches.set(request.watch, { ...row, next: minRevision });
  env.options.observer?.opened(ctx, row, revision);
  if (!caughtUp || behind) planSync(env, ctx, row);
}

/** Is everything that the member's watches have not got yet written in one step? */
function onlyComputed(env: Env, member: number, revision: Revision): boolean {
  const { numbers } = env.members[member];
  for (let r = numbers.get(MEMBER.delivered) + 1; r <= revision; r++)
    if (env.shared.store.computedAtUs(r) < 0) return false;
  return true;
}

function planSync(env: Env, ctx: WorldContext, row: WatchRow): void {
  const waitUs = WATCH_SYNC_US - (ctx.nowUs % WATCH_SYNC_US);
  ctx.schedule(waitUs, env.members[row.member].handlers.syncWatch, row.id, 0, WHY.none);
}

/** Catches up one watch from its own place to its member's. */
export function syncWatch(env: Env, ctx: WorldContext, id: number): void {
  const { watches, store } = env.shared;
  const row = watches.get(id);
  if (row === undefined || row.next === 0) return;
  const mark = markNow(env, ctx, row.member);
  deliver(env, ctx, row.member, mark.revision);
  if (row.next < mark.compacted) {
    cancel(env, ctx, row, mark.compacted);
    return;
  }
  let next = row.next;
  while (next <= mark.revision) {
    const last = Math.min(mark.revision, next + WATCH_BATCH_REVISIONS - 1);
    const events: EtcdEvent[] = [];
    let hasCompact = false;
    for (let r = next; r <= last; r++) {
      if (store.createdAt(r) !== undefined) hasCompact = true;
      else pick(row, store.changes(r), events);
    }
    const isTold = events.length > 0 || hasCompact;
    // Not the member's own revision: who gets it takes everything up to the response's as seen.
    if (isTold && !send(env, ctx, row, { revision: last, events }, next, last)) break;
    next = last + 1;
  }
  const caughtUp = next > mark.revision;
  watches.set(id, { ...row, next: caughtUp ? 0 : next });
  if (!caughtUp) planSync(env, ctx, { ...row, next });
}

/** Serves every watch of a member that has caught up with what the member has applied since. */
export function deliver(env: Env, ctx: WorldContext, member: number, revision: Revision): void {
  const { shared, members } = env;
  const { numbers } = members[member];
  const from = numbers.get(MEMBER.delivered) + 1;
  if (revision < from) return;
  numbers.set(MEMBER.delivered, revision);
  if (!hasWatches(env, member)) return;
  const changes: HistoryEvent[] = [];
  let record = -1;
  for (let r = from; r <= revision; r++) {
    const last = shared.store.collectChanges(r, changes);
    if (last >= 0) record = last;
  }
  if (record < 0) return;
  ctx.setCause(record || ctx.cause);
  const everything: EtcdWatchResponse = { revision, events: changes };
  for (const id of shared.memberWatches.members(member)) {
    const row = shared.watches.get(id);
    if (row !== undefined && row.next === 0) deliverTo(env, ctx, row, from, everything);
  }
}

/**
 * One response with every event of these revisions that the watch wants: whole revisions, in order, none twice. First puts of
 * objects that are kept as numbers are fetched by who gets it.
 */
function deliverTo(env: Env, ctx: WorldContext, row: WatchRow, from: Revision, all: EtcdWatchResponse): void {
  let response = all;
  if (row.prefix !== '' || row.minRevision > from) {
    const events: EtcdEvent[] = [];
    pick(row, all.events, events);
    if (events.length === 0 && all.events.length > 0) return;
    response = { revision: all.revision, events };
  }
  if (send(env, ctx, row, response, from, all.revision)) return;
  // The connection is stuck: the watch keeps its place and tries again.
  env.shared.watches.set(row.id, { ...row, next: Math.max(from, row.minRevision) });
  planSync(env, ctx, row);
}

function pick(row: WatchRow, events: readonly EtcdEvent[], into: EtcdEvent[]): void {
  for (const event of events) {
    if (event.kv.modRevision < row.minRevision) continue;
    if (row.prefix === '' || event.kv.key.startsWith(row.prefix)) into.push(event);
  }
}

/** `from` and `to`: the revisions that it tells of; none by default. */
function send(env: Env, ctx: WorldContext, row: WatchRow, response: EtcdWatchResponse, from = 1, to = 0): boolean {
  const sent = env.transport.send(ctx, endpointOf(env, row.member), row.from, row.handler, row.token, 0, response);
  const { observer } = env.options;
  if (!sent || observer === undefined) return sent;
  const events: EtcdEvent[] = [];
  for (let r = from; r <= to; r++) pick(row, env.shared.store.changes(r), events);
  observer.responded(ctx, row, { ...response, events });
  return sent;
}

/** An empty response that says how far the watch has seen everything; none while it is behind. */
export function progress(env: Env, ctx: WorldContext, id: number): void {
  const row = env.shared.watches.get(id);
  if (row === undefined) return;
  const { revision } = markNow(env, ctx, row.member);
  deliver(env, ctx, row.member, revision);
  if (row.next === 0 && row.minRevision <= revision + 1) send(env, ctx, row, { revision, events: [] });
}

function cancel(env: Env, ctx: WorldContext, row: WatchRow, compactRevision: Revision | undefined): void {
  const { revision } = env.members[row.member].mark.get();
  const canceled: EtcdWatchResponse = { revision, events: [], canceled: true, compactRevision };
  // A client that cannot be told finds its connection dead by itself.
  if (!send(env, ctx, row, canceled)) ctx.schedule(DEAD_CONNECTION_US, row.handler, row.token, 0, WHY.link, canceled);
  dropWatch(env, row.id);
}

export function dropWatch(env: Env, id: number): void {
  const { watches, memberWatches } = env.shared;
  const row = watches.get(id);
  if (row === undefined) return;
  memberWatches.remove(row.member, id);
  watches.free(id);
}

/** Ends all watches of a member, those on their way to it too: it died, or has had no leader for too long. */
export function cancelAll(env: Env, ctx: WorldContext, member: number): void {
  const rows: WatchRow[] = [];
  env.shared.watches.forEach((row) => {
    if (row.member === member) rows.push(row);
  });
  for (const row of rows) cancel(env, ctx, row, undefined);
}
