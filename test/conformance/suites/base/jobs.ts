import * as j from '../../../../sim-core/api/machinery/jobIndexes.ts';
import type { Player } from './common.ts';

export const jobsPlayers: Readonly<Record<string, Player>> = {
  'job-indexes': (input, out) => {
    const intervals = j.parseIndexes(input.completedIndexes, input.completions);
    const merged = j.withIndexes(intervals, out.added ?? []);
    return {
      added: out.added,
      intervals: intervals.length === 0 ? null : intervals.map(({ first, last }) => ({ First: first, Last: last })),
      merged: j.formatIndexes(merged),
      mergedTotal: j.indexTotal(merged),
      string: j.formatIndexes(intervals),
      total: j.indexTotal(intervals),
    };
  },
  'job-succeeded-indexes': (input) => {
    const pods = (input.pods ?? []).map((p: { index: string; phase: string; finalizer: boolean }) => ({
      index: p.index,
      phase: p.phase,
      hasFinalizer: p.finalizer,
    }));
    const { previous, now } = j.succeededIndexes(input.completedIndexes, input.completions, pods);
    return { now: j.formatIndexes(now), previous: j.formatIndexes(previous) };
  },
  'job-pod-generate-name': (input) => ({ generateName: j.jobPodGenerateName(input.jobName, input.index) }),
};
