import type { NodeInfo } from './nodeInfo.ts';

/** Room and use of one resource by place of the node. */
export interface ResourceColumn {
  readonly capacity: Float64Array;
  readonly used: Float64Array;
}

/** What the resource plugins read of all nodes, in typed arrays by place. */
export class Columns {
  readonly cpu: ResourceColumn;
  readonly memory: ResourceColumn;
  readonly ephemeralStorage: ResourceColumn;
  readonly allowedPods: Float64Array;
  readonly pods: Int32Array;
  readonly nonZeroMilliCPU: Float64Array;
  readonly nonZeroMemory: Float64Array;
  private readonly size: number;
  private readonly scalars = new Map<string, ResourceColumn>();
  private readonly infos: (NodeInfo | undefined)[];

  constructor(n: number) {
    const column = () => ({ capacity: new Float64Array(n), used: new Float64Array(n) });
    this.size = n;
    this.cpu = column();
    this.memory = column();
    this.ephemeralStorage = column();
    this.allowedPods = new Float64Array(n);
    this.pods = new Int32Array(n);
    this.nonZeroMilliCPU = new Float64Array(n);
    this.nonZeroMemory = new Float64Array(n);
    this.infos = new Array<NodeInfo | undefined>(n).fill(undefined);
  }

  /** True when something that a pod can ask for has changed. */
  setNode(i: number, info: NodeInfo): boolean {
    const { allocatable } = info;
    const same =
      this.cpu.capacity[i] === allocatable.milliCPU &&
      this.memory.capacity[i] === allocatable.memory &&
      this.ephemeralStorage.capacity[i] === allocatable.ephemeralStorage &&
      this.allowedPods[i] === allocatable.allowedPodNumber &&
      sameAmounts(this.infos[i]?.allocatable.scalars, allocatable.scalars);
    this.infos[i] = info;
    this.cpu.capacity[i] = allocatable.milliCPU;
    this.memory.capacity[i] = allocatable.memory;
    this.ephemeralStorage.capacity[i] = allocatable.ephemeralStorage;
    this.allowedPods[i] = allocatable.allowedPodNumber;
    for (const [name, column] of this.scalars) column.capacity[i] = allocatable.scalars.get(name) ?? 0;
    return !same;
  }

  setUse(i: number, info: NodeInfo): void {
    const { requested } = info;
    this.infos[i] = info;
    this.cpu.used[i] = requested.milliCPU;
    this.memory.used[i] = requested.memory;
    this.ephemeralStorage.used[i] = requested.ephemeralStorage;
    this.pods[i] = info.pods.length;
    this.nonZeroMilliCPU[i] = info.nonZeroMilliCPU;
    this.nonZeroMemory[i] = info.nonZeroMemory;
    if (this.scalars.size > 0)
      for (const [name, column] of this.scalars) column.used[i] = requested.scalars.get(name) ?? 0;
  }

  /** An extended resource, hugepages or the like: a column is made when it is first asked for. */
  scalar(name: string): ResourceColumn {
    let column = this.scalars.get(name);
    if (column === undefined) {
      column = { capacity: new Float64Array(this.size), used: new Float64Array(this.size) };
      for (let i = 0; i < this.size; i++) {
        column.capacity[i] = this.infos[i]?.allocatable.scalars.get(name) ?? 0;
        column.used[i] = this.infos[i]?.requested.scalars.get(name) ?? 0;
      }
      this.scalars.set(name, column);
    }
    return column;
  }
}

function sameAmounts(a: ReadonlyMap<string, number> | undefined, b: ReadonlyMap<string, number>): boolean {
  if (a === undefined || a.size !== b.size) return false;
  for (const [name, amount] of b) if (a.get(name) !== amount) return false;
  return true;
}
