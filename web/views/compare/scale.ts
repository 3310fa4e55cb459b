/** Steps of the difference colours on each side of none. */
const SIDE = 4;

/** Place among the nine difference colours: 4 = none, 8 = much more in B, 0 = much less. `most` is the largest difference. */
export function differenceStep(value: number, most: number): number {
  if (value === 0 || most <= 0) return SIDE;
  const step = Math.min(SIDE, Math.max(1, Math.ceil((Math.abs(value) / Math.max(most, SIDE)) * SIDE)));
  return SIDE + Math.sign(value) * step;
}

/** B - A as a share of A; NaN = A is 0 or one is not known. */
export function relative(a: number, b: number): number {
  return a > 0 && b >= 0 ? (b - a) / a : Number.NaN;
}

/** Length of a bar of a change, -1 to 1: small and large ones both show. */
export function barOf(a: number, b: number): number {
  if (a < 0 || b < 0 || a === b) return 0;
  const ratio = (b - a) / Math.max(a, b);
  return Math.sign(ratio) * Math.sqrt(Math.abs(ratio));
}
