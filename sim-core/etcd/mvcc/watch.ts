import type { EtcdEvent, KeyValue, Revision } from '../../contracts/index.ts';
import { inRange, ZERO } from './keys.ts';
import { type HistoryEvent, isLive, type Store, type StoreView } from './store.ts';

/** What a watch wants. A missing key means the first one; a zero byte as end means everything from the key on. */
export interface WatchRange {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly noPut?: boolean;
  readonly noDelete?: boolean;
  readonly prevKv?: boolean;
}

export const REFUSED_EMPTY_RANGE = 'mvcc: watcher range is empty';
export const REFUSED_DUPLICATE_ID = 'mvcc: duplicate watch ID provided on the WatchStream';

/** Fills in the defaults of a request; undefined = the range is empty, the watch is refused. */
export function normaliseWatch(range: WatchRange): WatchRange | undefined {
  const key = range.key === '' ? ZERO : range.key;
  const end = range.rangeEnd ?? '';
  if (end !== '' && end !== ZERO && key >= end) return undefined;
  return { ...range, key };
}

/** The first revision that a new watch may deliver: the asked one, or the next one. */
export function firstRevision(view: StoreView, asked: Revision): Revision {
  return asked <= 0 ? view.revision + 1 : asked;
}

/** Events of the revisions [from, to] that the watch wants, ordered by revision, whole revisions only. */
export function eventsBetween(store: Store, range: WatchRange, from: Revision, to: Revision): readonly EtcdEvent[] {
  const events: EtcdEvent[] = [];
  for (let r = from; r <= to; r++) {
    for (const event of store.changes(r)) if (wants(range, event)) events.push(shown(store, range, event));
  }
  return events;
}

function wants(range: WatchRange, event: HistoryEvent): boolean {
  if (event.type === 'PUT' ? range.noPut : range.noDelete) return false;
  if (range.rangeEnd === ZERO) return event.kv.key >= range.key;
  return inRange(event.kv.key, range.key, range.rangeEnd);
}

/** The previous pair is that of the revision before; it is lost once that was compacted. */
function shown(store: Store, range: WatchRange, event: HistoryEvent): EtcdEvent {
  const wanted = range.prevKv === true && event.kv.modRevision - 1 >= store.compacted;
  return { type: event.type, kv: event.kv, prev: wanted ? previous(store, event) : undefined, record: event.record };
}

function previous(store: Store, event: HistoryEvent): KeyValue | undefined {
  if (event.prev?.modRevision !== event.kv.modRevision) return event.prev;
  // Put and deleted in one transaction.
  const before = store.beforeRevision(event.kv);
  return isLive(before) ? before : undefined;
}
