import { expect, test } from 'vitest';
import { ContainerStep, PodState, RecordKind, type TraceNames, type TraceRecord } from '../../../sim-core/index.ts';
import { textAt } from '../../../web/model/frame.ts';
import { TICKS } from '../../../web/model/ticks.ts';
import { RunScan } from '../../../web/worker/scan.ts';

const OBJECTS = [
  '',
  'pods/shop/web-1',
  'replicasets.apps/shop/web-5d9',
  'deployments.apps/shop/web',
  'nodes/n1',
  'pods/shop/loose',
  'jobs.batch/shop/etl',
  'pods/shop/etl-x',
];
const names: TraceNames = {
  string: (id) => ['', 'NodeCrash', 'node n1', 'TaintManagerEviction', 'Pulled', 'drain n1'][id],
  object: (id) => OBJECTS[id],
  component: String,
  why: String,
};
let id = 0;
const record = (timeUs: number, kind: number, obj: number, a: number, b: number, hash = 0): TraceRecord => ({
  id: ++id,
  timeUs,
  kind,
  actor: 1,
  obj,
  cause: 0,
  a,
  b,
  hash,
});

test('records become lanes, segments, groups and marks', () => {
  const scan = new RunScan(names, 200);
  // The end of a pod that was never seen is not a lane.
  scan.add(record(1, RecordKind.podState, 5, PodState.deleted, 0));
  scan.add(record(10, RecordKind.podState, 1, PodState.pending, 0));
  scan.add(record(10, RecordKind.owner, 1, 2, 0));
  scan.add(record(11, RecordKind.owner, 2, 3, 0));
  scan.add(record(20, RecordKind.podState, 1, PodState.scheduled, 4));
  scan.add(record(30, RecordKind.podState, 5, PodState.pending, 0));
  scan.add(record(31, RecordKind.owner, 7, 6, 0));
  scan.add(record(31, RecordKind.podState, 7, PodState.pending, 0));
  scan.add(record(40, RecordKind.podState, 1, PodState.ready, 4));
  scan.add(record(50, RecordKind.fault, 4, 1, 1, 2));
  scan.add(record(60, RecordKind.podState, 1, PodState.deleted, 4));
  scan.add(record(70, RecordKind.fault, 4, 1, 0, 2));
  const frame = scan.pack(100, 200);
  expect(frame.laneCount).toBe(3);
  expect([0, 1, 2].map((lane) => textAt(frame.laneNames, lane))).toEqual(['shop/web-1', 'shop/loose', 'shop/etl-x']);
  expect(Array.from(frame.segFirst)).toEqual([0, 4, 5]);
  expect(Array.from(frame.segEnd)).toEqual([4, 5, 6]);
  expect(Array.from(frame.segTime.subarray(0, 4))).toEqual([10, 20, 40, 60]);
  expect([0, 1, 2].map((lane) => textAt(frame.owners, frame.ownerOf[lane]))).toEqual([
    'shop/web',
    '',
    'shop/etl (jobs)',
  ]);
  expect([0, 1, 2].map((lane) => textAt(frame.nodes, frame.nodeOf[lane]))).toEqual(['n1', '', '']);
  expect(scan.faults.map((f) => [f.fromUs, f.untilUs])).toEqual([[50, 70]]);
  // Between 30 and 40 three pods wait; one is Ready from 40 to 60.
  const at = (us: number) => Math.floor(us / frame.overview.binUs);
  expect(frame.overview.pending[at(35)]).toBe(3);
  expect(frame.overview.ready[at(50)]).toBe(1);
  expect(frame.overview.ready[at(80)]).toBe(0);
});

test('a run can be packed at any moment and goes on', () => {
  const scan = new RunScan(names, 200);
  scan.add(record(10, RecordKind.podState, 1, PodState.pending, 0));
  expect(scan.pack(15, 200).segState.length).toBe(1);
  scan.add(record(20, RecordKind.podState, 1, PodState.ready, 4));
  const frame = scan.pack(25, 200);
  expect(Array.from(frame.segState)).toEqual([PodState.pending, PodState.ready]);
  expect(frame.overview.pending.length).toBe(frame.overview.ready.length);
});

test('restarts, failing probes and evictions are marks of lanes, by whatever way a pod was evicted', () => {
  const scan = new RunScan(names, 200);
  const pending = record(10, RecordKind.podState, 1, PodState.pending, 0);
  scan.add(pending);
  scan.add(record(20, RecordKind.decisionFailed, 1, 1, 1));
  scan.add(record(30, RecordKind.container, 1, ContainerStep.started, 0));
  scan.add(record(40, RecordKind.container, 1, ContainerStep.probeFailed, 0));
  scan.add(record(50, RecordKind.container, 1, ContainerStep.exited | (1 << 8), 0));
  scan.add(record(60, RecordKind.container, 1, ContainerStep.started | (1 << 8), 1));
  scan.add(record(61, RecordKind.kubeEvent, 1, 4, 0));
  scan.add(record(70, RecordKind.kubeEvent, 1, 3, 0));
  scan.add(record(80, RecordKind.podState, 7, PodState.pending, 0));
  const drain = record(90, RecordKind.external, 0, 0, 5);
  scan.add(drain);
  const asked = { ...record(91, RecordKind.write, 7, 1, 2), cause: drain.id };
  scan.add(asked);
  scan.add({ ...record(91, RecordKind.podState, 7, PodState.terminating, 0), cause: asked.id });
  const frame = scan.pack(100, 200);
  const ticksOf = (lane: number) =>
    Array.from(frame.tickTime.subarray(frame.tickFirst[lane], frame.tickEnd[lane]), (us, i) => [
      us,
      TICKS[frame.tickKind[frame.tickFirst[lane] + i]],
    ]);
  expect(ticksOf(0)).toEqual([
    [20, 'unschedulable'],
    [40, 'probeFailed'],
    [50, 'exited'],
    [60, 'restarted'],
    [70, 'evicted'],
  ]);
  expect(ticksOf(1)).toEqual([[91, 'evicted']]);
});
