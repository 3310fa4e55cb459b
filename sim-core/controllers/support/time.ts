import type { TimeUs } from '../../contracts/ids.ts';
import { SECOND_US } from '../../contracts/ids.ts';

const DAY_SECONDS = 86_400;

function daysOfDate(year: number, month: number, day: number): number {
  // Years start in March, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function dateOfDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1 };
}

function padded(n: number, width: number): string {
  return String(n).padStart(width, '0');
}

/** Virtual time as the API's timestamps and back. `epochSeconds`: the Unix time of t = 0. */
export class WallClock {
  readonly #epochSeconds: number;

  constructor(epochSeconds: number) {
    this.#epochSeconds = epochSeconds;
  }

  /** metav1.Time: whole seconds, rounded down. */
  stamp(timeUs: TimeUs): string {
    const unix = this.#epochSeconds + Math.floor(timeUs / SECOND_US);
    const days = Math.floor(unix / DAY_SECONDS);
    const rest = unix - days * DAY_SECONDS;
    const { year, month, day } = dateOfDays(days);
    const hours = Math.floor(rest / 3600);
    const minutes = Math.floor((rest % 3600) / 60);
    return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${padded(hours, 2)}:${padded(minutes, 2)}:${padded(rest % 60, 2)}Z`;
  }

  /** Virtual time of an RFC 3339 timestamp in UTC, fractions of a second included; undefined for an absent or zero time. */
  parse(text: string | null | undefined): TimeUs | undefined {
    if (!text) return undefined;
    const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
    if (!match) return undefined;
    const [, year, month, day, hours, minutes, seconds, fraction] = match;
    const days = daysOfDate(Number(year), Number(month), Number(day));
    const unix = days * DAY_SECONDS + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const micros = fraction ? Math.floor(Number(fraction.padEnd(9, '0')) / 1000) : 0;
    return (unix - this.#epochSeconds) * SECOND_US + micros;
  }
}

/** 2026-01-01T00:00:00Z, the scenarios' default epoch. */
export const DEFAULT_EPOCH_SECONDS = 1_767_225_600;
