import type { Carried, PermitOutcome, PluginEffects, Reservation, ReservedWrite } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Status } from '../framework/status.ts';

export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** Aligned with `feasible`. */
  readonly raw: readonly number[];
  readonly normalized: readonly number[];
}

/** Everything that one scheduling cycle found out about one pod. */
export interface Decision {
  /** Absent = the plain executor. */
  readonly executor?: 'typed' | 'indexed';
  readonly result: 'Scheduled' | 'Unschedulable' | 'Error';
  /** The chosen node. */
  readonly node?: string;
  /** Nodes of the snapshot. */
  readonly nodesTotal: number;
  readonly evaluated: number;
  readonly preFilter: {
    readonly status?: Status;
    readonly skipped: readonly string[];
    readonly restrictedBy: readonly string[];
  };
  /** Status of each node that failed a filter. */
  readonly failed: ReadonlyMap<string, Status>;
  readonly absent?: Status;
  /** In the order of the search. */
  readonly feasible: readonly string[];
  readonly preScoreSkipped: readonly string[];
  /** Empty when a single node was feasible. */
  readonly scores: readonly PluginScores[];
  /** What extenders added, aligned with `feasible`; absent without extenders. */
  readonly extenderScores?: readonly number[];
  readonly totals: readonly number[];
  /** All nodes with the highest total. */
  readonly best: readonly string[];
  /** The text of the condition; '' when scheduled. */
  readonly message: string;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins: readonly string[];
  readonly nominatedNode?: string;
  readonly clearNomination?: boolean;
  readonly victims?: readonly PodInfo[];
  readonly postFilter?: { readonly status: Status; readonly message: string };
  /** Writes that a PostFilter plugin asks for. */
  readonly writes?: readonly ReservedWrite[];
  /** What must be done before the pod is bound. */
  readonly reservations?: readonly Reservation[];
  /** The node that Reserve or Permit took from the pod again; `node` is absent then. */
  readonly refused?: { readonly node: string; readonly point: 'Reserve' | 'Permit'; readonly status: Status };
  /** How long Permit plugins keep the pod waiting; absent = they do not. */
  readonly waits?: PermitOutcome['waits'];
  /** What plugins want done besides. */
  readonly effects?: readonly PluginEffects[];
  /** What users' plugins hand on to the binding cycle. */
  readonly carried?: Carried;
  readonly nextStartIndex: number;
}
