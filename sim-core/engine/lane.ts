import type { ByteReader, ByteWriter } from '../contracts/state.ts';
import { A, B, EventPage, eventIsLess, ORDER, PAGE, ROW, readEvent, writeEvent } from './event_page.ts';

/** The page of a lane that has none. Never written: its lanes have no room. */
const NO_PAGE = new EventPage({}, new ArrayBuffer(0));

/** A FIFO of events with one constant delay. */
export class Lane {
  readonly index: number;
  delayUs: number;
  /** Pages; `pages[at]` holds the head and has the absolute number `basePage`, the last holds the tail. */
  pages: EventPage[] = [];
  at = 0;
  basePage = 1;
  headOffset = 0;
  tailOffset = 0;
  /** Events from head to tail that are not cancelled. */
  live = 0;
  /** The pages of head and tail. */
  head: EventPage = NO_PAGE;
  tail: EventPage = NO_PAGE;
  /** The tail page may be written in place below this offset: PAGE, or 0 while it is shared with a snapshot. */
  room = 0;
  /** Ticket of the event at offset 0 of the tail page: (absolute place * 64) + index + 1. */
  tailTicket = 0;

  constructor(index: number, delayUs: number) {
    this.index = index;
    this.delayUs = delayUs;
  }

  /** (absolute place of the next event) * 64 + lane + 1: what the next ticket will be. */
  get nextTicket(): number {
    return (
      ((this.basePage + Math.max(0, this.pages.length - 1 - this.at)) * PAGE + this.tailOffset) * 64 + this.index + 1
    );
  }

  /** Lets the tail page be written in place, or makes one. */
  openTail(owner: object, spare: EventPage[]): void {
    const last = this.pages.length - 1;
    if (last < this.at || this.tailOffset === PAGE) {
      const page = spare.pop() ?? new EventPage(owner);
      page.owner = owner;
      this.pages.push(page);
      this.tailOffset = 0;
      if (last < this.at) {
        this.head = page;
        this.headOffset = 0;
      }
      this.tail = page;
    } else if (this.tail.owner !== owner) {
      this.tail = this.tail.copy(owner);
      this.pages[last] = this.tail;
      if (last === this.at) this.head = this.tail;
    }
    this.room = PAGE;
    const page = this.basePage + this.pages.length - 1 - this.at;
    this.tailTicket = page * PAGE * 64 + this.index + 1;
  }

  /** Moves the head to the next page. */
  leaveHeadPage(owner: object, spare: EventPage[]): void {
    const page = this.head;
    if (page.owner === owner && spare.length < 16) {
      page.payloads = undefined;
      spare.push(page);
    }
    this.at++;
    this.basePage++;
    this.headOffset = 0;
    if (this.at === this.pages.length) {
      this.pages = [];
      this.at = 0;
      this.tailOffset = 0;
      this.head = NO_PAGE;
      this.tail = NO_PAGE;
      this.room = 0;
      return;
    }
    if (this.at >= 64 && this.at * 2 >= this.pages.length) {
      this.pages = this.pages.slice(this.at);
      this.at = 0;
    }
    this.head = this.pages[this.at];
  }

  /** The page at `at + p`, ready to be written. */
  writablePage(p: number, owner: object): EventPage {
    const place = this.at + p;
    const page = this.pages[place];
    if (page.owner === owner) return page;
    const copy = page.copy(owner);
    this.pages[place] = copy;
    if (p === 0) this.head = copy;
    if (place === this.pages.length - 1) this.tail = copy;
    return copy;
  }

  /** Can an event be appended, in the total order? */
  fits(time: number, order: number, a: number, b: number): boolean {
    if (this.live === 0) return true;
    const nums = this.tail.nums;
    const n = (this.tailOffset - 1) << ROW;
    if (time !== nums[n]) return time > nums[n];
    if (order !== nums[n + ORDER]) return order > nums[n + ORDER];
    return a > nums[n + A] || (a === nums[n + A] && b >= nums[n + B]);
  }

  before(other: Lane): boolean {
    return eventIsLess(this.head, this.headOffset, other.head, other.headOffset);
  }

  /**
   * A lane with the same pages, for a saved state: it does not write to them. This one may still append to its last page, which
   * the other does not see; unless `isClosed`, as must be where others may have appended there.
   */
  share(isClosed: boolean): Lane {
    const twin = new Lane(this.index, this.delayUs);
    twin.pages = this.pages.slice(this.at);
    twin.basePage = this.basePage;
    twin.headOffset = this.headOffset;
    twin.tailOffset = this.tailOffset;
    twin.live = this.live;
    twin.findEnds();
    if (isClosed) this.room = 0;
    return twin;
  }

  tailTime(): number {
    return this.live === 0 ? -Infinity : this.tail.nums[(this.tailOffset - 1) << ROW];
  }

  headTime(): number {
    return this.live === 0 ? Infinity : this.head.nums[this.headOffset << ROW];
  }

  write(w: ByteWriter): void {
    w.f64(this.delayUs);
    w.f64(this.basePage);
    w.u32(this.pages.length - this.at);
    w.u32(this.headOffset);
    w.u32(this.tailOffset);
    w.u32(this.live);
    w.f64(this.nextTicket);
    for (let p = this.at; p < this.pages.length; p++) {
      const from = p === this.at ? this.headOffset : 0;
      const to = p === this.pages.length - 1 ? this.tailOffset : PAGE;
      for (let i = from; i < to; i++) writeEvent(this.pages[p], i, w);
    }
  }

  read(r: ByteReader, owner: object): void {
    this.delayUs = r.f64();
    this.basePage = r.f64();
    const pages = r.u32();
    this.headOffset = r.u32();
    this.tailOffset = r.u32();
    this.live = r.u32();
    // The next ticket, which follows from the rest.
    r.f64();
    for (let p = 0; p < pages; p++) {
      const page = new EventPage(owner);
      this.pages.push(page);
      const from = p === 0 ? this.headOffset : 0;
      const to = p === pages - 1 ? this.tailOffset : PAGE;
      for (let i = from; i < to; i++) readEvent(page, i, r);
    }
    this.findEnds();
  }

  private findEnds(): void {
    this.head = this.pages.length > 0 ? this.pages[this.at] : NO_PAGE;
    this.tail = this.pages.length > 0 ? this.pages[this.pages.length - 1] : NO_PAGE;
    this.room = 0;
  }
}
