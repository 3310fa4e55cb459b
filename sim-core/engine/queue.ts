import { RANK_SKIPPABLE, type Ticket } from '../contracts/engine.ts';
import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import {
  A,
  B,
  CAUSE,
  DEAD,
  DELAY_MS,
  EventPage,
  GENERATION,
  INCARNATION,
  INTS,
  NUMS,
  ORDER,
  PAGE,
  type PendingEvent,
  readEvent,
  setPayload,
  tieIsLess,
  WHY,
  writeEvent,
} from './event_page.ts';
import { fitsBehind, Lane } from './lane.ts';

const RANK_STEP = 1125899906842624; // 2^50
const MAX_LANES = 32;
const HEAP_CODE = 63;
const SLOT_LIMIT = 4194304; // 2^22 events in the heap
const GENERATION_MASK = 0x1ffffff; // 25 bits: a ticket is stale for sure until its slot was used 33 M times

/** The order of a skippable event; ties of one handler are ordered by (a, b). Others: rank * 2^50 + sequence. */
function skippableOrder(handler: number): number {
  return RANK_SKIPPABLE * RANK_STEP + handler;
}

interface QueueState {
  readonly lanes: readonly (Lane & { readonly pages: readonly EventPage[] })[];
  readonly heapTimes: Float64Array;
  readonly heapOrders: Float64Array;
  readonly heapSlots: Int32Array;
  readonly dead: number;
  readonly slotPages: readonly EventPage[];
  readonly slotCount: number;
  readonly free: readonly number[];
  readonly watched: Float64Array;
  readonly hits: Int32Array;
  readonly size: number;
  readonly nowUs: number;
  readonly sequence: number;
}

const WATCHED = 256;
const LANE_AFTER_HITS = 6;

/**
 * The pending events, in a total order: time, then `order`, then (a, b). `order` packs rank and sequence (or, for
 * skippable events, rank and handler) into one double: see `skippableOrder`.
 *
 * Two structures hold them. A **lane** is a FIFO of events with one constant delay: such events arrive sorted, so a push
 * is an append and a pop moves a head. Lanes are found by themselves: a delay that repeats gets one. Whatever does not
 * fit behind the tail of its lane goes to the **heap**, a 4-ary heap over typed arrays. Which structure an event sits in
 * never changes the order.
 *
 * Events lie in pages of 256 that are copied on write, so that a snapshot shares them.
 */
export class EventQueue {
  /** Clock and next sequence number. In a typed array, because the compiler then knows that they are doubles. */
  private readonly clock = new Float64Array(2);

  /** Where the event taken by the last `pop` lies; valid until the next push or pop. */
  private page = new EventPage({});
  private index = 0;
  payload: unknown = undefined;

  size = 0;
  private token: object = {};

  private lanes: Lane[] = [];
  private readonly headTimes = new Float64Array(MAX_LANES).fill(Infinity);
  private readonly headOrders = new Float64Array(MAX_LANES);
  /** The lane with the first head, or -1 when all lanes are empty. */
  private firstLane = -1;
  private spare: EventPage[] = [];
  /** Direct-mapped memory of recent delays, and how often each came; -2 - lane once it has one. */
  private watched: Float64Array = new Float64Array(WATCHED).fill(-1);
  private hits: Int32Array = new Int32Array(WATCHED);

  private heapTimes = new Float64Array(256);
  private heapOrders = new Float64Array(256);
  private heapSlots = new Int32Array(256);
  private heapSize = 0;
  /** The top was taken and its place not filled: most handlers schedule, and the new event then sinks from there. */
  private hole = false;
  private dead = 0;
  private slotPages: EventPage[] = [];
  private slotCount = 0;
  private free: number[] = [];

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
    this.size++;
    const clock = this.clock;
    const time = clock[0] + delayUs;
    const order = rank === RANK_SKIPPABLE ? skippableOrder(handler) : rank * RANK_STEP + clock[1]++;
    const l = this.laneOf(delayUs);
    let page: EventPage;
    let i: number;
    let ticket: number;
    let slot = -1;
    if (l >= 0 && fitsBehind(this.lanes[l], time, order, a, b)) {
      const lane = this.lanes[l];
      page = this.laneTailPage(lane);
      i = lane.tailOffset++;
      ticket = lane.nextTicket;
      lane.nextTicket = ticket + 64;
    } else {
      slot = this.free.length > 0 ? this.free.pop()! : this.newSlot();
      page = this.slotPage(slot >> 8);
      i = slot & 255;
      ticket = (page.ints[i * INTS + GENERATION] * SLOT_LIMIT + slot) * 64 + HEAP_CODE;
    }
    const nums = page.nums;
    const n = i * NUMS;
    nums[n] = time;
    nums[n + ORDER] = order;
    nums[n + A] = a;
    nums[n + B] = b;
    const ints = page.ints;
    const k = i * INTS;
    ints[k] = handler;
    ints[k + CAUSE] = cause;
    ints[k + WHY] = why;
    ints[k + INCARNATION] = incarnation;
    ints[k + DELAY_MS] = delayMs;
    if (payload !== undefined || page.payloads !== undefined) setPayload(page, i, payload);
    // Only now, since ties are told apart by what was just written.
    if (slot >= 0) this.enterHeap(time, order, slot);
    else if (this.lanes[l].live++ === 0) this.becameHead(l, time, order);
    return ticket;
  }

  /** Time of the first event, or Infinity. */
  peekTime(): number {
    if (this.hole) this.removeTop();
    if (this.dead > 0) this.dropDeadTop();
    const laneTime = this.firstLane < 0 ? Infinity : this.headTimes[this.firstLane];
    const heapTime = this.heapSize === 0 ? Infinity : this.heapTimes[0];
    return Math.min(laneTime, heapTime);
  }

  /** Takes the first event into the fields; false when there is none at or before `untilUs`. */
  pop(untilUs = Infinity): boolean {
    if (this.hole) this.removeTop();
    if (this.dead > 0) this.dropDeadTop();
    const l = this.firstLane;
    if (l >= 0 && (this.heapSize === 0 || this.laneIsFirst(l))) {
      if (this.headTimes[l] > untilUs) return false;
      this.popLane(l);
    } else {
      if (this.heapSize === 0 || this.heapTimes[0] > untilUs) return false;
      this.popHeap();
    }
    this.size--;
    return true;
  }

  /** False when the event has run, was cancelled, or the ticket is 0. */
  cancel(ticket: Ticket): boolean {
    if (!(ticket > 0)) return false;
    const code = ticket % 64;
    const rest = (ticket - code) / 64;
    return code === HEAP_CODE ? this.cancelInHeap(rest) : this.cancelInLane(code - 1, rest);
  }

  private laneIsFirst(l: number): boolean {
    const time = this.headTimes[l];
    const heapTime = this.heapTimes[0];
    if (time !== heapTime) return time < heapTime;
    const order = this.headOrders[l];
    const heapOrder = this.heapOrders[0];
    if (order !== heapOrder) return order < heapOrder;
    const lane = this.lanes[l];
    const slot = this.heapSlots[0];
    return tieIsLess(lane.pages[lane.at], lane.headOffset, this.slotPages[slot >> 8], slot & 255);
  }

  // Lanes

  /** The lane of a delay, or -1. Remembers delays, so that one that repeats gets its lane. */
  private laneOf(delayUs: number): number {
    const slot = watchSlot(delayUs);
    const hit = this.hits[slot];
    if (this.watched[slot] === delayUs) return hit < 0 ? -2 - hit : this.noticeAgain(slot, delayUs, hit);
    // First sight: it takes the place of one that does not repeat.
    if (hit > 0) this.hits[slot] = hit - 1;
    else if (hit === 0 || this.lanes[-2 - hit].live === 0) {
      this.watched[slot] = delayUs;
      this.hits[slot] = 0;
    }
    return -1;
  }

  private noticeAgain(slot: number, delayUs: number, hit: number): number {
    if (hit < LANE_AFTER_HITS) this.hits[slot] = hit + 1;
    return hit + 1 < LANE_AFTER_HITS ? -1 : this.openLane(slot, delayUs);
  }

  /** Gives a delay its lane: a new one, or an empty one that another delay had. -1 when all are in use. */
  private openLane(slot: number, delayUs: number): number {
    let l = this.lanes.findIndex((lane) => lane.delayUs === delayUs);
    if (l >= 0) {
      this.hits[slot] = -2 - l;
      return l;
    }
    l = this.lanes.length;
    if (l === MAX_LANES) {
      l = this.lanes.findIndex((lane) => lane.live === 0);
      if (l < 0) return -1;
      const old = watchSlot(this.lanes[l].delayUs);
      if (this.hits[old] === -2 - l) this.hits[old] = 0;
      this.lanes[l].delayUs = delayUs;
    } else this.lanes.push(new Lane(delayUs, 1, l));
    this.hits[slot] = -2 - l;
    return l;
  }

  /** The page for the next event of a lane, ready to be written. */
  private laneTailPage(lane: Lane): EventPage {
    const last = lane.pages.length - 1;
    if (last < lane.at || lane.tailOffset === PAGE) {
      const page = this.spare.pop() ?? new EventPage(this.token);
      page.owner = this.token;
      if (last < lane.at) lane.headOffset = 0;
      lane.pages.push(page);
      lane.tailOffset = 0;
      return page;
    }
    const page = lane.pages[last];
    if (page.owner === this.token) return page;
    const copy = page.copy(this.token);
    lane.pages[last] = copy;
    return copy;
  }

  private becameHead(l: number, time: number, order: number): void {
    // All before it are cancelled: the head is this event.
    const lane = this.lanes[l];
    while (lane.pages.length - 1 > lane.at) this.leavePage(lane);
    lane.headOffset = lane.tailOffset - 1;
    this.headTimes[l] = time;
    this.headOrders[l] = order;
    const f = this.firstLane;
    if (f < 0 || this.laneBefore(l, f)) this.firstLane = l;
  }

  private popLane(l: number): void {
    const lane = this.lanes[l];
    this.take(lane.pages[lane.at], lane.headOffset);
    lane.headOffset++;
    lane.live--;
    this.advance(l, lane);
  }

  /** Moves the head of a lane to its next live event and finds the first lane again. */
  private advance(l: number, lane: Lane): void {
    if (lane.live === 0) {
      while (lane.pages.length - 1 > lane.at) this.leavePage(lane);
      if (lane.tailOffset === PAGE) this.leavePage(lane);
      else lane.headOffset = lane.tailOffset;
      this.headTimes[l] = Infinity;
    } else {
      if (lane.headOffset === PAGE) this.leavePage(lane);
      while (lane.pages[lane.at].ints[lane.headOffset * INTS] === DEAD) {
        if (++lane.headOffset === PAGE) this.leavePage(lane);
      }
      const nums = lane.pages[lane.at].nums;
      const i = lane.headOffset * NUMS;
      this.headTimes[l] = nums[i];
      this.headOrders[l] = nums[i + ORDER];
    }
    this.findFirstLane();
  }

  private leavePage(lane: Lane): void {
    const page = lane.pages[lane.at];
    if (page.owner === this.token && this.spare.length < 16) {
      page.payloads = undefined;
      this.spare.push(page);
    }
    lane.at++;
    lane.basePage++;
    lane.headOffset = 0;
    if (lane.at === lane.pages.length) {
      lane.pages = [];
      lane.at = 0;
      lane.tailOffset = 0;
    } else if (lane.at >= 64 && lane.at * 2 >= lane.pages.length) {
      lane.pages = lane.pages.slice(lane.at);
      lane.at = 0;
    }
  }

  private findFirstLane(): void {
    const times = this.headTimes;
    let first = -1;
    let best = Infinity;
    for (let l = 0; l < this.lanes.length; l++) {
      const time = times[l];
      if (time < best || (time === best && first >= 0 && this.laneBefore(l, first))) {
        best = time;
        first = l;
      }
    }
    this.firstLane = first;
  }

  private laneBefore(l: number, m: number): boolean {
    if (this.headTimes[l] !== this.headTimes[m]) return this.headTimes[l] < this.headTimes[m];
    if (this.headOrders[l] !== this.headOrders[m]) return this.headOrders[l] < this.headOrders[m];
    const x = this.lanes[l];
    const y = this.lanes[m];
    return tieIsLess(x.pages[x.at], x.headOffset, y.pages[y.at], y.headOffset);
  }

  private cancelInLane(l: number, index: number): boolean {
    const lane = this.lanes[l];
    if (lane === undefined || lane.live === 0) return false;
    const offset = index % PAGE;
    const p = (index - offset) / PAGE - lane.basePage;
    const place = lane.at + p;
    if (p < 0 || place >= lane.pages.length || (p === 0 && offset < lane.headOffset)) return false;
    if (place === lane.pages.length - 1 && offset >= lane.tailOffset) return false;
    let page = lane.pages[place];
    if (page.ints[offset * INTS] === DEAD) return false;
    if (page.owner !== this.token) {
      page = page.copy(this.token);
      lane.pages[place] = page;
    }
    page.ints[offset * INTS] = DEAD;
    if (page.payloads !== undefined) page.payloads[offset] = undefined;
    lane.live--;
    this.size--;
    if (p === 0 && offset === lane.headOffset) this.advance(l, lane);
    return true;
  }

  // Heap

  private enterHeap(time: number, order: number, slot: number): void {
    if (this.hole) {
      this.hole = false;
      this.siftDown(time, order, slot);
      return;
    }
    if (this.heapSize === this.heapSlots.length) this.growHeap();
    this.siftUp(this.heapSize++, time, order, slot);
  }

  private newSlot(): number {
    const slot = this.slotCount++;
    if (slot >= SLOT_LIMIT) throw new RangeError(`more than ${SLOT_LIMIT} pending events`);
    if (slot >> 8 === this.slotPages.length) this.slotPages.push(new EventPage(this.token));
    return slot;
  }

  private slotPage(p: number): EventPage {
    const page = this.slotPages[p];
    if (page.owner === this.token) return page;
    const copy = page.copy(this.token);
    this.slotPages[p] = copy;
    return copy;
  }

  private releaseSlot(slot: number): void {
    const page = this.slotPage(slot >> 8);
    const i = slot & 255;
    if (page.payloads !== undefined) page.payloads[i] = undefined;
    const g = i * INTS + GENERATION;
    page.ints[g] = (page.ints[g] + 1) & GENERATION_MASK;
    this.free.push(slot);
  }

  private popHeap(): void {
    const slot = this.heapSlots[0];
    this.take(this.slotPages[slot >> 8], slot & 255);
    this.releaseSlot(slot);
    this.hole = true;
  }

  private removeTop(): void {
    this.hole = false;
    const n = --this.heapSize;
    if (n > 0) this.siftDown(this.heapTimes[n], this.heapOrders[n], this.heapSlots[n]);
  }

  private cancelInHeap(rest: number): boolean {
    const slot = rest % SLOT_LIMIT;
    if (slot >= this.slotCount) return false;
    const i = (slot & 255) * INTS;
    const ints = this.slotPages[slot >> 8].ints;
    if (ints[i + GENERATION] !== (rest - slot) / SLOT_LIMIT || ints[i] === DEAD) return false;
    const page = this.slotPage(slot >> 8);
    page.ints[i] = DEAD;
    if (page.payloads !== undefined) page.payloads[slot & 255] = undefined;
    this.dead++;
    this.size--;
    if (this.hole) this.removeTop();
    if (this.dead > 256 && this.dead * 2 > this.heapSize) this.sweepHeap();
    return true;
  }

  private isDead(slot: number): boolean {
    return this.slotPages[slot >> 8].ints[(slot & 255) * INTS] === DEAD;
  }

  private dropDeadTop(): void {
    while (this.heapSize > 0 && this.isDead(this.heapSlots[0])) {
      this.releaseSlot(this.heapSlots[0]);
      this.removeTop();
      this.dead--;
    }
  }

  private sweepHeap(): void {
    const n = this.heapSize;
    this.heapSize = 0;
    for (let i = 0; i < n; i++) {
      const slot = this.heapSlots[i];
      if (this.isDead(slot)) this.releaseSlot(slot);
      else this.siftUp(this.heapSize++, this.heapTimes[i], this.heapOrders[i], slot);
    }
    this.dead = 0;
  }

  private growHeap(): void {
    const size = this.heapSlots.length * 2;
    const times = new Float64Array(size);
    const orders = new Float64Array(size);
    const slots = new Int32Array(size);
    times.set(this.heapTimes);
    orders.set(this.heapOrders);
    slots.set(this.heapSlots);
    this.heapTimes = times;
    this.heapOrders = orders;
    this.heapSlots = slots;
  }

  private siftUp(i: number, time: number, order: number, slot: number): void {
    const times = this.heapTimes;
    const orders = this.heapOrders;
    const slots = this.heapSlots;
    while (i > 0) {
      const p = (i - 1) >> 2;
      const t = times[p];
      if (t < time) break;
      if (t === time && !this.before(time, order, slot, t, orders[p], slots[p])) break;
      times[i] = t;
      orders[i] = orders[p];
      slots[i] = slots[p];
      i = p;
    }
    times[i] = time;
    orders[i] = order;
    slots[i] = slot;
  }

  private siftDown(time: number, order: number, slot: number): void {
    const times = this.heapTimes;
    const orders = this.heapOrders;
    const slots = this.heapSlots;
    const n = this.heapSize;
    let i = 0;
    for (;;) {
      const first = i * 4 + 1;
      if (first >= n) break;
      const end = Math.min(first + 4, n);
      let c = first;
      let best = times[first];
      for (let k = first + 1; k < end; k++) {
        const t = times[k];
        if (t < best || (t === best && this.before(t, orders[k], slots[k], best, orders[c], slots[c]))) {
          c = k;
          best = t;
        }
      }
      if (time < best || (time === best && this.before(time, order, slot, best, orders[c], slots[c]))) break;
      times[i] = best;
      orders[i] = orders[c];
      slots[i] = slots[c];
      i = c;
    }
    times[i] = time;
    orders[i] = order;
    slots[i] = slot;
  }

  private before(t: number, o: number, slot: number, t2: number, o2: number, slot2: number): boolean {
    if (t !== t2) return t < t2;
    if (o !== o2) return o < o2;
    return tieIsLess(this.slotPages[slot >> 8], slot & 255, this.slotPages[slot2 >> 8], slot2 & 255);
  }

  private take(page: EventPage, i: number): void {
    this.clock[0] = page.nums[i * NUMS];
    this.page = page;
    this.index = i;
    // Read now: a released place forgets it.
    const payload = page.payloads === undefined ? undefined : page.payloads[i];
    if (this.payload !== payload) this.payload = payload;
  }

  /** The clock: the time of the last event taken, or later. Never above the time of a pending event. */
  get nowUs(): number {
    return this.clock[0];
  }

  set nowUs(timeUs: number) {
    this.clock[0] = timeUs;
  }

  /** The next sequence number. */
  get sequence(): number {
    return this.clock[1];
  }

  // The event taken by the last pop; to be read before anything is pushed.

  get order(): number {
    return this.page.nums[this.index * NUMS + ORDER];
  }

  get a(): number {
    return this.page.nums[this.index * NUMS + A];
  }

  get b(): number {
    return this.page.nums[this.index * NUMS + B];
  }

  get handler(): number {
    return this.page.ints[this.index * INTS];
  }

  get cause(): number {
    return this.page.ints[this.index * INTS + CAUSE] >>> 0;
  }

  get why(): number {
    return this.page.ints[this.index * INTS + WHY];
  }

  get incarnation(): number {
    return this.page.ints[this.index * INTS + INCARNATION];
  }

  get delayMs(): number {
    return this.page.ints[this.index * INTS + DELAY_MS] >>> 0;
  }

  // Snapshots

  /** Shares every page; the indexes of lanes and heap are copied. */
  save(): QueueState {
    if (this.hole) this.removeTop();
    this.token = {};
    const lanes = this.lanes.map((lane) =>
      Object.assign(new Lane(0, 0, 0), lane, { pages: lane.pages.slice(lane.at), at: 0 }),
    );
    return {
      lanes,
      heapTimes: this.heapTimes.slice(0, this.heapSize),
      heapOrders: this.heapOrders.slice(0, this.heapSize),
      heapSlots: this.heapSlots.slice(0, this.heapSize),
      dead: this.dead,
      slotPages: this.slotPages.slice(),
      slotCount: this.slotCount,
      free: this.free.slice(),
      watched: this.watched.slice(),
      hits: this.hits.slice(),
      size: this.size,
      nowUs: this.nowUs,
      sequence: this.sequence,
    };
  }

  load(state: QueueState): void {
    this.token = {};
    this.spare = [];
    this.hole = false;
    this.lanes = state.lanes.map((lane) => Object.assign(new Lane(0, 0, 0), lane, { pages: lane.pages.slice() }));
    this.heapSize = 0;
    this.heapTimes = new Float64Array(256);
    this.heapOrders = new Float64Array(256);
    this.heapSlots = new Int32Array(256);
    while (this.heapSlots.length < state.heapSlots.length) this.growHeap();
    this.heapTimes.set(state.heapTimes);
    this.heapOrders.set(state.heapOrders);
    this.heapSlots.set(state.heapSlots);
    this.heapSize = state.heapSlots.length;
    this.dead = state.dead;
    this.slotPages = state.slotPages.slice();
    this.slotCount = state.slotCount;
    this.free = state.free.slice();
    this.watched = state.watched.slice();
    this.hits = state.hits.slice();
    this.size = state.size;
    this.nowUs = state.nowUs;
    this.clock[1] = state.sequence;
    this.refreshHeads();
  }

  private refreshHeads(): void {
    this.headTimes.fill(Infinity);
    this.lanes.forEach((lane, l) => {
      if (lane.live === 0) return;
      const nums = lane.pages[lane.at].nums;
      this.headTimes[l] = nums[lane.headOffset * NUMS];
      this.headOrders[l] = nums[lane.headOffset * NUMS + ORDER];
    });
    this.findFirstLane();
  }

  /** Writes places as well as events, so that tickets held in containers stay valid. */
  write(w: ByteWriter): void {
    if (this.hole) this.removeTop();
    w.u32(this.size);
    w.f64(this.nowUs);
    w.f64(this.sequence);
    w.u32(this.lanes.length);
    for (const lane of this.lanes) {
      w.f64(lane.delayUs);
      w.f64(lane.basePage);
      w.u32(lane.pages.length - lane.at);
      w.u32(lane.headOffset);
      w.u32(lane.tailOffset);
      w.u32(lane.live);
      w.f64(lane.nextTicket);
      for (let p = lane.at; p < lane.pages.length; p++) {
        const from = p === lane.at ? lane.headOffset : 0;
        const to = p === lane.pages.length - 1 ? lane.tailOffset : PAGE;
        for (let i = from; i < to; i++) writeEvent(lane.pages[p], i, w);
      }
    }
    w.u32(this.heapSize);
    w.u32(this.dead);
    for (let i = 0; i < this.heapSize; i++) w.u32(this.heapSlots[i]);
    w.u32(this.slotCount);
    for (let slot = 0; slot < this.slotCount; slot++) writeEvent(this.slotPages[slot >> 8], slot & 255, w);
    w.u32(this.free.length);
    for (const slot of this.free) w.u32(slot);
    for (const delayUs of this.watched) w.f64(delayUs);
    for (const hit of this.hits) w.u32(hit + 64);
  }

  read(r: ByteReader): void {
    this.token = {};
    this.spare = [];
    this.hole = false;
    this.size = r.u32();
    this.nowUs = r.f64();
    this.clock[1] = r.f64();
    this.lanes = [];
    const lanes = r.u32();
    for (let l = 0; l < lanes; l++) this.lanes.push(this.readLane(r));
    this.heapSize = 0;
    const heapSize = r.u32();
    this.dead = r.u32();
    while (this.heapSlots.length < heapSize) this.growHeap();
    for (let i = 0; i < heapSize; i++) this.heapSlots[i] = r.u32();
    this.slotPages = [];
    this.slotCount = 0;
    const slots = r.u32();
    while (this.slotCount < slots) {
      const slot = this.newSlot();
      readEvent(this.slotPages[slot >> 8], slot & 255, r);
    }
    for (let i = 0; i < heapSize; i++) {
      const slot = this.heapSlots[i];
      const at = (slot & 255) * NUMS;
      this.heapTimes[i] = this.slotPages[slot >> 8].nums[at];
      this.heapOrders[i] = this.slotPages[slot >> 8].nums[at + ORDER];
    }
    this.heapSize = heapSize;
    this.free = [];
    const free = r.u32();
    for (let i = 0; i < free; i++) this.free.push(r.u32());
    this.watched = this.watched.map(() => r.f64());
    this.hits = this.hits.map(() => r.u32() - 64);
    this.refreshHeads();
  }

  private readLane(r: ByteReader): Lane {
    const lane = new Lane(r.f64(), r.f64(), 0);
    const pages = r.u32();
    lane.headOffset = r.u32();
    lane.tailOffset = r.u32();
    lane.live = r.u32();
    lane.nextTicket = r.f64();
    for (let p = 0; p < pages; p++) {
      const page = new EventPage(this.token);
      lane.pages.push(page);
      const from = p === 0 ? lane.headOffset : 0;
      const to = p === pages - 1 ? lane.tailOffset : PAGE;
      for (let i = from; i < to; i++) readEvent(page, i, r);
    }
    return lane;
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

function watchSlot(delayUs: number): number {
  return (Math.imul(delayUs, 0x9e3779b1) >>> 24) & (WATCHED - 1);
}
