import type {
  ApiRequest,
  ApiResponse,
  Cell,
  Component,
  ComponentId,
  Containers,
  EndpointId,
  EtcdAnswer,
  EtcdAnswers,
  EtcdWatchResponse,
  FetchedEntries,
  HandlerId,
  HandlerSpec,
  KubeObject,
  ReplyTo,
  Revision,
  TimeUs,
  Version,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { SECOND_US, WHY } from '../contracts/index.ts';
import { isOpen } from './admission/namespaceLifecycle.ts';
import { BootstrapObjects } from './bootstrap.ts';
import { Compactor } from './compactor.ts';
import { decodeBody } from './decode.ts';
import type { Envelope } from './envelope.ts';
import { EVENT_TTL_S, type PipelineEnv } from './model.ts';
import { EventLeases } from './replica/eventLeases.ts';
import { CacheFeed, EVENTS } from './replica/feed.ts';
import type { ReplicaOptions } from './replica/options.ts';
import { Pace } from './replica/pace.ts';
import { ReplicaProcess } from './replica/process.ts';
import { REQUEST_TIMEOUT_US, RequestsUnderWay } from './replica/requests.ts';
import { isRenewal, RESET_US, ReplicaWatches } from './replica/watches.ts';
import type { RequestObserver } from './requestObserver.ts';
import { updateWith } from './transforms/index.ts';
import type { WatchCache } from './watchCache.ts';
import type { Watcher } from './watchers.ts';

/** Back-off before a replica reads everything from etcd again. */
const RESYNC_US = SECOND_US;
/** A read of everything that is not answered by then goes to another member. */
const SYNC_TIMEOUT_US = 10 * SECOND_US;

/** One kube-apiserver: requests under way, a watch cache fed by etcd, and the watches of clients. Here: the life of its process. */
export class ApiServerReplica implements Component {
  readonly name: string;
  readonly cache: WatchCache;
  private readonly options: ReplicaOptions;
  private readonly process: ReplicaProcess;
  private readonly requests: RequestsUnderWay;
  private readonly watches: ReplicaWatches;
  private readonly feed: CacheFeed;
  private readonly leases: EventLeases;
  /** Who waits for leases of Events beside the requests here. Set at build. */
  onEventLease: ((ctx: WorldContext, answer: EtcdAnswer) => void) | undefined;
  private readonly pace: Pace;
  private readonly bootstrap: BootstrapObjects;
  private readonly compactor: Compactor;
  private etcdWatch!: Cell<number>;
  private syncs!: Cell<number>;
  private loadedAttempt!: Cell<number>;
  private loadedHandler: HandlerId = 0;
  private changedHandler: HandlerId = 0;
  private resyncHandler: HandlerId = 0;
  private ownHandler: HandlerId = 0;

  constructor(options: ReplicaOptions) {
    this.options = options;
    this.process = new ReplicaProcess(options);
    this.name = this.process.name;
    this.cache = this.process.cache;
    this.watches = new ReplicaWatches(this.process);
    this.feed = new CacheFeed(this.process, this.watches, {
      isAnyWaiting: () => this.requests.isAnyWaiting,
      wake: (ctx) => this.requests.wake(ctx),
    });
    this.leases = new EventLeases(this.process);
    this.requests = new RequestsUnderWay(this.process, this.leases, this.feed);
    this.pace = new Pace(options, this.name);
    this.bootstrap = new BootstrapObjects();
    this.compactor = new Compactor(options.etcd, options.endpointOf, options.index);
  }

  init(c: Containers, _id: ComponentId): void {
    this.process.init(c);
    this.requests.init(c);
    this.leases.init(c);
    this.feed.init(c);
    this.pace.init(c);
    this.etcdWatch = c.cell('etcdWatch', 0, { volatile: true });
    this.syncs = c.cell('syncs', 0);
    this.loadedAttempt = c.cell('loadedAttempt', 0, { volatile: true });
    this.cache.init(c);
    this.watches.init(c);
    this.bootstrap.init(c);
    this.compactor.init(c);
  }

  handlers(): readonly HandlerSpec[] {
    const { requests, watches } = this;
    const run = (work: (ctx: WorldContext, a: number, b: number, payload: unknown) => void) => {
      return (ctx: WorldContext, a: number, b: number, payload: unknown) => {
        this.turnTo(ctx);
        work(ctx, a, b, payload);
      };
    };
    return [
      {
        name: 'stored',
        run: run((ctx, a, b, payload) => {
          if (b === 0) requests.stored(ctx, a, payload as EtcdAnswer);
          else requests.storedTogether(ctx, payload as EtcdAnswers);
        }),
      },
      { name: 'loaded', run: run((ctx, a, _b, payload) => this.loaded(ctx, a, payload as EtcdAnswer)) },
      { name: 'changed', run: run((ctx, a, _b, payload) => this.changed(ctx, a, payload as EtcdWatchResponse)) },
      { name: 'sweep', run: run((ctx) => requests.sweep(ctx)) },
      { name: 'bookmarks', run: run((ctx) => watches.bookmarks(ctx)) },
      { name: 'watchEnd', run: run((ctx, a) => watches.end(ctx, a)) },
      { name: 'resync', run: run((ctx, a) => this.resync(ctx, a)) },
      { name: 'own', run: run((ctx, _a, _b, payload) => this.bootstrapAnswered(ctx, payload as ApiResponse)) },
      { name: 'leased', run: run((ctx, _a, _b, payload) => this.leased(ctx, payload as EtcdAnswer)) },
      { name: 'compact', run: run((ctx) => this.compactor.tick(ctx)) },
      { name: 'compacted', run: run((ctx, a, _b, payload) => this.compactor.answered(ctx, a, payload as EtcdAnswer)) },
      // What it does is done anyway before the replica does anything else.
      { name: 'catchUp', skippable: true, run: run((ctx, again) => void (again === 1 && this.feed.triedAgain(ctx))) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    const [stored, loaded, changed, sweep, bookmarks, watchEnd, resync, own, leased, compact, compacted, catchUp] = ids;
    this.requests.registered(stored, sweep);
    this.watches.registered(watchEnd, bookmarks);
    this.leases.registered(leased);
    this.feed.registered(catchUp);
    this.compactor.registered(compact, compacted);
    this.loadedHandler = loaded;
    this.changedHandler = changed;
    this.resyncHandler = resync;
    this.ownHandler = own;
  }

  /** Begins the work of an event. */
  private turnTo(ctx: WorldContext): void {
    this.process.ctx = ctx;
    this.feed.catchUp(ctx);
  }

  // --- The process ---

  start(ctx: WorldContext): void {
    const { life } = this.process;
    this.process.ctx = ctx;
    life.set(life.get() + 1);
    this.sync(ctx);
    this.watches.start(ctx);
    this.compactor.start(ctx);
  }

  /** Connections break: callers of open requests and watches learn it as far as the network lets them. */
  crash(ctx: WorldContext): void {
    this.turnTo(ctx);
    this.handOver(ctx);
    this.requests.refuseAll(ctx, RESET_US);
    this.watches.reset(ctx);
  }

  /** Counts its processes. */
  get processes(): number {
    return this.process.life.get();
  }

  /** The etcd member that it talks to. */
  get etcdMember(): number {
    return this.process.member;
  }

  /** Reads everything from etcd. */
  private sync(ctx: WorldContext): void {
    const { endpoint, member } = this.process;
    const range = { op: 'range', key: '/registry/', rangeEnd: '/registry0' } as const;
    const attempt = this.syncs.get() + 1;
    this.syncs.set(attempt);
    this.options.etcd.range(ctx, endpoint, member, range, false, this.loadedHandler, attempt);
    ctx.schedule(SYNC_TIMEOUT_US, this.resyncHandler, attempt, 0, WHY.reflectorBackOff);
  }

  /** A read of everything that failed, or was not answered: the next member is asked. */
  private resync(ctx: WorldContext, attempt: number): void {
    if (attempt !== this.syncs.get() || this.loadedAttempt.get() === attempt) return;
    this.process.nextMember();
    this.sync(ctx);
  }

  private loaded(ctx: WorldContext, attempt: number, answer: EtcdAnswer): void {
    if (attempt !== this.syncs.get() || this.loadedAttempt.get() === attempt) return;
    if (!('results' in answer)) {
      ctx.schedule(RESYNC_US, this.resyncHandler, attempt, 0, WHY.reflectorBackOff);
      return;
    }
    this.loadedAttempt.set(attempt);
    const { etcd, hook } = this.options;
    const { endpoint, member, synced } = this.process;
    const [result] = answer.results;
    const kvs = result?.op === 'range' ? result.kvs : [];
    // What happened since the old watch ended is in no log: who came meanwhile has to begin again.
    this.watches.cutAll(ctx);
    const resourceOf = (key: string): string | undefined => {
      const resource = hook.resourceOf(key);
      return resource === EVENTS ? undefined : resource;
    };
    this.cache.load(kvs, resourceOf, answer.revision);
    const from = answer.revision + 1;
    this.etcdWatch.set(etcd.watch(ctx, endpoint, member, '', from, this.changedHandler, attempt));
    synced.set(true);
    this.requests.admitArrived(ctx);
    this.nextBootstrap(ctx);
  }

  private changed(ctx: WorldContext, attempt: number, response: EtcdWatchResponse): void {
    if (attempt !== this.loadedAttempt.get()) return;
    if (!response.canceled) {
      this.feed.changed(ctx, response);
      return;
    }
    if (!response.compactRevision) this.process.nextMember();
    this.watches.cutAll(ctx);
    this.sync(ctx);
  }

  private nextBootstrap(ctx: WorldContext): void {
    if (this.options.index !== 0) return;
    const request = this.bootstrap.next();
    if (!request) return;
    const reply = { handler: this.ownHandler, token: 0 };
    const deadlineUs = ctx.nowUs + REQUEST_TIMEOUT_US;
    this.receive(ctx, { from: this.process.endpoint, request, reply, deadlineUs }, 0);
  }

  private bootstrapAnswered(ctx: WorldContext, response: ApiResponse | undefined): void {
    this.bootstrap.answered(response);
    this.nextBootstrap(ctx);
  }

  // --- Requests ---

  /** A request has arrived; `workUs` of its way were the server's own time on it. */
  receive(ctx: WorldContext, envelope: Envelope, workUs: TimeUs): void {
    this.turnTo(ctx);
    this.requests.receive(ctx, envelope, workUs);
  }

  /** How long the server works on one request before it turns to the store. */
  workUs(ctx: WorldContext): TimeUs {
    return this.pace.workUs(ctx);
  }

  get inFlight(): number {
    return this.requests.size;
  }

  /** Who listens to requests now. */
  get listener(): RequestObserver | undefined {
    const { requestObserver } = this.options;
    return requestObserver?.isListening === false ? undefined : requestObserver;
  }

  // --- For writes that are computed in one step ---

  /** Can a write be computed here? What limits or observes requests is to see each. */
  get computesWrites(): boolean {
    const { throughput, requestObserver } = this.options;
    const seen = requestObserver === undefined || requestObserver.seesComputed === true;
    return this.process.synced.get() && throughput === undefined && seen;
  }

  /** What requests are done with; where a time and a uid are given, then and with it. */
  pipelineEnv(ctx: WorldContext, nowUs?: TimeUs, uid?: string): PipelineEnv {
    this.process.ctx = ctx;
    const { env } = this.process;
    if (nowUs === undefined || uid === undefined) return env;
    return Object.create(env, { nowUs: { value: nowUs }, uid: { value: () => uid } });
  }

  /** What a PUT makes of an object at a time, all the way through decoding, field ownership, admission and validation. */
  updated(ctx: WorldContext, request: ApiRequest, current: Version, nowUs: TimeUs): KubeObject | undefined {
    this.process.ctx = ctx;
    const env: PipelineEnv = Object.create(this.process.env, { nowUs: { value: nowUs } });
    const info = env.info(request.resource);
    const asked = info && decodeBody(request, info, current.object);
    if (!info || !asked || !('object' in asked)) return undefined;
    const outcome = updateWith(request, info, current, env, asked.object as KubeObject);
    return 'object' in outcome ? outcome.object : undefined;
  }

  /** The lease that an Event is put under which is handled at a time; 0 = one has to be asked for. */
  takeEventLease(handledUs: TimeUs): number {
    return this.leases.take(handledUs);
  }

  /** Asks for the next one, unless that is under way; `onEventLease` is told. */
  askEventLease(ctx: WorldContext): void {
    this.leases.ask(ctx, EVENT_TTL_S);
  }

  private leased(ctx: WorldContext, answer: EtcdAnswer): void {
    this.requests.leased(ctx, answer);
    this.onEventLease?.(ctx, answer);
  }

  /** Does admission let new objects into a namespace (NamespaceLifecycle)? */
  takesNewIn({ objects }: WorldContext, namespace: string): boolean {
    if (this.options.disabledPlugins.includes('NamespaceLifecycle')) return true;
    const found = this.cache.get(objects, 'namespaces', '', namespace);
    return found !== undefined && isOpen(found.object);
  }

  /** etcd wrote something in one step: whoever waits for it is to have it in time. */
  written(ctx: WorldContext, revision: Revision, resource: string): void {
    this.feed.written(ctx, revision, resource);
  }

  /** Takes up what has come by itself since the last time. */
  catchUp(ctx: WorldContext): void {
    this.feed.catchUp(ctx);
  }

  // --- Watches ---

  /** A client asks for a watch. */
  openWatch(ctx: WorldContext, id: number, from: EndpointId, reply: ReplyTo, spec: WatchSpec, fromRv: Revision): void {
    this.turnTo(ctx);
    this.watches.open(ctx, id, from, reply, spec, fromRv);
  }

  watcher(id: number): Watcher | undefined {
    return this.watches.get(id);
  }

  closeWatch(id: number): void {
    this.watches.close(id);
  }

  /** What has reached the client of a quiet watch by itself, and everything of that kind before a revision. */
  fetch(ctx: WorldContext, watch: number, fromRv: Revision, beforeRv: Revision): FetchedEntries {
    const watcher = this.watches.get(watch);
    const wayUs = watcher ? this.watches.fetchedWayUs(watcher) : -1;
    if (!watcher || wayUs < 0) return { entries: [], rv: fromRv };
    this.turnTo(ctx);
    return this.cache.until(watcher.spec.resource, fromRv, beforeRv, ctx.nowUs - wayUs, isRenewal);
  }

  /** Links will be cut, or the process ends: quiet watchers get what they could have fetched. */
  handOver(ctx: WorldContext): void {
    if (!this.options.links.isCalm) return;
    this.turnTo(ctx);
    this.watches.handOver(ctx);
  }
}
