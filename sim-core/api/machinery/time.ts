import { goQuote } from './gotext.ts';

/**
 * metav1.Time and MicroTime without the host's clock or calendar: RFC 3339 texts to and from Unix time and to and from the
 * virtual time of a scenario (µs since its epoch, which is a whole Unix second).
 */

export interface UnixTime {
  /** Since 1970-01-01T00:00:00Z; may be negative. */
  readonly seconds: number;
  readonly nanos: number;
}

export class TimeError extends Error {}

/** Go's zero time, 0001-01-01T00:00:00Z: printed as null. */
export const ZERO_TIME_SECONDS = -62135596800;

const SECOND_US = 1_000_000;
const DAY_SECONDS = 86_400;
const DAYS_400_YEARS = 146_097;
const DAYS_TO_1970 = 719_468;

/** Days since 1970-01-01 of a proleptic Gregorian date. Years are counted from March, so the leap day comes last. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_400_YEARS + dayOfEra - DAYS_TO_1970;
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The inverse of daysOf. */
export function dateOf(days: number): CivilDate {
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / DAYS_400_YEARS);
  const dayOfEra = shifted - era * DAYS_400_YEARS;
  const leapsPassed = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) + Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - leapsPassed) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function pad(n: number, digits: number): string {
  return String(n).padStart(digits, '0');
}

function dateAndClock(seconds: number, separator: string): string {
  const days = Math.floor(seconds / DAY_SECONDS);
  const clock = seconds - days * DAY_SECONDS;
  const { year, month, day } = dateOf(days);
  const hours = Math.floor(clock / 3600);
  const minutes = Math.floor((clock % 3600) / 60);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}${separator}${pad(hours, 2)}:${pad(minutes, 2)}:${pad(clock % 60, 2)}`;
}

/** metav1.Time: `2026-01-02T03:04:05Z`. Whole seconds. */
export function formatUnixSeconds(seconds: number): string {
  return `${dateAndClock(seconds, 'T')}Z`;
}

/** metav1.MicroTime: `2026-01-02T03:04:05.000006Z`. */
export function formatUnixMicros(seconds: number, micros: number): string {
  return `${dateAndClock(seconds, 'T')}.${pad(micros, 6)}Z`;
}

function fraction(nanos: number): string {
  return nanos === 0 ? '' : `.${pad(nanos, 9).replace(/0+$/, '')}`;
}

/** time.RFC3339Nano, in UTC. */
export function formatRFC3339Nano(time: UnixTime): string {
  return `${dateAndClock(time.seconds, 'T')}${fraction(time.nanos)}Z`;
}

/** time.Time.String(), in UTC. */
export function formatGoTime(time: UnixTime): string {
  return `${dateAndClock(time.seconds, ' ')}${fraction(time.nanos)} +0000 UTC`;
}

/** Unix time of whole nanoseconds. */
export function fromUnixNanos(nanos: bigint): UnixTime {
  let seconds = nanos / 1_000_000_000n;
  let rest = nanos % 1_000_000_000n;
  if (rest < 0n) {
    rest += 1_000_000_000n;
    seconds -= 1n;
  }
  return { seconds: Number(seconds), nanos: Number(rest) };
}

// --- Virtual time ---

/** The text of metav1.Time at a virtual time; cuts to the second. `epochSeconds` is the scenario's epoch in Unix time. */
export function timeText(epochSeconds: number, us: number): string {
  const second = epochSeconds + Math.floor(us / SECOND_US);
  let text = recentTexts.get(second);
  if (text === undefined) {
    text = formatUnixSeconds(second);
    if (recentTexts.size >= RECENT_MAX) recentTexts.clear();
    recentTexts.set(second, text);
  }
  return text;
}

/** A memo of a pure result: many things happen in one second. */
const recentTexts = new Map<number, string>();
const RECENT_MAX = 64;

/** The text of metav1.MicroTime at a virtual time. */
export function microTimeText(epochSeconds: number, us: number): string {
  const second = Math.floor(us / SECOND_US);
  return formatUnixMicros(epochSeconds + second, us - second * SECOND_US);
}

/** Virtual time of a Time or MicroTime text. Throws TimeError. */
export function timeUs(epochSeconds: number, text: string): number {
  const { seconds, nanos } = parseTime(text);
  return (seconds - epochSeconds) * SECOND_US + Math.floor(nanos / 1000);
}

// --- Parsing, with the messages of Go's time.Parse ---

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

interface Cursor {
  readonly text: string;
  readonly layout: string;
  at: number;
}

function bad(c: Cursor, element: string, at = c.at): never {
  const rest = goQuote(c.text.slice(at));
  throw new TimeError(
    `parsing time ${goQuote(c.text)} as ${goQuote(c.layout)}: cannot parse ${rest} as ${goQuote(element)}`,
  );
}

function outOfRange(c: Cursor, what: string): never {
  throw new TimeError(`parsing time ${goQuote(c.text)}: ${what} out of range`);
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function literal(c: Cursor, text: string): void {
  if (c.text[c.at] !== text) bad(c, text);
  c.at++;
}

/** One or two digits; two are needed where `fixed`. */
function number(c: Cursor, element: string, fixed: boolean): number {
  if (!isDigit(c.text[c.at])) bad(c, element);
  if (!isDigit(c.text[c.at + 1])) {
    if (fixed) bad(c, element);
    return Number(c.text[c.at++]);
  }
  c.at += 2;
  return Number(c.text.slice(c.at - 2, c.at));
}

function zoneSeconds(c: Cursor): number {
  const start = c.at;
  const sign = c.text[start];
  if (sign === 'Z') {
    c.at++;
    return 0;
  }
  const match = /^([+-])([0-9]{2}):([0-9]{2})/.exec(c.text.slice(start, start + 6));
  if (match === null) bad(c, 'Z07:00', start);
  const hours = Number(match[2]);
  const minutes = Number(match[3]);
  // Go lets offsets of 24 hours and 60 minutes pass, because people write them.
  if (hours > 24) outOfRange(c, 'time zone offset hour');
  if (minutes > 60) outOfRange(c, 'time zone offset minute');
  c.at += 6;
  return (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function fractionNanos(c: Cursor, micro: boolean): number {
  const separator = c.text[c.at];
  const hasSeparator = separator === '.' || separator === ',';
  let digits = 0;
  while (isDigit(c.text[c.at + 1 + digits])) digits++;
  if (micro) {
    if (!hasSeparator || digits < 6) bad(c, '.000000');
    c.at += 7;
    return Number(c.text.slice(c.at - 6, c.at)) * 1000;
  }
  if (!hasSeparator || digits === 0) return 0;
  const nanos = Number(c.text.slice(c.at + 1, c.at + 1 + Math.min(digits, 9)).padEnd(9, '0'));
  c.at += 1 + digits;
  return nanos;
}

function parse(text: string, micro: boolean): UnixTime {
  const c: Cursor = { text, layout: micro ? RFC3339_MICRO : RFC3339, at: 0 };
  if (text.length < 4 || !/^[0-9]{4}/.test(text)) bad(c, '2006');
  c.at = 4;
  const year = Number(text.slice(0, 4));
  literal(c, '-');
  const month = number(c, '01', true);
  if (month < 1 || month > 12) outOfRange(c, 'month');
  literal(c, '-');
  const day = number(c, '02', true);
  literal(c, 'T');
  const hour = number(c, '15', false);
  if (hour > 23) outOfRange(c, 'hour');
  literal(c, ':');
  const minute = number(c, '04', true);
  if (minute > 59) outOfRange(c, 'minute');
  literal(c, ':');
  const second = number(c, '05', true);
  if (second > 59) outOfRange(c, 'second');
  const nanos = fractionNanos(c, micro);
  const zone = zoneSeconds(c);
  if (c.at < text.length) {
    throw new TimeError(`parsing time ${goQuote(text)}: extra text: ${goQuote(text.slice(c.at))}`);
  }
  if (day < 1 || day > daysIn(year, month)) outOfRange(c, 'day');
  const seconds = daysOf(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second - zone;
  return { seconds, nanos };
}

/** Reads RFC 3339, any fraction. metav1.Time drops the fraction when it is written again. Throws TimeError. */
export function parseTime(text: string): UnixTime {
  return parse(text, false);
}

/** metav1.MicroTime: exactly six digits of fraction. Throws TimeError. */
export function parseMicroTime(text: string): UnixTime {
  return parse(text, true);
}
