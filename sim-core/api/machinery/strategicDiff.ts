import { deepCopy, deepEqual, goValueText, isObject, type JsonObject, setOwn } from './json.ts';
import { PatchError } from './jsonPatch.ts';
import type { PatchField, PatchSchema } from './patchSchema.ts';
import {
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  lookUp,
  MERGE_PATCHES,
  mergeMap,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  strategyOf,
} from './strategicMerge.ts';
import { sortLikeOrder } from './strategicOrder.ts';

/** Strategic merge patches: making one of two or three documents, as kubectl and controllers do. */

interface DiffOptions {
  readonly setElementOrder: boolean;
  readonly ignoreDeletions?: boolean;
  readonly ignoreChangesAndAdditions?: boolean;
  readonly retainKeys?: boolean;
}

/** CreateTwoWayMergePatch. Throws PatchError. */
export function createTwoWayMergePatch(original: JsonObject, modified: JsonObject, schema: PatchSchema): JsonObject {
  return deepCopy(diffMaps(original, modified, schema, { setElementOrder: true }));
}

/**
 * CreateThreeWayMergePatch: deletions from original to modified, changes and additions from current to modified. Without
 * `overwrite` a change that current has too is a conflict. Throws PatchError.
 */
export function createThreeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: PatchSchema,
  overwrite = true,
): JsonObject {
  const delta = diffMaps(current, modified, schema, { setElementOrder: true, ignoreDeletions: true });
  const deletions = diffMaps(original, modified, schema, { setElementOrder: true, ignoreChangesAndAdditions: true });
  const patch = mergeMap(deepCopy(deletions), deepCopy(delta), schema, MERGE_PATCHES);
  if (!overwrite) {
    const changed = diffMaps(original, current, schema, { setElementOrder: false });
    if (mapsConflict(patch, changed, schema, '')) {
      throw new PatchError(
        `patch:\n${toYaml(patch)}\nconflicts with changes made from original to current:\n${toYaml(changed)}\n`,
      );
    }
  }
  return patch;
}

function diffMaps(original: JsonObject, modified: JsonObject, schema: PatchSchema, options: DiffOptions): JsonObject {
  const patch: JsonObject = {};
  const retained: string[] = [];
  for (const key of Object.keys(modified)) {
    const value = modified[key];
    if (options.retainKeys && value !== null) retained.push(key);
    if (!Object.hasOwn(original, key)) {
      if (!options.ignoreChangesAndAdditions) setOwn(patch, key, value);
    } else {
      diffField(patch, key, original[key], value, schema, options);
    }
  }
  if (!options.ignoreDeletions) {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setOwn(patch, key, null);
  }
  if (retained.length > 0 && (Object.keys(patch).length > 0 || hasAdditionalField(original, modified))) {
    patch[RETAIN_KEYS] = retained.sort();
  }
  return patch;
}

function diffField(
  patch: JsonObject,
  key: string,
  original: unknown,
  modified: unknown,
  schema: PatchSchema,
  options: DiffOptions,
): void {
  if (key === DIRECTIVE) {
    if (original !== modified) patch[DIRECTIVE] = modified;
  } else if (isObject(original) && isObject(modified)) {
    diffMapField(patch, key, original, modified, schema, options);
  } else if (Array.isArray(original) && Array.isArray(modified)) {
    diffListField(patch, key, original, modified, schema, options);
  } else if (!deepEqual(original, modified) && !options.ignoreChangesAndAdditions) {
    setOwn(patch, key, modified);
  }
}

function diffMapField(
  patch: JsonObject,
  key: string,
  original: JsonObject,
  modified: JsonObject,
  schema: PatchSchema,
  options: DiffOptions,
): void {
  const field = schema.field(key);
  if (field === undefined && deepEqual(original, modified)) return;
  const known = field ?? lookUp(schema, key);
  const inner = { ...options, retainKeys: known.strategies.includes('retainKeys') };
  if (strategyOf(known) === 'replace') {
    if (!options.ignoreChangesAndAdditions) setOwn(patch, key, modified);
    return;
  }
  const difference = diffMaps(original, modified, known.schema, inner);
  if (Object.keys(difference).length > 0) setOwn(patch, key, difference);
}

function diffListField(
  patch: JsonObject,
  key: string,
  original: unknown[],
  modified: unknown[],
  schema: PatchSchema,
  options: DiffOptions,
): void {
  const field = schema.field(key);
  if (field === undefined && deepEqual(original, modified)) return;
  const known = field ?? lookUp(schema, key);
  if (strategyOf(known) !== 'merge') {
    if (!deepEqual(original, modified) && !options.ignoreChangesAndAdditions) setOwn(patch, key, modified);
    return;
  }
  const { changes, deletions, order } = diffLists(original, modified, known, options);
  if (changes.length > 0) setOwn(patch, key, changes);
  if (deletions.length > 0) patch[`${DELETE_FROM_PRIMITIVE_LIST}/${key}`] = deletions;
  if (order.length > 0) patch[`${SET_ELEMENT_ORDER}/${key}`] = order;
}

interface ListDiff {
  changes: unknown[];
  deletions: unknown[];
  order: unknown[];
}

function diffLists(original: unknown[], modified: unknown[], field: PatchField, options: DiffOptions): ListDiff {
  if (original.length === 0) {
    const add = modified.length > 0 && !options.ignoreChangesAndAdditions;
    return { changes: add ? modified : [], deletions: [], order: [] };
  }
  const sample = original[0] ?? modified[0];
  if (Array.isArray(sample)) throw new PatchError('lists of lists are not supported');
  const inner = { ...options, retainKeys: field.strategies.includes('retainKeys') };
  return isObject(sample)
    ? diffObjectLists(original as JsonObject[], modified as JsonObject[], field, inner)
    : diffScalarLists(original, modified, options);
}

function byText(list: readonly unknown[]): unknown[] {
  const keyed = list.map((item, i) => ({ item, i, text: goValueText(item) }));
  keyed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.i - b.i));
  return keyed.map((k) => k.item);
}

function diffScalarLists(original: unknown[], modified: unknown[], options: DiffOptions): ListDiff {
  const before = byText(original);
  const after = byText(modified);
  const added: unknown[] = [];
  const deletions: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const x = i < before.length ? goValueText(before[i]) : undefined;
    const y = j < after.length ? goValueText(after[j]) : undefined;
    if (x === y) {
      i++;
      j++;
    } else if (x === undefined || (y !== undefined && x > y)) {
      if (!options.ignoreChangesAndAdditions) added.push(after[j]);
      j++;
    } else {
      if (!options.ignoreDeletions && !deletions.includes(before[i])) deletions.push(before[i]);
      i++;
    }
  }
  const ordered =
    options.setElementOrder &&
    ((!options.ignoreDeletions && deletions.length > 0) ||
      // Kubernetes sorts the original in place, so an order that is not sorted always counts as a change.
      (!options.ignoreChangesAndAdditions && !deepEqual(before, modified)));
  return { changes: sortLikeOrder(added, modified, ''), deletions, order: ordered ? modified : [] };
}

function keyOf(item: JsonObject, mergeKey: string): unknown {
  if (!Object.hasOwn(item, mergeKey)) {
    throw new PatchError(`map: ${goValueText(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return item[mergeKey];
}

function byMergeKey(list: JsonObject[], mergeKey: string): { item: JsonObject; text: string }[] {
  const keyed = list.map((item, i) => ({ item, i, text: goValueText(keyOf(item, mergeKey)) }));
  return keyed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.i - b.i));
}

function diffObjectLists(
  original: JsonObject[],
  modified: JsonObject[],
  field: PatchField,
  options: DiffOptions,
): ListDiff {
  const { mergeKey } = field;
  const before = byMergeKey(original, mergeKey);
  const after = byMergeKey(modified, mergeKey);
  const changes: JsonObject[] = [];
  const deletions: JsonObject[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const x = before[i];
    const y = after[j];
    if (x !== undefined && y !== undefined && x.text === y.text) {
      const difference = diffMaps(x.item, y.item, field.schema, options);
      if (Object.keys(difference).length > 0) changes.push({ ...difference, [mergeKey]: y.item[mergeKey] });
      i++;
      j++;
    } else if (x === undefined || (y !== undefined && x.text > y.text)) {
      if (!options.ignoreChangesAndAdditions) changes.push(y.item);
      j++;
    } else {
      if (!options.ignoreDeletions) deletions.push({ [DIRECTIVE]: 'delete', [mergeKey]: x.item[mergeKey] });
      i++;
    }
  }
  const all = [...sortLikeOrder(changes, modified, mergeKey), ...deletions];
  const sameOrder =
    original.length === modified.length &&
    original.every((item, n) => deepEqual(item[mergeKey], modified[n][mergeKey]));
  const ordered =
    options.setElementOrder &&
    ((!options.ignoreChangesAndAdditions && (all.length > 0 || !sameOrder)) ||
      (!options.ignoreDeletions && all.length > 0));
  return {
    changes: all,
    deletions: [],
    order: ordered ? modified.map((item) => ({ [mergeKey]: item[mergeKey] })) : [],
  };
}

function hasAdditionalField(original: JsonObject, modified: JsonObject): boolean {
  for (const key of Object.keys(original)) {
    const before = original[key];
    if (before === null) continue;
    const after = modified[key];
    if (after === undefined || after === null) return true;
    if (isObject(before) && isObject(after) && hasAdditionalField(before, after)) return true;
  }
  return false;
}

// --- Conflicts ---

function mapsConflict(left: JsonObject, right: JsonObject, schema: PatchSchema, strategy: string): boolean {
  const leftMarker = left[DIRECTIVE];
  const rightMarker = right[DIRECTIVE];
  if (leftMarker !== undefined || rightMarker !== undefined) {
    return leftMarker !== rightMarker || leftMarker === undefined;
  }
  if (strategy === 'replace') return !deepEqual(left, right);
  for (const key of Object.keys(left)) {
    // Parallel lists of deletions on both sides are an error, because they are no fields of the type.
    if (key !== RETAIN_KEYS && Object.hasOwn(right, key) && valuesConflict(left[key], right[key], schema, key))
      return true;
  }
  return false;
}

function valuesConflict(left: unknown, right: unknown, schema: PatchSchema, key: string): boolean {
  if (isObject(left) && isObject(right)) {
    const field = lookUp(schema, key);
    return mapsConflict(left, right, field.schema, strategyOf(field));
  }
  if (Array.isArray(left) && Array.isArray(right)) return listsConflict(left, right, lookUp(schema, key));
  return !deepEqual(left, right);
}

function listsConflict(left: unknown[], right: unknown[], field: PatchField): boolean {
  if (strategyOf(field) !== 'merge') return !deepEqual(left, right);
  if (!isObject(left[0] ?? right[0])) return false;
  for (const item of left as JsonObject[]) {
    const other = (right as JsonObject[]).find((r) => deepEqual(r[field.mergeKey], item[field.mergeKey]));
    if (other !== undefined && mapsConflict(item, other, field.schema, '')) return true;
  }
  return false;
}

/** As ToYAMLOrError prints it for the message of a conflict: sorted keys, two blanks. */
function toYaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('');
  }
  if (!isObject(value)) return `${indent}${scalarYaml(value)}\n`;
  const keys = Object.keys(value).sort();
  if (keys.length === 0) return `${indent}{}\n`;
  return keys.map((key) => `${indent}${scalarYaml(key)}:${fieldYaml(value[key], indent)}`).join('');
}

function fieldYaml(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${toYaml(value, indent)}`;
  if (isObject(value)) return Object.keys(value).length === 0 ? ' {}\n' : `\n${toYaml(value, `${indent}  `)}`;
  return ` ${scalarYaml(value)}\n`;
}

function scalarYaml(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const plain = /^[A-Za-z_/$][-A-Za-z0-9_./$]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
