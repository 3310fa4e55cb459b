import type { SetRun, Suite, VectorFolder } from '../harness.ts';
import { behaviourSets } from './api/behaviour.ts';
import { defaultingSet } from './api/defaulting.ts';
import { durationsSet } from './api/durations.ts';
import { patchSets } from './api/patch.ts';
import { tablesSet } from './api/tables.ts';
import { validationSets } from './api/validation.ts';

/** Each gives one or more sets of the recordings of the API server. */
const SETS: readonly ((vectors: VectorFolder, only: string | undefined) => Iterable<SetRun>)[] = [
  durationsSet,
  defaultingSet,
  validationSets,
  behaviourSets,
  patchSets,
  tablesSet,
];

export const api: Suite = {
  name: 'api',
  *run(vectors, only) {
    for (const set of SETS) yield* set(vectors, only);
  },
};
