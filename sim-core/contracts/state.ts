import type { ObjectTable, StringTable } from './names.ts';

/**
 * Containers: the only mutable state that a component may hold (docs/architecture.md). The engine implements them; they
 * alone implement snapshot, restore, serialise, hash and diff. Values put into a container are immutable from then on
 * (frozen in tests). Every iteration order below is total and independent of insertion history.
 */

export interface ByteWriter {
  u8(v: number): void;
  u16(v: number): void;
  u32(v: number): void;
  f64(v: number): void;
  str(v: string): void;
  /** Writes an immutable object once per serialisation, by identity; later occurrences become references. */
  shared<T extends object>(value: T, encode: (value: T, w: ByteWriter) => void): void;
}

export interface ByteReader {
  u8(): number;
  u16(): number;
  u32(): number;
  f64(): number;
  str(): string;
  shared<T extends object>(decode: (r: ByteReader) => T): T;
}

export interface RowCodec<R> {
  encode(row: R, w: ByteWriter): void;
  decode(r: ByteReader): R;
  /** u32; equal rows have equal hashes on every machine. */
  hash(row: R): number;
}

/** Immutable rows by small integer, in copy-on-write pages. */
export interface PagedTable<R> {
  /** Takes the lowest free slot. */
  alloc(row: R): number;
  /** Stores at a chosen index (sparse tables, e.g. by ObjId). Do not mix with alloc in one table. */
  put(i: number, row: R): void;
  get(i: number): R | undefined;
  set(i: number, row: R): void;
  free(i: number): void;
  has(i: number): boolean;
  /** Count of live rows. */
  readonly size: number;
  /** One past the highest index ever used: the bound for iteration in index order. */
  readonly limit: number;
  forEach(visit: (row: R, i: number) => void): void;
}

export interface PagedF64 {
  get(i: number): number;
  set(i: number, v: number): void;
  readonly length: number;
}

export type PagedI32 = PagedF64;

/** Rows of a few i32 words by small integer. Word 0 of a row that exists is not 0; absent rows read 0. */
export interface WordRows {
  readonly width: number;
  /** Count of rows. */
  readonly size: number;
  has(i: number): boolean;
  get(i: number, k: number): number;
  put(i: number, words: ArrayLike<number>): void;
  free(i: number): void;
  /** Ascending. */
  forEach(visit: (i: number) => void): void;
  /** Another object after each jump to another state: what is remembered about the rows belongs to one. */
  readonly life: object;
}

/** int -> int. Missing keys read as `undefined`. */
export interface IntMap {
  get(key: number): number | undefined;
  set(key: number, v: number): void;
  delete(key: number): boolean;
  has(key: number): boolean;
  readonly size: number;
  /** Ascending by key. */
  forEach(visit: (v: number, key: number) => void): void;
}

/** int -> set of ints, each set ascending: secondary indexes (pods by node, by owner, ...). */
export interface IntSets {
  add(key: number, member: number): void;
  remove(key: number, member: number): void;
  has(key: number, member: number): boolean;
  count(key: number): number;
  /** Ascending. Returns a stable array that must not be changed. */
  members(key: number): readonly number[];
  /** Keys with at least one member, ascending. */
  keys(): readonly number[];
}

/** string -> immutable value; iteration ascending by UTF-16 code units. */
export interface Dict<V> {
  get(key: string): V | undefined;
  set(key: string, v: V): void;
  delete(key: string): boolean;
  has(key: string): boolean;
  readonly size: number;
  forEach(visit: (v: V, key: string) => void): void;
  keys(): readonly string[];
}

/** string <-> dense id; ids are given in the order of first use and never reused. */
export interface KeyIndex {
  id(key: string): number;
  find(key: string): number | undefined;
  key(id: number): string;
  readonly size: number;
}

/** Ordered string keys with an int each: ranges, prefixes, continue tokens. */
export interface SortedIndex {
  set(key: string, v: number): void;
  get(key: string): number | undefined;
  delete(key: string): boolean;
  /** As `delete`, for whoever need not know whether the key was there. */
  drop(key: string): void;
  readonly size: number;
  /** Visits from <= key < to (empty `to` = no bound) in ascending order until `visit` returns false. */
  range(from: string, to: string, visit: (key: string, v: number) => boolean | undefined): void;
}

/** First in, first out, of immutable values; indexes grow and are never reused. */
export interface Ring<V> {
  push(v: V): number;
  get(i: number): V | undefined;
  /** Drops everything below index i. */
  dropBefore(i: number): void;
  readonly first: number;
  readonly next: number;
}

/** First in, first out, of rows of a fixed number of 32-bit words; indexes grow and are never reused. */
export interface WordRing {
  /** Index of a new row, all words 0. */
  push(): number;
  /** Word k of a row, as an i32; 0 for rows that are not there. */
  get(i: number, k: number): number;
  set(i: number, k: number, v: number): void;
  /** Words k and k + 1 as one integer below 2^53, not negative. */
  getWide(i: number, k: number): number;
  setWide(i: number, k: number, v: number): void;
  /** Drops everything below index i. */
  dropBefore(i: number): void;
  readonly first: number;
  readonly next: number;
}

export interface Cell<V> {
  get(): V;
  set(v: V): void;
}

/** What `init` of a component gets. Names are unique within the component. `volatile` containers are emptied by a crash. */
export interface Containers {
  /** The world's names; undefined outside of a world. */
  readonly names?: { readonly strings: StringTable; readonly objects: ObjectTable };
  table<R>(name: string, options?: ContainerOptions<R>): PagedTable<R>;
  f64(name: string, options?: { volatile?: boolean }): PagedF64;
  i32(name: string, options?: { volatile?: boolean }): PagedI32;
  wordRows(name: string, width: number, options?: { volatile?: boolean }): WordRows;
  intMap(name: string, options?: { volatile?: boolean }): IntMap;
  intSets(name: string, options?: { volatile?: boolean }): IntSets;
  dict<V>(name: string, options?: ContainerOptions<V>): Dict<V>;
  keyIndex(name: string): KeyIndex;
  sorted(name: string, options?: { volatile?: boolean }): SortedIndex;
  ring<V>(name: string, options?: ContainerOptions<V>): Ring<V>;
  /** `width`: words of a row. */
  wordRing(name: string, width: number, options?: { volatile?: boolean }): WordRing;
  cell<V>(name: string, initial: V, options?: ContainerOptions<V>): Cell<V>;
  /** Empties every container of this component that was made with `volatile: true`. */
  dropVolatile(): void;
}

export interface ContainerOptions<V> {
  volatile?: boolean;
  /** About the bytes of memory that a row holds and no other container does, for estimates of what snapshots keep; default 100. */
  rowBytes?: number;
  /** Default: `valueCodec`, which takes any JSON-like immutable value (null, booleans, numbers, strings, arrays, plain
   * objects, and the registered classes such as Version), shares frozen objects by identity and hashes canonically. */
  codec?: RowCodec<V>;
}
