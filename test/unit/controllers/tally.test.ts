import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../../../sim-core/api/types/apps.ts';
import type { Pod } from '../../../sim-core/api/types/core.ts';
import type { Version } from '../../../sim-core/contracts/index.ts';
import { ownedPods, settledCounts } from '../../../sim-core/controllers/replicaset/census.ts';
import { replicaSetStatus, statusOfTally } from '../../../sim-core/controllers/replicaset/status.ts';
import { settledTally } from '../../../sim-core/controllers/replicaset/tally.ts';
import { isActive, isTerminating } from '../../../sim-core/controllers/support/pods.ts';
import { WallClock } from '../../../sim-core/controllers/support/time.ts';

const clock = new WallClock(0);
const rs = {
  metadata: { name: 'web', generation: 2 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'x' } } },
  },
} as unknown as ReplicaSet;

const look = fc.record({
  phase: fc.constantFrom('Pending', 'Running', 'Running', 'Succeeded', 'Failed'),
  deleted: fc.boolean(),
  ready: fc.constantFrom('True', 'False', undefined),
  labels: fc.constantFrom({ app: 'web' }, { app: 'web', tier: 'x' }),
});

function version({ phase, deleted, ready, labels }: (typeof look extends fc.Arbitrary<infer T> ? T : never) & object) {
  const conditions = ready === undefined ? [] : [{ type: 'Ready', status: ready }];
  const deletionTimestamp = deleted ? '2026-01-01T00:00:00Z' : undefined;
  return { object: { metadata: { labels, deletionTimestamp }, status: { phase, conditions } } } as unknown as Version;
}

describe('the tally of a ReplicaSet', () => {
  it('gives the status that its pods give one by one', () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        const owned = looks.map(version);
        const pods = owned.map(({ object }) => object as Pod);
        const tally = settledTally(rs, owned, []);
        const plain = replicaSetStatus(rs, pods.filter(isActive), pods.filter(isTerminating), undefined, 0, clock);
        expect(tally && statusOfTally(rs, tally, undefined, 0, clock)).toEqual(plain);
      }),
    );
  });

  it('is not taken where pods are to be adopted or released', () => {
    const pod = (labels: Record<string, string>) =>
      version({ phase: 'Running', deleted: false, ready: 'True', labels } as never);
    expect(settledTally(rs, [], [pod({ app: 'web' })])).toBeUndefined();
    expect(settledTally(rs, [pod({ app: 'other' })], [])).toBeUndefined();
    expect(settledTally(rs, [pod({ app: 'web' })], [pod({ app: 'other' })])).toMatchObject({ active: 1, ready: 1 });
  });
});

describe('the census of pods by owner', () => {
  it('gives the status that its pods give one by one, whatever came and went', () => {
    const owned = (pod: Pod) =>
      ({
        ...pod,
        metadata: {
          ...pod.metadata,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }],
        },
      }) as Pod;
    const steps = fc.array(fc.record({ place: fc.nat(7), look: fc.option(look) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.boolean(), (changes, inOneStep) => {
        const pods: (Pod | undefined)[] = [];
        let summary = ownedPods.empty;
        for (const { place, look: next } of changes) {
          const before = pods[place];
          const now = next === null ? undefined : owned(version(next).object as Pod);
          pods[place] = now;
          if (before !== undefined && now !== undefined && ownedPods.same?.(before, now)) continue;
          if (before !== undefined && now !== undefined && inOneStep) {
            summary = ownedPods.replace?.(summary, before, now) ?? expect.fail();
            continue;
          }
          if (now !== undefined) summary = ownedPods.with(summary, now, 1);
          if (before !== undefined) summary = ownedPods.with(summary, before, -1);
        }
        const all = pods.filter((pod) => pod !== undefined);
        const tally = settledCounts(rs, summary);
        const plain = replicaSetStatus(rs, all.filter(isActive), all.filter(isTerminating), undefined, 0, clock);
        expect(tally && statusOfTally(rs, tally, undefined, 0, clock)).toEqual(plain);
        if (all.length === 0) expect(summary).toBe(ownedPods.empty);
      }),
    );
  });

  it('has as many pods, and the same counts of each label, when a change is made in one step', () => {
    const byLabels = ({ size, counts }: ReturnType<typeof ownedPods.with>) => ({
      size,
      counts: counts && [...counts].map((count) => JSON.stringify(count)).sort(),
    });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 12 }), fc.nat(), look, (looks, at, next) => {
        const pods = looks.map((one) => version(one).object as Pod);
        const summary = pods.reduce((sum, pod) => ownedPods.with(sum, pod, 1), ownedPods.empty);
        const [was, is] = [pods[at % pods.length], version(next).object as Pod];
        const twoSteps = ownedPods.with(ownedPods.with(summary, is, 1), was, -1);
        expect(byLabels(ownedPods.replace!(summary, was, is))).toEqual(byLabels(twoSteps));
      }),
    );
  });

  it('gives up on too many different labels, until all pods are gone', () => {
    const pods = Array.from({ length: 40 }, (_, i) => ({ metadata: { labels: { app: `${i}` } } }) as unknown as Pod);
    const full = pods.reduce((sum, pod) => ownedPods.with(sum, pod, 1), ownedPods.empty);
    expect(settledCounts(rs, full)).toBeUndefined();
    expect(pods.reduce((sum, pod) => ownedPods.with(sum, pod, -1), full)).toBe(ownedPods.empty);
  });
});
