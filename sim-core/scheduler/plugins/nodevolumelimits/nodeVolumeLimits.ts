import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Plugin } from '../../framework/plugin.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { errorStatus, SKIP, type Status, unschedulable } from '../../framework/status.ts';
import {
  ATTACHMENTS,
  CSI_NODES,
  claimNameOf,
  claimOf,
  classOf,
  holdsNothing,
  isInlineMigratable,
  notForPod,
  notFound,
  PVS,
  STORAGE_CLASSES,
  usesClaim,
  type Volume,
  volumesOf,
} from '../volumes/claims.ts';

const EXCEEDED = 'node(s) exceed max volume count';

/** Unique volume -> name of its CSI driver. */
type Attached = Map<string, string>;

const mayAttach = (v: Volume) =>
  v.persistentVolumeClaim !== undefined || v.ephemeral !== undefined || isInlineMigratable(v);

/** Driver and handle of the volume behind a claim; of one that is not provisioned yet, by its class. */
function driverOf(listers: Listers, claim: KubeObject): { driver: string; handle: string } | undefined {
  const volumeName: string = claim.spec?.volumeName ?? '';
  const volume = volumeName === '' ? undefined : listers.get(PVS, '', volumeName);
  if (volume !== undefined) {
    const csi = volume.spec?.csi;
    return csi === undefined ? undefined : { driver: csi.driver, handle: csi.volumeHandle };
  }
  const storageClass = classOf(claim) === '' ? undefined : listers.get(STORAGE_CLASSES, '', classOf(claim));
  if (storageClass === undefined) return undefined;
  // A prefix that no volume handle has.
  return {
    driver: storageClass['provisioner'],
    handle: `unprovisioned:${claim.metadata.namespace}/${claim.metadata.name}`,
  };
}

/** Adds the pod's attachable volumes; missing claims of pods that are on a node already do not count. */
function collect(listers: Listers, pod: KubeObject, isNew: boolean, into: Attached): Status | undefined {
  for (const volume of volumesOf(pod)) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    if (name === '') return errorStatus('PersistentVolumeClaim had no name');
    const claim = claimOf(listers, pod, name);
    if (claim === undefined) {
      if (isNew) return notFound('persistentvolumeclaim', name);
      continue;
    }
    const foreign = volume.ephemeral === undefined ? undefined : notForPod(pod, claim);
    if (foreign !== undefined) return errorStatus(foreign);
    const at = driverOf(listers, claim);
    if (at !== undefined) into.set(`${at.driver}/${at.handle}`, at.driver);
  }
  return undefined;
}

function limitsOf(csiNode: KubeObject | undefined): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const driver of csiNode?.spec?.drivers ?? [])
    if (driver.allocatable?.count !== undefined) limits.set(driver.name, driver.allocatable.count);
  return limits;
}

/** Volumes that are attached, or about to be, though perhaps no pod on the node uses them any more. */
function collectAttachments(listers: Listers, nodeName: string, into: Attached): void {
  for (const attachment of listers.list(ATTACHMENTS, '')) {
    if (attachment.spec?.nodeName !== nodeName) continue;
    const name = attachment.spec.source?.persistentVolumeName;
    const csi = name === undefined ? undefined : listers.get(PVS, '', name)?.spec?.csi;
    if (csi !== undefined) into.set(`${attachment.spec.attacher}/${csi.volumeHandle}`, attachment.spec.attacher);
  }
}

function countByDriver(volumes: Attached): Map<string, number> {
  const counts = new Map<string, number>();
  for (const driver of volumes.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}

function checkLimits(pod: KubeObject, node: NodeInfo, listers: Listers): Status | undefined {
  const wanted: Attached = new Map();
  const missing = collect(listers, pod, true, wanted);
  if (missing !== undefined) return missing;
  if (wanted.size === 0) return undefined;
  const limits = limitsOf(listers.get(CSI_NODES, '', node.name));
  if (limits.size === 0) return undefined;
  const attached: Attached = new Map();
  for (const other of node.pods) {
    const failed = collect(listers, other.pod, false, attached);
    if (failed !== undefined) return failed;
  }
  for (const volume of attached.keys()) wanted.delete(volume);
  // An attachment without a pod counts, and the volume counts again for the new pod that wants it (recorded).
  collectAttachments(listers, node.name, attached);
  const used = countByDriver(attached);
  for (const [driver, count] of countByDriver(wanted)) {
    const limit = limits.get(driver);
    if (limit !== undefined && (used.get(driver) ?? 0) + count > limit) return unschedulable(EXCEEDED);
  }
  return undefined;
}

/**
 * As many volumes per CSI driver as the CSINode allows. In-tree volumes that are migrated to CSI are not counted.
 * Source: plugins/nodevolumelimits.
 */
export function nodeVolumeLimits(): Plugin {
  return {
    name: 'NodeVolumeLimits',
    preFilter: (_state, pod) => (volumesOf(pod.pod).some(mayAttach) ? {} : { status: SKIP }),
    filter: (_state, pod, node, snapshot) => checkLimits(pod.pod, node, snapshot.listers),
    decompose: (pod) => (holdsNothing(pod.pod) ? {} : undefined),
    events: () => [
      { resource: 'CSINode', actions: ['Add', 'Update'], hint: (_pod, before, now) => limitGrew(before, now) },
      {
        resource: 'AssignedPod',
        actions: ['Delete'],
        hint: (_pod, before) => {
          const held = (before?.spec?.nodeName ?? '') !== '' || (before?.status?.nominatedNodeName ?? '') !== '';
          return held && volumesOf(before as KubeObject).some(mayAttach) ? 'Queue' : 'QueueSkip';
        },
      },
      {
        resource: 'PersistentVolumeClaim',
        actions: ['Add'],
        hint: (pod, _before, now) => (now !== undefined && usesClaim(pod, now, false) ? 'Queue' : 'QueueSkip'),
      },
      {
        resource: 'VolumeAttachment',
        actions: ['Delete'],
        hint: (pod) => (volumesOf(pod).some((v) => v.persistentVolumeClaim !== undefined) ? 'Queue' : 'QueueSkip'),
      },
    ],
  };
}

function limitGrew(before: KubeObject | undefined, now: KubeObject | undefined) {
  if (before === undefined) return 'Queue';
  const was = limitsOf(before);
  for (const [driver, limit] of limitsOf(now)) {
    const old = was.get(driver);
    if (old !== undefined && limit > old) return 'Queue';
  }
  return 'QueueSkip';
}
