import { create } from 'zustand';
import type { Failure, RunEnd, RunFacts, ScenarioEntry } from '../model/protocol.ts';
import type { PodStory } from '../model/story.ts';
import type { Viewport } from '../model/viewport.ts';

export type GroupBy = 'owner' | 'node';
export type RowSize = 'normal' | 'thin' | 'hair';
export type Theme = 'system' | 'dark' | 'light';

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
  readonly end: RunEnd | undefined;
  readonly nowUs: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly view: Viewport;
  /** The view follows the run until the user moves it. */
  readonly follows: boolean;
  readonly cursorUs: number;
  readonly groupBy: GroupBy;
  readonly rowSize: RowSize;
  readonly filter: string;
  readonly matches: Uint8Array | undefined;
  readonly selectedLane: number;
  readonly story: PodStory | undefined;
  readonly theme: Theme;
  readonly keysShown: boolean;
  readonly dropping: boolean;
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
  end: undefined,
  nowUs: 0,
  events: 0,
  eventsPerSecond: 0,
  view: initialView,
  follows: true,
  cursorUs: 0,
  groupBy: 'owner',
  rowSize: 'normal',
  filter: '',
  matches: undefined,
  selectedLane: -1,
  story: undefined,
  theme: 'system',
  keysShown: false,
  dropping: false,
  said: '',
}));
