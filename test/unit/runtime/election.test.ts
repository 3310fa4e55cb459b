import { describe, expect, it } from 'vitest';
import { request } from '../client/fakeServers.ts';
import { cluster, requests } from './toyController.ts';

const SECOND = 1_000_000;

function failover(seed: string) {
  const c = cluster({ replicas: 2, seed });
  c.world.injectAt(SECOND, c.servers.writeEvent, 0, 0, request('create', 'sets', 'web', { spec: { replicas: 1 } }));
  c.world.runUntil({ timeUs: 60 * SECOND + Number(seed) * 137_000 });
  const [leader, standby] = c.managers[0].isLeading ? [0, 1] : [1, 0];
  expect(c.managers[standby].isLeading).toBe(false);
  expect(c.managers[standby].informers.hasSynced(0)).toBe(false);
  const crashUs = c.world.nowUs;
  c.world.crash(c.world.componentId(`kube-controller-manager-${leader}`)!);
  c.world.injectAt(
    crashUs + SECOND,
    c.servers.writeEvent,
    0,
    0,
    request('update', 'sets', 'web', { spec: { replicas: 2 } }),
  );
  c.world.runUntil({ timeUs: crashUs + 40 * SECOND });
  expect(c.managers[standby].isLeading).toBe(true);
  const leases = requests(c.servers, 'leases.coordination.k8s.io', 'update').filter(({ tUs }) => tUs > crashUs);
  const pod = requests(c.servers, 'pods', 'create').find(({ tUs }) => tUs > crashUs)!;
  return {
    c,
    takeoverUs: leases[0].tUs - crashUs,
    secondWriteUs: leases[1].tUs - leases[0].tUs,
    firstWriteUs: pod.tUs - leases[0].tUs,
  };
}

describe('leader election', () => {
  it('hands over as recorded: lease after 13 to 23.8 s, 17 in the middle, a second write at once, controllers 1.5 to 2.7 s later', () => {
    const runs = Array.from({ length: 24 }, (_, i) => failover(String(i)));
    const takeovers = runs.map((r) => r.takeoverUs / SECOND).sort((a, b) => a - b);
    // A standby polls every 2 to 4.4 s: it sees the last renewal (up to 2 s before the crash) late, and the end of the
    // lease late: 15 - 2 to 15 + 4.4 + 4.4 s.
    expect(takeovers[0]).toBeGreaterThan(13);
    expect(takeovers.at(-1)).toBeLessThan(23.9);
    const middle = takeovers[12];
    expect(middle).toBeGreaterThan(15);
    expect(middle).toBeLessThan(19);
    for (const { secondWriteUs, firstWriteUs } of runs) {
      expect(secondWriteUs).toBeLessThan(10_000);
      expect(firstWriteUs / SECOND).toBeGreaterThan(1.4);
      expect(firstWriteUs / SECOND).toBeLessThan(2.7);
    }
    const { c } = runs[0];
    const [lease] = c.servers.all('leases.coordination.k8s.io').map((v) => v.object);
    expect(lease.spec.leaseTransitions).toBe(1);
    expect(lease.spec.leaseDurationSeconds).toBe(15);
    expect(lease.spec.holderIdentity).toMatch(
      /^kube-controller-manager-[01]_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(lease.spec.acquireTime < lease.spec.renewTime).toBe(true);
    const events = c.servers
      .all('events')
      .map((v) => v.object)
      .filter((e) => e.reason === 'LeaderElection');
    expect(events.map((e) => e.message.replace(/_.*? /, ' ')).sort()).toEqual([
      'kube-controller-manager-0 became leader',
      'kube-controller-manager-1 became leader',
    ]);
  });

  it('steps down when it cannot renew for 10 s, exits, and stands again', () => {
    const c = cluster({
      replicas: 2,
      fake: {
        // From 30 s on the first leader's writes of the Lease are lost.
        intercept: (r, nowUs) =>
          nowUs > 30 * SECOND &&
          nowUs < 60 * SECOND &&
          r.resource.startsWith('leases') &&
          r.agent.endsWith('leader-election') &&
          r.verb === 'update'
            ? 'lost'
            : undefined,
      },
    });
    c.world.runUntil({ timeUs: 31 * SECOND });
    expect(c.managers.filter((m) => m.isLeading)).toHaveLength(1);
    c.world.runUntil({ timeUs: 44 * SECOND });
    expect(c.managers.filter((m) => m.isLeading)).toHaveLength(0);
    c.world.runUntil({ timeUs: 120 * SECOND });
    expect(c.managers.filter((m) => m.isLeading)).toHaveLength(1);
  });

  it('never has two leaders that both run controllers when messages flow', () => {
    const c = cluster({ replicas: 3, seed: '5' });
    for (let t = 1; t <= 120; t++) {
      c.world.runUntil({ timeUs: t * SECOND });
      expect(c.managers.filter((m) => m.isLeading).length).toBeLessThanOrEqual(1);
    }
  });
});
