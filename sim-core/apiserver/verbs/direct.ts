/**
 * Writes of known shapes without frames: one look at what is asked and what is stored, one put. What nearly all requests of a
 * large run are: pods that are created and bound, statuses of pods, nodes and workloads. Everything else about them (a put that
 * was refused, no store, a time-out) is left to the general way, which gets the frame that it would have made itself.
 */
import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Revision, Version } from '../../contracts/index.ts';
import { hasPolicies } from '../admission/policies.ts';
import type { Frame, PipelineEnv, StoreOp } from '../model.ts';
import { knownCreate } from '../shapes/creates.ts';
import { CREATED } from '../transforms/answers.ts';
import { binding } from '../transforms/binding.ts';
import { knownTransform } from '../transforms/index.ts';
import { knownPut } from './create.ts';
import { sameStored } from './same.ts';
import { goesAway } from './write.ts';

/** A put of what a request makes of the object that the cache has; `current` undefined = of a new one. */
export interface DirectWrite {
  readonly object: KubeObject;
  readonly current: Version | undefined;
  readonly warnings: readonly string[] | undefined;
}

/** Resources whose statuses have shapes. */
const STATUSES: ReadonlySet<string> = new Set(['pods', 'nodes', 'replicasets.apps', 'deployments.apps']);

/** What an authorized request writes; undefined = not for here, and nothing was drawn or learned. */
export function directWrite(request: ApiRequest, env: PipelineEnv): DirectWrite | undefined {
  const { verb, resource, subresource } = request;
  if (subresource === 'status') return STATUSES.has(resource) ? statusWrite(request, env) : undefined;
  if (verb !== 'create' || resource !== 'pods') return undefined;
  if (subresource === 'binding') return bindingWrite(request, env);
  return subresource === undefined ? newPod(request, env) : undefined;
}

function statusWrite(request: ApiRequest, env: PipelineEnv): DirectWrite | undefined {
  const current = env.get(request.resource, request.namespace, request.name);
  if (current === undefined) return undefined;
  const object = knownTransform(request, current, env);
  if (object === undefined || goesAway(object, current) || sameStored(object, current.object)) return undefined;
  return { object, current, warnings: undefined };
}

function bindingWrite(request: ApiRequest, env: PipelineEnv): DirectWrite | undefined {
  if (request.options !== undefined || request.apiVersion !== undefined || hasPolicies(env)) return undefined;
  const current = env.get('pods', request.namespace, request.name);
  if (current === undefined) return undefined;
  const outcome = binding(request, env.info('pods') as ResourceInfo, current, env);
  return 'object' in outcome ? { object: outcome.object, current, warnings: undefined } : undefined;
}

function newPod(request: ApiRequest, env: PipelineEnv): DirectWrite | undefined {
  const known = knownCreate(request, env);
  return known && { object: known.prepared, current: undefined, warnings: known.warnings };
}

/** The answer to a request whose put was done. */
export function directAnswer(
  request: ApiRequest,
  warnings: readonly string[] | undefined,
  version: Version | undefined,
  rv: Revision,
): ApiResponse {
  const record = version === undefined ? 0 : version.record;
  if (request.verb !== 'create') return { code: 200, version, rv, record };
  if (request.subresource !== undefined) return { code: 201, rv, record, status: CREATED };
  const response: ApiResponse = { code: 201, version, rv, record };
  return warnings === undefined || warnings.length === 0 ? response : { ...response, warnings };
}

/** Where the general way stands with such a write while it is at the store. */
export function generalWrite(
  request: ApiRequest,
  warnings: readonly string[] | undefined,
  object: KubeObject,
  expect: Revision,
): { readonly op: StoreOp; readonly frame: Frame } {
  const { verb, subresource, resource, namespace, name } = request;
  if (verb === 'create' && subresource === undefined) return knownPut(request, object, warnings);
  const op: StoreOp = { op: 'put', target: { resource, namespace, name }, object, expect };
  const data = { attempt: 0, warnings: undefined, rv: verb === 'create' ? 201 : undefined };
  return { op, frame: { kind: 'write', point: 'put', request, data } };
}
