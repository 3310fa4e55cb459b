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
  private readonly items: Path[] = [];
  private readonly parts = new Map<string, Path>();

  item(i: number): Path {
    while (this.items.length <= i) this.items.push(new Path());
    return this.items[i];
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

/** The instances of a class by their first part, a number, the last one of each: versions of one object follow each other. */
export class Successions {
  private readonly byTag = new Map<string, Map<number, object>>();

  last(tag: string, number: unknown): object | undefined {
    return isInt(number) ? this.byTag.get(tag)?.get(number) : undefined;
  }

  add(tag: string, number: unknown, v: object): void {
    if (!isInt(number)) return;
    let byNumber = this.byTag.get(tag);
    if (byNumber === undefined) {
      byNumber = new Map();
      this.byTag.set(tag, byNumber);
    }
    byNumber.set(number, v);
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
