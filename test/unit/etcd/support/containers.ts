import type {
  Cell,
  ContainerOptions,
  Containers,
  Dict,
  IntMap,
  IntSets,
  KeyIndex,
  PagedF64,
  PagedTable,
  Ring,
  SortedIndex,
} from '../../../../sim-core/contracts/index.ts';

/** Containers without snapshots, for tests of pure parts. */
export function plainContainers(): Containers {
  const clear: (() => void)[] = [];
  const volatile = (options: { volatile?: boolean } | undefined, empty: () => void) => {
    if (options?.volatile) clear.push(empty);
  };
  return {
    table<R>(_name: string, options?: ContainerOptions<R>): PagedTable<R> {
      let rows: (R | undefined)[] = [];
      let size = 0;
      const table: PagedTable<R> = {
        alloc(row) {
          let i = rows.indexOf(undefined);
          if (i < 0) i = rows.length;
          table.put(i, row);
          return i;
        },
        put(i, row) {
          while (rows.length < i) rows.push(undefined);
          if (rows[i] === undefined) size++;
          rows[i] = row;
        },
        get: (i) => rows[i],
        set: (i, row) => table.put(i, row),
        free(i) {
          if (rows[i] !== undefined) size--;
          rows[i] = undefined;
        },
        has: (i) => rows[i] !== undefined,
        get size() {
          return size;
        },
        get limit() {
          return rows.length;
        },
        forEach(visit) {
          rows.forEach((row, i) => {
            if (row !== undefined) visit(row, i);
          });
        },
      };
      volatile(options, () => {
        rows = [];
        size = 0;
      });
      return table;
    },
    f64: (_name, options) => numbers(options),
    i32: (_name, options) => numbers(options),
    intMap(_name, options): IntMap {
      const map = new Map<number, number>();
      volatile(options, () => map.clear());
      return {
        get: (key) => map.get(key),
        set: (key, v) => void map.set(key, v),
        delete: (key) => map.delete(key),
        has: (key) => map.has(key),
        get size() {
          return map.size;
        },
        forEach: (visit) => [...map].sort((a, b) => a[0] - b[0]).forEach(([key, v]) => visit(v, key)),
      };
    },
    intSets(_name, options): IntSets {
      const sets = new Map<number, Set<number>>();
      volatile(options, () => sets.clear());
      return {
        add(key, member) {
          const set = sets.get(key) ?? new Set();
          sets.set(key, set.add(member));
        },
        remove(key, member) {
          sets.get(key)?.delete(member);
        },
        has: (key, member) => sets.get(key)?.has(member) ?? false,
        count: (key) => sets.get(key)?.size ?? 0,
        members: (key) => [...(sets.get(key) ?? [])].sort((a, b) => a - b),
        keys: () =>
          [...sets]
            .filter(([, s]) => s.size > 0)
            .map(([key]) => key)
            .sort((a, b) => a - b),
      };
    },
    dict<V>(_name: string, options?: ContainerOptions<V>): Dict<V> {
      const map = new Map<string, V>();
      volatile(options, () => map.clear());
      const keys = () => [...map.keys()].sort();
      return {
        get: (key) => map.get(key),
        set: (key, v) => void map.set(key, v),
        delete: (key) => map.delete(key),
        has: (key) => map.has(key),
        get size() {
          return map.size;
        },
        forEach: (visit) => keys().forEach((key) => visit(map.get(key) as V, key)),
        keys,
      };
    },
    keyIndex(): KeyIndex {
      const ids = new Map<string, number>();
      const keys: string[] = [];
      return {
        id(key) {
          let id = ids.get(key);
          if (id === undefined) {
            id = keys.length;
            keys.push(key);
            ids.set(key, id);
          }
          return id;
        },
        find: (key) => ids.get(key),
        key: (id) => keys[id],
        get size() {
          return keys.length;
        },
      };
    },
    sorted(_name, options): SortedIndex {
      const map = new Map<string, number>();
      let order: string[] | undefined;
      volatile(options, () => {
        map.clear();
        order = undefined;
      });
      return {
        set(key, v) {
          if (!map.has(key)) order = undefined;
          map.set(key, v);
        },
        get: (key) => map.get(key),
        delete(key) {
          order = undefined;
          return map.delete(key);
        },
        get size() {
          return map.size;
        },
        range(from, to, visit) {
          order ??= [...map.keys()].sort();
          for (const key of order) {
            if (key < from) continue;
            if (to !== '' && key >= to) return;
            if (visit(key, map.get(key) as number) === false) return;
          }
        },
      };
    },
    ring<V>(_name: string, options?: ContainerOptions<V>): Ring<V> {
      let values = new Map<number, V>();
      let first = 0;
      let next = 0;
      volatile(options, () => {
        values = new Map();
        first = 0;
        next = 0;
      });
      return {
        push(v) {
          values.set(next, v);
          return next++;
        },
        get: (i) => values.get(i),
        dropBefore(i) {
          for (; first < i && first < next; first++) values.delete(first);
        },
        get first() {
          return first;
        },
        get next() {
          return next;
        },
      };
    },
    cell<V>(_name: string, initial: V, options?: ContainerOptions<V>): Cell<V> {
      let value = initial;
      volatile(options, () => {
        value = initial;
      });
      return {
        get: () => value,
        set: (v) => {
          value = v;
        },
      };
    },
    dropVolatile() {
      for (const empty of clear) empty();
    },
  };

  function numbers(options?: { volatile?: boolean }): PagedF64 {
    let values: number[] = [];
    volatile(options, () => {
      values = [];
    });
    return {
      get: (i) => values[i] ?? 0,
      set: (i, v) => {
        while (values.length < i) values.push(0);
        values[i] = v;
      },
      get length() {
        return values.length;
      },
    };
  }
}
