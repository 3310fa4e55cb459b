import { type Bundle, type Recording, type RecordingLevel, recordingOf, writeRecording } from '../sim-core/index.ts';
import { factsOf } from './facts.ts';
import { moduleFacts } from './plugins.ts';
import type { Finished } from './run.ts';
import { SOURCE_HASH, VERSION } from './version.ts';

/** The recording of a finished run, with everything that is needed to run it again. */
export function recordRun(run: Finished, level: RecordingLevel): Recording {
  const { job, cluster } = run;
  const spec = cluster.scenario.spec;
  const bundle: Bundle = job.bundle;
  const modules = moduleFacts(run.modules);
  return recordingOf(cluster.world, {
    engineVersion: VERSION,
    sourceHash: SOURCE_HASH,
    level,
    options: {
      seed: spec.seed,
      durationUs: String(spec.durationUs),
      plain: job.plain ? [...bundle.files.keys()].join('\n') : '',
      parameters: JSON.stringify(spec.parameters),
      // What a report says besides the records; the wall time is no part of a run.
      facts: JSON.stringify({ ...factsOf(run), wallMs: 0 }),
      // Their code is not recorded: a recording from elsewhere shall not bring code along.
      ...(modules.length === 0 ? {} : { plugins: JSON.stringify(modules) }),
    },
    entry: bundle.entry,
    files: bundle.files,
    external: [],
    checkpoints: [],
    expectations: cluster.expectations.results().map((r) => ({
      name: r.spec.name,
      passed: r.verdict === 'passed',
      atUs: Math.max(0, r.atUs),
      message: r.detail,
    })),
  });
}

export function recordingBytes(run: Finished, level: RecordingLevel): Uint8Array {
  return writeRecording(recordRun(run, level));
}
