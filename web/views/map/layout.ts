/** Where groups and node tiles stand, in whole CSS px of the (scrolled) picture. */
export interface MapLayout {
  readonly tileW: number;
  readonly tileH: number;
  /** Ground between tiles, inside tileW and tileH. */
  readonly gap: number;
  readonly groups: readonly GroupBox[];
  /** Nodes group by group. */
  readonly order: Uint32Array;
  /** Place of each node in `order`; -1 = not shown. */
  readonly placeOf: Int32Array;
  /** Group box of each place. */
  readonly boxOf: Uint32Array;
  readonly width: number;
  readonly height: number;
}

export interface GroupBox {
  /** Number of the group; its name is with whoever made the groups. */
  readonly group: number;
  readonly x: number;
  /** Top of the header. */
  readonly y: number;
  readonly width: number;
  /** Top of the tiles. */
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** Its nodes are order[first .. first + count). */
  readonly first: number;
  readonly count: number;
}

export interface MapRoom {
  readonly width: number;
  readonly height: number;
  /** Scale of the page (`--u`). */
  readonly unit: number;
}

const PAD = 12;
const TOP = 6;
const HEADER = 34;
/** Narrower a group's header cannot be read. */
const GROUP_MIN = 110;
export const TILE_MIN = 2;
/** From this width a tile is a card with a name. */
export const CARD_FROM = 90;
const CARD_SHAPE = 1.5;
const TILE_MAX_FEW = 220;
const TILE_MAX = 64;
const FEW_NODES = 48;

export const gapOf = (tileW: number): number =>
  tileW <= 2 ? 0 : tileW < 14 ? 1 : tileW < 40 ? 2 : tileW < CARD_FROM ? 4 : 8;

/** Heights that a tile of a width may have, to fill the room. */
function heightsOf(w: number): readonly number[] {
  if (w < 14) return [w - 1, w, w + 1].filter((h) => h >= TILE_MIN);
  const factors = w >= CARD_FROM ? [1, 1.2, 1.4, 1.6, 1.8] : [1, 1.06, 1.12, 1.2, 1.3];
  return factors.map((f) => Math.floor(w * f));
}

interface Shelf {
  readonly from: number;
  readonly to: number;
}

/** Splits groups into `count` rows of about the same number of nodes. */
function shelvesOf(sizes: readonly number[], count: number): readonly Shelf[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  const shelves: Shelf[] = [];
  let from = 0;
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) {
    sum += sizes[i];
    const left = sizes.length - i - 1;
    const wanted = count - shelves.length - 1;
    if (left > 0 && wanted > 0 && (sum >= (total * (shelves.length + 1)) / count || left <= wanted)) {
      shelves.push({ from, to: i + 1 });
      from = i + 1;
    }
  }
  shelves.push({ from, to: sizes.length });
  return shelves;
}

/** Widths of a row's groups: by number of nodes, none too narrow for its header. */
function widthsOf(sizes: readonly number[], shelf: Shelf, room: number, min: number): readonly number[] {
  const n = shelf.to - shelf.from;
  const within = sizes.slice(shelf.from, shelf.to);
  const least = Math.min(min, room / n);
  const spare = room - least * n;
  const total = within.reduce((a, b) => a + b, 0);
  // Groups of nearly the same size are of the same width, so that zones stand in even columns.
  const isEven = Math.max(...within) - Math.min(...within) <= Math.max(1, Math.max(...within) * 0.1);
  if (isEven) return within.map(() => Math.floor(room / n));
  const wanted = within.map((s) => (room * s) / total);
  const lacking = wanted.reduce((sum, w) => sum + Math.max(0, least - w), 0);
  const above = wanted.reduce((sum, w) => sum + Math.max(0, w - least), 0);
  return spare <= 0
    ? within.map(() => Math.floor(least))
    : wanted.map((w) => Math.floor(w <= least ? least : w - ((w - least) * lacking) / above));
}

interface Plan {
  readonly tileW: number;
  readonly tileH: number;
  readonly shelves: readonly Shelf[];
  readonly columns: readonly number[];
}

function heightWith(sizes: readonly number[], plan: Plan, unit: number): number {
  let height = TOP * unit;
  for (const shelf of plan.shelves) {
    let rows = 0;
    for (let g = shelf.from; g < shelf.to; g++) rows = Math.max(rows, Math.ceil(sizes[g] / plan.columns[g]));
    height += HEADER * unit + rows * plan.tileH + PAD * unit;
  }
  return height;
}

/** The tile size and arrangement that fill the room best. */
function bestPlan(sizes: readonly number[], room: MapRoom): Plan {
  const { unit } = room;
  const total = sizes.reduce((a, b) => a + b, 0);
  const tileMax = Math.floor((total <= FEW_NODES ? TILE_MAX_FEW : TILE_MAX) * unit);
  let best: Plan | undefined;
  const shelfCounts = Array.from({ length: Math.min(sizes.length, 24) }, (_, i) =>
    sizes.length <= 24 ? i + 1 : Math.round(((i + 1) * sizes.length) / 24),
  );
  for (const count of shelfCounts) {
    const shelves = shelvesOf(sizes, count);
    const widths = shelves.flatMap((shelf) =>
      widthsOf(
        sizes,
        shelf,
        room.width - PAD * unit * (1 + shelf.to - shelf.from),
        Math.min(GROUP_MIN * unit, (room.width - PAD * 2 * unit) / 2),
      ),
    );
    const planWith = (tileW: number, tileH: number): Plan => ({
      tileW,
      tileH,
      shelves,
      columns: widths.map((w, g) => Math.max(1, Math.min(sizes[g], Math.floor((w + gapOf(tileW)) / tileW)))),
    });
    for (let w = tileMax; w >= TILE_MIN; w--) {
      // Nothing of this arrangement is larger than what is known already.
      if (best !== undefined && w * w * 1.8 < best.tileW * best.tileH) break;
      for (const h of heightsOf(w)) {
        const isLarger =
          best === undefined || (w * h > best.tileW * best.tileH && Math.min(w, h) >= Math.min(best.tileW, best.tileH));
        if (!isLarger) continue;
        const plan = planWith(w, h);
        if (widths.some((room_) => room_ < w)) continue;
        if (heightWith(sizes, plan, unit) <= room.height) best = plan;
      }
    }
  }
  if (best !== undefined) return best;
  const shelves = shelvesOf(sizes, Math.min(sizes.length, Math.max(1, Math.ceil(Math.sqrt(sizes.length)))));
  const widths = shelves.flatMap((shelf) =>
    widthsOf(sizes, shelf, room.width - PAD * unit * (1 + shelf.to - shelf.from), GROUP_MIN * unit),
  );
  return {
    tileW: TILE_MIN,
    tileH: TILE_MIN,
    shelves,
    columns: widths.map((w, g) => Math.max(1, Math.min(sizes[g], Math.floor(w / TILE_MIN)))),
  };
}

/** Nodes sorted by group; `groupOf` may name groups without shown nodes. */
export function sortNodes(
  groupOf: Uint32Array,
  groupCount: number,
  isShown: (node: number) => boolean,
): { readonly order: Uint32Array; readonly sizes: readonly number[]; readonly groups: readonly number[] } {
  const counts = new Array<number>(groupCount).fill(0);
  for (let node = 0; node < groupOf.length; node++) if (isShown(node)) counts[groupOf[node]]++;
  const starts = new Array<number>(groupCount).fill(0);
  let total = 0;
  for (let g = 0; g < groupCount; g++) {
    starts[g] = total;
    total += counts[g];
  }
  const order = new Uint32Array(total);
  for (let node = 0; node < groupOf.length; node++) if (isShown(node)) order[starts[groupOf[node]]++] = node;
  const groups = counts.flatMap((n, g) => (n > 0 ? [g] : []));
  return { order, sizes: groups.map((g) => counts[g]), groups };
}

/** `zoom` 1 = everything is in sight; larger ones grow the tiles and keep the columns. */
export function layOutMap(
  groupOf: Uint32Array,
  groupCount: number,
  isShown: (node: number) => boolean,
  room: MapRoom,
  zoom: number,
): MapLayout {
  const { order, sizes, groups } = sortNodes(groupOf, groupCount, isShown);
  const placeOf = new Int32Array(groupOf.length).fill(-1);
  const boxOf = new Uint32Array(order.length);
  if (order.length === 0)
    return { tileW: 1, tileH: 1, gap: 0, groups: [], order, placeOf, boxOf, width: room.width, height: room.height };
  const plan = bestPlan(sizes, room);
  const { unit } = room;
  const tileW = Math.max(TILE_MIN, Math.round(plan.tileW * zoom));
  // A card needs height for its pods, which a grown tile of another shape lacks.
  const tileH = Math.max(
    TILE_MIN,
    Math.round(plan.tileH * zoom),
    zoom > 1 && tileW >= CARD_FROM ? Math.round(tileW * CARD_SHAPE) : 0,
  );
  const pad = Math.round(PAD * unit);
  const header = Math.round(HEADER * unit);
  const boxes: GroupBox[] = [];
  let y = Math.round(TOP * unit);
  let width = 0;
  let first = 0;
  for (const shelf of plan.shelves) {
    const shares = widthsOf(
      sizes,
      shelf,
      room.width - PAD * unit * (1 + shelf.to - shelf.from),
      Math.min(GROUP_MIN * unit, (room.width - PAD * 2 * unit) / 2),
    );
    let x = pad;
    let rows = 0;
    for (let g = shelf.from; g < shelf.to; g++) {
      const columns = plan.columns[g];
      const count = sizes[g];
      const groupRows = Math.ceil(count / columns);
      const groupWidth = Math.max(columns * tileW - gapOf(tileW), zoom === 1 ? 0 : GROUP_MIN * unit);
      boxes.push({
        group: groups[g],
        x,
        y,
        width: groupWidth,
        top: y + header,
        columns,
        rows: groupRows,
        first,
        count,
      });
      boxOf.fill(boxes.length - 1, first, first + count);
      for (let i = first; i < first + count; i++) placeOf[order[i]] = i;
      first += count;
      rows = Math.max(rows, groupRows);
      x += (zoom === 1 ? Math.max(groupWidth, Math.floor(shares[g - shelf.from])) : groupWidth) + pad;
    }
    width = Math.max(width, x);
    y += header + rows * tileH + pad;
  }
  return { tileW, tileH, gap: gapOf(tileW), groups: boxes, order, placeOf, boxOf, width, height: y };
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The tile of a place, without the gap. */
export function tileRect(layout: MapLayout, place: number): Rect {
  const box = layout.groups[layout.boxOf[place]];
  const k = place - box.first;
  return {
    x: box.x + (k % box.columns) * layout.tileW,
    y: box.top + Math.floor(k / box.columns) * layout.tileH,
    width: layout.tileW - layout.gap,
    height: layout.tileH - layout.gap,
  };
}

/** The box under a point (header and tiles), or undefined. */
export function boxAt(layout: MapLayout, x: number, y: number): GroupBox | undefined {
  return layout.groups.find(
    (b) =>
      x >= b.x &&
      x < b.x + Math.max(b.width, b.columns * layout.tileW) &&
      y >= b.y &&
      y < b.top + b.rows * layout.tileH,
  );
}

/** The place under a point, gaps included; -1 = none. */
export function placeAt(layout: MapLayout, x: number, y: number): number {
  const box = boxAt(layout, x, y);
  if (box === undefined || y < box.top) return -1;
  const column = Math.floor((x - box.x) / layout.tileW);
  const row = Math.floor((y - box.top) / layout.tileH);
  if (column < 0 || column >= box.columns || row < 0) return -1;
  const k = row * box.columns + column;
  return k < box.count ? box.first + k : -1;
}

/** Places whose tiles meet a rectangle, e.g. that of a brush. */
export function placesIn(layout: MapLayout, area: Rect): number[] {
  const places: number[] = [];
  for (const box of layout.groups) {
    const c0 = Math.max(0, Math.floor((area.x - box.x) / layout.tileW));
    const c1 = Math.min(box.columns - 1, Math.floor((area.x + area.width - box.x) / layout.tileW));
    const r0 = Math.max(0, Math.floor((area.y - box.top) / layout.tileH));
    const r1 = Math.min(box.rows - 1, Math.floor((area.y + area.height - box.top) / layout.tileH));
    for (let r = r0; r <= r1; r++)
      for (let c = c0; c <= c1; c++) if (r * box.columns + c < box.count) places.push(box.first + r * box.columns + c);
  }
  return places;
}

/** The place one step away from another: within its group by the grid, over its edges into the next group; -1 = none. */
export function neighbour(layout: MapLayout, place: number, dx: number, dy: number): number {
  const b = layout.boxOf[place];
  const box = layout.groups[b];
  const k = place - box.first;
  const column = (k % box.columns) + dx;
  const row = Math.floor(k / box.columns) + dy;
  const inside = row * box.columns + column;
  if (column >= 0 && column < box.columns && row >= 0 && inside < box.count) return box.first + inside;
  const rect = tileRect(layout, place);
  const cx = rect.x + rect.width / 2;
  const cy = rect.y + rect.height / 2;
  let best = -1;
  let bestFar = Number.POSITIVE_INFINITY;
  layout.groups.forEach((other, i) => {
    if (i === b) return;
    const oy = dy < 0 ? other.top + (other.rows - 1) * layout.tileH : other.top;
    const ahead = dx !== 0 ? (other.x - box.x) * dx : (oy - cy) * dy;
    if (ahead <= 0 || (dx !== 0 && other.y !== box.y)) return;
    const far = dx !== 0 ? Math.abs(other.x - cx) : Math.abs(oy - cy) * 4 + Math.abs(other.x - cx);
    if (far >= bestFar) return;
    bestFar = far;
    const r = Math.min(other.rows - 1, Math.max(0, Math.floor((cy - other.top) / layout.tileH)));
    const c =
      dx > 0
        ? 0
        : dx < 0
          ? other.columns - 1
          : Math.min(other.columns - 1, Math.max(0, Math.floor((cx - other.x) / layout.tileW)));
    best = other.first + Math.min(other.count - 1, (dy < 0 ? other.rows - 1 : dy > 0 ? 0 : r) * other.columns + c);
  });
  return best;
}
