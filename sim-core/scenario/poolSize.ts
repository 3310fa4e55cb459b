import type { NodePoolSpec, ScenarioSpec, TimelineEntry } from './spec.ts';

/** The machines of a pool: all numbers below `next` but the removed ones. A number is never given twice. */
export interface PoolSize {
  readonly next: number;
  readonly removed: readonly number[];
}

export interface Resized {
  readonly size: PoolSize;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

export const poolSize = (count: number): PoolSize => ({ next: count, removed: [] });

export const numbersOf = ({ next, removed }: PoolSize): readonly number[] =>
  Array.from({ length: next }, (_, i) => i).filter((i) => !removed.includes(i));

/** A pool with `count` machines: new ones get the next numbers; of too many, `first` go first, then the newest. */
export function resized(before: PoolSize, count: number, first: readonly number[]): Resized {
  const now = numbersOf(before);
  if (count >= now.length) {
    const added = Array.from({ length: count - now.length }, (_, k) => before.next + k);
    return { size: { ...before, next: before.next + added.length }, added, removed: [] };
  }
  const named = now.filter((i) => first.includes(i));
  const newestFirst = now.filter((i) => !first.includes(i)).reverse();
  const removed = [...named, ...newestFirst].slice(0, now.length - count);
  return { size: { ...before, removed: [...before.removed, ...removed] }, added: [], removed };
}

interface Counts {
  now: number;
  next: number;
}

/** How many machines each pool has after the entries, and how many numbers it gave out. */
function countsAfter(pools: readonly NodePoolSpec[], timeline: readonly TimelineEntry[]): ReadonlyMap<string, Counts> {
  const sizes = new Map<string, Counts>(pools.map((pool) => [pool.name, { now: pool.count, next: pool.count }]));
  for (const { action } of [...timeline].sort((a, b) => a.atUs - b.atUs)) {
    const size = action.do === 'scale' ? sizes.get(action.nodePool) : undefined;
    if (action.do !== 'scale' || size === undefined) continue;
    size.next += Math.max(0, action.count - size.now);
    size.now = action.count;
  }
  return sizes;
}

type Pools = Pick<ScenarioSpec, 'nodePools' | 'timeline'>;

/** Names that a pool gives out in a run end below this number. */
export const numbersGiven = ({ nodePools, timeline }: Pools, pool: string): number =>
  countsAfter(nodePools, timeline).get(pool)?.next ?? 0;

/** How many machines a pool has after the entries up to a moment; 0 when there is no such pool. */
export function machineCount({ nodePools, timeline }: Pools, pool: string, timeUs: number): number {
  const before = timeline.filter(({ atUs }) => atUs <= timeUs);
  return countsAfter(nodePools, before).get(pool)?.now ?? 0;
}
