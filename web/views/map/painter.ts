import { drawGlyph } from '../../draw/glyphs.ts';
import { clipText, drawText, setFont } from '../../draw/text.ts';
import { LOOKS } from '../../model/states.ts';
import { CardPainter, type CardTexts, cardPods } from './cards.ts';
import type { Colouring } from './colouring.ts';
import { NO_NODE } from './frames.ts';
import { CARD_FROM, type GroupBox, type MapLayout, type Rect, tileRect } from './layout.ts';
import { classColours, type MapPalette, pixelOf } from './mapPalette.ts';
import { CLASSES, type ClusterMirror, isNotReady } from './mirror.ts';
import { type CellGrid, cellGrid, detailOf, type RasterStyle, slotsFor, TileRaster } from './raster.ts';

export interface MapTexts extends CardTexts {
  readonly nodes: (n: number) => string;
  readonly pods: (n: number) => string;
  readonly notReadyCount: (n: number) => string;
  readonly noNode: string;
  readonly noGroup: string;
  readonly zone: (name: string) => string;
}

export interface MapScene {
  readonly mirror: ClusterMirror;
  readonly layout: MapLayout;
  readonly groupNames: readonly string[];
  readonly colouring: Colouring;
  readonly width: number;
  readonly height: number;
  readonly scrollX: number;
  readonly scrollY: number;
  /** Height of the strip of pods without a node, at the bottom; 0 = none. */
  readonly tray: number;
  readonly texts: MapTexts;
}

export function isVisible(scene: MapScene, rect: Rect): boolean {
  return (
    rect.x + rect.width > scene.scrollX &&
    rect.x < scene.scrollX + scene.width &&
    rect.y + rect.height > scene.scrollY &&
    rect.y < scene.scrollY + scene.height
  );
}

const STRIPE = 64;
/** Numbers and bars of headers follow the tiles this often: people do not read faster, and texts cost. */
export const HEADERS_MS = 120;

/** Draws the map: tiles by pixels up to cards, which are drawn as vectors. Only what changed is drawn again. */
export class MapPainter {
  private readonly p: MapPalette;
  private readonly ratio: number;
  private readonly cards: CardPainter;
  private image: ImageData | undefined;
  private raster: TileRaster | undefined;
  private rasterFor: Colouring | undefined;
  private last: MapScene | undefined;
  private slots = 0;
  private drawnTray = '';
  private colours: readonly string[] = [];
  private readonly canvasKey = { width: 0, height: 0 };

  constructor(palette: MapPalette, ratio: number) {
    this.p = palette;
    this.ratio = ratio;
    this.cards = new CardPainter(palette, ratio);
  }

  /** The headers' numbers are older than the tiles: another picture is wanted soon. */
  isBehind = false;
  private headersAt = 0;

  /** Pixels are put in stripes, which reach into the headers of groups below the first row. */
  private coversHeaders(scene: MapScene): boolean {
    const { groups, tileW } = scene.layout;
    return tileW < CARD_FROM && groups.some((g) => g.y !== groups[0].y);
  }

  get slotCount(): number {
    return this.slots;
  }

  /** The next picture is drawn whole: the canvas is another one. */
  forget(): void {
    this.last = undefined;
  }

  /** `ctx` draws in CSS px. Returns how many tiles were drawn. */
  draw(ctx: CanvasRenderingContext2D, scene: MapScene): number {
    const dirty = scene.mirror.takeDirty();
    const slots = slotsFor(scene.mirror);
    const { last } = this;
    const isSame =
      last !== undefined &&
      dirty !== 'all' &&
      slots === this.slots &&
      last.mirror === scene.mirror &&
      last.layout === scene.layout &&
      last.colouring === scene.colouring &&
      last.width === scene.width &&
      last.height === scene.height &&
      last.scrollX === scene.scrollX &&
      last.scrollY === scene.scrollY &&
      last.tray === scene.tray &&
      last.texts === scene.texts &&
      last.groupNames === scene.groupNames;
    this.last = scene;
    this.slots = slots;
    if (isSame && dirty.length === 0 && !this.isBehind) return 0;
    this.prepare(scene);
    const drawn = isSame ? this.drawSome(ctx, scene, dirty) : this.drawAll(ctx, scene);
    const now = performance.now();
    this.isBehind = isSame && now - this.headersAt < HEADERS_MS && !this.coversHeaders(scene);
    if (!this.isBehind) {
      this.headersAt = now;
      this.headers(ctx, scene);
    }
    const tray = `${scene.mirror.tray.join(' ')} ${scene.mirror.trayCount}`;
    const isCovered = !isSame || (drawn > 0 && scene.layout.tileW >= CARD_FROM);
    if (scene.tray > 0 && (isCovered || tray !== this.drawnTray)) this.tray(ctx, scene);
    this.drawnTray = tray;
    return drawn;
  }

  private prepare(scene: MapScene): void {
    const w = Math.max(1, Math.round(scene.width * this.ratio));
    const h = Math.max(1, Math.round((scene.height - scene.tray) * this.ratio));
    const isNew = this.image === undefined || this.canvasKey.width !== w || this.canvasKey.height !== h;
    if (isNew) {
      this.image = new ImageData(w, h);
      this.canvasKey.width = w;
      this.canvasKey.height = h;
    }
    if (isNew || this.rasterFor !== scene.colouring) {
      this.colours = classColours(scene.colouring, this.p);
      this.rasterFor = scene.colouring;
      const pixels = new Uint32Array((this.image as ImageData).data.buffer);
      this.raster = new TileRaster(pixels, w, h, styleOf(scene.colouring, this.colours, this.p), this.ratio);
    }
  }

  private device(n: number): number {
    return Math.round(n * this.ratio);
  }

  private drawTile(scene: MapScene, place: number): Rect {
    const { layout, mirror } = scene;
    const rect = tileRect(layout, place);
    const x = rect.x - scene.scrollX;
    const y = rect.y - scene.scrollY;
    const dx = this.device(x);
    const dy = this.device(y);
    const dw = this.device(x + rect.width) - dx;
    const dh = this.device(y + rect.height) - dy;
    (this.raster as TileRaster).tile(mirror, layout.order[place], dx, dy, dw, dh, detailOf(layout.tileW), this.slots);
    return { x: dx, y: dy, width: dw, height: dh };
  }

  private drawAll(ctx: CanvasRenderingContext2D, scene: MapScene): number {
    const { layout } = scene;
    const isCard = layout.tileW >= CARD_FROM;
    const raster = this.raster as TileRaster;
    const image = this.image as ImageData;
    ctx.fillStyle = this.p.canvas;
    ctx.fillRect(0, 0, scene.width, scene.height);
    if (!isCard) raster.fill(0, 0, image.width, image.height, pixelOf(this.p.canvas));
    let drawn = 0;
    for (const box of layout.groups) {
      const r0 = Math.max(0, Math.floor((scene.scrollY - box.top) / layout.tileH));
      const r1 = Math.min(box.rows - 1, Math.floor((scene.scrollY + scene.height - box.top) / layout.tileH));
      const c0 = Math.max(0, Math.floor((scene.scrollX - box.x) / layout.tileW));
      const c1 = Math.min(box.columns - 1, Math.floor((scene.scrollX + scene.width - box.x) / layout.tileW));
      for (let r = r0; r <= r1; r++)
        for (let c = c0; c <= c1; c++) {
          const k = r * box.columns + c;
          if (k >= box.count) continue;
          drawn++;
          if (isCard) this.drawCard(ctx, scene, box.first + k);
          else this.drawTile(scene, box.first + k);
        }
    }
    if (!isCard) ctx.putImageData(image, 0, 0);
    return drawn;
  }

  private drawCard(ctx: CanvasRenderingContext2D, scene: MapScene, place: number): void {
    const rect = tileRect(scene.layout, place);
    const at = { ...rect, x: rect.x - scene.scrollX, y: rect.y - scene.scrollY };
    const { mirror, layout, texts } = scene;
    ctx.fillStyle = this.p.canvas;
    ctx.fillRect(at.x - 2, at.y - 2, at.width + 4, at.height + 4);
    this.cards.draw(ctx, mirror, layout.order[place], at, this.slots, this.colours, texts);
  }

  private drawSome(ctx: CanvasRenderingContext2D, scene: MapScene, dirty: readonly number[]): number {
    const { layout } = scene;
    const isCard = layout.tileW >= CARD_FROM;
    const image = this.image as ImageData;
    const stripes = Math.ceil(image.height / STRIPE);
    const left = new Int32Array(stripes).fill(image.width);
    const right = new Int32Array(stripes);
    let drawn = 0;
    for (const node of dirty) {
      const place = layout.placeOf[node];
      if (place === undefined || place < 0 || !isVisible(scene, tileRect(layout, place))) continue;
      drawn++;
      if (isCard) {
        this.drawCard(ctx, scene, place);
        continue;
      }
      const r = this.drawTile(scene, place);
      const from = Math.max(0, Math.floor(r.y / STRIPE));
      const to = Math.min(stripes - 1, Math.floor((r.y + r.height) / STRIPE));
      for (let s = from; s <= to; s++) {
        if (r.x < left[s]) left[s] = r.x;
        if (r.x + r.width > right[s]) right[s] = r.x + r.width;
      }
    }
    for (let s = 0; s < stripes; s++)
      if (right[s] > left[s]) ctx.putImageData(image, 0, 0, left[s], s * STRIPE, right[s] - left[s], STRIPE);
    return drawn;
  }

  private headers(ctx: CanvasRenderingContext2D, scene: MapScene): void {
    for (const box of scene.layout.groups) {
      const y = box.y - scene.scrollY;
      const x = box.x - scene.scrollX;
      if (y > scene.height || box.top - scene.scrollY < 0 || x > scene.width || x + box.width < 0) continue;
      ctx.fillStyle = this.p.canvas;
      ctx.fillRect(x - 6, y, box.width + 12, box.top - box.y - 1);
      this.header(ctx, scene, box, x, y);
    }
  }

  private header(ctx: CanvasRenderingContext2D, scene: MapScene, box: GroupBox, x: number, y: number): void {
    const { p } = this;
    const u = p.unit;
    const { texts } = scene;
    const sums = groupSums(scene.mirror, scene.layout, box);
    const name = scene.groupNames[box.group] || texts.noGroup;
    const line = y + 12 * u;
    const width = Math.max(box.width, 60 * u);
    const isOut = sums.notReady > box.count / 2 || (sums.notReady > 0 && box.count <= 48);
    let right = x + width;
    if (sums.notReady > 0 && (isOut || width > 330 * u)) {
      const text = texts.notReadyCount(sums.notReady);
      setFont(ctx, p, { bold: true });
      const size = ctx.measureText(text).width;
      if (size < width * 0.55) {
        drawGlyph(ctx, 'fault', right - 7 * u, line, 12 * u, p.fault);
        drawText(ctx, p, text, right - 17 * u, line, { align: 'right', bold: true, colour: p.bad });
        right -= size + 24 * u;
      }
    }
    setFont(ctx, p, { size: 13, bold: true });
    const title = clipText(ctx, name, right - x);
    drawText(ctx, p, title, x, line, { size: 13, bold: true, colour: p.text[0] });
    const from = x + ctx.measureText(title).width + 10 * u;
    setFont(ctx, p, {});
    const both = `${texts.nodes(box.count)} · ${texts.pods(sums.pods)}`;
    const counts = [both, texts.nodes(box.count)].find((text) => ctx.measureText(text).width <= right - from);
    if (counts !== undefined) drawText(ctx, p, counts, from, line, { colour: p.text[1] });
    this.bar(ctx, scene, sums, x, y + 23 * u, Math.max(box.width, 2), 5 * u);
  }

  /** Share of pods by class, worst first, at least two px each. */
  private bar(
    ctx: CanvasRenderingContext2D,
    scene: MapScene,
    sums: GroupSums,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    const present = scene.colouring.order.filter((cls) => sums.counts[cls] > 0);
    let at = x;
    let room = width;
    let rest = sums.pods;
    present.forEach((cls, i) => {
      const isLast = i === present.length - 1;
      const size = isLast ? room : Math.max(2, Math.round((room * sums.counts[cls]) / rest) - 1);
      ctx.fillStyle = this.colours[cls];
      ctx.fillRect(at, y, Math.max(0, Math.min(size, x + width - at)), height);
      at += size + 1;
      room -= size + 1;
      rest -= sums.counts[cls];
    });
    if (present.length === 0) {
      ctx.fillStyle = this.p.line[0];
      ctx.fillRect(x, y, width, height);
    }
  }

  private tray(ctx: CanvasRenderingContext2D, scene: MapScene): void {
    const { p, colours } = this;
    const u = p.unit;
    const { mirror, texts } = scene;
    const top = scene.height - scene.tray;
    ctx.fillStyle = p.bg[2];
    ctx.fillRect(0, top, scene.width, scene.tray);
    ctx.fillStyle = p.line[0];
    ctx.fillRect(0, top, scene.width, 1);
    drawText(ctx, p, texts.noNode, 12 * u, top + scene.tray / 2, { bold: true, colour: p.text[1] });
    const cells = trayCells(scene, u);
    drawText(ctx, p, mirror.trayCount.toLocaleString('en'), cells.x - 10 * u, top + scene.tray / 2, {
      align: 'right',
      colour: p.text[0],
    });
    let i = 0;
    for (const cls of scene.colouring.order) {
      ctx.fillStyle = colours[cls];
      const n = mirror.tray[cls];
      if (cells.size === 0) {
        // Too many for a cell each: one bar by share.
        const width = (cells.width * n) / Math.max(1, mirror.trayCount);
        ctx.fillRect(cells.x + i, cells.y, width, cells.height);
        i += width;
        continue;
      }
      for (let k = 0; k < n; k++, i++) {
        const x = cells.x + Math.floor(i / cells.rows) * cells.size;
        const y = cells.y + (i % cells.rows) * cells.size;
        const side = cells.size - 1;
        if (side >= 5 && LOOKS[cls] === 'unsched' && scene.colouring.kind === 'state') {
          ctx.strokeStyle = colours[cls];
          ctx.lineWidth = 1;
          ctx.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
        } else ctx.fillRect(x, y, side, side);
      }
    }
  }

  /** Where a pod stands on its node, in CSS px of the canvas; undefined = it has no cell of its own there. */
  podRect(scene: MapScene, pod: number): Rect | undefined {
    const { mirror, layout } = scene;
    const node = mirror.node[pod];
    if (node === NO_NODE) {
      const cells = trayCells(scene, this.p.unit);
      const i = mirror.podsOf(NO_NODE).indexOf(pod);
      if (cells.size === 0 || i < 0) return undefined;
      return {
        x: cells.x + Math.floor(i / cells.rows) * cells.size,
        y: cells.y + (i % cells.rows) * cells.size,
        width: cells.size - 1,
        height: cells.size - 1,
      };
    }
    const place = layout.placeOf[node];
    if (place === undefined || place < 0) return undefined;
    return this.cellRect(scene, place, mirror.podsOf(node).indexOf(pod));
  }

  private cellRect(scene: MapScene, place: number, i: number): Rect | undefined {
    const { layout, mirror } = scene;
    if (i < 0) return undefined;
    const full = tileRect(layout, place);
    const rect = { ...full, x: full.x - scene.scrollX, y: full.y - scene.scrollY };
    const detail = detailOf(layout.tileW);
    if (detail === 'block' || detail === 'gauge') return undefined;
    if (detail !== 'card') {
      const grid = this.grid(rect, detail);
      const r = this.ratio;
      return {
        x: rect.x + (grid.margin + (i % grid.columns) * grid.cellW) / r,
        y: rect.y + (grid.margin + Math.floor(i / grid.columns) * grid.cellH) / r,
        width: (grid.cellW - grid.gap) / r,
        height: (grid.cellH - grid.gap) / r,
      };
    }
    const node = layout.order[place];
    const at = cardPods(rect, mirror.podsOn[node], this.slots, this.p.unit, isNotReady(mirror.marks[node]));
    const perColumn = at.room / at.columns;
    if (i >= at.room) return undefined;
    const column = at.names ? Math.floor(i / perColumn) : i % at.columns;
    const row = at.names ? i % perColumn : Math.floor(i / at.columns);
    return { x: at.x + column * at.cellW, y: at.y + row * at.cellH, width: at.cellW, height: at.cellH };
  }

  private grid(rect: Rect, detail: 'cells' | 'bars'): CellGrid {
    return cellGrid(this.device(rect.width), this.device(rect.height), this.slots, detail, this.ratio);
  }

  /** The pod under a point of the canvas, where pods have cells; -1 = none. */
  podAt(scene: MapScene, place: number, x: number, y: number): number {
    const { mirror, layout } = scene;
    const pods = mirror.podsOf(layout.order[place]);
    const first = this.cellRect(scene, place, 0);
    if (first === undefined) return -1;
    for (let i = 0; i < pods.length; i++) {
      const rect = this.cellRect(scene, place, i);
      if (rect === undefined) break;
      if (x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height) return pods[i];
    }
    return -1;
  }

  /** The pod of the strip under a point; -1 = none. */
  trayPodAt(scene: MapScene, x: number, y: number): number {
    if (scene.tray === 0 || y < scene.height - scene.tray) return -1;
    const cells = trayCells(scene, this.p.unit);
    const pods = scene.mirror.podsOf(NO_NODE);
    if (x < cells.x || pods.length === 0) return -1;
    if (cells.size === 0)
      return pods[Math.min(pods.length - 1, Math.floor(((x - cells.x) / cells.width) * pods.length))];
    const row = Math.min(cells.rows - 1, Math.max(0, Math.floor((y - cells.y) / cells.size)));
    return pods[Math.floor((x - cells.x) / cells.size) * cells.rows + row] ?? -1;
  }
}

function styleOf(colouring: Colouring, colours: readonly string[], p: MapPalette): RasterStyle {
  const isGrave = new Uint8Array(CLASSES);
  if (colouring.kind === 'state') for (const look of GRAVE) isGrave[LOOKS.indexOf(look)] = 1;
  return {
    order: colouring.order,
    shaped: colouring.kind === 'state',
    isGrave,
    colours: {
      classes: Uint32Array.from(colours, pixelOf),
      ground: pixelOf(p.canvas),
      tile: pixelOf(p.tile),
      line: pixelOf(p.line[0]),
      text: pixelOf(p.text[1]),
      fault: pixelOf(p.fault),
      bad: pixelOf(p.state.failed),
      booting: pixelOf(p.state.pulling),
      draining: pixelOf(p.draining),
      gone: pixelOf(p.gone),
      onFailed: pixelOf(p.onFailed),
    },
  };
}

const GRAVE = ['failed', 'crash', 'unknown', 'term', 'notready'] as const;

export interface GroupSums {
  readonly pods: number;
  readonly notReady: number;
  readonly counts: Uint32Array;
}

export function groupSums(mirror: ClusterMirror, layout: MapLayout, box: GroupBox): GroupSums {
  const counts = new Uint32Array(CLASSES);
  let pods = 0;
  let notReady = 0;
  for (let i = box.first; i < box.first + box.count; i++) {
    const node = layout.order[i];
    pods += mirror.podsOn[node];
    if (isNotReady(mirror.marks[node])) notReady++;
    const at = node * CLASSES;
    for (let cls = 0; cls < CLASSES; cls++) counts[cls] += mirror.counts[at + cls];
  }
  return { pods, notReady, counts };
}

/** Cells of the pods without a node; size 0 = they do not fit, one bar stands for them. */
export function trayCells(
  scene: Pick<MapScene, 'width' | 'height' | 'tray' | 'mirror'>,
  unit: number,
): {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly rows: number;
} {
  const x = 150 * unit;
  const y = scene.height - scene.tray + 5 * unit;
  const width = Math.max(1, scene.width - x - 12 * unit);
  const height = Math.max(1, scene.tray - 10 * unit);
  const count = scene.mirror.trayCount;
  for (let size = Math.floor(10 * unit); size >= 3; size--) {
    const rows = Math.max(1, Math.floor(height / size));
    if (Math.ceil(count / rows) * size <= width) return { x, y, width, height, size, rows };
  }
  return { x, y, width, height, size: 0, rows: 1 };
}
