import type { KubeObject, ObjId } from '../contracts/index.ts';
import { combine, combineNumber, hashString } from '../engine/mix.ts';
import { fieldHash, firstField, LOST, nextField, ROOT, textHash } from './fieldHashes.ts';
import { heldHash, isHeld } from './heldFields.ts';
import { nameSlot } from './nameSlots.ts';

/**
 * Content hash of an object, u32, with the sums that the next version's hash starts from: over the fields of metadata
 * without resourceVersion, of spec and of status. A sum is an i32; 0 = the object has no such part.
 */
export interface ContentHash extends Sums {
  readonly hash: number;
}

export interface Sums {
  readonly metadataSum: number;
  readonly specSum: number;
  readonly statusSum: number;
}

type Fields = Readonly<Record<string, unknown>>;
/** The version before, as far as it is known. */
type Before = Sums & { readonly object: KubeObject; readonly obj?: ObjId };

/** What the sum over the parts of an object starts from. */
export const START = 0x2e5c1f0b;
/** What the hash of a list starts from, before its length. */
export const START_OF_LIST = 0x846ca68b;
/** What the sum over the fields of a part starts from. */
export const OBJECT = 0x3c6ef372;

/** Of memos by number of the object. */
const SLOTS = 8192;

/** Sub-objects that versions share (sets of managed fields, owners): their hashes are computed once. */
const shared = new WeakMap<object, number>();

/**
 * Keys are combined without order, so that objects that differ in the order of keys alone hash alike; absent and undefined
 * fields are the same. Fields that the version before has too, by identity, are taken from its sums.
 */
export function contentHash(object: KubeObject, before?: Before): ContentHash {
  const slot = before?.obj === undefined ? nameSlot(object.metadata.name ?? '', SLOTS) : before.obj & (SLOTS - 1);
  if (told.objects[slot] !== object) return computedHash(object, before);
  // It is asked for once; what is stored is a copy.
  told.objects[slot] = undefined;
  return toldHash(object, slot);
}

/** The same by what is in the object. */
export function computedHash(object: KubeObject, before?: Before): ContentHash {
  const slot = before?.obj === undefined ? -1 : before.obj & (SLOTS - 1);
  let h = START;
  let metadataSum = 0;
  let specSum = 0;
  let statusSum = 0;
  let place = ROOT;
  for (const key in object) {
    const value: unknown = object[key];
    place = place === ROOT ? firstField(ROOT, key) : nextField(place, key);
    if (value === undefined) continue;
    let part: number;
    if (key === 'metadata') {
      const fields = value as Fields;
      metadataSum = sumOf(fields, fieldsOf(before?.object.metadata), before?.metadataSum, slot, place, VERSION);
      part = (metadataSum + versionPart(fields)) >>> 0;
    } else if (key === 'spec' && isFields(value)) {
      specSum = before
        ? sumOf(value, fieldsOf(before.object.spec), before.specSum, slot, place)
        : newSpec(value, place);
      part = specSum >>> 0;
    } else if (key === 'status' && isFields(value)) {
      statusSum = sumOf(value, fieldsOf(before?.object.status), before?.statusSum, slot, place);
      part = statusSum >>> 0;
    } else part = plainHash(value, place);
    h += combine(fieldHash(place, key), part);
  }
  return { hash: h >>> 0, metadataSum, specSum, statusSum };
}

/**
 * Sums of objects that are on their way to the store, told by whoever knew what is in them. Those of one slot push each other out; an
 * object is known by identity.
 */
const TOLD_SUMS = 3;
const told = {
  objects: new Array<KubeObject | undefined>(SLOTS).fill(undefined),
  sums: new Int32Array(SLOTS * TOLD_SUMS),
};

/** Tells the sums of an object that will be stored under a number; 0 = as a new one. */
export function tellSums(
  obj: ObjId,
  object: KubeObject,
  metadataSum: number,
  specSum: number,
  statusSum: number,
): void {
  const slot = obj === 0 ? nameSlot(object.metadata.name ?? '', SLOTS) : obj & (SLOTS - 1);
  const { objects, sums } = told;
  objects[slot] = object;
  const at = slot * TOLD_SUMS;
  sums[at] = metadataSum;
  sums[at + 1] = specSum;
  sums[at + 2] = statusSum;
}

function toldHash(object: KubeObject, slot: number): ContentHash {
  const { sums } = told;
  const at = slot * TOLD_SUMS;
  const [metadataSum, specSum, statusSum] = [sums[at], sums[at + 1], sums[at + 2]];
  let h = START;
  let place = ROOT;
  for (const key in object) {
    const value: unknown = object[key];
    place = place === ROOT ? firstField(ROOT, key) : nextField(place, key);
    if (value === undefined) continue;
    let part: number;
    if (key === 'metadata') part = metadataSum + versionPart(value as Fields);
    else if (key === 'spec') part = specSum;
    else if (key === 'status') part = statusSum;
    else part = plainHash(value, place);
    h += combine(fieldHash(place, key), part);
  }
  return { hash: h >>> 0, metadataSum, specSum, statusSum };
}

/** What owners of fields that change add to the sum of an object's metadata: that of the old list is remembered by the object. */
export function managersChange(obj: ObjId, before: unknown, after: unknown): number {
  if (before === after) return 0;
  const slot = obj & (SLOTS - 1);
  // A place of their own in the tree of names.
  const place = firstField(ROOT, MANAGERS);
  const lost = listPart(MANAGERS, before, slot, place);
  return (listPart(MANAGERS, after, slot, place) - lost) | 0;
}

const MANAGERS = 'managedFields';

/** Many objects are made with one spec, one after the other. */
const lastSpec: { spec: unknown; sum: number } = { spec: undefined, sum: 0 };

function newSpec(spec: Fields, place: number): number {
  if (lastSpec.spec !== spec) {
    lastSpec.sum = plainHash(spec, place) | 0;
    lastSpec.spec = spec;
  }
  return lastSpec.sum;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

const VERSION = 'resourceVersion';
const VERSION_HASH = hashString(VERSION);

/** The store stamps the version after the hash: it stands in no sum. */
function versionPart(metadata: Fields): number {
  const version = metadata[VERSION];
  return version === undefined ? 0 : combine(VERSION_HASH, plainHash(version, LOST));
}

/** The sum over the fields but one: from that of the version before where there is one. */
function sumOf(
  fields: Fields,
  before: Fields | undefined,
  sum: number | undefined,
  slot: number,
  place: number,
  but?: string,
): number {
  if (fields === before && sum !== undefined && sum !== 0) return sum;
  const isNew = before === undefined || sum === undefined || sum === 0;
  let now = isNew ? OBJECT : sum;
  let at = LOST;
  let isFirst = true;
  /** Fields that the version before has as well. */
  let common = 0;
  for (const key in fields) {
    at = isFirst ? firstField(place, key) : nextField(at, key);
    isFirst = false;
    if (isNew) {
      if (key !== but) now = (now + listPart(key, fields[key], slot, at)) | 0;
      continue;
    }
    const old = before[key];
    if (old !== undefined) common++;
    if (key === but) continue;
    const value = fields[key];
    if (value === old) continue;
    // The old part first: the new one takes its place.
    const lost = listPart(key, old, slot, at);
    now = (now - lost + listPart(key, value, slot, at)) | 0;
  }
  // Most changes leave every field in its place.
  if (isNew || common === Object.keys(before).length) return now;
  for (const key in before) {
    if (!(key in fields) && key !== but) now = (now - part(key, before[key], LOST)) | 0;
  }
  return now;
}

/** Fields whose values objects share; a list of one owner is hashed as quickly as it is found. */
const SHARED: ReadonlySet<string> = new Set(['fieldsV1', 'ownerReferences', 'projected', 'tolerations']);

/**
 * Lists that nearly every status changes: what a version adds is asked for once more, when the next version takes it away. The last
 * list of each slot with its part, known by identity; objects of one slot push each other out.
 */
interface Lasts {
  readonly lists: unknown[];
  readonly parts: Int32Array;
}

const newLasts = (): Lasts => ({ lists: new Array<unknown>(SLOTS).fill(undefined), parts: new Int32Array(SLOTS) });
const lastConditions = newLasts();
const lastContainers = newLasts();
const lastEndpoints = newLasts();
const lastManagers = newLasts();
/** As `part`, remembered for the object of a slot. */
function listPart(key: string, value: unknown, slot: number, place: number): number {
  if (slot < 0 || typeof value !== 'object') return part(key, value, place);
  if (key === 'conditions') return lastPart(lastConditions, key, value, slot, place);
  if (key === 'containerStatuses') return lastPart(lastContainers, key, value, slot, place);
  if (key === 'managedFields') return lastPart(lastManagers, key, value, slot, place);
  if (key === 'endpoints') return lastPart(lastEndpoints, key, value, slot, place);
  return part(key, value, place);
}

function lastPart({ lists, parts }: Lasts, key: string, value: object | null, slot: number, place: number): number {
  if (value === null) return part(key, value, place);
  if (lists[slot] === value) return parts[slot];
  const sum = part(key, value, place) | 0;
  lists[slot] = value;
  parts[slot] = sum;
  return sum;
}

/** What a field adds to the sum of its object. */
export function part(key: string, value: unknown, place: number): number {
  if (value === undefined) return 0;
  if (typeof value !== 'object' || value === null) return combine(fieldHash(place, key), plainHash(value, place));
  if (key === MANAGERS) return combine(fieldHash(place, key), managersHash(value as readonly object[], place));
  return combine(
    fieldHash(place, key),
    SHARED.has(key) ? sharedHash(value, place) : (shared.get(value) ?? plainHash(value, place)),
  );
}

/** Lists of several managers are shared, but for those with a set that no other object has: of these the other entries are. */
function managersHash(entries: readonly object[], place: number): number {
  const { length } = entries;
  if (length <= 1) return shared.get(entries) ?? plainHash(entries, place);
  if (!isHeld(entries)) return sharedHash(entries, place);
  let h = combine(START_OF_LIST, length);
  for (let i = 0; i < length; i++) {
    const entry = entries[i];
    h = combine(h, heldHash(entry) < 0 ? sharedHash(entry, place) : plainHash(entry, place));
  }
  return h;
}

/** The hash of a value, as it stands in the hash of what it is in. */
export function valueHash(value: unknown): number {
  return plainHash(value, LOST);
}

/** Hashes an object once that many others will have a part in. */
export function keepHash(value: object): void {
  sharedHash(value, LOST);
}

function sharedHash(value: object, place: number): number {
  const known = shared.get(value);
  if (known !== undefined) return known;
  const h = plainHash(value, place);
  shared.set(value, h);
  return h;
}

/** `place`: that of the field whose value this is, or which has it in its list. */
function plainHash(value: unknown, place: number): number {
  if (typeof value === 'string') return textHash(place, value);
  if (typeof value === 'number') return combineNumber(0x1b873593, value);
  if (typeof value === 'boolean') return value ? 0x6c078965 : 0x5d588b65;
  if (value === null || value === undefined) return 0x68e31da4;
  if (Array.isArray(value)) {
    let h = combine(START_OF_LIST, value.length);
    for (let i = 0; i < value.length; i++) h = combine(h, plainHash(value[i], place));
    return h;
  }
  let h = OBJECT;
  const record = value as Fields;
  let at = LOST;
  let isFirst = true;
  for (const key in record) {
    at = isFirst ? firstField(place, key) : nextField(at, key);
    isFirst = false;
    const held = key === FIELDS ? heldHash(value) : -1;
    h = (h + (held < 0 ? part(key, record[key], at) : combine(fieldHash(at, key), held))) | 0;
  }
  return h >>> 0;
}

const FIELDS = 'fieldsV1';
