import { expect, test } from 'vitest';
import { PodState, RecordKind } from '../../../sim-core/index.ts';
import { type RunFrame, textColumn } from '../../../web/model/frame.ts';
import { barOf, differenceStep, relative } from '../../../web/views/compare/scale.ts';
import { differenceUs, lanePairs, MetricsTrack, quantile } from '../../../web/worker/queries/compareRuns.ts';
import { specDiff } from '../../../web/worker/queries/specDiff.ts';
import type { Task } from '../../../web/worker/task.ts';

const S = 1e6;

/** A frame of lanes [name, owner, [second, state]...]. */
function frame(lanes: readonly [string, string, ...(readonly [number, number])[]][], endUs = 100 * S): RunFrame {
  const owners = [...new Set(lanes.map((l) => l[1]))];
  const segments = lanes.map(([, , ...segs]) => segs);
  const flat = segments.flat();
  let first = 0;
  const segFirst = Uint32Array.from([0, ...segments.map((s) => (first += s.length))]);
  return {
    endUs,
    untilUs: endUs,
    laneCount: lanes.length,
    laneNames: textColumn(lanes.map((l) => l[0])),
    segments: segFirst[lanes.length],
    segFirst,
    segEnd: segFirst.subarray(1),
    segTime: Float64Array.from(flat, ([s]) => s * S),
    segState: Uint8Array.from(flat, ([, state]) => state),
    segNode: new Uint32Array(flat.length),
    tickFirst: new Uint32Array(lanes.length),
    tickEnd: new Uint32Array(lanes.length),
    tickTime: new Float64Array(0),
    tickKind: new Uint8Array(0),
    ownerOf: Uint32Array.from(lanes, (l) => owners.indexOf(l[1])),
    owners: textColumn(owners),
    nodeOf: new Uint32Array(lanes.length),
    nodes: textColumn(['']),
    overview: { binUs: S, pending: new Uint32Array(1), ready: new Uint32Array(1) },
  };
}

const task = { pause: async () => {} } as unknown as Task;
const { pending, ready, running, deleted } = PodState;

test('the time in which two lanes differ', () => {
  const a = frame([['p', 'o', [10, pending], [20, ready]]]);
  const b = frame([['p', 'o', [10, pending], [50, ready]]]);
  expect(differenceUs(a, 0, b, 0, 100 * S)).toBe(30 * S);
  expect(differenceUs(a, 0, a, 0, 100 * S)).toBe(0);
  expect(differenceUs(a, 0, b, -1, 100 * S)).toBe(90 * S);
});

test('pods are paired by name, the rest by controller and order of birth; the largest difference comes first', async () => {
  const a = frame([
    ['s/same', 'web', [0, ready]],
    ['s/late', 'web', [0, pending], [10, ready]],
    ['s/x1', 'web', [20, ready]],
    ['s/x2', 'db', [20, ready]],
  ]);
  const b = frame([
    ['s/same', 'web', [0, ready]],
    ['s/late', 'web', [0, pending], [15, ready]],
    ['s/y1', 'web', [20, running], [90, ready]],
    ['s/y2', 'web', [95, ready]],
  ]);
  const { pairs, differing } = await lanePairs(task, a, b, 10);
  expect(pairs.map((p) => [p.name, p.nameB, p.differsUs / S])).toEqual([
    ['s/x2', '', 80],
    ['s/x1', 's/y1', 70],
    ['s/late', 's/late', 5],
    ['', 's/y2', 5],
  ]);
  expect(differing).toBe(4);
});

test('metrics of the records', () => {
  const m = new MetricsTrack();
  const pod = (second: number, obj: number, a: number) =>
    m.add({ kind: RecordKind.podState, timeUs: second * S, obj, a, b: 0 });
  pod(1, 1, pending);
  pod(1, 2, pending);
  m.add({ kind: RecordKind.decisionFailed, timeUs: S, obj: 1, a: 0, b: 1 });
  pod(2, 2, running);
  pod(3, 2, ready);
  pod(5, 1, running);
  pod(6, 1, ready);
  pod(8, 2, deleted);
  expect(m).toMatchObject({ pendingPeak: 2, notReadyPeak: 2, attempts: 1, attemptsFailed: 1, deleted: 1 });
  expect([m.scheduledMedianUs, m.scheduledP99Us, m.notReadyMedianUs, m.allReadyUs]).toEqual([S, 4 * S, 2 * S, 6 * S]);
  expect([...m.notReadySeries(S, 8)]).toEqual([0, 2, 2, 2, 1, 1, 1, 0]);
});

test('nodes that fall silent are counted, not those that start', () => {
  const m = new MetricsTrack();
  const node = (obj: number, a: number) => m.add({ kind: RecordKind.nodeState, timeUs: 0, obj, a, b: 0 });
  for (const [obj, a] of [
    [1, 0],
    [2, 0],
    [1, 1],
    [2, 1],
    [1, 2],
    [2, 2],
    [1, 1],
  ])
    node(obj, a);
  expect(m.nodesNotReadyPeak).toBe(2);
});

test('what two scenarios differ in', () => {
  const a = { seed: '1', pools: [{ count: 3, at: { file: 'a', line: 1, col: 1 } }], timeline: [] as unknown[] };
  const entry = { atUs: 5, action: { do: 'fault', kind: 'NodeCrash', params: { node: 'n-1' } } };
  const b = { seed: '1', pools: [{ count: 4, at: { file: 'a', line: 9, col: 1 } }], timeline: [entry] };
  expect(specDiff(a, b, 9)).toEqual([
    { path: 'pools[0].count', a: '3', b: '4' },
    { path: 'timeline[0]', a: '-', b: 'NodeCrash node=n-1' },
  ]);
  expect(specDiff(a, a, 9)).toEqual([]);
});

test('steps, shares and bars of differences', () => {
  expect([-40, -1, 0, 1, 20, 40].map((v) => differenceStep(v, 40))).toEqual([0, 3, 4, 5, 6, 8]);
  expect(differenceStep(1, 1)).toBe(5);
  expect(relative(4, 6)).toBe(0.5);
  expect(barOf(4, 4)).toBe(0);
  expect(barOf(0, 5)).toBe(1);
  expect(barOf(5, 0)).toBe(-1);
  expect(quantile([], 0.5)).toBe(-1);
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
});
