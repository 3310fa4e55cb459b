// A tiny API server for tests of controllers: objects in maps, optimistic locking, graceful deletion, finalizers,
// generations, strategic merge of the lists that controllers patch. No validation, no defaults, no admission.
import type { ApiRequest, ApiResponse, Status } from '../../../../sim-core/contracts/apiserver.ts';
import type { KubeObject, Version, WatchEventType } from '../../../../sim-core/contracts/objects.ts';
import { WallClock } from '../../../../sim-core/controllers/support/time.ts';

// biome-ignore lint/suspicious/noExplicitAny: patches walk through arbitrary JSON
type Any = any;

export interface Write {
  readonly tUs: number;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  readonly noop?: boolean;
  readonly body?: Any;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

export interface StoreEvent {
  readonly type: Extract<WatchEventType, 'ADDED' | 'MODIFIED' | 'DELETED'>;
  readonly resource: string;
  readonly now: Version;
  readonly before?: Version;
}

const mergeKeys: Readonly<Record<string, string>> = {
  conditions: 'type',
  ownerReferences: 'uid',
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  addresses: 'type',
  podIPs: 'ip',
};

/** Resources whose generation counts changes of the spec. */
const withoutGeneration = [
  'configmaps',
  'secrets',
  'nodes',
  'services',
  'endpoints',
  'serviceaccounts',
  'namespaces',
  'leases',
];

export function strategicMerge(target: Any, patch: Any): Any {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Any = { ...(target && typeof target === 'object' && !Array.isArray(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (Array.isArray(value) && mergeKeys[key]) result[key] = mergeList(result[key] ?? [], value, mergeKeys[key]);
    else if (key === 'finalizers') result[key] = [...new Set([...(result[key] ?? []), ...(value as string[])])];
    else if (typeof value === 'object' && !Array.isArray(value)) {
      const merged = strategicMerge(result[key], value);
      if (Object.keys(merged).length === 0 && result[key] === undefined) continue;
      result[key] = merged;
    } else result[key] = value;
  }
  const removed = patch['$deleteFromPrimitiveList/finalizers'];
  if (removed) result.finalizers = (result.finalizers ?? []).filter((f: string) => !removed.includes(f));
  return result;
}

function mergeList(target: Any[], patch: Any[], key: string): Any {
  let result = [...target];
  for (const item of patch) {
    const at = result.findIndex((old) => old[key] === item[key]);
    if (item.$patch === 'delete') result = result.filter((old) => old[key] !== item[key]);
    else if (at < 0) result.push(strategicMerge({}, item));
    else result[at] = strategicMerge(result[at], item);
  }
  return result.length === 0 ? undefined : result;
}

export function jsonPatch(target: Any, operations: Any[]): Any {
  const result = structuredClone(target);
  for (const { op, path, value } of operations) {
    const parts = path
      .split('/')
      .slice(1)
      .map((p: string) => p.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop();
    let parent = result;
    for (const part of parts) parent = parent[part] ??= {};
    if (op === 'remove') {
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
    } else if (op !== 'test') {
      if (Array.isArray(parent) && last === '-') parent.push(value);
      else parent[last] = value;
    }
  }
  return result;
}

function mergePatch(target: Any, patch: Any): Any {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Any = { ...(target && typeof target === 'object' && !Array.isArray(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function clean(value: Any): Any {
  return JSON.parse(JSON.stringify(value));
}

function canonical(value: Any): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value)
    .filter((k) => value[k] !== undefined)
    .sort();
  return `{${keys.map((k) => `${k}:${canonical(value[k])}`).join(',')}}`;
}

function freeze<T>(value: T): T {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const v of Object.values(value)) freeze(v);
  }
  return value;
}

export function shortName(resource: string): string {
  return resource.split('.')[0];
}

/** The store and its request handling. */
export class TestCluster {
  nowUs = 0;
  rv = 100;
  readonly clock: WallClock;
  readonly objects = new Map<string, Map<string, Version>>();
  readonly writes: Write[] = [];
  readonly listeners: ((event: StoreEvent) => void)[] = [];
  /** Names for generateName. */
  nextSuffix: (generateName: string) => string;
  readonly #incarnations = new Map<string, number>();

  constructor(epochSeconds: number, nextSuffix: (generateName: string) => string) {
    this.clock = new WallClock(epochSeconds);
    this.nextSuffix = nextSuffix;
  }

  table(resource: string): Map<string, Version> {
    let table = this.objects.get(resource);
    if (!table) this.objects.set(resource, (table = new Map()));
    return table;
  }

  get(resource: string, namespace: string, name: string): Version | undefined {
    return this.table(resource).get(`${namespace}/${name}`);
  }

  /** Puts an object there without a write. */
  seed(resource: string, object: Any): Version {
    const { resource: _, ...rest } = clean(object);
    return this.#store(resource, rest, undefined);
  }

  #store(resource: string, object: Any, before: Version | undefined): Version {
    this.rv += 1;
    object.metadata.resourceVersion = String(this.rv);
    const version: Version = { obj: 0, rv: this.rv, hash: 0, record: 0, object: freeze(object) };
    const { namespace = '', name } = object.metadata;
    this.table(resource).set(`${namespace}/${name}`, version);
    this.#emit({ type: before ? 'MODIFIED' : 'ADDED', resource, now: version, before });
    return version;
  }

  #remove(resource: string, version: Version): void {
    this.rv += 1;
    const { namespace = '', name } = version.object.metadata;
    this.table(resource).delete(`${namespace}/${name}`);
    const object = freeze({
      ...version.object,
      metadata: { ...version.object.metadata, resourceVersion: String(this.rv) },
    });
    this.#emit({ type: 'DELETED', resource, now: { ...version, rv: this.rv, object }, before: version });
  }

  #emit(event: StoreEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  request(request: Omit<ApiRequest, 'user' | 'agent'>, actor: string): ApiResponse {
    const { verb, resource, namespace, name } = request;
    if (verb === 'get') {
      const version = this.get(resource, namespace, name);
      return version ? this.#ok(200, version) : this.#error(404, 'NotFound', `${resource} "${name}" not found`);
    }
    if (verb === 'list') {
      const versions = [...this.table(resource).values()].filter(
        (v) => !namespace || v.object.metadata.namespace === namespace,
      );
      return {
        code: 200,
        rv: this.rv,
        record: 0,
        list: { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: String(this.rv) }, versions },
      };
    }
    const before = this.get(resource, namespace, name)?.object;
    const answer = this.#write(request, actor);
    const writtenName = answer.version?.object.metadata.name ?? name;
    const after = this.get(resource, namespace, writtenName)?.object;
    this.writes.push({
      tUs: this.nowUs,
      actor,
      verb,
      resource: shortName(resource),
      subresource: request.subresource,
      namespace,
      name: writtenName,
      code: answer.code,
      noop:
        verb !== 'create' && verb !== 'deletecollection' && answer.code < 300 && before === after ? true : undefined,
      body: verb === 'delete' ? request.options?.delete : (request.patch?.value ?? request.body),
      before,
      after,
    });
    return answer;
  }

  #write(request: Omit<ApiRequest, 'user' | 'agent'>, _actor: string): ApiResponse {
    switch (request.verb) {
      case 'create':
        if (request.subresource === 'binding') return this.#bind(request);
        if (request.subresource === 'eviction') return this.#evict(request);
        return this.#create(request);
      case 'update':
        return this.#update(request, clean(request.body));
      case 'patch':
        return this.#patch(request);
      case 'delete':
        return this.#delete(request.resource, request.namespace, request.name, request.options?.delete ?? {});
      case 'deletecollection': {
        for (const version of [...this.table(request.resource).values()]) {
          const { namespace = '', name = '' } = version.object.metadata;
          if (namespace === request.namespace)
            this.#delete(request.resource, namespace, name, request.options?.delete ?? {});
        }
        return { code: 200, rv: this.rv, record: 0 };
      }
      default:
        throw new Error(`verb ${request.verb}`);
    }
  }

  #create({ resource, namespace, body }: Omit<ApiRequest, 'user' | 'agent'>): ApiResponse {
    const object = clean(body);
    const meta = object.metadata;
    if (!meta.name) meta.name = `${meta.generateName}${this.nextSuffix(meta.generateName)}`;
    if (namespace) meta.namespace = namespace;
    const kind = shortName(resource);
    const ns = this.get('namespaces', '', namespace)?.object;
    if (ns?.metadata.deletionTimestamp) {
      const message = `${kind} "${meta.name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
      return this.#error(403, 'Forbidden', message, [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ]);
    }
    if (this.get(resource, namespace, meta.name))
      return this.#error(409, 'AlreadyExists', `${resource} "${meta.name}" already exists`);
    const uidKey = `${kind}/${meta.name}`;
    const n = (this.#incarnations.get(uidKey) ?? 0) + 1;
    this.#incarnations.set(uidKey, n);
    meta.uid = n === 1 ? `<uid:${uidKey}>` : `<uid:${uidKey}#${n}>`;
    meta.creationTimestamp = this.clock.stamp(this.nowUs);
    if (object.spec && !withoutGeneration.includes(kind)) meta.generation = 1;
    if (kind === 'pods') object.status = { phase: 'Pending' };
    // Admission plugin TaintNodesByCondition.
    if (kind === 'nodes')
      object.spec = { ...object.spec, taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] };
    if (kind === 'endpointslices') meta.generation = 1;
    if (kind === 'replicasets') object.status = { replicas: 0 };
    if (kind === 'deployments') object.status = {};
    if (kind === 'namespaces') {
      object.spec = { finalizers: ['kubernetes'] };
      object.status = { phase: 'Active' };
    }
    return this.#ok(201, this.#store(resource, object, undefined));
  }

  #bind({ namespace, name, body }: Omit<ApiRequest, 'user' | 'agent'>): ApiResponse {
    const version = this.get('pods', namespace, name);
    if (!version) return this.#error(404, 'NotFound', `pods "${name}" not found`);
    const pod: Any = clean(version.object);
    pod.spec.nodeName = (body as Any).target.name;
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: this.clock.stamp(this.nowUs),
    };
    pod.status.conditions = mergeList(pod.status.conditions ?? [], [scheduled], 'type');
    this.#store('pods', pod, version);
    return { code: 201, rv: this.rv, record: 0 };
  }

  #evict({ namespace, name }: Omit<ApiRequest, 'user' | 'agent'>): ApiResponse {
    const version = this.get('pods', namespace, name);
    if (!version) return this.#error(404, 'NotFound', `pods "${name}" not found`);
    this.#delete('pods', namespace, name, {});
    return { code: 201, rv: this.rv, record: 0 };
  }

  #update(request: Omit<ApiRequest, 'user' | 'agent'>, body: Any): ApiResponse {
    const { resource, namespace, name, subresource } = request;
    const version = this.get(resource, namespace, name);
    if (!version) return this.#error(404, 'NotFound', `${resource} "${name}" not found`);
    const old: Any = version.object;
    const wanted = body.metadata?.resourceVersion;
    if (wanted && wanted !== old.metadata.resourceVersion) {
      const message = `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`;
      return this.#error(409, 'Conflict', message);
    }
    const next = clean(body);
    const kept = [
      'uid',
      'creationTimestamp',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'generation',
      'name',
      'namespace',
      'generateName',
    ];
    for (const field of kept) {
      if (old.metadata[field] === undefined) delete next.metadata[field];
      else next.metadata[field] = old.metadata[field];
    }
    if (subresource === 'status') next.spec = old.spec;
    else if (subresource === 'finalize') next.status = old.status;
    else if (!['endpoints', 'configmaps', 'endpointslices'].includes(shortName(resource))) next.status = old.status;
    if (next.spec === undefined) delete next.spec;
    return this.#finish(resource, version, next);
  }

  #finish(resource: string, version: Version, next: Any): ApiResponse {
    const old: Any = version.object;
    const kind = shortName(resource);
    const specChanged = canonical(old.spec) !== canonical(next.spec);
    const annotated =
      kind === 'deployments' && canonical(old.metadata.annotations) !== canonical(next.metadata.annotations);
    next.metadata.resourceVersion = old.metadata.resourceVersion;
    if (kind === 'endpointslices')
      next.metadata.generation = old.metadata.generation + (canonical(old) === canonical(next) ? 0 : 1);
    const statusOnly = !specChanged && canonical(old.status) !== canonical(next.status);
    if (next.metadata.generation !== undefined && (specChanged || (annotated && !statusOnly && !this.statusWrite))) {
      next.metadata.generation += 1;
    }
    if (canonical(old) === canonical(next)) return this.#ok(200, version);
    const finalizers = [
      ...(next.metadata.finalizers ?? []),
      ...(kind === 'namespaces' ? (next.spec?.finalizers ?? []) : []),
    ];
    if (finalizers.length === 0 && next.metadata.deletionTimestamp && kind !== 'pods') {
      this.#remove(resource, version);
      return { code: 200, rv: this.rv, record: 0, object: next };
    }
    return this.#ok(200, this.#store(resource, next, version));
  }

  statusWrite = false;

  #patch(request: Omit<ApiRequest, 'user' | 'agent'>): ApiResponse {
    const { resource, namespace, name, patch } = request;
    const version = this.get(resource, namespace, name);
    if (!version) return this.#error(404, 'NotFound', `${resource} "${name}" not found`);
    const value = clean(patch?.value) as Any;
    const uid = value?.metadata?.uid;
    if (uid && uid !== version.object.metadata.uid) return this.#error(409, 'Conflict', 'uid mismatch');
    const rv = value?.metadata?.resourceVersion;
    if (rv && rv !== version.object.metadata.resourceVersion)
      return this.#error(409, 'Conflict', 'the object has been modified');
    const old = clean(version.object);
    const next =
      patch?.type === 'json'
        ? jsonPatch(old, value)
        : patch?.type === 'merge'
          ? mergePatch(old, value)
          : strategicMerge(old, value);
    for (const part of [next.metadata, ...(next.status?.conditions ?? [])]) {
      for (const [k, v] of Object.entries(part))
        if (v === '' && (k === 'reason' || k === 'message')) delete (part as Any)[k];
    }
    return this.#finish(resource, version, clean(next));
  }

  #delete(resource: string, namespace: string, name: string, options: Any): ApiResponse {
    const version = this.get(resource, namespace, name);
    if (!version) return this.#error(404, 'NotFound', `${resource} "${name}" not found`);
    const object: Any = clean(version.object);
    const uid = options.preconditions?.uid;
    if (uid && uid !== object.metadata.uid)
      return this.#error(409, 'Conflict', 'Precondition failed: UID in precondition');
    const meta = object.metadata;
    const finalizers = new Set<string>(meta.finalizers ?? []);
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan');
    if (options.propagationPolicy === 'Background')
      for (const f of ['orphan', 'foregroundDeletion']) finalizers.delete(f);
    const kind = shortName(resource);
    let grace = 0;
    if (kind === 'pods') {
      const terminal = ['Succeeded', 'Failed'].includes(object.status?.phase);
      grace = options.gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds ?? 30;
      if (!object.spec.nodeName || terminal) grace = 0;
      if (meta.deletionTimestamp && grace > 0) return this.#ok(200, version);
    }
    const waits = finalizers.size > 0 || grace > 0 || (kind === 'namespaces' && object.spec.finalizers?.length > 0);
    if (finalizers.size > 0) meta.finalizers = [...finalizers];
    if (!waits) {
      const sealed = kind === 'pods' && object.spec.nodeName && meta.deletionGracePeriodSeconds !== 0;
      if (sealed) {
        meta.deletionTimestamp ??= this.clock.stamp(this.nowUs);
        meta.deletionGracePeriodSeconds = 0;
        this.#remove(resource, this.#store(resource, object, version));
      } else this.#remove(resource, version);
      return { code: 200, rv: this.rv, record: 0, object };
    }
    if (!meta.deletionTimestamp) {
      meta.deletionTimestamp = this.clock.stamp(this.nowUs + grace * 1_000_000);
      meta.deletionGracePeriodSeconds = grace;
      if (meta.generation !== undefined) meta.generation += 1;
      if (kind === 'namespaces') object.status = { ...object.status, phase: 'Terminating' };
    }
    if (canonical(object) === canonical(version.object)) return this.#ok(200, version);
    return this.#ok(200, this.#store(resource, object, version));
  }

  #ok(code: number, version: Version): ApiResponse {
    return { code, version, rv: this.rv, record: 0 };
  }

  #error(code: number, reason: string, message: string, causes?: Any): ApiResponse {
    const status: Status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      code,
      details: { causes },
    };
    return { code, status, rv: this.rv, record: 0 };
  }
}
