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
  EtcdCluster,
  EtcdEvent,
  EtcdWatchResponse,
  FetchedEntries,
  HandlerId,
  HandlerSpec,
  IntSets,
  KubeObject,
  PagedTable,
  PutIf,
  ReplyTo,
  Revision,
  TimeUs,
  Transport,
  Version,
  WatchDelivery,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { MS_US, SECOND_US, WHY } from '../contracts/index.ts';
import { type Distribution, sampleUs } from '../engine/distributions.ts';
import { NamedStream } from '../engine/draws.ts';
import { DonePut } from '../etcd/index.ts';
import { isOpen } from './admission/namespaceLifecycle.ts';
import { BootstrapObjects } from './bootstrap.ts';
import type { CommitHook } from './commitHook.ts';
import { Compactor } from './compactor.ts';
import { decodeBody } from './decode.ts';
import { customInfo } from './definitions.ts';
import { etcdAnswer, etcdTxn } from './etcdStore.ts';
import { entryOf, isEvents, UncachedEvents } from './events/uncached.ts';
import { keyOf, storageResource } from './keys.ts';
import type { PipelineEnv, StoreAnswer, StoreOp } from './model.ts';
import { Outbox } from './outbox.ts';
import { begin, type Progress, resume, type Stack } from './pipeline.ts';
import { RenewedVersion } from './renewedVersion.ts';
import type { SharedState } from './shared.ts';
import { admitByFlowControl, authenticate, authorize, isTrusted } from './stages.ts';
import { timeout } from './status.ts';
import { updateWith } from './transforms/index.ts';
import { type DirectWrite, directAnswer, directWrite, generalWrite } from './verbs/direct.ts';
import { StoredVersion } from './version.ts';
import { WatchCache } from './watchCache.ts';
import { type Watcher, Watchers, type WatchSink } from './watchers.ts';

/** A request on its way to a replica. */
export interface Envelope {
  readonly from: EndpointId;
  readonly request: ApiRequest;
  readonly reply: ReplyTo;
  /** When the caller gives up. */
  readonly deadlineUs: TimeUs;
}

/** arrived: not yet past authentication, flow control and authorization. direct: a put without frames is at the store. */
export type Stage = 'arrived' | 'direct' | 'lease' | 'storage' | 'fresh';

/** A request under way at a replica. */
interface Row {
  readonly envelope: Envelope;
  readonly stage: Stage;
  readonly sinceUs: TimeUs;
  readonly stack: Stack;
  /** What the answer of the store is about. */
  readonly op: StoreOp | undefined;
  /** direct: the same. */
  readonly put: PutIf | undefined;
  readonly warnings: readonly string[] | undefined;
  /** fresh: the revision that the cache must reach; 0 while it is asked for. */
  readonly awaits: Revision;
}

/** The lease that Events are put under, for a minute or a thousand of them. */
interface EventLease {
  readonly id: number;
  readonly untilUs: TimeUs;
  readonly count: number;
}

const NO_LEASE: EventLease = { id: 0, untilUs: 0, count: 0 };
/** A lease is asked for and not yet granted. */
const LEASE_ASKED = -1;
const LEASE_OBJECTS = 1000;
const LEASE_REUSE_US = 60 * SECOND_US;
const LEASE_WAIT_US = 10 * SECOND_US;

/**
 * Told what requests do, for recordings and comparisons; it must not change anything. `token` is the same for all calls of one
 * request and free for the next one after `answered`.
 */
export interface RequestObserver {
  /** It may be told of a renewal that is computed in one step at its call and at its commit. Without it none is computed. */
  readonly seesComputed?: boolean;
  /** False = nobody listens now. */
  readonly isListening?: boolean;
  /** It arrived, after `workUs` of the server's own time on it (decoding, admission, encoding), which the way there includes. */
  received?(ctx: WorldContext, token: number, request: ApiRequest, workUs: TimeUs): void;
  /** The store took a change of the request: the key and the revision of the change. */
  stored?(ctx: WorldContext, token: number, request: ApiRequest, op: StoreOp, rv: Revision): void;
  answered?(ctx: WorldContext, token: number, request: ApiRequest, response: ApiResponse): void;
}

/** What the machine of a replica sustains: so many requests at once and then so many a second; others wait for their turn. */
export interface Throughput {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface ReplicaOptions {
  readonly index: number;
  readonly endpointOf: () => EndpointId;
  readonly etcd: EtcdCluster;
  readonly links: Transport;
  readonly hook: CommitHook;
  readonly shared: SharedState;
  readonly work: Distribution;
  readonly epochSeconds: number;
  readonly disabledPlugins: readonly string[];
  readonly disabledFeatures?: readonly string[];
  readonly requestObserver?: RequestObserver;
  readonly throughput?: Throughput;
  readonly directWrites?: boolean;
}

/** apiserver storage/cacher watch_cache.go: how long a read waits for the cache. */
const FRESH_WAIT_US = 3 * SECOND_US;
/** --request-timeout */
const REQUEST_TIMEOUT_US = 60 * SECOND_US;
const BOOKMARK_US = 60 * SECOND_US;
/** --min-request-timeout: a watch is closed after this, up to twice. */
const WATCH_MIN_US = 1800 * SECOND_US;
/** client-go's http2 health check: a connection that gives nothing for 30 s is pinged, and dropped 15 s later. */
const DEAD_CONNECTION_US = 45 * SECOND_US;
/** Time in which a closed connection shows at the client of a process that died. */
const RESET_US = MS_US;
/** Back-off before a replica reads everything from etcd again. */
const RESYNC_US = SECOND_US;
/** A read of everything that is not answered by then goes to another member. */
const SYNC_TIMEOUT_US = 10 * SECOND_US;

const PURPOSE = { work: 0, watchEnd: 1 } as const;
const LIFE = 2 ** 21;
const REPLICAS_MAX = 64;

/** One kube-apiserver: requests as rows of a stage machine, a watch cache fed by etcd, and the watches of clients. */
export class ApiServerReplica implements Component, WatchSink {
  readonly name: string;
  readonly cache: WatchCache;
  private readonly events: UncachedEvents;
  private readonly options: ReplicaOptions;
  private readonly watchers: Watchers;
  private readonly bootstrap: BootstrapObjects;
  private readonly compactor: Compactor;
  private readonly env: PipelineEnv;
  /** May writes go without frames? */
  private readonly takesPuts: boolean;
  private rows!: PagedTable<Row>;
  private waiting!: IntSets;
  private life!: Cell<number>;
  private synced!: Cell<boolean>;
  private etcdWatch!: Cell<number>;
  private lease!: Cell<EventLease>;
  private shift!: Cell<number>;
  private syncs!: Cell<number>;
  private loadedAttempt!: Cell<number>;
  private served!: Cell<number>;
  /** When the last response of etcd's watch came. */
  private changedUs!: Cell<TimeUs>;
  private freeAtUs!: Cell<TimeUs>;
  private sweepAtUs!: Cell<TimeUs>;
  private handlersById: readonly HandlerId[] = [];
  private readonly workStream: NamedStream;
  private readonly outbox: Outbox;
  /** The context of the event at hand. */
  private ctx!: WorldContext;

  constructor(options: ReplicaOptions) {
    this.options = options;
    this.name = `apiserver-${options.index}`;
    this.workStream = new NamedStream(`work/${this.name}`);
    this.events = new UncachedEvents(options.etcd.history);
    this.cache = new WatchCache(options.shared.resources, options.etcd.computed);
    this.watchers = new Watchers((spec) => options.shared.selection(spec), options.shared.resources);
    this.outbox = new Outbox(options.links);
    this.bootstrap = new BootstrapObjects();
    this.compactor = new Compactor(options.etcd, options.endpointOf, options.index);
    this.env = this.makeEnv();
    this.takesPuts = options.etcd.putIf !== undefined && options.directWrites !== false;
  }

  init(c: Containers, _id: ComponentId): void {
    this.rows = c.table<Row>('requests', { volatile: true });
    this.waiting = c.intSets('waiting', { volatile: true });
    this.life = c.cell('life', 0);
    this.synced = c.cell<boolean>('synced', false, { volatile: true });
    this.etcdWatch = c.cell('etcdWatch', 0, { volatile: true });
    this.lease = c.cell<EventLease>('lease', NO_LEASE, { volatile: true });
    this.shift = c.cell('memberShift', 0, { volatile: true });
    this.syncs = c.cell('syncs', 0);
    this.loadedAttempt = c.cell('loadedAttempt', 0, { volatile: true });
    this.served = c.cell('served', 0);
    this.changedUs = c.cell<TimeUs>('changedUs', 0, { volatile: true });
    this.freeAtUs = c.cell<TimeUs>('freeAtUs', 0);
    this.sweepAtUs = c.cell<TimeUs>('sweepAtUs', 0, { volatile: true });
    this.cache.init(c);
    this.watchers.init(c, this.cache.nodeNames);
    this.bootstrap.init(c);
    this.compactor.init(c);
  }

  handlers(): readonly HandlerSpec[] {
    const run = (work: (ctx: WorldContext, a: number, b: number, payload: unknown) => void) => {
      return (ctx: WorldContext, a: number, b: number, payload: unknown) => {
        this.ctx = ctx;
        this.catchUp(ctx);
        work(ctx, a, b, payload);
      };
    };
    return [
      {
        name: 'stored',
        run: run((ctx, a, b, payload) => {
          if (b === 0) this.stored(ctx, a, payload as EtcdAnswer);
          else this.storedTogether(ctx, payload as EtcdAnswers);
        }),
      },
      { name: 'loaded', run: run((ctx, a, _b, payload) => this.loaded(ctx, a, payload as EtcdAnswer)) },
      { name: 'changed', run: run((ctx, a, _b, payload) => this.changed(ctx, a, payload as EtcdWatchResponse)) },
      { name: 'sweep', run: run((ctx) => this.sweep(ctx)) },
      { name: 'bookmarks', run: run((ctx) => this.bookmarks(ctx)) },
      { name: 'watchEnd', run: run((ctx, a) => this.endWatch(ctx, a, 'closed')) },
      { name: 'resync', run: run((ctx, a) => this.resync(ctx, a)) },
      { name: 'own', run: run((ctx, _a, _b, payload) => this.bootstrapAnswered(ctx, payload as ApiResponse)) },
      { name: 'leased', run: run((ctx, _a, _b, payload) => this.leased(ctx, payload as EtcdAnswer)) },
      { name: 'compact', run: run((ctx) => this.compactor.tick(ctx)) },
      { name: 'compacted', run: run((ctx, a, _b, payload) => this.compactor.answered(ctx, a, payload as EtcdAnswer)) },
      // What it does is done anyway before the replica does anything else.
      { name: 'catchUp', skippable: true, run: run(() => {}) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.handlersById = ids;
    this.compactor.registered(ids[9], ids[10]);
  }

  start(ctx: WorldContext): void {
    this.ctx = ctx;
    this.life.set(this.life.get() + 1);
    this.sync(ctx);
    ctx.schedule(BOOKMARK_US, this.handlersById[4], 0, 0, WHY.watchBookmark);
    this.compactor.start(ctx);
  }

  /** Connections break: callers of open requests and watches learn it as far as the network lets them. */
  crash(ctx: WorldContext): void {
    this.ctx = ctx;
    this.catchUp(ctx);
    this.handOver(ctx);
    this.rows.forEach(({ envelope }) => {
      this.options.shared.refuse(ctx, this.endpoint, envelope, RESET_US);
    });
    this.watchers.forEach((watcher) => {
      this.cut(ctx, watcher, RESET_US);
    });
  }

  private get endpoint(): EndpointId {
    return this.options.endpointOf();
  }

  /** The token of a request for observers: replicas count their rows alike. */
  private told(slot: number): number {
    return slot * REPLICAS_MAX + this.options.index;
  }

  /** Counts its processes. */
  get processes(): number {
    return this.life.get();
  }

  /** What a PUT makes of an object at a time, all the way through decoding, field ownership, admission and validation. */
  updated(ctx: WorldContext, request: ApiRequest, current: Version, nowUs: TimeUs): KubeObject | undefined {
    this.ctx = ctx;
    const env: PipelineEnv = Object.create(this.env, { nowUs: { value: nowUs } });
    const info = env.info(request.resource);
    const asked = info && decodeBody(request, info, current.object);
    if (!info || !asked || !('object' in asked)) return undefined;
    const outcome = updateWith(request, info, current, env, asked.object as KubeObject);
    return 'object' in outcome ? outcome.object : undefined;
  }

  /** Who listens to requests now. */
  get listener(): RequestObserver | undefined {
    const { requestObserver } = this.options;
    return requestObserver?.isListening === false ? undefined : requestObserver;
  }

  /** What requests are done with; where a time and a uid are given, then and with it. */
  pipelineEnv(ctx: WorldContext, nowUs?: TimeUs, uid?: string): PipelineEnv {
    this.ctx = ctx;
    if (nowUs === undefined || uid === undefined) return this.env;
    return Object.create(this.env, { nowUs: { value: nowUs }, uid: { value: () => uid } });
  }

  /** The lease that an Event is put under which is handled at a time; 0 = one has to be asked for. */
  takeEventLease(handledUs: TimeUs): number {
    const { id, untilUs, count } = this.lease.get();
    if (id <= 0 || handledUs >= untilUs || count >= LEASE_OBJECTS) return 0;
    this.lease.set({ id, untilUs, count: count + 1 });
    return id;
  }

  /** Can a write be computed here? What limits or observes requests is to see each. */
  get computesWrites(): boolean {
    const { throughput, requestObserver } = this.options;
    const seen = requestObserver === undefined || requestObserver.seesComputed === true;
    return this.synced.get() && throughput === undefined && seen;
  }

  get inFlight(): number {
    return this.rows.size;
  }

  /** Does admission let new objects into a namespace (NamespaceLifecycle)? */
  takesNewIn({ objects }: WorldContext, namespace: string): boolean {
    if (this.options.disabledPlugins.includes('NamespaceLifecycle')) return true;
    const found = this.cache.get(objects, 'namespaces', '', namespace);
    return found !== undefined && isOpen(found.object);
  }

  // --- Requests ---

  /** A request has arrived; `workUs` of its way were the server's own time on it. */
  receive(ctx: WorldContext, envelope: Envelope, workUs: TimeUs): void {
    this.ctx = ctx;
    this.catchUp(ctx);
    const { request } = envelope;
    const isReady = this.synced.get();
    const isDirect = isReady && this.takesPuts && isTrusted(request);
    const write = isDirect ? directWrite(request, this.env) : undefined;
    const put = write && this.directPut(request, write);
    const slot = this.rows.alloc({
      envelope,
      stage: put === undefined ? 'arrived' : 'direct',
      sinceUs: ctx.nowUs,
      stack: NO_FRAMES,
      op: undefined,
      put,
      warnings: write?.warnings,
      awaits: 0,
    });
    this.options.requestObserver?.received?.(ctx, this.told(slot), request, workUs);
    this.armSweep(ctx);
    if (put !== undefined) this.putAtStore(ctx, slot, put);
    else if (isReady) this.admit(ctx, slot);
  }

  /** The put of a write without frames. The key of an object that is known is the store's own text. */
  private directPut(request: ApiRequest, { object, current }: DirectWrite): PutIf {
    const expect = current === undefined ? 0 : current.rv;
    const obj = current === undefined ? 0 : current.obj;
    const known = obj === 0 ? undefined : this.options.etcd.keyOf?.(obj);
    const key = known ?? keyOf(request.resource, request.namespace, object.metadata.name as string);
    return { kind: 'put', key, value: object, expect, lease: 0, obj, together: true };
  }

  private putAtStore(ctx: WorldContext, slot: number, put: PutIf): void {
    const { etcd } = this.options;
    const token = slot + (this.life.get() % 1024) * LIFE;
    etcd.putIf?.(ctx, this.endpoint, this.member(), put, this.handlersById[0], token);
  }

  /** The store has answered a write without frames. What is not plain goes on as the general way would have it. */
  private directStored(ctx: WorldContext, slot: number, row: Row, answer: EtcdAnswer): void {
    const { envelope, put, warnings, sinceUs } = row;
    const { request } = envelope;
    const { value, expect } = put as PutIf;
    if (answer instanceof DonePut) {
      const { requestObserver } = this.options;
      if (requestObserver?.stored !== undefined) {
        const { op } = generalWrite(request, warnings, value as KubeObject, expect);
        requestObserver.stored(ctx, this.told(slot), request, op, answer.revision);
      }
      const stored = answer.kv.value;
      const version = stored instanceof StoredVersion ? stored : undefined;
      this.answer(ctx, slot, directAnswer(request, warnings, version, answer.revision));
      return;
    }
    const { op, frame } = generalWrite(request, warnings, value as KubeObject, expect);
    const general: Row = {
      envelope,
      stage: 'storage',
      sinceUs,
      stack: [frame],
      op,
      put: undefined,
      warnings: undefined,
      awaits: 0,
    };
    this.rows.set(slot, general);
    this.storedFor(ctx, slot, general, op, answer);
  }

  /** Stages before the work: each may answer. */
  private admit(ctx: WorldContext, slot: number): void {
    const row = this.rows.get(slot) as Row;
    const { request } = row.envelope;
    const refused = authenticate(request) ?? admitByFlowControl(request) ?? authorize(request, this.env);
    if (refused) this.answer(ctx, slot, refused);
    else this.proceed(ctx, slot, begin(request, this.env));
  }

  private proceed(ctx: WorldContext, slot: number, progress: Progress): void {
    if (progress.do === 'reply') {
      this.answer(ctx, slot, progress.response);
      return;
    }
    const { envelope } = this.rows.get(slot) as Row;
    const { op, stack } = progress;
    const stage = op.op === 'reach' || op.op === 'fresh' ? 'fresh' : 'storage';
    const awaits = op.op === 'reach' ? op.rv : 0;
    const sinceUs = ctx.nowUs;
    const row: Row = { envelope, stage, sinceUs, stack, op, put: undefined, warnings: undefined, awaits };
    if (op.op === 'reach') {
      this.await(ctx, slot, row);
      return;
    }
    this.rows.set(slot, row);
    const { etcd } = this.options;
    const { endpoint } = this;
    const token = slot + (this.life.get() % 1024) * LIFE;
    const stored = this.handlersById[0];
    const member = this.member();
    if (op.op === 'fresh' || op.op === 'read') {
      const key = op.op === 'read' ? keyOf(op.target.resource, op.target.namespace, op.target.name) : FRESH_KEY;
      etcd.range(ctx, endpoint, member, { op: 'range', key, countOnly: op.op === 'fresh' }, false, stored, token);
    } else if (op.op === 'put' && op.ttlSeconds !== undefined) {
      this.putLeased(ctx, slot, { ...row, op }, op.ttlSeconds);
    } else if (op.op === 'put' && etcd.putIf !== undefined) {
      etcd.putIf(ctx, endpoint, member, this.putOf(op), stored, token);
    } else {
      etcd.txn(ctx, endpoint, member, etcdTxn(op), stored, token);
    }
  }

  /** A write as a put. The key of an object that is known is the store's own text. */
  private putOf({ target, object, expect }: StoreOp & { op: 'put' }): PutIf {
    const { resource, namespace, name } = target;
    // As in a direct put: which of the two ways is taken depends on what this process has seen, the put must not.
    const obj = expect === 0 ? 0 : (this.ctx.objects.find(storageResource(resource), namespace, name) ?? 0);
    const known = obj === 0 ? undefined : this.options.etcd.keyOf?.(obj);
    const key = known ?? keyOf(resource, namespace, name);
    return { kind: 'put', key, value: object, expect, lease: 0, obj, together: true };
  }

  /** A put of an object that expires: under the lease at hand, or a new one (apiserver storage/etcd3/lease_manager.go). */
  private putLeased(ctx: WorldContext, slot: number, row: Row, ttlSeconds: number): void {
    const { etcd } = this.options;
    const { id, untilUs, count } = this.lease.get();
    if (id > 0 && ctx.nowUs < untilUs && count < LEASE_OBJECTS) {
      this.lease.set({ id, untilUs, count: count + 1 });
      this.rows.set(slot, row);
      const token = slot + (this.life.get() % 1024) * LIFE;
      const op = row.op as StoreOp & { op: 'put' };
      const stored = this.handlersById[0];
      if (etcd.putIf === undefined) etcd.txn(ctx, this.endpoint, this.member(), etcdTxn(op, id), stored, token);
      else etcd.putIf(ctx, this.endpoint, this.member(), { ...this.putOf(op), lease: id }, stored, token);
      return;
    }
    this.rows.set(slot, { ...row, stage: 'lease' });
    if (id === LEASE_ASKED && ctx.nowUs < untilUs) return;
    this.lease.set({ id: LEASE_ASKED, untilUs: ctx.nowUs + LEASE_WAIT_US, count: 0 });
    const ttl = ttlSeconds + LEASE_REUSE_US / SECOND_US;
    etcd.leaseGrant(ctx, this.endpoint, this.member(), ttl, this.handlersById[8], 0);
  }

  private leased(ctx: WorldContext, answer: EtcdAnswer): void {
    const waiting: [number, Row][] = [];
    this.rows.forEach((row, slot) => {
      if (row.stage === 'lease') waiting.push([slot, row]);
    });
    if ('lease' in answer) this.lease.set({ id: answer.lease, untilUs: ctx.nowUs + LEASE_REUSE_US, count: 0 });
    else this.lease.set(NO_LEASE);
    for (const [slot, row] of waiting) {
      if ('error' in answer) this.proceed(ctx, slot, resume(row.stack, { ok: false, error: answer }, this.env));
      else this.putLeased(ctx, slot, { ...row, stage: 'storage' }, (row.op as { ttlSeconds?: number }).ttlSeconds ?? 0);
    }
  }

  /** The etcd member that this replica talks to: the one beside it, another after a failure. */
  private member(): number {
    return this.etcdMember;
  }

  get etcdMember(): number {
    return (this.options.index + this.shift.get()) % this.options.etcd.members;
  }

  private nextMember(): void {
    this.shift.set((this.shift.get() + 1) % this.options.etcd.members);
  }

  private storedTogether(ctx: WorldContext, { tokens, answers, causes }: EtcdAnswers): void {
    for (let i = 0; i < tokens.length; i++) {
      ctx.setCause(causes[i]);
      this.stored(ctx, tokens[i], answers[i]);
    }
  }

  private stored(ctx: WorldContext, token: number, answer: EtcdAnswer): void {
    const slot = token % LIFE;
    const row = this.rows.get(slot);
    if (row === undefined || Math.floor(token / LIFE) !== this.life.get() % 1024) return;
    if (row.put !== undefined) this.directStored(ctx, slot, row, answer);
    else if (row.op !== undefined) this.storedFor(ctx, slot, row, row.op, answer);
  }

  private storedFor(ctx: WorldContext, slot: number, row: Row, op: StoreOp, answer: EtcdAnswer): void {
    if ('error' in answer) {
      if (answer.code === 'Unavailable') this.nextMember();
      this.proceed(ctx, slot, resume(row.stack, { ok: false, error: answer }, this.env));
    } else if ('results' in answer && op.op === 'fresh') {
      this.await(ctx, slot, { ...row, awaits: answer.revision });
    } else if ('results' in answer) {
      if (answer.succeeded && (op.op === 'put' || op.op === 'delete')) {
        const { request } = row.stack[row.stack.length - 1];
        this.options.requestObserver?.stored?.(ctx, this.told(slot), request, op, answer.revision);
      }
      this.proceed(ctx, slot, resume(row.stack, etcdAnswer(op, answer), this.env));
    }
  }

  /** Waits until the cache has reached a revision. */
  private await(ctx: WorldContext, slot: number, row: Row): void {
    this.rows.set(slot, { ...row, sinceUs: ctx.nowUs });
    if (this.cache.rv >= (row.awaits as Revision)) {
      this.reached(ctx, slot);
      return;
    }
    this.waiting.add(0, slot);
    this.planCatchUp(ctx, row.awaits as Revision);
    ctx.schedule(FRESH_WAIT_US, this.handlersById[3], 0, 0, WHY.watchCache);
  }

  private reached(ctx: WorldContext, slot: number): void {
    const row = this.rows.get(slot) as Row;
    this.proceed(ctx, slot, resume(row.stack, { ok: true, rv: this.cache.rv }, this.env));
  }

  private answer(ctx: WorldContext, slot: number, response: ApiResponse): void {
    const { envelope } = this.rows.get(slot) as Row;
    this.rows.free(slot);
    this.options.requestObserver?.answered?.(ctx, this.told(slot), envelope.request, response);
    if (response.record) ctx.setCause(response.record);
    this.options.shared.answer(ctx, this.endpoint, envelope, response);
  }

  /** One timer for all requests: the oldest deadline. */
  private armSweep(ctx: WorldContext): void {
    if (this.sweepAtUs.get() > ctx.nowUs) return;
    this.sweepAtUs.set(ctx.nowUs + REQUEST_TIMEOUT_US);
    ctx.schedule(REQUEST_TIMEOUT_US, this.handlersById[3], 0, 0, WHY.requestTimeout);
  }

  private sweep(ctx: WorldContext): void {
    const late: [number, Row][] = [];
    this.rows.forEach((row, slot) => {
      const limitUs = row.stage === 'fresh' && row.awaits ? FRESH_WAIT_US : REQUEST_TIMEOUT_US;
      if (ctx.nowUs - row.sinceUs >= limitUs) late.push([slot, row]);
    });
    for (const [slot, row] of late) {
      if (row.stage === 'fresh' && row.awaits) {
        const answer: StoreAnswer = { ok: false, tooLarge: true, rv: this.cache.rv };
        this.proceed(ctx, slot, resume(row.stack, answer, this.env));
      } else {
        this.answer(ctx, slot, timeout('request did not complete within the allotted timeout'));
      }
    }
    if (this.rows.size > 0) this.armSweep(ctx);
  }

  // --- The watch cache ---

  /** Reads everything from etcd. */
  private sync(ctx: WorldContext): void {
    const { etcd } = this.options;
    const { endpoint } = this;
    const range = { op: 'range', key: '/registry/', rangeEnd: '/registry0' } as const;
    const attempt = this.syncs.get() + 1;
    this.syncs.set(attempt);
    etcd.range(ctx, endpoint, this.member(), range, false, this.handlersById[1], attempt);
    ctx.schedule(SYNC_TIMEOUT_US, this.handlersById[6], attempt, 0, WHY.reflectorBackOff);
  }

  /** A read of everything that failed, or was not answered: the next member is asked. */
  private resync(ctx: WorldContext, attempt: number): void {
    if (attempt !== this.syncs.get() || this.loadedAttempt.get() === attempt) return;
    this.nextMember();
    this.sync(ctx);
  }

  private loaded(ctx: WorldContext, attempt: number, answer: EtcdAnswer): void {
    if (attempt !== this.syncs.get() || this.loadedAttempt.get() === attempt) return;
    if (!('results' in answer)) {
      ctx.schedule(RESYNC_US, this.handlersById[6], attempt, 0, WHY.reflectorBackOff);
      return;
    }
    this.loadedAttempt.set(attempt);
    const { etcd, hook } = this.options;
    const { endpoint } = this;
    const [result] = answer.results;
    const kvs = result?.op === 'range' ? result.kvs : [];
    // What happened since the old watch ended is in no log: who came meanwhile has to begin again.
    this.cutWatchers(ctx);
    const resourceOf = (key: string): string | undefined => {
      const resource = hook.resourceOf(key);
      return resource === EVENTS ? undefined : resource;
    };
    this.cache.load(kvs, resourceOf, answer.revision);
    const from = answer.revision + 1;
    const watch = etcd.watch(ctx, endpoint, this.member(), '', from, this.handlersById[2], attempt);
    this.etcdWatch.set(watch);
    this.synced.set(true);
    const waiting: number[] = [];
    this.rows.forEach((row, slot) => {
      if (row.stage === 'arrived') waiting.push(slot);
    });
    for (const slot of waiting) this.admit(ctx, slot);
    this.nextBootstrap(ctx);
  }

  private changed(ctx: WorldContext, attempt: number, response: EtcdWatchResponse): void {
    if (attempt !== this.loadedAttempt.get()) return;
    if (response.canceled) {
      if (!response.compactRevision) this.nextMember();
      this.cutWatchers(ctx);
      this.sync(ctx);
      return;
    }
    const { hook } = this.options;
    const { computed } = this.options.etcd;
    const seen = this.cache.rv;
    this.outbox.clear();
    this.changedUs.set(ctx.nowUs);
    for (const event of response.events) {
      if (event.kv.modRevision <= seen) continue;
      this.takeCompact(ctx, event.kv.modRevision);
      if (computed !== undefined && computed.timedAtUs(event.kv.modRevision) >= 0) {
        this.takeRenewed(ctx, event.kv.modRevision, ctx.nowUs);
        continue;
      }
      const { value } = event.kv;
      const resource = value instanceof StoredVersion ? ctx.objects.resource(value.obj) : hook.resourceOf(event.kv.key);
      if (resource === EVENTS) {
        this.takeEvent(ctx, event.kv.modRevision, event);
        continue;
      }
      const entry = resource === undefined ? undefined : this.cache.apply(event, resource, ctx.nowUs);
      this.cache.advance(event.kv.modRevision);
      if (!entry || resource === undefined) continue;
      ctx.setCause(event.record || entry.now.record);
      this.dispatch(ctx, resource, entry);
    }
    this.takeCompact(ctx, response.revision + 1);
    this.cache.advance(response.revision);
    this.outbox.flush(ctx);
    this.catchUp(ctx);
    this.wake(ctx);
  }

  /** Takes up what the answers of a watch leave out, below a revision. */
  private takeCompact(ctx: WorldContext, before: Revision): void {
    const { computed } = this.options.etcd;
    if (!computed) return;
    for (let revision = this.cache.rv + 1; revision < before; revision++) {
      const change = computed.at(revision);
      if (change?.isCompact) this.takeEvent(ctx, revision, change);
    }
  }

  // --- What etcd wrote in one step ---

  /** Takes up what has come by itself since the last time. */
  catchUp(ctx: WorldContext): void {
    const { computed } = this.options.etcd;
    if (!computed || !this.synced.get()) return;
    this.ctx = ctx;
    let rv = this.cache.rv + 1;
    let writtenUs = computed.atUs(rv);
    if (writtenUs < 0) return;
    const wayUs = computed.wayUs(this.member(), this.endpoint);
    if (wayUs < 0 || writtenUs + wayUs > ctx.nowUs) return;
    const { cause } = ctx;
    this.outbox.clear();
    const changedUs = this.changedUs.get();
    while (writtenUs >= 0 && writtenUs + wayUs <= ctx.nowUs) {
      if (computed.timedAtUs(rv) >= 0) this.takeRenewed(ctx, rv, Math.max(writtenUs + wayUs, changedUs));
      else this.takeEvent(ctx, rv, computed.at(rv) as EtcdEvent);
      rv = this.cache.rv + 1;
      writtenUs = computed.atUs(rv);
    }
    this.outbox.flush(ctx);
    ctx.setCause(cause);
    this.wake(ctx);
  }

  private takeRenewed(ctx: WorldContext, rv: Revision, atUs: TimeUs): void {
    this.cache.renew(rv, atUs);
    if (this.options.links.isCalm && !this.watchers.awaited(LEASES)) return;
    const entry = this.cache.lastRenewal();
    ctx.setCause(entry.now.record);
    this.dispatch(ctx, LEASES, entry);
  }

  /** Events are kept in the store alone. */
  private takeEvent(ctx: WorldContext, revision: Revision, event: EtcdEvent): void {
    this.cache.advance(revision);
    if (!this.watchers.awaited(EVENTS)) return;
    const entry = entryOf(event);
    if (entry === undefined) return;
    ctx.setCause(event.record || entry.now.record);
    this.dispatch(ctx, EVENTS, entry);
  }

  /** etcd wrote something in one step: whoever waits for it is to have it in time. */
  written(ctx: WorldContext, revision: Revision, resource: string): void {
    if (!this.synced.get()) return;
    const isSent = resource === LEASES && !this.options.links.isCalm;
    if (ctx.fireAllTimers || isSent || this.waiting.count(0) > 0 || this.watchers.awaited(resource))
      this.planCatchUp(ctx, revision);
  }

  private planCatchUp(ctx: WorldContext, revision: Revision): void {
    const { computed } = this.options.etcd;
    const writtenUs = computed?.atUs(revision) ?? -1;
    const wayUs = computed?.wayUs(this.member(), this.endpoint) ?? -1;
    if (writtenUs < 0 || wayUs < 0) return;
    ctx.scheduleAt(Math.max(writtenUs + wayUs, ctx.nowUs), this.handlersById[11], 0, 0, WHY.watchCache);
  }

  /** Is an entry left for those who fetch? While links are cut or worsened all are sent. */
  private isQuiet({ now }: WatchEntry): boolean {
    return now instanceof RenewedVersion && this.options.links.isCalm === true;
  }

  /** What has reached the client of a quiet watch by itself, and everything of that kind before a revision. */
  fetch(ctx: WorldContext, watch: number, fromRv: Revision, beforeRv: Revision): FetchedEntries {
    const { links } = this.options;
    const watcher = this.watchers.get(watch);
    const wayUs = watcher ? (links.calmUs?.(this.endpoint, watcher.from, 0x80000000) ?? -1) : -1;
    if (!watcher || !links.isCalm || wayUs < 0) return { entries: [], rv: fromRv };
    this.ctx = ctx;
    this.catchUp(ctx);
    return this.cache.until(watcher.spec.resource, fromRv, beforeRv, ctx.nowUs - wayUs, isRenewal);
  }

  /** Links will be cut, or the process ends: quiet watchers get what they could have fetched. */
  handOver(ctx: WorldContext): void {
    if (!this.options.links.isCalm) return;
    this.ctx = ctx;
    this.catchUp(ctx);
    this.watchers.forEach((watcher) => {
      if (!watcher.spec.quiet) return;
      const { handler, token } = watcher.reply;
      const entries = this.cache.recent(watcher.spec.resource, ctx.nowUs - UNFETCHED_US).filter(isRenewal);
      if (entries.length > 0) ctx.schedule(0, handler, token, 0, WHY.link, { entries });
    });
  }

  private wake(ctx: WorldContext): void {
    if (this.waiting.count(0) === 0) return;
    for (const slot of [...this.waiting.members(0)]) {
      const row = this.rows.get(slot);
      if (row?.stage === 'fresh' && row.awaits && this.cache.rv < row.awaits) continue;
      this.waiting.remove(0, slot);
      if (row?.stage === 'fresh' && row.awaits) this.reached(ctx, slot);
    }
  }

  // --- Watches ---

  /** Tells the watchers of the entry that the cache made last. */
  private dispatch(ctx: WorldContext, resource: string, entry: WatchEntry): void {
    this.watchers.dispatch(ctx, resource, entry, this.cache.node, this.cache.formerNode, this);
  }

  /** An entry for one watcher. */
  send(ctx: WorldContext, watcher: Watcher, seen: WatchEntry): void {
    if (watcher.spec.quiet && this.isQuiet(seen)) return;
    if (!this.outbox.send(ctx, this.endpoint, watcher, seen)) this.lose(ctx, watcher);
  }

  private deliver(ctx: WorldContext, watcher: Watcher, delivery: WatchDelivery): void {
    const { handler, token } = watcher.reply;
    if (!this.options.links.send(ctx, this.endpoint, watcher.from, handler, token, 0, delivery))
      this.lose(ctx, watcher);
  }

  /** Nothing gets through: both ends find the connection dead. */
  private lose(ctx: WorldContext, watcher: Watcher): void {
    this.watchers.close(watcher.id);
    this.cut(ctx, watcher, DEAD_CONNECTION_US);
  }

  private cut(ctx: WorldContext, watcher: Watcher, afterUs: TimeUs): void {
    const ended: WatchDelivery = { entries: [], ended: 'unreachable' };
    ctx.schedule(afterUs, watcher.reply.handler, watcher.reply.token, 0, WHY.clientRetry, ended);
  }

  private cutWatchers(ctx: WorldContext): void {
    this.watchers.forEach((watcher) => {
      this.cut(ctx, watcher, RESET_US);
    });
    this.dropWatchers();
  }

  private dropWatchers(): void {
    const ids: number[] = [];
    this.watchers.forEach(({ id }) => {
      ids.push(id);
    });
    for (const id of ids) this.watchers.close(id);
  }

  /** A client asks for a watch. */
  openWatch(ctx: WorldContext, id: number, from: EndpointId, reply: ReplyTo, spec: WatchSpec, fromRv: Revision): void {
    this.ctx = ctx;
    this.catchUp(ctx);
    const kept: WatchSpec = { ...spec, resource: storageResource(spec.resource) };
    const { resource } = kept;
    const missed = resource === EVENTS ? this.events.since(fromRv, this.cache.rv) : this.cache.since(resource, fromRv);
    if (!this.synced.get() || missed === 'expired') {
      const ended = missed === 'expired' && this.synced.get() ? 'expired' : 'closed';
      this.options.links.send(ctx, this.endpoint, from, reply.handler, reply.token, 0, { entries: [], ended });
      return;
    }
    const watcher = this.watchers.open(id, from, reply, kept, Math.max(fromRv, 0));
    const entries: WatchEntry[] = [];
    for (const entry of missed) {
      if (kept.quiet && this.isQuiet(entry)) continue;
      const seen = this.watchers.seen(watcher, entry);
      if (seen) entries.push(seen);
    }
    if (entries.length > 0) this.deliver(ctx, watcher, { entries });
    const { shared, index } = this.options;
    const draw = ctx.draw(ctx.stream(`watch-end/${this.name}`), PURPOSE.watchEnd, shared.count(`watch/${index}`));
    const lifeUs = WATCH_MIN_US + Math.floor((draw / 2 ** 32) * WATCH_MIN_US);
    ctx.schedule(lifeUs, this.handlersById[5], id, 0, WHY.requestTimeout);
  }

  watcher(id: number): Watcher | undefined {
    return this.watchers.get(id);
  }

  closeWatch(id: number): void {
    this.watchers.close(id);
  }

  private endWatch(ctx: WorldContext, id: number, ended: 'closed' | 'expired'): void {
    const watcher = this.watchers.close(id);
    if (!watcher) return;
    const { handler, token } = watcher.reply;
    this.options.links.send(ctx, this.endpoint, watcher.from, handler, token, 0, { entries: [], ended });
  }

  private bookmarks(ctx: WorldContext): void {
    ctx.schedule(BOOKMARK_US, this.handlersById[4], 0, 0, WHY.watchBookmark);
    if (!this.synced.get()) return;
    const delivery: WatchDelivery = { entries: [], bookmark: this.cache.rv };
    const all: Watcher[] = [];
    this.watchers.forEach((watcher) => {
      all.push(watcher);
    });
    for (const watcher of all) {
      if (!this.outbox.bookmark(ctx, this.endpoint, watcher, delivery)) this.lose(ctx, watcher);
    }
    this.outbox.flushBookmarks(ctx, this.cache.rv);
  }

  // --- Bootstrap objects ---

  private nextBootstrap(ctx: WorldContext): void {
    if (this.options.index !== 0) return;
    const request = this.bootstrap.next();
    if (!request) return;
    const { endpoint } = this;
    const reply = { handler: this.handlersById[7], token: 0 };
    this.receive(ctx, { from: endpoint, request, reply, deadlineUs: ctx.nowUs + REQUEST_TIMEOUT_US }, 0);
  }

  private bootstrapAnswered(ctx: WorldContext, response: ApiResponse | undefined): void {
    this.bootstrap.answered(response);
    this.nextBootstrap(ctx);
  }

  /** How long the server works on one request before it turns to the store. */
  workUs(ctx: WorldContext): TimeUs {
    const n = this.served.get();
    this.served.set(n + 1);
    return this.turnUs(ctx) + sampleUs(this.options.work, ctx.draw(this.workStream.key(ctx), PURPOSE.work, n));
  }

  /** How long a request waits while more come than the machine sustains (generic cell rate algorithm). */
  private turnUs(ctx: WorldContext): TimeUs {
    const { throughput } = this.options;
    if (!throughput) return 0;
    const intervalUs = Math.round(SECOND_US / throughput.requestsPerSecond);
    const freeAtUs = Math.max(this.freeAtUs.get(), ctx.nowUs) + intervalUs;
    this.freeAtUs.set(freeAtUs);
    return Math.max(0, freeAtUs - ctx.nowUs - throughput.burst * intervalUs);
  }

  private makeEnv(): PipelineEnv {
    const replica = this;
    const { shared } = this.options;
    const { cache, events } = this;
    const get = (resource: string, namespace: string, name: string) =>
      isEvents(resource)
        ? events.get(namespace, name, cache.rv)
        : cache.get(replica.ctx.objects, resource, namespace, name);
    return {
      get nowUs() {
        return replica.ctx.nowUs;
      },
      get cacheRv() {
        return replica.cache.rv;
      },
      epochSeconds: this.options.epochSeconds,
      disabledPlugins: this.options.disabledPlugins,
      disabledFeatures: this.options.disabledFeatures,
      get,
      holds: (version) => cache.holds(version),
      lastChange: (resource) => (isEvents(resource) ? undefined : cache.lastChange(resource)),
      list: (resource, namespace) =>
        isEvents(resource) ? events.list(namespace, cache.rv) : cache.list(resource, namespace),
      podsOnNode: (node) => replica.cache.podsOnNode(node),
      listAt: (resource, namespace, rv) =>
        isEvents(resource) ? events.listAt(namespace, rv, cache.rv) : cache.listAt(resource, namespace, rv),
      uid: (resource, namespace, name) => shared.uid(replica.ctx, resource, namespace, name),
      suffix: (namespace, generateName) => shared.suffix(replica.ctx, namespace, generateName),
      draw: (stream, n) => replica.ctx.draw(replica.ctx.stream(stream), 0, n),
      info: (resource) => shared.info(resource) ?? customInfo(get, resource),
    };
  }
}

const NO_FRAMES: Stack = [];

function isRenewal({ now }: WatchEntry): boolean {
  return now instanceof RenewedVersion;
}

const LEASES = 'leases.coordination.k8s.io';
const EVENTS = 'events';
/** Who fetches does so at least this often. */
const UNFETCHED_US = 10 * SECOND_US;

/** A key that is never written: reading it tells the store's revision. */
const FRESH_KEY = '/registry/';
