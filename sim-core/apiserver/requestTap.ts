import type { ApiRequest, ApiResponse, Revision, TimeUs, WorldContext } from '../contracts/index.ts';
import type { StoreOp } from './model.ts';
import type { RequestObserver } from './requestObserver.ts';

/** Tells all who listen what requests do: checkers, and whoever looks at a run from outside. Keeps nothing itself. */
export class RequestTap implements RequestObserver {
  readonly seesComputed = true;
  private readonly observers: RequestObserver[];

  constructor(observers: readonly RequestObserver[]) {
    this.observers = [...observers];
  }

  get isListening(): boolean {
    return this.observers.length > 0;
  }

  /** From then on, in this world; it must not change anything, and hears what runs again after a jump in time once more. */
  listen(observer: RequestObserver): void {
    this.observers.push(observer);
  }

  received(ctx: WorldContext, token: number, request: ApiRequest, workUs: TimeUs): void {
    for (const observer of this.observers) observer.received?.(ctx, token, request, workUs);
  }

  stored(ctx: WorldContext, token: number, request: ApiRequest, op: StoreOp, rv: Revision): void {
    for (const observer of this.observers) observer.stored?.(ctx, token, request, op, rv);
  }

  answered(ctx: WorldContext, token: number, request: ApiRequest, response: ApiResponse): void {
    for (const observer of this.observers) observer.answered?.(ctx, token, request, response);
  }
}
