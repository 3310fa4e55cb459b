import { type RunFrame, textAt } from '../model/frame.ts';
import { type Grouping, groupLanes } from '../model/layout.ts';
import { LOOK_NUMBER, LOOKS } from '../model/states.ts';
import type { GroupBy, PodGrouping } from './store.ts';

/** The frame on show with what is derived from it once. Lives outside React. */
export interface RunData {
  readonly frame: RunFrame;
  readonly groupings: Readonly<Record<PodGrouping, { readonly grouping: Grouping; readonly names: readonly string[] }>>;
  /** 1 = a look that occurs. */
  readonly looks: Uint8Array;
}

let data: RunData | undefined;
/** Open or closed by the user, by grouping and name of the group; else the default for the size of the run. */
const opened: Record<GroupBy, Map<string, boolean>> = {
  owner: new Map(),
  node: new Map(),
  pod: new Map(),
  component: new Map(),
};
let openDefault = true;
const nameCache = new Map<number, string>();

/** A run of so many pods shows one lane each from the start; larger ones are opened on demand. */
const OPEN_LANES_MAX = 150;

export const runData = (): RunData | undefined => data;

export function setRunData(frame: RunFrame | undefined, isNew: boolean): void {
  nameCache.clear();
  if (isNew) {
    for (const groups of Object.values(opened)) groups.clear();
  }
  if (frame === undefined) {
    data = undefined;
    return;
  }
  const column = (names: RunFrame['owners']) => Array.from(names.ends, (_, i) => textAt(names, i));
  const owners = column(frame.owners);
  const nodes = column(frame.nodes);
  const looks = new Uint8Array(LOOKS.length);
  for (const state of frame.segState) if (LOOK_NUMBER[state] >= 0) looks[LOOK_NUMBER[state]] = 1;
  openDefault = frame.laneCount <= OPEN_LANES_MAX;
  data = {
    frame,
    groupings: {
      owner: { grouping: groupLanes(frame.ownerOf, owners), names: owners },
      node: { grouping: groupLanes(frame.nodeOf, nodes), names: nodes },
      // All pods under one heading.
      pod: { grouping: groupLanes(new Uint32Array(frame.laneCount), ['']), names: [''] },
    },
    looks,
  };
}

/** `namespace/name` of a lane. */
export function laneName(lane: number): string {
  let name = nameCache.get(lane);
  if (name === undefined) {
    if (data === undefined) return '';
    if (nameCache.size > 4096) nameCache.clear();
    nameCache.set(lane, (name = textAt(data.frame.laneNames, lane)));
  }
  return name;
}

const encoder = new TextEncoder();

/** The lane of `namespace/name`; -1 = there is none. Compares bytes: no name is decoded. */
export function laneOf(name: string): number {
  if (data === undefined) return -1;
  const wanted = encoder.encode(name);
  const { bytes, ends } = data.frame.laneNames;
  for (let lane = 0, from = 0; lane < ends.length; from = ends[lane++]) {
    if (ends[lane] - from !== wanted.length) continue;
    let i = 0;
    while (i < wanted.length && bytes[from + i] === wanted[i]) i++;
    if (i === wanted.length) return lane;
  }
  return -1;
}

export const isCollapsed = (by: GroupBy, group: string): boolean =>
  !(opened[by].get(group) ?? (by === 'pod' || openDefault));

export function setOpen(by: GroupBy, group: string, open: boolean): void {
  opened[by].set(group, open);
}

export function setAllOpen(by: GroupBy, open: boolean): void {
  if (by === 'component') return;
  for (const name of data?.groupings[by].names ?? []) opened[by].set(name, open);
}
