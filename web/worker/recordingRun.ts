import { namesOf, type Recording, recordsOf } from '../../sim-core/index.ts';
import { OpenRun } from './openRun.ts';
import { RunScan } from './scan.ts';
import { load, loadableOfRecording } from './sources.ts';

/** A recording as a run: records, and no objects. */
export function recordingRun(recording: Recording): OpenRun {
  const records = recordsOf(recording);
  const names = namesOf(recording);
  const scan = new RunScan(names, recording.endUs);
  for (let i = 0; i < records.size; i++) scan.add(records.at(i));
  const loadable = loadableOfRecording(recording);
  const run = new OpenRun({
    names,
    records,
    scan,
    scenario: loadable === undefined ? undefined : load(loadable, recording.seed).scenario,
    loadable,
    untilUs: recording.endUs,
    recording: async () => recording,
  });
  run.nowUs = recording.endUs;
  run.end = {
    digest: recording.endDigest,
    endUs: recording.endUs,
    records: recording.recordCount,
    expectations: recording.expectations.map((e) => ({
      name: e.name,
      passed: e.passed,
      atUs: e.atUs,
      detail: e.message,
    })),
    cancelled: false,
  };
  return run;
}
