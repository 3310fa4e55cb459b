// How much of its GPUs a cluster can give away, as pods arrive: curves over seeds, for three policies of gpu-share.ts.
//
//     node scripts/run-ts.mjs examples/plugins/gpu-share-curves.ts FOLDER [SEEDS [EVERY]]
//
// FOLDER is `csv` of Alibaba's cluster-trace-gpu-v2023 (for research or study only; not part of this project). SEEDS is how
// many runs each policy gets, EVERY = 10 takes each tenth node and pod.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { draw, rootKey, streamKey, uniformInt } from '../../sim-core/engine/index.ts';
import type { KubeObject } from '../../sim-core/index.ts';
import { schedulePod } from '../../sim-core/scheduler/cycle/schedulePod.ts';
import { buildProfiles } from '../../sim-core/scheduler/framework/config.ts';
import { emptyNodeInfo, type NodeInfo, withNode, withPod } from '../../sim-core/scheduler/framework/nodeInfo.ts';
import { podInfo } from '../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../sim-core/scheduler/framework/runtime.ts';
import { createSnapshot, type Listers } from '../../sim-core/scheduler/framework/snapshot.ts';
import gpuShare, { type Policy, type TypicalPod } from './gpu-share.ts';

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

/** Kinds of pods that make up 95 % of all. */
export function typicalPods(pods: readonly TracePod[]): readonly TypicalPod[] {
  const kinds = new Map<string, { readonly pod: TracePod; count: number }>();
  for (const pod of pods) {
    const key = `${pod.cpuMilli}/${pod.gpus}/${pod.gpuMilli}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { pod, count: 1 });
    else kind.count++;
  }
  const typical: TypicalPod[] = [];
  let covered = 0;
  for (const [, { pod, count }] of [...kinds].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))) {
    if (covered >= 0.95 * pods.length) break;
    covered += count;
    typical.push({ cpuMilli: pod.cpuMilli, gpus: pod.gpus, gpuMilli: pod.gpuMilli, share: count / pods.length });
  }
  return typical;
}

const NO_OBJECTS: Listers = {
  namespaceLabels: () => ({}),
  services: () => [],
  replicaSets: () => [],
  replicationControllers: () => [],
  statefulSets: () => [],
  podDisruptionBudgets: () => [],
  get: () => undefined,
  list: () => [],
};

function nodeObject(node: TraceNode): KubeObject {
  const amounts = { cpu: `${node.cpuMilli}m`, memory: `${node.memoryMiB}Mi`, pods: '1001' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { 'example.com/gpus': String(node.gpus) } },
    spec: {},
    status: { capacity: amounts, allocatable: amounts },
  };
}

function podObject(pod: TracePod, name: string): KubeObject {
  const requests = { cpu: `${pod.cpuMilli}m`, memory: `${pod.memoryMiB}Mi` };
  const annotations = { 'example.com/gpu-count': String(pod.gpus), 'example.com/gpu-milli': String(pod.gpuMilli) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, annotations },
    spec: { containers: [{ name: 'c', image: 'c', resources: { requests } }] },
    status: {},
  };
}

function frameworkOf(policy: Policy, typical: readonly TypicalPod[]): Framework {
  const [profile] = buildProfiles(
    {
      profiles: [
        {
          plugins: {
            multiPoint: { disabled: [{ name: '*' }], enabled: [{ name: 'PrioritySort' }, { name: 'DefaultBinder' }] },
            filter: { enabled: [{ name: 'NodeResourcesFit' }, { name: 'GpuShare' }] },
            preFilter: { enabled: [{ name: 'NodeResourcesFit' }] },
            score: { enabled: [{ name: 'GpuShare' }] },
          },
          pluginConfig: [{ name: 'GpuShare', args: { policy, typicalPods: typical } }],
        },
      ],
    },
    [{ definition: gpuShare, file: 'gpu-share.ts', hash: '' }],
  );
  return new Framework(profile.plugins, () => []);
}

/**
 * Pods arrive in an order drawn by the seed, and when all have come some of them again, until `until` times the GPUs of the
 * cluster were asked for. What does not fit is turned away. One point for each percent that arrives.
 */
export function allocationCurve(
  nodes: readonly TraceNode[],
  pods: readonly TracePod[],
  policy: Policy,
  seed: string,
  until = 1.3,
): readonly CurvePoint[] {
  const framework = frameworkOf(policy, typicalPods(pods));
  const infos: NodeInfo[] = nodes.map((node) => withNode(emptyNodeInfo(node.name), nodeObject(node)));
  const places = new Map(nodes.map((node, i) => [node.name, i]));
  const all = nodes.reduce((sum, node) => sum + node.gpus, 0) * 1000;
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
    const info = podInfo(podObject(pod, `pod-${n}`));
    const decision = schedulePod(framework, info, createSnapshot(infos, NO_OBJECTS), {
      startIndex: 0,
      percentageOfNodesToScore: 100,
      chooseBest: (best) => uniformInt(draw(key, 3, n), best.length),
      drawOffset: () => 0,
    });
    if (decision.node !== undefined) {
      const at = places.get(decision.node) as number;
      infos[at] = withPod(infos[at], info);
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
  process.stdout.write(`arrived     ${steps.map((s) => `${(s * 100).toFixed(0).padStart(6)}%`).join('')}\n`);
  for (const policy of ['FGD', 'BestFit', 'Random'] as const) {
    const curves = Array.from({ length: Number(seeds) }, (_, i) => allocationCurve(nodes, pods, policy, String(i + 1)));
    const mean = (step: number) =>
      curves.reduce((sum, c) => sum + (c[Math.round(step * 100) - 1] ?? c[c.length - 1]).allocated, 0) / curves.length;
    process.stdout.write(
      `${policy.padEnd(12)}${steps.map((s) => `${(mean(s) * 100).toFixed(1).padStart(6)}%`).join('')}\n`,
    );
  }
}

if (process.argv[2] !== undefined && /gpu-share-curves|main\.mjs$/.test(process.argv[1] ?? ''))
  main(process.argv.slice(2));
