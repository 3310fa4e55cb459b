import { drawText, setFont } from '../../draw/text.ts';
import type { Cut } from './frames.ts';
import { type GroupBox, type MapLayout, type Rect, tileRect } from './layout.ts';
import type { MapPalette } from './mapPalette.ts';
import type { MapScene } from './painter.ts';

/** More lines of one partition would be a net: each cut group is joined with its nearest others only. */
const LINES_MAX = 24;

/** A line that stands for lost messages, between the edges of two boxes. */
export interface CutLine {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Messages are lost from the first end to the second only. */
  readonly oneWay: boolean;
}

/** Where the nodes of one side stand: a whole group, or some nodes of it. */
interface Place {
  readonly box: number;
  readonly rect: Rect;
  readonly isWhole: boolean;
}

/** The groups in which a side has nodes, each with the room that these take. */
function placesOf(layout: MapLayout, nodes: Uint32Array): readonly Place[] {
  const inBox = new Map<number, number[]>();
  for (const node of nodes) {
    const place = layout.placeOf[node];
    if (place === undefined || place < 0) continue;
    const box = layout.boxOf[place];
    const list = inBox.get(box);
    if (list === undefined) inBox.set(box, [place]);
    else list.push(place);
  }
  return [...inBox].map(([box, places]): Place => {
    const group = layout.groups[box];
    const isWhole = places.length === group.count;
    return { box, rect: isWhole ? rectOfBox(layout, group) : hull(layout, places), isWhole };
  });
}

function rectOfBox(layout: MapLayout, box: GroupBox): Rect {
  const width = box.columns * layout.tileW - layout.gap;
  return { x: box.x, y: box.top, width, height: box.rows * layout.tileH - layout.gap };
}

function hull(layout: MapLayout, places: readonly number[]): Rect {
  const rects = places.map((place) => tileRect(layout, place));
  const x = Math.min(...rects.map((r) => r.x));
  const y = Math.min(...rects.map((r) => r.y));
  return {
    x,
    y,
    width: Math.max(...rects.map((r) => r.x + r.width)) - x,
    height: Math.max(...rects.map((r) => r.y + r.height)) - y,
  };
}

/** The lines of the open partitions, in px of the (scrolled) picture. */
export function cutLines(layout: MapLayout, cuts: readonly Cut[]): readonly CutLine[] {
  return cuts.flatMap((cut) => linesOf(layout, cut));
}

function linesOf(layout: MapLayout, cut: Cut): readonly CutLine[] {
  const as = placesOf(layout, cut.a);
  const bs = placesOf(layout, cut.b);
  const { oneWay } = cut;
  const pairs = as.flatMap((a) => bs.map((b) => ({ a, b, far: distance(a.rect, b.rect) })));
  // Nodes that are cut off within their own group: the line goes to the heading, which stands for the others.
  const others = pairs.filter(({ a, b }) => a.box !== b.box);
  const within = as.filter((a) => !a.isWhole && others.every((pair) => pair.a !== a));
  const kept =
    others.length <= LINES_MAX
      ? others
      : as.flatMap((a) => {
          const own = others.filter((pair) => pair.a === a);
          return own.sort((p, q) => p.far - q.far).slice(0, Math.max(1, Math.floor(LINES_MAX / as.length)));
        });
  return [
    ...kept.map(({ a, b }) => ({ ...between(a.rect, b.rect), oneWay })),
    ...within.map((a) => {
      const box = layout.groups[a.box];
      const heading = { x: box.x, y: box.y, width: Math.max(40, box.width), height: box.top - box.y - 6 };
      return { ...between(a.rect, heading), oneWay };
    }),
  ];
}

const middle = (r: Rect): readonly [number, number] => [r.x + r.width / 2, r.y + r.height / 2];

function distance(a: Rect, b: Rect): number {
  const [ax, ay] = middle(a);
  const [bx, by] = middle(b);
  return Math.hypot(ax - bx, ay - by);
}

/** From the edge of one box to the edge of the other, along the line between their middles, a little inside of both. */
function between(a: Rect, b: Rect): Omit<CutLine, 'oneWay'> {
  const [ax, ay] = middle(a);
  const [bx, by] = middle(b);
  const start = edge(a, bx - ax, by - ay);
  const end = edge(b, ax - bx, ay - by);
  return { x1: ax + start[0], y1: ay + start[1], x2: bx + end[0], y2: by + end[1] };
}

/** How deep a line reaches into a box, so that short ones are seen. */
const INSIDE = 14;

function edge(r: Rect, dx: number, dy: number): readonly [number, number] {
  if (dx === 0 && dy === 0) return [0, 0];
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : r.width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : r.height / 2 / Math.abs(dy),
  );
  const length = Math.hypot(dx, dy);
  const reach = Math.max(0, share * length - INSIDE);
  return [(dx / length) * reach, (dy / length) * reach];
}

/** Broken lines in the colour of faults with a cross in the middle; an arrow head where only one direction is lost. */
export function drawCuts(ctx: CanvasRenderingContext2D, p: MapPalette, scene: MapScene, cuts: readonly Cut[]): void {
  if (cuts.length === 0) return;
  const u = p.unit;
  const { layout, scrollX, scrollY } = scene;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, 0, scene.width, scene.height - scene.tray);
  ctx.clip();
  for (const { x1, y1, x2, y2, oneWay } of cutLines(layout, cuts)) {
    const [ax, ay, bx, by] = [x1 - scrollX, y1 - scrollY, x2 - scrollX, y2 - scrollY];
    const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
    const stroke = (path: () => void, width: number, dash: readonly number[]) => {
      for (const [extra, colour] of [
        [4, p.paper],
        [0, p.fault],
      ] as const) {
        ctx.lineWidth = width * u + extra;
        ctx.strokeStyle = colour;
        ctx.setLineDash(extra > 0 ? [] : [...dash]);
        ctx.beginPath();
        path();
        ctx.stroke();
      }
    };
    stroke(
      () => {
        ctx.moveTo(ax, ay);
        ctx.lineTo(bx, by);
      },
      2.5,
      [8 * u, 5 * u],
    );
    stroke(
      () => {
        ctx.moveTo(mx - 7 * u, my - 7 * u);
        ctx.lineTo(mx + 7 * u, my + 7 * u);
        ctx.moveTo(mx + 7 * u, my - 7 * u);
        ctx.lineTo(mx - 7 * u, my + 7 * u);
      },
      3,
      [],
    );
    if (oneWay) head(ctx, p, ax, ay, bx, by);
  }
  components(ctx, p, scene, cuts);
  ctx.restore();
}

function head(ctx: CanvasRenderingContext2D, p: MapPalette, ax: number, ay: number, bx: number, by: number): void {
  const angle = Math.atan2(by - ay, bx - ax);
  const size = 10 * p.unit;
  ctx.setLineDash([]);
  ctx.fillStyle = p.fault;
  ctx.strokeStyle = p.paper;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.moveTo(bx, by);
  ctx.lineTo(bx - size * Math.cos(angle - 0.45), by - size * Math.sin(angle - 0.45));
  ctx.lineTo(bx - size * Math.cos(angle + 0.45), by - size * Math.sin(angle + 0.45));
  ctx.closePath();
  ctx.stroke();
  ctx.fill();
}

/** Parts of the control plane that are cut off have no tile: they are named at the upper edge. */
function components(ctx: CanvasRenderingContext2D, p: MapPalette, scene: MapScene, cuts: readonly Cut[]): void {
  const names = cuts.flatMap((cut) => cut.components);
  if (names.length === 0) return;
  const u = p.unit;
  const text = `✕ ${names.slice(0, 6).join(', ').slice(0, 120)}`;
  setFont(ctx, p, { bold: true });
  const width = ctx.measureText(text).width + 16 * u;
  const x = Math.max(0, scene.width - width - 8 * u);
  ctx.setLineDash([]);
  ctx.fillStyle = p.bg[1];
  ctx.strokeStyle = p.fault;
  ctx.lineWidth = 1.5;
  ctx.fillRect(x, 4 * u, width, 20 * u);
  ctx.strokeRect(x, 4 * u, width, 20 * u);
  drawText(ctx, p, text, x + 8 * u, 14.5 * u, { bold: true, colour: p.text[0] });
}
