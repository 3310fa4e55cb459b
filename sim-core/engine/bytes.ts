import type { ByteReader, ByteWriter } from '../contracts/state.ts';

/**
 * UTF-8 bytes of a string. A lone surrogate, which UTF-8 cannot hold, is written as its own three bytes (WTF-8), so that
 * every string of the language survives a round trip.
 */
export function utf8Encode(s: string): Uint8Array {
  const out = new Uint8Array(utf8Length(s));
  utf8Write(s, out, 0);
  return out;
}

export function utf8Length(s: string): number {
  let n = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) n++;
    else if (c < 0x800) n += 2;
    else if (isPair(s, i)) {
      n += 4;
      i++;
    } else n += 3;
  }
  return n;
}

/** Writes the UTF-8 form of `s` at `at`; returns the position after it. */
export function utf8Write(s: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) out[at++] = c;
    else if (c < 0x800) {
      out[at++] = 0xc0 | (c >> 6);
      out[at++] = 0x80 | (c & 63);
    } else if (isPair(s, i)) {
      const p = s.codePointAt(i)!;
      i++;
      out[at++] = 0xf0 | (p >> 18);
      out[at++] = 0x80 | ((p >> 12) & 63);
      out[at++] = 0x80 | ((p >> 6) & 63);
      out[at++] = 0x80 | (p & 63);
    } else {
      out[at++] = 0xe0 | (c >> 12);
      out[at++] = 0x80 | ((c >> 6) & 63);
      out[at++] = 0x80 | (c & 63);
    }
  }
  return at;
}

function isPair(s: string, i: number): boolean {
  const c = s.charCodeAt(i);
  if (c < 0xd800 || c > 0xdbff || i + 1 >= s.length) return false;
  const d = s.charCodeAt(i + 1);
  return d >= 0xdc00 && d <= 0xdfff;
}

/** The string of UTF-8 bytes; malformed sequences become U+FFFD, one for each byte that does not fit. */
export function utf8Decode(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let s = '';
  let units: number[] = [];
  for (let i = from; i < to; ) {
    const c = bytes[i];
    const size = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    const point = size === 0 || i + size > to ? -1 : decodePoint(bytes, i, size);
    if (point < 0) {
      units.push(0xfffd);
      i++;
    } else {
      if (point >= 0x10000) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      else units.push(point);
      i += size;
    }
    if (units.length > 4000) {
      s += String.fromCharCode(...units);
      units = [];
    }
  }
  return s + String.fromCharCode(...units);
}

/** The code point of a sequence of `size` bytes, or -1 when malformed or overlong. */
function decodePoint(bytes: Uint8Array, i: number, size: number): number {
  if (size === 1) return bytes[i];
  let p = bytes[i] & (0xff >> (size + 1));
  for (let k = 1; k < size; k++) {
    const c = bytes[i + k];
    if ((c & 0xc0) !== 0x80) return -1;
    p = (p << 6) | (c & 63);
  }
  if (size === 3 && p < 0x800) return -1;
  if (size === 4 && (p < 0x10000 || p > 0x10ffff)) return -1;
  return p;
}

/** A growing little-endian buffer. */
export class ByteSink implements ByteWriter {
  private buffer = new Uint8Array(1024);
  private view = new DataView(this.buffer.buffer);
  private at = 0;
  private readonly seen = new Map<object, number>();

  get length(): number {
    return this.at;
  }

  u8(v: number): void {
    this.need(1);
    this.buffer[this.at++] = v;
  }

  u16(v: number): void {
    this.need(2);
    this.view.setUint16(this.at, v, true);
    this.at += 2;
  }

  u32(v: number): void {
    this.need(4);
    this.view.setUint32(this.at, v, true);
    this.at += 4;
  }

  f64(v: number): void {
    this.need(8);
    this.view.setFloat64(this.at, v, true);
    this.at += 8;
  }

  /** Length in bytes (u32), then UTF-8. */
  str(v: string): void {
    const n = utf8Length(v);
    this.u32(n);
    this.need(n);
    this.at = utf8Write(v, this.buffer, this.at);
  }

  bytes(v: Uint8Array): void {
    this.need(v.length);
    this.buffer.set(v, this.at);
    this.at += v.length;
  }

  shared<T extends object>(value: T, encode: (value: T, w: ByteWriter) => void): void {
    const id = this.seen.get(value);
    if (id !== undefined) {
      this.u32(id + 1);
      return;
    }
    this.u32(0);
    encode(value, this);
    // Numbered after its parts, as the reader numbers it.
    this.seen.set(value, this.seen.size);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  private need(n: number): void {
    if (this.at + n <= this.buffer.length) return;
    let size = this.buffer.length * 2;
    while (size < this.at + n) size *= 2;
    const grown = new Uint8Array(size);
    grown.set(this.buffer);
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what ByteSink wrote; throws RangeError('unexpected end of data') past the end. */
export class ByteSource implements ByteReader {
  private readonly view: DataView;
  private readonly seen: object[] = [];
  private readonly data: Uint8Array;
  private at = 0;

  constructor(data: Uint8Array) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.data.length - this.at;
  }

  u8(): number {
    return this.data[this.take(1)];
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  str(): string {
    const n = this.u32();
    const from = this.take(n);
    return utf8Decode(this.data, from, from + n);
  }

  /** A view, not a copy. */
  bytes(n: number): Uint8Array {
    const from = this.take(n);
    return this.data.subarray(from, from + n);
  }

  shared<T extends object>(decode: (r: ByteReader) => T): T {
    const id = this.u32();
    if (id > 0) {
      if (id > this.seen.length) throw new RangeError('reference to an object that was not read yet');
      return this.seen[id - 1] as T;
    }
    const value = decode(this);
    this.seen.push(value);
    return value;
  }

  private take(n: number): number {
    const from = this.at;
    if (n > this.data.length - from) throw new RangeError('unexpected end of data');
    this.at = from + n;
    return from;
  }
}
