import {
  addQuantities,
  approximateFloat,
  asInt64,
  newQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  signOfQuantity,
  subtractQuantities,
} from '../machinery/quantity.ts';
import { intRange, uintRange } from './arithmetic.ts';
import { CelError, noSuchOverload } from './errors.ts';
import { utf8 } from './lexer.ts';
import { lists } from './lists.ts';
import { parseSemver, type Semver } from './semver.ts';
import { strings } from './strings.ts';
import {
  Bytes,
  type CelFunction,
  CelMap,
  type CelValue,
  compareOpaque,
  isList,
  Opaque,
  Optional,
  UInt,
} from './values.ts';

/** Runs a function by name; methods are `.name` with the target as first argument. */
export function callFunction(name: string, args: readonly CelValue[]): CelValue {
  const found = FUNCTIONS[name];
  if (found === undefined || !Object.hasOwn(FUNCTIONS, name))
    throw new CelError(`undeclared reference to '${name.replace(/^\./, '')}' (in container '')`);
  return found(...args);
}

function size(of: CelValue): bigint {
  if (typeof of === 'string') return BigInt([...of].length);
  if (of instanceof Bytes) return BigInt(of.text.length);
  if (isList(of)) return BigInt(of.length);
  if (of instanceof CelMap) return BigInt(of.size);
  throw noSuchOverload();
}

const conversion = (from: string, to: string) => new CelError(`type conversion error from '${from}' to '${to}'`);

const INT_BOUND = 2 ** 63;

function toInt(v: CelValue): bigint {
  if (typeof v === 'bigint') return v;
  if (v instanceof UInt) return intRange(v.value, 'integer overflow');
  if (typeof v === 'number') {
    // The bounds themselves are not exact doubles, so they are out.
    if (!(v > -INT_BOUND && v < INT_BOUND)) throw new CelError('integer overflow');
    return BigInt(Math.trunc(v));
  }
  if (typeof v !== 'string') throw noSuchOverload();
  if (!/^[+-]?[0-9]+$/.test(v)) throw conversion('string', 'int');
  const value = BigInt(v.replace(/^\+/, ''));
  if (value !== BigInt.asIntN(64, value)) throw conversion('string', 'int');
  return value;
}

function toUInt(v: CelValue): UInt {
  if (v instanceof UInt) return v;
  if (typeof v === 'bigint') return uintRange(v, 'unsigned integer overflow');
  if (typeof v === 'number') {
    if (!(v >= 0 && v < 2 * INT_BOUND)) throw new CelError('unsigned integer overflow');
    return new UInt(BigInt(Math.trunc(v)));
  }
  if (typeof v !== 'string') throw noSuchOverload();
  if (!/^[0-9]+$/.test(v)) throw conversion('string', 'uint');
  return uintRange(BigInt(v), "type conversion error from 'string' to 'uint'");
}

function toDouble(v: CelValue): number {
  if (typeof v === 'number') return v;
  if (typeof v === 'bigint') return Number(v);
  if (v instanceof UInt) return Number(v.value);
  if (typeof v !== 'string') throw noSuchOverload();
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(v)) throw conversion('string', 'double');
  return Number(v);
}

/** As Go's %g with the shortest form: exponents below -4 and from 21 on, of two digits at least. */
export function doubleText(v: number): string {
  if (v === Number.POSITIVE_INFINITY) return '+Inf';
  if (v === Number.NEGATIVE_INFINITY) return '-Inf';
  const text = Object.is(v, -0) ? '-0' : String(v);
  const [mantissa, exponent] = text.split('e');
  if (exponent === undefined) {
    if (v === 0 || Math.abs(v) >= 1e-4) return text;
    return doubleText0(v);
  }
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** 0.00001 is 1e-05 in Go, though not in JavaScript. */
function doubleText0(v: number): string {
  const [mantissa, exponent] = v.toExponential().split('e');
  return `${mantissa}e-${exponent.slice(1).padStart(2, '0')}`;
}

export function decodeUtf8(bytes: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes.charCodeAt(i);
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) code = (code << 6) | (bytes.charCodeAt(i + k) & 63);
    if (lead >= 0x80 && (lead < 0xc2 || i + length > bytes.length))
      throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
    text += String.fromCodePoint(code);
    i += length;
  }
  return text;
}

function toText(v: CelValue): string {
  if (typeof v === 'string') return v;
  if (typeof v === 'bigint' || typeof v === 'boolean') return String(v);
  if (typeof v === 'number') return doubleText(v);
  if (v instanceof UInt) return String(v.value);
  if (v instanceof Bytes) return decodeUtf8(v.text);
  throw noSuchOverload();
}

function quantityOf(v: CelValue): Quantity {
  if (v instanceof Opaque && v.type === 'kubernetes.Quantity') return v.value as Quantity;
  if (typeof v === 'bigint') return newQuantity(v, 'DecimalSI');
  throw noSuchOverload();
}

function semverOf(v: CelValue): Semver {
  if (v instanceof Opaque && v.type === 'kubernetes.Semver') return v.value as Semver;
  throw noSuchOverload();
}

const quantity = (q: Quantity) => new Opaque('kubernetes.Quantity', q);

function parsedQuantity(v: CelValue): Opaque {
  if (typeof v !== 'string') throw noSuchOverload();
  try {
    return quantity(parseQuantity(v));
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new CelError(error.message);
  }
}

function parsedSemver(v: CelValue, normalize: CelValue = false): Opaque {
  if (typeof v !== 'string' || typeof normalize !== 'boolean') throw noSuchOverload();
  return new Opaque('kubernetes.Semver', parseSemver(v, normalize));
}

/** Does the function succeed? */
function succeeds(run: () => CelValue): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

function compared(a: CelValue, b: CelValue): number {
  if (!(a instanceof Opaque) || !(b instanceof Opaque)) throw noSuchOverload();
  return compareOpaque(a, b);
}

function integerOf(v: CelValue): bigint {
  const { value, ok } = asInt64(quantityOf(v));
  if (!ok) throw new CelError('cannot convert value to integer');
  return value;
}

function optional(v: CelValue): Optional {
  if (v instanceof Optional) return v;
  throw noSuchOverload();
}

const KUBERNETES: Readonly<Record<string, CelFunction>> = {
  quantity: parsedQuantity,
  isQuantity: (v) => succeeds(() => parsedQuantity(v)),
  semver: parsedSemver,
  isSemver: (v, normalize) => succeeds(() => parsedSemver(v, normalize)),
  '.major': (v) => semverOf(v).major,
  '.minor': (v) => semverOf(v).minor,
  '.patch': (v) => semverOf(v).patch,
  '.compareTo': (a, b) => BigInt(compared(a, b)),
  '.isLessThan': (a, b) => compared(a, b) < 0,
  '.isGreaterThan': (a, b) => compared(a, b) > 0,
  '.asInteger': integerOf,
  '.isInteger': (v) => asInt64(quantityOf(v)).ok,
  '.asApproximateFloat': (v) => approximateFloat(quantityOf(v)),
  '.sign': (v) => BigInt(signOfQuantity(quantityOf(v))),
  '.add': (a, b) => quantity(addQuantities(quantityOf(a), quantityOf(b))),
  '.sub': (a, b) => quantity(subtractQuantities(quantityOf(a), quantityOf(b))),
};

const STANDARD: Readonly<Record<string, CelFunction>> = {
  size,
  '.size': size,
  int: toInt,
  uint: toUInt,
  double: toDouble,
  string: toText,
  dyn: (v) => v,
  bool: (v) => {
    if (typeof v === 'boolean') return v;
    if (typeof v !== 'string') throw noSuchOverload();
    if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(v)) return true;
    if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(v)) return false;
    throw conversion('string', 'bool');
  },
  bytes: (v) => {
    if (v instanceof Bytes) return v;
    if (typeof v !== 'string') throw noSuchOverload();
    return new Bytes([...v].map((c) => utf8(c.codePointAt(0) as number)).join(''));
  },
  'optional.of': (v) => new Optional(v),
  'optional.none': () => new Optional(undefined),
  '.hasValue': (v) => optional(v).value !== undefined,
  '.value': (v) => {
    const { value } = optional(v);
    if (value === undefined) throw new CelError('optional.none() dereference');
    return value;
  },
  '.orValue': (v, other) => optional(v).value ?? other,
  '.or': (v, other) => (optional(v).value === undefined ? other : v),
};

const FUNCTIONS: Readonly<Record<string, CelFunction>> = { ...STANDARD, ...KUBERNETES, ...strings, ...lists };
