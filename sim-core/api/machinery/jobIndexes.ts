import { GENERATED_NAME_BASE_MAX } from './names.ts';

/** Indexes of Indexed Jobs (pkg/controller/job/indexed_job_utils.go). */

export interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

export const UNKNOWN_INDEX = -1;

function atoi(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** status.completedIndexes as ordered intervals, up to the completions; what cannot be read is passed over. */
export function parseIndexes(text: string, completions: number): IndexInterval[] {
  const result: { first: number; last: number }[] = [];
  if (text === '') return result;
  for (const part of text.split(',')) {
    const limits = part.split('-');
    const first = atoi(limits[0]);
    if (first === undefined) continue;
    if (first >= completions) break;
    let last: number | undefined = first;
    if (limits.length > 1) {
      last = atoi(limits[1]);
      if (last === undefined) continue;
      if (last >= completions) last = completions - 1;
    }
    const previous = result[result.length - 1];
    if (previous !== undefined && previous.last === first - 1) previous.last = last;
    else result.push({ first, last });
  }
  return result;
}

export function indexTotal(intervals: readonly IndexInterval[]): number {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** `1,3-5,7`; two neighbours are written with a comma. */
export function formatIndexes(intervals: readonly IndexInterval[]): string {
  return intervals
    .map(({ first, last }) =>
      first >= last ? `${first}` : first + 1 === last ? `${first},${last}` : `${first}-${last}`,
    )
    .join(',');
}

/** Intervals and single indexes (ascending) put together. */
export function withIndexes(intervals: readonly IndexInterval[], added: readonly number[]): IndexInterval[] {
  const all = [...intervals, ...added.map((n) => ({ first: n, last: n }))];
  all.sort((a, b) => a.first - b.first || a.last - b.last);
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of all) {
    const previous = result[result.length - 1];
    if (previous === undefined || first > previous.last + 1) result.push({ first, last });
    else if (previous.last < last) previous.last = last;
  }
  return result;
}

/** The index in the annotation batch.kubernetes.io/job-completion-index; UNKNOWN_INDEX when there is none. */
export function completionIndex(annotation: string | undefined): number {
  const index = atoi(annotation);
  return index === undefined || index < 0 ? UNKNOWN_INDEX : index;
}

export interface IndexedPod {
  readonly index: string | undefined;
  readonly phase: string;
  readonly hasFinalizer: boolean;
}

/** calculateSucceededIndexes: what status has, and with the pods that newly succeeded. */
export function succeededIndexes(
  completedIndexes: string,
  completions: number,
  pods: readonly IndexedPod[],
): { previous: IndexInterval[]; now: IndexInterval[] } {
  const previous = parseIndexes(completedIndexes, completions);
  const added = new Set<number>();
  for (const pod of pods) {
    const index = completionIndex(pod.index);
    if (index === UNKNOWN_INDEX || index >= completions) continue;
    if (pod.phase === 'Succeeded' && pod.hasFinalizer) added.add(index);
  }
  return {
    previous,
    now: withIndexes(
      previous,
      [...added].sort((a, b) => a - b),
    ),
  };
}

/** generateName of the pod of an index: the job's name is cut so that the suffix still fits. */
export function jobPodGenerateName(jobName: string, index: number): string {
  const suffix = `-${index}-`;
  const kept = Math.min(jobName.length, GENERATED_NAME_BASE_MAX - suffix.length);
  return jobName.slice(0, kept) + suffix;
}
