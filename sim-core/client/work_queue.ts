import type {
  Cell,
  ComponentId,
  Containers,
  Dict,
  HandlerId,
  HandlerSpec,
  PagedF64,
  PagedI32,
  PagedTable,
  RecordId,
  Ring,
  TimeUs,
  WhyId,
  WorldContext,
} from '../contracts/index.ts';
import { MS_US, SECOND_US, WHY } from '../contracts/index.ts';
import { type Part, prefixed } from './parts.ts';
import { type RateLimit, takeToken } from './rate.ts';

/** How failing keys back off. */
export interface QueueLimits {
  /** Per key: baseUs × 2^failures, at most maxUs. */
  readonly baseUs: TimeUs;
  readonly maxUs: TimeUs;
  /** Over all keys; undefined = none. A failing key waits for the longer of the two. */
  readonly bucket?: RateLimit;
}

/** client-go util/workqueue DefaultTypedControllerRateLimiter. */
export const DEFAULT_QUEUE_LIMITS: QueueLimits = {
  baseUs: 5 * MS_US,
  maxUs: 1000 * SECOND_US,
  bucket: { qps: 10, burst: 100 },
};

/** A key that a worker took, with the record that first made it dirty. */
export interface QueueItem {
  readonly id: number;
  readonly key: string;
  readonly cause: RecordId;
}

/** Keys that a queue holds before it looks for idle ones. */
const KEYS_MIN = 4096;

const DIRTY = 1;
const PROCESSING = 2;

/**
 * A rate limiting work queue as client-go's: a key waits at most once; a key added while it is processed is queued again
 * when it is done; of several delayed adds the earliest holds. The first add that makes a key dirty is the cause of its
 * processing; later adds until then are joined to it.
 */
export class WorkQueue implements Part {
  readonly name: string;
  private readonly limits: QueueLimits;
  private readonly onReady: (ctx: WorldContext) => void;
  private ids!: Dict<number>;
  /** Keys by id. A key that is neither queued nor processed nor waiting, and did not fail, may lose its id. */
  private keys!: PagedTable<string>;
  /** So many keys are held before the idle ones are let go. */
  private sweepAt!: Cell<number>;
  private fifo!: Ring<number>;
  private flags!: PagedI32;
  private causes!: PagedF64;
  private failures!: PagedI32;
  /** Ticket of the waiting delayed add, or 0, and when it is due. */
  private tickets!: PagedF64;
  private dueUs!: PagedF64;
  /** Slot 0: the overall bucket. */
  private bucket!: PagedF64;
  /** Generation of delayed adds; not volatile, so that those of a former life do nothing. */
  private life!: PagedI32;
  private delayedHandler: HandlerId = 0;

  /** `onReady` is called after a key was queued: time to give it to an idle worker. */
  constructor(name: string, onReady: (ctx: WorldContext) => void, limits: QueueLimits = DEFAULT_QUEUE_LIMITS) {
    this.name = name;
    this.limits = limits;
    this.onReady = onReady;
  }

  init(c: Containers, _id: ComponentId): void {
    const own = prefixed(c, this.name);
    const volatile = { volatile: true };
    this.ids = own.dict('ids', volatile);
    this.keys = own.table('keys', volatile);
    this.sweepAt = own.cell('sweepAt', KEYS_MIN, volatile);
    this.fifo = own.ring('fifo', volatile);
    this.flags = own.i32('flags', volatile);
    this.causes = own.f64('causes', volatile);
    this.failures = own.i32('failures', volatile);
    this.tickets = own.f64('tickets', volatile);
    this.dueUs = own.f64('due', volatile);
    this.bucket = own.f64('bucket', volatile);
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: `${this.name}/delayed`, run: (ctx, a, b) => this.delayedAdd(ctx, a, b) }];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.delayedHandler] = ids;
  }

  /** A new process begins (or ends) with an empty queue; call together with dropping the volatile containers. */
  start(): void {
    this.life.set(0, this.life.get(0) + 1);
  }

  /** Keys that wait for a worker. */
  get length(): number {
    return this.fifo.next - this.fifo.first;
  }

  add(ctx: WorldContext, key: string): void {
    this.addId(ctx, this.idOf(key));
  }

  private idOf(key: string): number {
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    if (this.keys.size >= this.sweepAt.get()) this.sweep();
    const id = this.keys.alloc(key);
    this.ids.set(key, id);
    return id;
  }

  /** Forgets the keys that nothing is known of, so that those of objects that are gone do not pile up. */
  private sweep(): void {
    const idle: number[] = [];
    this.keys.forEach((_key, id) => {
      if (this.flags.get(id) === 0 && this.failures.get(id) === 0 && this.tickets.get(id) === 0) idle.push(id);
    });
    for (const id of idle) {
      this.ids.delete(this.keys.get(id)!);
      this.keys.free(id);
    }
    this.sweepAt.set(Math.max(KEYS_MIN, 2 * this.keys.size));
  }

  /** Adds the key after a delay; if it waits already, the earlier time holds. */
  addAfter(ctx: WorldContext, key: string, delayUs: TimeUs, why: WhyId): void {
    if (delayUs <= 0) {
      this.add(ctx, key);
      return;
    }
    const id = this.idOf(key);
    const dueUs = ctx.nowUs + delayUs;
    const waiting = this.tickets.get(id);
    if (waiting !== 0) {
      if (this.dueUs.get(id) <= dueUs) return;
      ctx.cancel(waiting);
    }
    this.dueUs.set(id, dueUs);
    this.tickets.set(id, ctx.schedule(delayUs, this.delayedHandler, id, this.life.get(0), why));
  }

  /** The id of a key, or of an item that `get` gave. */
  private known(key: string | number): number | undefined {
    return typeof key === 'number' ? key : this.ids.get(key);
  }

  /** Drops a waiting delayed add (a cancelled timer). */
  cancelDelayed(ctx: WorldContext, key: string): void {
    const id = this.ids.get(key);
    if (id === undefined || this.tickets.get(id) === 0) return;
    ctx.cancel(this.tickets.get(id));
    this.tickets.set(id, 0);
  }

  /** Adds the key after its back-off; counts one more failure. */
  addRateLimited(ctx: WorldContext, key: string): void {
    this.addAfter(ctx, key, this.nextBackOffUs(this.idOf(key), ctx.nowUs), WHY.queueBackOff);
  }

  /** Failures in a row of a key, or of an item's id. */
  retries(key: string | number): number {
    const id = this.known(key);
    return id === undefined ? 0 : this.failures.get(id);
  }

  forget(key: string | number): void {
    const id = this.known(key);
    if (id !== undefined && this.failures.get(id) !== 0) this.failures.set(id, 0);
  }

  /** The next key for a worker; it must be given back with `done`. */
  get(): QueueItem | undefined {
    const first = this.fifo.first;
    if (first === this.fifo.next) return undefined;
    const id = this.fifo.get(first)!;
    this.fifo.dropBefore(first + 1);
    this.flags.set(id, PROCESSING);
    return { id, key: this.keys.get(id)!, cause: this.causes.get(id) };
  }

  /** Ends the processing of a key; if it became dirty meanwhile it is queued again. */
  done(ctx: WorldContext, key: string | number): void {
    const id = typeof key === 'number' ? key : this.idOf(key);
    const dirty = (this.flags.get(id) & DIRTY) !== 0;
    this.flags.set(id, dirty ? DIRTY : 0);
    if (dirty) this.enqueue(ctx, id);
  }

  private addId(ctx: WorldContext, id: number): void {
    const flags = this.flags.get(id);
    if (flags & DIRTY) {
      this.joinCause(ctx, id);
      return;
    }
    this.flags.set(id, flags | DIRTY);
    this.causes.set(id, ctx.cause);
    if (!(flags & PROCESSING)) this.enqueue(ctx, id);
  }

  /** The clock is no cause worth keeping when there is another. */
  private joinCause(ctx: WorldContext, id: number): void {
    const first = this.causes.get(id);
    if (first === 0) this.causes.set(id, ctx.cause);
    else if (ctx.cause !== 0 && ctx.cause !== first) ctx.join(first, ctx.cause);
  }

  private enqueue(ctx: WorldContext, id: number): void {
    this.fifo.push(id);
    this.onReady(ctx);
  }

  private delayedAdd(ctx: WorldContext, id: number, life: number): void {
    if (life !== this.life.get(0)) return;
    this.tickets.set(id, 0);
    this.addId(ctx, id);
  }

  private nextBackOffUs(id: number, nowUs: TimeUs): TimeUs {
    const failures = this.failures.get(id);
    this.failures.set(id, failures + 1);
    const own = Math.min(this.limits.baseUs * 2 ** Math.min(failures, 40), this.limits.maxUs);
    const overall = this.limits.bucket ? takeToken(this.bucket, 0, this.limits.bucket, nowUs) : 0;
    return Math.max(own, overall);
  }
}
