import type { RunFacts } from '../reports/index.ts';
import type { Cluster, ContainerStatus, Pod, PodCondition } from '../sim-core/index.ts';

type PodsNotReady = NonNullable<RunFacts['notReady']>;

interface Cause {
  /** Pods with one key are one row. */
  readonly key: string;
  readonly text: string;
}

/** Pods that exist at the end and are neither Ready nor done, by who made them and what keeps them: most first. */
export function podsNotReady({ truth, world }: Cluster): PodsNotReady {
  const rows = new Map<string, { of: string; why: string; pods: number; example: string }>();
  for (const { object } of truth.list(world, 'pods')) {
    const pod = object as unknown as Pod;
    if (pod.status?.phase === 'Succeeded' || conditionOf(pod, 'Ready')?.status === 'True') continue;
    const { key, text } = causeOf(pod);
    const of = makerOf(pod);
    const row = rows.get(`${of}\n${key}`);
    const example = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (row === undefined) rows.set(`${of}\n${key}`, { of, why: text, pods: 1, example });
    else row.pods++;
  }
  return [...rows.values()].sort((a, b) => b.pods - a.pods || (a.example < b.example ? -1 : 1));

  /** The Deployment behind a ReplicaSet, else the controller. */
  function makerOf(pod: Pod): string {
    const namespace = pod.metadata.namespace ?? '';
    const owner = pod.metadata.ownerReferences?.find((o) => o.controller === true);
    if (owner === undefined) return `${namespace} (no controller)`;
    const set = owner.kind === 'ReplicaSet' ? truth.find(world, 'replicasets.apps', namespace, owner.name) : undefined;
    const above = set?.object.metadata.ownerReferences?.find((o) => o.controller === true) ?? owner;
    return `${namespace} ${above.kind}/${above.name}`;
  }
}

const conditionOf = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions?.find((c) => c.type === type);

/** In the order in which they keep a pod from being Ready. */
function causeOf(pod: Pod): Cause {
  const { status } = pod;
  if (pod.metadata.deletionTimestamp !== undefined) return told('Terminating');
  if (status?.phase === 'Failed') {
    const ended = status.containerStatuses?.map(causeIn).find((cause) => cause !== undefined);
    return told('Failed', status.reason, status.message, ended?.text);
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return told(scheduled.reason ?? 'not scheduled', scheduled.message);
  if ((pod.spec.nodeName ?? '') === '') return told('waits for a scheduler');
  for (const container of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const cause = causeIn(container);
    if (cause !== undefined) return cause;
  }
  const ready = conditionOf(pod, 'Ready');
  return told(status?.phase ?? 'Pending', ready?.reason, ready?.message);
}

function causeIn({ name, ready, state }: ContainerStatus): Cause | undefined {
  const { waiting, terminated, running } = state ?? {};
  // The message of a back-off names the pod.
  if (waiting !== undefined) {
    const { reason = 'waiting', message } = waiting;
    const text = `container ${name}: ${reason}`;
    return { key: text, text: message === undefined ? text : `${text}: ${message}` };
  }
  if (terminated !== undefined && terminated.exitCode !== 0)
    return told(`container ${name}: ${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode}`);
  return running !== undefined && !ready ? told(`container ${name} runs and is not ready`) : undefined;
}

function told(...parts: readonly (string | undefined)[]): Cause {
  const text = parts.filter((part) => part !== undefined && part !== '').join(': ');
  return { key: text, text };
}
