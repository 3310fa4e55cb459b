import type { Quantity } from '../machinery/quantity.ts';
import { compareQuantities } from '../machinery/quantity.ts';
import { CelError, noSuchOverload } from './errors.ts';
import { compareSemver, type Semver } from './semver.ts';

/**
 * Values of the language: bigint = int, number = double, string, boolean, null; the rest are the classes below. Lists are
 * arrays.
 */
export type CelValue =
  | bigint
  | number
  | string
  | boolean
  | null
  | UInt
  | Bytes
  | CelMap
  | Opaque
  | Optional
  | Type
  | readonly CelValue[];

export type CelFunction = (...args: readonly CelValue[]) => CelValue;

export class UInt {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** One UTF-16 unit a byte. */
export class Bytes {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Type {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Optional {
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** Values of Kubernetes' libraries that have no literal. */
export class Opaque {
  readonly type: 'kubernetes.Quantity' | 'kubernetes.Semver';
  readonly value: Quantity | Semver;
  constructor(type: Opaque['type'], value: Quantity | Semver) {
    this.type = type;
    this.value = value;
  }
}

/** Keys are compared as CEL does: 1, 1u and 1.0 are one key. */
export class CelMap {
  private readonly entries: ReadonlyMap<string, readonly [CelValue, CelValue]>;
  /** What a missing key gives; undefined = an error. */
  readonly fallback: CelValue | undefined;

  constructor(entries: readonly (readonly [CelValue, CelValue])[], fallback?: CelValue) {
    this.entries = new Map(entries.map((e) => [keyOf(e[0]), e]));
    this.fallback = fallback;
  }

  get(key: CelValue): CelValue | undefined {
    return this.entries.get(keyOf(key))?.[1] ?? this.fallback;
  }

  has(key: CelValue): boolean {
    return this.entries.has(keyOf(key));
  }

  list(): readonly (readonly [CelValue, CelValue])[] {
    return [...this.entries.values()];
  }

  get size(): number {
    return this.entries.size;
  }
}

function keyOf(key: CelValue): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof UInt) return `n${key.value}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
  throw new CelError(`unsupported key type: ${typeName(key)}`);
}

export const isList = (v: CelValue): v is readonly CelValue[] => Array.isArray(v);
const isNumber = (v: CelValue): v is bigint | number | UInt =>
  typeof v === 'bigint' || typeof v === 'number' || v instanceof UInt;

export function typeName(v: CelValue): string {
  if (v === null) return 'null_type';
  if (typeof v === 'bigint') return 'int';
  if (typeof v === 'number') return 'double';
  if (typeof v === 'boolean') return 'bool';
  if (typeof v === 'string') return 'string';
  if (v instanceof UInt) return 'uint';
  if (v instanceof Bytes) return 'bytes';
  if (v instanceof CelMap) return 'map';
  if (v instanceof Optional) return 'optional_type';
  if (v instanceof Type) return 'type';
  return v instanceof Opaque ? v.type : 'list';
}

/** -1, 0, 1; NaN for doubles that are not a number. Numbers of different types compare by value. */
export function compareValues(a: CelValue, b: CelValue): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a instanceof Bytes && b instanceof Bytes) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  throw noSuchOverload();
}

/** By code points, as UTF-8 sorts. */
function compareText(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < x.length && i < y.length; i++)
    if (x[i] !== y[i]) return (x[i].codePointAt(0) as number) < (y[i].codePointAt(0) as number) ? -1 : 1;
  return Math.sign(x.length - y.length);
}

function compareNumbers(a: bigint | number | UInt, b: bigint | number | UInt): number {
  const x = a instanceof UInt ? a.value : a;
  const y = b instanceof UInt ? b.value : b;
  // JavaScript compares bigint and number by value.
  return x < y ? -1 : x > y ? 1 : x <= y ? 0 : Number.NaN;
}

export function compareOpaque(a: Opaque, b: Opaque): number {
  if (a.type !== b.type) throw noSuchOverload();
  return a.type === 'kubernetes.Quantity'
    ? compareQuantities(a.value as Quantity, b.value as Quantity)
    : compareSemver(a.value as Semver, b.value as Semver);
}

/** Values of different types are unequal, except numbers. */
export function equalValues(a: CelValue, b: CelValue): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((v, i) => equalValues(v, b[i]));
  if (a instanceof CelMap && b instanceof CelMap) {
    const other: CelMap = b;
    return a.size === b.size && a.list().every(([k, v]) => other.has(k) && equalValues(v, other.get(k) as CelValue));
  }
  if (a instanceof Bytes && b instanceof Bytes) return a.text === b.text;
  if (a instanceof Opaque && b instanceof Opaque) return a.type === b.type && compareOpaque(a, b) === 0;
  if (a instanceof Type && b instanceof Type) return a.name === b.name;
  if (a instanceof Optional && b instanceof Optional) {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equalValues(a.value, b.value);
  }
  return a === b;
}

/** JSON as variables of an expression: whole numbers are ints. */
export function fromJson(json: unknown): CelValue {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  return new CelMap(
    Object.entries(json as object)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [k, fromJson(v)] as const),
  );
}
