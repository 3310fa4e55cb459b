import type { LabelMatcher } from '../../framework/matching.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';

/** How many pods of one namespace that a selector matches are on a node (those that are going do not count). */
export function matchingPods(node: NodeInfo, selector: LabelMatcher, namespace: string): number {
  let count = 0;
  for (const pod of node.pods) {
    if (pod.namespace === namespace && pod.pod.metadata.deletionTimestamp === undefined && selector(pod.labels))
      count++;
  }
  return count;
}

interface Counter {
  /** By place of the node in the snapshot: which state of the node was counted, in which domain, and the count. */
  ids: Int32Array;
  domains: string[];
  counts: Int32Array;
  totals: Map<string, number>;
}

/** Counters of selectors that were not asked for lately are dropped. */
const COUNTERS_MAX = 2048;

/**
 * Matching pods by topology domain over all nodes, kept from one scheduling cycle to the next: a cycle recounts only the
 * nodes that changed since the selector was asked for last. NodeInfos are immutable, so identity tells what changed.
 * A memo of a pure function: it is no state, and a fresh one gives the same totals.
 */
export class DomainTotals {
  private nodes: readonly NodeInfo[] = [];
  private ids = new Int32Array(0);
  private nextId = 1;
  private readonly counters = new Map<string, Counter>();

  /** `key` names the selector: equal keys mean equal selectors. Domains of nodes without the label are ''. */
  of(
    nodes: readonly NodeInfo[],
    topologyKey: string,
    namespace: string,
    key: string,
    selector: LabelMatcher,
  ): ReadonlyMap<string, number> {
    this.number(nodes);
    const name = `${topologyKey}\u0000${namespace}\u0000${key}`;
    let counter = this.counters.get(name);
    if (counter === undefined || counter.ids.length !== nodes.length) {
      const n = nodes.length;
      counter = {
        ids: new Int32Array(n),
        domains: new Array(n).fill(''),
        counts: new Int32Array(n),
        totals: new Map(),
      };
      if (this.counters.size >= COUNTERS_MAX) this.counters.clear();
      this.counters.set(name, counter);
    }
    this.recount(counter, nodes, topologyKey, namespace, selector);
    return counter.totals;
  }

  private recount(
    counter: Counter,
    nodes: readonly NodeInfo[],
    topologyKey: string,
    namespace: string,
    selector: LabelMatcher,
  ): void {
    const { ids, domains, counts, totals } = counter;
    for (let i = 0; i < nodes.length; i++) {
      const id = this.ids[i];
      if (ids[i] === id) continue;
      const domain = nodes[i].labels[topologyKey] ?? '';
      const count = matchingPods(nodes[i], selector, namespace);
      if (counts[i] !== 0) totals.set(domains[i], (totals.get(domains[i]) as number) - counts[i]);
      if (count !== 0) totals.set(domain, (totals.get(domain) ?? 0) + count);
      ids[i] = id;
      domains[i] = domain;
      counts[i] = count;
    }
  }

  /** Gives each state of a node at its place a number. */
  private number(nodes: readonly NodeInfo[]): void {
    const before = this.nodes;
    if (nodes === before) return;
    const ids = nodes.length === before.length ? this.ids : new Int32Array(nodes.length);
    for (let i = 0; i < nodes.length; i++) if (ids[i] === 0 || nodes[i] !== before[i]) ids[i] = this.nextId++;
    this.ids = ids;
    this.nodes = nodes;
  }
}
