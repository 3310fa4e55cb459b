import { timeText } from '../api/machinery/time.ts';
import type { EndpointId, KubeObject } from '../contracts/index.ts';
import type { NodeSpec } from '../kubelet/index.ts';
import { POOL_LABEL_NAME } from './poolLabel.ts';
import type { NodePoolSpec } from './spec.ts';

/** `general-0042`: pools are numbered from 0, with as many digits as the pool needs, so that names sort by number. */
export function nodeName(pool: NodePoolSpec, i: number): string {
  return `${pool.name}-${String(i).padStart(String(Math.max(0, pool.count - 1)).length, '0')}`;
}

/** A machine by its pool and number. */
export interface MachineRef {
  readonly pool: string;
  readonly i: number;
}

/** The pool and number in a node's name, whether or not there is such a machine. */
export function machineRef(pools: readonly NodePoolSpec[], node: string): MachineRef | undefined {
  const dash = node.lastIndexOf('-');
  const digits = node.slice(dash + 1);
  const pool = pools.find(({ name }) => name === node.slice(0, dash));
  if (pool === undefined || !/^[0-9]{1,9}$/.test(digits)) return undefined;
  const i = Number(digits);
  return nodeName(pool, i) === node ? { pool: pool.name, i } : undefined;
}

/** Nodes of a pool go over its zones in turn. */
export function nodeZone(pool: NodePoolSpec, i: number): string {
  return pool.zones[i % pool.zones.length];
}

/** Labels that a node registers with. */
export function nodeLabels(pool: NodePoolSpec, i: number): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName(pool, i),
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': pool.machine,
    [POOL_LABEL_NAME]: pool.name,
    'topology.kubernetes.io/region': pool.region,
    'topology.kubernetes.io/zone': nodeZone(pool, i),
    ...pool.labels,
  };
}

/** A Node as somebody creates it for a pool without kubelets: its Stages do the rest. */
export function nodeObject(pool: NodePoolSpec, i: number, epochSeconds: number): KubeObject {
  const name = nodeName(pool, i);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `node-${name}`,
      creationTimestamp: timeText(epochSeconds, 0),
      labels: nodeLabels(pool, i),
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', ...pool.annotations },
    },
    spec: pool.taints.length === 0 ? {} : { taints: pool.taints },
    status: { capacity: pool.capacity, allocatable: pool.allocatable },
  };
}

/** What a machine of a pool with full kubelets is told at its start. `endpoint` is asked for when the world runs. */
export function nodeSpec(pool: NodePoolSpec, i: number, endpoint: (name: string) => EndpointId): NodeSpec {
  const name = nodeName(pool, i);
  return {
    name,
    get endpoint() {
      return endpoint(name);
    },
    zone: nodeZone(pool, i),
    region: pool.region,
    labels: nodeLabels(pool, i),
    annotations: pool.annotations,
    taints: pool.taints,
    capacity: pool.capacity,
    allocatable: pool.allocatable,
    staticPods: pool.staticPods,
    kubeletConfiguration: pool.kubelet as NodeSpec['kubeletConfiguration'],
  };
}
