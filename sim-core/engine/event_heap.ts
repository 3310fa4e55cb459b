import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import {
  DEAD,
  EventPage,
  GENERATION,
  HANDLER,
  INT_ROW,
  PAGE_BITS,
  PAGE_MASK,
  ROW,
  readEvent,
  writeEvent,
} from './event_page.ts';
import { FreeSlots } from './free_slots.ts';
import { SlotHeap, type SlotHeapState } from './slot_heap.ts';

/** 2^22 events at once. */
export const SLOT_LIMIT = 4194304;
/** In place of the lane in the tickets of events in the heap. */
export const HEAP_CODE = 63;
const GENERATION_MASK = 0x1ffffff; // 25 bits: a ticket is stale for sure until its slot was used 33 M times

/** Width of a bucket in µs, and how many there are: the ring reaches four seconds ahead. */
const BUCKET_US = 1024;
const RING = 4096;
const RING_MASK = RING - 1;
const NONE = -1;

export interface HeapState {
  readonly near: SlotHeapState;
  /** Slots in the ring; those that are neither here nor in `near` nor free are later. */
  readonly ring: Int32Array;
  readonly nearEnd: number;
  readonly dead: number;
  readonly pages: readonly EventPage[];
  readonly slotCount: number;
  readonly free: Int32Array;
}

/**
 * The events that no lane took; they lie at their slots, in pages. What is due before `nearEnd` is in a small heap, what
 * is due in the next seconds lies unsorted in a ring of buckets until its bucket is next, and what is later is in a
 * second heap. So most pushes are cheap, and pops sift through what is near only.
 */
export class EventHeap {
  pages: EventPage[] = [];
  /** Not empty while there is any event. Its first place may be a hole. */
  readonly near = new SlotHeap(this);
  /** The top was taken and its place not filled: most handlers schedule, and the new event then sinks from there. */
  hole = false;
  /** Cancelled events that are still in the heaps and the ring. */
  dead = 0;
  private readonly later = new SlotHeap(this);
  /** Everything due before is in `near`: the end of a bucket. */
  private nearEnd = BUCKET_US;
  /** First slot of each bucket, and the slot that follows each one there. */
  private readonly heads = new Int32Array(RING).fill(NONE);
  private next = new Int32Array(256);
  private ringCount = 0;
  private token: object = {};
  private slotCount = 0;
  private readonly free = new FreeSlots();

  /** A free slot; its row is to be written before `enter`. A slot that was used before gets its next generation. */
  takeSlot(): number {
    if (this.free.count === 0) return this.newSlot();
    const slot = this.free.takeLowest();
    const g = ((slot & PAGE_MASK) << INT_ROW) | GENERATION;
    const { ints } = this.writablePage(slot >> PAGE_BITS);
    ints[g] = (ints[g] + 1) & GENERATION_MASK;
    return slot;
  }

  /** Page `p` of the slots, ready to be written. */
  writablePage(p: number): EventPage {
    const page = this.pages[p];
    return page.owner === this.token ? page : this.ownPage(p);
  }

  /** Puts the event written at `slot` in its place. */
  enter(slot: number, time: number): void {
    if (time >= this.nearEnd) this.enterFar(slot, time);
    else if (this.hole) {
      this.hole = false;
      this.near.replaceTop(time, slot);
    } else this.near.add(time, slot);
  }

  /** Frees the slot of the first event and leaves a hole at the top. */
  releaseTop(): void {
    this.hole = true;
    this.release(this.near.slots[0]);
  }

  /** Makes the top of `near` the first live event. */
  settle(): void {
    const { near } = this;
    if (this.hole) {
      this.hole = false;
      near.removeTop();
    }
    for (;;) {
      while (this.dead > 0 && near.size > 0 && this.isDead(near.slots[0])) {
        this.bury(near.slots[0]);
        near.removeTop();
      }
      if (near.size > 0 || this.ringCount + this.later.size === 0) return;
      this.advance();
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
    if (slot >= this.slotCount || this.generation(slot) !== generation) return false;
    if (this.isDead(slot) || this.free.has(slot)) return false;
    const page = this.writablePage(slot >> PAGE_BITS);
    const i = slot & PAGE_MASK;
    page.ints[(i << INT_ROW) | HANDLER] = DEAD;
    if (page.payloads !== undefined) page.payloads[i] = undefined;
    this.dead++;
    if (this.hole) this.settle();
    if (this.dead > 256 && this.dead * 2 > this.near.size + this.ringCount + this.later.size) this.sweep();
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

  /** Leaves its page alone while a saved state shares it, and its row as it is. */
  private release(slot: number): void {
    const { owner, payloads } = this.pages[slot >> PAGE_BITS];
    if (payloads !== undefined && owner === this.token) payloads[slot & PAGE_MASK] = undefined;
    this.free.add(slot);
  }

  private isDead(slot: number): boolean {
    return this.pages[slot >> PAGE_BITS].ints[((slot & PAGE_MASK) << INT_ROW) | HANDLER] === DEAD;
  }

  private bury(slot: number): void {
    this.release(slot);
    this.dead--;
  }

  // What is far

  private enterFar(slot: number, time: number): void {
    if (this.near.size === 0) {
      // Nothing is pending: the window begins with this event.
      this.nearEnd = (Math.floor(time / BUCKET_US) + 1) * BUCKET_US;
      this.near.add(time, slot);
    } else if (time < this.nearEnd + (RING - 1) * BUCKET_US) {
      // `&` takes the integer part modulo 2^32, whatever the size.
      const bucket = (time / BUCKET_US) & RING_MASK;
      if (slot >= this.next.length) this.growNext(slot);
      this.next[slot] = this.heads[bucket];
      this.heads[bucket] = slot;
      this.ringCount++;
    } else this.later.add(time, slot);
  }

  /** Moves the window to the next bucket that is not empty, and its events into `near`, which is empty. */
  private advance(): void {
    const { near, later, heads } = this;
    let bucket = this.nearEnd / BUCKET_US;
    const laterBucket = Math.floor(later.times[0] / BUCKET_US);
    if (this.ringCount === 0) bucket = laterBucket;
    else while (heads[bucket & RING_MASK] === NONE && bucket < laterBucket) bucket++;
    this.nearEnd = (bucket + 1) * BUCKET_US;
    const place = bucket & RING_MASK;
    for (let slot = heads[place]; slot !== NONE; slot = this.next[slot]) {
      this.ringCount--;
      if (this.dead > 0 && this.isDead(slot)) this.bury(slot);
      else near.add(this.timeOf(slot), slot);
    }
    heads[place] = NONE;
    while (later.times[0] < this.nearEnd) {
      const slot = later.slots[0];
      // As those of the ring: when a slot becomes free must not depend on where it waited, which a restored state does not know.
      if (this.dead > 0 && this.isDead(slot)) this.bury(slot);
      else near.add(later.times[0], slot);
      later.removeTop();
    }
  }

  private timeOf(slot: number): number {
    return this.pages[slot >> PAGE_BITS].nums[(slot & PAGE_MASK) << ROW];
  }

  private growNext(slot: number): void {
    let size = this.next.length;
    while (size <= slot) size *= 2;
    const grown = new Int32Array(size);
    grown.set(this.next);
    this.next = grown;
  }

  private ringSlots(): Int32Array {
    const slots = new Int32Array(this.ringCount);
    let n = 0;
    if (this.ringCount > 0)
      for (const head of this.heads) for (let slot = head; slot !== NONE; slot = this.next[slot]) slots[n++] = slot;
    return slots;
  }

  private sweep(): void {
    const { near, later } = this;
    const all = [...near.slots.subarray(0, near.size), ...this.ringSlots(), ...later.slots.subarray(0, later.size)];
    this.clear();
    let first = NONE;
    for (const slot of all)
      if (this.isDead(slot)) this.bury(slot);
      else if (first === NONE || this.timeOf(slot) < this.timeOf(first)) first = slot;
    if (first === NONE) return;
    // The window goes on from where it is, or an event before it would come too late. If nothing is left of what was near, it begins
    // with the earliest event: with any other it would depend on where they waited.
    this.enter(first, this.timeOf(first));
    for (const slot of all) if (slot !== first && !this.free.has(slot)) this.enter(slot, this.timeOf(slot));
  }

  private clear(): void {
    this.near.clear();
    this.later.clear();
    this.heads.fill(NONE);
    this.ringCount = 0;
  }

  // Snapshots

  save(): HeapState {
    if (this.hole) this.settle();
    this.token = {};
    return {
      near: this.near.save(),
      ring: this.ringSlots(),
      nearEnd: this.nearEnd,
      dead: this.dead,
      pages: this.pages.slice(),
      slotCount: this.slotCount,
      free: this.free.save(),
    };
  }

  load(state: HeapState): void {
    this.token = {};
    this.hole = false;
    this.clear();
    this.near.load(state.near);
    this.nearEnd = state.nearEnd;
    this.dead = state.dead;
    this.pages = state.pages.slice();
    this.slotCount = state.slotCount;
    this.free.load(state.free);
    const known = new Uint8Array(state.slotCount);
    for (const slot of this.free.list()) known[slot] = 1;
    for (const slot of state.near.slots) known[slot] = 1;
    for (const slot of state.ring) {
      known[slot] = 1;
      this.enterFar(slot, this.timeOf(slot));
    }
    for (let slot = 0; slot < state.slotCount; slot++) if (known[slot] === 0) this.later.add(this.timeOf(slot), slot);
  }

  write(w: ByteWriter): void {
    if (this.hole) this.settle();
    w.u32(this.dead);
    w.u32(this.slotCount);
    for (let slot = 0; slot < this.slotCount; slot++) {
      writeEvent(this.pages[slot >> PAGE_BITS], slot & PAGE_MASK, w, this.free.has(slot));
    }
    const { near, later } = this;
    const slots = [near.slots.subarray(0, near.size), this.ringSlots(), later.slots.subarray(0, later.size)];
    w.u32(near.size + this.ringCount + later.size);
    for (const part of slots) for (const slot of part) w.u32(slot);
    w.u32(this.free.count);
    for (const slot of this.free.list()) w.u32(slot);
  }

  read(r: ByteReader): void {
    this.token = {};
    this.hole = false;
    this.clear();
    this.dead = r.u32();
    this.pages = [];
    this.slotCount = 0;
    const slots = r.u32();
    while (this.slotCount < slots) {
      const slot = this.newSlot();
      readEvent(this.pages[slot >> PAGE_BITS], slot & PAGE_MASK, r);
    }
    // The first ones are those of `near`, so the window begins where it did.
    const pending = r.u32();
    for (let i = 0; i < pending; i++) {
      const slot = r.u32();
      this.enter(slot, this.timeOf(slot));
    }
    this.free.load(new Int32Array(32));
    const free = r.u32();
    for (let i = 0; i < free; i++) this.free.add(r.u32());
  }
}
