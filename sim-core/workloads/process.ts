import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import { type Distribution, sampleUs } from '../engine/index.ts';
import type { BehaviourSpec, ProbeKind } from './behaviourSpec.ts';
import { DEFAULTS, IDLE_CPU_MILLI, IDLE_MEMORY_BYTES } from './defaults.ts';

/** Draws by a stable name: the world's, or any other pure source in tests. */
export type Draws = Pick<WorldContext, 'draw' | 'stream'>;

/** Purposes of the draws of one container's stream; part of what makes runs comparable, so they never change. */
export const PURPOSE = {
  startup: 1,
  run: 2,
  crash: 3,
  shutdown: 4,
  sandbox: 5,
  create: 6,
  start: 7,
  probe: 8,
  pull: 9,
  size: 10,
  registry: 11,
  sandboxStop: 12,
} as const;

/** How one process of a container lives. Times count from its start. */
export interface ProcessLife {
  /** Its probes succeed from now on. */
  readonly readyUs: TimeUs;
  /** It ends by itself. */
  readonly exit?: {
    readonly afterUs: TimeUs;
    readonly exitCode: number;
    readonly reason: 'Completed' | 'Error' | 'OOMKilled';
  };
}

/**
 * The stream of a container: the owner and the replica's name. Replicas keep their draws when others come or go, and two
 * variants of a scenario can be compared pod by pod.
 */
export function workloadStream(draws: Draws, pod: KubeObject, container: string): number {
  const { namespace = '', name = '', ownerReferences } = pod.metadata;
  let whose = namespace;
  if (ownerReferences !== undefined) {
    for (const owner of ownerReferences) {
      if (!owner.controller) continue;
      whose = owner.uid ?? namespace;
      break;
    }
  }
  return draws.stream(`workload/${whose}/${name}/${container}`);
}

export function sample(draws: Draws, stream: number, purpose: number, n: number, distribution: Distribution): TimeUs {
  return sampleUs(distribution, draws.draw(stream, purpose, n) >>> 0);
}

/** The life of process number `restart` of a container with a memory limit (0 = none). */
export function processLife(
  spec: BehaviourSpec,
  draws: Draws,
  pod: KubeObject,
  container: string,
  restart: number,
  memoryLimitBytes: number,
): ProcessLife {
  const stream = workloadStream(draws, pod, container);
  const readyUs = sample(draws, stream, PURPOSE.startup, restart, spec.startup ?? DEFAULTS.startup);
  const oomUs = oomAfterUs(spec, readyUs, memoryLimitBytes);
  const own = ownExit(spec, draws, stream, restart);
  if (oomUs !== undefined && (own === undefined || oomUs < own.afterUs)) {
    return { readyUs, exit: { afterUs: oomUs, exitCode: 137, reason: 'OOMKilled' } };
  }
  return { readyUs, exit: own };
}

function ownExit(spec: BehaviourSpec, draws: Draws, stream: number, restart: number): ProcessLife['exit'] {
  const { crash, run, exitCode = 0 } = spec;
  const runs = run && { afterUs: sample(draws, stream, PURPOSE.run, restart, run), exitCode };
  const crashes =
    crash && (crash.times === undefined || restart < crash.times)
      ? { afterUs: sample(draws, stream, PURPOSE.crash, restart, crash.after), exitCode: crash.exitCode }
      : undefined;
  const first = crashes && (!runs || crashes.afterUs <= runs.afterUs) ? crashes : runs;
  return first && { ...first, reason: first.exitCode === 0 ? 'Completed' : 'Error' };
}

/** Memory grows evenly from nothing to its base during start-up, then at its own pace; who comes to the limit is killed. */
function oomAfterUs(spec: BehaviourSpec, readyUs: TimeUs, limitBytes: number): TimeUs | undefined {
  const growth = spec.memoryGrowthBytes ?? 0;
  const base = spec.memoryBytes ?? (growth > 0 ? IDLE_MEMORY_BYTES : 0);
  if (limitBytes <= 0) return undefined;
  if (base > limitBytes) return Math.floor(readyUs * (limitBytes / base));
  return growth > 0 ? readyUs + Math.floor(((limitBytes - base) / growth) * MINUTE_US) : undefined;
}

const MINUTE_US = 60_000_000;

/** `base` while the process starts up, and so many bytes a minute from then on. */
function grown(base: number, growth: number, readyUs: TimeUs, ageUs: TimeUs): number {
  if (ageUs < 0) return 0;
  if (readyUs > 0 && ageUs < readyUs) return Math.floor(base * (ageUs / readyUs));
  return base + Math.floor((growth * (ageUs - readyUs)) / MINUTE_US);
}

/** What a process has written by an age. */
export function diskBytes(spec: BehaviourSpec, readyUs: TimeUs, ageUs: TimeUs): number {
  return grown(spec.diskBytes ?? 0, spec.diskGrowthBytes ?? 0, readyUs, ageUs);
}

/** What SIGTERM does: exit after a while, or undefined = it is ignored. */
export function shutdownUs(
  spec: BehaviourSpec,
  draws: Draws,
  pod: KubeObject,
  container: string,
  restart: number,
): TimeUs | undefined {
  if (spec.ignoreSigterm) return undefined;
  return sample(
    draws,
    workloadStream(draws, pod, container),
    PURPOSE.shutdown,
    restart,
    spec.shutdown ?? DEFAULTS.shutdown,
  );
}

/** `refused`: nothing listens yet. `unhealthy`: it answers that it is not well. */
export type ProbeAnswer = 'refused' | 'unhealthy' | 'healthy';

/** The answer to a probe `ageUs` after the start of the process; `kinds` are the probes that ask there. */
export function probeAnswer(
  spec: BehaviourSpec,
  readyUs: TimeUs,
  ageUs: TimeUs,
  kinds: readonly ProbeKind[],
): ProbeAnswer {
  if (ageUs < readyUs) return 'refused';
  const failing = (spec.unhealthy ?? []).some(({ fromUs, untilUs, probe }) => {
    const open = ageUs >= fromUs && (untilUs === undefined || ageUs < untilUs);
    return open && (probe === undefined || kinds.includes(probe));
  });
  return failing ? 'unhealthy' : 'healthy';
}

/** The next age at which any probe's answer may change; Infinity = never again. */
export function nextChangeUs(spec: BehaviourSpec, readyUs: TimeUs, ageUs: TimeUs): TimeUs {
  const edges = [readyUs, ...(spec.unhealthy ?? []).flatMap(({ fromUs, untilUs = Infinity }) => [fromUs, untilUs])];
  return edges.reduce((next, edge) => (edge > ageUs && edge < next ? edge : next), Infinity);
}

/** Load of a process at an age, under so many requests a second. */
export function usage(
  spec: BehaviourSpec,
  readyUs: TimeUs,
  ageUs: TimeUs,
  requestsPerSecond: number,
): { readonly cpuMilli: number; readonly memoryBytes: number } {
  const base = spec.memoryBytes ?? IDLE_MEMORY_BYTES;
  const cpuMilli = (spec.cpuMilli ?? IDLE_CPU_MILLI) + Math.round((spec.cpuMilliPerRequest ?? 0) * requestsPerSecond);
  return { cpuMilli, memoryBytes: grown(base, spec.memoryGrowthBytes ?? 0, readyUs, ageUs) };
}
