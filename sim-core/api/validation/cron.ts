/** Errors of a standard five-field cron schedule, with the texts of robfig/cron v3. */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: Readonly<Record<string, number>>;
}

const MONTHS = Object.fromEntries(
  'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, i) => [name, i + 1]),
);
const DAYS = Object.fromEntries('sun mon tue wed thu fri sat'.split(' ').map((name, i) => [name, i]));
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

class CronError extends Error {}

function parseInt_(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new CronError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const value = Number(text);
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function parseIntOrName(text: string, names: Bounds['names']): number {
  return names?.[text.toLowerCase()] ?? parseInt_(text);
}

function checkRange(text: string, bounds: Bounds): void {
  const parts = text.split('/');
  const ends = parts[0].split('-');
  const single = ends.length === 1;
  let start: number;
  let end: number;
  if (ends[0] === '*' || ends[0] === '?') {
    start = bounds.min;
    end = bounds.max;
  } else {
    start = parseIntOrName(ends[0], bounds.names);
    if (ends.length > 2) throw new CronError(`too many hyphens: ${text}`);
    end = single ? start : parseIntOrName(ends[1], bounds.names);
  }
  let step = 1;
  if (parts.length > 2) throw new CronError(`too many slashes: ${text}`);
  if (parts.length === 2) {
    step = parseInt_(parts[1]);
    if (single) end = bounds.max;
  }
  if (start < bounds.min) throw new CronError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  if (end > bounds.max) throw new CronError(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
}

function checkDescriptor(text: string): void {
  if (DESCRIPTORS.includes(text)) return;
  if (text.startsWith('@every ')) {
    const duration = text.slice('@every '.length);
    if (/^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$|^0$/.test(duration))
      return;
    const missing = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(duration);
    throw new CronError(
      `failed to parse duration ${text}: time: ${missing ? 'missing unit in' : 'invalid'} duration ${JSON.stringify(duration)}`,
    );
  }
  throw new CronError(`unrecognized descriptor: ${text}`);
}

/** The error of a schedule, or undefined. */
export function cronError(schedule: string): string | undefined {
  try {
    if (schedule === '') throw new CronError('empty spec string');
    if (schedule.startsWith('@')) {
      checkDescriptor(schedule);
      return undefined;
    }
    const fields = schedule.split(/\s+/).filter((field) => field !== '');
    if (fields.length !== 5)
      throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
    fields.forEach((field, i) => {
      for (const part of field.split(',').filter((text) => text !== '')) checkRange(part, FIELDS[i]);
    });
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}
