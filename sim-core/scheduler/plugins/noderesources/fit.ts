import type { KubeObject } from '../../../contracts/index.ts';
import type { ResourceScorer } from '../../framework/decompose.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { type PodInfo, podInfo } from '../../framework/podInfo.ts';
import { amountOf, isExtendedResource, type Resources, resourcesOf } from '../../framework/resources.ts';
import { type Status, unresolvable, unschedulable } from '../../framework/status.ts';
import { leastAllocated, mostAllocated, requestedToCapacityRatio, type ShapePoint } from './allocationScores.ts';

export interface FitArgs {
  readonly ignoredResources?: readonly string[];
  readonly ignoredResourceGroups?: readonly string[];
  readonly scoringStrategy?: {
    readonly type?: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
    readonly resources?: readonly { readonly name: string; readonly weight?: number }[];
    readonly requestedToCapacityRatio?: { readonly shape?: readonly ShapePoint[] };
  };
}

/** One resource that a pod lacks on a node. */
export interface Insufficient {
  readonly reason: string;
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

function requestsNothing(r: Resources): boolean {
  if (r.milliCPU !== 0 || r.memory !== 0 || r.ephemeralStorage !== 0) return false;
  for (const amount of r.scalars.values()) if (amount !== 0) return false;
  return true;
}

/** Everything that does not fit, in the order of the reasons (scheduler.md §4.3, §18.5). */
export function insufficientResources(
  pod: PodInfo,
  node: NodeInfo,
  ignores: (resource: string) => boolean = () => false,
): readonly Insufficient[] {
  const missing: Insufficient[] = [];
  const { allocatable, requested } = node;
  if (node.pods.length + 1 > allocatable.allowedPodNumber) {
    missing.push({
      reason: 'Too many pods',
      resource: 'pods',
      requested: 1,
      used: node.pods.length,
      capacity: allocatable.allowedPodNumber,
    });
  }
  const wanted = pod.requests;
  if (requestsNothing(wanted)) return missing;
  const check = (resource: string, request: number, used: number, capacity: number) => {
    if (request > 0 && request > capacity - used)
      missing.push({ reason: `Insufficient ${resource}`, resource, requested: request, used, capacity });
  };
  check('cpu', wanted.milliCPU, requested.milliCPU, allocatable.milliCPU);
  check('memory', wanted.memory, requested.memory, allocatable.memory);
  check('ephemeral-storage', wanted.ephemeralStorage, requested.ephemeralStorage, allocatable.ephemeralStorage);
  for (const [resource, request] of wanted.scalars) {
    if (!ignores(resource))
      check(resource, request, requested.scalars.get(resource) ?? 0, allocatable.scalars.get(resource) ?? 0);
  }
  return missing;
}

function fitStatus(missing: readonly Insufficient[]): Status | undefined {
  if (missing.length === 0) return undefined;
  const reasons = missing.map((m) => m.reason);
  const hopeless = missing.some((m) => m.resource !== 'pods' && m.requested > m.capacity);
  return hopeless ? unresolvable(...reasons) : unschedulable(...reasons);
}

function scorerOf(args: FitArgs): ResourceScorer {
  const strategy = args.scoringStrategy;
  if (strategy?.type === 'MostAllocated') return mostAllocated;
  if (strategy?.type === 'RequestedToCapacityRatio')
    return requestedToCapacityRatio(strategy.requestedToCapacityRatio?.shape ?? []);
  return leastAllocated;
}

/** Does the request of the pod fit, and how full would the node be? Source: plugins/noderesources/fit.go. */
export function nodeResourcesFit(args: FitArgs = {}): Plugin {
  const ignored = new Set(args.ignoredResources ?? []);
  const groups = new Set(args.ignoredResourceGroups ?? []);
  const ignores = (resource: string) =>
    isExtendedResource(resource) && (ignored.has(resource) || groups.has(resource.slice(0, resource.indexOf('/'))));
  const resources = (args.scoringStrategy?.resources ?? [{ name: 'cpu' }, { name: 'memory' }]).map((r) => ({
    name: r.name,
    weight: r.weight || 1,
  }));
  const scorer = scorerOf(args);
  return {
    name: 'NodeResourcesFit',
    preFilter: () => ({}),
    filter: (_state, pod, node) => fitStatus(insufficientResources(pod, node, ignores)),
    preScore: () => undefined,
    score(_state, pod, node) {
      const requested: number[] = [];
      const capacities: number[] = [];
      const weights: number[] = [];
      for (const { name, weight } of resources) {
        const own =
          name === 'cpu'
            ? pod.scoredRequests.milliCPU
            : name === 'memory'
              ? pod.scoredRequests.memory
              : amountOf(pod.scoredRequests.scalars, name);
        // A resource that the pod does not ask for says nothing about where to put it.
        if (isExtendedResource(name) && own === 0) continue;
        const capacity = amountOf(node.allocatable, name);
        if (capacity === 0) continue;
        const used =
          name === 'cpu'
            ? node.nonZeroMilliCPU
            : name === 'memory'
              ? node.nonZeroMemory
              : amountOf(node.requested, name);
        requested.push(used + own);
        capacities.push(capacity);
        weights.push(weight);
      }
      return scorer(requested, capacities, weights);
    },
    decompose: () => ({ fit: { ignores, resources, scorer } }),
    events: () => [
      { resource: 'AssignedPod', actions: ['Delete', 'UpdatePodScaleDown'], hint: podHint },
      { resource: 'UnschedulablePod', actions: ['UpdatePodScaleDown'], hint: podHint },
      { resource: 'Node', actions: ['Add', 'UpdateNodeAllocatable'], hint: nodeHint },
    ],
  };

  function podHint(pod: KubeObject, before: KubeObject | undefined, now: KubeObject | undefined) {
    if (now === undefined) {
      const held = (before?.spec?.nodeName ?? '') !== '' || (before?.status?.nominatedNodeName ?? '') !== '';
      return held ? 'Queue' : 'QueueSkip';
    }
    if (now.metadata.uid === pod.metadata.uid) return 'Queue';
    if ((now.spec?.nodeName ?? '') === '' || before === undefined) return 'QueueSkip';
    const wanted = podInfo(pod).requests;
    const was = podInfo(before).requests;
    const is = podInfo(now).requests;
    const shrank = (name: string) => amountOf(wanted, name) > 0 && amountOf(was, name) > amountOf(is, name);
    return ['cpu', 'memory', 'ephemeral-storage', ...wanted.scalars.keys()].some(shrank) ? 'Queue' : 'QueueSkip';
  }

  function nodeHint(pod: KubeObject, before: KubeObject | undefined, now: KubeObject | undefined) {
    if (now === undefined) return 'QueueSkip';
    const wanted = podInfo(pod).requests;
    const is = resourcesOf(now.status?.allocatable);
    const fits = (name: string) => ignores(name) || amountOf(wanted, name) <= amountOf(is, name);
    const names = ['cpu', 'memory', 'ephemeral-storage', ...wanted.scalars.keys()];
    if (is.allowedPodNumber < 1 || !names.every(fits)) return 'QueueSkip';
    if (before === undefined) return 'Queue';
    const was = resourcesOf(before.status?.allocatable);
    const grew = (name: string) => amountOf(wanted, name) > 0 && amountOf(is, name) > amountOf(was, name);
    return is.allowedPodNumber > was.allowedPodNumber || names.some(grew) ? 'Queue' : 'QueueSkip';
  }
}
