import {
  type Body,
  NumberLiteral,
  parseJson,
  readJsonBody,
  readProtobufBody,
  readYamlBody,
} from '../../../../sim-core/api/decode/index.ts';
import { allResources } from '../../../../sim-core/api/schema/index.ts';
import { BOOTSTRAP_OBJECTS } from '../../../../sim-core/apiserver/bootstrap.ts';
import { bodyOf, readHttp } from '../../../../sim-core/apiserver/http.ts';
import { MemoryApi } from '../../../../sim-core/apiserver/memoryApi.ts';
import { openStream } from '../../../../sim-core/apiserver/watchStream.ts';
import { yamlText } from '../../../../sim-core/apiserver/yaml.ts';
import type { Json } from '../../../../sim-core/contracts/index.ts';

/** A request as the recordings hold it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Json;
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: string | null;
}

export interface Answer {
  readonly code: number;
  readonly body: Json;
  readonly warnings: readonly string[];
}

/** `{"$repeat": [c, n]}` is the string c repeated n times. */
export function expand(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => expand(item) ?? null);
  if (value === null || typeof value !== 'object' || value instanceof NumberLiteral) return value;
  const repeat = (value as { $repeat?: [string, number] }).$repeat;
  if (repeat !== undefined) return repeat[0].repeat(repeat[1]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item as Json)]));
}

/** The users of the recordings; nobody else has a token. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { admin: ['system:masters'], alice: ['devs'], bob: [] };

/** Who sent a request: undefined is the administrator, null nobody. */
export function callerOf(user: string | null | undefined): {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
} {
  if (user === null) return { user: 'system:anonymous', groups: [] };
  const name = user ?? 'admin';
  return GROUPS[name] ? { user: name, groups: GROUPS[name], uid: `${name}-uid` } : { user: '', groups: [] };
}

/** A server with the namespaces of a new cluster and the default service account. */
export function freshServer(): MemoryApi {
  const api = new MemoryApi();
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    api.seedObject('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const { resource, namespace, object } of BOOTSTRAP_OBJECTS) {
    if (resource === 'namespaces') continue;
    const { clusterIP } = object.spec ?? {};
    const metadata = { ...object.metadata, ...(namespace !== '' && { namespace }) };
    const spec = clusterIP && { spec: { ...object.spec, clusterIPs: [clusterIP] } };
    api.seedObject(resource, { ...object, metadata, ...spec });
  }
  api.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'default' },
  });
  return api;
}

/** Replaces `@rv` and `@uid` by those of the object at the request's path. */
function current(text: string, api: MemoryApi, path: string): string {
  if (!text.includes('@rv') && !text.includes('@uid')) return text;
  const read = send(api, {
    method: 'GET',
    path: path
      .replace(/\/(status|scale|resize|ephemeralcontainers|approval|finalize)?(\?.*)?$/, '')
      .replace(/\?.*$/, ''),
  });
  const metadata = (read.body as { metadata?: { resourceVersion?: string; uid?: string } } | null)?.metadata;
  return text.replaceAll('@rv', metadata?.resourceVersion ?? '').replaceAll('@uid', metadata?.uid ?? '');
}

const KIND_OF_PLURAL = new Map(allResources().map((info) => [info.plural, info.kind]));

/** A body that was recorded as text: YAML, protobuf, or JSON that need not be well-formed. */
function readRaw(request: RecordedRequest): Body {
  const text = request.rawBody ?? '';
  const type = request.contentType ?? 'application/json';
  const plural =
    request.path
      .split('?')[0]
      .split('/')
      .at(request.method === 'POST' ? -1 : -2) ?? '';
  const kind = KIND_OF_PLURAL.get(plural) ?? '';
  if (request.method === 'PATCH') return readPatch(text, type);
  if (type.includes('yaml')) return readYamlBody(text, kind);
  if (type.includes('protobuf')) return readProtobufBody(text, kind);
  if (!type.includes('json') || request.method !== 'POST') {
    if (text === '') return { value: undefined, duplicates: [] };
    try {
      return parseJson(text);
    } catch (error) {
      if (request.method !== 'DELETE') return { value: text, duplicates: [] };
      return { error: `couldn't get version/kind; json parse error: ${(error as Error).message}` };
    }
  }
  return readJsonBody(text, kind);
}

/** What each kind of patch says of a text that is no JSON (apiserver pkg/endpoints/handlers/patch.go). */
function readPatch(text: string, type: string): Body {
  if (type.includes('yaml')) {
    const read = readYamlBody(text, '');
    return 'error' in read ? { value: text, duplicates: [] } : read;
  }
  try {
    return parseJson(text);
  } catch (error) {
    const { message } = error as Error;
    if (type.includes('json-patch')) return { error: `error decoding patch: ${message}` };
    if (type.includes('strategic-merge-patch')) return { error: message };
    if (type.includes('merge-patch')) return { error: 'Invalid JSON Patch' };
    return { value: text, duplicates: [] };
  }
}

function badRequest(message: string): Answer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'BadRequest',
    code: 400,
  };
  return { code: 400, body, warnings: [] };
}

/** Plays one request. */
export function send(api: MemoryApi, request: RecordedRequest): Answer {
  let body: Json | undefined = expand(request.body);
  let duplicates: readonly string[] = [];
  const text = body === undefined ? '' : JSON.stringify(body);
  if (text.includes('@rv') || text.includes('@uid')) body = JSON.parse(current(text, api, request.path)) as Json;
  if (request.rawBody !== undefined) {
    const read = readRaw(request);
    if ('error' in read) return badRequest(read.error);
    body = read.value as Json;
    duplicates = read.duplicates;
  }
  const call = readHttp(
    {
      method: request.method,
      path: request.path,
      headers: {
        'content-type': request.contentType ?? 'application/json',
        accept: 'application/json',
        'user-agent': 'recorder/1.0',
        ...Object.fromEntries(Object.entries(request.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value])),
      },
      body,
      duplicates,
      ...callerOf(request.user),
    },
    [],
    api,
  );
  if (call.do === 'watch') {
    const source = { rv: api.rv, oldest: 0, list: () => [], since: () => [] };
    const stream = openStream(call.request, call.info, source);
    if (!('code' in stream)) throw new Error('a watch has no single answer');
    return { code: stream.code, body: bodyOf(stream), warnings: [] };
  }
  const response = call.do === 'reply' ? call.response : api.handle(call.request);
  if (call.do === 'reply' && call.text !== undefined) return { code: response.code, body: call.text, warnings: [] };
  const info = call.do === 'request' ? call.info : undefined;
  const answer = bodyOf(response, info);
  const shown = call.do === 'request' && call.isYaml ? yamlText(answer) : answer;
  return { code: response.code, body: shown, warnings: response.warnings ?? [] };
}
