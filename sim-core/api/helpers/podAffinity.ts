import type { KubeObject } from '../../contracts/index.ts';
import { type LabelSelectorSpec, type Labels, labelSelectorMatches } from '../machinery/selectors.ts';

/** Terms of inter-pod affinity and constraints of topology spread as predicates on pods. */

export interface PodAffinityTermLike {
  readonly labelSelector?: LabelSelectorSpec | null;
  readonly namespaces?: readonly string[] | null;
  readonly namespaceSelector?: LabelSelectorSpec | null;
  readonly topologyKey: string;
  readonly matchLabelKeys?: readonly string[] | null;
  readonly mismatchLabelKeys?: readonly string[] | null;
}

type PodMeta = Pick<KubeObject, 'metadata'>;

/** Does the term's list or selector of namespaces take this one? Without either it is the namespace of the pod that has it. */
export function termCoversNamespace(
  term: PodAffinityTermLike,
  ownerNamespace: string,
  namespace: string,
  namespaceLabels: Labels,
): boolean {
  const listed = term.namespaces ?? [];
  const selector = term.namespaceSelector;
  if (listed.length === 0 && (selector === undefined || selector === null)) return namespace === ownerNamespace;
  return listed.includes(namespace) || labelSelectorMatches(selector, namespaceLabels);
}

/** AffinityTerm.Matches: namespace and labels. matchLabelKeys were merged into the selector when the pod was created. */
export function podMatchesTerm(
  term: PodAffinityTermLike,
  ownerNamespace: string,
  pod: PodMeta,
  namespaceLabels: Labels,
): boolean {
  const namespace = pod.metadata.namespace ?? '';
  if (!termCoversNamespace(term, ownerNamespace, namespace, namespaceLabels)) return false;
  return labelSelectorMatches(term.labelSelector, pod.metadata.labels);
}

export interface SpreadConstraintLike {
  readonly labelSelector?: LabelSelectorSpec | null;
  readonly matchLabelKeys?: readonly string[] | null;
  readonly topologyKey: string;
}

/** Does a pod count for a spread constraint of `owner`? Same namespace, not being deleted, labels as the selector says. */
export function podCountsForSpread(constraint: SpreadConstraintLike, owner: PodMeta, pod: PodMeta): boolean {
  if ((pod.metadata.namespace ?? '') !== (owner.metadata.namespace ?? '')) return false;
  if (pod.metadata.deletionTimestamp) return false;
  if (!labelSelectorMatches(constraint.labelSelector, pod.metadata.labels)) return false;
  for (const key of constraint.matchLabelKeys ?? []) {
    const value = owner.metadata.labels?.[key];
    if (value !== undefined && pod.metadata.labels?.[key] !== value) return false;
  }
  return true;
}
