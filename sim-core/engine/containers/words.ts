import type { ByteReader, ByteWriter, WordRing } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeWords, packRingWords, type Window } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, unpackWords } from './container.ts';
import { PageRing, type PageRingState } from './page_ring.ts';

const ROW_BITS = 6;
/** Rows of a page: of a few dozen bytes each, so that a page that is copied after a snapshot stays small. */
const ROWS = 1 << ROW_BITS;
const ROW_MASK = ROWS - 1;
const HIGH = 2 ** 32;

type WordRingState = PageRingState<Int32Array>;

/** First in, first out, of rows of words in typed pages. */
export class PagedWordRing extends PageRing<Int32Array> implements WordRing, Container {
  readonly kind: string;
  readonly volatile: boolean;
  private readonly width: number;
  private readonly create: () => Int32Array;

  constructor(width: number, isVolatile: boolean) {
    super(ROW_BITS);
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

  pack(state: WordRingState, base: WordRingState, w: PackWriter): boolean {
    const isChanged = this.packPlaces(state, base, w);
    packRingWords(w, state.pages, this.windowOf(state), base.pages, this.windowOf(base), ROWS * this.width);
    return isChanged;
  }

  unpack(r: PackReader): void {
    this.unpackPlaces(r);
    unpackWords(r, this.directory, ROWS * this.width, this.create, this.base * this.width);
    this.trim();
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    const [first, next] = mergeNumbers(a, b, w, 3);
    mergeWords(a, b, w, first * this.width, next * this.width);
  }

  private windowOf({ first, next, base }: WordRingState): Window {
    const { width } = this;
    return { first: first * width, next: next * width, base: base * width };
  }

  write(w: ByteWriter): void {
    w.f64(this.first);
    w.f64(this.next);
    for (let i = this.first; i < this.next; i++) for (let k = 0; k < this.width; k++) w.u32(this.get(i, k) >>> 0);
  }

  read(r: ByteReader): void {
    this.restart(r.f64());
    const next = r.f64();
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
