import type { Suite } from '../harness.ts';
import { cycleSets, preemptionSets } from './scheduler/cycle.ts';
import { hintSets } from './scheduler/hints.ts';
import { samplingSets, sequenceSets } from './scheduler/sequence.ts';

export const scheduler: Suite = {
  name: 'scheduler',
  *run(vectors, only) {
    yield* cycleSets(vectors.lines('cycle.jsonl'), 'cycle', only);
    yield* preemptionSets(vectors.lines('preemption.jsonl'), only);
    yield* sequenceSets(vectors.lines('sequence.jsonl'), only);
    yield* hintSets(vectors.lines('hints.jsonl'), only);
    yield* samplingSets(vectors.lines('sampling.jsonl'), only);
  },
};
