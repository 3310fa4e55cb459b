import { expect, test } from 'vitest';
import { textColumn } from '../../../../web/model/frame.ts';
import { LOOKS } from '../../../../web/model/states.ts';
import { type ColourBy, colouringOf, OWN_COLOURS } from '../../../../web/views/map/colouring.ts';
import { type MapFrame, NO_NODE, NodeMark } from '../../../../web/views/map/frames.ts';
import { ClusterMirror } from '../../../../web/views/map/mirror.ts';
import {
  cellGrid,
  cellSprite,
  detailOf,
  type RasterStyle,
  slotsFor,
  TileRaster,
} from '../../../../web/views/map/raster.ts';

const { order } = colouringOf('phase');
const [GROUND, TILE, LINE, TEXT, FAULT, BAD, BOOT, DRAIN, GONE, ON_FAILED] = [
  101, 102, 103, 104, 105, 106, 107, 108, 109, 110,
];
const style: RasterStyle = {
  order,
  shaped: true,
  isGrave: new Uint8Array(16),
  colours: {
    classes: Uint32Array.from({ length: 16 }, (_, i) => i + 1),
    ground: GROUND,
    tile: TILE,
    line: LINE,
    text: TEXT,
    fault: FAULT,
    bad: BAD,
    booting: BOOT,
    draining: DRAIN,
    gone: GONE,
    onFailed: ON_FAILED,
  },
};
const colourOf = (look: (typeof LOOKS)[number]) => LOOKS.indexOf(look) + 1;

/** One node with pods in PodStates. */
function node(states: readonly number[], marks: number, by: ColourBy = 'phase'): ClusterMirror {
  const mirror = new ClusterMirror(colouringOf(by));
  const n = states.length;
  const frame: MapFrame = {
    timeUs: 100e6,
    cuts: [],
    full: true,
    pods: Uint32Array.from(states.keys()),
    state: Uint8Array.from(states),
    node: new Uint32Array(n),
    attempts: Uint8Array.from(states, (_, i) => i),
    nodes: new Uint32Array(1),
    marks: Uint16Array.of(marks),
    buildMs: 0,
    statics: {
      podFrom: 0,
      podNames: textColumn(states.map((_, i) => `ns/p-${i}`)),
      namespaceOf: Uint32Array.from(states, (_, i) => i % 12),
      ownerOf: new Uint32Array(n),
      priority: Int32Array.from(states, (_, i) => 100 * (i % 3)),
      cpuMilli: Float32Array.from(states, () => 500),
      memoryMi: Float32Array.from(states, () => 512),
      bornUs: Float64Array.from(states, (_, i) => 100e6 - i * 30e6),
      nodeFrom: 0,
      nodeNames: textColumn(['n-0']),
      nodeCpuMilli: Float32Array.of(4000),
      nodeMemoryMi: Float32Array.of(8192),
      nodePods: Float32Array.of(110),
      namespaces: Array.from({ length: 12 }, (_, i) => `ns-${i}`),
      owners: ['deployments.apps/ns/web'],
    },
  };
  mirror.apply(frame);
  return mirror;
}

function paint(mirror: ClusterMirror, w: number, h: number, slots = slotsFor(mirror)): Map<number, number> {
  const pixels = new Uint32Array(w * h).fill(GROUND);
  new TileRaster(pixels, w, h, style, 1).tile(mirror, 0, 0, 0, w, h, detailOf(w), slots);
  const counts = new Map<number, number>();
  for (const p of pixels) counts.set(p, (counts.get(p) ?? 0) + 1);
  return counts;
}

test('detail follows the width of a tile', () => {
  expect([2, 5, 6, 13, 14, 25, 26, 89, 90].map(detailOf)).toEqual([
    'block',
    'block',
    'gauge',
    'gauge',
    'cells',
    'cells',
    'bars',
    'bars',
    'card',
  ]);
});

test('a block has the colour of the worst state', () => {
  expect(paint(node([5, 5, 6, 5], NodeMark.ready), 4, 4)).toEqual(new Map([[colourOf('crash'), 16]]));
  expect(paint(node([], NodeMark.ready), 4, 4)).toEqual(new Map([[TILE, 16]]));
});

test('a gauge is as high as its pods fill the slots, and one bad pod among many shows', () => {
  const states = Array<number>(30).fill(5);
  states[7] = 10;
  const counts = paint(node(states, NodeMark.ready), 10, 10, 30);
  expect(counts.get(colourOf('failed'))).toBe(10);
  expect(counts.get(colourOf('ready'))).toBe(90);
  expect(paint(node(states.slice(0, 15), NodeMark.ready), 10, 10, 30).get(TILE)).toBe(50);
});

test('cells: one a pod, and they fit whatever the slots', () => {
  for (const slots of [1, 4, 30, 110, 400])
    for (const [w, h] of [
      [14, 14],
      [25, 30],
      [60, 70],
    ]) {
      const g = cellGrid(w, h, slots, detailOf(w), 1);
      if (slots <= (w - 2) * (h - 2))
        expect(g.columns * g.cellW, `${slots} in ${w} x ${h}`).toBeLessThanOrEqual(w - 2 * g.margin);
    }
  const counts = paint(node([5, 5, 5, 10, 6], NodeMark.ready), 20, 20);
  expect(counts.get(colourOf('ready'))).toBeGreaterThan(0);
  expect(counts.get(colourOf('failed'))).toBeGreaterThan(0);
});

test('every state has a shape of its own in a cell', () => {
  const shapes = LOOKS.map((_, cls) =>
    [...cellSprite(cls, 9, 9, style.colours)].map((p) => (p === cls + 1 ? '#' : '.')).join(''),
  );
  expect(new Set(shapes).size).toBe(LOOKS.length);
});

test('marks: NotReady cuts, cordon takes a corner, pressure a line, booting a dashed frame', () => {
  const pods = Array<number>(9).fill(5);
  const plain = paint(node(pods, NodeMark.ready), 30, 30);
  const out = paint(node(pods, NodeMark.unknown), 30, 30);
  expect(plain.get(GROUND)).toBeUndefined();
  expect(out.get(GROUND)).toBeGreaterThan(100);
  expect(out.get(BAD)).toBeGreaterThan(60);
  expect(paint(node(pods, NodeMark.ready | NodeMark.cordoned), 30, 30).get(GROUND)).toBeGreaterThan(40);
  expect(paint(node(pods, NodeMark.ready | NodeMark.pressure), 30, 30).get(FAULT)).toBeGreaterThanOrEqual(60);
  expect(paint(node(pods, NodeMark.booting), 30, 30).get(BOOT)).toBeGreaterThan(40);
  expect(paint(node(pods, NodeMark.gone), 30, 30).get(GONE)).toBeGreaterThan(40);
});

test('other colours sort pods into classes', () => {
  const classes = (by: ColourBy) => [...node(Array<number>(12).fill(5), NodeMark.ready, by).classOf.subarray(0, 12)];
  expect(new Set(classes('namespace')).size).toBe(OWN_COLOURS + 1);
  expect(new Set(classes('owner'))).toEqual(new Set([0]));
  expect(new Set(classes('priority'))).toEqual(new Set([0, 3, 6]));
  expect(classes('age').slice(0, 4)).toEqual([0, 1, 1, 2]);
  expect(new Set(classes('requests'))).toEqual(new Set([3]));
  expect(classes('attempts').slice(0, 6)).toEqual([0, 1, 2, 3, 3, 4]);
});

test('recolouring keeps the sums', () => {
  const mirror = node([5, 5, 0, 10], NodeMark.ready);
  for (const by of ['namespace', 'age', 'attempts', 'phase'] as const) {
    mirror.recolour(colouringOf(by));
    expect(
      mirror.counts.reduce((a, b) => a + b, 0),
      by,
    ).toBe(4);
  }
  expect(mirror.usedCpu[0]).toBe(1500);
  expect(mirror.podsOf(NO_NODE)).toEqual([]);
});
