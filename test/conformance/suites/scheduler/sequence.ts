import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { ContainerSet, valueCodec } from '../../../../sim-core/engine/index.ts';
import { SchedulerCache } from '../../../../sim-core/scheduler/cache.ts';
import { Executor, type ExecutorName } from '../../../../sim-core/scheduler/executors/executor.ts';
import { buildProfiles, type SchedulerConfiguration } from '../../../../sim-core/scheduler/framework/config.ts';
import { podInfo } from '../../../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../../../sim-core/scheduler/framework/runtime.ts';
import type { Listers } from '../../../../sim-core/scheduler/framework/snapshot.ts';
import { nodeInfoCodec } from '../../../../sim-core/scheduler/nodeInfoCodec.ts';
import { type CaseResult, play, type SetRun } from '../../harness.ts';
import { type Cluster, listersOf } from './cluster.ts';
import { EXECUTORS, suffixOf } from './cycle.ts';

type Op =
  | { readonly op: 'schedule'; readonly name: string; readonly template?: number }
  | { readonly op: 'deletePod'; readonly name: string }
  | { readonly op: 'updateNode' | 'addNode'; readonly node: KubeObject }
  | { readonly op: 'removeNode'; readonly name: string };

interface Step {
  readonly node?: string;
  readonly total?: number;
  readonly feasible?: number;
  readonly best?: readonly string[];
  readonly message?: string;
}

interface SequenceCase {
  readonly id: string;
  readonly config?: SchedulerConfiguration;
  readonly cluster: Cluster;
  readonly steps: { readonly templates: readonly KubeObject[]; readonly ops: readonly Op[] };
  readonly expect: { readonly steps: readonly Step[] };
}

export function newCache(): SchedulerCache {
  const cache = new SchedulerCache();
  cache.init(new ContainerSet('scheduler', false), nodeInfoCodec(valueCodec));
  return cache;
}

/** Plays the operations of one sequence; each scheduled pod occupies its node. */
function playSequence(c: SequenceCase, name: ExecutorName): { placements: number; wrong: string[] } {
  const cache = newCache();
  for (const node of c.cluster['nodes'] ?? []) cache.setNode(node);
  for (const pod of c.cluster['pods'] ?? []) cache.setPod(pod);
  const profile = buildProfiles(c.config)[0];
  const executor = new Executor(
    new Framework(
      profile.plugins,
      () => [],
      () => [],
    ),
    name,
  );
  const listers: Listers = listersOf(c.cluster);
  const placed = new Set<string>();
  const wrong: string[] = [];
  let placements = 0;
  c.steps.ops.forEach((op, i) => {
    if (op.op === 'addNode' || op.op === 'updateNode') cache.setNode(op.node);
    else if (op.op === 'deletePod') {
      if (placed.delete(op.name)) cache.removePod(op.name);
    } else if (op.op === 'schedule') {
      placements++;
      const template = c.steps.templates[op.template ?? 0];
      const pod: KubeObject = { ...template, metadata: { ...template.metadata, name: op.name, uid: op.name } };
      const d = executor.decide(podInfo(pod), cache.snapshot(listers), {
        startIndex: 0,
        percentageOfNodesToScore: profile.percentageOfNodesToScore,
        chooseBest: (best) => best.indexOf([...best].sort()[0]),
        drawOffset: () => 0,
      });
      const expected = c.expect.steps[i];
      const top = d.totals.length === 0 ? undefined : Math.max(...d.totals);
      if ((expected.node ?? '') !== (d.node ?? '')) wrong.push(`${op.name}: ${expected.node} != ${d.node}`);
      else if (expected.total !== undefined && expected.total !== top)
        wrong.push(`${op.name}: total ${expected.total} != ${top}`);
      else if (expected.feasible !== undefined && expected.feasible !== d.feasible.length)
        wrong.push(`${op.name}: feasible ${expected.feasible} != ${d.feasible.length}`);
      else if ((expected.message ?? '') !== d.message) wrong.push(`${op.name}: ${expected.message} != ${d.message}`);
      // The recorded choice holds, so that one difference does not spoil what follows.
      const node = expected.node;
      if (node !== undefined) {
        placed.add(op.name);
        cache.setPod({ ...pod, spec: { ...pod.spec, nodeName: node } });
      }
    }
  });
  return { placements, wrong };
}

export function* sequenceSets(cases: readonly SequenceCase[], only: string | undefined): Iterable<SetRun> {
  const chosen = cases.filter((c) => only === undefined || 'sequence'.includes(only) || c.id.includes(only));
  for (const executor of EXECUTORS) {
    const results: CaseResult[] = chosen.map((c) =>
      play(c.id, () => {
        const { placements, wrong } = playSequence(c, executor);
        return {
          equal: wrong.length === 0,
          cause: 'placement',
          actual: wrong[0],
          equalUnits: placements - wrong.length,
          totalUnits: placements,
        };
      }),
    );
    yield { set: `sequence${suffixOf(executor)}`, cases: results };
  }
}

interface SamplingCase {
  readonly id: string;
  readonly percentageOfNodesToScore?: number;
  readonly nodes: readonly SampledNode[];
  readonly templates: readonly {
    readonly cpu?: string;
    readonly memory?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
  }[];
  readonly ops: readonly (Op & { readonly node?: SampledNode })[];
  readonly expect: readonly {
    readonly evaluated?: number;
    readonly feasible?: number;
    readonly host?: string;
    readonly message?: string;
  }[];
}

interface SampledNode {
  readonly name: string;
  readonly zone?: string;
  readonly region?: string;
  readonly disk?: string;
  readonly tainted?: boolean;
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
}

function nodeOf(n: SampledNode): KubeObject {
  const labels: Record<string, string> = { 'kubernetes.io/hostname': n.name };
  if (n.zone !== undefined) labels['topology.kubernetes.io/zone'] = n.zone;
  if (n.region !== undefined) labels['topology.kubernetes.io/region'] = n.region;
  if (n.disk !== undefined) labels['disk'] = n.disk;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: n.name, labels },
    spec: n.tainted === true ? { taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] } : {},
    status: { allocatable: { cpu: n.cpu, memory: n.memory, pods: n.pods } },
  };
}

/** Which nodes are looked at on clusters of more than 100: counts, and the recorded host among the best. */
export function* samplingSets(cases: readonly SamplingCase[], only: string | undefined): Iterable<SetRun> {
  const chosen = cases.filter((c) => only === undefined || 'sampling'.includes(only) || c.id.includes(only));
  for (const executor of EXECUTORS)
    yield { set: `sampling${suffixOf(executor)}`, cases: chosen.map((c) => samplingCase(c, executor)) };
}

function samplingCase(c: SamplingCase, name: ExecutorName): CaseResult {
  return play(c.id, () => {
    const cache = newCache();
    const nodes = new Map(c.nodes.map((n) => [n.name, nodeOf(n)]));
    for (const node of nodes.values()) cache.setNode(node);
    const profile = buildProfiles({ percentageOfNodesToScore: c.percentageOfNodesToScore })[0];
    const executor = new Executor(
      new Framework(
        profile.plugins,
        () => [],
        () => [],
      ),
      name,
    );
    const listers = listersOf({});
    let startIndex = 0;
    let total = 0;
    const wrong: string[] = [];
    c.ops.forEach((op, i) => {
      if (op.op === 'addNode') cache.setNode(nodeOf(op.node as unknown as SampledNode));
      else if (op.op === 'removeNode') cache.removeNode(nodes.get(op.name) ?? { metadata: { name: op.name } });
      if (op.op === 'addNode')
        nodes.set((op.node as unknown as SampledNode).name, nodeOf(op.node as unknown as SampledNode));
      if (op.op !== 'schedule') return;
      const t = c.templates[op.template ?? 0];
      const pod: KubeObject = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: op.name, namespace: 'default', uid: op.name },
        spec: {
          nodeSelector: t.nodeSelector,
          containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: t.cpu, memory: t.memory } } }],
        },
      };
      const d = executor.decide(podInfo(pod), cache.snapshot(listers), {
        startIndex,
        percentageOfNodesToScore: profile.percentageOfNodesToScore,
        chooseBest: () => 0,
        drawOffset: () => 0,
      });
      startIndex = d.nextStartIndex;
      const e = c.expect[i];
      total += 3;
      if (e.evaluated !== undefined && e.evaluated !== d.evaluated)
        wrong.push(`${op.name}: evaluated ${e.evaluated} != ${d.evaluated}`);
      if (e.feasible !== undefined && e.feasible !== d.feasible.length)
        wrong.push(`${op.name}: feasible ${e.feasible} != ${d.feasible.length}`);
      if (e.host !== undefined ? !d.best.includes(e.host) : (e.message ?? '') !== d.message)
        wrong.push(`${op.name}: host ${e.host ?? e.message} not in ${d.best.length} best ${d.message}`);
      if (e.host !== undefined) cache.assume({ ...pod, spec: { ...pod.spec, nodeName: e.host } }, e.host);
    });
    return {
      equal: wrong.length === 0,
      cause: wrong[0]?.split(' ')[1],
      actual: wrong.slice(0, 3).join('; '),
      equalUnits: total - wrong.length,
      totalUnits: total,
    };
  });
}
