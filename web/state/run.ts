import { type FramePart, type RunFrame, textAt } from '../model/frame.ts';
import { FrameKeeper } from '../model/frameKeeper.ts';
import { type Grouping, groupLanes } from '../model/layout.ts';
import { LOOK_NUMBER, LOOKS } from '../model/states.ts';
import type { GroupBy, PodGrouping } from './store.ts';

export interface GroupedLanes {
  readonly grouping: Grouping;
  readonly names: readonly string[];
}

/** The frame on show with what is derived from it once. Lives outside React. */
export interface RunData {
  readonly frame: RunFrame;
  readonly groupings: Readonly<Record<PodGrouping, GroupedLanes>>;
  /** 1 = a look that occurs. */
  readonly looks: Uint8Array;
}

let data: RunData | undefined;
let keeper = new FrameKeeper();
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

/** Takes what is new in the run, or everything of another one. */
export function setRunData(part: FramePart | undefined, isNew: boolean): void {
  if (isNew) {
    for (const groups of Object.values(opened)) groups.clear();
  }
  if (part === undefined || part.full) {
    nameCache.clear();
    keeper = new FrameKeeper();
  }
  data = part === undefined ? undefined : dataOf(keeper.take(part), keeper);
}

function dataOf(frame: RunFrame, { ownerNames, nodeNames, states }: FrameKeeper): RunData {
  const looks = new Uint8Array(LOOKS.length);
  states.forEach((occurs, state) => {
    if (occurs === 1 && LOOK_NUMBER[state] >= 0) looks[LOOK_NUMBER[state]] = 1;
  });
  openDefault = frame.laneCount <= OPEN_LANES_MAX;
  return { frame, groupings: new Groupings(frame, ownerNames, nodeNames), looks };
}

/** Lanes sorted into groups, each way when somebody looks. */
class Groupings implements Record<PodGrouping, GroupedLanes> {
  private readonly frame: RunFrame;
  private readonly ownerNames: readonly string[];
  private readonly nodeNames: readonly string[];
  private readonly made: Partial<Record<PodGrouping, GroupedLanes>> = {};

  constructor(frame: RunFrame, ownerNames: readonly string[], nodeNames: readonly string[]) {
    this.frame = frame;
    this.ownerNames = ownerNames.slice();
    this.nodeNames = nodeNames.slice();
  }

  private of(by: PodGrouping, groupOf: Uint32Array, names: readonly string[]): GroupedLanes {
    const made = this.made[by] ?? { grouping: groupLanes(groupOf, names), names };
    this.made[by] = made;
    return made;
  }

  get owner(): GroupedLanes {
    return this.of('owner', this.frame.ownerOf, this.ownerNames);
  }

  get node(): GroupedLanes {
    return this.of('node', this.frame.nodeOf, this.nodeNames);
  }

  /** All pods under one heading. */
  get pod(): GroupedLanes {
    return this.of('pod', new Uint32Array(this.frame.laneCount), ['']);
  }
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
