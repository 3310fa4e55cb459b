import type { PinRow, RowContent, Scene, ShownChain, StepPlace } from '../../draw/timelineScene.ts';
import { boxOfRow, contentOf, keyOfRow, pinOfRow, rowOfKey, rowOfPod } from '../../draw/timelineScene.ts';
import type { Activity } from '../../model/activity.ts';
import type { Area, RowName } from '../../model/area.ts';
import { textAt } from '../../model/frame.ts';
import type { RowHeights } from '../../model/layout.ts';
import type { StoryPart, StoryStep } from '../../model/story.ts';
import { laneOf, type RunData } from '../../state/run.ts';
import type { PodGrouping } from '../../state/store.ts';

/** Share bars are kept by number: each grouping has its own. */
export const BAR_BASE: Readonly<Record<PodGrouping, number>> = { owner: 0, node: 1 << 24, pod: 1 << 25 };

const KEY_HEAD: Readonly<Record<PodGrouping, string>> = { owner: 'owner:', node: 'nodes/', pod: 'all:' };

/** What the groups of a grouping are pinned by. */
export const groupKeysOf = (by: PodGrouping, names: readonly string[]): readonly string[] =>
  names.map((name) => KEY_HEAD[by] + name);

/** The pinned lanes that this run has. */
export function pinRows(data: RunData, pins: readonly string[], activity: Activity | undefined): readonly PinRow[] {
  return pins.flatMap((key) => {
    const content = pinContent(data, key, activity);
    return content === undefined ? [] : [{ key, content }];
  });
}

function pinContent(data: RunData, key: string, activity: Activity | undefined): RowContent | undefined {
  if (key.startsWith('pods/')) {
    const lane = laneOf(key.slice('pods/'.length));
    return lane < 0 ? undefined : { kind: 'pod', lane };
  }
  if (key.startsWith('component:')) {
    const name = key.slice('component:'.length);
    return { kind: 'component', name, component: activity?.names.indexOf(name) ?? -1 };
  }
  for (const by of ['owner', 'node'] as const) {
    if (!key.startsWith(KEY_HEAD[by])) continue;
    const name = key.slice(KEY_HEAD[by].length);
    const { grouping, names } = data.groupings[by];
    const group = names.indexOf(name);
    if (group < 0) return undefined;
    const lanes = grouping.lanes.subarray(grouping.first[group], grouping.first[group + 1]);
    return { kind: 'group', name, lanes, bar: BAR_BASE[by] + group };
  }
  return undefined;
}

/** Where the steps of a chain stand among the lanes; without arrows all are on the lane of the selected pod. */
export function shownChain(
  data: RunData,
  part: StoryPart,
  at: number,
  arrows: boolean,
  selectedLane: number,
  activity: Activity | undefined,
): ShownChain {
  const place = (step: StoryStep): StepPlace => {
    if (!arrows) return { kind: 'own' };
    if (step.from !== '') return { kind: step.from };
    if (activity !== undefined) return componentPlace(step, activity);
    const [resource, ...rest] = step.object.split('/');
    const name = rest.join('/');
    if (resource === 'pods') {
      const lane = laneOf(name);
      return lane < 0 ? { kind: 'own' } : { kind: 'pod', lane };
    }
    if (resource === 'nodes') return { kind: 'row', key: step.object };
    if (!resource.includes('.')) return { kind: 'own' };
    const { frame } = data;
    // A ReplicaSet has no lane of its own: its Deployment stands for it.
    if (resource === 'replicasets.apps' && selectedLane >= 0)
      return { kind: 'row', key: `owner:${textAt(frame.owners, frame.ownerOf[selectedLane])}` };
    const owner = resource === 'deployments.apps' ? name : `${name} (${resource.split('.')[0]})`;
    return { kind: 'row', key: `owner:${owner}` };
  };
  return { part, places: part.steps.map(place), at };
}

/** Lanes of components: the step is that of whoever set its delay. */
function componentPlace(step: StoryStep, { names }: Activity): StepPlace {
  const who = step.parts.find((p) => p.component !== '')?.component;
  const name = names.find((n) => who !== undefined && (n === who || n.startsWith(`${who}-`) || n === `${who}s`));
  return name === undefined ? { kind: 'own' } : { kind: 'row', key: `component:${name}` };
}

export function rowNameOf(s: Scene, row: number): RowName {
  const content = contentOf(s, row);
  return { lane: content?.kind === 'pod' ? content.lane : -1, key: keyOfRow(s, row) };
}

const rowOfName = (s: Scene, { lane, key }: RowName) => (lane >= 0 ? rowOfPod(s, lane) : rowOfKey(s, key));

/** The rows of an area in the picture; undefined = none of them is there. */
export function areaBox(s: Scene, area: Area | undefined): Scene['area'] {
  if (area === undefined) return undefined;
  const a = rowOfName(s, area.top);
  const b = rowOfName(s, area.bottom);
  if (a === -1 || b === -1) return undefined;
  const [top, bottom] = boxOfRow(s, a).top <= boxOfRow(s, b).top ? [a, b] : [b, a];
  return { fromUs: area.fromUs, toUs: area.toUs, top, bottom };
}

/** The area over rows [a, b] in either order; rows of pinned lanes and others do not mix. */
export function areaOf(s: Scene, a: number, b: number, fromUs: number, toUs: number): Area | undefined {
  if (a === -1 || b === -1 || a <= -2 !== b <= -2) return undefined;
  const [top, bottom] = a <= -2 ? [Math.max(a, b), Math.min(a, b)] : [Math.min(a, b), Math.max(a, b)];
  const rows =
    a <= -2
      ? Array.from({ length: pinOfRow(bottom) - pinOfRow(top) + 1 }, (_, i) => top - i)
      : Array.from({ length: bottom - top + 1 }, (_, i) => top + i);
  const lanes = new Set<number>();
  const components: string[] = [];
  for (const row of rows) {
    const content = contentOf(s, row);
    if (content?.kind === 'pod') lanes.add(content.lane);
    else if (content?.kind === 'component') components.push(content.name);
    // The heading of an open group stands for its pods when it is marked alone.
    else if (content?.kind === 'group' && (rows.length === 1 || !isOpenHeader(s, row)))
      for (const lane of content.lanes) if (s.match === undefined || s.match[lane] === 1) lanes.add(lane);
  }
  if (lanes.size === 0 && components.length === 0) return undefined;
  return {
    fromUs: Math.max(0, Math.min(fromUs, toUs)),
    toUs: Math.min(s.frame.endUs, Math.max(fromUs, toUs)),
    lanes: Uint32Array.from(lanes),
    components: lanes.size > 0 ? [] : components,
    top: rowNameOf(s, top),
    bottom: rowNameOf(s, bottom),
  };
}

export const isOpenHeader = (s: Scene, row: number): boolean =>
  row >= 0 && s.layout.rowLane[row] < 0 && row + 1 < s.layout.rowCount && s.layout.rowLane[row + 1] >= 0;

/** Lanes and closed groups grow into the room that there is. */
export function rowHeights(
  room: number,
  unit: number,
  size: 'normal' | 'thin' | 'hair',
  n: { groups: number; headers: number; lanes: number },
): RowHeights {
  const header = 18 * unit;
  if (size === 'thin') return { header, collapsed: 22 * unit, lane: 7 };
  if (size === 'hair') return { header: 14 * unit, collapsed: 14 * unit, lane: 2 };
  const left = room - n.headers * header;
  const collapsed =
    n.groups === 0 ? 26 * unit : within(24 * unit, Math.floor((left - n.lanes * 20 * unit) / n.groups), 48 * unit);
  const lane =
    n.lanes === 0 ? 20 * unit : within(18 * unit, Math.floor((left - n.groups * collapsed) / n.lanes), 26 * unit);
  return { header, collapsed, lane };
}

export const within = (low: number, value: number, high: number): number => Math.min(Math.max(value, low), high);
