import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { decodeValue, encodeValue } from './values.ts';

/**
 * A page holds 256 rows of 64 bytes, a cache line each: time, order, a, b as doubles, then six integers. The order of
 * an event packs rank and sequence; GENERATION counts how often a place in the heap was used. A row is addressed as
 * `nums[(i << ROW) | COLUMN]` and `ints[(i << INT_ROW) | COLUMN]`: two views of one buffer.
 */
export const PAGE_BITS = 8;
export const PAGE = 1 << PAGE_BITS;
export const PAGE_MASK = PAGE - 1;
export const ROW = 3;
export const ORDER = 1;
export const A = 2;
export const B = 3;
export const INT_ROW = 4;
export const HANDLER = 8;
export const CAUSE = 9;
export const WHY = 10;
export const INCARNATION = 11;
export const DELAY_MS = 12;
export const GENERATION = 13;

/** In place of the handler of a cancelled event. */
export const DEAD = -1;

/** Only the queue whose token is `owner` may write to a page; others copy it first. */
export class EventPage {
  owner: object;
  readonly nums: Float64Array;
  readonly ints: Int32Array;
  payloads: unknown[] | undefined;

  constructor(owner: object, buffer: ArrayBuffer = new ArrayBuffer(PAGE << (ROW + 3))) {
    this.owner = owner;
    this.nums = new Float64Array(buffer);
    this.ints = new Int32Array(buffer);
    this.payloads = undefined;
  }

  /**
   * Writes row `i`. The columns are in order, and the addresses are plain sums, to keep this small enough to inline.
   * `| 0` tells the compiler that an argument is an integer: without it each goes through a double.
   */
  write(
    i: number,
    time: number,
    order: number,
    a: number,
    b: number,
    handler: number,
    cause: number,
    why: number,
    incarnation: number,
    delayMs: number,
  ): void {
    const nums = this.nums;
    const n = i << ROW;
    nums[n] = time;
    nums[n + ORDER] = order;
    nums[n + A] = a;
    nums[n + B] = b;
    const ints = this.ints;
    const k = (n << 1) + HANDLER;
    ints[k] = handler | 0;
    ints[k + 1] = cause | 0;
    ints[k + 2] = why | 0;
    ints[k + 3] = incarnation | 0;
    ints[k + 4] = delayMs | 0;
  }

  copy(owner: object): EventPage {
    const page = new EventPage(owner, this.nums.slice().buffer);
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

/** The total order of events: time, then `order`, then (a, b). */
export function eventIsLess(page: EventPage, i: number, page2: EventPage, i2: number): boolean {
  const nums = page.nums;
  const nums2 = page2.nums;
  const n = i << ROW;
  const n2 = i2 << ROW;
  for (let column = 0; column < B; column++) {
    if (nums[n + column] !== nums2[n2 + column]) return nums[n + column] < nums2[n2 + column];
  }
  return nums[n + B] < nums2[n2 + B];
}

export function setPayload(page: EventPage, i: number, payload: unknown): void {
  page.payloads ??= new Array<unknown>(PAGE).fill(undefined);
  page.payloads[i] = payload;
}

export function writeEvent(page: EventPage, i: number, w: ByteWriter, isFree = false): void {
  for (let n = 0; n <= B; n++) w.f64(page.nums[(i << ROW) + n]);
  for (let k = HANDLER; k <= GENERATION; k++) w.u32(page.ints[(i << INT_ROW) + k] >>> 0);
  encodeValue(isFree ? undefined : page.payloads?.[i], w);
}

export function readEvent(page: EventPage, i: number, r: ByteReader): void {
  for (let n = 0; n <= B; n++) page.nums[(i << ROW) + n] = r.f64();
  for (let k = HANDLER; k <= GENERATION; k++) page.ints[(i << INT_ROW) + k] = r.u32();
  const payload = decodeValue(r);
  if (payload !== undefined) setPayload(page, i, payload);
}
