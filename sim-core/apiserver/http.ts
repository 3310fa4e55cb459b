import { convertTo, decodeType, jsonKind, notMeta } from '../api/decode/index.ts';
import { allResources, apiVersionOf, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
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
import { type Form, negotiate, takesYaml } from './accept.ts';
import { attributesOfPath, authorizeAttributes, type RoleSource } from './authorization.ts';
import { IN_SCHEME } from './decode.ts';
import { groupDocument, VERSION, versionDocument } from './discovery.ts';
import { header } from './headers.ts';
import { impersonated } from './impersonation.ts';
import { deleteOptionErrors, numberProblem, writeOptionErrors } from './options.ts';
import { parseQuery, parseResourcePath, type ResourcePath } from './paths.ts';
import {
  badRequest,
  failure,
  invalid,
  methodUnknown,
  noSuchResource,
  notFound,
  notSingle,
  unauthorized,
  unsupportedMedia,
} from './status.ts';
import { type IncludeObject, type TableOptions, tableOf } from './tables/index.ts';
import { yamlText } from './yaml.ts';

/** An HTTP request, its body already read as JSON. */
export interface HttpRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
  /** Keys that the body's text gave twice: paths of JSON, lines of YAML as `yaml: ...`. */
  readonly duplicates?: readonly string[];
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
}

/** What an HTTP request asks for: a request with one answer, a watch, or an error at once. */
export type HttpCall =
  | {
      readonly do: 'request';
      readonly request: ApiRequest;
      readonly info: ResourceInfo;
      readonly view?: TableView;
      /** The body is to be written as YAML (`yamlText`). */
      readonly isYaml?: true;
    }
  | { readonly do: 'watch'; readonly request: ApiRequest; readonly info: ResourceInfo; readonly view?: TableView }
  /** `text` is the body where that is no object. */
  | { readonly do: 'reply'; readonly response: ApiResponse; readonly text?: string };

/** What of a Table's shape the request itself says. */
export type TableView = Pick<TableOptions, 'includeObject' | 'version'>;

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

/** The documents about a group and a version of custom resources. */
function discovery(path: string, custom: readonly ResourceInfo[]): HttpCall | undefined {
  const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  const infos = custom.filter((info) => info.group === group && (version === undefined || info.version === version));
  if (infos.length === 0) return undefined;
  const object = version === undefined ? groupDocument(group, infos) : versionDocument(group, version, infos);
  return respond({ code: 200, object, rv: 0, record: 0 });
}

const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);

/** A path that no resource has. */
function otherPath(method: string, path: string): HttpCall {
  if (/^\/version\/?$/.test(path)) {
    if (method !== 'GET') return respond(methodUnknown());
    return respond({ code: 200, object: VERSION, rv: 0, record: 0 });
  }
  if (HEALTH_PATHS.has(path)) return { do: 'reply', response: { code: 200, rv: 0, record: 0 }, text: 'ok' };
  const group = /^\/apis\/([^/]+)/.exec(path)?.[1];
  if (group === undefined || allResources().some((info) => info.group === group)) return respond(noSuchResource());
  return { do: 'reply', response: noSuchResource(), text: '404 page not found\n' };
}

/**
 * Reads an HTTP request of the Kubernetes API. Requests are authorized where the roles are given; `custom` are the custom
 * resources that are served.
 */
export function readHttp(given: HttpRequest, custom: readonly ResourceInfo[] = [], roles?: RoleSource): HttpCall {
  const at = given.path.indexOf('?');
  const query = parseQuery(at < 0 ? '' : given.path.slice(at + 1));
  const path = at < 0 ? given.path : given.path.slice(0, at);
  if (given.user === '') return respond(unauthorized());
  const { user = 'kubernetes-admin', groups, uid } = given;
  const caller = impersonated({ user, groups, uid }, given.headers ?? {}, roles);
  if ('code' in caller) return respond(caller);
  const http = { ...given, ...caller };
  const refused = roles && authorizeAttributes(caller, attributesOfPath(http.method, path, query), roles);
  if (refused) return respond(refused);
  const legacyWatch = LEGACY_WATCH.test(path);
  const target = parseResourcePath(path.replace(LEGACY_WATCH, '$1'), custom);
  if (!target) return (http.method === 'GET' && discovery(path, custom)) || otherPath(http.method, path);
  const { info, namespace, subresource } = target;
  const name = legacyWatch ? '' : target.name;
  const verb = legacyWatch ? 'watch' : verbOf(http.method, target, query);
  if (verb === undefined) return respond(methodUnknown());
  const accept = header(http.headers ?? {}, 'accept') ?? '';
  const form = negotiate(accept, verb === 'watch');
  const inYaml = takesYaml(accept);
  if ('code' in form) return inYaml ? { do: 'reply', response: form, text: yamlText(bodyOf(form)) } : respond(form);
  if (form.isSingle && verb === 'list') return respond(notSingle(info));
  const part = info.subresources.find((sub) => sub.name === subresource);
  if (subresource !== undefined && !part) {
    return respond(custom.includes(info) ? notFound(info, name) : noSuchResource());
  }
  if (!(part ?? info).verbs.includes(verb)) return respond(methodUnknown());
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
    ...(http.uid && { uid: http.uid }),
    agent: header(headers, 'user-agent') ?? 'unknown',
    options:
      legacyWatch && target.name !== '' ? { ...options, fieldSelector: `metadata.name=${target.name}` } : options,
    accept: form.as,
    ...(!info.preferred && { apiVersion: apiVersionOf(info) }),
  };
  const call = inForm(withBody(request, info, http, verb), form);
  if (request.accept !== 'table' || call.do === 'reply') return call;
  const view = viewOf(form.version, query.get('includeObject') ?? '');
  return 'code' in view ? respond(view) : { ...call, view };
}

/** Says that the answer is written as YAML; one that is there already is written at once. */
function inForm(call: HttpCall, { isYaml }: Form): HttpCall {
  if (!isYaml || call.do === 'watch') return call;
  if (call.do === 'request') return { ...call, isYaml };
  return call.text === undefined ? { ...call, text: yamlText(bodyOf(call.response)) } : call;
}

const INCLUDED: ReadonlySet<string> = new Set(['None', 'Metadata', 'Object']);

function viewOf(version: TableView['version'], included: string): TableView | ApiResponse {
  if (included !== '' && !INCLUDED.has(included)) return badRequest(`unrecognized includeObject value: "${included}"`);
  return { version, ...(included !== '' && { includeObject: included as IncludeObject }) };
}

/** `/api/v1/watch/...`: the old way to ask for a watch. */
const LEGACY_WATCH = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/watch(?=\/)/;

function withBody(request: ApiRequest, info: ResourceInfo, http: HttpRequest, verb: Verb): HttpCall {
  if (verb === 'watch') return { do: 'watch', request, info };
  if (verb !== 'create' && verb !== 'update' && verb !== 'patch') return { do: 'request', request, info };
  const media = (header(http.headers ?? {}, 'content-type') ?? '').split(';')[0].trim();
  if (verb !== 'patch') {
    if (media !== '' && media !== '*/*' && !BODY_TYPES.includes(media)) return respond(unsupportedMedia(BODY_FORMATS));
    const { body, duplicates } = http;
    const twice = duplicates && duplicates.length > 0 ? { duplicates } : {};
    return { do: 'request', request: { ...request, body: body as unknown as KubeObject, ...twice }, info };
  }
  const type = PATCH_TYPES[media];
  if (!type) {
    return respond(failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}));
  }
  const twice = http.duplicates?.length ? { duplicates: http.duplicates } : {};
  return { do: 'request', request: { ...request, patch: { type, value: http.body ?? null }, ...twice }, info };
}

function verbOf(method: string, target: ResourcePath, query: ReadonlyMap<string, string>): Verb | undefined {
  const { name } = target;
  switch (method) {
    case 'GET':
      if (name !== '') return 'get';
      return query.has('watch') && !FALSE.has(query.get('watch') ?? '') ? 'watch' : 'list';
    case 'POST':
      return name === '' || target.subresource !== undefined ? 'create' : undefined;
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
  if (query.get('dryRun')) options.dryRun = true;
  const bad = LISTING.has(verb) ? numberProblem(query, ['timeoutSeconds', 'limit']) : undefined;
  if (bad !== undefined) return badRequest(bad);
  const deletes = verb === 'delete' || verb === 'deletecollection';
  if (!deletes) return optionProblem(verb, query, http) ?? options;
  const asked = deleteOptions(query, http.body);
  if ('code' in asked) return asked;
  options.delete = asked;
  return options;
}

/** Problems of the options of a write (apimachinery pkg/apis/meta/v1/validation). */
function optionProblem(verb: Verb, query: ReadonlyMap<string, string>, http: HttpRequest): ApiResponse | undefined {
  const kind = OPTION_KINDS[verb];
  if (!kind) return undefined;
  const type = (header(http.headers ?? {}, 'content-type') ?? '').split(';')[0].trim();
  const problems = writeOptionErrors(query, verb === 'patch' && PATCH_TYPES[type] === 'apply');
  return problems.length > 0 ? invalid('meta.k8s.io', kind, '', problems) : undefined;
}

/** Verbs whose query holds ListOptions. */
const LISTING: ReadonlySet<Verb> = new Set(['list', 'watch', 'deletecollection']);

const OPTION_KINDS: Readonly<Partial<Record<Verb, string>>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
};

/** DeleteOptions of the body; the query's where there is no body. */
function deleteOptions(query: ReadonlyMap<string, string>, body: Json | undefined): DeleteOptions | ApiResponse {
  const asked = body === undefined || body === null ? queryDeleteOptions(query) : bodyDeleteOptions(body);
  if ('code' in asked) return asked;
  const problems = deleteOptionErrors(asked);
  return problems.length > 0 ? invalid('meta.k8s.io', 'DeleteOptions', '', problems) : asked;
}

function bodyDeleteOptions(body: Json): DeleteOptions | ApiResponse {
  const is = jsonKind(body);
  if (is !== 'object') return badRequest(`couldn't get version/kind; json parse error: ${notMeta(is)}`);
  const { kind, apiVersion, ...rest } = body as Record<string, Json>;
  if (kind && kind !== 'DeleteOptions') {
    return badRequest(`no kind "${kind}" is registered for version "${apiVersion ?? ''}" ${IN_SCHEME}`);
  }
  const { value, errors } = decodeType(rest, 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
  return errors.length > 0 ? badRequest(errors[0]) : (value as DeleteOptions);
}

function queryDeleteOptions(query: ReadonlyMap<string, string>): DeleteOptions | ApiResponse {
  const options: Mutable<DeleteOptions> = {};
  const bad = numberProblem(query, ['gracePeriodSeconds']);
  if (bad !== undefined) return badRequest(bad);
  const grace = query.get('gracePeriodSeconds');
  if (grace) options.gracePeriodSeconds = Number(grace);
  const policy = query.get('propagationPolicy');
  if (policy) options.propagationPolicy = policy as 'Background';
  const dryRun = query.get('dryRun');
  if (dryRun !== undefined) options.dryRun = [dryRun];
  if (query.has('orphanDependents')) options.orphanDependents = !FALSE.has(query.get('orphanDependents') ?? '');
  return options;
}

/** The JSON body of an answer; as a Table or as metadata where the client asked for that. */
export function bodyOf(response: ApiResponse, info?: ResourceInfo, shape?: TableOptions | 'metadata'): Json {
  if (response.status && !response.object && !response.version) return response.status as unknown as Json;
  const { list } = response;
  const object = response.version?.object ?? response.object;
  if (shape && info && (list || object)) return shaped(response, info, shape);
  if (list) return listBody(list, info);
  if (object) return typed(inVersion(object, info), info);
  return (response.status ?? null) as unknown as Json;
}

function shaped({ list, version, object }: ApiResponse, info: ResourceInfo, shape: TableOptions | 'metadata'): Json {
  const single = version?.object ?? object;
  const objects = (list ? list.versions.map((item) => item.object) : [single as KubeObject]).map((item) =>
    inVersion(item, info),
  );
  if (shape !== 'metadata') {
    const meta = list?.metadata ?? { resourceVersion: single?.metadata.resourceVersion };
    return tableOf(info, objects, meta, shape);
  }
  const items = objects.map(({ metadata }) => ({ kind: PARTIAL, apiVersion: 'meta.k8s.io/v1', metadata }));
  if (!list) return items[0] as unknown as Json;
  return { kind: `${PARTIAL}List`, apiVersion: 'meta.k8s.io/v1', metadata: list.metadata, items } as unknown as Json;
}

const PARTIAL = 'PartialObjectMetadata';

/** The object in the version that was asked for. */
function inVersion(object: KubeObject, info: ResourceInfo | undefined): KubeObject {
  if (!info || object.kind !== info.kind || !object.apiVersion) return object;
  return convertTo(object, apiVersionOf(info)) ?? object;
}

function listBody(list: NonNullable<ApiResponse['list']>, info: ResourceInfo | undefined): Json {
  const group = info?.group ?? '';
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  const items = list.versions.map(({ object }) => (custom ? typed(object, info) : untyped(inVersion(object, info))));
  const apiVersion = info ? apiVersionOf(info) : list.apiVersion;
  const metadata = custom ? { continue: '', ...list.metadata } : { ...list.metadata };
  return { kind: list.kind, apiVersion, metadata, items } as unknown as Json;
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
