import { type Column, words } from './columns.ts';

const ROOM_MIN = 4;

/**
 * Lists of entries in common columns, each list in one stretch of them. A list without room moves behind all others and gets twice
 * the room, so that an entry costs the same however many lists there are. What others hold of the columns stays as it was.
 */
export class Stretches {
  /** By list: entries [first, end). */
  readonly first = words();
  readonly end = words();
  private readonly room = words();
  private readonly columns: readonly Column<Float64Array | Uint32Array | Uint8Array>[];
  private used = 0;
  private entries = 0;

  constructor(columns: Stretches['columns']) {
    this.columns = columns;
  }

  get lists(): number {
    return this.first.size;
  }

  /** Entries of all lists. */
  get size(): number {
    return this.entries;
  }

  /** A list with room for so many. */
  addList(room = 0): void {
    this.first.push(this.used);
    this.end.push(this.used);
    this.room.push(room);
    this.extend(room);
  }

  private extend(room: number): void {
    this.used += room;
    for (const column of this.columns) {
      column.reserve(this.used);
      column.size = this.used;
    }
  }

  /** The place in the columns for one more entry of a list. */
  place(list: number): number {
    const { first, end, room } = this;
    const size = end.data[list] - first.data[list];
    if (size === room.data[list]) {
      const to = this.used;
      const from = first.data[list];
      room.data[list] = Math.max(ROOM_MIN, 2 * size);
      this.extend(room.data[list]);
      for (const column of this.columns) column.data.copyWithin(to, from, from + size);
      first.data[list] = to;
      end.data[list] = to + size;
    }
    this.entries++;
    return end.data[list]++;
  }
}
