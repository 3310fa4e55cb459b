import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { DEAD, type EventPage, HANDLER, INT_ROW, PAGE, ROW } from './event_page.ts';
import { Lane } from './lane.ts';

const MAX_LANES = 32;
/** Places of the memory of delays. */
const WATCHED = 256;
const LANE_AFTER_HITS = 6;

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
  /** Time of the first event of each lane, or Infinity; of its last, or -Infinity. */
  readonly headTimes = new Float64Array(MAX_LANES).fill(Infinity);
  readonly tailTimes = new Float64Array(MAX_LANES).fill(-Infinity);
  /** The lane with the first head, or -1 when all are empty. */
  first = -1;
  /** Time of the first head, and a lower bound of those of the other lanes; Infinity for none. */
  readonly bounds = new Float64Array(2).fill(Infinity);
  private token: object = {};
  private spare: EventPage[] = [];
  /** Direct-mapped memory of recent delays, and how often each came; -2 - lane once it has one. */
  private watched: Float64Array = new Float64Array(WATCHED).fill(-1);
  private hits: Int32Array = new Int32Array(WATCHED);

  /** The lane of a delay, or -1. Remembers delays, so that one that repeats gets its lane. */
  laneOf(delayUs: number): number {
    const w = Math.imul(delayUs, 0x9e3779b1) >>> 24;
    const hit = this.hits[w];
    return hit < 0 && this.watched[w] === delayUs ? -2 - hit : this.notice(w, delayUs);
  }

  /** The lane, with room for one event behind its tail. */
  opened(l: number): Lane {
    const lane = this.lanes[l];
    if (lane.tailOffset >= lane.room) lane.openTail(this.token, this.spare);
    return lane;
  }

  /** The event just appended is the first of lane `l` that is live. */
  becameHead(l: number, time: number): void {
    const lane = this.lanes[l];
    while (lane.pages.length - 1 > lane.at) lane.leaveHeadPage(this.token, this.spare);
    lane.headOffset = lane.tailOffset - 1;
    this.headTimes[l] = time;
    const f = this.first;
    const bounds = this.bounds;
    if (f < 0 || time < bounds[0] || (time === bounds[0] && lane.before(this.lanes[f]))) {
      bounds[1] = bounds[0];
      bounds[0] = time;
      this.first = l;
    } else if (time < bounds[1]) bounds[1] = time;
  }

  /** Moves the head of the first lane, whose event was taken, to its next live event. */
  advanceFirst(): void {
    const l = this.first;
    const lane = this.lanes[l];
    const next = ++lane.headOffset;
    if (--lane.live > 0 && next < PAGE && lane.head.ints[(next << INT_ROW) | HANDLER] !== DEAD) {
      const time = lane.head.nums[next << ROW];
      this.headTimes[l] = time;
      if (time < this.bounds[1]) {
        this.bounds[0] = time;
        return;
      }
    } else this.skipDead(l);
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
      this.skipDead(l);
      this.findFirst();
    }
    return true;
  }

  /** Moves the head of a lane to its first live event. */
  private skipDead(l: number): void {
    const lane = this.lanes[l];
    if (lane.live === 0) {
      while (lane.pages.length - 1 > lane.at) lane.leaveHeadPage(this.token, this.spare);
      if (lane.tailOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      else lane.headOffset = lane.tailOffset;
      this.tailTimes[l] = -Infinity;
    } else {
      if (lane.headOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      while (lane.head.ints[(lane.headOffset << INT_ROW) | HANDLER] === DEAD) {
        if (++lane.headOffset === PAGE) lane.leaveHeadPage(this.token, this.spare);
      }
    }
    this.headTimes[l] = lane.headTime();
  }

  private findFirst(): void {
    const times = this.headTimes;
    let first = -1;
    let best = Infinity;
    let second = Infinity;
    for (let l = 0; l < this.lanes.length; l++) {
      const time = times[l];
      if (time < best || (time === best && first >= 0 && this.lanes[l].before(this.lanes[first]))) {
        second = best;
        best = time;
        first = l;
      } else if (time < second) second = time;
    }
    this.first = first;
    this.bounds[0] = best;
    this.bounds[1] = second;
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
    return { lanes: this.lanes.map((lane) => lane.share()), watched: this.watched.slice(), hits: this.hits.slice() };
  }

  load(state: LanesState): void {
    this.token = {};
    this.spare = [];
    this.lanes = state.lanes.map((lane) => lane.share());
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
    this.headTimes.fill(Infinity);
    this.tailTimes.fill(-Infinity);
    this.lanes.forEach((lane, l) => {
      this.headTimes[l] = lane.headTime();
      this.tailTimes[l] = lane.tailTime();
    });
    this.findFirst();
  }
}
