import type { KubeObject, TimeUs, WorldContext } from '../../../../sim-core/contracts/index.ts';
import type { Behaviour, ConnectOutcome, ExecOutcome, ProcessRun } from '../../../../sim-core/kubelet/behaviour.ts';
import type { NodeStats, PodUsage } from '../../../../sim-core/kubelet/eviction.ts';
import type { ConnectTarget, ContainerState, RuntimePodRef } from '../../../../sim-core/kubelet/runtime.ts';
import type { RuntimeScript } from './recording.ts';

const S = 1_000_000;

interface Stats {
  readonly MemoryAvailable?: number;
  readonly MemoryWorkingSet?: number;
  readonly Pods?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly [field: string]: unknown;
}

/** Statistics are per pod here; they belong to a container where the pod has only one. */
function podUsage(pod: KubeObject, stats: Readonly<Record<string, number>> | undefined): PodUsage | undefined {
  if (stats === undefined) return undefined;
  const { Memory, EphemeralStorage, Inodes, Processes } = stats;
  const only = pod.spec?.containers?.length === 1 ? pod.spec.containers[0].name : undefined;
  const containers = only === undefined ? [] : [{ name: only, memoryBytes: Memory }];
  return { memoryBytes: Memory, ephemeralBytes: EphemeralStorage, inodes: Inodes, processes: Processes, containers };
}

/** Names in place of uids: of several pods of one name the later ones are numbered. */
export class InstanceNames {
  private readonly byUid = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  of({ metadata }: KubeObject): string {
    const isStatic = metadata.annotations?.['kubernetes.io/config.source'] === 'file';
    const isMirror = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    return this.name(metadata.uid ?? '', isStatic && !isMirror ? `static:${metadata.name}` : (metadata.name ?? ''));
  }

  name(uid: string, base: string): string {
    let name = this.byUid.get(uid);
    if (name === undefined) {
      const n = (this.counts.get(base) ?? 0) + 1;
      this.counts.set(base, n);
      name = n === 1 ? base : `${base}#${n}`;
      this.byUid.set(uid, name);
    }
    return name;
  }

  entries(): Iterable<readonly [string, string]> {
    return this.byUid;
  }
}

/** `runtimeScript` of a recording as the behaviour behind the container runtime. */
export class ScriptBehaviour implements Behaviour {
  private readonly script: RuntimeScript;
  private readonly used = new Map<string, number>();
  private addresses = 0;
  readonly names = new InstanceNames();
  network = '';
  runtime = '';
  removedImages = new Set<string>();
  /** Of the last writeStats. */
  lastStats: Stats | undefined;
  /** By pod and volume. */
  readonly fills: { readonly key: string; readonly atUs: TimeUs; readonly bytes: number }[] = [];

  constructor(script: RuntimeScript) {
    this.script = script;
  }

  /** How often something was used before. */
  private next(key: string): number {
    const n = this.used.get(key) ?? 0;
    this.used.set(key, n + 1);
    return n;
  }

  private pod(ref: RuntimePodRef) {
    const pods = this.script.pods ?? {};
    return pods[ref.pod.metadata.name ?? ''] ?? pods['*'] ?? {};
  }

  private container(ref: RuntimePodRef, name: string) {
    const containers = this.pod(ref).containers ?? {};
    return containers[name] ?? containers['*'] ?? {};
  }

  sandbox(_ctx: WorldContext, ref: RuntimePodRef, _attempt: number) {
    const pod = this.pod(ref);
    const error = (pod.sandboxErrors ?? [])[this.next(`sandbox/${ref.key}`)];
    this.addresses += 1;
    const ip = pod.ip ?? `10.88.0.${this.addresses}`;
    return { delayUs: (pod.sandboxDelay ?? 0.05) * S, error: rpc(error), ip };
  }

  stopSandbox(_ctx: WorldContext, ref: RuntimePodRef) {
    const error = (this.pod(ref).stopSandboxErrors ?? [])[this.next(`stop/${ref.key}`)];
    return { delayUs: 20_000, error: rpc(error) };
  }

  create(_ctx: WorldContext, ref: RuntimePodRef, container: string) {
    const c = this.container(ref, container);
    const error = (c.createErrors ?? [])[this.next(`create/${ref.key}/${container}`)];
    return { delayUs: (c.createDelay ?? 0.02) * S, error: rpc(error) };
  }

  start(_ctx: WorldContext, ref: RuntimePodRef, container: string) {
    const c = this.container(ref, container);
    const error = (c.startErrors ?? [])[this.next(`start/${ref.key}/${container}`)];
    return { delayUs: (c.startDelay ?? 0.02) * S, error: rpc(error) };
  }

  pull(_ctx: WorldContext, _ref: RuntimePodRef, image: string) {
    const i = this.script.images?.[image] ?? {};
    const errors = i.errors ?? [];
    const n = this.next(`pull/${image}`);
    const error = errors[n] ?? (i.errorForever ? errors[errors.length - 1] : undefined);
    if (error !== undefined) {
      const text = typeof error === 'string' ? { msg: error } : error;
      const code = text.code ?? 'Unknown';
      return {
        delayUs: (text.delay ?? i.pullTime ?? 0.1) * S,
        error: `rpc error: code = ${code} desc = ${text.msg}`,
        code,
        imageID: '',
        sizeBytes: 0,
      };
    }
    this.removedImages.delete(image);
    return { delayUs: (i.pullTime ?? 0.1) * S, imageID: imageID(image), sizeBytes: i.size ?? DEFAULT_SIZE };
  }

  presentImage(_node: number, reference: string) {
    const i = this.script.images?.[reference];
    if (!i?.present || this.removedImages.has(reference)) return undefined;
    return { id: imageID(reference), sizeBytes: i.size ?? 0 };
  }

  run(_ctx: WorldContext, ref: RuntimePodRef, container: string): ProcessRun | undefined {
    const runs = this.container(ref, container).runs ?? [];
    if (runs.length === 0) return undefined;
    const run = runs[Math.min(this.next(`run/${ref.key}/${container}`), runs.length - 1)];
    if (run.exitAfter === undefined) return undefined;
    const exitCode = run.exitCode ?? 0;
    const spec = [...(ref.pod.spec?.containers ?? []), ...(ref.pod.spec?.initContainers ?? [])].find(
      (c) => c.name === container,
    );
    const fallback =
      spec?.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0
        ? String(run.log ?? '').replace(/([^\n])$/, '$1\n')
        : '';
    const message = String(run.message ?? '') || fallback;
    return {
      exitAfterUs: run.exitAfter * S,
      exitCode,
      reason: run.reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      message: message.slice(0, 4096),
    };
  }

  term(_ctx: WorldContext, ref: RuntimePodRef, container: string) {
    const term = this.container(ref, container).term;
    if (term?.ignore) return { delayUs: undefined, exitCode: 137 };
    return { delayUs: (term?.delay ?? 0.05) * S, exitCode: term?.exitCode ?? 0 };
  }

  exec(ctx: WorldContext, ref: RuntimePodRef, c: ContainerState, command: readonly string[]): ExecOutcome {
    const steps = this.container(ref, c.name).exec?.[command.join(' ')] ?? [];
    const step = at(steps, ctx.nowUs - c.startedUs);
    // A process takes its while to be made: recorded calls are up to 2 ms longer than their command.
    const delayUs = step.delay ? step.delay * S + 1_000 : 0;
    return { delayUs, exitCode: step.exit ?? 0, output: step.out ?? '', error: rpc(step.error) };
  }

  connect(ctx: WorldContext, ref: RuntimePodRef, c: ContainerState | undefined, target: ConnectTarget): ConnectOutcome {
    const age = c?.state === 'running' ? ctx.nowUs - c.startedUs : -1;
    const refused = {
      delayUs: 0,
      error: `dial tcp ${target.host}:${target.port}: connect: connection refused`,
      received: false,
    };
    const script = this.container(ref, target.container);
    if (target.protocol === 'grpc') {
      const server = (script.grpc ?? []).find((g: { port: number }) => g.port === target.port);
      if (!server || age < 0) return { delayUs: 3600 * S, received: false };
      return { delayUs: 0, code: at(server.steps ?? [], age).serving === false ? 0 : 1, received: true };
    }
    const server = (script.http ?? []).find((h: { port: number }) => h.port === target.port);
    const open =
      server &&
      age >= (server.listenAfter ?? 0) * S &&
      (server.closeAfter === undefined || age < server.closeAfter * S);
    if (!open) return refused;
    if (target.protocol === 'tcp') return { delayUs: 0, received: true };
    const steps = server.paths?.[target.path];
    if (steps === undefined) return { delayUs: 0, code: 404, received: true };
    const step = at(steps, age);
    return { delayUs: (step.delay ?? 0) * S, code: step.code ?? 200, received: true };
  }

  stats(): NodeStats {
    const stats = this.lastStats ?? {};
    const { MemoryAvailable, MemoryWorkingSet, FsAvailable, FsCapacity, FsInodesFree, FsInodes } = stats;
    const number = (n: unknown) => (typeof n === 'number' ? n : undefined);
    const fs =
      FsAvailable === undefined && FsInodesFree === undefined
        ? undefined
        : {
            availableBytes: number(FsAvailable) ?? 0,
            capacityBytes: number(FsCapacity) ?? 0,
            inodesFree: number(FsInodesFree),
            inodes: number(FsInodes),
          };
    const memory =
      MemoryAvailable === undefined
        ? undefined
        : { availableBytes: MemoryAvailable, capacityBytes: MemoryAvailable + (MemoryWorkingSet ?? 0) };
    const maxPids = number(stats['PidMax'] ?? stats['PidMaxPID'] ?? stats['PidCapacity']);
    const running = number(stats['PidRunning'] ?? stats['PidNumOfRunningProcesses'] ?? stats['PidUsed']);
    const pids = maxPids === undefined || running === undefined ? undefined : { max: maxPids, running };
    return {
      memory,
      fs,
      pids,
      pod: (pod) => podUsage(pod, stats.Pods?.[pod.metadata.name ?? '']),
      volumeBytes: (pod, volume, atUs) => this.filledBytes(`${pod.metadata.name}/${volume}`, atUs),
    };
  }

  /** What was written into an emptyDir by a time. */
  private filledBytes(key: string, atUs: TimeUs): number {
    let bytes = 0;
    for (const fill of this.fills) if (fill.key === key && fill.atUs <= atUs) bytes = fill.bytes;
    return bytes;
  }

  hostPath(path: string, type: string): boolean {
    return type === 'Directory' && HOST_DIRECTORIES.test(path);
  }

  condition() {
    return { runtime: this.runtime, network: this.network };
  }

  sandboxId(ref: RuntimePodRef, attempt: number): string {
    return `<sandbox:${this.names.of(ref.pod)}#${attempt}>`;
  }

  containerId(ref: RuntimePodRef, container: string, attempt: number): string {
    return `containerd://<${this.names.of(ref.pod)}/${container}#${attempt}>`;
  }

  specHash(container: { readonly name: string; readonly image: string }): string {
    return `${container.name}/${container.image}`;
  }

  steadyUntilUs(ctx: WorldContext): TimeUs {
    return ctx.nowUs;
  }
}

/** Of an image that the script does not list. */
const DEFAULT_SIZE = 10_000_000;

/** Directories that every host has. */
const HOST_DIRECTORIES = /^\/($|(bin|dev|etc|home|lib|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(\/|$))/;

const imageID = (image: string): string => `${image.replace(/:[^/]*$/, '')}@sha256:<digest ${image}>`;

function rpc(error: string | { readonly msg: string } | undefined): string | undefined {
  if (error === undefined) return undefined;
  const text = typeof error === 'string' ? error : error.msg;
  return text.startsWith('rpc error') ? text : `rpc error: code = Unknown desc = ${text}`;
}

/** The last step whose time has come. */
function at(steps: readonly { readonly from?: number }[], ageUs: number) {
  // biome-ignore lint/suspicious/noExplicitAny: a step of the script
  let found: any = {};
  for (const step of steps) if ((step.from ?? 0) * S <= ageUs) found = step;
  return found;
}
