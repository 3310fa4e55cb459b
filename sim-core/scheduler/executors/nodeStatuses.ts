import type { ClusterIndex } from '../framework/clusterIndex.ts';
import type { FailedNodes } from '../framework/plugin.ts';
import type { Code, Status } from '../framework/status.ts';
import type { StatusTable } from './statusTable.ts';

/** Which nodes a cycle looked at, and what it found: readable until the nodes change. */
export interface Verdicts {
  readonly index: ClusterIndex;
  readonly statuses: StatusTable;
  /** The first rank. */
  readonly start: number;
  readonly evaluated: number;
  /** 0 = feasible. */
  at(place: number): number;
  /** The same by place, where all nodes were looked at and it is written out. */
  readonly written: Uint16Array | undefined;
  /** Nodes by status over all nodes that were looked at, where that is known without a pass over them. */
  readonly histogram: ReadonlyMap<number, number> | undefined;
}

/** The statuses of the nodes that failed, as a map in the order of the search that is never written out. */
export class NodeStatuses implements FailedNodes {
  private readonly verdicts: Verdicts;
  private readonly logEnd: number;
  private count = -1;

  /** `logEnd`: that of the index when the cycle ran. */
  constructor(verdicts: Verdicts, logEnd: number) {
    this.verdicts = verdicts;
    this.logEnd = logEnd;
  }

  get size(): number {
    if (this.count < 0) {
      this.count = 0;
      for (const _ of this.ids()) this.count++;
    }
    return this.count;
  }

  get(name: string): Status | undefined {
    const { index, statuses, start, evaluated } = this.current();
    const place = index.place(name);
    if (place === undefined || (index.ranks[place] - start + index.size) % index.size >= evaluated) return undefined;
    const id = this.verdicts.at(place);
    return id === 0 ? undefined : statuses.at(id);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *entries(): MapIterator<[string, Status]> {
    for (const [place, id] of this.ids()) yield [this.verdicts.index.infos[place].name, this.verdicts.statuses.at(id)];
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<Status> {
    for (const [, status] of this.entries()) yield status;
  }

  forEach(visit: (status: Status, name: string, map: ReadonlyMap<string, Status>) => void): void {
    for (const [name, status] of this.entries()) visit(status, name, this);
  }

  [Symbol.iterator](): MapIterator<[string, Status]> {
    return this.entries();
  }

  /** All nodes were looked at, as always when none is feasible. */
  placesWith(code: Code): Int32Array {
    const { index, statuses, written, histogram } = this.current();
    const { size, order } = index;
    const wanted = new Uint8Array(statuses.size);
    let count = 0;
    for (let id = 1; id < statuses.size; id++) {
      if (statuses.at(id).code !== code) continue;
      wanted[id] = 1;
      count += histogram?.get(id) ?? 0;
    }
    if (histogram !== undefined && count === size) return order.subarray(0, size);
    const places = new Int32Array(histogram === undefined ? size : count);
    let found = 0;
    if (written !== undefined) {
      for (let rank = 0; rank < size && found < places.length; rank++)
        if (wanted[written[order[rank]]] === 1) places[found++] = order[rank];
    } else {
      for (let rank = 0; rank < size && found < places.length; rank++)
        if (wanted[this.verdicts.at(order[rank])] === 1) places[found++] = order[rank];
    }
    return places.subarray(0, found);
  }

  private *ids(): Iterable<[place: number, id: number]> {
    const { index, start, evaluated } = this.current();
    for (let i = 0; i < evaluated; i++) {
      const place = index.placeAt(start + i);
      const id = this.verdicts.at(place);
      if (id !== 0) yield [place, id];
    }
  }

  private current(): Verdicts {
    if (this.verdicts.index.logEnd !== this.logEnd) throw new Error('the nodes have changed since this decision');
    return this.verdicts;
  }
}
