import { microTimeText, timeText } from '../api/machinery/time.ts';
import type { TimeUs } from '../contracts/index.ts';

/** The calendar time of t = 0: the scenario's epoch, in whole seconds since 1970. */
export interface WallClock {
  readonly epochSeconds: number;
}

/** Texts of whole seconds: objects of one second share their string. A memo of a pure function, kept small. */
const texts = new Map<number, string>();
const TEXTS_MAX = 4096;

/** metav1.Time: RFC 3339 in UTC, cut to the second. */
export function timestamp(clock: WallClock, nowUs: TimeUs): string {
  const second = clock.epochSeconds + Math.floor(nowUs / 1_000_000);
  let text = texts.get(second);
  if (text === undefined) {
    text = timeText(clock.epochSeconds, nowUs);
    if (texts.size >= TEXTS_MAX) texts.clear();
    texts.set(second, text);
  }
  return text;
}

/** metav1.MicroTime: RFC 3339 in UTC with six digits after the point. */
export function microTimestamp(clock: WallClock, nowUs: TimeUs): string {
  return microTimeText(clock.epochSeconds, nowUs);
}
