import type { ApiClients, ClientId } from '../../client/api_clients.ts';
import type { EventRecorders, RecorderId } from '../../client/event_recorder.ts';
import type { GroupId, InformerListener } from '../../client/informer_types.ts';
import type { Informers } from '../../client/informers.ts';
import { EVERYTHING } from '../../client/looks_at.ts';
import { type Part, PartList, prefixed } from '../../client/parts.ts';
import { DEFAULT_QUEUE_LIMITS, WorkQueue } from '../../client/work_queue.ts';
import type {
  ApiResponse,
  ComponentId,
  Containers,
  Controller,
  ControllerWatch,
  Dict,
  EventSpec,
  HandlerId,
  HandlerSpec,
  PagedI32,
  Plan,
  TimeUs,
  WhyId,
  WorldContext,
} from '../../contracts/index.ts';
import { LOOKS_AT, RecordKind, WHY, WHYS } from '../../contracts/index.ts';
import { Expectations } from './expectations.ts';
import { LATENCY } from './latency.ts';
import { type Execution, PlanExecutor } from './plan_executor.ts';

export interface ControllerHostParts {
  readonly clients: ApiClients;
  readonly informers: Informers;
  readonly recorders: EventRecorders;
  /** Fills the stores that a controller needs only now. */
  open?(ctx: WorldContext, groups: readonly GroupId[]): void;
}

/** A controller with the memory type hidden: the runtime only stores it. */
// biome-ignore lint/suspicious/noExplicitAny: each controller has its own memory type
export type AnyController = Controller<any>;

/**
 * Runs one controller: watches fill its work queue, workers take keys, reconcile them and execute the plans. All of its
 * state is volatile: it is lost when the process ends or loses its leadership.
 */
export class ControllerHost implements Part {
  readonly controller: AnyController;
  /** The stores that have to be synced before the workers start. */
  readonly groups: readonly GroupId[];
  /** Those that are opened only when there is work for the controller. */
  readonly lateGroups: readonly GroupId[];
  private readonly parts: ControllerHostParts;
  private readonly queue: WorkQueue;
  private readonly expectations: Expectations;
  private readonly executor: PlanExecutor;
  private readonly all: PartList;
  private readonly censusOf: ((key: string) => unknown) | undefined;
  private memory!: Dict<unknown>;
  /** Summaries of the controller's census by key. */
  private census!: Dict<unknown>;
  /** Slot 0: 1 while the workers run; 1: busy workers; 2: client; 3: recorder; 4: 1 once the late groups are open. */
  private status!: PagedI32;
  /** Slot 0: counts the starts; not volatile. */
  private life!: PagedI32;
  private id: ComponentId = 0;
  private tickHandler: HandlerId = 0;
  private reconcileHandler: HandlerId = 0;

  constructor(controller: AnyController, parts: ControllerHostParts) {
    this.controller = controller;
    this.parts = parts;
    const { census } = controller;
    this.censusOf = census && ((key) => this.census.get(key) ?? census.empty);
    const { name, backOff, watches } = controller;
    const limits = backOff ? { ...DEFAULT_QUEUE_LIMITS, ...backOff } : DEFAULT_QUEUE_LIMITS;
    this.queue = new WorkQueue(`${name}/queue`, (ctx) => this.dispatch(ctx), limits);
    this.expectations = new Expectations(`${name}/expectations`);
    this.executor = new PlanExecutor(`${name}/plans`, parts.clients, this.expectations, {
      client: () => this.status.get(2),
      event: (ctx, event) => this.recordEvent(ctx, event),
      accept: (ctx, execution, plan) => this.acceptPlan(ctx, execution, plan),
      resume: (ctx, execution, answers) => this.resume(ctx, execution, answers),
      finished: (ctx, execution, failed) => this.finished(ctx, execution, failed),
    });
    this.all = new PartList([this.queue, this.expectations, this.executor]);
    if (controller.census) this.takeCensus(controller.census);
    const opened = (isLate: boolean) => watches.filter((w) => (w.whenNeeded === true) === isLate);
    this.groups = [...new Set(opened(false).map((watch) => this.watchGroup(watch)))];
    this.lateGroups = [...new Set(opened(true).map((watch) => this.watchGroup(watch)))];
    for (const { resource, index, keys, same, looksAt } of controller.indexes ?? []) {
      parts.informers.group({ resource, indexes: [{ index, keys, same, looksAt }] });
    }
  }

  init(c: Containers, id: ComponentId): void {
    this.id = id;
    this.all.init(c, id);
    const own = prefixed(c, this.controller.name);
    this.memory = own.dict('memory', { volatile: true });
    this.census = own.dict('census', { volatile: true });
    this.status = own.i32('status', { volatile: true });
    this.life = own.i32('life');
  }

  handlers(): readonly HandlerSpec[] {
    const { name } = this.controller;
    return [
      ...this.all.handlers(),
      { name: `${name}/reconcile`, run: (ctx, a, b) => this.ifAlive(b, () => this.reconcile(ctx, a)) },
      {
        name: `${name}/tick`,
        run: (ctx, a, b, delayUs) => this.ifAlive(b, () => this.tick(ctx, a, delayUs as number)),
      },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    this.all.registered(ids.slice(0, -2));
    [this.reconcileHandler, this.tickHandler] = ids.slice(-2);
  }

  /** Keys that wait for a worker. */
  get queueLength(): number {
    return this.queue.length;
  }

  /** The process began: an empty queue, idle until `run`. */
  start(client: ClientId, recorder: RecorderId): void {
    this.life.set(0, this.life.get(0) + 1);
    this.queue.start();
    this.status.set(2, client);
    this.status.set(3, recorder);
  }

  /** The process ended: what it had planned for later does nothing any more. Its volatile containers are dropped with it. */
  end(): void {
    this.life.set(0, this.life.get(0) + 1);
    this.queue.start();
  }

  get running(): boolean {
    return this.status.get(0) === 1;
  }

  /** The caches are synced: workers and ticks begin. */
  run(ctx: WorldContext): void {
    if (this.running) return;
    this.status.set(0, 1);
    const ticks = this.controller.ticks ?? [];
    for (let i = 0; i < ticks.length; i++) this.tick(ctx, i);
    this.dispatch(ctx);
  }

  private ifAlive(life: number, run: () => void): void {
    if (life === this.life.get(0)) run();
  }

  private takeCensus(census: NonNullable<AnyController['census']>): void {
    const group = this.parts.informers.group({ resource: census.resource });
    const { keyLooksAt = EVERYTHING } = census;
    this.parts.informers.listen(group, (_ctx, { type, now, before, touched }) => {
      const was = before?.object;
      const is = type === 'DELETED' ? undefined : now.object;
      const keepsKey = type === 'MODIFIED' && (touched & keyLooksAt) === 0;
      if (keepsKey && census.same?.(was!, is!)) return;
      const from = was && census.key(was);
      const to = keepsKey ? from : is && census.key(is);
      if (from !== undefined && from === to) {
        if (!keepsKey && census.same?.(was!, is!)) return;
        const summary = this.census.get(from) ?? census.empty;
        const next = census.replace?.(summary, was!, is!) ?? census.with(census.with(summary, is!, 1), was!, -1);
        this.setCensus(from, next);
        return;
      }
      if (from !== undefined) this.setCensus(from, census.with(this.census.get(from) ?? census.empty, was!, -1));
      if (to !== undefined) this.setCensus(to, census.with(this.census.get(to) ?? census.empty, is!, 1));
    });
  }

  private setCensus(key: string, summary: unknown): void {
    if (summary === this.controller.census!.empty) this.census.delete(key);
    else this.census.set(key, summary);
  }

  private watchGroup(watch: ControllerWatch): GroupId {
    const group = this.parts.informers.group({ resource: watch.resource, quiet: watch.quiet ?? false });
    const { looksAt, concerns } = watch;
    if (looksAt !== LOOKS_AT.nothing) this.parts.informers.listen(group, this.observer(watch), { looksAt, concerns });
    return group;
  }

  /** What a watch does with an event. It is called far more often than it has something to do. */
  private observer(watch: ControllerWatch): InformerListener {
    const { namespace, expectation, idle, keys: keysOf, delayUs = 0, delayWhy = WHY.requeueAfter } = watch;
    const { informers } = this.parts;
    return (ctx, event) => {
      if (namespace !== undefined && event.now.object.metadata.namespace !== namespace) return;
      const { change } = event;
      if (expectation !== undefined) this.lower(expectation(change));
      const view = informers.view(ctx);
      // A sync that finds nothing still keeps a worker for its while, which others may wait for.
      if (idle !== undefined && this.isAtRest && idle(change, view, this.recall(''))) return;
      const keys = keysOf(change, view);
      for (let i = 0; i < keys.length; i++) this.dirty(ctx, keys[i], delayUs, delayWhy);
    };
  }

  private dirty(ctx: WorldContext, key: string, delayUs: TimeUs, why: WhyId): void {
    if (this.lateGroups.length > 0 && this.status.get(4) === 0) {
      this.status.set(4, 1);
      this.parts.open?.(ctx, this.lateGroups);
    }
    this.queue.addAfter(ctx, key, delayUs, why);
  }

  /** Workers run, and none of them has or could have a key in hand. */
  private get isAtRest(): boolean {
    return this.running && this.status.get(1) === 0 && this.queue.length === 0;
  }

  private lower(seen: ReturnType<NonNullable<ControllerWatch['expectation']>>): void {
    if (seen === undefined) return;
    if (seen.creations) this.expectations.lowerCreations(seen.key, seen.creations);
    if (seen.deletion !== undefined) this.expectations.lowerDeletion(seen.key, seen.deletion);
  }

  /** Gives waiting keys to idle workers. */
  private dispatch(ctx: WorldContext): void {
    if (!this.running) return;
    const cause = ctx.cause;
    while (this.status.get(1) < this.controller.workers) {
      const item = this.queue.get();
      if (!item) break;
      this.status.set(1, this.status.get(1) + 1);
      ctx.setCause(item.cause);
      const slot = this.executor.open({ key: item.key, item: item.id, tick: -1, cause: item.cause });
      ctx.schedule(LATENCY.reconcileUs, this.reconcileHandler, slot, this.life.get(0), WHY.queueWork);
    }
    ctx.setCause(cause);
  }

  private reconcile(ctx: WorldContext, slot: number): void {
    const { key, item } = this.executor.execution(slot);
    const expectationsMet = this.expectations.met(key, ctx.nowUs);
    if (!expectationsMet && !this.controller.syncsWhileExpecting) {
      this.executor.finish(ctx, slot, false);
      return;
    }
    const view = this.parts.informers.view(ctx);
    const sync = { expectationsMet, retries: this.queue.retries(item), census: this.censusOf };
    const plan = this.controller.reconcile(view, this.recall(key), key, ctx.nowUs, sync);
    if (isEmpty(plan)) this.executor.finish(ctx, slot, false);
    else this.executor.begin(ctx, slot, plan);
  }

  /** Most ticks find nothing to do: the hop of the delay that led here is written only before something follows from it. */
  private tick(ctx: WorldContext, tick: number, delayUs?: TimeUs): void {
    const { name, why } = this.controller.ticks![tick];
    const key = `tick:${name}`;
    const view = this.parts.informers.view(ctx);
    const plan = this.controller.tick!(view, this.recall(key), name, ctx.nowUs);
    if (delayUs !== undefined && WHYS[why].hop && hasEffect(plan))
      ctx.record(RecordKind.hop, this.id, 0, why, Math.floor(delayUs / 1000), 0);
    const slot = this.executor.open({ key, item: -1, tick, cause: ctx.cause });
    this.executor.begin(ctx, slot, plan);
  }

  private resume(ctx: WorldContext, execution: Execution, answers: readonly ApiResponse[]): Plan {
    const { key, tick, plan } = execution;
    const { point, data } = plan!.resume!;
    const name = tick < 0 ? key : this.controller.ticks![tick].name;
    const view = this.parts.informers.view(ctx);
    return this.controller.resume!(view, this.recall(key), name, ctx.nowUs, point, data, answers);
  }

  private recall(key: string): unknown {
    if (this.memory.size === 0) return this.controller.initialMemory;
    const known = this.memory.get(this.memoryKey(key));
    return known === undefined || known === null ? this.controller.initialMemory : known;
  }

  private memoryKey(key: string): string {
    return this.controller.memoryScope === 'controller' ? '' : key;
  }

  /** What a plan asks for besides its steps; done before them. */
  private acceptPlan(ctx: WorldContext, { key }: Execution, plan: Plan): void {
    if (plan.memory === null) this.memory.delete(this.memoryKey(key));
    else if (plan.memory !== undefined) this.memory.set(this.memoryKey(key), plan.memory);
    for (const other of plan.dequeue ?? []) this.queue.cancelDelayed(ctx, other);
    for (const other of plan.enqueue ?? []) this.queue.addAfter(ctx, other.key, other.afterUs, other.why);
  }

  private recordEvent(ctx: WorldContext, event: EventSpec): void {
    const { name, eventSource } = this.controller;
    const { regarding, fieldPath, type, reason, message, source = eventSource ?? name } = event;
    this.parts.recorders.record(ctx, this.status.get(3), { regarding, fieldPath, type, reason, message, source });
  }

  /** An event that this controller wrote before the world began; see `EventRecorders.remember`. */
  rememberEvent(ctx: WorldContext, event: EventSpec): void {
    const { name, eventSource } = this.controller;
    const source = event.source ?? eventSource ?? name;
    this.parts.recorders.remember(this.status.get(3), { ...event, source }, ctx.nowUs);
  }

  private finished(ctx: WorldContext, execution: Execution, failed: boolean): void {
    if (execution.tick >= 0) this.tickFinished(ctx, execution);
    else this.keyFinished(ctx, execution, failed);
  }

  private tickFinished(ctx: WorldContext, { tick, plan }: Execution): void {
    const { periodUs } = this.controller.ticks![tick];
    const requeue = plan?.requeue;
    const delayUs = requeue && 'afterUs' in requeue ? requeue.afterUs : periodUs;
    // Periodic work descends from the clock.
    ctx.setCause(0);
    ctx.schedule(delayUs, this.tickHandler, tick, this.life.get(0), WHY.none, delayUs);
  }

  private keyFinished(ctx: WorldContext, { key, item, plan, cause }: Execution, failed: boolean): void {
    const requeue = plan?.requeue;
    ctx.setCause(cause);
    if (failed || (requeue && 'rateLimited' in requeue)) {
      if (this.queue.retries(item) < (this.controller.maxRetries ?? Number.POSITIVE_INFINITY))
        this.queue.addRateLimited(ctx, key);
      else this.queue.forget(item);
    } else {
      this.queue.forget(item);
      if (requeue && 'afterUs' in requeue) this.queue.addAfter(ctx, key, requeue.afterUs, requeue.why);
    }
    this.status.set(1, this.status.get(1) - 1);
    this.queue.done(ctx, item);
    this.dispatch(ctx);
  }
}

/** The sync of most keys finds nothing to do. */
function isEmpty({ steps, memory, enqueue, dequeue, requeue, resume }: Plan): boolean {
  return (
    steps.length === 0 &&
    memory === undefined &&
    enqueue === undefined &&
    dequeue === undefined &&
    requeue === undefined &&
    resume === undefined
  );
}

function hasEffect({ steps, enqueue, dequeue }: Plan): boolean {
  return steps.length > 0 || (enqueue?.length ?? 0) > 0 || (dequeue?.length ?? 0) > 0;
}
