import { type ScaleLinear, scaleLinear } from 'd3';
import type { Activity } from '../model/activity.ts';
import type { Mark, RunFrame } from '../model/frame.ts';
import { rowUnder } from '../model/hitTest.ts';
import type { Grouping, Layout } from '../model/layout.ts';
import type { MarkRows } from '../model/markRows.ts';
import type { StoryPart } from '../model/story.ts';
import type { Viewport } from '../model/viewport.ts';

/** Sizes of the parts of the picture, px. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly unit: number;
  readonly labelWidth: number;
  readonly axisHeight: number;
  readonly markHeight: number;
  /** Top of the pinned lanes. */
  readonly pinsTop: number;
  readonly pinHeight: number;
  /** Axis, mark rows and pinned lanes: what does not scroll. */
  readonly pinned: number;
}

const LABEL_WIDTH = 168;
const AXIS_HEIGHT = 22;
const MARK_HEIGHT = 20;
const PIN_HEIGHT = 22;
/** Room right of the last instant. */
export const RIGHT_PAD = 6;

export function geometryOf(width: number, height: number, unit: number, rows: MarkRows, pins: number): Geometry {
  const markRowCount = rows.faultRows.length + (rows.notes.length > 0 ? 1 : 0);
  const axisHeight = AXIS_HEIGHT * unit;
  const markHeight = MARK_HEIGHT * unit;
  const pinsTop = axisHeight + markRowCount * markHeight;
  const pinHeight = PIN_HEIGHT * unit;
  return {
    width,
    height,
    unit,
    labelWidth: LABEL_WIDTH * unit,
    axisHeight,
    markHeight,
    pinsTop,
    pinHeight,
    pinned: pinsTop + pins * pinHeight,
  };
}

export function timeScale(g: Geometry, view: Viewport): ScaleLinear<number, number> {
  return scaleLinear([view.fromUs, view.toUs], [g.labelWidth, g.width - RIGHT_PAD]);
}

/** What a row shows. */
export type RowContent =
  | { readonly kind: 'pod'; readonly lane: number }
  /** `bar` names its share bar: groups of different groupings have different ones. */
  | { readonly kind: 'group'; readonly name: string; readonly lanes: Uint32Array; readonly bar: number }
  | { readonly kind: 'component'; readonly name: string; readonly component: number };

/** A lane that stays on top. */
export interface PinRow {
  readonly key: string;
  readonly content: RowContent;
}

/** Where a step of a chain of causes stands in the picture. */
export type StepPlace =
  | { readonly kind: 'own' | 'fault' | 'command' }
  | { readonly kind: 'pod'; readonly lane: number }
  | { readonly kind: 'row'; readonly key: string };

export interface ShownChain {
  readonly part: StoryPart;
  readonly places: readonly StepPlace[];
  /** The step that was walked to; -1 = none. */
  readonly at: number;
}

/** A marked stretch of time over rows [top, bottom]. */
export interface AreaBox {
  readonly fromUs: number;
  readonly toUs: number;
  readonly top: number;
  readonly bottom: number;
}

/** Everything that one picture is made of. Rows count from 0; pinned lanes are -2, -3, ... */
export interface Scene {
  readonly frame: RunFrame;
  readonly layout: Layout;
  readonly grouping: Grouping;
  readonly groupNames: readonly string[];
  /** What a row stands for when it is pinned, or found again: by group of the grouping. */
  readonly groupKeys: readonly string[];
  /** First number of the share bars of this grouping. */
  readonly barBase: number;
  /** The rows are components, not pods. */
  readonly isComponents: boolean;
  readonly activity: Activity | undefined;
  readonly match: Uint8Array | undefined;
  readonly pins: readonly PinRow[];
  readonly view: Viewport;
  readonly scrollTop: number;
  readonly geometry: Geometry;
  readonly marks: MarkRows;
  readonly cursorUs: number;
  readonly hoverUs: number | undefined;
  readonly hoverRow: number;
  /** The keyboard's row; -1 = none. */
  readonly currentRow: number;
  readonly selectedLane: number;
  readonly chain: ShownChain | undefined;
  readonly area: AreaBox | undefined;
  readonly laneName: (lane: number) => string;
  readonly texts: { readonly faults: string; readonly notes: string };
}

export const NO_ROW = -1;
export const pinOfRow = (row: number): number => -2 - row;
const rowOfPin = (pin: number): number => -2 - pin;

/** The row under a height of the canvas; NO_ROW = none. */
export function rowAtY(s: Pick<Scene, 'geometry' | 'layout' | 'pins' | 'scrollTop'>, y: number): number {
  const { geometry: g, layout, pins } = s;
  if (y >= g.pinned) return rowUnder(layout, s.scrollTop, y - g.pinned);
  const pin = Math.floor((y - g.pinsTop) / g.pinHeight);
  return y < g.pinsTop || pin >= pins.length ? NO_ROW : rowOfPin(pin);
}

/** Top and height of a row on the canvas; it may be out of sight. */
export function boxOfRow(s: Scene, row: number): { readonly top: number; readonly height: number } {
  const { geometry: g, layout } = s;
  if (row <= -2) return { top: g.pinsTop + pinOfRow(row) * g.pinHeight, height: g.pinHeight };
  return {
    top: g.pinned + layout.rowTop[row] - s.scrollTop,
    height: layout.rowTop[row + 1] - layout.rowTop[row],
  };
}

/** What a row shows; undefined = it is none. */
export function contentOf(s: Scene, row: number): RowContent | undefined {
  if (row <= -2) return s.pins[pinOfRow(row)]?.content;
  const { layout, grouping } = s;
  if (row < 0 || row >= layout.rowCount) return undefined;
  const lane = layout.rowLane[row];
  if (lane >= 0) return { kind: 'pod', lane };
  const group = layout.rowGroup[row];
  if (s.isComponents) return { kind: 'component', name: s.groupNames[group], component: group };
  const lanes = grouping.lanes.subarray(grouping.first[group], grouping.first[group + 1]);
  return { kind: 'group', name: s.groupNames[group], lanes, bar: s.barBase + group };
}

/** What a row is pinned by. */
export function keyOfRow(s: Scene, row: number): string {
  if (row <= -2) return s.pins[pinOfRow(row)]?.key ?? '';
  const content = contentOf(s, row);
  if (content === undefined) return '';
  return content.kind === 'pod' ? `pods/${s.laneName(content.lane)}` : s.groupKeys[s.layout.rowGroup[row]];
}

/** The header of the group that a lane is in, or of the group itself; NO_ROW = hidden. */
export function rowOfKey(s: Scene, key: string): number {
  const pin = s.pins.findIndex((p) => p.key === key);
  if (pin >= 0) return rowOfPin(pin);
  const group = s.groupKeys.indexOf(key);
  if (group < 0) return NO_ROW;
  return rowOfGroup(s.layout, group);
}

/** Rows of the groups' headers, found once a layout. */
const headers = new WeakMap<Layout, Map<number, number>>();

/** The header of a group; NO_ROW = hidden. */
export function rowOfGroup(layout: Layout, group: number): number {
  let rows = headers.get(layout);
  if (rows === undefined) {
    headers.set(layout, (rows = new Map()));
    for (let row = 0; row < layout.rowCount; row++) if (layout.rowLane[row] < 0) rows.set(layout.rowGroup[row], row);
  }
  return rows.get(group) ?? NO_ROW;
}

/** The row where a pod is seen: its pinned lane, its lane, or the closed group that holds it. */
export function rowOfPod(s: Scene, lane: number): number {
  const pin = s.pins.findIndex((p) => p.content.kind === 'pod' && p.content.lane === lane);
  if (pin >= 0) return rowOfPin(pin);
  if (s.isComponents) return NO_ROW;
  const own = s.layout.rowOfLane[lane];
  if (own >= 0) return own;
  const { grouping } = s;
  for (const group of grouping.order)
    if (grouping.lanes.subarray(grouping.first[group], grouping.first[group + 1]).includes(lane))
      return rowOfGroup(s.layout, group);
  return NO_ROW;
}

/** Height of the line on which each step of a chain is drawn; undefined = nowhere. */
export function stepHeights(s: Scene, chain: ShownChain): readonly (number | undefined)[] {
  const { geometry: g, marks } = s;
  const middle = (row: number) => {
    if (row === NO_ROW) return undefined;
    const { top, height } = boxOfRow(s, row);
    const y = top + height / 2;
    return row <= -2 ? y : Math.min(Math.max(y, g.pinned), g.height);
  };
  const own = s.selectedLane < 0 ? undefined : middle(rowOfPod(s, s.selectedLane));
  let last = own;
  return chain.part.steps.map((step, i) => {
    const place = chain.places[i];
    if (place.kind === 'fault') {
      const row = marks.faultRows.findIndex((all) => all.some((m) => Math.abs(m.fromUs - step.timeUs) < 1));
      // Along the foot of its band, so that its name can be read.
      if (row >= 0) return (last = g.axisHeight + (row + 0.92) * g.markHeight);
    } else if (place.kind === 'command' && marks.notes.length > 0) {
      return (last = g.axisHeight + (marks.faultRows.length + 0.92) * g.markHeight);
    } else if (place.kind === 'pod') return (last = middle(rowOfPod(s, place.lane)) ?? last);
    else if (place.kind === 'row') return (last = middle(rowOfKey(s, place.key)) ?? own ?? last);
    else if (place.kind === 'own') return (last = own ?? last);
    return last;
  });
}

/** The part of a mark inside the picture, px. */
export function clampSpan(mark: Mark, s: Scene, x: ScaleLinear<number, number>): [number, number] {
  const { labelWidth, width } = s.geometry;
  const untilUs = Math.min(mark.untilUs, s.frame.untilUs);
  return [Math.max(labelWidth, x(mark.fromUs)), Math.min(width, x(untilUs))];
}
