import type { KubeObject, OwnerReference } from '../../contracts/index.ts';

/** metav1.GetControllerOf: the one owner reference with controller=true. */
export function controllerOf(object: { readonly metadata?: KubeObject['metadata'] }): OwnerReference | undefined {
  for (const reference of object.metadata?.ownerReferences ?? []) if (reference.controller === true) return reference;
  return undefined;
}

/** metav1.IsControlledBy */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  const reference = controllerOf(object);
  return reference !== undefined && reference.uid === owner.metadata.uid;
}

/** metav1.NewControllerRef */
export function newControllerRef(owner: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return {
    apiVersion,
    kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}
