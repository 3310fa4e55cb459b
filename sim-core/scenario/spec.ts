import type { KubeObject } from '../contracts/index.ts';
import type { ExtenderScript } from '../scheduler/extenders/scripted.ts';

/**
 * The format of scenario files (apiVersion orrery.dev/v1alpha1, kind Scenario), after defaults. Durations are integers in µs;
 * the files write them as Kubernetes does (`5m`, `1h30m`, `250ms`). The JSON Schema in `schema/` is the published form.
 */
export interface ScenarioSpec {
  readonly seed: string;
  /** Wall-clock time of t = 0, seconds since 1970. */
  readonly epochSeconds: number;
  readonly durationUs: number;
  readonly controlPlane: ControlPlaneSpec;
  readonly network: NetworkSpec;
  readonly nodePools: readonly NodePoolSpec[];
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly workloads: readonly WorkloadRule[];
  readonly timeline: readonly TimelineEntry[];
  readonly failures: readonly FailureProcess[];
  readonly expect: readonly ExpectationSpec[];
}

export interface ControlPlaneSpec {
  readonly etcd: { readonly members: 1 | 3 | 5 };
  readonly apiServers: number;
  readonly controllerManagers: number;
  readonly controllerManagerFlags: Readonly<Record<string, string>>;
  readonly schedulers: readonly SchedulerSpec[];
  /** Feature gates that are off although they are on by default, of all components. */
  readonly disabledFeatures?: readonly string[];
  /** Zones of the control-plane hosts, in turn. */
  readonly zones: readonly string[];
}

export interface SchedulerSpec {
  readonly replicas: number;
  /** KubeSchedulerConfiguration v1 */
  readonly configuration?: KubeObject;
  /** Who answers its extenders. */
  readonly extenders?: readonly ExtenderScript[];
}

export interface NetworkSpec {
  /** One-way latencies between two hosts. */
  readonly sameZone?: LatencySpec;
  readonly crossZone?: LatencySpec;
}

export interface LatencySpec {
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface NodePoolSpec {
  readonly name: string;
  readonly count: number;
  readonly zones: readonly string[];
  readonly region: string;
  readonly machine: string;
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** KubeletConfiguration */
  readonly kubelet?: KubeObject;
  /** Manifests of static pods, one of each a node. */
  readonly staticPods?: readonly KubeObject[];
  /** Files of KWOK Stages: this pool has no kubelets. */
  readonly stages?: readonly KubeObject[];
}

export interface WorkloadRule {
  /** Matches labels of the pod. */
  readonly match: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly container?: string;
  /** Of the container, with `*` for any text. */
  readonly image?: string;
  readonly behaviour: Readonly<Record<string, unknown>>;
}

export type TimelineAction =
  | {
      readonly do: 'fault';
      readonly kind: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly forUs?: number;
    }
  | { readonly do: 'kubectl'; readonly command: string; readonly files: readonly KubeObject[] }
  | { readonly do: 'note'; readonly text: string }
  /** All draws come from another seed from then on. */
  | { readonly do: 'reseed'; readonly seed: string }
  /** The replicas of a scheduler (`kube-scheduler`, `kube-scheduler-b`, ...) start again with another configuration. */
  | { readonly do: 'scheduler'; readonly scheduler: string; readonly configuration: KubeObject }
  /**
   * The pool has so many machines: new ones boot (`boot`: from the request until the kubelet starts) and register; of too many, those
   * of `remove` go first, then the newest.
   */
  | {
      readonly do: 'scale';
      readonly nodePool: string;
      readonly count: number;
      readonly remove: readonly string[];
      readonly boot?: LatencySpec;
    };

export interface TimelineEntry {
  readonly atUs: number;
  readonly action: TimelineAction;
  readonly at: Place;
}

/** Faults drawn at random: exponential time between failures and time to repair. */
export interface FailureProcess {
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly mtbfUs: number;
  readonly mttrUs: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

export type ExpectationMode = 'eventually' | 'always' | 'never' | 'at';

export interface ExpectationSpec {
  readonly name: string;
  readonly mode: ExpectationMode;
  /** CEL over the objects of the cluster. */
  readonly that: string;
  /** First instant at which it counts. */
  readonly fromUs: number;
  /** Last instant: the deadline of `eventually`, the end of `always` and `never`, the moment of `at`. */
  readonly untilUs: number;
  readonly at: Place;
}

/** Where something stands in a file, for messages. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Everything that a run starts from, checked and resolved. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly spec: ScenarioSpec;
  /** Objects that are applied at t = 0, in the order of the files. */
  readonly manifests: readonly LoadedObject[];
  /** Objects that are in the store at t = 0, with their status. */
  readonly initialState: readonly LoadedObject[];
  /** Objects in bulk: copies of a template. */
  readonly generate: readonly GenerateSpec[];
}

export interface LoadedObject {
  readonly object: KubeObject;
  readonly at: Place;
}

export interface GenerateSpec {
  readonly template: KubeObject;
  readonly count: number;
  readonly at: Place;
  /** Stored as they are at t = 0 (with bindings and status) instead of created through the API. */
  readonly asInitialState: boolean;
}

export interface ScenarioProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly at: Place;
}

/** The files of a scenario by path relative to its folder, and which one to start from. */
export interface Bundle {
  readonly entry: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}
