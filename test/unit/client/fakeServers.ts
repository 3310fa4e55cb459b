import type {
  ApiRequest,
  ApiResponse,
  ApiServers,
  Cell,
  Component,
  ComponentId,
  Containers,
  Dict,
  EndpointId,
  HandlerId,
  HandlerSpec,
  KubeObject,
  PagedI32,
  PagedTable,
  ReplyTo,
  Ring,
  TimeUs,
  Version,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { RecordKind, WHY } from '../../../sim-core/contracts/index.ts';

interface Watch {
  readonly spec: WatchSpec;
  readonly replica: number;
  readonly reply: ReplyTo;
}

export interface FakeOptions {
  readonly replicas?: number;
  readonly latencyUs?: TimeUs;
  /** Answers instead of the store; a function of the request and the time alone. */
  readonly intercept?: (request: ApiRequest, nowUs: TimeUs) => ApiResponse | 'lost' | undefined;
}

export function failure(code: number, reason: string, retryAfterSeconds?: number): ApiResponse {
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code, details } as const;
  return { code, status, rv: 0, record: 0 };
}

/** A store with resource versions, watches and replicas that can be cut off: as much of an API server as clients need. */
export class FakeServers implements Component, ApiServers {
  readonly name = 'fake-apiserver';
  readonly replicas: number;
  private readonly options: FakeOptions;
  private readonly latencyUs: TimeUs;
  private id: ComponentId = 0;
  private objects!: Dict<Version>;
  private rv!: Cell<number>;
  private oldest!: Cell<number>;
  private history!: Ring<{ readonly resource: string; readonly entry: WatchEntry }>;
  private watches!: PagedTable<Watch>;
  private down!: PagedI32;
  /** Every request that arrived, for tests to read. */
  log!: Ring<{
    readonly tUs: TimeUs;
    readonly verb: string;
    readonly resource: string;
    readonly name: string;
    readonly user: string;
    readonly replica: number;
  }>;
  private requestHandler: HandlerId = 0;
  private writeHandler: HandlerId = 0;
  private controlHandler: HandlerId = 0;

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.replicas = options.replicas ?? 1;
    this.latencyUs = options.latencyUs ?? 1000;
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.objects = c.dict('objects');
    this.rv = c.cell('rv', 0);
    this.oldest = c.cell('oldest', 0);
    this.history = c.ring('history');
    this.watches = c.table('watches');
    this.down = c.i32('down');
    this.log = c.ring('log');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      {
        name: 'request',
        run: (ctx, replica, deadlineUs, payload) =>
          this.serve(ctx, replica, deadlineUs, payload as { request: ApiRequest; reply: ReplyTo }),
      },
      { name: 'write', run: (ctx, _a, _b, payload) => void this.perform(ctx, payload as ApiRequest) },
      { name: 'control', run: (ctx, a, b) => this.control(ctx, a, b) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.requestHandler, this.writeHandler, this.controlHandler] = ids;
  }

  start(_ctx: WorldContext): void {}
  crash(_ctx: WorldContext): void {}

  get writeEvent(): HandlerId {
    return this.writeHandler;
  }

  /** Event with a = 0 disconnect replica b, 1 reconnect it, 2 compact the history, 3 close all watches of b. */
  get controlEvent(): HandlerId {
    return this.controlHandler;
  }

  revision(): number {
    return this.rv.get();
  }

  all(resource: string): readonly Version[] {
    const found: Version[] = [];
    this.objects.forEach((version, key) => {
      if (key.startsWith(`${resource}/`)) found.push(version);
    });
    return found;
  }

  submit(
    ctx: WorldContext,
    _from: EndpointId,
    replica: number,
    request: ApiRequest,
    reply: ReplyTo,
    deadlineUs: TimeUs = 60_000_000,
  ): void {
    if (this.down.get(replica) === 1) ctx.schedule(deadlineUs, reply.handler, reply.token, 0, WHY.requestTimeout);
    else ctx.schedule(this.latencyUs, this.requestHandler, replica, deadlineUs, WHY.link, { request, reply });
  }

  watch(
    ctx: WorldContext,
    _from: EndpointId,
    replica: number,
    spec: WatchSpec,
    fromRv: number,
    reply: ReplyTo,
  ): number {
    const id = this.watches.alloc({ spec, replica, reply });
    if (this.down.get(replica) === 1) this.end(ctx, id, 'unreachable');
    else if (fromRv < this.oldest.get()) this.end(ctx, id, 'expired');
    else {
      const entries: WatchEntry[] = [];
      for (let i = this.history.first; i < this.history.next; i++) {
        const { resource, entry } = this.history.get(i)!;
        if (resource === spec.resource && entry.rv > fromRv) entries.push(entry);
      }
      if (entries.length > 0) ctx.schedule(this.latencyUs, reply.handler, reply.token, 0, WHY.link, { entries });
    }
    return id;
  }

  stopWatch(_ctx: WorldContext, watch: number): void {
    if (this.watches.has(watch)) this.watches.free(watch);
  }

  private end(ctx: WorldContext, id: number, ended: 'closed' | 'expired' | 'unreachable'): void {
    const { reply } = this.watches.get(id)!;
    this.watches.free(id);
    ctx.schedule(this.latencyUs, reply.handler, reply.token, 0, WHY.link, { entries: [], ended });
  }

  private control(ctx: WorldContext, what: number, replica: number): void {
    if (what === 0) this.down.set(replica, 1);
    if (what === 1) this.down.set(replica, 0);
    if (what === 2) {
      this.oldest.set(this.rv.get());
      this.history.dropBefore(this.history.next);
    }
    if (what !== 0 && what !== 3) return;
    this.watches.forEach((watch, id) => {
      if (watch.replica === replica) this.end(ctx, id, what === 0 ? 'unreachable' : 'closed');
    });
  }

  private serve(
    ctx: WorldContext,
    replica: number,
    deadlineUs: TimeUs,
    { request, reply }: { request: ApiRequest; reply: ReplyTo },
  ): void {
    const { verb, resource, name, user } = request;
    this.log.push({ tUs: ctx.nowUs, verb, resource, name, user, replica });
    const forced = this.options.intercept?.(request, ctx.nowUs);
    if (forced === 'lost') {
      ctx.schedule(deadlineUs, reply.handler, reply.token, 0, WHY.requestTimeout);
      return;
    }
    const answer = forced ?? this.perform(ctx, request);
    ctx.schedule(this.latencyUs, reply.handler, reply.token, 0, WHY.link, answer);
  }

  private perform(ctx: WorldContext, request: ApiRequest): ApiResponse {
    const { verb, resource, namespace, body } = request;
    if (verb === 'list') return this.listAnswer(resource, namespace);
    const name = request.name !== '' ? request.name : `${body!.metadata.generateName}${this.rv.get()}`;
    const key = `${resource}/${namespace}/${name}`;
    const known = this.objects.get(key);
    if (verb === 'create')
      return known ? failure(409, 'AlreadyExists') : this.commit(ctx, resource, namespace, name, body!, undefined);
    if (!known) return failure(404, 'NotFound');
    if (verb === 'get') return { code: 200, version: known, rv: known.rv, record: 0 };
    if (verb === 'delete') return this.remove(ctx, key, resource, known);
    if (verb === 'patch')
      return this.commit(
        ctx,
        resource,
        namespace,
        name,
        { ...known.object, ...(request.patch!.value as object) },
        known,
      );
    const wanted = body!.metadata.resourceVersion;
    if (wanted !== undefined && wanted !== String(known.rv)) return failure(409, 'Conflict');
    return this.commit(ctx, resource, namespace, name, body!, known);
  }

  private listAnswer(resource: string, namespace: string): ApiResponse {
    const versions = this.all(resource).filter((v) => namespace === '' || v.object.metadata.namespace === namespace);
    const rv = this.rv.get();
    return {
      code: 200,
      list: { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: String(rv) }, versions },
      rv,
      record: 0,
    };
  }

  private commit(
    ctx: WorldContext,
    resource: string,
    namespace: string,
    name: string,
    body: KubeObject,
    before?: Version,
  ): ApiResponse {
    const rv = this.rv.get() + 1;
    this.rv.set(rv);
    const obj = ctx.objects.id(resource, namespace, name);
    const uid = before?.object.metadata.uid ?? `uid-${rv}`;
    const metadata = { ...body.metadata, name, namespace, uid, resourceVersion: String(rv) };
    const record = ctx.record(RecordKind.write, this.id, obj, before ? 1 : 0, rv, 0);
    const version: Version = { obj, rv, hash: rv, record, object: { ...body, metadata } };
    this.objects.set(`${resource}/${namespace}/${name}`, version);
    this.publish(ctx, resource, { rv, type: before ? 'MODIFIED' : 'ADDED', now: version, before });
    return { code: before ? 200 : 201, version, rv, record };
  }

  private remove(ctx: WorldContext, key: string, resource: string, known: Version): ApiResponse {
    const rv = this.rv.get() + 1;
    this.rv.set(rv);
    this.objects.delete(key);
    const record = ctx.record(RecordKind.write, this.id, known.obj, 2, rv, 0);
    this.publish(ctx, resource, { rv, type: 'DELETED', now: { ...known, rv, record }, before: known });
    return { code: 200, rv, record };
  }

  private publish(ctx: WorldContext, resource: string, entry: WatchEntry): void {
    this.history.push({ resource, entry });
    this.watches.forEach(({ spec, reply }) => {
      if (spec.resource !== resource) return;
      ctx.schedule(this.latencyUs, reply.handler, reply.token, 0, WHY.link, { entries: [entry] });
    });
  }
}

export const request = (verb: ApiRequest['verb'], resource: string, name: string, body?: object): ApiRequest => ({
  verb,
  resource,
  namespace: 'default',
  name,
  user: 'kubernetes-admin',
  agent: 'test',
  body: verb === 'get' || verb === 'delete' ? undefined : ({ metadata: {}, ...body } as KubeObject),
});
