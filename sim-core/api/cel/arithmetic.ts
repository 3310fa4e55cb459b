import { CelError, noSuchOverload } from './errors.ts';
import { Bytes, type CelValue, isList, UInt } from './values.ts';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const UMAX = 2n ** 64n - 1n;

export function intRange(value: bigint, error: string): bigint {
  if (value < MIN || value > MAX) throw new CelError(error);
  return value;
}

export function uintRange(value: bigint, error: string): UInt {
  if (value < 0n || value > UMAX) throw new CelError(error);
  return new UInt(value);
}

function exact(sign: string, a: bigint, b: bigint): bigint {
  if (sign === '+') return a + b;
  if (sign === '-') return a - b;
  if (sign === '*') return a * b;
  if (b === 0n) throw new CelError(sign === '/' ? 'division by zero' : 'modulus by zero');
  return sign === '/' ? a / b : a % b;
}

/** Overflow is an error; only numbers of one type mix. */
export function arithmetic(sign: '+' | '-' | '*' | '/' | '%', a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intRange(exact(sign, a, b), 'integer overflow');
  if (a instanceof UInt && b instanceof UInt)
    return uintRange(exact(sign, a.value, b.value), 'unsigned integer overflow');
  if (typeof a === 'number' && typeof b === 'number' && sign !== '%')
    return sign === '+' ? a + b : sign === '-' ? a - b : sign === '*' ? a * b : a / b;
  throw noSuchOverload();
}

export function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a instanceof Bytes && b instanceof Bytes) return new Bytes(a.text + b.text);
  if (isList(a) && isList(b)) return [...a, ...b];
  return arithmetic('+', a, b);
}
