import { Hatches } from '../../draw/hatches.ts';
import { drawCursor, drawText } from '../../draw/text.ts';
import type { Comparison, LanePair, LanePairs, NodeDifference } from '../../model/compare.ts';
import { textAt } from '../../model/frame.ts';
import { shorten } from '../../model/shorten.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { ticksOf, tickText, type Viewport } from '../../model/viewport.ts';
import { layOutMap, type MapLayout, tileRect } from '../map/layout.ts';
import type { MapPalette } from '../map/mapPalette.ts';
import { differenceStep } from './scale.ts';

export interface ComparePalette extends MapPalette {
  readonly runA: string;
  readonly runB: string;
}

type Ctx = CanvasRenderingContext2D;

const timeX = (view: Viewport, left: number, right: number) => (us: number) =>
  left + ((right - left) * (us - view.fromUs)) / Math.max(1, view.toUs - view.fromUs);

/** Pods not Ready over time: A solid, B dashed, the ground between them toned. */
export function drawLines(
  ctx: Ctx,
  p: ComparePalette,
  c: Comparison,
  width: number,
  height: number,
  cursorUs: number,
  words: { readonly first: string },
): void {
  const u = p.unit;
  const view = { fromUs: 0, toUs: c.endUs };
  const [left, right, top, bottom] = [44 * u, width - 14 * u, 12 * u, height - 18 * u];
  const x = timeX(view, left, right);
  const bins = Math.max(c.notReadyA.length, c.notReadyB.length);
  let most = 4;
  for (let i = 0; i < bins; i++) most = Math.max(most, c.notReadyA[i] ?? 0, c.notReadyB[i] ?? 0);
  const y = (v: number) => bottom - ((bottom - top) * v) / most;
  ctx.fillStyle = p.canvas;
  ctx.fillRect(0, 0, width, height);
  for (const share of [0, 0.5, 1]) {
    const v = Math.round(most * share);
    ctx.strokeStyle = p.line[0];
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(left, Math.round(y(v)) + 0.5);
    ctx.lineTo(right, Math.round(y(v)) + 0.5);
    ctx.stroke();
    drawText(ctx, p, v.toLocaleString('en'), left - 6 * u, y(v), { align: 'right', colour: p.text[2] });
  }
  axis(ctx, p, view, x, right, height - 8 * u);
  const path = (values: Uint32Array, reverse: boolean, from: boolean) => {
    for (let k = 0; k < values.length; k++) {
      const i = reverse ? values.length - 1 - k : k;
      const px = x(Math.min(c.endUs, (i + 0.5) * c.binUs));
      if (k === 0 && from) ctx.moveTo(px, y(values[i]));
      else ctx.lineTo(px, y(values[i]));
    }
  };
  ctx.beginPath();
  path(c.notReadyA, false, true);
  path(c.notReadyB, true, false);
  ctx.fillStyle = p.bg[3];
  ctx.globalAlpha = 0.6;
  ctx.fill();
  ctx.globalAlpha = 1;
  for (const [values, colour, dash] of [
    [c.notReadyA, p.runA, []],
    [c.notReadyB, p.runB, [6, 3]],
  ] as const) {
    ctx.beginPath();
    path(values, false, true);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.setLineDash([...dash]);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  const at = c.divergence.timeUs;
  if (at !== undefined) {
    const px = Math.round(x(at)) + 0.5;
    ctx.strokeStyle = p.text[1];
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(px, top);
    ctx.lineTo(px, bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    const isRight = px > (left + right) / 2;
    drawText(ctx, p, words.first, px + (isRight ? -6 : 6) * u, top + 6 * u, {
      align: isRight ? 'right' : 'left',
      colour: p.text[0],
      halo: p.canvas,
    });
  }
  letters(ctx, p, c, x, y);
  drawCursor(ctx, p, x(cursorUs), top - 8 * u, bottom);
}

/** The letters stand where the lines are furthest apart. */
function letters(
  ctx: Ctx,
  p: ComparePalette,
  c: Comparison,
  x: (us: number) => number,
  y: (v: number) => number,
): void {
  const bins = Math.min(c.notReadyA.length, c.notReadyB.length);
  let best = Math.floor(bins * 0.6);
  let apart = -1;
  for (let i = Math.floor(bins * 0.1); i < bins * 0.95; i++) {
    const d = Math.abs(c.notReadyA[i] - c.notReadyB[i]);
    if (d > apart) {
      apart = d;
      best = i;
    }
  }
  if (bins === 0) return;
  const px = x((best + 0.5) * c.binUs);
  const isAUp = c.notReadyA[best] >= c.notReadyB[best];
  for (const [letter, v, colour, up] of [
    ['A', c.notReadyA[best], p.runA, isAUp],
    ['B', c.notReadyB[best], p.runB, !isAUp],
  ] as const)
    drawText(ctx, p, letter, px, y(v) + (up ? -9 : 10) * p.unit, {
      size: 12,
      bold: true,
      align: 'center',
      colour,
      halo: p.canvas,
    });
}

function axis(ctx: Ctx, p: ComparePalette, view: Viewport, x: (us: number) => number, right: number, y: number): void {
  const ticks = ticksOf(view, right, 90 * p.unit);
  for (const us of ticks.times)
    if (x(us) < right - 10)
      drawText(ctx, p, tickText(us, ticks.stepUs), x(us), y, { align: 'center', colour: p.text[2] });
}

/** Tiles of the nodes in difference colours: blue = fewer Ready pods in B, brown = more. */
export class DifferenceMap {
  layout: MapLayout | undefined;
  most = 0;
  private data: NodeDifference | undefined;

  draw(
    ctx: Ctx,
    p: ComparePalette,
    data: NodeDifference,
    names: readonly string[],
    width: number,
    height: number,
  ): void {
    this.data = data;
    const layout = layOutMap(data.groupOf, names.length, () => true, { width, height, unit: p.unit }, 1);
    this.layout = layout;
    this.most = 0;
    for (let n = 0; n < data.a.length; n++) this.most = Math.max(this.most, Math.abs(data.b[n] - data.a[n]));
    ctx.fillStyle = p.canvas;
    ctx.fillRect(0, 0, width, height);
    for (const box of layout.groups) {
      drawText(ctx, p, names[box.group], box.x, box.y + 14 * p.unit, { size: 12, bold: true, colour: p.text[0] });
      for (let place = box.first; place < box.first + box.count; place++) {
        const n = layout.order[place];
        const rect = tileRect(layout, place);
        ctx.fillStyle = p.difference[differenceStep(data.b[n] - data.a[n], this.most)];
        ctx.fillRect(rect.x, rect.y, rect.width, rect.height);
        if (rect.width < 28 * p.unit || data.b[n] === data.a[n]) continue;
        const d = data.b[n] - data.a[n];
        drawText(ctx, p, `${d > 0 ? '+' : '−'}${Math.abs(d)}`, rect.x + rect.width / 2, rect.y + rect.height / 2, {
          align: 'center',
          bold: true,
          colour: p.ink,
          halo: p.canvas,
        });
      }
    }
  }

  /** Name of the node at a point of the canvas; '' = none. */
  nodeAt(x: number, y: number): string {
    const { layout, data } = this;
    if (layout === undefined || data === undefined) return '';
    for (const box of layout.groups)
      for (let place = box.first; place < box.first + box.count; place++) {
        const rect = tileRect(layout, place);
        if (x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height)
          return textAt(data.names, layout.order[place]);
      }
    return '';
  }

  /** Difference by step, for tests and the table. */
  get changed(): number {
    const { data } = this;
    return data === undefined ? 0 : data.a.reduce((n, a, i) => n + Number(a !== data.b[i]), 0);
  }
}

const PAIR_LANE = 17;

/** Pods of both runs in pairs: A above B, on one time axis. */
export class PairLanes {
  private readonly p: ComparePalette;
  private readonly hatches: Hatches;

  constructor(palette: ComparePalette, ratio: number) {
    this.p = palette;
    this.hatches = new Hatches(palette, ratio);
  }

  get pairHeight(): number {
    return (2 * PAIR_LANE + 6) * this.p.unit;
  }

  /** The pair at a height below the top of the canvas, and the time at a place across; -1 = none. */
  at(x: number, y: number, scrollTop: number, width: number, view: Viewport, pairs: number) {
    const u = this.p.unit;
    const pair = Math.floor((y + scrollTop - 20 * u) / this.pairHeight);
    const left = 190 * u;
    const share = (x - left) / Math.max(1, width - 6 - left);
    const timeUs = share < 0 || share > 1 ? -1 : view.fromUs + share * (view.toUs - view.fromUs);
    return { pair: y < 20 * u || pair < 0 || pair >= pairs ? -1 : pair, timeUs };
  }

  heightOf(pairs: number): number {
    return 20 * this.p.unit + pairs * this.pairHeight;
  }

  draw(
    ctx: Ctx,
    lanes: LanePairs,
    view: Viewport,
    width: number,
    height: number,
    scrollTop: number,
    cursorUs: number,
    words: { readonly absent: string },
  ): void {
    const { p } = this;
    const u = p.unit;
    const left = 190 * u;
    const x = timeX(view, left, width - 6);
    ctx.fillStyle = p.canvas;
    ctx.fillRect(0, 0, width, height);
    const top = 20 * u;
    lanes.pairs.forEach((pair, i) => {
      const y = top + i * this.pairHeight - scrollTop;
      if (y + this.pairHeight < top || y > height) return;
      this.pair(ctx, pair, y, x, left, width, lanes, view, words.absent);
    });
    ctx.fillStyle = p.bg[1];
    ctx.fillRect(0, 0, width, top - 1);
    axis(ctx, p, view, x, width - 6, 9 * u);
    ctx.fillStyle = p.line[0];
    ctx.fillRect(0, top - 1, width, 1);
    if (cursorUs >= view.fromUs && cursorUs <= view.toUs) drawCursor(ctx, p, x(cursorUs), top - 6, height);
  }

  private pair(
    ctx: Ctx,
    pair: LanePair,
    y: number,
    x: (us: number) => number,
    left: number,
    width: number,
    lanes: LanePairs,
    view: Viewport,
    absent: string,
  ): void {
    const { p } = this;
    const u = p.unit;
    const lh = PAIR_LANE * u;
    const short = (name: string) => (name === '' ? absent : shorten(name.slice(name.indexOf('/') + 1), 22));
    const isSame = pair.name === pair.nameB;
    for (const [i, letter, colour, times, states, endUs, name] of [
      [0, 'A', p.runA, pair.timesA, pair.statesA, lanes.endA, pair.name],
      [1, 'B', p.runB, pair.timesB, pair.statesB, lanes.endB, pair.nameB],
    ] as const) {
      const yy = y + i * lh + 3 * u;
      drawText(ctx, p, letter, 12 * u, yy + lh / 2, { bold: true, colour });
      if (!isSame)
        drawText(ctx, p, short(name), 30 * u, yy + lh / 2, { mono: true, colour: name === '' ? p.text[2] : p.text[0] });
      ctx.fillStyle = colour;
      if (i === 0) ctx.fillRect(left - 8 * u, yy + 1, 3, lh - 3);
      else for (let q = 0; q < lh - 3; q += 5) ctx.fillRect(left - 8 * u, yy + 1 + q, 3, 3);
      for (let s = 0; s < times.length; s++) {
        const look = LOOK_NUMBER[states[s]];
        const to = s + 1 < times.length ? times[s + 1] : endUs;
        if (look < 0 || to <= view.fromUs || times[s] >= view.toUs) continue;
        const x0 = x(Math.max(view.fromUs, times[s]));
        const x1 = x(Math.min(view.toUs, to));
        this.hatches.segment(ctx, LOOKS[look], x0, Math.round(yy + 1), Math.max(1.5, x1 - x0), Math.round(lh - 4 * u));
      }
    }
    if (isSame) drawText(ctx, p, short(pair.name), 30 * u, y + lh + 3 * u, { mono: true, colour: p.text[0] });
    ctx.fillStyle = p.line[0];
    ctx.fillRect(0, y + this.pairHeight - 1, width, 1);
  }
}
