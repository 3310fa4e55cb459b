import type { KubeObject } from '../contracts/index.ts';
import { combine, combineNumber, hashString } from '../engine/mix.ts';

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

const START = 0x2e5c1f0b;
const OBJECT = 0x3c6ef372;

/** Sub-objects that versions share (specs, sets of managed fields, owners): their hashes are computed once. */
const shared = new WeakMap<object, number>();

/**
 * Keys are combined without order, so that objects that differ in the order of keys alone hash alike; absent and undefined
 * fields are the same. Fields that the version before has too, by identity, are taken from its sums.
 */
export function contentHash(object: KubeObject, before?: Sums & { readonly object: KubeObject }): ContentHash {
  let h = START;
  let metadataSum = 0;
  let specSum = 0;
  let statusSum = 0;
  for (const key in object) {
    const value: unknown = object[key];
    if (value === undefined) continue;
    if (key === 'metadata') {
      metadataSum = sumOf(value as Fields, fieldsOf(before?.object.metadata), before?.metadataSum, VERSION);
      h += combine(keyHash(key), (metadataSum + versionPart(value as Fields)) >>> 0);
    } else if (key === 'spec' && isFields(value)) {
      specSum = before ? sumOf(value, fieldsOf(before.object.spec), before.specSum) : sharedHash(value) | 0;
      h += combine(keyHash(key), specSum >>> 0);
    } else if (key === 'status' && isFields(value)) {
      statusSum = sumOf(value, fieldsOf(before?.object.status), before?.statusSum);
      h += combine(keyHash(key), statusSum >>> 0);
    } else h += combine(keyHash(key), plainHash(value));
  }
  return { hash: h >>> 0, metadataSum, specSum, statusSum };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

const VERSION = 'resourceVersion';

/** The store stamps the version after the hash: it stands in no sum. */
function versionPart(metadata: Fields): number {
  const version = metadata[VERSION];
  return version === undefined ? 0 : combine(keyHash(VERSION), plainHash(version));
}

/** The sum over the fields but one: from that of the version before where there is one. */
function sumOf(fields: Fields, before: Fields | undefined, sum: number | undefined, but?: string): number {
  if (before === undefined || sum === undefined || sum === 0) {
    let all = OBJECT;
    for (const key in fields) if (key !== but) all = (all + part(key, fields[key])) | 0;
    return all;
  }
  if (fields === before) return sum;
  let now = sum;
  for (const key in fields) {
    const value = fields[key];
    const old = before[key];
    if (value !== old && key !== but) now = (now + part(key, value) - part(key, old)) | 0;
  }
  for (const key in before) {
    if (!(key in fields) && key !== but) now = (now - part(key, before[key])) | 0;
  }
  return now;
}

/** Fields whose values objects share; a list of one owner is hashed as quickly as it is found. */
const SHARED: ReadonlySet<string> = new Set(['fieldsV1', 'ownerReferences', 'projected', 'tolerations']);

/** What a field adds to the sum of its object. */
function part(key: string, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== 'object' || value === null) return combine(keyHash(key), plainHash(value));
  const isShared = key === 'managedFields' ? (value as readonly unknown[]).length > 1 : SHARED.has(key);
  return combine(keyHash(key), isShared ? sharedHash(value) : plainHash(value));
}

function sharedHash(value: object): number {
  const known = shared.get(value);
  if (known !== undefined) return known;
  const h = plainHash(value);
  shared.set(value, h);
  return h;
}

/** Hashes of the names of fields: a memo of a pure result over a small vocabulary. */
const keyHashes = new Map<string, number>();
const KEYS_MAX = 4096;

function keyHash(key: string): number {
  const known = keyHashes.get(key);
  if (known !== undefined) return known;
  const h = hashString(key);
  if (keyHashes.size < KEYS_MAX) keyHashes.set(key, h);
  return h;
}

function plainHash(value: unknown): number {
  if (typeof value === 'string') return hashString(value);
  if (typeof value === 'number') return combineNumber(0x1b873593, value);
  if (typeof value === 'boolean') return value ? 0x6c078965 : 0x5d588b65;
  if (value === null || value === undefined) return 0x68e31da4;
  if (Array.isArray(value)) {
    let h = combine(0x846ca68b, value.length);
    for (const item of value) h = combine(h, plainHash(item));
    return h;
  }
  let h = OBJECT;
  const record = value as Fields;
  for (const key in record) h = (h + part(key, record[key])) | 0;
  return h >>> 0;
}
