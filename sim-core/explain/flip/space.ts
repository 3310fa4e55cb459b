import type { NodeInfo } from '../../scheduler/framework/nodeInfo.ts';
import { hardSpread } from '../../scheduler/plugins/podtopologyspread/podTopologySpread.ts';
import type { Inquiry } from '../inquiry.ts';
import { untoleratedTaints } from '../obstacles.ts';
import type { FlipTarget } from '../types.ts';
import {
  allocatableLadder,
  cordonChange,
  fittingAllocatable,
  nodeLabelChange,
  resourcesAskedFor,
  taintRemoval,
} from './nodeChanges.ts';
import {
  fittingRequest,
  labelChanges,
  nodeAffinityChanges,
  podAffinityChanges,
  preferredNodeChanges,
  requestFields,
  requestLadder,
  selectorAdditions,
  selectorRemovals,
  skewChange,
  type Taint,
  tolerationChange,
  unfittingRequest,
} from './podChanges.ts';
import type { Change } from './setting.ts';

/**
 * The changes among which a flip is looked for. Yes-or-no changes are all there are; requests and allocatable take the value at
 * which the pod just fits (or just does not fit) on a node that matters, and, where scores decide, every per cent of what they
 * are; weights take every value from 1 to 100.
 */

export interface SpaceOptions {
  /** Steps of requests and allocatable, in per cent; default every one from 1 to 100. */
  readonly percents?: readonly number[];
  /** Weights that are tried; default every one from 1 to 100. */
  readonly weights?: readonly number[];
  /** Only changes of these: who runs the pod may not own the nodes. Default: all. */
  readonly targets?: readonly FlipTarget[];
}

export const PERCENTS: readonly number[] = Array.from({ length: 100 }, (_, i) => i + 1);

/** Cheapest first: relative size, then field, then value. A total order. */
export function compareChanges(a: Change, b: Change): number {
  return a.relative - b.relative || compareText(keyOf(a), keyOf(b));
}

/** Changes with equal keys are the same change. */
export function keyOf(c: Change): string {
  return `${c.field}\u0000${c.target}\u0000${c.name}\u0000${c.to}\u0000${c.from}`;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each change once, cheapest first. */
export function unique(changes: readonly (Change | undefined)[], targets?: readonly FlipTarget[]): readonly Change[] {
  const byKey = new Map<string, Change>();
  for (const change of changes) {
    if (change === undefined || targets?.includes(change.target) === false) continue;
    if (!byKey.has(keyOf(change))) byKey.set(keyOf(change), change);
  }
  return [...byKey.values()].sort(compareChanges);
}

const isPreferNoSchedule = (t: { effect?: string }) => t.effect === 'PreferNoSchedule';

/** Changes that can help a node to take the pod, whatever else may keep it away. */
export function fixesFor(inquiry: Inquiry, node: NodeInfo, targets?: readonly FlipTarget[]): readonly Change[] {
  const { pod } = inquiry.question;
  const object = pod.pod;
  const failing = new Set(inquiry.verdicts(node).map((s) => s.plugin));
  if (!inquiry.isInside(node.name)) failing.add('NodeAffinity');
  const changes: (Change | undefined)[] = [];
  if (failing.has('NodeResourcesFit')) {
    for (const field of requestFields(object)) changes.push(fittingRequest(pod, field, node));
    for (const resource of resourcesAskedFor(pod)) changes.push(fittingAllocatable(pod, node, resource));
  }
  if (failing.has('TaintToleration')) {
    for (const taint of untoleratedTaints(pod, node))
      changes.push(tolerationChange(object, taint), taintRemoval(node, taint, object));
  }
  if (failing.has('NodeUnschedulable')) {
    const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    changes.push(cordonChange(node, object), tolerationChange(object, taint));
  }
  if (failing.has('NodeAffinity'))
    changes.push(...selectorRemovals(object), ...nodeAffinityChanges(object), ...wantedLabels(inquiry, node));
  if (failing.has('PodTopologySpread'))
    changes.push(...skewFixes(inquiry, node), ...missingDomains(inquiry, node), ...labelChanges(object));
  if (failing.has('InterPodAffinity')) changes.push(...podAffinityChanges(object, false), ...labelChanges(object));
  return unique(changes, targets);
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Labels that nodeSelector and required node affinity ask of a node and it does not have. */
function wantedLabels(inquiry: Inquiry, node: NodeInfo): readonly Change[] {
  const { nodeSelector = {}, affinity } = inquiry.question.pod.pod.spec ?? {};
  const changes: Change[] = [];
  for (const key of Object.keys(nodeSelector).sort())
    if (node.labels[key] !== nodeSelector[key]) changes.push(nodeLabelChange(node, key, nodeSelector[key]));
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const term of terms) changes.push(...labelsFor(node, term.matchExpressions ?? []));
  return changes;
}

function labelsFor(node: NodeInfo, requirements: readonly Requirement[]): readonly Change[] {
  const changes: Change[] = [];
  for (const { key, operator, values = [] } of requirements) {
    const found = node.labels[key];
    if (operator === 'In') for (const v of values) if (found !== v) changes.push(nodeLabelChange(node, key, v));
    if (operator === 'Exists' && found === undefined) changes.push(nodeLabelChange(node, key, 'true'));
  }
  return changes;
}

function skewFixes(inquiry: Inquiry, node: NodeInfo): readonly Change[] {
  const spread = hardSpread(inquiry.state);
  const own: readonly { topologyKey: string; maxSkew: number; whenUnsatisfiable?: string }[] =
    inquiry.question.pod.pod.spec?.topologySpreadConstraints ?? [];
  const hard = own
    .map((c, i) => ({ ...c, i }))
    .filter((c) => (c.whenUnsatisfiable ?? 'DoNotSchedule') === 'DoNotSchedule');
  const changes: Change[] = [];
  spread?.constraints.forEach((c, k) => {
    const value = node.labels[c.topologyKey];
    const shape = hard[k];
    if (value === undefined || shape === undefined) return;
    const self = c.selector(inquiry.question.pod.labels) ? 1 : 0;
    const skew = (spread.counts[k].get(value) ?? 0) + self - spread.minimums[k];
    if (skew > c.maxSkew) changes.push(skewChange(shape.i, c.topologyKey, c.maxSkew, skew));
  });
  return changes;
}

/** A node without a topology label can be put into each domain there is. */
function missingDomains(inquiry: Inquiry, node: NodeInfo): readonly Change[] {
  const spread = hardSpread(inquiry.state);
  const changes: Change[] = [];
  spread?.constraints.forEach((c, k) => {
    if (node.labels[c.topologyKey] !== undefined) return;
    for (const value of [...spread.counts[k].keys()].sort()) changes.push(nodeLabelChange(node, c.topologyKey, value));
  });
  return changes;
}

/** All single changes that could make the pod's choice fall on `target`, cheapest first. */
export function changesToward(inquiry: Inquiry, target: NodeInfo, options: SpaceOptions): readonly Change[] {
  const { question, decision } = inquiry;
  const { pod, snapshot } = question;
  const object = pod.pod;
  const percents = options.percents ?? PERCENTS;
  const winner = decision.node === undefined ? undefined : snapshot.node(decision.node);
  const changes: (Change | undefined)[] = [...fixesFor(inquiry, target)];
  for (const field of requestFields(object)) {
    changes.push(...requestLadder(field, percents));
    if (winner !== undefined && winner !== target) changes.push(unfittingRequest(pod, field, winner));
  }
  const taints: readonly Taint[] = (target.node?.spec?.taints ?? []).filter(isPreferNoSchedule);
  for (const taint of taints) changes.push(tolerationChange(object, taint), taintRemoval(target, taint, object));
  changes.push(...labelChanges(object), ...selectorRemovals(object), ...selectorAdditions(object, target));
  changes.push(...nodeAffinityChanges(object), ...preferredNodeChanges(object), ...podAffinityChanges(object, true));
  for (const term of object.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
    changes.push(...labelsFor(target, term.preference?.matchExpressions ?? []));
  for (const resource of ['cpu', 'memory']) {
    changes.push(...allocatableLadder(target, resource, percents, 1));
    if (winner !== undefined && winner !== target) changes.push(...allocatableLadder(winner, resource, percents, -1));
  }
  if (winner !== undefined && winner !== target) changes.push(cordonChange(winner, object));
  changes.push(...weightChanges(inquiry, options.weights ?? PERCENTS));
  return unique(changes, options.targets);
}

/** Another weight of one score plugin that says something about this pod. */
function weightChanges(inquiry: Inquiry, weights: readonly number[]): readonly Change[] {
  const { decision } = inquiry;
  return decision.scores.flatMap(({ plugin, weight: from, normalized }) => {
    if (normalized.every((n) => n === normalized[0])) return [];
    return weights
      .filter((to) => to !== from)
      .map(
        (to): Change => ({
          target: 'profile',
          name: '',
          field: `plugins.score.enabled[${plugin}].weight`,
          from: String(from),
          to: String(to),
          relative: Math.abs(to - from) / from,
          message: { id: 'sched.flip.weight', params: { plugin, from, to } },
          scope: 'weight',
          apply: (setting) => ({ ...setting, weights: new Map(setting.weights).set(plugin, to) }),
        }),
      );
  });
}
