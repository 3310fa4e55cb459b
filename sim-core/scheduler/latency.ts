import type { TimeUs } from '../contracts/index.ts';

/**
 * Model constant: how long one scheduling cycle keeps the (single) scheduling thread. scheduler_perf's best workloads reach
 * 680-810 pods/s on 5,000 nodes (500 evaluated), about 1.3 ms a pod, API calls included (performance.md A).
 */
const CYCLE_BASE_US = 300;
const CYCLE_PER_NODE_US = 1;
/** Binding goroutine: from the end of the cycle to the request. */
export const BIND_START_US = 200;

export function cycleUs(nodesEvaluated: number): TimeUs {
  return CYCLE_BASE_US + CYCLE_PER_NODE_US * nodesEvaluated;
}
