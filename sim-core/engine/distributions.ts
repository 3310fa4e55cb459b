import type { TimeUs } from '../contracts/ids.ts';
import { exactExp, exactLog, normalQuantile } from './exact.ts';

/** A distribution of delays; times are integers of µs. */
export type Distribution =
  | { readonly kind: 'constant'; readonly valueUs: TimeUs }
  /** Both ends included. */
  | { readonly kind: 'uniform'; readonly minUs: TimeUs; readonly maxUs: TimeUs }
  | { readonly kind: 'exponential'; readonly meanUs: TimeUs }
  /** The log-normal distribution with these two quantiles. */
  | { readonly kind: 'logNormal'; readonly p50Us: TimeUs; readonly p99Us: TimeUs }
  /** Equally spaced quantiles, ascending (first = minimum, last = maximum), linear between them. */
  | { readonly kind: 'empirical'; readonly quantilesUs: readonly TimeUs[] };

const TWO32 = 4294967296;
/** No draw is longer, however wide its distribution: 31 years. */
const LONGEST_US = 1e15;
const Z99 = 2.3263478740408408;

/**
 * An integer in [0, n) from a u32 draw, for 1 <= n <= 2^32: floor(u n / 2^32). A value's probability differs from 1/n by
 * less than 2^-32, which for n = 5,000 is a relative bias below 1.2e-6.
 */
export function uniformInt(u32: number, n: number): number {
  if (n <= 2097152) return Math.floor((u32 * n) / TWO32);
  // Split, so that no product exceeds 2^53.
  const high = u32 >>> 16;
  return Math.floor((high * n + ((u32 & 0xffff) * n) / 65536) / 65536);
}

/** True with probability numerator/denominator, to 2^-32. */
export function chance(u32: number, numerator: number, denominator: number): boolean {
  return u32 * denominator < numerator * TWO32;
}

/** The value of the distribution at a u32 draw, in integer µs, never negative. Grows with the draw. */
export function sampleUs(d: Distribution, u32: number): TimeUs {
  switch (d.kind) {
    case 'constant':
      return d.valueUs;
    case 'uniform':
      return d.minUs + uniformInt(u32, d.maxUs - d.minUs + 1);
    case 'exponential':
      return Math.floor(d.meanUs * -exactLog((TWO32 - u32) / TWO32) + 0);
    case 'logNormal':
      return logNormalUs(d, u32);
    case 'empirical': {
      const at = (u32 / TWO32) * (d.quantilesUs.length - 1);
      const i = Math.floor(at);
      const from = d.quantilesUs[i];
      const to = d.quantilesUs[Math.min(i + 1, d.quantilesUs.length - 1)];
      return Math.floor(from + (to - from) * (at - i) + 0.5);
    }
  }
}

type LogNormal = Distribution & { readonly kind: 'logNormal' };

/** What is known of a log-normal distribution: a memo of pure results. */
interface LogNormalMemo {
  readonly sigma: number;
  /** Draws until a table is worth its memory. */
  wait: number;
  /** The value of all draws of a step, UNKNOWN, or SEVERAL; undefined where most steps have several, or not yet. */
  steps: Float64Array | undefined;
}

const memos = new WeakMap<LogNormal, LogNormalMemo>();
const STEP_BITS = 14;
const STEP = 2 ** (32 - STEP_BITS);
const UNKNOWN = -1;
const SEVERAL = -2;
/** In the middle a step is 0.00015 sigma wide. */
const NARROW_US = 2000;
const TABLE_AFTER = 256;

/** Values grow with the draw: where both ends of a step have one value, all of it has. */
function logNormalUs(d: LogNormal, u32: number): TimeUs {
  let memo = memos.get(d);
  if (memo === undefined) {
    const sigma = exactLog(d.p99Us / d.p50Us) / Z99;
    memos.set(d, (memo = { sigma, wait: d.p50Us * sigma < NARROW_US ? TABLE_AFTER : Infinity, steps: undefined }));
  }
  const { sigma } = memo;
  if (memo.wait > 0) {
    if (--memo.wait === 0) memo.steps = new Float64Array(2 ** STEP_BITS).fill(UNKNOWN);
    return logNormalAt(d, sigma, u32);
  }
  const steps = memo.steps as Float64Array;
  const step = u32 >>> (32 - STEP_BITS);
  let value = steps[step];
  if (value === UNKNOWN) {
    value = logNormalAt(d, sigma, step * STEP);
    if (logNormalAt(d, sigma, (step + 1) * STEP - 1) !== value) value = SEVERAL;
    steps[step] = value;
  }
  return value === SEVERAL ? logNormalAt(d, sigma, u32) : value;
}

function logNormalAt(d: LogNormal, sigma: number, u32: number): TimeUs {
  const valueUs = d.p50Us * exactExp(sigma * normalQuantile((u32 + 0.5) / TWO32));
  return Math.floor(Math.min(valueUs, LONGEST_US) + 0.5);
}

/** Says what is wrong with a distribution from a scenario, or undefined. */
export function checkDistribution(d: Distribution): string | undefined {
  const isTime = (v: number) => Number.isSafeInteger(v) && v >= 0;
  switch (d.kind) {
    case 'constant':
      return isTime(d.valueUs) ? undefined : 'value must be a whole number of microseconds >= 0';
    case 'uniform':
      if (!isTime(d.minUs) || !isTime(d.maxUs) || d.maxUs < d.minUs) return 'needs 0 <= min <= max';
      return d.maxUs - d.minUs < TWO32 ? undefined : 'max - min must be below 4294 s';
    case 'exponential':
      return isTime(d.meanUs) ? undefined : 'mean must be a whole number of microseconds >= 0';
    case 'logNormal':
      return isTime(d.p50Us) && isTime(d.p99Us) && d.p50Us > 0 && d.p99Us >= d.p50Us
        ? undefined
        : 'needs 0 < p50 <= p99';
    case 'empirical':
      if (d.quantilesUs.length === 0 || !d.quantilesUs.every(isTime)) return 'needs at least one quantile >= 0';
      return d.quantilesUs.every((v, i) => i === 0 || v >= d.quantilesUs[i - 1]) ? undefined : 'quantiles must ascend';
  }
}
