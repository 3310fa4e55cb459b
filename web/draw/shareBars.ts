import type { RunFrame } from '../model/frame.ts';
import { mostAtOnce, type Shares, sharesOf } from '../model/shares.ts';
import { LOOKS, WORST_FIRST } from '../model/states.ts';
import { TICKS } from '../model/ticks.ts';
import type { Viewport } from '../model/viewport.ts';
import type { Palette } from './palette.ts';

const READY = LOOKS.indexOf('ready');
const SUCCEEDED = LOOKS.indexOf('succ');
/** At least so many rows of pixels for a state that occurs. */
const LEAST = 2;
const SCALE_COLUMNS = 512;

/** A picture of one group, and of what it is. Canvas and pixels are used again: making them costs more than painting. */
interface Bar {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
  readonly image: ImageData;
  readonly pixels: Uint32Array;
  key: string;
  view: Viewport;
  /** The picture in which it was painted. */
  paintedAt: number;
}

/** What to draw of a bar: all of its canvas, or, of one for an earlier view, the columns that lie in this one. */
interface Shown {
  readonly canvas: HTMLCanvasElement;
  readonly from: number;
  readonly width: number;
}

/** While the view moves, bars are painted for so long in one picture; the others stand in as they were, where they belong in time. */
const BUDGET_MS = 5;

/** Groups as stacked shares, painted into pixel buffers and kept until the view, the run or the theme changes. */
export class ShareBars {
  private key = '';
  private readonly bars = new Map<number, Bar>();
  private frame: RunFrame | undefined;
  private match: Uint8Array | undefined;
  private readonly heights = new Map<number, number>();
  /** Some bars are not painted for the view of the last picture: another picture is wanted. */
  isStale = false;
  private deadline = 0;
  private pictures = 0;
  private asked = 0;
  private painted = 0;
  /** Each bar has its turn once in so many pictures. */
  private cycle = 1;
  private readonly colours: Uint32Array;
  private readonly ink: string;
  private readonly paper: string;

  constructor(palette: Palette) {
    this.ink = palette.ink;
    this.paper = palette.paper;
    this.colours = Uint32Array.from(LOOKS, (look) => abgr(palette.state[look]));
  }

  /** Bars of another moment are dropped. */
  begin(frame: RunFrame, view: Viewport, match: Uint8Array | undefined, columns: number): void {
    const key = `${view.fromUs} ${view.toUs} ${columns}`;
    const isOther = this.frame !== frame || this.match !== match;
    if (isOther) {
      this.heights.clear();
      this.bars.clear();
    }
    this.deadline = isOther ? Number.POSITIVE_INFINITY : performance.now() + BUDGET_MS;
    this.cycle = this.painted === 0 ? 1 : Math.ceil(this.asked / this.painted);
    this.pictures++;
    this.asked = 0;
    this.painted = 0;
    this.isStale = false;
    this.key = key;
    this.frame = frame;
    this.match = match;
  }

  /** undefined = it has no picture yet, and has to wait for its turn. */
  bar(group: number, lanes: Uint32Array, view: Viewport, columns: number, rows: number): Shown | undefined {
    const known = this.bars.get(group);
    const isFit = known?.canvas.width === columns && known.canvas.height === rows;
    if (isFit && known.key === this.key) return { canvas: known.canvas, from: 0, width: columns };
    this.asked++;
    if (performance.now() > this.deadline || (isFit && this.pictures - known.paintedAt < this.cycle)) {
      this.isStale = true;
      if (!isFit) return undefined;
      const perUs = columns / (known.view.toUs - known.view.fromUs);
      return {
        canvas: known.canvas,
        from: (view.fromUs - known.view.fromUs) * perUs,
        width: (view.toUs - view.fromUs) * perUs,
      };
    }
    this.painted++;
    const frame = this.frame as RunFrame;
    let most = this.heights.get(group);
    if (most === undefined) {
      const whole = sharesOf(frame, lanes, { fromUs: 0, toUs: Math.max(frame.untilUs, 1) }, SCALE_COLUMNS, this.match);
      this.heights.set(group, (most = mostAtOnce(whole)));
    }
    const bar = isFit ? known : newBar(columns, rows, view);
    bar.key = this.key;
    bar.view = view;
    bar.paintedAt = this.pictures;
    bar.pixels.fill(0);
    paintShares(bar.pixels, sharesOf(frame, lanes, view, columns, this.match), rows, most, this.colours);
    bar.ctx.putImageData(bar.image, 0, 0);
    this.ticks(bar.ctx, frame, lanes, view, columns, rows);
    this.bars.set(group, bar);
    return { canvas: bar.canvas, from: 0, width: columns };
  }

  private ticks(
    ctx: CanvasRenderingContext2D,
    frame: RunFrame,
    lanes: Uint32Array,
    view: Viewport,
    columns: number,
    rows: number,
  ): void {
    const { tickFirst, tickEnd, tickTime, tickKind } = frame;
    const perUs = columns / (view.toUs - view.fromUs);
    const has = new Uint8Array(columns);
    for (const lane of lanes) {
      if (this.match !== undefined && this.match[lane] === 0) continue;
      for (let i = tickFirst[lane]; i < tickEnd[lane]; i++) {
        const column = Math.floor((tickTime[i] - view.fromUs) * perUs);
        if (NOTCHED[tickKind[i]] === 1 && column >= 0 && column < columns) has[column] = 1;
      }
    }
    const height = Math.min(rows, NOTCH.height);
    for (const [colour, grow] of [
      [this.paper, 1],
      [this.ink, 0],
    ] as const) {
      ctx.fillStyle = colour;
      for (let column = 0; column < columns; column++)
        if (has[column] === 1) ctx.fillRect(column - grow, rows - height - grow, NOTCH.width + 2 * grow, height + grow);
    }
  }
}

function newBar(columns: number, rows: number, view: Viewport): Bar {
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = ctx.createImageData(columns, rows);
  return { canvas, ctx, image, pixels: new Uint32Array(image.data.buffer), key: '', view, paintedAt: 0 };
}

/** Grave marks of the lanes as notches at the foot of a bar. */
const NOTCHED: Uint8Array = Uint8Array.from(TICKS, (name) => (name === 'unschedulable' ? 0 : 1));
const NOTCH = { width: 2, height: 4 };

/** Stacks each column from the ground: the worst state on top, at least LEAST pixels for whatever is not well. */
export function paintShares(
  pixels: Uint32Array,
  shares: Shares,
  rows: number,
  most: number,
  colours: Uint32Array,
): void {
  const { columns, sampled, touched } = shares;
  const heights = new Uint32Array(LOOKS.length);
  for (let x = 0; x < columns; x++) {
    let alive = 0;
    let forced = 0;
    for (const look of WORST_FIRST) {
      const n = sampled[look * columns + x];
      alive += n;
      const isQuiet = look === READY || look === SUCCEEDED;
      const shown = n > 0 || (!isQuiet && touched[look * columns + x] > 0);
      heights[look] = shown ? Math.max(isQuiet ? 0 : LEAST, Math.round((n / most) * rows)) : 0;
      if (!isQuiet) forced += heights[look];
    }
    const total = Math.min(rows, Math.max(Math.round((alive / most) * rows), forced));
    let y = rows - total;
    for (const look of WORST_FIRST) {
      const quiet = look === READY || look === SUCCEEDED;
      let height = Math.min(heights[look], rows - y);
      // What is well takes what the others left.
      if (quiet && look === READY && sampled[SUCCEEDED * columns + x] === 0 && heights[look] > 0) height = rows - y;
      for (const end = y + height; y < end; y++) pixels[y * columns + x] = colours[look];
    }
  }
}

/** `#rrggbb` as a pixel of an ImageData on a little-endian machine. */
export function abgr(colour: string): number {
  const n = Number.parseInt(colour.slice(1, 7), 16);
  return ((255 << 24) | ((n & 255) << 16) | (n & 0xff00) | (n >> 16)) >>> 0;
}
