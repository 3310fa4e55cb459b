import { convertTo, decode, metaProblem, type Strictness, unrecognized } from '../api/decode/index.ts';
import { applyDefaults } from '../api/defaulting/index.ts';
import { defaultCustom, pruneCustom } from '../api/machinery/customResource.ts';
import { invalid as fieldInvalid } from '../api/machinery/fieldErrors.ts';
import { deepEqual } from '../api/machinery/json.ts';
import { apiVersionOf, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../contracts/index.ts';
import { withGivenEmpty } from './givenEmpty.ts';
import { undecodable } from './patchDoor.ts';
import { badRequest, invalid } from './status.ts';
import { withMeta } from './strategies.ts';
import { withTwins } from './twins.ts';

/** Where the server's scheme was made: its name in messages. */
export const IN_SCHEME = 'in scheme "pkg/runtime/scheme.go:111"';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings?: readonly string[];
}

const STRICTNESS: Readonly<Record<string, Strictness>> = { Strict: 'strict', Warn: 'warn', Ignore: 'ignore' };

/** Pod specs of templates as they decode, with defaults: the pods of one template share one spec. */
const podSpecs = new WeakMap<object, unknown>();

interface Structural {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/**
 * Decodes what is new in an object and fills in the defaults. Top-level fields and managedFields that are, by identity, those of the stored object
 * are known to be in shape, as is a pod spec that was decoded before: they are neither read nor copied.
 */
function decodeNew(
  value: KubeObject,
  info: ResourceInfo,
  strictness: Strictness,
  before?: KubeObject,
  schema?: object,
): Structural {
  if (schema) return decodeCustom(value, info, strictness, schema);
  const apiVersion = apiVersionOf(info);
  const kept: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field: unknown = value[key];
    if (before && key !== 'metadata' && typeof field === 'object' && field === before[key]) kept[key] = field;
    else rest[key] = field;
  }
  const template = info.kind === 'Pod' && typeof rest.spec === 'object' && rest.spec !== null ? rest.spec : undefined;
  const known = template && podSpecs.get(template);
  if (known) {
    kept.spec = known;
    delete rest.spec;
  }
  const managed = value.metadata?.managedFields;
  const sameManaged = managed !== undefined && managed === before?.metadata.managedFields;
  if (sameManaged) rest.metadata = withMeta(value.metadata, { managedFields: undefined });
  const { object, warnings, errors } = decode(rest, { apiVersion, kind: info.kind, strictness });
  // Keys stand in Go's order: metadata, spec, status, as they were sent.
  const full: Record<string, unknown> = {};
  for (const key in object) full[key] = object[key];
  if (sameManaged) full.metadata = withMeta(object.metadata, { managedFields: managed });
  for (const key of Object.keys(kept)) full[key] = kept[key];
  full.apiVersion = apiVersion;
  full.kind = info.kind;
  full.metadata = withoutSelfLink((full.metadata ?? {}) as Readonly<Record<string, unknown>>);
  if (errors.length > 0) return { object: full as KubeObject, warnings, errors };
  // All defaults of a pod are in its spec, and one that is known has them.
  const settled = info.kind === 'Pod' && kept.spec !== undefined;
  const typed = withGivenEmpty(withTwins(full as KubeObject), value);
  const complete = settled ? typed : applyDefaults(typed);
  if (template && !known && warnings.length === 0) {
    podSpecs.set(template, deepEqual(complete.spec, template) ? template : complete.spec);
  }
  return { object: complete, warnings, errors };
}

/** Every write clears the field (apiserver pkg/registry/rest). */
function withoutSelfLink(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (metadata.selfLink === undefined) return metadata;
  const { selfLink: _, ...rest } = metadata;
  return rest;
}

/** A custom resource: fields that its schema does not name are told and left out, defaults are filled in. */
function decodeCustom(value: KubeObject, info: ResourceInfo, strictness: Strictness, schema: object): Structural {
  const apiVersion = apiVersionOf(info);
  const { object, warnings, errors } = decode(value, { apiVersion, kind: info.kind, strictness });
  const unknown: string[] = [];
  const pruned = defaultCustom(pruneCustom(object, schema, unknown), schema) as KubeObject;
  const metadata = withoutSelfLink((pruned.metadata ?? {}) as Readonly<Record<string, unknown>>);
  const full: KubeObject = { ...pruned, apiVersion, kind: info.kind, metadata };
  const texts = strictness === 'ignore' ? [] : unknown.map((path) => `unknown field "${path}"`);
  if (errors.length > 0 || strictness !== 'strict' || texts.length === 0) {
    return { object: full, warnings: [...warnings, ...texts], errors };
  }
  return { object: full, warnings, errors: [`strict decoding error: ${texts.join(', ')}`] };
}

/** The body of a write as an object of its kind, with defaults (apiserver endpoints/handlers/create.go, update.go). */
export function decodeBody(
  request: ApiRequest,
  info: ResourceInfo,
  before?: KubeObject,
  schema?: object,
): Decoded | ApiResponse {
  const { body } = request;
  if (body === undefined) {
    const why = "couldn't get version/kind; json parse error: unexpected end of JSON input";
    return badRequest(unrecognized(info.kind, why, ''));
  }
  if (body === null || typeof body !== 'object') {
    return badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${body === null ? 'null' : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const served = servedInfo(request, info);
  const wrong = schema ? customProblem(served, body) : kindProblem(served, body);
  if (wrong) return wrong;
  const strictness = STRICTNESS[request.options?.fieldValidation ?? 'Warn'] ?? 'warn';
  const { object, warnings, errors } = told(decodeNew(body, served, strictness, before, schema), request, strictness);
  if (errors.length > 0) {
    return badRequest(`${info.kind} in version "${served.version}" cannot be handled as a ${info.kind}: ${errors[0]}`);
  }
  const kept = asKept(object, served, info);
  return warnings.length > 0 ? { object: kept, warnings } : { object: kept };
}

/** What was decoded, with what is to be told of keys that the text had twice. */
function told(decoded: Structural, { duplicates }: ApiRequest, strictness: Strictness): Structural {
  if (!duplicates?.length || strictness === 'ignore') return decoded;
  const isYaml = duplicates[0].startsWith('line ');
  const texts = isYaml ? duplicates : duplicates.map((path) => `duplicate field "${path}"`);
  if (strictness !== 'strict') return { ...decoded, warnings: [...texts, ...decoded.warnings] };
  const why = isYaml ? `yaml: unmarshal errors:\n  ${texts.join('\n  ')}` : texts.join(', ');
  return { ...decoded, errors: [`strict decoding error: ${why}`] };
}

/** The resource in the version that the request asks for. */
export function servedInfo(request: ApiRequest, info: ResourceInfo): ResourceInfo {
  const { apiVersion } = request;
  if (apiVersion === undefined || apiVersion === apiVersionOf(info)) return info;
  return { ...info, version: apiVersion.slice(apiVersion.indexOf('/') + 1) };
}

/** The object in the version that it is kept in. */
function asKept(object: KubeObject, served: ResourceInfo, info: ResourceInfo): KubeObject {
  const converted = served === info ? undefined : convertTo(object, apiVersionOf(info));
  return converted ? applyDefaults(converted) : object;
}

/** A patched object, as far as it decodes; strategic patches name the patch, the others the whole object. */
export function decodePatched(
  request: ApiRequest,
  info: ResourceInfo,
  object: KubeObject,
  before: KubeObject,
  schema?: object,
): Decoded | ApiResponse {
  const served = servedInfo(request, info);
  const apiVersion = apiVersionOf(served);
  const strictness = STRICTNESS[request.options?.fieldValidation ?? 'Warn'] ?? 'warn';
  if (object.kind !== info.kind || object.apiVersion !== apiVersion) {
    return undecodable(
      request,
      served,
      object,
      `no kind "${object.kind ?? ''}" is registered for version "${object.apiVersion ?? ''}" ${IN_SCHEME}`,
    );
  }
  const read = decodeNew(object, served, strictness, before, schema);
  const { object: decoded, warnings, errors } = told(read, request, strictness);
  if (errors.length > 0) return undecodable(request, served, object, errors[0]);
  const kept = asKept(decoded, served, info);
  return warnings.length > 0 ? { object: kept, warnings } : { object: kept };
}

function kindProblem(info: ResourceInfo, body: KubeObject): ApiResponse | undefined {
  const { apiVersion, kind } = body;
  const expected = apiVersionOf(info);
  if ((!kind || kind === info.kind) && (!apiVersion || apiVersion === expected)) return undefined;
  const untyped = metaProblem(body);
  if (untyped !== undefined) {
    const why = `couldn't get version/kind; json parse error: ${untyped}`;
    return badRequest(unrecognized(info.kind, why, JSON.stringify(body)));
  }
  const version = (apiVersion ?? '').slice((apiVersion ?? '').indexOf('/') + 1);
  return badRequest(
    `${kind ?? ''} in version "${version}" cannot be handled as a ${info.kind}: no kind "${kind ?? ''}" is registered for version "${apiVersion ?? ''}" ${IN_SCHEME}`,
  );
}

/** A custom resource's body of another kind or version (apiextensions-apiserver pkg/apiserver/customresource_handler.go). */
function customProblem(info: ResourceInfo, body: KubeObject): ApiResponse | undefined {
  const { apiVersion = '', kind = '' } = body;
  const expected = apiVersionOf(info);
  if (apiVersion !== expected) {
    const what = `the API version in the data (${apiVersion})`;
    return badRequest(`${what} does not match the expected API version (${expected})`);
  }
  if (kind === info.kind) return undefined;
  return invalid(info.group, kind, body.metadata?.name ?? '', [fieldInvalid('kind', kind, `must be ${info.kind}`)]);
}
