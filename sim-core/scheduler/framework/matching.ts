import {
  nodeMatchesRequired,
  nodeSelectorTermMatches,
  nodeSelectorTermsMatch,
} from '../../api/helpers/nodeAffinity.ts';
import {
  type LabelSelector,
  labelSelectorAsSelector,
  SelectorError,
  selectorMatches,
} from '../../api/machinery/selectors.ts';
import type { KubeObject } from '../../contracts/index.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelMatcher = (labels: Labels) => boolean;
export type NodeMatcher = (node: KubeObject) => boolean;

const NOTHING: LabelMatcher = () => false;
const EVERYTHING: LabelMatcher = () => true;
const compiled = new WeakMap<object, LabelMatcher>();

/** A metav1.LabelSelector as a predicate: absent matches nothing, empty matches everything. */
export function compileLabelSelector(selector: object | undefined): LabelMatcher {
  if (selector === undefined || selector === null) return NOTHING;
  let matcher = compiled.get(selector);
  if (matcher === undefined) {
    matcher = isEmptySelector(selector) ? EVERYTHING : matcherOf(selector);
    compiled.set(selector, matcher);
  }
  return matcher;
}

/** Compiled once; an invalid selector matches nothing. */
function matcherOf(spec: object): LabelMatcher {
  let selector: LabelSelector;
  try {
    selector = labelSelectorAsSelector(spec);
  } catch (error) {
    if (error instanceof SelectorError) return NOTHING;
    throw error;
  }
  const { requirements } = selector;
  if (selector.nothing || !requirements.every((r) => r.operator === '=')) {
    return (labels) => selectorMatches(selector, labels);
  }
  return (labels) => {
    for (const { key, values } of requirements) if (labels[key] !== values[0]) return false;
    return true;
  };
}

export function isEmptySelector(selector: object): boolean {
  const s = selector as { matchLabels?: Labels; matchExpressions?: readonly object[] };
  return Object.keys(s.matchLabels ?? {}).length === 0 && (s.matchExpressions ?? []).length === 0;
}

export function andMatchers(a: LabelMatcher, b: LabelMatcher): LabelMatcher {
  return (labels) => a(labels) && b(labels);
}

/** nodeSelector and required node affinity of a pod. */
export function requiredNodeMatcher(pod: KubeObject): NodeMatcher {
  return hasRequiredNodes(pod) ? (node) => nodeMatchesRequired(pod, node) : EVERY_NODE;
}

const EVERY_NODE: NodeMatcher = () => true;

/** Does the pod say where it must run? */
export function hasRequiredNodes(pod: KubeObject): boolean {
  const { nodeSelector, affinity } = pod.spec ?? {};
  return (
    (nodeSelector !== undefined && nodeSelector !== null) ||
    (affinity?.nodeAffinity !== undefined && affinity.nodeAffinity !== null)
  );
}

/** A v1.NodeSelector: its terms are alternatives. */
export function nodeSelectorMatcher(selector: object): NodeMatcher {
  return (node) =>
    nodeSelectorTermsMatch((selector as { nodeSelectorTerms?: readonly object[] }).nodeSelectorTerms ?? [], node);
}

export function preferredTermMatcher(term: object): NodeMatcher {
  return (node) => nodeSelectorTermMatches(term, node);
}
