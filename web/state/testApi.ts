import { boxOfRow, contentOf, rowAtY, rowOfPod, type Scene, stepHeights, timeScale } from '../draw/timelineScene.ts';
import { type Lang, setLang } from '../i18n/index.ts';
import { segmentAt } from '../model/hitTest.ts';
import { TICKS, type TickName } from '../model/ticks.ts';
import { ask } from '../worker/client.ts';
import { selectPath, setView } from './actions.ts';
import { idle } from './idle.ts';
import { laneName, runData } from './run.ts';
import { setTheme } from './settings.ts';
import { type Theme, useApp } from './store.ts';
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
    const { facts, end, marks } = useApp.getState();
    const frame = runData()?.frame;
    return {
      pods: frame?.laneCount ?? 0,
      segments: frame?.segments ?? 0,
      nodes: facts?.nodes ?? 0,
      marks: marks.length,
      rows: shown?.scene.layout.rowCount ?? 0,
      passed: end?.expectations.filter((e) => e.passed).length ?? 0,
      failed: end?.expectations.filter((e) => !e.passed).length ?? 0,
    };
  },
  view: () => useApp.getState().view,
  cursor: () => useApp.getState().cursorUs,
  /** Up to where the run is known. */
  nowUs: () => useApp.getState().nowUs,
  tab: () => useApp.getState().tab,
  selection: () => useApp.getState().selection,
  branch: () => useApp.getState().facts?.branch,
  /** Theme and language, as the buttons set them. */
  async setLook(theme: Theme, lang: Lang): Promise<void> {
    setTheme(theme);
    await setLang(lang);
    await idle();
  },
  playing: () => useApp.getState().playing,
  setCursor: (us: number) => reach(us),
  setView: (fromUs: number, toUs: number) => setView({ fromUs, toUs }),
  /** Moves the session of the run to a moment; the number of events before it. */
  seek: async (timeUs: number) => (await ask('time', 'seek', { timeUs }, 'test'))?.eventNumber,
  /** What the way back is made of; `forget` gives it up. */
  keyframes: (forget: boolean) => ask('time', 'keyframes', { forget }, 'test'),
  /** The longest pieces of the worker's work since this was asked last. */
  slices: () => ask('time', 'slices', null, 'test-slices'),
  select: (path: string) => selectPath(path),
  /** Hashes of the cluster's whole state at the moment on show. */
  hashes: () => ask('time', 'hashes', moment(), 'test'),
  marks: () => useApp.getState().marks,
  laneAt(x: number, y: number): LaneAt | undefined {
    if (shown === undefined) return undefined;
    const { scene, element } = shown;
    const box = element.getBoundingClientRect();
    const content = contentOf(scene, rowAtY(scene, y - box.top));
    if (content?.kind !== 'pod') return undefined;
    const { lane } = content;
    const timeUs = timeScale(scene.geometry, scene.view).invert(x - box.left);
    const segment = segmentAt(scene.frame, lane, timeUs);
    return { pod: laneName(lane), state: segment < 0 ? undefined : scene.frame.segState[segment], timeUs };
  },
  /** Scrolls to the lane of a pod and says where it is; undefined = hidden or unknown. */
  async locate(pod: string, timeUs: number): Promise<{ readonly x: number; readonly y: number } | undefined> {
    const lane = testApi.pods().indexOf(pod);
    if (shown === undefined || lane < 0) return undefined;
    const row = shown.scene.layout.rowOfLane[lane];
    if (row === undefined || row < 0) return undefined;
    shown.reveal(row);
    await idle();
    const { scene, element } = shown;
    const box = element.getBoundingClientRect();
    const { top, height } = boxOfRow(scene, row);
    return { x: box.left + timeScale(scene.geometry, scene.view)(timeUs), y: box.top + top + height / 2 };
  },
  pins: () => useApp.getState().pins,
  /** Where the row of a pod is now: its pinned lane, its lane, or the closed group. */
  rowOf(pod: string): { readonly row: number; readonly top: number; readonly height: number } | undefined {
    const lane = testApi.pods().indexOf(pod);
    if (shown === undefined || lane < 0) return undefined;
    const row = rowOfPod(shown.scene, lane);
    const { top, height } = boxOfRow(shown.scene, row);
    return { row, top: shown.element.getBoundingClientRect().top + top, height };
  },
  /** Names of the rows from top to bottom. */
  rowNames(): readonly string[] {
    if (shown === undefined) return [];
    const { scene } = shown;
    return Array.from({ length: scene.layout.rowCount }, (_, row) => {
      const content = contentOf(scene, row);
      return content === undefined ? '' : content.kind === 'pod' ? scene.laneName(content.lane) : content.name;
    });
  },
  /** The chain on show: its steps, and the points of the canvas where they stand. */
  chain() {
    const chain = shown?.scene.chain;
    if (shown === undefined || chain === undefined) return undefined;
    const { scene, element } = shown;
    const box = element.getBoundingClientRect();
    const heights = stepHeights(scene, chain);
    return {
      at: chain.at,
      steps: chain.part.steps.map((step, i) => ({
        ...step,
        x: box.left + timeScale(scene.geometry, scene.view)(step.timeUs),
        y: box.top + (heights[i] ?? Number.NaN),
      })),
    };
  },
  area: () => useApp.getState().area,
  pods(): readonly string[] {
    return Array.from({ length: runData()?.frame.laneCount ?? 0 }, (_, lane) => laneName(lane));
  },
  /** Times and states of a pod's segments. */
  segments(pod: string): readonly { readonly timeUs: number; readonly state: number }[] {
    const frame = runData()?.frame;
    const lane = testApi.pods().indexOf(pod);
    if (frame === undefined || lane < 0) return [];
    return Array.from(frame.segTime.subarray(frame.segFirst[lane], frame.segEnd[lane]), (timeUs, i) => ({
      timeUs,
      state: frame.segState[frame.segFirst[lane] + i],
    }));
  },
  /** Marks of a pod's lane. */
  ticks(pod: string): readonly { readonly timeUs: number; readonly name: TickName }[] {
    const frame = runData()?.frame;
    const lane = testApi.pods().indexOf(pod);
    if (frame === undefined || lane < 0) return [];
    const from = frame.tickFirst[lane];
    return Array.from(frame.tickTime.subarray(from, frame.tickEnd[lane]), (timeUs, i) => ({
      timeUs,
      name: TICKS[frame.tickKind[from + i]],
    }));
  },
  xOf(timeUs: number): number {
    if (shown === undefined) return Number.NaN;
    return shown.element.getBoundingClientRect().left + timeScale(shown.scene.geometry, shown.scene.view)(timeUs);
  },
};

export type TestApi = typeof testApi;
