import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../sim-core/contracts/index.ts';
import { ContainerSet, valueCodec } from '../../sim-core/engine/index.ts';
import { hashString } from '../../sim-core/engine/mix.ts';
import { SchedulerCache } from '../../sim-core/scheduler/cache.ts';
import type { Decision } from '../../sim-core/scheduler/cycle/decision.ts';
import { Executor } from '../../sim-core/scheduler/executors/executor.ts';
import { buildProfiles, type SchedulerConfiguration } from '../../sim-core/scheduler/framework/config.ts';
import { emptyNodeInfo, type NodeInfo, withPod } from '../../sim-core/scheduler/framework/nodeInfo.ts';
import { type PodInfo, placedPodInfo, podInfo } from '../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../sim-core/scheduler/framework/runtime.ts';
import { nodeInfoCodec } from '../../sim-core/scheduler/nodeInfoCodec.ts';
import { listersOf, node, pod } from '../unit/scheduler/support.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const APPS = ['x', 'y', 'z'];

const taint = fc.constantFrom(undefined, undefined, undefined, 'NoSchedule', 'PreferNoSchedule');
const nodeSpec = fc.record({
  zone: fc.constantFrom('a', 'b', 'c', undefined),
  disk: fc.constantFrom('ssd', 'hdd', undefined),
  cpu: fc.integer({ min: 1, max: 6 }),
  pods: fc.constantFrom('3', '110'),
  gpus: fc.constantFrom(undefined, '2'),
  taint,
  isCordoned: fc.constantFrom(false, false, false, true),
  images: fc.constantFrom(0, 0, 1, 2),
});
type NodeSpec = typeof nodeSpec extends fc.Arbitrary<infer T> ? T : never;

const key = fc.constantFrom(HOST, ZONE, 'disk');
const podSpec = fc.record({
  app: fc.constantFrom(...APPS),
  namespace: fc.constantFrom('a', 'a', 'b'),
  cpu: fc.constantFrom(0, 0, 200, 500, 1000, 3000, 9000),
  memory: fc.constantFrom(undefined, '1Gi', '20Gi'),
  gpus: fc.constantFrom(undefined, undefined, undefined, '1'),
  priority: fc.constantFrom(0, 0, 10, 20),
  tolerates: fc.boolean(),
  disk: fc.constantFrom(undefined, undefined, undefined, 'ssd', 'hdd'),
  prefers: fc.constantFrom(undefined, undefined, 'ssd', 'hdd'),
  port: fc.constantFrom(undefined, undefined, undefined, 80),
  pin: fc.constantFrom(undefined, undefined, undefined, undefined, 0, 1, 2, 30),
  spread: fc.option(
    fc.record({
      key,
      skew: fc.integer({ min: 1, max: 3 }),
      hard: fc.boolean(),
      minDomains: fc.constantFrom(undefined, 3),
      honor: fc.constantFrom(undefined, 'Honor'),
    }),
    { freq: 3 },
  ),
  affinity: fc.option(
    fc.record({
      kind: fc.constantFrom('podAffinity', 'podAntiAffinity'),
      hard: fc.boolean(),
      key,
      app: fc.constantFrom(...APPS),
      everywhere: fc.boolean(),
    }),
    { freq: 3 },
  ),
});
type PodSpec = typeof podSpec extends fc.Arbitrary<infer T> ? T : never;

const op = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant('schedule' as const), pod: podSpec }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('scheduleAgain' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('terminate' as const), at: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('seen' as const), at: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('status' as const), at: fc.nat(), resized: fc.nat(7) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('relabel' as const), at: fc.nat(), app: fc.constantFrom(...APPS) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('node' as const), at: fc.nat(), node: nodeSpec }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('heartbeat' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('leave' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('save' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('restore' as const) }) },
);
type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;

function nodeOf(i: number, { zone, disk, cpu, pods, gpus, taint: effect, isCordoned, images }: NodeSpec): KubeObject {
  const labels = { ...(zone && { [ZONE]: zone }), ...(disk && { disk }) };
  const taints = effect === undefined ? [] : [{ key: 'k', effect }];
  const list = [
    { names: ['big:1'], sizeBytes: 600 * 1024 * 1024 },
    { names: ['none:latest'], sizeBytes: 300 * 1024 * 1024 },
  ].slice(0, images);
  const allocatable = { cpu: String(cpu), pods, ...(gpus && { 'example.com/gpu': gpus }) };
  return node(`n${i}`, allocatable, { labels, spec: { taints, unschedulable: isCordoned }, images: list });
}

function podOf(s: PodSpec, name: string): KubeObject {
  const labelSelector = { matchLabels: { app: s.app } };
  const term = s.affinity && {
    topologyKey: s.affinity.key,
    labelSelector: { matchLabels: { app: s.affinity.app } },
    ...(s.affinity.everywhere && { namespaceSelector: {} }),
  };
  const between = s.affinity && {
    [s.affinity.kind]: s.affinity.hard
      ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
      : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: term }] },
  };
  const preference = s.prefers && { matchExpressions: [{ key: 'disk', operator: 'In', values: [s.prefers] }] };
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [`n${s.pin}`] }];
  const nodeAffinity = (preference || s.pin !== undefined) && {
    nodeAffinity: {
      ...(preference && { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference }] }),
      ...(s.pin !== undefined && {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
      }),
    },
  };
  const made = pod(
    {
      ...(s.cpu > 0 && { cpu: `${s.cpu}m` }),
      ...(s.memory && { memory: s.memory }),
      ...(s.gpus && { 'example.com/gpu': s.gpus }),
    },
    {
      name,
      labels: { app: s.app },
      priority: s.priority,
      ...(s.tolerates && { tolerations: [{ operator: 'Exists' }] }),
      ...(s.disk && { nodeSelector: { disk: s.disk } }),
      ...((between || nodeAffinity) && { affinity: { ...between, ...nodeAffinity } }),
      ...(s.spread && {
        topologySpreadConstraints: [
          {
            maxSkew: s.spread.skew,
            topologyKey: s.spread.key,
            whenUnsatisfiable: s.spread.hard ? 'DoNotSchedule' : 'ScheduleAnyway',
            labelSelector,
            ...(s.spread.hard && { minDomains: s.spread.minDomains }),
            nodeTaintsPolicy: s.spread.honor,
          },
        ],
      }),
    },
  );
  if (s.port !== undefined) made.spec.containers[0].ports = [{ hostPort: s.port, containerPort: s.port }];
  return { ...made, metadata: { ...made.metadata, namespace: s.namespace } };
}

const SERVICES = ['a', 'b'].map((namespace) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'x', namespace },
  spec: { selector: { app: 'x' } },
}));

/** All that a decision says, written out; `scores` are the plain executor's in all of them. */
function told(d: Decision) {
  return {
    result: d.result,
    node: d.node,
    evaluated: d.evaluated,
    nextStartIndex: d.nextStartIndex,
    message: d.message,
    rejectedBy: d.rejectedBy,
    pendingPlugins: d.pendingPlugins,
    nominatedNode: d.nominatedNode,
    victims: d.victims?.map((v) => v.uid),
    failed: [...d.failed],
    feasible: d.feasible,
    totals: d.totals,
    best: d.best,
    preFilter: d.preFilter,
    preScoreSkipped: d.preScoreSkipped,
  };
}

class Trial {
  private readonly containers = new ContainerSet('scheduler', true);
  private readonly cache = new SchedulerCache();
  private readonly nominated = new Map<string, PodInfo[]>();
  private readonly executors: readonly Executor[];
  private readonly listers = listersOf({ services: SERVICES });
  private readonly percentage: number;
  private nodes: number;
  private startIndex = 0;
  private serial = 0;
  private saved: { state: readonly unknown[]; placed: KubeObject[]; pods: KubeObject[] } | undefined;
  private placed: KubeObject[] = [];
  private pods: KubeObject[] = [];
  /** As versions are: one for each object. */
  private readonly sources = new Map<KubeObject, { readonly object: KubeObject }>();
  /** By executor, how many decisions it made itself. */
  readonly made: Record<string, number> = {};

  private source(object: KubeObject) {
    let source = this.sources.get(object);
    if (source === undefined) this.sources.set(object, (source = { object }));
    return source;
  }

  constructor(nodes: readonly NodeSpec[], percentage: number, config: SchedulerConfiguration) {
    this.cache.init(this.containers, nodeInfoCodec(valueCodec));
    nodes.forEach((spec, i) => {
      this.cache.setNode(nodeOf(i, spec));
    });
    this.nodes = nodes.length;
    this.percentage = percentage;
    const profile = buildProfiles(config)[0];
    const framework = new Framework(
      profile.plugins,
      (name) => this.nominated.get(name) ?? [],
      () => [...this.nominated.keys()].sort(),
    );
    this.executors = (['plain', 'typed', 'indexed'] as const).map((name) => new Executor(framework, name));
  }

  run(o: Op): void {
    const at = (list: readonly unknown[], i: number) => (list.length === 0 ? -1 : i % list.length);
    if (o.op === 'schedule') {
      const p = podOf(o.pod, `p${this.serial++}`);
      this.pods.push(p);
      this.schedule(p);
    } else if (o.op === 'scheduleAgain' && this.pods.length > 0) {
      const like = this.pods[o.at % this.pods.length];
      const name = `p${this.serial++}`;
      this.schedule({ ...like, metadata: { ...like.metadata, name, uid: name } });
    } else if (o.op === 'delete' && this.placed.length > 0) {
      const [gone] = this.placed.splice(at(this.placed, o.at), 1);
      this.cache.removePod(gone.metadata.uid as string);
    } else if (o.op === 'terminate' && this.placed.length > 0) {
      const i = at(this.placed, o.at);
      const going = { ...this.placed[i].metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
      this.placed[i] = { ...this.placed[i], metadata: going };
      this.cache.setPod(this.placed[i], this.source(this.placed[i]));
    } else if ((o.op === 'seen' || o.op === 'relabel') && this.placed.length > 0) {
      const i = at(this.placed, o.at);
      const { metadata } = this.placed[i];
      if (o.op === 'relabel') this.placed[i] = { ...this.placed[i], metadata: { ...metadata, labels: { app: o.app } } };
      else this.placed[i] = { ...this.placed[i] };
      this.cache.setPod(this.placed[i], this.source(this.placed[i]));
    } else if (o.op === 'status' && this.placed.length > 0) {
      const i = at(this.placed, o.at);
      const before = this.placed[i];
      // Some containers have more than their specs ask for.
      const resources = { requests: { cpu: '2500m' } };
      const containerStatuses = o.resized === 0 ? [{ name: 'c', resources }] : undefined;
      this.placed[i] = { ...before, status: { phase: 'Running', ...(containerStatuses && { containerStatuses }) } };
      this.cache.setPodStatus(this.source(before), this.source(this.placed[i]));
    } else if (o.op === 'node') {
      // An existing one changes, or one more joins.
      const i = o.at % (this.nodes + 1);
      if (i === this.nodes) this.nodes++;
      this.cache.setNode(nodeOf(i, o.node));
    } else if (o.op === 'heartbeat') {
      const known = this.cache.node(`n${o.at % this.nodes}`)?.node;
      if (known !== undefined)
        this.cache.setNode({ ...known, status: { ...known.status, conditions: [{ type: 'Ready', status: 'True' }] } });
    } else if (o.op === 'leave') this.cache.removeNode({ metadata: { name: `n${o.at % this.nodes}` } } as KubeObject);
    else if (o.op === 'save')
      this.saved = { state: this.containers.save(), placed: [...this.placed], pods: [...this.pods] };
    else if (o.op === 'restore' && this.saved !== undefined) {
      this.containers.load(this.saved.state);
      this.placed = [...this.saved.placed];
      this.pods = [...this.saved.pods];
    }
  }

  /** A node takes what its pods take, each by itself, however the cache got to know of them. */
  checkUse(): void {
    for (let i = 0; i < this.nodes; i++) {
      const name = `n${i}`;
      const info = this.cache.node(name);
      const pods = this.placed.filter((p) => p.spec.nodeName === name);
      const plain = pods.reduce((sum, p) => withPod(sum, placedPodInfo(p)), emptyNodeInfo(name));
      const use = (of: NodeInfo | undefined) => ({
        pods: of?.pods.map((p) => p.pod.metadata.uid).sort(),
        newest: of?.pods.every((p) => pods.includes(p.pod)),
        labels: of?.pods.map((p) => `${p.uid} ${p.labels['app']}`).sort(),
        requested: {
          ...of?.requested,
          scalars: [...(of?.requested.scalars ?? [])].filter(([, amount]) => amount !== 0),
        },
        nonZeroMilliCPU: of?.nonZeroMilliCPU,
        nonZeroMemory: of?.nonZeroMemory,
      });
      if (info !== undefined || pods.length > 0) expect(use(info)).toEqual(use(plain));
    }
  }

  private schedule(p: KubeObject): void {
    const uid = p.metadata.uid as string;
    const all = this.executors.map((executor) => {
      const draws: number[] = [];
      const draw = (n: number) => {
        draws.push(n);
        return hashString(uid) % n;
      };
      const d = executor.decide(podInfo(p), this.cache.snapshot(this.listers), {
        startIndex: this.startIndex,
        percentageOfNodesToScore: this.percentage,
        chooseIndex: draw,
        chooseBest: (best) => draw(best.length),
        drawOffset: draw,
      });
      const made = d.executor ?? 'plain';
      this.made[made] = (this.made[made] ?? 0) + 1;
      // The question is over before it is asked what else there was to know.
      const asked = [...draws];
      return { d, told: { ...told(d), draws: asked } };
    });
    expect(all[1].told).toEqual(all[0].told);
    expect(all[2].told).toEqual(all[0].told);
    this.follow(p, all[0].d);
  }

  private follow(p: KubeObject, d: Decision): void {
    this.startIndex = d.nextStartIndex;
    for (const [name, list] of this.nominated) {
      const others = list.filter((other) => other.uid !== p.metadata.uid);
      if (others.length === 0) this.nominated.delete(name);
      else this.nominated.set(name, others);
    }
    if (d.node !== undefined) {
      const bound = { ...p, spec: { ...p.spec, nodeName: d.node } };
      this.placed.push(bound);
      this.cache.assume(bound, d.node);
    }
    if (d.nominatedNode === undefined) return;
    const victims = new Set(d.victims?.map((v) => v.uid));
    for (const uid of victims) this.cache.removePod(uid);
    this.placed = this.placed.filter((other) => !victims.has(other.metadata.uid as string));
    this.nominated.set(d.nominatedNode, [...(this.nominated.get(d.nominatedNode) ?? []), podInfo(p)]);
  }
}

const CONFIGS: readonly SchedulerConfiguration[] = [
  {},
  {
    profiles: [
      {
        pluginConfig: [
          {
            name: 'NodeResourcesFit',
            args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'example.com/gpu', weight: 3 }] } },
          },
          { name: 'InterPodAffinity', args: { hardPodAffinityWeight: 30 } },
        ],
      },
    ],
  },
  { profiles: [{ plugins: { score: { disabled: [{ name: 'PodTopologySpread' }] } } }] },
];

function trial(minNodes: number, maxNodes: number, ops: number, percentage: fc.Arbitrary<number>, runs: number): void {
  const made: Record<string, number> = {};
  fc.assert(
    fc.property(
      fc.array(nodeSpec, { minLength: minNodes, maxLength: maxNodes, size: 'max' }),
      fc.array(op, { maxLength: ops, size: 'max' }),
      percentage,
      fc.constantFrom(...CONFIGS),
      (nodes, list, share, config) => {
        const t = new Trial(nodes, share, config);
        for (const o of list) t.run(o);
        t.checkUse();
        for (const [name, n] of Object.entries(t.made)) made[name] = (made[name] ?? 0) + n;
      },
    ),
    { numRuns: runs, ...(process.env['SEED'] && { seed: Number(process.env['SEED']) }), verbose: 1 },
  );
  // Were the fast ones asked at all?
  expect(made['indexed']).toBeGreaterThan(0);
  expect(made['typed']).toBeGreaterThan(0);
}

describe('plain, typed and indexed executors', () => {
  test('decide alike on small clusters', () => {
    trial(1, 8, 60, fc.constant(100), 150);
  }, 60_000);

  test('decide alike where host names are looked up node by node', () => {
    trial(17, 40, 60, fc.constant(100), 60);
  }, 60_000);

  test('decide alike when they look at a part of the nodes', () => {
    trial(101, 140, 40, fc.constantFrom(0, 30, 100), 20);
  }, 60_000);
});
