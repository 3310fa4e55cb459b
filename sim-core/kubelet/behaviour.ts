/**
 * What happens behind the calls to a container runtime: the scenario's workloads, or the script of a recording. All answers
 * are computed at the start of the call; times are µs.
 */
import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import type { NodeStats } from './eviction.ts';
import type { ConnectTarget, ContainerState, PodRef } from './runtime.ts';
import type { ContainerSpec } from './spec.ts';

/** A node as its statistics see it. */
export interface MeasuredNode {
  readonly node: number;
  readonly capacity: Readonly<Record<string, string>>;
  /** What the system itself uses, in bytes: all that is kept from pods but the hard threshold of eviction. */
  readonly systemBytes: { readonly memory: number; readonly disk: number };
}

export interface MeasuredPod {
  readonly pod: KubeObject;
  readonly containers: readonly ContainerState[];
}

export interface Outcome {
  readonly delayUs: TimeUs;
  /** gRPC error text. */
  readonly error?: string;
}

export interface ProcessRun {
  readonly exitAfterUs: TimeUs;
  readonly exitCode: number;
  readonly reason: string;
  /** Termination message. */
  readonly message: string;
}

export interface ExecOutcome extends Outcome {
  readonly exitCode: number;
  readonly output: string;
}

export interface ConnectOutcome extends Outcome {
  /** HTTP status, or 1 = serving, 0 = not serving for gRPC. */
  readonly code?: number;
  readonly body?: string;
  /** Did the server see a request? */
  readonly received: boolean;
}

export interface Behaviour {
  sandbox(ctx: WorldContext, ref: PodRef, attempt: number): Outcome & { readonly ip: string };
  stopSandbox(ctx: WorldContext, ref: PodRef): Outcome;
  create(ctx: WorldContext, ref: PodRef, container: string, attempt: number): Outcome;
  start(ctx: WorldContext, ref: PodRef, container: string, attempt: number): Outcome;
  pull(
    ctx: WorldContext,
    ref: PodRef,
    image: string,
  ): Outcome & { readonly code?: string; readonly imageID: string; readonly sizeBytes: number };
  /** When and how a process that was just started ends by itself; undefined = it runs until stopped. */
  run(ctx: WorldContext, ref: PodRef, container: string, attempt: number): ProcessRun | undefined;
  /** What the process does on SIGTERM; no delay = it ignores the signal. */
  term(
    ctx: WorldContext,
    ref: PodRef,
    container: string,
    attempt: number,
  ): { readonly delayUs: TimeUs | undefined; readonly exitCode: number };
  exec(ctx: WorldContext, ref: PodRef, container: ContainerState, command: readonly string[]): ExecOutcome;
  connect(ctx: WorldContext, ref: PodRef, container: ContainerState | undefined, target: ConnectTarget): ConnectOutcome;
  /** An image that is on the node without a pull (nodes' own images). */
  presentImage(node: number, reference: string): { readonly id: string; readonly sizeBytes: number } | undefined;
  /** Has the host a file of this kind (`Directory`, `Socket`, ...)? Absent: it has all. */
  hostPath?(path: string, type: string): boolean;
  condition(node: number): { readonly runtime: string; readonly network: string };
  /** Statistics of a node with these pods; absent: none are modelled, and nothing is evicted. */
  stats?(ctx: WorldContext, node: MeasuredNode, pods: readonly MeasuredPod[]): NodeStats | undefined;
  /** May the pod, alone or with others, bring a node under pressure or go over a limit? Absent: any may. */
  mayPress?(pod: KubeObject): boolean;
  sandboxId(ref: PodRef, attempt: number): string;
  containerId(ref: PodRef, container: string, attempt: number): string;
  specHash(container: ContainerSpec): string;
  /** Until when the container's probes answer as they do now: healthy probes are not run before. */
  steadyUntilUs(ctx: WorldContext, ref: PodRef, container: ContainerState): TimeUs;
}
