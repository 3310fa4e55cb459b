import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RANK_EXTERNAL, RANK_FAULT, RANK_ORDINARY, RANK_SKIPPABLE } from '../../sim-core/contracts/engine.ts';
import { ByteSink, ByteSource, EventQueue } from '../../sim-core/engine/index.ts';

interface Pending {
  readonly time: number;
  readonly rank: number;
  readonly seq: number;
  readonly handler: number;
  readonly a: number;
  readonly b: number;
  readonly payload: unknown;
  ticket: number;
}

/** The oracle: an array that is sorted before each pop. */
class SortedArray {
  events: Pending[] = [];

  pop(untilUs: number): Pending | undefined {
    this.events.sort(compare);
    return this.events.length > 0 && this.events[0].time <= untilUs ? this.events.shift() : undefined;
  }
}

function compare(x: Pending, y: Pending): number {
  if (x.time !== y.time) return x.time - y.time;
  if (x.rank !== y.rank) return x.rank - y.rank;
  if (x.rank !== RANK_SKIPPABLE) return x.seq - y.seq;
  return x.handler - y.handler || x.a - y.a || x.b - y.b;
}

// Few delays, so that lanes form and times tie; skippable (handler, a, b) are unique.
const delay = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 10, 1000, 1_000_000) },
  { weight: 2, arbitrary: fc.nat(50) },
  { weight: 2, arbitrary: fc.nat(6_000_000) },
  { weight: 1, arbitrary: fc.nat(5_000_000_000) },
);
const rank = fc.constantFrom(RANK_EXTERNAL, RANK_FAULT, RANK_ORDINARY, RANK_ORDINARY, RANK_ORDINARY, RANK_SKIPPABLE);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), delay, rank, a: fc.nat(5), n: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pop' as const), n: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), n: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('save' as const, 'load' as const, 'copy' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump' as const), n: fc.nat(2000) }) },
);

describe('event queue', () => {
  it('pops what a sorted array pops, over cancels, snapshots and copies', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
        let queue = new EventQueue();
        const oracle = new SortedArray();
        let unique = 0;
        let saved: { state: ReturnType<EventQueue['save']>; events: Pending[] } | undefined;
        const popOne = (untilUs: number) => {
          const expected = oracle.pop(untilUs);
          expect(queue.pop(untilUs)).toBe(expected !== undefined);
          if (expected === undefined) return;
          expect([queue.nowUs, queue.handler, queue.a, queue.b]).toEqual([
            expected.time,
            expected.handler,
            expected.a,
            expected.b,
          ]);
          expect(queue.payload).toBe(expected.payload);
          expect(queue.cancel(expected.ticket)).toBe(false);
        };
        for (const act of actions) {
          if (act.do === 'push') {
            for (let k = 0; k < act.n; k++) {
              const b = (unique++ * 7919) % 1_000_003;
              // Not in the order of insertion, so that ties of skippable events are told apart by (a, b) alone.
              const handler = (act.n % 2) + 1;
              const a = act.a ^ (k & 3);
              const payload = b % 3 === 0 ? b : undefined;
              const seq = queue.sequence;
              const time = queue.nowUs + act.delay;
              const ticket = queue.push(act.delay, act.rank, handler, a, b, 0, 0, 0, 0, payload);
              oracle.events.push({ time, rank: act.rank, seq, handler, a, b, payload, ticket });
            }
          } else if (act.do === 'pop') for (let k = 0; k < act.n; k++) popOne(Infinity);
          else if (act.do === 'jump') {
            const until = queue.nowUs + act.n;
            while (oracle.events.some((e) => e.time <= until)) popOne(until);
            popOne(until);
            queue.nowUs = until;
          } else if (act.do === 'cancel') {
            const event = oracle.events[act.n % Math.max(1, oracle.events.length)];
            if (event === undefined) continue;
            expect(queue.cancel(event.ticket)).toBe(true);
            expect(queue.cancel(event.ticket)).toBe(false);
            oracle.events = oracle.events.filter((e) => e !== event);
          } else if (act.do === 'save') saved = { state: queue.save(), events: oracle.events.slice() };
          else if (act.do === 'load' && saved !== undefined) {
            queue.load(saved.state);
            oracle.events = saved.events.slice();
          } else if (act.do === 'copy') {
            const bytes = new ByteSink();
            queue.write(bytes);
            queue = new EventQueue();
            queue.read(new ByteSource(bytes.finish()));
          }
          expect(queue.size).toBe(oracle.events.length);
          const first = Math.min(...oracle.events.map((e) => e.time));
          expect(queue.peekTime()).toBe(first);
        }
        while (oracle.events.length > 0) popOne(Infinity);
        expect(queue.pop()).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('cancels in a lane and in the heap without touching a snapshot', () => {
    const queue = new EventQueue();
    const tickets: number[] = [];
    for (let i = 0; i < 40; i++) tickets.push(queue.push(1000, RANK_ORDINARY, 1, i, 0, 0, 0, 0, 0, undefined));
    const state = queue.save();
    for (const i of [2, 30, 39]) expect(queue.cancel(tickets[i])).toBe(true);
    expect(queue.list().length).toBe(37);
    queue.load(state);
    expect(queue.list().map((event) => event.a)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (const i of [2, 30, 39]) expect(queue.cancel(tickets[i])).toBe(true);
  });

  it('keeps its order with thousands of events in many lanes', () => {
    const queue = new EventQueue();
    let last = [0, 0];
    let seed = 1;
    const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8;
    const delays = Array.from({ length: 60 }, (_, i) => 100 + i * 37);
    for (let i = 0; i < 5000; i++) queue.push(delays[next() % 60], RANK_ORDINARY, 1, i, 0, 0, 0, 0, 0, undefined);
    for (let i = 0; i < 200_000; i++) {
      queue.pop();
      const key = [queue.nowUs, queue.order];
      expect(key[0] > last[0] || (key[0] === last[0] && key[1] > last[1])).toBe(true);
      last = key;
      const delayUs = next() % 10 < 8 ? delays[next() % 60] : next() % 5000;
      queue.push(delayUs, RANK_ORDINARY, 1, i, 0, 0, 0, 0, 0, undefined);
    }
    expect(queue.size).toBe(5000);
  });

  it('pops what is left in order after most events near and far were cancelled, again and again', () => {
    let queue = new EventQueue();
    let seed = 7;
    const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8;
    const live = new Map<number, number>();
    let serial = 0;
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 3000; i++) {
        const delayUs = [next() % 900, next() % 4_000_000, next() % 40_000_000][i % 3];
        live.set(serial, queue.push(delayUs, RANK_ORDINARY, 1, serial, queue.nowUs + delayUs, 0, 0, 0, 0, undefined));
        serial++;
      }
      for (const [a, ticket] of live) {
        if (next() % 10 === 0) continue;
        expect(queue.cancel(ticket)).toBe(true);
        expect(queue.cancel(ticket)).toBe(false);
        live.delete(a);
      }
      expect(queue.size).toBe(live.size);
      const copy = new EventQueue();
      copy.load(queue.save());
      queue = copy;
      let last = [queue.nowUs, -1];
      for (let n = live.size >> 1; n > 0; n--) {
        expect(queue.pop()).toBe(true);
        expect(queue.b).toBe(queue.nowUs);
        expect(queue.nowUs > last[0] || (queue.nowUs === last[0] && queue.order > last[1])).toBe(true);
        last = [queue.nowUs, queue.order];
        expect(live.delete(queue.a)).toBe(true);
      }
    }
    while (queue.pop()) expect(live.delete(queue.a)).toBe(true);
    expect(live.size).toBe(0);
  });
});
