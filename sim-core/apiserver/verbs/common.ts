import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import type { StoreAnswer, Turn } from '../model.ts';
import { badRequest, internalError, tooLargeResourceVersion } from '../status.ts';

export function isResponse(value: unknown): value is ApiResponse {
  return typeof value === 'object' && value !== null && 'code' in value && 'record' in value;
}

export function reply(response: ApiResponse, warnings?: readonly string[]): Turn {
  return { do: 'reply', response: warnings && warnings.length > 0 ? { ...response, warnings } : response };
}

/** The answer to a store that failed; undefined for a conflict, which the caller handles. */
export function storeFailure(answer: StoreAnswer): ApiResponse | undefined {
  if (answer.ok) return undefined;
  if ('error' in answer) return internalError(answer.error.error);
  if ('tooLarge' in answer) return tooLargeResourceVersion(answer.rv, answer.rv);
  return undefined;
}

export function nameMissing({ name }: ApiRequest): ApiResponse {
  return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
}

/** The name and namespace of an update's object against the URL's (apiserver endpoints/handlers/rest.go checkName). */
export function nameMismatch(request: ApiRequest, info: ResourceInfo, object: KubeObject): ApiResponse | undefined {
  const { name, namespace } = object.metadata;
  if (info.namespaced && namespace && namespace !== request.namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (!name) return nameMissing(request);
  if (name === request.name) return undefined;
  return badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name})`);
}
