import { fitsInt64, MAX_INT64 } from './int64.ts';

/** Go durations as Kubernetes prints and reads them. Nanoseconds are bigint; the µs forms are for hot use. */

export class DurationError extends Error {}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go's quoting inside the time package: everything outside ASCII as bytes. */
function quote(text: string): string {
  let out = '"';
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < 0x80 && code >= 0x20) out += c === '"' || c === '\\' ? `\\${c}` : c;
    else out += bytesOf(code);
  }
  return `${out}"`;
}

function bytesOf(code: number): string {
  const hex = (b: number) => `\\x${b.toString(16).padStart(2, '0')}`;
  if (code < 0x80) return hex(code);
  if (code < 0x800) return hex(0xc0 | (code >> 6)) + hex(0x80 | (code & 63));
  if (code < 0x10000) return hex(0xe0 | (code >> 12)) + hex(0x80 | ((code >> 6) & 63)) + hex(0x80 | (code & 63));
  return (
    hex(0xf0 | (code >> 18)) +
    hex(0x80 | ((code >> 12) & 63)) +
    hex(0x80 | ((code >> 6) & 63)) +
    hex(0x80 | (code & 63))
  );
}

/** time.ParseDuration, in nanoseconds. Throws DurationError. */
export function parseDurationNs(text: string): bigint {
  const invalid = () => new DurationError(`time: invalid duration ${quote(text)}`);
  const limit = 1n << 63n;
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') throw invalid();
  let total = 0n;
  while (rest !== '') {
    const match = /^([0-9]*)(\.?)([0-9]*)([^0-9.]*)/.exec(rest)!;
    const [whole, integer, , decimals, unit] = match;
    if (integer === '' && decimals === '') throw invalid();
    if (integer.length > 40) throw invalid();
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
    if (!Object.hasOwn(UNITS, unit)) {
      throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    }
    const scale = UNITS[unit];
    let value = BigInt(integer === '' ? '0' : integer) * scale;
    if (decimals !== '') {
      // Digits beyond 18 cannot change a nanosecond; Go computes the fraction in a float64, which differs below that only.
      const kept = decimals.slice(0, 18);
      value += (BigInt(kept) * scale) / 10n ** BigInt(kept.length);
    }
    total += value;
    if (total > limit) throw invalid();
    rest = rest.slice(whole.length);
  }
  if (negative) return -total;
  if (total > MAX_INT64) throw invalid();
  return total;
}

/** In µs; below a µs is cut. Throws DurationError. */
export function parseDurationUs(text: string): number {
  return Number(parseDurationNs(text) / 1000n);
}

/** time.Duration.String(): `1h30m0s`, `1.5s`, `100ms`. */
export function formatDurationNs(ns: bigint): string {
  if (ns === 0n) return '0s';
  const negative = ns < 0n;
  const magnitude = negative ? -ns : ns;
  return (negative ? '-' : '') + (magnitude < 1_000_000_000n ? small(magnitude) : large(magnitude));
}

function decimal(value: bigint, digits: number): string {
  const text = String(value).padStart(digits + 1, '0');
  const fraction = digits === 0 ? '' : text.slice(-digits).replace(/0+$/, '');
  const whole = digits === 0 ? text : text.slice(0, -digits);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function small(ns: bigint): string {
  if (ns < 1000n) return `${ns}ns`;
  return ns < 1_000_000n ? `${decimal(ns, 3)}µs` : `${decimal(ns, 6)}ms`;
}

function large(ns: bigint): string {
  const minutes = ns / 60_000_000_000n;
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${minutes}m${seconds}` : `${hours}h${minutes % 60n}m${seconds}`;
}

/** time.Duration.String() of whole µs. */
export function formatDurationUs(us: number): string {
  return formatDurationNs(BigInt(us) * 1000n);
}

/** As people write Go durations: without parts that are zero (`5m`, `1h30m`, `2m30s`, `1.5s`, `250ms`). µs in, not negative. */
export function shortDuration(us: number): string {
  return formatDurationUs(us)
    .replace('µs', 'us')
    .replace(/([hm])0s$/, '$1')
    .replace(/h0m$/, 'h');
}

/** Duration.Round: half away from zero. */
export function roundDurationNs(ns: bigint, unit: bigint): bigint {
  const rest = ns % unit;
  if (ns < 0n) {
    const up = -rest;
    return up + up < unit ? ns + up : saturate(ns - unit + up);
  }
  return rest + rest < unit ? ns - rest : saturate(ns + unit - rest);
}

function saturate(ns: bigint): bigint {
  return fitsInt64(ns) ? ns : ns < 0n ? -MAX_INT64 - 1n : MAX_INT64;
}

export function truncateDurationNs(ns: bigint, unit: bigint): bigint {
  return ns - (ns % unit);
}

/** Duration.Seconds(), with Go's two-step rounding. */
export function durationSeconds(ns: bigint): number {
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9;
}

const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** duration.HumanDuration (apimachinery pkg/util/duration): kubectl's ages. `us` in µs. */
export function humanDuration(us: number): string {
  const seconds = Math.trunc(us / 1e6);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(seconds / HOUR);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return withRest(Math.trunc(hours / 24), 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`;
  const years = Math.trunc(seconds / YEAR);
  if (hours < 24 * 365 * 8) return withRest(years, 'y', Math.trunc(hours / 24) % 365, 'd');
  return `${years}y`;
}

function withRest(n: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${n}${unit}` : `${n}${unit}${rest}${restUnit}`;
}

/** duration.ShortHumanDuration: one unit. `us` in µs, `restNs` nanoseconds below that. */
export function shortHumanDuration(us: number, restNs = 0): string {
  const seconds = Math.trunc(us / 1e6);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  // Go's Hours() is a float64, which rounds up just below a full hour.
  const exact = Math.trunc(us / 3.6e9) + ((us % 3.6e9) * 1000 + restNs) / 3.6e12;
  const hours = Math.trunc(exact);
  if (hours < 24) return `${hours}h`;
  return hours < 24 * 365 ? `${Math.trunc(hours / 24)}d` : `${Math.trunc(exact / 24 / 365)}y`;
}
