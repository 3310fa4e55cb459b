import type { ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Json, KubeObject } from '../contracts/index.ts';
import { badRequest, unsupportedMedia } from './status.ts';

/** Applies the request's patch to the stored object. */
export function applyPatch(
  request: ApiRequest,
  _info: ResourceInfo,
  current: KubeObject,
): { readonly object: KubeObject } | ApiResponse {
  const { patch } = request;
  if (!patch) return badRequest('no patch');
  if (patch.type === 'merge' || patch.type === 'strategic') {
    return { object: mergePatch(current as unknown as Json, patch.value) as unknown as KubeObject };
  }
  return unsupportedMedia(`patch type ${patch.type}`);
}

/** RFC 7386. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {};
  const result: Record<string, Json | undefined> = { ...(base as Record<string, Json>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
