import type { PodInfo } from '../../framework/podInfo.ts';

/** A node on which preemption would make room. */
export interface Candidate {
  readonly node: string;
  /** Most important first. */
  readonly victims: readonly PodInfo[];
  readonly pdbViolations: number;
  /** Priority of the first victim, sumOfPriorities and earliestStartOfHighest of all, where they are known. */
  readonly highestPriority?: number | undefined;
  readonly prioritySum?: number | undefined;
  readonly earliestStart?: string | undefined;
}

const PRIORITY_OFFSET = 2 ** 31;

/** Text of status.startTime, or '' for a pod that has not started: it counts as starting now. */
export function startTime(pod: PodInfo): string {
  return pod.pod.status?.startTime ?? '';
}

/** Earlier first; a pod that has not started is last. */
export function startsBefore(a: string, b: string): boolean {
  if (a === b || a === '') return false;
  return b === '' || a < b;
}

/** Higher priority, then earlier start. Source: pkg/scheduler/util MoreImportantPod. */
export function compareImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [x, y] = [startTime(a), startTime(b)];
  return startsBefore(x, y) ? -1 : startsBefore(y, x) ? 1 : 0;
}

/** For the fifth criterion, and for explanations. */
export function earliestStartOfHighest(candidate: Candidate): string {
  const highest = candidate.victims[0].priority;
  let earliest = startTime(candidate.victims[0]);
  for (const victim of candidate.victims) {
    if (victim.priority === highest && startsBefore(startTime(victim), earliest)) earliest = startTime(victim);
  }
  return earliest;
}

/** Each priority is raised, so that fewer victims nearly always weigh less. */
export function sumOfPriorities(candidate: Candidate): number {
  return candidate.victims.reduce((sum, v) => sum + v.priority + PRIORITY_OFFSET, 0);
}

function keepLowest(candidates: readonly Candidate[], measure: (c: Candidate) => number): readonly Candidate[] {
  let best = Number.POSITIVE_INFINITY;
  let left: Candidate[] = [];
  for (const c of candidates) {
    const measured = measure(c);
    if (measured > best) continue;
    if (measured < best) left = [];
    best = measured;
    left.push(c);
  }
  return left;
}

/** By the criteria of `bestCandidates`: below 0 = `a` is better; 0 = no criterion tells them apart. */
function compareCandidates(a: Candidate, b: Candidate): number {
  const byCount = a.pdbViolations - b.pdbViolations;
  if (byCount !== 0) return byCount;
  const byPriority = highestPriority(a) - highestPriority(b);
  if (byPriority !== 0) return byPriority;
  const bySum = (a.prioritySum ?? sumOfPriorities(a)) - (b.prioritySum ?? sumOfPriorities(b));
  if (bySum !== 0) return bySum;
  if (a.victims.length !== b.victims.length) return a.victims.length - b.victims.length;
  const [x, y] = [a.earliestStart ?? earliestStartOfHighest(a), b.earliestStart ?? earliestStartOfHighest(b)];
  return startsBefore(x, y) ? 1 : startsBefore(y, x) ? -1 : 0;
}

const highestPriority = (c: Candidate) => c.highestPriority ?? c.victims[0].priority;

/** `bestCandidates` of candidates that come one by one; they are called by numbers. */
export class BestSoFar {
  numbers: number[] = [];
  private one: Candidate | undefined;

  add(i: number, candidate: Candidate): void {
    const order = this.one === undefined ? -1 : compareCandidates(candidate, this.one);
    if (order > 0) return;
    if (order < 0) {
      this.one = candidate;
      this.numbers = [];
    }
    this.numbers.push(i);
  }
}

/**
 * The candidates that are left after all criteria, in the given order: fewest PDB violations, lowest highest priority,
 * lowest sum of priorities (each raised by 2^31, so that fewer victims nearly always win), fewest victims, latest start
 * of the most important victims. Source: pkg/scheduler/framework/preemption pickOneNodeForPreemption.
 */
export function bestCandidates(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length === 0) return [];
  let left = keepLowest(candidates, (c) => c.pdbViolations);
  left = keepLowest(left, (c) => c.highestPriority ?? c.victims[0].priority);
  left = keepLowest(left, (c) => c.prioritySum ?? sumOfPriorities(c));
  left = keepLowest(left, (c) => c.victims.length);
  const startOf = (c: Candidate) => c.earliestStart ?? earliestStartOfHighest(c);
  let latest = startOf(left[0]);
  for (const c of left) {
    const start = startOf(c);
    if (startsBefore(latest, start)) latest = start;
  }
  return left.filter((c) => startOf(c) === latest);
}
