import type { KubeObject } from '../../../contracts/index.ts';
import {
  type AffinityTerm,
  matchesAllTerms,
  type NamespaceLabels,
  termMatches,
  type WeightedTerm,
} from '../../framework/affinityTerms.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { CycleState, Plugin } from '../../framework/plugin.ts';
import { type PodInfo, podInfo } from '../../framework/podInfo.ts';
import type { Listers, Snapshot } from '../../framework/snapshot.ts';
import { SKIP, unresolvable, unschedulable } from '../../framework/status.ts';

export interface InterPodAffinityArgs {
  readonly hardPodAffinityWeight?: number;
  readonly ignorePreferredTermsOfExistingPods?: boolean;
}

const FILTER = 'PreFilterInterPodAffinity';
const SCORE = 'PreScoreInterPodAffinity';
const AFFINITY_REASON = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY_REASON = "node(s) didn't match pod anti-affinity rules";
const EXISTING_REASON = "node(s) didn't satisfy existing pods anti-affinity rules";

/** `key\0value` -> count; entries that fall to 0 are removed. */
type PairCounts = ReadonlyMap<string, number>;

interface FilterState {
  readonly affinity: PairCounts;
  readonly antiAffinity: PairCounts;
  readonly existingAntiAffinity: PairCounts;
}

type TopologyScores = Map<string, Map<string, number>>;

const pair = (key: string, value: string) => `${key}\u0000${value}`;

function bump(counts: Map<string, number>, term: AffinityTerm, node: NodeInfo, delta: number): void {
  const value = node.labels[term.topologyKey];
  if (value === undefined) return;
  const key = pair(term.topologyKey, value);
  const count = (counts.get(key) ?? 0) + delta;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** Counts one existing pod for (delta 1) or out of (delta -1) the incoming pod's state. */
function countPod(
  s: { affinity: Map<string, number>; antiAffinity: Map<string, number>; existingAntiAffinity: Map<string, number> },
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  labels: NamespaceLabels,
  delta: number,
): void {
  for (const term of other.requiredAntiAffinity)
    if (termMatches(term, pod, labels)) bump(s.existingAntiAffinity, term, node, delta);
  if (matchesAllTerms(pod.requiredAffinity, other, labels))
    for (const term of pod.requiredAffinity) bump(s.affinity, term, node, delta);
  for (const term of pod.requiredAntiAffinity)
    if (termMatches(term, other, labels)) bump(s.antiAffinity, term, node, delta);
}

function filterState(pod: PodInfo, snapshot: Snapshot): FilterState {
  const s = {
    affinity: new Map<string, number>(),
    antiAffinity: new Map<string, number>(),
    existingAntiAffinity: new Map<string, number>(),
  };
  const labels = snapshot.listers.namespaceLabels;
  const own = pod.requiredAffinity.length + pod.requiredAntiAffinity.length > 0;
  for (const node of own ? snapshot.nodes : snapshot.nodesWithRequiredAntiAffinity()) {
    for (const other of own ? node.pods : node.podsWithRequiredAntiAffinity) countPod(s, pod, other, node, labels, 1);
  }
  return s;
}

function adjust(
  state: CycleState,
  pod: PodInfo,
  other: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
  delta: number,
): undefined {
  const s = state.read<FilterState>(FILTER);
  if (s === undefined) return undefined;
  if (other.requiredAntiAffinity.length + pod.requiredAffinity.length + pod.requiredAntiAffinity.length === 0)
    return undefined;
  const copy = {
    affinity: new Map(s.affinity),
    antiAffinity: new Map(s.antiAffinity),
    existingAntiAffinity: new Map(s.existingAntiAffinity),
  };
  countPod(copy, pod, other, node, snapshot.listers.namespaceLabels, delta);
  state.write(FILTER, copy);
  return undefined;
}

function satisfiesAffinity(s: FilterState, pod: PodInfo, node: NodeInfo, labels: NamespaceLabels): boolean {
  let podsExist = true;
  for (const term of pod.requiredAffinity) {
    const value = node.labels[term.topologyKey];
    if (value === undefined) return false;
    if ((s.affinity.get(pair(term.topologyKey, value)) ?? 0) <= 0) podsExist = false;
  }
  // The first pod of a group that has affinity to itself may go anywhere that has the keys.
  return podsExist || (s.affinity.size === 0 && matchesAllTerms(pod.requiredAffinity, pod, labels));
}

function violates(counts: PairCounts, terms: readonly AffinityTerm[], node: NodeInfo): boolean {
  return terms.some(
    (t) =>
      node.labels[t.topologyKey] !== undefined &&
      (counts.get(pair(t.topologyKey, node.labels[t.topologyKey])) ?? 0) > 0,
  );
}

function violatesExisting(counts: PairCounts, node: NodeInfo): boolean {
  if (counts.size === 0) return false;
  return Object.keys(node.labels).some((key) => (counts.get(pair(key, node.labels[key])) ?? 0) > 0);
}

/** Affinity and anti-affinity between pods, hard and soft. Source: plugins/interpodaffinity. */
export function interPodAffinity(args: InterPodAffinityArgs = {}): Plugin {
  const hardWeight = args.hardPodAffinityWeight ?? 1;
  return {
    name: 'InterPodAffinity',
    preFilter(state, pod, snapshot) {
      const s = filterState(pod, snapshot);
      if (
        s.existingAntiAffinity.size === 0 &&
        pod.requiredAffinity.length === 0 &&
        pod.requiredAntiAffinity.length === 0
      )
        return { status: SKIP };
      state.write(FILTER, s);
      return {};
    },
    filter(state, pod, node, snapshot) {
      const s = state.read<FilterState>(FILTER);
      if (s === undefined) return undefined;
      if (!satisfiesAffinity(s, pod, node, snapshot.listers.namespaceLabels)) return unresolvable(AFFINITY_REASON);
      if (violates(s.antiAffinity, pod.requiredAntiAffinity, node)) return unschedulable(ANTI_AFFINITY_REASON);
      if (violatesExisting(s.existingAntiAffinity, node)) return unschedulable(EXISTING_REASON);
      return undefined;
    },
    addPod: (state, pod, added, node, snapshot) => adjust(state, pod, added, node, snapshot, 1),
    removePod: (state, pod, removed, node, snapshot) => adjust(state, pod, removed, node, snapshot, -1),
    preScore(state, pod, _nodes, snapshot) {
      const preferences = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
      if (args.ignorePreferredTermsOfExistingPods && !preferences) return SKIP;
      const scores = topologyScores(pod, preferences, hardWeight, snapshot);
      if (scores.size === 0) return SKIP;
      state.write(SCORE, scores);
      return undefined;
    },
    preScoreMissing: `failed to read "${SCORE}" from cycleState: not found`,
    score(state, _pod, node) {
      let sum = 0;
      for (const [key, values] of state.read<TopologyScores>(SCORE) ?? []) {
        const value = node.labels[key];
        if (value !== undefined) sum += values.get(value) ?? 0;
      }
      return sum;
    },
    normalize(_state, _pod, scores) {
      let min = Number.MAX_SAFE_INTEGER;
      let max = Number.MIN_SAFE_INTEGER;
      for (const score of scores) {
        if (score < min) min = score;
        if (score > max) max = score;
      }
      for (let i = 0; i < scores.length; i++)
        scores[i] = max > min ? Math.trunc(100 * ((scores[i] - min) / (max - min))) : 0;
    },
    decompose: (pod) => ({
      affinity: {
        affinity: pod.requiredAffinity,
        antiAffinity: pod.requiredAntiAffinity,
        preferred: pod.preferredAffinity,
        preferredAnti: pod.preferredAntiAffinity,
        hardWeight,
        skipsScore:
          args.ignorePreferredTermsOfExistingPods === true &&
          pod.preferredAffinity.length + pod.preferredAntiAffinity.length === 0,
        affinityReason: AFFINITY_REASON,
        antiAffinityReason: ANTI_AFFINITY_REASON,
        existingReason: EXISTING_REASON,
      },
    }),
    events: () => [
      { resource: 'AssignedPod', actions: ['Add', 'Delete', 'UpdatePodLabel'], hint: podHint },
      { resource: 'UnschedulablePod', actions: ['UpdatePodLabel'], hint: podHint },
      { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'], hint: nodeHint },
    ],
  };
}

function topologyScores(pod: PodInfo, preferences: boolean, hardWeight: number, snapshot: Snapshot): TopologyScores {
  const labels = snapshot.listers.namespaceLabels;
  const scores: TopologyScores = new Map();
  const credit = (term: AffinityTerm, weight: number, target: PodInfo, node: NodeInfo) => {
    const value = node.labels[term.topologyKey];
    if (value === undefined || !termMatches(term, target, labels)) return;
    let values = scores.get(term.topologyKey);
    if (values === undefined) scores.set(term.topologyKey, (values = new Map()));
    values.set(value, (values.get(value) ?? 0) + weight);
  };
  const creditAll = (terms: readonly WeightedTerm[], sign: number, target: PodInfo, node: NodeInfo) => {
    for (const { term, weight } of terms) credit(term, sign * weight, target, node);
  };
  for (const node of preferences ? snapshot.nodes : snapshot.nodesWithAffinity()) {
    for (const other of preferences ? node.pods : node.podsWithAffinity) {
      creditAll(pod.preferredAffinity, 1, other, node);
      creditAll(pod.preferredAntiAffinity, -1, other, node);
      if (hardWeight > 0) for (const term of other.requiredAffinity) credit(term, hardWeight, pod, node);
      creditAll(other.preferredAffinity, 1, pod, node);
      creditAll(other.preferredAntiAffinity, -1, pod, node);
    }
  }
  return scores;
}

/** Only pods that are on a node matter. Source: plugins/interpodaffinity isSchedulableAfterPodChange. */
function podHint(pod: KubeObject, before: KubeObject | undefined, now: KubeObject | undefined, listers: Listers) {
  const { requiredAffinity, requiredAntiAffinity } = podInfo(pod);
  const assigned = (o: KubeObject | undefined) => o === undefined || (o.spec?.nodeName ?? '') !== '';
  if (!assigned(now) || !assigned(before)) return 'QueueSkip';
  const matchesAll = (terms: readonly AffinityTerm[], o: KubeObject | undefined) =>
    o !== undefined && matchesAllTerms(terms, podInfo(o), listers.namespaceLabels);
  // Came, or changed so that it attracts this pod.
  if (now !== undefined && matchesAll(requiredAffinity, now) && !matchesAll(requiredAffinity, before)) return 'Queue';
  // Went, or changed so that it no longer repels this pod.
  return matchesAll(requiredAntiAffinity, before) && !matchesAll(requiredAntiAffinity, now) ? 'Queue' : 'QueueSkip';
}

/** Source: plugins/interpodaffinity isSchedulableAfterNodeChange. */
function nodeHint(pod: KubeObject, before: KubeObject | undefined, now: KubeObject | undefined) {
  if (now === undefined) return 'QueueSkip';
  const { requiredAffinity, requiredAntiAffinity } = podInfo(pod);
  const value = (node: KubeObject | undefined, term: AffinityTerm) => node?.metadata.labels?.[term.topologyKey];
  const joined = requiredAffinity.some((t) => value(now, t) !== undefined && value(now, t) !== value(before, t));
  if (joined) return 'Queue';
  const left = requiredAntiAffinity.some(
    (t) => before === undefined || (value(before, t) !== undefined && value(before, t) !== value(now, t)),
  );
  return left ? 'Queue' : 'QueueSkip';
}
