import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';
import { byCreation } from '../support/objects.ts';
import { roundHalfAway } from '../support/whole-numbers.ts';
import { desiredReplicas, maxReplicas } from './annotations.ts';
import { activeSets, maxSurge, specTotal, wantedReplicas } from './counts.ts';

/** The new ReplicaSet has all the replicas that the Deployment wants, all available (util.IsSaturated). */
export function isSaturated(deployment: Deployment, rs: ReplicaSet | undefined): boolean {
  if (!rs) return false;
  const wanted = wantedReplicas(deployment);
  return (
    wantedReplicas(rs) === wanted && desiredReplicas(rs) === wanted && (rs.status?.availableReplicas ?? 0) === wanted
  );
}

function fraction(rs: ReplicaSet, deployment: Deployment): number {
  const size = wantedReplicas(rs);
  if (wantedReplicas(deployment) === 0) return -size;
  const totalMax = wantedReplicas(deployment) + maxSurge(deployment);
  const before = maxReplicas(rs) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return roundHalfAway((size * totalMax) / before) - size;
}

function proportion(rs: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (wantedReplicas(rs) === 0 || toAdd === 0 || toAdd === added) return 0;
  const share = fraction(rs, deployment);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed);
}

/**
 * Sizes of all active ReplicaSets when the Deployment is scaled in the middle of a rollout: each gets its share, the first
 * (biggest; ties: newest when growing, oldest when shrinking) what rounding leaves over.
 */
export function proportionalSizes(
  deployment: Deployment,
  sets: readonly (ReplicaSet | undefined)[],
): readonly { readonly rs: ReplicaSet; readonly size: number }[] {
  const active = activeSets(sets);
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - specTotal(active);
  if (toAdd !== 0) {
    const age = toAdd > 0 ? -1 : 1;
    active.sort((a, b) => wantedReplicas(b) - wantedReplicas(a) || age * byCreation(a, b));
  }
  let added = 0;
  const sizes = active.map((rs) => {
    const share = toAdd === 0 ? 0 : proportion(rs, deployment, toAdd, added);
    added += share;
    return wantedReplicas(rs) + share;
  });
  if (toAdd !== 0 && sizes.length > 0) sizes[0] = Math.max(0, sizes[0] + toAdd - added);
  return active.map((rs, i) => ({ rs, size: sizes[i] }));
}
