import { keyOf } from '../../apiserver/keys.ts';
import type { KubeObject, RecordId, Revision, TimeUs, Version } from '../../contracts/index.ts';
import { RecordKind } from '../../contracts/index.ts';
import { decodeRecord } from '../../trace/view.ts';
import type { Cluster } from '../build.ts';

/** One write of an object. */
export interface ObjectRevision {
  readonly record: RecordId;
  readonly timeUs: TimeUs;
  readonly verb: 'create' | 'update' | 'delete';
  readonly revision: Revision;
  readonly contentHash: number;
  /** Undefined when etcd has compacted it: go to `timeUs` to see it. */
  readonly object: KubeObject | undefined;
}

/** Work that waits somewhere. */
export interface PendingWork {
  /** Events in the queue of the engine, and the time of the next. */
  readonly events: number;
  readonly nextEventUs: TimeUs;
  /** Keys that wait in the work queues of controllers: component, controller, keys. */
  readonly queues: readonly { readonly component: string; readonly controller: string; readonly length: number }[];
  /** Pods by queue of each scheduler: scheduler_pending_pods. */
  readonly schedulers: readonly {
    readonly component: string;
    readonly pods: Readonly<Record<string, number>>;
  }[];
}

/** The object that the store holds now. */
export function objectNow(cluster: Cluster, resource: string, namespace: string, name: string): KubeObject | undefined {
  return cluster.truth.find(cluster.world, resource, namespace, name)?.object;
}

/** Objects of a resource that exist now, by namespace and name. */
export function objectsNow(cluster: Cluster, resource: string, namespace?: string): readonly KubeObject[] {
  const objects = cluster.truth.list(cluster.world, resource).map((version) => version.object);
  const chosen = namespace === undefined ? objects : objects.filter((o) => o.metadata.namespace === namespace);
  const key = (o: KubeObject) => `${o.metadata.namespace ?? ''}/${o.metadata.name ?? ''}`;
  return [...chosen].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The object at a revision that etcd has not compacted. */
export function objectAtRevision(
  cluster: Cluster,
  resource: string,
  namespace: string,
  name: string,
  revision: Revision,
): KubeObject | undefined {
  const found = cluster.etcd.store.range({ op: 'range', key: keyOf(resource, namespace, name), revision });
  return 'error' in found ? undefined : (found.kvs[0]?.value as Version | undefined)?.object;
}

const VERBS = ['create', 'update', 'delete'] as const;

/** Every write of an object up to now, oldest first. Deleted and created again, it is the same object. */
export function revisionsOf(
  cluster: Cluster,
  resource: string,
  namespace: string,
  name: string,
): readonly ObjectRevision[] {
  const { world } = cluster;
  const obj = world.objects.find(resource, namespace, name);
  if (obj === undefined) return [];
  const revisions: ObjectRevision[] = [];
  for (const { bytes, firstRecord, count } of world.trace.pieces()) {
    // Only the two numbers that decide are read of each record: a run has millions of them.
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, count * WORDS);
    for (let i = 0; i < count; i++) {
      if (words[i * WORDS + OBJECT_WORD] !== obj || (words[i * WORDS + KIND_WORD] & 0xffff) !== RecordKind.write)
        continue;
      const { id, timeUs, a, b, hash } = decodeRecord(bytes, i * WORDS * 4, firstRecord + i);
      const verb = VERBS[a & 3];
      const object = verb === 'delete' ? undefined : objectAtRevision(cluster, resource, namespace, name, b);
      revisions.push({ record: id, timeUs, verb, revision: b, contentHash: hash, object });
    }
  }
  return revisions;
}

/** Of a record, in words of 32 bits: see engine/records.ts. */
const WORDS = 8;
const KIND_WORD = 2;
const OBJECT_WORD = 3;

export function pendingWork(cluster: Cluster): PendingWork {
  const { world, controllerManagers, schedulers } = cluster;
  return {
    events: world.pending,
    nextEventUs: world.nextEventUs,
    queues: controllerManagers.flatMap((manager) =>
      manager.hosts.map((host) => ({
        component: manager.name,
        controller: host.controller.name,
        length: host.queueLength,
      })),
    ),
    schedulers: schedulers.map((scheduler) => ({ component: scheduler.name, pods: { ...scheduler.pendingPods() } })),
  };
}
