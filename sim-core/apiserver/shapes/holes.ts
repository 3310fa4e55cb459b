import { decodeScalar } from '../../api/decode/scalars.ts';

/**
 * Values in which requests of one shape differ: names, addresses, times. Each kind knows which values it takes for one of
 * its own; the way of a request treats all of these alike. What is not taken sends the request the long way.
 */
export interface HoleKind {
  readonly name: string;
  accepts(value: unknown): boolean;
  /** The n-th stand-in: what it leaves of itself in a result shows where the value goes. n < 250. */
  marker(n: number, sample: unknown): unknown;
}

const two = (n: number): string => String(n).padStart(2, '0');
const clock = (n: number): string => `2001-02-03T04:${two(Math.floor(n / 60))}:${two(n % 60)}`;

/** Times in the form in which they are stored: a memo of a pure result. */
const times = new Map<string, boolean>();
const TIMES_MAX = 4096;

function isStoredTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  let known = times.get(value);
  if (known === undefined) {
    known = isDecoded(value, 'time');
    if (times.size >= TIMES_MAX) times.clear();
    times.set(value, known);
  }
  return known;
}

function isDecoded(value: string, kind: 'time' | 'microTime'): boolean {
  const scalar = decodeScalar(value, kind, '');
  return 'value' in scalar && scalar.value === value;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/** metav1.Time */
export const TIME: HoleKind = { name: 'time', accepts: isStoredTime, marker: (n) => `${clock(n)}Z` };

/** metav1.MicroTime */
export const MICRO_TIME: HoleKind = {
  name: 'microTime',
  accepts: (value) => typeof value === 'string' && isDecoded(value, 'microTime'),
  marker: (n) => `${clock(n)}.000007Z`,
};

/** A status names each of its addresses twice: the last two that were accepted, a memo. */
let lastAddress: unknown;
let formerAddress: unknown;

function isAddress(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value === lastAddress || value === formerAddress) return true;
  if (!isIPv4(value)) return false;
  formerAddress = lastAddress;
  lastAddress = value;
  return true;
}

/** IPv4 as it is stored: four numbers below 256 without leading zeros. Addresses of other forms are looked at. */
function isIPv4(text: string): boolean {
  let numbers = 1;
  let number = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT) {
      if (number < 0 || numbers === 4) return false;
      numbers++;
      number = -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || number === 0) return false;
      number = number < 0 ? digit : number * 10 + digit;
      if (number > 255) return false;
    }
  }
  return numbers === 4 && number >= 0;
}

const POINT = 46;
const ZERO = 48;

/** An IP address, which may be the key of an item of a list. */
export const ADDRESS_TEXT: HoleKind = {
  name: 'address',
  accepts: isAddress,
  marker: (n) => `198.51.100.${n}`,
};

/** A name that passes as a path segment, the loosest rule for names of objects. */
export const NAME_TEXT: HoleKind = {
  name: 'name',
  accepts: (value) => typeof value === 'string' && NAME.test(value),
  marker: (n) => `hole-name-${n}`,
};

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** A name that passes every rule for names, and gives no warning. */
export const LABEL_NAME: HoleKind = {
  name: 'label',
  accepts: (value) => typeof value === 'string' && LABEL.test(value),
  marker: (n) => `hole-label-${n}`,
};

/** A text that nobody looks into; empty ones are absent in Go. */
export const TEXT: HoleKind = {
  name: 'text',
  accepts: (value) => typeof value === 'string' && value.length > 0 && value.length <= TEXT_MAX,
  marker: (n) => `hole-text-${n}`,
};

/** Of a note of an event; other texts have no bound. */
const TEXT_MAX = 1024;

/** A number of things, above zero: zeros are absent. */
export const COUNT: HoleKind = {
  name: 'count',
  accepts: (value) => typeof value === 'number' && value > 0 && value === (value | 0),
  marker: (n) => 987_654_000 + n,
};

/** A set of managed fields that has none of the status: updates of the status leave it alone. */
export const OTHER_FIELDS: HoleKind = {
  name: 'otherFields',
  accepts: (value) => typeof value === 'object' && value !== null && !('f:status' in value) && !('.' in value),
  marker: (_, sample) => sample,
};

/** A part that is handed on by identity; `isSettled` says of a value whether the way of a request leaves it as it is. */
export function untouchedPart(name: string, isSettled: (value: object) => boolean): HoleKind {
  const known = new WeakMap<object, boolean>();
  return {
    name,
    accepts: (value) => {
      if (typeof value !== 'object' || value === null) return false;
      let settled = known.get(value);
      if (settled === undefined) known.set(value, (settled = isSettled(value)));
      return settled;
    },
    marker: (_, sample) => sample,
  };
}
