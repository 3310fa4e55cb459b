import type { TimeUs } from '../../contracts/index.ts';
import type { NodeInfo } from '../framework/nodeInfo.ts';
import type { ProposedVictims } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Status } from '../framework/status.ts';

/** Names of rejecting plugins and of the event registration; any event wakes a pod that an extender rejected. Source: framework.ExtenderName. */
export const EXTENDER_NAME = 'Extender';

export interface ExtenderFilterOutcome {
  readonly nodes: readonly NodeInfo[];
  /** Status of each node that an extender rejected. */
  readonly failed: ReadonlyMap<string, Status>;
  /** Ends the cycle. */
  readonly error?: string;
}

/** The extenders as one scheduling cycle calls them. */
export interface CycleExtenders {
  /** The same calls from the beginning, for a question that is asked again. */
  again(): CycleExtenders;
  /** How much virtual time the calls have taken so far. */
  elapsedUs(): TimeUs;
  filter(pod: PodInfo, nodes: readonly NodeInfo[]): ExtenderFilterOutcome;
  /** What to add to the totals, aligned with `nodes`. */
  prioritize(pod: PodInfo, nodes: readonly NodeInfo[]): readonly number[];
  /** The victims that extenders leave to preemption. */
  preempt(pod: PodInfo, victims: ProposedVictims): { readonly value: ProposedVictims } | { readonly error: string };
}
