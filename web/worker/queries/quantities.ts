/** Quantities of stored objects, which are valid: numbers for pictures, not for decisions. */
const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
};

function amountOf(text: string | number | undefined): number {
  if (text === undefined) return 0;
  const found = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(String(text));
  return found === null ? Number.NaN : Number(found[1]) * (SUFFIXES[found[2]] ?? Number.NaN);
}

export const cpuMilli = (text: string | undefined): number => Math.round(amountOf(text) * 1000);

export const memoryMi = (text: string | undefined): number => amountOf(text) / 1024 ** 2;
