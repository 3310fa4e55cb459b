import { describe, expect, it } from 'vitest';
import { createWorld, firstDifference } from '../../../sim-core/engine/index.ts';
import { Heart } from './toys.ts';

const hearts = () => [new Heart('a', 10_000), new Heart('b', 10_000), new Heart('c', 7_001)];
const world = (seed = '42') => createWorld({ seed, components: hearts(), freeze: true });

describe('world', () => {
  it('gives equal digests to equal seeds and different ones to different seeds', () => {
    const [x, y, z] = [world(), world(), world('43')];
    for (const w of [x, y, z]) w.runUntil({ timeUs: 30_000_000 });
    expect(x.eventsRun).toBeGreaterThan(20_000);
    expect(y.digest()).toBe(x.digest());
    expect(z.digest()).not.toBe(x.digest());
  });

  it('gives the same digest in slices of any size', () => {
    const whole = world();
    whole.runUntil({ timeUs: 5_000_000 });
    const slices = world();
    for (let t = 1000; t <= 5_000_000; t += 1000) slices.runUntil({ timeUs: t });
    const steps = world();
    while (steps.nextEventUs <= 5_000_000) steps.step();
    expect(slices.digest()).toBe(whole.digest());
    expect(steps.digest()).toBe(whole.digest());
  });

  it('continues from a snapshot and from bytes with the same digest and state', () => {
    const whole = world();
    whole.runUntil({ timeUs: 3_000_000 });
    const snapshot = whole.snapshot();
    const bytes = whole.serialise();
    whole.runUntil({ timeUs: 9_000_000 });
    const end = whole.digest();
    const fresh = createWorld({ seed: '42', components: hearts(), from: bytes });
    fresh.runUntil({ timeUs: 9_000_000 });
    expect(fresh.digest()).toBe(end);
    expect(firstDifference(fresh, whole)).toBeUndefined();
    const fork = createWorld({ seed: '42', components: hearts(), from: snapshot });
    fork.runUntil({ timeUs: 4_000_000 });
    whole.restore(snapshot);
    whole.runUntil({ timeUs: 9_000_000 });
    fork.runUntil({ timeUs: 9_000_000 });
    expect(whole.digest()).toBe(end);
    expect(fork.digest()).toBe(end);
    expect(fork.hashes()).toEqual(whole.hashes());
  });
});
