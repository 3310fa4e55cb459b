import type { Palette } from './palette.ts';

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly mono?: boolean;
  readonly align?: CanvasTextAlign;
  readonly colour: string;
  /** Ground colour of a halo, for text on data. */
  readonly halo?: string;
}

export function setFont(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  style: Pick<TextStyle, 'size' | 'bold' | 'mono'>,
): void {
  ctx.font = `${style.bold ? 600 : 400} ${Math.round((style.size ?? 11) * p.unit)}px ${style.mono ? p.monoFont : p.uiFont}`;
}

/** Text around the middle of a line. */
export function drawText(
  ctx: CanvasRenderingContext2D,
  p: Palette,
  text: string,
  x: number,
  y: number,
  style: TextStyle,
): void {
  setFont(ctx, p, style);
  ctx.textAlign = style.align ?? 'left';
  ctx.textBaseline = 'middle';
  if (style.halo !== undefined) {
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = style.halo;
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = style.colour;
  ctx.fillText(text, x, y);
}

/** Cuts with an ellipsis what is wider than `width` in the current font. */
export function clipText(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let low = 0;
  let high = Math.min(text.length, 400);
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (ctx.measureText(`${text.slice(0, mid)}…`).width <= width) low = mid;
    else high = mid - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}

/** Cuts the middle, so that the number at the end of a node's name stays. */
export function clipMiddle(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  const bounded = text.length > 200 ? `${text.slice(0, 100)}${text.slice(-100)}` : text;
  for (let keep = bounded.length - 1; keep > 3; keep--) {
    const tail = Math.ceil(keep * 0.6);
    const cut = `${bounded.slice(0, keep - tail)}…${bounded.slice(-tail)}`;
    if (ctx.measureText(cut).width <= width) return cut;
  }
  return clipText(ctx, bounded, width);
}

/** A canvas at device pixels; draws in CSS px from then on. */
export function sizeCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}

/** The time cursor: the same on every canvas. */
export function drawCursor(ctx: CanvasRenderingContext2D, p: Palette, x: number, top: number, bottom: number): void {
  const px = Math.round(x) + 0.5;
  for (const [width, colour] of [
    [4, p.paper],
    [1.5, p.ink],
  ] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(px, top);
    ctx.lineTo(px, bottom);
    ctx.stroke();
  }
  ctx.fillStyle = p.ink;
  ctx.beginPath();
  ctx.moveTo(px - 5, top);
  ctx.lineTo(px + 5, top);
  ctx.lineTo(px, top + 7);
  ctx.fill();
}

/** `5,000`: the same in every language of the page. */
export const countText = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
