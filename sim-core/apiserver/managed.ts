import { updateManagedFields } from '../api/machinery/managedFields.ts';
import { timeText } from '../api/machinery/time.ts';
import { apiVersionOf, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, KubeObject, ManagedFieldsEntry } from '../contracts/index.ts';
import type { PipelineEnv } from './model.ts';
import { type Strategy, strategyOf, withMeta } from './strategies.ts';

/** The manager of a request's changes: the option, or the user agent up to its first `/`. */
export function managerOf(request: ApiRequest): string {
  const named = request.options?.fieldManager;
  if (named) return named;
  const slash = request.agent.indexOf('/');
  return slash < 0 ? request.agent : request.agent.slice(0, slash);
}

const STATUS: readonly (readonly string[])[] = [['status']];
const SPEC: readonly (readonly string[])[] = [['spec']];
const NONE: readonly (readonly string[])[] = [];
const POD_STATUS = [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']];
const LABELS_KEPT = [['spec'], ['metadata', 'labels']];
const METADATA_KEPT = [['spec'], ['metadata']];

/** What a request to this resource or subresource cannot change (the strategies' GetResetFields). */
function resetFields(
  strategy: Strategy,
  resource: string,
  subresource: string | undefined,
): readonly (readonly string[])[] {
  if (subresource === undefined) return strategy.status ? STATUS : NONE;
  if (subresource !== 'status') return NONE;
  if (resource === 'pods') return POD_STATUS;
  if (strategy.statusKeeps === 'labels') return LABELS_KEPT;
  return strategy.statusKeeps === 'metadata' ? METADATA_KEPT : SPEC;
}

/**
 * The object with managedFields after this request. To be called with the object as sent and defaulted, before admission
 * changes it; `before` is undefined for a create.
 */
export function withManagedFields(
  env: PipelineEnv,
  request: ApiRequest,
  info: ResourceInfo,
  sent: KubeObject,
  before: KubeObject | undefined,
): KubeObject {
  const { subresource } = request;
  const entries = updateManagedFields({
    before,
    after: sent,
    manager: managerOf(request),
    apiVersion: apiVersionOf(info),
    kind: info.kind,
    ...(subresource !== undefined && { subresource }),
    time: timeText(env.epochSeconds, env.nowUs),
    resetFields: resetFields(strategyOf(info), qualifiedName(info), subresource),
  });
  if (entries === sent.metadata.managedFields) return sent;
  return {
    ...sent,
    metadata: withMeta(sent.metadata, { managedFields: subresource === 'scale' ? timeless(entries) : entries }),
  };
}

/** Entries of the scale subresource carry no time (apimachinery managedfields/scalehandler.go). */
function timeless(entries: readonly ManagedFieldsEntry[] | undefined): readonly ManagedFieldsEntry[] | undefined {
  return entries?.map((entry) => {
    if (entry.subresource !== 'scale') return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
}
