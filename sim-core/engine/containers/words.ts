import type { ByteReader, ByteWriter, WordRing } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import { type Container, PageDirectory } from './container.ts';

const ROW_BITS = 6;
/** Rows of a page: of a few dozen bytes each, so that a page that is copied after a snapshot stays small. */
const ROWS = 1 << ROW_BITS;
const ROW_MASK = ROWS - 1;
const HIGH = 2 ** 32;

interface WordRingState {
  readonly pages: readonly (Int32Array | undefined)[];
  readonly base: number;
  readonly first: number;
  readonly next: number;
}

/** First in, first out, of rows of words in typed pages; whole pages are dropped behind `first`. */
export class PagedWordRing implements WordRing, Container {
  readonly kind: string;
  readonly volatile: boolean;
  private readonly width: number;
  private readonly create: () => Int32Array;
  private readonly directory = new PageDirectory<Int32Array>();
  /** Index of the first row of the first page. */
  private base = 0;
  first = 0;
  next = 0;

  constructor(width: number, isVolatile: boolean) {
    this.kind = `words${width}`;
    this.volatile = isVolatile;
    this.width = width;
    this.create = () => new Int32Array(ROWS * width);
  }

  push(): number {
    const i = this.next++;
    const at = i - this.base;
    // A page that was dropped or cut off by a restore may have left words behind.
    const page = this.directory.writable(at >> ROW_BITS, this.create);
    const from = (at & ROW_MASK) * this.width;
    page.fill(0, from, from + this.width);
    return i;
  }

  get(i: number, k: number): number {
    if (!(i >= this.first && i < this.next)) return 0;
    const at = i - this.base;
    return this.directory.pages[at >> ROW_BITS]![(at & ROW_MASK) * this.width + k];
  }

  set(i: number, k: number, v: number): void {
    if (!(i >= this.first && i < this.next)) throw new RangeError(`words: no row ${i}`);
    const at = i - this.base;
    this.directory.writable(at >> ROW_BITS, this.create)[(at & ROW_MASK) * this.width + k] = v;
  }

  getWide(i: number, k: number): number {
    return this.get(i, k + 1) * HIGH + (this.get(i, k) >>> 0);
  }

  setWide(i: number, k: number, v: number): void {
    this.set(i, k, v | 0);
    this.set(i, k + 1, Math.floor(v / HIGH));
  }

  dropBefore(i: number): void {
    if (i <= this.first) return;
    const from = (this.first - this.base) >> ROW_BITS;
    this.first = Math.min(i, this.next);
    const to = (this.first - this.base) >> ROW_BITS;
    for (let p = from; p < to; p++) this.directory.drop(p);
    // The directory itself is shortened when most of it is behind.
    if (to >= 64 && to * 2 >= this.directory.pages.length) {
      this.directory.load(this.directory.pages.slice(to));
      this.base += to << ROW_BITS;
    }
  }

  clear(): void {
    this.directory.clear();
    this.base = 0;
    this.first = 0;
    this.next = 0;
  }

  save(): WordRingState {
    return { pages: this.directory.share(), base: this.base, first: this.first, next: this.next };
  }

  heldBytes(state: WordRingState, before?: WordRingState): number {
    const shift = before === undefined ? 0 : (state.base - before.base) >> ROW_BITS;
    let bytes = state.pages === before?.pages ? 0 : state.pages.length * 8;
    for (let p = 0; p < state.pages.length; p++) {
      const page = state.pages[p];
      if (page !== undefined && page !== before?.pages[p + shift]) bytes += page.byteLength;
    }
    return bytes;
  }

  load(state: WordRingState): void {
    this.directory.load(state.pages);
    this.base = state.base;
    this.first = state.first;
    this.next = state.next;
  }

  write(w: ByteWriter): void {
    w.f64(this.first);
    w.f64(this.next);
    for (let i = this.first; i < this.next; i++) for (let k = 0; k < this.width; k++) w.u32(this.get(i, k) >>> 0);
  }

  read(r: ByteReader): void {
    this.clear();
    this.first = r.f64();
    const next = r.f64();
    this.base = Math.floor(this.first / ROWS) * ROWS;
    this.next = this.first;
    while (this.next < next) {
      const i = this.push();
      for (let k = 0; k < this.width; k++) this.set(i, k, r.u32() | 0);
    }
  }

  hash(): number {
    let h = combine(combine(0x27220a95, this.first), this.next);
    for (let i = this.first; i < this.next; i++)
      for (let k = 0; k < this.width; k++) h = combine(h, this.get(i, k) >>> 0);
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let i = this.first; i < this.next; i++)
      yield [String(i), Array.from({ length: this.width }, (_, k) => this.get(i, k))];
  }
}
