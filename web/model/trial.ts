import type { TimelineAction } from '../../sim-core/index.ts';
import type { Moment } from '../worker/traveller.ts';

/** What a fork is to show: that a pod, or one that takes its place, gets a node ('' = any). */
export interface TrialQuestion {
  /** `namespace/name` */
  readonly pod: string;
  readonly wanted: string;
  /** Decisions after this moment count. */
  readonly fromUs: number;
}

/** What became of it so far. */
export interface Verdict {
  /** others: pods of the same workload got nodes, and this one still waits. */
  readonly state: 'running' | 'worked' | 'others' | 'failed';
  /** The pod that got a node, and when; the last one when it is not the wanted one. '' and -1 = none. */
  readonly pod: string;
  readonly node: string;
  readonly atUs: number;
  /** Pods of the workload that got a node. */
  readonly placed: number;
  /** Pods of the workload that wait at the end of what was run. */
  readonly waiting: number;
  /** Of the last attempt that found no node. */
  readonly message: string;
}

/** A fork that runs beside the run on show. */
export interface Trial {
  readonly moment: Moment;
  readonly actions: readonly TimelineAction[];
  readonly title: string;
  readonly question: TrialQuestion;
}

export interface TrialEnd {
  /** `0.1` */
  readonly branch: string;
  readonly verdict: Verdict;
}
