import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import type { Decision } from '../../../sim-core/scheduler/cycle/decision.ts';
import { schedulePod } from '../../../sim-core/scheduler/cycle/schedulePod.ts';
import { buildProfiles, type SchedulerConfiguration } from '../../../sim-core/scheduler/framework/config.ts';
import { emptyNodeInfo, type NodeInfo, withNode, withPod } from '../../../sim-core/scheduler/framework/nodeInfo.ts';
import { podInfo } from '../../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../../sim-core/scheduler/framework/runtime.ts';
import { createSnapshot, type Listers, type Snapshot } from '../../../sim-core/scheduler/framework/snapshot.ts';
import type { UserPlugin } from '../../../sim-core/scheduler/framework/userPlugins.ts';

export type Objects = Readonly<Record<string, readonly KubeObject[]>>;

export function node(name: string, allocatable: Readonly<Record<string, string>> = {}, more: object = {}): KubeObject {
  const { labels = {}, spec = {}, images } = more as { labels?: object; spec?: object; images?: object };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { allocatable: { cpu: '4', memory: '32Gi', pods: '110', ...allocatable }, images },
  };
}

let serial = 0;

export function pod(requests: Readonly<Record<string, string>> | readonly object[], more: object = {}): KubeObject {
  const { labels, name = `p${serial++}`, status = {}, ...spec } = more as Record<string, never>;
  const containers = Array.isArray(requests) ? requests : [{ name: 'c', image: 'none', resources: { requests } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'a', uid: name, labels: labels ?? {} },
    spec: { containers, ...(spec as object) },
    status,
  };
}

export const on = (nodeName: string, p: KubeObject): KubeObject => ({ ...p, spec: { ...p.spec, nodeName } });

export function listersOf(objects: Objects): Listers {
  const inNamespace = (key: string) => (ns: string) =>
    (objects[key] ?? []).filter((o) => (o.metadata.namespace ?? '') === ns);
  return {
    namespaceLabels: () => ({}),
    services: inNamespace('services'),
    replicaSets: inNamespace('replicaSets'),
    replicationControllers: inNamespace('replicationControllers'),
    statefulSets: inNamespace('statefulSets'),
    podDisruptionBudgets: inNamespace('podDisruptionBudgets'),
    get: (resource, ns, name) => inNamespace(resource)(ns).find((o) => o.metadata.name === name),
    list: (resource, ns) => (objects[resource] ?? []).filter((o) => ns === '' || o.metadata.namespace === ns),
  };
}

export function snapshotOf(nodes: readonly KubeObject[], pods: readonly KubeObject[], objects: Objects = {}): Snapshot {
  const infos = new Map<string, NodeInfo>();
  for (const n of nodes) infos.set(n.metadata.name as string, withNode(emptyNodeInfo(n.metadata.name as string), n));
  for (const p of pods) infos.set(p.spec.nodeName, withPod(infos.get(p.spec.nodeName) as NodeInfo, podInfo(p)));
  return createSnapshot([...infos.values()], listersOf(objects));
}

/** One cycle; ties go to the first of the best. */
export function decide(
  snapshot: Snapshot,
  incoming: KubeObject,
  config?: SchedulerConfiguration,
  startIndex = 0,
  plugins: readonly UserPlugin[] = [],
): Decision {
  const profile = buildProfiles(config, plugins)[0];
  return schedulePod(new Framework(profile.plugins, () => []), podInfo(incoming), snapshot, {
    startIndex,
    percentageOfNodesToScore: profile.percentageOfNodesToScore,
    chooseBest: () => 0,
    drawOffset: () => 0,
  });
}

/** Normalised scores of one plugin by node; a second node keeps a single one from being taken without scores. */
export function scoresOf(d: Decision, plugin: string): Readonly<Record<string, number>> | undefined {
  const found = d.scores.find((s) => s.plugin === plugin);
  return found && Object.fromEntries(d.feasible.map((name, i) => [name, found.normalized[i]]));
}

export const fitConfig = (scoringStrategy: object): SchedulerConfiguration => ({
  profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy } }] }],
});
