/**
 * Decisions of a probe worker (prober/worker.go doProbe, prober.go): whether to probe now, what a result means. Pure.
 */
import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import type { ContainerSpec } from './spec.ts';

export type ProbeType = 'liveness' | 'readiness' | 'startup';
export const PROBE_TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness'];

/** State of one worker. */
export interface ProbeWorker {
  readonly container: string;
  readonly type: ProbeType;
  readonly containerID: string;
  readonly onHold: boolean;
  readonly lastResult: 'success' | 'failure' | undefined;
  readonly resultRun: number;
  /** The result manager's value for containerID. */
  readonly result: 'success' | 'failure' | 'unknown' | undefined;
  /** Next tick of the ticker. */
  readonly nextTickUs: TimeUs;
  /** A manual trigger waits (channel of size 1). */
  readonly triggered: boolean;
  /** A probe is running. */
  readonly busy: boolean;
  readonly retries: number;
  readonly stopped: boolean;
  /** Its ticks would change nothing: none is scheduled. */
  readonly asleep: boolean;
}

/** Told of a probe's result and of its worker before and after; it must not change anything. */
export type ProbeObserver = (
  ctx: WorldContext,
  pod: KubeObject,
  before: ProbeWorker,
  after: ProbeWorker,
  result: 'success' | 'failure',
  spec: ProbeSpec,
) => void;

// biome-ignore lint/suspicious/noExplicitAny: a Probe in its JSON shape
export type ProbeSpec = any;

export function probeSpecOf(container: ContainerSpec, type: ProbeType): ProbeSpec | undefined {
  if (type === 'readiness') return container.readinessProbe;
  return type === 'liveness' ? container.livenessProbe : container.startupProbe;
}

export const periodUs = (spec: ProbeSpec): TimeUs => (spec.periodSeconds ?? 10) * 1_000_000;

/** prober.go maxProbeRetries. */
export const MAX_PROBE_RETRIES = 3;

const INITIAL: Readonly<Record<ProbeType, 'success' | 'failure' | 'unknown'>> = {
  readiness: 'failure',
  liveness: 'success',
  startup: 'unknown',
};

export type ProbeDecision =
  | { readonly do: 'stop'; readonly worker: ProbeWorker }
  | { readonly do: 'wait'; readonly worker: ProbeWorker }
  | { readonly do: 'probe'; readonly worker: ProbeWorker };

export interface ProbeContext {
  readonly spec: ProbeSpec;
  /** The container's status as the status manager has it. */
  // biome-ignore lint/suspicious/noExplicitAny: status in its JSON shape
  readonly status: any;
  readonly startedUs: TimeUs;
  readonly podTerminal: boolean;
  readonly podDeleting: boolean;
  readonly neverRestarts: boolean;
  readonly nowUs: TimeUs;
}

/** The first half of doProbe: everything before the probe itself. A changed `worker.result` is an update to tell. */
export function beforeProbe(worker: ProbeWorker, c: ProbeContext): ProbeDecision {
  if (c.podTerminal) return { do: 'stop', worker };
  const id = c.status?.containerID;
  if (!id) return { do: 'wait', worker };
  let w = worker;
  if (w.containerID !== id) w = { ...w, containerID: id, result: INITIAL[w.type], onHold: false };
  if (w.onHold) return { do: 'wait', worker: w };
  if (!c.status.state.running) {
    w = { ...w, result: 'failure' };
    const ends = c.status.state.terminated === undefined ? false : c.neverRestarts;
    return { do: ends ? 'stop' : 'wait', worker: w };
  }
  if (c.podDeleting && w.type !== 'readiness') return { do: 'stop', worker: { ...w, result: 'success' } };
  const ageSeconds = Math.floor((c.nowUs - c.startedUs) / 1_000_000);
  if (ageSeconds < (c.spec.initialDelaySeconds ?? 0)) return { do: 'wait', worker: w };
  const started = c.status.started === true;
  if (started === (w.type === 'startup')) return { do: 'wait', worker: w };
  return { do: 'probe', worker: w };
}

/** The second half: a result counts once it has come often enough. */
export function afterProbe(worker: ProbeWorker, spec: ProbeSpec, result: 'success' | 'failure'): ProbeWorker {
  const resultRun = worker.lastResult === result ? worker.resultRun + 1 : 1;
  const w = { ...worker, lastResult: result, resultRun };
  const threshold = result === 'failure' ? (spec.failureThreshold ?? 3) : (spec.successThreshold ?? 1);
  if (resultRun < threshold) return w;
  const holds = result === 'failure' && w.type !== 'readiness';
  return { ...w, result, onHold: holds || w.onHold, resultRun: holds ? 0 : resultRun };
}
