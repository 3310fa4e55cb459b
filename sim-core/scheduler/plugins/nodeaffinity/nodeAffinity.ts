import type { KubeObject } from '../../../contracts/index.ts';
import {
  hasRequiredNodes,
  type NodeMatcher,
  nodeSelectorMatcher,
  preferredTermMatcher,
  requiredNodeMatcher,
} from '../../framework/matching.ts';
import { defaultNormalize } from '../../framework/normalize.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { SKIP, unresolvable } from '../../framework/status.ts';

const REASON = "node(s) didn't match Pod's node affinity/selector";
const ADDED_REASON = "node(s) didn't match scheduler-enforced node affinity";
const PRE_FILTER_REASON = 'pod affinity terms conflict';
const PREFERRED = 'PreScoreNodeAffinity';

export interface NodeAffinityArgs {
  readonly addedAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: object;
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredTerm[];
  };
}

interface PreferredTerm {
  readonly weight?: number;
  readonly preference?: { readonly matchExpressions?: readonly object[]; readonly matchFields?: readonly object[] };
}

interface FieldRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Preferred terms with weight 0 or without requirements are ignored. */
function preferredMatchers(
  terms: readonly PreferredTerm[] | undefined,
): readonly { weight: number; matches: NodeMatcher }[] {
  return (terms ?? [])
    .filter(
      (t) =>
        (t.weight ?? 0) !== 0 &&
        (t.preference?.matchExpressions?.length ?? 0) + (t.preference?.matchFields?.length ?? 0) > 0,
    )
    .map((t) => ({ weight: t.weight as number, matches: preferredTermMatcher(t.preference as object) }));
}

/** Nodes pinned by name: defined only when every required term pins `metadata.name` with In. */
function pinnedNodes(pod: KubeObject): { names: Set<string>; conflict: boolean } | undefined {
  const terms: readonly { matchFields?: readonly FieldRequirement[] }[] | undefined =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    let names: Set<string> | undefined;
    for (const field of term.matchFields ?? []) {
      if (field.key !== 'metadata.name' || field.operator !== 'In') continue;
      const values = new Set(field.values ?? []);
      names = names === undefined ? values : new Set([...names].filter((n) => values.has(n)));
    }
    if (names === undefined) return undefined;
    for (const name of names) all.add(name);
  }
  return { names: all, conflict: all.size === 0 };
}

/** nodeSelector and node affinity, hard and soft, with the profile's addedAffinity. Source: plugins/nodeaffinity. */
export function nodeAffinity(args: NodeAffinityArgs = {}): Plugin {
  const required = args.addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const addedRequired = required === undefined ? undefined : nodeSelectorMatcher(required);
  const addedPreferred = preferredMatchers(args.addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution);
  const matches = (pod: KubeObject, node: KubeObject) =>
    (addedRequired === undefined || addedRequired(node)) && requiredNodeMatcher(pod)(node);
  return {
    name: 'NodeAffinity',
    preFilter(_state, pod) {
      const terms = pod.pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      const selector = pod.pod.spec?.nodeSelector;
      if (
        addedRequired === undefined &&
        terms === undefined &&
        (selector === undefined || Object.keys(selector).length === 0)
      )
        return { status: SKIP };
      const pinned = pinnedNodes(pod.pod);
      if (pinned?.conflict) return { status: unresolvable(PRE_FILTER_REASON) };
      return pinned === undefined ? {} : { nodeNames: pinned.names };
    },
    filter(_state, pod, node) {
      const object = node.node as KubeObject;
      if (addedRequired !== undefined && !addedRequired(object)) return unresolvable(ADDED_REASON);
      return requiredNodeMatcher(pod.pod)(object) ? undefined : unresolvable(REASON);
    },
    preScore(state, pod) {
      const own = preferredMatchers(
        pod.pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
      );
      if (own.length === 0 && addedPreferred.length === 0) return SKIP;
      state.write(PREFERRED, [...addedPreferred, ...own]);
      return undefined;
    },
    score(state, _pod, node) {
      let sum = 0;
      for (const term of state.read<readonly { weight: number; matches: NodeMatcher }[]>(PREFERRED) ?? []) {
        if (term.matches(node.node as KubeObject)) sum += term.weight;
      }
      return sum;
    },
    normalize: (_state, _pod, scores) => defaultNormalize(scores, false),
    decompose(pod) {
      // Pods that name their nodes look at these alone.
      if (pinnedNodes(pod.pod) !== undefined) return undefined;
      const requires = addedRequired !== undefined || hasRequiredNodes(pod.pod);
      const prefers =
        addedPreferred.length > 0 ||
        (pod.pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).length > 0;
      return { filter: requires ? 'object' : 'nothing', score: prefers ? 'object' : 'nothing', normalize: 'max' };
    },
    events: () => [
      {
        resource: 'Node',
        actions: ['Add', 'UpdateNodeLabel'],
        hint: (pod, before, now) => {
          if (now === undefined || !matches(pod, now)) return 'QueueSkip';
          return before === undefined || !matches(pod, before) ? 'Queue' : 'QueueSkip';
        },
      },
    ],
  };
}
