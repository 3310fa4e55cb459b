import type {
  KubeObject,
  NodeInfo,
  PluginArgs,
  PluginDefinition,
  PodInfo,
} from '../../sim-core/scheduler/pluginApi.ts';
import { unschedulable } from '../../sim-core/scheduler/pluginApi.ts';
import {
  type Demand,
  gpuClass,
  type NodeState,
  type Outcome,
  POLICIES,
  type Policy,
  placeOn,
  type TypicalPod,
  WHOLE,
} from './gpu-policies.ts';

/** GPUs of a node, as its label says. */
const GPUS = 'example.com/gpus';
/** What a pod asks for, as annotations: so many GPUs, and thousandths of each. Several GPUs are whole ones. */
const COUNT = 'example.com/gpu-count';
const MILLI = 'example.com/gpu-milli';

interface GpuShareArgs {
  readonly policy?: Policy;
  readonly typicalPods?: readonly TypicalPod[];
}

function demandOf(pod: KubeObject, cpuMilli: number): Demand {
  const annotations = pod.metadata.annotations ?? {};
  return { cpuMilli, gpus: Number(annotations[COUNT] ?? '0'), gpuMilli: Number(annotations[MILLI] ?? '0') };
}

/** What is known of a node after its first pods. */
interface Known extends NodeState {
  readonly count: number;
}

/**
 * Pods share GPUs. Which device a pod has is written down nowhere: it follows from the pods of the node in their order of
 * arrival, so every call finds the same.
 */
class Sharing {
  private readonly policy: Policy;
  private readonly typical: readonly TypicalPod[];
  /** By the last pod of a node: what was free after it. Memos of immutable things, no state. */
  private readonly known = new WeakMap<PodInfo, Known>();
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
    if (outcome === undefined)
      ofNode.set(key, (outcome = placeOn(this.stateOf(node), demand, this.policy, this.typical)));
    return outcome;
  }

  private stateOf(node: NodeInfo): NodeState {
    const { pods } = node;
    const cpuMilli = node.allocatable.milliCPU;
    let state: Known = {
      count: 0,
      devices: new Array<number>(Number(node.labels[GPUS] ?? '0')).fill(WHOLE),
      freeCpuMilli: cpuMilli,
      cpuMilli,
      podsByGpus: new Map(),
    };
    for (let at = pods.length; at > state.count; at--) {
      const known = this.known.get(pods[at - 1]);
      if (known?.count === at) state = known;
    }
    for (const pod of pods.slice(state.count)) {
      const demand = demandOf(pod.pod, pod.requests.milliCPU);
      const devices = placeOn(state, demand, this.policy, this.typical).after ?? state.devices;
      const kind = gpuClass(demand);
      const podsByGpus = new Map(state.podsByGpus).set(kind, (state.podsByGpus.get(kind) ?? 0) + 1);
      const freeCpuMilli = state.freeCpuMilli - demand.cpuMilli;
      state = { count: state.count + 1, devices, freeCpuMilli, cpuMilli, podsByGpus };
      this.known.set(pod, state);
    }
    return state;
  }
}

/** Scores are whole numbers: costs in millionths of a GPU's thousandth keep their order. */
const COST_UNIT = 1e6;

const gpuShare: PluginDefinition = {
  name: 'GpuShare',
  validateArgs(args: PluginArgs) {
    const { policy = 'FGD' } = args as GpuShareArgs;
    if (POLICIES.includes(policy)) return [];
    return [{ field: 'policy', value: policy, detail: `must be one of ${POLICIES.join(', ')}` }];
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
