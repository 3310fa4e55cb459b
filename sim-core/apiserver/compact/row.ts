import { formatUnixSeconds, parseTime, TimeError, timeText } from '../../api/machinery/time.ts';

/**
 * The values in which objects of one template differ, one after the other in a text with a byte a letter: it has no fields and no
 * boxes, and takes the fewest bytes of all that V8 keeps. One row is written and one is read at a time.
 */

const bytes: number[] = [];
/** Rows longer than this are not worth it, and are no arguments of one call. */
const ROW_MAX = 2048;
const TEXT_MAX = 253;
const BASE_BYTES = 5;

/** What is being written. */
const row = { length: 0, baseSeconds: 0 };

function put(byte: number): void {
  bytes[row.length++] = byte;
}

/** Times are written as they differ from a first one. False where that is none. */
export function beginRow(first: unknown): boolean {
  const seconds = secondsOf(first);
  if (seconds < 0) return false;
  row.length = 0;
  row.baseSeconds = seconds;
  for (let i = 0, rest = seconds; i < BASE_BYTES; i++, rest = Math.floor(rest / 256)) put(rest % 256);
  return true;
}

export function rowLength(): number {
  return row.length;
}

/** The row as it was written; undefined = too long. */
export function endRow(): string | undefined {
  if (row.length > ROW_MAX) return undefined;
  bytes.length = row.length;
  return String.fromCharCode.apply(undefined, bytes);
}

/** A memo of a pure result: many things happen in one second. */
const seconds = new Map<string, number>();
const SECONDS_MAX = 8192;

/** Of a time as it is stored; -1 = it is none, or before 1970. */
function secondsOf(value: unknown): number {
  if (typeof value !== 'string' || value.length !== TIME_LENGTH) return -1;
  let known = seconds.get(value);
  if (known === undefined) {
    known = parsedSeconds(value);
    if (seconds.size >= SECONDS_MAX) seconds.clear();
    seconds.set(value, known);
  }
  return known;
}

const TIME_LENGTH = '2026-01-01T00:00:00Z'.length;

function parsedSeconds(text: string): number {
  try {
    const time = parseTime(text);
    return time.seconds >= 0 && formatUnixSeconds(time.seconds) === text ? time.seconds : -1;
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    return -1;
  }
}

export function isTime(value: unknown): boolean {
  return secondsOf(value) >= 0;
}

const SPAN_MAX = 2 ** 27;

export function putTime(value: unknown): boolean {
  const at = secondsOf(value);
  const span = at - row.baseSeconds;
  if (at < 0 || span >= SPAN_MAX || span <= -SPAN_MAX) return false;
  let rest = span < 0 ? -2 * span - 1 : 2 * span;
  for (; rest > 127; rest >>>= 7) put(128 | (rest & 127));
  put(rest);
  return true;
}

const HEX_DIGITS = '0123456789abcdef';

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

function putHex(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i += 2) {
    const high = hexDigit(text.charCodeAt(i));
    const low = hexDigit(text.charCodeAt(i + 1));
    if (high < 0 || low < 0) return false;
    put(high * 16 + low);
  }
  return true;
}

const UID_LENGTH = 36;
/** Between the dashes. */
const UID_PARTS: readonly (readonly [number, number])[] = [
  [0, 8],
  [9, 13],
  [14, 18],
  [19, 23],
  [24, 36],
];

export function putUid(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== UID_LENGTH) return false;
  for (const [from, to] of UID_PARTS) {
    if (to < UID_LENGTH && value[to] !== '-') return false;
    if (!putHex(value, from, to)) return false;
  }
  return true;
}

const HASH_LENGTH = 64;

/** 32 bytes in hexadecimal. */
export function putHash(value: unknown): boolean {
  return typeof value === 'string' && value.length === HASH_LENGTH && putHex(value, 0, HASH_LENGTH);
}

export function isHash(value: string): boolean {
  if (value.length !== HASH_LENGTH) return false;
  for (let i = 0; i < HASH_LENGTH; i++) if (hexDigit(value.charCodeAt(i)) < 0) return false;
  return true;
}

/** The numbers of an IPv4 address that was looked at last. */
const numbers = [0, 0, 0, 0];

export function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 15) return false;
  let n = 0;
  let number = -1;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 46) {
      if (number < 0 || n === 3) return false;
      numbers[n++] = number;
      number = -1;
      continue;
    }
    if (code < 48 || code > 57 || number === 0) return false;
    number = number < 0 ? code - 48 : number * 10 + code - 48;
    if (number > 255) return false;
  }
  if (n !== 3 || number < 0) return false;
  numbers[3] = number;
  return true;
}

export function putAddress(value: unknown): boolean {
  if (!isAddress(value)) return false;
  for (let i = 0; i < 4; i++) put(numbers[i]);
  return true;
}

export function putText(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > TEXT_MAX) return false;
  put(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 255) return false;
    put(code);
  }
  return true;
}

// --- Reading ---

const reading = { row: '', at: 0, baseSeconds: 0 };

export function openRow(text: string): void {
  reading.row = text;
  reading.baseSeconds = 0;
  for (let i = BASE_BYTES - 1; i >= 0; i--) reading.baseSeconds = reading.baseSeconds * 256 + text.charCodeAt(i);
  reading.at = BASE_BYTES;
}

export function place(): number {
  return reading.at;
}

/** The part of the row from a place to another, with what its times count from. */
export function partOfRow(text: string, from: number, to: number): string {
  return text.slice(0, BASE_BYTES) + text.slice(from, to);
}

function next(): number {
  return reading.row.charCodeAt(reading.at++);
}

export function takeTime(): string {
  let value = 0;
  let shift = 0;
  for (;;) {
    const byte = next();
    value |= (byte & 127) << shift;
    if (byte < 128) break;
    shift += 7;
  }
  const span = value % 2 === 1 ? -((value + 1) / 2) : value / 2;
  return timeText(reading.baseSeconds + span, 0);
}

export function skipTime(): void {
  while (next() > 127);
}

function takeHex(count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    const byte = next();
    text += HEX_DIGITS[byte >> 4] + HEX_DIGITS[byte & 15];
  }
  return text;
}

const HASH_BYTES = 32;
export const ADDRESS_BYTES = 4;

export function takeUid(): string {
  return [takeHex(4), takeHex(2), takeHex(2), takeHex(2), takeHex(6)].join('-');
}

export function takeHash(): string {
  return takeHex(HASH_BYTES);
}

export function takeAddress(): string {
  return `${next()}.${next()}.${next()}.${next()}`;
}

export function takeText(): string {
  const length = next();
  const text = reading.row.slice(reading.at, reading.at + length);
  reading.at += length;
  return text;
}

export function skipText(): void {
  const length = next();
  reading.at += length;
}

export function skipBytes(count: number): void {
  reading.at += count;
}
