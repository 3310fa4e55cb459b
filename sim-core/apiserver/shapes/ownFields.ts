import type { Json } from '../../contracts/index.ts';
import type { FieldsMaker } from '../heldFields.ts';
import { GIVEN, KEYED, made, OBJECT, type Plan } from './build.ts';
import { type HashPlan, planHash } from './hashes.ts';

/** Are the values of the plan objects in objects, with an address in a key of some, under which all have the same? */
export function isPlannable({ type, keys, parts }: Plan): boolean {
  if (type !== OBJECT && type !== KEYED) return type === GIVEN;
  return parts.every((part, i) => (keys[i] === '' ? part.type === GIVEN : isPlannable(part)));
}

/** The sets of fields of one plan, each known by the addresses in its keys. */
export class PlannedFields implements FieldsMaker {
  private readonly plan: Plan;
  private readonly sum: HashPlan;
  private readonly holes: unknown[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    this.sum = planHash(plan);
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
