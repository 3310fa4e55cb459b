import { allResources } from '../api/schema/index.ts';
import type {
  ApiRequest,
  ApiServers,
  Cell,
  Component,
  ComponentId,
  Containers,
  EndpointId,
  EntryObserver,
  EtcdCluster,
  FetchedEntries,
  HandlerId,
  HandlerSpec,
  IntMap,
  ReplyTo,
  Revision,
  TimeUs,
  Transport,
  WatchDelivery,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { MS_US, SECOND_US, WHY } from '../contracts/index.ts';
import type { Distribution } from '../engine/distributions.ts';
import { CommitHook } from './commitHook.ts';
import type { CommitObserver } from './commitObserver.ts';
import { recordEffects } from './effects.ts';
import type { Envelope } from './envelope.ts';
import { ComputedEvents } from './events/computed.ts';
import { DEFAULT_EPOCH_SECONDS } from './model.ts';
import { ComputedRenewals } from './renewals.ts';
import type { Throughput } from './replica/options.ts';
import { ApiServerReplica } from './replica.ts';
import type { RequestObserver } from './requestObserver.ts';
import { noAnswer, SharedState } from './shared.ts';

export interface ApiServersOptions {
  readonly replicas: number;
  readonly etcd: EtcdCluster;
  readonly transport: Transport;
  /** Unix time of t = 0; must be the world's. */
  readonly epochSeconds?: number;
  /** Name of the endpoint of a replica; default `apiserver-<i>`. */
  readonly endpointName?: (replica: number) => string;
  /** Time that a replica works on one request, besides links and etcd. */
  readonly work?: Distribution;
  /** --disable-admission-plugins, e.g. `ServiceAccount` where no controller makes the default account. */
  readonly disabledPlugins?: readonly string[];
  /** --feature-gates: those that are off although they are on by default. */
  readonly disabledFeatures?: readonly string[];
  /** Told of every committed version. */
  readonly observers?: readonly CommitObserver[];
  /** What each replica's machine sustains. Default: no limit. */
  readonly throughput?: Throughput;
  /** Told of the changes and the answer of every request. */
  readonly requestObserver?: RequestObserver;
  /** Compute renewals of node leases in one step where nothing stands in their way. Default true. */
  readonly computedRenewals?: boolean;
  /** Compute creates of Events in one step where nothing stands in their way. Default true. */
  readonly computedEvents?: boolean;
  /** Do writes of known shapes without frames. Default true. */
  readonly directWrites?: boolean;
  /** How long after a write a pod is kept as what differs from others of its template; -1 = never. Default 20 s. */
  readonly compactAfterUs?: TimeUs;
  /** Told of every watch entry that an informer applies. */
  readonly entryObserver?: EntryObserver;
}

/** Decoding, admission, validation and encoding of one request: model constant, within the SLO's figures for light load. */
const DEFAULT_WORK: Distribution = { kind: 'logNormal', p50Us: 500, p99Us: 3000 };
const DEFAULT_DEADLINE_US = 60 * SECOND_US;
/** A connection refused by a host that is up. */
const REFUSED_US = MS_US;
/** A connection that nobody accepts or refuses: client-go's dial timeout. */
const DIAL_TIMEOUT_US = 30 * SECOND_US;

interface WatchRequest {
  readonly id: number;
  readonly from: EndpointId;
  readonly reply: ReplyTo;
  readonly spec: WatchSpec;
  readonly fromRv: Revision;
}

/**
 * The door of all replicas. It outlives them: what arrives at a dead one is refused here. The replicas are components of
 * their own (`components` lists all in the order in which the world takes them).
 */
export class ApiServerGroup implements Component, ApiServers {
  readonly name = 'apiservers';
  readonly replicas: number;
  readonly servers: readonly ApiServerReplica[];
  readonly hook: CommitHook;
  readonly entryObserver: EntryObserver | undefined;
  readonly renewals: ComputedRenewals | undefined;
  private readonly computed: ComputedRenewals;
  readonly events: ComputedEvents | undefined;
  private readonly computedEvents: ComputedEvents;
  private readonly transport: Transport;
  private readonly shared: SharedState;
  private readonly names: readonly string[];
  private readonly etcd: EtcdCluster;
  private endpoints: readonly EndpointId[] = [];
  private watchCount!: Cell<number>;
  private watchReplicas!: IntMap;
  private id: ComponentId = 0;
  private requestHandler: HandlerId = 0;
  private watchHandler: HandlerId = 0;
  private stopHandler: HandlerId = 0;

  constructor(options: ApiServersOptions) {
    this.replicas = options.replicas;
    this.transport = options.transport;
    this.etcd = options.etcd;
    this.entryObserver = options.entryObserver;
    this.shared = new SharedState(options.transport);
    this.hook = new CommitHook(
      allResources(),
      () => this.id,
      [recordEffects, ...(options.observers ?? [])],
      options.compactAfterUs,
    );
    this.names = Array.from({ length: options.replicas }, (_, i) => options.endpointName?.(i) ?? `apiserver-${i}`);
    this.servers = this.names.map(
      (_, index) =>
        new ApiServerReplica({
          index,
          endpointOf: () => this.endpoints[index],
          etcd: options.etcd,
          links: options.transport,
          hook: this.hook,
          shared: this.shared,
          work: options.work ?? DEFAULT_WORK,
          epochSeconds: options.epochSeconds ?? DEFAULT_EPOCH_SECONDS,
          disabledPlugins: options.disabledPlugins ?? [],
          disabledFeatures: options.disabledFeatures,
          requestObserver: options.requestObserver,
          throughput: options.throughput,
          directWrites: options.directWrites,
        }),
    );
    const parts = {
      etcd: options.etcd,
      transport: options.transport,
      hook: this.hook,
      shared: this.shared,
      work: options.work ?? DEFAULT_WORK,
      epochSeconds: options.epochSeconds ?? DEFAULT_EPOCH_SECONDS,
      servers: () => this.servers,
      endpoint: (replica: number) => this.endpoints[replica],
      isUp: (ctx: WorldContext, replica: number) => this.isUp(ctx, replica),
    };
    this.computed = new ComputedRenewals(parts);
    this.computedEvents = new ComputedEvents(parts);
    this.etcd.keepCompact?.(this.computedEvents.compact);
    this.events = options.computedEvents === false ? undefined : this.computedEvents;
    this.renewals = options.computedRenewals === false ? undefined : this.computed;
  }

  /** To be given to the world in this order, after the network and etcd. */
  get components(): readonly Component[] {
    return [this, ...this.servers];
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.shared.init(c);
    this.computedEvents.init(c);
    this.watchCount = c.cell('watchCount', 0);
    this.watchReplicas = c.intMap('watchReplicas');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'request', run: (ctx, a, b, payload) => this.arrived(ctx, a, b, payload as Envelope) },
      { name: 'watch', run: (ctx, a, _b, payload) => this.watchArrived(ctx, a, payload as WatchRequest) },
      { name: 'stopWatch', run: (_ctx, a, b) => this.servers[a].closeWatch(b) },
      ...this.computed.handlers(),
      ...this.computedEvents.handlers(),
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.requestHandler, this.watchHandler, this.stopHandler] = ids;
    this.computed.registered(ids.slice(3, 4));
    this.computedEvents.registered(ids.slice(4));
    this.endpoints = this.names.map((name) => this.transport.endpoint(name));
    this.etcd.setCommitHook(this.hook.commit);
    this.etcd.computed?.beforeForgetting((revision) => {
      for (const server of this.servers) server.cache.beforeForgetting(revision);
    });
    this.etcd.computed?.beforeTrouble((ctx) => {
      for (const server of this.servers) server.catchUp(ctx);
    });
  }

  start(): void {}
  crash(): void {}

  endpoint(replica: number): EndpointId {
    return this.endpoints[replica];
  }

  submit(
    ctx: WorldContext,
    from: EndpointId,
    replica: number,
    request: ApiRequest,
    reply: ReplyTo,
    deadlineUs: TimeUs = DEFAULT_DEADLINE_US,
  ): void {
    const at = this.choose(ctx, from, replica);
    const envelope: Envelope = { from, request, reply, deadlineUs: ctx.nowUs + deadlineUs };
    const workUs = this.servers[at].workUs(ctx);
    const sent = this.transport.send(ctx, from, this.endpoints[at], this.requestHandler, at, workUs, envelope, workUs);
    if (!sent) noAnswer(ctx, envelope, ctx.nowUs + Math.min(deadlineUs, DIAL_TIMEOUT_US));
  }

  watch(
    ctx: WorldContext,
    from: EndpointId,
    replica: number,
    spec: WatchSpec,
    fromRv: Revision,
    reply: ReplyTo,
  ): number {
    const at = this.choose(ctx, from, replica);
    const id = this.watchCount.get();
    this.watchCount.set(id + 1);
    this.watchReplicas.set(id, at);
    const request: WatchRequest = { id, from, reply, spec, fromRv };
    if (!this.transport.send(ctx, from, this.endpoints[at], this.watchHandler, at, 0, request)) {
      this.unreachable(ctx, request, DIAL_TIMEOUT_US);
    }
    return id;
  }

  stopWatch(ctx: WorldContext, watch: number): void {
    const at = this.watchReplicas.get(watch);
    if (at === undefined) return;
    this.watchReplicas.delete(watch);
    const watcher = this.servers[at].watcher(watch);
    // The server learns it when the connection closes; nothing more is delivered either way.
    if (watcher) this.transport.send(ctx, watcher.from, this.endpoints[at], this.stopHandler, at, watch, undefined);
  }

  /** To be called before links are cut or worsened: see `ApiServerReplica.handOver`. */
  handOver(ctx: WorldContext): void {
    this.servers.forEach((server, at) => {
      if (this.isUp(ctx, at)) server.handOver(ctx);
    });
  }

  fetch(ctx: WorldContext, watch: number, fromRv: Revision, beforeRv: Revision): FetchedEntries {
    const at = this.watchReplicas.get(watch);
    if (at === undefined || !this.isUp(ctx, at)) return { entries: [], rv: fromRv };
    return this.servers[at].fetch(ctx, watch, fromRv, beforeRv);
  }

  private arrived(ctx: WorldContext, replica: number, workUs: TimeUs, envelope: Envelope): void {
    const server = this.servers[replica];
    if (this.isUp(ctx, replica)) server.receive(ctx, envelope, workUs);
    else this.shared.refuse(ctx, this.endpoints[replica], envelope, REFUSED_US);
  }

  private watchArrived(ctx: WorldContext, replica: number, request: WatchRequest): void {
    const { id, from, reply, spec, fromRv } = request;
    if (!this.watchReplicas.has(id)) return;
    if (this.isUp(ctx, replica)) this.servers[replica].openWatch(ctx, id, from, reply, spec, fromRv);
    else this.unreachable(ctx, request, REFUSED_US);
  }

  private unreachable(ctx: WorldContext, request: WatchRequest, afterUs: TimeUs): void {
    const ended: WatchDelivery = { entries: [], ended: 'unreachable' };
    ctx.schedule(afterUs, request.reply.handler, request.reply.token, 0, WHY.clientRetry, ended);
  }

  private isUp(ctx: WorldContext, replica: number): boolean {
    const id = ctx.components.find(this.servers[replica].name);
    return id !== undefined && ctx.components.isUp(id);
  }

  /** The load balancer: an endpoint keeps to one replica, the next one that is up. */
  private choose(ctx: WorldContext, from: EndpointId, replica: number): number {
    if (replica >= 0) return replica;
    const first = from % this.replicas;
    for (let i = 0; i < this.replicas; i++) {
      const at = (first + i) % this.replicas;
      if (this.isUp(ctx, at) && this.transport.reachable(from, this.endpoints[at])) return at;
    }
    return first;
  }
}
