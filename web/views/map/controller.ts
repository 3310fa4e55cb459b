import { sizeCanvas } from '../../draw/text.ts';
import { whileBusy } from '../../state/idle.ts';
import { ask } from '../../worker/client.ts';
import { NAMES_FROM } from './cards.ts';
import { type ColourBy, type Colouring, colouringOf } from './colouring.ts';
import { type CutLine, cutLines } from './cuts.ts';
import { type MapGroups, NO_NODE } from './frames.ts';
import { layOutMap, type MapLayout, placeAt, placesIn, type Rect, tileRect } from './layout.ts';
import type { MapPalette } from './mapPalette.ts';
import { drawMarks, type MapMarks } from './marks.ts';
import { ClusterMirror } from './mirror.ts';
import { HEADERS_MS, MapPainter, type MapScene, type MapTexts } from './painter.ts';

export const ZOOM_MAX = 80;
const TILE_LARGEST = 480;
const TRAY = 34;
const KEPT_COSTS = 2000;
/** While a run grows its groups are asked for this often. */
const GROUPS_MS = 1000;

export interface MapAt {
  readonly node: number;
  /** -1 = no pod has a cell of its own there. */
  readonly pod: number;
}

const NOWHERE: MapAt = { node: -1, pod: -1 };

/** What of the map React shows beside the canvas. */
export interface MapSummary {
  /** Grows with every picture. */
  readonly version: number;
  readonly nodes: number;
  readonly pods: number;
}

/**
 * The map outside React: asks the worker for frames, keeps the mirror and the layout, draws. One frame is asked for at a time; moments
 * that were passed meanwhile are skipped.
 */
export class MapController {
  readonly mirror: ClusterMirror;
  colouring: Colouring = colouringOf('phase');
  layout: MapLayout | undefined;
  groups: MapGroups | undefined;
  zoom = 1;
  scrollX = 0;
  scrollY = 0;
  /** Main-thread cost of the last frames, ms: applying and drawing. */
  readonly costs: number[] = [];
  /** What the worker took for the last frames, ms. */
  readonly builds: number[] = [];
  private groupKey = 'zone';
  private layoutAt = -1;
  private hasTray = false;
  private width = 0;
  private height = 0;
  private painter: MapPainter | undefined;
  private palette: MapPalette | undefined;
  private ratio = 1;
  private texts: MapTexts | undefined;
  private canvas: HTMLCanvasElement | undefined;
  private overlay: HTMLCanvasElement | undefined;
  private wantedUs = -1;
  private shownUs = -1;
  private isAsking = false;
  private isStale = true;
  private drawn = 0;
  private frameRequest = 0;
  private laterTimer = 0;
  /** The node that was zoomed to; -1 = somebody moved about since. */
  private focused = -1;
  private marks: MapMarks = {
    selected: [],
    hover: -1,
    cursor: undefined,
    brush: undefined,
    pod: undefined,
    lit: undefined,
    cuts: [],
  };
  private selectedPod = -1;
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
    this.mirror = new ClusterMirror(this.colouring);
  }

  get version(): number {
    return this.drawn;
  }

  get timeUs(): number {
    return this.mirror.timeUs;
  }

  attach(canvas: HTMLCanvasElement, overlay: HTMLCanvasElement): void {
    this.canvas = canvas;
    this.overlay = overlay;
    // Nothing shows through the map, so it need not be blended.
    canvas.getContext('2d', { alpha: false });
    this.painter?.forget();
    this.schedule();
  }

  setLook(palette: MapPalette, ratio: number, texts: MapTexts): void {
    const isNewText = this.texts !== undefined && this.texts !== texts;
    this.texts = texts;
    if (isNewText) void this.askGroups();
    if (palette === this.palette && ratio === this.ratio) {
      this.schedule();
      return;
    }
    this.palette = palette;
    this.ratio = ratio;
    this.painter = new MapPainter(palette, ratio);
    this.layoutAt = -1;
    this.mirror.recolour(this.colouring);
    this.schedule();
  }

  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.layoutAt = -1;
    this.schedule();
  }

  colourBy(by: ColourBy): void {
    if (by === this.colouring.by) return;
    this.colouring = colouringOf(by);
    this.mirror.recolour(this.colouring);
    this.schedule();
  }

  groupBy(key: string): void {
    if (key === this.groupKey) return;
    this.groupKey = key;
    void this.askGroups();
  }

  /** Shows another moment, or more of the run. */
  show(timeUs: number, isStale: boolean): void {
    this.wantedUs = timeUs;
    if (isStale) this.isStale = true;
    if (!this.isAsking && (this.isStale || this.wantedUs !== this.shownUs)) void whileBusy(this.pump());
  }

  private async pump(): Promise<void> {
    this.isAsking = true;
    try {
      while (this.isStale || this.wantedUs !== this.shownUs) {
        const timeUs = this.wantedUs;
        this.hasGrown ||= this.isStale;
        this.isStale = false;
        const frame = await ask('map', 'frame', { timeUs, reader: 'page', fresh: this.shownUs < 0 });
        if (frame === undefined) break;
        const began = performance.now();
        this.shownUs = timeUs;
        if (this.builds.push(frame.buildMs) > KEPT_COSTS) this.builds.splice(0, KEPT_COSTS / 2);
        this.mirror.apply(frame);
        if (this.colouring.by === 'age') this.mirror.recolour(this.colouring);
        this.applyCost = performance.now() - began;
        if (frame.cuts !== undefined) this.mark({ cuts: frame.cuts });
        if (frame.full || this.areGroupsOld(timeUs)) await this.askGroups();
        // As fast as the screen, not as fast as the worker.
        await this.nextPicture();
      }
    } finally {
      this.isAsking = false;
    }
  }

  private applyCost = 0;
  private waiting: (() => void)[] = [];

  private nextPicture(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  /** Labels and taints change with time, and a run that grew may have changed them. */
  private areGroupsOld(timeUs: number): boolean {
    const { groups } = this;
    if (groups === undefined || groups.groupOf.length !== this.mirror.nodeCount) return true;
    if (this.hasGrown && performance.now() - this.groupsAtMs > GROUPS_MS) return true;
    return timeUs < groups.fromUs || timeUs >= groups.untilUs;
  }

  private hasGrown = false;
  private groupsAtMs = 0;

  private async askGroups(): Promise<void> {
    this.hasGrown = false;
    this.groupsAtMs = performance.now();
    const groups = await ask('map', 'groups', { key: this.groupKey, timeUs: Math.max(0, this.shownUs) });
    if (groups === undefined) return;
    if (this.isSame(groups)) {
      this.groups = { ...groups, names: this.groups?.names ?? groups.names };
      return;
    }
    this.rawNames = groups.names;
    const { texts } = this;
    // `a` alone does not say what it is.
    const names =
      groups.key === 'zone' && texts !== undefined
        ? groups.names.map((name) => (name === '' || /zone/i.test(name) || name.length > 3 ? name : texts.zone(name)))
        : groups.names;
    this.groups = { ...groups, names };
    this.namedFor = texts;
    this.layoutAt = -1;
    this.schedule();
  }

  private rawNames: readonly string[] = [];

  /** Another stretch of time with the same groups needs no new layout. */
  private isSame(groups: MapGroups): boolean {
    const old = this.groups;
    return (
      old !== undefined &&
      old.key === groups.key &&
      this.namedFor === this.texts &&
      this.rawNames.join('\n') === groups.names.join('\n') &&
      old.groupOf.length === groups.groupOf.length &&
      groups.groupOf.every((group, node) => group === old.groupOf[node])
    );
  }

  /** The texts that the groups' names were made with. */
  private namedFor: MapTexts | undefined;

  schedule(): void {
    if (this.frameRequest !== 0) return;
    this.frameRequest = requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.draw();
      const all = this.waiting;
      this.waiting = [];
      for (const resolve of all) resolve();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.frameRequest);
    clearTimeout(this.laterTimer);
    for (const resolve of this.waiting) resolve();
  }

  private get unit(): number {
    return this.palette?.unit ?? 1;
  }

  get tray(): number {
    return this.hasTray ? Math.round(TRAY * this.unit) : 0;
  }

  /** Lays out again when nodes came or went; keeps what is in sight. */
  private layOut(): void {
    const { mirror, groups } = this;
    if (mirror.trayCount > 0 && !this.hasTray) {
      this.hasTray = true;
      this.layoutAt = -1;
    }
    if (this.layoutAt === mirror.layoutVersion || groups === undefined) return;
    this.layoutAt = mirror.layoutVersion;
    const anchor = this.anchor();
    const isShown = (node: number) => node < mirror.nodeCount && !mirror.isAbsent(node);
    const room = { width: this.width, height: this.height - this.tray, unit: this.unit };
    const layOut = () => layOutMap(groups.groupOf, groups.names.length, isShown, room, this.zoom);
    this.layout = layOut();
    // In less room tiles begin smaller; a node that was zoomed to stays large enough for names.
    if (this.focused >= 0 && this.zoom > 1 && this.layout.tileW < this.namedWidth) {
      this.zoom *= this.namedWidth / this.layout.tileW;
      this.layout = layOut();
    }
    if (anchor >= 0) this.centreOn(anchor);
    this.clampScroll();
  }

  /** The node that stays where people look when tiles move: the one zoomed to, or the one in the middle. -1 = all are in sight. */
  private anchor(): number {
    const { layout } = this;
    if (this.zoom === 1 || layout === undefined) return -1;
    if (this.focused >= 0) return this.focused;
    const place = nearestPlace(layout, this.scrollX + this.width / 2, this.scrollY + (this.height - this.tray) / 2);
    return place < 0 ? -1 : layout.order[place];
  }

  private centreOn(node: number): void {
    const place = this.layout?.placeOf[node] ?? -1;
    if (this.layout === undefined || place < 0) return;
    const rect = tileRect(this.layout, place);
    this.scrollX = rect.x + rect.width / 2 - this.width / 2;
    this.scrollY = rect.y + rect.height / 2 - (this.height - this.tray) / 2;
  }

  get scene(): MapScene | undefined {
    const { layout, groups, texts } = this;
    if (layout === undefined || groups === undefined || texts === undefined) return undefined;
    return {
      mirror: this.mirror,
      layout,
      groupNames: groups.names,
      colouring: this.colouring,
      width: this.width,
      height: this.height,
      scrollX: this.scrollX,
      scrollY: this.scrollY,
      tray: this.tray,
      texts,
    };
  }

  private draw(): void {
    if (this.width === 0 || this.canvas === undefined || this.overlay === undefined) return;
    const began = performance.now();
    this.layOut();
    const { scene, painter } = this;
    if (scene === undefined || painter === undefined) return;
    painter.draw(sizeCanvas(this.canvas, this.width, this.height), scene);
    clearTimeout(this.laterTimer);
    if (painter.isBehind) this.laterTimer = window.setTimeout(() => this.schedule(), HEADERS_MS);
    this.drawMarks(this.overlay, painter, scene);
    if (this.costs.push(this.applyCost + performance.now() - began) > KEPT_COSTS) this.costs.splice(0, KEPT_COSTS / 2);
    this.applyCost = 0;
    this.drawn++;
    this.onChange();
  }

  private drawnMarks: unknown[] = [];

  /** The canvas above is left alone as long as it shows what it should: each canvas that is touched is composed anew. */
  private drawMarks(overlay: HTMLCanvasElement, painter: MapPainter, scene: MapScene): void {
    const pod = this.selectedPod >= 0 ? painter.podRect(scene, this.selectedPod) : undefined;
    const { layout, scrollX, scrollY, width, height } = scene;
    const now = [overlay, painter, this.marks, layout, scrollX, scrollY, width, height, pod?.x, pod?.y, pod?.width];
    if (now.every((value, i) => value === this.drawnMarks[i])) return;
    this.drawnMarks = now;
    const ctx = sizeCanvas(overlay, width, height);
    if (this.palette !== undefined) drawMarks(ctx, this.palette, scene, { ...this.marks, pod });
  }

  mark(change: Partial<MapMarks>): void {
    const keys = Object.keys(change) as (keyof MapMarks)[];
    if (keys.every((key) => this.marks[key] === change[key])) return;
    this.marks = { ...this.marks, ...change };
    this.schedule();
  }

  markPod(pod: number): void {
    this.selectedPod = pod;
    this.schedule();
  }

  private clampScroll(): void {
    const { layout } = this;
    if (layout === undefined) return;
    this.scrollX = Math.min(Math.max(0, this.scrollX), Math.max(0, layout.width - this.width));
    this.scrollY = Math.min(Math.max(0, this.scrollY), Math.max(0, layout.height - (this.height - this.tray)));
  }

  get isZoomed(): boolean {
    const { layout } = this;
    return layout !== undefined && (layout.width > this.width + 1 || layout.height > this.height - this.tray + 1);
  }

  panBy(dx: number, dy: number): void {
    this.focused = -1;
    this.scrollX += dx;
    this.scrollY += dy;
    this.clampScroll();
    this.schedule();
  }

  /** Grows the picture by a factor; what is under the point stays there. */
  zoomBy(factor: number, x = this.width / 2, y = this.height / 2): void {
    const { layout } = this;
    if (layout === undefined) return;
    this.focused = -1;
    const base = layout.tileW / this.zoom;
    const zoom = Math.min(Math.max(1, this.zoom * factor), Math.min(ZOOM_MAX, Math.max(1, TILE_LARGEST / base)));
    if (zoom === this.zoom) return;
    // The point as a share of a tile survives the new layout, whatever becomes of paddings and headers.
    const place = nearestPlace(layout, x + this.scrollX, y + this.scrollY);
    const old = place < 0 ? undefined : tileRect(layout, place);
    const share = {
      x: old === undefined ? 0 : (x + this.scrollX - old.x) / layout.tileW,
      y: old === undefined ? 0 : (y + this.scrollY - old.y) / layout.tileH,
    };
    this.zoom = zoom < 1.02 ? 1 : zoom;
    this.layoutAt = -1;
    this.layOut();
    const now = this.layout;
    if (old !== undefined && now !== undefined) {
      const rect = tileRect(now, place);
      this.scrollX = rect.x + share.x * now.tileW - x;
      this.scrollY = rect.y + share.y * now.tileH - y;
    }
    if (this.zoom === 1) this.scrollX = this.scrollY = 0;
    this.clampScroll();
    this.schedule();
  }

  fit(): void {
    if (this.zoom === 1 && this.scrollX === 0 && this.scrollY === 0) return;
    this.zoom = 1;
    this.scrollX = this.scrollY = 0;
    this.layoutAt = -1;
    this.schedule();
  }

  /** Width of a tile that has room for the names of its pods. */
  private get namedWidth(): number {
    return NAMES_FROM * 1.1 * this.unit;
  }

  /** Zooms until a node is a card with the names of its pods, and brings it to the middle. */
  focusNode(node: number): void {
    const { layout } = this;
    if (layout === undefined || layout.placeOf[node] === undefined || layout.placeOf[node] < 0) return;
    const wanted = this.namedWidth / layout.tileW;
    if (wanted > 1) this.zoomBy(wanted);
    this.focused = node;
    this.reveal(node, true);
  }

  reveal(node: number, centre = false): void {
    const { layout } = this;
    const place = layout?.placeOf[node] ?? -1;
    if (layout === undefined || place < 0) return;
    const rect = tileRect(layout, place);
    const height = this.height - this.tray;
    const outside =
      rect.x < this.scrollX ||
      rect.y < this.scrollY ||
      rect.x + rect.width > this.scrollX + this.width ||
      rect.y + rect.height > this.scrollY + height;
    if (centre || outside) {
      this.centreOn(node);
      this.clampScroll();
    }
    this.schedule();
  }

  /** What is under a point of the canvas. */
  at(x: number, y: number): MapAt {
    const { scene, painter } = this;
    if (scene === undefined || painter === undefined) return NOWHERE;
    if (this.tray > 0 && y >= this.height - this.tray) return { node: -1, pod: painter.trayPodAt(scene, x, y) };
    const place = placeAt(scene.layout, x + this.scrollX, y + this.scrollY);
    if (place < 0) return NOWHERE;
    return { node: scene.layout.order[place], pod: painter.podAt(scene, place, x, y) };
  }

  /** Nodes that a rectangle of the canvas meets. */
  nodesIn(area: Rect): number[] {
    const { layout } = this;
    if (layout === undefined) return [];
    const moved = { ...area, x: area.x + this.scrollX, y: area.y + this.scrollY };
    return placesIn(layout, moved).map((place) => layout.order[place]);
  }

  /** Lines of open partitions, in px of the canvas. */
  cutLines(): readonly CutLine[] {
    const { layout, scrollX, scrollY } = this;
    if (layout === undefined) return [];
    return cutLines(layout, this.marks.cuts).map((l) => ({
      ...l,
      x1: l.x1 - scrollX,
      y1: l.y1 - scrollY,
      x2: l.x2 - scrollX,
      y2: l.y2 - scrollY,
    }));
  }

  /** Where a node's tile is, in px of the canvas. */
  rectOf(node: number): Rect | undefined {
    const { layout } = this;
    const place = layout?.placeOf[node] ?? -1;
    if (layout === undefined || place < 0) return undefined;
    const rect = tileRect(layout, place);
    return { ...rect, x: rect.x - this.scrollX, y: rect.y - this.scrollY };
  }

  podRect(pod: number): Rect | undefined {
    const { scene, painter } = this;
    return scene === undefined ? undefined : painter?.podRect(scene, pod);
  }

  /** Where a group's header and tiles are, in px of the canvas. */
  groupRect(box: number): Rect | undefined {
    const b = this.layout?.groups[box];
    if (b === undefined || this.layout === undefined) return undefined;
    return {
      x: b.x - this.scrollX - 4,
      y: b.y - this.scrollY,
      width: b.columns * this.layout.tileW + 8,
      height: b.top - b.y + b.rows * this.layout.tileH,
    };
  }

  podsOf(node: number): readonly number[] {
    return this.mirror.podsOf(node < 0 ? NO_NODE : node);
  }
}

/** The place at a point, or the one nearest to it. */
function nearestPlace(layout: MapLayout, x: number, y: number): number {
  const hit = placeAt(layout, x, y);
  if (hit >= 0) return hit;
  let best = -1;
  let bestFar = Number.POSITIVE_INFINITY;
  for (const box of layout.groups) {
    const right = box.x + box.columns * layout.tileW - 1;
    const bottom = box.top + box.rows * layout.tileH - 1;
    const cx = Math.min(Math.max(x, box.x), right);
    const cy = Math.min(Math.max(y, box.top), bottom);
    const far = Math.abs(cx - x) + Math.abs(cy - y);
    if (far >= bestFar) continue;
    bestFar = far;
    const column = Math.floor((cx - box.x) / layout.tileW);
    const row = Math.floor((cy - box.top) / layout.tileH);
    best = box.first + Math.min(box.count - 1, row * box.columns + column);
  }
  return best;
}
