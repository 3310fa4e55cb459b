import { fitsInt64, MAX_INT64, MIN_INT64, multiplyInt64, parseInt64, wrapInt64 } from './int64.ts';

/**
 * resource.Quantity: an exact decimal number with a format for printing. Two representations are kept apart as in
 * Kubernetes (apimachinery pkg/api/resource), because reading a value out of them differs at the edges: `fast` is an int64
 * with a decimal scale, whose overflow reads as 0; the other is an arbitrary decimal, whose overflow wraps.
 * Immutable. The value is unscaled * 10^scale.
 */
export interface Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly fast: boolean;
  readonly format: QuantityFormat;
  /** The text it was read from, kept where the fast parser takes it for canonical (it does not look closely). */
  readonly text?: string;
}

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const ERR_FORMAT_WRONG =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
export const ERR_NUMERIC = 'unable to parse numeric part of quantity';
export const ERR_SUFFIX = "unable to parse quantity's suffix";

export class QuantityError extends Error {}

export const ZERO: Quantity = { unscaled: 0n, scale: 0, fast: true, format: 'DecimalSI', text: '0' };

const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_EXPONENTS: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_SUFFIXES = new Map(Object.entries(DECIMAL_EXPONENTS).map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIXES = new Map(Object.entries(BINARY_EXPONENTS).map(([suffix, exponent]) => [exponent, suffix]));

/**
 * Beyond these the real parser needs time and memory without bound (it never ends on 1e2147483648); we refuse larger
 * exponents as a bad suffix. No smaller one is treated differently.
 */
const EXPONENT_MAX = 10_000;
const DIGITS_MAX = 10_000;

/** Reads a quantity. Throws QuantityError with one of apimachinery's three messages. */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new QuantityError(ERR_FORMAT_WRONG);
  if (text === '0') return ZERO;
  const { positive, value, numerator, denominator, suffix } = split(text);
  const { base, exponent, format } = interpretSuffix(suffix);
  const digits = numerator.length + denominator.length;
  let scale = 0;
  let precision: number;
  let mantissa = 1n;
  if (format !== 'BinarySI') {
    scale = exponent;
    precision = 18 - digits;
  } else if (denominator === '') {
    mantissa = 1n << BigInt(exponent);
    precision = 15 - numerator.length - Math.trunc((exponent * 3) / 10) - 1;
  } else {
    precision = -1;
  }
  if (precision >= 0 && scale - denominator.length >= -9) {
    const shifted = parseInt64(numerator + denominator);
    if (shifted === undefined) throw new QuantityError(ERR_NUMERIC);
    const product = multiplyInt64(shifted, mantissa);
    if (product !== undefined) {
      scale -= denominator.length;
      const digits = numerator + denominator;
      const canonical =
        format === 'BinarySI'
          ? (shifted & 7n) !== 0n
          : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
      const unscaled = positive ? product : -product;
      return canonical ? { unscaled, scale, fast: true, format, text } : { unscaled, scale, fast: true, format };
    }
  }
  return parseSlow(value, base, exponent, format);
}

function parseSlow(value: string, base: number, exponent: number, format: QuantityFormat): Quantity {
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/.exec(value);
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) throw new QuantityError(ERR_NUMERIC);
  const digits = match[2] + (match[3] ?? '');
  if (digits.length > DIGITS_MAX) throw new QuantityError(ERR_NUMERIC);
  let unscaled = BigInt(digits);
  let scale = -(match[3] ?? '').length;
  if (base === 10) scale += exponent;
  else unscaled <<= BigInt(exponent);
  // Away from zero at a nano: who asks for some of a resource shall get some.
  if (scale < -9) {
    const drop = -9 - scale;
    unscaled = drop > digits.length + 20 ? (unscaled === 0n ? 0n : 1n) : divideUp(unscaled, 10n ** BigInt(drop));
  } else if (unscaled !== 0n) {
    unscaled *= 10n ** BigInt(scale + 9);
  }
  if (unscaled !== 0n || scale < -9) scale = -9;
  if (format === 'BinarySI') {
    if (compareScaled(unscaled, scale, MAX_INT64, 0) > 0) {
      unscaled = MAX_INT64;
      scale = 0;
    }
    if (unscaled > 0n && compareScaled(unscaled, scale, 1n, 0) < 0) format = 'DecimalSI';
  }
  return { unscaled: match[1] === '-' ? -unscaled : unscaled, scale, fast: false, format };
}

interface Parts {
  positive: boolean;
  value: string;
  numerator: string;
  denominator: string;
  suffix: string;
}

function split(text: string): Parts {
  const match = /^([+-]?)(0*)([0-9]*)/.exec(text)!;
  const positive = match[1] !== '-';
  let pos = match[0].length;
  if (pos === text.length) {
    // Nothing but a sign and zeros reads as 0, whatever the sign: also "+" alone.
    const numerator = match[3] === '' ? '0' : match[3];
    return { positive, value: match[3] === '' ? '0' : text, numerator, denominator: '', suffix: '' };
  }
  const numerator = match[3] === '' ? '0' : match[3];
  let denominator = '';
  if (text[pos] === '.') {
    denominator = /^[0-9]*/.exec(text.slice(pos + 1))![0];
    pos += 1 + denominator.length;
  }
  const value = text.slice(0, pos);
  const rest = text.slice(pos);
  if (!/^[eEinumkKMGTP]*[-+]?[0-9]*$/.test(rest)) throw new QuantityError(ERR_FORMAT_WRONG);
  return { positive, value, numerator, denominator, suffix: rest };
}

function interpretSuffix(suffix: string): { base: number; exponent: number; format: QuantityFormat } {
  const decimal = DECIMAL_EXPONENTS[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY_EXPONENTS[suffix];
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  if (suffix.length > 1 && (suffix[0] === 'e' || suffix[0] === 'E')) {
    const parsed = parseInt64(suffix.slice(1));
    if (parsed !== undefined && parsed <= BigInt(EXPONENT_MAX) && parsed >= -BigInt(EXPONENT_MAX)) {
      return { base: 10, exponent: Number(parsed), format: 'DecimalExponent' };
    }
  }
  throw new QuantityError(ERR_SUFFIX);
}

/** The canonical text: no fraction, the largest suffix, signs and zeros as Kubernetes prints them. */
export function formatQuantity(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.unscaled === 0n) return '0';
  if (q.format === 'BinarySI') {
    const small = compareScaled(q.unscaled, q.scale, -1024n, 0) > 0 && compareScaled(q.unscaled, q.scale, 1024n, 0) < 0;
    if (!small) {
      const whole = rescale(q.unscaled, q.scale, 0);
      if (whole.exact) return formatBinary(whole.unscaled);
    }
  }
  const { amount, exponent } = canonicalDecimal(q.unscaled, q.scale);
  if (q.format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  // Beyond the suffixes Kubernetes prints no suffix at all.
  return `${amount}${DECIMAL_SUFFIXES.get(exponent) ?? ''}`;
}

function formatBinary(value: bigint): string {
  let exponent = 0;
  // The least int64 cannot be negated, so Kubernetes finds no factors in it.
  while (value !== 0n && value !== MIN_INT64 && value % 1024n === 0n) {
    value /= 1024n;
    exponent += 10;
  }
  return `${value}${exponent === 0 ? '' : (BINARY_SUFFIXES.get(exponent) ?? '')}`;
}

/** Without factors of ten, the exponent a multiple of three. */
function canonicalDecimal(unscaled: bigint, scale: number): { amount: bigint; exponent: number } {
  let amount = unscaled;
  let exponent = scale;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    amount *= 10n;
    exponent--;
  }
  return { amount, exponent };
}

function divideUp(magnitude: bigint, divisor: bigint): bigint {
  const quotient = magnitude / divisor;
  if (magnitude % divisor === 0n) return quotient;
  return magnitude < 0n ? quotient - 1n : quotient + 1n;
}

/** To another scale; rounds away from zero. */
function rescale(unscaled: bigint, from: number, to: number): { unscaled: bigint; exact: boolean } {
  if (from >= to) return { unscaled: unscaled * 10n ** BigInt(from - to), exact: true };
  const divisor = 10n ** BigInt(to - from);
  return { unscaled: divideUp(unscaled, divisor), exact: unscaled % divisor === 0n };
}

function compareScaled(a: bigint, aScale: number, b: bigint, bScale: number): number {
  if (aScale > bScale) a *= 10n ** BigInt(aScale - bScale);
  else if (bScale > aScale) b *= 10n ** BigInt(bScale - aScale);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareQuantities(a: Quantity, b: Quantity): number {
  return compareScaled(a.unscaled, a.scale, b.unscaled, b.scale);
}

export function isZeroQuantity(q: Quantity): boolean {
  return q.unscaled === 0n;
}

export function signOfQuantity(q: Quantity): number {
  return q.unscaled > 0n ? 1 : q.unscaled < 0n ? -1 : 0;
}

export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return combine(a, b, b.unscaled, a.fast && b.fast ? a.unscaled === 0n && a.fast : a.unscaled === 0n);
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return combine(a, b, -b.unscaled, a.unscaled === 0n);
}

function combine(a: Quantity, b: Quantity, addend: bigint, takeFormat: boolean): Quantity {
  const format = takeFormat ? b.format : a.format;
  if (a.fast && b.fast) {
    if (addend === 0n) return { unscaled: a.unscaled, scale: a.scale, fast: true, format };
    if (a.unscaled === 0n) return { unscaled: addend, scale: b.scale, fast: true, format };
  }
  const scale = Math.min(a.scale, b.scale);
  const x = a.unscaled * 10n ** BigInt(a.scale - scale);
  const y = addend * 10n ** BigInt(b.scale - scale);
  const fast = a.fast && b.fast && fitsInt64(x) && fitsInt64(y) && fitsInt64(x + y);
  return { unscaled: x + y, scale, fast, format };
}

/** The product and whether it still fits an int64 (Quantity.Mul's answer). */
export function multiplyQuantity(q: Quantity, by: bigint): { product: Quantity; fits: boolean } {
  if (q.fast) {
    const product = multiplyInt64(q.unscaled, by);
    if (product !== undefined) {
      const scale = by === 0n && q.unscaled !== 0n ? 0 : q.scale;
      return { product: { unscaled: product, scale, fast: true, format: q.format }, fits: true };
    }
  }
  const unscaled = q.unscaled * by;
  return { product: { unscaled, scale: q.scale, fast: false, format: q.format }, fits: fitsInt64(unscaled) };
}

export function negateQuantity(q: Quantity): Quantity {
  return { unscaled: q.fast ? wrapInt64(-q.unscaled) : -q.unscaled, scale: q.scale, fast: q.fast, format: q.format };
}

/** Quantity.RoundUp: drops digits below the scale, away from zero. */
export function roundUpQuantity(q: Quantity, scale: number): { rounded: Quantity; exact: boolean } {
  if (q.scale >= scale) {
    if (q.fast) return { rounded: q, exact: true };
    const unscaled = q.unscaled * 10n ** BigInt(q.scale - scale);
    return { rounded: { unscaled, scale, fast: false, format: q.format }, exact: true };
  }
  const { unscaled, exact } = rescale(q.unscaled, q.scale, scale);
  return { rounded: { unscaled, scale, fast: q.fast, format: q.format }, exact };
}

/** Quantity.ScaledValue: the value in units of 10^scale as int64, rounded up, with Kubernetes' results on overflow. */
export function scaledValue(q: Quantity, scale: number): bigint {
  if (q.fast) {
    if (q.scale < scale) return rescale(q.unscaled, q.scale, scale).unscaled;
    return scaleUpInt64(q.unscaled, q.scale - scale).value;
  }
  const drop = scale - q.scale;
  if (drop === 0) return wrapInt64(q.unscaled);
  if (drop < 0) return wrapInt64(wrapInt64(q.unscaled) * (drop > -19 ? 10n ** BigInt(-drop) : MIN_INT64));
  const divisor = 10n ** BigInt(drop);
  // int64 arithmetic cuts towards zero, that of large numbers towards minus infinity; both then add one.
  const small = q.unscaled < MAX_INT64 && drop < 19;
  const dividend = small ? wrapInt64(q.unscaled) : q.unscaled;
  let quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (!small && rest < 0n) quotient -= 1n;
  return wrapInt64(rest === 0n ? quotient : wrapInt64(quotient) + 1n);
}

/** Quantity.AsInt64 */
export function asInt64(q: Quantity): { value: bigint; ok: boolean } {
  if (!q.fast || q.scale < 0) return { value: 0n, ok: false };
  return scaleUpInt64(q.unscaled, q.scale);
}

/** An int64 times 10^by. On overflow Kubernetes gives the wrapped product for the exponents it has shortcuts for, else 0. */
function scaleUpInt64(base: bigint, by: number): { value: bigint; ok: boolean } {
  if (by === 0) return { value: base, ok: true };
  const value = by > 40 && base !== 0n ? MAX_INT64 + 1n : base * 10n ** BigInt(by > 40 ? 0 : by);
  if (fitsInt64(value) && base !== MIN_INT64) return { value, ok: true };
  const shortcut = by === 1 || by === 2 || by === 3 || by === 6 || by === 9;
  return { value: shortcut && base !== MIN_INT64 ? wrapInt64(value) : 0n, ok: false };
}

/** The decimal text with all digits of its scale (inf.Dec's). */
export function decimalText(q: Quantity): string {
  if (q.scale >= 0) return q.unscaled === 0n ? '0' : `${q.unscaled}${'0'.repeat(q.scale)}`;
  const negative = q.unscaled < 0n;
  const digits = String(negative ? -q.unscaled : q.unscaled).padStart(1 - q.scale, '0');
  const point = digits.length + q.scale;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Quantity.AsApproximateFloat64 */
export function approximateFloat(q: Quantity): number {
  const base = Number(q.unscaled);
  return q.scale === 0 ? base : base * powerOfTen(q.scale);
}

/** Go's math.Pow10, which multiplies two entries of a table (so it may differ from the literal in the last bit). */
function powerOfTen(n: number): number {
  if (n < -323) return 0;
  if (n > 308) return Number.POSITIVE_INFINITY;
  const magnitude = n < 0 ? -n : n;
  const low = Number(`1e${magnitude % 32}`);
  const high = magnitude - (magnitude % 32);
  return n < 0 ? Number(`1e-${high}`) / low : Number(`1e${high}`) * low;
}

export function newQuantity(value: bigint, format: QuantityFormat, scale = 0): Quantity {
  return { unscaled: value, scale, fast: true, format };
}

// --- Hot use: plain numbers straight from the text ---

const MEMO_MAX = 8192;

/** A memo over strings, which are immutable; emptied when it is full, so hostile input cannot make it grow. */
class NumberMemo {
  readonly #known = new Map<string, number>();
  readonly #compute: (text: string) => number;

  constructor(compute: (text: string) => number) {
    this.#compute = compute;
  }

  get(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const result = this.#compute(text);
    if (this.#known.size >= MEMO_MAX) this.#known.clear();
    this.#known.set(text, result);
    return result;
  }
}

const values = new NumberMemo((text) => Number(scaledValue(parseQuantity(text), 0)));
const milliValues = new NumberMemo((text) => Number(scaledValue(parseQuantity(text), -3)));

/** Quantity.Value(): whole units (bytes, devices), rounded up. JSON numbers and absent values are accepted. */
export function value(q: string | number | undefined): number {
  if (q === undefined) return 0;
  return values.get(typeof q === 'number' ? String(q) : q);
}

/** Quantity.MilliValue(): thousandths (millicores), rounded up. */
export function milliValue(q: string | number | undefined): number {
  if (q === undefined) return 0;
  return milliValues.get(typeof q === 'number' ? String(q) : q);
}

/** The canonical text of whole units, as NewQuantity(value, format).String(). `v` must be a safe integer. */
export function quantityText(v: number, format: QuantityFormat = 'DecimalSI'): string {
  return formatQuantity({ unscaled: BigInt(v), scale: 0, fast: true, format });
}

/** The canonical text of thousandths, as NewMilliQuantity(value, format).String(). */
export function milliQuantityText(v: number, format: QuantityFormat = 'DecimalSI'): string {
  return formatQuantity({ unscaled: BigInt(v), scale: -3, fast: true, format });
}

/** The canonical form of a quantity's text: what a stored object holds. Throws QuantityError. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text));
}

/** Quantity.UnmarshalJSON on raw JSON text: strings lose surrounding blanks but no escape is read; numbers keep all digits. */
export function quantityFromJson(json: string): Quantity {
  if (json === 'null') return ZERO;
  const inner = json.length >= 2 && json.startsWith('"') && json.endsWith('"') ? json.slice(1, -1) : json;
  return parseQuantity(inner.trim());
}
