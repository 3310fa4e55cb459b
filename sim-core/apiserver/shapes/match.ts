import type { HoleKind } from './holes.ts';

/** Says which place of a value is a hole, by its path (`status.conditions[Ready].lastTransitionTime`) and last name. */
export type HoleRule = (path: string, name: string, value: unknown) => HoleKind | undefined;

/** A hole of a shape, found in the sample that the shape was made of. */
export interface Hole {
  readonly kind: HoleKind;
  readonly path: string;
  readonly sample: unknown;
}

const SAME = 0;
const HOLE = 1;
const OBJECT = 2;
const LIST = 3;

const NO_KEYS: readonly string[] = [];
const NO_PATTERNS: readonly Pattern[] = [];

/** What a value must look like to be of a shape. One class for all, so that matching stays fast. */
export class Pattern {
  readonly type: number;
  /** SAME: the value. Objects without holes: the one that was seen last, known to be equal. */
  value: unknown;
  readonly hole: number;
  readonly kind: HoleKind | undefined;
  readonly keys: readonly string[];
  readonly parts: readonly Pattern[];
  readonly isConstant: boolean;
  /** OBJECT of managed fields: the place of the key that holds an address; -1 = none. */
  readonly keyPlace: number;
  /** OBJECT, LIST: the hole that takes the whole value, where a result has it as it is; -1 = none. */
  whole = -1;
  /** Values that were of the shape, where many share them, with what was in their holes. */
  recent: Recent | undefined;

  constructor(
    type: number,
    value: unknown,
    hole = -1,
    kind?: HoleKind,
    keys = NO_KEYS,
    parts = NO_PATTERNS,
    keyPlace = -1,
  ) {
    this.type = type;
    this.value = value;
    this.hole = hole;
    this.kind = kind;
    this.keys = keys;
    this.parts = parts;
    this.keyPlace = keyPlace;
    this.isConstant = type === SAME || (type !== HOLE && keyPlace < 0 && parts.every((part) => part.isConstant));
  }
}

/** The last values of a part by identity: a memo of a pure result. */
class Recent {
  private readonly inner: readonly number[];
  private readonly values: unknown[] = [];
  private readonly found: unknown[][] = [];
  private next = 0;

  /** `inner`: the holes in the part. */
  constructor(inner: readonly number[]) {
    this.inner = inner;
  }

  /** Fills in the holes of a value that is known. */
  fill(value: unknown, holes: unknown[]): boolean {
    const { values, inner } = this;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== value) continue;
      const found = this.found[i];
      for (let k = 0; k < inner.length; k++) holes[inner[k]] = found[k];
      return true;
    }
    return false;
  }

  keep(value: unknown, holes: readonly unknown[]): void {
    const at = this.next;
    this.next = (at + 1) % RECENT;
    this.values[at] = value;
    this.found[at] = this.inner.map((hole) => holes[hole]);
  }
}

const RECENT = 6;

function holesIn(pattern: Pattern): readonly number[] {
  return pattern.type === HOLE ? [pattern.hole] : pattern.parts.flatMap(holesIn);
}

/** Lets the lists of a pattern's fields be known by identity, from one value to the next. */
export function rememberLists({ keys, parts }: Pattern, names: readonly string[]): void {
  parts.forEach((part, i) => {
    const isWorthIt = part.type === LIST && !part.isConstant && names.includes(keys[i]);
    if (isWorthIt) part.recent = new Recent(holesIn(part).concat(part.whole < 0 ? [] : [part.whole]));
  });
}

export function isHole({ type }: Pattern): boolean {
  return type === HOLE;
}

export function isList({ type }: Pattern): boolean {
  return type === LIST;
}

/** The value cannot be made into a pattern. */
export class NotAShape extends Error {}

/** Makes the pattern of a sample; its holes are appended to the list. Throws NotAShape. */
export function patternOf(sample: unknown, rule: HoleRule, holes: Hole[], path: string, name = ''): Pattern {
  const kind = rule(path, name, sample);
  if (kind?.accepts(sample)) {
    holes.push({ kind, path, sample });
    return new Pattern(HOLE, undefined, holes.length - 1, kind);
  }
  if (typeof sample !== 'object' || sample === null) return new Pattern(SAME, sample);
  if (Array.isArray(sample)) {
    const parts = sample.map((item, i) => patternOf(item, rule, holes, `${path}[${itemName(item, i)}]`, name));
    return new Pattern(LIST, sample, -1, undefined, NO_KEYS, parts);
  }
  if (Object.getPrototypeOf(sample) !== Object.prototype) throw new NotAShape(JSON.stringify(sample));
  const keys: string[] = [];
  for (const key in sample) keys.push(key);
  const fields = sample as Readonly<Record<string, unknown>>;
  const parts = keys.map((key) => patternOf(fields[key], rule, holes, `${path}.${key}`, key));
  return new Pattern(OBJECT, sample, -1, undefined, keys, parts);
}

/** Conditions keep their path wherever they stand. */
function itemName(item: unknown, i: number): string {
  const type: unknown = (item as { readonly type?: unknown } | null)?.type;
  return typeof type === 'string' ? type : String(i);
}

/** Is the value of the shape? Puts the values of its holes in their places. */
export function matches(pattern: Pattern, value: unknown, holes: unknown[]): boolean {
  switch (pattern.type) {
    case SAME:
      return value === pattern.value && (value !== 0 || Object.is(value, pattern.value));
    case HOLE:
      holes[pattern.hole] = value;
      return (pattern.kind as HoleKind).accepts(value);
    case OBJECT:
      return value === pattern.value && pattern.isConstant ? true : matchesObject(pattern, value, holes);
    default:
      return value === pattern.value && pattern.isConstant ? true : matchesList(pattern, value, holes);
  }
}

function matchesObject(pattern: Pattern, value: unknown, holes: unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { keys, parts, keyPlace } = pattern;
  const fields = value as Readonly<Record<string, unknown>>;
  let i = 0;
  for (const key in fields) {
    if (i === keyPlace) {
      const address = addressOfKey(key);
      if (address === undefined) return false;
      holes[pattern.hole] = address;
    } else if (key !== keys[i]) return false;
    if (!matches(parts[i], fields[key], holes)) return false;
    i++;
  }
  if (i !== keys.length || (i === 0 && Array.isArray(value))) return false;
  if (pattern.isConstant) pattern.value = value;
  else if (pattern.whole >= 0) holes[pattern.whole] = value;
  return true;
}

function matchesList(pattern: Pattern, value: unknown, holes: unknown[]): boolean {
  const { parts, recent } = pattern;
  if (recent?.fill(value, holes)) return true;
  if (!Array.isArray(value) || value.length !== parts.length) return false;
  for (let i = 0; i < parts.length; i++) if (!matches(parts[i], value[i], holes)) return false;
  if (pattern.isConstant) pattern.value = value;
  else if (pattern.whole >= 0) holes[pattern.whole] = value;
  recent?.keep(value, holes);
  return true;
}

/** Gives each part that holds a hole, down to a depth, a place for the whole of it, from `next` on. */
export function numberWholes(pattern: Pattern, next: number, depth: number): number {
  if (depth === 0 || pattern.isConstant || pattern.type === HOLE) return next;
  pattern.whole = next;
  let after = next + 1;
  for (const part of pattern.parts) after = numberWholes(part, after, depth - 1);
  return after;
}

/** The part whose whole a hole takes. */
export function partOfWhole(pattern: Pattern, hole: number): Pattern | undefined {
  if (pattern.whole === hole) return pattern;
  for (const part of pattern.parts) {
    const found = partOfWhole(part, hole);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The sample with other values in its holes. Shares what has none. */
export function filled(pattern: Pattern, values: readonly unknown[]): unknown {
  if (pattern.type === HOLE) return values[pattern.hole];
  if (pattern.isConstant) return pattern.value;
  if (pattern.type === LIST) return pattern.parts.map((part) => filled(part, values));
  const out: Record<string, unknown> = {};
  pattern.keys.forEach((key, i) => {
    const own = i === pattern.keyPlace ? keyOfAddress(values[pattern.hole] as string) : key;
    out[own] = filled(pattern.parts[i], values);
  });
  return out;
}

// --- Sets of managed fields: addresses stand in keys ---

const KEY_START = 'k:{"ip":"';
const KEY_END = '"}';

/** The address in the name of an item of a list of addresses. */
export function addressOfKey(key: string): string | undefined {
  if (!key.startsWith(KEY_START) || !key.endsWith(KEY_END)) return undefined;
  return key.slice(KEY_START.length, key.length - KEY_END.length);
}

export function keyOfAddress(address: string): string {
  return KEY_START + address + KEY_END;
}

/** The pattern of a set of managed fields. Throws NotAShape for lists of several addresses. */
export function fieldsPattern(sample: unknown, address: HoleKind, holes: Hole[], path: string): Pattern {
  if (typeof sample !== 'object' || sample === null || Array.isArray(sample)) return new Pattern(SAME, sample);
  const fields = sample as Readonly<Record<string, unknown>>;
  const keys: string[] = [];
  for (const key in fields) keys.push(key);
  let keyPlace = -1;
  let hole = -1;
  keys.forEach((key, i) => {
    const inKey = addressOfKey(key);
    if (inKey === undefined) return;
    if (keyPlace >= 0 || !address.accepts(inKey)) throw new NotAShape(JSON.stringify(sample));
    keyPlace = i;
    hole = holes.length;
    holes.push({ kind: address, path: `${path}.${key}`, sample: inKey });
  });
  const parts = keys.map((key) => fieldsPattern(fields[key], address, holes, `${path}.${key}`));
  return new Pattern(OBJECT, sample, hole, undefined, keys, parts, keyPlace);
}
