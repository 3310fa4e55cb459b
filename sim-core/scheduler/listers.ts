import type { Informers } from '../client/informers.ts';
import type { KubeObject, ObjectTable, Version } from '../contracts/index.ts';
import type { AssumedObjects } from './assumedObjects.ts';
import type { Listers } from './framework/snapshot.ts';

/** Objects of a list of versions, which is another list whenever one of them has changed. */
const objectsOf = new WeakMap<readonly Version[], readonly KubeObject[]>();
const NONE: readonly KubeObject[] = [];
const NO_LABELS: Readonly<Record<string, string>> = {};

/** Lists of one namespace ascend by name. */
export function findByName(sorted: readonly Version[], name: string): Version | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle].object.metadata.name as string) < name) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.object.metadata.name === name ? sorted[low] : undefined;
}

/** What the scheduler's informers know. Claims and volumes are seen as they were reserved. `objects`: undefined before the first cycle. */
export function informerListers(
  informers: Informers,
  assumed: AssumedObjects,
  objects: () => ObjectTable | undefined,
): Listers {
  const list = (resource: string) => (namespace: string) => {
    const versions = informers.storeOf(resource)?.list(namespace);
    if (versions === undefined || versions.length === 0) return NONE;
    let objects = objectsOf.get(versions);
    if (objects === undefined) objectsOf.set(versions, (objects = versions.map((v) => v.object)));
    return objects;
  };
  return {
    namespaceLabels: (namespace) =>
      findByName(informers.storeOf('namespaces')?.list('') ?? [], namespace)?.object.metadata.labels ?? NO_LABELS,
    services: list('services'),
    replicaSets: list('replicasets.apps'),
    replicationControllers: list('replicationcontrollers'),
    statefulSets: list('statefulsets.apps'),
    named: (resource, namespace, name) => {
      const store = informers.storeOf(resource);
      const table = objects();
      if (store === undefined || table === undefined) return findByName(store?.list(namespace) ?? [], name)?.object;
      const obj = table.find(resource, namespace, name);
      return obj === undefined ? undefined : store.get(obj)?.object;
    },
    podDisruptionBudgets: list('poddisruptionbudgets.policy'),
    get: (resource, namespace, name) => {
      const versions = informers.storeOf(resource)?.list(namespace) ?? [];
      // All namespaces together ascend by namespace first.
      const found =
        namespace === '' ? versions.find((v) => v.object.metadata.name === name) : findByName(versions, name);
      return found === undefined ? undefined : assumed.view(resource, found.object);
    },
    list: (resource, namespace) => {
      const found = list(resource)(namespace);
      return assumed.isEmpty ? found : found.map((o) => assumed.view(resource, o));
    },
  };
}
