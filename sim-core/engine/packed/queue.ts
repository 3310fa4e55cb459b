import type { HeapState } from '../event_heap.ts';
import {
  A,
  B,
  CAUSE,
  DELAY_MS,
  EventPage,
  eventIsLess,
  GENERATION,
  HANDLER,
  INCARNATION,
  INT_ROW,
  ORDER,
  PAGE,
  PAGE_BITS,
  PAGE_MASK,
  ROW,
  setPayload,
  WHY,
} from '../event_page.ts';
import { Lane } from '../lane.ts';
import type { LanesState } from '../lanes.ts';
import type { QueueState } from '../queue.ts';
import type { PackReader } from './reader.ts';
import { mergeNumbers, mergeWords, packWords, type WordPage } from './sections.ts';
import { PackWriter } from './writer.ts';

/** Payloads are mostly shared with others; what is alone in them is small. */
const PAYLOAD_BYTES = 100;
/** Rank and sequence are told apart: together they are too large to be a difference. */
const RANK_STEP = 1125899906842624; // 2^50
/** Columns of a row that is read or about to be written: time, rank, sequence, a, b, then the integers. */
const COLUMNS = 11;
const INTS = [HANDLER, CAUSE, WHY, INCARNATION, DELAY_MS, GENERATION] as const;

/** Rows of events in a list: each is written as it differs from the one before. */
class Rows {
  readonly row = new Float64Array(COLUMNS);
  payload: unknown;

  clear(): this {
    this.row.fill(0);
    return this;
  }

  take(page: EventPage, i: number, payload: unknown): this {
    const { row } = this;
    const order = page.nums[(i << ROW) | ORDER];
    row[0] = page.nums[i << ROW];
    row[1] = Math.floor(order / RANK_STEP);
    row[2] = order - row[1] * RANK_STEP;
    row[3] = page.nums[(i << ROW) | A];
    row[4] = page.nums[(i << ROW) | B];
    for (let k = 0; k < INTS.length; k++) row[5 + k] = page.ints[(i << INT_ROW) | INTS[k]];
    this.payload = payload;
    return this;
  }

  put(page: EventPage, i: number): void {
    const { row } = this;
    page.nums[i << ROW] = row[0];
    page.nums[(i << ROW) | ORDER] = row[1] * RANK_STEP + row[2];
    page.nums[(i << ROW) | A] = row[3];
    page.nums[(i << ROW) | B] = row[4];
    for (let k = 0; k < INTS.length; k++) page.ints[(i << INT_ROW) | INTS[k]] = row[5 + k];
    if (this.payload !== undefined || page.payloads !== undefined) setPayload(page, i, this.payload);
  }

  /** `last` = the row before, which becomes this one. */
  write(w: PackWriter, last: Rows): void {
    for (let k = 0; k < COLUMNS; k++) w.word(last.row[k], this.row[k]);
    w.value(this.payload, PAYLOAD_BYTES);
    last.row.set(this.row);
  }

  /** Over the row before. */
  read(r: PackReader): this {
    for (let k = 0; k < COLUMNS; k++) this.row[k] = r.word(this.row[k]);
    this.payload = r.value();
    return this;
  }
}

function isSameRow(page: EventPage, old: EventPage, i: number): boolean {
  for (let n = i << ROW; n <= ((i << ROW) | B); n++) if (!Object.is(page.nums[n], old.nums[n])) return false;
  for (const k of INTS) if (page.ints[(i << INT_ROW) | k] !== old.ints[(i << INT_ROW) | k]) return false;
  return page.payloads?.[i] === old.payloads?.[i];
}

/** Writes what makes a state of the queue of another. */
export function packQueue(w: PackWriter, state: QueueState, base: QueueState): void {
  for (const v of [state.size, state.nowUs, state.sequence]) w.number(v);
  packLanes(w, state.lanes, base.lanes);
  packHeap(w, state.heap, base.heap);
}

export function mergeQueues(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  mergeNumbers(a, b, w, 3);
  mergeLanes(a, b, w);
  mergeHeaps(a, b, w);
}

// Lanes

function packLanes(w: PackWriter, state: LanesState, base: LanesState): void {
  packWords(w, [state.watched], [base.watched], state.watched.length, 0);
  packWords(w, [state.hits], [base.hits], state.hits.length, 0);
  w.varint(state.lanes.length);
  state.lanes.forEach((lane, l) => {
    packLane(w, lane, base.lanes[l]);
  });
}

/** Absolute places of its first row, and behind its last. */
function ends({ basePage, headOffset, tailOffset, pages }: Lane): readonly [first: number, next: number] {
  if (pages.length === 0) return [0, 0];
  return [basePage * PAGE + headOffset, (basePage + pages.length - 1) * PAGE + tailOffset];
}

function packLane(w: PackWriter, lane: Lane, base: Lane | undefined): void {
  const { delayUs, basePage, headOffset, tailOffset, live, pages } = lane;
  for (const v of [delayUs, basePage, headOffset, tailOffset, live, pages.length]) w.number(v);
  const [first, next] = ends(lane);
  const [knownFirst, knownNext] = base === undefined ? [0, 0] : ends(base);
  const [rows, last] = [new Rows(), new Rows()];
  w.open();
  for (let at = first; at < next; at++) {
    const p = Math.floor(at / PAGE);
    const i = at % PAGE;
    const page = pages[p - basePage];
    if (base !== undefined && at >= knownFirst && at < knownNext) {
      const old = base.pages[p - base.basePage];
      if (page === old || isSameRow(page, old, i)) continue;
    }
    w.mark(at);
    rows.take(page, i, page.payloads?.[i]).write(w, last);
  }
  w.close();
}

function mergeLanes(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  mergeWords(a, b, w);
  mergeWords(a, b, w);
  const [over, under] = [a?.varint() ?? 0, b?.varint() ?? 0];
  w.varint(a === undefined ? under : over);
  for (let l = 0; l < Math.max(over, under); l++) {
    // A lane that the state above does not have is gone.
    const isGone = a !== undefined && l >= over;
    mergeLane(l < over ? a : undefined, l < under ? b : undefined, isGone ? new PackWriter() : w);
  }
}

function mergeLane(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  const [, basePage, headOffset, tailOffset, , pages] = mergeNumbers(a, b, w, 6);
  const first = basePage * PAGE + headOffset;
  const next = pages === 0 ? first : (basePage + pages - 1) * PAGE + tailOffset;
  mergeRowLists(a, b, w, first, next);
}

/** Rows at places; of those below only the ones within [from, to). */
function mergeRowLists(
  a: PackReader | undefined,
  b: PackReader | undefined,
  w: PackWriter,
  from: number,
  to: number,
): void {
  const [over, under, last] = [new Rows(), new Rows(), new Rows()];
  w.open();
  let i = a === undefined ? -1 : a.next(-1);
  let j = b === undefined ? -1 : b.next(-1);
  while (i >= 0 || j >= 0) {
    const isOver = j < 0 || (i >= 0 && i <= j);
    const isBoth = i === j;
    if (isBoth || !isOver) under.read(b as PackReader);
    if (isOver) {
      w.mark(i);
      over.read(a as PackReader).write(w, last);
      i = (a as PackReader).next(i);
    } else if (j >= from && j < to) {
      w.mark(j);
      under.write(w, last);
    }
    if (isBoth || !isOver) j = (b as PackReader).next(j);
  }
  w.close();
}

// The heap

function isFree(free: Int32Array, slot: number): boolean {
  return slot >>> 5 < free.length && (free[slot >>> 5] & (1 << (slot & 31))) !== 0;
}

/**
 * Rows of events that are pending. The row of a free slot does not count but for its generation, so of a slot that is free in the
 * base the whole row is written, and of one that became free that it did.
 */
function packHeap(w: PackWriter, state: HeapState, base: HeapState): void {
  for (const v of [state.nearEnd, state.dead, state.slotCount, state.free.length]) w.number(v);
  packWords(w, [state.free], [base.free], Math.max(state.free.length, base.free.length), 0);
  const [rows, last] = [new Rows(), new Rows()];
  w.open();
  state.pages.forEach((page, p) => {
    const old = base.pages[p] as EventPage | undefined;
    if (page === old && hasSameFree(state.free, base.free, p)) return;
    const end = Math.min(PAGE, state.slotCount - p * PAGE);
    for (let i = 0; i < end; i++) {
      const slot = p * PAGE + i;
      const [free, wasFree] = [isFree(state.free, slot), slot >= base.slotCount || isFree(base.free, slot)];
      const g = (i << INT_ROW) | GENERATION;
      if (
        free
          ? wasFree && old !== undefined && old.ints[g] === page.ints[g]
          : !wasFree && old !== undefined && (page === old || isSameRow(page, old, i))
      )
        continue;
      w.mark(slot);
      rows.take(page, i, free ? undefined : page.payloads?.[i]);
      if (free) rows.row.fill(0, 0, COLUMNS - 1);
      rows.write(w, last);
    }
  });
  w.close();
}

/** Are the same slots of a page free? */
function hasSameFree(free: Int32Array, base: Int32Array, p: number): boolean {
  const from = (p * PAGE) >>> 5;
  for (let word = from; word < from + (PAGE >>> 5); word++) if ((free[word] ?? 0) !== (base[word] ?? 0)) return false;
  return true;
}

function mergeHeaps(a: PackReader | undefined, b: PackReader | undefined, w: PackWriter): void {
  const [, , slotCount] = mergeNumbers(a, b, w, 4);
  mergeWords(a, b, w);
  mergeRowLists(a, b, w, 0, slotCount);
}

// Unpacking

/** A state of the queue that is changed step by step; its pages are copied once. */
export class QueueThaw {
  private readonly owner = {};
  private readonly rows = new Rows();
  private state: QueueState;
  private readonly lanes: Lane[];
  private readonly pages: EventPage[];
  private readonly watched: Float64Array;
  private readonly hits: Int32Array;
  private free: Int32Array;
  private slotCount: number;

  constructor(state: QueueState) {
    this.state = state;
    this.lanes = state.lanes.lanes.map((lane) => lane.share(true));
    this.watched = state.lanes.watched.slice();
    this.hits = state.lanes.hits.slice();
    this.pages = state.heap.pages.slice();
    this.free = state.heap.free.slice();
    this.slotCount = state.heap.slotCount;
  }

  unpack(r: PackReader): void {
    const [size, nowUs, sequence] = [r.number(), r.number(), r.number()];
    readWords(r, this.watched);
    readWords(r, this.hits);
    const lanes = r.varint();
    while (this.lanes.length < lanes) this.lanes.push(new Lane(this.lanes.length, 0));
    this.lanes.length = lanes;
    for (const lane of this.lanes) this.unpackLane(r, lane);
    const [nearEnd, dead] = [r.number(), r.number()];
    this.unpackHeap(r);
    this.state = { ...this.state, size, nowUs, sequence, heap: { ...this.state.heap, nearEnd, dead } };
  }

  private unpackLane(r: PackReader, lane: Lane): void {
    lane.delayUs = r.number();
    const basePage = r.number();
    lane.headOffset = r.number();
    lane.tailOffset = r.number();
    lane.live = r.number();
    const pages: EventPage[] = [];
    for (let p = basePage, end = basePage + r.number(); p < end; p++) {
      const known = lane.pages[p - lane.basePage] as EventPage | undefined;
      pages.push(known ?? new EventPage(this.owner));
    }
    lane.pages = pages;
    lane.basePage = basePage;
    this.readRows(r, pages, basePage * PAGE);
  }

  private unpackHeap(r: PackReader): void {
    this.slotCount = r.number();
    const words = r.number();
    if (words !== this.free.length) {
      const free = new Int32Array(Math.max(words, this.free.length));
      free.set(this.free);
      this.free = free;
    }
    readWords(r, this.free);
    this.free = this.free.slice(0, words);
    const { pages } = this;
    const count = Math.ceil(this.slotCount / PAGE);
    while (pages.length < count) pages.push(new EventPage(this.owner));
    pages.length = count;
    this.readRows(r, pages, 0);
    // Slots that were never used are of generation 0.
    const used = this.slotCount & PAGE_MASK;
    if (used > 0) this.own(pages, count - 1).ints.fill(0, used << INT_ROW);
  }

  private readRows(r: PackReader, pages: EventPage[], base: number): void {
    const rows = this.rows.clear();
    for (let at = r.next(-1); at >= 0; at = r.next(at)) {
      const place = at - base;
      rows.read(r).put(this.own(pages, Math.floor(place / PAGE)), place % PAGE);
    }
  }

  private own(pages: EventPage[], p: number): EventPage {
    const page = pages[p];
    if (page.owner === this.owner) return page;
    const copy = page.copy(this.owner);
    pages[p] = copy;
    return copy;
  }

  /** For `EventQueue.load`. */
  finish(): QueueState {
    const { heap } = this.state;
    const { pages, slotCount, free } = this;
    const [near, later] = [[] as number[], [] as number[]];
    for (let slot = 0; slot < slotCount; slot++)
      if (!isFree(free, slot)) (timeOf(pages, slot) < heap.nearEnd ? near : later).push(slot);
    // In ascending order they are a heap; equal times are put in order there.
    near.sort((x, y) => (isBefore(pages, x, y) ? -1 : 1));
    const times = Float64Array.from(near, (slot) => timeOf(pages, slot));
    return {
      ...this.state,
      lanes: { lanes: this.lanes, watched: this.watched, hits: this.hits },
      heap: {
        ...heap,
        near: { times, slots: Int32Array.from(near) },
        ring: Int32Array.from(later),
        pages,
        slotCount,
        free,
      },
    };
  }
}

function readWords(r: PackReader, words: WordPage): void {
  for (let at = r.next(-1); at >= 0; at = r.next(at)) words[at] = r.word(words[at]);
}

function timeOf(pages: readonly EventPage[], slot: number): number {
  return pages[slot >> PAGE_BITS].nums[(slot & PAGE_MASK) << ROW];
}

function isBefore(pages: readonly EventPage[], x: number, y: number): boolean {
  return eventIsLess(pages[x >> PAGE_BITS], x & PAGE_MASK, pages[y >> PAGE_BITS], y & PAGE_MASK);
}
