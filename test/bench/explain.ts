import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { explain } from '../../sim-core/explain/explain.ts';
import type { Question } from '../../sim-core/scheduler/cycle/question.ts';
import { podInfo } from '../../sim-core/scheduler/framework/podInfo.ts';
import { questionOf } from '../unit/explain/support.ts';
import { node, pod, snapshotOf } from '../unit/scheduler/support.ts';
import type { BenchResult } from './p1.ts';

const ZONES = ['a', 'b', 'c'];
const EXPLANATION_MS = 50;
const FLIP_MS = 1000;

/** A cluster with pods on all nodes, more on some than on others. */
function filled(nodes: number, podsPerNode: number): Question['snapshot'] {
  const templates = Array.from({ length: 100 }, (_, i) => ({
    requests: { cpu: `${50 + (i % 10) * 10}m`, memory: `${128 + (i % 7) * 64}Mi` },
    labels: { app: `app-${i}` },
  }));
  const objects = Array.from({ length: nodes }, (_, i) =>
    node(`node-${i}`, { cpu: '4', memory: '16Gi' }, { labels: { 'topology.kubernetes.io/zone': ZONES[i % 3] } }),
  );
  const pods: KubeObject[] = [];
  for (let i = 0; i < nodes; i++) {
    const n = podsPerNode - 3 + ((i * 7) % 7);
    for (let k = 0; k < n; k++) {
      const { requests, labels } = templates[(i * 13 + k * 31) % 100];
      const made = pod(requests, { name: `p-${i}-${k}`, labels });
      pods.push({ ...made, spec: { ...made.spec, nodeName: `node-${i}` } });
    }
  }
  return snapshotOf(objects, pods, { services: [service('app-1')] });
}

function service(app: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: app, namespace: 'a' }, spec: { selector: { app } } };
}

/** The median of the milliseconds of CPU time that the work takes, after two rounds that do not count. */
function measured(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

interface Mix {
  readonly name: string;
  readonly incoming: KubeObject;
  readonly percentage?: number;
}

function mixes(): readonly Mix[] {
  const selector = { matchLabels: { app: 'app-1' } };
  const labels = { app: 'app-1' };
  const small = { cpu: '100m', memory: '128Mi' };
  const hostname = { topologyKey: 'kubernetes.io/hostname', labelSelector: selector };
  return [
    { name: 'scheduled, sampled', incoming: pod(small, { labels }) },
    { name: 'scheduled, all nodes', incoming: pod(small, { labels }), percentage: 100 },
    { name: 'pending, too large', incoming: pod({ cpu: '3500m', memory: '1Gi' }, { labels }) },
    { name: 'pending, priority', incoming: pod({ cpu: '3900m' }, { labels, priority: 10 }) },
    {
      name: 'pending, spread and too large',
      incoming: pod(
        { cpu: '3500m' },
        {
          labels,
          topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', ...hostname }],
        },
      ),
    },
    {
      name: 'pending, affinity',
      incoming: pod(small, {
        labels,
        nodeSelector: { disk: 'ssd' },
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [hostname] } },
      }),
    },
  ];
}

/** Milliseconds of one explanation and of one smallest flip at 5,000 nodes, over mixes of pods. */
export function explainBench(nodes = 5000): Readonly<Record<string, BenchResult>> {
  const snapshot = filled(nodes, 30);
  const results: Record<string, BenchResult> = {};
  for (const { name, incoming, percentage } of mixes()) {
    const question = questionOf(snapshot, incoming, { percentageOfNodesToScore: percentage });
    const told = explain(question);
    const limit = (ms: number, bound: number): BenchResult => ({
      ratio: Number((bound / ms).toFixed(2)),
      value: Number(ms.toFixed(1)),
      unit: 'ms',
      must: bound,
      aim: bound,
    });
    results[`explain: ${name}`] = limit(
      measured(() => explain({ ...question, pod: podInfo({ ...incoming }) })),
      EXPLANATION_MS,
    );
    const target = told.node === '' ? undefined : (told.choice?.runnerUp ?? '');
    let last = explain(question, { flip: true, node: target });
    const flip = measured(() => {
      last = explain({ ...question, pod: podInfo({ ...incoming }) }, { flip: true, node: target });
    });
    results[`flip: ${name}`] = {
      ...limit(flip, FLIP_MS),
      ...{
        tried: last.flip?.tried,
        complete: last.flip?.complete,
        change: last.flip?.changes.map((c) => `${c.name}/${c.field}`).join(' '),
      },
    };
    if (target === undefined) {
      const to = explain(question, { flip: true, node: snapshot.nodes[100].name }).flip;
      const ms = measured(() => explain(question, { flip: true, node: snapshot.nodes[100].name }));
      results[`flip to a node: ${name}`] = {
        ...limit(ms, FLIP_MS),
        ...{
          tried: to?.tried,
          complete: to?.complete,
          change: to?.changes.map((c) => `${c.name}/${c.field}`).join(' '),
        },
      };
    }
  }
  return results;
}
