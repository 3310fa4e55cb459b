import { apiVersionOf, qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, Json, KubeObject } from '../../contracts/index.ts';
import { applied } from '../apply.ts';
import { schemaOf } from '../definitions.ts';
import { timeless, withManagedFields } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';
import { applyPatch } from '../patchDoor.ts';
import { prepareUpdate } from '../prepare.ts';
import { updateProblems } from '../schemaDoor.ts';
import { badRequest, conflict, invalid, invalidObject, MODIFIED } from '../status.ts';
import { strategyOf } from '../strategies.ts';
import { isResponse } from '../verbs/common.ts';
import type { Outcome, Transform } from './outcome.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The text of a selector, as labels.Selector.String() of apimachinery prints it. */
export function selectorText(resource: string, selector: unknown): string {
  if (selector === undefined || selector === null) return '';
  if (resource === 'replicationcontrollers') return labelText(selector as Record<string, string>);
  const { matchLabels = {}, matchExpressions = [] } = selector as Selector;
  const terms = Object.keys(matchLabels).map((key) => ({ key, text: `${key}=${matchLabels[key]}` }));
  for (const { key, operator, values = [] } of matchExpressions) {
    const list = [...values].sort().join(',');
    const texts: Record<string, string> = {
      In: `${key} in (${list})`,
      NotIn: `${key} notin (${list})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    terms.push({ key, text: texts[operator] ?? key });
  }
  terms.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return terms.map(({ text }) => text).join(',');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

/** autoscaling/v1 Scale of a workload. */
export function scaleOf(info: ResourceInfo, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = info.scalePaths;
  const replicas = Number((paths ? at(object, paths.specReplicasPath) : object.spec?.replicas) ?? 0);
  const observed = Number((paths ? at(object, paths.statusReplicasPath) : object.status?.replicas) ?? 0);
  const selector = paths
    ? String(at(object, paths.labelSelectorPath ?? '') ?? '')
    : selectorText(qualifiedName(info), object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: observed, ...(selector !== '' && { selector }) },
  };
}

/** What stands at a path as `.spec.replicas`. */
function at(object: KubeObject, path: string): unknown {
  let value: unknown = path === '' ? undefined : object;
  for (const field of path.split('.').slice(1)) value = (value as Record<string, unknown> | undefined)?.[field];
  return value;
}

/** The fields with a value at a path, as `.spec.replicas`. */
function withAt(fields: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [field, ...rest] = path;
  if (rest.length === 0) return { ...fields, [field]: value };
  return { ...fields, [field]: withAt((fields[field] ?? {}) as Record<string, unknown>, rest, value) };
}

/** Server-side apply of a Scale: the replicas of the object behind it. */
function appliedScale(request: ApiRequest, info: ResourceInfo, before: KubeObject, env: PipelineEnv): Outcome {
  const { kind, apiVersion, spec } = (request.patch?.value ?? {}) as {
    kind?: string;
    apiVersion?: string;
    spec?: object;
  };
  if (kind !== 'Scale' || apiVersion !== 'autoscaling/v1') {
    return { response: badRequest(`invalid object type: ${apiVersion ?? '/'}, Kind=${kind ?? ''}`) };
  }
  const { name, namespace } = before.metadata;
  const value = {
    apiVersion: apiVersionOf(info),
    kind: info.kind,
    metadata: { name, namespace },
    spec,
  } as unknown as Json;
  const asked = { ...request, patch: { type: 'apply', value } } as const;
  const schema = schemaOf(env.get, info);
  const result = applied({ request: asked, info, env, ...(schema && { schema }) }, before);
  if (isResponse(result)) return { response: result };
  const { object } = result;
  const metadata = { ...object.metadata, managedFields: timeless(object.metadata.managedFields) };
  return { object: prepareUpdate(env, info, strategyOf(info), { ...object, metadata }, before) };
}

/** PUT and PATCH of a scale subresource: replicas of the workload (pkg/registry/apps/.../storage ScaleREST). */
export const scale: Transform = (request, info, current, env) => {
  if (request.patch?.type === 'apply') return appliedScale(request, info, current.object, env);
  const before = scaleOf(info, current.object);
  const asked = askedScale(request, info, before);
  if (isResponse(asked)) return { response: asked };
  const { metadata } = asked;
  if (metadata?.name && metadata.name !== request.name) {
    return {
      response: badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`,
      ),
    };
  }
  const replicas: number = asked.spec?.replicas ?? 0;
  if (replicas < 0) {
    const body = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    return {
      response: invalid('autoscaling', 'Scale', request.name, [
        { type: 'FieldValueInvalid', field: 'spec.replicas', body },
      ]),
    };
  }
  const version = metadata?.resourceVersion;
  if (version && version !== '0' && version !== String(current.rv)) {
    return { response: conflict(info, request.name, MODIFIED) };
  }
  const { object } = current;
  const path = info.scalePaths?.specReplicasPath;
  if (path === undefined) {
    const scaled = { ...object, spec: { ...object.spec, replicas } };
    const sent = withManagedFields(env, request, info, scaled, object);
    return { object: prepareUpdate(env, info, strategyOf(info), sent, object) };
  }
  // Nobody owns what the scale of a custom resource writes.
  const scaled = withAt(object, path.split('.').slice(1), replicas) as KubeObject;
  const prepared = prepareUpdate(env, info, strategyOf(info), scaled, object);
  const problems = updateProblems(request, prepared, object, schemaOf(env.get, info));
  return problems.length > 0 ? { response: invalidObject(info, request.name, problems) } : { object: prepared };
};

function askedScale(request: ApiRequest, info: ResourceInfo, before: KubeObject): KubeObject | ApiResponse {
  if (request.verb !== 'patch') {
    const body = request.body ?? ({ metadata: {} } as KubeObject);
    if (body.kind && body.kind !== 'Scale') {
      const apiVersion = body.apiVersion ?? '';
      const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
      return badRequest(
        `${body.kind} in version "${version}" cannot be handled as a Scale: converting (${version}.${body.kind}) to (autoscaling.Scale): unknown conversion`,
      );
    }
    return body;
  }
  const scaleInfo = { ...info, group: 'autoscaling', version: 'v1', kind: 'Scale' };
  const result = applyPatch(request, scaleInfo, before);
  return isResponse(result) ? result : result.object;
}
