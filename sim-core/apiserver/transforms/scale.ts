import { qualifiedName, type ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import { withManagedFields } from '../managed.ts';
import { applyPatch } from '../patchDoor.ts';
import { prepareUpdate } from '../prepare.ts';
import { badRequest, conflict, invalid, MODIFIED } from '../status.ts';
import { strategyOf } from '../strategies.ts';
import { isResponse } from '../verbs/common.ts';
import type { Transform } from './subresources.ts';

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
  const replicas: number = object.spec?.replicas ?? 0;
  const selector = selectorText(qualifiedName(info), object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: object.status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
}

/** PUT and PATCH of a scale subresource: replicas of the workload (pkg/registry/apps/.../storage ScaleREST). */
export const scale: Transform = (request, info, current, env) => {
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
  const scaled = { ...object, spec: { ...object.spec, replicas } };
  const sent = withManagedFields(env, request, info, scaled, object);
  return { object: prepareUpdate(env, info, strategyOf(info), sent, object) };
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
