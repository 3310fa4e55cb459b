import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { type CaseResult, play, type SetRun, type VectorFolder } from '../../harness.ts';
import { type RecordedStep, Replay } from './replay.ts';

interface PatchCase {
  readonly name: string;
  readonly group: string;
  readonly steps: readonly RecordedStep[];
}

/** Patches of all types (set `patch`) and server-side apply (set `apply`): a case is equal when all its steps are. */
export function* patchSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const all = vectors.lines<PatchCase>('patch.jsonl');
  const definition = JSON.parse(vectors.text('widget-crd.json')) as KubeObject;
  for (const group of ['patch', 'apply']) {
    const cases: CaseResult[] = [];
    for (const one of all) {
      if (one.group !== group) continue;
      if (only && !group.includes(only) && !one.name.includes(only)) continue;
      cases.push(play(one.name, () => playPatch(one, definition)));
    }
    if (cases.length > 0) yield { set: group, cases };
  }
}

function playPatch(one: PatchCase, definition: KubeObject): Omit<CaseResult, 'name'> {
  const replay = new Replay(['patch-ns'], definition);
  for (let i = 0; i < one.steps.length; i++) {
    const difference = replay.play(one.steps[i], i);
    if (difference !== undefined) {
      const cause = difference.startsWith('.metadata.managedFields') ? 'managedFields' : 'answer';
      return { equal: false, cause, actual: `step ${i}: ${difference}` };
    }
  }
  return { equal: true };
}
