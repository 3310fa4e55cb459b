import { daysIn, timeText } from '../api/machinery/time.ts';
import type { ApiRequest, KubeObject, ManagedFieldsEntry, ObjectMeta, Version } from '../contracts/index.ts';
import { managerOf } from './managed.ts';
import type { PipelineEnv } from './model.ts';
import { deepEqual } from './verbs/same.ts';

type Fields = { readonly [field: string]: unknown };

const LEASES = 'leases.coordination.k8s.io';
const API_VERSION = 'coordination.k8s.io/v1';
const MICRO_TIME = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

/**
 * A PUT of a Lease that changes nothing but spec.renewTime, by the only owner of its fields: by far the most frequent
 * write of a cluster. Gives what the long way gives (decoding, field ownership, admission, validation), or undefined where
 * anything else than the time may differ; then the long way decides.
 */
export function renewedLease(request: ApiRequest, current: Version, env: PipelineEnv): KubeObject | undefined {
  if (request.resource !== LEASES || request.verb !== 'update' || request.subresource !== undefined) return undefined;
  const { body } = request;
  const before = current.object;
  if (!body || body.kind !== 'Lease' || body.apiVersion !== API_VERSION) return undefined;
  for (const field in body) {
    if (field !== 'kind' && field !== 'apiVersion' && field !== 'metadata' && field !== 'spec') return undefined;
  }
  const { metadata } = before;
  if (!sameMeta(body.metadata, current, request)) return undefined;
  if (!onlyRenewed(body.spec, before.spec)) return undefined;
  const entry = soleOwner(metadata.managedFields, request);
  if (!entry) return undefined;
  return withRenewTime(before, body.spec.renewTime, timeText(env.epochSeconds, env.nowUs));
}

/** The lease with another renewTime, by the only owner of its fields, at a `time` of managedFields. */
export function withRenewTime(before: KubeObject, renewTime: string, time: string): KubeObject {
  const { metadata } = before;
  const [entry] = metadata.managedFields as readonly [ManagedFieldsEntry];
  // Each lease has an owner of its own in its fields, so that no two lists are alike.
  const managedFields = entry.time === time ? metadata.managedFields : [{ ...entry, time }];
  return {
    ...before,
    metadata: { ...metadata, managedFields, resourceVersion: undefined },
    spec: { ...before.spec, renewTime },
  };
}

function sameMeta(sent: ObjectMeta | undefined, current: Version, request: ApiRequest): boolean {
  const stored = current.object.metadata;
  if (!sent || sent.resourceVersion !== String(current.rv) || stored.deletionTimestamp !== undefined) return false;
  if (sent.name !== request.name || stored.namespace !== request.namespace) return false;
  const left = sent as Fields;
  const right = stored as Fields;
  for (const field in left) {
    if (field !== 'resourceVersion' && !deepEqual(left[field], right[field])) return false;
  }
  for (const field of OWNED) if (right[field] !== undefined && left[field] === undefined) return false;
  return true;
}

/** Metadata that a PUT takes away by leaving it out. */
const OWNED = ['labels', 'annotations', 'ownerReferences', 'finalizers', 'generateName'] as const;

function onlyRenewed(sent: Fields | undefined, stored: Fields | undefined): boolean {
  if (!sent || !stored || sent['renewTime'] === stored['renewTime'] || !isMicroTime(sent['renewTime'])) return false;
  for (const field in sent) if (field !== 'renewTime' && sent[field] !== stored[field]) return false;
  for (const field in stored) if (sent[field] === undefined && stored[field] !== undefined) return false;
  return stored['renewTime'] !== undefined;
}

/** In the form in which it is stored. */
function isMicroTime(text: unknown): boolean {
  const parts = typeof text === 'string' ? MICRO_TIME.exec(text) : null;
  return parts !== null && Number(parts[3]) <= daysIn(Number(parts[1]), Number(parts[2]));
}

/** The only entry of managedFields when it is the requester's and has spec.renewTime already. */
function soleOwner(
  entries: readonly ManagedFieldsEntry[] | undefined,
  request: ApiRequest,
): ManagedFieldsEntry | undefined {
  if (entries?.length !== 1) return undefined;
  const [entry] = entries;
  if (entry.operation !== 'Update' || entry.apiVersion !== API_VERSION || entry.subresource) return undefined;
  if (entry.manager !== managerOf(request)) return undefined;
  const fields = entry.fieldsV1 as { readonly 'f:spec'?: Fields } | undefined;
  return fields?.['f:spec']?.['f:renewTime'] === undefined ? undefined : entry;
}
