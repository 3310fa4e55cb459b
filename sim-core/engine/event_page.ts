import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { decodeValue, encodeValue } from './values.ts';

/**
 * The columns of events: NUMS doubles and INTS integers each, in pages of 256. The order of an event packs rank and
 * sequence; GENERATION counts how often a place in the heap was used.
 */
export const PAGE = 256;
export const NUMS = 4;
export const ORDER = 1;
export const A = 2;
export const B = 3;
export const INTS = 6;
export const CAUSE = 1;
export const WHY = 2;
export const INCARNATION = 3;
export const DELAY_MS = 4;
export const GENERATION = 5;

/** In place of the handler of a cancelled event. */
export const DEAD = -1;

/** Places of 256 events. Only the queue whose token is `owner` may write to it; others copy it first. */
export class EventPage {
  owner: object;
  readonly nums: Float64Array;
  readonly ints: Int32Array;
  payloads: unknown[] | undefined;

  constructor(owner: object, nums = new Float64Array(PAGE * NUMS), ints = new Int32Array(PAGE * INTS)) {
    this.owner = owner;
    this.nums = nums;
    this.ints = ints;
  }

  copy(owner: object): EventPage {
    const page = new EventPage(owner, this.nums.slice(), this.ints.slice());
    page.payloads = this.payloads?.slice();
    return page;
  }
}

export interface PendingEvent {
  readonly timeUs: number;
  readonly order: number;
  readonly handler: number;
  readonly a: number;
  readonly b: number;
  readonly cause: number;
  readonly why: number;
  readonly incarnation: number;
  readonly delayMs: number;
  readonly payload: unknown;
}

export function tieIsLess(page: EventPage, i: number, page2: EventPage, i2: number): boolean {
  const a = page.nums[i * NUMS + A];
  const a2 = page2.nums[i2 * NUMS + A];
  return a !== a2 ? a < a2 : page.nums[i * NUMS + B] < page2.nums[i2 * NUMS + B];
}

export function setPayload(page: EventPage, i: number, payload: unknown): void {
  page.payloads ??= new Array<unknown>(PAGE).fill(undefined);
  page.payloads[i] = payload;
}

export function writeEvent(page: EventPage, i: number, w: ByteWriter): void {
  for (let n = 0; n < NUMS; n++) w.f64(page.nums[i * NUMS + n]);
  for (let k = 0; k < INTS; k++) w.u32(page.ints[i * INTS + k] >>> 0);
  encodeValue(page.payloads?.[i], w);
}

export function readEvent(page: EventPage, i: number, r: ByteReader): void {
  for (let n = 0; n < NUMS; n++) page.nums[i * NUMS + n] = r.f64();
  for (let k = 0; k < INTS; k++) page.ints[i * INTS + k] = r.u32();
  const payload = decodeValue(r);
  if (payload !== undefined) setPayload(page, i, payload);
}
