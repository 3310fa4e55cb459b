import type { KubeObject } from '../../sim-core/index.ts';
import type { Finished } from '../run.ts';
import { colour, say } from '../terminal.ts';

/** How a workload stands: what it has of what it wants; undefined = nobody has acted on it. */
interface Standing {
  readonly has: number;
  readonly wants: number;
}

const replicas = (object: KubeObject): Standing | undefined =>
  object.status?.observedGeneration === undefined
    ? undefined
    : { has: object.status?.readyReplicas ?? 0, wants: object.spec?.replicas ?? 1 };

const hasCondition = (object: KubeObject, type: string): boolean =>
  (object.status?.conditions ?? []).some(
    (c: { type: string; status: string }) => c.type === type && c.status === 'True',
  );

/** Kinds that run pods, and when they are as they should be. */
const WORKLOADS: Readonly<Record<string, (object: KubeObject) => Standing | undefined>> = {
  Deployment: replicas,
  ReplicaSet: replicas,
  StatefulSet: replicas,
  ReplicationController: replicas,
  DaemonSet: ({ status }) =>
    status?.observedGeneration === undefined
      ? undefined
      : { has: status?.numberReady ?? 0, wants: status?.desiredNumberScheduled ?? 0 },
  // A Job that still works is as it should be.
  Job: (object) =>
    object.status?.startTime === undefined && object.spec?.suspend !== true
      ? undefined
      : { has: hasCondition(object, 'Failed') ? 0 : 1, wants: 1 },
  Pod: (object) => ({
    has: object.status?.phase === 'Succeeded' || hasCondition(object, 'Ready') ? 1 : 0,
    wants: 1,
  }),
};

/** What kubectl printed as errors. */
export function sayKubectlErrors(finished: Finished): void {
  for (const line of finished.cluster.kubectl.lines())
    if (line.stream === 'stderr') say(`${colour.yellow('kubectl')} (t=${line.atUs / 1e6} s): ${line.text}`);
}

/**
 * For plain manifests: are all workloads Ready? Says what is not, and why as far as the pods tell; and which kinds nobody
 * acts on, because their controller is not part of the simulation.
 */
export function quietRun(finished: Finished): boolean {
  const unready: { object: KubeObject; standing: Standing }[] = [];
  const idle = new Map<string, number>();
  let workloads = 0;
  finished.cluster.truth.forEach(({ object }) => {
    const standingOf = Object.hasOwn(WORKLOADS, object.kind ?? '') ? WORKLOADS[object.kind as string] : undefined;
    if (standingOf === undefined || object.metadata.ownerReferences !== undefined) return;
    const standing = standingOf(object);
    if (standing === undefined) {
      idle.set(object.kind as string, (idle.get(object.kind as string) ?? 0) + 1);
      return;
    }
    workloads++;
    if (standing.has < standing.wants) unready.push({ object, standing });
  });
  for (const { object, standing } of unready) {
    say(
      `${colour.red('not ready')}: ${object.kind} ${object.metadata.namespace}/${object.metadata.name}: ${standing.has} of ${standing.wants}`,
    );
    for (const reason of reasons(finished, object)) say(`    ${reason}`);
  }
  if (idle.size > 0)
    say(
      `${colour.yellow('stored, not run')}: ${[...idle].map(([kind, n]) => `${n} ${kind}`).join(', ')} (their controllers are not simulated)`,
    );
  if (unready.length === 0)
    say(`${colour.green('ready')}: ${workloads === 0 ? 'there are no' : `all ${workloads}`} workloads`);
  return unready.length === 0;
}

/** Distinct reasons of the pods of one workload, as conditions and waiting states give them. */
function reasons(finished: Finished, workload: KubeObject): readonly string[] {
  const texts = new Set<string>();
  const labels: Readonly<Record<string, string>> = workload.spec?.selector?.matchLabels ?? {};
  finished.cluster.truth.forEach(({ object }) => {
    if (object.kind !== 'Pod' || object.metadata.namespace !== workload.metadata.namespace) return;
    if (workload.kind === 'Pod' && object.metadata.name !== workload.metadata.name) return;
    if (!Object.entries(labels).every(([k, v]) => object.metadata.labels?.[k] === v)) return;
    for (const c of object.status?.conditions ?? [])
      if (c.type === 'PodScheduled' && c.status === 'False') texts.add(`${c.reason}: ${c.message}`);
    for (const s of [...(object.status?.initContainerStatuses ?? []), ...(object.status?.containerStatuses ?? [])])
      if (s.state?.waiting?.message !== undefined)
        texts.add(`${s.name}: ${s.state.waiting.reason}: ${s.state.waiting.message}`);
  });
  for (const c of workload.status?.conditions ?? [])
    if (c.type === 'ReplicaFailure') texts.add(`${c.reason}: ${c.message}`);
  if (texts.size === 0) for (const text of warnings(finished, workload)) texts.add(text);
  return [...texts].slice(0, 4);
}

/** Warnings about the pods of a workload: their names begin with its own. */
function warnings(finished: Finished, workload: KubeObject): readonly string[] {
  const texts: string[] = [];
  const name = workload.metadata.name ?? '';
  finished.cluster.truth.forEach(({ object }) => {
    if (object.kind !== 'Event' || object['type'] !== 'Warning') return;
    const { kind, namespace, name: about = '' } = (object['involvedObject'] ?? {}) as Record<string, string>;
    if (kind !== 'Pod' || namespace !== workload.metadata.namespace) return;
    if (about === name || about.startsWith(`${name}-`)) texts.push(`${object['reason']}: ${object['message']}`);
  });
  return texts;
}
