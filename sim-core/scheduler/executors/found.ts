import type { CycleOptions } from '../cycle/schedulePod.ts';
import type { Verdicts } from './nodeStatuses.ts';
import type { PodProgram } from './program.ts';

/** What one search over the nodes came to. */
export interface Found extends Verdicts {
  readonly feasible: number;
  /** Place of the chosen node; -1 = none is feasible. */
  readonly chosen: number;
  /** Highest total; a single feasible node is not scored. */
  readonly top: number;
  /** Total of a feasible node. */
  totalAt(place: number): number;
}

export type Choice = Pick<Found, 'chosen' | 'top' | 'totalAt'>;
export type Seen = Pick<Found, 'start' | 'evaluated' | 'feasible' | 'at' | 'written' | 'histogram'>;

const noTotal = () => 0;

/** A node that is not scored. */
export const unscored = (chosen: number): Choice => ({ chosen, top: 0, totalAt: noTotal });
export const NONE = unscored(-1);

/** All of one shape: spreading would give each its own. */
export function found({ index, statuses }: PodProgram, seen: Seen, { chosen, top, totalAt }: Choice): Found {
  const { start, evaluated, feasible, at, written, histogram } = seen;
  return { index, statuses, start, evaluated, feasible, at, written, histogram, chosen, top, totalAt };
}

/** Index of the chosen one among `ties` nodes of equal total. `names` are theirs, in the order of the search. */
export function chooseTie(options: CycleOptions, ties: number, names: () => readonly string[]): number {
  return options.chooseIndex?.(ties) ?? options.chooseBest(names());
}
