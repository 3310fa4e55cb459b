import type { ByteReader, ByteWriter } from '../../contracts/state.ts';
import { combine, finalise } from '../mix.ts';
import type { PackReader } from '../packed/reader.ts';
import { mergePrefix, packPrefix } from '../packed/sections.ts';
import type { PackWriter } from '../packed/writer.ts';
import type { Container } from './container.ts';

const FIRST_SLOTS = 2048;
/** Triples of a chunk. */
const CHUNK_BITS = 11;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;

/**
 * An append-only table of distinct triples of integers that several worlds share: each looks at a prefix of its own length, as
 * with the strings of `StringIds`. 12 bytes a triple, and 5 to 11 for finding it.
 */
class SharedTriples {
  size = 0;
  /** Three words a triple. */
  private readonly chunks: Int32Array[] = [];
  /** id + 1 by hash, with linear probing; 0 = empty. At most three quarters are taken. */
  private slots = new Int32Array(FIRST_SLOTS);

  find(a: number, b: number, c: number): number | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = hashOf(a, b, c) & mask; ; at = (at + 1) & mask) {
      const id = slots[at] - 1;
      if (id < 0) return undefined;
      if (this.isAt(id, a, b, c)) return id;
    }
  }

  word(id: number, k: 0 | 1 | 2): number {
    return this.chunks[id >> CHUNK_BITS][(id & CHUNK_MASK) * 3 + k];
  }

  isAt(id: number, a: number, b: number, c: number): boolean {
    const words = this.chunks[id >> CHUNK_BITS];
    const at = (id & CHUNK_MASK) * 3;
    return words[at + 2] === c && words[at + 1] === b && words[at] === a;
  }

  append(a: number, b: number, c: number): void {
    if (this.size * 4 >= this.slots.length * 3) this.grow();
    const id = this.size++;
    if ((id & CHUNK_MASK) === 0) this.chunks.push(new Int32Array(3 << CHUNK_BITS));
    const words = this.chunks[id >> CHUNK_BITS];
    const at = (id & CHUNK_MASK) * 3;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    this.place(id);
  }

  prefix(n: number): SharedTriples {
    const copy = new SharedTriples();
    for (let id = 0; id < n; id++) copy.append(this.word(id, 0), this.word(id, 1), this.word(id, 2));
    return copy;
  }

  private place(id: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hashOf(this.word(id, 0), this.word(id, 1), this.word(id, 2)) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = id + 1;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let id = 0; id < this.size; id++) this.place(id);
  }
}

function hashOf(a: number, b: number, c: number): number {
  return finalise(c ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(a, 0x85ebca77));
}

const PLACES = [0, 1, 2] as const;

interface TriplesState {
  readonly shared: SharedTriples;
  readonly size: number;
}

/** Three integers <-> dense id; ids are given in the order of first use and never reused. */
export class TripleIds implements Container {
  readonly kind = 'triples';
  readonly volatile = false;
  private shared = new SharedTriples();
  private count = 0;

  get size(): number {
    return this.count;
  }

  find(a: number, b: number, c: number): number | undefined {
    const id = this.shared.find(a, b, c);
    return id !== undefined && id < this.count ? id : undefined;
  }

  id(a: number, b: number, c: number): number {
    const known = this.find(a, b, c);
    if (known !== undefined) return known;
    const { shared, count } = this;
    if (shared.size === count) shared.append(a, b, c);
    else if (!shared.isAt(count, a, b, c)) {
      this.shared = shared.prefix(count);
      this.shared.append(a, b, c);
    }
    return this.count++;
  }

  /** Word k of a triple; 0 for ids that were not given. */
  part(id: number, k: 0 | 1 | 2): number {
    return id >= 0 && id < this.count ? this.shared.word(id, k) : 0;
  }

  clear(): void {
    this.shared = new SharedTriples();
    this.count = 0;
  }

  save(): TriplesState {
    return { shared: this.shared, size: this.count };
  }

  load(state: TriplesState): void {
    this.shared = state.shared;
    this.count = state.size;
  }

  pack(state: TriplesState, base: TriplesState, w: PackWriter): boolean {
    return packPrefix(w, state, base);
  }

  unpack(r: PackReader): void {
    this.shared = (r.value() as SharedTriples | undefined) ?? this.shared;
    this.count = r.number();
  }

  merge(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
    mergePrefix(a, b, w);
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    for (let id = 0; id < this.count; id++) for (const k of PLACES) w.u32(this.shared.word(id, k));
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let id = 0; id < n; id++) this.id(r.u32() | 0, r.u32() | 0, r.u32() | 0);
  }

  hash(): number {
    let h = combine(0x428a2f98, this.count);
    for (let id = 0; id < this.count; id++) for (const k of PLACES) h = combine(h, this.shared.word(id, k));
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let id = 0; id < this.count; id++) yield [String(id), [this.part(id, 0), this.part(id, 1), this.part(id, 2)]];
  }
}
