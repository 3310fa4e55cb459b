import type { AffinityTerm, WeightedTerm } from './affinityTerms.ts';
import type { LabelMatcher } from './matching.ts';
import type { NodeInfo } from './nodeInfo.ts';

/**
 * What of a node an answer depends on, besides the pod: nothing (the filter passes, the raw score is 0); its taints and
 * `unschedulable` (as nothing where it has neither); its images (as nothing where it has none); its object; the object and
 * the pods that are on it.
 */
export type Reads = 'nothing' | 'taints' | 'images' | 'object' | 'node';

/** NodeResourcesFit in terms of the columns. */
export interface FitShape {
  ignores(resource: string): boolean;
  readonly resources: readonly { readonly name: string; readonly weight: number }[];
  readonly scorer: ResourceScorer;
}

/** How full lists of resources are, as a score: integers 0..100. Aligned amounts (with the pod), capacities and weights. */
export type ResourceScorer = (
  requested: readonly number[],
  capacities: readonly number[],
  weights: readonly number[],
) => number;

/** One topology spread constraint. Equal keys mean equal selectors (inclusions) for pods of one namespace. */
export interface SpreadShape {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelMatcher;
  readonly selectorKey: string;
  readonly countsNothing: boolean;
  readonly selfMatches: boolean;
  /** '' = every node counts. */
  readonly inclusionKey: string;
  includes(node: NodeInfo): boolean;
}

export interface SpreadDecomposition {
  readonly hard: readonly SpreadShape[];
  readonly soft: readonly SpreadShape[];
  /** Nodes without one of the soft constraints' labels are ignored, and score 0. */
  readonly requireAll: boolean;
  readonly missingReason: string;
  readonly skewReason: string;
}

export interface AffinityDecomposition {
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
  readonly preferredAnti: readonly WeightedTerm[];
  /** What required affinity of pods that are on nodes counts for. */
  readonly hardWeight: number;
  /** No score at all for this pod. */
  readonly skipsScore: boolean;
  readonly affinityReason: string;
  readonly antiAffinityReason: string;
  readonly existingReason: string;
}

/** How a plugin's answers for one pod fall apart into answers by node, by topology domain and by all nodes together. */
export interface Decomposition {
  readonly filter?: Reads;
  /** Of the raw score. */
  readonly score?: Reads;
  /** Absent = the raw score is the score; otherwise scaled by the maximum of all feasible nodes, perhaps reversed. */
  readonly normalize?: 'max' | 'reversedMax';
  /** The columns say it: filter and score. */
  readonly fit?: FitShape;
  /** The columns say it: names of the resources to balance. */
  readonly balance?: readonly string[];
  readonly spread?: SpreadDecomposition;
  readonly affinity?: AffinityDecomposition;
}
