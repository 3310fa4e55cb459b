import { controllerOf } from '../api/helpers/owners.ts';
import { type Checker, type Commit, label, type Scene } from './checker.ts';

const OWNED: readonly string[] = ['pods', 'replicasets.apps', 'endpointslices.discovery.k8s.io', 'jobs.batch'];
const OWNERS: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  Service: 'services',
};

/** G1: the garbage collector leaves nothing whose controller is gone. */
export function orphansCollected(): Checker {
  return {
    id: 'G1',
    name: 'dependents-collected',
    quiet(scene: Scene) {
      for (const resource of OWNED) {
        for (const { object } of scene.list(resource)) {
          const owner = controllerOf(object);
          const of = owner === undefined ? undefined : OWNERS[owner.kind];
          if (owner === undefined || of === undefined || object.metadata.deletionTimestamp !== undefined) continue;
          const found = scene.find(of, object.metadata.namespace ?? '', owner.name);
          if (found?.object.metadata.uid !== owner.uid)
            scene.report(label(resource, object), `its controller ${owner.kind} ${owner.name} (${owner.uid}) is gone`);
        }
      }
    },
  };
}

/** G4: at most one owner is the controller. */
export function oneController(): Checker {
  return {
    id: 'G4',
    name: 'one-controller-owner',
    commit(scene: Scene, { resource, now, before }: Commit) {
      const owners = now.object.metadata.ownerReferences;
      if (owners === undefined || owners === before?.object.metadata.ownerReferences) return;
      if (owners.filter((o) => o.controller === true).length > 1)
        scene.report(label(resource, now.object), 'more than one owner is its controller');
    },
  };
}
