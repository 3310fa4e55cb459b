import { type EventPage, eventIsLess, PAGE_BITS, PAGE_MASK } from './event_page.ts';

/** Where the rows of events lie, by slot. */
export interface Rows {
  readonly pages: readonly EventPage[];
}

/**
 * A 4-ary heap of slots over typed arrays of times and slots. Orders are read from the rows, since equal times are rare.
 */
export class SlotHeap {
  /** Infinity from `size` on, so that an empty heap has no special case and every family has four children. */
  times: Float64Array = new Float64Array(256).fill(Infinity);
  slots: Int32Array = new Int32Array(256);
  size = 0;
  private readonly rows: Rows;

  constructor(rows: Rows) {
    this.rows = rows;
  }

  add(time: number, slot: number): void {
    if (this.size + 4 > this.slots.length) this.resize(this.slots.length * 2);
    this.siftUp(this.size++, time, slot);
  }

  /** Puts an event in the place of the first one. */
  replaceTop(time: number, slot: number): void {
    this.siftDown(time, slot);
  }

  removeTop(): void {
    const n = --this.size;
    const time = this.times[n];
    this.times[n] = Infinity;
    if (n > 0) this.siftDown(time, this.slots[n]);
  }

  clear(): void {
    this.times.fill(Infinity, 0, this.size);
    this.size = 0;
  }

  save(): SlotHeapState {
    return { times: this.times.slice(0, this.size), slots: this.slots.slice(0, this.size) };
  }

  load({ times, slots }: SlotHeapState): void {
    this.size = 0;
    let capacity = 256;
    while (capacity < slots.length + 4) capacity *= 2;
    this.resize(capacity);
    this.times.set(times);
    this.slots.set(slots);
    this.size = slots.length;
  }

  /** Keeps the first `size` entries. */
  private resize(capacity: number): void {
    const times = new Float64Array(capacity).fill(Infinity);
    const slots = new Int32Array(capacity);
    times.set(this.times.subarray(0, this.size));
    slots.set(this.slots.subarray(0, this.size));
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
    const { pages } = this.rows;
    return eventIsLess(pages[slot >> PAGE_BITS], slot & PAGE_MASK, pages[slot2 >> PAGE_BITS], slot2 & PAGE_MASK);
  }
}

export interface SlotHeapState {
  readonly times: Float64Array;
  readonly slots: Int32Array;
}
