import type { TextColumn } from './frame.ts';

/** What the run on show (A) is compared with. */
export type OtherRun =
  | { readonly kind: 'branch'; readonly id: string }
  | { readonly kind: 'seed'; readonly seed: string }
  | { readonly kind: 'scenario'; readonly path: string }
  /** The scenario of A with a KubeSchedulerConfiguration (YAML) for all of its schedulers. */
  | { readonly kind: 'scheduler'; readonly yaml: string }
  | { readonly kind: 'recording'; readonly bytes: Uint8Array };

export interface RunTitle {
  readonly name: string;
  readonly seed: string;
  /** Title of a fork; '' = none. */
  readonly branch: string;
}

/** A difference of what was asked for: path in the scenario, and both values as short texts. */
export interface SpecChange {
  readonly path: string;
  readonly a: string;
  readonly b: string;
}

/** The first record that is not the same in both runs. */
export interface Divergence {
  /** Records that are equal. */
  readonly equal: number;
  /** Undefined = one run is the beginning of the other, or they are the same. */
  readonly timeUs: number | undefined;
  /** What happens there; '' = nothing more. */
  readonly a: string;
  readonly b: string;
  /** Back to the root cause, the newest first. */
  readonly causesA: readonly string[];
  readonly causesB: readonly string[];
}

export type MetricUnit = 'count' | 'time';

export interface MetricRow {
  readonly id: MetricId;
  readonly unit: MetricUnit;
  /** -1 = never, or not known. */
  readonly a: number;
  readonly b: number;
}

export const METRIC_IDS = [
  'notReadyPeak',
  'notReadyMedian',
  'allReady',
  'pendingPeak',
  'scheduledMedian',
  'scheduledP99',
  'attempts',
  'attemptsFailed',
  'deleted',
  'crashes',
  'nodesNotReady',
  'writes',
  'records',
] as const;

export type MetricId = (typeof METRIC_IDS)[number];

export interface ExpectationPair {
  readonly name: string;
  /** -1 = it is not there; 0 failed, 1 passed. */
  readonly a: -1 | 0 | 1;
  readonly b: -1 | 0 | 1;
  readonly aUs: number;
  readonly bUs: number;
}

export interface Comparison {
  readonly a: RunTitle;
  readonly b: RunTitle;
  readonly changes: readonly SpecChange[];
  readonly divergence: Divergence;
  readonly metrics: readonly MetricRow[];
  readonly expectations: readonly ExpectationPair[];
  readonly endUs: number;
  /** Pods that are not Ready (most in each bin), by run. */
  readonly binUs: number;
  readonly notReadyA: Uint32Array;
  readonly notReadyB: Uint32Array;
}

/** Ready pods a node at a moment, in A and in B; a node that only one run has is counted 0 in the other. */
export interface NodeDifference {
  readonly timeUs: number;
  readonly names: TextColumn;
  readonly groupOf: Uint32Array;
  readonly groups: readonly string[];
  readonly a: Uint16Array;
  readonly b: Uint16Array;
}

/** One pod in both runs: changes of its state, in order of time. */
export interface LanePair {
  readonly name: string;
  /** Names that were found in one run only are paired by their controller and order. */
  readonly nameB: string;
  readonly timesA: Float64Array;
  readonly statesA: Uint8Array;
  readonly timesB: Float64Array;
  readonly statesB: Uint8Array;
  /** Virtual time in which the two are in different states. */
  readonly differsUs: number;
}

export interface LanePairs {
  /** Largest difference first. */
  readonly pairs: readonly LanePair[];
  /** Pods that differ at all. */
  readonly differing: number;
  readonly endA: number;
  readonly endB: number;
}
