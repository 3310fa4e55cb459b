import { useMemo } from 'react';
import type { Palette } from '../../draw/palette.ts';
import { geometryOf, type Scene } from '../../draw/timelineScene.ts';
import { useT } from '../../i18n/index.ts';
import type { Activity } from '../../model/activity.ts';
import { type Grouping, type Layout, layOut, layOutRows } from '../../model/layout.ts';
import { markRows } from '../../model/markRows.ts';
import { useBack } from '../../state/back.ts';
import { isCollapsed, laneName, runData } from '../../state/run.ts';
import { type RowSize, useApp } from '../../state/store.ts';
import { trailNow } from '../../state/trail.ts';
import { useQuery } from '../../state/useQuery.ts';
import { areaBox, BAR_BASE, groupKeysOf, pinRows, rowHeights, shownChain, within } from './scene.ts';

const NO_GROUPING: Grouping = { order: new Uint32Array(0), first: new Uint32Array(1), lanes: new Uint32Array(0) };
/** Columns that components' acts are counted in. */
const COLUMNS_STEP = 100;

/** What components did in the stretch on show, when somebody shows it. */
export function useActivity(width: number): Activity | undefined {
  const isWanted = useApp((s) => s.groupBy === 'component' || s.pins.some((pin) => pin.startsWith('component:')));
  const view = useApp((s) => s.view);
  const columns = Math.max(COLUMNS_STEP, Math.ceil((width * devicePixelRatio) / COLUMNS_STEP) * COLUMNS_STEP);
  const { data } = useQuery(
    'timeline',
    'activity',
    isWanted && width > 0 ? { fromUs: view.fromUs, toUs: view.toUs, columns } : undefined,
  );
  return data;
}

/** The picture without what the pointer and the keyboard do; undefined = there is no run. */
export function useScene(width: number, height: number, palette: Palette, scrollTop: number) {
  const t = useT();
  const version = useApp((s) => s.version);
  const groupBy = useApp((s) => s.groupBy);
  const rowSize = useApp((s) => s.rowSize);
  const filter = useApp((s) => s.filter);
  const matches = useApp((s) => s.matches);
  const view = useApp((s) => s.view);
  const cursorUs = useApp((s) => s.cursorUs);
  const marks = useApp((s) => s.marks);
  const selectedLane = useApp((s) => s.selectedLane);
  const story = useApp((s) => s.story);
  const pinned = useApp((s) => s.pins);
  const arrows = useApp((s) => s.arrows);
  const area = useApp((s) => s.area);
  const back = useBack();
  const activity = useActivity(width);
  const data = runData();
  const isComponents = groupBy === 'component';
  const rows = useMemo(() => markRows(marks), [marks]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run
  const pins = useMemo(() => (data === undefined ? [] : pinRows(data, pinned, activity)), [version, pinned, activity]);
  const geometry = useMemo(
    () => geometryOf(width, height, palette.unit, rows, pins.length),
    [width, height, palette, rows, pins.length],
  );
  const match = matches?.length === data?.frame.laneCount ? matches : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run and what is open in it
  const layout = useMemo((): Layout | undefined => {
    if (data === undefined) return undefined;
    const room = geometry.height - geometry.pinned;
    if (groupBy === 'component') return componentRows(activity, filter, room, palette.unit, rowSize);
    const { grouping, names } = data.groupings[groupBy];
    const closed = (group: number) => isCollapsed(groupBy, names[group]);
    let groups = 0;
    let lanes = 0;
    for (const group of grouping.order) {
      if (closed(group)) groups++;
      else lanes += grouping.first[group + 1] - grouping.first[group];
    }
    const sizes = { groups, headers: grouping.order.length - groups, lanes };
    return layOut(grouping, closed, rowHeights(room, palette.unit, rowSize, sizes), match);
  }, [
    version,
    groupBy,
    rowSize,
    match,
    geometry,
    palette,
    groupBy === 'component' ? activity?.names.join() : '',
    filter,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run
  const groups = useMemo(() => {
    if (data === undefined || groupBy === 'component')
      return { names: activity?.names ?? [], keys: (activity?.names ?? []).map((name) => `component:${name}`) };
    const { names } = data.groupings[groupBy];
    // Group 0 is that of the pods without one.
    const none = { owner: 'timeline.noOwner', node: 'timeline.noNode', pod: 'timeline.allPods' } as const;
    return { names: [t(none[groupBy]), ...names.slice(1)], keys: groupKeysOf(groupBy, names) };
  }, [version, groupBy, activity, t]);
  const texts = useMemo(() => ({ faults: t('timeline.faults'), notes: t('timeline.notes') }), [t]);
  const part = back ?? story?.parts[0];
  const at = trailNow()?.at ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run
  const chain = useMemo(
    () =>
      data === undefined || part === undefined
        ? undefined
        : shownChain(data, part, at, arrows, selectedLane, isComponents ? activity : undefined),
    [version, part, at, arrows, selectedLane, isComponents, activity],
  );
  if (data === undefined || layout === undefined) return undefined;
  const scene: Scene = {
    frame: data.frame,
    layout,
    grouping: groupBy === 'component' ? NO_GROUPING : data.groupings[groupBy].grouping,
    groupNames: groups.names,
    groupKeys: groups.keys,
    barBase: groupBy === 'component' ? 0 : BAR_BASE[groupBy],
    isComponents,
    activity,
    match,
    pins,
    view,
    scrollTop,
    geometry,
    marks: rows,
    cursorUs,
    hoverUs: undefined,
    hoverRow: -1,
    currentRow: -1,
    selectedLane,
    chain,
    area: undefined,
    laneName,
    texts,
  };
  return { ...scene, area: areaBox(scene, area) };
}

function componentRows(
  activity: Activity | undefined,
  filter: string,
  room: number,
  unit: number,
  rowSize: RowSize,
): Layout {
  const words = filter.toLowerCase().split(/\s+/);
  const order = Array.from(activity?.names.keys() ?? []).filter((i) =>
    words.every((word) => activity?.names[i].toLowerCase().includes(word)),
  );
  const height =
    rowSize === 'normal'
      ? within(24 * unit, Math.floor(room / Math.max(1, order.length)), 44 * unit)
      : (rowSize === 'thin' ? 18 : 14) * unit;
  return layOutRows(order, height);
}
