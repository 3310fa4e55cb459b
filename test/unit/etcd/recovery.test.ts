import { expect, it } from 'vitest';
import { Lab } from './support/cluster.ts';

/** Enough writes for two raft snapshots (10,000 entries each). */
function writeMany(lab: Lab, member: number, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    lab.put(member, `k${i % 50}`, String(from + i));
    if (i % 100 === 99) lab.run(20);
  }
  lab.run(500);
}

it('brings a member back by a snapshot when the log no longer has what it lacks', () => {
  const lab = new Lab({ members: 3 });
  writeMany(lab, 0, 0, 500);
  lab.crash(2);
  writeMany(lab, 0, 500, 17_000);
  const { revision } = lab.etcd.store;
  expect(revision).toBe(17_501);
  lab.start(2);
  lab.run(20);
  expect(lab.etcd.revision(lab.ctx, 2)).toBeLessThan(1000);
  lab.run(3000);
  expect(lab.etcd.revision(lab.ctx, 2)).toBe(revision);
  expect(lab.etcd.onFastPath).toBe(true);
  expect(new Set(lab.hashes()).size).toBe(1);
});

it('catches up from the log after a short absence', () => {
  const lab = new Lab({ members: 3 });
  writeMany(lab, 0, 0, 12_000);
  lab.crash(1);
  writeMany(lab, 0, 12_000, 1_000);
  lab.start(1);
  lab.run(3000);
  expect(lab.etcd.onFastPath).toBe(true);
  expect(new Set(lab.hashes()).size).toBe(1);
});

it('keeps compacted history for a member that lags, and frees it when the member is back', () => {
  const lab = new Lab({ members: 3 });
  writeMany(lab, 0, 0, 100);
  lab.isolate(2);
  lab.run(200);
  const behind = lab.etcd.revision(lab.ctx, 2);
  writeMany(lab, 0, 100, 300);
  lab.compact(0, lab.etcd.store.revision);
  lab.run(200);
  expect(lab.etcd.compacted(lab.ctx, 0)).toBe(401);
  // A read of the old state, without asking anybody.
  const stale = lab.get(2, 'k7', true);
  lab.run(50);
  expect(stale.answer).toMatchObject({ revision: behind, results: [{ kvs: [{ value: '57' }] }] });
  expect(lab.etcd.store.reclaimed).toBeLessThan(behind);
  lab.heal();
  lab.run(3000);
  expect(lab.etcd.store.reclaimed).toBe(401);
});

it('refuses linearizable reads of a member that is cut off, after 7 s', () => {
  const lab = new Lab({ members: 3 });
  lab.isolate(2);
  lab.run(200);
  const read = lab.get(2, 'a');
  lab.run(6500);
  expect(read.answer).toBeUndefined();
  lab.run(1000);
  expect(read.answer).toEqual({ error: 'etcdserver: request timed out', code: 'Unavailable' });
});

it('ends watches of a member that has had no leader for 3 s', () => {
  const lab = new Lab({ members: 3 });
  const watched = lab.watch(2, '', 0);
  lab.run(200);
  lab.isolate(2);
  lab.run(3000);
  expect(watched).toEqual([]);
  lab.run(3000);
  expect(watched).toMatchObject([{ canceled: true }]);
});

it('gives objects to the commit hook once, in the order of revisions, with deletions', () => {
  const lab = new Lab({ members: 3 });
  const seen: unknown[] = [];
  lab.etcd.setCommitHook((_ctx, key, value, revision, prev, deleted) => {
    seen.push([key, revision, prev?.modRevision, deleted]);
    return { value: { ...(value as object), revision }, record: revision };
  });
  const watched = lab.watch(1, 'a', 0);
  lab.run(5);
  lab.put(0, 'a', { n: 1 });
  lab.put(0, 'text', 'plain');
  lab.run(50);
  lab.crash(0);
  lab.run(4000);
  lab.put(1, 'a', { n: 2 });
  lab.delete(1, 'a');
  lab.run(500);
  expect(seen).toEqual([
    ['a', 2, undefined, false],
    ['a', 4, 2, false],
    ['a', 5, 4, true],
  ]);
  const events = watched.flatMap((r) => r.events.map((e) => [e.type, e.kv.value, e.record]));
  expect(events).toEqual([
    ['PUT', { n: 1, revision: 2 }, 2],
    ['PUT', { n: 2, revision: 4 }, 4],
    ['DELETE', { n: 2, revision: 5 }, 5],
  ]);
});

it('continues in another process from the bytes of its state', () => {
  const prepare = (seed: string) => {
    const lab = new Lab({ members: 3 }, seed);
    for (let i = 0; i < 40; i++) lab.put(i % 3, `k${i % 5}`, String(i));
    lab.run(3);
    lab.crash(0);
    lab.run(700);
    return lab;
  };
  const lab = prepare('9');
  const bytes = lab.world.serialise();
  const other = new Lab({ members: 3 }, '9', bytes);
  for (const one of [lab, other]) {
    one.run(4000);
    one.start(0);
    one.run(9000);
  }
  expect(other.world.digest()).toBe(lab.world.digest());
  expect(other.hashes()).toEqual(lab.hashes());
  expect(other.etcd.onFastPath).toBe(true);
});
