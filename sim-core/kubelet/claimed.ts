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
    const capacity = capacityOf(allocatable);
    if (pods > capacity.pods) return false;
    const { first, isAll } = firstOf(requestsOf(pod));
    if (!isAll) return false;
    for (let i = 0; i < first.length; i++) {
      // A resource that the node does not have is no number, and nothing fits.
      if (first[i] > 0 && !(this.sums[i].get(node) <= capacity.first[i])) return false;
    }
    return true;
  }

  private change(node: number, pod: KubeObject, sign: number): void {
    const { first } = firstOf(requestsOf(pod));
    for (let i = 0; i < first.length; i++) {
      const sums = this.sums[i];
      if (first[i] !== 0) sums.set(node, sums.get(node) + sign * first[i]);
    }
  }
}

/** The amounts of FIRST_RESOURCES by place (0 = none), and whether there are no others. */
interface First {
  readonly first: readonly number[];
  readonly isAll: boolean;
}

/** By what was counted once: memos of pure results. */
const firsts = new WeakMap<object, First>();
const capacities = new WeakMap<object, { readonly first: readonly number[]; readonly pods: number }>();

function firstOf(wanted: ReadonlyMap<string, number>): First {
  let known = firsts.get(wanted);
  if (known === undefined) {
    const first = FIRST_RESOURCES.map((name) => wanted.get(name) ?? 0);
    const isAll = [...wanted.keys()].every((name) => FIRST_RESOURCES.includes(name as never));
    firsts.set(wanted, (known = { first, isAll }));
  }
  return known;
}

function capacityOf(allocatable: Readonly<Record<string, string>>) {
  let known = capacities.get(allocatable);
  if (known === undefined) {
    const first = FIRST_RESOURCES.map((name) => {
      const text = allocatable[name];
      return text === undefined ? Number.NaN : amount(name, text);
    });
    known = { first, pods: amount('pods', allocatable['pods'] ?? '110') };
    capacities.set(allocatable, known);
  }
  return known;
}
