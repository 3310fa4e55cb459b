// P3: scheduler decisions on 5,000 nodes with the full default profile, the indexed executor against the plain one.
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { ContainerSet, valueCodec } from '../../sim-core/engine/index.ts';
import { hashString } from '../../sim-core/engine/mix.ts';
import { SchedulerCache } from '../../sim-core/scheduler/cache.ts';
import { Executor, type ExecutorName } from '../../sim-core/scheduler/executors/executor.ts';
import { buildProfiles } from '../../sim-core/scheduler/framework/config.ts';
import { podInfo } from '../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../sim-core/scheduler/framework/runtime.ts';
import type { Listers } from '../../sim-core/scheduler/framework/snapshot.ts';
import { nodeInfoCodec } from '../../sim-core/scheduler/nodeInfoCodec.ts';
import { round } from './measure.ts';
import type { BenchResult } from './p1.ts';

const ZONES = 3;
/** Nodes and pods of scheduler_perf's default templates, larger. */
const NODE = { cpu: '64', memory: '256Gi', pods: '110' };

function nodeOf(i: number): KubeObject {
  const name = `node-${i}`;
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${i % ZONES}` };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status: { allocatable: NODE } };
}

/** Every class has a Service that selects its pods, so that the system's default spreading counts them. */
function listersOf(classes: number): Listers {
  const services = Array.from({ length: classes }, (_, c) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `app-${c}`, namespace: `ns-${c % 10}` },
    spec: { selector: { app: `app-${c}` } },
  }));
  const byNamespace = new Map<string, KubeObject[]>();
  for (const s of services)
    byNamespace.set(s.metadata.namespace, [...(byNamespace.get(s.metadata.namespace) ?? []), s]);
  const none: readonly KubeObject[] = [];
  const noLabels = {};
  return {
    namespaceLabels: () => noLabels,
    services: (namespace) => byNamespace.get(namespace) ?? none,
    replicaSets: () => none,
    replicationControllers: () => none,
    statefulSets: () => none,
    podDisruptionBudgets: () => none,
    get: () => undefined,
    list: () => none,
  };
}

type PodMaker = (i: number) => KubeObject;

/** Pods come in batches of one class, as a Deployment's do. */
function plainPods(classes: number, batch: number): PodMaker {
  const specs = Array.from({ length: classes }, (_, c) => ({
    containers: [
      {
        name: 'app',
        image: `registry.example/app-${c}:1`,
        resources: { requests: { cpu: `${100 + (c % 7) * 50}m`, memory: `${200 + (c % 11) * 100}Mi` } },
      },
    ],
  }));
  return (i) => {
    const c = Math.floor(i / batch) % classes;
    const name = `pod-${i}`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: `ns-${c % 10}`, uid: name, labels: { app: `app-${c}` } },
      spec: specs[c],
    };
  };
}

interface Run {
  readonly perSecond: number;
  readonly digest: number;
  readonly shares: Readonly<Record<string, number>>;
}

const CLASSES = 100;
const BATCH = 100;

class Bench {
  readonly cache = new SchedulerCache();
  private readonly executor: Executor;
  private readonly listers: Listers;
  private readonly percentage: number;
  private startIndex = 0;
  digest = 0;
  readonly shares: Record<string, number> = { plain: 0, typed: 0, indexed: 0 };

  constructor(name: ExecutorName, nodes: number, listers: Listers, percentage: number) {
    this.cache.init(new ContainerSet('scheduler', false), nodeInfoCodec(valueCodec));
    for (let i = 0; i < nodes; i++) this.cache.setNode(nodeOf(i));
    const profile = buildProfiles({ percentageOfNodesToScore: percentage })[0];
    const nobody: readonly never[] = [];
    this.executor = new Executor(
      new Framework(
        profile.plugins,
        () => nobody,
        () => nobody,
      ),
      name,
    );
    this.listers = listers;
    this.percentage = percentage;
  }

  schedule(pod: KubeObject): void {
    const uid = pod.metadata.uid as string;
    const decision = this.executor.decide(podInfo(pod), this.cache.snapshot(this.listers), {
      startIndex: this.startIndex,
      percentageOfNodesToScore: this.percentage,
      chooseIndex: (ties) => hashString(uid) % ties,
      chooseBest: (best) => hashString(uid) % best.length,
      drawOffset: (n) => hashString(uid) % n,
    });
    this.startIndex = decision.nextStartIndex;
    this.shares[decision.executor ?? 'plain']++;
    this.digest = hashString(decision.node ?? decision.message, this.digest);
    if (decision.node !== undefined)
      this.cache.assume({ ...pod, spec: { ...pod.spec, nodeName: decision.node } }, decision.node);
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function run(name: ExecutorName, nodes: number, pods: number, percentage: number, warm: number): Run {
  const bench = new Bench(name, nodes, listersOf(CLASSES), percentage);
  const make = plainPods(CLASSES, BATCH);
  for (let i = 0; i < warm; i++) bench.schedule(make(i));
  const begin = cpuSeconds();
  for (let i = warm; i < warm + pods; i++) bench.schedule(make(i));
  const perSecond = pods / (cpuSeconds() - begin);
  return { perSecond, digest: bench.digest, shares: bench.shares };
}

export function p3(): BenchResult {
  for (const percentage of [100, 0]) {
    for (const name of ['indexed', 'typed', 'plain'] as const) {
      const r = run(name, 5000, name === 'plain' ? 100 : name === 'typed' ? 1000 : 20000, percentage, 100);
      console.log(percentage, name, round(r.perSecond), r.digest, JSON.stringify(r.shares));
    }
    const s = (['plain', 'typed', 'indexed'] as const).map((name) => run(name, 5000, 300, percentage, 100).digest);
    console.log(s);
  }
  return { ratio: 0, value: 0, unit: 'pods/s', must: 20, aim: 100 };
}


