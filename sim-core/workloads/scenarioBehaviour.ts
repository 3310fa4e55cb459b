import { value } from '../api/machinery/quantity.ts';
import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import { hashValue } from '../engine/index.ts';
import type { BehaviourSpec, ProbeKind } from './behaviourSpec.ts';
import { DEFAULTS } from './defaults.ts';
import { hex64, pullImage } from './images.ts';
import {
  diskBytes,
  nextChangeUs,
  type ProbeAnswer,
  type ProcessLife,
  PURPOSE,
  probeAnswer,
  processLife,
  sample,
  shutdownUs,
  usage,
  workloadStream,
} from './process.ts';
import { behaviourOf, type WorkloadRule } from './rules.ts';

/** Whose container it is: the node's number and the pod as the kubelet holds it. */
export interface PodRef {
  readonly key: string;
  readonly node: number;
  readonly pod: KubeObject;
}

/** A container as its runtime knows it. */
export interface RunningContainer {
  readonly name: string;
  readonly attempt: number;
  readonly startedUs: TimeUs;
}

export interface ConnectRequest {
  readonly protocol: 'http' | 'tcp' | 'grpc';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutSeconds: number;
  /** Which probe asks, where the caller knows; else it is found by port and path. */
  readonly probe?: ProbeKind;
}

export interface ScenarioBehaviourOptions {
  readonly rules: readonly WorkloadRule[];
  /** Address of a pod's sandbox. Default: from 10.128.0.0/9 by the pod's object id, unique in the world. */
  readonly podIp?: (ctx: WorldContext, ref: PodRef, attempt: number) => string;
  /** A time of the API in the world's time; without it volumes hold nothing. */
  readonly usOf?: (text: string) => TimeUs;
  /** Address of a node, for pods in its network. */
  readonly nodeIp?: (node: number) => string;
}

/** A node as its statistics see it; its shape is the kubelet's `MeasuredNode`, as that of the others. */
interface MeasuredNode {
  readonly capacity: Readonly<Record<string, string>>;
  readonly systemBytes: { readonly memory: number; readonly disk: number };
}

interface MeasuredPod {
  readonly pod: KubeObject;
  readonly containers: readonly (RunningContainer & { readonly state: string })[];
}

interface ContainerUsage {
  readonly name: string;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

interface PodUsage {
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  readonly containers: readonly ContainerUsage[];
}

interface FsUsage {
  readonly availableBytes: number;
  readonly capacityBytes: number;
}

/** The kubelet's `NodeStats`. */
interface NodeUsage {
  readonly memory: FsUsage;
  readonly fs?: FsUsage;
  readonly imageFs?: FsUsage;
  pod(pod: KubeObject, volumeBytes: Readonly<Record<string, number>>): PodUsage | undefined;
  volumeBytes(pod: KubeObject, volume: string, atUs: TimeUs): number | undefined;
}

/** Pages of memory and blocks of a file system are of 4 KiB. */
const inPages = (bytes: number): number => Math.floor(bytes / 4096) * 4096;

const CONNECT_ERROR_US = 200;

/**
 * What happens behind a container runtime's calls when the scenario's rules drive it: pure functions of (rule, keyed draws,
 * process number), so it has no state and gives the same answers after a restore. It has the shape of the kubelet's
 * `Behaviour`.
 */
export class ScenarioBehaviour {
  private readonly options: ScenarioBehaviourOptions;

  constructor(options: ScenarioBehaviourOptions) {
    this.options = options;
  }

  sandbox(ctx: WorldContext, ref: PodRef, attempt: number): { readonly delayUs: TimeUs; readonly ip: string } {
    const stream = workloadStream(ctx, ref.pod, '');
    return {
      delayUs: sample(ctx, stream, PURPOSE.sandbox, attempt, DEFAULTS.sandbox),
      ip: this.address(ctx, ref, attempt),
    };
  }

  stopSandbox(ctx: WorldContext, ref: PodRef): { readonly delayUs: TimeUs } {
    return { delayUs: sample(ctx, workloadStream(ctx, ref.pod, ''), PURPOSE.sandboxStop, 0, DEFAULTS.sandboxStop) };
  }

  create(ctx: WorldContext, ref: PodRef, container: string, attempt: number): { readonly delayUs: TimeUs } {
    return { delayUs: sample(ctx, workloadStream(ctx, ref.pod, container), PURPOSE.create, attempt, DEFAULTS.create) };
  }

  start(ctx: WorldContext, ref: PodRef, container: string, attempt: number): { readonly delayUs: TimeUs } {
    return { delayUs: sample(ctx, workloadStream(ctx, ref.pod, container), PURPOSE.start, attempt, DEFAULTS.start) };
  }

  pull(
    ctx: WorldContext,
    ref: PodRef,
    image: string,
  ): {
    readonly delayUs: TimeUs;
    readonly error?: string;
    readonly code?: string;
    readonly imageID: string;
    readonly sizeBytes: number;
  } {
    const container = containersOf(ref.pod).find((other) => other.image === image || `${other.image}:latest` === image);
    const spec = container ? this.spec(ref.pod, container.name) : {};
    const { namespace = '', name = '' } = ref.pod.metadata;
    return pullImage(spec, ctx, image, ref.node, `${namespace}/${name}`);
  }

  /** How the process that was just started ends by itself; undefined = it runs until it is stopped. */
  run(
    ctx: WorldContext,
    ref: PodRef,
    container: string,
    attempt: number,
  ):
    | { readonly exitAfterUs: TimeUs; readonly exitCode: number; readonly reason: string; readonly message: string }
    | undefined {
    const { crash, run, memoryBytes = 0, memoryGrowthBytes = 0 } = this.spec(ref.pod, container);
    // Nothing to draw for a server that never ends by itself.
    if (crash === undefined && run === undefined && memoryBytes + memoryGrowthBytes === 0) return undefined;
    const { exit } = this.life(ctx, ref.pod, container, attempt);
    return exit && { exitAfterUs: exit.afterUs, exitCode: exit.exitCode, reason: exit.reason, message: '' };
  }

  /** What SIGTERM does; no delay = it is ignored. A server that handles the signal ends with 0. */
  term(
    ctx: WorldContext,
    ref: PodRef,
    container: string,
    attempt: number,
  ): { readonly delayUs: TimeUs | undefined; readonly exitCode: number } {
    return { delayUs: shutdownUs(this.spec(ref.pod, container), ctx, ref.pod, container, attempt), exitCode: 0 };
  }

  exec(
    ctx: WorldContext,
    ref: PodRef,
    container: RunningContainer,
    command: readonly string[],
  ): { readonly delayUs: TimeUs; readonly exitCode: number; readonly output: string } {
    const kinds = probesOf(ref.pod, container.name, (probe) => sameWords(probe.exec?.command, command));
    const delayUs = sample(ctx, workloadStream(ctx, ref.pod, container.name), PURPOSE.probe, ctx.nowUs, DEFAULTS.exec);
    // A command that is no probe (a hook, a terminal) just succeeds.
    const healthy = kinds.length === 0 || this.answer(ctx, ref.pod, container, kinds) === 'healthy';
    return { delayUs, exitCode: healthy ? 0 : 1, output: '' };
  }

  connect(
    ctx: WorldContext,
    ref: PodRef,
    container: RunningContainer | undefined,
    target: ConnectRequest,
  ): {
    readonly delayUs: TimeUs;
    readonly error?: string;
    readonly code?: number;
    readonly body?: string;
    readonly received: boolean;
  } {
    const answer =
      container && container.startedUs >= 0 ? this.connectAnswer(ctx, ref.pod, container, target) : 'refused';
    if (answer === 'refused') return refused(target);
    const delayUs = sample(
      ctx,
      workloadStream(ctx, ref.pod, container!.name),
      PURPOSE.probe,
      ctx.nowUs,
      DEFAULTS.probe,
    );
    if (target.protocol === 'tcp') return answer === 'healthy' ? { delayUs, received: true } : refused(target);
    if (target.protocol === 'grpc') return { delayUs, code: answer === 'healthy' ? 1 : 0, received: true };
    return { delayUs, code: answer === 'healthy' ? 200 : 503, body: '', received: true };
  }

  /** No image is on a node before it was pulled. */
  presentImage(_node: number, _reference: string): undefined {
    return undefined;
  }

  condition(_node: number): { readonly runtime: string; readonly network: string } {
    return { runtime: '', network: '' };
  }

  sandboxId(ref: PodRef, attempt: number): string {
    // Nobody outside of the runtime sees it.
    return ['sandbox', ref.pod.metadata.uid, attempt].join('/');
  }

  containerId(ref: PodRef, container: string, attempt: number): string {
    return hex64(`container/${ref.pod.metadata.uid}/${container}/${attempt}`);
  }

  /** HashContainer: a changed image makes another container, changed resources do not. */
  specHash({ name, image }: { readonly name: string; readonly image: string }): string {
    return (hashValue([name, image]) >>> 0).toString(16);
  }

  /** Until when all probes of the container answer as they do now. */
  steadyUntilUs(ctx: WorldContext, ref: PodRef, container: RunningContainer): TimeUs {
    const spec = this.spec(ref.pod, container.name);
    const { readyUs, exit } = this.life(ctx, ref.pod, container.name, container.attempt);
    const ageUs = ctx.nowUs - container.startedUs;
    const changeUs = Math.min(nextChangeUs(spec, readyUs, ageUs), exit?.afterUs ?? Infinity);
    return changeUs === Infinity ? Number.MAX_SAFE_INTEGER : container.startedUs + changeUs;
  }

  /** A rule says what some container of the pod uses of its node's memory or disk. */
  mayPress(pod: KubeObject): boolean {
    return containersOf(pod).some(({ name }) => {
      const { memoryBytes, memoryGrowthBytes, diskBytes: disk, diskGrowthBytes } = this.spec(pod, name);
      return (memoryBytes ?? memoryGrowthBytes ?? disk ?? diskGrowthBytes) !== undefined;
    });
  }

  /**
   * What the pods of a node use: memory of all processes, and what they have written, against the machine's own. Images take
   * no room.
   */
  stats(ctx: WorldContext, { capacity, systemBytes }: MeasuredNode, pods: readonly MeasuredPod[]): NodeUsage {
    const usages = new Map<string, PodUsage>();
    let memoryUsed = systemBytes.memory;
    let diskUsed = systemBytes.disk;
    for (const { pod, containers } of pods) {
      const running = containers.filter((c) => c.state === 'running').map((c) => this.usageOf(ctx, pod, c));
      const volumes = this.volumesOf(ctx, pod, ctx.nowUs);
      const sum = (of: (u: ContainerUsage) => number) => running.reduce((total, u) => total + of(u), 0);
      memoryUsed += sum((u) => u.memoryBytes);
      diskUsed += sum((u) => u.diskBytes) + [...volumes.values()].reduce((a, b) => a + b, 0);
      if (running.length > 0)
        usages.set(pod.metadata.uid ?? '', {
          memoryBytes: sum((u) => u.memoryBytes),
          ephemeralBytes: sum((u) => u.diskBytes),
          containers: running,
        });
    }
    const whole = { memory: value(capacity['memory'] ?? '0'), disk: value(capacity['ephemeral-storage'] ?? '0') };
    const fs = { availableBytes: Math.max(0, whole.disk - diskUsed), capacityBytes: whole.disk };
    return {
      memory: { availableBytes: Math.max(0, whole.memory - memoryUsed), capacityBytes: whole.memory },
      ...(whole.disk > 0 ? { fs, imageFs: fs } : {}),
      pod: (pod, volumeBytes) => {
        const usage = usages.get(pod.metadata.uid ?? '');
        const inVolumes = Object.values(volumeBytes).reduce((a, b) => a + b, 0);
        return usage && { ...usage, ephemeralBytes: usage.ephemeralBytes + inVolumes };
      },
      volumeBytes: (pod, volume, atUs) => this.volumesOf(ctx, pod, atUs).get(volume),
    };
  }

  private usageOf(ctx: WorldContext, pod: KubeObject, { name, attempt, startedUs }: RunningContainer): ContainerUsage {
    const spec = this.spec(pod, name);
    const { readyUs } = this.life(ctx, pod, name, attempt);
    const ageUs = ctx.nowUs - startedUs;
    const written = spec.diskVolume === undefined ? diskBytes(spec, readyUs, ageUs) : 0;
    const { memoryBytes } = usage(spec, readyUs, ageUs, 0);
    return { name, memoryBytes: inPages(memoryBytes), diskBytes: inPages(written) };
  }

  /** What was written into the pod's volumes by a time: they outlive their containers. */
  private volumesOf(ctx: WorldContext, pod: KubeObject, atUs: TimeUs): Map<string, number> {
    const out = new Map<string, number>();
    const startTime = pod.status?.startTime as string | undefined;
    const startedUs = startTime === undefined ? undefined : this.options.usOf?.(startTime);
    if (startedUs === undefined) return out;
    for (const { name } of containersOf(pod)) {
      const spec = this.spec(pod, name);
      if (spec.diskVolume === undefined) continue;
      const { readyUs } = this.life(ctx, pod, name, 0);
      out.set(spec.diskVolume, (out.get(spec.diskVolume) ?? 0) + diskBytes(spec, readyUs, atUs - startedUs));
    }
    return out;
  }

  private spec(pod: KubeObject, container: string): BehaviourSpec {
    return behaviourOf(this.options.rules, pod, container);
  }

  private life(ctx: WorldContext, pod: KubeObject, container: string, attempt: number): ProcessLife {
    const limit = containersOf(pod).find((other) => other.name === container)?.resources?.limits?.memory;
    return processLife(this.spec(pod, container), ctx, pod, container, attempt, limit === undefined ? 0 : value(limit));
  }

  private answer(
    ctx: WorldContext,
    pod: KubeObject,
    { name, attempt, startedUs }: RunningContainer,
    kinds: readonly ProbeKind[],
  ): ProbeAnswer {
    const { readyUs } = this.life(ctx, pod, name, attempt);
    return probeAnswer(this.spec(pod, name), readyUs, ctx.nowUs - startedUs, kinds);
  }

  private connectAnswer(
    ctx: WorldContext,
    pod: KubeObject,
    container: RunningContainer,
    target: ConnectRequest,
  ): ProbeAnswer {
    const kinds = target.probe ? [target.probe] : probesOf(pod, container.name, (probe) => asksFor(probe, target));
    return this.answer(ctx, pod, container, kinds);
  }

  private address(ctx: WorldContext, ref: PodRef, attempt: number): string {
    if (ref.pod.spec?.hostNetwork && this.options.nodeIp) return this.options.nodeIp(ref.node);
    if (this.options.podIp) return this.options.podIp(ctx, ref, attempt);
    const { namespace = '', name = '' } = ref.pod.metadata;
    const id = ctx.objects.id('pods', namespace, name);
    return `10.${128 + ((id >>> 16) & 127)}.${(id >>> 8) & 255}.${id & 255}`;
  }
}

interface Probe {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: { readonly path?: string };
  readonly tcpSocket?: object;
  readonly grpc?: object;
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly limits?: { readonly memory?: string | number } };
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

function containersOf(pod: KubeObject): readonly Container[] {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
}

function probesOf(pod: KubeObject, name: string, asks: (probe: Probe) => boolean): readonly ProbeKind[] {
  const container = containersOf(pod).find((other) => other.name === name);
  const kinds: ProbeKind[] = [];
  if (container?.livenessProbe && asks(container.livenessProbe)) kinds.push('liveness');
  if (container?.readinessProbe && asks(container.readinessProbe)) kinds.push('readiness');
  if (container?.startupProbe && asks(container.startupProbe)) kinds.push('startup');
  return kinds;
}

function asksFor(probe: Probe, { protocol, path }: ConnectRequest): boolean {
  if (protocol === 'http') return probe.httpGet !== undefined && (probe.httpGet.path ?? '/') === path;
  return protocol === 'tcp' ? probe.tcpSocket !== undefined : probe.grpc !== undefined;
}

function sameWords(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((word, i) => word === b[i]);
}

/** Nothing listens: the kernel answers at once, and Go's dialer says so. gRPC goes on trying until the probe's time is over. */
function refused({ protocol, host, port, timeoutSeconds }: ConnectRequest): {
  readonly delayUs: TimeUs;
  readonly error: string;
  readonly received: false;
} {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (protocol === 'grpc') {
    const error = `timeout: failed to connect service "${address}" within ${timeoutSeconds}s: context deadline exceeded`;
    return { delayUs: timeoutSeconds * 1_000_000 - 1, error, received: false };
  }
  return { delayUs: CONNECT_ERROR_US, error: `dial tcp ${address}: connect: connection refused`, received: false };
}
