import type { KubeObject } from '../../contracts/index.ts';
import type { NodeInfo } from './nodeInfo.ts';

type Budgets = (namespace: string) => readonly KubeObject[];

/**
 * What was found out about nodes from each node alone and from the disruption budgets of some namespaces. An entry is good
 * for one state of its node; all go when one of the lists of budgets is another.
 */
export class NodeMemo<T> {
  private readonly entries = new Map<string, { readonly node: NodeInfo; readonly value: T }>();
  private readonly budgets = new Map<string, readonly KubeObject[]>();

  /** Before the first `get` of a cycle. */
  begin(budgetsOf: Budgets): void {
    for (const [namespace, list] of this.budgets) {
      if (budgetsOf(namespace) === list) continue;
      this.entries.clear();
      this.budgets.clear();
      return;
    }
  }

  get(node: NodeInfo): T | undefined {
    const entry = this.entries.get(node.name);
    return entry?.node === node ? entry.value : undefined;
  }

  set(node: NodeInfo, value: T, namespaces: Iterable<string>, budgetsOf: Budgets): void {
    for (const namespace of namespaces)
      if (!this.budgets.has(namespace)) this.budgets.set(namespace, budgetsOf(namespace));
    this.entries.set(node.name, { node, value });
  }
}
