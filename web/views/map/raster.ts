import { LOOKS } from '../../model/states.ts';
import { NodeMark } from './frames.ts';
import { CLASSES, type ClusterMirror, isNotReady } from './mirror.ts';

/** What a tile shows, by its width in CSS px. */
export type Detail = 'block' | 'gauge' | 'cells' | 'bars' | 'card';

export function detailOf(tileW: number): Detail {
  return tileW < 6 ? 'block' : tileW < 14 ? 'gauge' : tileW < 26 ? 'cells' : tileW < 90 ? 'bars' : 'card';
}

/** Colours as pixels. */
export interface RasterColours {
  readonly classes: Uint32Array;
  readonly ground: number;
  readonly tile: number;
  readonly line: number;
  readonly text: number;
  readonly fault: number;
  readonly bad: number;
  readonly booting: number;
  readonly draining: number;
  readonly gone: number;
  readonly onFailed: number;
}

/** How classes are put on tiles. */
export interface RasterStyle {
  readonly colours: RasterColours;
  /** Classes in the order of the picture, worst first. */
  readonly order: readonly number[];
  /** Cells have the shapes of states, besides their colours. */
  readonly shaped: boolean;
  /** Classes that want at least two pixels of a gauge. */
  readonly isGrave: Uint8Array;
}

/** Slots of a tile for pods: the same for all nodes, so that a tile's fill compares. Steps keep it steady while pods come and go. */
export function slotsFor(mirror: ClusterMirror): number {
  let most = 0;
  for (let n = 0; n < mirror.nodeCount; n++) if (mirror.podsOn[n] > most) most = mirror.podsOn[n];
  for (const step of [4, 8, 12, 16, 20, 25, 30, 36, 42, 49, 56, 64, 72, 81, 100, 121, 150, 200, 256, 400])
    if (most <= step) return step;
  return most;
}

/** Cells of a tile: columns, and cell size in device px with the gap between cells inside. */
export interface CellGrid {
  readonly columns: number;
  readonly cellW: number;
  readonly cellH: number;
  readonly gap: number;
  readonly margin: number;
  readonly bars: number;
}

/** `ratio` = device px per CSS px. */
export function cellGrid(w: number, h: number, slots: number, detail: Detail, ratio: number): CellGrid {
  const bars = detail === 'bars' ? Math.max(Math.round(w * 0.16), Math.round(5 * ratio)) : 0;
  const margin = Math.max(1, Math.round((detail !== 'bars' ? 1 : w < 40 * ratio ? 2 : 3) * ratio));
  const roomW = w - 2 * margin;
  const roomH = h - 2 * margin - (bars > 0 ? bars + 1 : 0);
  // As near to square as the slots allow.
  let best: { columns: number; cellW: number; cellH: number } | undefined;
  for (let columns = 1; columns <= Math.min(slots, roomW); columns++) {
    const rows = Math.ceil(slots / columns);
    const cellW = Math.floor(roomW / columns);
    const cellH = Math.min(Math.floor(roomH / rows), Math.ceil(cellW * 1.3));
    if (cellH < 1) continue;
    if (best === undefined || Math.min(cellW, cellH) > Math.min(best.cellW, best.cellH))
      best = { columns, cellW, cellH };
  }
  const { columns, cellW, cellH } = best ?? { columns: Math.max(1, roomW), cellW: 1, cellH: 1 };
  return { columns, cellW, cellH, gap: Math.min(cellW, cellH) >= 5 * ratio ? Math.round(ratio) : 0, margin, bars };
}

/** Draws tiles into a buffer of pixels. All numbers are device px. */
export class TileRaster {
  private readonly pixels: Uint32Array;
  private readonly width: number;
  private readonly height: number;
  private readonly style: RasterStyle;
  private readonly ratio: number;
  private readonly sprites: (Uint32Array | undefined)[] = [];
  private spriteSize = 0;
  private grid: CellGrid | undefined;
  private gridKey = '';

  constructor(pixels: Uint32Array, width: number, height: number, style: RasterStyle, ratio: number) {
    this.pixels = pixels;
    this.width = width;
    this.height = height;
    this.style = style;
    this.ratio = ratio;
  }

  fill(x: number, y: number, w: number, h: number, colour: number): void {
    const x0 = Math.max(0, x);
    const x1 = Math.min(this.width, x + w);
    const y0 = Math.max(0, y);
    const y1 = Math.min(this.height, y + h);
    if (x1 <= x0) return;
    for (let row = y0; row < y1; row++) {
      const at = row * this.width;
      // A call of fill() costs more than a short loop.
      if (x1 - x0 < 24) for (let i = at + x0; i < at + x1; i++) this.pixels[i] = colour;
      else this.pixels.fill(colour, at + x0, at + x1);
    }
  }

  private dot(x: number, y: number, colour: number): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.pixels[y * this.width + x] = colour;
  }

  tile(mirror: ClusterMirror, node: number, x: number, y: number, w: number, h: number, detail: Detail, slots: number) {
    const { colours } = this.style;
    if (detail === 'block') this.block(mirror, node, x, y, w, h);
    else {
      this.fill(x, y, w, h, colours.tile);
      if (detail === 'gauge') this.gauge(mirror, node, x, y, w, h, slots);
      else this.cells(mirror, node, x, y, w, h, slots, detail);
    }
    this.mark(mirror, node, x, y, w, h);
  }

  private block(mirror: ClusterMirror, node: number, x: number, y: number, w: number, h: number): void {
    const { order, colours } = this.style;
    const at = node * CLASSES;
    for (const cls of order) {
      if (mirror.counts[at + cls] === 0) continue;
      this.fill(x, y, w, h, colours.classes[cls]);
      return;
    }
    this.fill(x, y, w, h, colours.tile);
  }

  /** Height = pods of the slots, stacked by class, the worst on top and never invisible. */
  private gauge(mirror: ClusterMirror, node: number, x: number, y: number, w: number, h: number, slots: number): void {
    const { order, colours, isGrave } = this.style;
    const pods = mirror.podsOn[node];
    if (pods === 0) return;
    const at = node * CLASSES;
    const full = Math.max(1, Math.min(h, Math.round((h * pods) / slots)));
    let top = y + h - full;
    let left = full;
    let rest = pods;
    for (const cls of order) {
      const n = mirror.counts[at + cls];
      if (n === 0) continue;
      rest -= n;
      const least = Math.round(isGrave[cls] !== 0 ? 2 * this.ratio : this.ratio);
      const size = rest === 0 ? left : Math.min(left - 1, Math.max(least, Math.round((full * n) / pods)));
      if (size <= 0) continue;
      this.fill(x, top, w, size, colours.classes[cls]);
      top += size;
      left -= size;
    }
  }

  private gridOf(w: number, h: number, slots: number, detail: Detail): CellGrid {
    const key = `${w} ${h} ${slots} ${detail}`;
    if (this.grid === undefined || key !== this.gridKey) {
      this.grid = cellGrid(w, h, slots, detail, this.ratio);
      this.gridKey = key;
      this.sprites.length = 0;
    }
    return this.grid;
  }

  private cells(
    mirror: ClusterMirror,
    node: number,
    x: number,
    y: number,
    w: number,
    h: number,
    slots: number,
    detail: Detail,
  ): void {
    const { order, colours } = this.style;
    const grid = this.gridOf(w, h, slots, detail);
    const cw = grid.cellW - grid.gap;
    const ch = grid.cellH - grid.gap;
    const at = node * CLASSES;
    const usesShapes = this.style.shaped && cw >= 4 && ch >= 4;
    let column = 0;
    let cy = y + grid.margin;
    for (const cls of order) {
      for (let n = mirror.counts[at + cls]; n > 0; n--) {
        const cx = x + grid.margin + column * grid.cellW;
        if (usesShapes) this.blit(this.sprite(cls, cw, ch), cx, cy, cw, ch);
        else this.fill(cx, cy, cw, ch, colours.classes[cls]);
        if (++column === grid.columns) {
          column = 0;
          cy += grid.cellH;
        }
      }
    }
    if (grid.bars > 0) this.bars(mirror, node, x, y, w, h, grid);
  }

  private bars(mirror: ClusterMirror, node: number, x: number, y: number, w: number, h: number, grid: CellGrid): void {
    const { colours } = this.style;
    const size = Math.max(2, Math.floor((grid.bars - 3) / 2));
    const top = y + h - grid.margin - grid.bars + 2;
    const length = w - 2 * grid.margin;
    for (let i = 0; i < 2; i++) {
      const share = loadOf(mirror, node, i === 0 ? 'cpu' : 'memory');
      const by = top + i * (size + 1);
      this.fill(x + grid.margin, by, length, size, colours.line);
      if (share > 0)
        this.fill(
          x + grid.margin,
          by,
          Math.max(1, Math.round(length * Math.min(1, share))),
          size,
          share > 0.92 ? colours.fault : colours.text,
        );
    }
  }

  /** One cell of a class in its state's shape; 0 = the ground shows. */
  private sprite(cls: number, w: number, h: number): Uint32Array {
    if (this.spriteSize !== w * 4096 + h) {
      this.sprites.length = 0;
      this.spriteSize = w * 4096 + h;
    }
    this.sprites[cls] ??= cellSprite(cls, w, h, this.style.colours);
    return this.sprites[cls];
  }

  private blit(sprite: Uint32Array, x: number, y: number, w: number, h: number): void {
    for (let row = 0; row < h; row++) {
      const py = y + row;
      if (py < 0 || py >= this.height) continue;
      const at = py * this.width;
      for (let column = 0; column < w; column++) {
        const px = x + column;
        const colour = sprite[row * w + column];
        if (colour !== 0 && px >= 0 && px < this.width) this.pixels[at + px] = colour;
      }
    }
  }

  /** The node's state, by marks that leave the pods' colours alone. */
  private mark(mirror: ClusterMirror, node: number, x: number, y: number, w: number, h: number): void {
    const marks = mirror.marks[node];
    if ((marks & ~(NodeMark.ready | NodeMark.noSchedule)) === 0 && (marks & NodeMark.ready) !== 0) return;
    const { colours } = this.style;
    const isSmall = w < 14 * this.ratio;
    if ((marks & NodeMark.gone) !== 0) {
      this.cut(x, y, w, h, colours.gone, true);
      this.cut(x, y, w, h, colours.gone, false);
      this.outline(x, y, w, h, colours.gone, 0);
      return;
    }
    if (isNotReady(marks)) {
      if (isSmall) this.cut(x, y, w, h, colours.ground, true);
      else {
        this.hatch(x, y, w, h, colours.ground);
        this.outline(x, y, w, h, colours.bad, 0);
      }
    }
    if ((marks & NodeMark.cordoned) !== 0) {
      const cut = Math.max(3, Math.round(w * 0.4));
      for (let i = 0; i < cut; i++) {
        this.fill(x + w - cut + i, y + i, cut - i, 1, colours.ground);
        this.dot(x + w - cut + i, y + i, colours.text);
      }
      if (mirror.isDraining(node)) this.outline(x, y, w, h, colours.draining, 0);
    }
    if ((marks & NodeMark.pressure) !== 0) {
      const size = Math.max(Math.round(2 * this.ratio), Math.round(w * 0.08));
      this.fill(x, y + h - size, w, size, colours.fault);
    }
    if ((marks & NodeMark.booting) !== 0) this.outline(x, y, w, h, colours.booting, isSmall ? 2 : 4);
    if ((marks & NodeMark.partitioned) !== 0) {
      // The lines that the partition cuts: a pair of bars at the left edge.
      const size = Math.max(1, Math.round(this.ratio));
      this.fill(x, y, size, h, colours.fault);
      if (!isSmall) this.fill(x + 2 * size, y, size, h, colours.fault);
    }
  }

  /** A line from corner to corner, rising or falling. */
  private cut(x: number, y: number, w: number, h: number, colour: number, rises: boolean): void {
    const thick = Math.max(1, Math.round(1.5 * this.ratio));
    for (let row = 0; row < h; row++) {
      const along = Math.round(((row + 0.5) * w) / h - 0.5);
      const column = rises ? w - 1 - along : along;
      for (let k = 0; k < thick; k++) if (column + k < w) this.dot(x + column + k, y + row, colour);
    }
  }

  /** Rising lines all over the tile. */
  private hatch(x: number, y: number, w: number, h: number, colour: number): void {
    const step = Math.round(8 * this.ratio);
    const thick = Math.round(2 * this.ratio);
    for (let row = 0; row < h; row++)
      for (let column = 0; column < w; column++)
        if ((column + row) % step < thick) this.dot(x + column, y + row, colour);
  }

  /** A line around the tile; `dash` > 0 leaves every other stretch of that length out. */
  private outline(x: number, y: number, w: number, h: number, colour: number, dash: number): void {
    const isOn = (i: number) => dash === 0 || i % (2 * dash) < dash;
    for (let i = 0; i < w; i++) {
      if (!isOn(i)) continue;
      this.dot(x + i, y, colour);
      this.dot(x + i, y + h - 1, colour);
    }
    for (let i = 0; i < h; i++) {
      if (!isOn(i)) continue;
      this.dot(x, y + i, colour);
      this.dot(x + w - 1, y + i, colour);
    }
  }
}

/** Requested of allocatable, 0 when one is not known. */
export function loadOf(mirror: ClusterMirror, node: number, of: 'cpu' | 'memory'): number {
  const share =
    of === 'cpu'
      ? mirror.usedCpu[node] / mirror.nodeCpuMilli[node]
      : mirror.usedMemory[node] / mirror.nodeMemoryMi[node];
  return Number.isFinite(share) ? share : 0;
}

const FAILED = LOOKS.indexOf('failed');

/** The shape of a state in a cell of 4 px and more; the same as in the legend. */
export function cellSprite(cls: number, w: number, h: number, colours: RasterColours): Uint32Array {
  const sprite = new Uint32Array(w * h);
  const colour = colours.classes[cls];
  const set = (x: number, y: number, c: number) => {
    if (x >= 0 && y >= 0 && x < w && y < h) sprite[y * w + x] = c;
  };
  const box = (x: number, y: number, bw: number, bh: number, c = colour) => {
    for (let j = 0; j < bh; j++) for (let i = 0; i < bw; i++) set(x + i, y + j, c);
  };
  const outline = () => {
    box(0, 0, w, 1);
    box(0, h - 1, w, 1);
    box(0, 0, 1, h);
    box(w - 1, 0, 1, h);
  };
  const line = Math.max(1, Math.round(w / 7));
  switch (LOOKS[cls]) {
    case 'succ':
      box(0, h - Math.max(2, line), w, Math.max(2, line));
      break;
    case 'unsched':
      outline();
      break;
    case 'pulling':
      outline();
      box(0, h >> 1, w, h - (h >> 1));
      break;
    case 'unknown':
      outline();
      box((w >> 1) - 1, (h >> 1) - 1, 2, 2);
      break;
    case 'term':
      outline();
      box(0, (h >> 1) - 1, w, 2);
      break;
    case 'starting':
      outline();
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) if (x / w + y / h >= 0.98) set(x, y, colour);
      break;
    case 'notready':
      box(0, 0, w, h);
      box((w >> 1) - 1, (h >> 1) - 1, 2, 2, colours.tile);
      break;
    case 'crash':
      for (let x = 0; x < w; x += line + 2) box(x, 0, line + 1, h);
      break;
    default:
      box(0, 0, w, h);
      if (cls === FAILED && w >= 5)
        for (let i = 1; i < w - 1; i++) {
          const y = Math.round((i * (h - 1)) / (w - 1));
          set(i, y, colours.onFailed);
          set(i, h - 1 - y, colours.onFailed);
        }
  }
  return sprite;
}
