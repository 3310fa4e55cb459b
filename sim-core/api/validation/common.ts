import { type FieldError, invalid, notSupported, required } from '../machinery/fieldErrors.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidPortName,
  isValidPortNum,
} from '../machinery/names.ts';
import { parseQuantity, signOfQuantity } from '../machinery/quantity.ts';

/** Checks that many kinds share (Kubernetes pkg/apis/core/validation, apimachinery pkg/api/validation). */

// biome-ignore lint/suspicious/noExplicitAny: a piece of any kind, after structural decoding
export type Piece = any;
export type Check = (piece: Piece, path: string) => FieldError[];

export {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../machinery/fieldErrors.ts';

/** One Invalid error a message. */
export function invalidEach(path: string, value: unknown, messages: readonly string[]): FieldError[] {
  return messages.map((message) => invalid(path, value, message));
}

export function dnsLabel(value: string, path: string): FieldError[] {
  return invalidEach(path, value, isDNS1123Label(value));
}

export function dnsSubdomain(value: string, path: string): FieldError[] {
  return invalidEach(path, value, isDNS1123Subdomain(value));
}

export function qualifiedName(value: string, path: string): FieldError[] {
  return invalidEach(path, value, isQualifiedName(value));
}

export function nonNegative(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** An enumeration: '' is required unless it is listed. */
export function oneOf(
  value: string | undefined,
  path: string,
  allowed: readonly string[],
  emptyRequired = true,
): FieldError[] {
  if (value !== undefined && allowed.includes(value)) return [];
  if (emptyRequired && (value === undefined || value === '')) return [required(path, '')];
  return [notSupported(path, value ?? '', allowed)];
}

export function need(value: unknown, path: string, detail = ''): FieldError[] {
  const missing = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return missing ? [required(path, detail)] : [];
}

/** Every element of a list with its path. */
export function eachOf(
  list: readonly Piece[] | null | undefined,
  path: string,
  check: (item: Piece, path: string, i: number) => FieldError[],
): FieldError[] {
  return (list ?? []).flatMap((item, i) => check(item, `${path}[${i}]`, i));
}

export function portNumber(value: number, path: string): FieldError[] {
  return invalidEach(path, value, isValidPortNum(value));
}

export function portNumberOrName(value: number | string | undefined, path: string): FieldError[] {
  return typeof value === 'string' ? invalidEach(path, value, isValidPortName(value)) : portNumber(value ?? 0, path);
}

export function nonNegativeQuantity(text: string, path: string): FieldError[] {
  return signOfQuantity(parseQuantity(text)) < 0 ? [invalid(path, text, 'must be greater than or equal to 0')] : [];
}

export function positiveQuantity(text: string, path: string): FieldError[] {
  return signOfQuantity(parseQuantity(text)) <= 0 ? [invalid(path, text, 'must be greater than zero')] : [];
}

/** Keys of a map in a fixed order (Go's own is random). */
export function sortedKeys(map: Piece): string[] {
  return Object.keys(map ?? {}).sort();
}

export function hasBacksteps(path: string): boolean {
  return path.split('/').includes('..');
}

export function noBacksteps(value: string, path: string): FieldError[] {
  return hasBacksteps(value) ? [invalid(path, value, "must not contain '..'")] : [];
}

export function localDescendingPath(value: string, path: string): FieldError[] {
  const absolute = value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : [];
  return [...absolute, ...noBacksteps(value, path)];
}

/** Like localDescendingPath, and not beginning with '..' either. */
export function localNonReservedPath(value: string, path: string): FieldError[] {
  const reserved =
    value.startsWith('..') && !value.startsWith('../') ? [invalid(path, value, "must not start with '..'")] : [];
  return [...localDescendingPath(value, path), ...reserved];
}

/** Deep equality of decoded JSON. */
export function same(a: Piece, b: Piece): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return (a ?? null) === (b ?? null);
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (!same(a[key], b[key])) return false;
  return true;
}

export const IMMUTABLE = 'field is immutable';

export function immutable(now: Piece, before: Piece, path: string, shown: Piece = now): FieldError[] {
  return same(now, before) ? [] : [invalid(path, shown ?? null, IMMUTABLE)];
}
