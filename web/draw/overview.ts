import { type ScaleLinear, scaleLinear, scaleSqrt } from 'd3';
import type { Mark, RunFrame } from '../model/frame.ts';
import { ticksOf, tickText, type Viewport } from '../model/viewport.ts';
import { drawGlyph } from './glyphs.ts';
import type { Palette } from './palette.ts';
import { drawCursor, drawText, setFont } from './text.ts';

const PAD = 12;
const EDGE = 15;

export function overviewScale(width: number, unit: number, limitUs: number): ScaleLinear<number, number> {
  return scaleLinear([0, Math.max(limitUs, 1)], [PAD * unit, width - PAD * unit]);
}

export interface OverviewScene {
  readonly frame: RunFrame | undefined;
  readonly marks: readonly Mark[];
  readonly view: Viewport;
  readonly limitUs: number;
  readonly cursorUs: number;
  readonly width: number;
  readonly height: number;
  readonly texts: { readonly ready: string; readonly pending: string };
}

/** What is past is solid, what is recorded but still to come is pale. */
const PAST_ALPHA = 0.95;
const FUTURE_ALPHA = 0.33;

/** The line as it looks when all of it is past, and when all of it is to come: made once, whatever the moment. */
interface Layers {
  readonly inputs: readonly unknown[];
  readonly past: HTMLCanvasElement;
  readonly future: HTMLCanvasElement;
}

const layersOf = new WeakMap<HTMLCanvasElement, Layers>();

/**
 * The whole run on one line: faults, pods that are not ready (square root: 5 and 900 both show), ready pods, the view. While only the
 * moment moves, two pictures and the cursor are put together.
 */
export function drawOverview(ctx: CanvasRenderingContext2D, p: Palette, s: OverviewScene): void {
  const { width, height, limitUs } = s;
  const ratio = ctx.getTransform().a;
  const { texts } = s;
  const inputs = [p, s.frame, s.marks, s.view, limitUs, width, height, texts.ready, texts.pending, ratio];
  let layers = layersOf.get(ctx.canvas);
  if (layers === undefined || inputs.some((value, i) => value !== layers?.inputs[i])) {
    const layer = (alpha: number) => {
      const canvas = document.createElement('canvas');
      canvas.width = ctx.canvas.width;
      canvas.height = ctx.canvas.height;
      const c = canvas.getContext('2d') as CanvasRenderingContext2D;
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawGround(c, p, s, alpha);
      return canvas;
    };
    layers = { inputs, past: layer(PAST_ALPHA), future: layer(FUTURE_ALPHA) };
    layersOf.set(ctx.canvas, layers);
  }
  ctx.drawImage(layers.future, 0, 0, width, height);
  if (s.frame === undefined) return;
  const at = overviewScale(width, p.unit, limitUs)(Math.min(s.cursorUs, limitUs));
  const px = Math.round(at * ratio);
  if (px > 0) ctx.drawImage(layers.past, 0, 0, px, layers.past.height, 0, 0, px / ratio, layers.past.height / ratio);
  drawCursor(ctx, p, at, 0, height - EDGE * p.unit);
}

/** All but the cursor; `alpha` is that of the pods that are not ready. */
function drawGround(ctx: CanvasRenderingContext2D, p: Palette, s: OverviewScene, alpha: number): void {
  const { width, height, frame, view, limitUs } = s;
  const u = p.unit;
  const top = EDGE * u;
  const bottom = height - EDGE * u;
  const x = overviewScale(width, u, limitUs);
  ctx.fillStyle = p.bg[0];
  ctx.fillRect(0, 0, width, height);
  if (frame === undefined) return;
  ctx.fillStyle = p.bg[2];
  ctx.fillRect(x(view.fromUs), 0, x(view.toUs) - x(view.fromUs), bottom);
  for (const mark of s.marks) if (mark.kind === 'fault') faultSpan(ctx, p, mark, x, top, bottom, limitUs);
  areas(ctx, p, frame, x, top, bottom, alpha);
  ctx.strokeStyle = p.line[1];
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(0, bottom + 0.5);
  ctx.lineTo(width, bottom + 0.5);
  ctx.stroke();
  const { stepUs, times } = ticksOf({ fromUs: 0, toUs: limitUs }, width, 90 * u);
  for (const t of times) {
    ctx.fillStyle = p.line[2];
    ctx.fillRect(x(t), bottom, 1, 3);
    const align = t === 0 ? 'left' : x(t) > width - 30 * u ? 'right' : 'center';
    drawText(ctx, p, tickText(t, stepUs), x(t), bottom + 8.5 * u, { align, colour: p.text[2] });
  }
  for (const mark of s.marks) {
    if (mark.kind === 'fault') drawGlyph(ctx, 'fault', x(mark.fromUs), 7 * u, 12 * u, p.fault);
    else if (mark.kind === 'note') drawGlyph(ctx, 'note', x(mark.fromUs) + 4 * u, 7 * u, 10 * u, p.text[2]);
  }
  const spans = s.marks.filter((mark) => mark.kind !== 'command').map((mark) => x(mark.fromUs));
  legend(ctx, p, s.texts, spans, x(0) + 6 * u, width - PAD * u);
  brackets(ctx, p, x(view.fromUs), x(view.toUs), bottom);
}

function faultSpan(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  mark: Mark,
  x: ScaleLinear<number, number>,
  top: number,
  bottom: number,
  limitUs: number,
): void {
  const from = x(mark.fromUs);
  const to = x(Math.min(mark.untilUs, limitUs));
  if (to - from < 4) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, top, to - from, bottom - top);
  ctx.clip();
  ctx.strokeStyle = p.fault;
  ctx.globalAlpha = 0.32;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let k = from - 60; k < to + 60; k += 6) {
    ctx.moveTo(k, bottom);
    ctx.lineTo(k + bottom - top, top);
  }
  ctx.stroke();
  ctx.restore();
  ctx.fillStyle = p.fault;
  ctx.fillRect(from, top - 2, to - from, 2);
}

function areas(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  frame: RunFrame,
  x: ScaleLinear<number, number>,
  top: number,
  bottom: number,
  alpha: number,
): void {
  const { pending, ready, binUs } = frame.overview;
  let most = 1;
  for (let i = 0; i < ready.length; i++) most = Math.max(most, ready[i], pending[i]);
  const y = scaleSqrt([0, most], [bottom, top + 3]);
  ctx.fillStyle = p.state.unsched;
  ctx.globalAlpha = alpha;
  ctx.beginPath();
  ctx.moveTo(x(0), bottom);
  pending.forEach((n, i) => {
    ctx.lineTo(x(i * binUs), y(n));
    ctx.lineTo(x(Math.min((i + 1) * binUs, frame.endUs)), y(n));
  });
  ctx.lineTo(x(frame.endUs), bottom);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = p.state.ready;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ready.forEach((n, i) => {
    ctx.lineTo(x(i * binUs), y(n));
  });
  ctx.stroke();
}

/** What the line and the area are, in the row of the faults where none stands: never over the data. Too little room = left out. */
function legend(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  { ready, pending }: OverviewScene['texts'],
  taken: readonly number[],
  left: number,
  right: number,
): void {
  const u = p.unit;
  setFont(ctx, p, {});
  const [swatch, gap] = [12 * u, 4 * u];
  const readyWidth = swatch + gap + ctx.measureText(ready).width;
  const width = readyWidth + 4 * gap + swatch + gap + ctx.measureText(pending).width;
  const at = freeRoom(taken, width + 2 * gap, 10 * u, left, right);
  if (at === undefined) return;
  const y = 7 * u;
  const from = at + gap;
  ctx.fillStyle = p.state.ready;
  ctx.fillRect(from, y - 1, swatch, 2);
  drawText(ctx, p, ready, from + swatch + gap, y, { colour: p.text[2] });
  const second = from + readyWidth + 4 * gap;
  ctx.fillStyle = p.state.unsched;
  ctx.fillRect(second, y - 4 * u, swatch, 8 * u);
  drawText(ctx, p, pending, second + swatch + gap, y, { colour: p.text[2] });
}

/** The leftmost room of a width between marks; each mark takes `half` to both sides. */
export function freeRoom(
  taken: readonly number[],
  width: number,
  half: number,
  left: number,
  right: number,
): number | undefined {
  let at = left;
  for (const mark of [...taken].sort((a, b) => a - b)) {
    if (mark + half <= at) continue;
    if (mark - half >= at + width) break;
    at = mark + half;
  }
  return at + width <= right ? at : undefined;
}

function brackets(ctx: CanvasRenderingContext2D, p: Palette, from: number, to: number, bottom: number): void {
  ctx.strokeStyle = p.accent;
  ctx.lineWidth = 2;
  for (const [px, turn] of [
    [from, 1],
    [to, -1],
  ]) {
    ctx.beginPath();
    ctx.moveTo(px + 4 * turn, 1);
    ctx.lineTo(px, 1);
    ctx.lineTo(px, bottom - 1);
    ctx.lineTo(px + 4 * turn, bottom - 1);
    ctx.stroke();
  }
}
