import type {
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  IntMap,
  IntSets,
  KeyIndex,
  KubeObject,
  ObjId,
  PagedI32,
  PagedTable,
  Ring,
  Version,
} from '../contracts/index.ts';
import { LOOKS_AT } from '../contracts/index.ts';
import { EVERYTHING } from './looks_at.ts';
import { type Part, prefixed } from './parts.ts';
import { byNamespaceAndName, type StoreChange, sortedList } from './sorted_lists.ts';

/** A named index of a store: the keys under which an object is found. */
export interface IndexSpec {
  readonly index: string;
  keys(object: KubeObject): readonly string[];
  /** The parts of an object that the keys are made of, of `LOOKS_AT`; undefined = all. */
  readonly looksAt?: number;
  /** A quick look whether two versions of an object have the same keys; false = compare the keys. */
  same?(before: KubeObject, now: KubeObject): boolean;
}

/** The index that every store has. */
export const NAMESPACE_INDEX: IndexSpec = {
  index: 'namespace',
  keys: (o) => [o.metadata.namespace ?? ''],
  looksAt: LOOKS_AT.nothing,
};

interface IndexContainers {
  readonly name: string;
  readonly keysOf: IndexSpec['keys'];
  readonly looksAt: number;
  readonly same: IndexSpec['same'];
  readonly keys: KeyIndex;
  readonly sets: IntSets;
}

/** Changes that are remembered, so that sorted lists can be brought up to date instead of sorted anew. */
const CHANGES_MAX = 65_536;
const CHANGES_KEPT = 32_768;

/** Lists of so few objects are read anew each time. */
const SMALL_LIST = 16;

const EMPTY: readonly Version[] = Object.freeze([]);
const NO_KEYS: readonly string[] = Object.freeze([]);

/**
 * The versions that the informers of one resource hold, by ObjId (one reference an object), and indexes over them. Lists come
 * sorted by (namespace, name), compared by UTF-16 code units.
 */
export class InformerStore implements Part {
  readonly name: string;
  readonly partitioned: boolean;
  /** Some versions come without a word: no changes are remembered. */
  quiet = false;
  /** By object, the bits of the listeners that it does not concern. */
  passedBy!: PagedI32;
  private indexSpecs: readonly IndexSpec[];
  private indexes: readonly IndexContainers[] = [];
  private versions!: PagedTable<Version>;
  private changes!: Ring<StoreChange>;
  /** informer -> objects; partitioned stores only. */
  private owners!: IntSets;
  /** object -> the informer whose version is stored. When an object comes back under its name and belongs to another informer
   * now, the former one may hear of the deletion later than the new one of the creation. */
  private holders!: IntMap;

  constructor(name: string, indexes: readonly IndexSpec[], partitioned: boolean) {
    this.name = name;
    this.partitioned = partitioned;
    // What many informers feed is read by informer.
    this.indexSpecs = partitioned ? [] : [NAMESPACE_INDEX];
    for (const index of indexes) this.addIndex(index);
  }

  /** At build only. One name means one definition. */
  addIndex(spec: IndexSpec): void {
    if (!this.indexSpecs.some((known) => known.index === spec.index)) this.indexSpecs = [...this.indexSpecs, spec];
  }

  init(c: Containers, _id: ComponentId): void {
    const own = prefixed(c, this.name);
    this.versions = own.table('versions', { volatile: true, rowBytes: 0 });
    this.changes = own.ring('changes', { volatile: true });
    this.owners = own.intSets('owners', { volatile: true });
    this.holders = own.intMap('holders', { volatile: true });
    this.passedBy = own.i32('passedBy', { volatile: true });
    this.indexes = this.indexSpecs.map(({ index: name, keys: keysOf, looksAt = EVERYTHING, same }) => ({
      name,
      keysOf,
      looksAt,
      same,
      keys: own.keyIndex(`index/${name}/keys`),
      sets: own.intSets(`index/${name}/members`, { volatile: true }),
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

  /** True when this informer was told of the object and not of its end. */
  knows(informer: number, obj: ObjId): boolean {
    return this.partitioned ? this.owners.has(informer, obj) : this.versions.has(obj);
  }

  /** The stored version, if it is this informer's. */
  held(informer: number, obj: ObjId): Version | undefined {
    return this.isHolder(informer, obj) ? this.versions.get(obj) : undefined;
  }

  /** `touched`: what the change may have touched, of `LOOKS_AT`; `held`: what `held` gives, where it is known. */
  put(informer: number, version: Version, touched: number, held?: Version): void {
    const before = held ?? this.versions.get(version.obj);
    // Who holds it owns it already.
    if (this.partitioned && held === undefined) {
      this.owners.add(informer, version.obj);
      // News of a former life of the object; the other informer has the present one.
      if (before && before.rv > version.rv) return;
      this.holders.set(version.obj, informer);
    }
    this.versions.put(version.obj, version);
    this.changed(version);
    const { indexes, partitioned } = this;
    for (let i = 0; i < indexes.length; i++) {
      const { keysOf, looksAt, same, keys, sets } = indexes[i];
      if (before === undefined) {
        const all = keysOf(version.object);
        for (let k = 0; k < all.length; k++) sets.add(keys.id(all[k]), version.obj);
        continue;
      }
      // In a partitioned store the version before may be another informer's.
      if (!partitioned && looksAt !== EVERYTHING && (looksAt & touched) === 0) continue;
      if (same?.(before.object, version.object)) continue;
      reindex(keys, sets, version.obj, keysOf(before.object), keysOf(version.object));
    }
  }

  /** A version with the same keys in all indexes as the one that is held. */
  replace(version: Version): void {
    this.versions.put(version.obj, version);
  }

  /** This informer's object is gone. */
  remove(informer: number, obj: ObjId): void {
    if (this.partitioned) this.owners.remove(informer, obj);
    const last = this.held(informer, obj);
    if (!last) return;
    for (const { keysOf, keys, sets } of this.indexes) reindex(keys, sets, obj, keysOf(last.object), NO_KEYS);
    this.versions.free(obj);
    if (this.partitioned) this.holders.delete(obj);
    this.changed(last);
  }

  private isHolder(informer: number, obj: ObjId): boolean {
    return !this.partitioned || this.holders.get(obj) === informer;
  }

  dropMembers(informer: number): void {
    for (const obj of this.members(informer)) this.remove(informer, obj);
  }

  /** All objects, or those of one namespace. The list is brought up to date from the one that was asked for last. */
  list(namespace: string): readonly Version[] {
    if (this.partitioned || this.quiet) return [...this.inNamespace(namespace)].sort(byNamespaceAndName);
    return sortedList(this, this.changes, namespace, () => ({
      namespace,
      get: (obj) => this.versions.get(obj),
      all: () => this.inNamespace(namespace),
    }));
  }

  private indexNamed(index: string): IndexContainers {
    const { indexes } = this;
    for (let i = 0; i < indexes.length; i++) if (indexes[i].name === index) return indexes[i];
    throw new Error(`store ${this.name} has no index ${index}`);
  }

  /** How many objects are under a key of an index. */
  countOf(index: string, key: string): number {
    const { keys, sets } = this.indexNamed(index);
    const id = keys.find(key);
    return id === undefined ? 0 : sets.count(id);
  }

  byIndex(index: string, key: string): readonly Version[] {
    const found = this.indexNamed(index);
    const id = found.keys.find(key);
    if (id === undefined) return EMPTY;
    const size = found.sets.count(id);
    if (size === 0) return EMPTY;
    return this.quiet || size <= SMALL_LIST ? this.inOrder(found.sets.members(id)) : this.longList(found, id);
  }

  private longList({ name, sets }: IndexContainers, id: number): readonly Version[] {
    return sortedList(this, this.changes, `${name}/${id}`, () => ({
      namespace: '',
      get: (obj) => (sets.has(id, obj) ? this.versions.get(obj) : undefined),
      all: () => sets.members(id).map((obj) => this.versions.get(obj)!),
    }));
  }

  /** Names do not change, so the order of a set of members is sorted once. */
  private inOrder(members: readonly ObjId[]): Version[] {
    const known = orders.get(members);
    if (known) return known.map((obj) => this.versions.get(obj)!);
    const sorted = members.map((obj) => this.versions.get(obj)!).sort(byNamespaceAndName);
    orders.set(
      members,
      sorted.map((version) => version.obj),
    );
    return sorted;
  }

  /** What one informer of a partitioned store holds, in the order of names. */
  listOf(informer: number): readonly Version[] {
    return this.heldBy(informer).sort(byNamespaceAndName);
  }

  /** The same in no order to rely on. */
  heldBy(informer: number): Version[] {
    const held: Version[] = [];
    for (const obj of this.owners.members(informer))
      if (this.isHolder(informer, obj)) held.push(this.versions.get(obj)!);
    return held;
  }

  /** Objects of one namespace ('' = all) in no particular order. */
  inNamespace(namespace: string): readonly Version[] {
    const found: Version[] = [];
    if (namespace === '' || this.partitioned) {
      this.versions.forEach((version) => {
        if (namespace === '' || version.object.metadata.namespace === namespace) found.push(version);
      });
      return found;
    }
    const { keys, sets } = this.indexes[0];
    const id = keys.find(namespace);
    if (id !== undefined) for (const obj of sets.members(id)) found.push(this.versions.get(obj)!);
    return found;
  }

  private changed(version: Version): void {
    if (this.quiet || (this.partitioned && this.indexes.length === 0)) return;
    this.changes.push({ obj: version.obj, namespace: version.object.metadata.namespace ?? '' });
    if (this.changes.next - this.changes.first > CHANGES_MAX) this.changes.dropBefore(this.changes.next - CHANGES_KEPT);
  }
}

/** Members in the order of their names, by the (immutable) array that the index gave. */
const orders = new WeakMap<readonly ObjId[], readonly ObjId[]>();

function reindex(keys: KeyIndex, sets: IntSets, obj: ObjId, before: readonly string[], now: readonly string[]): void {
  if (areSame(before, now)) return;
  for (let i = 0; i < before.length; i++) if (!now.includes(before[i])) sets.remove(keys.id(before[i]), obj);
  for (let i = 0; i < now.length; i++) if (!before.includes(now[i])) sets.add(keys.id(now[i]), obj);
}

function areSame(before: readonly string[], now: readonly string[]): boolean {
  if (before.length !== now.length) return false;
  for (let i = 0; i < now.length; i++) if (before[i] !== now[i]) return false;
  return true;
}
