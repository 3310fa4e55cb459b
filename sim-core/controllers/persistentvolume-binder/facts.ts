import type { KubeObject } from '../../contracts/objects.ts';

export const CLAIMS = 'persistentvolumeclaims';
export const VOLUMES = 'persistentvolumes';
export const CLASSES = 'storageclasses.storage.k8s.io';

/** Annotations of pkg/controller/volume/persistentvolume and component-helpers/storage/volume. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
export const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';

export const annotation = (object: KubeObject, name: string): string | undefined => object.metadata.annotations?.[name];

/** Names of provisioners of this prefix are Kubernetes' own; 1.35 has no code for any of them. */
export const isInTree = (provisioner: string): boolean => provisioner.startsWith('kubernetes.io/');
