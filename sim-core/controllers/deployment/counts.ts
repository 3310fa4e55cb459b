import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';
import { scaledValue } from '../support/whole-numbers.ts';

export function wantedReplicas(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** maxSurge rounded up and maxUnavailable rounded down; both 0 would never progress, so then one may be unavailable. */
export function fenceposts(
  maxSurge: number | string | undefined,
  maxUnavailable: number | string | undefined,
  desired: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = scaledValue(maxSurge, desired, true);
  const unavailable = scaledValue(maxUnavailable, desired, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function fencepostsOf(deployment: Deployment) {
  const rolling = deployment.spec.strategy?.rollingUpdate;
  return fenceposts(rolling?.maxSurge ?? '25%', rolling?.maxUnavailable ?? '25%', wantedReplicas(deployment));
}

export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fencepostsOf(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  const wanted = wantedReplicas(deployment);
  if (!isRollingUpdate(deployment) || wanted === 0) return 0;
  return Math.min(fencepostsOf(deployment).unavailable, wanted);
}

type Sets = readonly (ReplicaSet | undefined)[];

export function specTotal(sets: Sets): number {
  let sum = 0;
  for (const rs of sets) if (rs) sum += wantedReplicas(rs);
  return sum;
}

type CountField = 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas';

export function statusTotal(sets: Sets, field: CountField): number {
  let sum = 0;
  for (const rs of sets) sum += rs?.status?.[field] ?? 0;
  return sum;
}

export function activeSets(sets: Sets): ReplicaSet[] {
  return sets.filter((rs): rs is ReplicaSet => rs !== undefined && wantedReplicas(rs) > 0);
}

/** How many replicas the new ReplicaSet may have now (util.NewRSNewReplicas). */
export function newSetReplicas(deployment: Deployment, allSets: Sets, newSet: ReplicaSet): number {
  const wanted = wantedReplicas(deployment);
  if (!isRollingUpdate(deployment)) return wanted;
  const total = specTotal(allSets);
  const totalMax = wanted + maxSurge(deployment);
  if (total >= totalMax) return wantedReplicas(newSet);
  return wantedReplicas(newSet) + Math.min(totalMax - total, wanted - wantedReplicas(newSet));
}
