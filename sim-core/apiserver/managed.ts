import { convertTo } from '../api/decode/index.ts';
import { sharedEntries, updateManagedFields } from '../api/machinery/managedFields.ts';
import { timeText } from '../api/machinery/time.ts';
import { apiVersionOf, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, KubeObject, ManagedFieldsEntry } from '../contracts/index.ts';
import { customSchema } from './definitions.ts';
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
/** Requests for certificates never change: nobody owns their fields. */
const SIGNING = 'certificatesigningrequests.certificates.k8s.io';
const ALL: readonly (readonly string[])[] = [['spec'], ['status']];
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
  if (subresource === undefined) return resource === SIGNING ? ALL : strategy.status ? STATUS : NONE;
  if (subresource !== 'status') return NONE;
  if (resource === 'pods') return POD_STATUS;
  if (strategy.custom) return SPEC;
  if (strategy.statusKeeps === 'labels') return LABELS_KEPT;
  return strategy.statusKeeps === 'metadata' ? METADATA_KEPT : SPEC;
}

/** What a request cannot change. */
export function resetFieldsOf({ subresource }: ApiRequest, info: ResourceInfo): readonly (readonly string[])[] {
  return resetFields(strategyOf(info), qualifiedName(info), subresource);
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
  if (isReset(sent.metadata.managedFields)) {
    return { ...sent, metadata: withMeta(sent.metadata, { managedFields: undefined }) };
  }
  // Who has no owners noted gets none by an update (managedfields NewProbabilisticSkipNonAppliedManager).
  if (before && !before.metadata.managedFields?.length && !sent.metadata.managedFields?.length) return sent;
  const time = timeText(env.epochSeconds, env.nowUs);
  const shape = before ? undefined : shapeOf(request, info, sent);
  const known = shape === undefined ? undefined : shapes.get(sent.spec)?.get(shape);
  if (known) {
    const managedFields = sharedEntries(known.map((entry) => ({ ...entry, time })));
    return { ...sent, metadata: withMeta(sent.metadata, { managedFields }) };
  }
  const apiVersion = request.apiVersion ?? apiVersionOf(info);
  const entries = updateManagedFields({
    before: before && (convertTo(before, apiVersion) ?? before),
    after: convertTo(sent, apiVersion) ?? sent,
    manager: managerOf(request),
    apiVersion,
    kind: info.kind,
    openapi: info.group.includes('.') ? customSchema(env.get, qualifiedName(info), info.version) : undefined,
    subresource,
    time,
    resetFields: resetFields(strategyOf(info), qualifiedName(info), subresource),
  });
  if (shape !== undefined && entries) remember(sent.spec, shape, entries);
  if (entries === sent.metadata.managedFields) return sent;
  return {
    ...sent,
    metadata: withMeta(sent.metadata, { managedFields: subresource === 'scale' ? timeless(entries) : entries }),
  };
}

/** A list of one empty entry forgets all owners. */
function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  return entries?.length === 1 && entries[0].manager === undefined && entries[0].fieldsV1 === undefined;
}

/** Entries of new objects by their spec and the shape of the rest: the pods of a template own the same fields. */
const shapes = new WeakMap<object, Map<string, readonly ManagedFieldsEntry[]>>();
const SHAPES_MAX = 64;

function remember(spec: object, shape: string, entries: readonly ManagedFieldsEntry[]): void {
  let byShape = shapes.get(spec);
  if (!byShape) {
    byShape = new Map();
    shapes.set(spec, byShape);
  }
  if (byShape.size < SHAPES_MAX) byShape.set(shape, entries);
}

/** What besides the spec decides which fields a new object has; undefined for objects that have more than a template gives. */
function shapeOf(request: ApiRequest, info: ResourceInfo, sent: KubeObject): string | undefined {
  if (info.kind !== 'Pod' || sent.status !== undefined || typeof sent.spec !== 'object') return undefined;
  const parts: string[] = [managerOf(request)];
  for (const [key, value] of Object.entries(sent.metadata)) {
    switch (key) {
      case 'name':
      case 'namespace':
        break;
      case 'generateName':
        parts.push(key);
        break;
      case 'labels':
      case 'annotations':
        parts.push(key, ...Object.keys(value as object));
        break;
      case 'ownerReferences':
      case 'finalizers':
        parts.push(key, JSON.stringify(value));
        break;
      default:
        return undefined;
    }
  }
  return parts.join('\u0000');
}

/** Entries of the scale subresource carry no time (apimachinery managedfields/scalehandler.go). */
export function timeless(
  entries: readonly ManagedFieldsEntry[] | undefined,
): readonly ManagedFieldsEntry[] | undefined {
  return entries?.map((entry) => {
    if (entry.subresource !== 'scale') return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
}
