import type { ByteReader, ByteWriter, WordRows } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeWords, packWords } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, PageDirectory, unpackWords } from './container.ts';

/** Rows of a page: a snapshot costs a copy of each page that is written next. */
const ROW_BITS = 6;
const ROWS = 1 << ROW_BITS;
const ROW_MASK = ROWS - 1;

interface WordRowsState {
  readonly pages: readonly (Int32Array | undefined)[];
  readonly size: number;
}

/** See the contract. A page without rows is given up. */
export class PagedWordRows implements WordRows, Container {
  readonly kind = 'wordRows';
  readonly volatile: boolean;
  readonly width: number;
  private readonly directory = new PageDirectory<Int32Array>();
  private count = 0;
  private identity: object = {};
  private readonly create = () => new Int32Array(ROWS * this.width);

  constructor(width: number, isVolatile: boolean) {
    this.width = width;
    this.volatile = isVolatile;
  }

  get size(): number {
    return this.count;
  }

  get life(): object {
    return this.identity;
  }

  has(i: number): boolean {
    return this.get(i, 0) !== 0;
  }

  get(i: number, k: number): number {
    const page = this.directory.pages[i >> ROW_BITS];
    return page === undefined ? 0 : page[(i & ROW_MASK) * this.width + k];
  }

  put(i: number, words: ArrayLike<number>): void {
    if (!(i >= 0) || words[0] === 0) throw new RangeError(`words: cannot put a row at ${i}`);
    const { width } = this;
    const page = this.directory.writable(i >> ROW_BITS, this.create);
    const at = (i & ROW_MASK) * width;
    if (page[at] === 0) this.count++;
    for (let k = 0; k < width; k++) page[at + k] = words[k];
  }

  free(i: number): void {
    if (!this.has(i)) return;
    const p = i >> ROW_BITS;
    const page = this.directory.writable(p, this.create);
    const at = (i & ROW_MASK) * this.width;
    page.fill(0, at, at + this.width);
    this.count--;
    if (this.isBlank(page)) this.directory.drop(p, true);
  }

  forEach(visit: (i: number) => void): void {
    const { width } = this;
    const { pages } = this.directory;
    for (let p = 0; p < pages.length; p++) {
      const page = pages[p];
      if (page === undefined) continue;
      for (let i = 0; i < ROWS; i++) if (page[i * width] !== 0) visit(p * ROWS + i);
    }
  }

  clear(): void {
    this.directory.clear();
    this.count = 0;
    this.identity = {};
  }

  save(): WordRowsState {
    return { pages: this.directory.share(), size: this.count };
  }

  load(state: WordRowsState): void {
    this.directory.load(state.pages);
    this.count = state.size;
    this.identity = {};
  }

  pack(state: WordRowsState, base: WordRowsState, w: PackWriter): boolean {
    w.number(state.size);
    packWords(w, state.pages, base.pages, ROWS * this.width, 0);
    return state.pages !== base.pages;
  }

  unpack(r: PackReader): void {
    this.count = r.number();
    unpackWords(r, this.directory, ROWS * this.width, this.create);
    this.identity = {};
    const { pages } = this.directory;
    for (let p = 0; p < pages.length; p++) {
      const own = this.directory.own(p);
      if (own !== undefined && this.isBlank(own)) this.directory.drop(p, true);
    }
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergeNumbers(a, b, w, 1);
    mergeWords(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    this.forEach((i) => {
      w.u32(i);
      for (let k = 0; k < this.width; k++) w.u32(this.get(i, k));
    });
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    const words = new Int32Array(this.width);
    for (let row = 0; row < n; row++) {
      const i = r.u32();
      for (let k = 0; k < this.width; k++) words[k] = r.u32();
      this.put(i, words);
    }
  }

  hash(): number {
    let h = combine(0x71374491, this.count);
    this.forEach((i) => {
      h = combine(h, i);
      for (let k = 0; k < this.width; k++) h = combine(h, this.get(i, k));
    });
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    const ids: number[] = [];
    this.forEach((i) => void ids.push(i));
    for (const i of ids) yield [String(i), Array.from({ length: this.width }, (_, k) => this.get(i, k))];
  }

  private isBlank(page: Int32Array): boolean {
    for (let i = 0; i < page.length; i += this.width) if (page[i] !== 0) return false;
    return true;
  }
}
