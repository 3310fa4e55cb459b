import type { ByteReader, ByteWriter } from '../../contracts/state.ts';

/** What every container does for the world, besides its own interface. */
export interface Container {
  readonly kind: string;
  /** A crash of the component empties it. */
  readonly volatile: boolean;
  clear(): void;
  /** Shares all pages with the returned state, which never changes again: O(1). */
  save(): unknown;
  /** Bytes of the pages that were written since the last `save`: about what the next one keeps for itself. */
  freshBytes(): number;
  /** Goes back to a state of `save`, of this container or of its twin in another world. */
  load(state: unknown): void;
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
/** 256 pointers or doubles. */
export const PAGE_BYTES = PAGE * 8;

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
  /** Pages written since the last `share`. */
  fresh = 0;

  share(): readonly (P | undefined)[] {
    this.stamp++;
    this.fresh = 0;
    return this.pages;
  }

  load(pages: readonly (P | undefined)[]): void {
    this.pages = pages as (P | undefined)[];
    this.stamps = new Array<number>(pages.length).fill(0);
    this.stamp++;
    this.fresh = 0;
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
    const page = old === undefined ? create() : (old.slice() as P);
    this.pages[p] = page;
    this.stamps[p] = this.stamp;
    this.fresh++;
    return page;
  }

  drop(p: number): void {
    if (this.pages[p] === undefined) return;
    this.ownDirectory();
    this.pages[p] = undefined;
    this.stamps[p] = 0;
  }

  private ownDirectory(): void {
    if (this.directoryStamp === this.stamp) return;
    this.pages = this.pages.slice();
    this.directoryStamp = this.stamp;
  }
}
