import type { NodePoolSpec, TimelineEntry } from './spec.ts';

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

/** How many numbers each pool gives out in a run: those of the start and those that the timeline adds. */
export function numbersGiven(
  pools: readonly NodePoolSpec[],
  timeline: readonly TimelineEntry[],
): ReadonlyMap<string, number> {
  const sizes = new Map(pools.map((pool) => [pool.name, { now: pool.count, next: pool.count }]));
  for (const { action } of [...timeline].sort((a, b) => a.atUs - b.atUs)) {
    const size = action.do === 'scale' ? sizes.get(action.nodePool) : undefined;
    if (action.do !== 'scale' || size === undefined) continue;
    size.next += Math.max(0, action.count - size.now);
    size.now = action.count;
  }
  return new Map([...sizes].map(([name, { next }]) => [name, next]));
}
