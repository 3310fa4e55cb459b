import { type Packed, WORD_NAN, WORD_PLAIN, WORD_RAW } from './writer.ts';

const HEX = '0123456789abcdef';

/** From here on the operators on 32 bits do not do. */
const WIDE = 2147483648;

function unzigzag(z: number): number {
  if (z < WIDE) return (z >>> 1) ^ -(z & 1);
  return z % 2 === 0 ? z / 2 : -(z + 1) / 2;
}

/** Reads what PackWriter wrote. */
export class PackReader {
  private readonly bytes: Uint8Array;
  private readonly refs: readonly unknown[];
  private readonly view: DataView;
  private at = 0;

  constructor({ bytes, refs }: Packed) {
    this.bytes = bytes;
    this.refs = refs;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++];
    if (byte < 128) return byte;
    let n = byte & 127;
    byte = bytes[this.at++];
    n |= (byte & 127) << 7;
    if (byte < 128) return n;
    byte = bytes[this.at++];
    n |= (byte & 127) << 14;
    if (byte < 128) return n;
    byte = bytes[this.at++];
    n |= (byte & 127) << 21;
    return byte < 128 ? n : this.wide(n);
  }

  /** What follows the first four bytes of a number. */
  private wide(low: number): number {
    let n = low;
    for (let scale = 268435456; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      n += (byte & 127) * scale;
      if (byte < 128) return n;
    }
  }

  signed(): number {
    return unzigzag(this.varint());
  }

  /** The place after `place` in a list, or -1 at its end; a list begins behind -1. */
  next(place: number): number {
    const gap = this.varint();
    return gap === 0 ? -1 : place + gap;
  }

  number(): number {
    return this.word(Number.NaN);
  }

  /** The number that differs so from `old`. */
  word(old: number): number {
    const code = this.varint();
    if (code < WIDE) return (code & 1) === 0 ? old + ((code >>> 2) ^ -((code >>> 1) & 1)) : this.behind(code);
    return code % 2 === 0 ? old + unzigzag(code / 2) : this.behind(code);
  }

  /** The number that is written by itself behind such a code. */
  behind(code: number): number {
    if (code === WORD_NAN) return Number.NaN;
    if (code !== WORD_RAW) return unzigzag((code - WORD_PLAIN) / 2);
    this.at += 8;
    return this.view.getFloat64(this.at - 8);
  }

  value(): unknown {
    const code = this.varint();
    if (code === 0) return undefined;
    if (code < WIDE) return (code & 1) === 1 ? unzigzag(code >>> 1) : this.refs[(code >>> 1) - 1];
    return code % 2 === 1 ? unzigzag((code - 1) / 2) : this.refs[code / 2 - 1];
  }

  /** The hexadecimal digits of so many bytes. */
  hex(count: number): string {
    let digits = '';
    for (let i = 0; i < count; i++) {
      const byte = this.bytes[this.at++];
      digits += HEX[byte >> 4] + HEX[byte & 15];
    }
    return digits;
  }

  takeBytes(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}
