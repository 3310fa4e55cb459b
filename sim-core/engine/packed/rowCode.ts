// How values of rows are written as bytes: what the writer and the reader agree on.
import { classOf } from '../values.ts';

export const UNDEFINED = 0;
export const NULL = 1;
export const FALSE = 2;
export const TRUE = 3;
export const NUMBER = 4;
export const STRING = 5;
export const KNOWN_STRING = 6;
export const ARRAY = 7;
export const KNOWN_OBJECT = 8;
export const CLASS = 9;
export const DECIMAL = 10;
export const NEW_SHAPE = 11;
/** What the base is. */
export const SAME = 12;
/** As the base but for the members of a mask: an array, a plain object, an instance of a class. */
export const LIKE_ARRAY = 13;
export const LIKE_RECORD = 14;
export const LIKE_INSTANCE = 15;
/** An instance as the last one with the same number but for the members of a mask. */
export const SUCCESSOR = 16;
/** An instance that is in a chunk of the archive. */
export const ELSEWHERE = 17;
/** A text and 64 hexadecimal digits behind it. */
export const HEX_64 = 18;
export const UUID = 19;
/** From here on: a plain object with the keys of a shape that came before. */
export const SHAPES = 20;

/** Integers within are written as differences from the last one at the same path. */
export const INT_LIMIT = 2 ** 49;
export const DECIMAL_TEXT = /^[1-9]\d{0,13}$/;
export const HEX_64_TAIL = /[0-9a-f]{64}$/;
export const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Members of one word of a mask, and the most that a difference may have. */
export const MASK_BITS = 28;
export const MEMBERS_MAX = 3 * MASK_BITS;

/** There is nothing that a value is told apart from. */
export const NO_BASE: unique symbol = Symbol('no base');
export const NONE: readonly unknown[] = [];

const NO_KEYS: readonly string[] = [];

/** The same keys in the same order. */
export function isEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A path from a row to a value in it, with what was there last. */
export class Path {
  /** The last integer. */
  last = 0;
  /** The last string that was new. */
  text = '';
  /** The last object that was elsewhere. */
  place = 0;
  /** The last object. */
  base: object | undefined;
  /** Of the last instance of the class that the path ends with. */
  instance: readonly unknown[] | undefined;
  /** Keys of the last plain object, and the paths to their values. */
  keys: readonly string[] = NO_KEYS;
  members: readonly Path[] = [];
  private readonly items: Path[] = [];
  private readonly parts = new Map<string, Path>();

  item(i: number): Path {
    while (this.items.length <= i) this.items.push(new Path());
    return this.items[i];
  }

  /** Paths to the values of a plain object with these keys. */
  membersOf(keys: readonly string[]): readonly Path[] {
    if (!isEqual(this.keys, keys)) {
      this.keys = keys;
      this.members = keys.map((key) => this.to(key));
    }
    return this.members;
  }

  to(part: string): Path {
    let next = this.parts.get(part);
    if (next === undefined) {
      next = new Path();
      this.parts.set(part, next);
    }
    return next;
  }
}

/** Is it an object with keys, and of no class? */
export function isRecord(v: unknown): v is Readonly<Record<string, unknown>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v) && classOf(v) === undefined;
}

/** The object that an array (`undefined`: a plain object) is told apart from, if there is one. */
export function arrayBase(base: unknown, path: Path): readonly unknown[] {
  if (Array.isArray(base)) return base;
  return Array.isArray(path.base) ? path.base : NONE;
}

export function recordBase(base: unknown, path: Path): Readonly<Record<string, unknown>> | undefined {
  if (isRecord(base)) return base;
  return isRecord(path.base) ? path.base : undefined;
}

/** A number that is written as an integer. */
export function isInt(v: unknown): v is number {
  return Number.isInteger(v) && (v as number) < INT_LIMIT && (v as number) > -INT_LIMIT && !Object.is(v, -0);
}

/** The parts of instances of a class by the first of them, a number, the last ones of each: versions of one object follow each other. */
export class Successions {
  private readonly byTag = new Map<string, Map<number, readonly unknown[]>>();

  last(tag: string, number: unknown): readonly unknown[] | undefined {
    return isInt(number) ? this.byTag.get(tag)?.get(number) : undefined;
  }

  add(tag: string, parts: readonly unknown[]): void {
    const number = parts[0];
    if (!isInt(number)) return;
    let byNumber = this.byTag.get(tag);
    if (byNumber === undefined) {
      byNumber = new Map();
      this.byTag.set(tag, byNumber);
    }
    byNumber.set(number, parts);
  }
}

/** The parts of an instance as a list; what is no list stands in one of its own. */
export function partsOf(parts: unknown): readonly unknown[] {
  return Array.isArray(parts) ? parts : [parts];
}

/** The member of a base by its key. */
export function memberOf(base: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return base !== undefined && Object.hasOwn(base, key) ? base[key] : NO_BASE;
}
