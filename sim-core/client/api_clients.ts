import type {
  ApiRequest,
  ApiResponse,
  ApiServers,
  Cell,
  ComponentId,
  Containers,
  EndpointId,
  EventWrites,
  HandlerId,
  HandlerSpec,
  IntMap,
  PagedF64,
  PagedI32,
  PagedTable,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import { makeToken, type Part, prefixed, tokenIsOf, tokenSlot } from './parts.ts';
import { type RateLimit, takeToken } from './rate.ts';

/** One client: who speaks from where, and how fast it may speak. */
export interface ClientConfig {
  /** Stable name for its draws, e.g. `kube-controller-manager-0` or a node's name. */
  readonly host: string;
  readonly endpoint: EndpointId;
  readonly user: string;
  readonly groups?: readonly string[];
  /** User agent; the field manager is the part before the first `/`. */
  readonly agent: string;
  /** Client-side limit (rest.Config QPS and Burst). */
  readonly limit: RateLimit;
  /** How long the caller waits for one answer. Default 60 s, the server's --request-timeout. */
  readonly timeoutUs?: TimeUs;
  /** Always this replica (a kubelet or controller manager that talks to the API server beside it). Default: balanced. */
  readonly replica?: number;
}

export type ClientId = number;

/** A request before its client signs it. */
export type ClientRequest = Omit<ApiRequest, 'user' | 'agent' | 'groups'>;

/** Receives the answers of requests; `answer` is undefined when none came in time. Functions are wired at build, so that a
 * pending request refers to its receiver by number. */
export type AnswerSink = (ctx: WorldContext, token: number, answer: ApiResponse | undefined) => void;
export type SinkId = number;

interface Pending {
  readonly client: ClientId;
  readonly sink: SinkId;
  readonly token: number;
  readonly attempt: number;
  readonly request: ApiRequest;
}

/** Sink of requests that nobody waits for any more. */
const DROPPED = -1;
/** Sink of requests whose caller was told at its time-out that there is no answer. */
const EXPIRED = -2;
const DEFAULT_TIMEOUT_US = 60 * SECOND_US;
/** client-go rest/request.go: maxRetries of a request that is answered with Retry-After. */
const MAX_RETRIES = 10;
/** Draw purpose: the balancer's first choice for a host. */
const PURPOSE_BALANCE = 1;

/**
 * All API clients of one component: token buckets, replica choice, time-outs and Retry-After, as client-go's rest package.
 * A component with many hosts (the kubelets) opens one client (or several) per host. Clients are lost in a crash; a
 * component opens them anew in `start`.
 */
export class ApiClients implements Part {
  private readonly servers: ApiServers;
  private readonly name: string;
  private sinks: readonly AnswerSink[] = [];
  private clients!: PagedTable<ClientConfig>;
  private fullAtUs!: PagedF64;
  private pending!: PagedTable<Pending>;
  /** By slot of `pending`: the replica that it was sent to. */
  private sentTo!: PagedI32;
  /** endpoint -> replica that its connection is with. */
  private replicas!: IntMap;
  /** By slot of `pending`: the ticket of the time-out, for clients that set one. */
  private deadlines!: IntMap;
  private life!: Cell<number>;
  private answerHandler: HandlerId = 0;
  private sendHandler: HandlerId = 0;
  private retryHandler: HandlerId = 0;
  private deadlineHandler: HandlerId = 0;

  constructor(servers: ApiServers, name = 'clients') {
    this.servers = servers;
    this.name = name;
  }

  init(c: Containers, _id: ComponentId): void {
    const own = prefixed(c, this.name);
    this.clients = own.table('config', { volatile: true });
    this.fullAtUs = own.f64('bucket', { volatile: true });
    this.pending = own.table('pending', { volatile: true });
    this.sentTo = own.i32('sentTo', { volatile: true });
    this.replicas = own.intMap('replica', { volatile: true });
    this.deadlines = own.intMap('deadline', { volatile: true });
    this.life = own.cell('life', 0);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      {
        name: `${this.name}/answer`,
        run: (ctx, a, _b, payload) => this.answered(ctx, a, payload as ApiResponse | undefined),
      },
      {
        name: `${this.name}/send`,
        run: (ctx, a) => {
          if (this.isAlive(a)) this.send(ctx, tokenSlot(a));
        },
      },
      {
        name: `${this.name}/retry`,
        run: (ctx, a) => {
          if (this.isAlive(a)) this.throttle(ctx, tokenSlot(a));
        },
      },
      {
        name: `${this.name}/deadline`,
        run: (ctx, a) => {
          if (this.isAlive(a)) this.expire(ctx, tokenSlot(a));
        },
      },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.answerHandler, this.sendHandler, this.retryHandler, this.deadlineHandler] = ids;
  }

  /** Registers a receiver of answers; at build only. */
  sink(receive: AnswerSink): SinkId {
    this.sinks = [...this.sinks, receive];
    return this.sinks.length - 1;
  }

  /** A new process: answers to the former one are ignored from now on. Call first in the component's `start`. */
  start(): void {
    this.life.set(this.life.get() + 1);
  }

  open(config: ClientConfig): ClientId {
    const id = this.clients.alloc(config);
    this.fullAtUs.set(id, 0);
    return id;
  }

  /** Drops the requests of one client that wait for an answer: the process of one host died. Their slots stay taken until
   * the answer (or its absence) is known, so that a later request cannot be taken for them. */
  dropPending(client: ClientId): void {
    this.pending.forEach((row, slot) => {
      if (row.client === client) this.pending.set(slot, { ...row, sink: DROPPED });
    });
  }

  /** Forgets a client: its host is gone. */
  close(client: ClientId): void {
    this.dropPending(client);
    this.clients.free(client);
  }

  config(client: ClientId): ClientConfig {
    return this.clients.get(client)!;
  }

  /** Sends a request after the client's rate limit; the answer goes to the sink with the token. */
  request(ctx: WorldContext, client: ClientId, request: ClientRequest, sink: SinkId, token: number): void {
    this.requestSigned(ctx, client, this.signed(client, request), sink, token);
  }

  /** The same for one that is as its client signs it. */
  requestSigned(ctx: WorldContext, client: ClientId, request: ApiRequest, sink: SinkId, token: number): void {
    const row: Pending = { client, sink, token, attempt: 0, request };
    this.begin(ctx, this.pending.alloc(row), row);
  }

  /** The same for one whose turn under the rate limit has come. */
  requestNow(ctx: WorldContext, client: ClientId, request: ClientRequest, sink: SinkId, token: number): void {
    this.send(ctx, this.pending.alloc({ client, sink, token, attempt: 0, request: this.signed(client, request) }));
  }

  /** Creates of Events that the servers compute. */
  get events(): EventWrites | undefined {
    return this.servers.events;
  }

  /** A request that was sent by another way, and whose answer is lost: the sink learns it at the time-out. */
  awaitNothing(ctx: WorldContext, client: ClientId, request: ClientRequest, sink: SinkId, token: number): void {
    const slot = this.pending.alloc({ client, sink, token, attempt: 0, request: this.signed(client, request) });
    this.sentTo.set(slot, this.replica(ctx, client));
    const timeoutUs = this.config(client).timeoutUs ?? DEFAULT_TIMEOUT_US;
    ctx.schedule(timeoutUs, this.answerHandler, makeToken(slot, this.life.get()), 0, WHY.requestTimeout);
  }

  /** The request as its client sends it. */
  signed(client: ClientId, request: ClientRequest): ApiRequest {
    const { user, groups, agent } = this.config(client);
    return {
      verb: request.verb,
      resource: request.resource,
      subresource: request.subresource,
      namespace: request.namespace,
      name: request.name,
      user,
      groups,
      agent,
      options: request.options,
      body: request.body,
      patch: request.patch,
      accept: request.accept,
      apiVersion: request.apiVersion,
    };
  }

  /** The wait that the next request of this client would have; takes the token. For watches, which are no requests here. */
  take(client: ClientId, nowUs: TimeUs): TimeUs {
    return takeToken(this.fullAtUs, client, this.config(client).limit, nowUs);
  }

  /** The replica that requests of this client go to now. */
  replica(ctx: WorldContext, client: ClientId): number {
    const config = this.config(client);
    if (config.replica !== undefined) return config.replica;
    const known = this.replicas.get(config.endpoint);
    if (known !== undefined) return known;
    const first = ctx.draw(ctx.stream(`balancer/${config.host}`), PURPOSE_BALANCE, 0) % this.servers.replicas;
    this.replicas.set(config.endpoint, first);
    return first;
  }

  /** The connection failed: the load balancer gives the endpoint the next replica. */
  moveReplica(ctx: WorldContext, client: ClientId, from: number): void {
    const config = this.config(client);
    if (config.replica !== undefined || this.replica(ctx, client) !== from) return;
    this.replicas.set(config.endpoint, (from + 1) % this.servers.replicas);
  }

  /** Is a request of this process still open? */
  private isAlive(token: number): boolean {
    return tokenIsOf(token, this.life.get()) && this.pending.has(tokenSlot(token));
  }

  private throttle(ctx: WorldContext, slot: number): void {
    const row = this.openRow(ctx, slot);
    if (row !== undefined) this.begin(ctx, slot, row);
  }

  /** Sends a request now, or as soon as its client may. */
  private begin(ctx: WorldContext, slot: number, row: Pending): void {
    const config = this.config(row.client);
    const waitUs = takeToken(this.fullAtUs, row.client, config.limit, ctx.nowUs);
    if (waitUs === 0) this.submit(ctx, slot, row, config);
    else ctx.schedule(waitUs, this.sendHandler, makeToken(slot, this.life.get()), 0, WHY.clientRateLimit);
  }

  /** The request in a slot; one that nobody waits for any more is forgotten. */
  private openRow(ctx: WorldContext, slot: number): Pending | undefined {
    const row = this.pending.get(slot) as Pending;
    if (row.sink !== DROPPED) return row;
    // The slot is another request's from now on.
    this.endDeadline(ctx, slot);
    this.pending.free(slot);
    return undefined;
  }

  private send(ctx: WorldContext, slot: number): void {
    const row = this.openRow(ctx, slot);
    if (row !== undefined) this.submit(ctx, slot, row, this.config(row.client));
  }

  private submit(ctx: WorldContext, slot: number, row: Pending, config: ClientConfig): void {
    const reply = { handler: this.answerHandler, token: makeToken(slot, this.life.get()) };
    const replica = config.replica ?? this.replica(ctx, row.client);
    this.sentTo.set(slot, replica);
    const { timeoutUs } = config;
    // Without a time-out of its own a client waits as long as the server does.
    if (timeoutUs !== undefined) {
      const ticket = ctx.schedule(timeoutUs, this.deadlineHandler, reply.token, 0, WHY.requestTimeout);
      this.deadlines.set(slot, ticket);
    }
    this.servers.submit(ctx, config.endpoint, replica, row.request, reply, timeoutUs ?? DEFAULT_TIMEOUT_US);
  }

  /** The caller waits no longer; the answer, if one comes, finds nobody. */
  private expire(ctx: WorldContext, slot: number): void {
    const row = this.pending.get(slot)!;
    this.deadlines.delete(slot);
    if (row.sink === DROPPED) return;
    this.pending.set(slot, { ...row, sink: EXPIRED });
    this.sinks[row.sink](ctx, row.token, undefined);
  }

  private endDeadline(ctx: WorldContext, slot: number): void {
    const ticket = this.deadlines.get(slot);
    if (ticket === undefined) return;
    ctx.cancel(ticket);
    this.deadlines.delete(slot);
  }

  private answered(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    if (!this.isAlive(token)) return;
    const slot = tokenSlot(token);
    const row = this.openRow(ctx, slot);
    if (row === undefined) return;
    if (answer === undefined) this.moveReplica(ctx, row.client, this.sentTo.get(slot));
    if (row.sink === EXPIRED) {
      this.pending.free(slot);
      return;
    }
    this.endDeadline(ctx, slot);
    const retryUs = answer === undefined ? 0 : retryAfterUs(answer);
    if (retryUs > 0 && row.attempt < MAX_RETRIES) {
      this.pending.set(slot, { ...row, attempt: row.attempt + 1 });
      ctx.schedule(retryUs, this.retryHandler, token, 0, WHY.clientRetry);
      return;
    }
    this.pending.free(slot);
    this.sinks[row.sink](ctx, row.token, answer);
  }
}

/** 429 and 5xx with Retry-After are retried by the client itself (client-go rest/with_retry.go checkWait). */
function retryAfterUs(answer: ApiResponse): TimeUs {
  if (answer.code !== 429 && answer.code < 500) return 0;
  return (answer.status?.details?.retryAfterSeconds ?? 0) * SECOND_US;
}

/** True for an answer that client-go would return as an error, no answer at all included. */
export function isError(answer: ApiResponse | undefined): boolean {
  return answer === undefined || answer.code >= 400;
}
