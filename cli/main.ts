import { Command, CommanderError, Option } from 'commander';
import { PluginError, SimulationError, scenarioSchema } from '../sim-core/index.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { testCommand } from './commands/test.ts';
import { uiCommand } from './commands/ui.ts';
import { validateCommand } from './commands/validate.ts';
import { CommandError, ExitCode } from './exitCodes.ts';
import { loadPlugins } from './plugins.ts';
import { colour, print, say } from './terminal.ts';
import { KUBERNETES_VERSION, SOURCE_HASH, VERSION } from './version.ts';

type Flags = Record<string, never>;

const collect = (value: string, before: string[]) => [...before, value];

/** The modules of --plugin, loaded. */
async function withPlugins(flags: { readonly plugin?: readonly string[] }) {
  return { ...flags, modules: await loadPlugins(flags.plugin ?? []) };
}

function whole(value: string): number {
  if (!/^[0-9]+$/.test(value)) throw new CommandError(ExitCode.usage, `${value} is not a whole number`);
  return Number(value);
}

function withRunOptions(command: Command): Command {
  return command
    .option('--seed <text>', 'seed of the run; equal seeds give equal runs')
    .option('--set <name=value>', 'value of a parameter of the scenario (repeat)', collect, [])
    .option('--plugin <file>', 'TypeScript module with scheduler plugins, see docs/plugins.md (repeat)', collect, [])
    .option('--strict', 'warnings are errors')
    .option('-q, --quiet', 'no progress');
}

function program(finish: (code: ExitCode) => void): Command {
  const orrery = new Command('orrery')
    .description('A clockwork Kubernetes cluster: deterministic, at thousands of times real time.')
    .showHelpAfterError('(orrery --help lists the commands)')
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .option('--memory <MiB>', 'size of the heap; default: three quarters of the machine, at most 8192', heapSize);
  withRunOptions(
    orrery
      .command('run')
      .argument('<files...>', 'scenario files, manifests, folders of manifests, scheduler_perf workloads, or -'),
  )
    .description('run scenarios, or any manifests on a default cluster, and report')
    .option('--until <duration>', 'run this long instead of the scenario’s duration')
    .option('--record <dir>', 'write run.orrery, report.md, report.json and junit.xml there')
    .addOption(new Option('--level <level>', 'how much the recording holds').choices(['digest', 'story', 'full']))
    .addOption(
      new Option('-o, --output <format>', 'what goes to standard output').choices([
        'markdown',
        'json',
        'junit',
        'summary',
      ]),
    )
    .option(
      '--workload <text>',
      'of scheduler_perf files: the workloads whose Test/Name contains this (repeat)',
      collect,
      [],
    )
    .option('--label <label>', 'of scheduler_perf files: the workloads with this label; default integration-test')
    .option('--max-events <n>', 'budget: stop with exit code 5 after so many events', whole)
    .option('--max-wall <duration>', 'budget: stop with exit code 5 after so much wall time')
    .option(
      '--break <condition>',
      'stop before this becomes true and tell why: a CEL expression, failed-scheduling[:text], violation[:name], leader-change[:election], crash[:text], object:RESOURCE/NAMESPACE/NAME [CEL over object] (repeat)',
      collect,
      [],
    )
    .option('--fire-all-timers', 'run also the timers that are computed instead; the digest is the same')
    .action(async (files: string[], flags: Flags) => finish(runCommand(files, await withPlugins(flags))));
  withRunOptions(orrery.command('test').argument('<dirs...>', 'folders or files of scenarios'))
    .description('run every scenario, print a table, exit by the class of the worst failure')
    .option('--junit <file>', 'write JUnit XML')
    .addOption(new Option('-o, --output <format>').choices(['table', 'json']))
    .action(async (dirs: string[], flags: Flags) => finish(testCommand(dirs, await withPlugins(flags))));
  orrery
    .command('replay')
    .argument('<recording>')
    .description('run a recording once more and compare')
    .option('--verify', 'a difference is exit code 4')
    .option('--to <duration>', 'run it again up to here only, and tell what the cluster looks like')
    .option('--plugin <file>', 'module with scheduler plugins that the recording was made with (repeat)', collect, [])
    .option('-q, --quiet', 'no progress')
    .action(async (file: string, flags: Flags) => finish(replayCommand(file, await withPlugins(flags))));
  withRunOptions(
    orrery
      .command('explain')
      .argument('<file>', 'recording, scenario or manifests')
      .argument('<pod>', 'pod/NAMESPACE/NAME'),
  )
    .description('tell why a pod is where it is, or why it is pending, by making the decision again')
    .option('--attempt <n>', 'the n-th scheduling attempt; default: the last', whole)
    .option('--node <name>', 'also tell why not this node')
    .option('--flip [what]', 'find the smallest change (of the pod, node or profile) that gets it there, or anywhere')
    .option('--what-if <change>', 'add=NODE or add=NODE:COUNT: with more nodes like this one')
    .option('--rows <n>', 'rows of the matrix of nodes and plugins; default 20', whole)
    .option('--annotations [prefix]', 'the pod with the annotations of kube-scheduler-simulator, as YAML or JSON')
    .option('--until <duration>', 'run a scenario this long instead of its duration')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json', 'yaml', 'annotations']))
    .action(async (file: string, pod: string, flags: Flags) =>
      finish(explainCommand(file, pod, await withPlugins(flags))),
    );
  orrery
    .command('report')
    .argument('<recording>')
    .description('tell what happened in a recorded run; --html writes one file with the timeline inside')
    .option('--html <file>', 'write a self-contained HTML page')
    .addOption(
      new Option('-o, --output <format>', 'what goes to standard output').choices(['markdown', 'json', 'junit']),
    )
    .action((file: string, flags: Flags) => finish(reportCommand(file, flags)));
  withRunOptions(orrery.command('validate').argument('<files...>'))
    .description('check scenarios and manifests without running them')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json', 'github']))
    .action(async (files: string[], flags: Flags) => finish(validateCommand(files, await withPlugins(flags))));
  orrery
    .command('ui')
    .argument('[recording]')
    .description('open the page on this machine, with a recording')
    .option('--port <n>', 'port on 127.0.0.1; default: a free one')
    .action(async (file: string | undefined, flags: Flags) => finish(await uiCommand(file, flags)));
  orrery
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .action(() => {
      print(JSON.stringify(scenarioSchema, null, 2));
      finish(ExitCode.ok);
    });
  orrery
    .command('version')
    .description('print the version')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json']))
    .action((flags: { output?: string }) => {
      const version = { version: VERSION, sources: SOURCE_HASH, kubernetes: KUBERNETES_VERSION, node: process.version };
      print(
        flags.output === 'json'
          ? JSON.stringify(version)
          : `orrery ${VERSION} (sources ${SOURCE_HASH.slice(0, 12)}), simulates Kubernetes ${KUBERNETES_VERSION}`,
      );
      finish(ExitCode.ok);
    });
  orrery
    .command('doctor')
    .description('check what this machine has of what Orrery needs')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json']))
    .action((flags: { output?: string }) => finish(doctorCommand(flags)));
  return orrery;
}

function heapSize(value: string): number {
  if (!/^[0-9]+$/.test(value) || Number(value) < 64)
    throw new CommandError(ExitCode.usage, `--memory ${value}: write a whole number of MiB, at least 64`);
  return Number(value);
}

function report(error: unknown, argv: readonly string[]): ExitCode {
  if (error instanceof CommandError) {
    say(`${colour.red('error')}: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`);
    return error.code;
  }
  const thrown = error instanceof SimulationError ? error.cause : error;
  if (thrown instanceof PluginError) {
    const place = error instanceof SimulationError ? ` at t=${error.timeUs / 1e6} s (seed ${error.seed})` : '';
    say(`${colour.red('error')}: ${thrown.message}`);
    say(`  the run stopped${place}: its result would depend on what the plugin did`);
    return ExitCode.invalid;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  say(`${colour.red('internal error')}: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof SimulationError)
    say(
      `  seed ${error.seed}, event ${error.eventNumber}, t=${error.timeUs / 1e6} s, ${error.component}/${error.handler}`,
    );
  say(`  this is a bug of orrery; the same command gives the same error:\n  npx orrery ${argv.join(' ')}`);
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && cause.stack !== undefined) say(colour.dim(cause.stack));
  return ExitCode.bug;
}

/** Runs one command, as its words stand behind `orrery`; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: ExitCode = ExitCode.ok;
  try {
    await program((c) => {
      code = c;
    }).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    code = report(error, argv);
  }
  return code;
}
