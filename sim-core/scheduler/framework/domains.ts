import type { NodeInfo } from './nodeInfo.ts';

/** The values of one label over all nodes: a number for each value, by place. */
export class DomainMap {
  readonly topologyKey: string;
  /** -1 = the node lacks the label. */
  readonly of: Int32Array;
  readonly count: number;
  /** No two nodes share a value: a domain is a node. */
  readonly isUnique: boolean;

  constructor(infos: readonly NodeInfo[], topologyKey: string) {
    this.topologyKey = topologyKey;
    this.of = new Int32Array(infos.length).fill(-1);
    const ids = new Map<string, number>();
    let labelled = 0;
    for (let i = 0; i < infos.length; i++) {
      const value = infos[i].labels[topologyKey];
      if (value === undefined) continue;
      labelled++;
      let id = ids.get(value);
      if (id === undefined) ids.set(value, (id = ids.size));
      this.of[i] = id;
    }
    this.count = ids.size;
    this.isUnique = labelled === ids.size;
  }
}
