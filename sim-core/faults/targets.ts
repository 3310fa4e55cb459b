import type { ComponentId, Degradation, Partition, TimeUs, WorldContext } from '../contracts/index.ts';

/** A node or a replica of a control-plane component, and where it stands. */
export interface FaultTarget {
  readonly name: string;
  readonly zone: string;
}

/** Time of one fsync while a disk is slow: log-normal with these quantiles. */
export interface SlowDiskSpec {
  readonly p50Us: TimeUs;
  readonly p99Us: TimeUs;
}

/**
 * What faults can act on. The builder of the world implements it over the network's links, the kubelets and etcd; components
 * are stopped and started through the engine (`ctx.components`).
 */
export interface FaultTargets {
  /** All nodes that exist now, sorted by name. */
  nodes(): readonly FaultTarget[];
  /** All replicas of control-plane components, sorted by name. */
  components(): readonly FaultTarget[];
  /** Power of a machine: off kills kubelet and containers at once, on boots it. */
  nodePower(ctx: WorldContext, node: string, on: boolean): void;
  /** Only the kubelet process: containers go on running. */
  kubeletProcess(ctx: WorldContext, node: string, running: boolean): void;
  /** The container runtime does not answer who asks for its pods, or answers again. */
  runtimeHang(ctx: WorldContext, node: string, isHung: boolean): void;
  /** Amounts that pods may use of a machine; `undefined` = as before. */
  nodeResize(ctx: WorldContext, node: string, allocatable: Readonly<Record<string, string>> | undefined): void;
  beginPartition(ctx: WorldContext, spec: Partition): void;
  endPartition(ctx: WorldContext, name: string): void;
  beginDegradation(ctx: WorldContext, spec: Degradation): void;
  endDegradation(ctx: WorldContext, name: string): void;
  /** `undefined` = as fast as before. */
  etcdDisk(ctx: WorldContext, member: number, slow: SlowDiskSpec | undefined): void;
}

/** What a kind of fault gets to act with. */
export interface FaultHands {
  readonly ctx: WorldContext;
  readonly targets: FaultTargets;
  /** Unique name of this occurrence, stable across runs: names of partitions, streams of draws. */
  readonly id: string;
  /** The component that records the faults. */
  readonly actor: ComponentId;
  /** Takes hold of a thing; true when nobody else holds it, i.e. it has to be broken now. */
  hold(thing: string): boolean;
  /** Lets go; true when nobody else holds it any more, i.e. it has to be repaired now. */
  release(thing: string): boolean;
}
