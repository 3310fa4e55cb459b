import { microTimeText, timeText } from '../api/machinery/time.ts';
import type { TimeUs } from '../contracts/index.ts';

/** The calendar time of t = 0: the scenario's epoch, in whole seconds since 1970. */
export interface WallClock {
  readonly epochSeconds: number;
}

/** metav1.Time: RFC 3339 in UTC, cut to the second. */
export function timestamp(clock: WallClock, nowUs: TimeUs): string {
  return timeText(clock.epochSeconds, nowUs);
}

/** metav1.MicroTime: RFC 3339 in UTC with six digits after the point. */
export function microTimestamp(clock: WallClock, nowUs: TimeUs): string {
  return microTimeText(clock.epochSeconds, nowUs);
}
