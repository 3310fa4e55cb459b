import type { TimeUs } from '../../contracts/index.ts';
import { type Packed, packedBytes, type Snapshot } from '../../engine/index.ts';

/** An instant that one can go back to. */
export interface Keyframe {
  /** Events run since t = 0. */
  readonly eventNumber: number;
  readonly timeUs: TimeUs;
  /** It is the instant right after its last event, not a later one before the next. */
  readonly isAtEvent: boolean;
  /** How many of the entries that joined the timeline meanwhile are scheduled in it. */
  readonly planned: number;
}

/** Its whole state; it shares its pages with the world and with other captures. */
export interface Capture extends Keyframe {
  readonly snapshot: Snapshot;
  /** Estimate of what running from the instant before that was captured costs, in ms. */
  readonly replayMs: number;
}

/** For `World.restore`. */
export interface Way {
  readonly snapshot: Snapshot;
  readonly packed: readonly Packed[];
}

export interface KeyframeLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
  /** Cost of running from one keyframe to the next, in ms, while no limit is reached. */
  readonly replayMs: number;
}

/** What a World does. */
export interface Packer {
  pack(snapshot: Snapshot, later: Snapshot): Packed;
  merge(first: Packed, second: Packed): Packed;
  /** What it keeps for those to come. */
  readonly packedAheadBytes?: number;
}

/** What makes an entry's state of a later one's. */
interface Link {
  readonly packed: Packed;
  readonly to: Entry;
}

interface Entry {
  readonly keyframe: Keyframe;
  /** The first and the last are whole. */
  snapshot: Snapshot | undefined;
  /** It has links of its level and of those below. */
  level: number;
  /** By level: to the next entry of that level. */
  readonly links: Link[];
  /** Cost of running from the entry before. */
  gapMs: number;
  /** What the entry before it would keep without it; undefined where there is none, or it is not known. */
  joinedBytes: number | undefined;
}

/** One in so many entries has links of the next level as well: the way to one is a few links of each level. */
const FAN = 8;
/** So many keyframes make short ways of a long run; a run that would have more has them further apart, up to so many times. */
const COUNT_WANTED = 1400;
const SPACING_MAX = 2.2;
/** Further apart they do not become much smaller. */
const EXCESS_MAX = 3;
const LEVELS = 3;

/**
 * At least this part of what a keyframe keeps counts as saved by giving it up: where every state keeps what happened since the one
 * before, one of many close together saves nothing, and all of them a lot.
 */
const SAVED_PART = 0.1;

/** An instant in which much happens is as long as this part of the run, so that it keeps keyframes of its own. */
const GAPS_MIN = 1024;

/**
 * Keyframes in the order of the run. The first and the last are whole; of the others is kept what differs from the next one, row by
 * row: what only grows, as a history, the later ones keep anyway. Longer links, from one in eight to the next such, and so on, make
 * the way from the last to any other short. When there are too many or they are too large, those go first that save much memory and make the
 * way to an instant that is drawn from the whole time hardly longer: the start of a large cluster, half a minute in which nearly
 * everything is written anew all the time, gets fewer than the hours after it.
 */
export class Keyframes {
  private list: Entry[] = [];
  private readonly limits: KeyframeLimits;
  private readonly packer: Packer;
  private total = 0;
  private wasted = 0;
  private isFull = false;
  /** Entries that were ever added: every eighth is of the next level, and so on. */
  private added = 0;
  /** Cost of the run up to the last keyframe, in ms. */
  private spentMs = 0;
  /** The last keyframe in the first half of the time, with the cost and the bytes up to there. */
  private half = { timeUs: 0, spentMs: 0, bytes: 0 };
  /** Where the run will end; 0 = that is not known. */
  private readonly endUs: TimeUs;

  constructor(limits: KeyframeLimits, packer: Packer, endUs: TimeUs = 0) {
    this.limits = limits;
    this.packer = packer;
    this.endUs = endUs;
  }

  get count(): number {
    return this.list.length;
  }

  get bytes(): number {
    return this.total;
  }

  /** A new keyframe is due when running from the last one to this time cost so much, in ms. */
  isDue(timeUs: TimeUs, replayMs: number): boolean {
    if (replayMs < this.limits.replayMs || replayMs < this.spacingMs(timeUs, replayMs)) return false;
    const last = this.last;
    if (!this.isFull || last === undefined) return true;
    // Twice as close as those that are kept, so that there is something to choose from.
    return this.waste(replayMs, timeUs - last.timeUs) * 4 * this.list.length >= this.wasted;
  }

  /**
   * What running from one keyframe to the next is to cost, so that they will be neither too many nor too large at the end if the run
   * goes on as in the second half of the time so far: what is made and given up again was work for nothing. The first half may be a
   * start in which all is written.
   */
  private spacingMs(timeUs: TimeUs, replayMs: number): number {
    const { replayMs: least, maxBytes } = this.limits;
    const { half, last } = this;
    if (this.endUs <= timeUs || last === undefined || last.timeUs <= half.timeUs) return least;
    const times = (this.endUs - last.timeUs) / (last.timeUs - half.timeUs);
    const wanted = (this.spentMs + Math.max(replayMs, (this.spentMs - half.spentMs) * times)) / COUNT_WANTED;
    const excess = (this.total + (this.total - half.bytes) * times) / maxBytes;
    return Math.max(least, Math.min(wanted, least * SPACING_MAX)) * Math.max(1, Math.min(excess, EXCESS_MAX));
  }

  /** What a gap costs all who go to an instant that is drawn from the whole time: how often it is met, by what it costs. */
  private waste(gapMs: number, gapUs: TimeUs): number {
    return gapMs * (gapUs + (this.last?.timeUs ?? 0) / GAPS_MIN);
  }

  get last(): Keyframe | undefined {
    return this.list.at(-1)?.keyframe;
  }

  /** Takes over those of another run that this one has in common with it. `thaw` makes a snapshot of a way. */
  takeFrom(other: Keyframes, isCommon: (keyframe: Keyframe) => boolean, thaw: (way: Way) => Snapshot): void {
    const common = other.list.filter(({ keyframe }) => isCommon(keyframe));
    const copies = new Map(common.map((entry) => [entry, { ...entry, links: [] as Link[] }]));
    for (const [entry, copy] of copies)
      for (const { packed, to } of entry.links) {
        const end = copies.get(to);
        if (end !== undefined) copy.links.push({ packed, to: end });
      }
    this.list = [...copies.values()];
    this.isFull = other.isFull;
    this.added = other.added;
    const last = common.at(-1);
    if (last !== undefined) this.endWith(other.wayOf(last), thaw);
  }

  /** At the end of the others. */
  add(capture: Capture): void {
    const { snapshot, replayMs, ...keyframe } = capture;
    const before = this.list.at(-1);
    if (before !== undefined && isAfter(before.keyframe, keyframe)) throw new RangeError('a keyframe before the last');
    const entry = { keyframe, snapshot, level: this.nextLevel(), links: [], gapMs: replayMs, joinedBytes: undefined };
    this.list.push(entry);
    const { length } = this.list;
    if (before?.snapshot !== undefined && length > 2) {
      before.links.push({ packed: this.packer.pack(before.snapshot, snapshot), to: entry });
      before.snapshot = undefined;
      for (let level = 1; level <= entry.level; level++) this.linkTo(entry, level);
      // Before there is a shortage nobody asks what would be free without it.
      if (this.isFull || this.total * 2 > this.limits.maxBytes) this.weighJoined(length - 2);
    }
    this.sumUp();
    const { maxBytes, maxCount } = this.limits;
    while (this.list.length > 2 && (this.total > maxBytes || this.list.length > maxCount)) this.giveUpOne();
  }

  private nextLevel(): number {
    let level = 0;
    for (let n = this.added++; n > 0 && n % FAN === 0 && level < LEVELS; n /= FAN) level++;
    return level;
  }

  /** Makes the last entry of a level before the end link to the end, of the links of the level below. */
  private linkTo(end: Entry, level: number): void {
    const from = this.before(this.list.length - 1, level);
    if (from === undefined) return;
    let packed: Packed | undefined;
    for (let entry = from; entry !== end; entry = entry.links[level - 1].to) {
      const next = entry.links[level - 1].packed;
      packed = packed === undefined ? next : this.packer.merge(packed, next);
    }
    from.links.push({ packed: packed as Packed, to: end });
  }

  /** The last entry of a level before the i-th, or undefined; the first is none. */
  private before(i: number, level: number): Entry | undefined {
    for (let k = i - 1; k > 0; k--) if (this.list[k].level >= level) return this.list[k];
    return undefined;
  }

  /** The last keyframe at or before an event, or before a time. */
  beforeEvent(eventNumber: number): Keyframe | undefined {
    return this.list.findLast(({ keyframe }) => keyframe.eventNumber <= eventNumber)?.keyframe;
  }

  beforeTime(timeUs: TimeUs): Keyframe | undefined {
    return this.list.findLast(({ keyframe }) => keyframe.timeUs <= timeUs)?.keyframe;
  }

  /** To a keyframe of this run, or undefined for another one. */
  wayTo(keyframe: Keyframe): Way | undefined {
    const entry = this.list.find((e) => e.keyframe === keyframe);
    return entry && this.wayOf(entry);
  }

  private wayOf(from: Entry): Way {
    const packed: Packed[] = [];
    let entry = from;
    while (entry.snapshot === undefined) {
      const link = entry.links[entry.links.length - 1];
      packed.push(link.packed);
      entry = link.to;
    }
    return { snapshot: entry.snapshot, packed: packed.reverse() };
  }

  keepFirst(): void {
    this.list = this.list.slice(0, 1);
    this.sumUp();
  }

  /** Drops what lies in a future that is given up. `thaw` makes a snapshot of a way. */
  dropAfter(eventNumber: number, planned: number, thaw: (way: Way) => Snapshot): void {
    const kept = this.list.filter(({ keyframe: k }) => k.eventNumber <= eventNumber && k.planned <= planned);
    if (kept.length === this.list.length) return;
    const way = this.wayOf(kept[kept.length - 1]);
    this.list = kept;
    this.endWith(way, thaw);
  }

  /** The last one, to which there is such a way, becomes whole; nothing links behind it. */
  private endWith(way: Way, thaw: (way: Way) => Snapshot): void {
    const kept = new Set(this.list);
    for (const { links } of this.list) while (links.length > 0 && !kept.has(links[links.length - 1].to)) links.pop();
    const last = this.list[this.list.length - 1];
    last.snapshot ??= way.packed.length === 0 ? way.snapshot : thaw(way);
    last.joinedBytes = undefined;
    this.sumUp();
  }

  /** What a link keeps: rows are counted where they differ from the next entry, and once. */
  private bytesOf({ packed }: Link, level: number): number {
    return packedBytes(packed) + (level === 0 ? packed.rowBytes : 0);
  }

  private weighJoined(i: number): void {
    const [before, entry] = [this.list[i - 1]?.links[0], this.list[i]?.links[0]];
    if (before === undefined || entry === undefined) return;
    const packed = this.packer.merge(before.packed, entry.packed);
    this.list[i].joinedBytes = packedBytes(packed) + packed.rowBytes;
  }

  /** What would be free without it: the entry before it would then keep a part of what it keeps. */
  private savedBytes({ links, joinedBytes }: Entry, before: Entry): number {
    const bytes = this.bytesOf(links[0], 0);
    const link = before.links[0];
    if (link !== undefined && joinedBytes === undefined) return Math.max(SAVED_PART * bytes, 1);
    const saved = link === undefined ? bytes : bytes + this.bytesOf(link, 0) - (joinedBytes as number);
    return Math.max(SAVED_PART * bytes, saved, 1);
  }

  /** The first is not counted: it holds what the world began with. Nor is the last, which the world at hand holds. */
  private sumUp(): void {
    this.total = this.list.length > 1 ? (this.packer.packedAheadBytes ?? 0) : 0;
    this.wasted = 0;
    this.spentMs = 0;
    const halfUs = (this.last?.timeUs ?? 0) / 2;
    this.half = { timeUs: 0, spentMs: 0, bytes: 0 };
    for (let i = 1; i < this.list.length; i++) {
      const { keyframe, gapMs, links } = this.list[i];
      this.spentMs += gapMs;
      const { timeUs } = keyframe;
      if (timeUs <= halfUs) this.half = { timeUs, spentMs: this.spentMs, bytes: this.total };
      links.forEach((link, level) => {
        this.total += this.bytesOf(link, level);
      });
      this.wasted += this.waste(gapMs, keyframe.timeUs - this.list[i - 1].keyframe.timeUs);
    }
  }

  /** The first and the last stay. */
  private giveUpOne(): void {
    this.isFull = true;
    let worst = 1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 1; i < this.list.length - 1; i++) {
      const [before, entry, after] = [this.list[i - 1], this.list[i], this.list[i + 1]];
      const gapUs = after.keyframe.timeUs - before.keyframe.timeUs;
      const price = this.waste(entry.gapMs + after.gapMs, gapUs) / this.savedBytes(entry, before);
      if (price >= least) continue;
      least = price;
      worst = i;
    }
    this.giveUp(worst);
    this.sumUp();
  }

  /**
   * The next entry of the level below takes the place of one that is given up, unless the links of the level would be short without:
   * when every second one goes, the long links must not go with them. Gives the link to it if it has the level now.
   */
  private promote(i: number, level: number): Link | undefined {
    const gone = this.list[i];
    let k = i + 1;
    while (k < this.list.length && this.list[k].level < level - 1) k++;
    const next = this.list[k];
    const link = gone.links.find(({ to }) => to === next);
    if (link === undefined || next.level >= level) return undefined;
    const end = gone.links[level]?.to;
    let steps = stepsBetween(next, end, level - 1);
    for (k = i - 1; k > 0 && this.list[k].level < level; k--) if (this.list[k].level === level - 1) steps++;
    if (steps <= FAN + FAN / 2) return undefined;
    next.level = level;
    if (end === undefined) return link;
    let packed: Packed | undefined;
    for (let entry = next; entry !== end; entry = entry.links[level - 1].to) {
      const step = entry.links[level - 1].packed;
      packed = packed === undefined ? step : this.packer.merge(packed, step);
    }
    next.links.push({ packed: packed as Packed, to: end });
    return link;
  }

  private giveUp(i: number): void {
    const gone = this.list[i];
    for (let level = 0; level <= gone.level; level++) {
      const from = this.before(i, level);
      const link = from?.links[level];
      const on = (level > 0 ? this.promote(i, level) : undefined) ?? gone.links[level];
      if (from === undefined || link === undefined) continue;
      if (on === undefined) from.links.length = level;
      else from.links[level] = { packed: this.packer.merge(link.packed, on.packed), to: on.to };
    }
    this.list.splice(i, 1);
    this.list[i].gapMs += gone.gapMs;
    this.weighJoined(i - 1);
    this.weighJoined(i);
  }
}

/** Links of a level from one entry to another; all to the end of that level without another. */
function stepsBetween(from: Entry, to: Entry | undefined, level: number): number {
  let steps = 0;
  for (let entry: Entry | undefined = from; entry !== undefined && entry !== to; entry = entry.links[level]?.to)
    steps++;
  return steps;
}

function isAfter(k: Keyframe, other: Keyframe): boolean {
  return k.eventNumber > other.eventNumber || (k.eventNumber === other.eventNumber && k.planned > other.planned);
}
