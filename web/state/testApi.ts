import type { Scene } from '../draw/timeline.ts';
import { timeScale } from '../draw/timeline.ts';
import { rowUnder, segmentAt } from '../model/hitTest.ts';
import { ask } from '../worker/client.ts';
import { selectPath } from './actions.ts';
import { idle } from './idle.ts';
import { laneName, runData } from './run.ts';
import { useApp } from './store.ts';
import { moment, reach } from './time.ts';

/** What is on the canvas now. */
export interface TimelineScene {
  readonly scene: Scene;
  readonly element: HTMLElement;
  readonly reveal: (row: number) => void;
}

let shown: TimelineScene | undefined;

export function setSceneOf(scene: TimelineScene | undefined): void {
  shown = scene;
}

export interface LaneAt {
  readonly pod: string;
  /** PodState at the instant under the point; undefined = the pod is not there. */
  readonly state: number | undefined;
  readonly timeUs: number;
}

/** `window.orrery`: how tests look at the page. Points are in CSS px of the window. */
export const testApi = {
  idle,
  phase: () => useApp.getState().phase.name,
  digest: () => useApp.getState().end?.digest,
  counts() {
    const { facts, end } = useApp.getState();
    const frame = runData()?.frame;
    return {
      pods: frame?.laneCount ?? 0,
      segments: frame?.segState.length ?? 0,
      nodes: facts?.nodes ?? 0,
      marks: facts?.marks.length ?? 0,
      rows: shown?.scene.layout.rowCount ?? 0,
      passed: end?.expectations.filter((e) => e.passed).length ?? 0,
      failed: end?.expectations.filter((e) => !e.passed).length ?? 0,
    };
  },
  view: () => useApp.getState().view,
  cursor: () => useApp.getState().cursorUs,
  tab: () => useApp.getState().tab,
  selection: () => useApp.getState().selection,
  branch: () => useApp.getState().facts?.branch,
  playing: () => useApp.getState().playing,
  setCursor: (us: number) => reach(us),
  select: (path: string) => selectPath(path),
  /** Hashes of the cluster's whole state at the moment on show. */
  hashes: () => ask('time', 'hashes', moment(), 'test'),
  marks: () => useApp.getState().facts?.marks ?? [],
  laneAt(x: number, y: number): LaneAt | undefined {
    if (shown === undefined) return undefined;
    const { scene, element } = shown;
    const box = element.getBoundingClientRect();
    const { geometry: g } = scene;
    const inner = y - box.top - g.pinned;
    if (inner < 0) return undefined;
    const row = rowUnder(scene.layout, scene.scrollTop, inner);
    const lane = row < 0 ? -1 : scene.layout.rowLane[row];
    if (lane < 0) return undefined;
    const timeUs = timeScale(g, scene.view).invert(x - box.left);
    const segment = segmentAt(scene.frame, lane, timeUs);
    return { pod: laneName(lane), state: segment < 0 ? undefined : scene.frame.segState[segment], timeUs };
  },
  /** Scrolls to the lane of a pod and says where it is; undefined = hidden or unknown. */
  async locate(pod: string, timeUs: number): Promise<{ readonly x: number; readonly y: number } | undefined> {
    const lane = testApi.pods().indexOf(pod);
    if (shown === undefined || lane < 0) return undefined;
    const row = shown.scene.layout.rowOfLane[lane];
    if (row < 0) return undefined;
    shown.reveal(row);
    await idle();
    const { scene, element } = shown;
    const box = element.getBoundingClientRect();
    const middle = (scene.layout.rowTop[row] + scene.layout.rowTop[row + 1]) / 2;
    return {
      x: box.left + timeScale(scene.geometry, scene.view)(timeUs),
      y: box.top + scene.geometry.pinned + middle - scene.scrollTop,
    };
  },
  pods(): readonly string[] {
    return Array.from({ length: runData()?.frame.laneCount ?? 0 }, (_, lane) => laneName(lane));
  },
  /** Times and states of a pod's segments. */
  segments(pod: string): readonly { readonly timeUs: number; readonly state: number }[] {
    const frame = runData()?.frame;
    const lane = testApi.pods().indexOf(pod);
    if (frame === undefined || lane < 0) return [];
    return Array.from(frame.segTime.subarray(frame.segFirst[lane], frame.segFirst[lane + 1]), (timeUs, i) => ({
      timeUs,
      state: frame.segState[frame.segFirst[lane] + i],
    }));
  },
  xOf(timeUs: number): number {
    if (shown === undefined) return Number.NaN;
    return shown.element.getBoundingClientRect().left + timeScale(shown.scene.geometry, shown.scene.view)(timeUs);
  },
};

export type TestApi = typeof testApi;
