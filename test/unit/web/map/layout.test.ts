import { expect, test } from 'vitest';
import {
  layOutMap,
  type MapLayout,
  type MapRoom,
  neighbour,
  placeAt,
  placesIn,
  tileRect,
} from '../../../../web/views/map/layout.ts';

const room: MapRoom = { width: 760, height: 485, unit: 1 };
const all = () => true;

/** Nodes over groups in turn, or by given sizes. */
function groups(sizes: readonly number[]): Uint32Array {
  return Uint32Array.from(sizes.flatMap((size, g) => Array<number>(size).fill(g)));
}

const layOut = (sizes: readonly number[], at = room, zoom = 1): MapLayout =>
  layOutMap(groups(sizes), sizes.length, all, at, zoom);

for (const [sizes, tileW] of [
  [[4, 4, 4], 118],
  [[100, 100, 100], 28],
  [[1667, 1667, 1666], 6],
] as const) {
  test(`${sizes.join(' + ')} nodes fit a small screen with tiles of about ${tileW} px`, () => {
    const layout = layOut(sizes);
    expect(layout.height).toBeLessThanOrEqual(room.height);
    expect(layout.width).toBeLessThanOrEqual(room.width + 12);
    expect(layout.tileW).toBeGreaterThanOrEqual(tileW - 4);
    expect(layout.groups.length).toBe(3);
  });
}

test('every tile is inside its group and found where it stands', () => {
  for (const sizes of [[12], [1], [3, 500, 20], Array<number>(80).fill(7), [5000], [2, 1, 9000]]) {
    const layout = layOut(sizes);
    expect(layout.order.length).toBe(sizes.reduce((a, b) => a + b, 0));
    expect(layout.height, sizes.join('+')).toBeLessThanOrEqual(room.height + (sizes.length > 40 ? 4000 : 0));
    for (let place = 0; place < layout.order.length; place += 7) {
      const r = tileRect(layout, place);
      expect(placeAt(layout, r.x + r.width / 2, r.y + r.height / 2)).toBe(place);
      expect(r.x + r.width).toBeLessThanOrEqual(layout.width);
    }
  }
});

test('groups do not overlap', () => {
  const layout = layOut([3, 500, 20, 40, 1, 900]);
  const boxes = layout.groups.map((b) => ({
    x0: b.x,
    x1: b.x + b.columns * layout.tileW - layout.gap,
    y0: b.y,
    y1: b.top + b.rows * layout.tileH,
  }));
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) expect(a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0).toBe(true);
  });
});

test('zoom keeps the columns and grows the tiles', () => {
  const one = layOut([1667, 1667, 1666]);
  const ten = layOut([1667, 1667, 1666], room, 10);
  expect(ten.groups.map((g) => g.columns)).toEqual(one.groups.map((g) => g.columns));
  expect(ten.tileW).toBe(one.tileW * 10);
});

test('nodes that are not there take no room', () => {
  const layout = layOutMap(groups([4, 4]), 2, (node) => node > 3 && node !== 5, room, 1);
  expect([...layout.order]).toEqual([4, 6, 7]);
  expect(layout.placeOf[5]).toBe(-1);
  expect(layout.groups.map((g) => g.group)).toEqual([1]);
});

test('no nodes at all', () => {
  expect(layOut([]).groups).toEqual([]);
});

test('arrows go from tile to tile and from group to group', () => {
  const layout = layOut([4, 4, 4]);
  const box = layout.groups[0];
  expect(neighbour(layout, 0, 1, 0)).toBe(1);
  expect(neighbour(layout, 0, 0, 1)).toBe(box.columns);
  expect(neighbour(layout, 0, -1, 0)).toBe(-1);
  const edge = box.columns - 1;
  expect(layout.boxOf[neighbour(layout, edge, 1, 0)]).toBe(1);
  expect(layout.boxOf[neighbour(layout, 4, -1, 0)]).toBe(0);
});

test('a brush takes the tiles that it meets', () => {
  const layout = layOut([100, 100, 100]);
  const a = tileRect(layout, 0);
  const b = tileRect(layout, 1);
  expect(placesIn(layout, { x: a.x + 1, y: a.y + 1, width: b.x - a.x, height: 2 })).toEqual([0, 1]);
});
