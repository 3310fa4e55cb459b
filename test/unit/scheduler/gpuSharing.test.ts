import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { POLICIES, type Policy, placeOn } from '../../../examples/plugins/gpu-policies.ts';
import gpuShare from '../../../examples/plugins/gpu-share.ts';
import {
  allocationCurve,
  Machine,
  readNodes,
  readPods,
  type TraceNode,
  type TracePod,
  typicalPods,
} from '../../../examples/plugins/gpu-share-curves.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import type { SchedulerConfiguration } from '../../../sim-core/scheduler/framework/config.ts';
import { decide, node as nodeObject, on as onNode, pod as podObject, snapshotOf } from './support.ts';

const node = (name: string, gpus: number, cpuMilli = 96_000): TraceNode => ({
  name,
  gpus,
  cpuMilli,
  memoryMiB: 393_216,
  gpuMilli: 1000,
});
const pod = (gpus: number, gpuMilli: number, cpuMilli = 1000): TracePod => ({
  gpus,
  gpuMilli,
  cpuMilli,
  memoryMiB: 1024,
});

describe('sharing GPUs', () => {
  test('parts of a GPU share it, whole GPUs do not', () => {
    // Four halves and one whole: three GPUs, whatever the order.
    const pods = [pod(1, 500), pod(1, 500), pod(1, 500), pod(1, 500), pod(1, 1000)];
    for (const seed of ['1', '2', '3'])
      expect(allocationCurve([node('n', 3)], pods, 'FGD', seed, 1).at(-1)).toEqual({ arrived: 1, allocated: 1 });
  });

  test('what a typical pod cannot use is left alone, where another policy breaks it up', () => {
    // Whole machines are asked for most; small pods must not start on every one of them.
    const nodes = [node('a', 8), node('b', 8), node('c', 8)];
    const pods = [...Array.from({ length: 8 }, () => pod(1, 1000)), pod(8, 1000), pod(8, 1000)];
    const mean = (policy: 'FGD' | 'Random') =>
      ['1', '2', '3', '4', '5'].reduce(
        (sum, seed) => sum + (allocationCurve(nodes, pods, policy, seed, 1).at(-1)?.allocated ?? 0),
        0,
      ) / 5;
    expect(mean('FGD')).toBeGreaterThan(mean('Random'));
  });

  test('all kinds of pods are expected, by how many there are', () => {
    const pods = [...Array.from({ length: 95 }, () => pod(1, 500)), ...Array.from({ length: 5 }, () => pod(8, 1000))];
    expect(typicalPods(pods)).toEqual([
      { cpuMilli: 1000, gpus: 1, gpuMilli: 500, share: 0.95 },
      { cpuMilli: 1000, gpus: 8, gpuMilli: 1000, share: 0.05 },
    ]);
  });

  test.each(POLICIES)('the plugin in the scheduler chooses as the curves do: %s', (policy) => {
    const pods = [pod(1, 500, 2000), pod(2, 1000), pod(1, 300), pod(0, 0, 4000), pod(1, 1000, 9000), pod(1, 700)];
    const nodes = [node('a', 2, 16_000), node('b', 4, 8000), node('c', 8, 32_000), node('d', 1, 64_000)];
    const arriving = Array.from({ length: 40 }, (_, i) => pods[(i * 7) % pods.length]);
    const typical = typicalPods(arriving);
    const machines = nodes.map((n) => new Machine(n));
    const config: SchedulerConfiguration = {
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
    };
    const plugins = [{ definition: gpuShare, file: 'gpu-share.ts', hash: '' }];
    const objects = nodes.map(({ name, gpus, cpuMilli, memoryMiB }) =>
      nodeObject(
        name,
        { cpu: `${cpuMilli}m`, memory: `${memoryMiB}Mi`, pods: '1001' },
        { labels: { 'example.com/gpus': String(gpus) } },
      ),
    );
    const running: KubeObject[] = [];
    arriving.forEach((demand, i) => {
      const base = podObject({ cpu: `${demand.cpuMilli}m`, memory: `${demand.memoryMiB}Mi` }, { name: `p${i}` });
      const annotations = {
        'example.com/gpu-count': String(demand.gpus),
        'example.com/gpu-milli': String(demand.gpuMilli),
      };
      const incoming = { ...base, metadata: { ...base.metadata, annotations } };
      const decision = decide(snapshotOf(objects, running), incoming, config, 0, plugins);
      const outcomes = machines.map((m) => placeOn(m, demand, policy, typical));
      const least = Math.min(...outcomes.filter((o) => o.after !== undefined).map((o) => o.cost));
      const best = nodes
        .filter((_, k) => outcomes[k].after !== undefined && outcomes[k].cost === least)
        .map((n) => n.name);
      expect(decision.best.filter((name) => best.includes(name))).toEqual(decision.best);
      if (decision.node === undefined) return;
      const at = nodes.findIndex((n) => n.name === decision.node);
      machines[at].take(demand, outcomes[at].after ?? []);
      running.push(onNode(decision.node, incoming));
    });
    expect(running.length).toBeGreaterThan(15);
  });
});

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/data/traces/alibaba-gpu-v2023/csv');

describe.skipIf(!existsSync(FOLDER))('the trace of a GPU cluster (skipped without ../shared/data)', () => {
  const read = () => ({
    nodes: readNodes(readFileSync(path.join(FOLDER, 'openb_node_list_gpu_node.csv'), 'utf8')),
    pods: readPods(readFileSync(path.join(FOLDER, 'openb_pod_list_default.csv'), 'utf8')),
  });

  test('it is the one that the curves of the literature are about', () => {
    const { nodes, pods } = read();
    expect([nodes.length, nodes.reduce((sum, n) => sum + n.gpus, 0), pods.length]).toEqual([1213, 6212, 8152]);
  });

  test('at 130 % FGD gives away the most, then best fit; what is left over is up to a half less', () => {
    const { nodes, pods } = read();
    const end = (policy: Policy) => allocationCurve(nodes, pods, policy, '1').at(-1)?.allocated ?? 0;
    const [fgd, bestFit, dotProd, packing, clustering, random] = POLICIES.map(end);
    expect(fgd).toBeGreaterThan(bestFit + 0.01);
    expect(bestFit).toBeGreaterThan(Math.max(dotProd, packing) + 0.02);
    expect(Math.min(dotProd, packing)).toBeGreaterThan(Math.max(clustering, random));
    expect((1 - fgd) / (1 - packing)).toBeLessThan(0.55);
  }, 300_000);
});
