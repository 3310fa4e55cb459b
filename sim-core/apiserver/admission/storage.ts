import type { KubeObject, Version } from '../../contracts/index.ts';
import { withMeta } from '../strategies.ts';
import type { Mutate } from './attributes.ts';

const CLASSES = 'storageclasses.storage.k8s.io';
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** A claim without a class gets the newest default one (plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClass: Mutate = ({ env, resource, subresource, operation }, object) => {
  if (resource !== 'persistentvolumeclaims' || subresource || operation !== 'create') return object;
  const { storageClassName } = object.spec ?? {};
  const annotated = object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'];
  if ((storageClassName !== undefined && storageClassName !== null) || annotated !== undefined) return object;
  const chosen = newest(env.list(CLASSES, '').filter(({ object: sc }) => isDefault(sc, DEFAULT_CLASS)));
  if (!chosen) return object;
  return { ...object, spec: { ...object.spec, storageClassName: chosen.object.metadata.name } } as KubeObject;
};

export function isDefault(object: KubeObject, annotations: readonly string[]): boolean {
  return annotations.some((key) => object.metadata.annotations?.[key] === 'true');
}

/** The newest by creation time; of equally new ones the first by name. */
export function newest(versions: readonly Version[]): Version | undefined {
  let best: Version | undefined;
  for (const version of versions) {
    const time = version.object.metadata.creationTimestamp ?? '';
    if (!best || time > (best.object.metadata.creationTimestamp ?? '')) best = version;
  }
  return best;
}

const PROTECTION: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
};

/** Claims and volumes in use are not deleted (plugin/pkg/admission/storage/storageobjectinuseprotection). */
export const storageObjectInUseProtection: Mutate = ({ resource, subresource, operation }, object) => {
  const finalizer = PROTECTION[resource];
  if (finalizer === undefined || subresource || operation !== 'create') return object;
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: withMeta(object.metadata, { finalizers: [...finalizers, finalizer] }) };
};
