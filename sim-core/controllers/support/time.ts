import { timeText, timeUs } from '../../api/machinery/time.ts';
import type { TimeUs } from '../../contracts/ids.ts';

/** Virtual time as the API's timestamps and back. `epochSeconds`: the Unix time of t = 0. */
export class WallClock {
  readonly #epochSeconds: number;

  constructor(epochSeconds: number) {
    this.#epochSeconds = epochSeconds;
  }

  /** metav1.Time: whole seconds, rounded down. */
  stamp(timeUs: TimeUs): string {
    return timeText(this.#epochSeconds, timeUs);
  }

  /** Virtual time of a timestamp; undefined for an absent one. Throws TimeError on a malformed one. */
  parse(text: string | null | undefined): TimeUs | undefined {
    return text ? timeUs(this.#epochSeconds, text) : undefined;
  }
}

/** 2026-01-01T00:00:00Z, the scenarios' default epoch. */
export const DEFAULT_EPOCH_SECONDS = 1_767_225_600;
