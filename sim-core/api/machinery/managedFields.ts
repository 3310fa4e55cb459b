import type { Json, KubeObject, ManagedFieldsEntry } from '../../contracts/index.ts';
import { schemaOfKind } from '../schema/index.ts';
import {
  canonicalFields,
  changesText,
  compareObjects,
  differenceFields,
  type FieldTree,
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

/** Who makes an update, and when. */
export type Updater = Pick<ManagedUpdate, 'manager' | 'apiVersion' | 'subresource' | 'time'>;

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
  const schema = schemaOfKind(update.apiVersion, update.kind);
  const entries = entriesBefore(update);
  const first = entries.length === 0 ? undefined : entries[0].fieldsV1;
  const known = entries.length === 0 ? ofNew : mergesOf(first);
  if (schema === undefined || update.openapi !== undefined || known === undefined)
    return updateManagedFieldsPlainly(update);
  const text = changesText(schema, update.before, update.after);
  if (text === '') return entries.length === 0 ? undefined : entries;
  const shape = `${keyOf(update)}${text}`;
  const managers = managersText(entries);
  const hit = known.get(shape);
  if (hit !== undefined && hit.managers === managers && sameFields(hit.fields, entries)) {
    return entriesOf(hit.merged, entries, update);
  }
  const merged = mergedAnew(update, entries);
  if (known.size >= REMEMBERED_MAX) known.clear();
  known.set(shape, { fields: entries.map(({ fieldsV1 }) => fieldsV1), managers, merged });
  return entriesOf(merged, entries, update);
}

/** The same without the memo of merged sets. */
export function updateManagedFieldsPlainly(update: ManagedUpdate): readonly ManagedFieldsEntry[] | undefined {
  const entries = entriesBefore(update);
  return entriesOf(mergedAnew(update, entries), entries, update);
}

/** Who has which fields after an update, without times: for `managedFieldsAfter`. Undefined = nothing that counts was changed. */
export function fieldsAfter(update: ManagedUpdate): Merged | undefined {
  return mergedAnew(update, entriesBefore(update));
}

/** The managedFields that a merge gives; `isShared`: other objects may have the updater's set too, by identity. */
export function managedFieldsAfter(
  merged: Merged | undefined,
  entries: readonly ManagedFieldsEntry[],
  update: Updater,
  isShared: boolean,
): readonly ManagedFieldsEntry[] | undefined {
  return entriesOf(merged, entries, update, isShared);
}

function entriesBefore({ before }: ManagedUpdate): readonly ManagedFieldsEntry[] {
  return (before?.metadata.managedFields ?? NO_ENTRIES) as readonly ManagedFieldsEntry[];
}

const NO_ENTRIES: readonly ManagedFieldsEntry[] = [];

/** Undefined = nothing that counts was changed. */
function mergedAnew(update: ManagedUpdate, entries: readonly ManagedFieldsEntry[]): Merged | undefined {
  const schema = schemaOfKind(update.apiVersion, update.kind);
  const compared = compareObjects(schema, update.before, update.after, update.openapi);
  const changed = withoutIgnored(compared.changed, update.resetFields);
  const removed = withoutIgnored(compared.removed, update.resetFields);
  return isNone(changed) && isNone(removed) ? undefined : mergeFields(entries, changed, removed, update);
}

function withoutIgnored(tree: FieldTree, reset: readonly (readonly string[])[] | undefined): FieldTree {
  if (isNone(tree)) return tree;
  const rest = withoutPaths(tree, UNTRACKED);
  return reset === undefined || reset.length === 0 ? rest : withoutPaths(rest, reset);
}

function isNone(tree: FieldTree): boolean {
  for (const _ in tree) return false;
  return true;
}

function sameManager(entry: ManagedFieldsEntry, update: Updater): boolean {
  return (
    entry.manager === update.manager &&
    entry.operation === 'Update' &&
    entry.apiVersion === update.apiVersion &&
    (entry.subresource ?? '') === (update.subresource ?? '')
  );
}

/** The place of an updater's entry; -1 = none. */
export function ownEntry(
  entries: readonly ManagedFieldsEntry[],
  manager: string,
  apiVersion: string,
  subresource: string,
): number {
  return entries.findIndex((entry) => sameManager(entry, { manager, apiVersion, subresource, time: '' }));
}

/** As `managedFieldsAfter` where all other entries stay; `at`: the place of the updater's, -1 = none. */
export function ownFieldsAfter(
  entries: readonly ManagedFieldsEntry[],
  at: number,
  own: FieldTree,
  update: Updater,
  isNew: boolean,
  isShared: boolean,
): readonly ManagedFieldsEntry[] {
  const before = at < 0 ? undefined : entries[at];
  const time = isNew ? update.time : before?.time;
  const fields = own as unknown;
  if (before !== undefined && before.time === time && before.fieldsV1 === fields) {
    return areSorted(entries) ? entries : sortedEntries(entries);
  }
  const sorted = withOwnEntry(entries, at, entryOf(update, own, time));
  return isShared ? sharedEntries(sorted) : sorted;
}

/** The entries with another one of their updater, which stood at `at`; -1 = it is new. */
export function withOwnEntry(
  entries: readonly ManagedFieldsEntry[],
  at: number,
  entry: ManagedFieldsEntry,
): readonly ManagedFieldsEntry[] {
  const all = at < 0 ? entries.concat(entry) : entries.slice();
  if (at >= 0) all[at] = entry;
  return sortedEntries(capManagers(all));
}

/** Who has which fields after an update, without the times. */
export interface Merged {
  /** For each entry: its fields as they are now; undefined = it goes, or is the updater's. */
  readonly kept: readonly (FieldTree | undefined)[];
  /** The updater's, in the server's order; undefined = none. */
  readonly own: FieldTree | undefined;
  /** The updater changed a field: the entry gets the time of the update. */
  readonly isNew: boolean;
}

function mergeFields(
  entries: readonly ManagedFieldsEntry[],
  changed: FieldTree,
  removed: FieldTree,
  update: ManagedUpdate,
): Merged {
  let own: FieldTree = changed;
  const kept = entries.map((entry) => {
    const fields = (entry.fieldsV1 ?? {}) as unknown as FieldTree;
    const rest = differenceFields(differenceFields(fields, changed), removed);
    if (!sameManager(entry, update)) return isNone(rest) ? undefined : rest;
    own = unionFields(own, rest);
    return undefined;
  });
  return { kept, own: isNone(own) ? undefined : canonicalFields(own), isNew: !isNone(changed) };
}

/** A merge that was done before, and the sets that it was done with. */
interface Remembered {
  readonly fields: readonly unknown[];
  readonly managers: string;
  readonly merged: Merged | undefined;
}

/**
 * Objects of one kind go through the same changes by the same managers, and share the resulting sets: merges by the first
 * owner's set, then by the shape of the change. A memo of a pure result.
 */
const byFirst = new WeakMap<object, Map<string, Remembered>>();
const ofNew = new Map<string, Remembered>();
const REMEMBERED_MAX = 512;

function mergesOf(fields: unknown): Map<string, Remembered> | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  let known = byFirst.get(fields);
  if (known === undefined) byFirst.set(fields, (known = new Map()));
  return known;
}

function sameFields(fields: readonly unknown[], entries: readonly ManagedFieldsEntry[]): boolean {
  if (fields.length !== entries.length) return false;
  for (let i = 0; i < fields.length; i++) if (fields[i] !== entries[i].fieldsV1) return false;
  return true;
}

function keyOf({ manager, apiVersion, kind, subresource = '', resetFields }: ManagedUpdate): string {
  return `${manager}\u0000${apiVersion}\u0000${kind}\u0000${subresource}\u0000${resetText(resetFields)}\u0000`;
}

const resetTexts = new WeakMap<object, string>();

function resetText(paths: readonly (readonly string[])[] | undefined): string {
  if (paths === undefined) return '';
  let text = resetTexts.get(paths);
  if (text === undefined) resetTexts.set(paths, (text = paths.map((path) => path.join('.')).join(' ')));
  return text;
}

function managersText(entries: readonly ManagedFieldsEntry[]): string {
  let text = '';
  for (const { manager, operation, apiVersion, subresource = '' } of entries) {
    text += `${manager}\u0000${operation}\u0000${apiVersion}\u0000${subresource}\u0001`;
  }
  return text;
}

function entriesOf(
  merged: Merged | undefined,
  entries: readonly ManagedFieldsEntry[],
  update: Updater,
  isShared = true,
): readonly ManagedFieldsEntry[] | undefined {
  if (merged === undefined) return entries.length === 0 ? undefined : entries;
  const { kept, own, isNew } = merged;
  const result: ManagedFieldsEntry[] = [];
  let ownTime: string | undefined = isNew ? update.time : undefined;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const fields = kept[i];
    if (sameManager(entry, update)) ownTime ??= entry.time;
    else if (fields !== undefined) {
      result.push((fields as unknown) === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields as unknown as Json });
    }
  }
  if (own !== undefined) result.push(entryOf(update, own, ownTime));
  if (result.length === 0) return undefined;
  const sorted = sortedEntries(capManagers(result));
  return isShared ? sharedEntries(sorted) : sorted;
}

function areSorted(entries: readonly ManagedFieldsEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) if (compareEntries(entries[i - 1], entries[i]) > 0) return false;
  return true;
}

/** A list of its own. Most are of two or three that are in order already. */
function sortedEntries(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  const sorted = entries.slice();
  for (let i = 1; i < sorted.length; i++) {
    const entry = sorted[i];
    let at = i;
    for (; at > 0 && compareEntries(sorted[at - 1], entry) > 0; at--) sorted[at] = sorted[at - 1];
    sorted[at] = entry;
  }
  return sorted;
}

/** Lists by the last owner's set, the newest first. */
const lists = new WeakMap<object, (readonly ManagedFieldsEntry[])[]>();
const LISTS_MAX = 6;

/** One list for all objects that were changed alike in the same second; the sets must be the same by identity. */
export function sharedEntries(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  const last = entries[entries.length - 1].fieldsV1;
  if (typeof last !== 'object' || last === null) return entries;
  let known = lists.get(last);
  if (known === undefined) lists.set(last, (known = []));
  for (const list of known) if (sameEntries(list, entries)) return list;
  known.unshift(entries);
  if (known.length > LISTS_MAX) known.pop();
  return entries;
}

function sameEntries(a: readonly ManagedFieldsEntry[], b: readonly ManagedFieldsEntry[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    if (x.time !== y.time || x.fieldsV1 !== y.fieldsV1 || x.manager !== y.manager || x.operation !== y.operation)
      return false;
    if (x.apiVersion !== y.apiVersion || x.subresource !== y.subresource || x.fieldsType !== y.fieldsType) return false;
  }
  return true;
}

function entryOf(update: Updater, fields: FieldTree, time: string | undefined): ManagedFieldsEntry {
  const { manager, apiVersion, subresource } = update;
  const fieldsV1 = fields as unknown as Json;
  const entry: { -readonly [K in keyof ManagedFieldsEntry]: ManagedFieldsEntry[K] } =
    time === undefined
      ? { manager, operation: 'Update', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }
      : { manager, operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 };
  // Assigned, not spread: entries are kept with every object, and share their shape this way.
  if (subresource) entry.subresource = subresource;
  return entry;
}

/** Entries in the server's order, the oldest merged where there are too many. */
export function sortManagers(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  return capManagers([...entries]).sort(compareEntries);
}

/** By operation, whole second, manager, version, subresource. */
function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time, b.time) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

function compareTexts(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** capManagersManager: the oldest Update entries become one of each version. */
function capManagers(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  if (entries.length <= UPDATE_MANAGERS_MAX) return entries;
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
