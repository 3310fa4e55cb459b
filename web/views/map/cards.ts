import { drawGlyph } from '../../draw/glyphs.ts';
import { clipMiddle, drawText, setFont } from '../../draw/text.ts';
import { shorten } from '../../model/shorten.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { NodeMark } from './frames.ts';
import type { Rect } from './layout.ts';
import type { MapPalette } from './mapPalette.ts';
import { type ClusterMirror, isNotReady } from './mirror.ts';
import { loadOf } from './raster.ts';

/** From this width the pods of a card stand by name. */
export const NAMES_FROM = 200;
const NAME_ROW = 16;

/** Where the pods of a card stand: glyphs in a grid of slots, or rows with names. */
export interface CardPods {
  readonly names: boolean;
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly cellW: number;
  readonly cellH: number;
  /** Pods that find room. */
  readonly room: number;
}

export function cardPods(rect: Rect, count: number, slots: number, unit: number, isBad: boolean): CardPods {
  const top = rect.y + (26 + (isBad ? 18 : 4)) * unit;
  const bottom = rect.y + rect.height - 58 * unit;
  const height = Math.max(0, bottom - top);
  if (rect.width >= NAMES_FROM * unit) {
    const columns = Math.max(1, Math.floor(rect.width / (NAMES_FROM * unit)));
    const rows = Math.floor(height / (NAME_ROW * unit));
    if (rows * columns >= Math.min(count, 8))
      return {
        names: true,
        x: rect.x + 6 * unit,
        y: top,
        columns,
        cellW: (rect.width - 12 * unit) / columns,
        cellH: NAME_ROW * unit,
        room: rows * columns,
      };
  }
  const width = rect.width - 12 * unit;
  let columns = 4;
  let size = 0;
  for (let c = 3; c <= Math.max(4, slots); c++) {
    const side = Math.min(width / c, height / Math.ceil(slots / c));
    if (side > size) {
      size = side;
      columns = c;
    }
  }
  const rows = Math.max(1, Math.floor(height / Math.max(size, 1)));
  return {
    names: false,
    x: rect.x + 6 * unit,
    y: top,
    columns,
    cellW: width / columns,
    cellH: Math.min(height / Math.ceil(slots / columns), width / columns),
    room: Math.max(columns * rows, slots),
  };
}

/** Draws glyphs from pictures of them, made once a size and colour. */
class GlyphSprites {
  private readonly made = new Map<string, HTMLCanvasElement>();
  private readonly ratio: number;

  constructor(ratio: number) {
    this.ratio = ratio;
  }

  draw(ctx: CanvasRenderingContext2D, look: number, x: number, y: number, size: number, colour: string): void {
    const key = `${look} ${size} ${colour}`;
    let sprite = this.made.get(key);
    if (sprite === undefined) {
      if (this.made.size > 400) this.made.clear();
      sprite = document.createElement('canvas');
      sprite.width = sprite.height = Math.ceil((size + 2) * this.ratio);
      const g = sprite.getContext('2d') as CanvasRenderingContext2D;
      g.scale(this.ratio, this.ratio);
      drawGlyph(g, LOOKS[look], size / 2 + 1, size / 2 + 1, size, colour);
      this.made.set(key, sprite);
    }
    ctx.drawImage(sprite, x - size / 2 - 1, y - size / 2 - 1, size + 2, size + 2);
  }
}

export interface CardTexts {
  readonly notReady: string;
  readonly more: (n: number) => string;
}

/** Draws nodes as cards: name, state, one glyph a pod in the slots, two bars with numbers. */
export class CardPainter {
  private readonly p: MapPalette;
  private readonly sprites: GlyphSprites;

  constructor(palette: MapPalette, ratio: number) {
    this.p = palette;
    this.sprites = new GlyphSprites(ratio);
  }

  draw(
    ctx: CanvasRenderingContext2D,
    mirror: ClusterMirror,
    node: number,
    rect: Rect,
    slots: number,
    colours: readonly string[],
    texts: CardTexts,
  ): void {
    const { p } = this;
    const u = p.unit;
    const { x, y, width, height } = rect;
    const marks = mirror.marks[node];
    const isBad = isNotReady(marks);
    ctx.fillStyle = p.tile;
    ctx.fillRect(x, y, width, height);
    this.frame(ctx, mirror, node, rect);
    const count = mirror.podsOn[node];
    const capacity = mirror.nodePods[node];
    const room = width - 16 * u - cutOf(marks, rect);
    setFont(ctx, p, { size: 12, bold: true, mono: true });
    const nameWidth = ctx.measureText(mirror.nodeName(node).slice(0, 200)).width;
    setFont(ctx, p, { size: 11 });
    const whole = Number.isNaN(capacity) ? String(count) : `${count}/${capacity}`;
    // The name is worth more than the capacity.
    const right = nameWidth + 6 * u + ctx.measureText(whole).width <= room ? whole : String(count);
    const rightWidth = ctx.measureText(right).width;
    drawText(ctx, p, right, x + 8 * u + room, y + 13 * u, { align: 'right', colour: p.text[1] });
    setFont(ctx, p, { size: 12, bold: true, mono: true });
    const name = clipMiddle(ctx, mirror.nodeName(node), room - 6 * u - rightWidth);
    drawText(ctx, p, name, x + 8 * u, y + 13 * u, { size: 12, bold: true, mono: true, colour: p.text[0] });
    if (isBad) this.badBand(ctx, rect, texts.notReady);
    this.pods(ctx, mirror, node, rect, slots, colours, isBad, texts);
    this.load(ctx, mirror, node, rect, 'cpu', 50);
    this.load(ctx, mirror, node, rect, 'memory', 26);
    if ((marks & NodeMark.pressure) !== 0) {
      ctx.fillStyle = p.fault;
      ctx.fillRect(x, y + height - 4 * u, width, 4 * u);
    }
  }

  private frame(ctx: CanvasRenderingContext2D, mirror: ClusterMirror, node: number, rect: Rect): void {
    const { p } = this;
    const { x, y, width, height } = rect;
    const marks = mirror.marks[node];
    const isBad = isNotReady(marks);
    const isDraining = mirror.isDraining(node);
    const isBooting = (marks & NodeMark.booting) !== 0;
    const isGone = (marks & NodeMark.gone) !== 0;
    ctx.lineWidth = isBad || isDraining ? 2 : 1;
    ctx.strokeStyle = isBad
      ? p.state.failed
      : isGone
        ? p.gone
        : isDraining
          ? p.draining
          : isBooting
            ? p.state.pulling
            : p.line[1];
    ctx.setLineDash(isBooting ? [4, 3] : []);
    ctx.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    ctx.setLineDash([]);
    if (isGone) {
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + width, y + height);
      ctx.moveTo(x + width, y);
      ctx.lineTo(x, y + height);
      ctx.stroke();
    }
    if ((marks & NodeMark.cordoned) !== 0) {
      const cut = 18 * p.unit;
      ctx.fillStyle = p.canvas;
      ctx.beginPath();
      ctx.moveTo(x + width - cut, y - 1);
      ctx.lineTo(x + width + 1, y - 1);
      ctx.lineTo(x + width + 1, y + cut);
      ctx.fill();
      ctx.strokeStyle = p.text[0];
      ctx.lineWidth = 2;
      ctx.beginPath();
      ctx.moveTo(x + width - cut, y);
      ctx.lineTo(x + width, y + cut);
      ctx.stroke();
    }
    if ((marks & NodeMark.partitioned) !== 0) {
      ctx.fillStyle = p.fault;
      ctx.fillRect(x, y, 2, height);
      ctx.fillRect(x + 4, y, 2, height);
    }
  }

  private badBand(ctx: CanvasRenderingContext2D, { x, y, width }: Rect, word: string): void {
    const { p } = this;
    const u = p.unit;
    const top = y + 24 * u;
    ctx.fillStyle = p.badBg;
    ctx.fillRect(x + 1, top, width - 2, 17 * u);
    setFont(ctx, p, { bold: true });
    const from = x + 8 * u + ctx.measureText(word).width + 6 * u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, top, Math.max(0, x + width - 1 - from), 17 * u);
    ctx.clip();
    ctx.strokeStyle = p.state.failed;
    ctx.lineWidth = 2;
    ctx.beginPath();
    for (let k = from - 24 * u; k < x + width + 24; k += 7) {
      ctx.moveTo(k, top + 17 * u);
      ctx.lineTo(k + 20 * u, top - 2);
    }
    ctx.stroke();
    ctx.restore();
    drawText(ctx, p, word, x + 8 * u, top + 9 * u, { bold: true, colour: p.bad });
  }

  private pods(
    ctx: CanvasRenderingContext2D,
    mirror: ClusterMirror,
    node: number,
    rect: Rect,
    slots: number,
    colours: readonly string[],
    isBad: boolean,
    texts: CardTexts,
  ): void {
    const { p } = this;
    const u = p.unit;
    const pods = mirror.podsOf(node);
    const at = cardPods(rect, pods.length, slots, u, isBad);
    const size = at.names ? 12 * u : Math.max(4, Math.min(16 * u, Math.min(at.cellW, at.cellH) - 2));
    const shown = pods.length > at.room ? at.room - 1 : pods.length;
    for (let i = 0; i < shown; i++) {
      const pod = pods[i];
      const column = at.names ? Math.floor(i / (at.room / at.columns)) : i % at.columns;
      const row = at.names ? i % (at.room / at.columns) : Math.floor(i / at.columns);
      const cx = at.x + column * at.cellW;
      const cy = at.y + row * at.cellH + at.cellH / 2;
      const look = LOOK_NUMBER[mirror.state[pod]];
      this.sprites.draw(ctx, look, at.names ? cx + 8 * u : cx + at.cellW / 2, cy, size, colours[mirror.classOf[pod]]);
      if (!at.names) continue;
      setFont(ctx, p, { mono: true });
      const full = mirror.podName(pod);
      const text = shortPod(ctx, full.slice(full.indexOf('/') + 1), at.cellW - 24 * u);
      drawText(ctx, p, text, cx + 19 * u, cy, { mono: true, colour: p.text[0] });
    }
    if (!at.names) {
      ctx.fillStyle = p.line[2];
      for (let i = pods.length; i < slots; i++)
        ctx.fillRect(
          at.x + (i % at.columns) * at.cellW + at.cellW / 2 - 1,
          at.y + Math.floor(i / at.columns) * at.cellH + at.cellH / 2 - 1,
          2,
          2,
        );
    } else if (shown < pods.length) {
      const row = shown % (at.room / at.columns);
      drawText(
        ctx,
        p,
        texts.more(pods.length - shown),
        at.x + (at.columns - 1) * at.cellW + 19 * u,
        at.y + row * at.cellH + at.cellH / 2,
        { colour: p.text[1] },
      );
    }
  }

  private load(
    ctx: CanvasRenderingContext2D,
    mirror: ClusterMirror,
    node: number,
    { x, y, width, height }: Rect,
    of: 'cpu' | 'memory',
    fromBottom: number,
  ): void {
    const { p } = this;
    const u = p.unit;
    const share = loadOf(mirror, node, of);
    const top = y + height - fromBottom * u;
    drawText(ctx, p, of === 'cpu' ? 'cpu' : 'mem', x + 8 * u, top + 2 * u, { colour: p.text[1] });
    const text = loadText(mirror, node, of);
    setFont(ctx, p, {});
    if (ctx.measureText(text).width < width - 46 * u)
      drawText(ctx, p, text, x + width - 8 * u, top + 2 * u, { align: 'right', colour: p.text[0] });
    ctx.fillStyle = p.line[1];
    ctx.fillRect(x + 8 * u, top + 10 * u, width - 16 * u, 5 * u);
    ctx.fillStyle = share > 0.92 ? p.fault : p.text[1];
    ctx.fillRect(x + 8 * u, top + 10 * u, (width - 16 * u) * Math.min(1, share), 5 * u);
  }
}

/** Room that the cut corner of a cordoned card takes from its first line. */
const cutOf = (marks: number, rect: Rect) => ((marks & NodeMark.cordoned) !== 0 && rect.width > 0 ? 12 : 0);

/** `3.4 / 8`, `12.5 / 32Gi`; `-` = not known. */
export function loadText(mirror: ClusterMirror, node: number, of: 'cpu' | 'memory'): string {
  const used = of === 'cpu' ? mirror.usedCpu[node] / 1000 : mirror.usedMemory[node] / 1024;
  const whole = of === 'cpu' ? mirror.nodeCpuMilli[node] / 1000 : mirror.nodeMemoryMi[node] / 1024;
  if (!Number.isFinite(whole)) return '-';
  const number = (n: number) => (!Number.isFinite(n) ? '-' : n === 0 ? '0' : n >= 100 ? n.toFixed(0) : n.toFixed(1));
  return `${number(Math.abs(used))} / ${whole.toFixed(1).replace(/\.0$/, '')}${of === 'cpu' ? '' : 'Gi'}`;
}

function shortPod(ctx: CanvasRenderingContext2D, name: string, width: number): string {
  if (ctx.measureText(name).width <= width) return name;
  const letter = ctx.measureText('m').width;
  return shorten(name, Math.max(8, Math.floor(width / letter)));
}
