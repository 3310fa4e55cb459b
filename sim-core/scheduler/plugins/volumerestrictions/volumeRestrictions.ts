import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { CycleState, Plugin } from '../../framework/plugin.ts';
import type { PodInfo } from '../../framework/podInfo.ts';
import type { Snapshot } from '../../framework/snapshot.ts';
import { SKIP, type Status, unschedulable } from '../../framework/status.ts';
import { claimOf, holdsNothing, notFound, usesClaim, type Volume, volumesOf } from '../volumes/claims.ts';

const DISK_CONFLICT = 'node(s) had no available disk';
const CLAIM_CONFLICT =
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
const STATE = 'PreFilterVolumeRestrictions';

interface State {
  /** Names of the pod's claims that only one pod may use. */
  readonly claims: ReadonlySet<string>;
  readonly conflicts: number;
}

function isRestricted(v: Volume): boolean {
  return (
    v.gcePersistentDisk !== undefined ||
    v.awsElasticBlockStore !== undefined ||
    v.rbd !== undefined ||
    v.iscsi !== undefined
  );
}

const bothReadOnly = (a: { readOnly?: boolean }, b: { readOnly?: boolean }) =>
  a.readOnly === true && b.readOnly === true;

/** Two pods may share the disk only under the rules of its kind. */
function disksConflict(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk !== undefined && b.gcePersistentDisk !== undefined) {
    const [x, y] = [a.gcePersistentDisk, b.gcePersistentDisk];
    if (x.pdName === y.pdName && !bothReadOnly(x, y)) return true;
  }
  if (a.awsElasticBlockStore !== undefined && b.awsElasticBlockStore !== undefined) {
    if (a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID) return true;
  }
  if (a.iscsi !== undefined && b.iscsi !== undefined) {
    if (a.iscsi.iqn === b.iscsi.iqn && !bothReadOnly(a.iscsi, b.iscsi)) return true;
  }
  if (a.rbd === undefined || b.rbd === undefined) return false;
  const [x, y] = [a.rbd, b.rbd];
  const sameMonitor = (x.monitors ?? []).some((m) => y.monitors?.includes(m));
  return sameMonitor && (x.pool ?? '') === (y.pool ?? '') && x.image === y.image && !bothReadOnly(x, y);
}

function podsConflict(pod: KubeObject, other: KubeObject): boolean {
  return volumesOf(pod).some((v) => isRestricted(v) && volumesOf(other).some((w) => disksConflict(v, w)));
}

/** Claims of the pod with access mode ReadWriteOncePod, or the status for a claim that is not there. */
function exclusiveClaims(pod: PodInfo, snapshot: Snapshot): ReadonlySet<string> | Status {
  const names = new Set<string>();
  for (const volume of volumesOf(pod.pod)) {
    const name = volume.persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = claimOf(snapshot.listers, pod.pod, name);
    if (claim === undefined) return notFound('persistentvolumeclaim', name);
    if ((claim.spec?.accessModes ?? []).includes('ReadWriteOncePod')) names.add(name);
  }
  return names;
}

/** How many of the claims does any pod on a node use? */
function usedClaims(names: ReadonlySet<string>, namespace: string, snapshot: Snapshot): number {
  if (names.size === 0) return 0;
  const used = new Set<string>();
  for (const node of snapshot.nodes) {
    for (const other of node.pods) {
      if (other.namespace !== namespace) continue;
      for (const volume of volumesOf(other.pod)) {
        const name = volume.persistentVolumeClaim?.claimName;
        if (name !== undefined && names.has(name)) used.add(name);
      }
    }
  }
  return used.size;
}

function adjust(state: CycleState, other: PodInfo, delta: 1 | -1): undefined {
  const s = state.read<State>(STATE);
  if (s === undefined || s.claims.size === 0) return undefined;
  let conflicts = s.conflicts;
  for (const volume of volumesOf(other.pod)) {
    const name = volume.persistentVolumeClaim?.claimName;
    if (name !== undefined && s.claims.has(name)) conflicts += delta;
  }
  if (conflicts !== s.conflicts) state.write(STATE, { claims: s.claims, conflicts } satisfies State);
  return undefined;
}

/**
 * Disks and claims that may not be shared. A claim for a single pod that is in use anywhere fails every node.
 * Source: plugins/volumerestrictions.
 */
export function volumeRestrictions(): Plugin {
  return {
    name: 'VolumeRestrictions',
    preFilter(state, pod, snapshot) {
      const volumes = volumesOf(pod.pod);
      const claims = exclusiveClaims(pod, snapshot);
      if ('code' in claims) return { status: claims };
      const conflicts = usedClaims(claims, pod.namespace, snapshot);
      if (conflicts === 0 && !volumes.some(isRestricted)) return { status: SKIP };
      state.write(STATE, { claims, conflicts } satisfies State);
      return {};
    },
    filter(state, pod, node: NodeInfo) {
      if (node.pods.some((other) => podsConflict(pod.pod, other.pod))) return unschedulable(DISK_CONFLICT);
      return (state.read<State>(STATE)?.conflicts ?? 0) > 0 ? unschedulable(CLAIM_CONFLICT) : undefined;
    },
    addPod: (state, _pod, added) => adjust(state, added, 1),
    removePod: (state, _pod, removed) => adjust(state, removed, -1),
    decompose: (pod) => (holdsNothing(pod.pod) ? {} : undefined),
    events: () => [
      {
        resource: 'AssignedPod',
        actions: ['Delete'],
        hint: (pod, before) => (before !== undefined && podGoneHelps(pod, before) ? 'Queue' : 'QueueSkip'),
      },
      { resource: 'Node', actions: ['Add'] },
      {
        resource: 'PersistentVolumeClaim',
        actions: ['Add'],
        hint: (pod, _before, now) => (now !== undefined && usesClaim(pod, now, false) ? 'Queue' : 'QueueSkip'),
      },
    ],
  };
}

function podGoneHelps(pod: KubeObject, gone: KubeObject): boolean {
  if (gone.metadata.namespace !== pod.metadata.namespace) return false;
  if (podsConflict(pod, gone)) return true;
  const names = new Set(volumesOf(pod).map((v) => v.persistentVolumeClaim?.claimName));
  return volumesOf(gone).some(
    (v) => v.persistentVolumeClaim !== undefined && names.has(v.persistentVolumeClaim.claimName),
  );
}
