import type { Snapshot } from '../framework/snapshot.ts';
import { Cells } from './cells.ts';
import { LOCAL_MAX, type PodProgram } from './program.ts';
import type { Traits } from './topology.ts';

/** More groups than this and a scan is as good. */
const GROUPS_MAX = 512;

/** Nodes that pass what can be said of them alone, and that no other node can tell apart. */
interface Group {
  key: number;
  traits: Traits;
  /** Members. */
  count: number;
  /** All nodes are looked at: members by local score, and as bits by place. */
  readonly histogram: Int32Array;
  readonly bits: Uint32Array;
  /** No member scores higher. */
  top: number;
}

const NO_BITS = new Uint32Array(0);
const NO_HISTOGRAM = new Int32Array(0);

/** Too many groups: the scan takes the pod. */
export class TooManyGroups extends Error {}

/**
 * What a program said of every node, kept from cycle to cycle: the index's log tells which nodes must be asked again. With
 * `buckets` the members of groups are kept by local score too, so that a choice among all nodes reads no node at all.
 */
export class IndexedClass {
  readonly program: PodProgram;
  /** All nodes are looked at. */
  readonly takesAll: boolean;
  readonly hasBuckets: boolean;
  /** Status by place; 0 = passes. */
  readonly verdicts: Uint16Array;
  /** By place; -1 = does not pass. */
  readonly groupOf: Int16Array;
  readonly locals: Int32Array;
  readonly groups: Group[] = [];
  /** Without buckets: nodes by group and local score. */
  readonly cells: Cells;
  /** By group, for the search at hand: nodes that it counted, their highest local score, their score as a group. */
  readonly counts: Int32Array;
  readonly tops: Int32Array;
  readonly scores: Float64Array;
  /** Nodes by status; [0] = those that pass. */
  readonly byVerdict: number[] = [];
  private readonly slots = new Map<number, number>();
  private readonly free: number[] = [];
  private readonly scoreBits: (Uint32Array | undefined)[] = [];
  private readonly scoreCounts: Int32Array;
  private readonly spare: Uint32Array[] = [];
  private readonly words: number;
  /** By place: 1 = the node there is counted. */
  private readonly isCounted: Uint8Array;
  private at = -1;

  constructor(program: PodProgram, takesAll: boolean) {
    const n = program.index.capacity;
    this.program = program;
    this.takesAll = takesAll;
    this.hasBuckets = takesAll && program.localMax < LOCAL_MAX;
    this.verdicts = new Uint16Array(n);
    this.groupOf = new Int16Array(n).fill(-1);
    this.locals = new Int32Array(n);
    this.words = (n + 31) >>> 5;
    this.scoreCounts = new Int32Array(this.hasBuckets ? program.localMax + 1 : 0);
    this.isCounted = new Uint8Array(n);
    this.byVerdict.push(0);
    const places = this.hasBuckets ? 0 : n;
    const slots = this.hasBuckets ? 0 : GROUPS_MAX;
    this.cells = new Cells(places, program.localMax + 1);
    this.counts = new Int32Array(slots);
    this.tops = new Int32Array(slots);
    this.scores = new Float64Array(slots);
  }

  /** Asks again about the nodes that changed. */
  follow(snapshot: Snapshot): void {
    const { index } = this.program;
    const stale = this.program.begin(snapshot);
    const missed = index.logEnd - this.at;
    if (stale || this.at < 0 || missed > index.limit || missed > index.logMask) {
      for (let i = 0; i < index.limit; i++) this.update(i);
    } else {
      const { log, logMask, lastAt } = index;
      for (let e = this.at; e < index.logEnd; e++) {
        const i = log[e & logMask];
        // Only its newest state counts.
        if (lastAt[i] === e) this.update(i);
      }
    }
    this.at = index.logEnd;
  }

  update(i: number): void {
    const { program } = this;
    if (program.index.isTaken[i] === 0) {
      this.forget(i);
      return;
    }
    if (this.isCounted[i] === 0) {
      // Before it is evaluated, a node counts as passing without a group.
      this.isCounted[i] = 1;
      this.byVerdict[0]++;
    }
    const verdict = program.evaluate(i);
    const before = this.verdicts[i];
    if (verdict !== before) {
      this.byVerdict[before]--;
      this.byVerdict[verdict] = (this.byVerdict[verdict] ?? 0) + 1;
      this.verdicts[i] = verdict;
    }
    const slot = this.groupOf[i];
    if (verdict !== 0) {
      if (slot >= 0) this.leave(i, slot);
      return;
    }
    const { key, local } = program;
    if (slot >= 0) {
      if (this.groups[slot].key === key) {
        if (this.locals[i] !== local) this.rescore(i, slot, local);
        return;
      }
      this.leave(i, slot);
    }
    this.join(i, key, local);
  }

  /** The place is free. */
  private forget(i: number): void {
    if (this.isCounted[i] === 0) return;
    this.isCounted[i] = 0;
    this.byVerdict[this.verdicts[i]]--;
    this.verdicts[i] = 0;
    if (this.groupOf[i] >= 0) this.leave(i, this.groupOf[i]);
  }

  private join(i: number, key: number, local: number): void {
    let slot = this.slots.get(key);
    if (slot === undefined) slot = this.newGroup(key);
    const group = this.groups[slot];
    group.count++;
    this.groupOf[i] = slot;
    this.locals[i] = local;
    if (!this.hasBuckets) {
      this.cells.enter(i, slot, local);
      return;
    }
    group.bits[i >>> 5] |= 1 << (i & 31);
    this.enter(i, group, local);
  }

  private leave(i: number, slot: number): void {
    const group = this.groups[slot];
    group.count--;
    this.groupOf[i] = -1;
    if (this.hasBuckets) {
      group.bits[i >>> 5] &= ~(1 << (i & 31));
      this.exit(i, group, this.locals[i]);
    } else this.cells.leave(i);
    if (group.count > 0) return;
    this.slots.delete(group.key);
    this.free.push(slot);
  }

  private rescore(i: number, slot: number, local: number): void {
    if (this.hasBuckets) {
      const group = this.groups[slot];
      this.exit(i, group, this.locals[i]);
      this.enter(i, group, local);
    } else {
      this.cells.leave(i);
      this.cells.enter(i, slot, local);
    }
    this.locals[i] = local;
  }

  private enter(i: number, group: Group, local: number): void {
    group.histogram[local]++;
    if (local > group.top) group.top = local;
    let bits = this.scoreBits[local];
    if (bits === undefined) {
      bits = this.spare.pop() ?? new Uint32Array(this.words);
      this.scoreBits[local] = bits;
    }
    this.scoreCounts[local]++;
    bits[i >>> 5] |= 1 << (i & 31);
  }

  private exit(i: number, group: Group, local: number): void {
    group.histogram[local]--;
    const bits = this.scoreBits[local] as Uint32Array;
    bits[i >>> 5] &= ~(1 << (i & 31));
    if (--this.scoreCounts[local] > 0) return;
    this.scoreBits[local] = undefined;
    this.spare.push(bits);
  }

  private newGroup(key: number): number {
    const reused = this.free.pop();
    const traits = this.program.traits(key);
    if (reused !== undefined) {
      const group = this.groups[reused];
      group.key = key;
      group.traits = traits;
      group.top = 0;
      this.slots.set(key, reused);
      return reused;
    }
    if (this.groups.length >= GROUPS_MAX) throw new TooManyGroups();
    const { hasBuckets } = this;
    this.groups.push({
      key,
      traits,
      count: 0,
      histogram: hasBuckets ? new Int32Array(this.program.localMax + 1) : NO_HISTOGRAM,
      bits: hasBuckets ? new Uint32Array(this.words) : NO_BITS,
      top: 0,
    });
    this.slots.set(key, this.groups.length - 1);
    return this.groups.length - 1;
  }

  /** Highest local score of a group's members. */
  topOf(group: Group): number {
    while (group.top > 0 && group.histogram[group.top] === 0) group.top--;
    return group.top;
  }

  /** The k-th place, from the rank `start` round to it again, among the best-scored members of the groups. */
  kth(k: number, start: number, groups: readonly Group[]): number {
    const sets = groups.map((g) => ({ members: g.bits, scored: this.scoreBits[this.topOf(g)] as Uint32Array }));
    const { index } = this.program;
    const n = index.size;
    if (!index.isOrdered) return this.kthByRank(k, start, sets);
    const first = start >>> 5;
    let left = k;
    // The word of `start` is looked at twice: from `start` on, and at the end what is before it.
    for (let step = 0; step <= this.words; step++) {
      const w = (first + step) % this.words;
      let word = 0;
      for (const { members, scored } of sets) word |= members[w] & scored[w];
      if (step === 0) word &= -1 << (start & 31);
      else if (step === this.words) word &= ~(-1 << (start & 31));
      const count = popCount(word);
      if (left >= count) {
        left -= count;
        continue;
      }
      for (; left > 0; left--) word &= word - 1;
      return (w << 5) + (31 - Math.clz32(word & -word));
    }
    throw new RangeError(`no place ${k} of ${n}`);
  }

  /** The same node by node, where the order of the places is another. */
  private kthByRank(k: number, start: number, sets: readonly BitSet[]): number {
    const { index } = this.program;
    index.choicesOutOfOrder++;
    let left = k;
    for (let i = 0; i < index.size; i++) {
      const place = index.placeAt(start + i);
      const bit = 1 << (place & 31);
      if (!sets.some(({ members, scored }) => (members[place >>> 5] & scored[place >>> 5] & bit) !== 0)) continue;
      if (left-- === 0) return place;
    }
    throw new RangeError(`no place ${k} of ${index.size}`);
  }
}

interface BitSet {
  readonly members: Uint32Array;
  readonly scored: Uint32Array;
}

function popCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export type { Group };
