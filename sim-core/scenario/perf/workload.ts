import type { KubeObject, TimeUs } from '../../contracts/index.ts';
import type { Place } from '../spec.ts';

type Template = (index: number, count: number) => KubeObject;

interface Op {
  /** Of the opcode in the workload template. */
  readonly index: number;
  readonly at: Place;
}

export interface CreateOp extends Op {
  readonly do: 'createNodes' | 'createPods' | 'createAny' | 'updateAny';
  readonly object: Template;
  readonly count: number;
  readonly namespace: string;
  /** Throughput counts these pods. */
  readonly measured?: boolean;
  /** Go on before the pods have nodes. */
  readonly skipWait?: boolean;
  /** Each pod that got a node is replaced by a new one, for so long. */
  readonly steadyForUs?: TimeUs;
  /** A volume and a claim for each pod, bound to each other. */
  readonly volume?: Template;
  readonly claim?: Template;
  readonly perSecond?: number;
}

export interface NamespacesOp extends Op {
  readonly do: 'createNamespaces';
  readonly object: Template;
  readonly prefix: string;
  readonly count: number;
}

export interface ChurnOp extends Op {
  readonly do: 'churn';
  /** Make and remove in turn, instead of making only. */
  readonly recreate: boolean;
  /** Of each template; 0 = no end. */
  readonly number: number;
  readonly everyUs: TimeUs;
  readonly namespace: string;
  readonly objects: readonly Template[];
}

export interface DeletePodsOp extends Op {
  readonly do: 'deletePods';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly perSecond?: number;
  readonly skipWait: boolean;
}

export interface BarrierOp extends Op {
  readonly do: 'barrier';
  /** None: all. */
  readonly namespaces: readonly string[];
  /** Enough that the scheduler has tried. */
  readonly attempted: boolean;
}

/** A driver of devices, which publishes so many on each of its nodes. */
export interface DriverOp extends Op {
  readonly do: 'createDriver';
  readonly driver: string;
  /** Names of nodes, with `*` for any text. */
  readonly nodes: string;
  readonly devices: number;
}

export type PerfOp =
  | CreateOp
  | NamespacesOp
  | ChurnOp
  | DeletePodsOp
  | BarrierOp
  | DriverOp
  | (Op & { readonly do: 'sleep'; readonly forUs: TimeUs })
  | (Op & { readonly do: 'startMetrics'; readonly namespaces: readonly string[] })
  | (Op & { readonly do: 'stopMetrics' })
  /** All claims of a namespace get devices, without pods. */
  | (Op & { readonly do: 'allocClaims'; readonly namespace: string });

/** One workload of a scheduler_perf test, with its parameters put in. */
export interface PerfWorkload {
  readonly test: string;
  readonly name: string;
  readonly labels: readonly string[];
  /** Pods a second that Kubernetes' CI asks for. */
  readonly threshold?: number;
  /** Feature gates that are off. */
  readonly disabledFeatures: readonly string[];
  readonly configuration?: KubeObject;
  readonly ops: readonly PerfOp[];
  readonly at: Place;
}
