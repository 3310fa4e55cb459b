import { PodState } from '../../../sim-core/index.ts';
import type { AreaFailure, AreaSums } from '../../model/area.ts';
import { LOOK_NUMBER, LOOKS } from '../../model/states.ts';
import { TICKS } from '../../model/ticks.ts';
import type { LaneView } from '../scan.ts';
import type { Task } from '../task.ts';

export interface AreaArgs {
  readonly fromUs: number;
  readonly toUs: number;
  readonly lanes: Uint32Array;
}

const FAILURES_MAX = 30;

/** States that are a failure when a pod comes into them. */
const FAILING: ReadonlySet<number> = new Set([
  PodState.crashLoop,
  PodState.imagePull,
  PodState.failed,
  PodState.unknown,
]);

interface Sums {
  pods: number;
  created: number;
  deleted: number;
  readonly ticks: number[];
  readonly lookUs: number[];
  readonly lookPods: number[];
  readonly delays: number[];
  readonly failures: AreaFailure[];
}

/** What happened to the pods of some lanes in a stretch of time. */
export async function areaSums(task: Task, { fromUs, toUs, lanes }: AreaArgs): Promise<AreaSums> {
  const { scan, nowUs } = task.run;
  const sums: Sums = {
    pods: 0,
    created: 0,
    deleted: 0,
    ticks: TICKS.map(() => 0),
    lookUs: LOOKS.map(() => 0),
    lookPods: LOOKS.map(() => 0),
    delays: [],
    failures: [],
  };
  for (let i = 0; i < lanes.length; i++) {
    if (lanes[i] < scan.laneCount) addLane(sums, scan.lane(lanes[i]), lanes[i], fromUs, Math.min(toUs, nowUs), nowUs);
    if (i % 500 === 499) await task.pause();
  }
  const { delays, failures, ...rest } = sums;
  delays.sort((a, b) => a - b);
  failures.sort((a, b) => a.timeUs - b.timeUs || a.lane - b.lane);
  return {
    ...rest,
    ready: {
      pods: delays.length,
      meanUs: delays.reduce((sum, d) => sum + d, 0) / delays.length,
      p50Us: quantile(delays, 0.5),
      p99Us: quantile(delays, 0.99),
    },
    failures: failures.slice(0, FAILURES_MAX),
    failedPods: failures.length,
  };
}

/** The smallest value that at least the share `q` of all does not exceed; NaN of none. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted.length === 0 ? Number.NaN : sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

function addLane(sums: Sums, view: LaneView, lane: number, fromUs: number, toUs: number, nowUs: number): void {
  const { timeUs, state, tickUs, tick } = view;
  const seen = new Set<number>();
  let failure: AreaFailure | undefined;
  const fail = (at: number, what: string) => {
    if (failure === undefined || at < failure.timeUs) failure = { timeUs: at, lane, what };
  };
  let bornUs = Number.NaN;
  let wasReady = false;
  for (let i = 0; i < timeUs.length && timeUs[i] <= toUs; i++) {
    const isBirth = i === 0 || state[i - 1] === PodState.deleted;
    if (isBirth) {
      bornUs = timeUs[i];
      wasReady = false;
    }
    const isInside = timeUs[i] >= fromUs;
    if (isInside && isBirth) sums.created++;
    if (isInside && state[i] === PodState.deleted) sums.deleted++;
    if (state[i] === PodState.ready && !wasReady) {
      wasReady = true;
      if (isInside) sums.delays.push(timeUs[i] - bornUs);
    }
    if (isInside && FAILING.has(state[i])) fail(timeUs[i], `state:${state[i]}`);
    const look = LOOK_NUMBER[state[i]];
    const endUs = i + 1 < timeUs.length ? timeUs[i + 1] : nowUs;
    if (look < 0 || endUs < fromUs) continue;
    sums.lookUs[look] += Math.max(0, Math.min(endUs, toUs) - Math.max(timeUs[i], fromUs));
    seen.add(look);
  }
  for (let k = 0; k < tickUs.length; k++) {
    if (tickUs[k] < fromUs || tickUs[k] > toUs) continue;
    sums.ticks[tick[k]]++;
    fail(tickUs[k], TICKS[tick[k]]);
  }
  if (seen.size > 0) sums.pods++;
  for (const look of seen) sums.lookPods[look]++;
  if (failure !== undefined) sums.failures.push(failure);
}
