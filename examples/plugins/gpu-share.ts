import type {
  KubeObject,
  NodeInfo,
  PluginArgs,
  PluginDefinition,
  PodInfo,
} from '../../sim-core/scheduler/pluginApi.ts';
import { unschedulable } from '../../sim-core/scheduler/pluginApi.ts';

/** GPUs of a node, as its label says. */
const GPUS = 'example.com/gpus';
/** What a pod asks for, as annotations: so many GPUs, and thousandths of each. Several GPUs are whole ones. */
const COUNT = 'example.com/gpu-count';
const MILLI = 'example.com/gpu-milli';
const WHOLE = 1000;

/** What pods of one kind ask for. */
export interface Demand {
  readonly cpuMilli: number;
  readonly gpus: number;
  readonly gpuMilli: number;
}

/** A kind of pod that is to be expected, and how many of all pods are like it. */
export interface TypicalPod extends Demand {
  readonly share: number;
}

/**
 * `FGD`: the node on which the pod leaves the least that typical pods cannot use (fragmentation gradient descent, Weng et
 * al., USENIX ATC 2023). `BestFit`: the node with the least left of CPU and GPUs. `Random`: any that fits.
 */
export type Policy = 'FGD' | 'BestFit' | 'Random';

interface GpuShareArgs {
  readonly policy?: Policy;
  readonly typicalPods?: readonly TypicalPod[];
}

function demandOf(pod: KubeObject, cpuMilli: number): Demand {
  const annotations = pod.metadata.annotations ?? {};
  return { cpuMilli, gpus: Number(annotations[COUNT] ?? '0'), gpuMilli: Number(annotations[MILLI] ?? '0') };
}

/** Thousandths of each GPU of a node that are free. */
type Devices = readonly number[];

/** Fragments on a node, in thousandths of a GPU: what typical pods cannot use, weighed by how many there are. */
function fragments(devices: Devices, freeCpuMilli: number, typical: readonly TypicalPod[]): number {
  let total = 0;
  let expected = 0;
  for (const free of devices) total += free;
  for (const pod of typical) {
    let usable = 0;
    let fitting = 0;
    for (const free of devices)
      if (pod.gpus > 0 && free >= pod.gpuMilli) {
        usable += free;
        fitting++;
      }
    const fits = pod.gpus > 0 && fitting >= pod.gpus && freeCpuMilli >= pod.cpuMilli;
    expected += pod.share * (fits ? total - usable : total);
  }
  return expected;
}

/** Places on devices: whole GPUs, or the part of one. Undefined = there is no room. */
function place(devices: Devices, demand: Demand, cost: (after: Devices) => number): Devices | undefined {
  if (demand.gpus === 0) return devices;
  const fitting = devices.flatMap((free, i) => (free >= demand.gpuMilli ? [i] : []));
  if (fitting.length < demand.gpus) return undefined;
  const take = (taken: readonly number[]) =>
    devices.map((free, i) => (taken.includes(i) ? free - demand.gpuMilli : free));
  if (demand.gpus > 1 || demand.gpuMilli === WHOLE) return take(fitting.slice(0, demand.gpus));
  let best: Devices | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const i of fitting) {
    const after = take([i]);
    const price = cost(after);
    if (price < least) {
      least = price;
      best = after;
    }
  }
  return best;
}

interface Outcome {
  /** Undefined = the pod does not fit. */
  readonly after?: Devices;
  /** Less is better. */
  readonly cost: number;
}

/** The share of a part that is free, 0 when there is none of it. */
const part = (free: number, all: number) => (all === 0 ? 0 : free / all);

/**
 * Pods share GPUs. Which device a pod has is written down nowhere: it follows from the pods of the node in their order of
 * arrival, so every call finds the same.
 */
class Sharing {
  private readonly policy: Policy;
  private readonly typical: readonly TypicalPod[];
  /** By the last pod of a node: what was free after it. Memos of immutable things, no state. */
  private readonly known = new WeakMap<PodInfo, { readonly count: number; readonly devices: Devices }>();
  private readonly outcomes = new WeakMap<NodeInfo, Map<string, Outcome>>();

  constructor({ policy = 'FGD', typicalPods = [] }: GpuShareArgs) {
    this.policy = policy;
    this.typical = typicalPods;
  }

  outcome(pod: PodInfo, node: NodeInfo): Outcome {
    const demand = demandOf(pod.pod, pod.requests.milliCPU);
    const key = `${demand.cpuMilli}/${demand.gpus}/${demand.gpuMilli}`;
    let ofNode = this.outcomes.get(node);
    if (ofNode === undefined) this.outcomes.set(node, (ofNode = new Map()));
    let outcome = ofNode.get(key);
    if (outcome === undefined) ofNode.set(key, (outcome = this.find(demand, node)));
    return outcome;
  }

  private find(demand: Demand, node: NodeInfo): Outcome {
    const devices = this.devicesOf(node);
    const freeCpu = node.allocatable.milliCPU - node.requested.milliCPU;
    const after = place(devices, demand, (d) => this.deviceCost(d, freeCpu - demand.cpuMilli));
    if (after === undefined || this.policy === 'Random') return { after, cost: 0 };
    const freeCpuAfter = freeCpu - demand.cpuMilli;
    const before = this.policy === 'FGD' ? fragments(devices, freeCpu, this.typical) : 0;
    return { after, cost: this.nodeCost(after, freeCpuAfter, node) - before };
  }

  private nodeCost(devices: Devices, freeCpu: number, node: NodeInfo): number {
    if (this.policy === 'FGD') return fragments(devices, freeCpu, this.typical);
    const freeGpu = devices.reduce((sum, free) => sum + free, 0);
    return part(freeCpu, node.allocatable.milliCPU) + part(freeGpu, devices.length * WHOLE);
  }

  /** Of the devices of one node the pod takes the fullest, or under FGD the one that leaves the least fragments. */
  private deviceCost(devices: Devices, freeCpu: number): number {
    if (this.policy === 'FGD') return fragments(devices, freeCpu, this.typical);
    return -devices.reduce((sum, free) => sum + (WHOLE - free) ** 2, 0);
  }

  private devicesOf(node: NodeInfo): Devices {
    const { pods } = node;
    let at = pods.length;
    let devices: Devices | undefined;
    while (at > 0 && devices === undefined) {
      const known = this.known.get(pods[at - 1]);
      if (known?.count === at) devices = known.devices;
      else at--;
    }
    devices ??= new Array<number>(Number(node.labels[GPUS] ?? '0')).fill(WHOLE);
    let usedCpu = pods.slice(0, at).reduce((sum, p) => sum + p.requests.milliCPU, 0);
    for (; at < pods.length; at++) {
      const pod = pods[at];
      usedCpu += pod.requests.milliCPU;
      const freeCpu = node.allocatable.milliCPU - usedCpu;
      const demand = demandOf(pod.pod, pod.requests.milliCPU);
      devices = place(devices, demand, (d) => this.deviceCost(d, freeCpu)) ?? devices;
      this.known.set(pod, { count: at + 1, devices });
    }
    return devices;
  }
}

/** Scores are whole numbers: costs in millionths of a GPU's thousandth keep their order. */
const COST_UNIT = 1e6;

const gpuShare: PluginDefinition = {
  name: 'GpuShare',
  validateArgs(args: PluginArgs) {
    const { policy = 'FGD' } = args as GpuShareArgs;
    if (['FGD', 'BestFit', 'Random'].includes(policy)) return [];
    return [{ field: 'policy', value: policy, detail: 'must be FGD, BestFit or Random' }];
  },
  create(args: PluginArgs) {
    const sharing = new Sharing(args as GpuShareArgs);
    return {
      name: 'GpuShare',
      filter: (_state, pod, node) =>
        sharing.outcome(pod, node).after === undefined ? unschedulable('Insufficient share of a GPU') : undefined,
      score: (_state, pod, node) => Math.round(sharing.outcome(pod, node).cost * COST_UNIT),
      // The cheapest alone gets 100: whole scores must not make near ones equal to it.
      normalize(_state, _pod, scores) {
        let least = Number.POSITIVE_INFINITY;
        let most = Number.NEGATIVE_INFINITY;
        for (const cost of scores) {
          if (cost < least) least = cost;
          if (cost > most) most = cost;
        }
        for (let i = 0; i < scores.length; i++)
          scores[i] =
            scores[i] === least ? 100 : most === least ? 0 : Math.floor((99 * (most - scores[i])) / (most - least));
      },
    };
  },
};

export default gpuShare;
