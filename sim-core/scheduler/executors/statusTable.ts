import type { Status } from '../framework/status.ts';

/** Statuses of nodes as small integers; 0 = the node passes. */
export class StatusTable {
  private readonly list: (Status | undefined)[] = [undefined];
  private readonly ids = new Map<string, number>();

  get size(): number {
    return this.list.length;
  }

  id(status: Status): number {
    const key = `${status.plugin}\u0000${status.code}\u0000${status.reasons.join('\u0000')}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      this.ids.set(key, (id = this.list.length));
      this.list.push(status);
    }
    return id;
  }

  /** `id` is not 0. */
  at(id: number): Status {
    return this.list[id] as Status;
  }
}
