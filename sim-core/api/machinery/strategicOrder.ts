import { deepEqual, isObject, type JsonObject } from './json.ts';

/** The order of merged lists in strategic merge patches. */

function indexIn(list: readonly unknown[], item: unknown, mergeKey: string): number {
  if (isObject(item)) {
    const value = item[mergeKey];
    for (let i = 0; i < list.length; i++) {
      const other = list[i];
      if (isObject(other) && deepEqual(other[mergeKey], value)) return i;
    }
    return -1;
  }
  return list.indexOf(item);
}

/** Items with `$patch: delete` apart from the rest. */
export function extractDeletes(list: readonly unknown[]): { rest: unknown[]; deletes: unknown[] } {
  const isDelete = (item: unknown) => isObject(item) && (item as JsonObject).$patch === 'delete';
  return { rest: list.filter((item) => !isDelete(item)), deletes: list.filter(isDelete) };
}

/** By their place in `order`; deletions come last. */
export function sortLikeOrder(list: readonly unknown[], order: readonly unknown[], mergeKey: string): unknown[] {
  if (list.length === 0) return [];
  const { rest, deletes } = extractDeletes(list);
  const placed = rest.map((item, i) => ({ item, i, place: indexIn(order, item, mergeKey) }));
  placed.sort((a, b) => (a.place < 0 || b.place < 0 ? a.i - b.i : a.place - b.place || a.i - b.i));
  return [...placed.map((p) => p.item), ...deletes];
}

/** Weaves two sorted lists: an item of `left` goes first only where the server's order says so. */
export function mergeInOrder(
  left: readonly unknown[],
  right: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const out: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const l = indexIn(serverOrder, left[i], mergeKey);
    const r = indexIn(serverOrder, right[j], mergeKey);
    out.push(l >= 0 && r >= 0 && l < r ? left[i++] : right[j++]);
  }
  return out.concat(left.slice(i), right.slice(j));
}
