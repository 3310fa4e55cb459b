import { WordArchive } from './frozenWords.ts';
import { RowReader } from './rowReader.ts';
import { RowWriter } from './rowWriter.ts';
import type { Freezer } from './writer.ts';

/** A chunk takes no more objects from this size on; until then what is written of one object is of use to the next. */
const CHUNK_BYTES = 147_456;
/** Instances in older chunks are written again: those chunks may be forgotten meanwhile. */
const CHUNKS_KNOWN = 128;
/** Objects of a chunk. */
const PLACES = 2 ** 24;
/** A page speaks of chunks that are so near each other; what is elsewhere is written again, for who thaws it reads all of them. */
const CHUNKS_NEAR = 2;
/** So many are kept as objects. */
const READ_KEPT = 6;
const PAGE_BYTES = 80;
const POINTER_BYTES = 4;

type Objects = readonly object[];

/** What chunks say that were read last: pages that are next to each other speak of the same ones. */
class ReadChunks {
  private last: readonly (readonly [chunk: Chunk, objects: Objects])[] = [];

  of(chunk: Chunk): Objects {
    const known = this.last.find(([other]) => other === chunk);
    if (known !== undefined) return known[1];
    const objects = chunk.read();
    this.last = [[chunk, objects], ...this.last.slice(0, READ_KEPT - 1)];
    return objects;
  }

  forget(chunk: Chunk): void {
    this.last = this.last.filter(([other]) => other !== chunk);
  }
}

/** Instances of classes that rows of frozen pages speak of, each written once for all of them. */
class Chunk {
  private writer: RowWriter | undefined;
  private written: Uint8Array = new Uint8Array(0);
  private rows = 0;
  readonly cache: ReadChunks;

  constructor(writer: RowWriter, cache: ReadChunks) {
    this.writer = writer;
    this.cache = cache;
  }

  get length(): number {
    return this.writer?.length ?? this.written.length;
  }

  add(v: object): void {
    this.writer?.row(v);
    this.rows++;
    this.cache.forget(this);
  }

  close(): void {
    this.written = this.writer?.bytes() ?? this.written;
    this.writer = undefined;
  }

  /** All that were written. */
  read(): Objects {
    const reader = new RowReader(this.writer?.bytes() ?? this.written);
    for (let i = 0; i < this.rows; i++) reader.row();
    return reader.objects;
  }
}

/** A page of rows of which only few will ever be looked at again: as bytes. */
export class FrozenPage {
  private readonly bytes: Uint8Array;
  private readonly size: number;
  /** Those that its rows speak of. */
  private readonly chunks: readonly Chunk[];
  /** What was written of its objects when it was frozen. */
  readonly archivedBytes: number;

  constructor(bytes: Uint8Array, size: number, chunks: readonly Chunk[], archivedBytes: number) {
    this.bytes = bytes;
    this.size = size;
    this.chunks = chunks;
    this.archivedBytes = archivedBytes;
  }

  /** About what is kept in memory for it. */
  get heldBytes(): number {
    return PAGE_BYTES + this.bytes.length + this.chunks.length * POINTER_BYTES + this.archivedBytes;
  }

  /** Its rows: each call makes them anew. */
  slice(): readonly unknown[] {
    const { chunks } = this;
    const reader = new RowReader(this.bytes, (list, place) => chunks[list].cache.of(chunks[list])[place]);
    return Array.from({ length: this.size }, () => reader.row());
  }
}

/**
 * Where the rows go that rings have dropped. The same write stands in several rings: instances of classes are written once, into
 * chunks, and pages say where.
 */
export class Archive implements Freezer<FrozenPage> {
  readonly words = new WordArchive();
  private readonly pages = new WeakMap<readonly unknown[], FrozenPage>();
  /** Number of the chunk, and of the object in it. */
  private readonly places = new WeakMap<object, number>();
  private readonly chunks = new Map<number, Chunk>();
  private readonly cache = new ReadChunks();
  private last = -1;
  private readonly ahead = new WeakSet<FrozenPage>();
  /** What was written of the objects of pages that were frozen ahead and that nobody has asked for yet. */
  aheadBytes = 0;

  isFrozen(page: readonly unknown[]): boolean {
    return this.pages.has(page);
  }

  /** The page is an immutable value. */
  freeze(page: readonly unknown[]): FrozenPage {
    const frozen = this.pages.get(page);
    if (frozen === undefined) return this.write(page);
    if (this.ahead.delete(frozen)) this.aheadBytes -= frozen.archivedBytes;
    return frozen;
  }

  /** A page that will be frozen some time. */
  freezeAhead(page: readonly unknown[]): void {
    const frozen = this.write(page);
    this.ahead.add(frozen);
    this.aheadBytes += frozen.archivedBytes;
  }

  private write(page: readonly unknown[]): FrozenPage {
    let archivedBytes = 0;
    const chunks: Chunk[] = [];
    let near = -1;
    const placeOf = (v: object) => {
      let before = this.place(v);
      if (before !== undefined) {
        const number = Math.floor(before / PLACES);
        if (near < 0) near = number;
        if (Math.abs(number - near) > CHUNKS_NEAR && number !== this.last) before = undefined;
      }
      if (before === undefined) {
        const open = this.open();
        const from = open.length;
        open.add(v);
        archivedBytes += open.length - from;
      }
      const at = before ?? (this.place(v) as number);
      if (near < 0) near = Math.floor(at / PLACES);
      const chunk = this.chunks.get(Math.floor(at / PLACES)) as Chunk;
      let list = chunks.lastIndexOf(chunk);
      if (list < 0) list = chunks.push(chunk) - 1;
      return { list, place: at % PLACES };
    };
    const writer = new RowWriter({ placeOf });
    for (let i = 0; i < page.length; i++) writer.row(page[i]);
    const frozen = new FrozenPage(writer.bytes(), page.length, chunks, archivedBytes);
    this.pages.set(page, frozen);
    return frozen;
  }

  private place(v: object): number | undefined {
    const at = this.places.get(v);
    return at !== undefined && this.chunks.has(Math.floor(at / PLACES)) ? at : undefined;
  }

  private open(): Chunk {
    const open = this.chunks.get(this.last);
    if (open !== undefined && open.length < CHUNK_BYTES) return open;
    open?.close();
    const number = ++this.last;
    const wrote = (v: object, n: number) => void this.places.set(v, number * PLACES + n);
    const chunk = new Chunk(new RowWriter({ wrote }), this.cache);
    this.chunks.set(number, chunk);
    this.chunks.delete(number - CHUNKS_KNOWN);
    return chunk;
  }
}
