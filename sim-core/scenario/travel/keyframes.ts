import type { TimeUs } from '../../contracts/index.ts';
import type { Snapshot } from '../../engine/index.ts';

/** A state to start from when the run goes back. It shares its pages with the world and with other keyframes. */
export interface Keyframe {
  /** Events run since t = 0. */
  readonly eventNumber: number;
  readonly timeUs: TimeUs;
  readonly snapshot: Snapshot;
  /** It is the instant right after its last event, not a later one before the next. */
  readonly isAtEvent: boolean;
  /** How many of the entries that joined the timeline meanwhile are scheduled in it. */
  readonly planned: number;
  /** Estimate of what running from the instant before that was captured costs, in ms. */
  readonly replayMs: number;
}

export interface KeyframeLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
  /** Cost of running from one keyframe to the next, in ms, while no limit is reached. */
  readonly replayMs: number;
}

/** Bytes that a snapshot keeps in memory and another one does not. */
type HeldBytes = (snapshot: Snapshot, other: Snapshot) => number;

interface Entry {
  readonly keyframe: Keyframe;
  /** Cost of running from the entry before. */
  gapMs: number;
  /**
   * What it keeps beside the entry after it, or 0 beside the world at hand: what only grows, as a history, the later ones keep
   * anyway.
   */
  bytes: number;
  /** What the entry before it would keep without it; undefined where there is none. */
  joinedBytes: number | undefined;
}

/**
 * At least this part of what a keyframe keeps counts as saved by giving it up: where every state keeps what happened since the one
 * before, one of many close together saves nothing, and all of them a lot.
 */
const SAVED_PART = 0.25;

/** An instant in which much happens is as long as this part of the run, so that it keeps keyframes of its own. */
const GAPS_MIN = 1024;

/**
 * Keyframes in the order of the run. When they become too many or too large, those go first that save much memory and make the
 * way to an instant that is drawn from the whole time hardly longer: the start of a large cluster, half a minute in which nearly
 * everything is written anew all the time, gets fewer than the hours after it.
 */
export class Keyframes {
  private list: Entry[] = [];
  private readonly limits: KeyframeLimits;
  private readonly heldBytes: HeldBytes;
  private total = 0;
  private wasted = 0;
  private isFull = false;

  constructor(limits: KeyframeLimits, heldBytes: HeldBytes) {
    this.limits = limits;
    this.heldBytes = heldBytes;
  }

  get count(): number {
    return this.list.length;
  }

  get bytes(): number {
    return this.total;
  }

  /** A new keyframe is due when running from the last one to this time cost so much, in ms. */
  isDue(timeUs: TimeUs, replayMs: number): boolean {
    if (replayMs < this.limits.replayMs) return false;
    const last = this.last;
    if (!this.isFull || last === undefined) return true;
    // Twice as close as those that are kept, so that there is something to choose from.
    return this.waste(replayMs, timeUs - last.timeUs) * 4 * this.list.length >= this.wasted;
  }

  /** What a gap costs all who go to an instant that is drawn from the whole time: how often it is met, by what it costs. */
  private waste(gapMs: number, gapUs: TimeUs): number {
    return gapMs * (gapUs + (this.last?.timeUs ?? 0) / GAPS_MIN);
  }

  get last(): Keyframe | undefined {
    return this.list[this.list.length - 1]?.keyframe;
  }

  /** Takes over those of another run that this one has in common with it. */
  takeFrom(other: Keyframes, isCommon: (keyframe: Keyframe) => boolean): void {
    this.list = other.list.filter(({ keyframe }) => isCommon(keyframe)).map((entry) => ({ ...entry }));
    this.isFull = other.isFull;
    this.weighLast();
    this.sumUp();
  }

  /** Places it by its event; behind one at the same place when it holds more entries. */
  add(keyframe: Keyframe): void {
    const at = this.list.findLastIndex((k) => !isAfter(k.keyframe, keyframe)) + 1;
    this.list.splice(at, 0, { keyframe, gapMs: keyframe.replayMs, bytes: 0, joinedBytes: undefined });
    for (let i = at - 1; i <= at; i++) this.weigh(i);
    for (let i = at - 1; i <= at + 1; i++) this.weighJoined(i);
    this.sumUp();
    const { maxBytes, maxCount } = this.limits;
    while (this.list.length > 2 && (this.total > maxBytes || this.list.length > maxCount)) this.giveUpOne();
  }

  /** The last keyframe at or before an event, or before a time. */
  beforeEvent(eventNumber: number): Keyframe | undefined {
    return this.list.findLast(({ keyframe }) => keyframe.eventNumber <= eventNumber)?.keyframe;
  }

  beforeTime(timeUs: TimeUs): Keyframe | undefined {
    return this.list.findLast(({ keyframe }) => keyframe.timeUs <= timeUs)?.keyframe;
  }

  keepFirst(): void {
    this.list = this.list.slice(0, 1);
    this.weighLast();
    this.sumUp();
  }

  /** Drops what lies in a future that is given up. */
  dropAfter(eventNumber: number, planned: number): void {
    this.list = this.list.filter(({ keyframe: k }) => k.eventNumber <= eventNumber && k.planned <= planned);
    this.weighLast();
    this.sumUp();
  }

  private weigh(i: number): void {
    const entry = this.list[i];
    if (entry === undefined) return;
    const after = this.list[i + 1];
    entry.bytes = after === undefined ? 0 : this.heldBytes(entry.keyframe.snapshot, after.keyframe.snapshot);
  }

  private weighLast(): void {
    this.weigh(this.list.length - 1);
    this.weighJoined(this.list.length - 1);
  }

  private weighJoined(i: number): void {
    const [before, entry, after] = [this.list[i - 1], this.list[i], this.list[i + 1]];
    if (entry === undefined) return;
    const isBetween = before !== undefined && after !== undefined;
    entry.joinedBytes = isBetween ? this.heldBytes(before.keyframe.snapshot, after.keyframe.snapshot) : undefined;
  }

  /** What would be free without it: the entry before it would then keep a part of what it keeps. */
  private savedBytes({ bytes, joinedBytes = 0 }: Entry, before: Entry): number {
    return Math.max(SAVED_PART * bytes, before.bytes + bytes - joinedBytes, 1);
  }

  /** The first is not counted: it holds what the world began with. */
  private sumUp(): void {
    this.total = 0;
    this.wasted = 0;
    for (let i = 1; i < this.list.length; i++) {
      const { keyframe, gapMs, bytes } = this.list[i];
      this.total += bytes;
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
    const [gone] = this.list.splice(worst, 1);
    this.list[worst].gapMs += gone.gapMs;
    this.list[worst - 1].bytes = gone.joinedBytes as number;
    this.weighJoined(worst - 1);
    this.weighJoined(worst);
    this.sumUp();
  }
}

function isAfter(k: Keyframe, other: Keyframe): boolean {
  return k.eventNumber > other.eventNumber || (k.eventNumber === other.eventNumber && k.planned > other.planned);
}
