import { machineRef, nodeName } from './nodes.ts';
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

export function numbersOf({ next, removed }: PoolSize): readonly number[] {
  const gone = new Set(removed);
  return Array.from({ length: next }, (_, i) => i).filter((i) => !gone.has(i));
}

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

/** The machines of each pool after the entries. */
function sizesAfter(pools: readonly NodePoolSpec[], timeline: readonly TimelineEntry[]): ReadonlyMap<string, PoolSize> {
  const sizes = new Map(pools.map((pool) => [pool.name, poolSize(pool.count)]));
  for (const { action } of [...timeline].sort((a, b) => a.atUs - b.atUs)) {
    const size = action.do === 'scale' ? sizes.get(action.nodePool) : undefined;
    if (action.do !== 'scale' || size === undefined) continue;
    const first = action.remove.map((name) => machineRef(pools, name)?.i ?? -1);
    sizes.set(action.nodePool, resized(size, action.count, first).size);
  }
  return sizes;
}

type Pools = Pick<ScenarioSpec, 'nodePools' | 'timeline'>;

/** Names that a pool gives out in a run end below this number. */
export const numbersGiven = ({ nodePools, timeline }: Pools, pool: string): number =>
  sizesAfter(nodePools, timeline).get(pool)?.next ?? 0;

/** The machines that a pool has, or boots, after the entries up to a moment; none when there is no such pool. */
export function machineNames({ nodePools, timeline }: Pools, name: string, timeUs: number): readonly string[] {
  const pool = nodePools.find((p) => p.name === name);
  const before = timeline.filter(({ atUs }) => atUs <= timeUs);
  const size = sizesAfter(nodePools, before).get(name);
  return pool === undefined || size === undefined ? [] : numbersOf(size).map((i) => nodeName(pool, i));
}
