import type { Scene } from '../../../sim-core/checkers/checker.ts';
import type { KubeObject, Version } from '../../../sim-core/contracts/index.ts';

/** A version of an object, as commits carry it. */
export function version(object: object, rv: number): Version {
  const { metadata, ...rest } = object as KubeObject;
  const full = { ...rest, metadata: { ...metadata, resourceVersion: String(rv) } } as KubeObject;
  return { obj: 1, rv, hash: rv, record: 0, object: full };
}

/** A scene that holds some objects and keeps what is reported. */
export function scene(objects: Readonly<Record<string, readonly Version[]>> = {}, nowUs = 0, lastFaultUs = -1) {
  const reports: string[] = [];
  const fake: Partial<Scene> = {
    nowUs,
    lastFaultUs,
    epochSeconds: 0,
    flags: { nodeMonitorGracePeriodUs: 50e6, nodeEvictionRate: 0.1, rivalSchedulers: false },
    schedulers: [],
    list: (resource) => objects[resource] ?? [],
    find: (resource, namespace, name) =>
      (objects[resource] ?? []).find(
        ({ object: { metadata } }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
      ),
    report: (object, message) => {
      reports.push(`${object}: ${message}`);
    },
  };
  return { scene: fake as Scene, reports };
}
