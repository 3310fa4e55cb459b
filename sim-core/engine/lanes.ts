import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { DEAD, type EventPage, HANDLER, INT_ROW, PAGE, ROW } from './event_page.ts';
import { Lane } from './lane.ts';

const MAX_LANES = 32;
/** Places of the memory of delays. */
const WATCHED = 256;
const LANE_AFTER_HITS = 6;

/**
 * The doubles that pushes and pops need, in one typed array, so that the compiler checks it once and knows that they
 * are doubles: the clock, the next sequence number, the time of the first head of a lane, a lower bound of those of the
 * other lanes (Infinity for none), then the times of the first event of each lane, or Infinity, and of its last, or
 * -Infinity.
 */
export const NOW = 0;
export const SEQUENCE = 1;
export const FIRST_HEAD = 2;
export const SECOND_HEAD = 3;
export const HEADS = 4;
export const TAILS = HEADS + MAX_LANES;

export interface LanesState {
  readonly lanes: readonly Lane[];
  readonly watched: Float64Array;
  readonly hits: Int32Array;
}

/**
 * Lanes: FIFOs of events with one constant delay. Such events arrive sorted, so a push is an append and a pop moves a
 * head. Lanes are found by themselves: a delay that repeats gets one.
 */
export class Lanes {
  lanes: Lane[] = [];
  readonly times: Float64Array = new Float64Array(TAILS + MAX_LANES);
  private readonly noLane = new Lane(-1, -1);
  /** The lane with the first head; one without events when all are empty. */
  first: Lane = this.noLane;
  private token: object = {};
  private spare: EventPage[] = [];
  /** Direct-mapped memory of recent delays, and how often each came; -2 - lane once it has one. */
  private watched: Float64Array = new Float64Array(WATCHED).fill(-1);
  private hits: Int32Array = new Int32Array(WATCHED);

  constructor() {
    this.refresh();
  }

  /** The lane of a delay, or -1. Remembers delays, so that one that repeats gets its lane. */
  laneOf(delayUs: number): number {
    const w = Math.imul(delayUs, 0x9e3779b1) >>> 24;
    const hit = this.hits[w];
    return hit < 0 && this.watched[w] === delayUs ? -2 - hit : this.notice(w, delayUs);
  }

  /** Gives a lane room for one event behind its tail. */
  openTail(lane: Lane): void {
    lane.openTail(this.token, this.spare);
  }

  /** The event just appended is the first of its lane that is live. */
  becameHead(lane: Lane, time: number): void {
    while (lane.pages.length - 1 > lane.at) lane.leaveHeadPage(this.token, this.spare);
    lane.headOffset = lane.tailOffset - 1;
    const times = this.times;
    times[HEADS + lane.index] = time;
    const isFirst = time < times[FIRST_HEAD] || (time === times[FIRST_HEAD] && lane.before(this.first));
    if (isFirst) {
      times[SECOND_HEAD] = times[FIRST_HEAD];
      times[FIRST_HEAD] = time;
      this.first = lane;
    } else if (time < times[SECOND_HEAD]) times[SECOND_HEAD] = time;
  }

  /** Moves the head of the first lane, whose event was taken, to its next live event. */
  advanceFirst(): void {
    const lane = this.first;
    const next = ++lane.headOffset;
    if (--lane.live > 0 && next < PAGE && lane.head.ints[(next << INT_ROW) | HANDLER] !== DEAD) {
      const time = lane.head.nums[next << ROW];
      const times = this.times;
      times[HEADS + lane.index] = time;
      if (time < times[SECOND_HEAD]) {
        times[FIRST_HEAD] = time;
        return;
      }
    } else this.skipDead(lane);
    this.findFirst();
  }

  cancel(l: number, place: number): boolean {
    const lane = this.lanes[l];
    if (lane === undefined || lane.live === 0) return false;
    const offset = place % PAGE;
    const p = (place - offset) / PAGE - lane.basePage;
    const pages = lane.pages.length - lane.at;
    if (p < 0 || p >= pages || (p === 0 && offset < lane.headOffset)) return false;
    if (p === pages - 1 && offset >= lane.tailOffset) return false;
    const handler = (offset << INT_ROW) | HANDLER;
    if (lane.pages[lane.at + p].ints[handler] === DEAD) return false;
    const page = lane.writablePage(p, this.token);
    page.ints[handler] = DEAD;
    if (page.payloads !== undefined) page.payloads[offset] = undefined;
    lane.live--;
    if (p === 0 && offset === lane.headOffset) {
      this.skipDead(lane);
      this.findFirst();
    }
    return true;
  }

  /** Moves the head of a lane to its first live event. */
  private skipDead(lane: Lane): void {
    if (lane.live === 0) {
      while (lane.pages.length - 1 > lane.at) lane.leaveHeadPage(this.token, this.spare);
      if (lane.tailOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      else lane.headOffset = lane.tailOffset;
      this.times[TAILS + lane.index] = -Infinity;
    } else {
      if (lane.headOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      while (lane.head.ints[(lane.headOffset << INT_ROW) | HANDLER] === DEAD) {
        if (++lane.headOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      }
    }
    this.times[HEADS + lane.index] = lane.headTime();
  }

  private findFirst(): void {
    const times = this.times;
    const noLane = this.noLane;
    let first = noLane;
    let best = Infinity;
    let second = Infinity;
    for (let l = 0; l < this.lanes.length; l++) {
      const time = times[HEADS + l];
      if (time < best || (time === best && first !== noLane && this.lanes[l].before(first))) {
        second = best;
        best = time;
        first = this.lanes[l];
      } else if (time < second) second = time;
    }
    this.first = first;
    times[FIRST_HEAD] = best;
    times[SECOND_HEAD] = second;
  }

  private notice(w: number, delayUs: number): number {
    const hit = this.hits[w];
    if (this.watched[w] === delayUs) {
      if (hit < LANE_AFTER_HITS) this.hits[w] = hit + 1;
      return hit + 1 < LANE_AFTER_HITS ? -1 : this.openLane(w, delayUs);
    }
    // First sight: it takes the place of one that does not repeat.
    if (hit > 0) this.hits[w] = hit - 1;
    else if (hit === 0 || this.lanes[-2 - hit].live === 0) {
      this.watched[w] = delayUs;
      this.hits[w] = 0;
    }
    return -1;
  }

  /** Gives a delay its lane: a new one, or an empty one that another delay had. -1 when all are in use. */
  private openLane(w: number, delayUs: number): number {
    let l = this.lanes.findIndex((lane) => lane.delayUs === delayUs);
    if (l < 0) {
      l = this.lanes.length;
      if (l < MAX_LANES) this.lanes.push(new Lane(l, delayUs));
      else {
        l = this.lanes.findIndex((lane) => lane.live === 0);
        if (l < 0) return -1;
        const old = Math.imul(this.lanes[l].delayUs, 0x9e3779b1) >>> 24;
        if (this.hits[old] === -2 - l) this.hits[old] = 0;
        this.lanes[l].delayUs = delayUs;
      }
    }
    this.hits[w] = -2 - l;
    return l;
  }

  // Snapshots

  save(): LanesState {
    this.token = {};
    return {
      lanes: this.lanes.map((lane) => lane.share(false)),
      watched: this.watched.slice(),
      hits: this.hits.slice(),
    };
  }

  load(state: LanesState): void {
    this.token = {};
    this.spare = [];
    this.lanes = state.lanes.map((lane) => lane.share(true));
    this.watched = state.watched.slice();
    this.hits = state.hits.slice();
    this.refresh();
  }

  write(w: ByteWriter): void {
    w.u32(this.lanes.length);
    for (const lane of this.lanes) lane.write(w);
  }

  read(r: ByteReader): void {
    this.token = {};
    this.spare = [];
    this.lanes = [];
    const lanes = r.u32();
    for (let l = 0; l < lanes; l++) {
      const lane = new Lane(l, 0);
      lane.read(r, this.token);
      this.lanes.push(lane);
    }
    this.refresh();
  }

  writeWatch(w: ByteWriter): void {
    for (const delayUs of this.watched) w.f64(delayUs);
    for (const hit of this.hits) w.u32(hit + 64);
  }

  readWatch(r: ByteReader): void {
    this.watched = this.watched.map(() => r.f64());
    this.hits = this.hits.map(() => r.u32() - 64);
  }

  private refresh(): void {
    this.times.fill(Infinity, HEADS, TAILS);
    this.times.fill(-Infinity, TAILS);
    this.lanes.forEach((lane, l) => {
      this.times[HEADS + l] = lane.headTime();
      this.times[TAILS + l] = lane.tailTime();
    });
    this.findFirst();
  }
}
