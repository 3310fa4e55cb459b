import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../sim-core/api/types/apps.ts';
import { lastRevision, newReplicaSetAnnotations } from '../../../sim-core/controllers/deployment/annotations.ts';
import { fenceposts, newSetReplicas } from '../../../sim-core/controllers/deployment/counts.ts';
import { proportionalSizes } from '../../../sim-core/controllers/deployment/proportions.ts';

function deployment(replicas: number, maxSurge: number | string = 0, maxUnavailable: number | string = 0): Deployment {
  return {
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: {},
      template: { spec: { containers: [] } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    },
  } as Deployment;
}

function replicaSet(name: string, replicas: number, max?: number, age = '0'): ReplicaSet {
  const annotations = max === undefined ? undefined : { 'deployment.kubernetes.io/max-replicas': String(max) };
  return {
    metadata: { name, uid: name, creationTimestamp: `2026-01-01T00:00:0${age}Z`, annotations },
    spec: { replicas, selector: {} },
  } as ReplicaSet;
}

describe('counts of a rolling update', () => {
  it('rounds maxSurge up and maxUnavailable down', () => {
    expect(fenceposts('39%', '39%', 10)).toEqual({ surge: 4, unavailable: 3 });
    expect(fenceposts('0%', '0%', 0)).toEqual({ surge: 0, unavailable: 1 });
  });

  it.each([
    [10, 0, 2],
    [5, 0, 7],
    [10, 2, 2],
  ])('old %i, new %i: the new ReplicaSet gets %i', (old, fresh, expected) => {
    const set = replicaSet('new', fresh);
    expect(newSetReplicas(deployment(10, 2), [replicaSet('old', old), set], set)).toBe(expected);
  });
});

describe('proportional scaling', () => {
  const sizes = (d: Deployment, sets: ReplicaSet[]): Record<string, number> =>
    Object.fromEntries(proportionalSizes(d, sets).map(({ rs, size }) => [rs.metadata.name!, size] as const));

  it.each([
    ['grows both', 10, [3, 2], 5, [6, 4]],
    ['grows three', 10, [2, 2, 3], 7, [3, 4, 3].reverse()],
    ['shrinks three', 8, [3, 8, 2], 13, [2, 5, 1]],
    ['gives what is left over to the newest', 4, [1, 1, 1], 3, [1, 1, 2]],
    ['takes what is left over from the oldest', 2, [1, 1, 1], 3, [0, 1, 1]],
  ])('%s', (_title, wanted, before, max, after) => {
    const sets = before.map((replicas, i) => replicaSet(`rs${i}`, replicas, max, String(i)));
    const result = sizes(deployment(wanted, 0, 1), sets);
    expect(Object.values(result).reduce((a, b) => a + b, 0)).toBe(wanted);
    expect(sets.map((rs) => result[rs.metadata.name!]).sort()).toEqual([...after].sort());
  });

  it('scales surge and size together', () => {
    const result = sizes(deployment(50, 6), [replicaSet('old', 8, 13), replicaSet('new', 5, 13, '1')]);
    expect(result).toEqual({ old: 34, new: 22 });
  });
});

describe('revisions', () => {
  it('keeps the numbers of an old ReplicaSet that becomes new again', () => {
    const annotations = newReplicaSetAnnotations(deployment(1), { 'deployment.kubernetes.io/revision': '1' }, 3);
    expect(annotations).toEqual({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
  });

  it('finds the revision before the last', () => {
    const sets = [3, 5, 4].map((n) => ({
      ...replicaSet(`r${n}`, 1),
      metadata: { name: `r${n}`, annotations: { 'deployment.kubernetes.io/revision': String(n) } },
    }));
    expect(lastRevision(sets as ReplicaSet[])).toBe(4);
  });
});
