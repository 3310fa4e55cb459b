import type { CycleOptions } from '../cycle/schedulePod.ts';
import { type Choice, chooseTie, type Found, found, type Seen, unscored } from './found.ts';
import type { IndexedClass } from './indexedClass.ts';
import type { Traits } from './topology.ts';

/** Verdicts of the groups; undefined = all pass. */
export type GroupVerdicts = readonly number[] | undefined;

/**
 * Looks at the nodes from the rank `start` on until `wanted` feasible ones are found, and chooses one of the best of them.
 * At least one node is feasible.
 */
export function searchWindow(
  indexed: IndexedClass,
  options: CycleOptions,
  start: number,
  wanted: number,
  groupVerdicts: GroupVerdicts,
  at: (place: number) => number,
): Found {
  const { program, cells } = indexed;
  const { size: n, order } = program.index;
  const { of: cellOf, tally, marks: passes } = cells;
  const count = cells.length;
  tally.fill(0, 0, count);
  for (let c = 0; c < count; c++)
    passes[c] = groupVerdicts === undefined || groupVerdicts[cells.slots[c]] === 0 ? 1 : 0;
  let feasible = 0;
  let evaluated = 0;
  for (let rank = start; evaluated < n; evaluated++) {
    const cell = cellOf[order[rank]];
    if (cell >= 0 && passes[cell] === 1) {
      if (feasible === wanted) break;
      feasible++;
      tally[cell]++;
    }
    if (++rank === n) rank = 0;
  }
  const seen: Seen = { start, evaluated, feasible, at, written: undefined, histogram: undefined };
  return found(program, seen, feasible === 1 ? onlyOne(indexed) : choose(indexed, options, start, evaluated));
}

/** A search that finds one node looks at every node. */
function onlyOne({ cells: { of: cellOf, marks: passes } }: IndexedClass): Choice {
  let place = 0;
  while (cellOf[place] < 0 || passes[cellOf[place]] === 0) place++;
  return unscored(place);
}

/** Groups of the counted nodes, with their highest local scores. */
function countedGroups({ cells, groups, counts, tops }: IndexedClass) {
  const { slots: slotOf, locals, tally } = cells;
  counts.fill(0, 0, groups.length);
  for (let c = 0; c < cells.length; c++) {
    if (tally[c] === 0) continue;
    const slot = slotOf[c];
    if (counts[slot] === 0 || locals[c] > tops[slot]) tops[slot] = locals[c];
    counts[slot] += tally[c];
  }
  const slots: number[] = [];
  const traits: Traits[] = [];
  const sizes: number[] = [];
  for (let slot = 0; slot < groups.length; slot++) {
    if (counts[slot] === 0) continue;
    slots.push(slot);
    traits.push(groups[slot].traits);
    sizes.push(counts[slot]);
  }
  return { slots, traits, sizes };
}

/** One of the best among the nodes that were counted. */
function choose(indexed: IndexedClass, options: CycleOptions, start: number, evaluated: number): Choice {
  const { program, cells, groupOf, locals, tops, scores } = indexed;
  const { index } = program;
  const { slots, traits, sizes } = countedGroups(indexed);
  const totals = program.groupScores(traits, sizes);
  let top = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < slots.length; r++) {
    const slot = slots[r];
    scores[slot] = totals[r];
    if (totals[r] + tops[slot] > top) top = totals[r] + tops[slot];
  }
  const { of: cellOf, tally, marks: isBest } = cells;
  let ties = 0;
  for (let c = 0; c < cells.length; c++) {
    isBest[c] = tally[c] > 0 && scores[cells.slots[c]] + cells.locals[c] === top ? 1 : 0;
    if (isBest[c] === 1) ties += tally[c];
  }
  const names = () => {
    const list: string[] = [];
    for (let i = 0; i < evaluated; i++) {
      const place = index.placeAt(start + i);
      if (cellOf[place] >= 0 && isBest[cellOf[place]] === 1) list.push(index.infos[place].name);
    }
    return list;
  };
  let left = chooseTie(options, ties, names);
  const { order, size: n } = index;
  let rank = start;
  let place = order[rank];
  for (;;) {
    const cell = cellOf[place];
    if (cell >= 0 && isBest[cell] === 1 && left-- === 0) break;
    if (++rank === n) rank = 0;
    place = order[rank];
  }
  return { chosen: place, top, totalAt: (i) => totals[slots.indexOf(groupOf[i])] + locals[i] };
}
