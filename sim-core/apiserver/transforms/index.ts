import { convertTo } from '../../api/decode/index.ts';
import { goQuote } from '../../api/machinery/gotext.ts';
import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import { validateCounts } from '../../api/validation/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Version } from '../../contracts/index.ts';
import { admitUpdate } from '../admission/chain.ts';
import { admissionPolicies, hasPolicies } from '../admission/policies.ts';
import { type Application, applied, configProblem } from '../apply.ts';
import { type Decoded, decodeBody, decodePatched, servedInfo } from '../decode.ts';
import { schemaOf } from '../definitions.ts';
import { escalation } from '../escalation.ts';
import { withoutEmpty } from '../givenEmpty.ts';
import { renewedLease } from '../leaseRenewal.ts';
import { withManagedFields } from '../managed.ts';
import type { PipelineEnv } from '../model.ts';
import { applyPatch } from '../patchDoor.ts';
import { prepareApproval, prepareStatusUpdate, prepareUpdate } from '../prepare.ts';
import { changeWarnings, updateProblems } from '../schemaDoor.ts';
import { knownUpdate, learnUpdate } from '../shapes/updates.ts';
import { conflict, invalid, invalidObject, MODIFIED, otherObject, unknownError } from '../status.ts';
import { strategyOf } from '../strategies.ts';
import { isResponse, nameMismatch, nameMissing } from '../verbs/common.ts';
import type { Outcome } from './outcome.ts';
import { podPart } from './pods.ts';
import { subresourceWrite } from './subresources.ts';
import { tokenOf } from './token.ts';

/** The change that a PUT, a PATCH or a POST to a subresource makes: a pure function of the request and what is stored. */
export function transform(request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv): Outcome {
  const known = knownUpdate(request, current, env);
  if (known !== undefined) return counted(request, info, current, { object: known });
  const outcome = transformAlone(request, info, current, env);
  learnUpdate(request, info, current, env, outcome, transformAlone);
  return counted(request, info, current, outcome);
}

/** What an update of a known shape makes; undefined where the general way has to be gone, as for counts that make no sense. */
export function knownTransform(request: ApiRequest, current: Version, env: PipelineEnv): KubeObject | undefined {
  const known = knownUpdate(request, current, env);
  if (known === undefined || !COUNTING.has(request.resource)) return known;
  return validateCounts(known, current.object).length === 0 ? known : undefined;
}

const COUNTING: ReadonlySet<string> = new Set(['replicasets.apps', 'deployments.apps']);

/** The update with its counts checked: updates of one shape differ in these. */
function counted(request: ApiRequest, info: ResourceInfo, current: Version, outcome: Outcome): Outcome {
  if (request.subresource !== 'status' || !COUNTING.has(request.resource) || !('object' in outcome)) return outcome;
  const problems = validateCounts(outcome.object, current.object);
  return problems.length === 0 ? outcome : { response: invalidObject(info, request.name, problems) };
}

/** The same, done for this request alone. */
function transformAlone(request: ApiRequest, info: ResourceInfo, current: Version, env: PipelineEnv): Outcome {
  const { subresource } = request;
  if (subresource === 'token')
    return { response: { code: 201, object: tokenOf(request, current, env), rv: 0, record: 0 } };
  const special = subresourceWrite(request, info, current, env);
  if (special) return special;
  const renewed = renewedLease(request, current, env);
  if (renewed && !hasPolicies(env)) return { object: renewed };
  const schema = schemaOf(env.get, info);
  const asked =
    request.verb === 'patch'
      ? patched(request, info, current, env, schema)
      : decodeBody(request, info, current.object, schema);
  if (isResponse(asked)) return { response: asked };
  const outcome = updateWith(request, info, current, env, asked.object);
  return asked.warnings ? { ...outcome, warnings: [...asked.warnings, ...(outcome.warnings ?? [])] } : outcome;
}

function patched(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  env: PipelineEnv,
  schema?: object,
): Decoded | ApiResponse {
  const { patch, options } = request;
  if (options?.force !== undefined && patch?.type !== 'apply') {
    return invalid('meta.k8s.io', 'PatchOptions', '', [
      { type: 'FieldValueForbidden', field: 'force', body: 'Forbidden: may not be specified for non-apply patch' },
    ]);
  }
  const served = servedInfo(request, info);
  const base = served === info ? current.object : (convertTo(current.object, apiVersionOf(served)) ?? current.object);
  const application: Application = { request, info: served, env, ...(schema && { schema }) };
  const result =
    patch?.type === 'apply'
      ? (configProblem(application) ?? applied(application, base))
      : applyPatch(request, served, base);
  if (isResponse(result)) return result;
  if (!result.object.metadata?.name) return nameMissing(request);
  return decodePatched(request, info, result.object, base, schema);
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
  const apply = request.patch?.type === 'apply';
  const owned = apply ? asked : withManagedFields(env, request, info, asked, before);
  const { subresource } = request;
  // Owners are noted of what was sent, also of what the subresource then leaves as it was.
  const partial = subresource === 'ephemeralcontainers' || subresource === 'resize';
  const sent = partial ? podPart(subresource, owned, before) : owned;
  const admitted = admitUpdate(env, info, request, sent, before);
  if (isResponse(admitted)) return { response: admitted };
  const tooMuch = request.subresource === undefined && escalation(env, info, request, admitted, before);
  if (tooMuch) return { response: tooMuch };
  const strategy = strategyOf(info);
  const prepare = PREPARED_BY[request.subresource ?? ''] ?? prepareUpdate;
  const prepared = prepare(env, info, strategy, admitted, before);
  const problems = updateProblems(request, prepared, before, schemaOf(env.get, info));
  if (problems.length > 0) return { response: invalidObject(info, request.name, problems) };
  const policies = admissionPolicies({ env, info, request, operation: 'UPDATE', object: prepared, before });
  if (isResponse(policies)) return { response: policies };
  const object = withoutEmpty(prepared, info);
  const changes = request.subresource === undefined ? changeWarnings(prepared, before) : policies;
  if (changes === policies) return policies.length > 0 ? { object, warnings: policies } : { object };
  return changes.length + policies.length > 0 ? { object, warnings: [...changes, ...policies] } : { object };
}

const PREPARED_BY: Readonly<Record<string, typeof prepareUpdate>> = {
  status: prepareStatusUpdate,
  approval: prepareApproval,
};

function preconditions(
  request: ApiRequest,
  info: ResourceInfo,
  current: Version,
  asked: KubeObject,
): ApiResponse | undefined {
  const { metadata } = asked;
  const other = nameMismatch(request, info, asked);
  if (other) return other;
  if (request.verb !== 'patch' && metadata.uid && metadata.uid !== current.object.metadata.uid) {
    return otherObject(info, request.namespace, request.name, metadata.uid, current.object.metadata.uid ?? '');
  }
  const asksVersion = metadata.resourceVersion;
  if (asksVersion === undefined || asksVersion === '' || asksVersion === '0') {
    if (strategyOf(info).unconditionalUpdate || request.verb === 'patch') return undefined;
    return invalid(info.group, info.plural, request.name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        body: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  if (asksVersion === String(current.rv)) return undefined;
  if (!/^[0-9]+$/.test(asksVersion)) {
    return unknownError(`strconv.ParseUint: parsing ${goQuote(asksVersion)}: invalid syntax`);
  }
  return conflict(info, request.name, MODIFIED);
}
