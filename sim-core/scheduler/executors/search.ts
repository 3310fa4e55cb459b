import { type CycleOptions, feasibleNodesToFind } from '../cycle/schedulePod.ts';
import { type Choice, chooseTie, type Found, found, NONE, type Seen, unscored } from './found.ts';
import type { IndexedClass } from './indexedClass.ts';
import type { PodProgram } from './program.ts';
import type { Traits } from './topology.ts';
import { type GroupVerdicts, searchWindow } from './windowSearch.ts';

/** What there is to find where only one node is looked at, and it fits. */
export function onlyNode(program: PodProgram, place: number, start: number): Found {
  const seen: Seen = { start, evaluated: 1, feasible: 1, at: () => 0, written: undefined, histogram: undefined };
  return found(program, seen, unscored(place));
}

/** Feasible nodes of a window by group: how many, their highest local score, and how many have it. */
class Tally {
  readonly counts: Int32Array;
  readonly tops: Int32Array;
  readonly ties: Int32Array;

  constructor(groups: number) {
    this.counts = new Int32Array(groups);
    this.tops = new Int32Array(groups);
    this.ties = new Int32Array(groups);
  }

  add(slot: number, local: number): void {
    const count = this.counts[slot]++;
    if (count === 0 || local > this.tops[slot]) {
      this.tops[slot] = local;
      this.ties[slot] = 1;
    } else if (local === this.tops[slot]) this.ties[slot]++;
  }

  grown(groups: number): Tally {
    if (groups <= this.counts.length) return this;
    const larger = new Tally(2 * groups);
    larger.counts.set(this.counts);
    larger.tops.set(this.tops);
    larger.ties.set(this.ties);
    return larger;
  }
}

interface Window {
  /** The first rank. */
  readonly start: number;
  readonly evaluated: number;
  /** By place; -1 = not feasible. Places outside of the window do not matter. */
  readonly groupOf: Int32Array;
  readonly locals: Int32Array;
}

/** Scores the feasible nodes of a window and chooses one of the best. */
function chooseInWindow(
  program: PodProgram,
  options: CycleOptions,
  { start, evaluated, groupOf, locals }: Window,
  tally: Tally,
  groups: number,
  traitsOf: (slot: number) => Traits,
): Choice {
  const { index } = program;
  const n = index.size;
  const slots: number[] = [];
  for (let slot = 0; slot < groups; slot++) if (tally.counts[slot] > 0) slots.push(slot);
  const counts = slots.map((slot) => tally.counts[slot]);
  const scores = program.groupScores(slots.map(traitsOf), counts);
  let top = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < slots.length; r++) top = Math.max(top, scores[r] + tally.tops[slots[r]]);
  // By group: the local score that makes the highest total; -1 = none of its nodes has it.
  const wanted = new Int32Array(groups).fill(-1);
  let ties = 0;
  for (let r = 0; r < slots.length; r++) {
    const slot = slots[r];
    if (scores[r] + tally.tops[slot] !== top) continue;
    wanted[slot] = tally.tops[slot];
    ties += tally.ties[slot];
  }
  const isBest = (place: number) => groupOf[place] >= 0 && wanted[groupOf[place]] === locals[place];
  const names = () => {
    const list: string[] = [];
    for (let i = 0; i < evaluated; i++) {
      const place = index.placeAt(start + i);
      if (isBest(place)) list.push(index.infos[place].name);
    }
    return list;
  };
  let left = chooseTie(options, ties, names);
  let rank = start;
  let place = index.order[rank];
  for (;;) {
    const slot = groupOf[place];
    if (slot >= 0 && wanted[slot] === locals[place] && left-- === 0) break;
    if (++rank === n) rank = 0;
    place = index.order[rank];
  }
  return { chosen: place, top, totalAt: (i) => scores[slots.indexOf(groupOf[i])] + locals[i] };
}

/** The only feasible node of all: a search that finds one looks at every node. */
function onlyOne(groupOf: Int32Array): number {
  let place = 0;
  while (groupOf[place] < 0) place++;
  return place;
}

/** The typed scan: evaluates every node that the search looks at. */
export function searchByScan(program: PodProgram, options: CycleOptions): Found {
  const { size: n, limit, order } = program.index;
  const wanted = feasibleNodesToFind(n, options.percentageOfNodesToScore);
  const start = options.startIndex % n;
  const verdicts = new Uint16Array(limit);
  const groupOf = new Int32Array(limit).fill(-1);
  const locals = new Int32Array(limit);
  const slots = new Map<number, number>();
  const traits: Traits[] = [];
  const groupVerdicts: number[] = [];
  let tally = new Tally(64);
  program.beginGroups();
  let feasible = 0;
  let evaluated = 0;
  for (let rank = start; evaluated < n; rank = rank + 1 === n ? 0 : rank + 1) {
    const place = order[rank];
    let verdict = program.evaluate(place);
    if (verdict === 0) {
      const { key, local } = program;
      let slot = slots.get(key);
      if (slot === undefined) {
        slot = traits.length;
        slots.set(key, slot);
        traits.push(program.traits(key));
        tally = tally.grown(traits.length);
        groupVerdicts.push(program.hasGroupFilters ? program.groupVerdict(traits[slot]) : 0);
      }
      verdict = groupVerdicts[slot];
      if (verdict === 0) {
        if (feasible === wanted) break;
        feasible++;
        groupOf[place] = slot;
        locals[place] = local;
        tally.add(slot, local);
      }
    }
    verdicts[place] = verdict;
    evaluated++;
  }
  const seen: Seen = { start, evaluated, feasible, at: (i) => verdicts[i], written: verdicts, histogram: undefined };
  if (feasible === 0) return found(program, seen, NONE);
  if (feasible === 1) return found(program, seen, unscored(onlyOne(groupOf)));
  const window = { start, evaluated, groupOf, locals };
  return found(
    program,
    seen,
    chooseInWindow(program, options, window, tally, traits.length, (slot) => traits[slot]),
  );
}

/** The indexed search: the class knows every node's verdict, group and local score already. */
export function searchByIndex(indexed: IndexedClass, options: CycleOptions): Found {
  const { program, groups } = indexed;
  const n = program.index.size;
  const start = options.startIndex % n;
  program.beginGroups();
  const groupVerdicts = program.hasGroupFilters ? verdictsOf(indexed) : undefined;
  const at = verdictsAt(indexed, groupVerdicts);
  let passing = 0;
  for (let s = 0; s < groups.length; s++)
    if (groupVerdicts === undefined || groupVerdicts[s] === 0) passing += groups[s].count;
  if (passing === 0) return nothingFound(indexed, start, groupVerdicts, at);
  const wanted = feasibleNodesToFind(n, options.percentageOfNodesToScore);
  if (!indexed.hasBuckets) return searchWindow(indexed, options, start, wanted, groupVerdicts, at);
  const seen: Seen = { start, evaluated: n, feasible: passing, at, written: undefined, histogram: undefined };
  return found(program, seen, chooseInBuckets(indexed, options, start, groupVerdicts, passing));
}

function verdictsOf({ program, groups }: IndexedClass): readonly number[] {
  const verdicts: number[] = [];
  for (const { count, traits } of groups) verdicts.push(count === 0 ? 0 : program.groupVerdict(traits));
  return verdicts;
}

function verdictsAt({ program, verdicts, groupOf }: IndexedClass, ofGroups: GroupVerdicts): (place: number) => number {
  const { overrides } = program;
  if (ofGroups === undefined) return (i) => overrides?.get(i) || verdicts[i];
  return (i) => overrides?.get(i) || verdicts[i] || ofGroups[groupOf[i]];
}

function nothingFound(
  { program, groups, byVerdict, verdicts }: IndexedClass,
  start: number,
  groupVerdicts: GroupVerdicts,
  at: (place: number) => number,
): Found {
  const histogram = new Map<number, number>();
  const note = (verdict: number, count: number) => {
    if (verdict !== 0 && count > 0) histogram.set(verdict, (histogram.get(verdict) ?? 0) + count);
  };
  byVerdict.forEach((count, verdict) => {
    note(verdict, count ?? 0);
  });
  for (let s = 0; s < groups.length; s++) note(groupVerdicts?.[s] ?? 0, groups[s].count);
  // No node got as far as a group: every verdict stands where it was written.
  const written = byVerdict[0] === 0 ? verdicts : undefined;
  return found(program, { start, evaluated: program.index.size, feasible: 0, at, written, histogram }, NONE);
}

function chooseInBuckets(
  indexed: IndexedClass,
  options: CycleOptions,
  start: number,
  groupVerdicts: GroupVerdicts,
  passing: number,
): Choice {
  const { program, groups, groupOf, locals } = indexed;
  const rows: number[] = [];
  for (let s = 0; s < groups.length; s++)
    if (groups[s].count > 0 && (groupVerdicts === undefined || groupVerdicts[s] === 0)) rows.push(s);
  const live = rows.map((s) => groups[s]);
  if (passing === 1) return unscored(indexed.kth(0, start, live));
  const counts = live.map((g) => g.count);
  const totals = program.groupScores(
    live.map((g) => g.traits),
    counts,
  );
  let top = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < live.length; r++) top = Math.max(top, totals[r] + indexed.topOf(live[r]));
  const best = live.filter((g, r) => totals[r] + g.top === top);
  let ties = 0;
  for (const group of best) ties += group.histogram[group.top];
  const names = () => {
    const list: string[] = [];
    for (let k = 0; k < ties; k++) list.push(program.index.infos[indexed.kth(k, start, best)].name);
    return list;
  };
  const chosen = indexed.kth(chooseTie(options, ties, names), start, best);
  return { chosen, top, totalAt: (i) => totals[rows.indexOf(groupOf[i])] + locals[i] };
}
