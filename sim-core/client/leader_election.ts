import type {
  ApiResponse,
  Cell,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  KubeObject,
  PagedI32,
  Ticket,
  TimeUs,
  WorldContext,
} from '../contracts/index.ts';
import { RecordKind, SECOND_US, WHY } from '../contracts/index.ts';
import { type ApiClients, type ClientId, isError, type SinkId } from './api_clients.ts';
import { type Part, prefixed } from './parts.ts';
import { jitterUs } from './rate.ts';
import { microTimestamp, type WallClock } from './wall_clock.ts';

/** Times of an election; the defaults are those of component-base/config/v1alpha1. */
export interface ElectionTimes {
  readonly leaseDurationUs: TimeUs;
  readonly renewDeadlineUs: TimeUs;
  readonly retryPeriodUs: TimeUs;
}

export const DEFAULT_ELECTION_TIMES: ElectionTimes = {
  leaseDurationUs: 15 * SECOND_US,
  renewDeadlineUs: 10 * SECOND_US,
  retryPeriodUs: 2 * SECOND_US,
};

export interface ElectionOptions {
  /** Name of the Lease, e.g. `kube-controller-manager`; also the election's name in the trace. */
  readonly lease: string;
  readonly namespace?: string;
  /** First part of the identity, before the `_` and a random UUID: the host's name. */
  readonly host: string;
  readonly clock: WallClock;
  readonly times?: ElectionTimes;
  /** The process is the leader from now on; the Lease is written. */
  onStartedLeading(ctx: WorldContext, identity: string): void;
  /** The lease could not be renewed in time. The real components exit. */
  onStoppedLeading(ctx: WorldContext, identity: string): void;
}

/** client-go tools/leaderelection: JitterFactor of the wait between tries to acquire. */
const JITTER_FACTOR = 1.2;
const PURPOSE_RETRY = 1;
const PURPOSE_IDENTITY = 2;

/** The part of a Lease's spec that the election compares (resourcelock.LeaderElectionRecord). */
interface LeaseRecord {
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly transitions: number;
}

interface ElectionState {
  readonly phase: 'stopped' | 'acquiring' | 'renewing';
  readonly identity: string;
  readonly client: ClientId;
  /** Last record seen, when this process saw it first, and the resource version to update from. */
  readonly observed?: LeaseRecord;
  readonly observedUs: TimeUs;
  readonly resourceVersion?: string;
  readonly uid?: string;
  /** The record that is being written. */
  readonly proposed?: LeaseRecord;
  /** Renewing: the ticket of the renew deadline. */
  readonly deadline: Ticket;
  readonly tries: number;
}

const STOPPED: ElectionState = Object.freeze({
  phase: 'stopped',
  identity: '',
  client: -1,
  observedUs: 0,
  deadline: 0,
  tries: 0,
});

/**
 * Leader election over a Lease, as client-go's LeaderElector: a candidate takes the lease when it has seen the same record
 * for the lease's duration on its own clock; the holder renews every retry period and gives up after the renew deadline.
 * The lease is not released at the end: a process that dies cannot, and kube-controller-manager does not on SIGTERM either.
 */
export class LeaderElector implements Part {
  private readonly clients: ApiClients;
  private readonly options: ElectionOptions;
  private readonly times: ElectionTimes;
  private readonly name: string;
  private readonly getSink: SinkId;
  private readonly writeSink: SinkId;
  private readonly renewSink: SinkId;
  private state!: Cell<ElectionState>;
  private life!: PagedI32;
  private actor: ComponentId = 0;
  private tryHandler: HandlerId = 0;
  private deadlineHandler: HandlerId = 0;

  constructor(clients: ApiClients, options: ElectionOptions, name = 'election') {
    this.clients = clients;
    this.options = options;
    this.times = options.times ?? DEFAULT_ELECTION_TIMES;
    this.name = name;
    this.getSink = clients.sink((ctx, life, answer) => this.ifAlive(life, () => this.got(ctx, answer)));
    this.writeSink = clients.sink((ctx, life, answer) => this.ifAlive(life, () => this.written(ctx, answer)));
    this.renewSink = clients.sink((ctx, life, answer) => this.ifAlive(life, () => this.renewed(ctx, answer)));
  }

  init(c: Containers, id: ComponentId): void {
    const own = prefixed(c, this.name);
    this.actor = id;
    this.state = own.cell<ElectionState>('state', STOPPED, { volatile: true });
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: `${this.name}/try`, run: (ctx, life) => this.ifAlive(life, () => this.tryAcquireOrRenew(ctx)) },
      { name: `${this.name}/deadline`, run: (ctx, life) => this.ifAlive(life, () => this.deadlinePassed(ctx)) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.tryHandler, this.deadlineHandler] = ids;
  }

  /** Becomes a candidate. The client should time out after half the renew deadline (5 s), as the components' do. */
  start(ctx: WorldContext, client: ClientId): void {
    const life = this.life.get(0) + 1;
    this.life.set(0, life);
    const identity = `${this.options.host}_${uuid(ctx, `identity/${this.options.lease}/${this.options.host}`, life)}`;
    this.state.set({ ...STOPPED, phase: 'acquiring', identity, client });
    this.tryAcquireOrRenew(ctx);
  }

  get isLeading(): boolean {
    return this.state.get().phase === 'renewing';
  }

  get identity(): string {
    return this.state.get().identity;
  }

  /** The Lease as the object that events are about. */
  leaseReference(): KubeObject {
    const { lease, namespace = 'kube-system' } = this.options;
    const { uid, resourceVersion } = this.state.get();
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: lease, namespace, uid, resourceVersion },
    };
  }

  private ifAlive(life: number, run: () => void): void {
    if (life === this.life.get(0) && this.state.get().phase !== 'stopped') run();
  }

  private update(change: Partial<ElectionState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  private tryAcquireOrRenew(ctx: WorldContext): void {
    const state = this.state.get();
    const holds = state.observed?.holder === state.identity;
    if (holds && state.observedUs + this.times.leaseDurationUs > ctx.nowUs) {
      // The fast path: a holder whose record is fresh updates without reading first.
      this.write(ctx, 'update', { ...this.newRecord(ctx), ...keptByHolder(state.observed!) }, this.renewSink);
      return;
    }
    this.read(ctx);
  }

  private read(ctx: WorldContext): void {
    this.request(ctx, 'get', undefined, this.getSink);
  }

  private got(ctx: WorldContext, answer: ApiResponse | undefined): void {
    if (answer?.code === 404) {
      this.write(ctx, 'create', this.newRecord(ctx), this.writeSink);
      return;
    }
    if (isError(answer)) {
      this.result(ctx, false);
      return;
    }
    this.observe(ctx, answer!);
    const { observed, observedUs, identity } = this.state.get();
    const holds = observed!.holder === identity;
    const valid = observedUs + observed!.durationSeconds * SECOND_US > ctx.nowUs;
    if (observed!.holder !== '' && valid && !holds) {
      this.result(ctx, false);
      return;
    }
    const record = this.newRecord(ctx);
    const kept = holds ? keptByHolder(observed!) : { transitions: observed!.transitions + 1 };
    this.write(ctx, 'update', { ...record, ...kept }, this.writeSink);
  }

  private written(ctx: WorldContext, answer: ApiResponse | undefined): void {
    if (!isError(answer)) this.accept(ctx, answer!);
    this.result(ctx, !isError(answer));
  }

  private renewed(ctx: WorldContext, answer: ApiResponse | undefined): void {
    // A failed fast path falls back to reading the record.
    if (isError(answer)) this.read(ctx);
    else this.written(ctx, answer);
  }

  private accept(ctx: WorldContext, answer: ApiResponse): void {
    const metadata = (answer.version?.object ?? answer.object)?.metadata;
    this.update({
      observed: this.state.get().proposed,
      observedUs: ctx.nowUs,
      resourceVersion: metadata?.resourceVersion,
      uid: metadata?.uid,
    });
  }

  private observe(ctx: WorldContext, answer: ApiResponse): void {
    const lease = (answer.version?.object ?? answer.object)!;
    const record = recordOf(lease);
    const { observed, observedUs } = this.state.get();
    const changed = observed === undefined || !sameRecord(observed, record);
    this.update({
      observed: record,
      observedUs: changed ? ctx.nowUs : observedUs,
      resourceVersion: lease.metadata.resourceVersion,
      uid: lease.metadata.uid,
    });
  }

  private result(ctx: WorldContext, succeeded: boolean): void {
    const state = this.state.get();
    if (state.phase === 'acquiring') {
      if (succeeded) this.startLeading(ctx);
      else this.retryAcquire(ctx);
      return;
    }
    // Periodic work descends from the clock, or every renewal would be an effect of the one before.
    ctx.setCause(0);
    ctx.schedule(this.times.retryPeriodUs, this.tryHandler, this.life.get(0), 0, WHY.leaderElectionRetry);
    // After a success the next round begins in a retry period; after a failure this round polls on until its deadline.
    if (!succeeded) return;
    ctx.cancel(state.deadline);
    this.armDeadline(ctx, this.times.retryPeriodUs + this.times.renewDeadlineUs);
  }

  private retryAcquire(ctx: WorldContext): void {
    const tries = this.state.get().tries + 1;
    this.update({ tries });
    const draw = ctx.draw(ctx.stream(`election/${this.state.get().identity}`), PURPOSE_RETRY, tries);
    const delayUs = jitterUs(this.times.retryPeriodUs, JITTER_FACTOR, draw);
    ctx.setCause(0);
    ctx.schedule(delayUs, this.tryHandler, this.life.get(0), 0, WHY.leaderElectionRetry);
  }

  private startLeading(ctx: WorldContext): void {
    const { identity } = this.state.get();
    this.update({ phase: 'renewing' });
    const { lease, namespace = 'kube-system' } = this.options;
    const obj = ctx.objects.id('leases.coordination.k8s.io', namespace, lease);
    ctx.record(RecordKind.leader, this.actor, obj, ctx.strings.intern(lease), ctx.strings.intern(identity), 0);
    this.armDeadline(ctx, this.times.renewDeadlineUs);
    this.options.onStartedLeading(ctx, identity);
    // Renewing begins at once: the Lease is written twice within milliseconds.
    this.tryAcquireOrRenew(ctx);
  }

  private armDeadline(ctx: WorldContext, delayUs: TimeUs): void {
    this.update({ deadline: ctx.schedule(delayUs, this.deadlineHandler, this.life.get(0), 0, WHY.leaseDuration) });
  }

  private deadlinePassed(ctx: WorldContext): void {
    const { identity } = this.state.get();
    this.update({ phase: 'stopped' });
    this.options.onStoppedLeading(ctx, identity);
  }

  private newRecord(ctx: WorldContext): LeaseRecord {
    const now = microTimestamp(this.options.clock, ctx.nowUs);
    const durationSeconds = Math.floor(this.times.leaseDurationUs / SECOND_US);
    return { holder: this.state.get().identity, durationSeconds, acquireTime: now, renewTime: now, transitions: 0 };
  }

  private write(ctx: WorldContext, verb: 'create' | 'update', record: LeaseRecord, sink: SinkId): void {
    this.update({ proposed: record });
    const { lease, namespace = 'kube-system' } = this.options;
    const { resourceVersion, uid } = this.state.get();
    const metadata = verb === 'create' ? { name: lease, namespace } : { name: lease, namespace, resourceVersion, uid };
    const spec = {
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    };
    this.request(ctx, verb, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }, sink);
  }

  private request(
    ctx: WorldContext,
    verb: 'get' | 'create' | 'update',
    body: KubeObject | undefined,
    sink: SinkId,
  ): void {
    const { lease, namespace = 'kube-system' } = this.options;
    const request = { verb, resource: 'leases.coordination.k8s.io', namespace, name: lease, body };
    this.clients.request(ctx, this.state.get().client, request, sink, this.life.get(0));
  }
}

function keptByHolder(observed: LeaseRecord): { readonly acquireTime: string; readonly transitions: number } {
  return { acquireTime: observed.acquireTime, transitions: observed.transitions };
}

function recordOf(lease: KubeObject): LeaseRecord {
  const spec = lease.spec ?? {};
  return {
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds ?? 0,
    acquireTime: spec.acquireTime ?? '',
    renewTime: spec.renewTime ?? '',
    transitions: spec.leaseTransitions ?? 0,
  };
}

function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.durationSeconds === b.durationSeconds &&
    a.acquireTime === b.acquireTime &&
    a.renewTime === b.renewTime &&
    a.transitions === b.transitions
  );
}

/** A version 4 UUID from four keyed draws. */
function uuid(ctx: WorldContext, stream: string, n: number): string {
  const key = ctx.stream(stream);
  const words = [0, 1, 2, 3].map((i) => ctx.draw(key, PURPOSE_IDENTITY, n * 4 + i) >>> 0);
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
