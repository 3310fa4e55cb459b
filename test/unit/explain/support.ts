import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import type { Question } from '../../../sim-core/scheduler/cycle/question.ts';
import { buildProfiles, type SchedulerConfiguration } from '../../../sim-core/scheduler/framework/config.ts';
import { podInfo } from '../../../sim-core/scheduler/framework/podInfo.ts';
import { Framework } from '../../../sim-core/scheduler/framework/runtime.ts';
import type { Snapshot } from '../../../sim-core/scheduler/framework/snapshot.ts';

/** One cycle as a question; ties go to the first of the best. */
export function questionOf(snapshot: Snapshot, incoming: KubeObject, configuration?: SchedulerConfiguration): Question {
  const profile = buildProfiles(configuration)[0];
  const nominated = () => [];
  return {
    framework: new Framework(profile.plugins, nominated),
    nominated,
    pod: podInfo(incoming),
    snapshot,
    options: {
      startIndex: 0,
      percentageOfNodesToScore: profile.percentageOfNodesToScore,
      chooseBest: () => 0,
      drawOffset: () => 0,
    },
  };
}
