import { type ApiClients, type ClientId, isError, type SinkId } from '../../client/api_clients.ts';
import { type Part, prefixed } from '../../client/parts.ts';
import type {
  ApiResponse,
  ComponentId,
  Containers,
  EventSpec,
  HandlerId,
  HandlerSpec,
  PagedI32,
  PagedTable,
  Plan,
  RecordId,
  RequestStep,
  Step,
  WorldContext,
} from '../../contracts/index.ts';
import type { Expectations } from './expectations.ts';

/** A key (or tick) that a worker has in hand, and how far its plan has come. */
export interface Execution {
  readonly key: string;
  /** Id of the queue's item; -1 for a tick. */
  readonly item: number;
  /** Index of the tick, or -1 for a key of the queue. */
  readonly tick: number;
  readonly cause: RecordId;
  readonly plan?: Plan;
  /** Index of the step at hand. */
  readonly at: number;
  /** Answers of the plan so far, in step order. */
  readonly answers: readonly ApiResponse[];
  /** Requests of the step at hand that were already answered in earlier batches. */
  readonly sent: number;
  /** Slots of the requests under way, in step order. */
  readonly inFlight: readonly number[];
  /** Deletions that the plan's last `expect` named. */
  readonly expected?: Step & { readonly do: 'expect' };
}

/** What the owner of the executor does. */
export interface PlanOwner {
  client(): ClientId;
  event(ctx: WorldContext, event: EventSpec): void;
  /** A new plan was made: store memory, add and drop keys. */
  accept(ctx: WorldContext, execution: Execution, plan: Plan): void;
  resume(ctx: WorldContext, execution: Execution, answers: readonly ApiResponse[]): Plan;
  /** The execution is over; `failed` = back off the key. */
  finished(ctx: WorldContext, execution: Execution, failed: boolean): void;
}

interface Request {
  readonly execution: number;
  readonly answer?: ApiResponse;
}

/** What a caller sees when no answer came: client-go's error for a request that timed out. */
export const NO_ANSWER: ApiResponse = Object.freeze({
  code: 504,
  status: Object.freeze({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: Object.freeze({}),
    status: 'Failure',
    reason: 'Timeout',
    message: 'context deadline exceeded',
    code: 504,
  } as const),
  rv: 0,
  record: 0,
});

const NONE: readonly never[] = Object.freeze([]);

/** pkg/controller/controller_utils.go: SlowStartInitialBatchSize. */
const SLOW_START_FIRST = 1;

/**
 * Executes plans step by step. Where a plan stands is in rows, so that it survives a snapshot between a request and its
 * answer. Requests of a group go out together; with slow start in batches of 1, 2, 4, ..., each after the success of the one
 * before (slowStartBatch).
 */
export class PlanExecutor implements Part {
  private readonly name: string;
  private readonly clients: ApiClients;
  private readonly expectations: Expectations;
  private readonly owner: PlanOwner;
  private readonly sink: SinkId;
  private executions!: PagedTable<Execution>;
  private requests!: PagedTable<Request>;
  /** By execution: requests without an answer. */
  private waiting!: PagedI32;

  constructor(name: string, clients: ApiClients, expectations: Expectations, owner: PlanOwner) {
    this.name = name;
    this.clients = clients;
    this.expectations = expectations;
    this.owner = owner;
    this.sink = clients.sink((ctx, request, answer) => this.answered(ctx, request, answer));
  }

  init(c: Containers, _id: ComponentId): void {
    const own = prefixed(c, this.name);
    this.executions = own.table('executions', { volatile: true });
    this.requests = own.table('requests', { volatile: true });
    this.waiting = own.i32('waiting', { volatile: true });
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(_ids: readonly HandlerId[]): void {}

  open(start: Pick<Execution, 'key' | 'item' | 'tick' | 'cause'>): number {
    const { key, item, tick, cause } = start;
    return this.executions.alloc({
      key,
      item,
      tick,
      cause,
      plan: undefined,
      at: 0,
      answers: NONE,
      sent: 0,
      inFlight: NONE,
      expected: undefined,
    });
  }

  execution(slot: number): Execution {
    return this.executions.get(slot)!;
  }

  /** Starts on a plan. */
  begin(ctx: WorldContext, slot: number, plan: Plan): void {
    if (plan.steps.length === 1 && plan.steps[0].do === 'request') {
      this.beginRequest(ctx, slot, plan, plan.steps[0]);
      return;
    }
    const { key, item, tick, cause, expected } = this.execution(slot);
    const execution: Execution = {
      key,
      item,
      tick,
      cause,
      plan,
      at: 0,
      answers: NONE,
      sent: 0,
      inFlight: NONE,
      expected,
    };
    this.executions.set(slot, execution);
    this.owner.accept(ctx, execution, plan);
    this.advance(ctx, slot);
  }

  /** A plan of one request, with one new row. */
  private beginRequest(ctx: WorldContext, slot: number, plan: Plan, step: RequestStep): void {
    const { key, item, tick, cause, expected } = this.execution(slot);
    const request = this.requests.alloc({ execution: slot, answer: undefined });
    const inFlight = [request];
    const execution: Execution = { key, item, tick, cause, plan, at: 0, answers: NONE, sent: 0, inFlight, expected };
    this.executions.set(slot, execution);
    this.owner.accept(ctx, execution, plan);
    ctx.setCause(cause);
    this.waiting.set(slot, 1);
    this.clients.request(ctx, this.owner.client(), step.request, this.sink, request);
  }

  finish(ctx: WorldContext, slot: number, failed: boolean): void {
    const execution = this.execution(slot);
    this.executions.free(slot);
    this.owner.finished(ctx, execution, failed);
  }

  /** Field by field: spreads of rows are slow. */
  private update(
    slot: number,
    change: Partial<Pick<Execution, 'at' | 'answers' | 'sent' | 'inFlight' | 'expected'>>,
  ): void {
    const now = this.execution(slot);
    this.executions.set(slot, {
      key: now.key,
      item: now.item,
      tick: now.tick,
      cause: now.cause,
      plan: now.plan,
      at: change.at ?? now.at,
      answers: change.answers ?? now.answers,
      sent: change.sent ?? now.sent,
      inFlight: change.inFlight ?? now.inFlight,
      expected: change.expected ?? now.expected,
    });
  }

  /** Does steps until one has to wait for answers, or the plan ends. */
  private advance(ctx: WorldContext, slot: number): void {
    for (;;) {
      const { plan, at, cause } = this.execution(slot);
      if (at === plan!.steps.length) {
        if (plan!.resume && !plan!.resume.onErrorOnly) this.resume(ctx, slot);
        else this.finish(ctx, slot, false);
        return;
      }
      ctx.setCause(cause);
      if (this.start(ctx, slot, plan!.steps[at])) return;
      this.update(slot, { at: at + 1, sent: 0 });
    }
  }

  /** Begins a step; true when it waits for answers. */
  private start(ctx: WorldContext, slot: number, step: Step): boolean {
    switch (step.do) {
      case 'event':
        this.owner.event(ctx, step.event);
        return false;
      case 'expect':
        this.expectations.expect(this.execution(slot).key, step.creations ?? 0, step.deletions ?? [], ctx.nowUs);
        this.update(slot, { expected: step });
        return false;
      case 'request':
        this.send(ctx, slot, [step]);
        return true;
      case 'group':
        if (step.steps.length === 0) return false;
        this.send(ctx, slot, step.slowStart ? step.steps.slice(0, SLOW_START_FIRST) : step.steps);
        return true;
    }
  }

  private send(ctx: WorldContext, slot: number, steps: readonly RequestStep[]): void {
    const inFlight: number[] = [];
    for (let i = 0; i < steps.length; i++) inFlight.push(this.requests.alloc({ execution: slot, answer: undefined }));
    this.update(slot, { inFlight });
    this.waiting.set(slot, steps.length);
    const client = this.owner.client();
    for (let i = 0; i < steps.length; i++) this.clients.request(ctx, client, steps[i].request, this.sink, inFlight[i]);
  }

  private answered(ctx: WorldContext, request: number, answer: ApiResponse | undefined): void {
    const { execution: slot } = this.requests.get(request)!;
    const waiting = this.waiting.get(slot) - 1;
    this.waiting.set(slot, waiting);
    const { plan, at } = this.execution(slot);
    const step = plan!.steps[at];
    if (step.do === 'request') {
      this.requests.free(request);
      this.requestAnswered(ctx, slot, step, answer ?? NO_ANSWER);
      return;
    }
    this.requests.set(request, { execution: slot, answer: answer ?? NO_ANSWER });
    if (waiting === 0) this.batchAnswered(ctx, slot);
  }

  private batchAnswered(ctx: WorldContext, slot: number): void {
    const { plan, at, answers, sent, inFlight } = this.execution(slot);
    const step = plan!.steps[at];
    const batch = inFlight.map((request) => this.requests.get(request)!.answer!);
    for (const request of inFlight) this.requests.free(request);
    this.update(slot, { answers: [...answers, ...batch], sent: sent + batch.length, inFlight: NONE });
    if (step.do === 'group') this.groupAnswered(ctx, slot, step, sent, batch);
  }

  private requestAnswered(ctx: WorldContext, slot: number, step: RequestStep, answer: ApiResponse): void {
    const { plan, at, answers } = this.execution(slot);
    const failed = isFailure(step, answer);
    // Most plans end so, and nobody reads the answers.
    if (!failed && at + 1 === plan!.steps.length && (plan!.resume === undefined || plan!.resume.onErrorOnly === true)) {
      this.finish(ctx, slot, false);
      return;
    }
    this.update(slot, { answers: [...answers, answer], at: at + 1, sent: 0, inFlight: NONE });
    if (failed && isError(answer)) this.lowerForFailure(slot, step);
    if (failed && step.onError === 'resume') this.resume(ctx, slot);
    else if (failed) this.finish(ctx, slot, true);
    else this.advance(ctx, slot);
  }

  private groupAnswered(
    ctx: WorldContext,
    slot: number,
    group: Step & { do: 'group' },
    sent: number,
    batch: readonly ApiResponse[],
  ): void {
    let failed = false;
    let wantsResume = group.onError === 'resume';
    batch.forEach((answer, i) => {
      const step = group.steps[sent + i];
      if (isError(answer) && !isAccepted(step, answer)) this.lowerForFailure(slot, step);
      if (!isFailure(step, answer)) return;
      failed = true;
      wantsResume ||= step.onError === 'resume' || step.onError === 'resumeUnlessTerminating';
    });
    const rest = group.steps.slice(sent + batch.length);
    if (!failed && rest.length > 0) {
      this.sendNextBatch(ctx, slot, rest, batch.length * 2);
      return;
    }
    for (const step of rest) this.lowerForFailure(slot, step);
    if (!failed) this.next(ctx, slot);
    else if (wantsResume) this.resume(ctx, slot);
    else this.finish(ctx, slot, true);
  }

  private sendNextBatch(ctx: WorldContext, slot: number, rest: readonly RequestStep[], size: number): void {
    ctx.setCause(this.execution(slot).cause);
    this.send(ctx, slot, rest.slice(0, size));
  }

  private next(ctx: WorldContext, slot: number): void {
    this.update(slot, { at: this.execution(slot).at + 1, sent: 0 });
    this.advance(ctx, slot);
  }

  private resume(ctx: WorldContext, slot: number): void {
    const execution = this.execution(slot);
    // An error that asks for `resume` in a plan without one is an error like any other.
    if (!execution.plan!.resume) this.finish(ctx, slot, true);
    else this.begin(ctx, slot, this.owner.resume(ctx, execution, execution.answers));
  }

  /** A request that failed, or was never sent, will not show up in the informer. */
  private lowerForFailure(slot: number, { request }: RequestStep): void {
    const { key, expected } = this.execution(slot);
    if (!expected) return;
    if (request.verb === 'create' && expected.creations) this.expectations.lowerCreations(key, 1);
    if (request.verb !== 'delete') return;
    const names = [`${request.namespace}/${request.name}`, request.name, request.options?.delete?.preconditions?.uid];
    for (const name of names) if (name !== undefined) this.expectations.lowerDeletion(key, name);
  }
}

/** An error that the step takes for an end: see `resumeUnlessTerminating`. */
function isAccepted(step: RequestStep, answer: ApiResponse): boolean {
  if (step.onError !== 'resumeUnlessTerminating') return false;
  return answer.status?.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;
}

function isFailure(step: RequestStep, answer: ApiResponse): boolean {
  if (!isError(answer) || isAccepted(step, answer)) return false;
  const { onError = 'stop' } = step;
  return !(onError === 'continue' || (onError === 'ignoreNotFound' && answer.code === 404));
}
