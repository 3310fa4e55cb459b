import { create } from 'zustand';
import type { Attempt, Explanation } from '../../../sim-core/index.ts';
import { forkHere, selectPath } from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { useApp } from '../../state/store.ts';
import { reach } from '../../state/time.ts';
import { ask } from '../../worker/client.ts';
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
  if (shown !== get().shown) set({ shown, fixes: undefined, isFixing: false });
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

export const askNode = (node: string): void => again({ node, fixes: undefined });

export const showAllRows = (): void => again({ rows: get().explanation?.nodes.total ?? ROWS_FIRST });

export const setMode = (mode: MatrixMode): void => set({ mode });

/** Looks for ways out; each is found by making the decision again. */
export function findFixes(): void {
  const { pod, shown, node, explanation, attempts } = get();
  const attempt = attempts.find((a) => a.number === shown);
  if (explanation === undefined || attempt === undefined) return;
  const key = JSON.stringify([pod, shown, node]);
  fixesOf = key;
  set({ isFixing: true, fixes: undefined });
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

/** Does it in a fork of the run, right after the attempt. */
export async function tryFix(fix: Fix, title: string): Promise<void> {
  const { attempts, shown, pod } = get();
  const attempt = attempts.find((a) => a.number === shown);
  if (attempt === undefined) return;
  reach(attempt.timeUs);
  await forkHere(fix.actions, title);
  selectPath(`pods/${pod}`);
  set({ clicked: 0 });
}
