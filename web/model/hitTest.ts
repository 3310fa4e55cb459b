import type { RunFrame } from './frame.ts';
import type { Layout } from './layout.ts';

/** The last place i in [from, to) with values[i] <= value, or from - 1. */
export function lastAtOrBefore(values: Float64Array, value: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (values[mid] <= value) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** The row at a height of the whole picture, or -1. */
export function rowAt(layout: Layout, y: number): number {
  if (y < 0 || y >= layout.rowTop[layout.rowCount]) return -1;
  return lastAtOrBefore(layout.rowTop, y, 0, layout.rowCount);
}

/** The header that stays at the top of the lanes: its row, and how far the next group has pushed it out (0 or less). */
export function stickyHeader(
  layout: Layout,
  scrollTop: number,
): { readonly row: number; readonly top: number } | undefined {
  const first = rowAt(layout, scrollTop);
  if (first < 0 || layout.rowLane[first] < 0) return undefined;
  let row = first;
  while (row > 0 && layout.rowLane[row] >= 0) row--;
  let next = first + 1;
  const reach = scrollTop + layout.headerHeight;
  while (next < layout.rowCount && layout.rowTop[next] < reach && layout.rowLane[next] >= 0) next++;
  const isPushed = next < layout.rowCount && layout.rowTop[next] < reach && layout.rowLane[next] < 0;
  return { row, top: isPushed ? layout.rowTop[next] - reach : 0 };
}

/** The row under a height of the scrolled part of the picture, the header on top of it first; -1 = none. */
export function rowUnder(layout: Layout, scrollTop: number, y: number): number {
  if (y < 0) return -1;
  const sticky = stickyHeader(layout, scrollTop);
  if (sticky !== undefined && y < sticky.top + layout.headerHeight) return sticky.row;
  return rowAt(layout, scrollTop + y);
}

/** The segment of a lane that holds an instant, or -1 (before the pod, or after the end of the run). */
export function segmentAt(frame: RunFrame, lane: number, timeUs: number): number {
  const first = frame.segFirst[lane];
  const found = lastAtOrBefore(frame.segTime, timeUs, first, frame.segEnd[lane]);
  return found < first || timeUs > frame.endUs ? -1 : found;
}

/** End of a segment. */
export function segmentEnd(frame: RunFrame, lane: number, segment: number): number {
  return segment + 1 < frame.segEnd[lane] ? frame.segTime[segment + 1] : frame.endUs;
}
