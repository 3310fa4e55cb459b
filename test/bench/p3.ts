// P3: scheduler decisions on 5,000 nodes with the full default profile, the indexed executor against the plain one.
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import type { ExecutorName } from '../../sim-core/scheduler/executors/executor.ts';
import { round } from './measure.ts';
import type { BenchResult } from './p1.ts';
import { Bench, cpuSeconds, listersOf } from './p3-bench.ts';
import { deployment, MIXES, type Mix, nodesOf, podOf } from './p3-mixes.ts';

const NODES = 5000;
const CLASSES = 100;
/** Pods come in batches of one class, as those of a Deployment do. */
const BATCH = 100;
/** Large enough for all pods of a run. */
const LARGE = { cpu: '64', memory: '256Gi', pods: '110' };

interface Round {
  readonly perSecond: number;
  readonly digest: number;
  readonly shares: Bench['shares'];
}

function decideAll(name: ExecutorName, pods: number, percentage: number, warm: number): Round {
  const deployments = Array.from({ length: CLASSES }, (_, c) => deployment(c));
  const bench = new Bench(name, nodesOf(NODES, LARGE), listersOf(deployments.map((d) => d.service)), percentage);
  const list: KubeObject[] = Array.from({ length: warm + pods }, (_, i) =>
    podOf(deployments[Math.floor(i / BATCH) % CLASSES].template, `pod-${i}`),
  );
  for (let i = 0; i < warm; i++) bench.schedule(list[i]);
  const begin = cpuSeconds();
  for (let i = warm; i < warm + pods; i++) bench.schedule(list[i]);
  return { perSecond: pods / (cpuSeconds() - begin), digest: bench.digest, shares: bench.shares };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

interface Compared {
  readonly ratio: number;
  readonly plain: number;
  readonly typed: number;
  readonly indexed: number;
  readonly indexedShare: number;
}

/** Interleaved rounds; the plain executor decides for fewer pods: it is that much slower. */
function compared(percentage: number, rounds: number): Compared {
  const plainPods = percentage === 100 ? 60 : 300;
  const digests = (['plain', 'typed', 'indexed'] as const).map(
    (name) => decideAll(name, plainPods, percentage, 0).digest,
  );
  if (new Set(digests).size !== 1) throw new Error(`the executors decide differently: ${digests.join(', ')}`);
  const rates = { plain: [] as number[], typed: [] as number[], indexed: [] as number[] };
  let share = 0;
  for (let r = 0; r < rounds; r++) {
    rates.plain.push(decideAll('plain', plainPods, percentage, 20).perSecond);
    rates.typed.push(decideAll('typed', 20 * plainPods, percentage, 100).perSecond);
    // The first ten thousand pods make the classes.
    const fast = decideAll('indexed', 30_000, percentage, CLASSES * BATCH);
    rates.indexed.push(fast.perSecond);
    share = fast.shares.indexed / (fast.shares.indexed + fast.shares.typed + fast.shares.plain);
  }
  const [plain, typed, indexed] = [median(rates.plain), median(rates.typed), median(rates.indexed)];
  return { ratio: indexed / plain, plain, typed, indexed, indexedShare: share };
}

type Detailed = BenchResult & Readonly<Record<string, number | string>>;

function result(c: Compared, must: number, aim: number): Detailed {
  return {
    ratio: round(c.ratio, 1),
    value: Math.round(c.indexed),
    unit: 'pods/s',
    must,
    aim,
    plain: Math.round(c.plain),
    typed: Math.round(c.typed),
    indexedShare: round(c.indexedShare, 3),
  };
}

export function p3({ rounds = 3 } = {}): { readonly all: Detailed; readonly sampled: Detailed } {
  return { all: result(compared(100, rounds), 20, 100), sampled: result(compared(0, rounds), 10, 15) };
}

interface Measured {
  readonly perSecond: number;
  readonly seconds: number;
  readonly shares: Bench['shares'];
  readonly bytesPerNode: number;
  readonly bytesPerPod: number;
}

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** One mix with the default (adaptive) search. */
function measure(mix: Mix, nodes: number, pods: number, name: ExecutorName = 'indexed'): Measured {
  const objects = nodesOf(nodes);
  const before = heapBytes();
  const bench = new Bench(name, objects, listersOf(mix.services ?? []), 0);
  mix.prepare?.(bench, nodes);
  const warm = Math.min(200, pods);
  for (let i = 0; i < warm; i++) mix.step(bench, i, nodes);
  const built = heapBytes();
  const begin = cpuSeconds();
  for (let i = warm; i < warm + pods; i++) mix.step(bench, i, nodes);
  const seconds = cpuSeconds() - begin;
  return {
    perSecond: pods / seconds,
    seconds,
    shares: bench.shares,
    bytesPerNode: (built - before) / nodes,
    bytesPerPod: (heapBytes() - built) / pods,
  };
}

/** Short runs differ by half. */
const GROWTH_ROUNDS = 3;

/** All mixes at some sizes, beside the CI's thresholds; growth by doubling the pods. */
function table(sizes: readonly number[], pods: number, only: string | undefined): void {
  for (const mix of MIXES) {
    if (only !== undefined && !mix.name.includes(only)) continue;
    const cells = sizes.map((nodes) => {
      const m = measure(mix, nodes, pods);
      const { plain, typed, indexed } = m.shares;
      const share = Math.round((100 * indexed) / (plain + typed + indexed));
      return `${Math.round(m.perSecond)}/s (${share} % indexed)`;
    });
    const growth = median(
      Array.from({ length: GROWTH_ROUNDS }, () => {
        const { seconds } = measure(mix, 5000, pods);
        return measure(mix, 5000, 2 * pods).seconds / seconds;
      }),
    );
    console.log(`| ${mix.name} | ${mix.perf} ${mix.threshold}/s | ${cells.join(' | ')} | ${round(growth)} |`);
  }
}

/** Bytes of the scheduler's cache. */
function memory(): void {
  const mix = MIXES[0];
  const m = measure(mix, 5000, 20_000);
  console.log(`${Math.round(m.bytesPerNode)} bytes a node, ${Math.round(m.bytesPerPod)} bytes a pod`);
}

if (path.basename(import.meta.dirname) === 'test-bench-p3-ts') {
  const { values } = parseArgs({
    options: {
      table: { type: 'boolean', default: false },
      sizes: { type: 'string', default: '1000,5000,15000,100000' },
      pods: { type: 'string', default: '10000' },
      only: { type: 'string' },
      memory: { type: 'boolean', default: false },
      executor: { type: 'string' },
    },
  });
  if (values.memory) memory();
  else if (values.table) table(values.sizes.split(',').map(Number), Number(values.pods), values.only);
  else if (values.executor !== undefined) {
    const r = decideAll(values.executor as ExecutorName, Number(values.pods), 100, 2000);
    console.log(values.executor, Math.round(r.perSecond), r.digest, r.shares);
  } else console.log(JSON.stringify(p3(), undefined, 2));
}
