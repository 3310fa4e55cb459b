import { describe, expect, it } from 'vitest';
import { buildCluster, type Cluster } from '../../sim-core/index.ts';
import { loaded, shippedBundle } from '../unit/support/scenarios.ts';

/** The plain way: a transport that does not tell when a message will be there schedules each as an event of its own. */
function ran(name: string, together: boolean): Cluster {
  const scenario = loaded(shippedBundle(name));
  const cluster = buildCluster(scenario, { keepRecords: false });
  if (!together) delete (cluster.links.transport as { arrivalUs?: unknown }).arrivalUs;
  cluster.world.runUntil({ timeUs: scenario.spec.durationUs });
  return cluster;
}

describe('what is at one client at one instant', () => {
  for (const name of ['failures/etcd-leader-loss', 'failures/crash-loop', 'failures/drain']) {
    it(`${name}: gives the records that events of their own give`, { timeout: 600_000 }, () => {
      const [plain, together] = [ran(name, false), ran(name, true)];
      expect(together.world.digest()).toBe(plain.world.digest());
      expect(together.world.eventsRun).toBeLessThan(plain.world.eventsRun);
    });
  }
});
