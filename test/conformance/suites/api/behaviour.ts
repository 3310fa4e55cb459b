import { type CaseResult, play, type SetRun, type VectorFolder } from '../../harness.ts';
import { type RecordedStep, Replay } from './replay.ts';

interface Scenario {
  readonly name: string;
  readonly namespace: string;
  readonly steps: readonly RecordedStep[];
}

/** Scenarios of requests and watches: a case is a scenario, scored in steps. */
export function* behaviourSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const cases: CaseResult[] = [];
  for (const scenario of vectors.lines<Scenario>('behaviour.jsonl')) {
    if (only && !'behaviour'.includes(only) && !scenario.name.includes(only)) continue;
    cases.push(playScenario(scenario));
  }
  if (cases.length > 0) yield { set: 'behaviour', cases };
}

function playScenario(scenario: Scenario): CaseResult {
  const total = scenario.steps.length;
  const result = play(scenario.name, () => {
    const replay = new Replay(scenario.namespace);
    const differences = scenario.steps.map((step, i) => {
      try {
        return replay.play(step, i);
      } catch (error) {
        return `crash: ${String(error instanceof Error ? error.stack : error).slice(0, 400)}`;
      }
    });
    for (const [step, difference] of replay.frames(scenario.steps)) differences[step] ??= difference;
    const equalUnits = differences.filter((difference) => difference === undefined).length;
    const shown = differences.flatMap((difference, i) =>
      difference === undefined ? [] : [`step ${i}: ${difference}`],
    );
    return { equal: equalUnits === total, equalUnits, totalUnits: total, cause: 'step', actual: shown.join('\n') };
  });
  return { totalUnits: total, equalUnits: 0, ...result };
}
