import type { NodeInfo } from './nodeInfo.ts';

/** From so many values on, a label whose values are all different is looked up by node rather than grouped by. */
const UNIQUE_MIN = 16;

/** The values of one label over all nodes: a number for each value, by place. Nodes may come and go. */
export class DomainMap {
  readonly topologyKey: string;
  /** -1 = the node lacks the label. */
  readonly of: Int32Array;
  /** No number reaches this, whatever nodes come. */
  readonly capacity: number;
  private readonly ids = new Map<string, number>();
  private readonly values: (string | undefined)[] = [];
  /** Nodes by number. */
  private readonly nodes: Int32Array;
  private readonly free: number[] = [];
  private labelled = 0;

  /** For `capacity` nodes at most. */
  constructor(topologyKey: string, capacity: number) {
    this.topologyKey = topologyKey;
    this.capacity = capacity;
    this.of = new Int32Array(capacity).fill(-1);
    this.nodes = new Int32Array(capacity);
  }

  /** Two nodes never share a value: a domain is a node, and there are many. */
  get isByNode(): boolean {
    return this.labelled === this.ids.size && this.ids.size > UNIQUE_MIN;
  }

  add(place: number, info: NodeInfo): void {
    const value = info.labels[this.topologyKey];
    if (value === undefined) return;
    this.labelled++;
    let id = this.ids.get(value);
    if (id === undefined) {
      id = this.free.pop() ?? this.values.length;
      this.ids.set(value, id);
      this.values[id] = value;
    }
    this.of[place] = id;
    this.nodes[id]++;
  }

  remove(place: number): void {
    const id = this.of[place];
    if (id < 0) return;
    this.of[place] = -1;
    this.labelled--;
    if (--this.nodes[id] > 0) return;
    this.ids.delete(this.values[id] as string);
    this.values[id] = undefined;
    this.free.push(id);
  }
}
