import { setCursor } from '../../state/actions.ts';
import { UNKNOWN_STEP } from './colouring.ts';
import type { MapController } from './controller.ts';
import { isNotReady } from './mirror.ts';
import { detailOf } from './raster.ts';
import { totalsOf } from './summary.ts';

interface OnShow {
  readonly map: MapController;
  readonly element: HTMLElement;
}

let shown: OnShow | undefined;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** `window.orreryMap`: how tests look at the map. Points are in CSS px of the window. */
const mapTestApi = {
  counts() {
    if (shown === undefined) return undefined;
    const { nodes, pods, notReady, cordoned } = totalsOf(shown.map.mirror);
    return { nodes, pods, notReady, cordoned, unscheduled: shown.map.mirror.trayCount };
  },
  detail: () => (shown?.map.layout === undefined ? undefined : detailOf(shown.map.layout.tileW)),
  tile: () => ({ width: shown?.map.layout?.tileW ?? 0, height: shown?.map.layout?.tileH ?? 0 }),
  /** Moves every view to a moment. */
  setMoment: (timeUs: number) => setCursor(timeUs),
  timeUs: () => shown?.map.timeUs ?? -1,
  groups: () => shown?.map.layout?.groups.map((g) => shown?.map.groups?.names[g.group] ?? '') ?? [],
  /** Lines of open partitions. */
  cuts() {
    if (shown === undefined) return undefined;
    const { map, element } = shown;
    const box = element.getBoundingClientRect();
    return map.cutLines().map((l) => ({
      ...l,
      x1: l.x1 + box.left,
      y1: l.y1 + box.top,
      x2: l.x2 + box.left,
      y2: l.y2 + box.top,
    }));
  },
  /** Pods, and how many of them the colours sort into classes. */
  classes() {
    if (shown === undefined) return undefined;
    const { mirror, colouring } = shown.map;
    const { classes, pods } = totalsOf(mirror);
    const unknown = colouring.kind === 'scale' ? classes[UNKNOWN_STEP] : 0;
    return { pods, inClasses: classes.reduce((sum, n) => sum + n, 0), unknown };
  },
  notReadyNodes(): readonly string[] {
    const mirror = shown?.map.mirror;
    if (mirror === undefined) return [];
    return Array.from({ length: mirror.nodeCount }, (_, n) => n)
      .filter((n) => isNotReady(mirror.marks[n]))
      .map((n) => mirror.nodeName(n));
  },
  nodeAt(x: number, y: number): { readonly node: string; readonly pod: string } | undefined {
    if (shown === undefined) return undefined;
    const box = shown.element.getBoundingClientRect();
    const at = shown.map.at(x - box.left, y - box.top);
    return {
      node: at.node < 0 ? '' : shown.map.mirror.nodeName(at.node),
      pod: at.pod < 0 ? '' : shown.map.mirror.podName(at.pod),
    };
  },
  /** The middle of a node's tile. */
  locate(node: string): Point | undefined {
    if (shown === undefined) return undefined;
    const rect = shown.map.rectOf(shown.map.mirror.nodeByName(node));
    if (rect === undefined) return undefined;
    const box = shown.element.getBoundingClientRect();
    return { x: box.left + rect.x + rect.width / 2, y: box.top + rect.y + rect.height / 2 };
  },
  /** The middle of a pod's cell, where it has one. */
  locatePod(pod: string): Point | undefined {
    if (shown === undefined) return undefined;
    const rect = shown.map.podRect(shown.map.mirror.podByName(pod));
    if (rect === undefined) return undefined;
    const box = shown.element.getBoundingClientRect();
    return { x: box.left + rect.x + rect.width / 2, y: box.top + rect.y + rect.height / 2 };
  },
  nodes(): readonly string[] {
    const mirror = shown?.map.mirror;
    if (mirror === undefined) return [];
    return Array.from({ length: mirror.nodeCount }, (_, n) => n)
      .filter((n) => !mirror.isAbsent(n))
      .map((n) => mirror.nodeName(n));
  },
  /** Names of the pods of a node, as the picture orders them. */
  podsOn(node: string): readonly string[] {
    const map = shown?.map;
    return map === undefined ? [] : map.podsOf(map.mirror.nodeByName(node)).map((pod) => map.mirror.podName(pod));
  },
  /** Milliseconds of the main thread, a picture each; they are taken away. */
  takeCosts(): readonly number[] {
    return shown?.map.costs.splice(0) ?? [];
  },
  /** Milliseconds of the worker, a frame each. */
  takeBuilds(): readonly number[] {
    return shown?.map.builds.splice(0) ?? [];
  },
  /** As the wheel and the drag do, at a point of the canvas. */
  zoomBy: (factor: number, x: number, y: number) => shown?.map.zoomBy(factor, x, y),
  panBy: (dx: number, dy: number) => shown?.map.panBy(dx, dy),
  fit: () => shown?.map.fit(),
};

export type MapTestApi = typeof mapTestApi;

declare global {
  interface Window {
    orreryMap?: MapTestApi;
  }
}

export function setMapOnShow(value: OnShow | undefined): void {
  shown = value;
  window.orreryMap = mapTestApi;
}
