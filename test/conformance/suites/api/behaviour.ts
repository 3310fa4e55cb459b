import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import { type CaseResult, play, type SetRun, type VectorFolder } from '../../harness.ts';
import { type RecordedStep, Replay } from './replay.ts';

interface Scenario {
  readonly name: string;
  readonly namespace: string;
  readonly steps: readonly RecordedStep[];
}

/** Scenarios of requests and watches: a case is a scenario, scored in steps. */
export function* behaviourSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  const definition = JSON.parse(vectors.text('widget-crd.json')) as KubeObject;
  const cases: CaseResult[] = [];
  for (const scenario of vectors.lines<Scenario>('behaviour.jsonl')) {
    if (only && !'behaviour'.includes(only) && !scenario.name.includes(only)) continue;
    cases.push(playScenario(scenario, definition));
  }
  if (cases.length > 0) yield { set: 'behaviour', cases };
}

function playScenario(scenario: Scenario, definition: KubeObject): CaseResult {
  const total = scenario.steps.length;
  const result = play(scenario.name, () => {
    const replay = new Replay(namespacesOf(scenario), definition);
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

/** The namespaces that a scenario uses without making them (one scenario uses a neighbour's). */
function namespacesOf(scenario: Scenario): readonly string[] {
  const made = new Set<string>();
  const used = new Set<string>([scenario.namespace]);
  for (const { request } of scenario.steps) {
    if (!request) continue;
    const body = request.body as { kind?: string; metadata?: { name?: string } } | undefined;
    if (body?.kind === 'Namespace' && request.method === 'POST' && body.metadata?.name) made.add(body.metadata.name);
    const match = /\/namespaces\/([^/?]+)\//.exec(request.path);
    if (match?.[1].startsWith('b-')) used.add(match[1]);
  }
  return [...used].filter((name) => !made.has(name));
}
