import { parse } from 'yaml';
import { type KubeObject, readRecording, type Scenario } from '../../sim-core/index.ts';
import type { OtherRun } from '../model/compare.ts';
import type { OpenRun } from './openRun.ts';
import type { Other } from './other.ts';
import { recordingRun } from './recordingRun.ts';
import { Runner } from './runner.ts';
import { type Loadable, load } from './sources.ts';

/** What keeps the wanted run from being made; the page shows it. */
class OtherError extends Error {}

function scenarioOf(loadable: Loadable, seed: string): Scenario {
  const { scenario, problems } = load(loadable, seed);
  if (scenario !== undefined) return scenario;
  const first = problems.find((p) => p.severity === 'error');
  throw new OtherError(
    first === undefined ? 'the scenario cannot be loaded' : `${first.at.file}:${first.at.line} ${first.message}`,
  );
}

/** The same scenario with another configuration for every scheduler. */
function withScheduler(scenario: Scenario, yaml: string): Scenario {
  const configuration = parse(yaml) as KubeObject | null;
  if (
    configuration === null ||
    typeof configuration !== 'object' ||
    configuration.kind !== 'KubeSchedulerConfiguration'
  )
    throw new OtherError('kind: KubeSchedulerConfiguration is missing');
  const { controlPlane } = scenario.spec;
  const schedulers = controlPlane.schedulers.map((s) => ({ ...s, configuration }));
  return { ...scenario, spec: { ...scenario.spec, controlPlane: { ...controlPlane, schedulers } } };
}

async function wanted(other: OtherRun, a: OpenRun | undefined): Promise<{ scenario: Scenario; loadable: Loadable }> {
  if (other.kind === 'scenario') {
    const { bundleOf } = await import('./bundled.ts');
    const loadable = { bundle: bundleOf(other.path), plain: [], path: other.path };
    return { scenario: scenarioOf(loadable, ''), loadable };
  }
  const loadable = a?.loadable;
  if (loadable === undefined) throw new OtherError('the scenario of this run is not known');
  const seed = a?.scenario?.spec.seed ?? '';
  const scenario = scenarioOf(loadable, other.kind === 'seed' ? other.seed : seed);
  return { scenario: other.kind === 'scheduler' ? withScheduler(scenario, other.yaml) : scenario, loadable };
}

/** Makes the run to compare with: a branch that is there, a recording, or a run to its end, in slices. */
export async function runOther(
  other: OtherRun,
  a: OpenRun | undefined,
  runners: readonly Runner[],
  isCancelled: () => boolean,
  onProgress: (share: number) => void,
): Promise<Other | undefined> {
  if (other.kind === 'recording') return { run: recordingRun(readRecording(other.bytes)), branch: '' };
  if (other.kind === 'branch') {
    const runner = runners.find(({ id }) => id === other.id);
    if (runner === undefined) throw new OtherError('there is no such fork');
    const { parent, title } = runner.session.branch;
    return { run: runner.run, branch: parent === undefined ? '' : title };
  }
  const { scenario, loadable } = await wanted(other, a);
  const runner = Runner.begin(scenario, loadable, []);
  const outcome = await runner.execute(isCancelled, (update) =>
    onProgress(update.nowUs / Math.max(1, scenario.spec.durationUs)),
  );
  return outcome.ok && !isCancelled() ? { run: runner.run, branch: '' } : undefined;
}
