import type { NodePoolSpec } from './spec.ts';

/** Machine types that a pool may name; capacity as the cloud states it, allocatable after the usual reservations. */
interface Machine {
  readonly cpu: number;
  readonly memoryMi: number;
  readonly pods: number;
}

/**
 * Common general-purpose types, so that scenarios need no figures: vCPU and memory from the providers' public instance
 * tables, pods as the managed Kubernetes of that provider sets it.
 */
const machines: Readonly<Record<string, Machine>> = {
  'm5.large': { cpu: 2, memoryMi: 8 * 1024, pods: 29 },
  'm5.xlarge': { cpu: 4, memoryMi: 16 * 1024, pods: 58 },
  'm5.2xlarge': { cpu: 8, memoryMi: 32 * 1024, pods: 58 },
  'm5.4xlarge': { cpu: 16, memoryMi: 64 * 1024, pods: 234 },
  'm5.8xlarge': { cpu: 32, memoryMi: 128 * 1024, pods: 234 },
  'c5.xlarge': { cpu: 4, memoryMi: 8 * 1024, pods: 58 },
  'c5.2xlarge': { cpu: 8, memoryMi: 16 * 1024, pods: 58 },
  'c5.4xlarge': { cpu: 16, memoryMi: 32 * 1024, pods: 234 },
  'r5.xlarge': { cpu: 4, memoryMi: 32 * 1024, pods: 58 },
  'r5.2xlarge': { cpu: 8, memoryMi: 64 * 1024, pods: 58 },
  'e2-standard-4': { cpu: 4, memoryMi: 16 * 1024, pods: 110 },
  'e2-standard-8': { cpu: 8, memoryMi: 32 * 1024, pods: 110 },
  'n2-standard-4': { cpu: 4, memoryMi: 16 * 1024, pods: 110 },
  'n2-standard-8': { cpu: 8, memoryMi: 32 * 1024, pods: 110 },
  Standard_D4s_v5: { cpu: 4, memoryMi: 16 * 1024, pods: 110 },
  Standard_D8s_v5: { cpu: 8, memoryMi: 32 * 1024, pods: 110 },
};

export const DEFAULT_MACHINE = 'e2-standard-4';

export const MACHINE_NAMES: readonly string[] = Object.keys(machines).sort();

/** Kubelet default hard eviction threshold: memory.available<100Mi (pkg/kubelet/apis/config/v1beta1/defaults_linux.go). */
const EVICTION_HARD_MI = 100;
const EPHEMERAL_STORAGE_GI = 100;

/** Capacity and allocatable of a machine type; undefined when the name is unknown. */
export function machineResources(name: string): Pick<NodePoolSpec, 'capacity' | 'allocatable'> | undefined {
  const machine = Object.hasOwn(machines, name) ? machines[name] : undefined;
  if (machine === undefined) return undefined;
  const capacity = {
    cpu: String(machine.cpu),
    memory: `${machine.memoryMi}Mi`,
    pods: String(machine.pods),
    'ephemeral-storage': `${EPHEMERAL_STORAGE_GI}Gi`,
  };
  return {
    capacity,
    allocatable: {
      ...capacity,
      memory: `${machine.memoryMi - EVICTION_HARD_MI}Mi`,
      'ephemeral-storage': `${Math.floor(EPHEMERAL_STORAGE_GI * 0.9)}Gi`,
    },
  };
}
