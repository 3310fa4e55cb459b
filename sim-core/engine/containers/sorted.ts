import type { ByteReader, ByteWriter, SortedIndex } from '../../contracts/state.ts';
import { combine, combineNumber, hashString } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { type KeyChange, mergeKeys, packKeys, readKeys } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { compareStrings } from '../values.ts';
import type { Container } from './container.ts';

const CHUNK = 128;

/** A run of ascending keys. It may be changed in place only by the index whose token it carries. */
interface KeyChunk {
  readonly owner: object;
  readonly keys: string[];
  readonly values: number[];
}

interface SortedState {
  readonly chunks: readonly KeyChunk[];
  readonly bounds: readonly string[];
  readonly size: number;
  readonly lateKeys: readonly string[];
  readonly lateValues: readonly number[];
  /** The arrays of what waits may have grown since. */
  readonly late: number;
}

/** So many keys wait before they are put in order, at least; else a quarter of those that are. */
const LATE_MIN = 1024;
const LATE_PART = 4;
/** More than this part of all keys are merged with them, fewer are put in one by one. */
const MERGE_PART = 16;
/** Keys of a chunk that a merge makes. */
const MERGED = CHUNK - 24;
/** The value of a key that waits to be taken out. */
const GONE = Number.NaN;

/**
 * Ascending keys in chunks of at most 128: get is two binary searches, a range costs what it visits. What is set or dropped waits,
 * in the order in which it came, until somebody asks or much has come together: most keys are never ranged over before the next
 * ones come.
 */
export class ChunkedSortedIndex implements SortedIndex, Container {
  readonly kind = 'sorted';
  readonly volatile: boolean;
  private chunks: KeyChunk[] = [];
  /** For each chunk a lower bound of its keys, above all keys before: a search reads this array, not the chunks. */
  private bounds: string[] = [];
  private directoryOwner: object = {};
  private token = this.directoryOwner;
  /** Keys in the chunks. */
  private count = 0;
  /** What was set or dropped and is not in the chunks yet; later ones hold. Saved states look at the beginning of these arrays. */
  private lateKeys: string[] = [];
  private lateValues: number[] = [];

  constructor(isVolatile: boolean) {
    this.volatile = isVolatile;
  }

  get size(): number {
    this.order();
    return this.count;
  }

  get(key: string): number | undefined {
    this.order();
    const c = this.chunkFor(key);
    if (c < 0) return undefined;
    const chunk = this.chunks[c];
    const i = lowerBound(chunk.keys, key);
    return chunk.keys[i] === key ? chunk.values[i] : undefined;
  }

  set(key: string, v: number): void {
    if (this.count < CHUNK && this.lateKeys.length === 0) this.enter(key, v);
    else this.wait(key, v);
  }

  drop(key: string): void {
    if (this.count < CHUNK && this.lateKeys.length === 0) this.remove(key);
    else this.wait(key, GONE);
  }

  delete(key: string): boolean {
    this.order();
    return this.remove(key);
  }

  private wait(key: string, v: number): void {
    const { length } = this.lateKeys;
    this.lateKeys.push(key);
    this.lateValues.push(v);
    if (length >= LATE_MIN && length >= this.count / LATE_PART) this.order();
  }

  /** Puts into the chunks what waits. */
  private order(): void {
    const { lateKeys: keys, lateValues: values } = this;
    const { length } = keys;
    if (length === 0) return;
    this.lateKeys = [];
    this.lateValues = [];
    if (length === 1) {
      this.settle(keys[0], values[0]);
      return;
    }
    const order = keys.map((_key, i) => i).sort((a, b) => compareStrings(keys[a], keys[b]) || a - b);
    // Of one key the last holds.
    const last = order.filter((at, i) => i + 1 === length || keys[order[i + 1]] !== keys[at]);
    if (length * MERGE_PART >= this.count) this.mergeWaiting(last, keys, values);
    // Neighbours one after the other find their chunk at hand.
    else for (const at of last) this.settle(keys[at], values[at]);
  }

  private settle(key: string, v: number): void {
    if (Number.isNaN(v)) this.remove(key);
    else this.enter(key, v);
  }

  /** Makes all chunks anew, with what waited: `order` has its places in the order of keys, each key once. */
  private mergeWaiting(order: readonly number[], lateKeys: readonly string[], lateValues: readonly number[]): void {
    const owner = this.token;
    const chunks: KeyChunk[] = [];
    let keys: string[] = [];
    let values: number[] = [];
    const put = (key: string, v: number): void => {
      if (Number.isNaN(v)) return;
      if (keys.length === MERGED || keys.length === 0) {
        keys = [];
        values = [];
        chunks.push({ owner, keys, values });
      }
      keys.push(key);
      values.push(v);
    };
    let next = 0;
    for (const chunk of this.chunks) {
      for (let i = 0; i < chunk.keys.length; i++) {
        const key = chunk.keys[i];
        while (next < order.length && lateKeys[order[next]] < key)
          put(lateKeys[order[next]], lateValues[order[next++]]);
        if (next < order.length && lateKeys[order[next]] === key) put(key, lateValues[order[next++]]);
        else put(key, chunk.values[i]);
      }
    }
    for (; next < order.length; next++) put(lateKeys[order[next]], lateValues[order[next]]);
    this.chunks = chunks;
    this.bounds = chunks.map((chunk) => chunk.keys[0]);
    this.directoryOwner = owner;
    this.count = 0;
    for (const chunk of chunks) this.count += chunk.keys.length;
  }

  private enter(key: string, v: number): void {
    if (this.chunks.length === 0) {
      this.ownDirectory();
      this.chunks.push({ owner: this.token, keys: [key], values: [v] });
      this.bounds.push(key);
      this.count = 1;
      return;
    }
    const c = Math.max(0, this.chunkFor(key));
    const chunk = this.ownChunk(c);
    if (key < this.bounds[c]) this.bounds[c] = key;
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i] === key) {
      chunk.values[i] = v;
      return;
    }
    chunk.keys.splice(i, 0, key);
    chunk.values.splice(i, 0, v);
    this.count++;
    if (chunk.keys.length > CHUNK) this.split(c);
  }

  private remove(key: string): boolean {
    const c = this.chunkFor(key);
    if (c < 0) return false;
    const i = lowerBound(this.chunks[c].keys, key);
    if (this.chunks[c].keys[i] !== key) return false;
    const chunk = this.ownChunk(c);
    chunk.keys.splice(i, 1);
    chunk.values.splice(i, 1);
    if (chunk.keys.length === 0) {
      this.chunks.splice(c, 1);
      this.bounds.splice(c, 1);
    }
    this.count--;
    return true;
  }

  range(from: string, to: string, visit: (key: string, v: number) => boolean | undefined): void {
    this.order();
    let c = Math.max(0, this.chunkFor(from));
    if (c >= this.chunks.length) return;
    let i = lowerBound(this.chunks[c].keys, from);
    for (; c < this.chunks.length; c++, i = 0) {
      const { keys, values } = this.chunks[c];
      for (; i < keys.length; i++) {
        if (to !== '' && keys[i] >= to) return;
        if (visit(keys[i], values[i]) === false) return;
      }
    }
  }

  clear(): void {
    this.chunks = [];
    this.bounds = [];
    this.token = {};
    this.directoryOwner = this.token;
    this.count = 0;
    this.lateKeys = [];
    this.lateValues = [];
  }

  save(): SortedState {
    this.token = {};
    const { chunks, bounds, count: size, lateKeys, lateValues } = this;
    return { chunks, bounds, size, lateKeys, lateValues, late: lateKeys.length };
  }

  load(state: SortedState): void {
    this.token = {};
    this.chunks = state.chunks as KeyChunk[];
    this.bounds = state.bounds as string[];
    this.count = state.size;
    this.lateKeys = state.lateKeys.slice(0, state.late);
    this.lateValues = state.lateValues.slice(0, state.late);
  }

  pack(state: SortedState, base: SortedState, w: PackWriter): boolean {
    const changes = changesBetween(state, base);
    packKeys(w, changes);
    return changes.length > 0;
  }

  unpack(r: PackReader): void {
    // They wait, however many: other differences follow, and then perhaps nobody asks for an order.
    for (const [key, v] of readKeys(r)) {
      this.lateKeys.push(key);
      this.lateValues.push(v);
    }
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeKeys(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.size);
    this.range('', '', (key, v) => {
      w.str(key);
      w.f64(v);
      return true;
    });
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let i = 0; i < n; i++) {
      const key = r.str();
      this.set(key, r.f64());
    }
  }

  hash(): number {
    let h = combine(0x5be0cd19, this.size);
    this.range('', '', (key, v) => {
      h = combineNumber(combine(h, hashString(key)), v);
      return true;
    });
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    this.order();
    for (const { keys, values } of this.chunks) for (let i = 0; i < keys.length; i++) yield [keys[i], values[i]];
  }

  /** The last chunk whose bound is <= key, or -1. */
  private chunkFor(key: string): number {
    return lastAtMost(this.bounds, key);
  }

  private ownDirectory(): void {
    if (this.directoryOwner === this.token) return;
    this.chunks = this.chunks.slice();
    this.bounds = this.bounds.slice();
    this.directoryOwner = this.token;
  }

  private ownChunk(c: number): KeyChunk {
    this.ownDirectory();
    const chunk = this.chunks[c];
    if (chunk.owner === this.token) return chunk;
    const copy = { owner: this.token, keys: chunk.keys.slice(), values: chunk.values.slice() };
    this.chunks[c] = copy;
    return copy;
  }

  /** In the middle; at the end of the index near its end, so that ascending insertion fills the chunks. */
  private split(c: number): void {
    const { keys, values } = this.chunks[c];
    const at = c === this.chunks.length - 1 ? CHUNK - 8 : CHUNK >> 1;
    const upper = { owner: this.token, keys: keys.splice(at), values: values.splice(at) };
    this.chunks.splice(c + 1, 0, upper);
    this.bounds.splice(c + 1, 0, upper.keys[0]);
  }
}

/** What is to be set and dropped to make one state of another, in the order of the keys. */
function changesBetween(state: SortedState, base: SortedState): readonly KeyChange[] {
  const touched = new Set<string>();
  if (state.chunks !== base.chunks) {
    const [mine, theirs] = [new Set(state.chunks), new Set(base.chunks)];
    for (const chunk of state.chunks) if (!theirs.has(chunk)) for (const key of chunk.keys) touched.add(key);
    for (const chunk of base.chunks) if (!mine.has(chunk)) for (const key of chunk.keys) touched.add(key);
  }
  // The arrays of what waits are the same as long as nothing was put in order.
  const known = state.lateKeys === base.lateKeys ? Math.min(state.late, base.late) : 0;
  for (let i = known; i < state.late; i++) touched.add(state.lateKeys[i]);
  for (let i = known; i < base.late; i++) touched.add(base.lateKeys[i]);
  if (touched.size === 0) return [];
  const [now, then] = [readerOf(state, touched), readerOf(base, touched)];
  const changes: KeyChange[] = [];
  for (const key of touched) {
    const v = now(key);
    if (!Object.is(v, then(key))) changes.push([key, v]);
  }
  return changes.sort((a, b) => compareStrings(a[0], b[0]));
}

/** The value of one of the keys in a state; NaN = it has none. */
function readerOf(
  { chunks, bounds, lateKeys, lateValues, late }: SortedState,
  keys: ReadonlySet<string>,
): (key: string) => number {
  const waiting = new Map<string, number>();
  for (let i = 0; i < late; i++) if (keys.has(lateKeys[i])) waiting.set(lateKeys[i], lateValues[i]);
  return (key) => {
    const v = waiting.get(key);
    if (v !== undefined) return v;
    const chunk = chunks[lastAtMost(bounds, key)];
    if (chunk === undefined) return GONE;
    const i = lowerBound(chunk.keys, key);
    return chunk.keys[i] === key ? chunk.values[i] : GONE;
  };
}

/** Place of the last bound <= key, or -1. */
function lastAtMost(bounds: readonly string[], key: string): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (bounds[mid] <= key) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** Place of the first key >= `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (keys[mid] < key) low = mid + 1;
    else high = mid;
  }
  return low;
}
