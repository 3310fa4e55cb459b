import type { Json } from '../../contracts/objects.ts';
import { canonicalQuantity, QuantityError } from '../machinery/quantity.ts';
import type { ScalarKind } from '../schema/types.ts';
import { NumberLiteral } from './json.ts';
import { canonicalMicroTime, canonicalTime } from './times.ts';

export type ScalarResult =
  | { readonly value: Json }
  /** `mismatch` is what Go calls the value: `number`, `number 1.5`, `string`; `goType` the type it did not fit. */
  | { readonly mismatch: string; readonly goType: string }
  /** An error of the type's own reader: quantities, times, base64. */
  | { readonly error: string };

/** What Go's errors call a JSON value. */
export function jsonKind(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || value instanceof NumberLiteral) return 'number';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'object';
}

function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return goNumber(value);
  return value instanceof NumberLiteral ? value.text : undefined;
}

/** A number that came without its text (YAML): as Go's JSON encoder writes a float64. */
function goNumber(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

const INT = /^-?[0-9]+$/;
const RANGE: Readonly<Record<'int32' | 'int64', readonly [bigint, bigint]>> = {
  int32: [-2147483648n, 2147483647n],
  int64: [-9223372036854775808n, 9223372036854775807n],
};

function decodeInt(value: unknown, kind: 'int32' | 'int64', goType: string): ScalarResult {
  const text = numberText(value);
  if (text === undefined) return { mismatch: jsonKind(value), goType };
  if (!INT.test(text)) return { mismatch: `number ${text}`, goType };
  const exact = BigInt(text);
  const [low, high] = RANGE[kind];
  if (exact < low || exact > high) return { mismatch: `number ${text}`, goType };
  return { value: Number(text) };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Go's base64.StdEncoding: line breaks are skipped; the error tells the first byte that is wrong. */
function decodeBytes(value: unknown, goType: string): ScalarResult {
  if (typeof value !== 'string') return { mismatch: jsonKind(value), goType };
  let digits = '';
  let padding = 0;
  for (let i = 0; i < value.length; i += 1) {
    const c = value[i];
    if (c === '\n' || c === '\r') continue;
    if (c === '=') {
      const place = (digits.length + padding) % 4;
      if (place < 2 || padding === 2) return { error: `illegal base64 data at input byte ${i}` };
      padding += 1;
      continue;
    }
    if (!BASE64.includes(c) || padding) return { error: `illegal base64 data at input byte ${i}` };
    digits += c;
  }
  if ((digits.length + padding) % 4 !== 0)
    return { error: `illegal base64 data at input byte ${value.length - ((digits.length + padding) % 4)}` };
  return { value: digits + '='.repeat(padding) };
}

function decodeQuantity(value: unknown): ScalarResult {
  const text = typeof value === 'string' ? value.trim() : (numberText(value) ?? '');
  try {
    return { value: canonicalQuantity(text) };
  } catch (error) {
    if (error instanceof QuantityError) return { error: error.message };
    throw error;
  }
}

function decodeTime(
  value: unknown,
  goType: string,
  read: (text: string) => { value: string } | { error: string },
): ScalarResult {
  if (typeof value !== 'string') return { mismatch: jsonKind(value), goType };
  return read(value);
}

/** Decodes one non-null scalar. */
export function decodeScalar(value: unknown, kind: ScalarKind, goType: string): ScalarResult {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? { value } : { mismatch: jsonKind(value), goType: goType || 'string' };
    case 'bool':
      return typeof value === 'boolean' ? { value } : { mismatch: jsonKind(value), goType: goType || 'bool' };
    case 'int32':
    case 'int64':
      return decodeInt(value, kind, goType || kind);
    case 'float64': {
      const text = numberText(value);
      return text === undefined ? { mismatch: jsonKind(value), goType: goType || kind } : { value: Number(text) };
    }
    case 'bytes':
      return decodeBytes(value, goType || '[]uint8');
    case 'quantity':
      return decodeQuantity(value);
    case 'time':
      return decodeTime(value, 'string', canonicalTime);
    case 'microTime':
      return decodeTime(value, 'string', canonicalMicroTime);
    case 'intOrString':
      return typeof value === 'string' ? { value } : decodeInt(value, 'int32', 'int32');
    default:
      return { value: value as Json };
  }
}

/** What Go's encoder writes for the zero value. */
export function zeroScalar(kind: ScalarKind): Json {
  switch (kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}

/** True when omitempty leaves the value out: structs (times, quantities, IntOrString, RawExtension) are always written. */
export function isEmptyScalar(value: Json, kind: ScalarKind): boolean {
  switch (kind) {
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float64':
      return value === zeroScalar(kind);
    case 'bytes':
      return value === null || value === '';
    default:
      return false;
  }
}
