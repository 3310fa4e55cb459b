import { LOOKS_AT, type View } from '../../contracts/controllers.ts';
import type { KubeObject, OwnerReference } from '../../contracts/objects.ts';
import { isClusterScoped, resourceOfKind } from '../support/kinds.ts';
import { hasFinalizer, isBeingDeleted } from '../support/objects.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** A node of the owner graph: an object by resource, place and uid. */
export interface GraphNode {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export function nodeOf(resource: string, object: KubeObject): GraphNode {
  const { namespace = '', name = '', uid = '' } = object.metadata;
  return { resource, namespace, name, uid };
}

/** Work-queue keys: what to attempt, and on which node; `check` is a deletion for an owner that was not seen. */
export function nodeKey(attempt: 'delete' | 'check' | 'orphan', node: GraphNode): string {
  return [attempt, node.resource, node.namespace, node.name, node.uid].join('|');
}

export function parseNodeKey(key: string): { readonly attempt: string; readonly node: GraphNode } {
  const [attempt, resource, namespace, name, uid] = key.split('|');
  return { attempt, node: { resource, namespace, name, uid } };
}

/** Where an owner reference of an object in `namespace` points; undefined for a kind that is not known. */
export function ownerNode(reference: OwnerReference, namespace: string): GraphNode | undefined {
  const resource = resourceOfKind(reference.apiVersion, reference.kind);
  if (!resource) return undefined;
  return {
    resource,
    namespace: isClusterScoped(resource) ? '' : namespace,
    name: reference.name,
    uid: reference.uid,
  };
}

/** By the list of references, which the pods of one ReplicaSet share. */
const uids = new WeakMap<readonly OwnerReference[], readonly string[]>();
const NO_UIDS: readonly string[] = Object.freeze([]);

function ownerUids({ metadata: { ownerReferences } }: KubeObject): readonly string[] {
  if (ownerReferences === undefined) return NO_UIDS;
  let known = uids.get(ownerReferences);
  if (known === undefined) uids.set(ownerReferences, (known = ownerReferences.map((owner) => owner.uid)));
  return known;
}

/** `owner`: every collected resource by the uids of all its owners. The graph is the union of these indexes. */
export function ownerIndex(resource: string) {
  return {
    resource,
    index: 'owner',
    keys: ownerUids,
    looksAt: LOOKS_AT.owners,
    same: (before: KubeObject, now: KubeObject) => before.metadata.ownerReferences === now.metadata.ownerReferences,
  };
}

export interface Dependent {
  readonly node: GraphNode;
  readonly object: KubeObject;
}

export function dependentsOf(view: View, resources: readonly string[], uid: string): readonly Dependent[] {
  const dependents: Dependent[] = [];
  for (const resource of resources) {
    if (view.count(resource) === 0 || view.count(resource, 'owner', uid) === 0) continue;
    for (const { object } of view.byIndex(resource, 'owner', uid))
      dependents.push({ node: nodeOf(resource, object), object });
  }
  return dependents;
}

export function findNode(view: View, node: GraphNode): KubeObject | undefined {
  const object = view.get(node.resource, node.namespace, node.name)?.object;
  return object?.metadata.uid === node.uid ? object : undefined;
}

/** References of an object to owners that the cache has in another namespace. */
export function foreignOwners(view: View, { metadata }: KubeObject): readonly OwnerReference[] {
  const { ownerReferences = [], namespace = '' } = metadata;
  return ownerReferences.filter((reference) => {
    const node = ownerNode(reference, namespace);
    // Looked for only where it is not found, which is rare.
    if (node === undefined || isClusterScoped(node.resource) || findNode(view, node)) return false;
    return view.list(node.resource, '').some(({ object }) => object.metadata.uid === reference.uid);
  });
}

/** Waits for its dependents to go (foreground deletion). */
export function isDeletingDependents(object: KubeObject): boolean {
  return isBeingDeleted(object) && hasFinalizer(object, FOREGROUND);
}

export function isOrphaning(object: KubeObject): boolean {
  return isBeingDeleted(object) && hasFinalizer(object, ORPHAN);
}

export function blocks(dependent: KubeObject, ownerUid: string): boolean {
  return (dependent.metadata.ownerReferences ?? []).some(
    (ref) => ref.uid === ownerUid && ref.blockOwnerDeletion === true,
  );
}
