import { parseDurationUs } from '../api/machinery/duration.ts';
import { milliValue, value } from '../api/machinery/quantity.ts';
import type { TimeUs } from '../contracts/index.ts';
import type { Distribution } from '../engine/index.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** A time, from the start of a process, in which its probes fail. */
export interface UnhealthyWindow {
  readonly fromUs: TimeUs;
  /** Exclusive; undefined = until the process ends. */
  readonly untilUs?: TimeUs;
  /** Undefined = all probes. */
  readonly probe?: ProbeKind;
}

/** What the processes of one container do; absent fields mean the defaults. */
export interface BehaviourSpec {
  /** From the start of the process until its probes succeed. */
  readonly startup?: Distribution;
  /** Run time of a process that ends by itself. */
  readonly run?: Distribution;
  /** Of a process that ends by itself. Default 0. */
  readonly exitCode?: number;
  readonly crash?: {
    readonly after: Distribution;
    readonly exitCode: number /** Only the first so many processes; undefined = all. */;
    readonly times?: number;
  };
  /** From SIGTERM to the exit. */
  readonly shutdown?: Distribution;
  readonly ignoreSigterm?: boolean;
  readonly unhealthy?: readonly UnhealthyWindow[];
  readonly imageBytes?: number;
  /** The registry's answer to a pull, instead of the image. */
  readonly pullError?: 'notFound' | 'unauthorized' | 'unavailable';
  readonly cpuMilli?: number;
  /** CPU milliseconds a request takes, in milli-CPU per request a second. */
  readonly cpuMilliPerRequest?: number;
  readonly memoryBytes?: number;
  /** Bytes a minute that a process grows by once it has started up: a leak. */
  readonly memoryGrowthBytes?: number;
  /** Bytes that a process writes while it starts up, and bytes a minute from then on. */
  readonly diskBytes?: number;
  readonly diskGrowthBytes?: number;
  /** The emptyDir that they go to; absent = the container's own layer and logs, which go with the container. */
  readonly diskVolume?: string;
}

/** A behaviour that cannot be used; the message says which field and why. */
export class BehaviourError extends Error {}

const FIELDS = [
  'startup',
  'run',
  'exitCode',
  'crash',
  'shutdown',
  'ignoreSigterm',
  'unhealthy',
  'imageSize',
  'pullError',
  'cpu',
  'memory',
  'disk',
];
const PULL_ERRORS = ['notFound', 'unauthorized', 'unavailable'] as const;

/** Reads a behaviour as a scenario file writes it: durations as text or whole µs, sizes as quantities. */
export function parseBehaviour(raw: Readonly<Record<string, unknown>>): BehaviourSpec {
  for (const name of Object.keys(raw))
    if (!FIELDS.includes(name)) throw new BehaviourError(`there is no field ${name}`);
  const { cpu = {}, memory = {}, disk = {} } = raw as { cpu?: Fields; memory?: Fields; disk?: Fields };
  return {
    startup: distribution(raw.startup, 'startup'),
    run: distribution(raw.run, 'run'),
    exitCode: integer(raw.exitCode, 'exitCode', 0, 255),
    crash: parseCrash(raw.crash),
    shutdown: distribution(raw.shutdown, 'shutdown'),
    ignoreSigterm: raw.ignoreSigterm === true,
    unhealthy: parseWindows(raw.unhealthy),
    imageBytes: quantity(raw.imageSize, 'imageSize', value),
    pullError: oneOf(raw.pullError, 'pullError', PULL_ERRORS),
    cpuMilli: quantity(cpu.base, 'cpu.base', milliValue),
    cpuMilliPerRequest: quantity(cpu.perRequest, 'cpu.perRequest', milliValue),
    memoryBytes: quantity(memory.base, 'memory.base', value),
    memoryGrowthBytes: quantity(memory.growth, 'memory.growth', value),
    diskBytes: quantity(disk.base, 'disk.base', value),
    diskGrowthBytes: quantity(disk.growth, 'disk.growth', value),
    diskVolume: typeof disk.volume === 'string' ? disk.volume : undefined,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseCrash(raw: unknown): BehaviourSpec['crash'] {
  if (raw === undefined) return undefined;
  const { after, exitCode, times } = raw as Fields;
  return {
    after: distribution(after, 'crash.after') ?? { kind: 'constant', valueUs: 0 },
    exitCode: integer(exitCode, 'crash.exitCode', 1, 255) ?? 1,
    times: integer(times, 'crash.times', 1, Number.MAX_SAFE_INTEGER),
  };
}

function parseWindows(raw: unknown): readonly UnhealthyWindow[] | undefined {
  if (raw === undefined) return undefined;
  if (!Array.isArray(raw)) throw new BehaviourError('unhealthy must be a list');
  return raw.map((item: Fields, i) => {
    const fromUs = durationUs(item.from, `unhealthy[${i}].from`);
    const untilUs = item.for === undefined ? undefined : fromUs + durationUs(item.for, `unhealthy[${i}].for`);
    return {
      fromUs,
      untilUs,
      probe: oneOf(item.probe, `unhealthy[${i}].probe`, ['liveness', 'readiness', 'startup'] as const),
    };
  });
}

/** A constant duration, or the median and 99th percentile of a log-normal distribution. */
function distribution(raw: unknown, name: string): Distribution | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw !== 'object' || raw === null) return { kind: 'constant', valueUs: durationUs(raw, name) };
  const { p50, p99 } = raw as Fields;
  const p50Us = durationUs(p50, `${name}.p50`);
  const p99Us = p99 === undefined ? p50Us : durationUs(p99, `${name}.p99`);
  if (p50Us <= 0 || p99Us < p50Us) throw new BehaviourError(`${name} needs 0 < p50 <= p99`);
  return { kind: 'logNormal', p50Us, p99Us };
}

function durationUs(raw: unknown, name: string): TimeUs {
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) return raw;
  try {
    if (typeof raw === 'string') return parseDurationUs(raw);
  } catch (error) {
    throw new BehaviourError(`${name}: ${(error as Error).message}`);
  }
  throw new BehaviourError(`${name} must be a duration such as 250ms or 5m`);
}

function integer(raw: unknown, name: string, min: number, max: number): number | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= min && raw <= max) return raw;
  throw new BehaviourError(`${name} must be a whole number from ${min} to ${max}`);
}

function quantity(raw: unknown, name: string, read: (q: string | number) => number): number | undefined {
  if (raw === undefined) return undefined;
  try {
    if ((typeof raw === 'string' || typeof raw === 'number') && read(raw) >= 0) return read(raw);
  } catch {
    // told below
  }
  throw new BehaviourError(`${name}: ${JSON.stringify(raw)} is not a quantity such as 50m or 120Mi`);
}

function oneOf<T extends string>(raw: unknown, name: string, allowed: readonly T[]): T | undefined {
  if (raw === undefined) return undefined;
  if (allowed.includes(raw as T)) return raw as T;
  throw new BehaviourError(`${name} must be one of ${allowed.join(', ')}`);
}
