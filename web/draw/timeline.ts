import { type ScaleLinear, scaleLinear } from 'd3';
import type { Mark, RunFrame } from '../model/frame.ts';
import { rowAt, segmentEnd, stickyHeader } from '../model/hitTest.ts';
import type { Grouping, Layout } from '../model/layout.ts';
import type { MarkRows } from '../model/markRows.ts';
import { shorten } from '../model/shorten.ts';
import { LOOK_NUMBER, LOOKS, SEVERITY } from '../model/states.ts';
import type { StoryPart } from '../model/story.ts';
import { delayText, ticksOf, tickText, timeText, type Viewport } from '../model/viewport.ts';
import { drawGlyph } from './glyphs.ts';
import { Hatches } from './hatches.ts';
import type { Palette } from './palette.ts';
import { ShareBars } from './shareBars.ts';
import { clipText, drawCursor, drawText, setFont } from './text.ts';

/** Sizes of the parts of the picture, px. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly unit: number;
  readonly labelWidth: number;
  readonly axisHeight: number;
  readonly markHeight: number;
  /** Axis and mark rows: what does not scroll. */
  readonly pinned: number;
}

const LABEL_WIDTH = 168;
const AXIS_HEIGHT = 22;
const MARK_HEIGHT = 20;
/** Room right of the last instant. */
const RIGHT_PAD = 6;
/** Gap between segments of neighbouring lanes; thin lanes have less. */
const INSET = 3;
/** Lanes below this height have no name. */
const NAMED_FROM = 12;

export function geometryOf(width: number, height: number, unit: number, rows: MarkRows): Geometry {
  const markRowCount = rows.faultRows.length + (rows.notes.length > 0 ? 1 : 0);
  const axisHeight = AXIS_HEIGHT * unit;
  const markHeight = MARK_HEIGHT * unit;
  return {
    width,
    height,
    unit,
    labelWidth: LABEL_WIDTH * unit,
    axisHeight,
    markHeight,
    pinned: axisHeight + markRowCount * markHeight,
  };
}

export function timeScale(g: Geometry, view: Viewport): ScaleLinear<number, number> {
  return scaleLinear([view.fromUs, view.toUs], [g.labelWidth, g.width - RIGHT_PAD]);
}

/** Everything that one picture is made of. */
export interface Scene {
  readonly frame: RunFrame;
  readonly layout: Layout;
  readonly grouping: Grouping;
  readonly groupNames: readonly string[];
  readonly match: Uint8Array | undefined;
  readonly view: Viewport;
  readonly scrollTop: number;
  readonly geometry: Geometry;
  readonly marks: MarkRows;
  readonly cursorUs: number;
  readonly hoverUs: number | undefined;
  readonly hoverRow: number;
  /** The keyboard's row; -1 = none. */
  readonly currentRow: number;
  readonly selectedLane: number;
  readonly story: StoryPart | undefined;
  readonly laneName: (lane: number) => string;
  readonly texts: { readonly faults: string; readonly notes: string };
}

type Ctx = CanvasRenderingContext2D;

/** Draws the timeline: a pure function of the scene, with caches of patterns and bars per theme. */
export class TimelinePainter {
  private readonly p: Palette;
  private readonly hatches: Hatches;
  private readonly bars: ShareBars;

  constructor(palette: Palette, ratio: number) {
    this.p = palette;
    this.hatches = new Hatches(palette, ratio);
    this.bars = new ShareBars(palette);
  }

  draw(ctx: Ctx, s: Scene): void {
    const { p } = this;
    const { width, height, pinned, labelWidth } = s.geometry;
    const x = timeScale(s.geometry, s.view);
    ctx.fillStyle = p.canvas;
    ctx.fillRect(0, 0, width, height);
    this.grid(ctx, s, x);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, pinned, width, height - pinned);
    ctx.clip();
    this.bands(ctx, s, x);
    this.rows(ctx, s, x);
    ctx.restore();
    this.pinnedRows(ctx, s, x);
    this.axis(ctx, s, x);
    ctx.strokeStyle = p.line[1];
    ctx.lineWidth = 1;
    line(ctx, labelWidth - 0.5, 0, labelWidth - 0.5, height);
    this.instants(ctx, s, x);
  }

  private grid(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { geometry: g, view } = s;
    ctx.strokeStyle = this.p.line[0];
    ctx.lineWidth = 1;
    for (const t of ticksOf(view, g.width - g.labelWidth, 64 * g.unit).times) {
      const px = Math.round(x(t)) + 0.5;
      line(ctx, px, g.axisHeight, px, g.height);
    }
  }

  /** The time of a fault behind all lanes: a thin tint, and an edge where it begins and ends. */
  private bands(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { geometry: g } = s;
    for (const mark of s.marks.faultRows.flat()) {
      const [from, to] = clampSpan(mark, s, x);
      if (to <= from) continue;
      ctx.fillStyle = this.p.fault;
      ctx.globalAlpha = 0.1;
      ctx.fillRect(from, g.pinned, to - from, g.height);
      ctx.globalAlpha = 0.8;
      ctx.fillRect(Math.round(from), g.pinned, 1, g.height);
      if (mark.untilUs <= s.view.toUs) ctx.fillRect(Math.round(to), g.pinned, 1, g.height);
      ctx.globalAlpha = 1;
    }
  }

  private rows(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { geometry: g, layout, scrollTop } = s;
    const first = Math.max(0, rowAt(layout, scrollTop));
    const columns = Math.max(1, Math.round((g.width - RIGHT_PAD - g.labelWidth) * devicePixelRatio));
    let barRows = 0;
    for (let row = first; row < layout.rowCount; row++) {
      const y = g.pinned + layout.rowTop[row] - scrollTop;
      if (y >= g.height) break;
      const height = layout.rowTop[row + 1] - layout.rowTop[row];
      const lane = layout.rowLane[row];
      if (lane >= 0) this.lane(ctx, s, x, row, lane, y, height);
      else {
        const isCollapsed = row + 1 >= layout.rowCount || layout.rowLane[row + 1] < 0;
        if (isCollapsed && barRows === 0) {
          barRows = Math.max(1, Math.round((height - 2 * INSET) * devicePixelRatio));
          this.bars.begin(s.frame, s.view, s.match, columns, barRows);
        }
        this.header(ctx, s, row, y, height, isCollapsed, columns, barRows);
      }
    }
    const sticky = stickyHeader(layout, scrollTop);
    if (sticky !== undefined)
      this.header(ctx, s, sticky.row, g.pinned + sticky.top, layout.headerHeight, false, columns, barRows);
  }

  private header(
    ctx: Ctx,
    s: Scene,
    row: number,
    y: number,
    height: number,
    isCollapsed: boolean,
    columns: number,
    barRows: number,
  ): void {
    const { p } = this;
    const { geometry: g, grouping, layout } = s;
    const group = layout.rowGroup[row];
    const u = g.unit;
    const lanes = grouping.lanes.subarray(grouping.first[group], grouping.first[group + 1]);
    ctx.fillStyle = isCollapsed ? p.bg[1] : p.bg[2];
    ctx.fillRect(0, y, isCollapsed ? g.labelWidth : g.width, height);
    if (isCollapsed) {
      const bar = this.bars.bar(group, lanes, s.view, columns, barRows);
      ctx.drawImage(bar, g.labelWidth, y + INSET, columns / devicePixelRatio, barRows / devicePixelRatio);
    }
    if (row === s.hoverRow || row === s.currentRow) this.rowMark(ctx, s, y, height, row === s.currentRow);
    const middle = y + Math.min(height, 26 * u) / 2;
    ctx.fillStyle = p.text[2];
    ctx.beginPath();
    if (isCollapsed) {
      ctx.moveTo(9 * u, middle - 3.5 * u);
      ctx.lineTo(9 * u, middle + 3.5 * u);
      ctx.lineTo(14 * u, middle);
    } else {
      ctx.moveTo(8 * u, middle - 2.5 * u);
      ctx.lineTo(15 * u, middle - 2.5 * u);
      ctx.lineTo(11.5 * u, middle + 2.5 * u);
    }
    ctx.fill();
    const shown =
      s.match === undefined ? lanes.length : lanes.reduce((n, lane) => n + (s.match as Uint8Array)[lane], 0);
    const count = shown === lanes.length ? String(shown) : `${shown}/${lanes.length}`;
    drawText(ctx, p, count, g.labelWidth - 8 * u, middle, { align: 'right', colour: p.text[2] });
    const countWidth = ctx.measureText(count).width;
    setFont(ctx, p, { bold: true });
    const name = clipText(ctx, shorten(s.groupNames[group], 60), g.labelWidth - 36 * u - countWidth);
    drawText(ctx, p, name, 20 * u, middle, { bold: true, colour: isCollapsed ? p.text[0] : p.text[1] });
    ctx.strokeStyle = p.line[0];
    ctx.lineWidth = 1;
    line(ctx, 0, y + height - 0.5, g.width, y + height - 0.5);
  }

  private lane(
    ctx: Ctx,
    s: Scene,
    x: ScaleLinear<number, number>,
    row: number,
    lane: number,
    y: number,
    height: number,
  ): void {
    const { p } = this;
    const { geometry: g } = s;
    const isSelected = lane === s.selectedLane;
    const inset = height >= NAMED_FROM ? INSET : height >= 5 ? 1 : 0;
    const top = Math.round(y + inset);
    const tall = Math.max(1, Math.round(y + height - inset) - top);
    if (isSelected) {
      ctx.fillStyle = p.accentBg;
      ctx.fillRect(g.labelWidth, y, g.width, height);
    }
    ctx.save();
    ctx.beginPath();
    ctx.rect(g.labelWidth, y, g.width - RIGHT_PAD - g.labelWidth, height);
    ctx.clip();
    this.segments(ctx, s, x, lane, top, tall);
    if (isSelected && s.story !== undefined) this.path(ctx, s, x, s.story, top + tall / 2, height);
    ctx.restore();
    ctx.fillStyle = isSelected ? p.accentBg : p.bg[1];
    ctx.fillRect(0, y, g.labelWidth, height);
    if (row === s.hoverRow || row === s.currentRow) this.rowMark(ctx, s, y, height, row === s.currentRow);
    if (isSelected) {
      ctx.fillStyle = p.accent;
      ctx.fillRect(0, y, 3, height);
    }
    if (height < NAMED_FROM * g.unit) return;
    const full = s.laneName(lane);
    setFont(ctx, p, { mono: true, bold: isSelected });
    const chars = Math.floor((g.labelWidth - 20 * g.unit) / ctx.measureText('0').width);
    const name = shorten(full.slice(full.indexOf('/') + 1), chars);
    drawText(ctx, p, name, 12 * g.unit, y + height / 2, {
      mono: true,
      bold: isSelected,
      colour: isSelected ? p.text[0] : p.text[1],
    });
    ctx.strokeStyle = p.line[0];
    ctx.lineWidth = 1;
    line(ctx, 0, y + height - 0.5, g.width, y + height - 0.5);
  }

  /** At most one box a pixel: of those that share one, the worst. */
  private segments(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>, lane: number, top: number, tall: number): void {
    const { frame, view } = s;
    let pixel = Number.NEGATIVE_INFINITY;
    let worst = -1;
    const flush = () => {
      if (worst >= 0) this.hatches.segment(ctx, LOOKS[worst], pixel, top, 1, tall);
      worst = -1;
    };
    for (let seg = frame.segFirst[lane]; seg < frame.segFirst[lane + 1]; seg++) {
      const look = LOOK_NUMBER[frame.segState[seg]];
      if (look < 0 || frame.segTime[seg] > view.toUs) continue;
      const endUs = segmentEnd(frame, lane, seg);
      if (endUs < view.fromUs) continue;
      // Edges snap to pixels; far outside the picture is enough outside.
      const from = Math.round(Math.max(x(frame.segTime[seg]), s.geometry.labelWidth - 20));
      const to = Math.round(Math.min(x(endUs), s.geometry.width + 20));
      if (to - from >= 2) {
        flush();
        this.hatches.segment(ctx, LOOKS[look], from, top, to - from, tall);
        continue;
      }
      if (from !== pixel) flush();
      pixel = from;
      if (worst < 0 || SEVERITY[look] > SEVERITY[worst]) worst = look;
    }
    flush();
  }

  /** The story of the selected pod in its own lane: the wait before it was created is on the same line as its life. */
  private path(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>, story: StoryPart, y: number, height: number): void {
    const { p } = this;
    const { geometry: g, view } = s;
    const { steps } = story;
    if (steps.length < 2) return;
    const clampX = (us: number) => Math.min(Math.max(x(us), g.labelWidth - 10), g.width + 10);
    for (const [width, colour] of [
      [6, p.paper],
      [2.5, p.accent],
    ] as const) {
      ctx.lineWidth = width;
      ctx.strokeStyle = colour;
      line(ctx, clampX(steps[0].timeUs), y, clampX(steps[steps.length - 1].timeUs), y);
    }
    let dotAt = Number.NEGATIVE_INFINITY;
    for (const step of steps) {
      const px = x(step.timeUs);
      if (step.timeUs < view.fromUs || step.timeUs > view.toUs || px - dotAt < 7) continue;
      dotAt = px;
      for (const [radius, colour] of [
        [5, p.paper],
        [3.5, p.accent],
      ] as const) {
        ctx.fillStyle = colour;
        ctx.beginPath();
        ctx.arc(px, y, radius, 0, 7);
        ctx.fill();
      }
    }
    if (height < 16) return;
    for (let i = 1; i < steps.length; i++)
      this.pathLabel(ctx, g, clampX(steps[i - 1].timeUs), clampX(steps[i].timeUs), y, steps[i]);
  }

  private pathLabel(
    ctx: Ctx,
    g: Geometry,
    from: number,
    to: number,
    y: number,
    step: StoryPart['steps'][number],
  ): void {
    const { p } = this;
    const u = g.unit;
    const parameter = step.parts.find((part) => part.delayUs * 2 > step.delayUs)?.parameter ?? '';
    const room = Math.min(to, g.width) - Math.max(from, g.labelWidth) - 16;
    const delay = delayText(step.delayUs);
    setFont(ctx, p, { bold: true });
    const long = `${delay}  ${parameter.slice(0, 60)}`;
    const text = ctx.measureText(long).width + 12 * u <= room ? long : delay;
    const width = ctx.measureText(text).width + 12 * u;
    if (width > room) return;
    const left = (Math.max(from, g.labelWidth) + Math.min(to, g.width)) / 2 - width / 2;
    ctx.fillStyle = p.bg[1];
    ctx.strokeStyle = p.accent;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.roundRect(left, y - 8 * u, width, 16 * u, 3);
    ctx.fill();
    ctx.stroke();
    drawText(ctx, p, text, left + 6 * u, y + 0.5, { bold: true, colour: p.text[0] });
  }

  private rowMark(ctx: Ctx, s: Scene, y: number, height: number, isCurrent: boolean): void {
    ctx.strokeStyle = isCurrent ? this.p.focus : this.p.line[2];
    ctx.lineWidth = isCurrent ? 2 : 1;
    const o = isCurrent ? 1 : 0.5;
    ctx.strokeRect(o, y + o, s.geometry.width - 2 * o, Math.max(1, height - 2 * o));
  }

  private pinnedRows(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { p } = this;
    const { geometry: g, marks } = s;
    const u = g.unit;
    let y = g.axisHeight;
    const label = (text: string) => {
      ctx.fillStyle = p.bg[1];
      ctx.fillRect(0, y, g.labelWidth, g.markHeight);
      drawText(ctx, p, text, 12 * u, y + g.markHeight / 2, { colour: p.text[1] });
    };
    marks.faultRows.forEach((row, i) => {
      for (const mark of row) this.fault(ctx, s, x, mark, y);
      label(i === 0 ? s.texts.faults : '');
      y += g.markHeight;
    });
    if (marks.notes.length > 0) {
      this.notes(ctx, s, x, y);
      label(s.texts.notes);
      y += g.markHeight;
    }
    ctx.strokeStyle = p.line[1];
    ctx.lineWidth = 1;
    if (y > g.axisHeight) line(ctx, 0, y - 0.5, g.width, y - 0.5);
  }

  private fault(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>, mark: Mark, y: number): void {
    const { p } = this;
    const { geometry: g } = s;
    const u = g.unit;
    const [from, to] = clampSpan(mark, s, x);
    if (to < from || x(mark.fromUs) > g.width || to < g.labelWidth) return;
    const width = Math.max(3, to - from);
    const top = y + 2 * u;
    const height = g.markHeight - 4 * u;
    ctx.fillStyle = p.fault;
    ctx.fillRect(Math.round(from), top, width, height);
    const lasts =
      Number.isFinite(mark.untilUs) && mark.untilUs > mark.fromUs ? ` · ${delayText(mark.untilUs - mark.fromUs)}` : '';
    setFont(ctx, p, { bold: true });
    const inside = clipText(ctx, `${mark.label.slice(0, 200)}${lasts}`, width - 28 * u);
    const middle = top + height / 2;
    if (inside.length > 3) {
      drawGlyph(ctx, 'fault', from + 10 * u, middle, 11 * u, p.onFault);
      drawText(ctx, p, inside, from + 20 * u, middle, { bold: true, colour: p.onFault });
      return;
    }
    // Too narrow for its name: the name stands to the right, where the ground is free.
    drawGlyph(ctx, 'fault', from + width + 9 * u, middle, 11 * u, p.fault);
    const outside = clipText(ctx, mark.label.slice(0, 200), g.width - from - width - 24 * u);
    drawText(ctx, p, outside, from + width + 17 * u, middle, { bold: true, colour: p.text[0], halo: p.canvas });
  }

  private notes(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>, y: number): void {
    const { p } = this;
    const { geometry: g, marks, view } = s;
    const u = g.unit;
    const middle = y + g.markHeight / 2;
    const shown = marks.notes.filter((m) => m.fromUs >= view.fromUs && m.fromUs <= view.toUs);
    shown.forEach((mark, i) => {
      const px = x(mark.fromUs);
      const next = i + 1 < shown.length ? x(shown[i + 1].fromUs) : g.width;
      drawGlyph(ctx, mark.kind, px + 5 * u, middle, 11 * u, p.text[1]);
      setFont(ctx, p, {});
      const text = clipText(ctx, mark.label.slice(0, 300), next - px - 22 * u);
      if (text.length > 2) drawText(ctx, p, text, px + 14 * u, middle, { colour: p.text[1] });
    });
  }

  private axis(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { p } = this;
    const { geometry: g, view } = s;
    ctx.fillStyle = p.bg[1];
    ctx.fillRect(0, 0, g.width, g.axisHeight);
    ctx.strokeStyle = p.line[1];
    ctx.lineWidth = 1;
    line(ctx, 0, g.axisHeight - 0.5, g.width, g.axisHeight - 0.5);
    const { stepUs, times } = ticksOf(view, g.width - g.labelWidth, 64 * g.unit);
    for (const t of times) {
      const px = Math.round(x(t));
      ctx.fillStyle = p.line[2];
      ctx.fillRect(px, g.axisHeight - 5, 1, 5);
      const text = tickText(t, stepUs);
      setFont(ctx, p, {});
      if (px + 4 + ctx.measureText(text).width < g.width)
        drawText(ctx, p, text, px + 4 * g.unit, g.axisHeight / 2, { colour: p.text[1] });
    }
  }

  /** What is not run yet, the pointer's instant and the cursor. */
  private instants(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { p } = this;
    const { geometry: g, frame, view } = s;
    if (frame.endUs < frame.untilUs && x(frame.endUs) < g.width) {
      const from = Math.max(g.labelWidth, x(frame.endUs));
      ctx.fillStyle = p.bg[2];
      ctx.globalAlpha = 0.6;
      ctx.fillRect(from, g.pinned, g.width - from, g.height);
      ctx.globalAlpha = 1;
    }
    if (s.hoverUs !== undefined) {
      const px = Math.round(x(s.hoverUs)) + 0.5;
      ctx.strokeStyle = p.line[2];
      ctx.lineWidth = 1;
      line(ctx, px, g.axisHeight, px, g.height);
    }
    if (s.cursorUs < view.fromUs || s.cursorUs > view.toUs) return;
    const px = x(s.cursorUs);
    drawCursor(ctx, p, px, g.axisHeight - 8, g.height);
    const text = timeText(s.cursorUs);
    setFont(ctx, p, { bold: true, mono: true });
    const width = ctx.measureText(text).width + 10 * g.unit;
    const left = px - width - 6 > g.labelWidth ? px - width - 6 : px + 6;
    ctx.fillStyle = p.ink;
    ctx.fillRect(left, 2 * g.unit, width, 16 * g.unit);
    drawText(ctx, p, text, left + 5 * g.unit, 10.5 * g.unit, { bold: true, mono: true, colour: p.paper });
  }
}

/** The part of a mark inside the picture, px. */
function clampSpan(mark: Mark, s: Scene, x: ScaleLinear<number, number>): [number, number] {
  const { labelWidth, width } = s.geometry;
  const untilUs = Math.min(mark.untilUs, s.frame.untilUs);
  return [Math.max(labelWidth, x(mark.fromUs)), Math.min(width, x(untilUs))];
}

function line(ctx: Ctx, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
