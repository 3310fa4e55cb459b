import type {
  ComputedChange,
  Containers,
  Dict,
  EtcdError,
  EtcdEvent,
  EtcdValue,
  KeyValue,
  ObjId,
  PagedF64,
  PagedI32,
  PagedTable,
  RecordId,
  Revision,
  Ring,
  SortedIndex,
  TimeUs,
} from '../../contracts/index.ts';
import { DonePut } from './checkedPut.ts';
import { COMPACT_SLOTS, type CompactRows } from './compactRows.ts';
import { ComputedCreate, CreatedEvent } from './computedCreate.ts';
import { ComputedPut } from './computedPut.ts';
import { ERR } from './errors.ts';
import { utf8Length, ZERO } from './keys.ts';
import type { Lessor } from './lessor.ts';
import type { RangeOp, RangeResult } from './ops.ts';
import { arrange, mayStopEarly } from './sort.ts';
import { type TimedPlace, TimedRows } from './timedRows.ts';

/** One change of one key. `before` is what the key was, a tombstone included: the way back to older revisions. */
export interface HistoryEvent extends EtcdEvent {
  readonly before: KeyValue | undefined;
}

/** A number: that of a timed row. */
type Change = HistoryEvent | readonly HistoryEvent[] | ComputedCreate | number;

const NO_EVENTS: readonly HistoryEvent[] = [];
const NO_OBJECTS: readonly ObjId[] = [];

/** What a member may see: everything up to `revision`, nothing that its compaction dropped. */
export interface StoreView {
  readonly revision: Revision;
  readonly compacted: Revision;
}

/**
 * Called for each modification of a key whose old or new value is an object: gives the value to keep (for a deletion: the
 * value that the DELETE event carries) and its record.
 */
export type Stamp = (
  key: string,
  value: EtcdValue,
  revision: Revision,
  prev: KeyValue | undefined,
  deleted: boolean,
) => { readonly value: EtcdValue; readonly record: RecordId };

export interface StoreOptions {
  /** Bytes of a stored value. Default: UTF-8 length of a string, OBJECT_BYTES for an object. */
  readonly valueSize?: (value: EtcdValue) => number;
}

/** Model constant for objects whose size nobody gave: a middling Kubernetes object in protobuf. */
export const OBJECT_BYTES = 1024;
/** Key, revisions and page overhead of one version in the backend, and the charge of a put against the quota (quota.go). */
export const VERSION_OVERHEAD_BYTES = 256;

// Places in the counters container.
const COMPACTED = 0;
const RECLAIMED = 1;
const IN_USE_BYTES = 2;
const FILE_BYTES = 3;
const LIVE_KEYS = 4;
const PEAK_BYTES = 5;
/** Timed rows below these are in the history, or in the log, no longer. */
const HISTORY_ROWS = 6;
const LOG_ROWS = 7;

/** In memory: a change with its pair and a version that shares most of its parts, which the tables of versions everywhere share. */
const CHANGE_BYTES = 400;

/** The first write makes revision 2: history[i] holds revision i + 2. */
const FIRST_WRITE = 2;

export function isLive(kv: KeyValue | undefined): kv is KeyValue {
  return kv !== undefined && kv.version > 0;
}

/** The pair that a put makes of a key. */
export function nextPair(
  key: string,
  value: EtcdValue,
  revision: Revision,
  prev: KeyValue | undefined,
  lease: number,
): KeyValue {
  return {
    key,
    value,
    createRevision: prev === undefined ? revision : prev.createRevision,
    modRevision: revision,
    version: prev === undefined ? 1 : prev.version + 1,
    lease,
  };
}

/** The number by which an object is known as long as its key exists (that of a `Version`); 0 = it has none. */
function numberOf(value: EtcdValue): number {
  const obj = typeof value === 'object' ? (value as { readonly obj?: unknown }).obj : 0;
  return typeof obj === 'number' ? obj : 0;
}

/**
 * The multi-version store: current rows by key, and the changes of each revision since the last compaction. Older
 * versions are found by walking a key's changes backwards, so a version costs nothing beside its event.
 * Nothing here can fail half-way: a transaction is checked before its first modification (txn.ts).
 */
export class Store {
  /** For ranges; and the same by hash, for single keys. */
  readonly #keys: SortedIndex;
  readonly #slots: Dict<number>;
  /** A number: that of a timed row. */
  readonly #rows: PagedTable<KeyValue | number>;
  /** By number of the object under a key: 1 + its slot. What it says is checked against the row. */
  readonly #byObject: PagedI32;
  readonly #history: Ring<Change>;
  readonly timed: TimedRows;
  readonly #counters: PagedF64;
  readonly #valueSize: (value: EtcdValue) => number;
  /** Keys without slots of their own: a place of theirs is COMPACT_SLOTS + the number of the object. */
  readonly #compact: CompactRows | undefined;
  readonly lessor: Lessor;

  constructor(containers: Containers, lessor: Lessor, options: StoreOptions = {}, compact?: CompactRows) {
    this.#keys = containers.sorted('keys');
    this.#slots = containers.dict<number>('slots');
    this.#rows = containers.table<KeyValue | number>('rows', { rowBytes: 0 });
    this.#byObject = containers.i32('byObject');
    this.#history = containers.ring<Change>('history', { rowBytes: CHANGE_BYTES });
    this.#counters = containers.f64('counters');
    this.timed = new TimedRows(containers);
    this.#valueSize = options.valueSize ?? ((value) => (typeof value === 'string' ? utf8Length(value) : OBJECT_BYTES));
    this.#compact = compact;
    this.lessor = lessor;
  }

  /** The store's revision: 1 when empty, +1 with each transaction that modifies something. */
  get revision(): Revision {
    return this.#history.next + 1;
  }

  /** The last compaction; -1 before the first one. (Stored + 1, since fresh containers read 0.) */
  get compacted(): Revision {
    return this.#counters.get(COMPACTED) - 1;
  }

  get view(): StoreView {
    return { revision: this.revision, compacted: this.compacted };
  }

  /** Revision up to which space was freed. */
  get reclaimed(): Revision {
    return this.#counters.get(RECLAIMED);
  }

  /** Size of the database as of the last backend commit: grows with writes, shrinks only when defragmented. */
  get fileBytes(): number {
    return this.#counters.get(FILE_BYTES);
  }

  get liveKeys(): number {
    return this.#counters.get(LIVE_KEYS);
  }

  current(key: string): KeyValue | undefined {
    const kv = this.latest(key);
    return isLive(kv) ? kv : undefined;
  }

  /** The last change of a key, a tombstone included. */
  latest(key: string): KeyValue | undefined {
    const slot = this.slot(key);
    return slot === undefined ? undefined : this.row(slot);
  }

  slot(key: string): number | undefined {
    const compact = this.#compact;
    if (compact !== undefined && key.startsWith(compact.prefix)) {
      const obj = compact.find(key);
      if (obj !== undefined) return COMPACT_SLOTS + obj;
    }
    return this.#slots.get(key);
  }

  /** The slot of the key with an object of this number, without looking at its text; undefined = not known. */
  slotOf(obj: number): number | undefined {
    const slot = this.#byObject.get(obj) - 1;
    if (slot < 0) return this.#compact?.has(obj) ? COMPACT_SLOTS + obj : undefined;
    const row = this.#rows.get(slot);
    if (typeof row === 'number') return this.timed.obj(row) === obj ? slot : undefined;
    return row !== undefined && numberOf(row.value) === obj ? slot : undefined;
  }

  /** The value of an object that is kept as numbers. */
  compactValue(obj: ObjId): EtcdValue | undefined {
    return this.#compact?.pair(obj)?.value;
  }

  eachCompact(visit: (obj: ObjId) => void): void {
    this.#compact?.forEach(visit);
  }

  keyAt(slot: number): string {
    if (slot >= COMPACT_SLOTS) return (this.#compact as CompactRows).key(slot - COMPACT_SLOTS);
    const row = this.#rows.get(slot) as KeyValue | number;
    return typeof row === 'number' ? this.timed.key(row) : row.key;
  }

  /** The revision of the last change of the key in a slot, if it lives; 0 = it does not. */
  liveRevision(slot: number): Revision {
    const row = this.#rows.get(slot);
    if (typeof row === 'number') return this.timed.revision(row);
    return isLive(row) ? row.modRevision : 0;
  }

  /** What timed puts of the key in a slot have in common; undefined = the last change was another. */
  commonAt(slot: number): object | undefined {
    const row = this.#rows.get(slot);
    return typeof row === 'number' ? this.timed.common(row) : undefined;
  }

  /** The last value of the key in a slot. */
  valueAt(slot: number): EtcdValue {
    const row = this.#rows.get(slot) as KeyValue | number;
    return typeof row === 'number' ? this.timed.value(row) : row.value;
  }

  /** The last value of an object if a timed put wrote it. */
  timedValue(obj: ObjId): EtcdValue | undefined {
    const slot = this.slotOf(obj);
    const row = slot === undefined ? undefined : this.#rows.get(slot);
    if (typeof row === 'number') return this.timed.value(row);
    return row instanceof ComputedPut ? row.value : undefined;
  }

  /** The value of an object at a revision; undefined = it had none, or that is forgotten. */
  valueOf(obj: ObjId, at: Revision): EtcdValue | undefined {
    const slot = this.slotOf(obj);
    if (slot === undefined || at < this.reclaimed) return undefined;
    const row = this.#rows.get(slot);
    if (typeof row === 'number' && this.timed.revision(row) <= at) return this.timed.value(row);
    const kv = this.#back(this.row(slot), at, NO_EVENTS);
    return isLive(kv) ? kv.value : undefined;
  }

  /** Reads a range as of a view (default: now). Errors: compacted, future revision. */
  range(op: RangeOp, view: StoreView = this.view): RangeResult | EtcdError {
    const wanted = op.revision ?? 0;
    if (wanted > view.revision) return ERR.futureRevision;
    const at = wanted <= 0 ? view.revision : wanted;
    if (at < view.compacted) return ERR.compacted;
    return this.collect(op, at);
  }

  /** As range, at a revision that is known to be readable. `pending`: the changes of a transaction that is under way. */
  collect(op: RangeOp, at: Revision, pending: readonly HistoryEvent[] = NO_EVENTS): RangeResult {
    const end = op.rangeEnd ?? '';
    const limit = op.limit ?? 0;
    const stopAt = mayStopEarly(op) && limit > 0 ? limit + 1 : Number.MAX_SAFE_INTEGER;
    let count = 0;
    const kvs: KeyValue[] = [];
    const visit = (kv: KeyValue | undefined): undefined => {
      if (!isLive(kv)) return;
      count++;
      if (!op.countOnly && kvs.length < stopAt) kvs.push(kv);
    };
    if (end === '') visit(this.#at(op.key, at, pending));
    else this.#visit(op.key, end, at, pending, visit);
    if (op.countOnly) return { kvs: [], count, more: false };
    return arrange(op, kvs, count);
  }

  #visit(
    from: string,
    end: string,
    at: Revision,
    pending: readonly HistoryEvent[],
    visit: (kv: KeyValue | undefined) => undefined,
  ): void {
    if (end !== ZERO && end <= from) return;
    const to = end === ZERO ? '' : end;
    const compact = this.#compact?.range(from, to) ?? NO_OBJECTS;
    let next = 0;
    const visitCompact = (before: string | undefined) => {
      const rows = this.#compact as CompactRows;
      for (; next < compact.length; next++) {
        const obj = compact[next];
        if (before !== undefined && rows.key(obj) > before) return;
        if (rows.revision(obj) <= at) visit(rows.pair(obj));
      }
    };
    this.#keys.range(from, to, (key, slot) => {
      if (next < compact.length) visitCompact(key);
      visit(this.#back(this.row(slot), at, pending));
      return true;
    });
    if (next < compact.length) visitCompact(undefined);
  }

  #at(key: string, at: Revision, pending: readonly HistoryEvent[]): KeyValue | undefined {
    return this.#back(this.latest(key), at, pending);
  }

  /** What the key of `kv` was at a revision. */
  #back(kv: KeyValue | undefined, at: Revision, pending: readonly HistoryEvent[]): KeyValue | undefined {
    while (kv !== undefined && kv.modRevision > at) kv = this.#changeOf(kv, pending).before;
    return kv;
  }

  #changeOf(kv: KeyValue, pending: readonly HistoryEvent[]): HistoryEvent {
    const change = kv.modRevision > this.revision ? pending : this.#history.get(kv.modRevision - FIRST_WRITE);
    if (change === undefined) throw new Error(`revision ${kv.modRevision} is not in the history`);
    if (typeof change === 'number') return this.timed.pair(change);
    if (change instanceof ComputedCreate) return createdEvent(kv, change.record);
    if (!Array.isArray(change)) return change as HistoryEvent;
    for (const event of change as readonly HistoryEvent[]) if (event.kv.key === kv.key) return event;
    throw new Error(`revision ${kv.modRevision} did not change ${kv.key}`);
  }

  /** What the key of a pair was before the pair's revision (a tombstone included). */
  beforeRevision(kv: KeyValue): KeyValue | undefined {
    return this.#changeOf(kv, NO_EVENTS).before;
  }

  /** The last change of the key in a slot, a tombstone included. */
  row(slot: number): KeyValue | undefined {
    if (slot >= COMPACT_SLOTS) return this.#compact?.pair(slot - COMPACT_SLOTS);
    const row = this.#rows.get(slot);
    return typeof row === 'number' ? this.timed.pair(row) : row;
  }

  /** Places of the keys that are attached to a lease. */
  slotsOf(lease: number): readonly number[] {
    const slots = this.lessor.slots(lease);
    const compact = this.#compact?.under(lease) ?? NO_OBJECTS;
    return compact.length === 0 ? slots : [...slots, ...compact.map((obj) => COMPACT_SLOTS + obj)];
  }

  /** Puts at a revision that is being made; `seal` must follow with the event. */
  put(key: string, given: EtcdValue, lease: number, revision: Revision, stamp: Stamp | undefined): HistoryEvent {
    return this.putAt(this.slot(key), key, given, lease, revision, stamp);
  }

  /** The same where the key's slot is known; undefined = the key has none. */
  putAt(
    known: number | undefined,
    key: string,
    given: EtcdValue,
    lease: number,
    revision: Revision,
    stamp: Stamp | undefined,
  ): HistoryEvent {
    const before = known === undefined ? undefined : this.row(known);
    const prev = isLive(before) ? before : undefined;
    let value = given;
    let record = 0;
    if (stamp !== undefined && typeof given === 'object') {
      const stamped = stamp(key, given, revision, prev, false);
      value = stamped.value;
      record = stamped.record;
    }
    const kv = nextPair(key, value, revision, prev, lease);
    this.#enter(known, kv, prev);
    return { type: 'PUT', kv, prev, record, before };
  }

  /** The row of a put that was stamped already, as the next revision; `sealOne` must follow with its event. */
  enter(slot: number | undefined, kv: KeyValue, before: KeyValue | undefined): void {
    this.#enter(slot, kv, isLive(before) ? before : undefined);
  }

  #enter(known: number | undefined, kv: KeyValue, prev: KeyValue | undefined): void {
    const { lease } = kv;
    const slot = this.#place(known, kv);
    if (prev === undefined) this.#count(LIVE_KEYS, 1);
    this.#grow(this.#bytes(kv));
    if (prev !== undefined && prev.lease !== 0 && prev.lease !== lease) this.lessor.detach(prev.lease, slot);
    if (lease !== 0) this.lessor.attach(lease, slot);
  }

  /** Keeps a pair in the slot of its key; a key without one, or that was kept as numbers, gets one. */
  #place(known: number | undefined, kv: KeyValue): number {
    if (known !== undefined && known < COMPACT_SLOTS) {
      this.#replace(known, kv);
      return known;
    }
    if (known !== undefined) this.#compact?.free(known - COMPACT_SLOTS);
    const slot = this.#rows.alloc(kv);
    this.#keys.set(kv.key, slot);
    this.#slots.set(kv.key, slot);
    const obj = known === undefined ? numberOf(kv.value) : known - COMPACT_SLOTS;
    if (obj > 0) this.#byObject.set(obj, slot + 1);
    return slot;
  }

  /** Deletes a live key at a revision that is being made. */
  delete(prev: KeyValue, revision: Revision, stamp: Stamp | undefined): HistoryEvent {
    const known = this.slot(prev.key) as number;
    let value: EtcdValue = '';
    let record = 0;
    if (stamp !== undefined && typeof prev.value === 'object') {
      const stamped = stamp(prev.key, prev.value, revision, prev, true);
      value = stamped.value;
      record = stamped.record;
    }
    const kv: KeyValue = { key: prev.key, value, createRevision: 0, modRevision: revision, version: 0, lease: 0 };
    const slot = this.#place(known, kv);
    this.#count(LIVE_KEYS, -1);
    this.#grow(VERSION_OVERHEAD_BYTES);
    if (prev.lease !== 0) this.lessor.detach(prev.lease, slot);
    return { type: 'DELETE', kv, prev, record, before: prev };
  }

  /** Makes the next revision of one change. */
  sealOne(event: HistoryEvent): void {
    this.#history.push(event);
  }

  /** Makes the next revision of these changes. */
  seal(events: readonly HistoryEvent[]): void {
    this.#history.push(events.length === 1 ? events[0] : events);
  }

  #replace(slot: number, kv: KeyValue): void {
    const row = this.#rows.get(slot);
    if (typeof row === 'number') this.timed.end(row, kv.modRevision);
    this.#rows.set(slot, kv);
  }

  /** A put of a live key that differs from the last one in two times, as the next revision. Gives the number of its row. */
  putTimed(
    slot: number,
    common: object,
    obj: ObjId,
    record: RecordId,
    sentUs: TimeUs,
    handledUs: TimeUs,
    place: TimedPlace,
  ): number {
    const before = this.#rows.get(slot) as KeyValue | number;
    const bytes = typeof before === 'number' ? this.timed.bytes(before) : this.#bytes(before);
    const n = this.timed.push(slot, before, common, obj, bytes, this.revision + 1, record, sentUs, handledUs, place);
    this.#rows.set(slot, n);
    this.#history.push(n);
    this.#grow(bytes);
    return n;
  }

  /** The log has no timed rows below one any longer. */
  leaveLog(timed: number): void {
    this.#counters.set(LOG_ROWS, timed);
    this.#dropTimed();
  }

  #dropTimed(): void {
    this.timed.dropBefore(Math.min(this.#counters.get(HISTORY_ROWS), this.#counters.get(LOG_ROWS)));
  }

  /** The first put of a key, computed, as the next revision; its lease exists. `bytes`: see `bytesOf`. */
  createComputed(written: ComputedCreate, lease: number, value: ArrayLike<number>, bytes: number): void {
    const { obj, modRevision, record } = written;
    (this.#compact as CompactRows).put(obj, modRevision, lease, record, value);
    this.#count(LIVE_KEYS, 1);
    this.#grow(bytes);
    this.#history.push(written);
  }

  /** The first put of an object that is kept as numbers, if a revision is one. */
  createdAt(revision: Revision): ComputedCreate | undefined {
    const change = this.#history.get(revision - FIRST_WRITE);
    return change instanceof ComputedCreate ? change : undefined;
  }

  /** When a revision was computed; -1 = it was not, or is not known. */
  computedAtUs(revision: Revision): TimeUs {
    const change = this.#history.get(revision - FIRST_WRITE);
    if (typeof change === 'number') return this.timed.atUs(change);
    return change instanceof ComputedCreate ? change.atUs : -1;
  }

  /** When a revision was written by a timed put; -1 = it was not, or is not known. */
  timedAtUs(revision: Revision): TimeUs {
    const change = this.#history.get(revision - FIRST_WRITE);
    return typeof change === 'number' ? this.timed.atUs(change) : -1;
  }

  /** The change of a revision if it was computed. */
  computedAt(revision: Revision): ComputedChange | undefined {
    const change = this.#history.get(revision - FIRST_WRITE);
    if (typeof change === 'number') return this.timed.pair(change);
    return change instanceof ComputedCreate ? new CreatedEvent(change, this.#pairOf) : undefined;
  }

  /** What a computed first put has put. */
  readonly #pairOf = ({ obj, modRevision }: ComputedCreate): KeyValue => {
    const pair = this.#compact?.pair(obj) ?? this.#back(this.row(this.#byObject.get(obj) - 1), modRevision, NO_EVENTS);
    if (pair?.modRevision !== modRevision) throw new Error(`revision ${modRevision} did not create object ${obj}`);
    return pair;
  };

  /**
   * Puts the changes of a revision behind others, as `changes` gives them; first puts that are kept as numbers are left out. Gives the
   * record of the last one; -1 = there is none.
   */
  collectChanges(revision: Revision, into: HistoryEvent[]): RecordId {
    const change = this.#history.get(revision - FIRST_WRITE);
    if (change instanceof DonePut) {
      into.push(change);
      return change.record;
    }
    if (change instanceof ComputedCreate) return change.record;
    let record = -1;
    for (const event of this.changes(revision)) {
      into.push(event);
      record = event.record;
    }
    return record;
  }

  /** The changes of one revision, in the order of the transaction. Deletions at the compacted revision are gone. */
  changes(revision: Revision): readonly HistoryEvent[] {
    const change = this.#history.get(revision - FIRST_WRITE);
    if (change === undefined) return [];
    if (typeof change === 'number') return [this.timed.pair(change)];
    if (change instanceof ComputedCreate) return [createdEvent(this.#pairOf(change), change.record)];
    const events = Array.isArray(change) ? (change as readonly HistoryEvent[]) : [change as HistoryEvent];
    return revision === this.compacted ? events.filter((event) => event.type === 'PUT') : events;
  }

  /** Forbids reads below `revision`. Errors: compacted, future revision. Space is freed by `reclaim`. */
  compact(revision: Revision): EtcdError | undefined {
    if (revision <= this.compacted) return ERR.compacted;
    if (revision > this.revision) return ERR.futureRevision;
    this.#counters.set(COMPACTED, revision + 1);
    return undefined;
  }

  /** Frees what nobody may read once every view is compacted at `revision`: superseded versions and old tombstones. */
  reclaim(revision: Revision): void {
    const from = Math.max(this.#counters.get(RECLAIMED), FIRST_WRITE - 1) + 1;
    for (let r = from; r <= revision; r++) {
      const change = this.#history.get(r - FIRST_WRITE);
      if (typeof change === 'number') this.#count(IN_USE_BYTES, -this.timed.bytes(change));
      else for (const event of asList(change)) this.#reclaimEvent(event);
    }
    if (revision < from) return;
    // A watch may still begin at the compacted revision: its row stays until the next compaction.
    for (let r = from - 1; r < revision; r++) {
      const change = this.#history.get(r - FIRST_WRITE);
      if (typeof change === 'number') this.#reclaimTimed(change);
    }
    this.#counters.set(RECLAIMED, revision);
    this.#history.dropBefore(revision - FIRST_WRITE);
    this.timed.forget(revision);
    this.#dropTimed();
  }

  #reclaimTimed(n: number): void {
    const slot = this.timed.slot(n);
    if (this.#rows.get(slot) === n) this.#rows.set(slot, this.timed.lift(n));
    this.#counters.set(HISTORY_ROWS, n + 1);
  }

  #reclaimEvent(event: HistoryEvent): void {
    if (event.before !== undefined) this.#count(IN_USE_BYTES, -this.#bytes(event.before));
    if (event.type !== 'DELETE') return;
    const slot = this.#slots.get(event.kv.key);
    const row = slot === undefined ? undefined : this.#rows.get(slot);
    if (slot === undefined || typeof row === 'number' || row?.modRevision !== event.kv.modRevision) return;
    this.#keys.drop(event.kv.key);
    this.#slots.delete(event.kv.key);
    this.#rows.free(slot);
    this.#count(IN_USE_BYTES, -this.#bytes(event.kv));
  }

  /** Writes the batch of the backend (every 100 ms or 10,000 ops, etcd 3.6 backend.go): only then the size is known. */
  commitBackend(): void {
    this.#counters.set(FILE_BYTES, this.#counters.get(PEAK_BYTES));
  }

  /** Gives free pages back to the file system. */
  defragment(): void {
    const inUse = this.#counters.get(IN_USE_BYTES);
    this.#counters.set(PEAK_BYTES, inUse);
    this.#counters.set(FILE_BYTES, inUse);
  }

  /** Visits every live pair as of a revision, ascending by key. */
  forEachAt(at: Revision, visit: (kv: KeyValue) => void): void {
    this.#visit('', ZERO, at, NO_EVENTS, (kv) => {
      if (isLive(kv)) visit(kv);
    });
  }

  #bytes(kv: KeyValue): number {
    if (kv.version === 0) return VERSION_OVERHEAD_BYTES;
    return this.bytesOf(kv.key.length, kv.value);
  }

  /** Of a version in the backend; and what a put is charged against the quota (quota.go). */
  bytesOf(keyLength: number, value: EtcdValue): number {
    return VERSION_OVERHEAD_BYTES + keyLength + this.#valueSize(value);
  }

  #grow(bytes: number): void {
    const inUse = this.#counters.get(IN_USE_BYTES) + bytes;
    this.#counters.set(IN_USE_BYTES, inUse);
    if (inUse > this.#counters.get(PEAK_BYTES)) this.#counters.set(PEAK_BYTES, inUse);
  }

  #count(place: number, by: number): void {
    this.#counters.set(place, this.#counters.get(place) + by);
  }
}

function createdEvent(kv: KeyValue, record: RecordId): HistoryEvent {
  return { type: 'PUT', kv, prev: undefined, record, before: undefined };
}

function asList(change: Exclude<Change, number> | undefined): readonly HistoryEvent[] {
  if (change === undefined || change instanceof ComputedCreate) return [];
  return Array.isArray(change) ? (change as readonly HistoryEvent[]) : [change as HistoryEvent];
}
