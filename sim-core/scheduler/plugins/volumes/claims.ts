import { storageClassOf } from '../../../api/helpers/volumes.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { type Status, unresolvable } from '../../framework/status.ts';

export const PVS = 'persistentvolumes';
export const PVCS = 'persistentvolumeclaims';
export const STORAGE_CLASSES = 'storageclasses.storage.k8s.io';
export const CSI_NODES = 'csinodes.storage.k8s.io';
export const CSI_DRIVERS = 'csidrivers.storage.k8s.io';
export const CSI_CAPACITIES = 'csistoragecapacities.storage.k8s.io';
export const ATTACHMENTS = 'volumeattachments.storage.k8s.io';

/** A volume of a pod as the plugins read it. */
export interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName?: string; readonly readOnly?: boolean };
  readonly ephemeral?: object;
  readonly csi?: { readonly driver: string };
  readonly gcePersistentDisk?: { readonly pdName: string; readonly readOnly?: boolean };
  readonly awsElasticBlockStore?: { readonly volumeID: string; readonly readOnly?: boolean };
  readonly iscsi?: { readonly iqn: string; readonly readOnly?: boolean };
  readonly rbd?: {
    readonly monitors?: readonly string[];
    readonly pool?: string;
    readonly image: string;
    readonly readOnly?: boolean;
  };
}

const NO_VOLUMES: readonly Volume[] = [];

export function volumesOf(pod: KubeObject): readonly Volume[] {
  return pod.spec?.volumes ?? NO_VOLUMES;
}

/** Sources of volumes that no plugin of volumes cares for. */
const HARMLESS = ['configMap', 'secret', 'projected', 'downwardAPI', 'emptyDir', 'hostPath', 'name'];

/** The pod has no volume that could say anything about nodes. */
export function holdsNothing(pod: KubeObject): boolean {
  for (const volume of volumesOf(pod)) for (const key in volume) if (!HARMLESS.includes(key)) return false;
  return true;
}

/** The claim behind a volume. A generic ephemeral volume has one named after the pod and the volume. */
export function claimNameOf(pod: KubeObject, volume: Volume): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName ?? '';
  return volume.ephemeral === undefined ? undefined : `${pod.metadata.name}-${volume.name}`;
}

/** In-tree kinds of volumes that CSI drivers can take over. Source: csi-translation-lib CanSupportInline. */
const MIGRATABLE = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'cinder',
  'azureDisk',
  'azureFile',
  'vsphereVolume',
  'portworxVolume',
];

export function isInlineMigratable(volume: Volume): boolean {
  return MIGRATABLE.some((kind) => (volume as unknown as Readonly<Record<string, unknown>>)[kind] !== undefined);
}

/** Does the pod use this claim by name, in its own namespace? */
export function usesClaim(pod: KubeObject, claim: KubeObject, ephemeral: boolean): boolean {
  if (claim.metadata.namespace !== pod.metadata.namespace) return false;
  return volumesOf(pod).some(
    (v) => (ephemeral || v.persistentVolumeClaim !== undefined) && claimNameOf(pod, v) === claim.metadata.name,
  );
}

/** The storage class of a claim or a volume; '' = none. */
export const classOf = storageClassOf;

/** Bound by the volume controller, which has finished with it. */
export function isFullyBound(claim: KubeObject): boolean {
  return (
    (claim.spec?.volumeName ?? '') !== '' &&
    claim.metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined
  );
}

export function notFound(kind: string, name: string): Status {
  return unresolvable(`${kind} "${name}" not found`);
}

export function claimOf(listers: Listers, pod: KubeObject, name: string): KubeObject | undefined {
  return listers.get(PVCS, pod.metadata.namespace ?? '', name);
}

/** The error that keeps a pod from a claim that was made for another pod's ephemeral volume. */
export function notForPod(pod: KubeObject, claim: KubeObject): string | undefined {
  const owners: readonly { uid?: string; controller?: boolean }[] = claim.metadata.ownerReferences ?? [];
  if (owners.some((o) => o.controller === true && o.uid === pod.metadata.uid)) return undefined;
  return `PVC ${claim.metadata.namespace}/${claim.metadata.name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`;
}
