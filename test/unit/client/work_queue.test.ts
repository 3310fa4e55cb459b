import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { QueueUser } from './toys.ts';

/** One op: at `atUs` add `key` after `delayUs` (0 = now). */
interface Op {
  readonly atUs: number;
  readonly key: string;
  readonly delayUs: number;
}

function play(ops: readonly Op[], workers: number, workUs: number, fails?: (key: string, nowUs: number) => boolean) {
  const user = new QueueUser(workers, workUs, fails);
  const world = createWorld({ seed: 'q', components: [user], freeze: true });
  for (const op of ops) world.injectAt(op.atUs, user.opHandler, 0, op.delayUs, op.key);
  world.runUntil({ timeUs: 60_000_000 });
  return { user, world };
}

/** The documented semantics, step by step on a list of pending things: dirty set, processing set, earliest delayed add. */
function model(ops: readonly Op[], workers: number, workUs: number): { tUs: number; key: string }[] {
  const runs: { tUs: number; key: string }[] = [];
  const waiting: string[] = [];
  const dirty = new Set<string>();
  const processing = new Map<string, number>();
  const delayed = new Map<string, number>();
  const inputs = [...ops];
  const add = (key: string) => {
    if (dirty.has(key)) return;
    dirty.add(key);
    if (!processing.has(key)) waiting.push(key);
  };
  const dispatch = (t: number) => {
    while (processing.size < workers && waiting.length > 0) {
      const key = waiting.shift()!;
      dirty.delete(key);
      processing.set(key, t + workUs);
      runs.push({ tUs: t, key });
    }
  };
  for (;;) {
    const next = Math.min(...inputs.map((o) => o.atUs), ...delayed.values(), ...processing.values());
    if (next === Infinity) return runs;
    // Instants are distinct by construction (see the generator), so one thing happens at a time.
    const input = inputs.findIndex((o) => o.atUs === next);
    const ripe = [...delayed].find(([, due]) => due === next);
    const done = [...processing].find(([, end]) => end === next);
    if (input >= 0) {
      const { key, delayUs } = inputs.splice(input, 1)[0];
      if (delayUs === 0) add(key);
      else delayed.set(key, Math.min(delayed.get(key) ?? Infinity, next + delayUs));
    } else if (ripe) {
      delayed.delete(ripe[0]);
      add(ripe[0]);
    } else if (done) {
      processing.delete(done[0]);
      if (dirty.has(done[0])) waiting.push(done[0]);
    }
    dispatch(next);
  }
}

describe('work queue', () => {
  it('behaves like the model of dirty and processing sets', () => {
    const op = fc.record({
      step: fc.integer({ min: 1, max: 40 }),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      delay: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.array(op, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 30 }),
        (raw, workers, work) => {
          // Ops on multiples of 1000 µs, delays of n·1000 + 100 + i and work of n·1000 + 7: few instants coincide.
          let atUs = 0;
          const ops = raw.map(({ step, key, delay }, i) => {
            atUs += step * 1000;
            return { atUs, key, delayUs: delay === 0 ? 0 : delay * 1000 + 100 + i };
          });
          const workUs = work * 1000 + 7;
          const expected = model(ops, workers, workUs);
          expect(play(ops, workers, workUs).user.log()).toEqual(expected);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  it('backs off a failing key 5 ms · 2^n up to 1000 s and forgets after a success', () => {
    const { user } = play([{ atUs: 1, key: 'x', delayUs: 0 }], 1, 1, (_key, nowUs) => nowUs < 1_000_000);
    const times = user.log().map(({ tUs }) => tUs);
    const gaps = times.slice(1).map((t, i) => t - times[i] - 1);
    expect(gaps).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000]);
    expect(user.queue.retries('x')).toBe(0);
  });

  it('limits failures of all keys to 10 a second after a burst of 100', () => {
    const ops = Array.from({ length: 120 }, (_, i) => ({ atUs: 1, key: `k${i}`, delayUs: 0 }));
    const { user } = play(ops, 1000, 1, (_key, nowUs) => nowUs < 100);
    const second = user
      .log()
      .slice(120)
      .map(({ tUs }) => tUs);
    expect(second[99]).toBe(5_002);
    // The 20 failures beyond the burst get one token each 100 ms.
    expect(second.slice(100)).toEqual(Array.from({ length: 20 }, (_, i) => 100_002 + i * 100_000));
  });

  it('joins later causes to the add that made the key dirty', () => {
    const { user } = play(
      [
        { atUs: 1, key: 'x', delayUs: 5 },
        { atUs: 2, key: 'x', delayUs: 0 },
      ],
      1,
      100,
    );
    expect(user.log()).toEqual([
      { tUs: 2, key: 'x' },
      { tUs: 102, key: 'x' },
    ]);
  });

  it('forgets keys that are done, and works on those that come back', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i % 12_000}`);
    const { user, world } = play(
      keys.map((key, i) => ({ atUs: 10 * (i + 1), key, delayUs: 0 })),
      4,
      5,
    );
    expect(user.log().map(({ key }) => key)).toEqual(keys);
    const held = [...world.container(user.name, 'queue/keys')!.rows()];
    expect(held.length).toBeLessThan(5000);
  });
});
