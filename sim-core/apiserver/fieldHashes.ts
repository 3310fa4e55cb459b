import { hashString } from '../engine/mix.ts';

/**
 * Hashes of the names of fields, found by the way that leads to them: objects of one kind have the same fields in the same order, so
 * the name after a name is nearly always the one that came there before, and is known again by identity. A memo of pure results:
 * a tree of the ways that objects took so far.
 */
const WAYS_MAX = 8192;
/** More names than these in one place are those of a map, like labels. */
const NAMES_MAX = 8;

const names: string[] = [''];
const hashes = new Int32Array(WAYS_MAX);
/** The first name that was seen next in the same object, and in the object that is this field's value. */
const nexts = new Int32Array(WAYS_MAX);
const inners = new Int32Array(WAYS_MAX);
/** The next name that was seen in the same place. */
const others = new Int32Array(WAYS_MAX);

/** Where an object begins whose field nobody knows. */
export const ROOT = 0;
/** A place outside of the tree. */
export const LOST = -1;

/** The place of the first field of an object that is the value at `place`. */
export function firstField(place: number, name: string): number {
  return place < 0 ? LOST : follow(inners, place, name);
}

/** The place of the field that comes after the one at `place`. */
export function nextField(place: number, name: string): number {
  return place < 0 ? LOST : follow(nexts, place, name);
}

export function fieldHash(place: number, name: string): number {
  return place < 0 ? nameHash(name) : hashes[place];
}

/** The last long text that was seen at each place, and its hash: kinds, namespaces and times repeat. */
const texts: string[] = [''];
const textHashes = new Int32Array(WAYS_MAX);
/** Shorter ones are hashed as quickly as they are compared. */
const TEXT_MIN = 6;

export function textHash(place: number, text: string): number {
  if (place < 0 || text.length < TEXT_MIN) return hashString(text);
  if (texts[place] === text) return textHashes[place] >>> 0;
  const h = hashString(text);
  texts[place] = text;
  textHashes[place] = h | 0;
  return h;
}

function follow(links: Int32Array, place: number, name: string): number {
  let seen = 0;
  let last = 0;
  for (let at = links[place]; at !== 0; at = others[at]) {
    if (names[at] === name) return at;
    last = at;
    seen++;
  }
  if (seen >= NAMES_MAX || names.length >= WAYS_MAX) return LOST;
  const at = names.length;
  names.push(name);
  texts.push('');
  hashes[at] = hashString(name) | 0;
  if (last === 0) links[place] = at;
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
