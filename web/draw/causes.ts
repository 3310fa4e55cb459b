import type { ScaleLinear } from 'd3';
import { delayText } from '../model/viewport.ts';
import type { Palette } from './palette.ts';
import { drawText, setFont } from './text.ts';
import { type Scene, type ShownChain, stepHeights } from './timelineScene.ts';

type Ctx = CanvasRenderingContext2D;
type Point = readonly [x: number, y: number];

/** Dots nearer than this to the last one on the same line are left out. */
const DOT_GAP = 7;
/** Labels that would be narrower are left out. */
const LABEL_MIN = 12;

/**
 * A chain of causes over the lanes: along a lane for the wait, down or up to the lane where it has its effect. Right angles only, with a
 * dot where cause passes on.
 */
export function drawChain(ctx: Ctx, p: Palette, s: Scene, x: ScaleLinear<number, number>, chain: ShownChain): void {
  const { geometry: g } = s;
  const { steps } = chain.part;
  const heights = stepHeights(s, chain);
  const clampX = (us: number) => Math.min(Math.max(x(us), g.labelWidth - 10), g.width + 10);
  const points = steps.map((step, i): Point | undefined => {
    const y = heights[i];
    return y === undefined ? undefined : [clampX(step.timeUs), y];
  });
  ctx.save();
  ctx.beginPath();
  ctx.rect(g.labelWidth, g.axisHeight, g.width - g.labelWidth, g.height);
  ctx.clip();
  strokes(ctx, p, points);
  dots(ctx, p, s, x, chain, points);
  for (let i = 1; i < steps.length; i++) {
    const from = points[i - 1];
    const to = points[i];
    if (from !== undefined && to !== undefined) label(ctx, p, s, from, to, steps[i]);
  }
  ctx.restore();
}

function strokes(ctx: Ctx, p: Palette, points: readonly (Point | undefined)[]): void {
  ctx.lineJoin = 'miter';
  for (const [width, colour] of [
    [6, p.paper],
    [2.5, p.accent],
  ] as const) {
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.beginPath();
    let last: Point | undefined;
    for (const point of points) {
      if (point === undefined) continue;
      if (last === undefined) ctx.moveTo(...point);
      else {
        ctx.lineTo(point[0], last[1]);
        ctx.lineTo(...point);
      }
      last = point;
    }
    ctx.stroke();
  }
  // A head where the chain comes to another lane.
  ctx.fillStyle = p.accent;
  let last: Point | undefined;
  for (const point of points) {
    if (point !== undefined && last !== undefined && Math.abs(point[1] - last[1]) > 12) {
      const [px, py] = point;
      const back = point[1] > last[1] ? -1 : 1;
      ctx.beginPath();
      ctx.moveTo(px, py + back * 3);
      ctx.lineTo(px - 4, py + back * 10);
      ctx.lineTo(px + 4, py + back * 10);
      ctx.fill();
    }
    last = point ?? last;
  }
}

function dots(
  ctx: Ctx,
  p: Palette,
  s: Scene,
  x: ScaleLinear<number, number>,
  chain: ShownChain,
  points: readonly (Point | undefined)[],
): void {
  let last: Point = [Number.NEGATIVE_INFINITY, 0];
  chain.part.steps.forEach((step, i) => {
    const point = points[i];
    if (point === undefined || step.timeUs < s.view.fromUs || step.timeUs > s.view.toUs) return;
    const isHere = i === chain.at;
    if (!isHere && point[1] === last[1] && x(step.timeUs) - last[0] < DOT_GAP) return;
    last = point;
    for (const [radius, colour] of [
      [isHere ? 8 : 5, p.paper],
      ...(isHere ? ([[6.5, p.ink]] as const) : []),
      [isHere ? 4.5 : 3.5, p.accent],
    ] as const) {
      ctx.fillStyle = colour;
      ctx.beginPath();
      ctx.arc(point[0], point[1], radius, 0, 7);
      ctx.fill();
    }
  });
}

function label(
  ctx: Ctx,
  p: Palette,
  { geometry: g }: Scene,
  [fromX, y]: Point,
  [toX]: Point,
  step: ShownChain['part']['steps'][number],
): void {
  const u = p.unit;
  const left = Math.max(fromX, g.labelWidth);
  const right = Math.min(toX, g.width);
  const room = right - left - 16;
  if (room < LABEL_MIN) return;
  const parameter = step.parts.find((part) => part.delayUs * 2 > step.delayUs)?.parameter ?? '';
  const delay = delayText(step.delayUs);
  setFont(ctx, p, { bold: true });
  const long = `${delay}  ${parameter.slice(0, 60)}`;
  const text = ctx.measureText(long).width + 12 * u <= room ? long : delay;
  const width = ctx.measureText(text).width + 12 * u;
  if (width > room) return;
  const at = (left + right) / 2 - width / 2;
  ctx.fillStyle = p.bg[1];
  ctx.strokeStyle = p.accent;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(at, y - 8 * u, width, 16 * u, 3);
  ctx.fill();
  ctx.stroke();
  drawText(ctx, p, text, at + 6 * u, y + 0.5, { bold: true, colour: p.text[0] });
}
