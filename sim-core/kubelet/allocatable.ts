/** Node allocatable (pkg/kubelet/cm/node_container_manager_linux.go GetNodeAllocatableReservation). Pure. */
import { milliValue, quantityText, value } from '../api/machinery/quantity.ts';
import type { NodeSpec } from './rows.ts';

/** eviction/defaults_linux.go, where the configuration sets no evictionHard of its own. */
const DEFAULT_HARD: Readonly<Record<string, string>> = { 'memory.available': '100Mi', 'nodefs.available': '10%' };

/** A threshold in bytes: a quantity, or a float32 percentage of the capacity. */
function threshold(text: string | undefined, capacity: number): number {
  if (text === undefined) return 0;
  if (text.endsWith('%')) return Math.floor(capacity * Math.fround(Number(text.slice(0, -1)) / 100));
  return value(text);
}

const known = new WeakMap<NodeSpec, Readonly<Record<string, string>>>();

/** Capacity less reservations and hard eviction thresholds; what the spec gives as allocatable wins. */
export function allocatableOf(spec: NodeSpec): Readonly<Record<string, string>> {
  let allocatable = spec.allocatable ?? known.get(spec);
  if (allocatable === undefined) known.set(spec, (allocatable = computed(spec)));
  return allocatable;
}

function computed(spec: NodeSpec): Readonly<Record<string, string>> {
  const config = spec.kubeletConfiguration ?? {};
  const hard = config.evictionHard === undefined || config.evictionHard === null ? DEFAULT_HARD : config.evictionHard;
  const reserved = (name: string, of: (text: string) => number): number => {
    const system = config.systemReserved?.[name];
    const kube = config.kubeReserved?.[name];
    return (system === undefined ? 0 : of(system)) + (kube === undefined ? 0 : of(kube));
  };
  const out: Record<string, string> = {};
  for (const [name, text] of Object.entries(spec.capacity)) {
    if (name === 'cpu') {
      const milli = Math.max(0, milliValue(text) - reserved(name, milliValue));
      out[name] = milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
    } else if (name === 'memory' || name === 'ephemeral-storage') {
      const capacity = value(text);
      const hardText = name === 'memory' ? hard['memory.available'] : hard['nodefs.available'];
      const left = Math.max(0, capacity - reserved(name, value) - threshold(hardText, capacity));
      out[name] = name === 'memory' && left % 1024 === 0 ? `${left / 1024}Ki` : quantityText(left);
    } else out[name] = name === 'pods' && config.maxPods !== undefined ? String(config.maxPods) : text;
  }
  return out;
}
