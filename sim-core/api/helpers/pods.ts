import type { KubeObject } from '../../contracts/index.ts';
import { addQuantities, compareQuantities, parseQuantity, type Quantity, ZERO } from '../machinery/quantity.ts';
import {
  addResources,
  maxResources,
  type Quantities,
  type ResourceList,
  toQuantities,
  toResourceList,
} from './resources.ts';

/** Resources, QoS and state of pods (component-helpers resource, pkg/apis/core/v1/helper/qos, pkg/api/v1/pod). */

interface ContainerLike {
  readonly name?: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: ResourceList | null; readonly limits?: ResourceList | null } | null;
}

interface ContainerStatusLike {
  readonly name?: string;
  readonly resources?: { readonly requests?: ResourceList | null; readonly limits?: ResourceList | null } | null;
  readonly allocatedResources?: ResourceList | null;
}

interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string | null;
}

/** What is read of a pod; KubeObject satisfies it. */
export type PodLike = Pick<KubeObject, 'spec' | 'status'> & { readonly metadata?: KubeObject['metadata'] };

export interface PodResourcesOptions {
  /** Count in-place resizes: the maximum of spec, status and allocation. */
  readonly useStatusResources?: boolean;
  readonly excludeOverhead?: boolean;
  /** Defaults for every container that does not name the resource. */
  readonly nonMissingContainerRequests?: ResourceList;
  readonly skipPodLevelResources?: boolean;
}

export function isSidecar(container: { readonly restartPolicy?: string }): boolean {
  return container.restartPolicy === 'Always';
}

function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

/** IsPodLevelResourcesSet */
export function podLevelResourcesSet(pod: PodLike): boolean {
  const resources = pod.spec?.resources;
  return [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some(isPodLevelResource);
}

export function podLevelRequestsSet(pod: PodLike): boolean {
  return Object.keys(pod.spec?.resources?.requests ?? {}).some(isPodLevelResource);
}

function conditionOf(pod: PodLike, type: string): ConditionLike | undefined {
  return (pod.status?.conditions as readonly ConditionLike[] | undefined)?.find((c) => c.type === type);
}

function statusesByName(pod: PodLike): Map<string, ContainerStatusLike> {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return new Map(statuses.map((s: ContainerStatusLike) => [s.name ?? '', s]));
}

/** What a container that may be resizing needs: an infeasible resize does not count. */
function resizedRequests(pod: PodLike, container: ContainerLike, status: ContainerStatusLike): Quantities {
  const needed = toQuantities(status.resources?.requests);
  maxResources(needed, toQuantities(status.allocatedResources));
  if (conditionOf(pod, 'PodResizePending')?.reason !== 'Infeasible') {
    maxResources(needed, toQuantities(container.resources?.requests));
  }
  return needed;
}

function requestsOf(
  pod: PodLike,
  container: ContainerLike,
  statuses: Map<string, ContainerStatusLike> | undefined,
  options: PodResourcesOptions,
): Quantities {
  const status = statuses?.get(container.name ?? '');
  const requests = status?.resources
    ? resizedRequests(pod, container, status)
    : toQuantities(container.resources?.requests);
  for (const [name, text] of Object.entries(options.nonMissingContainerRequests ?? {})) {
    if (!requests.has(name)) requests.set(name, parseQuantity(text));
  }
  return requests;
}

/**
 * Sum over the containers, at least what the init containers need one after the other; sidecars count in both from their
 * place on.
 */
function aggregate(pod: PodLike, of: (container: ContainerLike, init: boolean) => Quantities): Quantities {
  const total: Quantities = new Map();
  for (const container of pod.spec?.containers ?? []) addResources(total, of(container, false));
  const sidecars: Quantities = new Map();
  const initMax: Quantities = new Map();
  for (const container of pod.spec?.initContainers ?? []) {
    const needs = of(container, true);
    if (isSidecar(container)) {
      addResources(total, needs);
      addResources(sidecars, needs);
      maxResources(initMax, sidecars);
    } else {
      const now = new Map(needs);
      addResources(now, sidecars);
      maxResources(initMax, now);
    }
  }
  maxResources(total, initMax);
  return total;
}

function setPodLevel(into: Quantities, list: ResourceList | null | undefined): void {
  for (const [name, quantity] of toQuantities(list)) if (isPodLevelResource(name)) into.set(name, quantity);
}

function requestQuantities(pod: PodLike, options: PodResourcesOptions): Quantities {
  const statuses = options.useStatusResources ? statusesByName(pod) : undefined;
  const total = aggregate(pod, (c, init) => requestsOf(pod, c, init && !isSidecar(c) ? undefined : statuses, options));
  if (!options.skipPodLevelResources && podLevelRequestsSet(pod)) setPodLevel(total, pod.spec?.resources?.requests);
  if (!options.excludeOverhead) addResources(total, toQuantities(pod.spec?.overhead));
  return total;
}

/** resource.PodRequests: what the scheduler and the kubelet count for a pod. */
export function podRequests(pod: PodLike, options: PodResourcesOptions = {}): ResourceList {
  return toResourceList(requestQuantities(pod, options));
}

/** resource.AggregateContainerLimits */
export function aggregateContainerLimits(pod: PodLike): ResourceList {
  return toResourceList(aggregate(pod, (c) => toQuantities(c.resources?.limits)));
}

/** resource.PodLimits. Overhead counts only where there is a limit other than zero. */
export function podLimits(pod: PodLike, options: PodResourcesOptions = {}): ResourceList {
  const total = aggregate(pod, (c) => toQuantities(c.resources?.limits));
  if (!options.skipPodLevelResources && podLevelResourcesSet(pod)) setPodLevel(total, pod.spec?.resources?.limits);
  if (!options.excludeOverhead) {
    for (const [name, quantity] of toQuantities(pod.spec?.overhead)) {
      const limit = total.get(name);
      if (limit !== undefined && limit.unscaled !== 0n) total.set(name, addQuantities(limit, quantity));
    }
  }
  return toResourceList(total);
}

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

function addPositive(into: Map<string, Quantity>, list: ResourceList | null | undefined): void {
  for (const name of ['cpu', 'memory']) {
    const text = list?.[name];
    if (text === undefined) continue;
    const quantity = parseQuantity(String(text));
    if (compareQuantities(quantity, ZERO) <= 0) continue;
    const known = into.get(name);
    into.set(name, known === undefined ? quantity : addQuantities(known, quantity));
  }
}

function limitsBoth(list: ResourceList | null | undefined): boolean {
  const positive = new Map<string, Quantity>();
  addPositive(positive, list);
  return positive.size === 2;
}

/** qos.ComputePodQOS. Pod-level resources, even empty ones, decide alone where they are set. */
export function podQOSClass(pod: PodLike): QOSClass {
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  let guaranteed = true;
  const podLevel = pod.spec?.resources;
  if (podLevel !== undefined && podLevel !== null) {
    addPositive(requests, podLevel.requests);
    addPositive(limits, podLevel.limits);
    if (Object.keys(podLevel.limits ?? {}).length > 0 && !limitsBoth(podLevel.limits)) guaranteed = false;
  } else {
    for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])] as ContainerLike[]) {
      addPositive(requests, container.resources?.requests);
      addPositive(limits, container.resources?.limits);
      if (!limitsBoth(container.resources?.limits)) guaranteed = false;
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  for (const [name, request] of requests) {
    const limit = limits.get(name);
    if (limit === undefined || compareQuantities(limit, request) !== 0) guaranteed = false;
  }
  return guaranteed && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}

// --- State ---

export function podCondition(pod: PodLike, type: string): ConditionLike | undefined {
  return conditionOf(pod, type);
}

export function isPodReady(pod: PodLike): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Succeeded or Failed. */
export function isPodTerminal(pod: PodLike): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** controller.IsPodActive: neither terminal nor being deleted. */
export function isPodActive(pod: PodLike): boolean {
  return !isPodTerminal(pod) && !isBeingDeleted(pod);
}

export function isBeingDeleted(object: { readonly metadata?: KubeObject['metadata'] }): boolean {
  const at = object.metadata?.deletionTimestamp;
  return at !== undefined && at !== null;
}

/**
 * podutil.IsPodAvailable: ready for at least minReadySeconds. `nowUs` and the result of `toUs` are µs of the same clock;
 * `toUs` reads a condition's time.
 */
export function isPodAvailable(
  pod: PodLike,
  minReadySeconds: number,
  nowUs: number,
  toUs: (time: string) => number,
): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = ready.lastTransitionTime;
  if (since === undefined || since === null) return false;
  return toUs(since) + minReadySeconds * 1_000_000 < nowUs;
}
