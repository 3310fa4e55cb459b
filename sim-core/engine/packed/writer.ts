/**
 * What makes one state of another, as bytes and a list of the immutable values that they speak of. Numbers are varints; a value of a
 * row is an integer or a place in the list, where each stands once.
 */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly refs: readonly unknown[];
  /** About what the objects in `refs` take that nobody else holds. */
  readonly rowBytes: number;
}

/** A packed state without bytes and list: three objects and their headers. */
const PACKED_BYTES = 250;
/** A pointer in a browser; in Node it has 8. */
const REF_BYTES = 4;

/** What a packed state keeps in memory, without the rows that it speaks of. */
export function packedBytes({ bytes, refs }: Packed): number {
  return PACKED_BYTES + bytes.length + refs.length * REF_BYTES;
}

/** Integers below are written as such, and differences of two of them are exact. */
const PLAIN_LIMIT = 2 ** 50;

function isPlain(v: number): boolean {
  return Number.isInteger(v) && v < PLAIN_LIMIT && v > -PLAIN_LIMIT && !Object.is(v, -0);
}

/** How a word differs from another one: an even number is twice a difference, the odd ones say what follows. */
export const WORD_RAW = 1;
export const WORD_NAN = 3;
export const WORD_PLAIN = 5;

const FIRST_SIZE = 16384;

function nibble(digits: string, i: number): number {
  const code = digits.charCodeAt(i);
  return code < 58 ? code - 48 : code - 87;
}

/** Makes of a page of rows one that is kept as bytes. */
export interface Freezer<P> {
  freeze(page: readonly unknown[]): P;
}

export class PackWriter {
  /** For the rows that rings have dropped; undefined = each packed state has one of its own. */
  readonly freezer: Freezer<unknown> | undefined;
  private bytes = new Uint8Array(FIRST_SIZE);
  private length = 0;
  private readonly view = new DataView(new ArrayBuffer(8));
  private readonly refs: unknown[] = [];
  private readonly places = new Map<unknown, number>();
  private readonly sizes: number[] = [];
  /** Index that was marked last. */
  private at = -1;

  constructor(freezer?: Freezer<unknown>) {
    this.freezer = freezer;
  }

  get position(): number {
    return this.length;
  }

  /** Forgets what was written since a position. */
  cut(position: number): void {
    this.length = position;
  }

  /** An integer from 0 up, below 2^53. */
  varint(n: number): void {
    if (this.length + 8 > this.bytes.length) this.grow();
    const { bytes } = this;
    let rest = n;
    while (rest >= 2147483648) {
      bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.length++] = rest;
  }

  /** An integer within 2^52. */
  signed(n: number): void {
    this.varint(n >= 0 ? n * 2 : -n * 2 - 1);
  }

  /** Begins a list of places in ascending order. */
  open(): void {
    this.at = -1;
  }

  /** The next place of the list. */
  mark(place: number): void {
    this.varint(place - this.at);
    this.at = place;
  }

  close(): void {
    this.varint(0);
  }

  /** Any number by itself. */
  number(v: number): void {
    this.word(Number.NaN, v);
  }

  /** A number as it differs from another one, which the reader knows; NaN = it does not. */
  word(old: number, v: number): void {
    if (!isPlain(v)) {
      if (Number.isNaN(v)) this.varint(WORD_NAN);
      else this.raw(v);
    } else if (isPlain(old)) this.difference(v - old);
    else this.plain(v);
  }

  difference(d: number): void {
    this.varint((d >= 0 ? d * 2 : -d * 2 - 1) * 2);
  }

  private plain(v: number): void {
    this.varint((v >= 0 ? v * 2 : -v * 2 - 1) * 2 + WORD_PLAIN);
  }

  private raw(v: number): void {
    this.varint(WORD_RAW);
    if (this.length + 8 > this.bytes.length) this.grow();
    this.view.setFloat64(0, v);
    for (let i = 0; i < 8; i++) this.bytes[this.length++] = this.view.getUint8(i);
  }

  /** An immutable value; `rowBytes`: of an object that nobody else holds. */
  value(v: unknown, rowBytes: number): void {
    if (v === undefined) this.varint(0);
    else if (typeof v === 'number' && isPlain(v)) this.varint((v >= 0 ? v * 2 : -v * 2 - 1) * 2 + 1);
    else this.varint(this.placeOf(v, typeof v === 'object' && v !== null ? rowBytes : 0) * 2 + 2);
  }

  private placeOf(v: unknown, rowBytes: number): number {
    const known = this.places.get(v);
    if (known !== undefined) {
      if (rowBytes > this.sizes[known]) this.sizes[known] = rowBytes;
      return known;
    }
    const place = this.refs.length;
    this.places.set(v, place);
    this.refs.push(v);
    this.sizes.push(rowBytes);
    return place;
  }

  /** An even number of hexadecimal digits. */
  hex(digits: string): void {
    for (let i = 0; i < digits.length; i += 2) {
      if (this.length >= this.bytes.length) this.grow();
      this.bytes[this.length++] = nibble(digits, i) * 16 + nibble(digits, i + 1);
    }
  }

  copyBytes(from: Uint8Array): void {
    while (this.length + from.length > this.bytes.length) this.grow();
    this.bytes.set(from, this.length);
    this.length += from.length;
  }

  finish(): Packed {
    let rowBytes = 0;
    for (const size of this.sizes) rowBytes += size;
    return { bytes: this.bytes.slice(0, this.length), refs: this.refs.slice(), rowBytes };
  }

  private grow(): void {
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
