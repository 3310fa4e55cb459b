import { parseDurationUs } from '../../api/machinery/duration.ts';
import { parseLabelSelector } from '../../api/machinery/selectorParser.ts';
import { type LabelSelector, selectorMatches } from '../../api/machinery/selectors.ts';
import type { KubeObject } from '../../contracts/index.ts';
import type { Distribution } from '../../engine/index.ts';
import type { Extender, ExtenderArgs, ExtenderFailure, ExtenderVerb } from './extender.ts';

/** Labels of nodes and pods that a rule is about, as selectors; absent = all. */
interface Match {
  readonly nodes?: string;
  readonly pods?: string;
}

/** An extender whose answers stand in the scenario, in the file's own shape. */
export interface ExtenderScript {
  readonly urlPrefix: string;
  readonly latency?: string | { readonly p50: string; readonly p99?: string };
  /** Nodes that are rejected, by the first rule that matches. */
  readonly filter?: readonly (Match & { readonly reason: string; readonly unresolvable?: boolean })[];
  /** Scores 0..10, by the first rule that matches; else 0. */
  readonly prioritize?: readonly (Match & { readonly score: number })[];
  /** Nodes on which nothing may be preempted. */
  readonly preempt?: readonly Match[];
  /** Bindings that are refused. */
  readonly bind?: readonly (Match & { readonly error: string })[];
  readonly failures?: readonly {
    readonly from?: string;
    readonly for?: string;
    readonly verb?: ExtenderVerb;
    readonly kind: ExtenderFailure['kind'];
    readonly code?: number;
    readonly message?: string;
  }[];
}

/** Model: a process in the same cluster with little to think about. */
const DEFAULT_LATENCY: Distribution = { kind: 'logNormal', p50Us: 2_000, p99Us: 10_000 };

const selector = (text: string | undefined): LabelSelector | undefined =>
  text === undefined ? undefined : parseLabelSelector(text);

/** Selects by labels; the labels of nodes come from the call, or, for an extender with its own cache, from `nodesByName`. */
function compiled<R extends Match>(rules: readonly R[]) {
  const ready = rules.map((rule) => ({ rule, nodes: selector(rule.nodes), pods: selector(rule.pods) }));
  return (pod: KubeObject, node: KubeObject | undefined): R | undefined =>
    ready.find(
      ({ nodes, pods }) =>
        (pods === undefined || selectorMatches(pods, pod.metadata.labels)) &&
        (nodes === undefined || selectorMatches(nodes, node?.metadata.labels)),
    )?.rule;
}

/** `lookUp` = the extender's own cache of nodes. Throws SelectorError or DurationError for texts that are none. */
export function scriptedExtender(script: ExtenderScript, lookUp: (node: string) => KubeObject | undefined): Extender {
  const filters = compiled(script.filter ?? []);
  const scores = compiled(script.prioritize ?? []);
  const spared = compiled(script.preempt ?? []);
  const refused = compiled(script.bind ?? []);
  const failures = (script.failures ?? []).map((f) => {
    const fromUs = f.from === undefined ? 0 : parseDurationUs(f.from);
    const untilUs = f.for === undefined ? Number.POSITIVE_INFINITY : fromUs + parseDurationUs(f.for);
    return { ...f, fromUs, untilUs };
  });
  const nodesOf = (args: ExtenderArgs): readonly (readonly [string, KubeObject | undefined])[] =>
    args.nodeNames.map((name, i) => [name, args.nodes?.[i] ?? lookUp(name)]);
  return {
    urlPrefix: script.urlPrefix,
    latency: distributionOf(script.latency),
    filter(args) {
      const nodeNames: string[] = [];
      const failedNodes: Record<string, string> = {};
      const failedAndUnresolvableNodes: Record<string, string> = {};
      for (const [name, node] of nodesOf(args)) {
        const rule = filters(args.pod, node);
        if (rule === undefined) nodeNames.push(name);
        else (rule.unresolvable === true ? failedAndUnresolvableNodes : failedNodes)[name] = rule.reason;
      }
      return { nodeNames, failedNodes, failedAndUnresolvableNodes };
    },
    prioritize: (args) => nodesOf(args).map(([host, node]) => ({ host, score: scores(args.pod, node)?.score ?? 0 })),
    preempt: (args) =>
      Object.fromEntries(Object.entries(args.victims).filter(([name]) => spared(args.pod, lookUp(name)) === undefined)),
    bind: ({ pod, node }) => ({ error: refused(pod, lookUp(node))?.error }),
    failure: (verb, nowUs) =>
      failures.find((f) => (f.verb === undefined || f.verb === verb) && nowUs >= f.fromUs && nowUs < f.untilUs),
  };
}

/** A constant duration, or the median and 99th percentile of a log-normal distribution. */
export function distributionOf(raw: ExtenderScript['latency']): Distribution {
  if (raw === undefined) return DEFAULT_LATENCY;
  if (typeof raw === 'string') return { kind: 'constant', valueUs: parseDurationUs(raw) };
  const p50Us = parseDurationUs(raw.p50);
  return { kind: 'logNormal', p50Us, p99Us: Math.max(p50Us, raw.p99 === undefined ? p50Us : parseDurationUs(raw.p99)) };
}
