import { type Copier, copierOf } from './copies.ts';
import { addressOfKey, keyOfAddress } from './match.ts';

/** A value that all share. */
export const GIVEN = 0;
export const HOLE = 1;
export const INSIDE = 2;
export const OBJECT = 3;
export const LIST = 4;
/** An object with an address in the name of a field. */
export const KEYED = 5;

const NO_NAMES: readonly string[] = [];
const NO_PLACES: readonly number[] = [];
const NO_PLANS: readonly Plan[] = [];

/** How a value is made of the values of holes; what has none is shared by all that are made. */
export class Plan {
  readonly type: number;
  /** GIVEN: the value. INSIDE: what stands before the hole. Else: what to copy. */
  readonly value: unknown;
  readonly hole: number;
  /** OBJECT, KEYED: the fields that are made. INSIDE: what stands behind the hole. */
  readonly keys: readonly string[];
  /** LIST: the items that are made. */
  readonly places: readonly number[];
  readonly parts: readonly Plan[];
  /** The only hole of all parts; -1 = there are several. */
  readonly onlyHole: number;
  /** What was made of the only hole, where many share it: last, and of texts before. */
  lastFrom: unknown = undefined;
  last: unknown = undefined;
  readonly made: Map<string, unknown> | undefined;
  private readonly copy: Copier | undefined;

  constructor(type: number, value: unknown, hole = -1, parts = NO_PLANS, keys = NO_NAMES, places = NO_PLACES) {
    this.type = type;
    this.value = value;
    this.hole = hole;
    this.keys = keys;
    this.places = places;
    this.parts = parts;
    const holes = new Set(parts.map((part) => (part.type === GIVEN ? hole : part.onlyHole)));
    holes.add(hole);
    holes.delete(-1);
    const several = parts.some((part) => part.type !== GIVEN && part.onlyHole < 0);
    this.onlyHole = !several && holes.size === 1 ? ([...holes][0] as number) : -1;
    // Addresses of nodes come again and again, in no order.
    const isKeyed = type === KEYED || parts.some(({ made }) => made !== undefined);
    this.made = isKeyed && this.onlyHole >= 0 ? new Map() : undefined;
    this.copy = type === OBJECT ? copierOf(value as object) : undefined;
  }

  /** OBJECT: a copy of the value. */
  copied(): Record<string, unknown> {
    return (this.copy as Copier)(this.value as object);
  }

  get isConstant(): boolean {
    return this.type === GIVEN;
  }

  /** May results be the same by identity? */
  get isShared(): boolean {
    return this.type === GIVEN || this.onlyHole >= 0;
  }
}

/** Stand-ins and the holes that they stand for: as whole values, and as parts of texts. */
export interface Markers {
  readonly wholes: ReadonlyMap<unknown, number>;
  readonly parts: ReadonlyMap<string, number>;
  /** Texts of objects and lists that are handed on as they came. */
  readonly handed?: ReadonlyMap<string, number>;
}

/** The plan of a result that was made with stand-ins. */
export function planOf(result: unknown, markers: Markers): Plan {
  const whole = markers.wholes.get(result);
  if (whole !== undefined) return new Plan(HOLE, undefined, whole);
  if (typeof result === 'string' || typeof result === 'number') return scalarPlan(result, markers);
  if (typeof result !== 'object' || result === null) return new Plan(GIVEN, result);
  const handed = markers.handed?.get(JSON.stringify(result));
  if (handed !== undefined) return new Plan(HOLE, undefined, handed);
  if (Array.isArray(result)) {
    const all = result.map((item) => planOf(item, markers));
    const places = all.flatMap((plan, i) => (plan.isConstant ? [] : [i]));
    if (places.length === 0) return new Plan(GIVEN, result);
    const parts = places.map((i) => all[i]);
    return new Plan(LIST, result, -1, parts, NO_NAMES, places);
  }
  return objectPlan(result as Readonly<Record<string, unknown>>, markers);
}

function scalarPlan(value: string | number, { parts }: Markers): Plan {
  if (typeof value === 'string') {
    for (const [part, hole] of parts) {
      const at = value.indexOf(part);
      if (at >= 0) return new Plan(INSIDE, value.slice(0, at), hole, NO_PLANS, [value.slice(at + part.length)]);
    }
  }
  return new Plan(GIVEN, value);
}

function objectPlan(result: Readonly<Record<string, unknown>>, markers: Markers): Plan {
  const all = Object.keys(result);
  const plans = all.map((key) => planOf(result[key], markers));
  const inKey = all.findIndex((key) => markers.wholes.has(addressOfKey(key)));
  if (inKey >= 0) {
    // The key with the address is named by ''.
    const keys = all.map((key, i) => (i === inKey ? '' : key));
    return new Plan(KEYED, result, markers.wholes.get(addressOfKey(all[inKey])), plans, keys);
  }
  const made = all.filter((_, i) => !plans[i].isConstant);
  if (made.length === 0) return new Plan(GIVEN, result);
  const parts = plans.filter((plan) => !plan.isConstant);
  return new Plan(OBJECT, result, -1, parts, made);
}

/** The parts that all have in common: by identity, the largest ones. */
export function commonParts(plan: Plan | undefined, take: (part: object) => void): void {
  if (plan === undefined) return;
  if (plan.type === OBJECT || plan.type === LIST) {
    const whole = plan.value as Readonly<Record<string, unknown>>;
    const names: readonly (string | number)[] = plan.type === LIST ? plan.places : plan.keys;
    const apart = new Set(names.map(String));
    for (const key of Object.keys(whole)) {
      const part = whole[key];
      if (!apart.has(key) && typeof part === 'object' && part !== null) take(part);
    }
  } else if (typeof plan.value === 'object' && plan.value !== null && plan.type === GIVEN) take(plan.value);
  for (const part of plan.parts) commonParts(part, take);
}

/** Do values of the plan have keys of their own? */
export function isKeyed(plan: Plan): boolean {
  return plan.type === KEYED || plan.parts.some(isKeyed);
}

/** Does the plan use the value of a hole? */
export function uses(plan: Plan, hole: number): boolean {
  return plan.hole === hole || plan.parts.some((part) => uses(part, hole));
}

export function made(plan: Plan, holes: readonly unknown[]): unknown {
  switch (plan.type) {
    case GIVEN:
      return plan.value;
    case HOLE:
      return holes[plan.hole];
    case INSIDE:
      // Joined: a flat text, which is a key of many maps.
      return [plan.value as string, holes[plan.hole] as string, plan.keys[0]].join('');
    default:
      return plan.onlyHole >= 0 ? madeOnce(plan, holes) : compound(plan, holes);
  }
}

const MADE_MAX = 8192;

/** What hangs on one value alone is shared: the owners of fields of one second, or of the pods of one node. */
function madeOnce(plan: Plan, holes: readonly unknown[]): unknown {
  const from = holes[plan.onlyHole];
  if (from === plan.lastFrom) return plan.last;
  const known = plan.made;
  let value = known?.get(from as string);
  if (value === undefined) {
    value = compound(plan, holes);
    if (known !== undefined) {
      if (known.size >= MADE_MAX) known.clear();
      known.set(from as string, value);
    }
  }
  plan.lastFrom = from;
  plan.last = value;
  return value;
}

function compound(plan: Plan, holes: readonly unknown[]): unknown {
  const { keys, parts } = plan;
  if (plan.type === OBJECT) {
    const out = plan.copied();
    for (let i = 0; i < keys.length; i++) out[keys[i]] = made(parts[i], holes);
    return out;
  }
  if (plan.type === LIST) {
    const { places } = plan;
    const out = (plan.value as readonly unknown[]).slice();
    for (let i = 0; i < places.length; i++) out[places[i]] = made(parts[i], holes);
    return out;
  }
  const out: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    out[keys[i] === '' ? keyOfAddress(holes[plan.hole] as string) : keys[i]] = made(parts[i], holes);
  }
  return out;
}

/**
 * Takes the values of holes that are not known yet from a result that was made the long way. False where the result does
 * not follow the plan.
 */
export function learned(plan: Plan, result: unknown, holes: unknown[]): boolean {
  switch (plan.type) {
    case GIVEN:
      return true;
    case HOLE:
      return settled(plan.hole, result, holes);
    case INSIDE:
      return typeof result === 'string' && insideOf(plan, result, holes);
    default:
      break;
  }
  if (typeof result !== 'object' || result === null) return false;
  const fields = result as Readonly<Record<string | number, unknown>>;
  if (plan.type === KEYED) return true;
  const names = plan.type === LIST ? plan.places : plan.keys;
  return plan.parts.every((part, i) => learned(part, fields[names[i]], holes));
}

function insideOf({ value, keys, hole }: Plan, result: string, holes: unknown[]): boolean {
  const [start, end] = [value as string, keys[0]];
  if (!result.startsWith(start) || !result.endsWith(end)) return false;
  return settled(hole, result.slice(start.length, result.length - end.length), holes);
}

function settled(hole: number, value: unknown, holes: unknown[]): boolean {
  if (holes[hole] === undefined) holes[hole] = value;
  return holes[hole] === value;
}
