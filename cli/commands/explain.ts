import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import {
  ANNOTATION_PREFIXES,
  type Attempt,
  annotatedPod,
  attemptsOf,
  attemptsText,
  buildCluster,
  type Cluster,
  ExplainError,
  type Explanation,
  explainAttempt,
  explainNow,
  explanationText,
  knownPods,
  namesOf,
  type PodRef,
  type RecordSource,
  Rewinder,
  recordsOf,
  recordsOfRun,
  runCluster,
  type Scenario,
  suggest,
  type TraceNames,
} from '../../sim-core/index.ts';
import { CommandError, ExitCode } from '../exitCodes.ts';
import type { Modules } from '../plugins.ts';
import { startProgress } from '../progress.ts';
import { checkJob, loadJobs, type RunFlags } from '../run.ts';
import { print } from '../terminal.ts';
import { loadRecording, scenarioOf } from './replay.ts';
import { durationOf } from './run.ts';

export interface ExplainFlags extends RunFlags {
  readonly attempt?: number;
  readonly node?: string;
  readonly flip?: boolean | string;
  readonly whatIf?: string;
  readonly annotations?: boolean | string;
  readonly rows?: number;
  readonly output?: string;
}

/** A run that one can ask about: its records, and the cluster that it is made again with. */
interface Asked {
  readonly cluster: Cluster;
  readonly travel: Rewinder;
  readonly source: RecordSource;
  readonly names: TraceNames;
  /** Runs what was not run yet, so that the cluster stands at the end. */
  toEnd(): void;
}

function isRecording(file: string): boolean {
  if (!existsSync(file)) throw new CommandError(ExitCode.usage, `${file}: no such file`);
  return file.endsWith('.orrery') || readFileSync(file)[0] === 0x89;
}

/** `orrery explain FILE pod/NAMESPACE/NAME` */
export function explainCommand(file: string, pod: string, flags: ExplainFlags): ExitCode {
  optionsOf(flags);
  const asked = isRecording(file) ? fromRecording(file, flags) : fromScenario(file, flags);
  const ref = podRef(pod);
  const attempts = attemptsOf(asked.source, asked.names, ref);
  if (attempts.length > 0 && (flags.annotations !== undefined || flags.output === 'annotations')) {
    printAnnotated(asked, ref, attempts, flags);
    return ExitCode.ok;
  }
  const explanation = attempts.length === 0 ? withoutAttempts(asked, ref, flags) : ask(asked, ref, attempts, flags);
  printAnswer(attempts, explanation, flags);
  return ExitCode.ok;
}

function fromRecording(file: string, flags: ExplainFlags): Asked {
  const recording = loadRecording(file);
  const scenario = scenarioOf(recording, flags.modules);
  if (recording.level === 'digest') return ran(scenario, flags);
  const cluster = buildCluster(scenario, flags.modules);
  const travel = new Rewinder(cluster);
  const toEnd = () => travel.toTime(recording.endUs);
  return { cluster, travel, source: recordsOf(recording), names: namesOf(recording), toEnd };
}

function fromScenario(file: string, flags: ExplainFlags): Asked {
  const [job] = loadJobs([file], flags, durationOf(flags.until, '--until'));
  checkJob(job, flags);
  return ran(job.loaded.scenario as Scenario, flags);
}

function ran(scenario: Scenario, flags: { readonly quiet?: boolean; readonly modules?: Modules }): Asked {
  const cluster = buildCluster(scenario, flags.modules);
  const travel = new Rewinder(cluster);
  const progress = startProgress(`${scenario.name}  seed ${scenario.spec.seed}`, flags.quiet === true);
  runCluster(cluster, {
    progress: (state) => {
      progress.update(state);
      travel.keep();
      return true;
    },
  });
  progress.stop();
  return { cluster, travel, ...recordsOfRun(cluster.world), toEnd: () => {} };
}

/** `pod/ns/name`, `ns/name`, `pod/name` or `name`; the namespace is `default` when it is not given. */
function podRef(text: string): PodRef {
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length > 1 && /^(po|pods?)$/.test(parts[0])) parts.shift();
  if (parts.length === 0 || parts.length > 2)
    throw new CommandError(ExitCode.usage, `${text}: write pod/NAMESPACE/NAME`);
  return parts.length === 1 ? { namespace: 'default', name: parts[0] } : { namespace: parts[0], name: parts[1] };
}

function chosenAttempt(pod: PodRef, attempts: readonly Attempt[], flags: ExplainFlags): Attempt {
  const attempt = flags.attempt === undefined ? attempts[attempts.length - 1] : attempts[flags.attempt - 1];
  if (attempt === undefined)
    throw new CommandError(
      ExitCode.usage,
      `${pod.namespace}/${pod.name} has no attempt ${flags.attempt}: there are ${attempts.length}`,
    );
  return attempt;
}

function ask(asked: Asked, pod: PodRef, attempts: readonly Attempt[], flags: ExplainFlags): Explanation {
  const attempt = chosenAttempt(pod, attempts, flags);
  return answered(asked, () => explainAttempt(asked.travel, pod, attempt, optionsOf(flags)));
}

/** The pod object with the annotations of kube-scheduler-simulator. */
function printAnnotated(asked: Asked, pod: PodRef, attempts: readonly Attempt[], flags: ExplainFlags): void {
  const prefix = typeof flags.annotations === 'string' ? flags.annotations : ANNOTATION_PREFIXES[0];
  if (!ANNOTATION_PREFIXES.some((known) => known === prefix))
    throw new CommandError(ExitCode.usage, `--annotations ${prefix}: one of ${ANNOTATION_PREFIXES.join(', ')}`);
  const last = chosenAttempt(pod, attempts, flags);
  const object = answered(asked, () =>
    annotatedPod(asked.travel, pod, attempts.slice(0, last.number), attempts, prefix),
  );
  print(flags.output === 'json' ? JSON.stringify(object, undefined, 2) : yamlOf(object));
}

function yamlOf(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
}

function optionsOf(flags: ExplainFlags) {
  return { node: flags.node, rows: flags.rows, flip: flipOf(flags.flip), whatIf: whatIfOf(flags.whatIf) };
}

const TARGETS = ['pod', 'node', 'profile'] as const;

function flipOf(flag: boolean | string | undefined) {
  if (typeof flag !== 'string') return flag;
  const target = TARGETS.find((one) => one === flag);
  if (target === undefined) throw new CommandError(ExitCode.usage, `--flip ${flag}: one of ${TARGETS.join(', ')}`);
  return { targets: [target] };
}

/** `add=NODE` or `add=NODE:COUNT` */
function whatIfOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const found = /^add=([^:=]+)(?::([1-9][0-9]{0,4}))?$/.exec(text);
  if (found === null) throw new CommandError(ExitCode.usage, `--what-if ${text}: write add=NODE or add=NODE:COUNT`);
  return { like: found[1], count: Number(found[2] ?? 1) };
}

/** A pod that was never tried: because it cannot be, because it was not yet, or because there is none. */
function withoutAttempts(asked: Asked, pod: PodRef, flags: ExplainFlags): Explanation {
  asked.toEnd();
  const found = answered(asked, () => explainNow(asked.cluster, pod, optionsOf(flags)));
  if (found !== undefined) return found;
  const name = `${pod.namespace}/${pod.name}`;
  const pods = [...knownPods(asked.source, asked.names).keys()].sort();
  const { world, truth } = asked.cluster;
  const object = truth.find(world, 'pods', pod.namespace, pod.name)?.object;
  if (object === undefined) {
    if (pods.includes(name)) throw new CommandError(ExitCode.usage, `${name} was gone before a scheduler tried it`);
    throw new CommandError(ExitCode.usage, `there is no pod ${name} in this run`, likely(name, pods));
  }
  const node: string = object.spec?.nodeName ?? '';
  const scheduler: string = object.spec?.schedulerName ?? 'default-scheduler';
  const known = asked.cluster.schedulers.flatMap((s) => s.schedulerNames());
  throw new CommandError(
    ExitCode.usage,
    node !== ''
      ? `no scheduler ever tried ${name}: it had its node ${node} from the beginning`
      : known.includes(scheduler)
        ? `no scheduler has tried ${name} yet`
        : `no scheduler ever tries ${name}: it asks for ${scheduler}, and there is only ${known.join(', ')}`,
  );
}

function likely(name: string, pods: readonly string[]): string {
  const like = pods.filter((p) => p.startsWith(name) || p.includes(`/${name.split('/')[1]}`)).slice(0, 5);
  if (like.length > 0) return `did you mean ${like.join(', ')}?`;
  const near = suggest(name, pods);
  if (near !== undefined) return `did you mean ${near}?`;
  return pods.length === 0 ? 'it has no pods at all' : `it has ${pods.length} pods, such as ${pods[0]}`;
}

/** Turns a wrong question into words. */
function answered<T>(asked: Asked, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error;
    const { id, params } = error;
    if (id === 'noSuchNode') {
      const nodes = String(params['nodes']).split(' ');
      const near = suggest(String(params['node']), nodes);
      const hint =
        near !== undefined ? `did you mean ${near}?` : `there are ${nodes.length} nodes, such as ${nodes[0]}`;
      throw new CommandError(ExitCode.usage, `the scheduler knew no node ${params['node']} then`, hint);
    }
    if (id === 'noScheduler')
      throw new CommandError(ExitCode.invalid, `the run has no scheduler ${params['scheduler']}`);
    throw new CommandError(
      ExitCode.determinism,
      `attempt ${params['attempt']} of ${params['pod']} did not come again when the run was made again`,
      `${asked.cluster.scenario.name} was recorded by another version, or with other plugins`,
    );
  }
}

function printAnswer(attempts: readonly Attempt[], explanation: Explanation, flags: ExplainFlags): void {
  const data = { attempts, explanation };
  if (flags.output === 'json') print(JSON.stringify(data, undefined, 2));
  else if (flags.output === 'yaml') print(yamlOf(data));
  else print([...(attempts.length > 0 ? [attemptsText(attempts)] : []), explanationText(explanation)].join('\n\n'));
}
