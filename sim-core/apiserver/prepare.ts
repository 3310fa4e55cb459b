import { prepareForCreate } from '../api/defaulting/prepare.ts';
import { timeText } from '../api/machinery/time.ts';
import type { ResourceInfo } from '../api/schema/index.ts';
import type { KubeObject, ObjectMeta } from '../contracts/index.ts';
import { hooksOf } from './kinds/index.ts';
import type { PipelineEnv } from './model.ts';
import { firstGeneration, nextGeneration, type Strategy, withFields, withMeta } from './strategies.ts';

/**
 * What the registry does to an object before it is validated and stored (apiserver pkg/registry/rest/create.go and
 * update.go, and the strategies' PrepareForCreate and PrepareForUpdate).
 */
export function prepareCreate(
  env: PipelineEnv,
  info: ResourceInfo,
  strategy: Strategy,
  namespace: string,
  name: string,
  object: KubeObject,
): KubeObject {
  const resource = info.group ? `${info.plural}.${info.group}` : info.plural;
  const metadata = withMeta(object.metadata, {
    name: name === '' ? undefined : name,
    namespace: info.namespaced ? namespace : undefined,
    uid: env.uid(resource, namespace, name),
    resourceVersion: undefined,
    generation: firstGeneration(strategy),
    creationTimestamp: timeText(env.epochSeconds, env.nowUs),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
  let result: KubeObject = { ...object, metadata };
  if (strategy.initialStatus !== undefined) result = withFields(result, { status: strategy.initialStatus });
  result = prepareForCreate(result);
  const hooks = hooksOf(resource);
  return hooks?.prepareCreate ? hooks.prepareCreate(result, env) : result;
}

/** Metadata of an update: what clients leave out or cannot change is taken from the stored object. */
function updatedMeta(metadata: ObjectMeta, before: ObjectMeta): ObjectMeta {
  return withMeta(metadata, {
    name: before.name,
    namespace: before.namespace,
    uid: metadata.uid || before.uid,
    resourceVersion: undefined,
    generation: before.generation,
    creationTimestamp: before.creationTimestamp,
    deletionTimestamp: metadata.deletionTimestamp ?? before.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds ?? before.deletionGracePeriodSeconds,
  });
}

/** An update of the main resource: status stays, the generation rises with the desired state. */
export function prepareUpdate(
  env: PipelineEnv,
  info: ResourceInfo,
  strategy: Strategy,
  object: KubeObject,
  before: KubeObject,
): KubeObject {
  const resource = info.group ? `${info.plural}.${info.group}` : info.plural;
  let result: KubeObject = { ...object, metadata: updatedMeta(object.metadata, before.metadata) };
  if (strategy.status) result = withFields(result, { status: before.status });
  const hooks = hooksOf(resource);
  if (hooks?.prepareUpdate) result = hooks.prepareUpdate(result, before, env);
  const generation = nextGeneration(strategy, result, before);
  if (generation === result.metadata.generation) return result;
  return { ...result, metadata: withMeta(result.metadata, { generation }) };
}

/** An approval or a denial changes the conditions alone. */
export function prepareApproval(
  env: PipelineEnv,
  info: ResourceInfo,
  strategy: Strategy,
  object: KubeObject,
  before: KubeObject,
): KubeObject {
  const { conditions } = object.status ?? {};
  const { conditions: _c, ...rest } = before.status ?? {};
  const decided = withFields(object, { status: { ...rest, ...(conditions && { conditions }) } });
  return prepareStatusUpdate(env, info, strategy, decided, before);
}

/** An update of the status subresource: everything but status and parts of metadata stays. */
export function prepareStatusUpdate(
  env: PipelineEnv,
  info: ResourceInfo,
  strategy: Strategy,
  object: KubeObject,
  before: KubeObject,
): KubeObject {
  const resource = info.group ? `${info.plural}.${info.group}` : info.plural;
  let metadata = updatedMeta(object.metadata, before.metadata);
  if (strategy.statusKeeps === 'labels') metadata = withMeta(metadata, { labels: before.metadata.labels });
  if (strategy.statusKeeps === 'metadata') {
    metadata = withMeta(before.metadata, { resourceVersion: undefined, managedFields: metadata.managedFields });
  }
  const result = withFields(before, { metadata, status: object.status });
  const hooks = hooksOf(resource);
  return hooks?.prepareStatusUpdate ? hooks.prepareStatusUpdate(result, before, env) : result;
}
