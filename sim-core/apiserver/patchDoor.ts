import { orderFields } from '../api/decode/index.ts';
import { JsonSyntaxError, parseJson } from '../api/decode/json.ts';
import { goQuote } from '../api/machinery/gotext.ts';
import { goValueText } from '../api/machinery/json.ts';
import { applyJsonPatch, type JsonPatchOperation, PatchError } from '../api/machinery/jsonPatch.ts';
import { applyMergePatch } from '../api/machinery/mergePatch.ts';
import { patchSchemaOfKind } from '../api/machinery/patchSchema.ts';
import { applyStrategicMergePatch } from '../api/machinery/strategicMerge.ts';
import { apiVersionOf, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Json, KubeObject } from '../contracts/index.ts';
import { badRequest, failure, invalid, tooLarge, unsupportedMedia } from './status.ts';

/** The most operations that one JSON patch may have (apiserver endpoints/handlers/patch.go). */
const MAX_JSON_PATCH_OPERATIONS = 10_000;

const JSON_AND_MERGE = 'application/json-patch+json, application/merge-patch+json';
const SUPPORTED = `${JSON_AND_MERGE}, application/strategic-merge-patch+json, application/apply-patch+yaml`;
const UNKNOWN_FORMAT = 'the body of the request was in an unknown format - accepted media types include: ';

/** Applies the request's patch to the stored object: the patched JSON, not yet decoded, or the error that it gets. */
export function applyPatch(
  request: ApiRequest,
  info: ResourceInfo,
  current: KubeObject,
): { readonly object: KubeObject } | ApiResponse {
  const { patch } = request;
  if (!patch) return badRequest('no patch');
  try {
    switch (patch.type) {
      case 'json':
        return jsonPatched(patch.value, current);
      case 'merge':
        if (patch.value === null || typeof patch.value !== 'object') return badRequest('Invalid JSON Patch');
        return patched(byField(current, patch.value, applyMergePatch));
      case 'strategic': {
        const schema = patchSchemaOfKind(apiVersionOf(info), info.kind);
        if (!schema) return unsupportedMedia(`${UNKNOWN_FORMAT}${JSON_AND_MERGE}, application/apply-patch+yaml`);
        return patched(byField(current, patch.value, (object, part) => applyStrategicMergePatch(object, part, schema)));
      }
      default:
        return unsupportedMedia(UNKNOWN_FORMAT + SUPPORTED);
    }
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return patch.type === 'json' ? unprocessable() : badRequest(error.message);
  }
}

type Fields = { readonly [field: string]: unknown };

/**
 * Applies a merging patch to the fields that it names and leaves the rest as it is, by identity: of the object, and of its
 * metadata. A patch with a directive at the top is applied to the whole.
 */
function byField(current: KubeObject, patch: Json, apply: (object: unknown, patch: unknown) => unknown): unknown {
  if (!isPlain(patch)) return apply(current, patch);
  const fields = current as Fields;
  const metadata = patch.metadata;
  const inner = isPlain(metadata) && isPlain(fields.metadata) ? (fields.metadata as Fields) : undefined;
  const part = pick(fields, patch);
  if (inner) part.metadata = pick(inner, metadata as Fields);
  const merged = apply(part, patch) as Fields;
  const result = overlay(fields, patch, merged);
  if (inner) result.metadata = overlay(inner, metadata as Fields, (merged.metadata ?? {}) as Fields);
  return result;
}

function isPlain(value: unknown): value is Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  for (const key in value) if (key.startsWith('$')) return false;
  return true;
}

function pick(fields: Fields, named: Fields): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const key of Object.keys(named)) if (fields[key] !== undefined) part[key] = fields[key];
  return part;
}

/** The fields with the named ones as they were merged. */
function overlay(fields: Fields, named: Fields, merged: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key in fields) {
    const value = key in named ? merged[key] : fields[key];
    if (value !== undefined || !(key in named)) result[key] = value;
  }
  for (const key in named) if (!(key in fields) && merged[key] !== undefined) result[key] = merged[key];
  return result;
}

function patched(object: unknown): { readonly object: KubeObject } {
  return { object: object as KubeObject };
}

function jsonPatched(value: Json, current: KubeObject): { readonly object: KubeObject } | ApiResponse {
  if (typeof value === 'string') {
    const problem = jsonProblem(value);
    if (problem !== undefined) return badRequest(`error decoding patch: ${problem}`);
  }
  if (!Array.isArray(value)) {
    const kind = value === null ? 'null' : typeof value === 'object' ? 'object' : typeof value;
    return badRequest(
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (value.length > MAX_JSON_PATCH_OPERATIONS) {
    return tooLarge(
      `The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${value.length}`,
    );
  }
  return patched(applyJsonPatch(current, value as unknown as readonly JsonPatchOperation[]));
}

/** A body that came as text, because it is no JSON. */
function jsonProblem(text: string): string | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}

/** A JSON patch that cannot be applied: the text says nothing (apiserver pkg/registry/rest, generic 422). */
function unprocessable(): ApiResponse {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/**
 * What a patched object that does not decode gets. JSON and merge patches show the whole object: maps that the patch touched
 * with sorted keys, the others as the server writes them. Strategic patches show the patch alone.
 */
export function undecodable(request: ApiRequest, info: ResourceInfo, object: KubeObject, error: string): ApiResponse {
  const { patch } = request;
  const refuse = (text: string, why: string) =>
    invalid('', '', '', [
      { type: 'FieldValueInvalid', field: 'patch', body: `Invalid value: ${goQuote(text)}: ${why}` },
    ]);
  if (patch?.type === 'strategic') {
    const type = / of type \*?([a-zA-Z0-9.]+)$/.exec(error)?.[1];
    return refuse(goValueText(patch.value), type === undefined ? error : `unrecognized type: ${type}`);
  }
  const { kind, apiVersion } = object;
  const known = { ...object, kind: info.kind, apiVersion: apiVersionOf(info) };
  const ordered = { ...orderFields(known), kind, apiVersion } as Fields;
  const touched = patch?.type === 'json' ? pathsOf(patch.value) : undefined;
  return refuse(JSON.stringify(sortTouched(ordered, touched ?? patch?.value)), error);
}

/** The paths of a JSON patch as a tree: what it touches. */
function pathsOf(operations: Json): Fields {
  const tree: Record<string, unknown> = {};
  for (const operation of operations as readonly { readonly path?: string; readonly from?: string }[]) {
    for (const path of [operation.path, operation.from]) {
      let at = tree;
      for (const part of (path ?? '').split('/').slice(1, -1)) {
        at[part] ??= {};
        at = at[part] as Record<string, unknown>;
      }
    }
  }
  return tree;
}

function sortTouched(value: unknown, touched: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  if (touched === null || typeof touched !== 'object' || Array.isArray(touched)) return value;
  const fields = value as Fields;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(fields).sort()) sorted[key] = sortTouched(fields[key], (touched as Fields)[key]);
  return sorted;
}
