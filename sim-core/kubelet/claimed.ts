/** How much the pods of a node request at most: sums that come and go with their rows. */
import type { Containers, KubeObject, PagedF64 } from '../contracts/index.ts';
import { amount, FIRST_RESOURCES, requestsOf } from './admission.ts';

/**
 * Sums of requests a node, of all pods that have a row, those that are over included: an upper bound of what is in use. Where
 * a newcomer fits by it, nobody has to look at the others.
 */
export class Claimed {
  /** By place in FIRST_RESOURCES. */
  private sums: readonly PagedF64[] = [];

  init(c: Containers): void {
    this.sums = FIRST_RESOURCES.map((name) => c.f64(`claimed/${name}`));
  }

  add(node: number, pod: KubeObject): void {
    this.change(node, pod, 1);
  }

  remove(node: number, pod: KubeObject): void {
    this.change(node, pod, -1);
  }

  /** True when the pod, which is counted already, fits with all `pods` of the node; false tells nothing. */
  fits(node: number, pod: KubeObject, pods: number, allocatable: Readonly<Record<string, string>>): boolean {
    if (pods > amount('pods', allocatable['pods'] ?? '110')) return false;
    const wanted = requestsOf(pod);
    let known = 0;
    for (let i = 0; i < FIRST_RESOURCES.length; i++) {
      const name = FIRST_RESOURCES[i];
      const requested = wanted.get(name);
      if (requested === undefined) continue;
      known++;
      if (requested <= 0) continue;
      const capacity = allocatable[name];
      if (capacity === undefined || this.sums[i].get(node) > amount(name, capacity)) return false;
    }
    return known === wanted.size;
  }

  private change(node: number, pod: KubeObject, sign: number): void {
    const wanted = requestsOf(pod);
    for (let i = 0; i < FIRST_RESOURCES.length; i++) {
      const requested = wanted.get(FIRST_RESOURCES[i]);
      if (requested !== undefined && requested !== 0) this.sums[i].set(node, this.sums[i].get(node) + sign * requested);
    }
  }
}
