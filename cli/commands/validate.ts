import { counted } from '../../reports/index.ts';
import { ExitCode } from '../exitCodes.ts';
import { problemText } from '../problems.ts';
import { loadJobs, type RunFlags } from '../run.ts';
import { print, say } from '../terminal.ts';
import { isPerfFile, readPerfFile } from './perf.ts';

export interface ValidateFlags extends RunFlags {
  readonly output?: string;
}

/** Escapes of GitHub's workflow commands. */
const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** `orrery validate FILE...`: reads scenarios and manifests as `run` would, without running them. */
export function validateCommand(files: readonly string[], flags: ValidateFlags): ExitCode {
  const benchmarks = files.filter(isPerfFile);
  const others = files.filter((file) => !benchmarks.includes(file));
  const jobs = loadJobs(others, flags, undefined);
  const perf = benchmarks.map((file) => ({ file, ...readPerfFile(file) }));
  const problems = [...jobs, ...perf].flatMap((read) => read.problems);
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (flags.output === 'json') print(JSON.stringify(problems, null, 2));
  else if (flags.output === 'github')
    for (const p of problems)
      print(
        `::${p.severity} file=${property(p.at.file)},line=${p.at.line},col=${p.at.col}::${data(
          p.hint === undefined || p.hint === '' ? p.message : `${p.message} (${p.hint})`,
        )}`,
      );
  else {
    for (const p of problems) print(problemText(p));
    for (const job of jobs) {
      const scenario = job.loaded.scenario;
      if (scenario !== undefined)
        say(
          `${job.files.join(', ')}: ${counted(scenario.manifests.length, 'object')}, ${counted(scenario.spec.timeline.length, 'timeline entry', 'timeline entries')}, ${counted(scenario.spec.expect.length, 'expectation')}`,
        );
    }
    for (const { file, workloads } of perf) say(`${file}: ${workloads.length} workloads`);
    say(`${errors} errors, ${problems.length - errors} warnings`);
  }
  return errors > 0 || (flags.strict === true && problems.length > 0) ? ExitCode.invalid : ExitCode.ok;
}
