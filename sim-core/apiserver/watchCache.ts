import type {
  Cell,
  ComputedWrites,
  Containers,
  EtcdEvent,
  FetchedEntries,
  IntSets,
  KeyIndex,
  KeyValue,
  ObjectTable,
  PagedF64,
  PagedI32,
  PagedTable,
  Revision,
  Ring,
  SortedIndex,
  TimeUs,
  Version,
  WatchEntry,
  WordRing,
} from '../contracts/index.ts';
import { resourcePrefix, storageResource } from './keys.ts';
import { StoredVersion } from './version.ts';

/** apiserver storage/cacher: an event stays at least this long in the ring, which holds between 100 and 102 400 events. */
const FRESH_US = 75_000_000;
const LOG_MIN = 100;
const LOG_MAX = 102_400;

/** Entries between two looks at what the logs may forget. */
const TRIM_EVERY = 256;

const LEASES = 'leases.coordination.k8s.io';
/** Resources whose objects change all the time; Events are not even here. */
const BUSY: readonly string[] = [
  'events',
  'pods',
  'nodes',
  LEASES,
  'replicasets.apps',
  'deployments.apps',
  'endpointslices.discovery.k8s.io',
];
/** Words of an entry of a log: its revision, and two for when it came. */
const MARK = { rv: 0, atUs: 1, width: 3 } as const;
/** In a log: a renewal that the store keeps as a row. */
const RENEWED = 0;

/**
 * The last changes of a resource. Revisions and times lie beside the entries: who looks where a log begins, or how far it goes, reads
 * no entry.
 */
class Log {
  private readonly entries: Ring<WatchEntry | typeof RENEWED>;
  private readonly marks: WordRing;

  constructor(c: Containers, resource: string) {
    this.entries = c.ring(`log/${resource}`, { volatile: true, rowBytes: 72 });
    this.marks = c.wordRing(`marks/${resource}`, MARK.width, { volatile: true });
  }

  get first(): number {
    return this.entries.first;
  }

  get next(): number {
    return this.entries.next;
  }

  /** Gives its place. */
  push(entry: WatchEntry | typeof RENEWED, rv: Revision, atUs: TimeUs): number {
    const { marks } = this;
    const n = marks.push();
    marks.set(n, MARK.rv, rv);
    marks.setWide(n, MARK.atUs, atUs);
    return this.entries.push(entry);
  }

  at(i: number): WatchEntry | typeof RENEWED {
    return this.entries.get(i) as WatchEntry | typeof RENEWED;
  }

  rv(i: number): Revision {
    return this.marks.get(i, MARK.rv);
  }

  atUs(i: number): TimeUs {
    return this.marks.getWide(i, MARK.atUs);
  }

  dropBefore(i: number): void {
    this.entries.dropBefore(i);
    this.marks.dropBefore(i);
  }
}

/**
 * The watch cache of one replica: the current version of every object, in the order of keys, and for each resource the log
 * of its last changes. Everything is volatile: a new process reads it from etcd.
 */
export class WatchCache {
  private readonly resources: readonly string[];
  private readonly places: ReadonlyMap<string, number>;
  /** Place of the pods. */
  private readonly pods: number;
  private readonly leases: number;
  private readonly busy: ReadonlySet<number>;
  private readonly store: ComputedWrites | undefined;
  private versions!: PagedTable<Version>;
  /** etcd's key -> ObjId. The texts are those of the store, which outlives every cache. */
  private keys!: SortedIndex;
  /** By place of the resource: how many objects it has. */
  private counts!: PagedI32;
  /** Names of nodes as this replica numbers them. */
  nodeNames!: KeyIndex;
  /** By pod: 1 + the number of its node; 0 = none. */
  private nodes!: PagedI32;
  /** Of the pod of the entry that was made last: the numbers of its nodes after and before, -1 = none. */
  node = -1;
  formerNode = -1;
  private podsByNode!: IntSets;
  private logs!: readonly Log[];
  /** By resource: the newest revision that its log no longer has. */
  private droppedRv!: PagedF64;
  private reached!: Cell<Revision>;
  private calm!: Cell<object>;

  /** `resources`: those with a log of their own; what is not among them (custom resources) shares the last log. `store`: where renewals are. */
  constructor(resources: readonly string[], store?: ComputedWrites) {
    this.store = store;
    this.resources = [...resources, ''];
    this.places = new Map(this.resources.map((resource, i) => [resource, i]));
    this.pods = this.placeOf('pods');
    this.leases = this.placeOf(LEASES);
    this.busy = new Set(BUSY.map((resource) => this.placeOf(resource)));
  }

  init(c: Containers): void {
    const options = { volatile: true };
    this.versions = c.table<Version>('versions', { volatile: true, rowBytes: 0 });
    this.keys = c.sorted('keys', options);
    this.counts = c.i32('counts', options);
    this.nodeNames = c.keyIndex('nodeNames');
    this.nodes = c.i32('nodes', options);
    this.podsByNode = c.intSets('podsByNode', options);
    this.logs = this.resources.map((resource) => new Log(c, resource || 'custom'));
    this.droppedRv = c.f64('droppedRv', options);
    this.reached = c.cell<Revision>('reached', 0, options);
    this.calm = c.cell<object>('calm', {}, options);
  }

  /** The revision up to which the cache is complete. */
  get rv(): Revision {
    return this.reached.get();
  }

  /**
   * Known by its identity: as long as it is the same, no object of the resources has changed that change seldom (`isCalm`). After a
   * step back in time it is the one that was there then.
   */
  get calmSince(): object {
    return this.calm.get();
  }

  advance(rv: Revision): void {
    if (rv > this.reached.get()) this.reached.set(rv);
  }

  /** Fills an empty cache from a read of everything at a revision. */
  load(kvs: readonly KeyValue[], resourceOf: (key: string) => string | undefined, rv: Revision): void {
    const live = new Set<number>();
    for (const { key, value } of kvs) {
      const resource = resourceOf(key);
      if (resource === undefined || !(value instanceof StoredVersion)) continue;
      this.put(this.placeOf(resource), key, value, this.versions.get(value.obj));
      live.add(value.obj);
    }
    const gone: [string, number][] = [];
    this.keys.range('', '', (key, id) => {
      if (!live.has(id)) gone.push([key, id]);
      return true;
    });
    for (const [key, id] of gone) this.drop(this.placeOf(resourceOf(key) ?? ''), key, id);
    for (let i = 0; i < this.logs.length; i++) {
      this.logs[i].dropBefore(this.logs[i].next);
      this.droppedRv.set(i, rv);
    }
    this.reached.set(rv);
    this.calm.set({ rv });
  }

  /** Applies one event of etcd's watch and gives its entry; undefined for keys that are no objects. */
  apply(event: EtcdEvent, resource: string, nowUs: TimeUs): WatchEntry | undefined {
    const { kv, prev } = event;
    if (!(kv.value instanceof StoredVersion)) return undefined;
    const now = kv.value;
    const held = this.versions.get(now.obj);
    const before = prev?.value instanceof StoredVersion ? prev.value : held;
    const rv = kv.modRevision;
    const type = event.type === 'DELETE' ? 'DELETED' : before ? 'MODIFIED' : 'ADDED';
    const entry: WatchEntry = { rv, type, now, before };
    const place = this.placeOf(resource);
    this.node = -1;
    this.formerNode = -1;
    if (event.type === 'DELETE') this.drop(place, kv.key, now.obj);
    else this.put(place, kv.key, now, held);
    this.log(place, entry, rv, nowUs);
    if (!this.busy.has(place)) this.calm.set({ rv });
    return entry;
  }

  /** The next change is a renewal that the store keeps as a row: it has come, and changes nothing that is indexed. */
  renew(rv: Revision, nowUs: TimeUs): void {
    this.node = -1;
    this.formerNode = -1;
    this.log(this.leases, RENEWED, rv, nowUs);
    this.advance(rv);
  }

  /** The entry of the last renewal, which was the last change of a lease. */
  lastRenewal(): WatchEntry {
    const log = this.logs[this.leases];
    return this.entry(log, log.next - 1);
  }

  private renewal(rv: Revision): WatchEntry {
    const change = this.store?.at(rv);
    if (!change) throw new Error(`the renewal at ${rv} is forgotten`);
    const before = change.prev?.value as Version | undefined;
    return { rv, type: 'MODIFIED', now: change.value as Version, before };
  }

  private entry(log: Log, i: number): WatchEntry {
    const entry = log.at(i);
    return entry === RENEWED ? this.renewal(log.rv(i)) : entry;
  }

  /** The store will forget its rows up to a revision: what is still wanted of them is kept here. */
  beforeForgetting(rv: Revision): void {
    if (this.rv < rv) this.keepLeases();
    const log = this.trimmed(this.leases);
    if (log.first === log.next || log.rv(log.first) > rv) return;
    const entries = Array.from({ length: log.next - log.first }, (_, i) => {
      const at = log.first + i;
      return { entry: this.entry(log, at), atUs: log.atUs(at) };
    });
    log.dropBefore(log.next);
    for (const { entry, atUs } of entries) log.push(entry, entry.rv, atUs);
  }

  private keepLeases(): void {
    const prefix = resourcePrefix(LEASES);
    this.keys.range(prefix, prefixEnd(prefix), (_key, id) => {
      this.versions.put(id, this.lease(id) as Version);
      return true;
    });
  }

  /** A lease at the revision of the cache: renewals are the store's. */
  private lease(obj: number): Version | undefined {
    const held = this.versions.get(obj);
    return held === undefined ? undefined : ((this.store?.valueOf(obj, this.rv) as Version | undefined) ?? held);
  }

  get(objects: ObjectTable, resource: string, namespace: string, name: string): Version | undefined {
    const id = objects.find(storageResource(resource), namespace, name);
    if (id === undefined) return undefined;
    return resource === LEASES ? this.lease(id) : this.versions.get(id);
  }

  /** Is this the current version of its object? */
  holds(version: Version): boolean {
    return this.versions.get(version.obj) === version;
  }

  /** The newest entry of a resource's log; undefined = the log is empty. */
  lastChange(resource: string): WatchEntry | undefined {
    const log = this.logs[this.placeOf(storageResource(resource))];
    return log.next > log.first ? this.entry(log, log.next - 1) : undefined;
  }

  /** In the order of keys; namespace '' = all. */
  list(resource: string, namespace: string): readonly Version[] {
    const kept = storageResource(resource);
    if (this.counts.get(this.placeOf(kept)) === 0) return NONE;
    const prefix = `${resourcePrefix(kept)}${namespace === '' ? '' : `${namespace}/`}`;
    const result: Version[] = [];
    const isLeases = kept === LEASES;
    this.keys.range(prefix, prefixEnd(prefix), (_key, id) => {
      result.push((isLeases ? this.lease(id) : this.versions.get(id)) as Version);
      return true;
    });
    return result;
  }

  podsOnNode(node: string): readonly Version[] {
    const id = this.nodeNames.find(node);
    if (id === undefined) return [];
    const pods = this.podsByNode.members(id).map((obj) => this.versions.get(obj) as Version);
    return pods.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  }

  /** The state of an earlier revision: the current one with the log undone. */
  listAt(resource: string, namespace: string, rv: Revision): readonly Version[] | 'expired' | 'future' {
    if (rv > this.rv) return 'future';
    const kept = storageResource(resource);
    const place = this.placeOf(kept);
    if (rv < this.dropped(place)) return 'expired';
    const state = new Map(this.list(kept, namespace).map((version) => [version.obj, version]));
    const log = this.logs[place];
    for (let i = log.next - 1; i >= log.first; i--) {
      if (log.rv(i) <= rv) break;
      const entry = this.entry(log, i);
      if (!belongs(entry.now, kept, namespace, this.resources[place])) continue;
      if (entry.before) state.set(entry.now.obj, entry.before);
      else state.delete(entry.now.obj);
    }
    return [...state.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  }

  /** Entries that came after a time. */
  recent(resource: string, afterUs: TimeUs): readonly WatchEntry[] {
    const log = this.trimmed(this.placeOf(storageResource(resource)));
    let first = log.next;
    while (first > log.first && log.atUs(first - 1) > afterUs) first--;
    return Array.from({ length: log.next - first }, (_, i) => this.entry(log, first + i));
  }

  /**
   * Entries after a revision that are wanted, and were there by a time or are older than another revision, as far as the log
   * goes back; with the revision of the last that was looked at.
   */
  until(
    resource: string,
    rv: Revision,
    beforeRv: Revision,
    untilUs: TimeUs,
    wants: (entry: WatchEntry) => boolean,
  ): FetchedEntries {
    const log = this.trimmed(this.placeOf(storageResource(resource)));
    let at = log.next;
    while (at > log.first && log.rv(at - 1) > rv) at--;
    const entries: WatchEntry[] = [];
    let reachedRv = rv;
    for (; at < log.next; at++) {
      const entryRv = log.rv(at);
      if (log.atUs(at) > untilUs && entryRv >= beforeRv) break;
      const entry = this.entry(log, at);
      if (wants(entry)) entries.push(entry);
      reachedRv = entryRv;
    }
    return { entries, rv: reachedRv };
  }

  /** Entries after a revision, oldest first; `expired` when the log does not go back so far. */
  since(resource: string, rv: Revision): readonly WatchEntry[] | 'expired' {
    const kept = storageResource(resource);
    const place = this.placeOf(kept);
    if (rv < this.dropped(place)) return 'expired';
    const log = this.logs[place];
    let low = log.first;
    let high = log.next;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (log.rv(middle) > rv) high = middle;
      else low = middle + 1;
    }
    const entries: WatchEntry[] = [];
    for (let i = low; i < log.next; i++) {
      const entry = this.entry(log, i);
      if (belongs(entry.now, kept, '', this.resources[place])) entries.push(entry);
    }
    return entries;
  }

  /** The oldest revision from which a watch of this resource can start. */
  oldest(resource: string): Revision {
    return this.dropped(this.placeOf(storageResource(resource)));
  }

  private placeOf(resource: string): number {
    return this.places.get(resource) ?? this.resources.length - 1;
  }

  private log(place: number, entry: WatchEntry | typeof RENEWED, rv: Revision, nowUs: TimeUs): void {
    if (this.logs[place].push(entry, rv, nowUs) % TRIM_EVERY === 0) this.trimmed(place);
  }

  private dropped(place: number): Revision {
    this.trimmed(place);
    return this.droppedRv.get(place);
  }

  /**
   * A log without what its last entry pushed out. To be asked for by whoever reads; otherwise it is done for many entries at
   * once, since the oldest ones are far from everything that is at hand.
   */
  private trimmed(place: number): Log {
    const log = this.logs[place];
    if (log.next === log.first) return log;
    const staleUs = log.atUs(log.next - 1) - FRESH_US;
    let { first } = log;
    let rv = -1;
    while (log.next - first > LOG_MIN) {
      if (log.atUs(first) > staleUs && log.next - first <= LOG_MAX) break;
      rv = log.rv(first);
      first += 1;
    }
    if (rv < 0) return log;
    this.droppedRv.set(place, rv);
    log.dropBefore(first);
    return log;
  }

  private put(place: number, key: string, version: Version, before: Version | undefined): void {
    this.versions.put(version.obj, version);
    if (before === undefined) {
      this.keys.set(key, version.obj);
      this.counts.set(place, this.counts.get(place) + 1);
    }
    if (place === this.pods) this.moveToNode(version, before);
  }

  private moveToNode(version: Version, before: Version | undefined): void {
    const { obj } = version;
    const former = before === undefined ? -1 : this.nodes.get(obj) - 1;
    const now: string = version.object.spec?.nodeName ?? '';
    const node = (before?.object.spec?.nodeName ?? '') === now ? former : now === '' ? -1 : this.nodeNames.id(now);
    this.node = node;
    this.formerNode = former;
    if (node === former) return;
    this.nodes.set(obj, node + 1);
    if (former >= 0) this.podsByNode.remove(former, obj);
    if (node >= 0) this.podsByNode.add(node, obj);
  }

  private drop(place: number, key: string, obj: number): void {
    if (!this.versions.has(obj)) return;
    const node = place === this.pods ? this.nodes.get(obj) - 1 : -1;
    if (node >= 0) {
      this.podsByNode.remove(node, obj);
      this.nodes.set(obj, 0);
    }
    this.node = node;
    this.formerNode = node;
    this.versions.free(obj);
    this.keys.drop(key);
    this.counts.set(place, this.counts.get(place) - 1);
  }
}

/** Do the objects of a resource change seldom? */
export function isCalm(resource: string): boolean {
  return !BUSY.includes(storageResource(resource));
}

function belongs(version: Version, resource: string, namespace: string, log: string): boolean {
  if (namespace !== '' && version.object.metadata.namespace !== namespace) return false;
  if (log !== '') return true;
  // The shared log of custom resources: told apart by apiVersion and kind's plural, which the key has.
  const group = (version.object.apiVersion ?? '').split('/')[0];
  return resource.endsWith(`.${group}`);
}

const NONE: readonly Version[] = [];

function sortKey({ object }: Version): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : (name ?? '');
}

/** The first key after all keys with a prefix. */
function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
