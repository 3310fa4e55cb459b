import type { OpenRun } from './openRun.ts';
import { sliceTook } from './slices.ts';

/** The worker is busy for at most this long before it looks at what else came. */
export const SLICE_MS = 8;

/** Nobody waits for the answer any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Lets messages in, and comes back. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });
}

/** One question under way. Long work calls `pause` often; it costs a look at the clock. */
export class Task {
  readonly run: OpenRun;
  private readonly isCancelled: () => boolean;
  private until = performance.now() + SLICE_MS;

  constructor(run: OpenRun, isCancelled: () => boolean) {
    this.run = run;
    this.isCancelled = isCancelled;
  }

  /** True when the slice is used up: time for `await task.pause()`. Cheap enough to ask every hundred steps. */
  get isDue(): boolean {
    return performance.now() >= this.until;
  }

  /** Gives way when the slice is used up; throws `Cancelled` when a newer question took the place of this one. */
  async pause(): Promise<void> {
    if (!this.isDue) return;
    sliceTook('question', performance.now() - this.until + SLICE_MS);
    await nextTask();
    if (this.isCancelled()) throw new Cancelled();
    this.until = performance.now() + SLICE_MS;
  }
}
