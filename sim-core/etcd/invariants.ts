import type { EtcdEvent, EtcdWatchResponse, KeyValue, Revision } from '../contracts/index.ts';
import type { Store } from './mvcc/store.ts';

/**
 * What must hold of an etcd cluster, as functions that say what is wrong (or undefined). The numbers are those of the
 * list of invariants in docs: E = store, W = watch, R = raft. Sources: etcd's API guarantees and its robustness tests.
 */
export type Violation = string | undefined;

/** E1: the revision grows by one with each transaction that modifies something, and never else. */
export function checkRevisionStep(before: Revision, after: Revision, modified: boolean): Violation {
  const expected = modified ? before + 1 : before;
  return after === expected ? undefined : `E1: revision went from ${before} to ${after}, expected ${expected}`;
}

/** E3: a write that was acknowledged at a revision is in the history (or was compacted). */
export function checkAcknowledged(store: Store, key: string, revision: Revision): Violation {
  if (revision <= store.compacted) return undefined;
  if (revision > store.revision) return `E3: acknowledged revision ${revision} is beyond the store's ${store.revision}`;
  const kept = store.changes(revision).some((event) => event.kv.key === key);
  return kept ? undefined : `E3: the acknowledged write of ${key} at ${revision} is lost`;
}

/** E5: a pair's revisions and version follow from the pair before. */
export function checkPair(kv: KeyValue, prev: KeyValue | undefined): Violation {
  const create = prev === undefined ? kv.modRevision : prev.createRevision;
  const version = prev === undefined ? 1 : prev.version + 1;
  if (kv.createRevision > kv.modRevision) return `E5: ${kv.key} was created at ${kv.createRevision}, after its change`;
  if (kv.createRevision !== create) return `E5: ${kv.key} has create revision ${kv.createRevision}, expected ${create}`;
  return kv.version === version ? undefined : `E5: ${kv.key} has version ${kv.version}, expected ${version}`;
}

/** E5 over the whole history that is left. */
export function checkHistory(store: Store): Violation {
  for (let r = Math.max(store.compacted + 1, 2); r <= store.revision; r++) {
    const changes = store.changes(r);
    if (changes.length === 0) return `E1: revision ${r} changed nothing`;
    for (const event of changes) {
      if (event.kv.modRevision !== r) return `E5: ${event.kv.key} at ${r} says ${event.kv.modRevision}`;
      const violation = event.type === 'PUT' ? checkPair(event.kv, event.prev) : undefined;
      if (violation !== undefined) return violation;
    }
  }
  return undefined;
}

/** R1: at most one leader a term. `seen` holds the leader of each term so far (index = term). */
export function checkLeader(seen: readonly (number | undefined)[], term: number, leader: number): Violation {
  const known = seen[term];
  if (known === undefined || known === leader) return undefined;
  return `R1: members ${known} and ${leader} both lead in term ${term}`;
}

/** R2: nothing is committed while fewer than a majority of the members can talk to one another. */
export function checkQuorumProgress(members: number, connected: number, before: Revision, after: Revision): Violation {
  if (2 * connected > members || after === before) return undefined;
  return `R2: revision went from ${before} to ${after} with ${connected} of ${members} members`;
}

/** R3: all members that have applied a revision hash equally there. `undefined` = has not, or has compacted it. */
export function checkHashes(revision: Revision, hashes: readonly (number | undefined)[]): Violation {
  const known = hashes.filter((h) => h !== undefined);
  if (known.every((h) => h === known[0])) return undefined;
  return `R3: hashes at revision ${revision} differ: ${hashes.join(', ')}`;
}

/** What a watch has seen so far. */
export interface WatchSeen {
  readonly prefix: string;
  /** Nothing older was asked for. */
  readonly fromRevision: Revision;
  /** Revision of the last event, or of the last progress notification. */
  readonly last: Revision;
}

/** W1, W2, W4, W8: ordered, unique, whole revisions in one response, nothing older than asked for. */
export function checkResponse(seen: WatchSeen, response: EtcdWatchResponse): Violation {
  let revision = seen.last;
  let inRevision: EtcdEvent[] = [];
  for (const event of response.events) {
    const { key, modRevision } = event.kv;
    if (modRevision < seen.fromRevision) return `W8: event at ${modRevision}, asked for ${seen.fromRevision}`;
    if (modRevision < revision) return `W1: event at ${modRevision} after one at ${revision}`;
    if (modRevision === revision && inRevision.length === 0) return `W4: revision ${revision} came in two responses`;
    if (modRevision === revision && inRevision.some((e) => e.kv.key === key && e.type === event.type)) {
      return `W2: ${key} at ${modRevision} came twice`;
    }
    if (!key.startsWith(seen.prefix)) return `W7: ${key} does not begin with ${seen.prefix}`;
    inRevision = modRevision === revision ? [...inRevision, event] : [event];
    revision = modRevision;
  }
  return undefined;
}

export function afterResponse(seen: WatchSeen, response: EtcdWatchResponse): WatchSeen {
  const { events } = response;
  const last = events.length === 0 ? response.revision : events[events.length - 1].kv.modRevision;
  return { ...seen, last: Math.max(seen.last, last) };
}

/** W3, W5: between two revisions the watch got every event it wanted; a watch resumed from last + 1 continues there. */
export function checkReliable(store: Store, seen: WatchSeen, events: readonly EtcdEvent[], to: Revision): Violation {
  const got = new Set(events.map((event) => `${event.kv.modRevision} ${event.type} ${event.kv.key}`));
  for (let r = Math.max(seen.fromRevision, store.compacted + 1, 2); r <= to; r++) {
    for (const event of store.changes(r)) {
      if (!event.kv.key.startsWith(seen.prefix) || got.has(`${r} ${event.type} ${event.kv.key}`)) continue;
      return `W3: ${event.type} of ${event.kv.key} at ${r} was not delivered`;
    }
  }
  return undefined;
}
