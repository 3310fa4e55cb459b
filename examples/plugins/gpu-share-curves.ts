// How much of its GPUs a cluster can give away, as pods arrive: curves over seeds, for the policies of gpu-policies.ts.
//
//     node scripts/run-ts.mjs examples/plugins/gpu-share-curves.ts FOLDER [SEEDS [EVERY]]
//
// FOLDER is `csv` of Alibaba's cluster-trace-gpu-v2023 (for research or study only; not part of this project). SEEDS is how
// many runs each policy gets, EVERY = 10 takes each tenth node and pod.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { draw, rootKey, streamKey, uniformInt } from '../../sim-core/engine/index.ts';
import {
  type Demand,
  fragments,
  gpuClass,
  type Outcome,
  POLICIES,
  type Policy,
  placeOn,
  type TypicalPod,
  WHOLE,
} from './gpu-policies.ts';

/** One line of the trace's list of pods. */
export interface TracePod {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly gpuMilli: number;
}

export interface TraceNode extends TracePod {
  readonly name: string;
}

/** Arrived and given GPUs, as shares of all GPUs of the cluster. */
export interface CurvePoint {
  readonly arrived: number;
  readonly allocated: number;
}

function table(text: string): readonly Readonly<Record<string, string>>[] {
  const [head, ...rows] = text.trim().split(/\r?\n/);
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [names[i], cell])));
}

export function readNodes(text: string): readonly TraceNode[] {
  return table(text).map((r) => ({
    name: r['sn'],
    cpuMilli: Number(r['cpu_milli']),
    memoryMiB: Number(r['memory_mib']),
    gpus: Number(r['gpu']),
    gpuMilli: 1000,
  }));
}

export function readPods(text: string): readonly TracePod[] {
  return table(text).map((r) => ({
    cpuMilli: Number(r['cpu_milli']),
    memoryMiB: Number(r['memory_mib']),
    gpus: Number(r['num_gpu']),
    gpuMilli: Number(r['gpu_milli']),
  }));
}

/**
 * The mix of pods that is expected: that of the trace. All kinds count: large pods are few (eight GPUs: one pod in 185), but
 * without them FGD breaks up the machines that only they need, and loses to best fit.
 */
export function typicalPods(pods: readonly TracePod[]): readonly TypicalPod[] {
  const kinds = new Map<string, { readonly pod: TracePod; count: number }>();
  for (const pod of pods) {
    const key = `${pod.cpuMilli}/${pod.gpus}/${pod.gpuMilli}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { pod, count: 1 });
    else kind.count++;
  }
  return [...kinds.values()].map(({ pod: { cpuMilli, gpus, gpuMilli }, count }) => ({
    cpuMilli,
    gpus,
    gpuMilli,
    share: count / pods.length,
  }));
}

/** A node while pods arrive. */
export class Machine {
  readonly cpuMilli: number;
  readonly podsByGpus = new Map<number, number>();
  freeCpuMilli: number;
  freeMemoryMiB: number;
  devices: readonly number[];
  /** Rises with each pod. */
  version = 0;
  /** Of the node as it is; undefined = not asked for yet. */
  fragments: number | undefined;

  constructor({ cpuMilli, memoryMiB, gpus }: TraceNode) {
    this.cpuMilli = cpuMilli;
    this.freeCpuMilli = cpuMilli;
    this.freeMemoryMiB = memoryMiB;
    this.devices = new Array<number>(gpus).fill(WHOLE);
  }

  take(pod: TracePod, after: readonly number[]): void {
    const kind = gpuClass(pod);
    this.devices = after;
    this.freeCpuMilli -= pod.cpuMilli;
    this.freeMemoryMiB -= pod.memoryMiB;
    this.podsByGpus.set(kind, (this.podsByGpus.get(kind) ?? 0) + 1);
    this.version++;
    this.fragments = undefined;
  }
}

/** What every node says to pods of one kind; a node is asked again when it has changed. */
class Answers {
  private readonly versions: Int32Array;
  private readonly outcomes: Outcome[];

  constructor(nodes: number) {
    this.versions = new Int32Array(nodes).fill(-1);
    this.outcomes = new Array(nodes);
  }

  of(machine: Machine, at: number, pod: TracePod, policy: Policy, typical: readonly TypicalPod[]): Outcome {
    if (this.versions[at] === machine.version) return this.outcomes[at];
    this.versions[at] = machine.version;
    if (policy === 'FGD') machine.fragments ??= fragments(machine.devices, machine.freeCpuMilli, typical);
    const outcome: Outcome =
      machine.freeMemoryMiB < pod.memoryMiB
        ? { cost: Number.POSITIVE_INFINITY }
        : placeOn(machine, pod satisfies Demand, policy, typical, machine.fragments);
    this.outcomes[at] = outcome;
    return outcome;
  }
}

/**
 * Pods arrive in an order drawn by the seed, and when all have come some of them again, until `until` times the GPUs of the
 * cluster were asked for. What does not fit is turned away. One point for each percent that arrives. The scheduler with the
 * plugin comes to the same nodes; here all that the other plugins would say is left out, which is a hundred times faster.
 */
export function allocationCurve(
  nodes: readonly TraceNode[],
  pods: readonly TracePod[],
  policy: Policy,
  seed: string,
  until = 1.3,
): readonly CurvePoint[] {
  const typical = typicalPods(pods);
  const machines = nodes.map((node) => new Machine(node));
  const answers = new Map<string, Answers>();
  const all = nodes.reduce((sum, node) => sum + node.gpus, 0) * WHOLE;
  const key = streamKey(rootKey(seed), 'arrivals');
  const order = pods.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const k = uniformInt(draw(key, 1, i), i + 1);
    [order[i], order[k]] = [order[k], order[i]];
  }
  const points: CurvePoint[] = [];
  let arrived = 0;
  let allocated = 0;
  for (let n = 0; arrived < until * all; n++) {
    const pod = pods[n < order.length ? order[n] : uniformInt(draw(key, 2, n), pods.length)];
    arrived += pod.gpus * pod.gpuMilli;
    const kind = `${pod.cpuMilli}/${pod.memoryMiB}/${pod.gpus}/${pod.gpuMilli}`;
    let known = answers.get(kind);
    if (known === undefined) answers.set(kind, (known = new Answers(machines.length)));
    let least = Number.POSITIVE_INFINITY;
    let best: number[] = [];
    for (let i = 0; i < machines.length; i++) {
      const { after, cost } = known.of(machines[i], i, pod, policy, typical);
      if (after === undefined || cost > least) continue;
      if (cost < least) best = [];
      least = cost;
      best.push(i);
    }
    if (best.length > 0) {
      const at = best[uniformInt(draw(key, 3, n), best.length)];
      machines[at].take(pod, known.of(machines[at], at, pod, policy, typical).after as readonly number[]);
      allocated += pod.gpus * pod.gpuMilli;
    }
    if (arrived >= ((points.length + 1) / 100) * all)
      points.push({ arrived: arrived / all, allocated: allocated / all });
  }
  return points;
}

function main([folder, seeds = '3', every = '1']: readonly string[]): void {
  const each = <T>(list: readonly T[]) => list.filter((_, i) => i % Number(every) === 0);
  const nodes = each(readNodes(readFileSync(path.join(folder, 'openb_node_list_gpu_node.csv'), 'utf8')));
  const pods = each(readPods(readFileSync(path.join(folder, 'openb_pod_list_default.csv'), 'utf8')));
  const steps = [0.8, 0.9, 1, 1.1, 1.2, 1.3];
  process.stdout.write(`${nodes.length} nodes, ${nodes.reduce((s, n) => s + n.gpus, 0)} GPUs, ${pods.length} pods\n`);
  process.stdout.write(
    `arrived     ${steps.map((s) => `${(s * 100).toFixed(0).padStart(6)}%`).join('')}  left over, and by FGD less\n`,
  );
  let ofFgd = 1;
  for (const policy of POLICIES) {
    const curves = Array.from({ length: Number(seeds) }, (_, i) => allocationCurve(nodes, pods, policy, String(i + 1)));
    const mean = (step: number) =>
      curves.reduce((sum, c) => sum + (c[Math.round(step * 100) - 1] ?? c[c.length - 1]).allocated, 0) / curves.length;
    const left = 1 - mean(1.3);
    if (policy === 'FGD') ofFgd = left;
    const less = policy === 'FGD' ? '' : `${((1 - ofFgd / left) * 100).toFixed(0).padStart(6)}%`;
    process.stdout.write(
      `${policy.padEnd(12)}${steps.map((s) => `${(mean(s) * 100).toFixed(1).padStart(6)}%`).join('')}${`${(left * 100).toFixed(1)}%`.padStart(9)}${less}\n`,
    );
  }
}

if (process.argv[2] !== undefined && /gpu-share-curves|main\.mjs$/.test(process.argv[1] ?? ''))
  main(process.argv.slice(2));
