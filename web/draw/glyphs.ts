import type { Look } from '../model/states.ts';

export type GlyphName = Look | 'fault' | 'note' | 'command' | 'step';

/** A part of a glyph in a box of 14 x 14: filled, or stroked with a width and dashes. */
export interface GlyphPart {
  readonly path: string;
  readonly stroke?: number;
  readonly dash?: readonly [number, number];
}

const RING = 'M7 2a5 5 0 1 1 0 10a5 5 0 1 1 0-10z';
const ring: GlyphPart = { path: RING, stroke: 1.5 };

/** The pod fills up like a moon on its way to Ready. */
export const GLYPHS: Readonly<Record<GlyphName, readonly GlyphPart[]>> = {
  unsched: [{ path: RING, stroke: 1.5, dash: [2.1, 1.83] }],
  pulling: [ring, { path: 'M7 7V2a5 5 0 0 1 5 5z' }],
  starting: [ring, { path: 'M7 2a5 5 0 0 1 0 10z' }],
  notready: [ring, { path: 'M7 7V2a5 5 0 1 1-5 5z' }],
  ready: [{ path: 'M7 1.3a5.7 5.7 0 1 1 0 11.4a5.7 5.7 0 1 1 0-11.4z' }],
  term: [ring, { path: 'M3.2 6.1h7.6v1.9H3.2z' }],
  succ: [{ path: 'M2.6 7.4l3 3l5.8-6.6', stroke: 2.2 }],
  failed: [{ path: 'M3 3l8 8M11 3l-8 8', stroke: 2.2 }],
  crash: [{ path: 'M11.6 7a4.6 4.6 0 1 1-2-3.8', stroke: 2.2 }, { path: 'M8 .8h4.4v4.4z' }],
  unknown: [{ path: 'M4.4 5a2.6 2.6 0 1 1 3.9 2.2q-1.3.7-1.3 1.9', stroke: 2.2 }, { path: 'M6.1 10.8h1.9v1.9H6.1z' }],
  fault: [{ path: 'M7.8 0L2.4 8h3.5L5 14l6.6-8.6H7.7z' }],
  note: [{ path: 'M3 1h1.6v12H3zM5.4 2h6.2L9.8 4.6l1.8 2.6H5.4z' }],
  command: [{ path: 'M2.5 3l4 4l-4 4', stroke: 1.8 }, { path: 'M7.5 10.2H12v1.8H7.5z' }],
  step: [{ path: 'M3 3h8v8H3z', stroke: 1.5 }],
};

const paths = new Map<string, Path2D>();

/** Draws a glyph around a point. */
export function drawGlyph(
  ctx: CanvasRenderingContext2D,
  name: GlyphName,
  x: number,
  y: number,
  size: number,
  colour: string,
): void {
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(size / 14, size / 14);
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  for (const part of GLYPHS[name]) {
    let path = paths.get(part.path);
    if (path === undefined) paths.set(part.path, (path = new Path2D(part.path)));
    if (part.stroke === undefined) ctx.fill(path);
    else {
      ctx.lineWidth = part.stroke;
      ctx.setLineDash(part.dash === undefined ? [] : [...part.dash]);
      ctx.stroke(path);
    }
  }
  ctx.restore();
}
