import { RANK_SKIPPABLE, type Ticket } from '../contracts/engine.ts';
import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { EventHeap, HEAP_CODE, type HeapState, SLOT_LIMIT } from './event_heap.ts';
import {
  A,
  B,
  CAUSE,
  DELAY_MS,
  EventPage,
  eventIsLess,
  HANDLER,
  INCARNATION,
  INT_ROW,
  ORDER,
  PAGE_BITS,
  PAGE_MASK,
  type PendingEvent,
  ROW,
  setPayload,
  WHY,
} from './event_page.ts';
import { FIRST_HEAD, Lanes, type LanesState, NOW, SEQUENCE, TAILS } from './lanes.ts';

const RANK_STEP = 1125899906842624; // 2^50

/** The order of a skippable event; ties of one handler are ordered by (a, b). Others: rank * 2^50 + sequence. */
function skippableOrder(handler: number): number {
  return RANK_SKIPPABLE * RANK_STEP + handler;
}

export interface QueueState {
  readonly lanes: LanesState;
  readonly heap: HeapState;
  readonly size: number;
  readonly nowUs: number;
  readonly sequence: number;
}

/**
 * The pending events, in a total order: time, then `order`, then (a, b). `order` packs rank and sequence (or, for
 * skippable events, rank and handler) into one double: see `skippableOrder`.
 *
 * An event lies in the lane of its delay when it fits behind the tail there, else in the heap. Which of the two it is
 * never changes the order. Events lie in pages that are copied on write, so that a snapshot shares them.
 */
export class EventQueue {
  size = 0;
  payload: unknown = undefined;
  /** Where the event taken by the last `pop` lies; valid until the next push or pop. */
  private page = new EventPage({});
  private index = 0;
  private readonly lanes = new Lanes();
  private readonly times = this.lanes.times;
  private readonly heap = new EventHeap();

  /**
   * Adds an event `delayUs` (an integer >= 0) after `nowUs`. Rank RANK_SKIPPABLE takes no sequence number.
   * Ten plain arguments: an object for each event would cost more than the rest of the push.
   */
  push(
    delayUs: number,
    rank: number,
    handler: number,
    a: number,
    b: number,
    cause: number,
    why: number,
    incarnation: number,
    delayMs: number,
    payload: unknown,
  ): Ticket {
    const { lanes, times } = this;
    const time = times[NOW] + delayUs;
    let order = times[SEQUENCE];
    if (rank === RANK_SKIPPABLE) order = skippableOrder(handler);
    else {
      times[SEQUENCE] = order + 1;
      order += rank * RANK_STEP;
    }
    this.size++;
    const l = lanes.laneOf(delayUs);
    if (l < 0 || !(time > times[TAILS + l] || lanes.lanes[l].fits(time, order, a, b))) {
      return this.pushToHeap(time, order, a, b, handler, cause, why, incarnation, delayMs, payload);
    }
    const lane = lanes.lanes[l];
    if (lane.tailOffset >= lane.room) lanes.openTail(lane);
    const page = lane.tail;
    const i = lane.tailOffset++;
    times[TAILS + l] = time;
    page.write(i, time, order, a, b, handler, cause, why, incarnation, delayMs);
    if (payload !== undefined || page.payloads !== undefined) setPayload(page, i, payload);
    // Only now, since ties are told apart by what was just written.
    if (lane.live++ === 0) lanes.becameHead(lane, time);
    return lane.tailTicket + i * 64;
  }

  private pushToHeap(
    time: number,
    order: number,
    a: number,
    b: number,
    handler: number,
    cause: number,
    why: number,
    incarnation: number,
    delayMs: number,
    payload: unknown,
  ): Ticket {
    const { heap } = this;
    const slot = heap.takeSlot();
    const page = heap.writablePage(slot >> PAGE_BITS);
    const i = slot & PAGE_MASK;
    page.write(i, time, order, a, b, handler, cause, why, incarnation, delayMs);
    if (payload !== undefined || page.payloads !== undefined) setPayload(page, i, payload);
    heap.enter(slot, time);
    return heap.ticketOf(slot);
  }

  /** Time of the first event, or Infinity. */
  peekTime(): number {
    this.heap.settle();
    return Math.min(this.times[FIRST_HEAD], this.heap.near.times[0]);
  }

  /** The cause of the first event, or undefined when nothing is pending. */
  peekCause(): number | undefined {
    if (this.size === 0) return undefined;
    const { heap, lanes } = this;
    heap.settle();
    const laneTime = this.times[FIRST_HEAD];
    const heapTime = heap.near.times[0];
    const isLane = laneTime < heapTime || (laneTime === heapTime && this.laneIsFirst());
    const slot = heap.near.slots[0];
    const page = isLane ? lanes.first.head : heap.pages[slot >> PAGE_BITS];
    const i = isLane ? lanes.first.headOffset : slot & PAGE_MASK;
    return page.ints[(i << INT_ROW) | CAUSE] >>> 0;
  }

  /** Takes the first event into the fields; false when there is none at or before `untilUs`. */
  pop(untilUs = Infinity): boolean {
    const { lanes, heap, times } = this;
    if (heap.hole || heap.dead > 0) heap.settle();
    const laneTime = times[FIRST_HEAD];
    const { near } = heap;
    const heapTime = near.times[0];
    if (laneTime < heapTime || (laneTime === heapTime && this.laneIsFirst())) {
      if (laneTime > untilUs) return false;
      const lane = lanes.first;
      this.take(laneTime, lane.head, lane.headOffset);
      lanes.advanceFirst();
    } else {
      if (near.size === 0 || heapTime > untilUs) return false;
      const slot = near.slots[0];
      this.take(heapTime, heap.pages[slot >> PAGE_BITS], slot & PAGE_MASK);
      heap.releaseTop();
    }
    this.size--;
    return true;
  }

  /** False when the event has run, was cancelled, or the ticket is 0. */
  cancel(ticket: Ticket): boolean {
    if (!(ticket > 0)) return false;
    const code = ticket % 64;
    const rest = (ticket - code) / 64;
    const slot = rest % SLOT_LIMIT;
    const isDone =
      code === HEAP_CODE ? this.heap.cancel(slot, (rest - slot) / SLOT_LIMIT) : this.lanes.cancel(code - 1, rest);
    if (isDone) this.size--;
    return isDone;
  }

  /** At equal times. */
  private laneIsFirst(): boolean {
    const lane = this.lanes.first;
    if (lane.live === 0) return false;
    const slot = this.heap.near.slots[0];
    return eventIsLess(lane.head, lane.headOffset, this.heap.pages[slot >> PAGE_BITS], slot & PAGE_MASK);
  }

  private take(time: number, page: EventPage, i: number): void {
    this.times[NOW] = time;
    this.page = page;
    this.index = i;
    // Read now: a released place forgets it.
    const payload = page.payloads === undefined ? undefined : page.payloads[i];
    if (this.payload !== payload) this.payload = payload;
  }

  /** The clock: the time of the last event taken, or later. Never above the time of a pending event. */
  get nowUs(): number {
    return this.times[NOW];
  }

  set nowUs(timeUs: number) {
    this.times[NOW] = timeUs;
  }

  /** The next sequence number. */
  get sequence(): number {
    return this.times[SEQUENCE];
  }

  set sequence(next: number) {
    this.times[SEQUENCE] = next;
  }

  // The event taken by the last pop; to be read before anything is pushed.

  get order(): number {
    return this.page.nums[(this.index << ROW) | ORDER];
  }

  get a(): number {
    return this.page.nums[(this.index << ROW) | A];
  }

  get b(): number {
    return this.page.nums[(this.index << ROW) | B];
  }

  get handler(): number {
    return this.page.ints[(this.index << INT_ROW) | HANDLER];
  }

  get cause(): number {
    return this.page.ints[(this.index << INT_ROW) | CAUSE] >>> 0;
  }

  get why(): number {
    return this.page.ints[(this.index << INT_ROW) | WHY];
  }

  get incarnation(): number {
    return this.page.ints[(this.index << INT_ROW) | INCARNATION];
  }

  get delayMs(): number {
    return this.page.ints[(this.index << INT_ROW) | DELAY_MS] >>> 0;
  }

  // Snapshots

  /** Shares every page; the indexes of lanes and heap are copied. */
  save(): QueueState {
    const { size, nowUs, sequence } = this;
    return { lanes: this.lanes.save(), heap: this.heap.save(), size, nowUs, sequence };
  }

  load(state: QueueState): void {
    this.lanes.load(state.lanes);
    this.heap.load(state.heap);
    this.size = state.size;
    this.times[NOW] = state.nowUs;
    this.times[SEQUENCE] = state.sequence;
  }

  /** Writes places as well as events, so that tickets held in containers stay valid. */
  write(w: ByteWriter): void {
    w.u32(this.size);
    w.f64(this.nowUs);
    w.f64(this.sequence);
    this.lanes.write(w);
    this.heap.write(w);
    this.lanes.writeWatch(w);
  }

  read(r: ByteReader): void {
    this.size = r.u32();
    this.times[NOW] = r.f64();
    this.times[SEQUENCE] = r.f64();
    this.lanes.read(r);
    this.heap.read(r);
    this.lanes.readWatch(r);
  }

  /** Every pending event in order, for hashes, inspection and tests. The queue is left as it was. */
  list(): PendingEvent[] {
    const twin = new EventQueue();
    twin.load(this.save());
    const events: PendingEvent[] = [];
    while (twin.pop()) {
      const { nowUs, order, handler, a, b, cause, why, incarnation, delayMs, payload } = twin;
      events.push({ timeUs: nowUs, order, handler, a, b, cause, why, incarnation, delayMs, payload });
    }
    return events;
  }
}
