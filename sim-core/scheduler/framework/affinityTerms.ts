import { compileLabelSelector, type LabelMatcher } from './matching.ts';
import type { PodInfo } from './podInfo.ts';

/** A compiled PodAffinityTerm. */
export interface AffinityTerm {
  /** Equal keys mean equal terms. */
  readonly key: string;
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  /** What it matches depends on the labels of namespaces. */
  readonly hasNamespaceSelector: boolean;
  /** Over the labels of namespaces; matches nothing when the term has none. */
  readonly namespaceSelector: LabelMatcher;
  readonly selector: LabelMatcher;
}

export interface WeightedTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

/** Labels of a namespace by name; unknown namespaces have none. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>;

interface TermShape {
  readonly topologyKey?: string;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
  readonly labelSelector?: object;
}

const NO_TERMS: readonly AffinityTerm[] = [];
const NO_WEIGHTED: readonly WeightedTerm[] = [];

function compileTerm(term: TermShape, ownNamespace: string): AffinityTerm {
  const named = term.namespaces ?? [];
  // Both fields unset: the namespace of the pod that has the term. A set namespaceSelector, even empty, ends that default.
  const namespaces = named.length === 0 && term.namespaceSelector === undefined ? [ownNamespace] : named;
  return {
    key: JSON.stringify([term.topologyKey, [...namespaces].sort(), term.namespaceSelector, term.labelSelector]),
    topologyKey: term.topologyKey ?? '',
    namespaces: new Set(namespaces),
    hasNamespaceSelector: term.namespaceSelector !== undefined && term.namespaceSelector !== null,
    namespaceSelector: compileLabelSelector(term.namespaceSelector),
    selector: compileLabelSelector(term.labelSelector),
  };
}

export function compileTerms(terms: readonly TermShape[] | undefined, namespace: string): readonly AffinityTerm[] {
  return terms === undefined || terms.length === 0 ? NO_TERMS : terms.map((term) => compileTerm(term, namespace));
}

export function compileWeightedTerms(
  terms: readonly { weight?: number; podAffinityTerm?: TermShape }[] | undefined,
  namespace: string,
): readonly WeightedTerm[] {
  return terms === undefined || terms.length === 0
    ? NO_WEIGHTED
    : terms.map((t) => ({ term: compileTerm(t.podAffinityTerm ?? {}, namespace), weight: t.weight ?? 0 }));
}

/** What terms look at. */
export type Matched = Pick<PodInfo, 'namespace' | 'labels'>;

/** Source: kube-scheduler/framework AffinityTerm.Matches. */
export function termMatches(term: AffinityTerm, pod: Matched, namespaceLabels: NamespaceLabels): boolean {
  if (!term.namespaces.has(pod.namespace) && !term.namespaceSelector(namespaceLabels(pod.namespace))) return false;
  return term.selector(pod.labels);
}

/** True when there is at least one term and the pod matches every one of them. */
export function matchesAllTerms(
  terms: readonly AffinityTerm[],
  pod: Matched,
  namespaceLabels: NamespaceLabels,
): boolean {
  return terms.length > 0 && terms.every((term) => termMatches(term, pod, namespaceLabels));
}
