import {
  type Bundle,
  defaultScenario,
  folderOf,
  isScenarioText,
  type LoadResult,
  loadScenario,
  type Recording,
  type ScenarioProblem,
} from '../../sim-core/index.ts';
import type { Failure, FailureLine, RunSource } from '../model/protocol.ts';

/** A scenario with what is needed to load it again, with another seed. */
export interface Loadable {
  readonly bundle: Bundle;
  /** Names of plain manifests; empty = `bundle.entry` is a scenario. */
  readonly plain: readonly string[];
  /** Path below scenarios/ of a bundled one. */
  readonly path?: string;
  readonly durationUs?: number;
  readonly set?: Readonly<Record<string, string>>;
}

export function load(from: Loadable, seed: string): LoadResult {
  const options = { seed: seed === '' ? undefined : seed, durationUs: from.durationUs, set: from.set };
  return from.plain.length > 0 ? defaultScenario(from.bundle, from.plain, options) : loadScenario(from.bundle, options);
}

const decoder = new TextDecoder();

/** The first scenario among given files (by path), or all of them as manifests. */
export function loadableOfFiles(given: Extract<RunSource, { from: 'files' }>['files']): Loadable {
  const sorted = [...given].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const entry = sorted.find(([, bytes]) => isScenarioText(decoder.decode(bytes)));
  if (entry === undefined) {
    return { bundle: { entry: '', files: new Map(sorted) }, plain: sorted.map(([path]) => path) };
  }
  const folder = folderOf(entry[0]);
  const prefix = folder === '' ? '' : `${folder}/`;
  const files = new Map(
    sorted.filter(([path]) => path.startsWith(prefix)).map(([path, bytes]) => [path.slice(prefix.length), bytes]),
  );
  return { bundle: { entry: entry[0].slice(prefix.length), files }, plain: [] };
}

/** The scenario inside a recording; undefined when it holds none. */
export function loadableOfRecording(recording: Recording): Loadable | undefined {
  if (recording.files.size === 0) return undefined;
  const { options } = recording;
  const plain = (options['plain'] ?? '').split('\n').filter((line) => line !== '');
  const parameters = JSON.parse(options['parameters'] ?? '{}') as Record<string, unknown>;
  return {
    bundle: { entry: recording.entry, files: recording.files },
    plain,
    durationUs: options['durationUs'] === undefined ? undefined : Number(options['durationUs']),
    set: Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, String(v)])),
  };
}

const LINES_MAX = 20;

export function scenarioFailure(problems: readonly ScenarioProblem[], bundle: Bundle): Failure {
  const errors = problems.filter((p) => p.severity === 'error');
  return {
    kind: 'scenario',
    code: String(errors.length),
    message: '',
    lines: errors.slice(0, LINES_MAX).map((p) => line(p, bundle)),
  };
}

function line(p: ScenarioProblem, bundle: Bundle): FailureLine {
  const bytes = bundle.files.get(p.at.file);
  const quote = bytes === undefined ? '' : (decoder.decode(bytes).split('\n')[p.at.line - 1] ?? '');
  return { place: `${p.at.file}:${p.at.line}`, text: p.message, hint: p.hint ?? '', quote: quote.slice(0, 200) };
}
