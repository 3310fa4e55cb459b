import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { sizeCanvas } from '../../draw/text.ts';
import { TimelinePainter } from '../../draw/timeline.ts';
import {
  boxOfRow,
  contentOf,
  keyOfRow,
  NO_ROW,
  rowAtY,
  rowOfKey,
  rowOfPod,
  type Scene,
  timeScale,
} from '../../draw/timelineScene.ts';
import { t as text, useT } from '../../i18n/index.ts';
import { segmentAt } from '../../model/hitTest.ts';
import { heightOf } from '../../model/layout.ts';
import { timeText } from '../../model/viewport.ts';
import {
  openAll,
  pan,
  select,
  selectPath,
  setCursor,
  setFilter,
  setView,
  stepChange,
  toggleGroup,
  zoom,
} from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { useCanvasKeys } from '../../state/keys.ts';
import { NOT_YET, podStateText } from '../../state/names.ts';
import { usePalette, useSize } from '../../state/palette.ts';
import { togglePin } from '../../state/pins.ts';
import { isCollapsed, runData } from '../../state/run.ts';
import { useApp } from '../../state/store.ts';
import { setSceneOf } from '../../state/testApi.ts';
import { followCause } from '../../state/trail.ts';
import { areaTitle } from './areaTitle.ts';
import { LaneMenu, type LaneMenuAt } from './LaneMenu.tsx';
import { areaOf, isOpenHeader, within } from './scene.ts';
import { Tooltip } from './Tooltip.tsx';
import { useScene } from './useScene.ts';

/** A pointer that moved less than this has clicked. */
const CLICK_PX = 4;
const WHEEL_ZOOM = 0.0018;
const KEY_ZOOM = 0.8;
const KEY_PAN = 0.12;
const PAGE_ROWS = 12;

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly scroll: number;
  /** An area is marked; else the picture is moved. */
  readonly marks: boolean;
  moved: boolean;
}

export function Timeline() {
  const t = useT();
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(box);
  const palette = usePalette();
  const painter = useMemo(() => new TimelinePainter(palette, devicePixelRatio), [palette]);
  const marksAreas = useApp((s) => s.marksAreas);
  const [scrollTop, setScrollTop] = useState(0);
  const [hover, setHover] = useState<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const [currentRow, setCurrentRow] = useState(NO_ROW);
  const [draft, setDraft] = useState<Scene['area']>(undefined);
  const [menu, setMenu] = useState<LaneMenuAt | undefined>(undefined);
  const drag = useRef<Drag | undefined>(undefined);
  /** Bars of an earlier view are painted in the pictures that follow. */
  const [, refine] = useState(0);
  const isRefining = useRef(false);
  const still = useScene(width, height, palette, scrollTop);
  const geometry = still?.geometry;
  const layout = still?.layout;
  const view = useApp((s) => s.view);
  const cursorUs = useApp((s) => s.cursorUs);
  const selectedLane = useApp((s) => s.selectedLane);
  const usAt = (px: number, within_ = still) =>
    within_ === undefined ? 0 : timeScale(within_.geometry, within_.view).invert(px);
  const scene: Scene | undefined = still && {
    ...still,
    hoverUs: hover !== undefined && hover.x > still.geometry.labelWidth ? usAt(hover.x) : undefined,
    hoverRow: hover === undefined ? NO_ROW : rowAtY(still, hover.y),
    currentRow,
    area: draft ?? still.area,
  };

  useLayoutEffect(() => {
    if (scene === undefined || canvas.current === null || width === 0) return;
    painter.draw(sizeCanvas(canvas.current, width, height), scene);
    if (!painter.isStale || isRefining.current) return;
    isRefining.current = true;
    void whileBusy(
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          isRefining.current = false;
          refine((n) => n + 1);
          resolve();
        });
      }),
    );
  });

  const reveal = useCallback(
    (row: number) => {
      if (layout === undefined || geometry === undefined || box === null || row < 0) return;
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
    setSceneOf(scene === undefined || box === null ? undefined : { scene, element: box, reveal });
  });

  // A story that opens takes room; its lane stays in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a selection and a size, not at each scroll
  useEffect(() => {
    if (layout !== undefined && selectedLane >= 0 && selectedLane < layout.rowOfLane.length)
      reveal(layout.rowOfLane[selectedLane]);
  }, [selectedLane, geometry?.height]);

  useWheel(box, (e) => {
    if (scene === undefined || box === null) return;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      const px = e.clientX - box.getBoundingClientRect().left;
      zoom(Math.exp(within(-300, e.deltaY, 300) * WHEEL_ZOOM), usAt(within(scene.geometry.labelWidth, px, width)));
    } else if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
      e.preventDefault();
      pan((e.deltaX === 0 ? e.deltaY : e.deltaX) / width);
    }
  });

  const act = (row: number) => {
    const content = scene === undefined ? undefined : contentOf(scene, row);
    if (scene === undefined || content === undefined) return;
    if (content.kind === 'pod') select(content.lane);
    else if (content.kind === 'group' && row >= 0) {
      const { groupBy } = useApp.getState();
      const name =
        groupBy === 'component' ? '' : (runData()?.groupings[groupBy].names[scene.layout.rowGroup[row]] ?? '');
      toggleGroup(groupBy, name, isCollapsed(groupBy, name));
    } else if (keyOfRow(scene, row).startsWith('nodes/')) selectPath(keyOfRow(scene, row));
    else if (content.kind === 'component') useApp.setState({ said: content.name });
  };

  useLaneKeys({ scene, box, currentRow, setCurrentRow, reveal, act, cursorUs });

  const position = (e: ReactPointerEvent | MouseEvent) => {
    const rect = e.currentTarget.getBoundingClientRect();
    return { x: e.clientX - rect.left, y: e.clientY - rect.top };
  };

  const down = (e: ReactPointerEvent<HTMLDivElement>) => {
    if (e.button !== 0 || scene === undefined) return;
    const { x, y } = position(e);
    // The scroll bar is the browser's.
    if (x > width) return;
    const marks = (e.shiftKey || marksAreas) && rowAtY(scene, y) !== NO_ROW;
    drag.current = { x, y, ...view, scroll: scrollTop, marks, moved: false };
    e.currentTarget.setPointerCapture(e.pointerId);
  };

  const marked = (s: Scene, d: Drag, x: number, y: number) => {
    const from = rowAtY(s, d.y);
    // Below the last row, or in the rows above, the nearest one counts.
    const to = rowAtY(s, within(from <= -2 ? s.geometry.pinsTop : s.geometry.pinned, y, height - 1));
    const last = to === NO_ROW || from <= -2 !== to <= -2 ? (from <= -2 ? from : s.layout.rowCount - 1) : to;
    const left = within(s.geometry.labelWidth, Math.min(d.x, x), width);
    const right = within(s.geometry.labelWidth, Math.max(d.x, x), width);
    return areaOf(s, from, last, usAt(left), usAt(right));
  };

  const move = (e: ReactPointerEvent<HTMLDivElement>) => {
    const { x, y } = position(e);
    const d = drag.current;
    if (d === undefined) return setHover({ x, y });
    if (scene === undefined || (!d.moved && Math.hypot(x - d.x, y - d.y) < CLICK_PX)) return;
    d.moved = true;
    setHover(undefined);
    if (d.marks) {
      const area = marked(scene, d, x, y);
      const rowOf = (name: { lane: number; key: string }) =>
        name.lane >= 0 ? rowOfPod(scene, name.lane) : rowOfKey(scene, name.key);
      if (area !== undefined)
        setDraft({ fromUs: area.fromUs, toUs: area.toUs, top: rowOf(area.top), bottom: rowOf(area.bottom) });
      return;
    }
    const perPx = (d.toUs - d.fromUs) / (width - scene.geometry.labelWidth);
    if (x !== d.x) setView({ fromUs: d.fromUs - (x - d.x) * perPx, toUs: d.toUs - (x - d.x) * perPx });
    if (d.y >= scene.geometry.pinned) e.currentTarget.scrollTop = d.scroll - (y - d.y);
  };

  const up = (e: ReactPointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    drag.current = undefined;
    setDraft(undefined);
    if (d === undefined || scene === undefined) return;
    const { x, y } = position(e);
    if (d.moved) {
      if (d.marks) useApp.setState({ area: marked(scene, d, x, y) });
      return;
    }
    if (x > scene.geometry.labelWidth) setCursor(usAt(x));
    setCurrentRow(NO_ROW);
    act(rowAtY(scene, y));
  };

  const openMenu = (e: MouseEvent<HTMLDivElement>) => {
    if (scene === undefined) return;
    const { x, y } = position(e);
    const row = rowAtY(scene, y);
    if (row === NO_ROW) return;
    e.preventDefault();
    setHover(undefined);
    setMenu({ row, x: e.clientX, y: e.clientY, timeUs: x > scene.geometry.labelWidth ? usAt(x) : cursorUs });
  };

  const menuKey = (e: KeyboardEvent) => {
    if (e.key !== 'ContextMenu' && !(e.shiftKey && e.key === 'F10')) return;
    const row = rowInHand(scene, currentRow);
    if (scene === undefined || box === null || row === NO_ROW) return;
    e.preventDefault();
    const rect = box.getBoundingClientRect();
    const at = boxOfRow(scene, row);
    setMenu({ row, x: rect.left + 24, y: rect.top + at.top + at.height, timeUs: cursorUs });
  };

  const total = layout === undefined || geometry === undefined ? 0 : heightOf(layout) + geometry.pinned;
  const isEmpty = layout?.rowCount === 0 && (scene?.isComponents !== true || scene.activity !== undefined);
  return (
    <div className="view">
      <div
        ref={setBox}
        className={marksAreas ? 'lanes marking' : 'lanes'}
        role="application"
        aria-label={t('timeline.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is the application
        tabIndex={0}
        onScroll={(e) => setScrollTop(e.currentTarget.scrollTop)}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerLeave={() => setHover(undefined)}
        onContextMenu={openMenu}
        onKeyDown={menuKey}
        onBlur={() => setCurrentRow(NO_ROW)}
        data-testid="lanes"
      >
        <canvas ref={canvas} style={{ width, height }} />
        <div style={{ height: Math.max(0, total - height) }} />
      </div>
      {scene !== undefined && hover !== undefined && (
        <Tooltip scene={scene} place={{ ...hover, row: scene.hoverRow, timeUs: scene.hoverUs }} />
      )}
      {isEmpty && <NoLanes />}
      {scene !== undefined && menu !== undefined && (
        <LaneMenu scene={scene} at={menu} onClose={() => setMenu(undefined)} onOpen={() => act(menu.row)} />
      )}
    </div>
  );
}

/** The row that keys act on: the keyboard's, the pointer's, the selected pod's. */
function rowInHand(scene: Scene | undefined, currentRow: number): number {
  if (scene === undefined) return NO_ROW;
  if (currentRow !== NO_ROW) return currentRow;
  if (scene.hoverRow !== NO_ROW) return scene.hoverRow;
  return scene.selectedLane < 0 ? NO_ROW : rowOfPod(scene, scene.selectedLane);
}

interface LaneKeys {
  readonly scene: Scene | undefined;
  readonly box: HTMLDivElement | null;
  readonly currentRow: number;
  readonly setCurrentRow: (row: number) => void;
  readonly reveal: (row: number) => void;
  readonly act: (row: number) => void;
  readonly cursorUs: number;
}

function useLaneKeys({ scene, box, currentRow, setCurrentRow, reveal, act, cursorUs }: LaneKeys): void {
  const centreUs = () => {
    const { view } = useApp.getState();
    if (scene?.hoverUs !== undefined) return scene.hoverUs;
    return cursorUs >= view.fromUs && cursorUs <= view.toUs ? cursorUs : (view.fromUs + view.toUs) / 2;
  };

  const moveRow = (by: number) => {
    if (scene === undefined || scene.layout.rowCount === 0) return;
    const { layout, selectedLane } = scene;
    const chosen = selectedLane >= 0 && !scene.isComponents ? layout.rowOfLane[selectedLane] : -1;
    const start =
      currentRow >= 0 && currentRow < layout.rowCount
        ? currentRow
        : chosen >= 0
          ? chosen
          : by > 0
            ? -1
            : layout.rowCount;
    const row = within(0, start + by, layout.rowCount - 1);
    setCurrentRow(row);
    reveal(row);
    useApp.setState({ said: rowText(scene, row) });
    return row;
  };

  /** Marks the row in hand over the stretch on show; with `by` the area grows by rows. */
  const markArea = (by: number) => {
    if (scene === undefined) return;
    const { area, view } = useApp.getState();
    if (by === 0 && area !== undefined) return useApp.setState({ area: undefined, said: text('area.cleared') });
    const all = scene.layout.rowCount - 1;
    const row = rowInHand(scene, currentRow);
    const last = by === 0 || scene.area === undefined ? row : scene.area.bottom;
    const top = by === 0 || scene.area === undefined ? row : scene.area.top;
    const [a, b] = row === NO_ROW && scene.area === undefined ? [0, all] : [top, within(top, last + by, all)];
    const span = area ?? view;
    const made = areaOf(scene, a, last <= -2 ? last : b, span.fromUs, span.toUs);
    useApp.setState({
      area: made,
      said: made === undefined ? text('area.none') : areaTitle(made, text),
    });
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
        return e.shiftKey ? markArea(1) : moveRow(1);
      case 'ArrowUp':
        return e.shiftKey ? markArea(-1) : moveRow(-1);
      case 'PageDown':
        return moveRow(PAGE_ROWS);
      case 'PageUp':
        return moveRow(-PAGE_ROWS);
      case 'Enter':
        if (document.activeElement !== box) return false;
        return act(currentRow);
      case 'o':
      case 'O':
        return openAll(scene !== undefined && hasClosed(scene));
      case 'p':
      case 'P': {
        const row = rowInHand(scene, currentRow);
        if (scene === undefined || row === NO_ROW) return false;
        return togglePin(keyOfRow(scene, row));
      }
      case 'r':
      case 'R':
        return markArea(0);
      case 'c':
      case 'C':
        return useApp.setState({ arrows: !useApp.getState().arrows });
      case 'j':
        return followCause(scene?.chain?.part, -1);
      case 'J':
        return followCause(scene?.chain?.part, 1);
      default:
        return false;
    }
  });
}

const hasClosed = (scene: Scene): boolean =>
  !scene.isComponents &&
  Array.from({ length: scene.layout.rowCount }, (_, row) => row).some(
    (row) => scene.layout.rowLane[row] < 0 && !isOpenHeader(scene, row),
  );

/** What a screen reader is told about a row. */
function rowText(scene: Scene, row: number): string {
  const content = contentOf(scene, row);
  if (content === undefined) return '';
  if (content.kind === 'component') return content.name;
  if (content.kind === 'group') {
    const pods = text('pods', { n: content.lanes.length });
    return text(isOpenHeader(scene, row) ? 'timeline.announceOpen' : 'timeline.announceClosed', {
      name: content.name,
      pods,
    });
  }
  const segment = segmentAt(scene.frame, content.lane, scene.cursorUs);
  const state = podStateText(segment < 0 ? NOT_YET : scene.frame.segState[segment]);
  return text('timeline.announceLane', {
    name: scene.laneName(content.lane),
    state,
    time: timeText(scene.cursorUs, 0),
  });
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
