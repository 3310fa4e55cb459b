import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PodState } from '../../../sim-core/index.ts';
import { type RunFrame, textAt, textColumn } from '../../../web/model/frame.ts';
import { lastAtOrBefore, rowAt, rowUnder, segmentAt, segmentEnd, stickyHeader } from '../../../web/model/hitTest.ts';
import { groupLanes, heightOf, layOut } from '../../../web/model/layout.ts';
import { markRows } from '../../../web/model/markRows.ts';
import { countsAt, mostAtOnce, sharesOf } from '../../../web/model/shares.ts';
import { shorten } from '../../../web/model/shorten.ts';
import { LOOKS } from '../../../web/model/states.ts';

const HEIGHTS = { header: 18, collapsed: 30, lane: 20 };

/** A frame of lanes given as lists of (time, state). */
function frameOf(lanes: readonly (readonly (readonly [number, number])[])[], endUs: number): RunFrame {
  const segments = lanes.flat();
  const segFirst = new Uint32Array(lanes.length + 1);
  lanes.forEach((lane, i) => {
    segFirst[i + 1] = segFirst[i] + lane.length;
  });
  const none = textColumn(['none']);
  return {
    endUs,
    untilUs: endUs,
    laneCount: lanes.length,
    laneNames: textColumn(lanes.map((_, i) => `shop/pod-${i}`)),
    segments: segFirst[lanes.length],
    segFirst,
    segEnd: segFirst.subarray(1),
    segTime: Float64Array.from(segments, ([time]) => time),
    segState: Uint8Array.from(segments, ([, state]) => state),
    segNode: new Uint32Array(segments.length),
    tickFirst: new Uint32Array(lanes.length),
    tickEnd: new Uint32Array(lanes.length),
    tickTime: new Float64Array(0),
    tickKind: new Uint8Array(0),
    ownerOf: new Uint32Array(lanes.length),
    owners: none,
    nodeOf: new Uint32Array(lanes.length),
    nodes: none,
    overview: { binUs: 1, pending: new Uint32Array(1), ready: new Uint32Array(1) },
  };
}

describe('layout of lanes', () => {
  const grouping = groupLanes(Uint32Array.of(2, 1, 2, 1, 0), ['none', 'web', 'api']);

  test('groups stand in the order of their names, lanes in that of their creation', () => {
    const layout = layOut(grouping, () => false, HEIGHTS);
    expect(Array.from(layout.rowLane.subarray(0, layout.rowCount))).toEqual([-1, 0, 2, -1, 4, -1, 1, 3]);
    expect(Array.from(layout.rowOfLane)).toEqual([1, 6, 2, 7, 4]);
    expect(heightOf(layout)).toBe(3 * 18 + 5 * 20);
  });

  test('closed groups are one row; lanes that do not match are hidden, with groups that have no other', () => {
    const closed = layOut(grouping, (group) => group === 2, HEIGHTS);
    expect(Array.from(closed.rowLane.subarray(0, closed.rowCount))).toEqual([-1, -1, 4, -1, 1, 3]);
    const filtered = layOut(grouping, () => false, HEIGHTS, Uint8Array.of(0, 1, 0, 0, 0));
    expect(Array.from(filtered.rowLane.subarray(0, filtered.rowCount))).toEqual([-1, 1]);
    expect(filtered.shownLanes).toBe(1);
    expect(filtered.rowOfLane[0]).toBe(-1);
  });

  test('every height belongs to the row that is painted there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        (groups, closed) => {
          const layout = layOut(
            groupLanes(Uint32Array.from(groups), ['a', 'b', 'c', 'd', 'e']),
            (g) => closed[g],
            HEIGHTS,
          );
          for (let row = 0; row < layout.rowCount; row++) {
            expect(rowAt(layout, layout.rowTop[row])).toBe(row);
            expect(rowAt(layout, layout.rowTop[row + 1] - 0.5)).toBe(row);
          }
          expect(rowAt(layout, -1)).toBe(-1);
          expect(rowAt(layout, heightOf(layout))).toBe(-1);
        },
      ),
    );
  });

  test('the header of the group in sight stays, until the next one pushes it out', () => {
    const layout = layOut(grouping, () => false, HEIGHTS);
    expect(stickyHeader(layout, 0)).toBeUndefined();
    expect(stickyHeader(layout, 25)).toEqual({ row: 0, top: 0 });
    expect(stickyHeader(layout, 50)).toEqual({ row: 0, top: -10 });
    expect(rowUnder(layout, 25, 5)).toBe(0);
    expect(rowUnder(layout, 25, 20)).toBe(2);
    expect(rowUnder(layout, 50, 9)).toBe(3);
  });
});

describe('hit test in time', () => {
  const frame = frameOf(
    [
      [
        [10, PodState.pending],
        [20, PodState.ready],
        [90, PodState.deleted],
      ],
      [],
      [[30, PodState.ready]],
    ],
    100,
  );

  test('the segment that holds an instant', () => {
    expect(segmentAt(frame, 0, 9)).toBe(-1);
    expect(segmentAt(frame, 0, 10)).toBe(0);
    expect(segmentAt(frame, 0, 19.9)).toBe(0);
    expect(segmentAt(frame, 0, 20)).toBe(1);
    expect(segmentAt(frame, 0, 101)).toBe(-1);
    expect(segmentAt(frame, 1, 50)).toBe(-1);
    expect(segmentAt(frame, 2, 100)).toBe(3);
    expect(segmentEnd(frame, 0, 1)).toBe(90);
    expect(segmentEnd(frame, 2, 3)).toBe(100);
  });

  test('the last at or before, as a scan finds it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (values, wanted) => {
        const sorted = Float64Array.from(values).sort();
        expect(lastAtOrBefore(sorted, wanted, 0, sorted.length)).toBe(sorted.findLastIndex((v) => v <= wanted));
      }),
    );
  });
});

describe('shares of a closed group', () => {
  const lanes = [
    [
      [0, PodState.ready],
      [40, PodState.failed],
      [40.4, PodState.ready],
    ],
    [
      [20, PodState.ready],
      [60, PodState.deleted],
    ],
  ] as const;
  const frame = frameOf(lanes, 100);
  const all = Uint32Array.of(0, 1);
  const ready = LOOKS.indexOf('ready');
  const failed = LOOKS.indexOf('failed');

  test('the sample in the middle of each column is the count at that instant', () => {
    const shares = sharesOf(frame, all, { fromUs: 0, toUs: 100 }, 10);
    for (let column = 0; column < 10; column++) {
      const counts = countsAt(frame, column * 10 + 5);
      expect(shares.sampled[ready * 10 + column]).toBe(counts[ready]);
    }
    expect(mostAtOnce(shares)).toBe(2);
  });

  test('what is shorter than a column is still seen', () => {
    const shares = sharesOf(frame, all, { fromUs: 0, toUs: 100 }, 10);
    expect(shares.sampled[failed * 10 + 4]).toBe(0);
    expect(shares.touched[failed * 10 + 4]).toBe(1);
    expect(shares.touched[failed * 10 + 5]).toBe(0);
  });
});

describe('texts and marks', () => {
  test('a column of texts gives each of them back', () => {
    const texts = ['', 'web', 'ü-ß', '', '日本'];
    const column = textColumn(texts);
    expect(texts.map((_, i) => textAt(column, i))).toEqual(texts);
  });

  test('names shorten in the middle and keep their end', () => {
    expect(shorten('web-7d9f6c5b8-x2kqp', 30)).toBe('web-7d9f6c5b8-x2kqp');
    expect(shorten('recommendations-7d9f6c5b8-x2kqp', 20)).toBe('recommendation…x2kqp');
    expect(shorten('abcdefghij', 4)).toBe('abc…');
  });

  test('faults that overlap stand below each other', () => {
    const fault = (fromUs: number, untilUs: number) => ({ kind: 'fault' as const, label: '', fromUs, untilUs });
    const rows = markRows([
      fault(0, 10),
      fault(5, 20),
      fault(10, 12),
      { kind: 'note', label: '', fromUs: 1, untilUs: 1 },
    ]);
    expect(rows.faultRows.map((row) => row.length)).toEqual([2, 1]);
    expect(rows.notes).toHaveLength(1);
  });
});
