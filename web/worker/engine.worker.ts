import * as Comlink from 'comlink';
import {
  namesOf,
  type Recording,
  RecordingError,
  readRecording,
  recordsOf,
  writeRecording,
} from '../../sim-core/index.ts';
import type { EngineApi, Failure, Origin, Outcome, RunEnd, RunSource, RunUpdate } from '../model/protocol.ts';
import { draftOf, editorApi } from './editor/api.ts';
import { updateOf } from './facts.ts';
import { OpenRun } from './openRun.ts';
import { QUERIES } from './queries/index.ts';
import { Runner } from './runner.ts';
import { RunScan } from './scan.ts';
import { type Loadable, load, loadableOfFiles, loadableOfRecording, scenarioFailure } from './sources.ts';
import { Cancelled, Task } from './task.ts';

let current: OpenRun | undefined;
let runNumber = 0;
/** The newest question in each lane; older ones are not wanted any more. */
const newest = new Map<string, number>();
let questions = 0;

function openRecording(bytes: Uint8Array): Outcome {
  const recording: Recording = readRecording(bytes);
  const records = recordsOf(recording);
  const scan = new RunScan();
  for (let i = 0; i < records.size; i++) scan.add(records.at(i));
  const loadable = loadableOfRecording(recording);
  const scenario = loadable === undefined ? undefined : load(loadable, recording.seed).scenario;
  const { endUs } = recording;
  const run = new OpenRun({
    names: namesOf(recording),
    records,
    scan,
    scenario,
    loadable,
    untilUs: endUs,
    recording: () => recording,
  });
  run.nowUs = endUs;
  const end: RunEnd = {
    digest: recording.endDigest,
    endUs,
    records: recording.recordCount,
    expectations: recording.expectations.map((e) => ({
      name: e.name,
      passed: e.passed,
      atUs: e.atUs,
      detail: e.message,
    })),
    cancelled: false,
  };
  run.end = end;
  current = run;
  const facts = { name: scenario?.name ?? recording.entry, seed: recording.seed };
  return { ok: true, update: updateOf(run, endUs, 0, facts), end };
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

const api = {
  ...editorApi,

  async scenarios() {
    return (await import('./bundled.ts')).bundledScenarios();
  },

  open(bytes: Uint8Array): Outcome {
    runNumber++;
    try {
      return openRecording(bytes);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  async run(source: RunSource, seed: string, onUpdate: (update: RunUpdate) => void): Promise<Outcome> {
    const mine = ++runNumber;
    try {
      const loadable = await loadableOf(source);
      if (loadable === undefined)
        return { ok: false, failure: { kind: 'unknown', code: 'noScenario', message: '', lines: [] } };
      const { scenario, problems } = load(loadable, seed);
      if (scenario === undefined) return { ok: false, failure: scenarioFailure(problems, loadable.bundle) };
      const runner = new Runner(scenario, loadable);
      current = runner.run;
      const cancelled = await runner.execute(() => runNumber !== mine, onUpdate);
      return runner.finish(cancelled);
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  },

  cancel(): void {
    runNumber++;
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
    return { path, entry: bundle.entry, plain, files };
  },

  async draft(path: string) {
    const loadable = await loadableOf(path === '' ? { from: 'open' } : { from: 'bundled', path });
    return loadable === undefined ? undefined : draftOf(loadable);
  },

  recording(): Uint8Array | undefined {
    const recording = current?.recording();
    if (recording === undefined) return undefined;
    const bytes = writeRecording(recording);
    return Comlink.transfer(bytes, [bytes.buffer as ArrayBuffer]);
  },
} satisfies { [K in keyof EngineApi]: unknown };

Comlink.expose(api);
