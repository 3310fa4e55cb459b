import { DurationError, parseDurationNs } from './duration.ts';
import { goQuote } from './gotext.ts';
import { dateOf, daysIn, ZERO_TIME_SECONDS } from './time.ts';

/** Cron schedules as robfig/cron v3's standard parser reads them; times are Unix seconds in UTC. */

export class CronError extends Error {}

export type CronSchedule =
  | {
      readonly kind: 'fields';
      readonly minutes: Field;
      readonly hours: Field;
      readonly days: Field;
      readonly months: Field;
      readonly weekdays: Field;
    }
  | { readonly kind: 'every'; readonly seconds: number };

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*` or `?` was given, also with a step of 1. */
  readonly star: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { min: 0, max: 59 };
const HOUR: Bounds = { min: 0, max: 23 };
const DAY: Bounds = { min: 1, max: 31 };
const MONTH: Bounds = { min: 1, max: 12, names: MONTHS };
const WEEKDAY: Bounds = { min: 0, max: 6, names: WEEKDAYS };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** cron.ParseStandard, but for time zones in the text. Throws CronError. */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new CronError('empty spec string');
  if (text.startsWith('@')) return parseDescriptor(text);
  const fields = text.split(/[ \t\n\v\f\r\u0085\u00a0]+/).filter((f) => f !== '');
  if (fields.length !== 5) {
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minutes, hours, days, months, weekdays] = fields;
  return {
    kind: 'fields',
    minutes: parseField(minutes, MINUTE),
    hours: parseField(hours, HOUR),
    days: parseField(days, DAY),
    months: parseField(months, MONTH),
    weekdays: parseField(weekdays, WEEKDAY),
  };
}

function parseDescriptor(text: string): CronSchedule {
  const known = DESCRIPTORS[text];
  if (known !== undefined) return parseCron(known);
  if (!text.startsWith('@every ')) throw new CronError(`unrecognized descriptor: ${text}`);
  try {
    const seconds = Number(parseDurationNs(text.slice('@every '.length)) / 1_000_000_000n);
    return { kind: 'every', seconds: Math.max(1, seconds) };
  } catch (error) {
    if (error instanceof DurationError) throw new CronError(`failed to parse duration ${text}: ${error.message}`);
    throw error;
  }
}

function parseField(text: string, bounds: Bounds): Field {
  const values = new Set<number>();
  let star = false;
  for (const part of text.split(',')) if (part !== '') star = addRange(values, part, bounds) || star;
  return { values, star };
}

function addRange(values: Set<number>, text: string, bounds: Bounds): boolean {
  const [range, stepText, ...moreSteps] = text.split('/');
  const [low, high, ...moreLimits] = range.split('-');
  let star = low === '*' || low === '?';
  let start = bounds.min;
  let end = bounds.max;
  if (!star) {
    start = parseValue(low, bounds);
    end = start;
    if (moreLimits.length > 0) throw new CronError(`too many hyphens: ${text}`);
    if (high !== undefined) end = parseValue(high, bounds);
  }
  let step = 1;
  if (moreSteps.length > 0) throw new CronError(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    step = parseNumber(stepText);
    // `5/15` is 5, 20, 35, ...
    if (high === undefined) end = bounds.max;
    if (step > 1) star = false;
  }
  if (start < bounds.min) throw new CronError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  if (end > bounds.max) throw new CronError(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  for (let n = start; n <= end; n += step) values.add(n);
  return star;
}

function parseValue(text: string, bounds: Bounds): number {
  const name = bounds.names?.indexOf(text.toLowerCase()) ?? -1;
  return name >= 0 ? name + bounds.min : parseNumber(text);
}

function parseNumber(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  }
  const n = Number(text);
  if (n > Number.MAX_SAFE_INTEGER || n < -Number.MAX_SAFE_INTEGER) {
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: value out of range`);
  }
  if (n < 0) throw new CronError(`negative number (${n}) not allowed: ${text}`);
  return n;
}

const YEARS_MAX = 5;

/** Schedule.Next: the first activation after `seconds`; Go's zero time when there is none in five years. */
export function nextCron(schedule: CronSchedule, seconds: number): number {
  if (schedule.kind === 'every') return seconds + schedule.seconds;
  const start = Math.ceil((seconds + 1) / 60);
  let days = Math.floor(start / 1440);
  let minuteOfDay = start - days * 1440;
  const lastYear = dateOf(Math.floor((seconds + 1) / 86_400)).year + YEARS_MAX;
  for (;;) {
    const { year, month, day } = dateOf(days);
    if (year > lastYear) return ZERO_TIME_SECONDS;
    if (!schedule.months.values.has(month)) {
      days += daysIn(year, month) - day + 1;
      minuteOfDay = 0;
      continue;
    }
    if (dayMatches(schedule, days, day)) {
      const minute = minuteOf(schedule, minuteOfDay);
      if (minute >= 0) return (days * 1440 + minute) * 60;
    }
    days++;
    minuteOfDay = 0;
  }
}

type FieldSchedule = Extract<CronSchedule, { kind: 'fields' }>;

/** Where both day of month and day of week are limited, either is enough. */
function dayMatches(schedule: FieldSchedule, days: number, day: number): boolean {
  const inMonth = schedule.days.values.has(day);
  const inWeek = schedule.weekdays.values.has((((days + 4) % 7) + 7) % 7);
  return schedule.days.star || schedule.weekdays.star ? inMonth && inWeek : inMonth || inWeek;
}

function minuteOf(schedule: FieldSchedule, from: number): number {
  for (let hour = Math.floor(from / 60); hour < 24; hour++) {
    if (!schedule.hours.values.has(hour)) continue;
    for (let minute = hour * 60 < from ? from - hour * 60 : 0; minute < 60; minute++) {
      if (schedule.minutes.values.has(minute)) return hour * 60 + minute;
    }
  }
  return -1;
}

// --- CronJobs (pkg/controller/cronjob/utils.go) ---

export interface CronJobTimes {
  readonly created: number;
  readonly lastScheduleTime?: number;
  readonly startingDeadlineSeconds?: number;
}

export interface MissedSchedules {
  readonly earliest: number;
  readonly mostRecent: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
  readonly error?: string;
}

/** mostRecentScheduleTime */
export function mostRecentSchedule(
  job: CronJobTimes,
  schedule: CronSchedule,
  now: number,
  withDeadline: boolean,
): MissedSchedules {
  let earliest = job.lastScheduleTime ?? job.created;
  if (withDeadline && job.startingDeadlineSeconds !== undefined) {
    earliest = Math.max(earliest, now - job.startingDeadlineSeconds);
  }
  const first = nextCron(schedule, earliest);
  const second = nextCron(schedule, first);
  const none = { earliest, mostRecent: undefined, missed: 'none' } as const;
  if (now < first) return none;
  if (now < second) return { ...none, mostRecent: first };
  const period = second - first;
  if (period < 1) return { ...none, error: 'time difference between two schedules is less than 1 second' };
  const count = Math.floor((now - first) / period) + 1;
  // One period early, because periods need not be equal; the schedule itself then finds the last one.
  let mostRecent: number | undefined;
  for (
    let t = nextCron(schedule, first + (count - 2) * period);
    t <= now && t > ZERO_TIME_SECONDS;
    t = nextCron(schedule, t)
  ) {
    mostRecent = t;
  }
  return { earliest, mostRecent, missed: count > 100 ? 'many' : count > 0 ? 'few' : 'none' };
}

/** nextScheduleTimeDuration without its 100 ms: the seconds until the CronJob is looked at again; -Infinity = Go's least duration. */
export function nextScheduleDelay(job: CronJobTimes, schedule: CronSchedule, now: number): number {
  const { earliest, mostRecent, missed, error } = mostRecentSchedule(job, schedule, now, false);
  const from = error !== undefined ? now : (mostRecent ?? (missed === 'none' ? earliest : now));
  const next = nextCron(schedule, from);
  return next === ZERO_TIME_SECONDS ? Number.NEGATIVE_INFINITY : next - now;
}

/** The name of the Job of a slot: Unix minutes. */
export function cronJobJobName(cronJob: string, scheduledSeconds: number): string {
  return `${cronJob}-${Math.floor(scheduledSeconds / 60)}`;
}
