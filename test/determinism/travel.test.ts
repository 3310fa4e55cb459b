import { describe, expect, it } from 'vitest';
import { draw, streamKey } from '../../sim-core/engine/index.ts';
import { buildCluster, type Cluster, TravelSession } from '../../sim-core/index.ts';
import { loaded, shippedBundle } from '../unit/support/scenarios.ts';

const SEEKS = 6;

const stateOf = ({ world }: Cluster) => JSON.stringify([world.digest(), world.nowUs, world.eventsRun, world.hashes()]);

/** D4: however one moves about in a run, every instant is what it is in a straight run. */
describe('D4: seeking about', () => {
  for (const name of ['failures/etcd-leader-loss', 'failures/drain'])
    it(name, () => {
      const scenario = loaded(shippedBundle(name));
      const { durationUs } = scenario.spec;
      const key = streamKey({ lo: 7, hi: 11 }, name);
      const instants = Array.from({ length: SEEKS }, (_, i) => draw(key, 0, i) % durationUs);
      const straight = buildCluster(scenario);
      const expected = new Map<number, string>();
      for (const at of [...instants, durationUs].sort((a, b) => a - b)) {
        straight.world.runUntil({ timeUs: at });
        expected.set(at, stateOf(straight));
      }
      const session = TravelSession.create(scenario, { build: { checkers: false }, keyframes: { maxCount: 40 } });
      // Half of the seeks come before what they go to was run, the others are in the past.
      for (const at of instants) {
        session.seek(at).finish();
        expect(stateOf(session.cluster) === expected.get(at), `at ${at} µs`).toBe(true);
        session.previous('reconcile').finish();
        session.next('message').finish();
      }
      while (session.advance({ events: 5000 }).stopped === 'events') {}
      expect(stateOf(session.cluster) === expected.get(durationUs)).toBe(true);
      const leaf = session.fork();
      leaf.seek(instants[0]).finish();
      expect(stateOf(leaf.cluster) === expected.get(instants[0])).toBe(true);
      while (leaf.advance().stopped === 'events') {}
      expect(leaf.cluster.world.digest()).toBe(straight.world.digest());
    });
});
