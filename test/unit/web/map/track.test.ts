import { expect, test } from 'vitest';
import { PodState, RecordKind, type TraceNames, type TraceRecord } from '../../../../sim-core/index.ts';
import { colouringOf } from '../../../../web/views/map/colouring.ts';
import { cutLines } from '../../../../web/views/map/cuts.ts';
import { NO_NODE, NodeMark } from '../../../../web/views/map/frames.ts';
import { layOutMap } from '../../../../web/views/map/layout.ts';
import { CLASSES, ClusterMirror } from '../../../../web/views/map/mirror.ts';
import { type FactSource, MapCursor, MapTrack } from '../../../../web/worker/queries/mapTrack.ts';
import { sidesOf } from '../../../../web/worker/queries/partitions.ts';
import { cpuMilli, memoryMi } from '../../../../web/worker/queries/quantities.ts';

const OBJECTS = ['', 'nodes/n-0', 'nodes/n-1', 'pods/shop/web-1', 'pods/shop/web-2', 'replicasets.apps/shop/web'];
const STRINGS = ['', 'Partition', 'zone/b and the rest'];
const names: TraceNames = {
  string: (id) => STRINGS[id],
  object: (id) => OBJECTS[id],
  component: String,
  why: String,
};
const facts: FactSource = {
  pod: (obj) => ({ cpuMilli: 100 * obj, memoryMi: 64, priority: obj }),
  node: (obj) => ({
    cpuMilli: 8000,
    memoryMi: 16384,
    pods: 110,
    labels: { 'topology.kubernetes.io/zone': obj === 1 ? 'a' : 'b' },
    taints: [],
  }),
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

function run(): MapTrack {
  const track = new MapTrack(names);
  for (const r of [
    record(1e6, RecordKind.nodeState, 1, 0, 0),
    record(2e6, RecordKind.nodeState, 1, NodeMark.ready, 0),
    record(2e6, RecordKind.nodeState, 2, NodeMark.ready, 0),
    record(3e6, RecordKind.owner, 3, 5, 0),
    record(3e6, RecordKind.podState, 3, PodState.pending, 0),
    record(3e6, RecordKind.podState, 4, PodState.pending, 0),
    record(4e6, RecordKind.decisionFailed, 3, 0, 1),
    record(5e6, RecordKind.decision, 3, 1, 2),
    record(5e6, RecordKind.podState, 3, PodState.scheduled, 1),
    record(9e6, RecordKind.podState, 3, PodState.ready, 1),
    record(10e6, RecordKind.fault, 0, 1, 1, 2),
    record(20e6, RecordKind.nodeState, 2, NodeMark.unknown, 0),
    record(30e6, RecordKind.fault, 0, 1, 0, 2),
    record(40e6, RecordKind.podState, 3, PodState.deleted, 1),
    record(50e6, RecordKind.nodeState, 2, 64, 0),
  ])
    track.add(r);
  return track;
}

/** What a mirror that followed every frame holds is what a new one gets. */
function look(mirror: ClusterMirror) {
  return {
    states: [...mirror.state.subarray(0, mirror.podCount)],
    nodes: [...mirror.node.subarray(0, mirror.podCount)],
    attempts: [...mirror.attempts.subarray(0, mirror.podCount)],
    marks: [...mirror.marks.subarray(0, mirror.nodeCount)],
    counts: [...mirror.counts.subarray(0, mirror.nodeCount * CLASSES)],
    podsOn: [...mirror.podsOn.subarray(0, mirror.nodeCount)],
    cpu: [...mirror.usedCpu.subarray(0, mirror.nodeCount)],
    tray: [...mirror.tray],
  };
}

test('a mirror that wanders about in time is always what a new one would be', () => {
  const track = run();
  const cursor = new MapCursor(track, names);
  const wandering = new ClusterMirror(colouringOf('phase'));
  for (const second of [3, 60, 9, 5, 30, 12, 51, 0, 60, 4, 25]) {
    wandering.apply(cursor.frameAt(second * 1e6, facts));
    const fresh = new ClusterMirror(colouringOf('phase'));
    fresh.apply(new MapCursor(track, names).frameAt(second * 1e6, facts));
    expect(look(wandering), `at ${second} s`).toEqual(look(fresh));
  }
});

test('states, places, attempts, owners and marks at instants', () => {
  const cursor = new MapCursor(run(), names);
  const mirror = new ClusterMirror(colouringOf('phase'));
  const at = (second: number) => mirror.apply(cursor.frameAt(second * 1e6, facts));
  at(1);
  expect(mirror.marks[0]).toBe(NodeMark.booting);
  expect(mirror.isAbsent(1)).toBe(true);
  at(4);
  expect(mirror.trayCount).toBe(2);
  expect(mirror.attempts[0]).toBe(1);
  expect(mirror.node[0]).toBe(NO_NODE);
  expect(mirror.podName(0)).toBe('shop/web-1');
  expect(mirror.nodeName(1)).toBe('n-1');
  expect(mirror.owners[mirror.ownerOf[0]]).toBe('replicasets.apps/shop/web');
  at(9);
  expect(mirror.state[0]).toBe(PodState.ready);
  expect(mirror.node[0]).toBe(0);
  expect(mirror.usedCpu[0]).toBe(300);
  expect(mirror.podsOf(0)).toEqual([0]);
  expect(mirror.podsOf(NO_NODE)).toEqual([1]);
  at(15);
  expect(mirror.marks[0] & NodeMark.partitioned).toBe(0);
  expect(mirror.marks[1] & NodeMark.partitioned).toBe(NodeMark.partitioned);
  at(35);
  expect(mirror.marks[1]).toBe(NodeMark.unknown);
  at(45);
  expect(mirror.podsOn[0]).toBe(0);
  at(51);
  expect(mirror.marks[1]).toBe(NodeMark.gone);
  at(52.5);
  expect(mirror.isAbsent(1)).toBe(true);
  at(51);
  expect(mirror.isAbsent(1)).toBe(false);
});

test('a frame holds what changed only', () => {
  const cursor = new MapCursor(run(), names);
  const first = cursor.frameAt(4e6, facts);
  expect([first.full, first.pods.length, first.statics?.podNames.ends.length]).toEqual([true, 2, 2]);
  const next = cursor.frameAt(9e6, facts);
  expect([next.full, [...next.pods], [...next.state], next.statics]).toEqual([false, [0], [PodState.ready], undefined]);
  expect(cursor.frameAt(9e6, facts).pods.length).toBe(0);
});

test('who a partition cuts off', () => {
  expect(sidesOf('one way, n-1, zone/b and the rest').holds('n-1', 'a')).toBe(true);
  expect(sidesOf('n-1 and n-2').holds('n-2', undefined)).toBe(true);
  expect(sidesOf('zone/b and the rest').holds('n-7', 'b')).toBe(true);
  expect(sidesOf('zone/b and the rest').holds('the rest', 'a')).toBe(false);
});

test('a partition is two sides of nodes, and components that have no tile', () => {
  const cursor = new MapCursor(run(), names);
  cursor.frameAt(9e6, facts);
  expect(cursor.frameAt(15e6, facts).cuts?.map((c) => [[...c.a], [...c.b], c.oneWay])).toEqual([[[1], [0], false]]);
  expect(cursor.frameAt(16e6, facts).cuts).toBeUndefined();
  expect(cursor.frameAt(31e6, facts).cuts).toEqual([]);
  const sides = sidesOf('one way, n-1 and etcd-0, n-2');
  expect([sides.oneWay, sides.sideOf('n-1', 'a'), sides.sideOf('n-2', 'a'), sides.sideOf('n-3', 'a')]).toEqual([
    true,
    'a',
    'b',
    undefined,
  ]);
  expect(sides.named()).toEqual([
    { name: 'n-1', side: 'a' },
    { name: 'etcd-0', side: 'b' },
    { name: 'n-2', side: 'b' },
  ]);
});

test('lines go between the groups that a partition keeps apart, or from some nodes to their own heading', () => {
  const groupOf = Uint32Array.of(0, 0, 1, 1, 2, 2);
  const layout = layOutMap(groupOf, 3, () => true, { width: 900, height: 400, unit: 1 }, 1);
  const cut = (a: number[], b: number[]) => ({
    a: Uint32Array.from(a),
    b: Uint32Array.from(b),
    oneWay: false,
    components: [],
  });
  const lines = cutLines(layout, [cut([2, 3], [0, 1, 4, 5])]);
  expect(lines.length).toBe(2);
  const middleOf = (box: number) => layout.groups[box].x + (layout.groups[box].columns * layout.tileW) / 2;
  for (const line of lines) expect(Math.abs(line.x1 - middleOf(1))).toBeLessThan(layout.groups[1].width / 2 + 1);
  expect(lines[0].x2).toBeLessThan(lines[0].x1);
  expect(lines[1].x2).toBeGreaterThan(lines[1].x1);
  const own = cutLines(layout, [cut([2], [3])]);
  expect(own.length).toBe(1);
  expect(own[0].y2).toBeLessThan(layout.groups[1].top);
});

test('a drained node is told in every colour', () => {
  const mirror = new ClusterMirror(colouringOf('namespace'));
  const cursor = new MapCursor(run(), names);
  mirror.apply(cursor.frameAt(9e6, facts));
  expect([mirror.troubleOn[0], mirror.leavingOn[0]]).toEqual([0, 0]);
  mirror.apply(cursor.frameAt(6e6, facts));
  expect(mirror.troubleOn[0]).toBe(1);
});

test('quantities', () => {
  expect([cpuMilli('250m'), cpuMilli('2'), cpuMilli('1.5'), cpuMilli(undefined)]).toEqual([250, 2000, 1500, 0]);
  expect([memoryMi('64Mi'), memoryMi('1Gi'), memoryMi('1048576'), memoryMi('128e6')]).toEqual([
    64,
    1024,
    1,
    128e6 / 1024 ** 2,
  ]);
});
