import { hashString } from '../engine/mix.ts';

/**
 * Hashes of the names of fields, found by the way that leads to them: objects of one kind have the same fields in the same order, so
 * the name after a name is nearly always the one that came there before, and is known again by identity. A memo of pure results:
 * a tree of the ways that objects took so far.
 */
const WAYS_MAX = 8192;
/** More names than these in one place are those of a map, like labels. */
const NAMES_MAX = 8;

/**
 * By place, side by side because they are read together, place after place: hash of the name, the first name that was seen next in
 * the same object, the first in the object that is this field's value, hash of the last long text.
 */
const WORDS = 4;
const words = new Int32Array(WAYS_MAX * WORDS);
const HASH = 0;
const NEXT = 1;
const INNER = 2;
const TEXT_HASH = 3;
/** By place: the name, and the last long text that was seen as its value: kinds, namespaces and times repeat. */
const names: string[] = ['', ''];
/** The next name that was seen in the same place. */
const others = new Int32Array(WAYS_MAX);

/** Where an object begins whose field nobody knows. */
export const ROOT = 0;
/** A place outside of the tree. */
export const LOST = -1;

/** The place of the first field of an object that is the value at `place`. */
export function firstField(place: number, name: string): number {
  return place < 0 ? LOST : follow(place * WORDS + INNER, name);
}

/** The place of the field that comes after the one at `place`. */
export function nextField(place: number, name: string): number {
  return place < 0 ? LOST : follow(place * WORDS + NEXT, name);
}

export function fieldHash(place: number, name: string): number {
  return place < 0 ? nameHash(name) : words[place * WORDS + HASH];
}

/** Shorter ones are hashed as quickly as they are compared. */
const TEXT_MIN = 6;

export function textHash(place: number, text: string): number {
  if (place < 0 || text.length < TEXT_MIN) return hashString(text);
  if (names[place * 2 + 1] === text) return words[place * WORDS + TEXT_HASH] >>> 0;
  const h = hashString(text);
  names[place * 2 + 1] = text;
  words[place * WORDS + TEXT_HASH] = h | 0;
  return h;
}

/** `link`: where the first name that was seen stands. */
function follow(link: number, name: string): number {
  let seen = 0;
  let last = 0;
  for (let at = words[link]; at !== 0; at = others[at]) {
    if (names[at * 2] === name) return at;
    last = at;
    seen++;
  }
  const at = names.length / 2;
  if (seen >= NAMES_MAX || at >= WAYS_MAX) return LOST;
  names.push(name, '');
  words[at * WORDS + HASH] = hashString(name) | 0;
  if (last === 0) words[link] = at;
  else others[last] = at;
  return at;
}

/** A memo over a small vocabulary, for names outside of the tree. */
const known = new Map<string, number>();
const KNOWN_MAX = 4096;

function nameHash(name: string): number {
  const hash = known.get(name);
  if (hash !== undefined) return hash;
  const h = hashString(name);
  if (known.size < KNOWN_MAX) known.set(name, h);
  return h;
}
