import { describe, expect, test } from 'vitest';
import type { StoredVersion } from '../../sim-core/apiserver/version.ts';
import { buildCluster, type Cluster } from '../../sim-core/index.ts';
import { swarmScenario } from './swarm.ts';

const only = process.env['COMPACT_SEED'];
const seeds = only === undefined ? [11] : [Number(only)];

const END_S = 96;
const STEP_S = 12;

/** All pods as etcd has them, and what the watch caches of the servers have. */
function podsOf({ etcd, apiServers }: Cluster): readonly (readonly [string, string, number])[] {
  const { history } = etcd;
  const at = history.compacted > 0 ? history.compacted : 1;
  const kvs = [at, Number.MAX_SAFE_INTEGER].flatMap((rv) => history.range('/registry/pods/', '/registry/pods0', rv));
  const stored = kvs.map(({ key, value }): [string, string, number] => {
    const version = value as StoredVersion;
    return [key, JSON.stringify(version.object), version.hash];
  });
  const cached = apiServers.servers.flatMap(({ cache }) => cache.list('pods', ''));
  return [...stored, ...cached.map(({ object, hash }): [string, string, number] => ['', JSON.stringify(object), hash])];
}

const compactOnes = ({ etcd }: Cluster) =>
  etcd.history
    .range('/registry/pods/', '/registry/pods0', Number.MAX_SAFE_INTEGER)
    .filter(({ value }) => (value as StoredVersion).hasForm).length;

describe('compact pods', () => {
  for (const seed of seeds)
    test(`seed ${seed}: whenever pods become compact, everybody sees the same`, () => {
      const scenario = swarmScenario(seed);
      const build = (compactAfterUs: number, fireAllTimers = false) =>
        buildCluster(scenario, { keepRecords: false, compactAfterUs, fireAllTimers });
      const general = build(-1);
      const others = [build(0), build(2_500_000)];
      let most = 0;
      for (let s = STEP_S; s <= END_S; s += STEP_S) {
        for (const { world } of [general, ...others]) world.runUntil({ timeUs: s * 1e6 });
        const wanted = podsOf(general);
        for (const other of others) {
          expect(other.world.digest(), `after ${s} s`).toBe(general.world.digest());
          const before = other.world.snapshot();
          expect(podsOf(other)).toEqual(wanted);
          // There and back again: what has become compact meanwhile stays so.
          other.world.runUntil({ timeUs: (s + 7) * 1e6 });
          other.world.restore(before);
          expect(podsOf(other)).toEqual(wanted);
          most = Math.max(most, compactOnes(other));
        }
        expect(compactOnes(general)).toBe(0);
      }
      expect(most).toBeGreaterThan(5);
    }, 300_000);
});
