import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../examples/plugins/gpu-share.ts';
import {
  allocationCurve,
  type CurvePoint,
  readNodes,
  readPods,
  type TraceNode,
  type TracePod,
  typicalPods,
} from '../../../examples/plugins/gpu-share-curves.ts';

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

  test('the kinds that make up 95 % are typical', () => {
    const pods = [...Array.from({ length: 95 }, () => pod(1, 500)), ...Array.from({ length: 5 }, () => pod(8, 1000))];
    expect(typicalPods(pods)).toEqual([{ cpuMilli: 1000, gpus: 1, gpuMilli: 500, share: 0.95 }]);
  });
});

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/data/traces/alibaba-gpu-v2023/csv');

describe.skipIf(!existsSync(FOLDER))('the trace of a GPU cluster (skipped without ../shared/data)', () => {
  const nodes = readNodes(readFileSync(path.join(FOLDER, 'openb_node_list_gpu_node.csv'), 'utf8'));
  const pods = readPods(readFileSync(path.join(FOLDER, 'openb_pod_list_default.csv'), 'utf8'));

  test('it is the one that the curves of the literature are about', () => {
    expect([nodes.length, nodes.reduce((sum, n) => sum + n.gpus, 0), pods.length]).toEqual([1213, 6212, 8152]);
  });

  test('means over seeds: all give away what fits in the beginning, and random placement leaves most over in the end', () => {
    const some = <T>(list: readonly T[]) => list.filter((_, i) => i % 20 === 0);
    const curvesOf = (policy: Policy) =>
      ['1', '2'].map((seed) => allocationCurve(some(nodes), some(pods), policy, seed, 1.2));
    const mean = (curves: readonly (readonly CurvePoint[])[], step: number) =>
      curves.reduce((sum, curve) => sum + curve[Math.round(step * 100) - 1].allocated, 0) / curves.length;
    const [fgd, bestFit, random] = (['FGD', 'BestFit', 'Random'] as const).map(curvesOf);
    for (const curves of [fgd, bestFit, random]) expect(mean(curves, 0.5)).toBeGreaterThan(0.48);
    expect(mean(fgd, 1.2)).toBeGreaterThan(mean(random, 1.2));
    expect(mean(bestFit, 1.2)).toBeGreaterThan(mean(random, 1.2));
    expect(mean(random, 1.2)).toBeGreaterThan(0.75);
  });
});
