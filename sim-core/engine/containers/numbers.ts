import type { ByteReader, ByteWriter, IntMap, PagedF64 } from '../../contracts/state.ts';
import { combine, combineNumber } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeValue, mergeWords, packWords } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, PAGE, PAGE_BITS, PAGE_MASK, PageDirectory, unpackWords } from './container.ts';

interface NumbersState<P> {
  readonly pages: readonly (P | undefined)[];
  readonly length: number;
}

/** f64 and i32 arrays; places that were never set read 0. */
export class PagedNumbers<P extends Float64Array | Int32Array> implements PagedF64, Container {
  readonly kind: string;
  readonly volatile: boolean;
  private readonly directory = new PageDirectory<P>();
  private readonly create: () => P;
  private count = 0;

  constructor(kind: string, isVolatile: boolean, create: () => P) {
    this.kind = kind;
    this.volatile = isVolatile;
    this.create = create;
  }

  get length(): number {
    return this.count;
  }

  get(i: number): number {
    const page = this.directory.pages[i >> PAGE_BITS];
    return page === undefined ? 0 : page[i & PAGE_MASK];
  }

  set(i: number, v: number): void {
    if (i >= this.count) this.count = i + 1;
    this.directory.writable(i >> PAGE_BITS, this.create)[i & PAGE_MASK] = v;
  }

  clear(): void {
    this.directory.clear();
    this.count = 0;
  }

  save(): NumbersState<P> {
    return { pages: this.directory.share(), length: this.count };
  }

  load(state: NumbersState<P>): void {
    this.directory.load(state.pages);
    this.count = state.length;
  }

  pack(state: NumbersState<P>, base: NumbersState<P>, w: PackWriter): boolean {
    w.number(state.length);
    packWords(w, state.pages, base.pages, PAGE, 0);
    return state.pages !== base.pages || state.length !== base.length;
  }

  unpack(r: PackReader): void {
    this.count = r.number();
    unpackWords(r, this.directory, PAGE, this.create);
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeNumbers(a, b, w, 1);
    mergeWords(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    for (let i = 0; i < this.count; i++) w.f64(this.get(i));
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let i = 0; i < n; i++) this.set(i, r.f64());
  }

  hash(): number {
    let h = combine(0x51ed270b, this.count);
    for (let i = 0; i < this.count; i++) h = combineNumber(h, this.get(i));
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let i = 0; i < this.count; i++) yield [String(i), this.get(i)];
  }
}

export const newF64 = (isVolatile: boolean) => new PagedNumbers('f64', isVolatile, () => new Float64Array(PAGE));
export const newI32 = (isVolatile: boolean) => new PagedNumbers('i32', isVolatile, () => new Int32Array(PAGE));

/** Keys in [0, 2^24) sit in pages by key; the others in one sorted list, which is copied on a write. */
const DENSE_KEYS = 1 << 24;
/** About what a far key takes in a list. */
const FAR_BYTES = 32;

interface FarEntry {
  readonly key: number;
  readonly value: number;
}

interface IntMapState {
  readonly pages: readonly (Float64Array | undefined)[];
  readonly far: readonly FarEntry[];
  readonly size: number;
}

const emptyPage = () => new Float64Array(PAGE).fill(Number.NaN);

export class PagedIntMap implements IntMap, Container {
  readonly kind = 'intMap';
  readonly volatile: boolean;
  private readonly directory = new PageDirectory<Float64Array>();
  private far: readonly FarEntry[] = [];
  private count = 0;

  constructor(isVolatile: boolean) {
    this.volatile = isVolatile;
  }

  get size(): number {
    return this.count;
  }

  get(key: number): number | undefined {
    if (key >= 0 && key < DENSE_KEYS) {
      const page = this.directory.pages[key >> PAGE_BITS];
      if (page === undefined) return undefined;
      const v = page[key & PAGE_MASK];
      return Number.isNaN(v) ? undefined : v;
    }
    const i = this.farIndex(key);
    return this.far[i]?.key === key ? this.far[i].value : undefined;
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  set(key: number, v: number): void {
    if (!Number.isInteger(key) || Number.isNaN(v))
      throw new RangeError(`intMap: ${key} -> ${v} is not a pair of integers`);
    if (key >= 0 && key < DENSE_KEYS) {
      const page = this.directory.writable(key >> PAGE_BITS, emptyPage);
      const at = key & PAGE_MASK;
      const old = page[at];
      if (Number.isNaN(old)) this.count++;
      page[at] = v;
      return;
    }
    const i = this.farIndex(key);
    const replaces = this.far[i]?.key === key;
    this.far = this.far.toSpliced(i, replaces ? 1 : 0, { key, value: v });
    if (!replaces) this.count++;
  }

  delete(key: number): boolean {
    if (!this.has(key)) return false;
    this.count--;
    if (key >= 0 && key < DENSE_KEYS) {
      this.directory.writable(key >> PAGE_BITS, emptyPage)[key & PAGE_MASK] = Number.NaN;
    } else {
      this.far = this.far.toSpliced(this.farIndex(key), 1);
    }
    return true;
  }

  forEach(visit: (v: number, key: number) => void): void {
    let f = 0;
    for (; f < this.far.length && this.far[f].key < 0; f++) visit(this.far[f].value, this.far[f].key);
    const pages = this.directory.pages;
    for (let p = 0; p < pages.length; p++) {
      if (pages[p] === undefined) continue;
      for (let i = 0; i < PAGE; i++) {
        const v = this.directory.pages[p]?.[i] ?? Number.NaN;
        if (!Number.isNaN(v)) visit(v, (p << PAGE_BITS) | i);
      }
    }
    for (; f < this.far.length; f++) visit(this.far[f].value, this.far[f].key);
  }

  clear(): void {
    this.directory.clear();
    this.far = [];
    this.count = 0;
  }

  save(): IntMapState {
    return { pages: this.directory.share(), far: this.far, size: this.count };
  }

  load(state: IntMapState): void {
    this.directory.load(state.pages);
    this.far = state.far;
    this.count = state.size;
  }

  pack(state: IntMapState, base: IntMapState, w: PackWriter): boolean {
    w.number(state.size);
    w.value(state.far === base.far ? undefined : state.far, state.far.length * FAR_BYTES);
    packWords(w, state.pages, base.pages, PAGE, Number.NaN);
    return state.pages !== base.pages || state.far !== base.far;
  }

  unpack(r: PackReader): void {
    this.count = r.number();
    this.far = (r.value() as readonly FarEntry[] | undefined) ?? this.far;
    unpackWords(r, this.directory, PAGE, emptyPage);
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeNumbers(a, b, w, 1);
    mergeValue(a, b, w, FAR_BYTES);
    mergeWords(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    this.forEach((v, key) => {
      w.f64(key);
      w.f64(v);
    });
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let i = 0; i < n; i++) this.set(r.f64(), r.f64());
  }

  hash(): number {
    let h = combine(0x3c6ef372, this.count);
    this.forEach((v, key) => {
      h = combineNumber(combineNumber(h, key), v);
    });
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    const rows: [string, unknown][] = [];
    this.forEach((v, key) => {
      rows.push([String(key), v]);
    });
    yield* rows;
  }

  /** The place of the first far key >= key. */
  private farIndex(key: number): number {
    let low = 0;
    let high = this.far.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.far[mid].key < key) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
