const ROOM = 64;

/**
 * Nodes that nothing tells apart: of one group, with one local score. A search counts the cells that it meets, and looks at
 * groups and scores only afterwards.
 */
export class Cells {
  /** By place; -1 = the node is in none. */
  readonly of: Int32Array;
  /** By cell: its group, its local score. */
  readonly slots: number[] = [];
  readonly locals: number[] = [];
  /** For the search at hand. */
  tally = new Int32Array(ROOM);
  marks = new Uint8Array(ROOM);
  private readonly members: number[] = [];
  private readonly ids = new Map<number, number>();
  private readonly free: number[] = [];
  private readonly localLimit: number;

  /** For so many places; local scores are below `localLimit`. */
  constructor(places: number, localLimit: number) {
    this.of = new Int32Array(places).fill(-1);
    this.localLimit = localLimit;
  }

  get length(): number {
    return this.slots.length;
  }

  enter(place: number, slot: number, local: number): void {
    const key = slot * this.localLimit + local;
    let cell = this.ids.get(key);
    if (cell === undefined) {
      cell = this.free.pop() ?? this.slots.length;
      this.slots[cell] = slot;
      this.locals[cell] = local;
      this.members[cell] = 0;
      this.ids.set(key, cell);
      if (cell === this.tally.length) {
        this.tally = new Int32Array(2 * cell);
        this.marks = new Uint8Array(2 * cell);
      }
    }
    this.members[cell]++;
    this.of[place] = cell;
  }

  leave(place: number): void {
    const cell = this.of[place];
    this.of[place] = -1;
    if (--this.members[cell] > 0) return;
    this.ids.delete(this.slots[cell] * this.localLimit + this.locals[cell]);
    this.free.push(cell);
  }
}
