import { create } from 'zustand';
import type { BreakpointSpec } from '../../sim-core/index.ts';
import type { Lang } from '../i18n/index.ts';
import type { Area } from '../model/area.ts';
import type { Mark } from '../model/frame.ts';
import type { BranchFact, Failure, RunEnd, RunFacts, ScenarioEntry } from '../model/protocol.ts';
import type { PodStory, StoryPart } from '../model/story.ts';
import type { Viewport } from '../model/viewport.ts';
import type { ViewId } from '../views/types.ts';
import type { Repro } from './url.ts';

export type GroupBy = 'owner' | 'node' | 'pod' | 'component';
/** Groupings of pods; the lanes of components are no pods. */
export type PodGrouping = Exclude<GroupBy, 'component'>;
export type RowSize = 'normal' | 'thin' | 'hair';
export type Theme = 'system' | 'dark' | 'light' | 'hc';
export type StepUnit = 'event' | 'message' | 'reconcile' | 'attempt' | 'second' | 'condition';
export type Dialog = 'keys' | 'share' | 'breaks' | 'forks' | 'palette';
/** On narrow screens one of them fills the page. */
export type Panel = 'explorer' | 'centre' | 'inspector';

export interface Breakpoint {
  readonly spec: BreakpointSpec;
  readonly on: boolean;
}

/** Virtual seconds a second; Infinity = as fast as the engine runs. */
export const SPEEDS: readonly number[] = [0.1, 1, 10, 100, Number.POSITIVE_INFINITY];

export type Phase =
  | { readonly name: 'empty' }
  | { readonly name: 'loading'; readonly what: 'recording' | 'scenario' }
  | { readonly name: 'running' }
  | { readonly name: 'ready' }
  | { readonly name: 'failed'; readonly failure: Failure };

/** State of the page. The run itself is in typed arrays outside (`run.ts`); `version` says that it changed. */
export interface AppState {
  readonly phase: Phase;
  readonly scenarios: readonly ScenarioEntry[];
  /** Path of the chosen bundled scenario; '' = the one of the open run. */
  readonly chosen: string;
  readonly seed: string;
  readonly version: number;
  readonly facts: RunFacts | undefined;
  /** In the order of time. */
  readonly marks: readonly Mark[];
  readonly end: RunEnd | undefined;
  /** Up to where the run is known. */
  readonly nowUs: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  /** The stretch of time that every view shows. */
  readonly view: Viewport;
  /** The view follows the run until the user moves it. */
  readonly follows: boolean;
  /** The moment that every view shows. */
  readonly cursorUs: number;
  /** After how many events exactly the moment is, once a step went there; -1 = at the end of its instant. */
  readonly cursorEvent: number;
  readonly breakpoints: readonly Breakpoint[];
  readonly branches: readonly BranchFact[];
  readonly playing: boolean;
  readonly speed: number;
  readonly unit: StepUnit;
  readonly groupBy: GroupBy;
  readonly rowSize: RowSize;
  /** Lanes that stay on top: `pods/shop/web-1`, `nodes/n-1`, `owner:shop/web`, `component:kube-scheduler-0`. */
  readonly pins: readonly string[];
  /** Arrows along the causes of the selection. */
  readonly arrows: boolean;
  readonly area: Area | undefined;
  /** Dragging over the lanes marks an area instead of moving the picture. */
  readonly marksAreas: boolean;
  /** A chain of causes that is walked along, and the step that was reached. */
  readonly trail: { readonly part: StoryPart; readonly at: number } | undefined;
  readonly filter: string;
  readonly matches: Uint8Array | undefined;
  /** `pods/shop/web-1`, `nodes/n-1`; '' = nothing. */
  readonly selection: string;
  /** The lane of the selection; -1 = it has none. */
  readonly selectedLane: number;
  readonly story: PodStory | undefined;
  readonly lang: Lang;
  readonly theme: Theme;
  /** Larger texts and controls, as for a projector. */
  readonly large: boolean;
  readonly tab: ViewId;
  readonly inspectorTab: string;
  readonly showExplorer: boolean;
  readonly showInspector: boolean;
  /** The view in the drawer; '' = closed. */
  readonly drawer: ViewId | '';
  readonly panel: Panel;
  /** Views that are shown as a table. */
  readonly tables: Readonly<Partial<Record<ViewId, boolean>>>;
  readonly dialog: Dialog | '';
  /** What the palette begins with. */
  readonly paletteText: string;
  /** Keys without Ctrl act. */
  readonly singleKeys: boolean;
  /** The run was made again from a recording, and its digest is another. */
  readonly differs: boolean;
  /** A link that another version of the engine made; it waits for a decision. */
  readonly otherEngine: Repro | undefined;
  readonly dropping: boolean;
  /** For screen readers, and beside the clock. */
  readonly said: string;
}

export const initialView: Viewport = { fromUs: 0, toUs: 60e6 };

export const useApp = create<AppState>(() => ({
  phase: { name: 'empty' },
  scenarios: [],
  chosen: '',
  seed: '',
  version: 0,
  facts: undefined,
  marks: [],
  end: undefined,
  nowUs: 0,
  events: 0,
  eventsPerSecond: 0,
  view: initialView,
  follows: true,
  cursorUs: 0,
  cursorEvent: -1,
  breakpoints: [],
  branches: [],
  playing: false,
  speed: 10,
  unit: 'event',
  groupBy: 'owner',
  rowSize: 'normal',
  pins: [],
  arrows: true,
  area: undefined,
  marksAreas: false,
  trail: undefined,
  filter: '',
  matches: undefined,
  selection: '',
  selectedLane: -1,
  story: undefined,
  lang: 'en',
  theme: 'system',
  large: false,
  tab: 'timeline',
  inspectorTab: 'causes',
  showExplorer: true,
  showInspector: true,
  drawer: '',
  panel: 'centre',
  tables: {},
  dialog: '',
  paletteText: '',
  singleKeys: true,
  differs: false,
  otherEngine: undefined,
  dropping: false,
  said: '',
}));
