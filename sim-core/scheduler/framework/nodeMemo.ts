import type { KubeObject } from '../../contracts/index.ts';

type Budgets = (namespace: string) => readonly KubeObject[];

/**
 * What was found out about nodes from each node alone and from the disruption budgets of some namespaces, by place in the
 * cluster index. An entry is good for one state of its node, which the newest entry of the log names; all go when one of
 * the lists of budgets is another.
 */
export class NodeMemo<T> {
  /** Small integers above 0 that sort the values, so that these need not be looked at. */
  private readonly kinds: Uint8Array;
  private readonly values: (T | undefined)[];
  private readonly stamps: Float64Array;
  private readonly budgets = new Map<string, readonly KubeObject[]>();
  private excluded: ReadonlyMap<number, unknown> = new Map();

  constructor(nodes: number) {
    this.kinds = new Uint8Array(nodes);
    this.values = new Array<T | undefined>(nodes).fill(undefined);
    this.stamps = new Float64Array(nodes).fill(-2);
  }

  /** Before the first `get` of a cycle. Places in `excluded` depend on more than the node this time. */
  begin(budgetsOf: Budgets, excluded: ReadonlyMap<number, unknown>): void {
    this.excluded = excluded;
    for (const [namespace, list] of this.budgets) {
      if (budgetsOf(namespace) === list) continue;
      this.stamps.fill(-2);
      this.budgets.clear();
      return;
    }
  }

  /** 0 = nothing is known of this state of the node. */
  kind(place: number, stamp: number): number {
    if (this.stamps[place] !== stamp || (this.excluded.size > 0 && this.excluded.has(place))) return 0;
    return this.kinds[place];
  }

  /** Where `kind` is not 0. */
  value(place: number): T {
    return this.values[place] as T;
  }

  set(place: number, stamp: number, kind: number, value: T, namespaces: Iterable<string>, budgetsOf: Budgets): void {
    if (this.excluded.has(place)) return;
    this.kinds[place] = kind;
    for (const namespace of namespaces)
      if (!this.budgets.has(namespace)) this.budgets.set(namespace, budgetsOf(namespace));
    this.values[place] = value;
    this.stamps[place] = stamp;
  }
}
