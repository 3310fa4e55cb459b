import type { EtcdEvent, KeyValue, Revision, StoreHistory, Version, WatchEntry } from '../../contracts/index.ts';
import { keyOf, resourcePrefix } from '../keys.ts';
import { StoredVersion } from '../version.ts';

const EVENTS = 'events';

/** Both Event resources: one in the store. */
export function isEvents(resource: string): boolean {
  return resource === EVENTS || resource === 'events.events.k8s.io';
}

/**
 * Events as a server sees them: it keeps none itself (--watch-cache-sizes has events#0 since its watch cache would hold nothing
 * that is read twice), so reads and watches are about etcd's store, as of the revision that the server has reached.
 */
export class UncachedEvents {
  private readonly history: StoreHistory;

  constructor(history: StoreHistory) {
    this.history = history;
  }

  get(namespace: string, name: string, at: Revision): Version | undefined {
    return versionOf(this.history.get(keyOf(EVENTS, namespace, name), this.readable(at)));
  }

  /** In the order of keys; namespace '' = all. */
  list(namespace: string, at: Revision): readonly Version[] {
    const from = namespace === '' ? resourcePrefix(EVENTS) : `${resourcePrefix(EVENTS)}${namespace}/`;
    const found: Version[] = [];
    for (const kv of this.history.range(from, `${from.slice(0, -1)}0`, this.readable(at))) {
      const version = versionOf(kv);
      if (version) found.push(version);
    }
    return found;
  }

  /** The state of an earlier revision. */
  listAt(namespace: string, rv: Revision, reached: Revision): readonly Version[] | 'expired' | 'future' {
    if (rv > reached) return 'future';
    return rv < this.history.compacted ? 'expired' : this.list(namespace, rv);
  }

  /** Entries after a revision up to another one, oldest first; `expired` when they were compacted. */
  since(rv: Revision, reached: Revision): readonly WatchEntry[] | 'expired' {
    if (rv + 1 < this.history.compacted) return 'expired';
    const prefix = resourcePrefix(EVENTS);
    const entries: WatchEntry[] = [];
    for (let r = rv + 1; r <= reached; r++) {
      for (const event of this.history.changes(r)) {
        const entry = event.kv.key.startsWith(prefix) ? entryOf(event) : undefined;
        if (entry) entries.push(entry);
      }
    }
    return entries;
  }

  /** What the store still has: a server that was cut off for long may have reached less. */
  private readable(at: Revision): Revision {
    return Math.max(at, this.history.compacted);
  }
}

/** The entry of a change of the store; undefined for what is no object. */
export function entryOf({ type, kv, prev }: EtcdEvent): WatchEntry | undefined {
  const now = versionOf(kv);
  if (!now) return undefined;
  const before = versionOf(prev);
  const rv = kv.modRevision;
  return { rv, type: type === 'DELETE' ? 'DELETED' : before ? 'MODIFIED' : 'ADDED', now, before };
}

function versionOf(kv: KeyValue | undefined): Version | undefined {
  return kv?.value instanceof StoredVersion ? kv.value : undefined;
}
