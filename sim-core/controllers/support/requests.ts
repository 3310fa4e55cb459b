import type { DeleteOptions, PatchType } from '../../contracts/apiserver.ts';
import type { Json, KubeObject } from '../../contracts/objects.ts';
import type { Request } from './script.ts';

function place(object: KubeObject) {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}

export function createRequest(resource: string, namespace: string, body: KubeObject): Request {
  return { verb: 'create', resource, namespace, name: body.metadata.name ?? '', body };
}

export function getRequest(resource: string, namespace: string, name: string): Request {
  return { verb: 'get', resource, namespace, name };
}

/** PUT with the resourceVersion that the object carries. */
export function updateRequest(resource: string, body: KubeObject, subresource?: string): Request {
  return { verb: 'update', resource, subresource, ...place(body), body };
}

export function patchRequest(
  resource: string,
  object: KubeObject,
  value: Json,
  options: { subresource?: string; type?: PatchType } = {},
): Request {
  const { subresource, type = 'strategic' } = options;
  return { verb: 'patch', resource, subresource, ...place(object), patch: { type, value } };
}

export function deleteRequest(resource: string, object: KubeObject, options: DeleteOptions = {}): Request {
  return { verb: 'delete', resource, ...place(object), options: { delete: options } };
}
