import { describe, expect, test } from 'vitest';
import { feasibleNodesToFind } from '../../../sim-core/scheduler/cycle/schedulePod.ts';
import { fitErrorMessage } from '../../../sim-core/scheduler/framework/fitError.ts';
import { defaultNormalize } from '../../../sim-core/scheduler/framework/normalize.ts';
import { podInfo } from '../../../sim-core/scheduler/framework/podInfo.ts';
import { type Status, unresolvable, unschedulable } from '../../../sim-core/scheduler/framework/status.ts';
import { bestCandidates } from '../../../sim-core/scheduler/plugins/defaultpreemption/candidates.ts';
import {
  leastAllocated,
  mostAllocated,
  requestedToCapacityRatio,
} from '../../../sim-core/scheduler/plugins/noderesources/allocationScores.ts';
import { decide, fitConfig, node, on, pod, scoresOf, snapshotOf } from './support.ts';

const MI = 1024 * 1024;
const ONE = [1, 1];

// Figures of the scheduler's own unit tests and of formulas worked out by hand (kube-scheduler 1.35).
describe('resource scores', () => {
  test('least allocated', () => {
    expect(leastAllocated([3000, 5000], [4000, 10000], ONE)).toBe(37);
    expect(leastAllocated([3000, 5000], [6000, 10000], ONE)).toBe(50);
    expect(leastAllocated([6000, 0], [10000, 20000], ONE)).toBe(70);
    expect(leastAllocated([6000, 5000], [10000, 20000], ONE)).toBe(57);
    expect(leastAllocated([6000, 0], [4000, 10000], ONE)).toBe(50);
    expect(leastAllocated([6000, 5000], [4000, 10000], ONE)).toBe(25);
    expect(leastAllocated([3000, 5000], [4000, 10000], [1, 2])).toBe(41);
  });

  test('a node of the performance tests, empty and with ten pods', () => {
    const small = () => pod({ cpu: '100m', memory: '500Mi' });
    const nodes = [node('n1'), node('n2')];
    const least = scoresOf(decide(snapshotOf(nodes, []), small()), 'NodeResourcesFit');
    expect(least?.['n1']).toBe(97);
    const ten = Array.from({ length: 10 }, () => on('n1', small()));
    expect(scoresOf(decide(snapshotOf(nodes, ten), small()), 'NodeResourcesFit')?.['n1']).toBe(77);
    const most = decide(snapshotOf(nodes, ten), small(), fitConfig({ type: 'MostAllocated' }));
    expect(scoresOf(most, 'NodeResourcesFit')?.['n1']).toBe(21);
    expect(mostAllocated([1100, 5500 * MI], [4000, 32768 * MI], ONE)).toBe(21);
  });

  test('containers without requests count 100m and 200Mi each', () => {
    const nodes = [node('n1', { cpu: '2', memory: '4Gi' }), node('n2', { cpu: '2', memory: '4Gi' })];
    const one = { name: 'c', image: 'none' };
    const score = (p: object[]) => scoresOf(decide(snapshotOf(nodes, []), pod(p)), 'NodeResourcesFit')?.['n1'];
    expect(score([one, { ...one, name: 'd' }])).toBe(90);
    expect(score([one])).toBe(95);
  });

  test('requested to capacity ratio', () => {
    const falling = [
      { utilization: 0, score: 10 },
      { utilization: 100, score: 0 },
    ];
    expect(requestedToCapacityRatio(falling)([3000, 5000], [4000, 10000], ONE)).toBe(38);
    const bent = [
      { utilization: 0, score: 0 },
      { utilization: 40, score: 2 },
      { utilization: 100, score: 10 },
    ];
    const at = (u: number) => requestedToCapacityRatio(bent)([u], [100], [1]);
    expect([at(41), at(50), at(75)]).toEqual([21, 33, 66]);
    expect(requestedToCapacityRatio(bent)([2000, 6], [4000, 8], [1, 3])).toBe(58);
  });

  test('balanced allocation', () => {
    const balanced = (cpu: string, memory: string) => {
      const nodes = [node('n1', { cpu: '10', memory: '100' }), node('n2', { cpu: '10', memory: '100' })];
      const d = decide(snapshotOf(nodes, []), pod({ cpu, memory }));
      return scoresOf(d, 'NodeResourcesBalancedAllocation')?.['n1'];
    };
    expect(balanced('7500m', '50')).toBe(87);
    expect(balanced('5', '50')).toBe(100);
    expect(balanced('6', '25')).toBe(82);
    expect(balanced('6', '50')).toBe(95);
    expect(balanced('6', '20')).toBe(80);
    expect(balanced('10', '0')).toBe(50);
    expect(balanced('10', '50')).toBe(75);
    expect(decide(snapshotOf([node('n1'), node('n2')], []), pod({})).preScoreSkipped).toContain(
      'NodeResourcesBalancedAllocation',
    );
  });
});

describe('images, taints, affinity', () => {
  test('image locality', () => {
    const score = (sizes: readonly (readonly number[])[], images: readonly string[]) => {
      const nodes = sizes.map((own, i) =>
        node(
          `n${i}`,
          {},
          {
            images: own
              .map((size, k) => ({ names: [`img${k}:1`], sizeBytes: size * MI }))
              .filter((x) => x.sizeBytes > 0),
          },
        ),
      );
      const p = pod(images.map((image, i) => ({ name: `c${i}`, image })));
      return scoresOf(decide(snapshotOf(nodes, []), p), 'ImageLocality')?.['n0'];
    };
    expect(score([[250], []], ['img0:1', 'other'])).toBe(5);
    expect(score([[40, 300], []], ['img0:1', 'img1:1'])).toBe(7);
    expect(score([[40], []], ['img0:1', 'other'])).toBe(0);
    expect(score([[500], [500]], ['img0:1'])).toBe(48);
    expect(score([[500], ...Array.from({ length: 9 }, () => [])], ['img0:1'])).toBe(2);
  });

  test('untolerated taints that prefer no scheduling', () => {
    const scores = (counts: readonly number[]) => {
      const s = [...counts];
      defaultNormalize(s, true);
      return s;
    };
    expect(scores([0, 1, 2])).toEqual([100, 50, 0]);
    expect(scores([0, 1, 3])).toEqual([100, 67, 0]);
  });

  test('node affinity: 0, 2, 7 become 0, 28, 100; nothing anywhere stays 0', () => {
    const s = [0, 2, 7];
    defaultNormalize(s, false);
    expect(s).toEqual([0, 28, 100]);
    const zero = [0, 0];
    defaultNormalize(zero, false);
    expect(zero).toEqual([0, 0]);
  });
});

const spread = (topologyKey: string, whenUnsatisfiable: string, maxSkew = 1, more: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: { app: 'x' } }, ...more },
  ],
});
const many = (at: string, count: number) =>
  Array.from({ length: count }, () => on(at, pod({}, { labels: { app: 'x' } })));

describe('topology spread', () => {
  const HOST = 'kubernetes.io/hostname';
  const names = ['n1', 'n2', 'n3', 'n4'];
  const score = (counts: readonly number[], maxSkew: number) => {
    const pods = counts.flatMap((c, i) => many(names[i], c));
    const p = pod({}, { labels: { app: 'x' }, ...spread(HOST, 'ScheduleAnyway', maxSkew) });
    const d = decide(
      snapshotOf(
        names.map((n) => node(n)),
        pods,
      ),
      p,
    );
    return names.map((n) => scoresOf(d, 'PodTopologySpread')?.[n]);
  };

  test('soft constraint on the host name', () => {
    expect(score([2, 1, 0, 3], 1)).toEqual([20, 60, 100, 0]);
    expect(score([2, 1, 0, 3], 2)).toEqual([33, 66, 100, 16]);
    expect(score([4, 3, 2, 1], 3)).toEqual([44, 66, 77, 100]);
  });

  test('system defaults over three zones of two nodes', () => {
    const zone = (z: string) => ({ labels: { 'topology.kubernetes.io/zone': z } });
    const nodes = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'].map((n) => node(n, {}, zone(n[0])));
    const service = { metadata: { name: 's', namespace: 'a' }, spec: { selector: { app: 'x' } } };
    const s = snapshotOf(nodes, [...many('a1', 1), ...many('a2', 1)], { services: [service] });
    const scores = scoresOf(decide(s, pod({}, { labels: { app: 'x' } })), 'PodTopologySpread');
    expect(scores).toEqual({ a1: 54, a2: 54, b1: 100, b2: 100, c1: 100, c2: 100 });
  });

  test('hard constraint over zones, with and without a minimum of domains', () => {
    const nodes = ['a', 'b'].map((z) => node(z, {}, { labels: { zone: z } }));
    const pods = [...many('a', 3), ...many('b', 2)];
    const one = pod({}, { labels: { app: 'x' }, ...spread('zone', 'DoNotSchedule') });
    expect(decide(snapshotOf(nodes, pods), one).feasible).toEqual(['b']);
    const three = pod({}, { labels: { app: 'x' }, ...spread('zone', 'DoNotSchedule', 1, { minDomains: 3 }) });
    expect(decide(snapshotOf(nodes, pods), three).feasible).toEqual([]);
  });
});

describe('affinity between pods', () => {
  test('the first of a group that has affinity to itself', () => {
    const term = { labelSelector: { matchLabels: { app: 'x' } }, topologyKey: 'zone' };
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const nodes = [node('n1', {}, { labels: { zone: 'z' } }), node('n2')];
    const d = decide(snapshotOf(nodes, []), pod({}, { labels: { app: 'x' }, affinity }));
    expect(d.feasible).toEqual(['n1']);
    expect(d.failed.get('n2')).toMatchObject(unresolvable("node(s) didn't match pod affinity rules"));
  });
});

describe('search', () => {
  test('how many feasible nodes are enough', () => {
    const pairs: readonly (readonly [number, number, number])[] = [
      [10, 0, 10],
      [1000, 0, 420],
      [1000, 40, 400],
      [6000, 0, 300],
      [6000, 40, 2400],
      [100, 0, 100],
      [250, 0, 120],
      [500, 0, 230],
      [2000, 0, 680],
      [5000, 0, 500],
      [15000, 0, 750],
    ];
    for (const [nodes, percentage, found] of pairs) expect(feasibleNodesToFind(nodes, percentage)).toBe(found);
  });

  test('the start moves on by the nodes looked at', () => {
    const snapshot = snapshotOf(
      Array.from({ length: 500 }, (_, i) => node(`n${i}`)),
      [],
    );
    let start = 0;
    for (let i = 1; i <= 4; i++) {
      start = decide(snapshot, pod({}), { percentageOfNodesToScore: 30 }, start).nextStartIndex;
      expect(start).toBe((150 * i) % 500);
    }
  });

  test('the total of two nodes of which one has a taint', () => {
    const taints = [{ key: 'k', value: 'v', effect: 'PreferNoSchedule' }];
    const d = decide(
      snapshotOf([node('n1'), node('n2', {}, { spec: { taints } })], []),
      pod({ cpu: '100m', memory: '500Mi' }),
    );
    expect(d.totals).toEqual([496, 196]);
  });
});

describe('fit', () => {
  const c = (name: string, cpu: string, more = {}) => ({
    name,
    image: 'none',
    resources: { requests: { cpu } },
    ...more,
  });
  const sidecar = c('s', '500m', { restartPolicy: 'Always' });

  test('requests of init containers and sidecars', () => {
    const cpu = (initContainers: object[], more = {}) =>
      podInfo(pod([c('app', '1')], { initContainers, ...more })).requests.milliCPU;
    const [a, b] = [c('a', '2'), c('b', '1500m')];
    expect(cpu([a, sidecar, b])).toBe(2000);
    expect(cpu([a, sidecar, b], { overhead: { cpu: '250m' } })).toBe(2250);
    expect(cpu([sidecar, a, b])).toBe(2500);
  });

  test('all insufficient resources are named; beyond allocatable nothing can help', () => {
    const full = [node('n1', { cpu: '10m', memory: '20' })];
    const used = [on('n1', pod({ cpu: '10m', memory: '20' }))];
    const status = (p: object) => decide(snapshotOf(full, used), p as never).failed.get('n1');
    expect(status(pod({ cpu: '1m', memory: '1' }))).toMatchObject(
      unschedulable('Insufficient cpu', 'Insufficient memory'),
    );
    expect(status(pod({ cpu: '12m' }))).toMatchObject(unresolvable('Insufficient cpu'));
  });

  test('the message of a pod that fits nowhere', () => {
    const failed = new Map<string, Status>();
    const put = (count: number, status: Status) => {
      for (let i = 0; i < count; i++) failed.set(`n${failed.size}`, status);
    };
    put(10, unschedulable('Insufficient cpu'));
    put(2, unschedulable('Too many pods'));
    put(1, unresolvable('node(s) were unschedulable'));
    expect(fitErrorMessage(13, failed, undefined, '', '')).toBe(
      '0/13 nodes are available: 1 node(s) were unschedulable, 10 Insufficient cpu, 2 Too many pods.',
    );
  });
});

describe('preemption', () => {
  test('mixed priorities: the most important victims are spared', () => {
    const at = (name: string, cpu: string, priority: number) => on('n1', pod({ cpu }, { name, priority }));
    const pods = [
      at('mid100', '100m', 50),
      at('low100', '100m', 0),
      at('mid200', '200m', 50),
      at('high100', '100m', 100),
    ];
    const d = decide(snapshotOf([node('n1', { cpu: '500m' })], pods), pod({ cpu: '300m' }, { priority: 100 }));
    expect(d.nominatedNode).toBe('n1');
    expect(d.victims?.map((v) => v.name)).toEqual(['mid200', 'low100']);
  });

  test('the sum of priorities, each raised by 2^31, decides', () => {
    const victims = (...priorities: number[]) => priorities.map((priority) => podInfo(pod({}, { priority })));
    const candidates = [
      { node: 'n1', victims: victims(100, -100, -100), pdbViolations: 0 },
      { node: 'n2', victims: victims(100, -100), pdbViolations: 0 },
      { node: 'n3', victims: victims(100, -100, 0), pdbViolations: 0 },
    ];
    expect(bestCandidates(candidates).map((c) => c.node)).toEqual(['n2']);
  });

  test('texts', () => {
    const message = (nodes: ReturnType<typeof node>[], cpu: string, pods: ReturnType<typeof pod>[] = []) =>
      decide(snapshotOf(nodes, pods), pod({ cpu }, { priority: 10 })).message;
    const full = on('n1', pod({ cpu: '4' }, { priority: 10 }));
    expect(message([node('n1')], '1', [full])).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
    expect(message([node('n1')], '5')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    );
  });
});

test('a Score without its PreScore ends the cycle in an error', () => {
  const plugins = {
    multiPoint: { disabled: [{ name: 'InterPodAffinity' }] },
    score: { enabled: [{ name: 'InterPodAffinity' }] },
  };
  const d = decide(snapshotOf([node('n1'), node('n2')], []), pod({}), { profiles: [{ plugins }] });
  expect(d.result).toBe('Error');
  expect(d.message).toContain('failed to read "PreScoreInterPodAffinity" from cycleState: not found');
});

test('all devices that a constraint keeps apart: an error, not a rejection', () => {
  const device = (name: string, model: string) => ({ name, attributes: { model: { string: model } } });
  const objects = {
    'deviceclasses.resource.k8s.io': [{ metadata: { name: 'gpu' }, spec: {} }],
    'resourceslices.resource.k8s.io': [
      {
        metadata: { name: 's' },
        spec: {
          driver: 'd.example.com',
          nodeName: 'n1',
          pool: { name: 'n1', generation: 1, resourceSliceCount: 1 },
          devices: [device('g1', 'a'), device('g2', 'b')],
        },
      },
    ],
    'resourceclaims.resource.k8s.io': [
      {
        metadata: { name: 'c', namespace: 'a', uid: 'c' },
        spec: {
          devices: {
            requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'All' } }],
            constraints: [{ matchAttribute: 'd.example.com/model' }],
          },
        },
      },
    ],
  };
  const p = pod({}, { resourceClaims: [{ name: 'g', resourceClaimName: 'c' }] });
  const d = decide(snapshotOf([node('n1')], [], objects), p);
  expect(d.result).toBe('Error');
  expect(d.message).toBe(
    'running "DynamicResources" filter plugin: claim a/c, request r: cannot add device d.example.com/n1/g2 because a claim constraint would not be satisfied',
  );
});
