import type { ByteReader, ByteWriter } from '../../contracts/state.ts';
import type { PackReader } from '../packed/reader.ts';
import type { PackWriter } from '../packed/writer.ts';

/** What every container does for the world, besides its own interface. */
export interface Container {
  readonly kind: string;
  /** A crash of the component empties it. */
  readonly volatile: boolean;
  clear(): void;
  /** Shares all pages with the returned state, which never changes again: O(1). */
  save(): unknown;
  /** Goes back to a state of `save`, of this container or of its twin in another world. */
  load(state: unknown): void;
  /** Writes what makes `state` of `base`, both of `save`; false when nothing does, whatever was written. */
  pack(state: unknown, base: unknown, w: PackWriter): boolean;
  /** Makes of the `base` of `pack`, at which it stands, the `state`. */
  unpack(r: PackReader): void;
  /** Makes of two differences, `a` over `b`, one: from the base of `b` to the state of `a`. Either may be missing. */
  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void;
  write(w: ByteWriter): void;
  read(r: ByteReader): void;
  /** u32 of the content, independent of how it came about. */
  hash(): number;
  /** Text of the rows in the order of the hash, for naming the first difference of two worlds. */
  rows(): Iterable<readonly [key: string, value: unknown]>;
}

export const PAGE_BITS = 8;
export const PAGE = 1 << PAGE_BITS;
export const PAGE_MASK = PAGE - 1;

/** One slice method for arrays and typed arrays. */
export interface Sliceable {
  slice(): unknown;
}

/**
 * A growing directory of pages with copy-on-write. `stamps` says which pages this directory alone holds: a page may be
 * written in place only when its stamp equals `stamp`. `share` raises `stamp`, after which every page, and the
 * directory itself, is copied before its next write.
 */
export class PageDirectory<P extends Sliceable> {
  pages: (P | undefined)[] = [];
  private stamps: number[] = [];
  private stamp = 1;
  private directoryStamp = 1;
  /** A page that was given up blank, for the next one that is made: small tables become empty again and again. */
  private spare: P | undefined;

  share(): readonly (P | undefined)[] {
    this.stamp++;
    return this.pages;
  }

  load(pages: readonly (P | undefined)[]): void {
    this.pages = pages as (P | undefined)[];
    this.stamps = new Array<number>(pages.length).fill(0);
    this.stamp++;
  }

  clear(): void {
    this.pages = [];
    this.stamps = [];
    this.stamp++;
    this.directoryStamp = this.stamp;
  }

  /** Page `p`, ready to be written; made by `create` if it is absent. */
  writable(p: number, create: () => P): P {
    if (this.stamps[p] === this.stamp) return this.pages[p]!;
    this.ownDirectory();
    while (this.pages.length <= p) {
      this.pages.push(undefined);
      this.stamps.push(0);
    }
    const old = this.pages[p];
    const page = old === undefined ? this.blank(create) : (old.slice() as P);
    this.pages[p] = page;
    this.stamps[p] = this.stamp;
    return page;
  }

  /** Puts a page in place that nobody will write to. */
  replace(p: number, page: P): void {
    this.ownDirectory();
    while (this.pages.length <= p) {
      this.pages.push(undefined);
      this.stamps.push(0);
    }
    this.pages[p] = page;
    this.stamps[p] = 0;
  }

  /** Puts a page in place that nobody else holds. */
  keep(p: number, page: P): void {
    this.replace(p, page);
    this.stamps[p] = this.stamp;
  }

  /** `isBlank`: the page is as `create` makes it. */
  drop(p: number, isBlank = false): void {
    const page = this.pages[p];
    if (page === undefined) return;
    this.ownDirectory();
    if (this.stamps[p] === this.stamp) {
      if (isBlank) this.spare = page;
    }
    this.pages[p] = undefined;
    this.stamps[p] = 0;
  }

  /** Page `p` if nobody shares it. */
  own(p: number): P | undefined {
    return this.stamps[p] === this.stamp ? this.pages[p] : undefined;
  }

  private blank(create: () => P): P {
    const { spare } = this;
    if (spare === undefined) return create();
    this.spare = undefined;
    return spare;
  }

  private ownDirectory(): void {
    if (this.directoryStamp === this.stamp) return;
    this.pages = this.pages.slice();
    this.directoryStamp = this.stamp;
  }
}

/** Writes into a directory the words that differ; `size` words a page. */
export function unpackWords<P extends (Float64Array | Int32Array) & Sliceable>(
  r: PackReader,
  directory: { writable(p: number, create: () => P): P },
  size: number,
  create: () => P,
  base = 0,
): void {
  let page: P | undefined;
  let start = 0;
  for (let at = r.next(-1); at >= 0; at = r.next(at)) {
    if (page === undefined || at >= start + size) {
      start = at - ((at - base) % size);
      page = directory.writable((start - base) / size, create);
    }
    page[at - start] = r.word(page[at - start]);
  }
}

/** A middling row or version that other tables hold as well. */
export const ROW_BYTES = 100;
