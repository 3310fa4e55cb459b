import { describe, expect, test } from 'vitest';
import { buildCluster } from '../../sim-core/index.ts';
import { runSwarm, swarmScenario } from './swarm.ts';

/** `SWARM_SEED=17 npx vitest run test/property/swarm.test.ts` runs one seed; `SWARM_SEEDS=100-199` runs others. */
const only = process.env['SWARM_SEED'];
const [from, to] = (process.env['SWARM_SEEDS'] ?? '1-16').split('-').map(Number);
const seeds = only !== undefined ? [Number(only)] : Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Wall time after which no further seed is begun: a slow machine runs fewer of them, and says so. */
const BUDGET_MS = only !== undefined ? 600_000 : Number(process.env['SWARM_BUDGET_MS'] ?? 40_000);

describe('swarm', () => {
  const digests = new Map<number, string>();
  test(
    'random clusters with faults keep every invariant, and converge',
    () => {
      const started = performance.now();
      const failures: string[] = [];
      let ran = 0;
      let quiet = 0;
      for (const seed of seeds) {
        if (performance.now() - started > BUDGET_MS) break;
        const result = runSwarm(buildCluster(swarmScenario(seed), { checkers: true, keepRecords: false }));
        digests.set(seed, result.digest);
        ran++;
        if (result.quiet) quiet++;
        if (result.violations.length > 0)
          failures.push(
            `seed ${seed}, repeat with: SWARM_SEED=${seed} npx vitest run test/property/swarm.test.ts\n  ${result.violations.join('\n  ')}`,
          );
      }
      console.log(`swarm: ${ran} of ${seeds.length} seeds, ${quiet} came to rest, ${failures.length} failed`);
      expect(failures.join('\n')).toBe('');
      expect(ran).toBeGreaterThan(0);
      // Crash loops never rest; most clusters do.
      if (ran >= 8) expect(quiet).toBeGreaterThan(ran / 2);
    },
    BUDGET_MS + 600_000,
  );

  test('checkers do not change a run', () => {
    const seed = seeds[0];
    const digest =
      digests.get(seed) ?? runSwarm(buildCluster(swarmScenario(seed), { checkers: true, keepRecords: false })).digest;
    expect(runSwarm(buildCluster(swarmScenario(seed), { keepRecords: false })).digest).toBe(digest);
  });
});
