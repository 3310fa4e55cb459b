import type { Stability } from './recording.ts';

/** One thing that was recorded or played: `key` names it, `anonymousKey` without generated numbers, `content` is the rest. */
export interface Item {
  readonly key: string;
  readonly anonymousKey: string;
  readonly content: string;
  /** Content without names of nodes. */
  readonly nodeless: string;
  readonly nodelessKey: string;
  readonly stable?: Stability;
  readonly what: string;
}

export interface Difference {
  readonly side: 'missing' | 'extra';
  readonly item: Item;
}

export interface Score {
  readonly matched: number;
  readonly total: number;
  readonly differences: readonly Difference[];
}

/** Counts per anonymous key in the runs of a recording. */
export type Ranges = ReadonlyMap<string, { readonly min: number; readonly max: number }>;

type Test = (item: Item) => string;
const EXACT: Test = (item) => `${item.key}\n${item.content}`;
const NODELESS: Test = (item) => `${item.nodelessKey}\n${item.nodeless}`;
const SHAPE: Test = (item) => item.key;

/**
 * Matches what was played with what was recorded: |matched| of |recorded stable ∪ extra|. What varies between the runs may
 * appear as often as it did in one of them.
 */
export function scoreItems(recorded: readonly Item[], played: readonly Item[], ranges: Ranges): Score {
  const stable = recorded.filter((item) => item.stable !== 'varies');
  const open = new Set(played);
  const missing = new Set(stable);
  // What was modulo-node or a shape may be met exactly too: exact meetings first.
  for (const [levels, test] of [
    [['exact', 'once', 'modulo-node', 'shape'], EXACT],
    [['modulo-node', 'shape'], NODELESS],
    [['shape'], SHAPE],
  ] as const) {
    const waiting = new Map<string, Item[]>();
    for (const item of missing) {
      if (!(levels as readonly string[]).includes(item.stable ?? '')) continue;
      const key = test(item);
      const list = waiting.get(key);
      if (list) list.push(item);
      else waiting.set(key, [item]);
    }
    for (const item of [...open]) {
      const partner = waiting.get(test(item))?.shift();
      if (!partner) continue;
      missing.delete(partner);
      open.delete(item);
    }
  }
  const differences: Difference[] = [...missing].map((item) => ({ side: 'missing', item }));
  differences.push(...extras(recorded, played, open, ranges));
  const short = shortages(recorded, played, missing, ranges);
  differences.push(...short);
  const extra = differences.filter((d) => d.side === 'extra').length;
  return {
    matched: stable.length - missing.size,
    total: stable.length + extra + short.length,
    differences,
  };
}

function count(items: Iterable<Item>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { anonymousKey } of items) counts.set(anonymousKey, (counts.get(anonymousKey) ?? 0) + 1);
  return counts;
}

/** Played and not matched: differences, as far as the range of a varying key does not allow them. */
function extras(
  _recorded: readonly Item[],
  played: readonly Item[],
  open: ReadonlySet<Item>,
  ranges: Ranges,
): Difference[] {
  const totals = count(played);
  const allowed = new Map<string, number>();
  const openCounts = count(open);
  for (const [key, { max }] of ranges) {
    const over = Math.max(0, (totals.get(key) ?? 0) - max);
    allowed.set(key, Math.max(0, (openCounts.get(key) ?? 0) - over));
  }
  const list: Difference[] = [];
  for (const item of open) {
    const free = allowed.get(item.anonymousKey) ?? 0;
    if (free > 0) allowed.set(item.anonymousKey, free - 1);
    else list.push({ side: 'extra', item });
  }
  return list;
}

/** A varying key that was played less often than in any run. */
function shortages(
  recorded: readonly Item[],
  played: readonly Item[],
  missing: ReadonlySet<Item>,
  ranges: Ranges,
): Difference[] {
  const totals = count(played);
  const missingCounts = count(missing);
  const list: Difference[] = [];
  for (const [key, { min }] of ranges) {
    const short = min - (totals.get(key) ?? 0) - (missingCounts.get(key) ?? 0);
    const sample = recorded.find((item) => item.anonymousKey === key && item.stable === 'varies');
    for (let i = 0; i < short && sample; i++) list.push({ side: 'missing', item: sample });
  }
  return list;
}
