import type { ByteReader, ByteWriter, RowCodec } from '../contracts/state.ts';
import { combine, combineNumber, hashString } from './mix.ts';

/** A class whose instances may stand in containers and payloads: it maps to a plain immutable value and back. */
export interface ValueClass<T extends object> {
  /** Stable name, part of the serialised form and of hashes. */
  readonly tag: string;
  /** The parts as a plain value (an array is most compact); parts may be shared objects or registered classes. */
  encode(value: T): unknown;
  decode(parts: unknown): T;
  /** u32; default: the hash of the encoded parts. */
  hash?(value: T): number;
}

// Filled while modules load, before any world exists; never changed afterwards.
const byTag = new Map<string, ValueClass<object>>();
const byPrototype = new Map<object, ValueClass<object>>();

/** Makes instances of `ctor` valid container values. To be called at module level, once a class. */
export function registerClass<T extends object>(ctor: { readonly prototype: T }, spec: ValueClass<T>): void {
  const known = byTag.get(spec.tag);
  if (known !== undefined && byPrototype.get(ctor.prototype) !== known)
    throw new Error(`class tag ${spec.tag} is taken`);
  byTag.set(spec.tag, spec as unknown as ValueClass<object>);
  byPrototype.set(ctor.prototype, spec as unknown as ValueClass<object>);
}

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const INT = 3;
const NUMBER = 4;
const STRING = 5;
const ARRAY = 6;
const OBJECT = 7;
const CLASS = 8;
const UNDEFINED = 9;

// A memo of pure results keyed by immutable objects.
const hashes = new WeakMap<object, number>();

/** Canonical u32 hash: key order and absent-versus-undefined fields do not matter. */
export function hashValue(v: unknown): number {
  switch (typeof v) {
    case 'number':
      return combineNumber(0x1b873593, v);
    case 'string':
      return hashString(v);
    case 'boolean':
      return v ? 0x6c078965 : 0x5d588b65;
    case 'undefined':
      return 0x7feb352d;
    case 'object':
      return v === null ? 0x68e31da4 : hashObject(v);
    default:
      throw new TypeError(`a ${typeof v} is not a value`);
  }
}

function hashObject(v: object): number {
  const known = hashes.get(v);
  if (known !== undefined) return known;
  const h = computeHash(v);
  if (Object.isFrozen(v)) hashes.set(v, h);
  return h;
}

function computeHash(v: object): number {
  if (Array.isArray(v)) {
    let h = combine(0x846ca68b, v.length);
    for (let i = 0; i < v.length; i++) h = combine(h, hashValue(v[i]));
    return h;
  }
  const spec = classOf(v);
  if (spec !== undefined) {
    return combine(hashString(spec.tag, 0x9e6d62d0), spec.hash ? spec.hash(v) : hashValue(spec.encode(v)));
  }
  const record = v as Readonly<Record<string, unknown>>;
  let h = 0x2e5c1f0b;
  for (const key of sortedKeys(record)) {
    h = combine(combine(h, hashString(key)), hashValue(record[key]));
  }
  return h;
}

/** Keys with a defined value, ascending by UTF-16 code units. */
export function sortedKeys(record: Readonly<Record<string, unknown>>): string[] {
  const keys: string[] = [];
  for (const key of Object.keys(record)) if (record[key] !== undefined) keys.push(key);
  return keys.sort(compareStrings);
}

export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The registered class of an instance; undefined for plain objects; throws for anything else. */
export function classOf(v: object): ValueClass<object> | undefined {
  const prototype: unknown = Object.getPrototypeOf(v);
  if (prototype === Object.prototype || prototype === null) return undefined;
  const spec = byPrototype.get(prototype as object);
  if (spec !== undefined) return spec;
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? 'unknown class';
  throw new TypeError(`a ${name} is not a value: register its class`);
}

/** The registered class of a tag. */
export function classNamed(tag: string): ValueClass<object> {
  const spec = byTag.get(tag);
  if (spec === undefined) throw new RangeError(`unknown class of value '${tag}'`);
  return spec;
}

/** Writes any value; objects are written once by identity. */
export function encodeValue(v: unknown, w: ByteWriter): void {
  switch (typeof v) {
    case 'number':
      if (v === (v | 0) && !(v === 0 && 1 / v < 0)) {
        w.u8(INT);
        w.u32(v >>> 0);
      } else {
        w.u8(NUMBER);
        w.f64(v);
      }
      return;
    case 'string':
      w.u8(STRING);
      w.str(v);
      return;
    case 'boolean':
      w.u8(v ? TRUE : FALSE);
      return;
    case 'undefined':
      w.u8(UNDEFINED);
      return;
    case 'object':
      if (v === null) {
        w.u8(NULL);
        return;
      }
      w.u8(OBJECT);
      w.shared(v, encodeObject);
      return;
    default:
      throw new TypeError(`a ${typeof v} is not a value`);
  }
}

function encodeObject(v: object, w: ByteWriter): void {
  if (Array.isArray(v)) {
    w.u8(ARRAY);
    w.u32(v.length);
    for (const item of v) encodeValue(item, w);
    return;
  }
  const spec = classOf(v);
  if (spec !== undefined) {
    w.u8(CLASS);
    w.str(spec.tag);
    encodeValue(spec.encode(v), w);
    return;
  }
  const record = v as Readonly<Record<string, unknown>>;
  // In the object's own order: printing and iteration must not change by a round trip. Hashes sort.
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  w.u8(OBJECT);
  w.u32(keys.length);
  for (const key of keys) {
    w.str(key);
    encodeValue(record[key], w);
  }
}

/** Reads what encodeValue wrote; plain objects and arrays come back frozen. */
export function decodeValue(r: ByteReader): unknown {
  const kind = r.u8();
  switch (kind) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case INT:
      return r.u32() | 0;
    case NUMBER:
      return r.f64();
    case STRING:
      return r.str();
    case UNDEFINED:
      return undefined;
    case OBJECT:
      return r.shared(decodeObject);
    default:
      throw new RangeError(`unknown kind of value ${kind}`);
  }
}

function decodeObject(r: ByteReader): object {
  const kind = r.u8();
  if (kind === ARRAY) {
    const items: unknown[] = [];
    const n = r.u32();
    for (let i = 0; i < n; i++) items.push(decodeValue(r));
    return Object.freeze(items);
  }
  if (kind === CLASS) {
    const tag = r.str();
    return classNamed(tag).decode(decodeValue(r));
  }
  if (kind !== OBJECT) throw new RangeError(`unknown kind of object ${kind}`);
  const record: Record<string, unknown> = {};
  const n = r.u32();
  for (let i = 0; i < n; i++) {
    const key = r.str();
    const value = decodeValue(r);
    // A plain assignment of this key would set the prototype.
    if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true });
    else record[key] = value;
  }
  return Object.freeze(record);
}

/** Freezes plain objects and arrays to the bottom; stops at frozen ones and at registered classes. */
export function freezeValue<T>(v: T): T {
  if (typeof v !== 'object' || v === null || Object.isFrozen(v)) return v;
  if (Array.isArray(v)) {
    Object.freeze(v);
    for (const item of v) freezeValue(item);
    return v;
  }
  if (classOf(v) !== undefined) return v;
  Object.freeze(v);
  for (const key of Object.keys(v)) freezeValue((v as Record<string, unknown>)[key]);
  return v;
}

/** The codec of containers that name none. */
export const valueCodec: RowCodec<unknown> = {
  encode: encodeValue,
  decode: decodeValue,
  hash: hashValue,
};
