import type { ScaleLinear } from 'd3';
import type { Mark } from '../model/frame.ts';
import { rowAt, segmentEnd, stickyHeader } from '../model/hitTest.ts';
import { shorten } from '../model/shorten.ts';
import { LOOK_NUMBER, LOOKS, SEVERITY } from '../model/states.ts';
import { delayText, ticksOf, tickText, timeText } from '../model/viewport.ts';
import { ActivityBars } from './activityBars.ts';
import { drawChain } from './causes.ts';
import { drawGlyph } from './glyphs.ts';
import { Hatches } from './hatches.ts';
import type { Palette } from './palette.ts';
import { ShareBars } from './shareBars.ts';
import { clipMiddle, clipText, countText, drawCursor, drawText, setFont } from './text.ts';
import { drawTick, eachTick, TICK_ROOM } from './ticks.ts';
import { boxOfRow, clampSpan, contentOf, RIGHT_PAD, type RowContent, type Scene, timeScale } from './timelineScene.ts';

/** Gap between segments of neighbouring lanes; thin lanes have less. */
const INSET = 3;
/** Lanes below this height have no name. */
const NAMED_FROM = 12;

type Ctx = CanvasRenderingContext2D;

/** Draws the timeline: a pure function of the scene, with caches of patterns and bars per theme. */
export class TimelinePainter {
  private readonly p: Palette;
  private readonly hatches: Hatches;
  private readonly bars: ShareBars;
  private readonly activity: ActivityBars;

  constructor(palette: Palette, ratio: number) {
    this.p = palette;
    this.hatches = new Hatches(palette, ratio);
    this.bars = new ShareBars(palette);
    this.activity = new ActivityBars(palette);
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
    this.markRows(ctx, s, x);
    this.pins(ctx, s, x);
    this.axis(ctx, s, x);
    this.area(ctx, s, x);
    ctx.strokeStyle = p.line[1];
    ctx.lineWidth = 1;
    line(ctx, labelWidth - 0.5, 0, labelWidth - 0.5, height);
    if (s.chain !== undefined) drawChain(ctx, p, s, x, s.chain);
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

  /** The picture is not final: some bars are of an earlier view. */
  get isStale(): boolean {
    return this.bars.isStale;
  }

  private rows(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    const { geometry: g, layout, scrollTop } = s;
    const first = Math.max(0, rowAt(layout, scrollTop));
    this.bars.begin(s.frame, s.view, s.match, columnsOf(s));
    for (let row = first; row < layout.rowCount; row++) {
      const { top, height } = boxOfRow(s, row);
      if (top >= g.height) break;
      const isOpen = layout.rowLane[row] < 0 && row + 1 < layout.rowCount && layout.rowLane[row + 1] >= 0;
      this.row(ctx, s, x, row, contentOf(s, row) as RowContent, top, height, isOpen);
    }
    const sticky = stickyHeader(layout, scrollTop);
    if (sticky === undefined) return;
    const content = contentOf(s, sticky.row) as RowContent;
    this.row(ctx, s, x, sticky.row, content, g.pinned + sticky.top, layout.headerHeight, true);
  }

  /** Lanes that stay, below the faults; a line keeps them apart from those that scroll. */
  private pins(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    if (s.pins.length === 0) return;
    const { p } = this;
    const { geometry: g } = s;
    ctx.fillStyle = p.canvas;
    ctx.fillRect(0, g.pinsTop, g.width, g.pinned - g.pinsTop);
    s.pins.forEach(({ content }, i) => {
      const row = -2 - i;
      const { top, height } = boxOfRow(s, row);
      this.row(ctx, s, x, row, content, top, height, false);
      drawText(ctx, p, '★', 7 * g.unit, top + height / 2, { align: 'center', colour: p.text[1] });
    });
    ctx.fillStyle = p.line[2];
    ctx.fillRect(0, g.pinned - 1.5, g.width, 1.5);
  }

  private row(
    ctx: Ctx,
    s: Scene,
    x: ScaleLinear<number, number>,
    row: number,
    content: RowContent,
    y: number,
    height: number,
    isOpen: boolean,
  ): void {
    if (content.kind === 'pod') this.lane(ctx, s, x, row, content.lane, y, height);
    else this.header(ctx, s, row, content, y, height, isOpen);
  }

  private header(
    ctx: Ctx,
    s: Scene,
    row: number,
    content: Exclude<RowContent, { kind: 'pod' }>,
    y: number,
    height: number,
    isOpen: boolean,
  ): void {
    const { p } = this;
    const { geometry: g } = s;
    const u = g.unit;
    ctx.fillStyle = isOpen ? p.bg[2] : p.bg[1];
    ctx.fillRect(0, y, isOpen ? g.width : g.labelWidth, height);
    if (!isOpen) this.bar(ctx, s, content, y, height);
    if (row === s.hoverRow || row === s.currentRow) this.rowMark(ctx, s, y, height, row === s.currentRow);
    const middle = y + Math.min(height, 26 * u) / 2;
    if (row >= 0 && content.kind === 'group') this.triangle(ctx, middle, isOpen);
    const count = this.countText(s, content);
    drawText(ctx, p, count, g.labelWidth - 8 * u, middle, { align: 'right', colour: p.text[2] });
    const countWidth = ctx.measureText(count).width;
    const isComponent = content.kind === 'component';
    const left = row >= 0 && isComponent ? 12 * u : 20 * u;
    const room = g.labelWidth - left - (isComponent ? 4 : 16) * u - countWidth;
    setFont(ctx, p, { bold: !isComponent });
    const name = clipMiddle(ctx, shorten(content.name, 60), room);
    drawText(ctx, p, name, left, middle, { bold: !isComponent, colour: isOpen ? p.text[1] : p.text[0] });
    ctx.strokeStyle = p.line[0];
    ctx.lineWidth = 1;
    line(ctx, 0, y + height - 0.5, g.width, y + height - 0.5);
  }

  private triangle(ctx: Ctx, middle: number, isOpen: boolean): void {
    const u = this.p.unit;
    ctx.fillStyle = this.p.text[2];
    ctx.beginPath();
    if (isOpen) {
      ctx.moveTo(8 * u, middle - 2.5 * u);
      ctx.lineTo(15 * u, middle - 2.5 * u);
      ctx.lineTo(11.5 * u, middle + 2.5 * u);
    } else {
      ctx.moveTo(9 * u, middle - 3.5 * u);
      ctx.lineTo(9 * u, middle + 3.5 * u);
      ctx.lineTo(14 * u, middle);
    }
    ctx.fill();
  }

  private countText(s: Scene, content: Exclude<RowContent, { kind: 'pod' }>): string {
    if (content.kind === 'component') return '';
    const { lanes } = content;
    const { match } = s;
    const shown = match === undefined ? lanes.length : lanes.reduce((n, lane) => n + match[lane], 0);
    return shown === lanes.length ? countText(shown) : `${countText(shown)}/${countText(lanes.length)}`;
  }

  /** A group as shares of its pods, or what a component did. */
  private bar(ctx: Ctx, s: Scene, content: Exclude<RowContent, { kind: 'pod' }>, y: number, height: number): void {
    const { geometry: g, view, activity } = s;
    const columns = columnsOf(s);
    const rows = Math.max(1, Math.round((height - 2 * INSET) * devicePixelRatio));
    const at = [g.labelWidth, y + INSET, columns / devicePixelRatio, rows / devicePixelRatio] as const;
    if (content.kind === 'group') {
      const shown = this.bars.bar(content.bar, content.lanes, view, columns, rows);
      if (shown !== undefined) ctx.drawImage(shown.canvas, shown.from, 0, shown.width, rows, ...at);
      return;
    }
    if (activity === undefined || content.component < 0) return;
    // Of a stretch that is not counted yet the last one stands in, where it belongs in time.
    const x = timeScale(g, view);
    const from = x(activity.fromUs);
    const width = x(activity.toUs) - from;
    ctx.save();
    ctx.beginPath();
    ctx.rect(g.labelWidth, y, g.width - g.labelWidth, height);
    ctx.clip();
    ctx.drawImage(this.activity.bar(activity, content.component, rows), from, at[1], width, at[3]);
    for (const span of activity.spans) {
      if (span.component !== content.component) continue;
      const left = Math.max(g.labelWidth, x(span.fromUs));
      const right = Math.min(g.width, x(Math.min(span.untilUs, s.frame.endUs)));
      if (right <= left) continue;
      if (span.kind === 'leads') {
        ctx.fillStyle = this.p.ink;
        ctx.fillRect(left, y + 1, right - left, 2 * this.p.unit);
      } else this.hatches.segment(ctx, 'failed', left, y + INSET, right - left, height - 2 * INSET);
    }
    ctx.restore();
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
    this.ticks(ctx, s, x, lane, top, tall);
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
    const left = (row >= 0 ? 12 : 20) * g.unit;
    setFont(ctx, p, { mono: true, bold: isSelected });
    const chars = Math.floor((g.labelWidth - left - 8 * g.unit) / ctx.measureText('0').width);
    const name = shorten(full.slice(full.indexOf('/') + 1), chars);
    drawText(ctx, p, name, left, y + height / 2, {
      mono: true,
      bold: isSelected,
      colour: isSelected ? p.text[0] : p.text[1],
    });
    ctx.strokeStyle = p.line[0];
    ctx.lineWidth = 1;
    line(ctx, 0, y + height - 0.5, g.width, y + height - 0.5);
  }

  /** Restarts, failing probes, evictions: shapes where there is room for them, else a stroke through the lane. */
  private ticks(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>, lane: number, top: number, tall: number): void {
    const { frame, view } = s;
    const { p } = this;
    const from = frame.tickFirst[lane];
    const to = frame.tickEnd[lane];
    if (from === to) return;
    const isShaped = tall >= 10;
    const margin = (view.toUs - view.fromUs) / 50;
    let first = from;
    let last = to;
    while (first < last && frame.tickTime[first] < view.fromUs - margin) first++;
    while (last > first && frame.tickTime[last - 1] > view.toUs + margin) last--;
    eachTick(frame.tickTime, frame.tickKind, first, last, x, isShaped ? TICK_ROOM * p.unit : 2, (name, px) => {
      if (isShaped) drawTick(ctx, p, name, px, top + tall / 2);
      else {
        ctx.fillStyle = p.ink;
        ctx.fillRect(Math.round(px), top, 1, tall);
      }
    });
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
    for (let seg = frame.segFirst[lane]; seg < frame.segEnd[lane]; seg++) {
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

  private rowMark(ctx: Ctx, s: Scene, y: number, height: number, isCurrent: boolean): void {
    ctx.strokeStyle = isCurrent ? this.p.focus : this.p.line[2];
    ctx.lineWidth = isCurrent ? 2 : 1;
    const o = isCurrent ? 1 : 0.5;
    ctx.strokeRect(o, y + o, s.geometry.width - 2 * o, Math.max(1, height - 2 * o));
  }

  private markRows(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
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

  private area(ctx: Ctx, s: Scene, x: ScaleLinear<number, number>): void {
    if (s.area === undefined) return;
    const { geometry: g } = s;
    const top = boxOfRow(s, s.area.top);
    const bottom = boxOfRow(s, s.area.bottom);
    const left = Math.max(g.labelWidth, x(s.area.fromUs));
    const right = Math.min(g.width - RIGHT_PAD, x(s.area.toUs));
    const floor = s.area.top <= -2 ? g.pinsTop : g.pinned;
    const y = Math.max(floor, top.top);
    const height = Math.min(g.height, bottom.top + bottom.height) - y;
    if (right <= left || height <= 0) return;
    ctx.fillStyle = this.p.accent;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(left, y, right - left, height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = this.p.accent;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(left, y + 0.5, right - left, height - 1);
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

/** Columns of the share bars: one a device pixel. */
function columnsOf({ geometry: g }: Scene): number {
  return Math.max(1, Math.round((g.width - RIGHT_PAD - g.labelWidth) * devicePixelRatio));
}

function line(ctx: Ctx, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
