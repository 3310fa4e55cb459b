/**
 * log, exp and the normal quantile from + - * / and sqrt alone. ECMAScript leaves Math.log and its kin to the
 * implementation, so two engines may differ in the last bit; the operations used here are exact everywhere.
 */

const bitsF64 = new Float64Array(1);
const bitsU32 = new Uint32Array(bitsF64.buffer);
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Natural logarithm; relative error below 4e-16 (1 below the last place or so). 0 gives -Infinity, negatives NaN. */
export function exactLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54: subnormals
    k = -54;
  }
  bitsF64[0] = x;
  k += ((bitsU32[1] >>> 20) & 0x7ff) - 1023;
  bitsU32[1] = (bitsU32[1] & 0xfffff) | 0x3ff00000;
  let m = bitsF64[0];
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  // ln m = 2 atanh s, |s| <= 0.1716, so the 12th term is below 1e-19 of the first.
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum = 0;
  for (let i = 25; i >= 3; i -= 2) sum = (sum + 1 / i) * z;
  return k * LN2_HIGH + (2 * s + (2 * s * sum + k * LN2_LOW));
}

/** e^x; relative error below 1e-15. Overflows to Infinity above 709.78, underflows to 0 below -708. */
export function exactExp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -708) return 0;
  const k = Math.floor(x / Math.LN2 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let i = 17; i >= 1; i--) sum = 1 + (sum * r) / i;
  const half = k > 0 ? k - 1 : k;
  bitsU32[0] = 0;
  bitsU32[1] = (half + 1023) << 20;
  return k > 0 ? sum * bitsF64[0] * 2 : sum * bitsF64[0];
}

/** Density of the standard normal distribution at x. */
function normalDensity(x: number): number {
  return 0.3989422804014327 * exactExp((-x * x) / 2);
}

/** P(Z > x) for x >= 0: the series of P(0 < Z < x) up to 3, the continued fraction of the tail above. */
function upperTail(x: number): number {
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let i = 3; term > sum * 1e-17; i += 2) {
      term *= (x * x) / i;
      sum += term;
    }
    return 0.5 - normalDensity(x) * sum;
  }
  let f = x;
  for (let i = 80; i >= 1; i--) f = x + i / f;
  return normalDensity(x) / f;
}

/**
 * The z with P(Z < z) = p, 0 < p < 1; absolute error below 1e-12 for 1e-12 < p < 1 - 1e-12. The rational start
 * (Abramowitz and Stegun 26.2.23, error 4.5e-4) is polished by three Newton steps.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  const q = p < 0.5 ? p : 1 - p;
  const t = Math.sqrt(-2 * exactLog(q));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) x += (upperTail(x) - q) / normalDensity(x);
  return p < 0.5 ? -x : x;
}
