import type { ObjId, Ring, Version } from '../contracts/index.ts';

/**
 * An object was put (then `version` is the new one) or removed (the last one). Each is an object of its own: finding the
 * same one at the same place of a ring proves that a state descends from the other.
 */
export interface StoreChange {
  readonly version: Version;
}

/** What lists are made of. */
export interface ListedStore {
  get(obj: ObjId): Version | undefined;
  /** Objects of one namespace ('' = all) in no particular order. */
  inNamespace(namespace: string): readonly Version[];
}

interface Memo {
  readonly list: readonly Version[];
  /** The newest change that the list contains, and its place in the ring. */
  readonly change: StoreChange | undefined;
  readonly at: number;
}

/**
 * The last list of each (store, namespace). Derived data outside the containers: a memo is used only where the store's ring
 * of changes proves that the present state came from the memo's, so restores and forks cannot get a wrong list.
 */
const memos = new WeakMap<ListedStore, Map<string, Memo>>();

/** Objects sorted by (namespace, name). */
export function sortedList(store: ListedStore, changes: Ring<StoreChange>, namespace: string): readonly Version[] {
  let known = memos.get(store);
  if (!known) memos.set(store, (known = new Map()));
  const at = changes.next - 1;
  const change = at < changes.first ? undefined : changes.get(at);
  const memo = known.get(namespace);
  if (memo && change !== undefined && memo.change === change) return memo.list;
  const descends =
    memo?.change !== undefined && memo.at >= changes.first && memo.at <= at && changes.get(memo.at) === memo.change;
  const list = descends ? patched(store, changes, namespace, memo!) : rebuilt(store, namespace, memo);
  known.set(namespace, { list, change, at });
  return list;
}

export function byNamespaceAndName(a: Version, b: Version): number {
  const [left, right] = [a.object.metadata, b.object.metadata];
  return (
    compare(left.namespace ?? '', right.namespace ?? '') || compare(left.name ?? '', right.name ?? '') || a.obj - b.obj
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts from scratch. The order of an older list, whatever became of it, makes the sort nearly linear. */
function rebuilt(store: ListedStore, namespace: string, memo: Memo | undefined): Version[] {
  const found = store.inNamespace(namespace);
  if (!memo || memo.list.length === 0) return [...found].sort(byNamespaceAndName);
  const rest = new Map(found.map((version) => [version.obj, version]));
  const ordered: Version[] = [];
  for (const { obj } of memo.list) {
    const version = rest.get(obj);
    if (version && rest.delete(obj)) ordered.push(version);
  }
  for (const version of rest.values()) ordered.push(version);
  return ordered.sort(byNamespaceAndName);
}

/** Applies the changes since the memo: replaces in place, then takes out and puts in what came and went. */
function patched(store: ListedStore, changes: Ring<StoreChange>, namespace: string, memo: Memo): Version[] {
  const touched = new Map<ObjId, Version>();
  for (let i = memo.at + 1; i < changes.next; i++) {
    const { version } = changes.get(i)!;
    if (namespace === '' || version.object.metadata.namespace === namespace) touched.set(version.obj, version);
  }
  const list = memo.list.slice();
  const gone = new Set<number>();
  const added: Version[] = [];
  for (const [obj, last] of touched) {
    const place = lowerBound(memo.list, last);
    const present = store.get(obj);
    const listed = place < list.length && list[place].obj === obj;
    if (listed && present) list[place] = present;
    else if (listed) gone.add(place);
    else if (present) added.push(present);
  }
  return gone.size + added.length === 0 ? list : merged(list, gone, added.sort(byNamespaceAndName));
}

function merged(list: readonly Version[], gone: ReadonlySet<number>, added: readonly Version[]): Version[] {
  const cuts = [...gone].map((place) => ({ place, version: undefined as Version | undefined }));
  const puts = added.map((version) => ({ place: lowerBound(list, version), version: version as Version | undefined }));
  // At one place the puts come before the cut object; equal places of puts keep their sorted order (the sort is stable).
  const edits = [...puts, ...cuts].sort((a, b) => a.place - b.place);
  const result = new Array<Version>(list.length - cuts.length + puts.length);
  let [from, to] = [0, 0];
  for (const { place, version } of edits) {
    while (from < place) result[to++] = list[from++];
    if (version) result[to++] = version;
    else from++;
  }
  while (from < list.length) result[to++] = list[from++];
  return result;
}

function lowerBound(list: readonly Version[], version: Version): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byNamespaceAndName(list[middle], version) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
