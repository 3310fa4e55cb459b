/** Value of an int-or-percentage against a total (util/intstr.GetScaledValueFromIntOrPercent). */
export function scaledValue(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const percent = Number(value.slice(0, -1));
  const scaled = (percent * total) / 100;
  return roundUp ? Math.ceil(scaled) : Math.floor(scaled);
}

/** Half away from zero. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** floor(log2(n)) of n >= 1, exact for all doubles up to 2^63. */
export function floorLog2(n: number): number {
  const high = Math.floor(n / 4294967296);
  return high >= 1 ? 32 + 31 - Math.clz32(high) : 31 - Math.clz32(Math.floor(n));
}
