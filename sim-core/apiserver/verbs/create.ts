import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import { admitCreate, chargesFor } from '../admission/chain.ts';
import { podSecurity } from '../admission/podSecurity.ts';
import { admissionPolicies } from '../admission/policies.ts';
import { createdFields } from '../apply.ts';
import { decodeBody, servedInfo } from '../decode.ts';
import { isTerminating, schemaOf } from '../definitions.ts';
import { escalation } from '../escalation.ts';
import { withoutEmpty } from '../givenEmpty.ts';
import { hooksOf } from '../kinds/index.ts';
import { withManagedFields } from '../managed.ts';
import { EVENT_TTL_S, type Frame, type PipelineEnv, type StorePut, type Turn, type TurnInput } from '../model.ts';
import { GENERATE_NAME_TRIES, generatedName } from '../names.ts';
import { prepareCreate } from '../prepare.ts';
import { createProblems, warningsOf } from '../schemaDoor.ts';
import { knownCreate, learnCreate } from '../shapes/creates.ts';
import {
  alreadyExists,
  badRequest,
  forbidden,
  generateNameConflict,
  internalError,
  invalidObject,
  unknownError,
} from '../status.ts';
import { strategyOf, withFields, withMeta } from '../strategies.ts';
import { isResponse, reply, storeFailure } from './common.ts';
import { isReview, review } from './reviews.ts';

/** A LimitRange without a name gets a UUID (pkg/registry/core/limitrange/strategy.go). */
const LIMIT_RANGES = 'limitranges';

/** POST of an object: decode, default, mutating admission, names and system fields, validation, quota, store. */
export function createTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  const { request } = frame;
  if (frame.point === 'start') {
    const known = knownCreate(request, env);
    if (known !== undefined) return knownPut(request, known.prepared, known.warnings);
    const turn = begun(frame, env);
    learnCreate(request, env, turn, (marked, standIn) => begun({ ...frame, request: marked }, standIn));
    return turn;
  }
  if (frame.point === 'quota') {
    const refused = input.response as ApiResponse;
    if (refused.status && refused.code >= 400) return reply(refused, frame.data.warnings);
    const rest = (frame.data.names ?? []).slice(1);
    const next = { ...frame, data: { ...frame.data, names: rest } };
    return rest.length > 0 ? chargeTurn(next) : putTurn(next);
  }
  return stored(frame, input, env, env.info(request.resource) as ResourceInfo);
}

/** A create up to the store, whatever is known of its shape. */
export function plainCreate(request: ApiRequest, env: PipelineEnv): Turn {
  return begun(createFrame(request), env);
}

/** Everything before the store, done for this request alone. */
function begun(frame: Frame, env: PipelineEnv): Turn {
  const { request } = frame;
  const info = env.info(request.resource) as ResourceInfo;
  const schema = schemaOf(env.get, info);
  if (schema && request.verb === 'create' && isTerminating(env.get, request.resource)) {
    const why = 'create not allowed while custom resource definition is terminating';
    return reply(forbidden(info, request.body?.metadata?.name ?? '', why));
  }
  const decoded = decodeBody(request, info, undefined, schema);
  if (isResponse(decoded)) return reply(decoded);
  if (isReview(request.resource)) return reply(review(request, info, decoded.object, env), decoded.warnings);
  const problem = nameProblem(request, info, decoded.object);
  if (problem) return reply(problem, decoded.warnings);
  const sent = owned(request, info, decoded.object, env);
  const admitted = admitCreate(env, info, request, sent);
  if (isResponse(admitted)) return reply(admitted, decoded.warnings);
  const refused = escalation(env, info, request, admitted);
  if (refused) return reply(refused, decoded.warnings);
  // Defaults of a LimitRange can make a valid template invalid.
  const template = env.list('limitranges', request.namespace).length > 0 ? undefined : sent.spec;
  return attempt({ ...frame, data: { warnings: decoded.warnings } }, admitted, template, env);
}

/** What is kept of a create while it is stored. With room for what comes later, so that all frames have one shape. */
function framed(
  frame: Frame,
  prepared: KubeObject,
  warnings: readonly string[] | undefined,
  object: KubeObject | undefined,
  names = NO_NAMES,
): Frame {
  return { ...frame, data: { object, attempt: frame.data.attempt ?? 0, warnings, prepared, names } };
}

const NO_NAMES: readonly string[] = [];

/** The object with the fields that its sender owns. */
function owned(request: ApiRequest, info: ResourceInfo, object: KubeObject, env: PipelineEnv): KubeObject {
  if (request.patch?.type !== 'apply') return withManagedFields(env, request, info, object, undefined);
  const schema = schemaOf(env.get, info);
  const managedFields = createdFields({ request, info: servedInfo(request, info), env, schema });
  return { ...object, metadata: withMeta(object.metadata, { managedFields }) };
}

function chargeTurn(frame: Frame): Turn {
  const { prepared, names } = frame.data;
  const call: Frame = {
    kind: 'quota',
    point: 'start',
    request: frame.request,
    data: { object: prepared, names: [(names as readonly string[])[0]] },
  };
  return { do: 'call', call, frame: { ...frame, point: 'quota' } };
}

/** What another try with another name starts from; most pods are told from what was to be stored. */
function keptForRetry(admitted: KubeObject, prepared: KubeObject): KubeObject | undefined {
  const { name, generateName } = admitted.metadata;
  if (name || !generateName) return undefined;
  return admitted.kind === 'Pod' && admitted.spec === prepared.spec ? undefined : admitted;
}

/** Does the server choose the name? */
function isGenerated({ body }: ApiRequest): boolean {
  return !body?.metadata?.name && Boolean(body?.metadata?.generateName);
}

/** A pod as admission left it, from what was to be stored: without what `prepareCreate` gave it. */
function asAdmitted(prepared: KubeObject, { body }: ApiRequest): KubeObject {
  const metadata = withMeta(prepared.metadata, {
    name: undefined,
    namespace: body?.metadata.namespace || undefined,
    uid: undefined,
    generation: undefined,
    creationTimestamp: undefined,
  });
  return withFields(prepared, { metadata, status: undefined });
}

/** One try with one name; a create with generateName has eight. */
function attempt(frame: Frame, admitted: KubeObject, template: object | undefined, env: PipelineEnv): Turn {
  const { request } = frame;
  const info = env.info(request.resource) as ResourceInfo;
  const { metadata } = admitted;
  const isFirst = (frame.data.attempt ?? 0) === 0;
  let name = metadata.name || request.name;
  if (name === '' && metadata.generateName) {
    name = generatedName(metadata.generateName, env.suffix(request.namespace, metadata.generateName));
  }
  if (name === '' && request.resource === LIMIT_RANGES) name = env.uid(LIMIT_RANGES, request.namespace, '');
  const strategy = strategyOf(info);
  const hooks = hooksOf(request.resource);
  const refused = hooks?.createProblems?.(admitted, env) ?? [];
  if (refused.length > 0) return reply(invalidObject(info, name, refused), frame.data.warnings);
  const asked = hooks?.requestedBy ? hooks.requestedBy(admitted, request) : admitted;
  let prepared = prepareCreate(env, info, strategy, request.namespace, name, asked);
  const problems = createProblems(prepared, template, schemaOf(env.get, info));
  if (problems.length > 0) return reply(invalidObject(info, name, problems), frame.data.warnings);
  if (metadata.resourceVersion) {
    return reply(unknownError('resourceVersion should not be set on objects to be created'), frame.data.warnings);
  }
  prepared = withoutEmpty(prepared, info);
  if (hooks?.beforeStore) prepared = hooks.beforeStore(prepared);
  const security = isFirst ? podSecurity(env, info, request.namespace, prepared) : [];
  if (isResponse(security)) return reply(security, frame.data.warnings);
  const policies = isFirst ? admissionPolicies({ env, info, request, operation: 'CREATE', object: prepared }) : [];
  if (isResponse(policies)) return reply(policies, frame.data.warnings);
  // Charged once, whatever name the object gets in the end.
  const names = isFirst ? chargesFor(env, info, request, prepared) : [];
  if (isResponse(names)) return reply(names, frame.data.warnings);
  const known = isFirst ? warningsOf(prepared, template) : [];
  const warnings = [...(frame.data.warnings ?? []), ...known, ...security, ...policies];
  if (request.options?.dryRun) return reply({ code: 201, object: prepared, rv: 0, record: 0 }, warnings);
  const next = framed(frame, prepared, warnings, keptForRetry(admitted, prepared), names);
  return names.length > 0 ? chargeTurn(next) : putTurn(next);
}

function putTurn(frame: Frame): Turn & { readonly do: 'store' } {
  const object = frame.data.prepared as KubeObject;
  const { request } = frame;
  const target = { resource: request.resource, namespace: request.namespace, name: object.metadata.name as string };
  const ttlSeconds = object.kind === 'Event' ? EVENT_TTL_S : undefined;
  const op: StorePut = { op: 'put', target, object, expect: 0, ttlSeconds };
  return { do: 'store', op, frame: { ...frame, point: 'put' } };
}

/** Where a create of a known shape stands as soon as its object is at the store. */
export function knownPut(
  request: ApiRequest,
  prepared: KubeObject,
  warnings: readonly string[] | undefined,
): Turn & { readonly do: 'store' } {
  return putTurn(framed(createFrame(request), prepared, warnings, undefined));
}

function stored(frame: Frame, input: TurnInput, env: PipelineEnv, info: ResourceInfo): Turn {
  const { answer } = input;
  const { request } = frame;
  if (!answer) return reply(internalError('no answer from the store'));
  if (answer.ok) {
    const { version } = answer;
    return reply({ code: 201, version, rv: answer.rv, record: version?.record ?? 0 }, frame.data.warnings);
  }
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const prepared = frame.data.prepared as KubeObject;
  const name = prepared.metadata.name as string;
  if (isGenerated(request)) {
    const tries = (frame.data.attempt ?? 0) + 1;
    if (tries >= GENERATE_NAME_TRIES) return reply(generateNameConflict(info, name));
    const admitted = frame.data.object ?? asAdmitted(prepared, request);
    return attempt({ ...frame, data: { ...frame.data, attempt: tries } }, admitted, undefined, env);
  }
  const exists = alreadyExists(info, name);
  const current = 'version' in answer ? answer.version : undefined;
  if (!current?.object.metadata.deletionTimestamp || !exists.status) return reply(exists);
  const message = `object is being deleted: ${exists.status.message}`;
  return reply({ ...exists, status: { ...exists.status, message } });
}

/** The name and namespace of the body against those of the request (apiserver endpoints/handlers/rest.go). */
function nameProblem(request: ApiRequest, info: ResourceInfo, object: KubeObject): ApiResponse | undefined {
  const { namespace, name, generateName } = object.metadata;
  if (info.namespaced && namespace && namespace !== request.namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (!name && !generateName && request.name === '' && request.resource !== LIMIT_RANGES) {
    return invalidObject(info, '', [
      { type: 'FieldValueRequired', field: 'metadata.name', body: 'Required value: name or generateName is required' },
    ]);
  }
  return undefined;
}

/** The response of a create that an update of a missing object became. */
export function createFrame(request: ApiRequest): Frame {
  return { kind: 'create', point: 'start', request, data: {} };
}
