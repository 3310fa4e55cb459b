import type { KubeObject } from '../../sim-core/index.ts';
import type { Finished } from '../run.ts';
import { colour, say } from '../terminal.ts';

const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet']);

/** For plain manifests: are all workloads whose controllers exist here Ready? Says what is not, and why as far as the pods tell. */
export function quietRun(finished: Finished, silent: boolean): boolean {
  const { truth, kubectl } = finished.cluster;
  const say_ = silent ? () => {} : say;
  for (const line of kubectl.lines()) if (line.stream === 'stderr') say_(colour.yellow(line.text));
  const unready: KubeObject[] = [];
  let workloads = 0;
  truth.forEach(({ object }) => {
    if (!WORKLOADS.has(object.kind ?? '') || object.metadata.ownerReferences !== undefined) return;
    workloads++;
    if ((object.status?.readyReplicas ?? 0) < (object.spec?.replicas ?? 1)) unready.push(object);
  });
  for (const object of unready) {
    say_(
      `${colour.red('not ready')}: ${object.kind} ${object.metadata.namespace}/${object.metadata.name}: ${object.status?.readyReplicas ?? 0} of ${object.spec?.replicas ?? 1}`,
    );
    for (const reason of reasons(finished, object)) say_(`    ${reason}`);
  }
  if (unready.length === 0) say_(`${colour.green('ready')}: all ${workloads} workloads`);
  return unready.length === 0;
}

/** Distinct reasons of the pods of one workload, as conditions and waiting states give them. */
function reasons(finished: Finished, workload: KubeObject): readonly string[] {
  const texts = new Set<string>();
  const labels: Readonly<Record<string, string>> = workload.spec?.selector?.matchLabels ?? {};
  finished.cluster.truth.forEach(({ object }) => {
    if (object.kind !== 'Pod' || object.metadata.namespace !== workload.metadata.namespace) return;
    if (!Object.entries(labels).every(([k, v]) => object.metadata.labels?.[k] === v)) return;
    for (const c of object.status?.conditions ?? [])
      if (c.type === 'PodScheduled' && c.status === 'False') texts.add(`${c.reason}: ${c.message}`);
    for (const s of [...(object.status?.initContainerStatuses ?? []), ...(object.status?.containerStatuses ?? [])])
      if (s.state?.waiting?.message !== undefined)
        texts.add(`${s.name}: ${s.state.waiting.reason}: ${s.state.waiting.message}`);
  });
  for (const c of workload.status?.conditions ?? [])
    if (c.type === 'ReplicaFailure') texts.add(`${c.reason}: ${c.message}`);
  return [...texts].slice(0, 4);
}
