/**
 * RFC 3339 times as metav1.Time and MicroTime read and write them: any offset in, UTC out; Time drops fractions,
 * MicroTime wants exactly six digits (vectors/base, scalars).
 */

type TimeResult = { readonly value: string } | { readonly error: string };

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : DAYS[month - 1];
}

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

function civil(days: number): [number, number, number] {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp + (mp < 10 ? 3 : -9);
  return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - Math.floor((153 * mp + 2) / 5) + 1];
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;

function formatUtc(seconds: number, fraction: string): string {
  const days = Math.floor(seconds / 86400);
  const rest = seconds - days * 86400;
  const [year, month, day] = civil(days);
  const clock = `${pad(Math.floor(rest / 3600), 2)}:${pad(Math.floor(rest / 60) % 60, 2)}:${pad(rest % 60, 2)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}${fraction}Z`;
}

/** The element of the layout that the text fails at, as Go's time.Parse finds it walking from the left. */
function firstMismatch(text: string, layout: string): string {
  const steps: [RegExp, string][] = [
    [/^\d{4}/, '2006'],
    [/^-/, '-'],
    [/^\d{2}/, '01'],
    [/^-/, '-'],
    [/^\d{2}/, '02'],
    [/^T/, 'T'],
    [/^\d{1,2}/, '15'],
    [/^:/, ':'],
    [/^\d{2}/, '04'],
    [/^:/, ':'],
    [/^\d{2}/, '05'],
  ];
  if (layout.includes('.000000')) steps.push([/^\.\d{6}/, '.000000']);
  steps.push([/^(Z|[+-]\d{2}:\d{2})/, 'Z07:00']);
  let rest = text;
  for (const [shape, element] of steps) {
    const match = shape.exec(rest);
    if (match === null) return `: cannot parse "${rest}" as "${element}"`;
    rest = rest.slice(match[0].length);
    if (element === '05' && !layout.includes('.000000')) rest = rest.replace(/^[.,]\d+/, '');
  }
  return `: extra text: "${rest}"`;
}

function rangeError(text: string, parts: readonly number[]): string | undefined {
  const [year, month, day, hour, minute, second] = parts;
  const wrong =
    month < 1 || month > 12
      ? 'month'
      : day < 1 || day > daysIn(year, month)
        ? 'day'
        : hour > 23
          ? 'hour'
          : minute > 59
            ? 'minute'
            : second > 59
              ? 'second'
              : undefined;
  return wrong && `parsing time "${text}": ${wrong} out of range`;
}

function parse(
  text: string,
  layout: string,
  digits: number | undefined,
): { seconds: number; fraction: string } | { error: string } {
  const match = SHAPE.exec(text);
  if (match === null || (digits !== undefined && match[7]?.length !== digits)) {
    return { error: `parsing time "${text}" as "${layout}"${firstMismatch(text, layout)}` };
  }
  const parts = match.slice(1, 7).map(Number);
  const wrong = rangeError(text, parts);
  if (wrong) return { error: wrong };
  const [year, month, day, hour, minute, second] = parts;
  const zone = match[8];
  const offset =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60);
  return {
    seconds: dayNumber(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset,
    fraction: match[7] ?? '',
  };
}

/** metav1.Time: whole seconds, UTC. */
export function canonicalTime(text: string): TimeResult {
  const parsed = parse(text, '2006-01-02T15:04:05Z07:00', undefined);
  return 'error' in parsed ? parsed : { value: formatUtc(parsed.seconds, '') };
}

/** As the server writes it, on a day that every month has. */
const CANONICAL_MICRO = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

/** metav1.MicroTime: six digits, UTC. */
export function canonicalMicroTime(text: string): TimeResult {
  if (CANONICAL_MICRO.test(text)) return { value: text };
  const parsed = parse(text, '2006-01-02T15:04:05.000000Z07:00', 6);
  return 'error' in parsed ? parsed : { value: formatUtc(parsed.seconds, `.${parsed.fraction}`) };
}
