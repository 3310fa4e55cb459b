import { TICK_GRAVITY, TICKS, type TickName } from '../model/ticks.ts';
import type { Palette } from './palette.ts';

/** Room of a mark, px at a unit of 1: of those that share it, the gravest is drawn. */
const ROOM = 8;

/** The shapes differ, so that marks are read without colour: in a box of 8 x 8 around a point. */
const SHAPES: Readonly<Record<TickName, string>> = {
  exited: 'M-3 -3h6v6h-6z',
  restarted: 'M-3.5 3.2L0 -3.6L3.5 3.2z',
  probeFailed: 'M-3.5 -3.2L0 3.6L3.5 -3.2z',
  evicted: 'M-3.4 -2.2l1.2 -1.2L0 -1.2L2.200 -3.400L3.4 -2.2L1.2 0L3.4 2.2L2.2 3.4L0 1.2L-2.2 3.4L-3.4 2.2L-1.2 0z',
  unschedulable: 'M-1 -3.500h2v7h-2z',
};

export const tickPath = (name: TickName): string => SHAPES[name];

const paths = new Map<string, Path2D>();

function pathOf(name: TickName): Path2D {
  let path = paths.get(name);
  if (path === undefined) paths.set(name, (path = new Path2D(SHAPES[name])));
  return path;
}

export function drawTick(ctx: CanvasRenderingContext2D, p: Palette, name: TickName, x: number, y: number): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(p.unit, p.unit);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3;
  ctx.strokeStyle = p.paper;
  ctx.stroke(pathOf(name));
  ctx.fillStyle = name === 'probeFailed' || name === 'unschedulable' ? p.text[0] : p.ink;
  ctx.fill(pathOf(name));
  ctx.restore();
}

/**
 * Visits the marks of a lane that find room: `times` ascending, at most one every few px, the gravest of those that share a place.
 * `room` = px at a unit of 1.
 */
export function eachTick(
  times: Float64Array,
  kinds: Uint8Array,
  from: number,
  to: number,
  x: (us: number) => number,
  room: number,
  visit: (name: TickName, x: number) => void,
): void {
  let at = Number.NaN;
  let gravest = -1;
  for (let i = from; i < to; i++) {
    const px = x(times[i]);
    if (gravest >= 0 && px - at >= room) {
      visit(TICKS[gravest], at);
      gravest = -1;
    }
    if (gravest < 0) at = px;
    if (gravest < 0 || TICK_GRAVITY[kinds[i]] > TICK_GRAVITY[gravest]) gravest = kinds[i];
  }
  if (gravest >= 0) visit(TICKS[gravest], at);
}

export const TICK_ROOM = ROOM;
