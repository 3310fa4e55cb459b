import type { ByteReader, ByteWriter, Cell, PagedTable, Ring, RowCodec } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import { FrozenPage } from '../packed/frozen.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeRing, mergeRows, packRing, packRows } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { freezeValue, valueCodec } from '../values.ts';
import { type Container, PAGE, PAGE_BITS, PAGE_MASK, PageDirectory, ROW_BYTES } from './container.ts';
import { PageRing, type PageRingState } from './page_ring.ts';

type Page = unknown[];

const emptyPage = (): Page => new Array<unknown>(PAGE).fill(undefined);

interface TableState {
  readonly pages: readonly (Page | undefined)[];
  readonly live: Int32Array;
  readonly size: number;
  readonly limit: number;
  readonly lowFree: number;
}

/** Immutable rows by small integer. `alloc` takes the lowest free slot; `get` costs two array reads. */
export class Table<R> implements PagedTable<R>, Container {
  readonly kind = 'table';
  readonly volatile: boolean;
  private readonly codec: RowCodec<R>;
  private readonly freeze: boolean;
  private readonly rowBytes: number;
  private readonly directory = new PageDirectory<Page>();
  /** Rows in each page. */
  private live: Int32Array = new Int32Array(8);
  private liveShared = false;
  private count = 0;
  private end = 0;
  /** No slot below is free. */
  private lowFree = 0;

  constructor(codec: RowCodec<R>, isVolatile: boolean, freeze: boolean, rowBytes = ROW_BYTES) {
    this.codec = codec;
    this.volatile = isVolatile;
    this.freeze = freeze;
    this.rowBytes = rowBytes;
  }

  get size(): number {
    return this.count;
  }

  get limit(): number {
    return this.end;
  }

  alloc(row: R): number {
    const i = this.lowestFree();
    this.lowFree = i + 1;
    this.put(i, row);
    return i;
  }

  put(i: number, row: R): void {
    if (row === undefined || !(i >= 0)) throw new RangeError(`table: cannot put ${String(row)} at ${i}`);
    this.place(i, this.freeze ? freezeValue(row) : row);
    if (i >= this.end) this.end = i + 1;
  }

  private place(i: number, row: unknown): void {
    const page = this.directory.writable(i >> PAGE_BITS, emptyPage);
    const at = i & PAGE_MASK;
    if (page[at] === undefined) this.addLive(i >> PAGE_BITS, 1);
    page[at] = row;
  }

  get(i: number): R | undefined {
    const page = this.directory.pages[i >> PAGE_BITS];
    return page === undefined ? undefined : (page[i & PAGE_MASK] as R | undefined);
  }

  set(i: number, row: R): void {
    if (this.get(i) === undefined) throw new RangeError(`table: no row ${i}`);
    if (row === undefined) throw new RangeError('table: a row cannot be undefined');
    this.directory.writable(i >> PAGE_BITS, emptyPage)[i & PAGE_MASK] = this.freeze ? freezeValue(row) : row;
  }

  free(i: number): void {
    if (this.get(i) === undefined) return;
    const p = i >> PAGE_BITS;
    this.directory.writable(p, emptyPage)[i & PAGE_MASK] = undefined;
    this.addLive(p, -1);
    if (i < this.lowFree) this.lowFree = i;
    if (this.live[p] === 0) this.directory.drop(p, true);
  }

  has(i: number): boolean {
    return this.get(i) !== undefined;
  }

  forEach(visit: (row: R, i: number) => void): void {
    for (let p = 0; p << PAGE_BITS < this.end; p++) {
      if (this.directory.pages[p] === undefined) continue;
      for (let i = p << PAGE_BITS; i < (p + 1) << PAGE_BITS; i++) {
        const row = this.get(i);
        if (row !== undefined) visit(row, i);
      }
    }
  }

  clear(): void {
    this.directory.clear();
    this.live = new Int32Array(8);
    this.liveShared = false;
    this.count = 0;
    this.end = 0;
    this.lowFree = 0;
  }

  save(): TableState {
    this.liveShared = true;
    const { live, count, end, lowFree } = this;
    return { pages: this.directory.share(), live, size: count, limit: end, lowFree };
  }

  load(state: TableState): void {
    this.directory.load(state.pages);
    this.live = state.live;
    this.liveShared = true;
    this.count = state.size;
    this.end = state.limit;
    this.lowFree = state.lowFree;
  }

  pack(state: TableState, base: TableState, w: PackWriter): boolean {
    w.number(state.limit);
    w.number(state.lowFree);
    packRows(w, state.pages, base.pages, PAGE, this.rowBytes);
    return state.pages !== base.pages || state.limit !== base.limit || state.lowFree !== base.lowFree;
  }

  unpack(r: PackReader): void {
    const [end, lowFree] = [r.number(), r.number()];
    for (let at = r.next(-1); at >= 0; at = r.next(at)) {
      const row = r.value();
      if (row === undefined) this.free(at);
      else this.place(at, row);
    }
    this.end = end;
    this.lowFree = lowFree;
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeNumbers(a, b, w, 2);
    mergeRows(a, b, w, this.rowBytes);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    w.u32(this.end);
    this.forEach((row, i) => {
      w.u32(i);
      this.codec.encode(row, w);
    });
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    const end = r.u32();
    for (let k = 0; k < n; k++) {
      const i = r.u32();
      this.put(i, this.codec.decode(r));
    }
    this.end = end;
  }

  hash(): number {
    let h = combine(0xa54ff53a, this.end);
    this.forEach((row, i) => {
      h = combine(combine(h, i), this.codec.hash(row));
    });
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let i = 0; i < this.end; i++) if (this.has(i)) yield [String(i), this.get(i)];
  }

  private lowestFree(): number {
    let i = this.lowFree;
    for (;;) {
      const p = i >> PAGE_BITS;
      if (p >= this.live.length || this.live[p] === 0) return i;
      if (this.live[p] < PAGE) {
        const page = this.directory.pages[p]!;
        for (const end = (p + 1) << PAGE_BITS; i < end; i++) if (page[i & PAGE_MASK] === undefined) return i;
      } else i = (p + 1) << PAGE_BITS;
    }
  }

  private addLive(p: number, delta: number): void {
    if (p >= this.live.length || this.liveShared) {
      let size = this.live.length;
      while (size <= p) size *= 2;
      const grown = new Int32Array(size);
      grown.set(this.live);
      this.live = grown;
      this.liveShared = false;
    }
    this.live[p] += delta;
    this.count += delta;
  }
}

type RingPage = Page | FrozenPage;
type RingState = PageRingState<RingPage>;

/** First in, first out. */
export class PagedRing<V> extends PageRing<RingPage> implements Ring<V>, Container {
  readonly kind = 'ring';
  readonly volatile: boolean;
  private readonly codec: RowCodec<V>;
  private readonly freeze: boolean;
  private readonly rowBytes: number;

  constructor(codec: RowCodec<V>, isVolatile: boolean, freeze: boolean, rowBytes = ROW_BYTES) {
    super(PAGE_BITS);
    this.codec = codec;
    this.volatile = isVolatile;
    this.freeze = freeze;
    this.rowBytes = rowBytes;
  }

  push(v: V): number {
    const i = this.next++;
    const at = i - this.base;
    this.ownPage(at >> PAGE_BITS)[at & PAGE_MASK] = this.freeze ? freezeValue(v) : v;
    return i;
  }

  get(i: number): V | undefined {
    if (!(i >= this.first && i < this.next)) return undefined;
    const at = i - this.base;
    const page = this.directory.pages[at >> PAGE_BITS]!;
    return (page instanceof FrozenPage ? this.thaw(at >> PAGE_BITS) : page)[at & PAGE_MASK] as V;
  }

  /** A page that is written is no frozen one: those are copied as their rows. */
  private ownPage(p: number): Page {
    if (this.directory.pages[p] instanceof FrozenPage) this.thaw(p);
    return this.directory.writable(p, emptyPage) as Page;
  }

  /** Puts the rows of a frozen page in their place. */
  private thaw(p: number): Page {
    const rows = (this.directory.pages[p] as FrozenPage).slice() as Page;
    this.directory.replace(p, rows);
    return rows;
  }

  override save(): RingState {
    // What is behind `first` is nobody's, but a shared page would keep it.
    const behind = this.first - this.base;
    (this.directory.own(behind >> PAGE_BITS) as Page | undefined)?.fill(undefined, 0, behind & PAGE_MASK);
    return super.save();
  }

  pack(state: RingState, base: RingState, w: PackWriter): boolean {
    const isChanged = this.packPlaces(state, base, w);
    const freezes = this.codec === (valueCodec as RowCodec<unknown>);
    packRing(w, state.pages, state, base.pages, base, PAGE, this.rowBytes, freezes);
    return isChanged;
  }

  unpack(r: PackReader): void {
    this.unpackPlaces(r);
    const first = this.base >> PAGE_BITS;
    for (let p = r.next(-1); p >= 0; p = r.next(p)) this.directory.replace(p - first, r.value() as FrozenPage);
    for (let i = r.next(-1); i >= 0; i = r.next(i)) {
      const at = i - this.base;
      this.ownPage(at >> PAGE_BITS)[at & PAGE_MASK] = r.value();
    }
    this.trim();
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    const [first, next] = mergeNumbers(a, b, w, 3);
    mergeRing(a, b, w, PAGE, this.rowBytes, { first, next });
  }

  write(w: ByteWriter): void {
    w.f64(this.first);
    w.f64(this.next);
    for (let i = this.first; i < this.next; i++) this.codec.encode(this.get(i)!, w);
  }

  read(r: ByteReader): void {
    this.restart(r.f64());
    const next = r.f64();
    while (this.next < next) this.push(this.codec.decode(r));
  }

  hash(): number {
    let h = combine(combine(0x510e527f, this.first), this.next);
    for (let i = this.first; i < this.next; i++) h = combine(h, this.codec.hash(this.get(i)!));
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let i = this.first; i < this.next; i++) yield [String(i), this.get(i)];
  }
}

/** One immutable value. */
export class ValueCell<V> implements Cell<V>, Container {
  readonly kind = 'cell';
  readonly volatile: boolean;
  private readonly codec: RowCodec<V>;
  private readonly freeze: boolean;
  private readonly initial: V;
  private value: V;

  constructor(initial: V, codec: RowCodec<V>, isVolatile: boolean, freeze: boolean) {
    this.codec = codec;
    this.volatile = isVolatile;
    this.freeze = freeze;
    this.initial = freeze ? freezeValue(initial) : initial;
    this.value = this.initial;
  }

  get(): V {
    return this.value;
  }

  set(v: V): void {
    this.value = this.freeze ? freezeValue(v) : v;
  }

  /** Back to the initial value. */
  clear(): void {
    this.value = this.initial;
  }

  save(): V {
    return this.value;
  }

  load(state: V): void {
    this.value = state;
  }

  pack(state: V, base: V, w: PackWriter): boolean {
    // What is cut off again would stay in the list of values.
    if (Object.is(state, base)) return false;
    w.value(state, ROW_BYTES);
    return true;
  }

  unpack(r: PackReader): void {
    this.value = r.value() as V;
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    const [over, under] = [a?.value(), b?.value()];
    w.value(a === undefined ? under : over, ROW_BYTES);
  }

  write(w: ByteWriter): void {
    this.codec.encode(this.value, w);
  }

  read(r: ByteReader): void {
    this.value = this.codec.decode(r);
  }

  hash(): number {
    return this.codec.hash(this.value);
  }

  *rows(): Iterable<readonly [string, unknown]> {
    yield ['', this.value];
  }
}
