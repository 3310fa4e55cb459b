import { combine, hashString } from '../../engine/mix.ts';
import { OBJECT, valueHash } from '../contentHash.ts';
import { isHole, isList, type Pattern } from './match.ts';

const NO_PLANS: readonly HashPlan[] = [];
const NO_HASHES: readonly number[] = [];
const START_OF_LIST = 0x846ca68b;

/** How the content hash of a value of a shape follows from the values of its holes. */
export class HashPlan {
  readonly hole: number;
  readonly isList: boolean;
  /** The hash of a value without holes; of a list its start; of an object the sum over the fields without holes. */
  readonly base: number;
  readonly names: readonly number[];
  readonly parts: readonly HashPlan[];
  /** The last value of the hole: many objects of one second have the same times. */
  private last: unknown;
  private lastHash = 0;

  constructor(pattern: Pattern) {
    this.hole = isHole(pattern) ? pattern.hole : -1;
    this.isList = isList(pattern);
    if (pattern.isConstant || this.hole >= 0) {
      this.base = pattern.isConstant ? valueHash(pattern.value) : 0;
      this.names = NO_HASHES;
      this.parts = NO_PLANS;
      return;
    }
    if (this.isList) {
      this.base = combine(START_OF_LIST, pattern.parts.length);
      this.names = NO_HASHES;
      this.parts = pattern.parts.map((part) => new HashPlan(part));
      return;
    }
    const [names, parts]: [number[], HashPlan[]] = [[], []];
    let base = OBJECT;
    pattern.parts.forEach((part, i) => {
      const name = hashString(pattern.keys[i]);
      if (!part.isConstant) {
        names.push(name);
        parts.push(new HashPlan(part));
      } else if (part.value !== undefined) base = (base + combine(name, valueHash(part.value))) | 0;
    });
    this.base = base;
    this.names = names;
    this.parts = parts;
  }

  hash(holes: readonly unknown[]): number {
    const { base, parts, names, hole } = this;
    if (hole >= 0) return this.holeHash(holes[hole]);
    let h = base;
    if (this.isList) for (let i = 0; i < parts.length; i++) h = combine(h, parts[i].hash(holes));
    else for (let i = 0; i < parts.length; i++) h = (h + combine(names[i], parts[i].hash(holes))) | 0;
    return h >>> 0;
  }

  private holeHash(value: unknown): number {
    if (value !== this.last) {
      this.lastHash = valueHash(value);
      this.last = value;
    }
    return this.lastHash;
  }
}
