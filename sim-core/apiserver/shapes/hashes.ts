import { beginHash, combine, finishHash, hashString, hashUnit } from '../../engine/mix.ts';
import { START_OF_LIST, OBJECT as START_OF_OBJECT, valueHash } from '../contentHash.ts';
import { GIVEN, HOLE, INSIDE, KEYED, LIST, OBJECT, type Plan } from './build.ts';
import { isHole, isList, keyOfAddress, type Pattern } from './match.ts';

const NO_PLANS: readonly HashPlan[] = [];
const NO_HASHES: readonly number[] = [];
const NOTHING: object = {};

/** How the content hash of a value of a shape follows from the values of its holes. */
export class HashPlan {
  private readonly type: number;
  private readonly hole: number;
  /**
   * GIVEN: the hash. INSIDE: the state of the hash behind what stands before the hole. LIST: its start. Else the sum over the
   * fields without holes.
   */
  private readonly base: number;
  /** OBJECT, KEYED: hashes of the names. KEYED: behind them that of what all have under the key with the address. */
  private readonly names: readonly number[];
  private readonly parts: readonly HashPlan[];
  /** INSIDE: what stands behind the hole, and how long both ends are. */
  private readonly end: string;
  private readonly length: number;
  /** The hole that alone says what the value is; -1 = there are several. */
  private readonly only: number;
  /** Its last value: many objects of one second have the same times. */
  private last: unknown = NOTHING;
  private lastHash = 0;

  constructor(
    type: number,
    hole: number,
    base: number,
    names = NO_HASHES,
    parts = NO_PLANS,
    only = -1,
    text = '',
    end = '',
  ) {
    this.type = type;
    this.hole = hole;
    this.base = base;
    this.names = names;
    this.parts = parts;
    this.only = only;
    this.end = end;
    this.length = text.length + end.length;
  }

  hash(holes: readonly unknown[]): number {
    const { only } = this;
    if (only < 0) return this.compute(holes);
    const value = holes[only];
    if (value !== this.last) {
      this.lastHash = this.compute(holes);
      this.last = value;
    }
    return this.lastHash;
  }

  private compute(holes: readonly unknown[]): number {
    const { type, base, parts, names } = this;
    if (type === GIVEN) return base;
    if (type === HOLE) return valueHash(holes[this.hole]);
    if (type === INSIDE) return this.textHash(holes[this.hole] as string);
    let h = base;
    if (type === LIST) {
      for (let i = 0; i < parts.length; i++) h = combine(h, parts[i].hash(holes));
      return h;
    }
    for (let i = 0; i < parts.length; i++) h = (h + combine(names[i], parts[i].hash(holes))) | 0;
    if (type === KEYED) {
      const key = keyOfAddress(holes[this.hole] as string);
      h = (h + combine(hashString(key), names[parts.length])) | 0;
    }
    return h >>> 0;
  }

  private textHash(text: string): number {
    const { end } = this;
    let h = this.base;
    for (let i = 0; i < text.length; i++) h = hashUnit(h, text.charCodeAt(i));
    for (let i = 0; i < end.length; i++) h = hashUnit(h, end.charCodeAt(i));
    return finishHash(h, text.length + this.length);
  }
}

/** Of values that a pattern takes; a part that has a hole for its whole is known by that. */
export function patternHash(pattern: Pattern): HashPlan {
  const { keys, parts, whole } = pattern;
  if (isHole(pattern)) return new HashPlan(HOLE, pattern.hole, 0, NO_HASHES, NO_PLANS, pattern.hole);
  if (pattern.isConstant) return valuePlan(pattern.value);
  if (isList(pattern)) {
    const start = combine(START_OF_LIST, parts.length);
    return new HashPlan(LIST, -1, start, NO_HASHES, parts.map(patternHash), whole);
  }
  const [names, made]: [number[], HashPlan[]] = [[], []];
  let base = START_OF_OBJECT;
  parts.forEach((part, i) => {
    const name = hashString(keys[i]);
    if (!part.isConstant) {
      names.push(name);
      made.push(patternHash(part));
    } else if (part.value !== undefined) base = (base + combine(name, valueHash(part.value))) | 0;
  });
  return new HashPlan(OBJECT, -1, base, names, made, whole);
}

/** Of one value. */
export function valuePlan(value: unknown): HashPlan {
  return new HashPlan(GIVEN, -1, valueHash(value));
}

/** Of what a plan makes. `handed`: the plan of a value that is handed on as it came, by the hole for its whole. */
export function planHash(plan: Plan, handed: (hole: number) => HashPlan | undefined = none): HashPlan {
  const { type, hole, value, keys, parts, places, onlyHole } = plan;
  if (type === GIVEN) return valuePlan(value);
  if (type === HOLE) return handed(hole) ?? new HashPlan(HOLE, hole, 0, NO_HASHES, NO_PLANS, hole);
  if (type === INSIDE) {
    const start = value as string;
    return new HashPlan(INSIDE, hole, beginHash(start), NO_HASHES, NO_PLANS, hole, start, keys[0]);
  }
  if (type === LIST) {
    const items = value as readonly unknown[];
    const made = items.map((item, i) => {
      const at = places.indexOf(i);
      return at < 0 ? valuePlan(item) : planHash(parts[at], handed);
    });
    return new HashPlan(LIST, -1, combine(START_OF_LIST, items.length), NO_HASHES, made, onlyHole);
  }
  const [names, made]: [number[], HashPlan[]] = [[], []];
  let base = START_OF_OBJECT;
  let keyed = 0;
  const add = (key: string, part: unknown) => {
    if (part !== undefined) base = (base + combine(hashString(key), valueHash(part))) | 0;
  };
  if (type === OBJECT) {
    const all = value as Readonly<Record<string, unknown>>;
    for (const key in all) if (!keys.includes(key)) add(key, all[key]);
  }
  parts.forEach((part, i) => {
    if (type === KEYED && keys[i] === '') keyed = valueHash(part.value);
    else if (part.type === GIVEN) add(keys[i], part.value);
    else {
      names.push(hashString(keys[i]));
      made.push(planHash(part, handed));
    }
  });
  return new HashPlan(type, hole, base, type === KEYED ? [...names, keyed] : names, made, onlyHole);
}

function none(): undefined {
  return undefined;
}
