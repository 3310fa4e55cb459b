import * as Comlink from 'comlink';
import {
  type BreakpointSpec,
  branchBundle,
  RecordingError,
  readRecording,
  type Scenario,
  type TimelineAction,
  writeRecording,
} from '../../sim-core/index.ts';
import type { OtherRun } from '../model/compare.ts';
import type {
  BranchFact,
  EngineApi,
  Failure,
  ForkTree,
  JoinedEntry,
  KeptFork,
  Origin,
  Outcome,
  RunEnd,
  RunSource,
  RunUpdate,
} from '../model/protocol.ts';
import type { Trial, TrialEnd, Verdict } from '../model/trial.ts';
import { draftOf, editorApi } from './editor/api.ts';
import { updateOf } from './facts.ts';
import { Forks } from './forks.ts';
import type { OpenRun } from './openRun.ts';
import { setOtherRun } from './other.ts';
import { runOther } from './otherRunner.ts';
import { QUERIES } from './queries/index.ts';
import { recordingRun } from './recordingRun.ts';
import { Runner } from './runner.ts';
import { type Loadable, load, loadableOfFiles, scenarioFailure } from './sources.ts';
import { Cancelled, Task } from './task.ts';
import type { Moment } from './traveller.ts';
import { verdictOf } from './trial.ts';

let current: OpenRun | undefined;
/** The run of this page and its forks; undefined for a recording. */
let forks: Forks | undefined;
let breakpoints: readonly BreakpointSpec[] = [];
let runNumber = 0;
/** The newest wish for a run to compare with. */
let otherNumber = 0;
/** The newest question in each lane; older ones are not wanted any more. */
const newest = new Map<string, number>();
let questions = 0;

async function openRecording(bytes: Uint8Array): Promise<Outcome> {
  const recording = readRecording(bytes);
  const run = recordingRun(recording);
  current = run;
  forks = undefined;
  const facts = { name: run.scenario?.name ?? recording.entry, seed: recording.seed };
  return { ok: true, update: await updateOf(run, recording.endUs, 0, true, facts), end: run.end as RunEnd };
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RecordingError) return { kind: 'recording', code: error.fault, message, lines: [] };
  if (error instanceof Error && error.name === 'SimulationError')
    return { kind: 'engine', code: '', message, lines: [] };
  return { kind: 'unknown', code: '', message, lines: [] };
}

async function loadableOf(source: RunSource): Promise<Loadable | undefined> {
  if (source.from === 'files') return loadableOfFiles(source.files);
  if (source.from === 'open') return current?.loadable;
  const { bundleOf } = await import('./bundled.ts');
  return { bundle: bundleOf(source.path), plain: [], path: source.path };
}

/** The scenario with entries that joined its timeline: the same run as the fork in which they did. */
function withEntries(scenario: Scenario, entries: readonly JoinedEntry[]): Scenario {
  const place = { file: 'session', line: 0, col: 0 };
  const timeline = [...scenario.spec.timeline, ...entries.map((e) => ({ ...e, at: place }))];
  return { ...scenario, spec: { ...scenario.spec, timeline } };
}

function shownRunner(): Runner {
  const runner = forks?.of(current);
  if (runner === undefined) throw new Error('the run on show is a recording');
  return runner;
}

function knownForks(): Forks {
  if (forks === undefined) throw new Error('the run on show is a recording');
  return forks;
}

function execute(runner: Runner, mine: number, onUpdate: (update: RunUpdate) => void): Promise<Outcome> {
  current = runner.run;
  runner.setBreakpoints(breakpoints);
  return runner.execute(() => runNumber !== mine, onUpdate);
}

const api = {
  ...editorApi,

  async scenarios() {
    return (await import('./bundled.ts')).bundledScenarios();
  },

  async open(bytes: Uint8Array): Promise<Outcome> {
    runNumber++;
    try {
      return await openRecording(bytes);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  async run(
    source: RunSource,
    seed: string,
    onUpdate: (update: RunUpdate) => void,
    entries: readonly JoinedEntry[] = [],
    tree: ForkTree = { forks: [], shown: '0' },
  ): Promise<Outcome> {
    const mine = ++runNumber;
    try {
      const loadable = await loadableOf(source);
      if (loadable === undefined)
        return { ok: false, failure: { kind: 'unknown', code: 'noScenario', message: '', lines: [] } };
      const { scenario, problems } = load(loadable, seed);
      if (scenario === undefined) return { ok: false, failure: scenarioFailure(problems, loadable.bundle) };
      const root = Runner.begin(withEntries(scenario, entries), loadable, entries);
      const made = new Forks(root);
      made.keep(tree.forks);
      forks = made;
      current = root.run;
      const runner = await made.restore(tree.shown, () => runNumber !== mine, onUpdate);
      return await execute(runner ?? root, mine, onUpdate);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  cancel(): void {
    runNumber++;
  },

  async resume(onUpdate: (update: RunUpdate) => void): Promise<Outcome> {
    const mine = ++runNumber;
    try {
      return await execute(shownRunner(), mine, onUpdate);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  /** Throws what is wrong with the actions; the run on show stays. */
  async fork(
    moment: Moment,
    actions: readonly TimelineAction[],
    title: string,
    onUpdate: (update: RunUpdate) => void,
  ): Promise<Outcome> {
    const fork = await knownForks().make(shownRunner(), moment, actions, title);
    const mine = ++runNumber;
    try {
      return await execute(fork, mine, onUpdate);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  /** Runs a fork to its end beside the run on show, and tells all along what became of a pod in it. */
  async tryFork(trial: Trial, onProgress: (share: number, verdict: Verdict) => void): Promise<TrialEnd | undefined> {
    const made = knownForks();
    const { moment, actions, title, question } = trial;
    const fork = await made.make(shownRunner(), moment, actions, title);
    fork.setBreakpoints([]);
    const isGiven = () => forks !== made || !made.has(fork);
    const verdict = () => verdictOf(new Task(fork.run, isGiven), question);
    await fork.execute(isGiven, async ({ nowUs }) => {
      onProgress(nowUs / Math.max(1, fork.run.untilUs), await verdict());
    });
    return isGiven() ? undefined : { branch: fork.session.branch.id, verdict: await verdict() };
  },

  branches(): BranchFact[] {
    return forks?.facts(current) ?? [];
  },

  keep(kept: readonly KeptFork[]): void {
    forks?.keep(kept);
  },

  drop(branch: string): void {
    if (forks?.get(branch)?.run !== current) forks?.drop(branch);
  },

  async show(branch: string, onUpdate: (update: RunUpdate) => void): Promise<Outcome> {
    const mine = ++runNumber;
    const made = knownForks();
    const known = made.get(branch);
    if (known !== undefined) {
      current = known.run;
      return known.traveller.exclusive(async () => known.finish(known.run.end?.cancelled ?? true, undefined));
    }
    try {
      const fork = await made.restore(
        branch,
        () => runNumber !== mine,
        () => {},
      );
      return await execute(fork ?? shownRunner(), mine, onUpdate);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  async compare(other: OtherRun | undefined, onProgress: (share: number) => void): Promise<Failure | undefined> {
    const mine = ++otherNumber;
    setOtherRun(undefined);
    if (other === undefined) return undefined;
    try {
      const found = await runOther(other, current, forks?.all ?? [], () => otherNumber !== mine, onProgress);
      if (otherNumber === mine) setOtherRun(found);
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  },

  setBreakpoints(specs: readonly BreakpointSpec[]): void {
    for (const runner of forks?.all ?? []) runner.setBreakpoints(specs);
    breakpoints = specs;
  },

  async ask(query: string, name: string, args: unknown, lane: string): Promise<unknown> {
    const mine = ++questions;
    newest.set(lane, mine);
    const run = current;
    if (run === undefined) return undefined;
    const functions = QUERIES[query as keyof typeof QUERIES] as Record<string, (task: Task, args: unknown) => unknown>;
    try {
      return await functions[name](new Task(run, () => newest.get(lane) !== mine || current !== run), args);
    } catch (error) {
      if (error instanceof Cancelled) return undefined;
      throw error;
    }
  },

  forget(lane: string): void {
    newest.delete(lane);
  },

  origin(): Origin | undefined {
    const loadable = current?.loadable;
    if (loadable === undefined) return undefined;
    const { bundle, plain, path = '' } = loadable;
    const decoder = new TextDecoder();
    const files = path === '' ? [...bundle.files].map(([name, bytes]) => [name, decoder.decode(bytes)] as const) : [];
    const runner = forks?.of(current);
    const entries = (runner?.entries ?? []).map(({ atUs, action }) => ({ atUs, action }));
    const tree = { forks: forks?.kept ?? [], shown: runner?.id ?? '0' };
    return { path, entry: bundle.entry, plain, files, entries, tree };
  },

  async draft(path: string) {
    const loadable = await loadableOf(path === '' ? { from: 'open' } : { from: 'bundled', path });
    return loadable === undefined ? undefined : draftOf(loadable);
  },

  branchFile(): { name: string; text: string } | undefined {
    const runner = forks?.of(current);
    const loadable = current?.loadable;
    if (runner === undefined || loadable === undefined || loadable.plain.length > 0) return undefined;
    const place = { file: 'session', line: 0, col: 0 };
    const entries = [...runner.entries.map((e) => ({ ...e, at: place })), ...runner.session.entries];
    if (entries.length === 0) return undefined;
    const { seed } = runner.session.scenario.spec;
    const bundle = branchBundle(loadable.bundle, entries, { seed });
    const base = bundle.entry.slice(bundle.entry.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
    const text = new TextDecoder().decode(bundle.files.get(bundle.entry));
    return { name: `${base}-fork-${runner.id.replaceAll('.', '-')}.yaml`, text };
  },

  async recording(): Promise<Uint8Array | undefined> {
    const recording = await current?.recording();
    if (recording === undefined) return undefined;
    const bytes = writeRecording(recording);
    return Comlink.transfer(bytes, [bytes.buffer as ArrayBuffer]);
  },
} satisfies { [K in keyof EngineApi]: unknown };

Comlink.expose(api);
