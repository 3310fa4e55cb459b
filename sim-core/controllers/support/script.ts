import type { ApiRequest, ApiResponse } from '../../contracts/apiserver.ts';
import type { EventSpec, Plan, RequestStep, Step } from '../../contracts/controllers.ts';
import type { TimeUs, WhyId } from '../../contracts/ids.ts';

/**
 * A sync that talks to the API server several times, written in direct style.
 *
 * A plan must not hold a suspended function: it is data, so that it survives a snapshot. Yet the controllers' syncs are long
 * conversations whose next request depends on the answers before. So a sync is a generator over frozen inputs, and what is
 * kept between two requests is only its inputs and the answers so far; `resume` runs the generator again from the start,
 * feeding it those answers. The generator must be a pure function of inputs, answers and the times handed to it.
 */
export type Request = Omit<ApiRequest, 'user' | 'agent'>;

export type Conversation<R> = Generator<readonly Step[], R, readonly ApiResponse[]>;

/** What a sync wants after its last request. */
export interface Outcome {
  /** The key failed and is tried again with back-off. */
  readonly failed?: boolean;
  readonly requeue?: { readonly afterUs: TimeUs; readonly why: WhyId };
  readonly enqueue?: Plan['enqueue'];
}

interface Exchange {
  readonly answers: readonly ApiResponse[];
  readonly nowUs: TimeUs;
}

interface ScriptData<I> {
  readonly input: I;
  readonly startUs: TimeUs;
  readonly exchanges: readonly Exchange[];
}

/** The hands of a running script: its clock, its requests, its events. */
export class ScriptRun {
  nowUs: TimeUs;
  /** The request under way is the sync's last if it succeeds. */
  concludes = false;
  #pending: Step[] = [];

  constructor(nowUs: TimeUs) {
    this.nowUs = nowUs;
  }

  /** Events and expectations go out in order with the next request, or at the end. */
  event(event: EventSpec): void {
    this.#pending.push({ do: 'event', event });
  }

  expect(expectation: { creations?: number; deletions?: readonly string[] }): void {
    this.#pending.push({ do: 'expect', ...expectation });
  }

  takePending(): readonly Step[] {
    const steps = this.#pending;
    this.#pending = [];
    return steps;
  }

  *request(request: Request): Conversation<ApiResponse> {
    const answers = yield [...this.takePending(), { do: 'request', request, onError: 'resume' }];
    return answers[answers.length - 1] ?? noAnswer;
  }

  /** The last request of a sync that wants nothing more after its success; an error comes back as from `request`. */
  *conclude(request: Request): Conversation<ApiResponse> {
    this.concludes = true;
    const answer = yield* this.request(request);
    this.concludes = false;
    return answer;
  }

  /**
   * Parallel requests; with slowStart those after a failed batch are never sent and have no answer. Creations that a namespace
   * in deletion refuses are no failures (the controllers' slowStartBatch functions return nil for them).
   */
  *group(requests: readonly Request[], slowStart = false): Conversation<readonly ApiResponse[]> {
    if (requests.length === 0) return [];
    const onError = slowStart ? 'resumeUnlessTerminating' : 'continue';
    const steps: RequestStep[] = requests.map((request) => ({ do: 'request', request, onError }));
    return yield [...this.takePending(), { do: 'group', steps, slowStart, onError: 'resume' }];
  }
}

/** Stands for an answer that never came. */
const noAnswer: ApiResponse = {
  code: 504,
  rv: 0,
  record: 0,
  status: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server was unable to return a response in the time allotted, but may still be processing the request',
    reason: 'Timeout',
    code: 504,
  },
};

export interface Script<I> {
  start(input: I, nowUs: TimeUs): Plan;
  /**
   * The same for a sync of which the caller knows that it comes to `run.conclude(request)` before anything else: its body is
   * only run where that fails.
   */
  concluding(input: I, nowUs: TimeUs, request: Request): Plan;
  resume(nowUs: TimeUs, data: unknown, answers: readonly ApiResponse[]): Plan;
}

const NO_EXCHANGES: readonly Exchange[] = Object.freeze([]);

/** Makes a script of `body`; `point` names it in the plan's `resume`. */
export function script<I>(
  point: string,
  body: (run: ScriptRun, input: I) => Conversation<Outcome | undefined>,
): Script<I> {
  const step = (data: ScriptData<I>): Plan => {
    const run = new ScriptRun(data.startUs);
    const conversation = body(run, data.input);
    let state = conversation.next();
    for (const exchange of data.exchanges) {
      if (state.done) break;
      run.nowUs = exchange.nowUs;
      state = conversation.next(exchange.answers);
    }
    if (!state.done) return { steps: state.value, resume: { point, data, onErrorOnly: run.concludes } };
    const outcome = state.value;
    const requeue = outcome?.failed ? ({ rateLimited: true } as const) : outcome?.requeue;
    return { steps: run.takePending(), requeue, enqueue: outcome?.enqueue };
  };
  return {
    start: (input, nowUs) => step({ input, startUs: nowUs, exchanges: NO_EXCHANGES }),
    concluding: (input, nowUs, request) => ({
      steps: [{ do: 'request', request, onError: 'resume' }],
      resume: { point, data: { input, startUs: nowUs, exchanges: NO_EXCHANGES }, onErrorOnly: true },
    }),
    resume: (nowUs, data, answers) => {
      const before = data as ScriptData<I>;
      return step({ ...before, exchanges: [...before.exchanges, { answers, nowUs }] });
    },
  };
}

export const emptyPlan: Plan = Object.freeze({ steps: [] });

export function succeeded(answer: ApiResponse): boolean {
  return answer.code >= 200 && answer.code < 300;
}

export function isNotFound(answer: ApiResponse): boolean {
  return answer.code === 404;
}

export function isConflict(answer: ApiResponse): boolean {
  return answer.code === 409 && answer.status?.reason !== 'AlreadyExists';
}

export function isAlreadyExists(answer: ApiResponse): boolean {
  return answer.code === 409 && answer.status?.reason === 'AlreadyExists';
}

/** The API server refuses creations in a namespace that is being deleted with this cause. */
export function isNamespaceTerminating(answer: ApiResponse): boolean {
  return answer.status?.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') ?? false;
}

export function errorText(answer: ApiResponse): string {
  return answer.status?.message ?? `unknown error (${answer.code})`;
}
