import type { ByteReader, ByteWriter, WordRows } from '../../contracts/state.ts';
import { combine } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergeNumbers, mergeWords, packWords } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import { type Container, PageDirectory, unpackWords } from './container.ts';
import { hasRow, packRowsOf, ROW_BITS, ROW_MASK, ROWS, unpackRowsOf, wordOf } from './packed_rows.ts';

/** A text: packed. */
type Page = Int32Array | string;
type Pages = readonly (Page | undefined)[];

interface WordRowsState {
  readonly pages: Pages;
  readonly size: number;
}

/** Pages that are written to stay words: so many, those written first are packed first. */
const OPEN_PAGES = 4;

/**
 * See the contract. A page without rows is given up. A snapshot costs a copy of each page that is written next, so pages are small; those
 * that have not been written to of late are packed (packed_rows.ts), which nobody sees.
 */
export class PagedWordRows implements WordRows, Container {
  readonly kind = 'wordRows';
  readonly volatile: boolean;
  readonly width: number;
  private readonly directory = new PageDirectory<Page>();
  private count = 0;
  private identity: object = {};
  /** Pages that are words, those opened first before the others; undefined = not looked for since a jump to another state. */
  private open: readonly number[] | undefined = [];
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
    const page = this.directory.pages[i >> ROW_BITS];
    if (page === undefined) return false;
    return typeof page === 'string' ? hasRow(page, i & ROW_MASK) : page[(i & ROW_MASK) * this.width] !== 0;
  }

  get(i: number, k: number): number {
    const page = this.directory.pages[i >> ROW_BITS];
    if (page === undefined) return 0;
    if (typeof page === 'string') return wordOf(page, this.width, i & ROW_MASK, k);
    return page[(i & ROW_MASK) * this.width + k];
  }

  put(i: number, words: ArrayLike<number>): void {
    if (!(i >= 0) || words[0] === 0) throw new RangeError(`words: cannot put a row at ${i}`);
    const { width } = this;
    const page = this.writable(i >> ROW_BITS);
    const at = (i & ROW_MASK) * width;
    if (page[at] === 0) this.count++;
    for (let k = 0; k < width; k++) page[at + k] = words[k];
  }

  free(i: number): void {
    if (!this.has(i)) return;
    const p = i >> ROW_BITS;
    const page = this.writable(p);
    const at = (i & ROW_MASK) * this.width;
    page.fill(0, at, at + this.width);
    this.count--;
    if (isBlank(page, this.width)) this.drop(p);
  }

  forEach(visit: (i: number) => void): void {
    const { pages } = this.directory;
    for (let p = 0; p < pages.length; p++) {
      if (pages[p] === undefined) continue;
      for (let i = p * ROWS; i < (p + 1) * ROWS; i++) if (this.has(i)) visit(i);
    }
  }

  clear(): void {
    this.directory.clear();
    this.count = 0;
    this.jumped();
  }

  save(): WordRowsState {
    return { pages: this.directory.share(), size: this.count };
  }

  load(state: WordRowsState): void {
    this.directory.load(state.pages);
    this.count = state.size;
    this.jumped();
  }

  pack(state: WordRowsState, base: WordRowsState, w: PackWriter): boolean {
    w.number(state.size);
    const [pages, before] = this.different(state.pages, base.pages);
    packWords(w, pages, before, ROWS * this.width, 0);
    return state.pages !== base.pages;
  }

  unpack(r: PackReader): void {
    this.count = r.number();
    unpackWords(r, { writable: (p) => this.writable(p) }, ROWS * this.width, this.create);
    for (const p of this.openPages()) {
      if (isBlank(this.directory.pages[p] as Int32Array, this.width)) this.drop(p);
    }
    this.identity = {};
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

  private jumped(): void {
    this.identity = {};
    this.open = undefined;
  }

  /** A page as words that nobody shares. */
  private writable(p: number): Int32Array {
    const { directory } = this;
    const page = directory.pages[p];
    if (typeof page !== 'object') this.opened(p);
    if (typeof page === 'string') directory.keep(p, unpackRowsOf(page, this.width));
    return directory.writable(p, this.create) as Int32Array;
  }

  private opened(p: number): void {
    this.open = [...this.openPages(), p];
    while (this.open.length > OPEN_PAGES) this.close(this.open[0]);
  }

  private openPages(): readonly number[] {
    this.open ??= this.directory.pages.flatMap((page, p) => (typeof page === 'object' ? p : []));
    return this.open;
  }

  private close(p: number): void {
    const packed = packRowsOf(this.directory.pages[p] as Int32Array, this.width);
    if (packed === undefined) {
      this.drop(p);
      return;
    }
    this.shut(p);
    this.directory.keep(p, packed);
  }

  private drop(p: number): void {
    this.shut(p);
    this.directory.drop(p, true);
  }

  private shut(p: number): void {
    this.open = this.open?.filter((open) => open !== p);
  }

  /** Pages of two states where they differ, as words. */
  private different(pages: Pages, before: Pages): readonly (Int32Array | undefined)[][] {
    if (pages === before) return [[], []];
    const words = (page: Page | undefined) => (typeof page === 'string' ? unpackRowsOf(page, this.width) : page);
    const length = Math.max(pages.length, before.length);
    const differs = Array.from({ length }, (_, p) => pages[p] !== before[p]);
    return [pages, before].map((some) => differs.map((isOther, p) => (isOther ? words(some[p]) : undefined)));
  }
}

function isBlank(page: Int32Array, width: number): boolean {
  for (let i = 0; i < page.length; i += width) if (page[i] !== 0) return false;
  return true;
}
