import { A, B, type EventPage, NUMS, ORDER, PAGE } from './event_page.ts';

/** A FIFO of events with one constant delay. */
export class Lane {
  delayUs: number;
  /** Pages from the head's to the tail's; `pages[0]` has the absolute number `basePage`. */
  pages: EventPage[] = [];
  at = 0;
  basePage: number;
  headOffset = 0;
  tailOffset = 0;
  /** Events from head to tail that are not cancelled. */
  live = 0;
  /** (absolute place of the next event) * 64 + lane + 1. */
  nextTicket: number;

  constructor(delayUs: number, basePage: number, lane: number) {
    this.delayUs = delayUs;
    this.basePage = basePage;
    this.nextTicket = basePage * PAGE * 64 + lane + 1;
  }
}

/** Can an event be appended to the lane, in the total order? */
export function fitsBehind(lane: Lane, time: number, order: number, a: number, b: number): boolean {
  if (lane.live === 0) return true;
  const { nums } = lane.pages[lane.pages.length - 1];
  const n = (lane.tailOffset - 1) * NUMS;
  if (time !== nums[n]) return time > nums[n];
  if (order !== nums[n + ORDER]) return order > nums[n + ORDER];
  return a > nums[n + A] || (a === nums[n + A] && b >= nums[n + B]);
}
