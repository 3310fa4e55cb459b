/**
 * Node-pressure eviction (pkg/kubelet/eviction/helpers.go): signals, thresholds, ranking and texts. Pure functions; the loop is
 * `evictionManager.ts`.
 */
import { podLimits, podRequests } from '../api/helpers/pods.ts';
import { canonicalQuantity, quantityText, value } from '../api/machinery/quantity.ts';
import type { KubeObject, TimeUs } from '../contracts/index.ts';
import { parseGoDuration } from './kwok/lifecycle.ts';
import type { KubeletConfiguration } from './rows.ts';
import { containersOf, initContainersOf } from './spec.ts';

export interface FsStats {
  readonly availableBytes: number;
  readonly capacityBytes: number;
  readonly inodesFree?: number;
  readonly inodes?: number;
}

/** What is measured of a pod; what is absent was not measured. */
export interface PodUsage {
  /** Working set. */
  readonly memoryBytes?: number;
  /** Writable layers, logs and local volumes. */
  readonly ephemeralBytes?: number;
  readonly inodes?: number;
  readonly processes?: number;
  readonly containers?: readonly {
    readonly name: string;
    readonly memoryBytes?: number;
    readonly diskBytes?: number;
  }[];
}

/** What the node's statistics say; signals of what is absent are not observed. */
export interface NodeStats {
  readonly memory?: { readonly availableBytes: number; readonly capacityBytes: number };
  readonly fs?: FsStats;
  readonly imageFs?: FsStats;
  readonly pids?: { readonly max: number; readonly running: number };
  /** undefined = no statistics of the pod. `volumeBytes`: what its local volumes held when they were measured last. */
  pod(pod: KubeObject, volumeBytes: Readonly<Record<string, number>>): PodUsage | undefined;
  /** What a volume of the pod held at a time; undefined = not known. */
  volumeBytes(pod: KubeObject, volume: string, atUs: TimeUs): number | undefined;
}

/** evictionMonitoringPeriod. */
export const MONITOR_PERIOD_US = 10_000_000;
/** podCleanupPollFreq and podCleanupTimeout: after an eviction the manager looks again when the pod has been cleaned up. */
export const CLEANUP_POLL_US = 1_000_000;
export const CLEANUP_TIMEOUT_US = 30_000_000;
/** immediateEvictionGracePeriodSeconds. */
export const HARD_GRACE_SECONDS = 1;

export type Signal =
  | 'memory.available'
  | 'nodefs.available'
  | 'nodefs.inodesFree'
  | 'imagefs.available'
  | 'imagefs.inodesFree'
  | 'pid.available';

/** signalToNodeCondition and signalToResource, in the order in which conditions are said. */
const SIGNALS: Readonly<Record<Signal, { readonly condition: string; readonly resource: string }>> = {
  'memory.available': { condition: 'MemoryPressure', resource: 'memory' },
  'nodefs.available': { condition: 'DiskPressure', resource: 'ephemeral-storage' },
  'nodefs.inodesFree': { condition: 'DiskPressure', resource: 'inodes' },
  'imagefs.available': { condition: 'DiskPressure', resource: 'ephemeral-storage' },
  'imagefs.inodesFree': { condition: 'DiskPressure', resource: 'inodes' },
  'pid.available': { condition: 'PIDPressure', resource: 'pids' },
};

export const EVICTION_SIGNALS = Object.keys(SIGNALS) as readonly Signal[];

export const resourceOf = (signal: Signal): string => SIGNALS[signal].resource;

export interface Threshold {
  readonly signal: Signal;
  /** A quantity or a percentage of the capacity. */
  readonly value: string;
  /** 0 = hard. */
  readonly graceUs: TimeUs;
  readonly minReclaim: string | undefined;
}

/** eviction/defaults_linux.go DefaultEvictionHard. */
const DEFAULT_HARD: Readonly<Record<string, string>> = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
};

/** By the configuration that they come from: a memo. */
const known = new WeakMap<KubeletConfiguration, readonly Threshold[]>();

/** ParseThresholdConfig: hard thresholds, then soft ones; percentages of 0 and of 100 and more stand for none. */
export function thresholdsOf(config: KubeletConfiguration): readonly Threshold[] {
  let thresholds = known.get(config);
  if (thresholds === undefined) known.set(config, (thresholds = parse(config)));
  return thresholds;
}

function parse(config: KubeletConfiguration): readonly Threshold[] {
  const texts = (name: string): Readonly<Record<string, string>> => (config[name] ?? {}) as Record<string, string>;
  const minReclaim = texts('evictionMinimumReclaim');
  const grace = texts('evictionSoftGracePeriod');
  const hard = config.evictionHard ?? DEFAULT_HARD;
  const soft = texts('evictionSoft');
  const out: Threshold[] = [];
  for (const [statements, isSoft] of [
    [hard, false],
    [soft, true],
  ] as const) {
    for (const signal of EVICTION_SIGNALS) {
      const text = statements[signal];
      if (text === undefined || isNone(text)) continue;
      const graceUs = isSoft ? (parseGoDuration(grace[signal] ?? '0') ?? 0) : 0;
      out.push({ signal, value: text, graceUs, minReclaim: minReclaim[signal] });
    }
  }
  return out;
}

function isNone(text: string): boolean {
  if (!text.endsWith('%')) return false;
  const percent = Number(text.slice(0, -1));
  return !(percent > 0 && percent < 100);
}

export interface Observation {
  readonly available: number;
  readonly capacity: number;
}

export type Observations = Readonly<Partial<Record<Signal, Observation>>>;

/** makeSignalObservations. */
export function observe(stats: NodeStats): Observations {
  const out: Partial<Record<Signal, Observation>> = {};
  if (stats.memory)
    out['memory.available'] = { available: stats.memory.availableBytes, capacity: stats.memory.capacityBytes };
  for (const [name, fs] of [
    ['nodefs', stats.fs],
    ['imagefs', stats.imageFs],
  ] as const) {
    if (fs === undefined) continue;
    out[`${name}.available`] = { available: fs.availableBytes, capacity: fs.capacityBytes };
    if (fs.inodesFree !== undefined && fs.inodes !== undefined)
      out[`${name}.inodesFree`] = { available: fs.inodesFree, capacity: fs.inodes };
  }
  const { pids } = stats;
  if (pids) out['pid.available'] = { available: pids.max - pids.running, capacity: pids.max };
  return out;
}

/** GetThresholdQuantity: percentages are float32. */
export function thresholdAmount(text: string, capacity: number): number {
  if (text.endsWith('%')) return Math.floor(capacity * Math.fround(Number(text.slice(0, -1)) / 100));
  return value(text);
}

/** thresholdsMet. `withReclaim`: what was to be reclaimed at least counts too. */
export function isMet(threshold: Threshold, observations: Observations, withReclaim: boolean): boolean {
  const observed = observations[threshold.signal];
  if (observed === undefined) return false;
  let amount = thresholdAmount(threshold.value, observed.capacity);
  if (withReclaim && threshold.minReclaim !== undefined)
    amount += thresholdAmount(threshold.minReclaim, observed.capacity);
  return amount > observed.available;
}

/** nodeConditions. */
export function conditionsOf(thresholds: readonly Threshold[]): readonly string[] {
  const names = new Set<string>();
  for (const { signal } of thresholds) names.add(SIGNALS[signal].condition);
  return [...names];
}

/** The threshold that is acted upon: memory before all else (byEvictionPriority). */
export function firstToReclaim(thresholds: readonly Threshold[]): Threshold | undefined {
  return thresholds.find((t) => t.signal === 'memory.available') ?? thresholds[0];
}

type Order = (a: Ranked, b: Ranked) => number;

interface Ranked {
  readonly pod: KubeObject;
  readonly usage: PodUsage | undefined;
}

const amountIn = (amounts: Readonly<Record<string, string>>, resource: string): number =>
  amounts[resource] === undefined ? 0 : value(amounts[resource]);

function used({ usage }: Ranked, resource: string): number | undefined {
  if (usage === undefined) return undefined;
  if (resource === 'memory') return usage.memoryBytes ?? 0;
  if (resource === 'inodes') return usage.inodes ?? 0;
  if (resource === 'pids') return usage.processes ?? 0;
  return usage.ephemeralBytes ?? 0;
}

const excess = (r: Ranked, resource: string): number =>
  (used(r, resource) ?? 0) - (resource === 'inodes' ? 0 : amountIn(podRequests(r.pod), resource));

/** Pods without statistics come first. */
const measured =
  (resource: string, then: Order): Order =>
  (a, b) => {
    const [x, y] = [used(a, resource), used(b, resource)];
    if (x === undefined || y === undefined) return (x === undefined ? 0 : 1) - (y === undefined ? 0 : 1);
    return then(a, b);
  };

const byPriority: Order = (a, b) => (a.pod.spec?.priority ?? 0) - (b.pod.spec?.priority ?? 0);

function ordersOf(resource: string): readonly Order[] {
  if (resource === 'pids')
    return [byPriority, measured('pids', (a, b) => (used(b, 'pids') ?? 0) - (used(a, 'pids') ?? 0))];
  const exceeds = (r: Ranked): number => (excess(r, resource) > 0 ? 0 : 1);
  return [
    measured(resource, (a, b) => exceeds(a) - exceeds(b)),
    byPriority,
    measured(resource, (a, b) => excess(b, resource) - excess(a, resource)),
  ];
}

/**
 * rankMemoryPressure, rankPIDPressure, rankDiskPressureFunc: whom to evict first. Over the request first, then the lower
 * priority, then the larger use; for process numbers the priority, then the number.
 */
export function rank(
  pods: readonly KubeObject[],
  resource: string,
  usageOf: (pod: KubeObject) => PodUsage | undefined,
): readonly KubeObject[] {
  const orders = ordersOf(resource);
  const compare: Order = (a, b) => {
    for (const order of orders) {
      const n = order(a, b);
      if (n !== 0) return n;
    }
    return 0;
  };
  return pods
    .map((pod, i) => ({ pod, usage: usageOf(pod), i }))
    .sort((a, b) => compare(a, b) || a.i - b.i)
    .map((r) => r.pod);
}

/** evictionMessage: the event's and the status' message. */
export function evictionMessage(
  pod: KubeObject,
  resource: string,
  usage: PodUsage | undefined,
  thresholds: readonly Threshold[],
  observations: Observations,
): string {
  let text = `The node was low on resource: ${resource}. `;
  const said = thresholds.filter((t) => resourceOf(t.signal) === resource && observations[t.signal]).at(-1);
  if (said !== undefined) {
    const { available, capacity } = observations[said.signal]!;
    text += `Threshold quantity: ${quantityOf(said, capacity)}, available: ${amountText(said.signal, available)}. `;
  }
  for (const container of usage?.containers ?? []) {
    const bytes =
      resource === 'memory'
        ? container.memoryBytes
        : resource === 'ephemeral-storage'
          ? container.diskBytes
          : undefined;
    const spec = [...containersOf(pod), ...initContainersOf(pod)].find((c) => c.name === container.name);
    if (bytes === undefined || spec === undefined) continue;
    const request = spec.resources?.requests?.[resource] as string | undefined;
    if (bytes <= (request === undefined ? 0 : value(request))) continue;
    const name = container.name;
    text += `Container ${name} was using ${quantityText(bytes, 'BinarySI')}, request is ${request ?? '0'}, has larger consumption of ${resource}. `;
  }
  return text;
}

/** Percentages give binary quantities, whatever they are of. */
function quantityOf({ value: text }: Threshold, capacity: number): string {
  return text.endsWith('%') ? quantityText(thresholdAmount(text, capacity), 'BinarySI') : canonicalQuantity(text);
}

/** Bytes are binary quantities, numbers of inodes and processes decimal ones. */
const amountText = (signal: Signal, amount: number): string =>
  quantityText(amount, signal.endsWith('.available') && signal !== 'pid.available' ? 'BinarySI' : 'DecimalSI');

/** The first limit of local storage that a pod is over: its message (localStorageEviction). */
export function localStorageProblem(
  pod: KubeObject,
  usage: PodUsage | undefined,
  volumeBytes: Readonly<Record<string, number>>,
): string | undefined {
  for (const volume of pod.spec?.volumes ?? []) {
    const limit = volume.emptyDir?.sizeLimit as string | undefined;
    const bytes = volumeBytes[volume.name] as number | undefined;
    if (limit === undefined || bytes === undefined || value(limit) <= 0 || bytes <= value(limit)) continue;
    return `Usage of EmptyDir volume ${JSON.stringify(volume.name)} exceeds the limit ${JSON.stringify(limit)}. `;
  }
  if (usage === undefined) return undefined;
  const limit = podLimits(pod)['ephemeral-storage'];
  if (limit !== undefined && (usage.ephemeralBytes ?? 0) > value(limit))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `;
  for (const container of containersOf(pod)) {
    const own = container.resources?.limits?.['ephemeral-storage'] as string | undefined;
    const bytes = usage.containers?.find((c) => c.name === container.name)?.diskBytes ?? 0;
    if (own !== undefined && value(own) !== 0 && bytes > value(own))
      return `Container ${container.name} exceeded its local ephemeral storage limit ${JSON.stringify(own)}. `;
  }
  return undefined;
}
