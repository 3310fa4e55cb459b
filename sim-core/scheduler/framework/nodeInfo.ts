import type { KubeObject } from '../../contracts/index.ts';
import type { HostPort, PodInfo } from './podInfo.ts';
import { addResources, NO_RESOURCES, type Resources, resourcesOf } from './resources.ts';

/** One node with its pods and what they use: immutable, a change gives a new one that shares the rest. */
export interface NodeInfo {
  readonly name: string;
  /** Undefined when the node object is gone but pods still name it. */
  readonly node: KubeObject | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Resources;
  /** In the order of arrival. */
  readonly pods: readonly PodInfo[];
  readonly podsWithAffinity: readonly PodInfo[];
  readonly podsWithRequiredAntiAffinity: readonly PodInfo[];
  readonly requested: Resources;
  readonly nonZeroMilliCPU: number;
  readonly nonZeroMemory: number;
  readonly ports: readonly HostPort[];
  /** One for all states of a node: where a cluster index may have it. A memo, which whoever uses it has to check. */
  readonly hint: { place: number };
}

const NO_LABELS: Readonly<Record<string, string>> = {};

export function emptyNodeInfo(name: string): NodeInfo {
  return {
    name,
    node: undefined,
    labels: NO_LABELS,
    allocatable: NO_RESOURCES,
    pods: [],
    podsWithAffinity: [],
    podsWithRequiredAntiAffinity: [],
    requested: NO_RESOURCES,
    nonZeroMilliCPU: 0,
    nonZeroMemory: 0,
    ports: [],
    hint: { place: -1 },
  };
}

export function withNode(info: NodeInfo, node: KubeObject | undefined): NodeInfo {
  return {
    name: info.name,
    node,
    labels: node?.metadata.labels ?? NO_LABELS,
    allocatable: allocatableOf(info, node),
    pods: info.pods,
    podsWithAffinity: info.podsWithAffinity,
    podsWithRequiredAntiAffinity: info.podsWithRequiredAntiAffinity,
    requested: info.requested,
    nonZeroMilliCPU: info.nonZeroMilliCPU,
    nonZeroMemory: info.nonZeroMemory,
    ports: info.ports,
    hint: info.hint,
  };
}

/** Heartbeats leave it as it is. */
function allocatableOf({ node: before, allocatable }: NodeInfo, node: KubeObject | undefined): Resources {
  if (node === undefined) return NO_RESOURCES;
  const list = node.status?.allocatable;
  return before !== undefined && before.status?.allocatable === list ? allocatable : resourcesOf(list);
}

function hasAffinity(pod: PodInfo): boolean {
  return (
    pod.requiredAffinity.length +
      pod.requiredAntiAffinity.length +
      pod.preferredAffinity.length +
      pod.preferredAntiAffinity.length >
    0
  );
}

function hasPort(ports: readonly HostPort[], port: HostPort): boolean {
  return ports.some((p) => p.ip === port.ip && p.protocol === port.protocol && p.port === port.port);
}

export function withPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  // All keys by name: a dry run of preemption makes thousands of these.
  return {
    name: info.name,
    node: info.node,
    labels: info.labels,
    allocatable: info.allocatable,
    pods: info.pods.concat(pod),
    podsWithAffinity: hasAffinity(pod) ? [...info.podsWithAffinity, pod] : info.podsWithAffinity,
    podsWithRequiredAntiAffinity:
      pod.requiredAntiAffinity.length > 0
        ? [...info.podsWithRequiredAntiAffinity, pod]
        : info.podsWithRequiredAntiAffinity,
    requested: addResources(info.requested, pod.requests, 1),
    nonZeroMilliCPU: info.nonZeroMilliCPU + pod.nonZeroRequests.milliCPU,
    nonZeroMemory: info.nonZeroMemory + pod.nonZeroRequests.memory,
    ports:
      pod.hostPorts.length > 0
        ? [...info.ports.filter((p) => !hasPort(pod.hostPorts, p)), ...pod.hostPorts]
        : info.ports,
    hint: info.hint,
  };
}

/** One of the node's pods in a newer version that asks for the same: it goes, and comes back last. */
export function withNewerPod(info: NodeInfo, before: PodInfo, now: PodInfo): NodeInfo {
  const moved = (pods: readonly PodInfo[]) => {
    const list: PodInfo[] = new Array(pods.length);
    let to = 0;
    for (const pod of pods) if (pod !== before) list[to++] = pod;
    list[to] = now;
    return list;
  };
  return {
    name: info.name,
    node: info.node,
    labels: info.labels,
    allocatable: info.allocatable,
    pods: moved(info.pods),
    podsWithAffinity: hasAffinity(now) ? moved(info.podsWithAffinity) : info.podsWithAffinity,
    podsWithRequiredAntiAffinity:
      now.requiredAntiAffinity.length > 0
        ? moved(info.podsWithRequiredAntiAffinity)
        : info.podsWithRequiredAntiAffinity,
    requested: info.requested,
    nonZeroMilliCPU: info.nonZeroMilliCPU,
    nonZeroMemory: info.nonZeroMemory,
    ports: info.ports,
    hint: info.hint,
  };
}

/** Do two versions of a pod take the same from their node? */
export function takesTheSame(a: PodInfo, b: PodInfo): boolean {
  return (
    a.requests === b.requests &&
    a.nonZeroRequests === b.nonZeroRequests &&
    a.hostPorts.length + b.hostPorts.length === 0 &&
    a.namespace === b.namespace &&
    a.requiredAffinity === b.requiredAffinity &&
    a.requiredAntiAffinity === b.requiredAntiAffinity &&
    a.preferredAffinity === b.preferredAffinity &&
    a.preferredAntiAffinity === b.preferredAntiAffinity
  );
}

/** Removes the pod with this uid; unchanged when it is not there. */
export function withoutPod(info: NodeInfo, uid: string): NodeInfo {
  const gone = info.pods.find((p) => p.uid === uid);
  return gone === undefined ? info : withoutPodInfo(info, gone);
}

/** Removes one of the node's pods. */
export function withoutPodInfo(info: NodeInfo, gone: PodInfo): NodeInfo {
  const others = (pods: readonly PodInfo[]) => pods.filter((p) => p !== gone);
  return {
    name: info.name,
    node: info.node,
    labels: info.labels,
    allocatable: info.allocatable,
    pods: others(info.pods),
    podsWithAffinity: hasAffinity(gone) ? others(info.podsWithAffinity) : info.podsWithAffinity,
    podsWithRequiredAntiAffinity:
      gone.requiredAntiAffinity.length > 0
        ? others(info.podsWithRequiredAntiAffinity)
        : info.podsWithRequiredAntiAffinity,
    requested: addResources(info.requested, gone.requests, -1),
    nonZeroMilliCPU: info.nonZeroMilliCPU - gone.nonZeroRequests.milliCPU,
    nonZeroMemory: info.nonZeroMemory - gone.nonZeroRequests.memory,
    // A set of ports: it goes with the first of several pods that have it, as in the scheduler's own node info.
    ports: gone.hostPorts.length > 0 ? info.ports.filter((p) => !hasPort(gone.hostPorts, p)) : info.ports,
    hint: info.hint,
  };
}

/** Removes several of the node's pods in one pass; the same as one after the other. */
export function withoutPodInfos(info: NodeInfo, gone: readonly PodInfo[]): NodeInfo {
  const others = (pods: readonly PodInfo[]) => (pods.length === 0 ? pods : pods.filter((p) => !gone.includes(p)));
  let { requested, nonZeroMilliCPU, nonZeroMemory, ports } = info;
  for (const pod of gone) {
    requested = addResources(requested, pod.requests, -1);
    nonZeroMilliCPU -= pod.nonZeroRequests.milliCPU;
    nonZeroMemory -= pod.nonZeroRequests.memory;
    if (pod.hostPorts.length > 0) ports = ports.filter((p) => !hasPort(pod.hostPorts, p));
  }
  return {
    ...info,
    pods: gone.length === info.pods.length ? [] : others(info.pods),
    podsWithAffinity: others(info.podsWithAffinity),
    podsWithRequiredAntiAffinity: others(info.podsWithRequiredAntiAffinity),
    requested,
    nonZeroMilliCPU,
    nonZeroMemory,
    ports,
  };
}
