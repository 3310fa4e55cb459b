import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import type { Decision } from '../../../../sim-core/scheduler/cycle/decision.ts';
import { Executor, type ExecutorName } from '../../../../sim-core/scheduler/executors/executor.ts';
import type { SchedulerConfiguration } from '../../../../sim-core/scheduler/framework/config.ts';
import { CycleState } from '../../../../sim-core/scheduler/framework/plugin.ts';
import { podInfo } from '../../../../sim-core/scheduler/framework/podInfo.ts';
import { isSuccess, type Status } from '../../../../sim-core/scheduler/framework/status.ts';
import { dryRunPreemption } from '../../../../sim-core/scheduler/plugins/defaultpreemption/defaultPreemption.ts';
import { type CaseResult, canonical, play, type SetRun } from '../../harness.ts';
import { type Cluster, type World, worldOf } from './cluster.ts';

interface Group {
  readonly nodes: readonly string[];
  readonly code: string;
  readonly plugin?: string;
  readonly reasons?: readonly string[];
}

interface CycleCase {
  readonly id: string;
  readonly features: readonly string[];
  readonly config?: SchedulerConfiguration;
  readonly cluster: Cluster;
  readonly pod: KubeObject;
  readonly expect: {
    readonly result: string;
    readonly preEnqueue?: unknown;
    readonly verdicts?: Readonly<Record<string, readonly Group[]>>;
    readonly filter?: readonly Group[];
    readonly feasible?: readonly string[];
    readonly scores?: Readonly<
      Record<string, { weight: number; raw: readonly number[]; normalized: readonly number[] }>
    >;
    readonly total?: readonly number[];
    readonly best?: readonly string[];
    readonly message?: string;
    readonly nominated?: readonly string[];
    readonly preemption?: {
      readonly candidates: Readonly<Record<string, unknown>> | readonly unknown[];
      readonly best: readonly string[];
    };
  };
}

interface Tally {
  equal: number;
  total: number;
}

/** One line of a verdict, so that both sides compare as text. NodeResourcesFit's scalar reasons are sorted in recordings. */
const verdictText = (node: string, status: { code: string; reasons?: readonly string[] }) =>
  `${node}: ${status.code} ${(status.reasons ?? []).join(' | ')}`;

function expectedVerdicts(groups: readonly Group[]): string[] {
  return groups.flatMap((g) => g.nodes.map((n) => verdictText(n, g))).sort();
}

function independentVerdicts(world: World, pod: KubeObject, plugin: string): string[] {
  const state = new CycleState();
  const info = podInfo(pod);
  world.framework.runPreFilter(state, info, world.snapshot);
  const filter = world.framework.plugins.filter.find((p) => p.name === plugin);
  if (filter === undefined || state.skipFilter.has(plugin)) return ['(not run)'];
  const out: string[] = [];
  for (const node of world.snapshot.nodes) {
    const status = filter.filter?.(state, info, node, world.snapshot);
    if (!isSuccess(status)) out.push(verdictText(node.name, status as Status));
  }
  return out.sort();
}

/** Recordings are played on all executors; the sets of the plain one have no suffix. */
export const EXECUTORS: readonly ExecutorName[] = ['plain', 'typed', 'indexed'];

export const suffixOf = (executor: ExecutorName) => (executor === 'plain' ? '' : `-${executor}`);

function decide(world: World, pod: KubeObject, executor: ExecutorName): Decision {
  return new Executor(world.framework, executor).decide(podInfo(pod), world.snapshot, {
    startIndex: 0,
    percentageOfNodesToScore: world.profile.percentageOfNodesToScore,
    chooseBest: (best) => best.indexOf([...best].sort()[0]),
    drawOffset: () => 0,
  });
}

function compareScores(c: CycleCase, d: Decision, raw: Tally, normalized: Tally, totals: Tally): string[] {
  const wrong: string[] = [];
  const names = [...d.feasible].sort();
  const order = names.map((n) => d.feasible.indexOf(n));
  for (const [plugin, expected] of Object.entries(c.expect.scores ?? {})) {
    const own = d.scores.find((s) => s.plugin === plugin);
    raw.total++;
    normalized.total++;
    if (own !== undefined && canonical(order.map((i) => own.raw[i])) === canonical(expected.raw)) raw.equal++;
    else wrong.push(`raw ${plugin}`);
    if (
      own !== undefined &&
      own.weight === expected.weight &&
      canonical(order.map((i) => own.normalized[i])) === canonical(expected.normalized)
    )
      normalized.equal++;
    else wrong.push(`normalized ${plugin}`);
  }
  if (c.expect.total !== undefined) {
    totals.total++;
    if (canonical(order.map((i) => d.totals[i])) === canonical(c.expect.total)) totals.equal++;
    else wrong.push('total');
  }
  return wrong;
}

function wholeCase(
  c: CycleCase,
  tallies: { verdicts: Tally; raw: Tally; normalized: Tally; totals: Tally },
  executor: ExecutorName,
): Omit<CaseResult, 'name'> {
  const world = worldOf(c.cluster, c.config);
  const wrong: string[] = [];
  const gate = world.framework.runPreEnqueue(c.pod, world.snapshot.listers);
  if (c.expect.result === 'Gated')
    return {
      equal: gate !== undefined,
      cause: 'gate',
      expected: canonical(c.expect.preEnqueue),
      actual: canonical(gate),
    };
  for (const [plugin, groups] of Object.entries(c.expect.verdicts ?? {})) {
    const expected = expectedVerdicts(groups);
    const actual = independentVerdicts(world, c.pod, plugin);
    tallies.verdicts.total++;
    if (canonical(expected) === canonical(actual)) tallies.verdicts.equal++;
    else wrong.push(`verdict ${plugin}`);
  }
  const d = decide(world, c.pod, executor);
  if (d.result !== c.expect.result) wrong.push(`result ${c.expect.result} != ${d.result}`);
  if (c.expect.feasible !== undefined && canonical([...d.feasible].sort()) !== canonical(c.expect.feasible))
    wrong.push('feasible');
  wrong.push(...compareScores(c, d, tallies.raw, tallies.normalized, tallies.totals));
  if (c.expect.best !== undefined && canonical([...d.best].sort()) !== canonical([...c.expect.best].sort()))
    wrong.push('best');
  const message = c.expect.message ?? '';
  if (message !== d.message) wrong.push('message');
  return wrong.length === 0
    ? { equal: true }
    : {
        equal: false,
        cause: wrong[0],
        expected: `${c.expect.result} ${message}`,
        actual: `${d.result} ${d.message} [${wrong.join('; ')}]`,
      };
}

export function* cycleSets(cases: readonly CycleCase[], file: string, only: string | undefined): Iterable<SetRun> {
  const chosen = cases.filter((c) => only === undefined || file.includes(only) || c.id.includes(only));
  for (const executor of EXECUTORS) {
    const tallies = {
      verdicts: { equal: 0, total: 0 },
      raw: { equal: 0, total: 0 },
      normalized: { equal: 0, total: 0 },
      totals: { equal: 0, total: 0 },
    };
    const results = chosen.map((c) => play(c.id, () => wholeCase(c, tallies, executor)));
    yield { set: `${file}-cases${suffixOf(executor)}`, cases: results };
    if (executor !== 'plain') continue;
    for (const [aspect, tally] of Object.entries(tallies)) {
      yield {
        set: `${file}-${aspect}`,
        cases: [{ name: aspect, equal: tally.equal === tally.total, equalUnits: tally.equal, totalUnits: tally.total }],
      };
    }
  }
}

interface ExpectedCandidate {
  readonly node: string;
  readonly victims: readonly string[];
  readonly pdbViolations: number;
}

/** Preemption: candidates with victims, and the nodes that may be nominated. */
export function* preemptionSets(cases: readonly CycleCase[], only: string | undefined): Iterable<SetRun> {
  const chosen = cases.filter((c) => only === undefined || 'preemption'.includes(only) || c.id.includes(only));
  for (const executor of EXECUTORS)
    yield { set: `preemption${suffixOf(executor)}`, cases: chosen.map((c) => preemptionCase(c, executor)) };
}

function preemptionCase(c: CycleCase, executor: ExecutorName): CaseResult {
  return play(c.id, () => {
    const world = worldOf(c.cluster, c.config);
    const d = decide(world, c.pod, executor);
    const wrong: string[] = [];
    const expected = c.expect.nominated ?? [];
    if (d.result !== c.expect.result) wrong.push(`result ${c.expect.result} != ${d.result}`);
    if ((c.expect.message ?? '') !== d.message) wrong.push('message');
    if (expected.length === 0 ? d.nominatedNode !== undefined : !expected.includes(d.nominatedNode ?? ''))
      wrong.push('nominated');
    const recorded = c.expect.preemption?.candidates as readonly ExpectedCandidate[] | undefined;
    if (recorded !== undefined && d.absent?.code !== undefined) wrong.push(...dryRunDifferences(world, c, recorded, d));
    else if (recorded !== undefined) wrong.push(...dryRunDifferences(world, c, recorded, d));
    return wrong.length === 0
      ? { equal: true }
      : {
          equal: false,
          cause: wrong[0],
          expected: `${c.expect.message ?? ''} ${canonical(expected)} ${canonical(recorded ?? null)}`,
          actual: `${d.message} ${d.nominatedNode ?? ''} [${wrong.join('; ')}]`,
        };
  });
}

function dryRunDifferences(world: World, c: CycleCase, recorded: readonly ExpectedCandidate[], d: Decision): string[] {
  const state = new CycleState();
  const pod = podInfo(c.pod);
  world.framework.runPreFilter(state, pod, world.snapshot);
  const run = dryRunPreemption({
    state,
    pod,
    snapshot: world.snapshot,
    statuses: d.failed,
    absent: d.absent ?? { code: 'UnschedulableAndUnresolvable', reasons: [] },
    framework: world.framework,
    drawOffset: () => 0,
  });
  const text = (list: readonly ExpectedCandidate[]) => canonical([...list].sort((a, b) => (a.node < b.node ? -1 : 1)));
  const own = run.candidates.map((x) => ({
    node: x.node,
    victims: x.victims.map((v) => `${v.namespace}/${v.name}`),
    pdbViolations: x.pdbViolations,
  }));
  const expected = recorded.map((x) => ({ node: x.node, victims: x.victims, pdbViolations: x.pdbViolations ?? 0 }));
  return text(own) === text(expected) ? [] : ['candidates'];
}
