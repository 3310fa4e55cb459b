import { controllerOf } from '../../api/helpers/owners.ts';
import { isPodActive } from '../../api/helpers/pods.ts';
import { type Checker, label, type Scene } from '../checker.ts';

/** Counts of active pods by the uid of their controller. */
export function activePodsByOwner(scene: Scene): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { object } of scene.list('pods')) {
    const uid = isPodActive(object) ? controllerOf(object)?.uid : undefined;
    if (uid !== undefined) counts.set(uid, (counts.get(uid) ?? 0) + 1);
  }
  return counts;
}

/** C1: in the end a ReplicaSet has as many active pods as it wants, and says so. A failure to create them is said too. */
export function replicaSetsSettle(): Checker {
  return {
    id: 'C1',
    name: 'replicaset-settles',
    quiet(scene: Scene) {
      const active = activePodsByOwner(scene);
      for (const { object } of scene.list('replicasets.apps')) {
        if (object.metadata.deletionTimestamp !== undefined) continue;
        const conditions: readonly { readonly type: string; readonly status: string }[] =
          object.status?.conditions ?? [];
        if (conditions.some((c) => c.type === 'ReplicaFailure' && c.status === 'True')) continue;
        const [wanted, said] = [object.spec?.replicas ?? 1, object.status?.replicas ?? 0];
        const have = active.get(object.metadata.uid ?? '') ?? 0;
        if (have !== wanted || said !== wanted)
          scene.report(label('replicasets.apps', object), `wants ${wanted} pods, has ${have}, says ${said}`);
      }
    },
  };
}
