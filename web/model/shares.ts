import type { RunFrame } from './frame.ts';
import { segmentEnd } from './hitTest.ts';
import { LOOK_NUMBER, LOOKS } from './states.ts';
import type { Viewport } from './viewport.ts';

/** Pods of a group by look over time, a column a pixel: [look * columns + column]. */
export interface Shares {
  readonly columns: number;
  /** Pods in the middle of the column. */
  readonly sampled: Uint32Array;
  /** Pods that were in the look at any moment of the column: what is too short for the sample still shows. */
  readonly touched: Uint32Array;
}

export function sharesOf(
  frame: RunFrame,
  lanes: Uint32Array,
  view: Viewport,
  columns: number,
  match?: Uint8Array,
): Shares {
  const stride = columns + 1;
  const sampled = new Int32Array(LOOKS.length * stride);
  const touched = new Int32Array(LOOKS.length * stride);
  const perUs = columns / (view.toUs - view.fromUs);
  const within = (column: number) => Math.min(columns, Math.max(0, column));
  for (const lane of lanes) {
    if (match !== undefined && match[lane] === 0) continue;
    for (let seg = frame.segFirst[lane]; seg < frame.segEnd[lane]; seg++) {
      const look = LOOK_NUMBER[frame.segState[seg]];
      if (look < 0) continue;
      if (frame.segTime[seg] >= view.toUs) break;
      const toUs = segmentEnd(frame, lane, seg);
      if (toUs <= view.fromUs) continue;
      const from = (frame.segTime[seg] - view.fromUs) * perUs;
      const to = (toUs - view.fromUs) * perUs;
      sampled[look * stride + within(Math.ceil(from - 0.5))]++;
      sampled[look * stride + within(Math.ceil(to - 0.5))]--;
      touched[look * stride + within(Math.floor(from))]++;
      touched[look * stride + within(Math.max(Math.floor(from) + 1, Math.ceil(to)))]--;
    }
  }
  return { columns, sampled: sums(sampled, columns), touched: sums(touched, columns) };
}

/** Running sums of changes, look by look. */
function sums(changes: Int32Array, columns: number): Uint32Array {
  const counts = new Uint32Array(LOOKS.length * columns);
  for (let look = 0; look < LOOKS.length; look++) {
    let n = 0;
    for (let column = 0; column < columns; column++) {
      n += changes[look * (columns + 1) + column];
      counts[look * columns + column] = n;
    }
  }
  return counts;
}

/** Most pods of a group at a time: the height of its share bar. */
export function mostAtOnce(shares: Shares): number {
  let most = 1;
  for (let column = 0; column < shares.columns; column++) {
    let n = 0;
    for (let look = 0; look < LOOKS.length; look++) n += shares.sampled[look * shares.columns + column];
    if (n > most) most = n;
  }
  return most;
}

/** Pods by look at an instant. */
export function countsAt(frame: RunFrame, timeUs: number, lanes?: Uint32Array): Uint32Array {
  const counts = new Uint32Array(LOOKS.length);
  const total = lanes?.length ?? frame.laneCount;
  for (let i = 0; i < total; i++) {
    const lane = lanes === undefined ? i : lanes[i];
    const first = frame.segFirst[lane];
    let seg = frame.segEnd[lane] - 1;
    while (seg >= first && frame.segTime[seg] > timeUs) seg--;
    if (seg < first) continue;
    const look = LOOK_NUMBER[frame.segState[seg]];
    if (look >= 0) counts[look]++;
  }
  return counts;
}
