import { aggregateText, type FieldError, fieldErrorText, invalid, notSupported } from '../machinery/fieldErrors.ts';
import {
  type LabelOperator,
  type Labels,
  newRequirement,
  type Requirement,
  requirementMatches,
  SelectorError,
  setMatches,
} from '../machinery/selectors.ts';

/** nodeSelector and node affinity (component-helpers scheduling/corev1/nodeaffinity). */

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[] | null;
  readonly matchFields?: readonly NodeSelectorRequirement[] | null;
}

export interface PreferredSchedulingTerm {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

/** The parts of a node that matter. */
export interface NodeLike {
  readonly metadata: { readonly name?: string; readonly labels?: Labels };
}

/** The parts of a pod that matter. */
export interface PodAffinityLike {
  readonly spec?: {
    readonly nodeSelector?: Labels;
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: {
          readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] | null;
        };
        readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[] | null;
      } | null;
    } | null;
  };
}

interface FieldRequirement {
  readonly key: string;
  readonly value: string;
  readonly equal: boolean;
}

export interface CompiledTerm {
  readonly labels: readonly Requirement[];
  readonly fields: readonly FieldRequirement[];
  /** What is wrong with the term; a term with errors matches nothing. */
  readonly errors: readonly string[];
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};
const LABEL_OPERATORS = Object.keys(OPERATORS);
const FIELD_OPERATORS = ['In', 'NotIn'];

function compileLabels(list: readonly NodeSelectorRequirement[], path: string, errors: string[]): Requirement[] {
  const requirements: Requirement[] = [];
  list.forEach((r, i) => {
    const at = `${path}[${i}]`;
    const operator = OPERATORS[r.operator];
    if (operator === undefined) {
      errors.push(fieldErrorText(notSupported(`${at}.operator`, r.operator, LABEL_OPERATORS)));
      return;
    }
    try {
      requirements.push(newRequirement(r.key, operator, r.values ?? undefined, at));
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      errors.push(...(error.parts ?? [error.message]));
    }
  });
  return requirements;
}

function compileFields(list: readonly NodeSelectorRequirement[], path: string, errors: string[]): FieldRequirement[] {
  const requirements: FieldRequirement[] = [];
  list.forEach((r, i) => {
    const at = `${path}[${i}]`;
    let error: FieldError | undefined;
    if (!FIELD_OPERATORS.includes(r.operator)) error = notSupported(`${at}.operator`, r.operator, FIELD_OPERATORS);
    else if (r.values?.length !== 1) error = invalid(`${at}.values`, r.values, 'must have one element');
    if (error !== undefined) errors.push(fieldErrorText(error));
    else requirements.push({ key: r.key, value: r.values![0], equal: r.operator === 'In' });
  });
  return requirements;
}

/** `path` is used in errors: `nodeSelectorTerms[0]`. */
export function compileNodeSelectorTerm(term: NodeSelectorTerm, path: string): CompiledTerm {
  const errors: string[] = [];
  const labels = compileLabels(term.matchExpressions ?? [], `${path}.matchExpressions`, errors);
  const fields = compileFields(term.matchFields ?? [], `${path}.matchFields`, errors);
  return { labels, fields, errors };
}

const compiledTerms = new WeakMap<object, CompiledTerm>();

function compiled(term: NodeSelectorTerm): CompiledTerm {
  let known = compiledTerms.get(term);
  if (known === undefined) {
    known = compileNodeSelectorTerm(term, '');
    if (Object.isFrozen(term)) compiledTerms.set(term, known);
  }
  return known;
}

function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
}

function matches(term: CompiledTerm, node: NodeLike): boolean {
  if (term.errors.length > 0) return false;
  for (const r of term.labels) if (!requirementMatches(r, node.metadata.labels)) return false;
  for (const f of term.fields) {
    const actual = f.key === 'metadata.name' ? (node.metadata.name ?? '') : '';
    if ((actual === f.value) !== f.equal) return false;
  }
  return true;
}

/** One term; an empty or an invalid one matches nothing. */
export function nodeSelectorTermMatches(term: NodeSelectorTerm, node: NodeLike): boolean {
  return !isEmptyTerm(term) && matches(compiled(term), node);
}

/** v1.NodeSelector: terms are alternatives; none at all matches nothing. */
export function nodeSelectorTermsMatch(terms: readonly NodeSelectorTerm[] | null | undefined, node: NodeLike): boolean {
  for (const term of terms ?? []) if (nodeSelectorTermMatches(term, node)) return true;
  return false;
}

/** GetRequiredNodeAffinity(pod).Match(node), where invalid terms are passed over. */
export function nodeMatchesRequired(pod: PodAffinityLike, node: NodeLike): boolean {
  if (!setMatches(pod.spec?.nodeSelector, node.metadata.labels)) return false;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required === null || nodeSelectorTermsMatch(required.nodeSelectorTerms, node);
}

/** As nodeMatchesRequired, with the error that Kubernetes reports when no term matched and some were invalid. */
export function matchRequiredNodeAffinity(pod: PodAffinityLike, node: NodeLike): { match: boolean; error?: string } {
  if (!setMatches(pod.spec?.nodeSelector, node.metadata.labels)) return { match: false };
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined || required === null) return { match: true };
  const errors: string[] = [];
  const terms = required.nodeSelectorTerms ?? [];
  for (let i = 0; i < terms.length; i++) {
    if (isEmptyTerm(terms[i])) continue;
    const term = compileNodeSelectorTerm(terms[i], `nodeSelectorTerms[${i}]`);
    if (matches(term, node)) return { match: true };
    errors.push(...term.errors);
  }
  return errors.length === 0 ? { match: false } : { match: false, error: aggregateText(errors) };
}

/** PreferredSchedulingTerms.Score: the weights of the terms that match. One invalid term makes all of them an error. */
export function preferredNodeScore(
  terms: readonly PreferredSchedulingTerm[] | null | undefined,
  node: NodeLike,
): { score: number; error?: string } {
  let score = 0;
  const errors: string[] = [];
  (terms ?? []).forEach(({ weight, preference }, i) => {
    if (weight === 0 || isEmptyTerm(preference)) return;
    const term = compileNodeSelectorTerm(preference, `[${i}]`);
    errors.push(...term.errors);
    if (matches(term, node)) score += weight;
  });
  return errors.length === 0 ? { score } : { score: 0, error: aggregateText(errors) };
}
