import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import {
  DEAD,
  EventPage,
  eventIsLess,
  GENERATION,
  HANDLER,
  INT_ROW,
  PAGE_BITS,
  PAGE_MASK,
  ROW,
  readEvent,
  writeEvent,
} from './event_page.ts';

/** 2^22 events at once. */
export const SLOT_LIMIT = 4194304;
/** In place of the lane in the tickets of events in the heap. */
export const HEAP_CODE = 63;
const GENERATION_MASK = 0x1ffffff; // 25 bits: a ticket is stale for sure until its slot was used 33 M times

export interface HeapState {
  readonly times: Float64Array;
  readonly slots: Int32Array;
  readonly dead: number;
  readonly pages: readonly EventPage[];
  readonly slotCount: number;
  readonly free: readonly number[];
}

/**
 * The events that no lane took: a 4-ary heap over typed arrays of times and slots; the events lie at their slots, in
 * pages. Orders are read from the pages, since equal times are rare.
 */
export class EventHeap {
  /** Infinity from `size` on, so that an empty heap has no special case and every family has four children. */
  times: Float64Array = new Float64Array(256).fill(Infinity);
  slots: Int32Array = new Int32Array(256);
  size = 0;
  /** The top was taken and its place not filled: most handlers schedule, and the new event then sinks from there. */
  hole = false;
  /** Cancelled events that are still in the heap. */
  dead = 0;
  pages: EventPage[] = [];
  private token: object = {};
  private slotCount = 0;
  private free: number[] = [];

  /** A free slot; its row is to be written before `enter`. */
  takeSlot(): number {
    return this.free.length > 0 ? this.free.pop()! : this.newSlot();
  }

  /** Page `p` of the slots, ready to be written. */
  writablePage(p: number): EventPage {
    const page = this.pages[p];
    return page.owner === this.token ? page : this.ownPage(p);
  }

  /** Puts the event written at `slot` in its place. */
  enter(slot: number): void {
    const time = this.pages[slot >> PAGE_BITS].nums[(slot & PAGE_MASK) << ROW];
    if (this.hole) {
      this.hole = false;
      this.siftDown(time, slot);
    } else {
      if (this.size + 4 > this.slots.length) this.grow();
      this.siftUp(this.size++, time, slot);
    }
  }

  /** Frees the slot of the first event and leaves a hole at the top. */
  releaseTop(): void {
    this.hole = true;
    this.release(this.slots[0]);
  }

  /** Makes `times[0]` and `slots[0]` the first live event. */
  settle(): void {
    if (this.hole) this.removeTop();
    while (this.dead > 0 && this.size > 0 && this.isDead(this.slots[0])) {
      this.release(this.slots[0]);
      this.removeTop();
      this.dead--;
    }
  }

  /** Ticket of the event at a slot: (generation, slot, HEAP_CODE). */
  ticketOf(slot: number): number {
    return (this.generation(slot) * SLOT_LIMIT + slot) * 64 + HEAP_CODE;
  }

  private generation(slot: number): number {
    return this.pages[slot >> PAGE_BITS].ints[((slot & PAGE_MASK) << INT_ROW) | GENERATION];
  }

  /** False when the event of that generation is no longer pending. */
  cancel(slot: number, generation: number): boolean {
    if (slot >= this.slotCount || this.generation(slot) !== generation || this.isDead(slot)) return false;
    const page = this.writablePage(slot >> PAGE_BITS);
    const i = slot & PAGE_MASK;
    page.ints[(i << INT_ROW) | HANDLER] = DEAD;
    if (page.payloads !== undefined) page.payloads[i] = undefined;
    this.dead++;
    if (this.hole) this.removeTop();
    if (this.dead > 256 && this.dead * 2 > this.size) this.sweep();
    return true;
  }

  private newSlot(): number {
    const slot = this.slotCount++;
    if (slot >= SLOT_LIMIT) throw new RangeError(`more than ${SLOT_LIMIT} pending events`);
    if (slot >> PAGE_BITS === this.pages.length) this.pages.push(new EventPage(this.token));
    return slot;
  }

  private ownPage(p: number): EventPage {
    const copy = this.pages[p].copy(this.token);
    this.pages[p] = copy;
    return copy;
  }

  private release(slot: number): void {
    const page = this.writablePage(slot >> PAGE_BITS);
    const i = slot & PAGE_MASK;
    if (page.payloads !== undefined) page.payloads[i] = undefined;
    const g = (i << INT_ROW) | GENERATION;
    page.ints[g] = (page.ints[g] + 1) & GENERATION_MASK;
    this.free.push(slot);
  }

  private isDead(slot: number): boolean {
    return this.pages[slot >> PAGE_BITS].ints[((slot & PAGE_MASK) << INT_ROW) | HANDLER] === DEAD;
  }

  private removeTop(): void {
    this.hole = false;
    const n = --this.size;
    const time = this.times[n];
    this.times[n] = Infinity;
    if (n > 0) this.siftDown(time, this.slots[n]);
  }

  private sweep(): void {
    const n = this.size;
    this.size = 0;
    for (let i = 0; i < n; i++) {
      const slot = this.slots[i];
      const time = this.times[i];
      this.times[i] = Infinity;
      if (this.isDead(slot)) this.release(slot);
      else this.siftUp(this.size++, time, slot);
    }
    this.dead = 0;
  }

  private grow(): void {
    const size = this.slots.length * 2;
    const times = new Float64Array(size).fill(Infinity);
    const slots = new Int32Array(size);
    times.set(this.times);
    slots.set(this.slots);
    this.times = times;
    this.slots = slots;
  }

  private siftUp(place: number, time: number, slot: number): void {
    const times = this.times;
    const slots = this.slots;
    let i = place;
    while (i > 0) {
      const p = (i - 1) >> 2;
      const t = times[p];
      if (t < time || (t === time && !this.before(slot, slots[p]))) break;
      times[i] = t;
      slots[i] = slots[p];
      i = p;
    }
    times[i] = time;
    slots[i] = slot;
  }

  /**
   * From the top. The first of four children is found without branches, since which it is cannot be predicted:
   * comparisons are added up as numbers.
   */
  private siftDown(time: number, slot: number): void {
    const times = this.times;
    const slots = this.slots;
    const n = this.size;
    let i = 0;
    for (;;) {
      const k = (i << 2) + 1;
      if (k >= n) break;
      const t0 = times[k];
      const t1 = times[k + 1];
      const t2 = times[k + 2];
      const t3 = times[k + 3];
      const left = (k + +(t1 < t0)) | 0;
      const right = (k + 2 + +(t3 < t2)) | 0;
      const leftTime = times[left];
      const rightTime = times[right];
      let c = left ^ ((left ^ right) & (0 - +(rightTime < leftTime)));
      const best = times[c];
      if (time < best) break;
      if (t0 === t1 || t2 === t3 || leftTime === rightTime) c = this.firstOf(k, n);
      if (time === best && this.before(slot, slots[c])) break;
      times[i] = best;
      slots[i] = slots[c];
      i = c;
    }
    times[i] = time;
    slots[i] = slot;
  }

  /** The first in order of the children at k, k + 1, ... */
  private firstOf(k: number, n: number): number {
    let c = k;
    for (let j = k + 1; j < k + 4 && j < n; j++) {
      const t = this.times[j];
      if (t < this.times[c] || (t === this.times[c] && this.before(this.slots[j], this.slots[c]))) c = j;
    }
    return c;
  }

  private before(slot: number, slot2: number): boolean {
    const page = this.pages[slot >> PAGE_BITS];
    return eventIsLess(page, slot & PAGE_MASK, this.pages[slot2 >> PAGE_BITS], slot2 & PAGE_MASK);
  }

  // Snapshots

  save(): HeapState {
    if (this.hole) this.removeTop();
    this.token = {};
    return {
      times: this.times.slice(0, this.size),
      slots: this.slots.slice(0, this.size),
      dead: this.dead,
      pages: this.pages.slice(),
      slotCount: this.slotCount,
      free: this.free.slice(),
    };
  }

  load(state: HeapState): void {
    this.token = {};
    this.hole = false;
    this.resize(state.slots.length);
    this.times.set(state.times);
    this.slots.set(state.slots);
    this.dead = state.dead;
    this.pages = state.pages.slice();
    this.slotCount = state.slotCount;
    this.free = state.free.slice();
  }

  write(w: ByteWriter): void {
    if (this.hole) this.removeTop();
    w.u32(this.size);
    w.u32(this.dead);
    for (let i = 0; i < this.size; i++) w.u32(this.slots[i]);
    w.u32(this.slotCount);
    for (let slot = 0; slot < this.slotCount; slot++) {
      writeEvent(this.pages[slot >> PAGE_BITS], slot & PAGE_MASK, w);
    }
    w.u32(this.free.length);
    for (const slot of this.free) w.u32(slot);
  }

  read(r: ByteReader): void {
    this.token = {};
    this.hole = false;
    this.resize(r.u32());
    this.dead = r.u32();
    for (let i = 0; i < this.size; i++) this.slots[i] = r.u32();
    this.pages = [];
    this.slotCount = 0;
    const slots = r.u32();
    while (this.slotCount < slots) {
      const slot = this.newSlot();
      readEvent(this.pages[slot >> PAGE_BITS], slot & PAGE_MASK, r);
    }
    for (let i = 0; i < this.size; i++) {
      const slot = this.slots[i];
      this.times[i] = this.pages[slot >> PAGE_BITS].nums[(slot & PAGE_MASK) << ROW];
    }
    this.free = [];
    const free = r.u32();
    for (let i = 0; i < free; i++) this.free.push(r.u32());
  }

  /** Room for `size` events, to be written. */
  private resize(size: number): void {
    let capacity = 256;
    while (capacity < size + 4) capacity *= 2;
    this.times = new Float64Array(capacity).fill(Infinity);
    this.slots = new Int32Array(capacity);
    this.size = size;
  }
}
