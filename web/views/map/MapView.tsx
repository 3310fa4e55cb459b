import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { numberText, t as say, useT } from '../../i18n/index.ts';
import { selectPath } from '../../state/actions.ts';
import { useCanvasKeys } from '../../state/keys.ts';
import { useSize } from '../../state/palette.ts';
import { useApp } from '../../state/store.ts';
import { useQuery } from '../../state/useQuery.ts';
import type { ColourBy } from './colouring.ts';
import { type MapAt, MapController } from './controller.ts';
import type { Rect } from './layout.ts';
import './map.css';
import { unlight, useLit } from './lit.ts';
import { MapLegend } from './MapLegend.tsx';
import { MapTable } from './MapTable.tsx';
import { MapTools } from './MapTools.tsx';
import { MapTooltip } from './MapTooltip.tsx';
import { MapTwin } from './MapTwin.tsx';
import { type MenuAt, NodeMenu } from './NodeMenu.tsx';
import { actOn, type NodeAction, useCanAct } from './nodeActions.ts';
import type { MapTexts } from './painter.ts';
import { totalsOf } from './summary.ts';
import { setMapOnShow } from './testApi.ts';
import { useMapPalette } from './useMapPalette.ts';

const CLICK_PX = 4;
const DOUBLE_MS = 500;
const WHEEL_ZOOM = 0.0022;
const KEY_ZOOM = 1.35;
const KEY_PAN = 0.15;
/** Numbers beside the picture follow it this often. */
const SLOW_MS = 250;

interface Hover extends MapAt {
  readonly x: number;
  readonly y: number;
}

/** The last click on a tile, in px of the canvas and of the window. */
interface Click {
  readonly x: number;
  readonly y: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly ms: number;
  readonly node: number;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly brushes: boolean;
  lastX: number;
  lastY: number;
  moved: boolean;
}

/** What the grouping and the colours were when the view was last on show. */
const kept: { groupBy: string; colourBy: ColourBy } = { groupBy: 'zone', colourBy: 'phase' };

export default function MapView() {
  const t = useT();
  const lang = useApp((s) => s.lang);
  const isTable = useApp((s) => s.tables.map === true);
  const [version, setVersion] = useState(0);
  const [groupBy, setGroupBy] = useState(kept.groupBy);
  const [colourBy, setColourBy] = useState<ColourBy>(kept.colourBy);
  const [shownColours, setShownColours] = useState(colourBy);
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [menu, setMenu] = useState<MenuAt | undefined>(undefined);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const item = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | undefined>(undefined);
  const clicked = useRef<Click | undefined>(undefined);
  const palette = useMapPalette();
  const { width, height } = useSize(box);
  const keys = useQuery('map', 'keys', null);
  const map = useController(setVersion);
  const canAct = useCanAct();
  const litLabel = useLit((s) => s.label);

  useEffect(() => {
    // On the window: the panel that the first click opens may lie under the second one.
    const zoomIn = (e: MouseEvent) => {
      const last = clicked.current;
      if (last === undefined || last.node < 0 || e.timeStamp - last.ms > DOUBLE_MS) return;
      if (Math.hypot(e.clientX - last.clientX, e.clientY - last.clientY) < CLICK_PX) map.focusNode(last.node);
    };
    window.addEventListener('dblclick', zoomIn);
    return () => window.removeEventListener('dblclick', zoomIn);
  }, [map]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the language changes what the texts say
  const texts = useMemo<MapTexts>(
    () => ({
      notReady: 'NotReady',
      more: (n) => say('map.more', { n }),
      nodes: (n) => say('map.nodesOf', { n }),
      pods: (n) => say('map.podsOf', { n }),
      notReadyCount: (n) => `${numberText(n)} NotReady`,
      noNode: say('map.noNode'),
      noGroup: say('map.noGroup'),
      zone: (name) => say('map.zoneName', { name }),
    }),
    [lang],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the table takes the canvases away
  useEffect(() => {
    if (canvas.current !== null && overlay.current !== null) map.attach(canvas.current, overlay.current);
  }, [map, isTable]);
  useEffect(() => map.setLook(palette, devicePixelRatio, texts), [map, palette, texts]);
  useEffect(() => map.resize(width, height), [map, width, height]);
  useEffect(() => {
    kept.colourBy = colourBy;
    map.colourBy(colourBy);
    // The legend and the totals are of the new classes, also while no frame comes.
    setShownColours(colourBy);
  }, [map, colourBy]);
  useEffect(() => {
    kept.groupBy = groupBy;
    map.groupBy(groupBy);
  }, [map, groupBy]);
  useSelection(map, version, chosen);
  useEffect(() => map.mark({ hover: hover?.node ?? -1 }), [map, hover]);
  useEffect(() => {
    setMapOnShow(box === null ? undefined : { map, element: box });
    return () => setMapOnShow(undefined);
  }, [map, box]);

  const zoomAt = useCallback((factor: number, at?: Hover) => map.zoomBy(factor, at?.x, at?.y), [map]);
  useWheelZoom(box, map);
  useCanvasKeys((e) => {
    switch (e.key.toLowerCase()) {
      case 'w':
        return zoomAt(KEY_ZOOM, hover);
      case 's':
        return zoomAt(1 / KEY_ZOOM, hover);
      case 'a':
        return map.panBy(-KEY_PAN * width, 0);
      case 'd':
        return map.panBy(KEY_PAN * width, 0);
      default:
        return false;
    }
  });

  const place = (e: { readonly clientX: number; readonly clientY: number }) => {
    const rect = (box as HTMLDivElement).getBoundingClientRect();
    return { x: e.clientX - rect.left, y: e.clientY - rect.top };
  };

  const down = (e: PointerEvent<HTMLDivElement>) => {
    if (e.button !== 0) return;
    const { x, y } = place(e);
    drag.current = { x, y, lastX: x, lastY: y, brushes: e.shiftKey || !map.isZoomed, moved: false };
    e.currentTarget.setPointerCapture(e.pointerId);
  };

  const move = (e: PointerEvent<HTMLDivElement>) => {
    const { x, y } = place(e);
    const d = drag.current;
    if (d === undefined) {
      const at = map.at(x, y);
      setHover(at.node < 0 && at.pod < 0 ? undefined : { ...at, x, y });
      return;
    }
    if (!d.moved && Math.hypot(x - d.x, y - d.y) < CLICK_PX) return;
    d.moved = true;
    setHover(undefined);
    if (d.brushes) map.mark({ brush: area(d, x, y) });
    else map.panBy(d.lastX - x, d.lastY - y);
    d.lastX = x;
    d.lastY = y;
  };

  const up = (e: PointerEvent<HTMLDivElement>) => {
    const d = drag.current;
    drag.current = undefined;
    if (d === undefined) return;
    item.current?.focus({ preventScroll: true });
    const { x, y } = place(e);
    if (!d.moved) {
      // The panel that the first click opens moves the tiles: the second one means what the first one hit.
      const last = clicked.current;
      const isSecond =
        last !== undefined && e.timeStamp - last.ms < DOUBLE_MS && Math.hypot(x - last.x, y - last.y) < CLICK_PX;
      if (isSecond) return;
      const at = map.at(d.x, d.y);
      clicked.current = { x, y, clientX: e.clientX, clientY: e.clientY, ms: e.timeStamp, node: at.node };
      setChosen([]);
      if (at.pod >= 0) selectPath(`pods/${map.mirror.podName(at.pod)}`);
      else selectPath(at.node >= 0 ? `nodes/${map.mirror.nodeName(at.node)}` : '');
      return;
    }
    if (!d.brushes) return;
    map.mark({ brush: undefined });
    const nodes = map.nodesIn(area(d, x, y));
    setChosen(nodes);
    useApp.setState({ said: say('map.chosen', { n: nodes.length }) });
  };

  const openMenu = (nodes: readonly number[], x: number, y: number) => {
    if (nodes.length === 0) return;
    setHover(undefined);
    setMenu({ nodes, x, y, names: nodes.map((node) => map.mirror.nodeName(node)) });
  };

  const act = (action: NodeAction) => {
    void actOn(action, menu?.names ?? []);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for what the mirror holds
  const totals = useMemo(() => totalsOf(map.mirror), [map, version, shownColours]);
  return (
    <>
      <MapTools
        keys={keys.data ?? []}
        groupBy={groupBy}
        colourBy={colourBy}
        isZoomed={map.zoom > 1}
        chosen={chosen.length}
        onGroupBy={setGroupBy}
        onColourBy={setColourBy}
        onZoom={(factor) => zoomAt(factor)}
        onFit={() => map.fit()}
        onClear={() => setChosen([])}
        onAct={(x, y) => openMenu(chosen, x, y)}
        lit={litLabel}
        onUnlight={unlight}
      />
      <div className="view">
        {isTable ? (
          <MapTable map={map} version={version} />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the twin inside is for keys and readers
          <div
            ref={setBox}
            className="map-box"
            onPointerDown={down}
            onPointerMove={move}
            onPointerUp={up}
            onPointerLeave={() => setHover(undefined)}
            onContextMenu={(e) => {
              const { x, y } = place(e);
              const at = map.at(x, y);
              if (at.node < 0) return;
              e.preventDefault();
              openMenu(chosen.includes(at.node) ? chosen : [at.node], e.clientX, e.clientY);
            }}
            data-testid="map"
          >
            <canvas ref={canvas} style={{ width, height }} />
            <canvas ref={overlay} style={{ width, height }} />
            <MapTwin
              map={map}
              version={version}
              itemRef={item}
              onMenu={(node) => {
                const rect = map.rectOf(node);
                const at = (box as HTMLDivElement).getBoundingClientRect();
                openMenu([node], at.left + (rect?.x ?? 0) + 8, at.top + (rect?.y ?? 0) + 8);
              }}
            />
          </div>
        )}
        {hover !== undefined && !isTable && (
          <MapTooltip map={map} at={hover} x={hover.x} y={hover.y} width={width} height={height} palette={palette} />
        )}
        {totals.nodes === 0 && version > 0 && (
          <div className="notice">
            <h2>{t('map.noNodes')}</h2>
            <p>{t('map.noNodesText')}</p>
          </div>
        )}
      </div>
      <MapLegend colouring={map.colouring} totals={totals} palette={palette} />
      {menu !== undefined && (
        <NodeMenu
          at={menu}
          canAct={canAct}
          onClose={() => setMenu(undefined)}
          onInspect={() => selectPath(`nodes/${menu.names[0]}`)}
          onZoom={() => map.focusNode(menu.nodes[0])}
          onAct={act}
        />
      )}
    </>
  );
}

const area = (d: Drag, x: number, y: number): Rect => ({
  x: Math.min(d.x, x),
  y: Math.min(d.y, y),
  width: Math.abs(x - d.x),
  height: Math.abs(y - d.y),
});

/** One map while the view is open; it follows the moment and the run without rendering React. */
function useController(setVersion: (version: number) => void): MapController {
  const [map] = useState(() => {
    let last = 0;
    let timer = 0;
    const controller: MapController = new MapController(() => {
      if (timer !== 0) return;
      const wait = Math.max(0, last + SLOW_MS - performance.now());
      timer = window.setTimeout(() => {
        timer = 0;
        last = performance.now();
        setVersion(controller.version);
      }, wait);
    });
    return controller;
  });
  useEffect(() => {
    let { version } = useApp.getState();
    map.show(useApp.getState().cursorUs, true);
    const stop = useApp.subscribe((s) => {
      const isStale = s.version !== version;
      version = s.version;
      map.show(s.cursorUs, isStale);
    });
    return () => {
      stop();
      map.dispose();
    };
  }, [map]);
  return map;
}

/** The page's selection and the brush, on the picture. */
function useSelection(map: MapController, version: number, chosen: readonly number[]): void {
  const selection = useApp((s) => s.selection);
  const { staticsVersion } = map.mirror;
  // Names are searched once a selection and when there are new ones, not once a picture.
  // biome-ignore lint/correctness/useExhaustiveDependencies: names that arrive later may hold it
  const found = useMemo(() => {
    const [resource, ...rest] = selection.split('/');
    const name = rest.join('/');
    if (resource === 'nodes') return { node: map.mirror.nodeByName(name), pod: -1 };
    if (resource === 'pods') return { node: -1, pod: map.mirror.podByName(name) };
    return { node: -1, pod: -1 };
  }, [map, selection, staticsVersion, version > 0]);
  useEffect(() => {
    map.mark({ selected: chosen.length > 0 ? chosen : found.node >= 0 ? [found.node] : [] });
    map.markPod(found.pod);
  }, [map, found, chosen]);
  const lit = useLit((s) => s.nodes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: nodes that appear later may be among them
  useEffect(() => {
    if (lit.size === 0) return map.mark({ lit: undefined });
    const nodes = new Set<number>();
    for (let n = 0; n < map.mirror.nodeCount; n++) if (lit.has(map.mirror.nodeName(n))) nodes.add(n);
    map.mark({ lit: nodes });
  }, [map, lit, staticsVersion]);
}

function useWheelZoom(box: HTMLDivElement | null, map: MapController): void {
  useEffect(() => {
    if (box === null) return;
    const wheel = (e: WheelEvent) => {
      e.preventDefault();
      const rect = box.getBoundingClientRect();
      if (e.shiftKey) map.panBy(e.deltaY + e.deltaX, 0);
      else
        map.zoomBy(
          Math.exp(-Math.max(-300, Math.min(300, e.deltaY)) * WHEEL_ZOOM),
          e.clientX - rect.left,
          e.clientY - rect.top,
        );
    };
    box.addEventListener('wheel', wheel, { passive: false });
    return () => box.removeEventListener('wheel', wheel);
  }, [box, map]);
}
