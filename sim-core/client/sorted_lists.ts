import type { ObjId, Ring, Version } from '../contracts/index.ts';
import { carryFolds } from './folds.ts';

/**
 * An object was put or removed. Each is an object of its own: finding the same one at the same place of a ring proves that
 * a state descends from the other. It holds names only, so that the ring keeps no old versions alive.
 */
export interface StoreChange {
  readonly obj: ObjId;
  readonly namespace: string;
}

/** What a list is made of. */
export interface ListSource {
  /** The version of an object that belongs to the list now. */
  get(obj: ObjId): Version | undefined;
  /** All that belongs to the list now, in no particular order. */
  all(): readonly Version[];
  /** The list is of this namespace only; '' = of all. */
  readonly namespace: string;
}

interface Memo {
  readonly list: readonly Version[];
  /** What the list holds, by object; moved on from one memo to the next. */
  readonly held: Map<ObjId, Version>;
  /** The newest change that the list contains, and its place in the ring. */
  readonly change: StoreChange | undefined;
  readonly at: number;
}

/**
 * The last list of each (store, key). Derived data outside the containers: a memo is used only where the store's ring
 * of changes proves that the present state came from the memo's, so restores and forks cannot get a wrong list.
 */
const memos = new WeakMap<object, Map<string, Memo>>();

/** Lists of one store that are remembered; more than that come from objects that are gone. */
const MEMOS_MAX = 16_384;

/** Objects sorted by (namespace, name). `key` names the list among those of the store. */
export function sortedList(
  store: object,
  changes: Ring<StoreChange>,
  key: string,
  source: () => ListSource,
): readonly Version[] {
  let known = memos.get(store);
  if (!known) memos.set(store, (known = new Map()));
  const at = changes.next - 1;
  const change = at < changes.first ? undefined : changes.get(at);
  const memo = known.get(key);
  if (memo && change !== undefined && memo.change === change) return memo.list;
  const next = isPatchable(memo, changes, at) ? patched(source(), changes, memo) : rebuilt(source(), memo);
  if (!memo && known.size >= MEMOS_MAX) known.clear();
  known.set(key, { list: next.list, held: next.held, change, at });
  return next.list;
}

/** The present state came from the memo's, and there are not so many changes that reading them costs more than the list. */
function isPatchable(memo: Memo | undefined, changes: Ring<StoreChange>, at: number): memo is Memo {
  if (memo?.change === undefined || memo.at < changes.first || memo.at > at) return false;
  return at - memo.at <= 4 * memo.list.length + 64 && changes.get(memo.at) === memo.change;
}

type Listed = Pick<Memo, 'list' | 'held'>;

/** Sorts from scratch. The order of an older list, whatever became of it, makes the sort nearly linear. */
function rebuilt(source: ListSource, memo: Memo | undefined): Listed {
  const found = source.all();
  const held = new Map(found.map((version) => [version.obj, version]));
  if (!memo || memo.list.length === 0) return { list: [...found].sort(byNamespaceAndName), held };
  const ordered: Version[] = [];
  const placed = new Set<ObjId>();
  for (const { obj } of memo.list) {
    const version = held.get(obj);
    if (version === undefined) continue;
    ordered.push(version);
    placed.add(obj);
  }
  for (const version of found) if (!placed.has(version.obj)) ordered.push(version);
  return { list: ordered.sort(byNamespaceAndName), held };
}

/** Applies the changes since the memo: replaces in place, then takes out and puts in what came and went. */
function patched(source: ListSource, changes: Ring<StoreChange>, memo: Memo): Listed {
  const { held } = memo;
  const lost: Version[] = [];
  const got: Version[] = [];
  const cuts: number[] = [];
  const added: Version[] = [];
  let list = memo.list as Version[];
  for (let i = memo.at + 1; i < changes.next; i++) {
    const { obj, namespace } = changes.get(i)!;
    if (source.namespace !== '' && namespace !== source.namespace) continue;
    const before = held.get(obj);
    const present = source.get(obj);
    if (before === present) continue;
    if (before !== undefined) lost.push(before);
    if (present !== undefined) got.push(present);
    if (present === undefined) held.delete(obj);
    else held.set(obj, present);
    if (before === undefined) {
      added.push(present!);
      continue;
    }
    const place = lowerBound(memo.list, before);
    if (list === memo.list) list = memo.list.slice();
    if (present === undefined) cuts.push(place);
    else list[place] = present;
  }
  if (lost.length + got.length === 0) return memo;
  if (cuts.length + added.length > 0) list = merged(list, cuts, added.sort(byNamespaceAndName));
  carryFolds(memo.list, list, lost, got);
  return { list, held };
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

function merged(list: readonly Version[], gone: readonly number[], added: readonly Version[]): Version[] {
  const cuts = gone.map((place) => ({ place, version: undefined as Version | undefined }));
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
