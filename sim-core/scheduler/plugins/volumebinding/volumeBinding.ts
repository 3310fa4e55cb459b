import { value } from '../../../api/machinery/quantity.ts';
import { deepEqual } from '../../../api/machinery/update.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { CycleState, Plugin, Reservation, ReservedWrite } from '../../framework/plugin.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { errorStatus, SKIP, type Status, unresolvable } from '../../framework/status.ts';
import {
  claimNameOf,
  claimOf,
  classOf,
  holdsNothing,
  isFullyBound,
  notForPod,
  notFound,
  PVCS,
  PVS,
  STORAGE_CLASSES,
  usesClaim,
  volumesOf,
} from '../volumes/claims.ts';
import { findPodVolumes, type PodClaims, SELECTED_NODE } from './binder.ts';

const STATE = 'PreFilterVolumeBinding';
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const MIGRATED = 'storage.alpha.kubernetes.io/migrated-plugins';

/** The pod's claims, or the status for the first that makes scheduling pointless. */
function readClaims(pod: KubeObject, listers: Listers): readonly KubeObject[] | Status {
  const claims: KubeObject[] = [];
  for (const volume of volumesOf(pod)) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = claimOf(listers, pod, name);
    if (claim === undefined) {
      return volume.ephemeral === undefined
        ? notFound('persistentvolumeclaim', name)
        : unresolvable(`waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`);
    }
    if (claim.status?.phase === 'Lost') {
      return unresolvable(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`,
      );
    }
    if (claim.metadata.deletionTimestamp !== undefined)
      return unresolvable(`persistentvolumeclaim "${name}" is being deleted`);
    const foreign = volume.ephemeral === undefined ? undefined : notForPod(pod, claim);
    if (foreign !== undefined) return unresolvable(foreign);
    claims.push(claim);
  }
  return claims;
}

/** Does the claim's class wait for the first consumer? */
function isDelayed(claim: KubeObject, listers: Listers): boolean | Status {
  const className = classOf(claim);
  const storageClass = className === '' ? undefined : listers.get(STORAGE_CLASSES, '', className);
  if (storageClass === undefined) return false;
  const mode = storageClass['volumeBindingMode'];
  if (mode === undefined) return errorStatus(`VolumeBindingMode not set for StorageClass "${className}"`);
  return mode === 'WaitForFirstConsumer';
}

function sortClaims(claims: readonly KubeObject[], listers: Listers): PodClaims | Status {
  const bound: KubeObject[] = [];
  const delayed: KubeObject[] = [];
  const immediate: KubeObject[] = [];
  for (const claim of claims) {
    if (isFullyBound(claim)) {
      bound.push(claim);
      continue;
    }
    const waits = isDelayed(claim, listers);
    if (typeof waits === 'object') return waits;
    // A claim that names its volume is left to the volume controller, whatever its class says.
    (waits && (claim.spec?.volumeName ?? '') === '' ? delayed : immediate).push(claim);
  }
  const volumes = new Map<string, readonly KubeObject[]>();
  for (const claim of delayed) {
    const name = classOf(claim);
    if (!volumes.has(name))
      volumes.set(
        name,
        listers.list(PVS, '').filter((v) => classOf(v) === name),
      );
  }
  return { bound, delayed, immediate, volumes };
}

/** Volumes with claimRef, and claims with the selected node: what the volume controller waits for. */
function reservation(state: CycleState, node: NodeInfo, listers: Listers): Reservation | undefined {
  const claims = state.read<PodClaims>(STATE);
  if (claims === undefined || claims.delayed.length === 0) return undefined;
  const found = findPodVolumes(claims, node, listers);
  const writes: ReservedWrite[] = [];
  for (const { claim, volume } of found.bindings) {
    if (volume.spec?.claimRef?.uid === claim.metadata.uid) continue;
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
    const annotated = volume.spec?.claimRef === undefined;
    const metadata = annotated
      ? { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } }
      : volume.metadata;
    writes.push({ resource: PVS, object: { ...volume, metadata, spec: { ...volume.spec, claimRef } } });
  }
  for (const claim of found.provisions) {
    const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node.name };
    writes.push({ resource: PVCS, object: { ...claim, metadata: { ...claim.metadata, annotations } } });
  }
  const waitsFor = claims.delayed.map((c) => ({
    resource: PVCS,
    namespace: c.metadata.namespace ?? '',
    name: c.metadata.name as string,
  }));
  return { plugin: 'VolumeBinding', writes, waitsFor };
}

/**
 * Bound claims must be reachable from the node, claims that wait for their first consumer must be bindable there.
 * Source: plugins/volumebinding.
 */
export function volumeBinding(): Plugin {
  return {
    name: 'VolumeBinding',
    preFilter(state, pod, snapshot) {
      const claims = readClaims(pod.pod, snapshot.listers);
      if ('code' in claims) return { status: claims };
      if (claims.length === 0) return { status: SKIP };
      const sorted = sortClaims(claims, snapshot.listers);
      if ('code' in sorted) return { status: sorted };
      if (sorted.immediate.length > 0)
        return { status: unresolvable('pod has unbound immediate PersistentVolumeClaims') };
      state.write(STATE, sorted);
      return {};
    },
    filter(state, _pod, node, snapshot) {
      const claims = state.read<PodClaims>(STATE);
      if (claims === undefined) return undefined;
      const found = findPodVolumes(claims, node, snapshot.listers);
      if (found.error !== undefined) return errorStatus(found.error);
      const reasons: string[] = [];
      if (found.nodeConflict) reasons.push("node(s) didn't match PersistentVolume's node affinity");
      if (found.bindConflict) reasons.push("node(s) didn't find available persistent volumes to bind");
      if (found.noSpace) reasons.push('node(s) did not have enough free storage');
      if (found.volumeGone) reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
      return reasons.length === 0 ? undefined : unresolvable(...reasons);
    },
    // Scoring by free capacity is behind a gate that is off.
    preScore: () => SKIP,
    score: () => 0,
    reserve: (state, _pod, node, snapshot) => reservation(state, node, snapshot.listers),
    isReady(claim, node) {
      if (claim === undefined) return 'error getting PVC';
      const selected = claim.metadata.annotations?.[SELECTED_NODE];
      if (isFullyBound(claim)) return true;
      // The provisioner gave the claim back: the pod must look for another node.
      return selected !== undefined && selected !== node
        ? `selectedNode annotation value "${selected}" not set to scheduled node "${node}"`
        : false;
    },
    decompose: (pod) => (holdsNothing(pod.pod) ? {} : undefined),
    events: () => EVENTS,
  };
}

const limitOf = (capacity: KubeObject) => capacity['maximumVolumeSize'] ?? capacity['capacity'];
const migrated = (csiNode: KubeObject) =>
  (csiNode.metadata.annotations?.[MIGRATED] ?? '').split(',').filter((p) => p !== '');

const EVENTS: ReturnType<NonNullable<Plugin['events']>> = [
  {
    resource: 'StorageClass',
    actions: ['Add', 'Update'],
    hint: (_pod, before, now) =>
      before === undefined || !deepEqual(before['allowedTopologies'], now?.['allowedTopologies'])
        ? 'Queue'
        : 'QueueSkip',
  },
  {
    resource: 'PersistentVolumeClaim',
    actions: ['Add', 'Update'],
    hint: (pod, _before, now) => (now !== undefined && usesClaim(pod, now, true) ? 'Queue' : 'QueueSkip'),
  },
  { resource: 'PersistentVolume', actions: ['Add', 'Update'] },
  { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'] },
  {
    resource: 'CSINode',
    actions: ['Add', 'Update'],
    hint: (_pod, before, now) => {
      if (before === undefined || now === undefined) return 'Queue';
      const was = new Set(migrated(before));
      return migrated(now).some((p) => !was.has(p)) ? 'Queue' : 'QueueSkip';
    },
  },
  {
    resource: 'CSIDriver',
    actions: ['Update'],
    // A driver that no longer publishes capacity is no longer checked; only inline volumes name their driver.
    hint: (pod, before, now) =>
      before?.spec?.storageCapacity === true &&
      now?.spec?.storageCapacity !== true &&
      volumesOf(pod).some((v) => v.csi !== undefined && v.csi.driver === now?.metadata.name)
        ? 'Queue'
        : 'QueueSkip',
  },
  {
    resource: 'CSIStorageCapacity',
    actions: ['Add', 'Update'],
    hint: (_pod, before, now) => {
      if (before === undefined) return 'Queue';
      const limit = now === undefined ? undefined : limitOf(now);
      if (limit === undefined) return 'QueueSkip';
      return limitOf(before) === undefined || value(limit) > value(limitOf(before)) ? 'Queue' : 'QueueSkip';
    },
  },
];
