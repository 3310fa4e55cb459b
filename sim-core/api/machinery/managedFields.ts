import type { Json, KubeObject, ManagedFieldsEntry } from '../../contracts/index.ts';
import { schemaOfKind } from '../schema/index.ts';
import {
  compareObjects,
  differenceFields,
  type FieldTree,
  NO_FIELDS,
  sortFields,
  unionFields,
  withoutPaths,
} from './fieldSets.ts';

/** Who owns which field: metadata.managedFields of creates, updates and patches (apimachinery pkg/util/managedfields). */

export interface ManagedUpdate {
  /** The stored object; undefined for a create. */
  readonly before: KubeObject | undefined;
  /** The object as sent, decoded and defaulted, before admission changes it. */
  readonly after: KubeObject;
  readonly manager: string;
  /** Version of the request, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly subresource?: string;
  /** metav1.Time of the request. */
  readonly time: string;
  /** Paths that this request cannot change: `status` for the main resource, `spec` for its status. */
  readonly resetFields?: readonly (readonly string[])[];
  /** openAPIV3Schema of a custom resource. */
  readonly openapi?: object;
}

/** Never tracked (stripMeta). */
export const UNTRACKED: readonly (readonly string[])[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'selfLink'],
  ['metadata', 'uid'],
  ['metadata', 'clusterName'],
  ['metadata', 'generation'],
  ['metadata', 'managedFields'],
  ['metadata', 'resourceVersion'],
];

/** Above this many Update managers the oldest are merged into one. */
const UPDATE_MANAGERS_MAX = 10;
const ANCIENT = 'ancient-changes';

/** The managedFields after an update; `undefined` when nobody owns anything. The list itself when nothing changed. */
export function updateManagedFields(update: ManagedUpdate): readonly ManagedFieldsEntry[] | undefined {
  const { before, after } = update;
  const entries = (before?.metadata.managedFields ?? []) as readonly ManagedFieldsEntry[];
  const schema = schemaOfKind(update.apiVersion, update.kind);
  const ignored = [...UNTRACKED, ...(update.resetFields ?? [])];
  const compared = compareObjects(schema, before, after, update.openapi);
  const changed = withoutPaths(compared.changed, ignored);
  const removed = withoutPaths(compared.removed, ignored);
  if (changed !== NO_FIELDS || removed !== NO_FIELDS) return merge(entries, changed, removed, update);
  return entries.length === 0 ? undefined : entries;
}

function isNone(tree: FieldTree): boolean {
  for (const _ in tree) return false;
  return true;
}

function sameManager(entry: ManagedFieldsEntry, update: ManagedUpdate): boolean {
  return (
    entry.manager === update.manager &&
    entry.operation === 'Update' &&
    entry.apiVersion === update.apiVersion &&
    (entry.subresource ?? '') === (update.subresource ?? '')
  );
}

function merge(
  entries: readonly ManagedFieldsEntry[],
  changed: FieldTree,
  removed: FieldTree,
  update: ManagedUpdate,
): readonly ManagedFieldsEntry[] | undefined {
  if (isNone(changed) && isNone(removed)) return entries.length === 0 ? undefined : entries;
  const kept: ManagedFieldsEntry[] = [];
  let own: FieldTree = changed;
  let ownTime: string | undefined = isNone(changed) ? undefined : update.time;
  for (const entry of entries) {
    const fields = (entry.fieldsV1 ?? {}) as unknown as FieldTree;
    const rest = differenceFields(differenceFields(fields, changed), removed);
    if (sameManager(entry, update)) {
      own = unionFields(own, rest);
      ownTime ??= entry.time;
    } else if (!isNone(rest)) {
      kept.push(rest === fields ? entry : { ...entry, fieldsV1: rest as unknown as Json });
    }
  }
  if (!isNone(own)) kept.push(entryOf(update, own, ownTime));
  if (kept.length === 0) return undefined;
  return capManagers(kept).sort(compareEntries);
}

function entryOf(update: ManagedUpdate, fields: FieldTree, time: string | undefined): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = {
    manager: update.manager,
    operation: 'Update',
    apiVersion: update.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: sortFields(fields) as unknown as Json,
  };
  return update.subresource ? { ...entry, subresource: update.subresource } : entry;
}

/** Entries in the server's order, the oldest merged where there are too many. */
export function sortManagers(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  return capManagers([...entries]).sort(compareEntries);
}

/** By operation, whole second, manager, version, subresource. */
function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const keys = (e: ManagedFieldsEntry) => [e.operation, e.time, e.manager, e.apiVersion, e.subresource];
  const x = keys(a);
  const y = keys(b);
  for (let i = 0; i < x.length; i++) {
    const p = x[i] ?? '';
    const q = y[i] ?? '';
    if (p !== q) return p < q ? -1 : 1;
  }
  return 0;
}

/** capManagersManager: the oldest Update entries become one of each version. */
function capManagers(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = entries.filter((e) => e.operation === 'Update').sort(compareEntries);
  if (updates.length <= UPDATE_MANAGERS_MAX) return entries;
  const rest = new Set(entries);
  const buckets = new Map<string, ManagedFieldsEntry>();
  let count = updates.length;
  for (const oldest of updates) {
    if (count <= UPDATE_MANAGERS_MAX) break;
    const version = oldest.apiVersion ?? '';
    const bucket = buckets.get(version);
    const fields = (oldest.fieldsV1 ?? {}) as unknown as FieldTree;
    const { subresource: _, ...base } = oldest;
    if (bucket === undefined) {
      buckets.set(version, { ...base, manager: ANCIENT });
    } else {
      const merged = unionFields((bucket.fieldsV1 ?? {}) as unknown as FieldTree, fields);
      buckets.set(version, { ...bucket, time: oldest.time, fieldsV1: sortFields(merged) as unknown as Json });
      count--;
    }
    rest.delete(oldest);
  }
  return [...rest, ...buckets.values()];
}
