import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../sim-core/contracts/index.ts';
import { firstDifference } from '../../../sim-core/engine/index.ts';
import { failure, request } from '../client/fakeServers.ts';
import { cluster, requests } from './toyController.ts';

const write = (
  c: ReturnType<typeof cluster>,
  tUs: number,
  verb: 'create' | 'update' | 'delete',
  resource: string,
  name: string,
  body = {},
) => c.world.injectAt(tUs, c.servers.writeEvent, 0, 0, request(verb, resource, name, body));

const alone = { leaderElect: false, limit: { qps: 1000, burst: 1000 } } as const;

describe('plan execution', () => {
  it('creates in batches of 1, 2, 4, 8 and stops at the first that fails', () => {
    const intercept = (r: ApiRequest, nowUs: number) =>
      r.resource === 'pods' && r.body?.metadata.labels?.index === '5' && nowUs < 1_020_000
        ? failure(403, 'Forbidden')
        : undefined;
    const c = cluster({ ...alone, fake: { intercept } });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 20 } });
    c.world.runUntil({ timeUs: 1_012_000 });
    const sizes = new Map<number, number>();
    for (const { tUs } of requests(c.servers, 'pods', 'create')) sizes.set(tUs, (sizes.get(tUs) ?? 0) + 1);
    // The fourth batch would be 8; instead a new try begins with 1.
    expect([...sizes.values()]).toEqual([1, 2, 4, 1, 2]);
    c.world.runUntil({ timeUs: 5_000_000 });
    expect(c.servers.all('pods')).toHaveLength(20);
  });

  it('holds syncs back until its creations are seen', () => {
    const c = cluster({ ...alone });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 10 } });
    // Many changes while the creations are under way: nothing is created twice.
    for (let i = 0; i < 20; i++)
      write(c, 1_002_000 + i * 500, 'update', 'sets', 'web', { spec: { replicas: 10 }, note: i });
    c.world.runUntil({ timeUs: 5_000_000 });
    expect(requests(c.servers, 'pods', 'create')).toHaveLength(10);
    expect(c.servers.all('sets')[0].object.status).toEqual({ replicas: 10 });
  });

  it('lowers expectations for creations that failed or were never sent', () => {
    const intercept = (r: { verb: string; resource: string }, nowUs: number) =>
      r.verb === 'create' && r.resource === 'pods' && nowUs < 1_100_000 ? failure(500, 'InternalError') : undefined;
    const c = cluster({ ...alone, fake: { intercept } });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 3 } });
    c.world.runUntil({ timeUs: 10_000_000 });
    // Tries at 5 ms · 2^n distance until the server recovers, none of them held back for five minutes.
    const tries = requests(c.servers, 'pods', 'create').map(({ tUs }) => tUs);
    expect(tries.filter((t) => t < 1_100_000).length).toBe(5);
    expect(c.servers.all('pods')).toHaveLength(3);
  });

  it('tries again after a conflict and succeeds with the fresh version', () => {
    const c = cluster({ ...alone });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 0 } });
    // Written between the controller's read and its status update.
    write(c, 1_002_500, 'update', 'sets', 'web', { spec: { replicas: 0 }, note: 1 });
    c.world.runUntil({ timeUs: 2_000_000 });
    const updates = requests(c.servers, 'sets', 'update');
    expect(updates).toHaveLength(2);
    expect(updates[0].user).toBe('system:serviceaccount:kube-system:set-controller');
    expect(c.servers.all('sets')[0].object).toMatchObject({ note: 1, status: { replicas: 0 } });
  });

  it('sends no faster than 20 a second after a burst of 30', () => {
    const c = cluster({ leaderElect: false });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 100 } });
    c.world.runUntil({ timeUs: 60_000_000 });
    const times = requests(c.servers, 'pods', 'create').map(({ tUs }) => tUs);
    expect(times).toHaveLength(100);
    expect(times[29] - times[0]).toBeLessThan(20_000);
    const last = times[99] - times[0];
    expect(last).toBeGreaterThanOrEqual(70 * 50_000 - 20_000);
    expect(last).toBeLessThan(70 * 50_000 + 100_000);
  });

  it('writes events after the fact, with the controller as source', () => {
    const c = cluster({ ...alone });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 2 } });
    c.world.runUntil({ timeUs: 3_000_000 });
    const [event] = c.servers.all('events').map((v) => v.object);
    expect(event).toMatchObject({
      involvedObject: { name: 'web', namespace: 'default' },
      reason: 'Made',
      message: 'made 2',
      source: { component: 'set-controller' },
      count: 1,
      type: 'Normal',
      firstTimestamp: '2026-01-01T00:00:01Z',
    });
    expect(event.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  });

  it('survives a crash in the middle of a plan', () => {
    const c = cluster({ ...alone });
    write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 15 } });
    c.world.runUntil({ timeUs: 1_007_000 });
    const id = c.world.componentId('kube-controller-manager-0')!;
    c.world.crash(id);
    c.world.runFor(500_000);
    c.world.start(id);
    c.world.runUntil({ timeUs: 10_000_000 });
    expect(c.servers.all('pods')).toHaveLength(15);
    expect(c.servers.all('sets')[0].object.status).toEqual({ replicas: 15 });
  });

  it('gives the same run from any snapshot in the middle of a plan, and from bytes', () => {
    for (const cutUs of [1_001_500, 1_003_500, 1_005_000, 1_006_500, 1_009_000]) {
      const start = () => {
        const c = cluster({ ...alone });
        write(c, 1_000_000, 'create', 'sets', 'web', { spec: { replicas: 15 } });
        c.world.runUntil({ timeUs: cutUs });
        return c;
      };
      const c = start();
      const [snapshot, bytes] = [c.world.snapshot(), c.world.serialise()];
      c.world.runUntil({ timeUs: 4_000_000 });
      const digest = c.world.digest();
      c.world.restore(snapshot);
      c.world.runUntil({ timeUs: 4_000_000 });
      expect(c.world.digest()).toBe(digest);
      const other = cluster({ ...alone, from: bytes });
      other.world.runUntil({ timeUs: 4_000_000 });
      expect(other.world.digest()).toBe(digest);
      expect(firstDifference(c.world, other.world)).toBeUndefined();
      expect(other.servers.all('pods')).toHaveLength(15);
    }
  });
});
