import { describe, expect, test } from 'vitest';
import { type BuildOptions, buildCluster, type Cluster, runCluster } from '../../sim-core/index.ts';
import { swarmScenario } from './swarm.ts';

/** `EVENT_SEEDS=20-29 npx vitest run test/property/computedEvents.test.ts` runs other random clusters. */
const [from, to] = (process.env['EVENT_SEEDS'] ?? '5-6').split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, i) => from + i);

function run(seed: number, options: BuildOptions): Cluster {
  const cluster = buildCluster(swarmScenario(seed), options);
  runCluster(cluster);
  return cluster;
}

function runsOf(cluster: Cluster, handler: string): number {
  return cluster.world.handlerRuns().reduce((sum, one) => sum + (one.handler === handler ? one.runs : 0), 0);
}

describe('creates of Events that are computed, in random clusters with faults', () => {
  for (const seed of seeds)
    test(`seed ${seed}: the whole way of each gives the same records, versions and revisions`, () => {
      const lazy = run(seed, {});
      const fired = run(seed, { fireAllTimers: true });
      expect(runsOf(lazy, 'eventWritten')).toBeGreaterThan(50);
      expect(runsOf(fired, 'catchUp')).toBeGreaterThan(runsOf(lazy, 'catchUp'));
      expect(fired.world.digest()).toBe(lazy.world.digest());
    }, 300_000);
});
