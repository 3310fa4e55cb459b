import {
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { sizeCanvas } from '../../draw/text.ts';
import { geometryOf, type Scene, TimelinePainter, timeScale } from '../../draw/timeline.ts';
import { t as text, useT } from '../../i18n/index.ts';
import { rowUnder, segmentAt } from '../../model/hitTest.ts';
import { heightOf, layOut, type RowHeights } from '../../model/layout.ts';
import { markRows } from '../../model/markRows.ts';
import { timeText } from '../../model/viewport.ts';
import {
  openAll,
  pan,
  select,
  setCursor,
  setFilter,
  setView,
  stepChange,
  toggleGroup,
  zoom,
} from '../../state/actions.ts';
import { useCanvasKeys } from '../../state/keys.ts';
import { podStateText } from '../../state/names.ts';
import { usePalette, useSize } from '../../state/palette.ts';
import { isCollapsed, laneName, runData } from '../../state/run.ts';
import { useApp } from '../../state/store.ts';
import { setSceneOf, type TimelineScene } from '../../state/testApi.ts';
import { Tooltip, type TooltipPlace } from './Tooltip.tsx';

/** A pointer that moved less than this has clicked. */
const CLICK_PX = 4;
const WHEEL_ZOOM = 0.0018;
const KEY_ZOOM = 0.8;
const KEY_PAN = 0.12;

const within = (low: number, value: number, high: number) => Math.min(Math.max(value, low), high);

export function Timeline() {
  const t = useT();
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = usePalette();
  const painter = useMemo(() => new TimelinePainter(palette, devicePixelRatio), [palette]);
  const version = useApp((s) => s.version);
  const groupBy = useApp((s) => s.groupBy);
  const rowSize = useApp((s) => s.rowSize);
  const matches = useApp((s) => s.matches);
  const view = useApp((s) => s.view);
  const cursorUs = useApp((s) => s.cursorUs);
  const marks = useApp((s) => s.facts?.marks);
  const selectedLane = useApp((s) => s.selectedLane);
  const story = useApp((s) => s.story);
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const [currentRow, setCurrentRow] = useState(-1);
  const drag = useRef<
    { x: number; y: number; fromUs: number; toUs: number; scroll: number; moved: boolean } | undefined
  >(undefined);

  const rows = useMemo(() => markRows(marks ?? []), [marks]);
  const geometry = useMemo(() => geometryOf(width, height, palette.unit, rows), [width, height, palette, rows]);
  const data = runData();
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the run and what is open in it
  const layout = useMemo(() => {
    if (data === undefined) return undefined;
    const { grouping, names } = data.groupings[groupBy];
    const closed = (group: number) => isCollapsed(groupBy, names[group]);
    const match = matches?.length === data.frame.laneCount ? matches : undefined;
    return layOut(
      grouping,
      closed,
      rowHeights(geometry.height - geometry.pinned, palette.unit, rowSize, layoutSize()),
      match,
    );

    function layoutSize() {
      let groups = 0;
      let open = 0;
      for (const group of grouping.order) {
        if (closed(group)) groups++;
        else open += grouping.first[group + 1] - grouping.first[group];
      }
      return { groups, headers: grouping.order.length - groups, lanes: open };
    }
  }, [version, groupBy, rowSize, matches, geometry, palette]);

  const groupNames = useMemo(() => {
    const names = data?.groupings[groupBy].names ?? [];
    // Group 0 is that of the pods without one.
    return [t(groupBy === 'owner' ? 'timeline.noOwner' : 'timeline.noNode'), ...names.slice(1)];
  }, [data, groupBy, t]);
  const sceneTexts = useMemo(() => ({ faults: t('timeline.faults'), notes: t('timeline.notes') }), [t]);
  const scene: Scene | undefined =
    data === undefined || layout === undefined
      ? undefined
      : {
          frame: data.frame,
          layout,
          grouping: data.groupings[groupBy].grouping,
          groupNames,
          match: matches?.length === data.frame.laneCount ? matches : undefined,
          view,
          scrollTop,
          geometry,
          marks: rows,
          cursorUs,
          hoverUs:
            hover !== undefined && hover.x > geometry.labelWidth
              ? timeScale(geometry, view).invert(hover.x)
              : undefined,
          hoverRow:
            hover === undefined || hover.y < geometry.pinned
              ? -1
              : rowUnder(layout, scrollTop, hover.y - geometry.pinned),
          currentRow,
          selectedLane,
          story: story?.parts[0],
          laneName,
          texts: sceneTexts,
        };

  useLayoutEffect(() => {
    if (scene === undefined || canvas.current === null || width === 0) return;
    painter.draw(sizeCanvas(canvas.current, width, height), scene);
  });

  const reveal = useCallback(
    (row: number) => {
      if (layout === undefined || box === null || row < 0) return;
      const room = geometry.height - geometry.pinned;
      // Lanes stand below the header that stays.
      const top = layout.rowTop[row] - (layout.rowLane[row] >= 0 ? layout.headerHeight : 0);
      const bottom = layout.rowTop[row + 1];
      if (top < box.scrollTop) box.scrollTop = top;
      else if (bottom > box.scrollTop + room) box.scrollTop = bottom - room;
    },
    [layout, box, geometry],
  );

  useEffect(() => {
    const api: TimelineScene | undefined =
      scene === undefined || box === null ? undefined : { scene, element: box, reveal };
    setSceneOf(api);
  });

  // A story that opens takes room; its lane stays in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a selection and a size, not at each scroll
  useEffect(() => {
    if (layout !== undefined && selectedLane >= 0) reveal(layout.rowOfLane[selectedLane]);
  }, [selectedLane, geometry.height]);

  useWheel(box, (e) => {
    if (scene === undefined || box === null) return;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      const px = e.clientX - box.getBoundingClientRect().left;
      zoom(
        Math.exp(within(-300, e.deltaY, 300) * WHEEL_ZOOM),
        timeScale(geometry, view).invert(within(geometry.labelWidth, px, width)),
      );
    } else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
      e.preventDefault();
      pan((e.deltaX === 0 ? e.deltaY : e.deltaX) / width);
    }
  });

  const centreUs = () =>
    scene?.hoverUs !== undefined
      ? scene.hoverUs
      : cursorUs >= view.fromUs && cursorUs <= view.toUs
        ? cursorUs
        : (view.fromUs + view.toUs) / 2;

  const act = (row: number) => {
    if (scene === undefined || row < 0) return;
    const lane = scene.layout.rowLane[row];
    if (lane >= 0) select(lane);
    else {
      const name = data?.groupings[groupBy].names[scene.layout.rowGroup[row]] ?? '';
      toggleGroup(groupBy, name, isCollapsed(groupBy, name));
    }
  };

  const moveRow = (by: number) => {
    if (scene === undefined) return;
    const selectedRow = selectedLane >= 0 ? scene.layout.rowOfLane[selectedLane] : -1;
    const start =
      currentRow >= 0 && currentRow < scene.layout.rowCount
        ? currentRow
        : selectedRow >= 0
          ? selectedRow
          : by > 0
            ? -1
            : scene.layout.rowCount;
    const row = within(0, start + by, scene.layout.rowCount - 1);
    setCurrentRow(row);
    reveal(row);
    useApp.setState({ said: rowText(scene, row) });
  };

  useCanvasKeys((e) => {
    switch (e.key) {
      case 'w':
      case 'W':
        return zoom(KEY_ZOOM, centreUs());
      case 's':
      case 'S':
        return zoom(1 / KEY_ZOOM, centreUs());
      case 'a':
      case 'A':
        return pan(-KEY_PAN);
      case 'd':
      case 'D':
        return pan(KEY_PAN);
      case '.':
        return stepChange(1);
      case ',':
        return stepChange(-1);
      case 'ArrowDown':
        return moveRow(1);
      case 'ArrowUp':
        return moveRow(-1);
      case 'PageDown':
        return moveRow(12);
      case 'PageUp':
        return moveRow(-12);
      case 'Enter':
        if (document.activeElement !== box) return false;
        return act(currentRow);
      case 'o':
      case 'O':
        return openAll(
          scene !== undefined &&
            data !== undefined &&
            data.groupings[groupBy].names.some(
              (name, g) => scene.grouping.first[g + 1] > scene.grouping.first[g] && isCollapsed(groupBy, name),
            ),
        );
      default:
        return false;
    }
  });

  const position = (e: ReactPointerEvent) => {
    const rect = e.currentTarget.getBoundingClientRect();
    return { x: e.clientX - rect.left, y: e.clientY - rect.top };
  };

  const down = (e: ReactPointerEvent<HTMLDivElement>) => {
    if (e.button !== 0 || scene === undefined) return;
    const { x, y } = position(e);
    // The scroll bar is the browser's.
    if (x > width) return;
    drag.current = { x, y, ...view, scroll: scrollTop, moved: false };
    e.currentTarget.setPointerCapture(e.pointerId);
  };

  const move = (e: ReactPointerEvent<HTMLDivElement>) => {
    const { x, y } = position(e);
    const d = drag.current;
    if (d === undefined) return setHover({ x, y });
    if (!d.moved && Math.hypot(x - d.x, y - d.y) < CLICK_PX) return;
    d.moved = true;
    setHover(undefined);
    const perPx = (d.toUs - d.fromUs) / (width - geometry.labelWidth);
    if (x !== d.x) setView({ fromUs: d.fromUs - (x - d.x) * perPx, toUs: d.toUs - (x - d.x) * perPx });
    if (d.y >= geometry.pinned) e.currentTarget.scrollTop = d.scroll - (y - d.y);
  };

  const up = (e: ReactPointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    drag.current = undefined;
    if (d === undefined || d.moved || scene === undefined) return;
    const { x, y } = position(e);
    if (x > geometry.labelWidth) setCursor(timeScale(geometry, view).invert(x));
    if (y < geometry.pinned) return;
    const row = rowUnder(scene.layout, scrollTop, y - geometry.pinned);
    setCurrentRow(-1);
    act(row);
  };

  const total = layout === undefined ? 0 : heightOf(layout) + geometry.pinned;
  return (
    <div className="view">
      <div
        ref={setBox}
        className="lanes"
        role="application"
        aria-label={t('timeline.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is the application
        tabIndex={0}
        onScroll={(e) => setScrollTop(e.currentTarget.scrollTop)}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerLeave={() => setHover(undefined)}
        onBlur={() => setCurrentRow(-1)}
        data-testid="lanes"
      >
        <canvas ref={canvas} style={{ width, height }} />
        <div style={{ height: Math.max(0, total - height) }} />
      </div>
      {scene !== undefined && hover !== undefined && <Tooltip scene={scene} place={tooltipPlace(scene, hover)} />}
      {layout !== undefined && layout.rowCount === 0 && <NoLanes />}
    </div>
  );
}

function tooltipPlace(scene: Scene, hover: { readonly x: number; readonly y: number }): TooltipPlace {
  return { ...hover, row: scene.hoverRow, timeUs: scene.hoverUs };
}

/** Lanes and closed groups grow into the room that there is. */
function rowHeights(
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

/** What a screen reader is told about a row. */
function rowText(scene: Scene, row: number): string {
  const lane = scene.layout.rowLane[row];
  if (lane < 0) {
    const group = scene.layout.rowGroup[row];
    const pods = text('pods', { n: scene.grouping.first[group + 1] - scene.grouping.first[group] });
    const name = scene.groupNames[group];
    const isOpen = scene.layout.rowLane[row + 1] !== undefined && scene.layout.rowLane[row + 1] >= 0;
    return text(isOpen ? 'timeline.announceOpen' : 'timeline.announceClosed', { name, pods });
  }
  const segment = segmentAt(scene.frame, lane, scene.cursorUs);
  const state = podStateText(segment < 0 ? 12 : scene.frame.segState[segment]);
  return text('timeline.announceLane', { name: scene.laneName(lane), state, time: timeText(scene.cursorUs, 0) });
}

function NoLanes() {
  const t = useT();
  const filter = useApp((s) => s.filter);
  const all = runData()?.frame.laneCount ?? 0;
  if (filter === '') {
    return (
      <div className="notice">
        <h2>{t('empty.noPods')}</h2>
        <p>{t('empty.noPodsText')}</p>
      </div>
    );
  }
  return (
    <div className="notice">
      <h2>
        {t('empty.noMatch')} <code>{filter.slice(0, 60)}</code>
      </h2>
      <p>{t('empty.noMatchText', { n: all })}</p>
      <button type="button" className="btn box" onClick={() => setFilter('')}>
        {t('empty.dropFilter')}
      </button>
    </div>
  );
}

/** React's own wheel listener is passive and cannot keep the browser from zooming. */
function useWheel(element: HTMLElement | null, listener: (e: WheelEvent) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    if (element === null) return;
    const run = (e: WheelEvent) => latest.current(e);
    element.addEventListener('wheel', run, { passive: false });
    return () => element.removeEventListener('wheel', run);
  }, [element]);
}
