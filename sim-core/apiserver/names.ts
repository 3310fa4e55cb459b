import type { StreamKey } from '../contracts/index.ts';
import { draw } from '../engine/draws.ts';

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

export type Words = readonly [number, number, number, number];

/** `textHash` of nothing with the seeds 0 to 3, before its end. */
export const UID_START: Words = [0x811c9dc5, 0x811c9dc4, 0x811c9dc7, 0x811c9dc6];

/** Goes on with more of the text. */
export function uidWords([a0, b0, c0, d0]: Words, text: string): Words {
  let [a, b, c, d] = [a0, b0, c0, d0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x01000193);
    c = Math.imul(c ^ unit, 0x01000193);
    d = Math.imul(d ^ unit, 0x01000193);
  }
  return [a, b, c, d];
}

/** What the four words of a uid draw with: `textHash` of the text with the seeds 0 to 3, in one pass. */
export function uidHashes(start: Words, text: string): Words {
  const [a, b, c, d] = uidWords(start, text);
  return [avalanche(a), avalanche(b), avalanche(c), avalanche(d)];
}

/** What the uids of a resource in a namespace start from. A memo of a pure result. */
const starts = new Map<string, Map<string, Words>>();

function uidStart(resource: string, namespace: string): Words {
  let known = starts.get(resource);
  if (known === undefined) starts.set(resource, (known = new Map()));
  let start = known.get(namespace);
  if (start === undefined) known.set(namespace, (start = uidWords(UID_START, `${resource}/${namespace}/`)));
  return start;
}

/** The uid of an object, keyed by (resource, namespace, name, incarnation): other objects change nothing in it. */
export function uidFrom(
  stream: StreamKey,
  resource: string,
  namespace: string,
  name: string,
  incarnation: number,
): string {
  const [a, b, c, d] = uidHashes(uidStart(resource, namespace), name);
  const at = incarnation * 4;
  return uuidFrom(draw(stream, a, at), draw(stream, b, at + 1), draw(stream, c, at + 2), draw(stream, d, at + 3));
}

/** FNV leaves the low bits of short texts alike. */
function avalanche(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h >>> 0;
}

const DIGITS: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** The codes of one uid at a time, with its dashes. */
const codes: number[] = Array.from('00000000-0000-0000-0000-000000000000', (digit) => digit.charCodeAt(0));

function hex(n: number, at: number, length: number): void {
  for (let i = length - 1, rest = n; i >= 0; i--, rest >>>= 4) codes[at + i] = DIGITS[rest & 15];
}

/** A version 4 UUID from four u32: one flat text, which is kept as long as the object. */
export function uuidFrom(a: number, b: number, c: number, d: number): string {
  const y = (b & 0xffff0fff) | 0x4000;
  const z = (c & 0x3fffffff) | 0x80000000;
  hex(a, 0, 8);
  hex(y >>> 16, 9, 4);
  hex(y, 14, 4);
  hex(z >>> 16, 19, 4);
  hex(z, 24, 4);
  hex(d, 28, 8);
  return String.fromCharCode.apply(undefined, codes);
}
