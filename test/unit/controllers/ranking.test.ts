import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../sim-core/api/types/core.ts';
import { compareVictims } from '../../../sim-core/controllers/replicaset/ranking.ts';
import { WallClock } from '../../../sim-core/controllers/support/time.ts';
import { floorLog2 } from '../../../sim-core/controllers/support/whole-numbers.ts';

const clock = new WallClock(0);
const nowUs = 100 * 3600 * 1e6;
const hoursAgo = (hours: number) => clock.stamp(nowUs - hours * 3600 * 1e6);

interface Look {
  readonly node?: string;
  readonly phase?: string;
  readonly readyFor?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly uid?: string;
}

function pod({ node = 'n', phase = 'Running', readyFor, cost, restarts = 0, uid = 'a' }: Look): Pod {
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: readyFor === undefined ? '' : hoursAgo(readyFor) };
  return {
    metadata: {
      uid,
      creationTimestamp: hoursAgo(10),
      annotations: cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost },
    },
    spec: { nodeName: node, containers: [] },
    status: {
      phase,
      conditions: readyFor === undefined ? [] : [ready],
      containerStatuses: [{ name: 'c', restartCount: restarts, image: '', imageID: '', ready: true }],
    },
  } as unknown as Pod;
}

const compare = (a: Look, b: Look, ranks: readonly (readonly [string, number])[] = []) =>
  Math.sign(compareVictims(pod(a), pod(b), new Map(ranks), nowUs, clock));

describe('who is deleted first', () => {
  it.each<[string, Look, Look]>([
    ['unassigned', { node: '' }, { phase: 'Pending' }],
    ['pending', { phase: 'Pending' }, { phase: 'Unknown' }],
    ['unknown', { phase: 'Unknown' }, {}],
    ['not ready', {}, { readyFor: 1 }],
    ['ready later', { readyFor: 2 }, { readyFor: 5 }],
    ['more restarts', { readyFor: 2, restarts: 9001 }, { readyFor: 2 }],
    ['lower deletion cost', { readyFor: 5, cost: '10' }, { readyFor: 2, cost: '100' }],
    ['smaller uid in the same bucket of ages', { readyFor: 8, uid: 'a' }, { readyFor: 5, uid: 'b' }],
  ])('%s', (_title, first, second) => {
    expect(compare(first, second)).toBe(-1);
    expect(compare(second, first)).toBe(1);
  });

  it('prefers crowded nodes, after the cost', () => {
    const ranks = [
      ['crowded', 2],
      ['lonely', 1],
    ] as const;
    expect(compare({ node: 'crowded', readyFor: 5 }, { node: 'lonely', readyFor: 2 }, ranks)).toBe(-1);
    expect(compare({ node: 'crowded', readyFor: 5, cost: '5' }, { node: 'lonely', readyFor: 2 }, ranks)).toBe(1);
  });
});

describe('floorLog2', () => {
  it.each([
    [1, 0],
    [2, 1],
    [4294967295, 31],
    [4294967296, 32],
    [1e18, 59],
  ])('of %d is %i', (n, expected) => {
    expect(floorLog2(n)).toBe(expected);
  });
});
