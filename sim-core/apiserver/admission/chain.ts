import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { isResponse } from '../verbs/common.ts';
import type { Attributes, Mutate } from './attributes.ts';
import { defaultIngressClass, runtimeClass } from './classes.ts';
import { defaultTolerationSeconds } from './defaultTolerationSeconds.ts';
import { limitRangerDefaults, limitRangerProblems } from './limitRanger.ts';
import { namespaceLifecycle } from './namespaceLifecycle.ts';
import { taintNodesByCondition } from './nodes.ts';
import { priority } from './priority.ts';
import { quotasFor } from './resourceQuota.ts';
import { serviceAccount } from './serviceAccount.ts';
import { defaultStorageClass, storageObjectInUseProtection } from './storage.ts';

/** In the order of kube-apiserver's recommended plug-ins (pkg/kubeapiserver/options/plugins.go). */
const PLUGINS: readonly (readonly [name: string, mutate: Mutate])[] = [
  ['NamespaceLifecycle', namespaceLifecycle],
  ['LimitRanger', limitRangerDefaults],
  ['ServiceAccount', serviceAccount],
  ['TaintNodesByCondition', taintNodesByCondition],
  ['Priority', priority],
  ['DefaultTolerationSeconds', defaultTolerationSeconds],
  ['DefaultStorageClass', defaultStorageClass],
  ['StorageObjectInUseProtection', storageObjectInUseProtection],
  ['RuntimeClass', runtimeClass],
  ['DefaultIngressClass', defaultIngressClass],
];

export function admitCreate(
  env: PipelineEnv,
  info: ResourceInfo,
  request: ApiRequest,
  object: KubeObject,
): KubeObject | ApiResponse {
  return run(
    { env, info, resource: request.resource, subresource: request.subresource, request, operation: 'create' },
    object,
  );
}

export function admitUpdate(
  env: PipelineEnv,
  info: ResourceInfo,
  request: ApiRequest,
  object: KubeObject,
  before: KubeObject,
): KubeObject | ApiResponse {
  const { resource, subresource } = request;
  return run({ env, info, resource, subresource, request, operation: 'update', before }, object);
}

function run(attributes: Attributes, object: KubeObject): KubeObject | ApiResponse {
  let result = object;
  const { disabledPlugins } = attributes.env;
  for (const [name, plugin] of PLUGINS) {
    if (disabledPlugins.includes(name)) continue;
    const next = plugin(attributes, result);
    if (isResponse(next)) return next;
    result = next;
  }
  return result;
}

/**
 * The validating half on a create, in order: limits, then quota, which is charged last. Names of the quotas to charge, or a
 * refusal.
 */
export function chargesFor(
  env: PipelineEnv,
  info: ResourceInfo,
  request: ApiRequest,
  object: KubeObject,
): readonly string[] | ApiResponse {
  const { resource, subresource } = request;
  const attributes: Attributes = { env, info, resource, subresource, request, operation: 'create' };
  if (!env.disabledPlugins.includes('LimitRanger')) {
    const refused = limitRangerProblems(attributes, object);
    if (refused) return refused;
  }
  return env.disabledPlugins.includes('ResourceQuota') ? [] : quotasFor(env, info, request, object);
}
