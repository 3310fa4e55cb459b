import { findUntoleratedTaint } from '../../../api/helpers/tolerations.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import {
  andMatchers,
  compileLabelSelector,
  isEmptySelector,
  type LabelMatcher,
  requiredNodeMatcher,
} from '../../framework/matching.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { PodInfo } from '../../framework/podInfo.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { defaultSelector } from './defaultSelector.ts';
import { matchingPods } from './domainTotals.ts';

export const HOSTNAME = 'kubernetes.io/hostname';

/** A topologySpreadConstraint, compiled for one pod. */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly minDomains: number;
  readonly selector: LabelMatcher;
  /** Names the selector of default constraints. */
  readonly key?: string;
  /** Equal texts mean equal selectors. */
  selectorKey(): string;
  /** An empty selector counts no pod, though it matches the pod itself. */
  readonly countsNothing: boolean;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

export interface ConstraintShape {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable?: string;
  readonly labelSelector?: object;
  readonly minDomains?: number;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

/** Applied when the pod has no constraints of its own and the profile's defaultingType is System. */
export const SYSTEM_DEFAULTS: readonly ConstraintShape[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

function compile(shape: ConstraintShape, pod: PodInfo): Constraint {
  let selector = compileLabelSelector(shape.labelSelector);
  const keys = (shape.matchLabelKeys ?? []).filter((key) => pod.labels[key] !== undefined);
  if (shape.labelSelector !== undefined && keys.length > 0) {
    const own = pod.labels;
    selector = andMatchers(selector, (labels) => keys.every((key) => labels[key] === own[key]));
  }
  return {
    maxSkew: shape.maxSkew,
    topologyKey: shape.topologyKey,
    minDomains: shape.minDomains ?? 1,
    selector,
    selectorKey: () => JSON.stringify([shape.labelSelector ?? null, keys.map((key) => [key, pod.labels[key]])]),
    countsNothing: shape.labelSelector === undefined || (isEmptySelector(shape.labelSelector) && keys.length === 0),
    honorAffinity: (shape.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorTaints: shape.nodeTaintsPolicy === 'Honor',
  };
}

/** The pod's own constraints of one kind, or the defaults of that kind when it has no constraints at all. */
export function constraintsOf(
  pod: PodInfo,
  whenUnsatisfiable: string,
  defaults: readonly ConstraintShape[],
  listers: Listers,
): readonly Constraint[] {
  const own: readonly ConstraintShape[] = pod.pod.spec?.topologySpreadConstraints ?? [];
  const wanted = (shape: ConstraintShape) => (shape.whenUnsatisfiable ?? 'DoNotSchedule') === whenUnsatisfiable;
  if (own.length > 0) return own.filter(wanted).map((shape) => compile(shape, pod));
  const shapes = defaults.filter(wanted);
  if (shapes.length === 0) return [];
  const selector = defaultSelector(pod.pod, listers);
  return selector === undefined
    ? []
    : shapes.map((shape) => ({
        ...compile({ ...shape, labelSelector: {} }, pod),
        ...selector,
        selectorKey: () => selector.key,
        countsNothing: false,
      }));
}

export function hasAllKeys(node: NodeInfo, constraints: readonly Constraint[]): boolean {
  return constraints.every((c) => node.labels[c.topologyKey] !== undefined);
}

/** Do the constraint's policies let this node's pods count? */
export function included(c: Constraint, pod: KubeObject, node: NodeInfo): boolean {
  if (c.honorAffinity && !requiredNodeMatcher(pod)(node.node as KubeObject)) return false;
  if (!c.honorTaints) return true;
  return (
    findUntoleratedTaint(
      node.node?.spec?.taints ?? [],
      pod.spec?.tolerations ?? [],
      (t) => t.effect === 'NoSchedule' || t.effect === 'NoExecute',
    ) === undefined
  );
}

export function countMatching(node: NodeInfo, c: Constraint, namespace: string): number {
  return c.countsNothing ? 0 : matchingPods(node, c.selector, namespace);
}
