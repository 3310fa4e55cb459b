/**
 * Integer hashing: 32-bit words in, 32-bit words out, exact on every machine (Math.imul, shifts, xor). The finaliser is
 * the public-domain one of MurmurHash3; it is a bijection of u32 in which every input bit flips every output bit with
 * probability close to 1/2.
 */
export function finalise(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Folds one word into a running hash; order matters. */
export function combine(h: number, word: number): number {
  h = Math.imul(h ^ word, 0x9e3779b1);
  h ^= h >>> 15;
  return (Math.imul(h, 0x85ebca77) ^ (h >>> 13)) >>> 0;
}

/** Folds any finite number: integers below 2^53 by their two halves, others by their IEEE bits. -0 counts as 0. */
export function combineNumber(h: number, v: number): number {
  if (v === (v | 0)) return combine(h, v);
  if (Number.isSafeInteger(v)) return combine(combine(h, v >>> 0), Math.floor(v / 4294967296) | 0x40000000);
  scratchF64[0] = v;
  return combine(combine(h, scratchU32[0]), scratchU32[1] ^ 0x5bd1e995);
}

/** u32 hash of a string, by UTF-16 code units. */
export function hashString(s: string, seed = 0): number {
  let h = seed ^ 0x2545f491;
  for (let i = 0; i < s.length; i++) {
    h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
  }
  return finalise(h ^ s.length);
}

/** Two hashes of one string at the price of little more than one: what `hashString` gives for each seed. */
export function hashStringTwice(s: string, seed: number, seed2: number, into: { first: number; second: number }): void {
  let h = seed ^ 0x2545f491;
  let k = seed2 ^ 0x2545f491;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    h = Math.imul(h ^ c, 0x01000193);
    k = Math.imul(k ^ c, 0x01000193);
    h ^= h >>> 15;
    k ^= k >>> 15;
  }
  into.first = finalise(h ^ s.length);
  into.second = finalise(k ^ s.length);
}

/** The state of `hashString` behind a beginning, for texts that share it; `finishHash` ends it with the whole length. */
export function beginHash(s: string): number {
  let h = 0x2545f491;
  for (let i = 0; i < s.length; i++) h = hashUnit(h, s.charCodeAt(i));
  return h;
}

/** One UTF-16 code unit more. */
export function hashUnit(h: number, unit: number): number {
  const mixed = Math.imul(h ^ unit, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

export function finishHash(h: number, length: number): number {
  return finalise(h ^ length);
}

const scratchF64 = new Float64Array(1);
const scratchU32 = new Uint32Array(scratchF64.buffer);
