import type { Cell, Containers, PagedI32, PagedTable } from '../../contracts/index.ts';
import { prefixed } from '../parts.ts';

interface Row<V> {
  /** An integer below 2^53: the hash of what the value is remembered under. */
  readonly key: number;
  readonly value: V;
}

/** One generation: rows, and 1 + the row by hash with linear probing; 0 = none. */
interface Half<V> {
  readonly rows: PagedTable<Row<V>>;
  readonly places: PagedI32;
}

/**
 * Values by a hash of 53 bits, of which at least the `size` used last are kept, and at most twice as many: two generations, of
 * which the older one is dropped when the younger is full. It stands for client-go's LRU caches, whose exact order of eviction
 * matters only beyond thousands of keys; of those, two meet in one hash about once in 10^9 runs.
 */
export class RecentTable<V> {
  private readonly name: string;
  private readonly size: number;
  /** A power of two, twice the size at least. */
  private readonly room: number;
  private halves!: readonly [Half<V>, Half<V>];
  /** Which half is the younger one. */
  private young!: Cell<number>;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
    this.room = 1 << (33 - Math.clz32(Math.max(1, size - 1)));
  }

  init(c: Containers): void {
    const own = prefixed(c, this.name);
    const half = (name: string): Half<V> => ({
      rows: own.table(`${name}/rows`, { volatile: true }),
      places: own.i32(`${name}/places`, { volatile: true }),
    });
    this.halves = [half('0'), half('1')];
    this.young = own.cell('young', 0, { volatile: true });
  }

  get(key: number): V | undefined {
    const young = this.young.get();
    return this.find(this.halves[young], key)?.value ?? this.find(this.halves[1 - young], key)?.value;
  }

  set(key: number, value: V): void {
    let { rows, places } = this.halves[this.young.get()];
    let at = this.placeOf(places, rows, key);
    const known = places.get(at);
    if (known > 0) {
      rows.set(known - 1, { key, value });
      return;
    }
    if (rows.size >= this.size) {
      this.young.set(1 - this.young.get());
      ({ rows, places } = this.halves[this.young.get()]);
      this.empty(rows, places);
      at = this.placeOf(places, rows, key);
    }
    places.set(at, rows.alloc({ key, value }) + 1);
  }

  private find({ rows, places }: Half<V>, key: number): Row<V> | undefined {
    const known = places.get(this.placeOf(places, rows, key));
    return known > 0 ? rows.get(known - 1) : undefined;
  }

  /** Where the key is, or would be. */
  private placeOf(places: PagedI32, rows: PagedTable<Row<V>>, key: number): number {
    const mask = this.room - 1;
    let at = (key % this.room) & mask;
    for (;;) {
      const known = places.get(at);
      if (known === 0 || (rows.get(known - 1) as Row<V>).key === key) return at;
      at = (at + 1) & mask;
    }
  }

  private empty(rows: PagedTable<Row<V>>, places: PagedI32): void {
    for (let i = 0; i < rows.limit; i++) if (rows.has(i)) rows.free(i);
    for (let i = 0; i < places.length; i++) if (places.get(i) !== 0) places.set(i, 0);
  }
}
