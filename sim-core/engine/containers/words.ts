import type { ByteReader, ByteWriter, WordRing } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import { FrozenWords } from '../packed/frozenWords.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeRingWords, packRingWords, type Window } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, type PageDirectory, unpackWords } from './container.ts';
import { PageRing, type PageRingState } from './page_ring.ts';

const ROW_BITS = 6;
/** Rows of a page: of a few dozen bytes each, so that a page that is copied after a snapshot stays small. */
const ROWS = 1 << ROW_BITS;
const ROW_MASK = ROWS - 1;
const HIGH = 2 ** 32;

type WordPage = Int32Array | FrozenWords;

interface WordRingState extends PageRingState<WordPage> {
  readonly coldNext: number;
}

/** First in, first out, of rows of words in typed pages. */
export class PagedWordRing extends PageRing<WordPage> implements WordRing, Container {
  readonly kind: string;
  readonly volatile: boolean;
  private readonly width: number;
  private readonly create: () => Int32Array;
  /** No page of the rows from here on is frozen. */
  private coldNext = 0;

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
    const page = this.directory.writable(at >> ROW_BITS, this.create) as Int32Array;
    const from = (at & ROW_MASK) * this.width;
    page.fill(0, from, from + this.width);
    return i;
  }

  get(i: number, k: number): number {
    if (!(i >= this.first && i < this.next)) return 0;
    const at = i - this.base;
    if (i < this.coldNext) this.thaw(at >> ROW_BITS);
    return (this.directory.pages[at >> ROW_BITS] as Int32Array)[(at & ROW_MASK) * this.width + k];
  }

  set(i: number, k: number, v: number): void {
    if (!(i >= this.first && i < this.next)) throw new RangeError(`words: no row ${i}`);
    const at = i - this.base;
    if (i < this.coldNext) this.thaw(at >> ROW_BITS);
    const page = this.directory.writable(at >> ROW_BITS, this.create) as Int32Array;
    page[(at & ROW_MASK) * this.width + k] = v;
  }

  private thaw(p: number): void {
    const { directory } = this;
    const page = directory.pages[p];
    if (page instanceof FrozenWords) page.thaw(p, directory.pages, (at, words) => directory.replace(at, words));
  }

  override clear(): void {
    super.clear();
    this.coldNext = 0;
  }

  override save(): WordRingState {
    return { ...super.save(), coldNext: this.coldNext };
  }

  override load(state: WordRingState): void {
    super.load(state);
    this.coldNext = state.coldNext;
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
    packRingWords(w, state.pages, this.windowOf(state), base.pages, this.windowOf(base), ROWS * this.width, this.width);
    return isChanged;
  }

  unpack(r: PackReader): void {
    this.unpackPlaces(r);
    const first = this.base >> ROW_BITS;
    for (let p = r.next(-1); p >= 0; p = r.next(p)) {
      this.directory.replace(p - first, r.value() as FrozenWords);
      this.coldNext = Math.max(this.coldNext, (p + 1) * ROWS);
    }
    const directory = this.directory as PageDirectory<Int32Array>;
    unpackWords(r, directory, ROWS * this.width, this.create, this.base * this.width);
    this.trim();
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    const [first, next] = mergeNumbers(a, b, w, 3);
    const { width } = this;
    mergeRingWords(a, b, w, ROWS * width, { first: first * width, next: next * width });
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
