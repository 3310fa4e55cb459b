import { drawCuts } from './cuts.ts';
import type { Cut } from './frames.ts';
import { type Rect, tileRect } from './layout.ts';
import type { MapPalette } from './mapPalette.ts';
import { isVisible, type MapScene } from './painter.ts';

/** What stands on top of the map. */
export interface MapMarks {
  readonly selected: readonly number[];
  readonly hover: number;
  /** Cell cursor of the keyboard, in CSS px of the canvas. */
  readonly cursor: Rect | undefined;
  readonly brush: Rect | undefined;
  /** The selected pod's cell. */
  readonly pod: Rect | undefined;
  /** Nodes in the light; all others are dimmed. Undefined = all alike. */
  readonly lit: ReadonlySet<number> | undefined;
  /** Open partitions: lines between the groups that they keep apart. */
  readonly cuts: readonly Cut[];
}

/** Selection, hover, cursor and brush, on a canvas above the map. */
export function drawMarks(ctx: CanvasRenderingContext2D, p: MapPalette, scene: MapScene, marks: MapMarks): void {
  ctx.clearRect(0, 0, scene.width, scene.height);
  const { layout } = scene;
  if (marks.lit !== undefined) {
    ctx.save();
    ctx.globalAlpha = 1 - p.dim;
    ctx.fillStyle = p.canvas;
    for (let place = 0; place < layout.order.length; place++) {
      if (marks.lit.has(layout.order[place])) continue;
      const rect = tileRect(layout, place);
      if (isVisible(scene, rect)) ctx.fillRect(rect.x - scene.scrollX, rect.y - scene.scrollY, rect.width, rect.height);
    }
    ctx.restore();
  }
  const ring = (rect: Rect, width: number, colour: string, halo: boolean) => {
    const o = halo ? 3 * p.unit : 0.5;
    const at = [rect.x - o, rect.y - o, rect.width + 2 * o, rect.height + 2 * o] as const;
    if (halo) {
      ctx.lineWidth = 4;
      ctx.strokeStyle = p.paper;
      ctx.strokeRect(...at);
    }
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.strokeRect(...at);
  };
  const at = (node: number): Rect | undefined => {
    const place = layout.placeOf[node];
    if (place === undefined || place < 0) return undefined;
    const rect = tileRect(layout, place);
    if (!isVisible(scene, rect)) return undefined;
    return { ...rect, x: rect.x - scene.scrollX, y: rect.y - scene.scrollY };
  };
  drawCuts(ctx, p, scene, marks.cuts);
  const isMany = marks.selected.length > 1;
  for (const node of marks.selected) {
    const rect = at(node);
    if (rect !== undefined) ring(rect, isMany ? 1.5 : 2, p.ink, !isMany || layout.tileW >= 14);
  }
  if (marks.pod !== undefined) ring(marks.pod, 2, p.ink, true);
  const hover = marks.hover >= 0 ? at(marks.hover) : undefined;
  if (hover !== undefined) ring(hover, 1, p.ink, false);
  if (marks.cursor !== undefined) ring(marks.cursor, 2, p.focus, true);
  if (marks.brush !== undefined) {
    const { x, y, width, height } = marks.brush;
    ctx.fillStyle = p.accent;
    ctx.globalAlpha = 0.12;
    ctx.fillRect(x, y, width, height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = p.accent;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, y + 0.5, width, height);
  }
}
