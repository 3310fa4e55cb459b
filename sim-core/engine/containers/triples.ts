import type { ByteReader, ByteWriter } from '../../contracts/state.ts';
import { combine, finalise } from '../mix.ts';
import type { Container } from './container.ts';

const FIRST_SIZE = 1024;

/**
 * An append-only table of distinct triples of integers that several worlds share: each looks at a prefix of its own length, as
 * with the strings of `StringIds`. 12 bytes a triple, and 8 to 16 for finding it.
 */
class SharedTriples {
  size = 0;
  /** Three words a triple. */
  words = new Int32Array(3 * FIRST_SIZE);
  /** id + 1 by hash, with linear probing; 0 = empty. */
  private slots = new Int32Array(2 * FIRST_SIZE);

  find(a: number, b: number, c: number): number | undefined {
    const { slots, words } = this;
    const mask = slots.length - 1;
    for (let at = hashOf(a, b, c) & mask; ; at = (at + 1) & mask) {
      const id = slots[at] - 1;
      if (id < 0) return undefined;
      if (words[id * 3 + 2] === c && words[id * 3 + 1] === b && words[id * 3] === a) return id;
    }
  }

  isAt(id: number, a: number, b: number, c: number): boolean {
    const { words } = this;
    return words[id * 3] === a && words[id * 3 + 1] === b && words[id * 3 + 2] === c;
  }

  append(a: number, b: number, c: number): void {
    if (this.size * 2 >= this.slots.length) this.grow();
    const id = this.size++;
    this.words[id * 3] = a;
    this.words[id * 3 + 1] = b;
    this.words[id * 3 + 2] = c;
    this.place(id);
  }

  prefix(n: number): SharedTriples {
    const copy = new SharedTriples();
    for (let id = 0; id < n; id++) copy.append(this.words[id * 3], this.words[id * 3 + 1], this.words[id * 3 + 2]);
    return copy;
  }

  private place(id: number): void {
    const { slots, words } = this;
    const mask = slots.length - 1;
    let at = hashOf(words[id * 3], words[id * 3 + 1], words[id * 3 + 2]) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = id + 1;
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.slots = new Int32Array(this.slots.length * 2);
    for (let id = 0; id < this.size; id++) this.place(id);
  }
}

function hashOf(a: number, b: number, c: number): number {
  return finalise(c ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(a, 0x85ebca77));
}

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
    return id >= 0 && id < this.count ? this.shared.words[id * 3 + k] : 0;
  }

  clear(): void {
    this.shared = new SharedTriples();
    this.count = 0;
  }

  save(): TriplesState {
    return { shared: this.shared, size: this.count };
  }

  heldBytes(): number {
    return 0;
  }

  load(state: TriplesState): void {
    this.shared = state.shared;
    this.count = state.size;
  }

  write(w: ByteWriter): void {
    w.u32(this.count);
    for (let i = 0; i < 3 * this.count; i++) w.u32(this.shared.words[i]);
  }

  read(r: ByteReader): void {
    this.clear();
    const n = r.u32();
    for (let id = 0; id < n; id++) this.id(r.u32() | 0, r.u32() | 0, r.u32() | 0);
  }

  hash(): number {
    let h = combine(0x428a2f98, this.count);
    for (let i = 0; i < 3 * this.count; i++) h = combine(h, this.shared.words[i]);
    return h;
  }

  *rows(): Iterable<readonly [string, unknown]> {
    for (let id = 0; id < this.count; id++) yield [String(id), [this.part(id, 0), this.part(id, 1), this.part(id, 2)]];
  }
}
