import { controllerOf } from '../../api/helpers/owners.ts';
import { scaledValueFromIntOrPercent } from '../../api/machinery/intstr.ts';
import type { Containers, KubeObject, OwnerReference, PagedTable, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { hashValue } from '../../engine/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** A controller may act on a Deployment that it read this long ago. */
const STALE_US = 10 * SECOND_US;

interface Bounds {
  readonly most: number;
  readonly least: number;
}

/** maxSurge is rounded up, maxUnavailable down; if both are 0 one pod may be unavailable. */
export function rolloutBounds(deployment: KubeObject): Bounds {
  const wanted: number = deployment.spec?.replicas ?? 1;
  const rolling = deployment.spec?.strategy?.rollingUpdate ?? {};
  const surge = scaledValueFromIntOrPercent(rolling.maxSurge ?? '25%', wanted, true);
  const unavailable = scaledValueFromIntOrPercent(rolling.maxUnavailable ?? '25%', wanted, false);
  const down = surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, wanted);
  return { most: wanted + surge, least: wanted - down };
}

/** A person set the size of this ReplicaSet through its scale subresource. */
function wasScaledByHand(rs: KubeObject): boolean {
  return (rs.metadata.managedFields ?? []).some((entry) => entry.subresource === 'scale');
}

/** Bounds that a Deployment had lately, and until when they count: a controller may not have read its last change. */
interface Lately extends Bounds {
  readonly untilUs: TimeUs;
}

/**
 * C3: while a Deployment rolls, its ReplicaSets together never ask for more than replicas + maxSurge, and the rollout itself
 * never takes them below replicas - maxUnavailable. Judged at the writes that scale a ReplicaSet, by the bounds of the last ten
 * seconds; not for Recreate and paused ones, where a person scales ReplicaSets, or while a fault may make the controller read
 * even older ones.
 */
export function rolloutsStayInBounds(): Checker {
  let lately!: PagedTable<Lately>;
  return {
    id: 'C3',
    name: 'rollout-within-bounds',
    resources: ['replicasets.apps', 'deployments.apps'],
    init(c: Containers) {
      lately = c.table<Lately>('C3/lately');
    },
    commit(scene: Scene, { resource, obj, now, before, deleted }: Commit) {
      if (resource === 'deployments.apps') {
        if (deleted) lately.free(obj);
        else if (before !== undefined && now.object.metadata.generation !== before.object.metadata.generation)
          lately.put(obj, widened(lately.get(obj), rolloutBounds(before.object), scene.nowUs));
        return;
      }
      if (deleted) return;
      const [was, is]: readonly number[] = [before?.object.spec?.replicas ?? 0, now.object.spec?.replicas ?? 0];
      const owner = was === is ? undefined : controllerOf(now.object);
      if (owner?.kind === 'Deployment') judge(scene, now.object, owner, is > was, lately);
    },
  };
}

function widened(old: Lately | undefined, bounds: Bounds, nowUs: TimeUs): Lately {
  const untilUs = nowUs + STALE_US;
  if (old === undefined || old.untilUs < nowUs) return { ...bounds, untilUs };
  return { most: Math.max(old.most, bounds.most), least: Math.min(old.least, bounds.least), untilUs };
}

function judge(scene: Scene, rs: KubeObject, owner: OwnerReference, grew: boolean, lately: PagedTable<Lately>): void {
  const found = scene.find('deployments.apps', rs.metadata.namespace ?? '', owner.name);
  const deployment = found?.object;
  if (found === undefined || deployment?.metadata.uid !== owner.uid || deployment?.spec?.paused === true) return;
  if (deployment.spec?.strategy?.type === 'Recreate' || deployment.metadata.deletionTimestamp !== undefined) return;
  if (scene.lastFaultUs >= 0 && scene.lastFaultUs > scene.nowUs - STALE_US) return;
  let total = 0;
  for (const { object } of scene.list('replicasets.apps')) {
    if (controllerOf(object)?.uid !== owner.uid) continue;
    if (wasScaledByHand(object)) return;
    total += object.spec?.replicas ?? 1;
  }
  const { most, least } = widened(lately.get(found.obj), rolloutBounds(deployment), scene.nowUs);
  const at = label('deployments.apps', deployment);
  if (grew && total > most) scene.report(at, `its ReplicaSets ask for ${total} pods, at most ${most} are allowed`);
  if (!grew && total < least) scene.report(at, `its ReplicaSets ask for ${total} pods, at least ${least} must stay`);
}

/** C5: in the end old ReplicaSets are empty and at most revisionHistoryLimit are kept; no two have the same template. */
export function historyIsKept(): Checker {
  return {
    id: 'C5',
    name: 'revision-history-kept',
    quiet(scene: Scene) {
      const sets = scene.list('replicasets.apps').map((v) => v.object);
      for (const { object } of scene.list('deployments.apps')) {
        const own = sets.filter((rs) => controllerOf(rs)?.uid === object.metadata.uid);
        const templates = own.map((rs) => hashValue({ ...rs.spec?.template, metadata: withoutHash(rs) }));
        if (new Set(templates).size < own.length)
          scene.report(label('deployments.apps', object), 'two of its ReplicaSets have the same template');
        if (!isComplete(object)) continue;
        const filled = own.filter((rs) => (rs.spec?.replicas ?? 1) > 0);
        if (filled.length > 1)
          scene.report(label('deployments.apps', object), `${filled.length} ReplicaSets have pods`);
        const old = own.length - Math.max(1, filled.length);
        const limit: number = object.spec?.revisionHistoryLimit ?? 10;
        if (old > limit)
          scene.report(label('deployments.apps', object), `keeps ${old} old ReplicaSets, limit ${limit}`);
      }
    },
  };
}

function withoutHash(rs: KubeObject): unknown {
  const { 'pod-template-hash': _hash, ...labels } = rs.spec?.template?.metadata?.labels ?? {};
  return { ...rs.spec?.template?.metadata, labels };
}

function isComplete({ spec, status, metadata }: KubeObject): boolean {
  const wanted: number = spec?.replicas ?? 1;
  if (spec?.paused === true || metadata.deletionTimestamp !== undefined) return false;
  return (
    status?.observedGeneration === metadata.generation &&
    (status?.replicas ?? 0) === wanted &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}
