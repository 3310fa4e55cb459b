import type { Cell, Containers, Dict } from '../../contracts/index.ts';
import { prefixed } from '../parts.ts';

/**
 * A dictionary that keeps at least the `size` keys used last, and at most twice as many: two generations, of which the older
 * one is dropped when the younger is full. It stands for client-go's LRU caches, whose exact order of eviction matters only
 * beyond thousands of keys.
 */
export class RecentDict<V> {
  private readonly name: string;
  private readonly size: number;
  private halves!: readonly [Dict<V>, Dict<V>];
  /** Which half is the younger one. */
  private young!: Cell<number>;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
  }

  init(c: Containers): void {
    const own = prefixed(c, this.name);
    this.halves = [own.dict('0', { volatile: true }), own.dict('1', { volatile: true })];
    this.young = own.cell('young', 0, { volatile: true });
  }

  get(key: string): V | undefined {
    const young = this.young.get();
    return this.halves[young].get(key) ?? this.halves[1 - young].get(key);
  }

  set(key: string, value: V): void {
    let young = this.halves[this.young.get()];
    if (young.size >= this.size && !young.has(key)) {
      this.young.set(1 - this.young.get());
      young = this.halves[this.young.get()];
      for (const old of young.keys()) young.delete(old);
    }
    young.set(key, value);
  }
}
