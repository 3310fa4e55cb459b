/** Pages that are written together. */
export const BLOCK_PAGES = 8;
/** A difference of this many steps, or more, is written by itself. */
const ESCAPE = 20;
const ESCAPED = 2 ** ESCAPE - 1;
const WORD_BITS = 32;
/** Bits of the head of a column: which column it moves with, and its parameter. */
const MODE_BITS = 6;
/** It is told apart from the row above alone. */
const ALONE = 63;
const SHIFT_BITS = 6;
/** All words are as foreseen. */
const NOTHING = 63;
const PAGE_BYTES = 48;

class BitWriter {
  private bytes = new Uint8Array(4096);
  private at = 0;

  /** The lowest `count` bits. */
  bits(v: number, count: number): void {
    if ((this.at >> 3) + 5 >= this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    for (let left = count; left > 0; ) {
      const room = 8 - (this.at & 7);
      const take = Math.min(room, left);
      const part = (v >>> (left - take)) & ((1 << take) - 1);
      this.bytes[this.at >> 3] |= part << (room - take);
      this.at += take;
      left -= take;
    }
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, (this.at + 7) >> 3);
  }
}

class BitReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  bit(): number {
    const b = (this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1;
    this.at++;
    return b;
  }

  bits(count: number): number {
    let v = 0;
    for (let left = count; left > 0; ) {
      const have = 8 - (this.at & 7);
      const take = Math.min(have, left);
      const part = (this.bytes[this.at >> 3] >> (have - take)) & ((1 << take) - 1);
      v = (v << take) | part;
      this.at += take;
      left -= take;
    }
    return v >>> 0;
  }
}

const zigzag = (d: number): number => ((d << 1) ^ (d >> 31)) >>> 0;
const unzigzag = (z: number): number => (z >>> 1) ^ -(z & 1);

/** Rows that are looked at to find what a column moves with. */
const SAMPLE_ROWS = 64;

/**
 * Rows of words, column by column: each word as it differs from the one above it, or moves otherwise than a column before it. Rows of
 * one ring are much alike: numbers that count on, times that pass, small differences. A difference is written as after Rice: the
 * steps of 2 ** shift one by one, then the rest.
 */
function write(words: Int32Array, width: number): Uint8Array {
  const w = new BitWriter();
  const rows = words.length / width;
  for (let k = 0; k < width; k++) w.bits(words[k], WORD_BITS);
  const sample = new Uint32Array(Math.min(rows, SAMPLE_ROWS));
  const residues = new Uint32Array(rows);
  for (let k = 0; k < width; k++) {
    let least = Number.POSITIVE_INFINITY;
    let beside = -1;
    for (let j = -1; j < Math.min(k, ALONE); j++) {
      foresee(words, width, k, j, sample);
      const { cost } = cheapest(sample);
      if (cost < least) [least, beside] = [cost, j];
    }
    foresee(words, width, k, beside, residues);
    const { cost, shift } = cheapest(residues);
    w.bits(beside < 0 ? ALONE : beside, MODE_BITS);
    w.bits(cost === 0 ? NOTHING : shift, SHIFT_BITS);
    if (cost > 0) for (let i = 1; i < rows; i++) writeResidue(w, residues[i], shift);
  }
  return w.finish();
}

function writeResidue(w: BitWriter, z: number, shift: number): void {
  const steps = z >>> shift;
  if (steps >= ESCAPE) {
    w.bits(ESCAPED, ESCAPE);
    w.bits(z, WORD_BITS);
  } else {
    // As many ones, and a zero.
    w.bits(2 ** (steps + 1) - 2, steps + 1);
    w.bits(z, shift);
  }
}

/** How far the words of column k are from where the row above, and the move of column j (-1 = none), would have them. */
function foresee(words: Int32Array, width: number, k: number, j: number, into: Uint32Array): void {
  for (let i = 1, at = width; i < into.length; i++, at += width) {
    let d = (words[at + k] - words[at - width + k]) | 0;
    if (j >= 0) d = (d - ((words[at + j] - words[at - width + j]) | 0)) | 0;
    into[i] = zigzag(d);
  }
}

/** A number of so many bits is at the middle three quarters of the next power of two. */
const MIDDLE = Float64Array.from({ length: WORD_BITS + 1 }, (_, bits) => 0.75 * 2 ** bits);

/** About how few bits do, 0 when there is nothing to say, and the parameter that takes them. */
function cheapest(residues: Uint32Array): { readonly cost: number; readonly shift: number } {
  const counts = new Uint32Array(WORD_BITS + 1);
  for (let i = 1; i < residues.length; i++) counts[WORD_BITS - Math.clz32(residues[i])]++;
  if (counts[0] === residues.length - 1) return { cost: 0, shift: 0 };
  let [cost, shift] = [Number.POSITIVE_INFINITY, 0];
  for (let s = 0; s < WORD_BITS; s++) {
    let sum = 0;
    for (let bits = 0; bits <= WORD_BITS; bits++) {
      const steps = bits <= s ? 0 : MIDDLE[bits - s];
      sum += counts[bits] * (steps >= ESCAPE ? ESCAPE + WORD_BITS : steps + 1 + s);
    }
    if (sum < cost) [cost, shift] = [sum, s];
  }
  return { cost, shift };
}

function read(bytes: Uint8Array, rows: number, width: number): Int32Array {
  const r = new BitReader(bytes);
  const words = new Int32Array(rows * width);
  for (let k = 0; k < width; k++) words[k] = r.bits(WORD_BITS);
  for (let k = 0; k < width; k++) {
    const mode = r.bits(MODE_BITS);
    const shift = r.bits(SHIFT_BITS);
    for (let i = 1, at = width; i < rows; i++, at += width) {
      let d = 0;
      if (shift !== NOTHING) {
        let steps = 0;
        while (steps < ESCAPE && r.bit() === 1) steps++;
        d = unzigzag(steps === ESCAPE ? r.bits(WORD_BITS) : ((steps << shift) | r.bits(shift)) >>> 0);
      }
      if (mode !== ALONE) d += (words[at + mode] - words[at - width + mode]) | 0;
      words[at + k] = words[at - width + k] + d;
    }
  }
  return words;
}

/** A page of rows of words that is kept as bytes, with those beside it. */
export class FrozenWords {
  private readonly block: { readonly bytes: Uint8Array; readonly words: number; readonly width: number };
  private readonly place: number;

  constructor(block: FrozenWords['block'], place: number) {
    this.block = block;
    this.place = place;
  }

  /** About what is kept in memory for it. */
  get heldBytes(): number {
    return PAGE_BYTES + Math.ceil(this.block.bytes.length / BLOCK_PAGES);
  }

  /** As a page that is copied: its words. */
  slice(): Int32Array {
    return this.words().slice(this.place * this.size, (this.place + 1) * this.size);
  }

  /** Puts the words of all pages of its block in their places, of which this one's is p, where they still are. */
  thaw(
    p: number,
    pages: readonly (Int32Array | FrozenWords | undefined)[],
    put: (p: number, page: Int32Array) => void,
  ) {
    const words = this.words();
    const { size, block, place } = this;
    for (let k = 0; k < BLOCK_PAGES; k++) {
      const page = pages[p - place + k];
      if (page instanceof FrozenWords && page.block === block && page.place === k)
        put(p - place + k, words.slice(k * size, (k + 1) * size));
    }
  }

  private get size(): number {
    return this.block.words / BLOCK_PAGES;
  }

  private words(): Int32Array {
    const { bytes, words, width } = this.block;
    return read(bytes, words / width, width);
  }
}

/** Words of pages that rings have dropped, block by block. */
export class WordArchive {
  private readonly pages = new WeakMap<Int32Array, FrozenWords>();
  private readonly ahead = new WeakSet<FrozenWords>();
  /** What pages take that were frozen ahead and that nobody has asked for yet. */
  aheadBytes = 0;

  /** A page that was frozen, or whose block can be; undefined = its block is not whole. `p`: its place from the start of the ring. */
  freeze(page: Int32Array, p: number, pageAt: (p: number) => Int32Array | FrozenWords | undefined, width: number) {
    const frozen = this.pages.get(page) ?? this.write(p, pageAt, width)?.[p % BLOCK_PAGES];
    if (frozen !== undefined && this.ahead.delete(frozen)) this.aheadBytes -= frozen.heldBytes;
    return frozen;
  }

  isFrozen(page: Int32Array): boolean {
    return this.pages.has(page);
  }

  /** The block of a page that will be dropped some time, if it is whole. */
  freezeAhead(p: number, pageAt: (p: number) => Int32Array | FrozenWords | undefined, width: number): void {
    for (const frozen of this.write(p, pageAt, width) ?? []) {
      this.ahead.add(frozen);
      this.aheadBytes += frozen.heldBytes;
    }
  }

  private write(p: number, pageAt: (p: number) => Int32Array | FrozenWords | undefined, width: number) {
    const first = p - (p % BLOCK_PAGES);
    const pages: Int32Array[] = [];
    for (let k = 0; k < BLOCK_PAGES; k++) {
      const page = pageAt(first + k);
      if (!(page instanceof Int32Array)) return undefined;
      pages.push(page);
    }
    const size = pages[0].length;
    const words = new Int32Array(size * pages.length);
    pages.forEach((page, k) => {
      words.set(page, k * size);
    });
    const block = { bytes: write(words, width), words: words.length, width };
    return pages.map((page, place) => {
      const frozen = new FrozenWords(block, place);
      this.pages.set(page, frozen);
      return frozen;
    });
  }
}
