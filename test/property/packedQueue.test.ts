import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RANK_ORDINARY } from '../../sim-core/contracts/engine.ts';
import { QueueThaw } from '../../sim-core/engine/packed/queue.ts';
import { EventQueue } from '../../sim-core/engine/queue.ts';

const push = (queue: EventQueue, delayUs: number): number =>
  queue.push(delayUs, RANK_ORDINARY, 1, 0, 0, 0, 0, 0, 0, undefined);

/** A queue that goes on from a state as it is saved, and one from the same state unpacked. */
function twins(of: EventQueue): readonly [EventQueue, EventQueue] {
  const state = of.save();
  const [saved, thawed] = [new EventQueue(), new EventQueue()];
  saved.load(state);
  thawed.load(new QueueThaw(state).finish());
  return [saved, thawed];
}

/** Numbers that look drawn, below `n`. */
function drawing(seed: number): (n: number) => number {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

describe('a queue that was unpacked', () => {
  it('gives the same events and the same tickets as the one that was saved', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const draw = drawing(seed);
        const tickets: number[] = [];
        const play = (queues: readonly EventQueue[]): void => {
          const what = draw(10);
          const [delayUs, at] = [draw([20_000_000, 3000, 5_000_000, 5_000_000][draw(4)]), draw(tickets.length + 1)];
          const [ticket = 0] = what === 0 || what === 1 ? tickets.splice(at, 1) : [];
          const results = queues.map((queue) => {
            if (what < 2) return queue.cancel(ticket);
            return what < 5 ? queue.pop() && [queue.nowUs, queue.order] : push(queue, delayUs);
          });
          for (const result of results) if (String(result) !== String(results[0])) expect(results).toEqual([]);
          if (what >= 5) tickets.push(results[0] as number);
        };
        const queue = new EventQueue();
        for (let i = draw(2000); i > 0; i--) play([queue]);
        const both = twins(queue);
        for (let i = 0; i < 2000; i++) play([queue, ...both]);
      }),
      { numRuns: 100 },
    );
  });

  it('sweeps what was cancelled to the same effect', () => {
    const queue = new EventQueue();
    push(queue, 100);
    // It waits behind the window, which then moves on to it.
    push(queue, 5_000_000);
    push(queue, 2_000_000);
    const next = push(queue, 2_000_001);
    queue.pop();
    queue.pop();
    const [saved, thawed] = twins(queue).map((q) => {
      // Before the one that waits in the order of time, behind it in that of the buckets.
      push(q, 1_900_000);
      const cancelled = [next, ...Array.from({ length: 300 }, (_, i) => push(q, 1000 + 3000 * i))];
      for (const ticket of cancelled) q.cancel(ticket);
      // Two of one bucket, the second of which is cancelled.
      push(q, 2_500_000);
      q.cancel(push(q, 2_500_001));
      q.pop();
      const nextUs = q.peekTime();
      return [q.nowUs, nextUs, Array.from({ length: 400 }, (_, i) => push(q, 3_000_000 + 7 * i))];
    });
    expect(saved.slice(0, 2)).toEqual([3_900_000, 4_500_000]);
    expect(thawed).toEqual(saved);
  });
});
