/**
 * The seam between the kubelet and the container runtime (CRI-shaped). The kubelet calls, answers come as events; what it
 * observes through PLEG is `pod()`. What containers do behind the calls is a `Behaviour`: the scenario's workloads, or
 * the script of a recording.
 */
import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import type { ContainerSpec } from './spec.ts';

export interface SandboxState {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly ip: string;
  readonly createdUs: TimeUs;
}

export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageID: string;
  readonly sandbox: string;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  /** The container's spec at creation; one with another hash means that the definition changed. */
  readonly definition: ContainerSpec;
  readonly createdUs: TimeUs;
  readonly startedUs: TimeUs;
  readonly finishedUs: TimeUs;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** Resources that the runtime was told, as in the container's spec. */
  readonly resources: unknown;
}

/** What the runtime knows of one pod: newest first. */
export interface RuntimePod {
  readonly sandboxes: readonly SandboxState[];
  readonly containers: readonly ContainerState[];
}

export const EMPTY_POD: RuntimePod = { sandboxes: [], containers: [] };

export type RuntimeCall =
  | { readonly op: 'RunPodSandbox'; readonly attempt: number }
  | { readonly op: 'StopPodSandbox'; readonly id: string }
  | { readonly op: 'RemovePodSandbox'; readonly id: string }
  | { readonly op: 'CreateContainer'; readonly name: string; readonly attempt: number; readonly sandbox: string }
  | { readonly op: 'StartContainer'; readonly id: string }
  | { readonly op: 'StopContainer'; readonly id: string; readonly timeoutSeconds: number }
  | { readonly op: 'RemoveContainer'; readonly id: string }
  | { readonly op: 'PullImage'; readonly image: string }
  | {
      readonly op: 'ExecSync';
      readonly id: string;
      readonly command: readonly string[];
      readonly timeoutSeconds: number;
    }
  | { readonly op: 'UpdatePodSandboxResources'; readonly id: string }
  | { readonly op: 'UpdateContainerResources'; readonly id: string; readonly resources: unknown };

export interface RuntimeAnswer {
  /** Text of the gRPC error, e.g. `rpc error: code = NotFound desc = ...`. */
  readonly error?: string;
  /** gRPC code of the error. */
  readonly code?: string;
  /** Id of what was made. */
  readonly id?: string;
  readonly ip?: string;
  readonly exitCode?: number;
  readonly output?: string;
  readonly sizeBytes?: number;
  readonly imageID?: string;
}

/** Whose pod it is: the kubelet's key for the pod, its node's number, and the object. */
export interface PodRef {
  readonly key: string;
  readonly node: number;
  readonly pod: KubeObject;
}

/** The same with the runtime's number of the pod. */
export interface RuntimePodRef extends PodRef {
  readonly id: number;
}

/** What a timer of the eviction manager is for: its next look, the clean-up of a pod, the end of one (`uid`). */
export type EvictionStep = 'look' | 'cleanup' | 'killed';

/** What a timer for static pods is for: a look at the manifests, the start of a pod (`uid`), housekeeping. */
export type StaticStep = 'read' | 'start' | 'housekeeping';

/** What an answer of the runtime or a timer is for. */
export type Cont =
  | { readonly on: 'op'; readonly slot: number; readonly uid: string; readonly life: number; readonly sync: number }
  | { readonly on: 'kill'; readonly slot: number; readonly uid: string; readonly life: number; readonly id: string }
  | {
      readonly on: 'hook';
      readonly slot: number;
      readonly uid: string;
      readonly life: number;
      readonly id: string;
      readonly startedUs: TimeUs;
    }
  | {
      readonly on: 'probe';
      readonly slot: number;
      readonly uid: string;
      readonly life: number;
      readonly container: string;
      readonly type: string;
      readonly containerID: string;
    }
  | {
      readonly on: 'pull';
      readonly slot: number;
      readonly uid: string;
      readonly life: number;
      readonly image: string;
      readonly node: number;
    }
  | { readonly on: 'postStart'; readonly slot: number; readonly uid: string; readonly life: number }
  | { readonly on: 'remove'; readonly ref: RuntimePodRef; readonly id: string }
  | { readonly on: 'forget'; readonly id: number; readonly key: string }
  | {
      readonly on: 'evict';
      readonly node: number;
      readonly life: number;
      readonly step: EvictionStep;
      readonly uid: string;
    }
  | {
      readonly on: 'static';
      readonly node: number;
      readonly life: number;
      readonly step: StaticStep;
      readonly uid: string;
    }
  | { readonly on: 'resize'; readonly node: number; readonly life: number }
  | { readonly on: 'orphans'; readonly node: number; readonly life: number }
  | {
      readonly on: 'hung';
      readonly node: number;
      readonly life: number;
      readonly sinceUs: TimeUs;
      readonly what: 'pleg' | 'collect';
    }
  | { readonly on: 'shutdown'; readonly node: number; readonly life: number; readonly at: number };

export interface ContainerRuntime {
  /** The number of a pod, as long as anybody knows the pod. */
  idOf(key: string): number;
  /** The number of a pod that somebody knows. */
  find(key: string): number | undefined;
  /** The answer comes as `answered(ctx, cont, answer)` of the sink, never in this call. */
  call(ctx: WorldContext, ref: RuntimePodRef, call: RuntimeCall, cont: Cont | undefined): void;
  /** What a look at the runtime shows now. */
  pod(id: number): RuntimePod;
  /** Is the image on the node? */
  image(node: number, reference: string): { readonly id: string; readonly sizeBytes: number } | undefined;
  /** One HTTP, TCP or gRPC request of a probe or hook to a container; answered through the sink. */
  connect(ctx: WorldContext, ref: RuntimePodRef, target: ConnectTarget, cont: Cont): void;
  /** Until when the container's probes answer as they do now; `now` when nothing is known. */
  steadyUntilUs(ctx: WorldContext, ref: RuntimePodRef, id: string): TimeUs;
  /** Runtime and network readiness of the node; '' = ready, else the reason's text. */
  condition(node: number): { readonly runtime: string; readonly network: string };
  /** All containers of the node die with it (power off). Their states stay as of before until the node is back. */
  nodeLost(ctx: WorldContext, node: number): void;
  /** The kubelet is done with the pod: drop everything about it. */
  forget(id: number, key: string): void;
  /** The kubelet process that knew the pod is gone. */
  orphaned(ref: RuntimePodRef): void;
}

export interface ConnectTarget {
  readonly protocol: 'http' | 'tcp' | 'grpc';
  readonly container: string;
  readonly containerID: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
  readonly service: string;
  readonly timeoutSeconds: number;
}

/** Told by the runtime: answers, and that something changed (seen at the next PLEG relist). */
export interface RuntimeSink {
  /** Has the kubelet of its node a row of the pod? */
  knows(id: number): boolean;
  answered(ctx: WorldContext, cont: Cont, answer: RuntimeAnswer): void;
  changed(ctx: WorldContext, id: number): void;
  /** A call changed something and was answered: both at once. */
  finished(ctx: WorldContext, id: number, cont: Cont, answer: RuntimeAnswer): void;
}
