import { afterAll, describe, expect, test } from 'vitest';
import type { SwarmResult } from '../property/swarm.ts';
import { bundleWith, PLANTED_BUGS, runSeed } from './plant.ts';

/**
 * Each planted bug is found by its checker on its seed, and the same seed is clean without it: the checkers are alive and raise
 * no false alarm. `node scripts/run-ts.mjs test/planted/search.ts NAME FROM TO` finds another seed when one has gone stale.
 */
describe('planted bugs', () => {
  let sound: Promise<string> | undefined;
  const clean = new Map<string, Promise<SwarmResult>>();
  const bundleOfNone = () => (sound ??= bundleWith('none', []));

  afterAll(() => clean.clear());

  test('there are at least ten, each with a name of its own', () => {
    expect(new Set(PLANTED_BUGS.map((b) => b.name)).size).toBe(PLANTED_BUGS.length);
    expect(PLANTED_BUGS.length).toBeGreaterThanOrEqual(10);
  });

  for (const { name, checker, seed, edits } of PLANTED_BUGS) {
    test(`${name}: found by ${checker} on seed ${seed}, which is clean without it`, async () => {
      // The sound run goes on in its own process meanwhile; seeds are shared.
      const restores = checker === 'restore-continues-equal';
      const key = restores ? checker : String(seed);
      const sources = await bundleOfNone();
      if (!clean.has(key)) clean.set(key, runSeed(sources, seed, restores ? checker : undefined));
      const planted = await runSeed(await bundleWith(name, edits), seed, checker);
      expect(planted.checkers, planted.violations.join('\n')).toContain(checker);
      const { violations } = (await clean.get(key)) as SwarmResult;
      expect(violations).toEqual([]);
    }, 300_000);
  }

  // npm run nightly: how many seeds of a range catch each bug, and which is the first.
  const range = process.env['PLANTED_SEARCH'];
  test.skipIf(range === undefined)('every planted bug is found within the searched seeds (nightly)', async () => {
    const [from, to] = (range ?? '1-1').split('-').map(Number);
    const missed: string[] = [];
    for (const { name, checker, edits } of PLANTED_BUGS) {
      const bundle = await bundleWith(name, edits);
      let seed = from;
      while (seed <= to && !(await runSeed(bundle, seed, checker)).checkers.includes(checker)) seed++;
      if (seed > to) missed.push(name);
      else console.log(`${name}: first found by ${checker} on seed ${seed}`);
    }
    expect(missed).toEqual([]);
  });
});
