import { type CycleOptions, feasibleNodesToFind } from '../cycle/schedulePod.ts';
import type { IndexedClass } from './indexedClass.ts';
import type { Verdicts } from './nodeStatuses.ts';
import type { PodProgram } from './program.ts';
import type { Traits } from './topology.ts';

/** What one search over the nodes came to. */
export interface Found extends Verdicts {
  readonly feasible: number;
  /** Place of the chosen node; -1 = none is feasible. */
  readonly chosen: number;
  /** Highest total; a single feasible node is not scored. */
  readonly top: number;
  /** Total of a feasible node. */
  totalAt(place: number): number;
  /** Nodes by status over all nodes that were looked at, where that is known without a pass over them. */
  readonly histogram: ReadonlyMap<number, number> | undefined;
}

/** Index of the chosen one among `ties` nodes of equal total. `names` are theirs, in the order of the search. */
export function chooseTie(options: CycleOptions, ties: number, names: () => readonly string[]): number {
  return options.chooseIndex?.(ties) ?? options.chooseBest(names());
}

/** Feasible nodes of a cycle by group: how many, their highest local score, and how many have it. */
class Tally {
  readonly slots: number[] = [];
  readonly counts: number[] = [];
  readonly tops: number[] = [];
  readonly ties: number[] = [];
  private readonly rowOf: number[] = [];

  add(slot: number, local: number): void {
    let row = this.rowOf[slot];
    if (row === undefined) {
      row = this.slots.length;
      this.rowOf[slot] = row;
      this.slots.push(slot);
      this.counts.push(1);
      this.tops.push(local);
      this.ties.push(1);
      return;
    }
    this.counts[row]++;
    if (local > this.tops[row]) {
      this.tops[row] = local;
      this.ties[row] = 1;
    } else if (local === this.tops[row]) this.ties[row]++;
  }

  row(slot: number): number {
    return this.rowOf[slot] ?? -1;
  }
}

interface Places {
  readonly groupOf: ArrayLike<number>;
  readonly locals: ArrayLike<number>;
  readonly passes: (slot: number) => boolean;
}

/** Scores the feasible nodes of a window and chooses one of the best. */
function chooseInWindow(
  program: PodProgram,
  options: CycleOptions,
  window: { readonly start: number; readonly evaluated: number },
  places: Places,
  tally: Tally,
  traitsOf: (slot: number) => Traits,
): { chosen: number; top: number; totals: Float64Array } {
  const n = program.index.size;
  const { groupOf, locals } = places;
  const totals = program.groupScores(tally.slots.map(traitsOf), tally.counts);
  let top = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < totals.length; r++) top = Math.max(top, totals[r] + tally.tops[r]);
  let ties = 0;
  for (let r = 0; r < totals.length; r++) if (totals[r] + tally.tops[r] === top) ties += tally.ties[r];
  const isBest = (place: number) => {
    const slot = groupOf[place];
    if (slot < 0) return false;
    const row = tally.row(slot);
    return row >= 0 && totals[row] + locals[place] === top;
  };
  const names = () => {
    const list: string[] = [];
    for (let i = 0; i < window.evaluated; i++) {
      const place = (window.start + i) % n;
      if (isBest(place)) list.push(program.index.infos[place].name);
    }
    return list;
  };
  let left = chooseTie(options, ties, names);
  let place = window.start;
  for (;;) {
    if (isBest(place) && left-- === 0) break;
    if (++place === n) place = 0;
  }
  return { chosen: place, top, totals };
}

function only(places: Places, start: number, n: number): number {
  let place = start;
  while (places.groupOf[place] < 0 || !places.passes(places.groupOf[place])) place = (place + 1) % n;
  return place;
}

/** The typed scan: evaluates every node that the search looks at. */
export function searchByScan(program: PodProgram, options: CycleOptions): Found {
  const { index, statuses } = program;
  const n = index.size;
  const wanted = feasibleNodesToFind(n, options.percentageOfNodesToScore);
  const start = options.startIndex % n;
  const verdicts = new Uint16Array(n);
  const groupOf = new Int32Array(n).fill(-1);
  const locals = new Int32Array(n);
  const slots = new Map<number, number>();
  const traits: Traits[] = [];
  const groupVerdicts: number[] = [];
  const tally = new Tally();
  program.beginGroups();
  let feasible = 0;
  let evaluated = 0;
  for (let place = start; evaluated < n; place = place + 1 === n ? 0 : place + 1) {
    let verdict = program.evaluate(place);
    if (verdict === 0) {
      const { key, local } = program;
      let slot = slots.get(key);
      if (slot === undefined) {
        slot = traits.length;
        slots.set(key, slot);
        traits.push(program.traits(key));
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
  const window = { start, evaluated };
  const base = { index, statuses, start, evaluated, feasible, at: (i: number) => verdicts[i], histogram: undefined };
  if (feasible === 0) return { ...base, chosen: -1, top: 0, totalAt: () => 0 };
  const places: Places = { groupOf, locals, passes: () => true };
  if (feasible === 1) return { ...base, chosen: only(places, start, n), top: 0, totalAt: () => 0 };
  const { chosen, top, totals } = chooseInWindow(program, options, window, places, tally, (slot) => traits[slot]);
  return { ...base, chosen, top, totalAt: (i) => totals[tally.row(groupOf[i])] + locals[i] };
}

/** The indexed search: the class knows every node's verdict, group and local score already. */
export function searchByIndex(indexed: IndexedClass, options: CycleOptions): Found {
  const { program, groups, verdicts, groupOf } = indexed;
  const { index, statuses } = program;
  const n = index.size;
  const start = options.startIndex % n;
  program.beginGroups();
  const groupVerdicts = groups.map((g) =>
    g.count === 0 || !program.hasGroupFilters ? 0 : program.groupVerdict(g.traits),
  );
  const { overrides } = program;
  const at = (i: number) => overrides?.get(i) || verdicts[i] || groupVerdicts[groupOf[i]];
  const base = { index, statuses, start, at, histogram: undefined };
  const rows: number[] = [];
  let passing = 0;
  for (let s = 0; s < groups.length; s++) {
    if (groups[s].count === 0 || groupVerdicts[s] !== 0) continue;
    rows.push(s);
    passing += groups[s].count;
  }
  if (passing === 0) {
    const histogram = new Map<number, number>();
    const note = (verdict: number, count: number) => {
      if (verdict !== 0 && count > 0) histogram.set(verdict, (histogram.get(verdict) ?? 0) + count);
    };
    indexed.byVerdict.forEach((count, verdict) => {
      note(verdict, count ?? 0);
    });
    for (let s = 0; s < groups.length; s++) note(groupVerdicts[s], groups[s].count);
    return { ...base, evaluated: n, feasible: 0, chosen: -1, top: 0, totalAt: () => 0, histogram };
  }
  const wanted = feasibleNodesToFind(n, options.percentageOfNodesToScore);
  if (indexed.hasBuckets && wanted >= passing)
    return { ...base, evaluated: n, feasible: passing, ...chooseInBuckets(indexed, options, start, rows, passing) };
  return { ...base, ...searchWindow(indexed, options, start, wanted, groupVerdicts) };
}

type Choice = Pick<Found, 'chosen' | 'top' | 'totalAt'>;

function chooseInBuckets(
  indexed: IndexedClass,
  options: CycleOptions,
  start: number,
  rows: readonly number[],
  passing: number,
): Choice {
  const { program, groups, groupOf, locals } = indexed;
  const live = rows.map((s) => groups[s]);
  if (passing === 1) return { chosen: indexed.kth(0, start, live), top: 0, totalAt: () => 0 };
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

function searchWindow(
  indexed: IndexedClass,
  options: CycleOptions,
  start: number,
  wanted: number,
  groupVerdicts: readonly number[],
): Choice & Pick<Found, 'evaluated' | 'feasible'> {
  const { program, groups, groupOf, locals } = indexed;
  const n = program.index.size;
  const tally = new Tally();
  let feasible = 0;
  let evaluated = 0;
  for (let place = start; evaluated < n; place = place + 1 === n ? 0 : place + 1) {
    const slot = groupOf[place];
    if (slot >= 0 && groupVerdicts[slot] === 0) {
      if (feasible === wanted) break;
      feasible++;
      tally.add(slot, locals[place]);
    }
    evaluated++;
  }
  const places: Places = { groupOf, locals, passes: (slot) => groupVerdicts[slot] === 0 };
  if (feasible === 1) return { evaluated, feasible, chosen: only(places, start, n), top: 0, totalAt: () => 0 };
  const window = { start, evaluated };
  const traitsOf = (slot: number) => groups[slot].traits;
  const { chosen, top, totals } = chooseInWindow(program, options, window, places, tally, traitsOf);
  return { evaluated, feasible, chosen, top, totalAt: (i) => totals[tally.row(groupOf[i])] + locals[i] };
}
