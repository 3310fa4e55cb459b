import { describe, expect, it } from 'vitest';
import { eventsOf, Lab } from './support/cluster.ts';

const ok = (revision: number) => expect.objectContaining({ revision, succeeded: true });

describe.each([1, 3, 5])('a healthy cluster of %i', (members) => {
  it('answers writes and reads at every member', () => {
    const lab = new Lab({ members });
    for (let m = 0; m < members; m++) {
      const put = lab.put(m, `k${m}`, 'v');
      lab.run(50);
      expect(put.answer).toEqual(ok(m + 2));
      const got = lab.get(m, `k${m}`);
      lab.run(50);
      expect(got.answer).toMatchObject({ results: [{ op: 'range', count: 1, kvs: [{ key: `k${m}`, value: 'v' }] }] });
    }
    expect(lab.etcd.onFastPath).toBe(true);
    expect(new Set(lab.hashes()).size).toBe(1);
  });

  it('delivers every write to watches, in order and once', () => {
    const lab = new Lab({ members });
    lab.put(0, 'a', '0');
    lab.run(50);
    const watched = Array.from({ length: members }, (_, m) => lab.watch(m, '', 1));
    lab.run(5);
    for (let i = 0; i < 200; i++) {
      lab.put(i % members, `k${i % 7}`, String(i));
      if (i % 10 === 0) lab.run(1);
    }
    lab.run(500);
    for (const responses of watched) {
      expect(eventsOf(responses).map((e) => e.kv.modRevision)).toEqual(Array.from({ length: 201 }, (_, i) => i + 2));
    }
  });
});

describe('watches that catch up', () => {
  it('say of each response how far it reaches, not how far their member is', () => {
    const lab = new Lab({ members: 3 });
    for (let i = 0; i < 2500; i++) {
      lab.put(0, `k${i % 7}`, String(i));
      if (i % 50 === 0) lab.run(10);
    }
    lab.run(500);
    const responses = lab.watch(1, '', 1);
    lab.run(500);
    expect(responses.length).toBeGreaterThan(2);
    let seen = 0;
    for (const { revision, events } of responses) {
      expect(events[0].kv.modRevision).toBeGreaterThan(seen);
      seen = revision;
      expect(events[events.length - 1].kv.modRevision).toBeLessThanOrEqual(seen);
    }
    expect(seen).toBe(2501);
  });
});

describe('faults', () => {
  it('elects a new leader when the leader crashes, and keeps acknowledged writes', () => {
    const lab = new Lab({ members: 3 });
    const first = lab.put(1, 'a', '1');
    lab.run(50);
    expect(first.answer).toEqual(ok(2));
    lab.crash(0);
    expect(lab.etcd.onFastPath).toBe(false);
    // Forwarded to a leader that is gone: nobody notices but the clock.
    const lost = lab.put(1, 'a', 'lost');
    lab.run(4000);
    expect([1, 2]).toContain(lab.etcd.leader());
    const second = lab.put(1, 'a', '2');
    lab.run(100);
    expect(second.answer).toEqual(ok(3));
    lab.start(0);
    lab.run(4000);
    const error = 'etcdserver: request timed out, possibly due to previous leader failure';
    expect(lost.answer).toEqual({ error, code: 'Unavailable' });
    expect(lab.etcd.onFastPath).toBe(true);
    expect(new Set(lab.hashes()).size).toBe(1);
    const third = lab.put(0, 'a', '3');
    lab.run(50);
    expect(third.answer).toEqual(ok(4));
  });

  it('makes no progress without a quorum and recovers with it', () => {
    const lab = new Lab({ members: 3 });
    lab.crash(1);
    lab.crash(2);
    const put = lab.put(0, 'a', '1');
    lab.run(3000);
    expect(put.answer).toBeUndefined();
    expect(lab.etcd.leader()).toBe(-1);
    lab.run(4500);
    expect(put.answer).toEqual({ error: 'etcdserver: request timed out', code: 'Unavailable' });
    lab.start(1);
    lab.run(4000);
    const again = lab.put(1, 'b', '1');
    lab.run(1000);
    expect(again.answer).toMatchObject({ succeeded: true });
  });

  it('cuts off a leader: the majority goes on, its own writes time out', () => {
    const lab = new Lab({ members: 3 });
    lab.isolate(0);
    lab.run(50);
    const lost = lab.put(0, 'x', 'lost');
    lab.run(4000);
    const kept = lab.put(1, 'y', 'kept');
    lab.run(1000);
    expect(kept.answer).toMatchObject({ succeeded: true });
    expect(lost.answer).toBeUndefined();
    lab.run(3000);
    expect(lost.answer).toMatchObject({ code: 'Unavailable' });
    lab.heal();
    lab.run(3000);
    expect(lab.etcd.onFastPath).toBe(true);
    const got = lab.get(0, 'x');
    lab.run(100);
    expect(got.answer).toMatchObject({ results: [{ count: 0 }] });
    expect(new Set(lab.hashes()).size).toBe(1);
  });

  it('restarts a lone member with everything it acknowledged', () => {
    const lab = new Lab({ members: 1 });
    lab.put(0, 'a', '1');
    lab.run(50);
    lab.crash(0);
    lab.run(1000);
    lab.start(0);
    lab.run(3000);
    const put = lab.put(0, 'b', '2');
    lab.run(100);
    expect(put.answer).toEqual(ok(3));
    expect(lab.etcd.onFastPath).toBe(true);
  });

  it('loses the leader to a stalled disk', () => {
    const lab = new Lab({ members: 3 });
    lab.etcd.setDiskFactor(lab.ctx, 0, 5000);
    for (let i = 0; i < 30; i++) {
      lab.put(1, 'a', String(i));
      lab.run(200);
    }
    expect([1, 2]).toContain(lab.etcd.leader());
    lab.etcd.setDiskFactor(lab.ctx, 0, 1);
    lab.run(12_000);
    expect(lab.etcd.onFastPath).toBe(true);
  });

  it('hands leadership over on request', () => {
    const lab = new Lab({ members: 3 });
    lab.run(10);
    lab.etcd.moveLeader(lab.ctx, 2);
    lab.run(1000);
    expect(lab.etcd.leader()).toBe(2);
    expect(lab.etcd.onFastPath).toBe(true);
  });
});

describe('leases, compaction, quota', () => {
  it('deletes the keys of an expired lease in one revision', () => {
    const lab = new Lab({ members: 3 });
    const granted = lab.lease(1, 1);
    lab.run(50);
    expect(granted.answer).toEqual({ revision: 1, lease: 1, ttlSeconds: 2 });
    lab.put(0, 'a', '1', 1);
    lab.put(0, 'b', '1', 1);
    const watched = lab.watch(2, '', 0);
    lab.run(1500);
    expect(eventsOf(watched).map((e) => e.type)).toEqual(['PUT', 'PUT']);
    lab.run(1500);
    expect(eventsOf(watched).slice(2)).toMatchObject([
      { type: 'DELETE', kv: { key: 'a', modRevision: 4 } },
      { type: 'DELETE', kv: { key: 'b', modRevision: 4 } },
    ]);
  });

  it('refuses what was compacted, and cancels watches that start there', () => {
    const lab = new Lab({ members: 3 });
    for (let i = 0; i < 10; i++) lab.put(0, 'a', String(i));
    lab.run(100);
    lab.compact(1, 8);
    lab.run(100);
    const watched = lab.watch(1, '', 3);
    lab.run(300);
    expect(watched).toMatchObject([{ canceled: true, compactRevision: 8 }]);
    const again = lab.compact(1, 8);
    lab.run(100);
    expect(again.answer).toMatchObject({ code: 'OutOfRange' });
  });

  it('raises the NOSPACE alarm and recovers by compaction, defragmentation and disarming', () => {
    const lab = new Lab({ members: 3, quotaBytes: 1_000_000 });
    for (let i = 0; i < 12; i++) {
      lab.put(0, 'a', 'x'.repeat(100_000));
      lab.run(150);
    }
    const refused = lab.put(1, 'a', 'y');
    lab.run(100);
    expect(refused.answer).toMatchObject({ error: 'etcdserver: mvcc: database space exceeded' });
    lab.compact(0, lab.etcd.revision(lab.ctx, 0));
    lab.run(100);
    lab.etcd.defragment();
    lab.etcd.disarm(lab.ctx, lab.endpoint, 0, 0, 0);
    lab.run(100);
    const put = lab.put(1, 'a', 'y');
    lab.run(100);
    expect(put.answer).toMatchObject({ succeeded: true });
  });
});

it('survives a snapshot of the world in the middle of an election', () => {
  const play = (interrupt: boolean) => {
    const lab = new Lab({ members: 3 });
    lab.put(0, 'a', '1');
    lab.run(20);
    lab.crash(0);
    lab.put(1, 'b', '1');
    lab.run(1200);
    if (interrupt) {
      const state = lab.world.snapshot();
      lab.run(5000);
      lab.world.restore(state);
    }
    lab.run(3000);
    return [lab.world.digest(), lab.hashes().slice(1), lab.etcd.leader()];
  };
  expect(play(true)).toEqual(play(false));
});
