import type { ByteReader, ByteWriter, Dict, KeyIndex, RowCodec } from '../../contracts/state.ts';
import { combine, hashString } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergePrefix, mergeRows, packPrefix, packRows } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { compareStrings, freezeValue } from '../values.ts';
import { type Container, PAGE, PAGE_BITS, PAGE_MASK, PageDirectory, ROW_BYTES } from './container.ts';

/**
 * An append-only table of distinct strings that several worlds share: each looks at a prefix of its own length. A world
 * that goes back and then appends what was appended before only moves its length; one that appends something else gets
 * a copy. So snapshots are free and forks cost one copy, when they first differ.
 */
class SharedKeys {
  readonly places = new Map<string, number>();
  readonly keys: string[] = [];

  append(key: string): void {
    this.places.set(key, this.keys.length);
    this.keys.push(key);
  }

  prefix(n: number): SharedKeys {
    const copy = new SharedKeys();
    for (let i = 0; i < n; i++) copy.append(this.keys[i]);
    return copy;
  }
}

interface KeysState {
  readonly shared: SharedKeys;
  readonly size: number;
}

/** string <-> dense id. */
export class StringIds implements KeyIndex, Container {
  readonly kind: string = 'keyIndex';
  readonly volatile = false;
  private shared = new SharedKeys();
  private count = 0;

  get size(): number {
    return this.count;
  }

  find(key: string): number | undefined {
    const id = this.shared.places.get(key);
    return id !== undefined && id < this.count ? id : undefined;
  }

  id(key: string): number {
    const id = this.shared.places.get(key);
    if (id !== undefined && id < this.count) return id;
    const shared = this.shared;
    if (shared.keys.length === this.count) shared.append(key);
    else if (shared.keys[this.count] !== key) {
      this.shared = shared.prefix(this.count);
      this.shared.append(key);
    }
    return this.count++;
  }

  key(id: number): string {
    if (!(id >= 0 && id < this.count)) throw new RangeError(`keyIndex: no id ${id}`);
    return this.shared.keys[id];
  }

  clear(): void {
    this.shared = new SharedKeys();
    this.count = 0;
  }

  save(): KeysState {
    return { shared: this.shared, size: this.count };
  }

  load(state: KeysState): void {
    this.shared = state.shared;
    this.count = state.size;
  }

  pack(state: KeysState, base: KeysState, w: PackWriter): boolean {
    return packPrefix(w, state, base);
  }

  /** True when ids are other keys than before. */
  unpack(r: PackReader): boolean {
    const shared = r.value() as SharedKeys | undefined;
    this.shared = shared ?? this.shared;
    this.count = r.number();
    return shared !== undefined;
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergePrefix(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    for (let i = 0; i < this.count; i++) w.str(this.shared.keys[i]);
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let i = 0; i < n; i++) this.id(r.str());
  }

  hash(): number {
    let h = combine(0x9b05688c, this.count);
    for (let i = 0; i < this.count; i++) h = combine(h, hashString(this.shared.keys[i]));
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let i = 0; i < this.count; i++) yield [String(i), this.shared.keys[i]];
  }
}

/** Keys that came since the last look at the order, at least, before it is given up. */
const FRESH_MAX = 1024;

type Page = unknown[];

const emptyPage = (): Page => new Array<unknown>(PAGE).fill(undefined);

interface DictState {
  readonly places: KeysState;
  readonly pages: readonly (Page | undefined)[];
  readonly size: number;
  readonly sorted: readonly string[] | undefined;
}

/**
 * string -> value: a place for each key ever used (StringIds) and the values in pages by place. Places of deleted keys
 * are kept for the key's return and swept when they outnumber the live ones.
 */
export class PagedDict<V> implements Dict<V>, Container {
  readonly kind = 'dict';
  readonly volatile: boolean;
  private readonly codec: RowCodec<V>;
  private readonly freeze: boolean;
  private readonly rowBytes: number;
  private readonly places = new StringIds();
  private readonly directory = new PageDirectory<Page>();
  private count = 0;
  /** Keys in order as of the last time somebody asked, and what came since. */
  private sorted: readonly string[] | undefined = [];
  private fresh: string[] = [];
  private removed = false;

  constructor(codec: RowCodec<V>, isVolatile: boolean, freeze: boolean, rowBytes = ROW_BYTES) {
    this.codec = codec;
    this.volatile = isVolatile;
    this.freeze = freeze;
    this.rowBytes = rowBytes;
  }

  get size(): number {
    return this.count;
  }

  get(key: string): V | undefined {
    const i = this.places.find(key);
    if (i === undefined) return undefined;
    return this.directory.pages[i >> PAGE_BITS]?.[i & PAGE_MASK] as V | undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, v: V): void {
    if (v === undefined) throw new RangeError(`dict: undefined for '${key}'`);
    const i = this.places.id(key);
    const page = this.directory.writable(i >> PAGE_BITS, emptyPage);
    const at = i & PAGE_MASK;
    if (page[at] === undefined) {
      this.count++;
      if (this.sorted !== undefined) this.noteFresh(key);
    }
    page[at] = this.freeze ? freezeValue(v) : v;
  }

  delete(key: string): boolean {
    const i = this.places.find(key);
    if (i === undefined || this.directory.pages[i >> PAGE_BITS]?.[i & PAGE_MASK] === undefined) return false;
    this.directory.writable(i >> PAGE_BITS, emptyPage)[i & PAGE_MASK] = undefined;
    this.count--;
    this.removed = true;
    if (this.places.size > 2 * this.count + 1024) this.sweep();
    return true;
  }

  keys(): readonly string[] {
    if (this.sorted === undefined) this.sorted = this.liveKeys().sort(compareStrings);
    else if (this.removed || this.fresh.length > 0) {
      const kept = this.removed ? this.sorted.filter((key) => this.has(key)) : this.sorted;
      const added = this.fresh.filter((key) => this.has(key)).sort(compareStrings);
      this.sorted = mergeDistinct(kept, added);
    }
    this.fresh = [];
    this.removed = false;
    return this.sorted;
  }

  forEach(visit: (v: V, key: string) => void): void {
    for (const key of this.keys()) {
      const v = this.get(key);
      if (v !== undefined) visit(v, key);
    }
  }

  clear(): void {
    this.places.clear();
    this.directory.clear();
    this.count = 0;
    this.sorted = [];
    this.fresh = [];
    this.removed = false;
  }

  save(): DictState {
    const isCurrent = !this.removed && this.fresh.length === 0;
    return {
      places: this.places.save(),
      pages: this.directory.share(),
      size: this.count,
      sorted: isCurrent ? this.sorted : undefined,
    };
  }

  load(state: DictState): void {
    this.places.load(state.places);
    this.directory.load(state.pages);
    this.count = state.size;
    this.sorted = state.sorted;
    this.fresh = [];
    this.removed = false;
  }

  pack(state: DictState, base: DictState, w: PackWriter): boolean {
    const isPlaced = this.places.pack(state.places, base.places, w);
    w.number(state.size);
    packRows(w, state.pages, base.pages, PAGE, this.rowBytes);
    return isPlaced || state.pages !== base.pages;
  }

  unpack(r: PackReader): void {
    if (this.places.unpack(r)) this.sorted = undefined;
    const size = r.number();
    for (let i = r.next(-1); i >= 0; i = r.next(i)) {
      const page = this.directory.writable(i >> PAGE_BITS, emptyPage);
      const at = i & PAGE_MASK;
      const v = r.value();
      if (v === undefined) this.removed = true;
      else if (page[at] === undefined && this.sorted !== undefined) this.noteFresh(this.places.key(i));
      page[at] = v;
    }
    this.count = size;
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    this.places.merge(a, b, w);
    mergeNumbers(a, b, w, 1);
    mergeRows(a, b, w, this.rowBytes);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    this.forEach((v, key) => {
      w.str(key);
      this.codec.encode(v, w);
    });
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let i = 0; i < n; i++) {
      const key = r.str();
      this.set(key, this.codec.decode(r));
    }
  }

  hash(): number {
    let h = combine(0x1f83d9ab, this.count);
    this.forEach((v, key) => {
      h = combine(combine(h, hashString(key)), this.codec.hash(v));
    });
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (const key of this.keys()) yield [key, this.get(key)];
  }

  /** Where nobody asks for the order, it is given up: the list of what came since must not grow for ever. */
  private noteFresh(key: string): void {
    this.fresh.push(key);
    if (this.fresh.length < FRESH_MAX || this.fresh.length < this.count) return;
    this.sorted = undefined;
    this.fresh = [];
    this.removed = false;
  }

  private liveKeys(): string[] {
    const live: string[] = [];
    for (let i = 0; i < this.places.size; i++) {
      if (this.directory.pages[i >> PAGE_BITS]?.[i & PAGE_MASK] !== undefined) live.push(this.places.key(i));
    }
    return live;
  }

  private sweep(): void {
    const keys = this.liveKeys();
    const values = keys.map((key) => this.get(key));
    this.places.clear();
    this.directory.clear();
    keys.forEach((key, i) => {
      this.places.id(key);
      this.directory.writable(i >> PAGE_BITS, emptyPage)[i & PAGE_MASK] = values[i];
    });
  }
}

/** Merges two ascending lists into one without duplicates (a key that was deleted and set again is in both). */
function mergeDistinct(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0) return a;
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const key = j >= b.length || (i < a.length && a[i] <= b[j]) ? a[i++] : b[j++];
    if (out.length === 0 || out[out.length - 1] !== key) out.push(key);
  }
  return out;
}
