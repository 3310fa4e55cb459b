/**
 * Runtime guard of determinism: while `body` runs, everything whose result depends on the host throws. The linter bans
 * the same names in sim-core's text; this catches what reaches them by other ways (libraries, aliases).
 */
const INEXACT = [
  'random',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'exp',
  'expm1',
  'log',
  'log2',
  'log10',
  'log1p',
  'pow',
  'cbrt',
  'hypot',
] as const;

function forbidden(name: string): never {
  throw new Error(`${name} is not deterministic: sim-core must not use it`);
}

export function withDeterminismGuard<T>(body: () => T): T {
  const math = Math as unknown as Record<string, unknown>;
  const globals = globalThis as unknown as Record<string, unknown>;
  const saved: [Record<string, unknown>, string, unknown][] = [];
  const replace = (target: Record<string, unknown>, key: string, value: unknown) => {
    saved.push([target, key, target[key]]);
    target[key] = value;
  };
  for (const name of INEXACT) replace(math, name, () => forbidden(`Math.${name}`));
  const date = function date() {
    forbidden('Date');
  };
  for (const name of ['now', 'parse', 'UTC'])
    (date as unknown as Record<string, unknown>)[name] = () => forbidden(`Date.${name}`);
  replace(globals, 'Date', date);
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask']) replace(globals, name, () => forbidden(name));
  const strings = String.prototype as unknown as Record<string, unknown>;
  for (const name of ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase']) {
    replace(strings, name, () => forbidden(`String.prototype.${name}`));
  }
  replace(Number.prototype as unknown as Record<string, unknown>, 'toLocaleString', () => forbidden('toLocaleString'));
  try {
    return body();
  } finally {
    for (const [target, key, value] of saved.reverse()) target[key] = value;
  }
}
