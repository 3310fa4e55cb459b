import { existsSync, readFileSync } from 'node:fs';
import {
  buildCluster,
  defaultScenario,
  firstDivergence,
  loadScenario,
  namesOf,
  type Recording,
  RecordingError,
  readRecording,
  recordsOf,
  recordText,
  runCluster,
  type Scenario,
} from '../../sim-core/index.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import { instantText } from '../instant.ts';
import { type Modules, moduleFacts } from '../plugins.ts';
import { startProgress } from '../progress.ts';
import { recordRun } from '../record.ts';
import type { Finished } from '../run.ts';
import { colour, print, say } from '../terminal.ts';
import { SOURCE_HASH, VERSION } from '../version.ts';
import { durationOf } from './run.ts';

export interface ReplayFlags {
  readonly verify?: boolean;
  readonly to?: string;
  readonly quiet?: boolean;
  readonly modules?: Modules;
}

export function loadRecording(file: string): Recording {
  if (!existsSync(file)) throw new CommandError(ExitCode.usage, `${file}: no such file`);
  try {
    return readRecording(readFileSync(file));
  } catch (error) {
    if (error instanceof RecordingError) throw new CommandError(ExitCode.invalid, `${file}: ${error.message}`);
    throw error;
  }
}

/** The scenario that a recording holds, as it was loaded then. */
export function scenarioOf(recording: Recording, modules?: Modules): Scenario {
  return loadRecorded(recording, modules).scenario;
}

function loadRecorded(recording: Recording, modules: Modules | undefined) {
  checkModules(recording, modules);
  const durationUs = Number(recording.options['durationUs']);
  const set = JSON.parse(recording.options['parameters'] ?? '{}') as Record<string, string>;
  const bundle = { entry: recording.entry, files: recording.files };
  const plain = (recording.options['plain'] ?? '') !== '';
  // What was left out when it was recorded is left out again.
  const found = new Set(recording.files.keys());
  const options = { seed: recording.seed, durationUs, set, found, ...modules };
  const loaded = plain
    ? defaultScenario(bundle, recording.options['plain'].split('\n'), options)
    : loadScenario(bundle, options);
  if (loaded.scenario === undefined)
    throw new CommandError(
      ExitCode.invalid,
      `the recording's scenario cannot be used by this version: ${loaded.problems[0]?.message ?? ''}`,
    );
  return { bundle, plain, loaded, scenario: loaded.scenario };
}

/** Runs what a recording says once more. */
export function rerun(recording: Recording, quiet: boolean, modules?: Modules, untilUs?: number): Finished {
  const { bundle, plain, loaded, scenario } = loadRecorded(recording, modules);
  const cluster = buildCluster(scenario, modules);
  const progress = startProgress(`replay ${scenario.name}`, quiet);
  const started = performance.now();
  const outcome = runCluster(cluster, {
    untilUs,
    progress: (state) => {
      progress.update(state);
      return true;
    },
  });
  progress.stop();
  return {
    job: {
      files: plain ? recording.options['plain'].split('\n') : [recording.entry],
      bundle,
      plain,
      loaded,
      problems: loaded.problems,
      folder: '',
      arguments: [],
    },
    cluster,
    outcome,
    wallMs: performance.now() - started,
    modules,
  };
}

/** A recording names the plugins that it was made with; they are given again, and tell when they are others. */
function checkModules(recording: Recording, modules: Modules | undefined): void {
  const all = moduleFacts(modules);
  const needed = JSON.parse(recording.options['plugins'] ?? '[]') as readonly (readonly [string, string, string])[];
  for (const [name, file, hash] of needed) {
    const given = all.find((p) => p[0] === name);
    if (given === undefined)
      throw new CommandError(
        ExitCode.usage,
        `the recording was made with plugin ${name} (${file}, sha256 ${hash.slice(0, 12)}), whose code it does not hold`,
        `give it again: --plugin ${file}`,
      );
    if (given[2] !== hash)
      say(colour.yellow(`plugin ${name} has changed since the recording: a difference may come from that`));
  }
}

/** `orrery replay REC [--verify]` */
export function replayCommand(file: string, flags: ReplayFlags): ExitCode {
  const recording = loadRecording(file);
  if (recording.sourceHash !== SOURCE_HASH)
    say(
      colour.yellow(
        `recorded by engine ${recording.engineVersion} (${recording.sourceHash.slice(0, 12)}), this is ${VERSION} (${SOURCE_HASH.slice(0, 12)}): a difference may come from that`,
      ),
    );
  if (flags.to !== undefined) {
    const untilUs = durationOf(flags.to, '--to');
    print(instantText(rerun(recording, flags.quiet === true, flags.modules, untilUs).cluster));
    return ExitCode.ok;
  }
  const finished = rerun(recording, flags.quiet === true, flags.modules);
  const again = recordRun(finished, 'full');
  if (again.endDigest === recording.endDigest) {
    print(
      `equal: ${recording.recordCount} records in ${recording.blockDigests.length} blocks, digest ${recording.endDigest}`,
    );
    return ExitCode.ok;
  }
  print(`DIFFERENT: recorded ${recording.endDigest}, now ${again.endDigest}`);
  explainDifference(recording, again);
  return flags.verify === true ? ExitCode.determinism : ExitCode.ok;
}

function explainDifference(recorded: Recording, again: Recording): void {
  const found = firstDivergence(recorded, again);
  if (found === undefined) {
    print('all blocks of records are equal; the strings or the end differ');
    return;
  }
  if (found.record === undefined) {
    print(
      `the first different block is number ${found.block}; the recording does not hold its records (level ${recorded.level})`,
    );
    return;
  }
  for (const [label, side] of [
    ['recorded', recorded],
    ['now', again],
  ] as const) {
    const source = recordsOf(side);
    const place = source.placeOf(found.record);
    const record = place < 0 ? undefined : source.at(place);
    print(`${label.padEnd(9)}${record === undefined ? '(nothing)' : recordText(record, namesOf(side))}`);
  }
}
