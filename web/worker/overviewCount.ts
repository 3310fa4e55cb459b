import { PodState } from '../../sim-core/index.ts';
import type { Overview } from '../model/frame.ts';

const BINS = 1024;

/** States of a pod that wants to be Ready and is not. */
export const PENDING: ReadonlySet<number> = new Set<number>([
  PodState.pending,
  PodState.scheduled,
  PodState.initializing,
  PodState.starting,
  PodState.running,
  PodState.crashLoop,
  PodState.imagePull,
]);

/** Counts over the whole run, change by change: what a bin gains and loses. */
export class OverviewCount {
  private readonly binUs: number;
  private readonly pendingChange = new Int32Array(BINS + 1);
  private readonly readyChange = new Int32Array(BINS + 1);

  constructor(untilUs: number) {
    this.binUs = Math.max(1, untilUs / BINS);
  }

  /** A pod comes into a state, and is in it until it leaves. */
  enter(state: number, timeUs: number): void {
    if (PENDING.has(state)) this.pendingChange[this.firstOf(timeUs)]++;
    else if (state === PodState.ready) this.readyChange[this.afterOf(timeUs)]++;
  }

  leave(state: number, fromUs: number, toUs: number): void {
    if (PENDING.has(state)) {
      // Touched bins count, so that a short wait shows.
      this.pendingChange[Math.max(this.firstOf(fromUs) + 1, this.afterOf(toUs))]--;
    } else if (state === PodState.ready) {
      // Only bins that it filled.
      const from = this.afterOf(fromUs);
      this.readyChange[Math.max(from, Math.min(BINS, Math.floor(toUs / this.binUs)))]--;
    }
  }

  private firstOf(timeUs: number): number {
    return Math.min(BINS - 1, Math.floor(timeUs / this.binUs));
  }

  private afterOf(timeUs: number): number {
    return Math.min(BINS, Math.ceil(timeUs / this.binUs));
  }

  at(endUs: number): Overview {
    const bins = Math.min(BINS, Math.max(1, Math.ceil(endUs / this.binUs)));
    const pending = new Uint32Array(bins);
    const ready = new Uint32Array(bins);
    for (let i = 0, p = 0, r = 0; i < bins; i++) {
      pending[i] = p += this.pendingChange[i];
      ready[i] = r += this.readyChange[i];
    }
    return { binUs: this.binUs, pending, ready };
  }
}
