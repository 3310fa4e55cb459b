import type { ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, KubeObject } from '../contracts/index.ts';
import type { PipelineEnv } from './model.ts';

/** The manager of a request's changes: the option, or the user agent up to its first `/`. */
export function managerOf(request: ApiRequest): string {
  const named = request.options?.fieldManager;
  if (named) return named;
  const slash = request.agent.indexOf('/');
  return slash < 0 ? request.agent : request.agent.slice(0, slash);
}

export function managedCreate(
  _env: PipelineEnv,
  _request: ApiRequest,
  _info: ResourceInfo,
  object: KubeObject,
): KubeObject {
  return object;
}

export function managedUpdate(
  _env: PipelineEnv,
  _request: ApiRequest,
  _info: ResourceInfo,
  object: KubeObject,
  _before: KubeObject,
): KubeObject {
  return object;
}
