import type {
  Cell,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  IntSets,
  KeyIndex,
  KubeObject,
  ObjId,
  PagedTable,
  Version,
} from '../contracts/index.ts';
import { type Part, prefixed } from './parts.ts';

/** A named index of a store: the keys under which an object is found. */
export interface IndexSpec {
  readonly index: string;
  keys(object: KubeObject): readonly string[];
}

/** The index that every store has. */
export const NAMESPACE_INDEX: IndexSpec = { index: 'namespace', keys: (o) => [o.metadata.namespace ?? ''] };

/** Identity of one state of a store: a fresh frozen object after each change, so that derived lists can be kept in a
 * WeakMap by it, and neither a restore nor a fork can find a list of another state. */
interface StateMark {
  readonly changes: number;
}

interface IndexContainers {
  readonly spec: IndexSpec;
  readonly keys: KeyIndex;
  readonly sets: IntSets;
}

const EMPTY: readonly Version[] = Object.freeze([]);

/** Lists that were already computed, by the state of the store they belong to. */
const listCache = new WeakMap<StateMark, Map<string, readonly Version[]>>();
/** The order of all objects (as ids) by the state of membership, which changes only on adds and deletes. */
const orderCache = new WeakMap<StateMark, Map<string, readonly ObjId[]>>();

/**
 * The versions that the informers of one resource hold, by ObjId (one reference an object), and indexes over them. Lists come
 * sorted by (namespace, name), compared by UTF-16 code units.
 */
export class InformerStore implements Part {
  readonly name: string;
  readonly partitioned: boolean;
  private indexSpecs: readonly IndexSpec[];
  private indexes: readonly IndexContainers[] = [];
  private versions!: PagedTable<Version>;
  private content!: Cell<StateMark>;
  private membership!: Cell<StateMark>;
  /** informer -> objects; partitioned stores only. */
  private owners!: IntSets;

  constructor(name: string, indexes: readonly IndexSpec[], partitioned: boolean) {
    this.name = name;
    this.partitioned = partitioned;
    this.indexSpecs = [NAMESPACE_INDEX];
    for (const index of indexes) this.addIndex(index);
  }

  /** At build only. One name means one definition. */
  addIndex(spec: IndexSpec): void {
    if (!this.indexSpecs.some((known) => known.index === spec.index)) this.indexSpecs = [...this.indexSpecs, spec];
  }

  init(c: Containers, _id: ComponentId): void {
    const own = prefixed(c, this.name);
    this.versions = own.table('versions', { volatile: true });
    this.content = own.cell<StateMark>('content', Object.freeze({ changes: 0 }), { volatile: true });
    this.membership = own.cell<StateMark>('membership', Object.freeze({ changes: 0 }), { volatile: true });
    this.owners = own.intSets('owners', { volatile: true });
    this.indexes = this.indexSpecs.map((spec) => ({
      spec,
      keys: own.keyIndex(`index/${spec.index}/keys`),
      sets: own.intSets(`index/${spec.index}/members`, { volatile: true }),
    }));
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(_ids: readonly HandlerId[]): void {}

  get size(): number {
    return this.versions.size;
  }

  get(obj: ObjId): Version | undefined {
    return this.versions.get(obj);
  }

  has(obj: ObjId): boolean {
    return this.versions.has(obj);
  }

  /** Objects that one informer holds, ascending. */
  members(informer: number): readonly ObjId[] {
    if (this.partitioned) return [...this.owners.members(informer)];
    const all: ObjId[] = [];
    this.versions.forEach((_version, obj) => {
      all.push(obj);
    });
    return all;
  }

  put(informer: number, version: Version): void {
    const before = this.versions.get(version.obj);
    this.versions.put(version.obj, version);
    mark(this.content);
    if (!before) {
      mark(this.membership);
      if (this.partitioned) this.owners.add(informer, version.obj);
    }
    for (const { spec, keys, sets } of this.indexes) {
      if (before && spec === NAMESPACE_INDEX) continue;
      reindex(keys, sets, version.obj, before ? spec.keys(before.object) : [], spec.keys(version.object));
    }
  }

  /** `last` is the stored version. */
  remove(informer: number, last: Version): void {
    for (const { spec, keys, sets } of this.indexes) reindex(keys, sets, last.obj, spec.keys(last.object), []);
    this.versions.free(last.obj);
    if (this.partitioned) this.owners.remove(informer, last.obj);
    mark(this.content);
    mark(this.membership);
  }

  dropMembers(informer: number): void {
    for (const obj of this.members(informer)) this.remove(informer, this.versions.get(obj)!);
  }

  /** All objects, or those of one namespace. */
  list(namespace: string): readonly Version[] {
    const cached = cacheOf(listCache, this.content.get());
    const known = cached.get(namespace);
    if (known) return known;
    const list = Object.freeze(this.order(namespace).map((obj) => this.versions.get(obj)!));
    cached.set(namespace, list);
    return list;
  }

  byIndex(index: string, key: string): readonly Version[] {
    const found = this.indexes.find((i) => i.spec.index === index);
    if (!found) throw new Error(`store ${this.name} has no index ${index}`);
    const id = found.keys.find(key);
    if (id === undefined) return EMPTY;
    const members = found.sets.members(id);
    if (members.length === 0) return EMPTY;
    return members.map((obj) => this.versions.get(obj)!).sort(byNamespaceAndName);
  }

  /** What one informer of a partitioned store holds. */
  listOf(informer: number): readonly Version[] {
    return this.members(informer)
      .map((obj) => this.versions.get(obj)!)
      .sort(byNamespaceAndName);
  }

  private order(namespace: string): readonly ObjId[] {
    const cached = cacheOf(orderCache, this.membership.get());
    const known = cached.get(namespace);
    if (known) return known;
    const versions: Version[] = [];
    if (namespace === '') {
      this.versions.forEach((version) => {
        versions.push(version);
      });
    } else {
      const { keys, sets } = this.indexes[0];
      const id = keys.find(namespace);
      if (id !== undefined) for (const obj of sets.members(id)) versions.push(this.versions.get(obj)!);
    }
    const order = versions.sort(byNamespaceAndName).map((version) => version.obj);
    cached.set(namespace, order);
    return order;
  }
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

function mark(cell: Cell<StateMark>): void {
  cell.set(Object.freeze({ changes: cell.get().changes + 1 }));
}

function cacheOf<V>(cache: WeakMap<StateMark, Map<string, V>>, state: StateMark): Map<string, V> {
  let lists = cache.get(state);
  if (!lists) cache.set(state, (lists = new Map()));
  return lists;
}

function reindex(keys: KeyIndex, sets: IntSets, obj: ObjId, before: readonly string[], now: readonly string[]): void {
  if (before.length === now.length && before.every((key, i) => key === now[i])) return;
  for (const key of before) if (!now.includes(key)) sets.remove(keys.id(key), obj);
  for (const key of now) if (!before.includes(key)) sets.add(keys.id(key), obj);
}
