/** Where groups and lanes stand, top to bottom, in px of the whole (scrolled) picture. */
export interface Layout {
  readonly rowCount: number;
  /** Group of each row. */
  readonly rowGroup: Uint32Array;
  /** Lane of each row; -1 = the header of a group. */
  readonly rowLane: Int32Array;
  /** Top of each row; one more at the end: the height of all. */
  readonly rowTop: Float64Array;
  /** Row of each lane; -1 = hidden. */
  readonly rowOfLane: Int32Array;
  readonly shownLanes: number;
  /** Height of the header of an open group: it stays in sight while lanes of the group are. */
  readonly headerHeight: number;
}

export interface Grouping {
  /** Groups in the order of the picture. */
  readonly order: Uint32Array;
  /** Lanes of group g: lanes[first[g] .. first[g + 1]). */
  readonly first: Uint32Array;
  readonly lanes: Uint32Array;
}

export interface RowHeights {
  readonly header: number;
  readonly collapsed: number;
  readonly lane: number;
}

/** Sorts lanes into groups; within a group they keep their order, that of their creation. */
export function groupLanes(groupOf: Uint32Array, names: readonly string[]): Grouping {
  const first = new Uint32Array(names.length + 1);
  for (const group of groupOf) first[group + 1]++;
  for (let g = 0; g < names.length; g++) first[g + 1] += first[g];
  const next = first.slice();
  const lanes = new Uint32Array(groupOf.length);
  groupOf.forEach((group, lane) => {
    lanes[next[group]++] = lane;
  });
  const order = Uint32Array.from(names.keys()).filter((g) => first[g + 1] > first[g]);
  order.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b));
  return { order, first, lanes };
}

/** `match` = one byte a lane, 0 hides it; groups without shown lanes are hidden. */
export function layOut(
  grouping: Grouping,
  isCollapsed: (group: number) => boolean,
  heights: RowHeights,
  match?: Uint8Array,
): Layout {
  const { order, first, lanes } = grouping;
  const limit = order.length + lanes.length;
  const rowGroup = new Uint32Array(limit);
  const rowLane = new Int32Array(limit);
  const rowTop = new Float64Array(limit + 1);
  const rowOfLane = new Int32Array(lanes.length).fill(-1);
  let row = 0;
  let top = 0;
  let shownLanes = 0;
  const add = (group: number, lane: number, height: number) => {
    rowGroup[row] = group;
    rowLane[row] = lane;
    rowTop[row++] = top;
    top += height;
  };
  for (const group of order) {
    const members = lanes.subarray(first[group], first[group + 1]);
    const shown = match === undefined ? members : members.filter((lane) => match[lane] === 1);
    if (shown.length === 0) continue;
    shownLanes += shown.length;
    const collapsed = isCollapsed(group);
    add(group, -1, collapsed ? heights.collapsed : heights.header);
    if (collapsed) continue;
    for (const lane of shown) {
      rowOfLane[lane] = row;
      add(group, lane, heights.lane);
    }
  }
  rowTop[row] = top;
  return { rowCount: row, rowGroup, rowLane, rowTop, rowOfLane, shownLanes, headerHeight: heights.header };
}

/** Rows of one height, each a group of its own without lanes. */
export function layOutRows(order: readonly number[], height: number): Layout {
  const rowTop = Float64Array.from({ length: order.length + 1 }, (_, i) => i * height);
  return {
    rowCount: order.length,
    rowGroup: Uint32Array.from(order),
    rowLane: new Int32Array(order.length).fill(-1),
    rowTop,
    rowOfLane: new Int32Array(0),
    shownLanes: 0,
    headerHeight: height,
  };
}

export function heightOf(layout: Layout): number {
  return layout.rowTop[layout.rowCount];
}
