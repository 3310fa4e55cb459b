import { deepEqual, goValueText, isObject, type JsonObject, setOwn } from './json.ts';
import { PatchError } from './jsonPatch.ts';
import type { PatchField, PatchSchema } from './patchSchema.ts';
import { extractDeletes, mergeInOrder, sortLikeOrder } from './strategicOrder.ts';

/** Strategic merge patches (apimachinery pkg/util/strategicpatch): applying one. */

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList';
export const SET_ELEMENT_ORDER = '$setElementOrder';

export interface MergeOptions {
  /** Apply parallel lists; off where a patch is merged into a patch, which keeps them. */
  readonly parallelLists: boolean;
  /** A null for a field that is not there is dropped; off where a patch is merged into a patch. */
  readonly ignoreUnmatchedNulls: boolean;
}

const APPLY: MergeOptions = { parallelLists: true, ignoreUnmatchedNulls: true };
export const MERGE_PATCHES: MergeOptions = { parallelLists: false, ignoreUnmatchedNulls: false };

const BAD_PATCH_FORMAT = 'invalid patch format';

/** The patched object; shares what the patch leaves as it is with the original, and what it sets with the patch. Throws PatchError. */
export function applyStrategicMergePatch(original: unknown, patch: unknown, schema: PatchSchema): JsonObject {
  if (patch !== null && !isObject(patch)) throw new PatchError('invalid JSON document');
  if (original !== null && !isObject(original)) throw new PatchError('invalid JSON document');
  return mergeMap(original ?? {}, patch ?? {}, schema, APPLY);
}

/** The field of a struct that must be known. Throws PatchError. */
export function lookUp(schema: PatchSchema, key: string): PatchField {
  const field = schema.field(key);
  if (field === undefined)
    throw new PatchError(`unable to find api field in struct for the json field ${JSON.stringify(key)}`);
  return field;
}

/** The strategy besides retainKeys. */
export function strategyOf(field: PatchField): string {
  return field.strategies.find((strategy) => strategy !== 'retainKeys') ?? '';
}

/** `original` with `patch` merged into it; neither is changed. */
export function mergeMap(
  original: JsonObject,
  patch: JsonObject,
  schema: PatchSchema,
  options: MergeOptions,
): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return applyDirective(patch);
  let result = copyOf(original);
  let change = patch;
  if (patch[RETAIN_KEYS] !== undefined) {
    change = copyOf(patch);
    applyRetainKeys(result, change, options);
  }
  const arranged = applyElementOrders(result, change, schema, options);
  for (const name in change) {
    const value: unknown = change[name];
    if (arranged?.includes(name)) continue;
    let key = name;
    let deletes = false;
    if (name.startsWith(DELETE_FROM_PRIMITIVE_LIST)) {
      if (!options.parallelLists) {
        result[name] = value;
        continue;
      }
      deletes = true;
      key = targetOf(name);
    }
    if (value === null) {
      result = without(result, key);
      if (options.ignoreUnmatchedNulls) continue;
    }
    mergeField(result, key, value, schema, options, deletes);
  }
  return result;
}

function copyOf(object: JsonObject): JsonObject {
  // Field by field: new keys behind a spread would give every object a shape of its own.
  const out: JsonObject = {};
  for (const key in object) setOwn(out, key, object[key]);
  return out;
}

/** The object itself where it has no such field. */
function without(object: JsonObject, name: string): JsonObject {
  if (!Object.hasOwn(object, name)) return object;
  const out: JsonObject = {};
  for (const key in object) if (key !== name) setOwn(out, key, object[key]);
  return out;
}

function mergeField(
  original: JsonObject,
  key: string,
  value: unknown,
  schema: PatchSchema,
  options: MergeOptions,
  deletes: boolean,
): void {
  const current = Object.hasOwn(original, key) ? original[key] : undefined;
  if (current === undefined || typeTag(current) !== typeTag(value)) {
    if (deletes) return;
    setOwn(original, key, options.parallelLists ? dropDirectives(dropNulls(value)) : value);
    return;
  }
  if (isObject(current)) {
    const field = lookUp(schema, key);
    const replace = strategyOf(field) === 'replace';
    setOwn(original, key, replace ? value : mergeMap(current, value as JsonObject, field.schema, options));
  } else if (Array.isArray(current)) {
    const field = lookUp(schema, key);
    const merges = strategyOf(field) === 'merge' || deletes;
    setOwn(original, key, merges ? mergeList(current.slice(), value as unknown[], field, options, deletes) : value);
  } else {
    setOwn(original, key, value);
  }
}

function typeTag(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function applyDirective(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return without(patch, DIRECTIVE);
  if (directive === 'delete') return {};
  throw new PatchError(`unknown patch type: ${goValueText(directive)}`);
}

function targetOf(key: string): string {
  const slash = key.indexOf('/');
  if (slash < 0) throw new PatchError(BAD_PATCH_FORMAT);
  return key.slice(slash + 1);
}

function dropNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  let same = true;
  const out: JsonObject = {};
  for (const key in value) {
    const kept = dropNulls(value[key]);
    if (kept !== value[key] || kept === null) same = false;
    if (kept !== null) setOwn(out, key, kept);
  }
  return same ? value : out;
}

/** What is added as a whole keeps none of the patch's own words. */
function dropDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return dropFromList(value);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE) && value[DIRECTIVE] === 'delete') return {};
  let same = true;
  const out: JsonObject = {};
  for (const key in value) {
    if (key.startsWith('$') && isDirective(key)) {
      same = false;
      continue;
    }
    const kept = dropDirectives(value[key]);
    if (kept !== value[key]) same = false;
    setOwn(out, key, kept);
  }
  return same ? value : out;
}

function isDirective(key: string): boolean {
  if (key === DIRECTIVE || key === RETAIN_KEYS) return true;
  return key.startsWith(DELETE_FROM_PRIMITIVE_LIST) || key.startsWith(SET_ELEMENT_ORDER);
}

function dropFromList(items: readonly unknown[]): readonly unknown[] {
  let same = true;
  const out: unknown[] = [];
  for (const item of items) {
    if (isObject(item) && Object.hasOwn(item, DIRECTIVE)) {
      const alone = item[DIRECTIVE] === 'replace' && Object.keys(item).length === 1;
      if (item[DIRECTIVE] === 'delete' || alone) {
        same = false;
        continue;
      }
    }
    const kept = dropDirectives(item);
    if (kept !== item) same = false;
    out.push(kept);
  }
  return same ? items : out;
}

function applyRetainKeys(original: JsonObject, patch: JsonObject, options: MergeOptions): void {
  const list = patch[RETAIN_KEYS];
  if (list === undefined) return;
  delete patch[RETAIN_KEYS];
  if (!options.parallelLists) {
    const own = original[RETAIN_KEYS];
    if (own === undefined) original[RETAIN_KEYS] = list;
    else if (!deepEqual(own, list)) throw new PatchError('invalid patch format: retainKeys lists differ');
    return;
  }
  if (!Array.isArray(list)) throw new PatchError('invalid patch format of retainKeys');
  const retained = new Set(list.map(String));
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(DELETE_FROM_PRIMITIVE_LIST) || key.startsWith(SET_ELEMENT_ORDER))
      continue;
    if (!retained.has(key)) throw new PatchError('invalid patch format of retainKeys');
  }
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key];
}

/**
 * Lists with a `$setElementOrder` are merged into `result` here, so that the order can be kept. The names that the rest of
 * the merge has to pass over; undefined = none.
 */
function applyElementOrders(
  result: JsonObject,
  patch: JsonObject,
  schema: PatchSchema,
  options: MergeOptions,
): readonly string[] | undefined {
  let done: string[] | undefined;
  for (const name in patch) {
    if (!name.startsWith(SET_ELEMENT_ORDER)) continue;
    const order: unknown = patch[name];
    if (!options.parallelLists) {
      if (!Object.hasOwn(result, name)) result[name] = order;
      else if (!deepEqual(result[name], order)) throw new PatchError('invalid patch format of setElementOrder list');
    }
    done ??= [];
    done.push(name);
    if (!Array.isArray(order)) throw new PatchError(BAD_PATCH_FORMAT);
    const key = targetOf(name);
    const merged = arrangedList(result[key], patch[key], order, lookUp(schema, key), options);
    if (merged === undefined) continue;
    setOwn(result, key, merged);
    done.push(key);
  }
  return done;
}

/** A list and its change in a given order; undefined where there is neither. */
function arrangedList(
  given: unknown,
  change: unknown,
  order: unknown[],
  field: PatchField,
  options: MergeOptions,
): unknown[] | undefined {
  if (
    (given !== undefined && !Array.isArray(given)) ||
    (change !== undefined && change !== null && !Array.isArray(change))
  ) {
    throw new PatchError(BAD_PATCH_FORMAT);
  }
  // The merge writes into it, as Go's does.
  const own = given?.slice();
  checkOrder(change ?? [], order, field.mergeKey);
  let merged: unknown[];
  if (own !== undefined && change !== undefined && change !== null) {
    merged = strategyOf(field) === 'merge' ? mergeList(own, change, field, options, false) : change;
  } else if (own !== undefined) merged = own;
  else if (change !== undefined && change !== null) merged = dropDirectives(change) as unknown[];
  else return undefined;
  return arrange(merged, order, own ?? [], field.mergeKey);
}

function sameItem(a: unknown, b: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return a === b;
  return isObject(a) && isObject(b) && deepEqual(a[mergeKey], b[mergeKey]);
}

function checkOrder(patchList: unknown[], order: unknown[], mergeKey: string): void {
  const items = mergeKey === '' ? patchList : extractDeletes(patchList).rest;
  let at = 0;
  for (const item of order) if (at < items.length && sameItem(items[at], item, mergeKey)) at++;
  if (at < items.length) {
    throw new PatchError(
      `The order in patch list:\n${goValueText(patchList)}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${goValueText(order)}\n`,
    );
  }
}

/** Items named in `order` follow it, the others keep the server's order; both are then woven together. */
function arrange(merged: unknown[], order: unknown[], serverOrder: unknown[], mergeKey: string): unknown[] {
  const inPatch = merged.filter((item) => order.some((o) => sameItem(o, item, mergeKey)));
  const serverOnly = merged.filter((item) => !order.some((o) => sameItem(o, item, mergeKey)));
  return mergeInOrder(
    sortLikeOrder(serverOnly, serverOrder, mergeKey),
    sortLikeOrder(inPatch, order, mergeKey),
    serverOrder,
    mergeKey,
  );
}

/** Merges into `original`, which it also changes. */
function mergeList(
  original: unknown[],
  patch: unknown[],
  field: PatchField,
  options: MergeOptions,
  deletes: boolean,
): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  const sample = original[0] ?? patch[0];
  if (Array.isArray(sample)) throw new PatchError('lists of lists are not supported');
  if (!isObject(sample)) {
    if (options.parallelLists && deletes)
      return original.filter((item) => !patch.some((p) => goValueText(p) === goValueText(item)));
    return arrange(distinct([...original, ...patch]), patch, original, field.mergeKey);
  }
  const { mergeKey } = field;
  if (mergeKey === '') throw new PatchError('cannot merge lists without merge key');
  const special = applySpecialItems(original, patch, mergeKey);
  const merged = special.replaced ? special.patch : mergeItems(special.original, special.patch, field, options);
  // Go deletes and appends in the array of the original, so what it then takes for the server's order has new items too.
  if (!special.replaced) for (let i = 0; i < original.length && i < merged.length; i++) original[i] = merged[i];
  return arrange(merged, special.replaced ? [] : special.patch, special.original, mergeKey);
}

function distinct(items: unknown[]): unknown[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = goValueText(item);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function applySpecialItems(original: unknown[], patch: unknown[], mergeKey: string) {
  const rest: unknown[] = [];
  let kept = original;
  let replaced = false;
  for (const item of patch as JsonObject[]) {
    const directive = item[DIRECTIVE];
    if (directive === undefined) rest.push(item);
    else if (directive === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
      kept = kept.filter((o) => !sameItem(o, item, mergeKey));
    } else if (directive === 'replace') replaced = true;
    else if (directive === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch');
    else throw new PatchError(`unknown patch type: ${goValueText(directive)}`);
  }
  return { original: replaced ? [] : kept, patch: rest, replaced };
}

function noMergeKey(item: JsonObject, mergeKey: string): PatchError {
  return new PatchError(`map: ${goValueText(item)} does not contain declared merge key: ${mergeKey}`);
}

function mergeItems(original: unknown[], patch: unknown[], field: PatchField, options: MergeOptions): unknown[] {
  const merged = [...original];
  for (const item of patch as JsonObject[]) {
    if (!Object.hasOwn(item, field.mergeKey)) throw noMergeKey(item, field.mergeKey);
    const at = merged.findIndex((o) => sameItem(o, item, field.mergeKey));
    if (at < 0) merged.push(item);
    else merged[at] = mergeMap(merged[at] as JsonObject, item, field.schema, options);
  }
  return merged;
}
