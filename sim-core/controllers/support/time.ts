import { timeUs } from '../../api/machinery/time.ts';
import { timestamp } from '../../client/wall_clock.ts';
import type { TimeUs } from '../../contracts/ids.ts';

/** So many texts are known by heart. */
const PARSED_MAX = 1024;

/** Virtual time as the API's timestamps and back. `epochSeconds`: the Unix time of t = 0. */
export class WallClock {
  readonly epochSeconds: number;
  /** A memo of a pure function: conditions of many objects share their second. */
  readonly #parsed = new Map<string, TimeUs>();

  constructor(epochSeconds: number) {
    this.epochSeconds = epochSeconds;
  }

  /** metav1.Time: whole seconds, rounded down. */
  stamp(timeUs: TimeUs): string {
    return timestamp(this, timeUs);
  }

  /** Virtual time of a timestamp; undefined for an absent one. Throws TimeError on a malformed one. */
  parse(text: string | null | undefined): TimeUs | undefined {
    if (!text) return undefined;
    let us = this.#parsed.get(text);
    if (us !== undefined) return us;
    us = timeUs(this.epochSeconds, text);
    if (this.#parsed.size >= PARSED_MAX) this.#parsed.clear();
    this.#parsed.set(text, us);
    return us;
  }
}

/** 2026-01-01T00:00:00Z, the scenarios' default epoch. */
export const DEFAULT_EPOCH_SECONDS = 1_767_225_600;
