import { apiVersionOf, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type {
  ApiRequest,
  ApiResponse,
  DeleteOptions,
  Json,
  KubeObject,
  PatchType,
  RequestOptions,
  Verb,
} from '../contracts/index.ts';
import { parseQuery, parseResourcePath, type ResourcePath } from './paths.ts';
import { badRequest, failure, methodNotAllowed, noSuchResource, unsupportedMedia } from './status.ts';

/** An HTTP request, its body already read as JSON. */
export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
  readonly user?: string;
  readonly groups?: readonly string[];
}

/** What an HTTP request asks for: a request with one answer, a watch, or an error at once. */
export type HttpCall =
  | { readonly do: 'request'; readonly request: ApiRequest; readonly info: ResourceInfo }
  | { readonly do: 'watch'; readonly request: ApiRequest; readonly info: ResourceInfo }
  | { readonly do: 'reply'; readonly response: ApiResponse };

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

const BODY_TYPES: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const BODY_FORMATS = `the body of the request was in an unknown format - accepted media types include: ${BODY_TYPES.join(', ')}`;

function respond(response: ApiResponse): HttpCall {
  return { do: 'reply', response };
}

/** Reads an HTTP request of the Kubernetes API. */
export function readHttp(http: HttpRequest, custom: readonly ResourceInfo[] = []): HttpCall {
  const at = http.path.indexOf('?');
  const query = parseQuery(at < 0 ? '' : http.path.slice(at + 1));
  const path = at < 0 ? http.path : http.path.slice(0, at);
  const legacyWatch = LEGACY_WATCH.test(path);
  const target = parseResourcePath(path.replace(LEGACY_WATCH, '$1'), custom);
  if (!target) return respond(noSuchResource());
  const { info, namespace, subresource } = target;
  const name = legacyWatch ? '' : target.name;
  const verb = legacyWatch ? 'watch' : verbOf(http.method, target, query);
  if (verb === undefined) return respond(methodNotAllowed(info, http.method.toLowerCase()));
  if (subresource !== undefined && !info.subresources.some((sub) => sub.name === subresource)) {
    return respond(noSuchResource());
  }
  if (!info.verbs.includes(verb) && subresource === undefined) return respond(notServed(info, verb));
  const options = optionsOf(query, verb, http);
  if ('code' in options) return respond(options);
  const headers = http.headers ?? {};
  const request: ApiRequest = {
    verb,
    resource: qualifiedName(info),
    ...(subresource !== undefined && { subresource }),
    namespace,
    name,
    user: http.user ?? 'kubernetes-admin',
    ...(http.groups && { groups: http.groups }),
    agent: header(headers, 'user-agent') ?? 'unknown',
    options:
      legacyWatch && target.name !== '' ? { ...options, fieldSelector: `metadata.name=${target.name}` } : options,
    accept: acceptOf(header(headers, 'accept') ?? ''),
  };
  return withBody(request, info, http, verb);
}

/** `/api/v1/watch/...`: the old way to ask for a watch. */
const LEGACY_WATCH = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/watch(?=\/)/;

function header(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  for (const key of Object.keys(headers)) if (key.toLowerCase() === name) return headers[key];
  return undefined;
}

function withBody(request: ApiRequest, info: ResourceInfo, http: HttpRequest, verb: Verb): HttpCall {
  if (verb === 'watch') return { do: 'watch', request, info };
  if (verb !== 'create' && verb !== 'update' && verb !== 'patch') return { do: 'request', request, info };
  const media = (header(http.headers ?? {}, 'content-type') ?? '').split(';')[0].trim();
  if (verb !== 'patch') {
    if (media !== '' && media !== '*/*' && !BODY_TYPES.includes(media)) return respond(unsupportedMedia(BODY_FORMATS));
    return { do: 'request', request: { ...request, body: http.body as unknown as KubeObject }, info };
  }
  const type = PATCH_TYPES[media];
  if (!type) {
    return respond(failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}));
  }
  return { do: 'request', request: { ...request, patch: { type, value: http.body ?? null } }, info };
}

function notServed(info: ResourceInfo, verb: Verb): ApiResponse {
  return methodNotAllowed(info, verb);
}

function verbOf(method: string, target: ResourcePath, query: ReadonlyMap<string, string>): Verb | undefined {
  const { name } = target;
  switch (method) {
    case 'GET':
      if (name !== '') return 'get';
      return query.has('watch') && !FALSE.has(query.get('watch') ?? '') ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return name === '' ? undefined : 'update';
    case 'PATCH':
      return name === '' ? undefined : 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

/** Texts of a boolean query parameter that mean false; everything else is true. */
const FALSE: ReadonlySet<string> = new Set(['false', '0']);

function acceptOf(accept: string): 'object' | 'table' | 'metadata' {
  const first = accept.split(',')[0];
  if (first.includes('as=Table')) return 'table';
  if (first.includes('as=PartialObjectMetadata')) return 'metadata';
  return 'object';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function optionsOf(query: ReadonlyMap<string, string>, verb: Verb, http: HttpRequest): RequestOptions | ApiResponse {
  const options: Mutable<RequestOptions> = {};
  const text = (key: string): string | undefined => (query.get(key) ? query.get(key) : undefined);
  const flag = (key: string): boolean => query.has(key) && !FALSE.has(query.get(key) ?? '');
  if (text('resourceVersion')) options.resourceVersion = text('resourceVersion');
  const match = text('resourceVersionMatch');
  if (match) options.resourceVersionMatch = match as 'Exact';
  if (text('limit')) options.limit = Number(text('limit'));
  if (text('continue')) options.continue = text('continue');
  if (text('labelSelector')) options.labelSelector = text('labelSelector');
  if (text('fieldSelector')) options.fieldSelector = text('fieldSelector');
  if (flag('allowWatchBookmarks')) options.allowWatchBookmarks = true;
  if (query.has('sendInitialEvents')) options.sendInitialEvents = flag('sendInitialEvents');
  if (text('timeoutSeconds')) options.timeoutSeconds = Number(text('timeoutSeconds'));
  if (text('fieldManager')) options.fieldManager = text('fieldManager');
  if (text('fieldValidation')) options.fieldValidation = text('fieldValidation') as 'Strict';
  if (query.has('force')) options.force = flag('force');
  if (query.has('dryRun')) {
    if (text('dryRun') !== 'All') return dryRunProblem(text('dryRun') ?? '');
    options.dryRun = true;
  }
  if (verb === 'delete' || verb === 'deletecollection') options.delete = deleteOptions(query, http.body);
  return options;
}

function dryRunProblem(value: string): ApiResponse {
  return badRequest(`invalid dryRun: ${value}`);
}

/** DeleteOptions of the body; the query's where there is no body. */
function deleteOptions(query: ReadonlyMap<string, string>, body: Json | undefined): DeleteOptions {
  if (body !== undefined && body !== null && typeof body === 'object' && !Array.isArray(body)) {
    const { kind: _kind, apiVersion: _apiVersion, ...options } = body as Record<string, unknown>;
    return options as DeleteOptions;
  }
  const options: Mutable<DeleteOptions> = {};
  if (query.get('gracePeriodSeconds')) options.gracePeriodSeconds = Number(query.get('gracePeriodSeconds'));
  const policy = query.get('propagationPolicy');
  if (policy) options.propagationPolicy = policy as 'Background';
  if (query.has('orphanDependents')) options.orphanDependents = !FALSE.has(query.get('orphanDependents') ?? '');
  return options;
}

/** The JSON body of an answer. */
export function bodyOf(response: ApiResponse, info?: ResourceInfo): Json {
  if (response.list) return listBody(response.list);
  const object = response.version?.object ?? response.object;
  if (object) return typed(object, info);
  return (response.status ?? null) as unknown as Json;
}

function listBody(list: NonNullable<ApiResponse['list']>): Json {
  const items = list.versions.map(({ object }) => untyped(object));
  return { kind: list.kind, apiVersion: list.apiVersion, metadata: { ...list.metadata }, items } as unknown as Json;
}

/** Kind and apiVersion first, as the server writes them. */
function typed(object: KubeObject, info: ResourceInfo | undefined): Json {
  const { kind, apiVersion, ...rest } = object;
  return {
    kind: kind ?? info?.kind,
    apiVersion: apiVersion ?? (info && apiVersionOf(info)),
    ...rest,
  } as unknown as Json;
}

/** Items of built-in lists carry no kind and apiVersion. */
function untyped(object: KubeObject): Json {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest as unknown as Json;
}

/** A frame of a watch stream. */
export function frameOf(type: string, object: KubeObject): Json {
  return { type, object: typed(object, undefined) };
}
