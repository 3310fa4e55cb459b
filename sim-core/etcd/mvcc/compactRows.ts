import type {
  CompactObjects,
  Containers,
  KeyValue,
  ObjId,
  RecordId,
  Revision,
  WordRows,
} from '../../contracts/index.ts';
import { compareStrings } from '../../engine/values.ts';
import { FirstPair } from './computedCreate.ts';

// Words of a row, before those of the value.
const REVISION = 0;
const LEASE = 1;
const RECORD = 2;
const VALUE = 3;

/** Rows that came since the last look at the order, at least, before it is given up; else as many as were in order. */
const FRESH_MIN = 4096;

/** Places of keys that are kept as numbers begin here; the number of the object is added. */
export const COMPACT_SLOTS = 0x40000000;

/** What was asked about the order of the keys of one state: a memo. */
interface Order {
  readonly life: object;
  /** Objects in the order of their keys, some of which have gone. */
  sorted: readonly ObjId[];
  fresh: ObjId[];
}

/** The lowest and the highest object that was put under a lease. */
interface Span {
  first: ObjId;
  last: ObjId;
}

/** Where the objects of each lease are, in one state: a memo. A lease is used for a minute, so its span is short. */
interface Spans {
  readonly life: object;
  readonly byLease: Map<number, Span>;
}

/** Keys that were put once and whose values are kept as numbers: 12 bytes a row and those of the value. */
export class CompactRows {
  readonly prefix: string;
  readonly #rows: WordRows;
  readonly #objects: CompactObjects;
  readonly #words: Int32Array;
  #order: Order | undefined;
  #spans: Spans | undefined;

  constructor(containers: Containers, objects: CompactObjects) {
    this.prefix = objects.prefix;
    this.#objects = objects;
    this.#rows = containers.wordRows('compact', VALUE + objects.width);
    this.#words = new Int32Array(VALUE + objects.width);
  }

  has(obj: ObjId): boolean {
    return this.#rows.has(obj);
  }

  revision(obj: ObjId): Revision {
    return this.#rows.get(obj, REVISION);
  }

  key(obj: ObjId): string {
    return this.#objects.key(obj);
  }

  /** The object under a key; undefined = there is none here. */
  find(key: string): ObjId | undefined {
    const obj = this.#objects.find(key);
    return obj !== undefined && this.#rows.has(obj) ? obj : undefined;
  }

  pair(obj: ObjId): KeyValue | undefined {
    const rows = this.#rows;
    const revision = rows.get(obj, REVISION);
    if (revision === 0) return undefined;
    const word = (k: number) => rows.get(obj, VALUE + k);
    const value = this.#objects.value(obj, revision, rows.get(obj, RECORD), word);
    return new FirstPair(this.#objects.key(obj), value, revision, rows.get(obj, LEASE));
  }

  put(obj: ObjId, revision: Revision, lease: number, record: RecordId, value: ArrayLike<number>): void {
    const words = this.#words;
    words[REVISION] = revision;
    words[LEASE] = lease;
    words[RECORD] = record;
    for (let k = 0; k < value.length; k++) words[VALUE + k] = value[k];
    this.#rows.put(obj, words);
    this.#note(obj);
    if (this.#spans !== undefined) widen(this.#spans, lease, obj);
  }

  free(obj: ObjId): void {
    this.#rows.free(obj);
  }

  forEach(visit: (obj: ObjId) => void): void {
    this.#rows.forEach(visit);
  }

  /** Objects whose keys are attached to a lease, ascending. */
  under(lease: number): readonly ObjId[] {
    const found: ObjId[] = [];
    const { byLease } = this.#spansNow();
    const span = byLease.get(lease);
    if (span === undefined) return found;
    for (let obj = span.first; obj <= span.last; obj++) if (this.#rows.get(obj, LEASE) === lease) found.push(obj);
    if (found.length === 0) byLease.delete(lease);
    return found;
  }

  #spansNow(): Spans {
    const rows = this.#rows;
    const { life } = rows;
    if (this.#spans?.life !== life) {
      const spans: Spans = { life, byLease: new Map() };
      rows.forEach((obj) => void widen(spans, rows.get(obj, LEASE), obj));
      this.#spans = spans;
    }
    return this.#spans as Spans;
  }

  /** Objects from one key to another (exclusive; '' = no end), in the order of keys. */
  range(from: string, end: string): readonly ObjId[] {
    if (this.#rows.size === 0 || (end !== '' && end <= this.prefix) || from > `${this.prefix.slice(0, -1)}0`) return [];
    const sorted = this.#sorted();
    const first = this.#place(sorted, from);
    const last = end === '' ? sorted.length : this.#place(sorted, end);
    return sorted.slice(first, last).filter((obj) => this.#rows.has(obj));
  }

  #note(obj: ObjId): void {
    const order = this.#order;
    if (order === undefined) return;
    order.fresh.push(obj);
    if (order.fresh.length > Math.max(FRESH_MIN, order.sorted.length)) this.#order = undefined;
  }

  #sorted(): readonly ObjId[] {
    const { life } = this.#rows;
    let order = this.#order;
    if (order === undefined || order.life !== life) {
      const all: ObjId[] = [];
      this.#rows.forEach((obj) => void all.push(obj));
      this.#order = order = { life, sorted: this.#inOrder(all), fresh: [] };
    } else if (order.fresh.length > 0) {
      const fresh = this.#inOrder(order.fresh.filter((obj) => this.#rows.has(obj)));
      order.sorted = this.#merged(order.sorted, fresh);
      order.fresh = [];
    }
    return order.sorted;
  }

  #inOrder(objects: readonly ObjId[]): readonly ObjId[] {
    const keyed = objects.map((obj) => ({ obj, key: this.key(obj) }));
    keyed.sort((a, b) => compareStrings(a.key, b.key));
    return keyed.map(({ obj }) => obj);
  }

  #merged(sorted: readonly ObjId[], fresh: readonly ObjId[]): readonly ObjId[] {
    const merged: ObjId[] = [];
    let from = 0;
    for (const obj of fresh) {
      const to = this.#place(sorted, this.key(obj), from);
      for (let i = from; i < to; i++) if (this.#rows.has(sorted[i])) merged.push(sorted[i]);
      merged.push(obj);
      from = to;
    }
    for (let i = from; i < sorted.length; i++) if (this.#rows.has(sorted[i])) merged.push(sorted[i]);
    return merged;
  }

  /** Where the first key is that is not below `key`. */
  #place(sorted: readonly ObjId[], key: string, from = 0): number {
    let low = from;
    let high = sorted.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.key(sorted[mid]) < key) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

function widen({ byLease }: Spans, lease: number, obj: ObjId): void {
  if (lease === 0) return;
  const span = byLease.get(lease);
  if (span === undefined) byLease.set(lease, { first: obj, last: obj });
  else if (obj > span.last) span.last = obj;
  else if (obj < span.first) span.first = obj;
}
