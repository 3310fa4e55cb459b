import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Version } from '../../contracts/index.ts';
import { admitUpdate } from '../admission/chain.ts';
import { type Decoded, decodeBody, decodePatched } from '../decode.ts';
import { withManagedFields } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';
import { applyPatch } from '../patchDoor.ts';
import { prepareStatusUpdate, prepareUpdate } from '../prepare.ts';
import { updateProblems } from '../schemaDoor.ts';
import { badRequest, conflict, invalid, MODIFIED } from '../status.ts';
import { strategyOf } from '../strategies.ts';
import { isResponse } from '../verbs/common.ts';
import { podPart } from './pods.ts';
import { SUBRESOURCES } from './subresources.ts';
import { tokenOf } from './token.ts';

/** What an update makes of the stored object: the new object, or an answer without a write. */
export type Outcome = ({ readonly object: KubeObject; readonly code?: number } | { readonly response: ApiResponse }) & {
  readonly warnings?: readonly string[];
};

/** The change that a PUT, a PATCH or a POST to a subresource makes: a pure function of the request and what is stored. */
export function transform(request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv): Outcome {
  const { subresource } = request;
  if (subresource === 'token')
    return { response: { code: 201, object: tokenOf(request, current, env), rv: 0, record: 0 } };
  const special = subresource === undefined ? undefined : SUBRESOURCES[subresource];
  if (special) return special(request, info, current, env);
  const asked = request.verb === 'patch' ? patched(request, info, current) : decodeBody(request, info, current.object);
  if (isResponse(asked)) return { response: asked };
  const partial = subresource === 'ephemeralcontainers' || subresource === 'resize';
  const object = partial ? podPart(subresource, asked.object, current.object) : asked.object;
  const outcome = updateWith(request, info, current, env, object);
  return asked.warnings ? { ...outcome, warnings: asked.warnings } : outcome;
}

function patched(request: ApiRequest, info: ResourceInfo, current: Version): Decoded | ApiResponse {
  const { patch, options } = request;
  if (options?.force !== undefined && patch?.type !== 'apply') {
    return invalid('meta.k8s.io', 'PatchOptions', '', [
      { type: 'FieldValueForbidden', field: 'force', body: 'Forbidden: may not be specified for non-apply patch' },
    ]);
  }
  const result = applyPatch(request, info, current.object);
  if (isResponse(result)) return result;
  const { metadata } = result.object;
  if (!metadata?.name) {
    return badRequest(
      `the name of the object (${request.name} based on URL) was undeterminable: name must be provided`,
    );
  }
  return decodePatched(request, info, result.object, current.object);
}

/** The common end of PUT and PATCH: preconditions, strategy, admission, validation, managed fields. */
export function updateWith(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
  asked: KubeObject,
): Outcome {
  const before = current.object;
  const refused = preconditions(request, info, current, asked);
  if (refused) return { response: refused };
  const sent = withManagedFields(env, request, info, asked, before);
  const admitted = admitUpdate(env, info, request, sent, before);
  if (isResponse(admitted)) return { response: admitted };
  const strategy = strategyOf(info);
  const prepare = request.subresource === 'status' ? prepareStatusUpdate : prepareUpdate;
  const prepared = prepare(env, info, strategy, admitted, before);
  const problems = updateProblems(request.subresource, prepared, before);
  if (problems.length > 0) return { response: invalid(info.group, info.kind, request.name, problems) };
  return { object: prepared };
}

function preconditions(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  asked: KubeObject,
): ApiResponse | undefined {
  const { metadata } = asked;
  if (metadata.name !== undefined && metadata.name !== request.name) {
    return badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
  }
  if (info.namespaced && metadata.namespace && metadata.namespace !== request.namespace) {
    return badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${request.namespace})`,
    );
  }
  if (metadata.uid && metadata.uid !== current.object.metadata.uid) {
    const text = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${current.object.metadata.uid}`;
    return conflict(info, request.name, text);
  }
  const asksVersion = metadata.resourceVersion;
  if (asksVersion === undefined || asksVersion === '' || asksVersion === '0') {
    if (strategyOf(info).unconditionalUpdate || request.verb === 'patch') return undefined;
    return invalid(info.group, info.kind, request.name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        body: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  return asksVersion === String(current.rv) ? undefined : conflict(info, request.name, MODIFIED);
}
