import { deepCopy, deepEqual, isObject, type JsonObject, setOwn } from './json.ts';
import { PatchError } from './jsonPatch.ts';

/** RFC 7386 JSON merge patches (gopkg.in/evanphx/json-patch.v4, apimachinery pkg/util/jsonmergepatch). */

/** A copy without the nulls of its objects. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : withoutNulls(item)));
  if (!isObject(value)) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) if (value[key] !== null) setOwn(out, key, withoutNulls(value[key]));
  return out;
}

/** The patched copy. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return deepCopy(patch);
  if (!isObject(document)) return withoutNulls(patch);
  const out: JsonObject = {};
  for (const key of Object.keys(document)) setOwn(out, key, document[key]);
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete out[key];
    else if (!Object.hasOwn(out, key) || out[key] === null) setOwn(out, key, withoutNulls(patch[key]));
    else setOwn(out, key, applyMergePatch(out[key], patch[key]));
  }
  return out;
}

/** The merge patch that makes `b` of `a`. Throws PatchError unless both are objects. */
export function createMergePatch(a: unknown, b: unknown): JsonObject {
  if (!isObject(a) || !isObject(b)) throw new PatchError('Invalid JSON Document');
  const patch: JsonObject = {};
  for (const key of Object.keys(b)) {
    if (!Object.hasOwn(a, key)) setOwn(patch, key, b[key]);
    else if (isObject(a[key]) && isObject(b[key])) {
      const inner = createMergePatch(a[key], b[key]);
      if (Object.keys(inner).length > 0) setOwn(patch, key, inner);
    } else if (!deepEqual(a[key], b[key])) setOwn(patch, key, b[key]);
  }
  for (const key of Object.keys(a)) if (!Object.hasOwn(b, key)) setOwn(patch, key, null);
  return patch;
}

/** Either only the nulls (deletions) of a patch or all but them. */
function filterNulls(patch: JsonObject, keepNulls: boolean): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) {
      if (keepNulls) setOwn(out, key, null);
    } else if (isObject(value) && Object.keys(value).length > 0) {
      const inner = filterNulls(value, keepNulls);
      if (Object.keys(inner).length > 0) setOwn(out, key, inner);
    } else if (!keepNulls) {
      setOwn(out, key, value);
    }
  }
  return out;
}

/** Patch over patch: the nulls of the first stay, those inside lists of the second go. */
function mergePatches(first: JsonObject, second: JsonObject): JsonObject {
  const out: JsonObject = { ...first };
  for (const key of Object.keys(second)) {
    const both = isObject(out[key]) && isObject(second[key]);
    setOwn(out, key, both ? mergePatches(out[key], second[key]) : withoutNulls(second[key]));
  }
  return out;
}

/** CreateThreeWayJSONMergePatch: deletions from original to modified, additions and changes from current to modified. */
export function threeWayMergePatch(original: unknown, modified: unknown, current: unknown): JsonObject {
  const changes = filterNulls(createMergePatch(current, modified), false);
  const deletions = filterNulls(createMergePatch(original, modified), true);
  return mergePatches(deletions, changes);
}
