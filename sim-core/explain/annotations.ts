import { sortedKeys } from '../engine/index.ts';
import type { Question } from '../scheduler/cycle/question.ts';
import { CycleState } from '../scheduler/framework/plugin.ts';
import type { Inquiry } from './inquiry.ts';

/**
 * One attempt in the annotations of kube-scheduler-simulator. Its releases so far use the first prefix, its main branch the
 * second. Source: kubernetes-sigs/kube-scheduler-simulator, simulator/scheduler/plugin (annotation, resultstore, wrappedplugin).
 */
export const ANNOTATION_PREFIXES = ['scheduler-simulator', 'kube-scheduler-simulator.sigs.k8s.io'] as const;

export type Annotations = Readonly<Record<string, string>>;

type Results = Record<string, unknown>;

/** `isBound`: the binding of this attempt was accepted. */
export function annotationsOf(
  inquiry: Inquiry,
  isBound: boolean,
  prefix: string = ANNOTATION_PREFIXES[0],
): Annotations {
  const { decision, question } = inquiry;
  const isChosen = decision.node !== undefined;
  const { plugins } = question.framework;
  const reserved = isChosen ? Object.fromEntries(plugins.reserve.map((p) => [p.name, 'success'])) : {};
  const { status, result } = preFilterResults(question);
  const results: Readonly<Record<string, Results>> = {
    'bind-result': isBound ? { DefaultBinder: 'success' } : {},
    'filter-result': filterResults(inquiry),
    'finalscore-result': scoreResults(inquiry, (s, i) => s.normalized[i] * s.weight),
    'permit-result': {},
    'permit-result-timeout': {},
    'postfilter-result': postFilterResults(inquiry),
    'prebind-result': isBound ? reserved : {},
    'prefilter-result': result,
    'prefilter-result-status': status,
    'prescore-result': preScoreResults(inquiry),
    'reserve-result': reserved,
    'score-result': scoreResults(inquiry, (s, i) => s.raw[i]),
  };
  const annotations: Record<string, string> = {};
  for (const name of Object.keys(results)) annotations[`${prefix}/${name}`] = goJson(results[name]);
  annotations[`${prefix}/selected-node`] = decision.node ?? '';
  return annotations;
}

/** The annotations of the last attempt, and those of all attempts as its history. */
export function withHistory(attempts: readonly Annotations[], prefix: string = ANNOTATION_PREFIXES[0]): Annotations {
  return { ...attempts[attempts.length - 1], [`${prefix}/result-history`]: goJson(attempts) };
}

/** As Go's encoding/json writes maps: keys sorted, and the letters that HTML knows escaped. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value, (_, v) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(sortedKeys(v).map((k) => [k, v[k]]))
      : v,
  );
  return text.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** Each plugin of PreFilter by itself: a status, and the nodes that it leaves. A plugin that skips has an empty status. */
function preFilterResults({ framework, pod, snapshot }: Question): {
  readonly status: Results;
  readonly result: Results;
} {
  const state = new CycleState();
  const status: Results = {};
  const result: Results = {};
  for (const plugin of framework.plugins.preFilter) {
    const found = plugin.preFilter?.(state, pod, snapshot) ?? {};
    const code = found.status?.code ?? 'Success';
    status[plugin.name] = code === 'Success' ? 'success' : (found.status?.reasons ?? []).join(', ');
    if (found.nodeNames !== undefined) result[plugin.name] = [...found.nodeNames].sort();
    if (code !== 'Success' && code !== 'Skip' && code !== 'Unschedulable') break;
  }
  return { status, result };
}

/** Filters before the failing one passed, those after it did not run. */
function filterResults(inquiry: Inquiry): Results {
  const { decision } = inquiry;
  const filters = inquiry.activeFilters();
  const results: Results = {};
  const passed = Object.fromEntries(filters.map((name) => [name, 'passed']));
  for (const node of decision.feasible) results[node] = passed;
  for (const [node, { plugin = '', reasons }] of decision.failed) {
    const before = filters.slice(0, Math.max(0, filters.indexOf(plugin)));
    results[node] = { ...Object.fromEntries(before.map((name) => [name, 'passed'])), [plugin]: reasons.join(', ') };
  }
  return results;
}

function postFilterResults({ decision }: Inquiry): Results {
  if (decision.postFilter === undefined) return {};
  const results: Results = {};
  for (const node of decision.failed.keys())
    results[node] = node === decision.nominatedNode ? { DefaultPreemption: 'preemption victim' } : {};
  return results;
}

function preScoreResults({ decision, question }: Inquiry): Results {
  if (decision.scores.length === 0) return {};
  const { preScore } = question.framework.plugins;
  return Object.fromEntries(preScore.map((p) => [p.name, decision.preScoreSkipped.includes(p.name) ? '' : 'success']));
}

function scoreResults(
  { decision }: Inquiry,
  value: (scores: Inquiry['decision']['scores'][number], i: number) => number,
): Results {
  if (decision.scores.length === 0) return {};
  return Object.fromEntries(
    decision.feasible.map((node, i) => [
      node,
      Object.fromEntries(decision.scores.map((s) => [s.plugin, String(value(s, i))])),
    ]),
  );
}
