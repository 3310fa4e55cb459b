/** Letters of generated names (apimachinery pkg/util/rand): no vowels and no look-alikes. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** Longest base of a generated name (apiserver pkg/storage/names/generate.go). */
const BASE_LENGTH = 58;

/** Tries of a create with generateName before it answers AlreadyExists. */
export const GENERATE_NAME_TRIES = 8;

/** Five letters from one u32. */
export function suffixFrom(draw: number): string {
  let rest = draw >>> 0;
  let text = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    text += ALPHABET[rest % 27];
    rest = Math.floor(rest / 27);
  }
  return text;
}

/** The name that generateName and a suffix make. */
export function generatedName(base: string, suffix: string): string {
  return (base.length > BASE_LENGTH ? base.slice(0, BASE_LENGTH) : base) + suffix;
}

/** FNV-1a of a text with a seed: the purpose numbers of the draws for names. */
export function textHash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return avalanche(h);
}

/** What the four words of a uid draw with: `textHash` of the text with the seeds 0 to 3, in one pass. */
export function uidHashes(text: string): readonly [number, number, number, number] {
  let [a, b, c, d] = [0x811c9dc5, 0x811c9dc4, 0x811c9dc7, 0x811c9dc6];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x01000193);
    c = Math.imul(c ^ unit, 0x01000193);
    d = Math.imul(d ^ unit, 0x01000193);
  }
  return [avalanche(a), avalanche(b), avalanche(c), avalanche(d)];
}

/** FNV leaves the low bits of short texts alike. */
function avalanche(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h >>> 0;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => (i < 16 ? `0${i.toString(16)}` : i.toString(16)));

function hex8(n: number): string {
  return HEX[n >>> 24] + HEX[(n >>> 16) & 255] + HEX[(n >>> 8) & 255] + HEX[n & 255];
}

/** A version 4 UUID from four u32. */
export function uuidFrom(a: number, b: number, c: number, d: number): string {
  const y = hex8(((b & 0xffff0fff) | 0x4000) >>> 0);
  const z = hex8(((c & 0x3fffffff) | 0x80000000) >>> 0);
  // Joined, not a template: one flat text, which is kept as long as the object.
  return [hex8(a), y.slice(0, 4), y.slice(4), z.slice(0, 4), z.slice(4) + hex8(d)].join('-');
}
