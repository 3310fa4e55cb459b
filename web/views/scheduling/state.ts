import * as Comlink from 'comlink';
import { create } from 'zustand';
import type { Attempt, Explanation } from '../../../sim-core/index.ts';
import type { Verdict } from '../../model/trial.ts';
import { listBranches, selectPath, showBranch } from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { setTab } from '../../state/settings.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { ask, engineOf } from '../../worker/client.ts';
import type { Fix, NoExplanation } from '../../worker/queries/scheduling.ts';

export type MatrixMode = 'filters' | 'raw' | 'normalized' | 'weighted';

/** One pod's attempts and the explanation of one of them: what the view and the inspector's tab both show. */
export interface SchedulingState {
  /** `namespace/name`; '' = none. */
  readonly pod: string;
  readonly attempts: readonly Attempt[];
  /** The attempt that was clicked; 0 = the one before the moment on show. */
  readonly clicked: number;
  /** The attempt that is explained; 0 = none. */
  readonly shown: number;
  readonly explanation: Explanation | undefined;
  readonly problem: NoExplanation['problem'] | '';
  readonly isLoading: boolean;
  /** Why not this node? */
  readonly node: string;
  readonly rows: number;
  readonly mode: MatrixMode | '';
  readonly fixes: readonly Fix[] | undefined;
  readonly isFixing: boolean;
  /** Fixes that are tried in forks, by their place. */
  readonly trials: Readonly<Record<number, TrialState>>;
}

export interface TrialState {
  readonly share: number;
  readonly verdict: Verdict | undefined;
  /** '' = it runs. */
  readonly branch: string;
}

const ROWS_FIRST = 40;

const NOTHING = {
  attempts: [],
  clicked: 0,
  shown: 0,
  explanation: undefined,
  problem: '',
  isLoading: false,
  node: '',
  rows: ROWS_FIRST,
  mode: '',
  fixes: undefined,
  isFixing: false,
  trials: {},
} as const;

export const useScheduling = create<SchedulingState>(() => ({ pod: '', ...NOTHING }));

const get = useScheduling.getState;
const set = useScheduling.setState;

let attemptsOf = '';
let explainedAs = '';
let fixesOf = '';

/** Shows a pod's attempts; `version` grows when the run does. */
export function showPod(pod: string, version: number): void {
  if (pod !== get().pod) set({ pod, ...NOTHING });
  const key = `${pod} ${version}`;
  if (pod === '' || key === attemptsOf) return;
  attemptsOf = key;
  void whileBusy(
    (async () => {
      const attempts = await ask('scheduling', 'attempts', pod);
      if (attempts === undefined || get().pod !== pod) return;
      set({ attempts });
      explainAt(useApp.getState().cursorUs, useApp.getState().facts?.hasObjects === true);
    })(),
  );
}

/** The attempt that a moment shows: the last before it, or the first. */
export function attemptAt(attempts: readonly Attempt[], timeUs: number): number {
  return attempts.findLast((a) => a.timeUs <= timeUs)?.number ?? attempts[0]?.number ?? 0;
}

/** Explains the chosen attempt, once. */
export function explainAt(cursorUs: number, hasObjects: boolean): void {
  const { pod, attempts, clicked, node, rows } = get();
  const shown = clicked > 0 ? clicked : attemptAt(attempts, cursorUs);
  if (shown !== get().shown) set({ shown, fixes: undefined, isFixing: false, trials: {} });
  if (shown === 0) return;
  if (!hasObjects) {
    set({ problem: 'noObjects', explanation: undefined, isLoading: false });
    return;
  }
  const attempt = attempts.find((a) => a.number === shown);
  const key = JSON.stringify([pod, shown, attempt?.record, node, rows]);
  if (key === explainedAs && get().problem !== 'noObjects') return;
  explainedAs = key;
  set({ isLoading: true });
  void whileBusy(
    ask('scheduling', 'explain', { pod, number: shown, timeUs: cursorUs, node, rows }).then(
      (answer) => {
        if (explainedAs !== key) return;
        if (answer === undefined) explainedAs = '';
        else if ('problem' in answer) set({ explanation: undefined, problem: answer.problem, isLoading: false });
        else set({ explanation: answer.explanation, problem: '', isLoading: false });
      },
      () => {
        if (explainedAs === key) set({ explanation: undefined, problem: 'otherRun', isLoading: false });
      },
    ),
  );
}

export function choose(number: number): void {
  const attempt = get().attempts.find((a) => a.number === number);
  set({ clicked: number, node: '' });
  if (attempt !== undefined) reach(attempt.timeUs);
  explainAt(useApp.getState().cursorUs, useApp.getState().facts?.hasObjects === true);
}

function again(change: Partial<SchedulingState>): void {
  set(change);
  explainAt(useApp.getState().cursorUs, useApp.getState().facts?.hasObjects === true);
}

export const askNode = (node: string): void => again({ node, fixes: undefined, trials: {} });

export const showAllRows = (): void => again({ rows: get().explanation?.nodes.total ?? ROWS_FIRST });

export const setMode = (mode: MatrixMode): void => set({ mode });

/** Looks for ways out; each is found by making the decision again. */
export function findFixes(): void {
  const { pod, shown, node, explanation, attempts } = get();
  const attempt = attempts.find((a) => a.number === shown);
  if (explanation === undefined || attempt === undefined) return;
  const key = JSON.stringify([pod, shown, node]);
  fixesOf = key;
  set({ isFixing: true, fixes: undefined, trials: {} });
  const like = explanation.nearest.map((n) => n.node);
  const args = { pod, number: shown, timeUs: attempt.timeUs, node, like, nodes: explanation.nodes.total };
  void whileBusy(
    ask('scheduling', 'fixes', args).then(
      (answer) => {
        if (fixesOf !== key) return;
        set({ isFixing: false, fixes: answer === undefined || 'problem' in answer ? [] : answer });
      },
      () => fixesOf === key && set({ isFixing: false, fixes: [] }),
    ),
  );
}

/** A configuration takes its time: the scheduler starts again and takes over the lease of the one before (15 s). */
const SCHEDULER_LEAD_US = 20e6;
/** The kubelet reports other amounts at the next tick of nodeStatusUpdateFrequency (10 s). */
const RESIZE_LEAD_US = 12e6;
const COMMAND_LEAD_US = 2e6;

/** From when on a fork does what a fix says: after the attempt of a pod that waits; else before the pod was there, as far as that goes. */
function momentOf(fix: Fix, explanation: Explanation, attempt: Attempt, first: Attempt): number {
  const isPod = fix.flip?.changes.some((c) => c.target === 'pod') === true;
  if (explanation.node === '' || isPod) return attempt.timeUs;
  const lead = fix.actions.some((a) => a.do === 'scheduler')
    ? SCHEDULER_LEAD_US
    : fix.actions.some((a) => a.do === 'fault')
      ? RESIZE_LEAD_US
      : COMMAND_LEAD_US;
  return Math.max(0, first.timeUs - lead);
}

/** Does it in a fork that runs beside the run on show, and tells whether it worked. Rejects with what is wrong with the actions. */
export async function tryFix(place: number, title: string): Promise<void> {
  const { attempts, shown, pod, node, explanation, fixes } = get();
  const attempt = attempts.find((a) => a.number === shown);
  const fix = fixes?.[place];
  if (attempt === undefined || explanation === undefined || fix === undefined) return;
  const timeUs = momentOf(fix, explanation, attempt, attempts[0]);
  const tell = (of: TrialState) => {
    if (get().fixes === fixes) set({ trials: { ...get().trials, [place]: of } });
  };
  tell({ share: 0, verdict: undefined, branch: '' });
  const question = { pod, wanted: node, fromUs: timeUs };
  const onProgress = Comlink.proxy((share: number, verdict: Verdict) => tell({ share, verdict, branch: '' }));
  try {
    const end = await whileBusy(
      engineOf().tryFork({ moment: { timeUs }, actions: fix.actions, title, question }, onProgress),
    );
    if (end === undefined) return;
    tell({ share: 1, ...end });
    await listBranches();
  } catch (error) {
    const { [place]: _, ...others } = get().trials;
    set({ trials: others });
    throw error;
  }
}

/** Shows the fork instead of the run that it left. */
export async function openTrial(branch: string): Promise<void> {
  const { pod } = get();
  await showBranch(branch);
  selectPath(`pods/${pod}`);
  set({ clicked: 0 });
}

/** The run on show and the fork side by side. */
export function compareTrial(branch: string): void {
  setTab('compare');
  void import('../compare/state.ts').then((m) => m.compareWith({ kind: 'branch', id: branch }));
}
