import { deepEqual } from '../../../api/machinery/update.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import { exactLog as ln } from '../../../engine/exact.ts';
import type { SpreadDecomposition } from '../../framework/decompose.ts';
import { hasRequiredNodes } from '../../framework/matching.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { CycleState, Plugin } from '../../framework/plugin.ts';
import { type PodInfo, podInfo } from '../../framework/podInfo.ts';
import type { Listers, Snapshot } from '../../framework/snapshot.ts';
import { SKIP, unresolvable, unschedulable } from '../../framework/status.ts';
import {
  type Constraint,
  type ConstraintShape,
  constraintsOf,
  countMatching,
  HOSTNAME,
  hasAllKeys,
  included,
  SYSTEM_DEFAULTS,
} from './constraints.ts';
import { defaultSelectorKey } from './defaultSelector.ts';
import { DomainTotals } from './domainTotals.ts';

export interface TopologySpreadArgs {
  readonly defaultConstraints?: readonly ConstraintShape[];
  readonly defaultingType?: 'System' | 'List';
}

const FILTER = 'PreFilterPodTopologySpread';
const SCORE = 'PreScorePodTopologySpread';
const REASON = "node(s) didn't match pod topology spread constraints";

interface FilterState {
  readonly constraints: readonly Constraint[];
  /** Per constraint: topology value -> matching pods on counted nodes. */
  readonly counts: readonly ReadonlyMap<string, number>[];
  /** Per constraint: the least count of a domain. */
  readonly minimums: readonly number[];
}

function filterStateOf(constraints: readonly Constraint[], counts: FilterState['counts']): FilterState {
  return { constraints, counts, minimums: constraints.map((c, i) => globalMinimum(c, counts[i])) };
}

interface ScoreState {
  readonly constraints: readonly Constraint[];
  readonly ignored: ReadonlySet<string>;
  readonly counts: readonly ReadonlyMap<string, number>[];
  readonly weights: readonly number[];
}

/** Spreads pods over topology domains, hard (filter) and soft (score). Source: plugins/podtopologyspread. */
export function podTopologySpread(args: TopologySpreadArgs = {}): Plugin {
  const systemDefaulted = (args.defaultingType ?? 'System') === 'System';
  const totals = new DomainTotals();
  const defaults = systemDefaulted ? SYSTEM_DEFAULTS : (args.defaultConstraints ?? []);
  return {
    name: 'PodTopologySpread',
    preFilter(state, pod, snapshot) {
      const constraints = constraintsOf(pod, 'DoNotSchedule', defaults, snapshot.listers);
      if (constraints.length === 0) return { status: SKIP };
      state.write(FILTER, filterStateOf(constraints, countDomains(constraints, pod, snapshot)));
      return {};
    },
    filter(state, pod, node) {
      const s = state.read<FilterState>(FILTER);
      if (s === undefined) return undefined;
      for (let i = 0; i < s.constraints.length; i++) {
        const c = s.constraints[i];
        const value = node.labels[c.topologyKey];
        if (value === undefined) return unresolvable(`${REASON} (missing required label)`);
        const self = c.selector(pod.labels) ? 1 : 0;
        const skew = (s.counts[i].get(value) ?? 0) + self - s.minimums[i];
        if (skew > c.maxSkew) return unschedulable(REASON);
      }
      return undefined;
    },
    addPod: (state, pod, added, node) => adjust(state, pod, added, node, 1),
    removePod: (state, pod, removed, node) => adjust(state, pod, removed, node, -1),
    preScore(state, pod, nodes, snapshot) {
      const constraints = constraintsOf(pod, 'ScheduleAnyway', defaults, snapshot.listers);
      if (constraints.length === 0) return SKIP;
      const requireAll = (pod.pod.spec?.topologySpreadConstraints ?? []).length > 0 || !systemDefaulted;
      state.write(SCORE, scoreState(constraints, requireAll, pod, nodes, snapshot, totals));
      return undefined;
    },
    preScoreMissing: `error reading "${SCORE}" from cycleState: not found`,
    score(state, pod, node) {
      const s = state.read<ScoreState>(SCORE) as ScoreState;
      if (s.ignored.has(node.name)) return 0;
      let score = 0;
      for (let i = 0; i < s.constraints.length; i++) {
        const c = s.constraints[i];
        const value = node.labels[c.topologyKey];
        if (value === undefined) continue;
        const count =
          c.topologyKey === HOSTNAME ? countMatching(node, c, pod.namespace) : (s.counts[i].get(value) ?? 0);
        score += count * s.weights[i] + (c.maxSkew - 1);
      }
      return Math.floor(score + 0.5);
    },
    normalize(state, _pod, scores, nodes) {
      const s = state.read<ScoreState>(SCORE) as ScoreState;
      let min = Number.MAX_SAFE_INTEGER;
      let max = 0;
      for (let i = 0; i < scores.length; i++) {
        if (s.ignored.has(nodes[i].name)) continue;
        if (scores[i] < min) min = scores[i];
        if (scores[i] > max) max = scores[i];
      }
      for (let i = 0; i < scores.length; i++) {
        if (s.ignored.has(nodes[i].name)) scores[i] = 0;
        else scores[i] = max === 0 ? 100 : Math.trunc((100 * (max + min - scores[i])) / max);
      }
    },
    decompositionKey(pod, listers) {
      const own = pod.pod.spec?.topologySpreadConstraints ?? [];
      return own.length > 0 || defaults.length === 0 ? '' : defaultSelectorKey(pod.pod, listers);
    },
    decompose: (pod, listers) => ({ spread: decomposed(pod, listers, defaults, systemDefaulted) }),
    events: () => [
      {
        resource: 'AssignedPod',
        actions: ['Add', 'Delete', 'UpdatePodLabel'],
        hint: (pod, before, now, listers) => podHint(pod, before, now, listers, defaults),
      },
      {
        resource: 'UnschedulablePod',
        actions: ['UpdatePodLabel', 'UpdatePodToleration'],
        hint: (pod, before, now, listers) => podHint(pod, before, now, listers, defaults),
      },
      {
        resource: 'Node',
        actions: ['Add', 'Delete', 'UpdateNodeLabel', 'UpdateNodeTaint'],
        hint: (pod, before, now, listers) => nodeHint(pod, before, now, listers, defaults),
      },
    ],
  };
}

function decomposed(
  pod: PodInfo,
  listers: Listers,
  defaults: readonly ConstraintShape[],
  systemDefaulted: boolean,
): SpreadDecomposition {
  const requireAll = (pod.pod.spec?.topologySpreadConstraints ?? []).length > 0 || !systemDefaulted;
  const shapes = (constraints: readonly Constraint[], allKeys: boolean) =>
    constraints.map((c) => ({
      topologyKey: c.topologyKey,
      maxSkew: c.maxSkew,
      minDomains: c.minDomains,
      selector: c.selector,
      selectorKey: c.selectorKey(),
      countsNothing: c.countsNothing,
      selfMatches: c.selector(pod.labels),
      inclusionKey: inclusionKey(c, pod.pod, allKeys ? constraints : []),
      includes: (node: NodeInfo) => (!allKeys || hasAllKeys(node, constraints)) && included(c, pod.pod, node),
    }));
  return {
    hard: shapes(constraintsOf(pod, 'DoNotSchedule', defaults, listers), true),
    soft: shapes(constraintsOf(pod, 'ScheduleAnyway', defaults, listers), requireAll),
    requireAll,
    missingReason: `${REASON} (missing required label)`,
    skewReason: REASON,
  };
}

/** '' when every node is included that has the constraint's own key. */
function inclusionKey(c: Constraint, pod: KubeObject, together: readonly Constraint[]): string {
  const keys = [...new Set(together.map((other) => other.topologyKey))].filter((key) => key !== c.topologyKey).sort();
  const affinity = c.honorAffinity && hasRequiredNodes(pod);
  if (keys.length === 0 && !affinity && !c.honorTaints) return '';
  return JSON.stringify([
    keys,
    affinity ? [pod.spec?.nodeSelector, pod.spec?.affinity?.nodeAffinity] : null,
    c.honorTaints ? (pod.spec?.tolerations ?? []) : null,
  ]);
}

function countDomains(constraints: readonly Constraint[], pod: PodInfo, snapshot: Snapshot): Map<string, number>[] {
  const counts = constraints.map(() => new Map<string, number>());
  for (const node of snapshot.nodes) {
    if (!hasAllKeys(node, constraints)) continue;
    for (let i = 0; i < constraints.length; i++) {
      const c = constraints[i];
      if (!included(c, pod.pod, node)) continue;
      const value = node.labels[c.topologyKey];
      counts[i].set(value, (counts[i].get(value) ?? 0) + countMatching(node, c, pod.namespace));
    }
  }
  return counts;
}

/** For explanations: the hard constraints with their counts, as PreFilter left them. */
export function hardSpread(state: CycleState): FilterState | undefined {
  return state.read<FilterState>(FILTER);
}

function globalMinimum(c: Constraint, counts: ReadonlyMap<string, number>): number {
  if (counts.size < c.minDomains) return 0;
  let min = Number.MAX_SAFE_INTEGER;
  for (const count of counts.values()) if (count < min) min = count;
  return min;
}

function adjust(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, delta: 1 | -1): undefined {
  const s = state.read<FilterState>(FILTER);
  if (s === undefined || other.namespace !== pod.namespace || !hasAllKeys(node, s.constraints)) return undefined;
  let changed: ReadonlyMap<string, number>[] | undefined;
  for (let i = 0; i < s.constraints.length; i++) {
    const c = s.constraints[i];
    if (c.countsNothing || !c.selector(other.labels) || !included(c, pod.pod, node)) continue;
    changed ??= [...s.counts];
    const counts = new Map(s.counts[i]);
    const value = node.labels[c.topologyKey];
    counts.set(value, (counts.get(value) ?? 0) + delta);
    changed[i] = counts;
  }
  if (changed !== undefined) state.write(FILTER, filterStateOf(s.constraints, changed));
  return undefined;
}

/** Without `totals` everything is counted anew. */
export function scoreState(
  constraints: readonly Constraint[],
  requireAll: boolean,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
  totals: DomainTotals | undefined,
): ScoreState {
  const ignored = new Set<string>();
  const counts = constraints.map(() => new Map<string, number>());
  for (const node of nodes) {
    if (requireAll && !hasAllKeys(node, constraints)) {
      ignored.add(node.name);
      continue;
    }
    for (let i = 0; i < constraints.length; i++) {
      if (constraints[i].topologyKey !== HOSTNAME) counts[i].set(node.labels[constraints[i].topologyKey] ?? '', 0);
    }
  }
  const weights = constraints.map((c, i) =>
    ln((c.topologyKey === HOSTNAME ? nodes.length - ignored.size : counts[i].size) + 2),
  );
  const kept = constraints.map((c, i) => {
    const all = !requireAll && !c.honorTaints && !(c.honorAffinity && hasRequiredNodes(pod.pod));
    if (totals === undefined || c.key === undefined || !all) return false;
    if (c.topologyKey === HOSTNAME) return true;
    const sums = totals.of(snapshot.nodes, c.topologyKey, pod.namespace, c.key, c.selector);
    for (const value of counts[i].keys()) counts[i].set(value, sums.get(value) ?? 0);
    return true;
  });
  if (!kept.includes(false)) return { constraints, ignored, counts, weights };
  for (const node of snapshot.nodes) {
    if (requireAll && !hasAllKeys(node, constraints)) continue;
    for (let i = 0; i < constraints.length; i++) {
      if (kept[i]) continue;
      const c = constraints[i];
      const value = node.labels[c.topologyKey] ?? '';
      const count = counts[i].get(value);
      if (count === undefined || !included(c, pod.pod, node)) continue;
      counts[i].set(value, count + countMatching(node, c, pod.namespace));
    }
  }
  return { constraints, ignored, counts, weights };
}

function podHint(
  pod: KubeObject,
  before: KubeObject | undefined,
  now: KubeObject | undefined,
  listers: Listers,
  defaults: readonly ConstraintShape[],
) {
  const constraints = constraintsOf(podInfo(pod), 'DoNotSchedule', defaults, listers);
  const other = (now ?? before) as KubeObject;
  const own = other.metadata.uid === pod.metadata.uid;
  if (!own && other.metadata.namespace !== pod.metadata.namespace) return 'QueueSkip';
  const matches = (o: KubeObject) => constraints.some((c) => c.selector(o.metadata.labels ?? {}));
  if (now !== undefined && before !== undefined) {
    if (own) {
      const after = constraintsOf(podInfo(now), 'DoNotSchedule', defaults, listers);
      if (
        after.some((c) => c.honorTaints) &&
        (now.spec?.tolerations ?? []).length !== (before.spec?.tolerations ?? []).length
      )
        return 'Queue';
      const changed = constraints.some(
        (c) => c.selector(before.metadata.labels ?? {}) !== c.selector(now.metadata.labels ?? {}),
      );
      return changed ? 'Queue' : 'QueueSkip';
    }
    const changed = constraints.some(
      (c) => c.selector(before.metadata.labels ?? {}) !== c.selector(now.metadata.labels ?? {}),
    );
    return changed ? 'Queue' : 'QueueSkip';
  }
  return matches(other) ? 'Queue' : 'QueueSkip';
}

function nodeHint(
  pod: KubeObject,
  before: KubeObject | undefined,
  now: KubeObject | undefined,
  listers: Listers,
  defaults: readonly ConstraintShape[],
) {
  const constraints = constraintsOf(podInfo(pod), 'DoNotSchedule', defaults, listers);
  const has = (node: KubeObject) => constraints.every((c) => node.metadata.labels?.[c.topologyKey] !== undefined);
  if (now === undefined) return before !== undefined && has(before) ? 'Queue' : 'QueueSkip';
  if (before === undefined) return has(now) ? 'Queue' : 'QueueSkip';
  const was = has(before);
  const is = has(now);
  if (was !== is) return 'Queue';
  if (!is) return 'QueueSkip';
  if (constraints.some((c) => before.metadata.labels?.[c.topologyKey] !== now.metadata.labels?.[c.topologyKey]))
    return 'Queue';
  // Taints count whatever the constraint's policy says of them.
  return deepEqual(before.spec?.taints ?? [], now.spec?.taints ?? []) ? 'QueueSkip' : 'Queue';
}
