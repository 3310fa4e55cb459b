import type { Json } from '../../contracts/index.ts';
import { combine, hashString } from '../../engine/mix.ts';
import { OBJECT as START, valueHash } from '../contentHash.ts';
import type { FieldsMaker } from '../heldFields.ts';
import { GIVEN, KEYED, made, OBJECT, type Plan } from './build.ts';
import { keyOfAddress } from './match.ts';

/** How the content hash of a set of fields follows from the addresses in its keys. */
class FieldsSum {
  /** The sum over the fields that all share. */
  private readonly base: number;
  /** The hole of the address in a key; -1 = none. */
  private readonly hole: number;
  /** The hash of the value under that key. */
  private readonly keyed: number;
  private readonly names: readonly number[];
  private readonly parts: readonly FieldsSum[];

  constructor({ type, value, keys, parts, hole }: Plan) {
    const [names, made]: [number[], FieldsSum[]] = [[], []];
    let base = START;
    let keyed = 0;
    if (type === OBJECT) {
      const all = value as Readonly<Record<string, unknown>>;
      for (const key in all) if (!keys.includes(key)) base = (base + combine(hashString(key), valueHash(all[key]))) | 0;
    }
    parts.forEach((part, i) => {
      const key = keys[i];
      if (key === '') keyed = valueHash(part.value);
      else if (part.type === GIVEN) base = (base + combine(hashString(key), valueHash(part.value))) | 0;
      else {
        names.push(hashString(key));
        made.push(new FieldsSum(part));
      }
    });
    this.base = base;
    this.hole = type === KEYED ? hole : -1;
    this.keyed = keyed;
    this.names = names;
    this.parts = made;
  }

  hash(holes: readonly unknown[]): number {
    const { names, parts, hole } = this;
    let h = this.base;
    if (hole >= 0) h = (h + combine(hashString(keyOfAddress(holes[hole] as string)), this.keyed)) | 0;
    for (let i = 0; i < parts.length; i++) h = (h + combine(names[i], parts[i].hash(holes))) | 0;
    return h >>> 0;
  }
}

/** Are the values of the plan objects in objects, with an address in a key of some, under which all have the same? */
export function isPlannable({ type, keys, parts }: Plan): boolean {
  if (type !== OBJECT && type !== KEYED) return type === GIVEN;
  return parts.every((part, i) => (keys[i] === '' ? part.type === GIVEN : isPlannable(part)));
}

/** The sets of fields of one plan, each known by the addresses in its keys. */
export class PlannedFields implements FieldsMaker {
  private readonly plan: Plan;
  private readonly sum: FieldsSum;
  private readonly holes: unknown[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    this.sum = new FieldsSum(plan);
  }

  /** What has to be kept of the holes: mostly one address. */
  valuesFrom(holes: readonly unknown[]): unknown {
    const { onlyHole } = this.plan;
    return onlyHole >= 0 ? holes[onlyHole] : holes.slice();
  }

  fields(values: unknown): Json {
    return made(this.plan, this.holesOf(values)) as Json;
  }

  hash(values: unknown): number {
    return this.sum.hash(this.holesOf(values));
  }

  private holesOf(values: unknown): readonly unknown[] {
    const { onlyHole } = this.plan;
    if (onlyHole < 0) return values as readonly unknown[];
    this.holes[onlyHole] = values;
    return this.holes;
  }
}
