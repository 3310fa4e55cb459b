import type { Columns } from '../framework/columns.ts';
import type { FitShape } from '../framework/decompose.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import { unresolvable, unschedulable } from '../framework/status.ts';
import type { StatusTable } from './statusTable.ts';

interface Request {
  readonly reason: string;
  readonly amount: number;
  readonly used: Float64Array;
  readonly capacity: Float64Array;
}

/** NodeResourcesFit.filter over the columns. */
export class FitFilter {
  private readonly allowedPods: Float64Array;
  private readonly pods: Int32Array;
  private readonly requests: readonly Request[];
  private readonly statuses: StatusTable;
  private readonly plugin: string;
  /** Status by what is missing: bit 0 = pods, then the requests; hopeless ones above them. */
  private readonly known = new Map<number, number>();

  constructor(columns: Columns, pod: PodInfo, shape: FitShape, statuses: StatusTable, plugin: string) {
    this.allowedPods = columns.allowedPods;
    this.pods = columns.pods;
    this.statuses = statuses;
    this.plugin = plugin;
    const requests: Request[] = [];
    const add = (name: string, amount: number, column: { used: Float64Array; capacity: Float64Array }) => {
      if (amount > 0)
        requests.push({ reason: `Insufficient ${name}`, amount, used: column.used, capacity: column.capacity });
    };
    const wanted = pod.requests;
    add('cpu', wanted.milliCPU, columns.cpu);
    add('memory', wanted.memory, columns.memory);
    add('ephemeral-storage', wanted.ephemeralStorage, columns.ephemeralStorage);
    for (const [name, amount] of wanted.scalars)
      if (!shape.ignores(name) && amount > 0) add(name, amount, columns.scalar(name));
    this.requests = requests;
  }

  verdict(i: number): number {
    let missing = this.pods[i] + 1 > this.allowedPods[i] ? 1 : 0;
    const { requests } = this;
    for (let r = 0; r < requests.length; r++) {
      const { amount, used, capacity } = requests[r];
      if (amount > capacity[i] - used[i]) missing += 2 ** (r + 1);
    }
    return missing === 0 ? 0 : this.status(i, missing);
  }

  private status(i: number, missing: number): number {
    let hopeless = false;
    this.requests.forEach(({ amount, capacity }, r) => {
      if (Math.floor(missing / 2 ** (r + 1)) % 2 === 1 && amount > capacity[i]) hopeless = true;
    });
    const key = 2 * missing + (hopeless ? 1 : 0);
    let id = this.known.get(key);
    if (id === undefined) {
      const reasons = this.requests.filter((_, r) => Math.floor(missing / 2 ** (r + 1)) % 2 === 1).map((r) => r.reason);
      if (missing % 2 === 1) reasons.unshift('Too many pods');
      const status = hopeless ? unresolvable(...reasons) : unschedulable(...reasons);
      id = this.statuses.id({ ...status, plugin: this.plugin });
      this.known.set(key, id);
    }
    return id;
  }
}
