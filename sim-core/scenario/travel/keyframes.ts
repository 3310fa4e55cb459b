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
  /** Estimate of what only this keyframe keeps in memory. */
  readonly bytes: number;
  /** Estimate of what running from the keyframe before costs, in ms. */
  readonly replayMs: number;
}

export interface KeyframeLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
  /** Cost of running from one keyframe to the next, in ms, to begin with; it doubles each time a limit is reached. */
  readonly replayMs: number;
}

/**
 * Keyframes in the order of the run, evenly spaced by the cost of running again between them. When they become too many
 * or too large, every gap that can be doubled is doubled, so that a seek to any instant costs about the same.
 */
export class Keyframes {
  private list: Keyframe[] = [];
  private readonly limits: KeyframeLimits;
  private spacing: number;
  private total = 0;

  constructor(limits: KeyframeLimits) {
    this.limits = limits;
    this.spacing = limits.replayMs;
  }

  get count(): number {
    return this.list.length;
  }

  get bytes(): number {
    return this.total;
  }

  /** A new keyframe is due when running from the last one costs so much, in ms. */
  get replayMs(): number {
    return this.spacing;
  }

  get last(): Keyframe | undefined {
    return this.list[this.list.length - 1];
  }

  all(): readonly Keyframe[] {
    return this.list;
  }

  /** Places it by its event; behind one at the same place when it holds more entries. */
  add(keyframe: Keyframe): void {
    const at = this.list.findLastIndex((k) => !isAfter(k, keyframe)) + 1;
    this.list.splice(at, 0, keyframe);
    this.total += keyframe.bytes;
    while (this.list.length > 2 && (this.total > this.limits.maxBytes || this.list.length > this.limits.maxCount)) {
      this.spacing *= 2;
      this.thin();
    }
  }

  /** The last keyframe at or before an event, or before a time. */
  beforeEvent(eventNumber: number): Keyframe | undefined {
    return this.list.findLast((k) => k.eventNumber <= eventNumber);
  }

  beforeTime(timeUs: TimeUs): Keyframe | undefined {
    return this.list.findLast((k) => k.timeUs <= timeUs);
  }

  keepFirst(): void {
    this.list = this.list.slice(0, 1);
    this.total = this.list.reduce((sum, k) => sum + k.bytes, 0);
  }

  /** Drops what lies in a future that is given up. */
  dropAfter(eventNumber: number, planned: number): void {
    this.list = this.list.filter((k) => k.eventNumber <= eventNumber && k.planned <= planned);
    this.total = this.list.reduce((sum, k) => sum + k.bytes, 0);
  }

  /** Joins neighbouring gaps while the sum stays within the spacing. The first and the last stay. */
  private thin(): void {
    const kept: Keyframe[] = [this.list[0]];
    let replayMs = 0;
    let bytes = 0;
    for (let i = 1; i < this.list.length; i++) {
      const keyframe = this.list[i];
      replayMs += keyframe.replayMs;
      bytes += keyframe.bytes;
      const next = this.list[i + 1];
      if (next !== undefined && replayMs + next.replayMs <= this.spacing) continue;
      // Of what the dropped ones kept, the next one still keeps a part: pages written once between them.
      kept.push({ ...keyframe, replayMs, bytes: Math.min(bytes, 2 * keyframe.bytes) });
      replayMs = 0;
      bytes = 0;
    }
    this.list = kept;
    this.total = kept.reduce((sum, k) => sum + k.bytes, 0);
  }
}

function isAfter(k: Keyframe, other: Keyframe): boolean {
  return k.eventNumber > other.eventNumber || (k.eventNumber === other.eventNumber && k.planned > other.planned);
}
