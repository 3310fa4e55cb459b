import type { TextColumn } from '../../model/frame.ts';

/** A node index of a pod that is on no node. */
export const NO_NODE = 0xffffffff;
/** State of a pod that is not there (PodState.deleted). */
export const GONE = 12;

/** What a node looks like on the map: bits above NodeState's, found by the worker. */
export const NodeMark = {
  ready: 1,
  unknown: 2,
  cordoned: 4,
  noExecute: 8,
  noSchedule: 16,
  pressure: 32,
  /** Deleted a moment ago: a cross, then absent. */
  gone: 64,
  /** Never was Ready. */
  booting: 128,
  /** Cut off by a partition that a fault holds open. */
  partitioned: 256,
  /** Not there: not created yet, or gone for long. */
  absent: 512,
} as const;

/**
 * What changed on the map since the frame before, or everything when `full`. Arrays are transferred; numbers of pods and nodes
 * are those of the statics, which come before anybody refers to them.
 */
export interface MapFrame {
  /** Virtual time of the state. */
  readonly timeUs: number;
  /** A frame of another track than the last one is full and begins the statics anew. */
  readonly full: boolean;
  readonly pods: Uint32Array;
  /** PodState, by place in `pods`. */
  readonly state: Uint8Array;
  /** Node number, or NO_NODE. */
  readonly node: Uint32Array;
  /** Scheduling attempts so far, at most 255. */
  readonly attempts: Uint8Array;
  readonly nodes: Uint32Array;
  /** NodeMark bits, by place in `nodes`. */
  readonly marks: Uint16Array;
  readonly statics: MapStatics | undefined;
  /** Open partitions, when they changed since the frame before. */
  readonly cuts: readonly Cut[] | undefined;
  /** What the worker took to make it, ms; for measurements. */
  readonly buildMs: number;
}

/** A partition that a fault holds open, by numbers of nodes. */
export interface Cut {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** Only messages from `a` to `b` are lost. */
  readonly oneWay: boolean;
  /** Names on the sides that are of no node: components of the control plane. */
  readonly components: readonly string[];
}

/** What does not change: of the pods [podFrom, podFrom + names) and the nodes [nodeFrom, nodeFrom + names). */
export interface MapStatics {
  readonly podFrom: number;
  /** `namespace/name`. */
  readonly podNames: TextColumn;
  readonly namespaceOf: Uint32Array;
  readonly ownerOf: Uint32Array;
  readonly priority: Int32Array;
  /** Requests; 0 = none, NaN = the recording does not say. */
  readonly cpuMilli: Float32Array;
  readonly memoryMi: Float32Array;
  readonly bornUs: Float64Array;
  readonly nodeFrom: number;
  readonly nodeNames: TextColumn;
  /** Allocatable; NaN = the recording does not say. */
  readonly nodeCpuMilli: Float32Array;
  readonly nodeMemoryMi: Float32Array;
  readonly nodePods: Float32Array;
  /** All of them, each time that there are new ones. */
  readonly namespaces: readonly string[];
  readonly owners: readonly string[];
}

/** Groups of all nodes: number of each node's group, and the groups' names in the order of the picture. */
export interface MapGroups {
  readonly key: string;
  /** They are the same in [fromUs, untilUs). */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly groupOf: Uint32Array;
  readonly names: readonly string[];
}

/** What the map can be grouped by: `zone`, `pool`, `taint`, then labels as `label:<key>`. */
export interface MapKeys {
  readonly keys: readonly string[];
}

export function buffersOfMap(frame: MapFrame): ArrayBuffer[] {
  const arrays: ArrayBufferView[] = [
    frame.pods,
    frame.state,
    frame.node,
    frame.attempts,
    frame.nodes,
    frame.marks,
    ...(frame.statics === undefined ? [] : staticArrays(frame.statics)),
  ];
  return arrays.map((array) => array.buffer as ArrayBuffer);
}

function staticArrays(s: MapStatics): ArrayBufferView[] {
  return [
    s.podNames.bytes,
    s.podNames.ends,
    s.namespaceOf,
    s.ownerOf,
    s.priority,
    s.cpuMilli,
    s.memoryMi,
    s.bornUs,
    s.nodeNames.bytes,
    s.nodeNames.ends,
    s.nodeCpuMilli,
    s.nodeMemoryMi,
    s.nodePods,
  ];
}
