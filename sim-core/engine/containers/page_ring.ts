import type { PackReader } from '../packed/reader.ts';
import type { PackWriter } from '../packed/writer.ts';
import { PageDirectory, type Sliceable } from './container.ts';

/** What a ring is saved as. */
export interface PageRingState<P> {
  readonly pages: readonly (P | undefined)[];
  readonly base: number;
  readonly first: number;
  readonly next: number;
}

/** First in, first out, over pages of 2 ** `bits` places each: whole pages are dropped behind `first`. */
export abstract class PageRing<P extends Sliceable> {
  protected readonly directory = new PageDirectory<P>();
  /** Index of the first place of the directory: a multiple of a page. */
  protected base = 0;
  first = 0;
  next = 0;
  private readonly bits: number;

  constructor(bits: number) {
    this.bits = bits;
  }

  dropBefore(i: number): void {
    if (i <= this.first) return;
    const { bits } = this;
    const from = (this.first - this.base) >> bits;
    this.first = Math.min(i, this.next);
    const to = (this.first - this.base) >> bits;
    for (let p = from; p < to; p++) this.directory.drop(p);
    // The directory itself is shortened when most of it is behind.
    if (to >= 64 && to * 2 >= this.directory.pages.length) {
      this.directory.load(this.directory.pages.slice(to));
      this.base += to << bits;
    }
  }

  clear(): void {
    this.directory.clear();
    this.base = 0;
    this.first = 0;
    this.next = 0;
  }

  save(): PageRingState<P> {
    return { pages: this.directory.share(), base: this.base, first: this.first, next: this.next };
  }

  load(state: PageRingState<P>): void {
    this.directory.load(state.pages);
    this.base = state.base;
    this.first = state.first;
    this.next = state.next;
  }

  /** Writes where a state stands; false when it stands where another one does, with the same pages. */
  protected packPlaces(state: PageRingState<P>, base: PageRingState<P>, w: PackWriter): boolean {
    for (const v of [state.first, state.next, state.base]) w.number(v);
    return state.pages !== base.pages || state.first !== base.first || state.next !== base.next;
  }

  /** Goes where `packPlaces` says; what lies there is written next. */
  protected unpackPlaces(r: PackReader): void {
    const [first, next, base] = [r.number(), r.number(), r.number()];
    const shift = (base - this.base) / (1 << this.bits);
    if (shift > 0) this.directory.load(this.directory.pages.slice(shift));
    else if (shift < 0) this.directory.load([...new Array<undefined>(-shift).fill(undefined), ...this.directory.pages]);
    this.base = base;
    this.first = first;
    this.next = next;
  }

  /** Drops the pages outside of the window. */
  protected trim(): void {
    const { directory, bits } = this;
    const from = (this.first - this.base) >> bits;
    const to = (this.next - this.base) >> bits;
    for (let p = 0; p < from; p++) directory.drop(p);
    for (let p = to + 1; p < directory.pages.length; p++) directory.drop(p);
  }

  /** Begins anew at a place, as a ring that is read. */
  protected restart(first: number): void {
    this.clear();
    this.first = first;
    this.next = first;
    const size = 1 << this.bits;
    this.base = Math.floor(first / size) * size;
  }
}
