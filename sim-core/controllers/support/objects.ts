import { newControllerRef } from '../../api/helpers/owners.ts';
import type { KubeObject, ObjectMeta } from '../../contracts/objects.ts';

export { controllerOf, isControlledBy } from '../../api/helpers/owners.ts';

/** Work-queue key of an object: `namespace/name`, or `name`. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : (name ?? '');
}

interface KeyParts {
  readonly namespace: string;
  readonly name: string;
}

/** A memo of a pure function, kept small: a key is synced again and again, and cut texts are dear to look up. */
const splits = new Map<string, KeyParts>();
const SPLITS_MAX = 4096;

export function splitKey(key: string): KeyParts {
  let parts = splits.get(key);
  if (parts !== undefined) return parts;
  const slash = key.indexOf('/');
  parts = slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  if (splits.size >= SPLITS_MAX) splits.clear();
  splits.set(key, parts);
  return parts;
}

export { newControllerRef as controllerReference };

/** The plain form of an object, which for hot kinds is an instance with accessors. */
function plain<T extends KubeObject>(object: T): T {
  const toJSON = object.toJSON as (() => T) | undefined;
  return typeof toJSON === 'function' ? toJSON.call(object) : object;
}

/** A copy of an object with other top-level fields; `metadata` fields are merged into the old ones. */
export function changed<T extends KubeObject>(
  object: T,
  change: { metadata?: Partial<ObjectMeta>; spec?: T['spec']; status?: T['status'] },
): T {
  const metadata = change.metadata ? { ...object.metadata, ...change.metadata } : object.metadata;
  return { ...plain(object), ...change, metadata };
}

export function isBeingDeleted(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && object.metadata.deletionTimestamp !== null;
}

export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Older first; equal ages by name (as `ReplicaSetsByCreationTimestamp` and others of pkg/controller do). */
export function byCreation(a: KubeObject, b: KubeObject): number {
  return (
    compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compareText(a.metadata.name ?? '', b.metadata.name ?? '')
  );
}

/** Semantic equality of JSON values: absent, null, empty lists and empty maps are all alike, as in Go's Semantic.DeepEqual. */
export function semanticallyEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isVoid(a) && isVoid(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => semanticallyEqual(item, b[i]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left)) if (!semanticallyEqual(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (!(key in left) && !isVoid(right[key])) return false;
  return true;
}

function isVoid(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
