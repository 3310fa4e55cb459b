import type { KubeObject } from '../contracts/index.ts';
import { combine, combineNumber, hashString } from '../engine/mix.ts';

/** Sub-objects that versions share (specs, sets of managed fields, owners): their hashes are computed once. */
const specs = new WeakMap<object, number>();

/**
 * Content hash of an object, u32. Keys are combined without order, so that objects that differ in the order of keys alone
 * hash alike; absent and undefined fields are the same.
 */
export function contentHash(object: KubeObject): number {
  let h = 0x2e5c1f0b;
  for (const key in object) {
    const value: unknown = object[key];
    if (value === undefined) continue;
    const shared = key === 'spec' && value !== null && typeof value === 'object' && object.kind !== 'Lease';
    const part = shared ? sharedHash(value) : plainHash(value);
    h = (h + combine(keyHash(key), part)) >>> 0;
  }
  return h;
}

function sharedHash(value: object): number {
  const known = specs.get(value);
  if (known !== undefined) return known;
  const h = plainHash(value);
  specs.set(value, h);
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
  let h = 0x3c6ef372;
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    const part = record[key];
    if (part === undefined) continue;
    const shared = (key === 'fieldsV1' || key === 'ownerReferences') && part !== null && typeof part === 'object';
    h = (h + combine(keyHash(key), shared ? sharedHash(part) : plainHash(part))) >>> 0;
  }
  return h;
}
