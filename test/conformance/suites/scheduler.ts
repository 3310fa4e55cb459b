import type { Suite } from '../harness.ts';
import { cycleSets, preemptionSets } from './scheduler/cycle.ts';

export const scheduler: Suite = {
  name: 'scheduler',
  *run(vectors, only) {
    yield* cycleSets(vectors.lines('cycle.jsonl'), 'cycle', only);
    yield* preemptionSets(vectors.lines('preemption.jsonl'), only);
  },
};
