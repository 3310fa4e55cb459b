import type {
  ApiResponse,
  Cell,
  Containers,
  EtcdAnswer,
  EtcdAnswers,
  HandlerId,
  IntSets,
  KubeObject,
  PagedTable,
  PutIf,
  Revision,
  RowCodec,
  TimeUs,
  WorldContext,
} from '../../contracts/index.ts';
import { SECOND_US, WHY } from '../../contracts/index.ts';
import { valueCodec } from '../../engine/values.ts';
import { DonePut } from '../../etcd/index.ts';
import type { Envelope } from '../envelope.ts';
import { etcdAnswer, etcdTxn } from '../etcdStore.ts';
import { keyOf } from '../keys.ts';
import type { StoreAnswer, StoreOp, StorePut } from '../model.ts';
import { begin, type Progress, resume, type Stack } from '../pipeline.ts';
import { admitByFlowControl, authenticate, authorize, isTrusted } from '../stages.ts';
import { timeout } from '../status.ts';
import { directAnswer, directWrite, generalWrite } from '../verbs/direct.ts';
import { StoredVersion } from '../version.ts';
import type { EventLeases } from './eventLeases.ts';
import type { CacheFeed } from './feed.ts';
import type { ReplicaProcess } from './process.ts';
import { directPut, putOf } from './puts.ts';

/**
 * arrived: not yet past authentication, flow control and authorization. direct: a put without frames is at the store. lease:
 * waits for a lease to put an Event under. storage: an operation is at the store. fresh: waits for the cache.
 */
type Stage = 'arrived' | 'direct' | 'lease' | 'storage' | 'fresh';

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

/** A row of a write without frames, as the general way would have it. */
function generalRow({ envelope, warnings, sinceUs }: Row, { value, expect }: PutIf): Row & { readonly op: StoreOp } {
  const { op, frame } = generalWrite(envelope.request, warnings, value as KubeObject, expect);
  return { envelope, stage: 'storage', sinceUs, stack: [frame], op, put: undefined, warnings: undefined, awaits: 0 };
}

/** Which of the two ways a write goes depends on the shapes that this process knows: the hash of the state must not. */
const ROWS: RowCodec<Row> = {
  encode: (row, w) => valueCodec.encode(row, w),
  decode: (r) => valueCodec.decode(r) as Row,
  hash: (row) => valueCodec.hash(row.put === undefined ? row : generalRow(row, row.put)),
};

/** --request-timeout */
export const REQUEST_TIMEOUT_US = 60 * SECOND_US;
/** apiserver storage/cacher watch_cache.go: how long a read waits for the cache. */
const FRESH_WAIT_US = 3 * SECOND_US;

/** A token of the store: the row, and above it the process that asked. */
const LIFE = 2 ** 21;
const LIVES = 1024;
const REPLICAS_MAX = 64;

const NO_FRAMES: Stack = [];

type StoreWrite = Extract<StoreOp, { op: 'put' | 'delete' }>;

/** A key that is never written: reading it tells the store's revision. */
const FRESH_KEY = '/registry/';

/** Requests under way at one replica, as rows of a stage machine. */
export class RequestsUnderWay {
  private readonly replica: ReplicaProcess;
  private readonly leases: EventLeases;
  private readonly feed: CacheFeed;
  /** May writes go without frames? */
  private readonly takesPuts: boolean;
  private rows!: PagedTable<Row>;
  private waiting!: IntSets;
  private sweepAtUs!: Cell<TimeUs>;
  private storedHandler: HandlerId = 0;
  private sweepHandler: HandlerId = 0;

  constructor(replica: ReplicaProcess, leases: EventLeases, feed: CacheFeed) {
    const { etcd, directWrites } = replica.options;
    this.replica = replica;
    this.leases = leases;
    this.feed = feed;
    this.takesPuts = etcd.putIf !== undefined && directWrites !== false;
  }

  init(c: Containers): void {
    this.rows = c.table<Row>('requests', { volatile: true, codec: ROWS });
    this.waiting = c.intSets('waiting', { volatile: true });
    this.sweepAtUs = c.cell<TimeUs>('sweepAtUs', 0, { volatile: true });
  }

  registered(stored: HandlerId, sweep: HandlerId): void {
    this.storedHandler = stored;
    this.sweepHandler = sweep;
  }

  get size(): number {
    return this.rows.size;
  }

  /** The token of a request for observers: replicas count their rows alike. */
  private told(slot: number): number {
    return slot * REPLICAS_MAX + this.replica.options.index;
  }

  private tokenOf(slot: number): number {
    return slot + (this.replica.life.get() % LIVES) * LIFE;
  }

  // --- Arrival ---

  /** A request has arrived; `workUs` of its way were the server's own time on it. */
  receive(ctx: WorldContext, envelope: Envelope, workUs: TimeUs): void {
    const { request } = envelope;
    const { options, env, synced } = this.replica;
    const isReady = synced.get();
    const isDirect = isReady && this.takesPuts && isTrusted(request);
    const write = isDirect ? directWrite(request, env) : undefined;
    const put = write && directPut(options.etcd, request, write);
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
    options.requestObserver?.received?.(ctx, this.told(slot), request, workUs);
    this.armSweep(ctx);
    if (put !== undefined) this.putAtStore(ctx, slot, put);
    else if (isReady) this.admit(ctx, slot);
  }

  /** The server is ready for those that have come so far. */
  admitArrived(ctx: WorldContext): void {
    const waiting: number[] = [];
    this.rows.forEach((row, slot) => {
      if (row.stage === 'arrived') waiting.push(slot);
    });
    for (const slot of waiting) this.admit(ctx, slot);
  }

  /** Stages before the work: each may answer. */
  private admit(ctx: WorldContext, slot: number): void {
    const row = this.rows.get(slot) as Row;
    const { request } = row.envelope;
    const { env } = this.replica;
    const refused = authenticate(request) ?? admitByFlowControl(request) ?? authorize(request, env);
    if (refused) this.answer(ctx, slot, refused);
    else this.proceed(ctx, slot, begin(request, env));
  }

  // --- To the store ---

  private putAtStore(ctx: WorldContext, slot: number, put: PutIf): void {
    const { endpoint, member, options } = this.replica;
    options.etcd.putIf?.(ctx, endpoint, member, put, this.storedHandler, this.tokenOf(slot));
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
    const { endpoint, member, options } = this.replica;
    if (op.op === 'fresh' || op.op === 'read') {
      const key = op.op === 'read' ? keyOf(op.target.resource, op.target.namespace, op.target.name) : FRESH_KEY;
      const range = { op: 'range', key, countOnly: op.op === 'fresh' } as const;
      options.etcd.range(ctx, endpoint, member, range, false, this.storedHandler, this.tokenOf(slot));
    } else if (op.op === 'put' && op.ttlSeconds !== undefined) {
      this.putLeased(ctx, slot, { ...row, op }, op, op.ttlSeconds);
    } else this.writeAtStore(ctx, slot, op);
  }

  private writeAtStore(ctx: WorldContext, slot: number, op: StoreWrite, lease = 0): void {
    const { endpoint, member, options } = this.replica;
    const { etcd } = options;
    if (op.op === 'put' && etcd.putIf !== undefined) this.putAtStore(ctx, slot, putOf(etcd, ctx.objects, op, lease));
    else etcd.txn(ctx, endpoint, member, etcdTxn(op, lease), this.storedHandler, this.tokenOf(slot));
  }

  /** A put of an object that expires: under the lease at hand, or a new one. */
  private putLeased(ctx: WorldContext, slot: number, row: Row, op: StorePut, ttlSeconds: number): void {
    const lease = this.leases.take(ctx.nowUs);
    if (lease === 0) {
      this.rows.set(slot, { ...row, stage: 'lease' });
      this.leases.ask(ctx, ttlSeconds);
      return;
    }
    this.rows.set(slot, row);
    this.writeAtStore(ctx, slot, op, lease);
  }

  /** A lease was granted, or was not. */
  leased(ctx: WorldContext, answer: EtcdAnswer): void {
    const waiting: [number, Row][] = [];
    this.rows.forEach((row, slot) => {
      if (row.stage === 'lease') waiting.push([slot, row]);
    });
    this.leases.answered(ctx, answer);
    for (const [slot, row] of waiting) {
      const op = row.op as StorePut;
      if ('error' in answer) this.resume(ctx, slot, row, { ok: false, error: answer });
      else this.putLeased(ctx, slot, { ...row, stage: 'storage' }, op, op.ttlSeconds ?? 0);
    }
  }

  // --- The store's answers ---

  storedTogether(ctx: WorldContext, { tokens, answers, causes }: EtcdAnswers): void {
    for (let i = 0; i < tokens.length; i++) {
      ctx.setCause(causes[i]);
      this.stored(ctx, tokens[i], answers[i]);
    }
  }

  stored(ctx: WorldContext, token: number, answer: EtcdAnswer): void {
    const slot = token % LIFE;
    const row = this.rows.get(slot);
    if (row === undefined || Math.floor(token / LIFE) !== this.replica.life.get() % LIVES) return;
    if (row.put !== undefined) this.directStored(ctx, slot, row, answer);
    else if (row.op !== undefined) this.storedFor(ctx, slot, row, row.op, answer);
  }

  /** The store has answered a write without frames. What is not plain goes on as the general way would have it. */
  private directStored(ctx: WorldContext, slot: number, row: Row, answer: EtcdAnswer): void {
    const { envelope, put, warnings } = row;
    const { request } = envelope;
    const { value, expect } = put as PutIf;
    if (answer instanceof DonePut) {
      const { requestObserver } = this.replica.options;
      if (requestObserver?.stored !== undefined) {
        const { op } = generalWrite(request, warnings, value as KubeObject, expect);
        requestObserver.stored(ctx, this.told(slot), request, op, answer.revision);
      }
      const stored = answer.kv.value;
      const version = stored instanceof StoredVersion ? stored : undefined;
      this.answer(ctx, slot, directAnswer(request, warnings, version, answer.revision));
      return;
    }
    const general = generalRow(row, put as PutIf);
    this.rows.set(slot, general);
    this.storedFor(ctx, slot, general, general.op, answer);
  }

  private storedFor(ctx: WorldContext, slot: number, row: Row, op: StoreOp, answer: EtcdAnswer): void {
    if ('error' in answer) {
      if (answer.code === 'Unavailable') this.replica.nextMember();
      this.resume(ctx, slot, row, { ok: false, error: answer });
    } else if ('results' in answer && op.op === 'fresh') {
      this.await(ctx, slot, { ...row, awaits: answer.revision });
    } else if ('results' in answer) {
      if (answer.succeeded && (op.op === 'put' || op.op === 'delete')) {
        const { request } = row.stack[row.stack.length - 1];
        this.replica.options.requestObserver?.stored?.(ctx, this.told(slot), request, op, answer.revision);
      }
      this.resume(ctx, slot, row, etcdAnswer(op, answer));
    }
  }

  private resume(ctx: WorldContext, slot: number, { stack }: Row, answer: StoreAnswer): void {
    this.proceed(ctx, slot, resume(stack, answer, this.replica.env));
  }

  // --- Reads that wait for the cache ---

  get isAnyWaiting(): boolean {
    return this.waiting.count(0) > 0;
  }

  /** Waits until the cache has reached a revision. */
  private await(ctx: WorldContext, slot: number, row: Row): void {
    this.rows.set(slot, { ...row, sinceUs: ctx.nowUs });
    if (this.replica.cache.rv >= row.awaits) {
      this.reached(ctx, slot);
      return;
    }
    this.waiting.add(0, slot);
    this.feed.planCatchUp(ctx, row.awaits);
    ctx.schedule(FRESH_WAIT_US, this.sweepHandler, 0, 0, WHY.watchCache);
  }

  /** The cache has gone on. */
  wake(ctx: WorldContext): void {
    if (this.waiting.count(0) === 0) return;
    for (const slot of [...this.waiting.members(0)]) {
      const row = this.rows.get(slot);
      if (row?.stage === 'fresh' && row.awaits && this.replica.cache.rv < row.awaits) continue;
      this.waiting.remove(0, slot);
      if (row?.stage === 'fresh' && row.awaits) this.reached(ctx, slot);
    }
  }

  private reached(ctx: WorldContext, slot: number): void {
    this.resume(ctx, slot, this.rows.get(slot) as Row, { ok: true, rv: this.replica.cache.rv });
  }

  // --- The end ---

  private answer(ctx: WorldContext, slot: number, response: ApiResponse): void {
    const { envelope } = this.rows.get(slot) as Row;
    const { options, endpoint } = this.replica;
    this.rows.free(slot);
    options.requestObserver?.answered?.(ctx, this.told(slot), envelope.request, response);
    if (response.record) ctx.setCause(response.record);
    options.shared.answer(ctx, endpoint, envelope, response);
  }

  /** The process is gone: callers learn it as far as the network lets them. */
  refuseAll(ctx: WorldContext, afterUs: TimeUs): void {
    const { options, endpoint } = this.replica;
    this.rows.forEach(({ envelope }) => {
      options.shared.refuse(ctx, endpoint, envelope, afterUs);
    });
  }

  /** One timer for all requests: the oldest deadline. */
  private armSweep(ctx: WorldContext): void {
    if (this.sweepAtUs.get() > ctx.nowUs) return;
    this.sweepAtUs.set(ctx.nowUs + REQUEST_TIMEOUT_US);
    ctx.schedule(REQUEST_TIMEOUT_US, this.sweepHandler, 0, 0, WHY.requestTimeout);
  }

  /** Answers those that have waited for too long. */
  sweep(ctx: WorldContext): void {
    const late: [number, Row][] = [];
    this.rows.forEach((row, slot) => {
      const limitUs = row.stage === 'fresh' && row.awaits ? FRESH_WAIT_US : REQUEST_TIMEOUT_US;
      if (ctx.nowUs - row.sinceUs >= limitUs) late.push([slot, row]);
    });
    for (const [slot, row] of late) {
      if (row.stage === 'fresh' && row.awaits)
        this.resume(ctx, slot, row, { ok: false, tooLarge: true, rv: this.replica.cache.rv });
      else this.answer(ctx, slot, timeout('request did not complete within the allotted timeout'));
    }
    if (this.rows.size > 0) this.armSweep(ctx);
  }
}
