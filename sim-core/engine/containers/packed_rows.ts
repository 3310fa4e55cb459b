// Rows of a page of words as text: one character a byte, since a short text takes less beside its bytes than a typed array does.
// 8 bytes tell which rows there are; then for each word the bits that it takes in this page (one byte) and the least value (four);
// then row by row the words without their least values, as so many bits each.

/** Rows of a page. */
export const ROW_BITS = 6;
export const ROWS = 1 << ROW_BITS;
export const ROW_MASK = ROWS - 1;

const PRESENT_BYTES = ROWS / 8;
const COLUMN_BYTES = 5;
const BYTE = 256;

/** Bits that are set in a byte. */
const ONES = Uint8Array.from({ length: BYTE }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});
const POWERS = Float64Array.from({ length: 40 }, (_, i) => 2 ** i);

/** `words`: ROWS rows of `width` words; word 0 of those that exist is not 0. Undefined = there are none. */
export function packRowsOf(words: Int32Array, width: number): string | undefined {
  const rows: number[] = [];
  for (let i = 0; i < ROWS; i++) if (words[i * width] !== 0) rows.push(i);
  if (rows.length === 0) return undefined;
  const least = new Int32Array(width);
  const bits = new Uint8Array(width);
  let rowBits = 0;
  for (let k = 0; k < width; k++) {
    let low = words[rows[0] * width + k];
    let high = low;
    for (const i of rows) {
      const v = words[i * width + k];
      if (v < low) low = v;
      if (v > high) high = v;
    }
    least[k] = low;
    bits[k] = 32 - Math.clz32(high - low);
    rowBits += bits[k];
  }
  const bytes = new Uint8Array(bodyAt(width) + Math.ceil((rows.length * rowBits) / 8));
  for (const i of rows) bytes[i >> 3] |= 1 << (i & 7);
  for (let k = 0; k < width; k++) {
    const at = PRESENT_BYTES + k * COLUMN_BYTES;
    bytes[at] = bits[k];
    for (let b = 0; b < 4; b++) bytes[at + 1 + b] = least[k] >>> (8 * b);
  }
  let bit = bodyAt(width) * 8;
  for (const i of rows) {
    for (let k = 0; k < width; k++) {
      putBits(bytes, bit, words[i * width + k] - least[k]);
      bit += bits[k];
    }
  }
  return String.fromCharCode(...bytes);
}

function bodyAt(width: number): number {
  return PRESENT_BYTES + width * COLUMN_BYTES;
}

/** Sets the bits of a number, u32, in bytes that are 0 there. */
function putBits(bytes: Uint8Array, bit: number, v: number): void {
  let rest = v * POWERS[bit & 7];
  for (let at = bit >> 3; rest > 0; at++) {
    bytes[at] |= rest % BYTE;
    rest = Math.floor(rest / BYTE);
  }
}

export function hasRow(page: string, i: number): boolean {
  return ((page.charCodeAt(i >> 3) >> (i & 7)) & 1) !== 0;
}

/** Word k of row i; 0 = there is no such row. */
export function wordOf(page: string, width: number, i: number, k: number): number {
  if (!hasRow(page, i)) return 0;
  let row = ONES[page.charCodeAt(i >> 3) & ((1 << (i & 7)) - 1)];
  for (let at = 0; at < i >> 3; at++) row += ONES[page.charCodeAt(at)];
  let rowBits = 0;
  let before = 0;
  for (let j = 0; j < width; j++) {
    const bits = page.charCodeAt(PRESENT_BYTES + j * COLUMN_BYTES);
    if (j < k) before += bits;
    rowBits += bits;
  }
  const at = PRESENT_BYTES + k * COLUMN_BYTES;
  return (leastAt(page, at) + bitsAt(page, bodyAt(width) * 8 + row * rowBits + before, page.charCodeAt(at))) | 0;
}

function leastAt(page: string, at: number): number {
  const low = page.charCodeAt(at + 1) | (page.charCodeAt(at + 2) << 8);
  return low | (page.charCodeAt(at + 3) << 16) | (page.charCodeAt(at + 4) << 24);
}

function bitsAt(page: string, bit: number, bits: number): number {
  if (bits === 0) return 0;
  let at = bit >> 3;
  let v = page.charCodeAt(at) >> (bit & 7);
  for (let have = 8 - (bit & 7); have < bits; have += 8) v += page.charCodeAt(++at) * POWERS[have];
  return v % POWERS[bits];
}

/** The words of `packRowsOf`. */
export function unpackRowsOf(page: string, width: number): Int32Array {
  const words = new Int32Array(ROWS * width);
  let bit = bodyAt(width) * 8;
  for (let i = 0; i < ROWS; i++) {
    if (!hasRow(page, i)) continue;
    for (let k = 0; k < width; k++) {
      const at = PRESENT_BYTES + k * COLUMN_BYTES;
      const bits = page.charCodeAt(at);
      words[i * width + k] = leastAt(page, at) + bitsAt(page, bit, bits);
      bit += bits;
    }
  }
  return words;
}
