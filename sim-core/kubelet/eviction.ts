/**
 * Node-pressure eviction for memory (pkg/kubelet/eviction): thresholds, ranking and texts. Pure functions; the loop is the
 * component's.
 */
import { podRequests } from '../api/helpers/pods.ts';
import { quantityText, value } from '../api/machinery/quantity.ts';
import type { KubeObject } from '../contracts/index.ts';
import { containersOf, isCritical } from './spec.ts';

/** What the node's statistics say. */
export interface NodeStats {
  readonly memoryAvailableBytes: number;
  /** Working set of a pod; undefined = not measured. */
  podMemoryBytes(pod: KubeObject): number | undefined;
}

/** evictionMonitoringPeriod. */
export const MONITOR_PERIOD_US = 10_000_000;
/** podCleanupPollFreq: after an eviction the manager looks again when the pod has been cleaned up. */
export const AFTER_EVICTION_US = 1_100_000;
/** immediateEvictionGracePeriodSeconds. */
export const HARD_GRACE_SECONDS = 1;

const requestOf = (pod: KubeObject): number => {
  const text = podRequests(pod)['memory'];
  return text === undefined ? 0 : value(text);
};

/** rankMemoryPressure: over their request first, then the lower priority, then the larger excess. Critical static pods never. */
export function rankForMemory(pods: readonly KubeObject[], stats: NodeStats): readonly KubeObject[] {
  const excess = (p: KubeObject): number => (stats.podMemoryBytes(p) ?? 0) - requestOf(p);
  const key = (p: KubeObject): readonly number[] => [
    stats.podMemoryBytes(p) === undefined ? 0 : 1,
    excess(p) > 0 ? 0 : 1,
    p.spec?.priority ?? 0,
    -excess(p),
  ];
  return pods
    .filter((p) => !isCritical(p))
    .map((p, i) => ({ p, i, k: key(p) }))
    .sort((a, b) => {
      const at = a.k.findIndex((x, n) => x !== b.k[n]);
      return at < 0 ? a.i - b.i : a.k[at] - b.k[at];
    })
    .map((e) => e.p);
}

/** The event's and the status' message. */
export function evictionMessage(pod: KubeObject, stats: NodeStats, threshold: string): string {
  let text = `The node was low on resource: memory. Threshold quantity: ${threshold}, available: ${quantityText(stats.memoryAvailableBytes, 'BinarySI')}. `;
  const containers = containersOf(pod);
  const usage = stats.podMemoryBytes(pod);
  // Statistics are per pod here; they belong to a container where the pod has only one.
  if (usage === undefined || containers.length !== 1) return text;
  const request = containers[0].resources?.requests?.memory;
  if (usage > (request === undefined ? 0 : value(request))) {
    text += `Container ${containers[0].name} was using ${quantityText(usage, 'BinarySI')}, request is ${request ?? '0'}, has larger consumption of memory. `;
  }
  return text;
}
