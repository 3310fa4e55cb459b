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

  for (const { name, checker, seed, mode, edits } of PLANTED_BUGS) {
    test.concurrent(`${name}: found by ${checker} on seed ${seed}, which is clean without it`, async () => {
      const bundle = await bundleWith(name, edits);
      const planted = await runSeed(bundle, seed, mode);
      expect(planted.checkers, planted.violations.join('\n')).toContain(checker);
      const key = `${seed} ${mode}`;
      if (!clean.has(key))
        clean.set(
          key,
          bundleOfNone().then((sources) => runSeed(sources, seed, mode)),
        );
      const { violations, quiet } = (await clean.get(key)) as SwarmResult;
      expect(violations).toEqual([]);
      expect(quiet).toBe(true);
    });
  }
});
