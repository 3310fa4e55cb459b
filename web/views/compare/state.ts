import * as Comlink from 'comlink';
import { create } from 'zustand';
import type { Comparison, LanePairs, OtherRun } from '../../model/compare.ts';
import type { Failure } from '../../model/protocol.ts';
import { whileBusy } from '../../state/idle.ts';
import { ask, engineOf } from '../../worker/client.ts';

export interface CompareState {
  /** What B is; undefined = nothing chosen. */
  readonly other: OtherRun | undefined;
  readonly progress: number;
  readonly isRunning: boolean;
  readonly failure: Failure | undefined;
  readonly comparison: Comparison | undefined;
  readonly lanes: LanePairs | undefined;
}

const NOTHING = {
  other: undefined,
  progress: 0,
  isRunning: false,
  failure: undefined,
  comparison: undefined,
  lanes: undefined,
} as const;

export const useCompare = create<CompareState>(() => NOTHING);

const set = useCompare.setState;
/** Pairs that are drawn; the numbers count all. */
const PAIRS_MAX = 60;
let call = 0;

/** Makes B and compares. */
export function compareWith(other: OtherRun | undefined): Promise<void> {
  const mine = ++call;
  set({ ...NOTHING, other, isRunning: other !== undefined });
  const onProgress = Comlink.proxy((progress: number) => {
    if (mine === call) set({ progress });
  });
  return whileBusy(
    (async () => {
      // A recording's bytes stay here: they may be wanted again.
      const failure = await engineOf().compare(other, onProgress);
      if (mine !== call) return;
      if (failure !== undefined) {
        set({ failure, isRunning: false });
        return;
      }
      await refresh(mine);
    })(),
  );
}

async function refresh(mine: number): Promise<void> {
  const comparison = (await ask('compare', 'summary', null)) ?? undefined;
  const lanes = (await ask('compare', 'lanes', PAIRS_MAX)) ?? undefined;
  if (mine === call) set({ comparison, lanes, isRunning: false });
}

/** The run on show is another one: what was compared is compared again. */
export function compareAgain(): void {
  const { other, isRunning } = useCompare.getState();
  if (other === undefined || isRunning) return;
  void whileBusy(refresh(call));
}
