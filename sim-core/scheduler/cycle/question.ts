import type { PodInfo } from '../framework/podInfo.ts';
import type { Framework, NominatedPods } from '../framework/runtime.ts';
import type { Snapshot } from '../framework/snapshot.ts';
import type { CycleOptions } from './schedulePod.ts';

/** Everything that decides one scheduling cycle: the same question gets the same decision from every executor. */
export interface Question {
  readonly framework: Framework;
  /** What the framework knows of pods that are nominated to a node. */
  readonly nominated: NominatedPods;
  readonly pod: PodInfo;
  /** Reads the informers lazily: good for as long as the world stands still. */
  readonly snapshot: Snapshot;
  readonly options: CycleOptions;
}
