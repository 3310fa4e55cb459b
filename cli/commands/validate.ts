import { CommandError, ExitCode } from '../exitCodes.ts';
import { problemText } from '../problems.ts';
import { loadJobs, type RunFlags } from '../run.ts';
import { print, say } from '../terminal.ts';

export interface ValidateFlags extends RunFlags {
  readonly output?: string;
}

/** `orrery validate FILE...`: reads scenarios and manifests as `run` would, without running them. */
export function validateCommand(files: readonly string[], flags: ValidateFlags): ExitCode {
  const jobs = loadJobs(files, flags, undefined);
  const problems = jobs.flatMap((job) => job.problems);
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (flags.output === 'json') print(JSON.stringify(problems, null, 2));
  else if (flags.output === 'github')
    for (const p of problems)
      print(`::${p.severity} file=${p.at.file},line=${p.at.line},col=${p.at.col}::${p.message}`);
  else if (flags.output === undefined || flags.output === 'text') {
    for (const p of problems) print(problemText(p));
    for (const job of jobs) {
      const scenario = job.loaded.scenario;
      if (scenario !== undefined)
        say(
          `${job.files.join(', ')}: ${scenario.manifests.length} objects, ${scenario.spec.timeline.length} timeline entries, ${scenario.spec.expect.length} expectations`,
        );
    }
    say(`${errors} errors, ${problems.length - errors} warnings`);
  } else throw new CommandError(ExitCode.usage, `-o ${flags.output}: one of text, json, github`);
  return errors > 0 || (flags.strict === true && problems.length > 0) ? ExitCode.invalid : ExitCode.ok;
}
