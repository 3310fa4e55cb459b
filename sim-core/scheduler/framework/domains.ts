import type { NodeInfo } from './nodeInfo.ts';

/** From so many values on, a label whose values are all different is looked up by node rather than grouped by. */
const UNIQUE_MIN = 16;

/** Room for values that are not there yet. */
const SPARE_MIN = 64;

/** The values of one label over all nodes: a number for each value, by place. Nodes may come and go. */
export class DomainMap {
  readonly topologyKey: string;
  /** -1 = the node lacks the label. */
  readonly of: Int32Array;
  /** No number reaches this, whatever nodes come; known from `seal` on. */
  capacity = 0;
  private readonly ids = new Map<string, number>();
  private readonly values: (string | undefined)[] = [];
  /** Nodes by number. */
  private readonly nodes: number[] = [];
  private readonly free: number[] = [];
  private labelled = 0;

  /** For so many places of nodes. */
  constructor(topologyKey: string, places: number) {
    this.topologyKey = topologyKey;
    this.of = new Int32Array(places).fill(-1);
  }

  /** The nodes that there are have been added: there is room for some more values than theirs. */
  seal(): void {
    const count = this.values.length;
    this.capacity = Math.min(this.of.length, count + Math.max(SPARE_MIN, Math.floor(count / 8)));
  }

  hasRoomFor(info: NodeInfo): boolean {
    const value = info.labels[this.topologyKey];
    return value === undefined || this.ids.has(value) || this.free.length > 0 || this.values.length < this.capacity;
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
    this.nodes[id] = (this.nodes[id] ?? 0) + 1;
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
