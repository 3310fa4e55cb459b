import type { TimeUs } from '../contracts/index.ts';
import type { RunState } from '../engine/index.ts';
import type { Cluster } from './build.ts';

export interface RunProgress {
  readonly nowUs: TimeUs;
  readonly untilUs: TimeUs;
  readonly events: number;
}

export interface RunOptions {
  readonly untilUs?: TimeUs;
  /** Stop after so many events: a budget. */
  readonly maxEvents?: number;
  /** Events between two calls of `progress`. */
  readonly slice?: number;
  /** Return false to stop. */
  progress?(state: RunProgress): boolean | undefined;
}

export interface RunOutcome {
  readonly stopped: RunState['stopped'] | 'cancelled';
  readonly nowUs: TimeUs;
  readonly events: number;
  readonly digest: string;
}

const SLICE_EVENTS = 200_000;

/** Runs a cluster to the end of its scenario in slices. How it is sliced does not show in the result. */
export function runCluster(cluster: Cluster, options: RunOptions = {}): RunOutcome {
  const { world, scenario } = cluster;
  const untilUs = options.untilUs ?? scenario.spec.durationUs;
  const maxEvents = options.maxEvents ?? Number.POSITIVE_INFINITY;
  const slice = options.slice ?? SLICE_EVENTS;
  let stopped: RunOutcome['stopped'] = 'events';
  let events = 0;
  while (events < maxEvents) {
    const state = world.runUntil({ timeUs: untilUs, events: Math.min(slice, maxEvents - events) });
    events += state.events;
    stopped = state.stopped;
    if (options.progress?.({ nowUs: world.nowUs, untilUs, events: world.eventsRun }) === false) {
      stopped = 'cancelled';
      break;
    }
    if (state.stopped !== 'events') break;
  }
  return { stopped, nowUs: world.nowUs, events: world.eventsRun, digest: world.digest() };
}
