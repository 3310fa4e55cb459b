import { allResources, qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject, Revision, TimeUs, Version, WatchEntry } from '../contracts/index.ts';
import { type Polls, stepDefinitions } from './definitionControllers.ts';
import { customInfo, DEFINITIONS } from './definitions.ts';
import { storageResource } from './keys.ts';
import { DEFAULT_EPOCH_SECONDS, type PipelineEnv, type StoreAnswer, type StoreOp } from './model.ts';
import { suffixFrom, textHash, uuidFrom } from './names.ts';
import { begin, resume } from './pipeline.ts';
import { tooManyRequests } from './status.ts';
import { StoredVersion, stamped } from './version.ts';

export interface MemoryApiOptions {
  readonly seed?: number;
  readonly epochSeconds?: number;
  readonly resources?: readonly ResourceInfo[];
  readonly disabledPlugins?: readonly string[];
  readonly disabledFeatures?: readonly string[];
}

/** A change as the store made it, in the order of revisions. */
export interface StoreEvent {
  readonly resource: string;
  readonly entry: WatchEntry;
}

/**
 * A whole API server over a plain store, without a world: every request is answered at once, with all semantics of
 * the request path. For tests and recordings of requests. Not part of a simulation: it holds ordinary Maps.
 */
export class MemoryApi {
  nowUs: TimeUs = 0;
  /** The revision of the last write. */
  rv: Revision = 1;
  readonly events: StoreEvent[] = [];
  /** Revisions at or below are compacted. */
  compactedRv: Revision = 0;
  readonly epochSeconds: number;
  private readonly seed: number;
  private readonly infos = new Map<string, ResourceInfo>();
  private readonly stores = new Map<string, Map<string, Version>>();
  private readonly sorted = new Map<string, readonly Version[]>();
  private readonly ordinals = new Map<string, number>();
  private readonly env: PipelineEnv;
  private readonly polls: Polls = new Map();
  private readonly opened = new Set<string>();
  private inControllers = false;
  private seenEvents = 0;

  constructor(options: MemoryApiOptions = {}) {
    this.seed = options.seed ?? 1;
    this.epochSeconds = options.epochSeconds ?? DEFAULT_EPOCH_SECONDS;
    for (const info of options.resources ?? allResources()) {
      const name = qualifiedName(info);
      if (info.preferred || !this.infos.has(name)) this.infos.set(name, info);
    }
    this.env = this.makeEnv(options.disabledPlugins ?? [], options.disabledFeatures);
  }

  /** Makes a custom resource known. */
  addResource(info: ResourceInfo): void {
    this.infos.set(qualifiedName(info), info);
  }

  /** Answers a request; then the server's own controllers do what follows from it. */
  handle(request: ApiRequest): ApiResponse {
    if (this.inControllers) return this.answer(request);
    // What was due since the last request comes first.
    this.runControllers();
    const response = this.unready(request) ?? this.answer(request);
    this.runControllers();
    return response;
  }

  /**
   * The first request for a custom resource makes the server open its storage; until that is read, lists and watches are
   * turned away (apiserver pkg/storage/cacher). A change of the definition opens it anew.
   */
  unready({ resource, verb }: ApiRequest): ApiResponse | undefined {
    const definition = resource.includes('.') ? this.get(DEFINITIONS, '', resource)?.object : undefined;
    if (!definition || !this.env.info(resource)) return undefined;
    const storage = `${definition.metadata.uid}/${definition.metadata.generation ?? 0}`;
    if (this.opened.has(storage)) return undefined;
    this.opened.add(storage);
    if (verb !== 'list' && verb !== 'watch') return undefined;
    return tooManyRequests('storage is (re)initializing', 1);
  }

  private runControllers(): void {
    const fresh = this.events.length !== this.seenEvents;
    if (this.inControllers || (!fresh && this.polls.size === 0)) return;
    let changed = this.polls.size > 0;
    for (; this.seenEvents < this.events.length; this.seenEvents++) {
      if (this.events[this.seenEvents].resource === DEFINITIONS) changed = true;
    }
    if (!changed) return;
    this.inControllers = true;
    while (stepDefinitions(this, this.polls)) this.seenEvents = this.events.length;
    this.inControllers = false;
    this.seenEvents = this.events.length;
  }

  private answer(request: ApiRequest): ApiResponse {
    let progress = begin(request, this.env);
    while (progress.do === 'store') progress = resume(progress.stack, this.store(progress.op), this.env);
    return progress.response;
  }

  /** Writes an object as it is, past every check: for bootstrap objects and states of tests. */
  seedObject(resource: string, object: KubeObject): Version {
    const { namespace = '', name = '' } = object.metadata;
    const full = object.metadata.uid
      ? object
      : { ...object, metadata: { ...object.metadata, uid: this.env.uid(resource, namespace, name) } };
    return this.put(storageResource(resource), namespace, name, full);
  }

  get(resource: string, namespace: string, name: string): Version | undefined {
    return this.stores.get(storageResource(resource))?.get(`${namespace}/${name}`);
  }

  list(resource: string, namespace: string): readonly Version[] {
    const kept = storageResource(resource);
    const sortedAll = this.sorted.get(kept) ?? sortVersions([...(this.stores.get(kept)?.values() ?? [])]);
    this.sorted.set(kept, sortedAll);
    return namespace === '' ? sortedAll : sortedAll.filter(({ object }) => object.metadata.namespace === namespace);
  }

  private store(op: StoreOp): StoreAnswer {
    if (op.op === 'fresh') return { ok: true, rv: this.rv };
    if (op.op === 'reach') {
      return op.rv <= this.rv ? { ok: true, rv: this.rv } : { ok: false, tooLarge: true, rv: this.rv };
    }
    const { namespace, name } = op.target;
    const resource = storageResource(op.target.resource);
    const current = this.get(resource, namespace, name);
    if (op.op === 'read') return { ok: true, version: current, rv: this.rv };
    if ((current?.rv ?? 0) !== op.expect) return { ok: false, version: current, rv: this.rv };
    if (op.op === 'put') return { ok: true, version: this.put(resource, namespace, name, op.object), rv: this.rv };
    const version = this.remove(resource, namespace, name, current as Version);
    return { ok: true, version, rv: this.rv };
  }

  private put(resource: string, namespace: string, name: string, object: KubeObject): Version {
    const before = this.get(resource, namespace, name);
    this.rv += 1;
    const version = new StoredVersion(0, this.rv, 0, 0, stamped(object, this.rv));
    let store = this.stores.get(resource);
    if (!store) {
      store = new Map();
      this.stores.set(resource, store);
    }
    store.set(`${namespace}/${name}`, version);
    this.sorted.delete(resource);
    this.events.push({ resource, entry: { rv: this.rv, type: before ? 'MODIFIED' : 'ADDED', now: version, before } });
    return version;
  }

  private remove(resource: string, namespace: string, name: string, before: Version): Version {
    this.rv += 1;
    const version = new StoredVersion(0, this.rv, 0, 0, stamped(before.object, this.rv));
    this.stores.get(resource)?.delete(`${namespace}/${name}`);
    this.sorted.delete(resource);
    this.events.push({ resource, entry: { rv: this.rv, type: 'DELETED', now: version, before } });
    return version;
  }

  private listAt(resource: string, namespace: string, rv: Revision): readonly Version[] | 'expired' | 'future' {
    if (rv > this.rv) return 'future';
    if (rv < this.compactedRv) return 'expired';
    const kept = storageResource(resource);
    const state = new Map(this.stores.get(kept) ?? []);
    for (let i = this.events.length - 1; i >= 0 && this.events[i].entry.rv > rv; i--) {
      const event = this.events[i];
      if (event.resource !== kept) continue;
      const { metadata } = event.entry.now.object;
      const key = `${metadata.namespace ?? ''}/${metadata.name}`;
      if (event.entry.before) state.set(key, event.entry.before);
      else state.delete(key);
    }
    const all = sortVersions([...state.values()]);
    return namespace === '' ? all : all.filter(({ object }) => object.metadata.namespace === namespace);
  }

  private next(counter: string): number {
    const n = this.ordinals.get(counter) ?? 0;
    this.ordinals.set(counter, n + 1);
    return n;
  }

  private makeEnv(disabledPlugins: readonly string[], disabledFeatures?: readonly string[]): PipelineEnv {
    const api = this;
    const lookUp = (resource: string, namespace: string, name: string) => api.get(resource, namespace, name);
    return {
      get nowUs() {
        return api.nowUs;
      },
      get cacheRv() {
        return api.rv;
      },
      epochSeconds: this.epochSeconds,
      disabledPlugins,
      disabledFeatures,
      get: (resource, namespace, name) => api.get(resource, namespace, name),
      list: (resource, namespace) => api.list(resource, namespace),
      podsOnNode: (node) => api.list('pods', '').filter(({ object }) => object.spec?.nodeName === node),
      listAt: (resource, namespace, rv) => api.listAt(resource, namespace, rv),
      uid: (resource, namespace, name) => {
        const key = `${resource}/${namespace}/${name}`;
        const n = api.next(`uid/${key}`);
        const word = (k: number) => textHash(`${n}/${key}`, api.seed * 4 + k);
        return uuidFrom(word(0), word(1), word(2), word(3));
      },
      suffix: (namespace, generateName) => {
        const key = `name/${namespace}/${generateName}`;
        return suffixFrom(textHash(`${api.next(key)}/${key}`, api.seed));
      },
      draw: (stream, n) => textHash(`${n}/${stream}`, api.seed),
      info: (resource) => api.infos.get(resource) ?? customInfo(lookUp, resource),
    };
  }
}

function sortVersions(versions: Version[]): readonly Version[] {
  return versions.sort((a, b) => {
    const x = storeKey(a);
    const y = storeKey(b);
    return x < y ? -1 : x > y ? 1 : 0;
  });
}

/** Lists are in the order of keys: `namespace/name`. */
function storeKey({ object }: Version): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : (name ?? '');
}
