import type {
  Containers,
  EndpointId,
  IntMap,
  IntSets,
  KeyIndex,
  PagedTable,
  ReplyTo,
  Revision,
  Version,
  WatchEntry,
  WatchSpec,
} from '../contracts/index.ts';
import { requiredField, type Selection, selects } from './selectors.ts';
import { StoredVersion, stamped } from './version.ts';

/** One open watch at one replica. */
export interface Watcher {
  /** Known to the client. */
  readonly id: number;
  readonly from: EndpointId;
  readonly reply: ReplyTo;
  readonly spec: WatchSpec;
  /** Nothing at or below has to be sent. */
  readonly fromRv: Revision;
  /** Which set of watchers it stands in. */
  readonly index: number;
}

const selections = new WeakMap<WatchSpec, Selection>();

/**
 * The watchers of one replica, found by what can match an event: pods by node, objects by name, the rest by resource. An
 * event looks only at the sets that it can concern.
 */
export class Watchers {
  private readonly select: (spec: WatchSpec) => Selection;
  private rows!: PagedTable<Watcher>;
  private slots!: IntMap;
  private indexes!: KeyIndex;
  private members!: IntSets;

  /** `select` reads the selectors of a spec that was found valid. */
  constructor(select: (spec: WatchSpec) => Selection) {
    this.select = select;
  }

  init(c: Containers): void {
    this.rows = c.table<Watcher>('watchers', { volatile: true });
    this.slots = c.intMap('watcherSlots', { volatile: true });
    this.indexes = c.keyIndex('watcherIndexes');
    this.members = c.intSets('watchersByIndex', { volatile: true });
  }

  get count(): number {
    return this.rows.size;
  }

  selection(spec: WatchSpec): Selection {
    let selection = selections.get(spec);
    if (!selection) {
      selection = this.select(spec);
      selections.set(spec, selection);
    }
    return selection;
  }

  open(id: number, from: EndpointId, reply: ReplyTo, spec: WatchSpec, fromRv: Revision): Watcher {
    const index = this.indexes.id(this.indexKey(spec));
    const watcher: Watcher = { id, from, reply, spec, fromRv, index };
    const slot = this.rows.alloc(watcher);
    this.slots.set(id, slot);
    this.members.add(index, slot);
    this.members.add(this.indexes.id(resourceMark(spec.resource)), slot);
    return watcher;
  }

  get(id: number): Watcher | undefined {
    const slot = this.slots.get(id);
    return slot === undefined ? undefined : this.rows.get(slot);
  }

  close(id: number): Watcher | undefined {
    const slot = this.slots.get(id);
    if (slot === undefined) return undefined;
    const watcher = this.rows.get(slot);
    this.slots.delete(id);
    this.rows.free(slot);
    if (watcher) {
      this.members.remove(watcher.index, slot);
      this.members.remove(this.indexes.id(resourceMark(watcher.spec.resource)), slot);
    }
    return watcher;
  }

  forEach(visit: (watcher: Watcher) => void): void {
    this.rows.forEach(visit);
  }

  /** Calls `send` for every watcher that an entry concerns, with the entry as it sees it. */
  dispatch(resource: string, entry: WatchEntry, send: (watcher: Watcher, entry: WatchEntry) => void): void {
    const mark = this.indexes.find(resourceMark(resource));
    if (mark === undefined) return;
    const { now, before } = entry;
    const { namespace = '', name = '' } = now.object.metadata;
    const whole = this.indexes.find(resource);
    const visited = whole === undefined ? 0 : this.members.count(whole);
    if (visited > 0) this.visit(resource, entry, send);
    // Nobody else: the names need not be put together.
    if (this.members.count(mark) === visited) return;
    this.visit(`${resource}|name|${namespace}/${name}`, entry, send);
    this.visit(`${resource}|name|/${name}`, entry, namespace === '' ? undefined : send);
    if (namespace !== '') this.visit(`${resource}|in|${namespace}`, entry, send);
    if (resource !== 'pods') return;
    const node: string = now.object.spec?.nodeName ?? '';
    const old: string = before?.object.spec?.nodeName ?? '';
    if (node !== '') this.visit(`pods|node|${node}`, entry, send);
    if (old !== '' && old !== node) this.visit(`pods|node|${old}`, entry, send);
  }

  /** The entry as a watcher sees it; undefined when it concerns it not. */
  seen(watcher: Watcher, entry: WatchEntry): WatchEntry | undefined {
    if (entry.rv <= watcher.fromRv) return undefined;
    const { spec } = watcher;
    if (spec.namespace && entry.now.object.metadata.namespace !== spec.namespace) return undefined;
    const selection = this.selection(spec);
    if (selection.everything) return entry;
    const was = entry.before !== undefined && selects(selection, entry.before.object);
    const is = entry.type !== 'DELETED' && selects(selection, entry.now.object);
    if (is) return was || !entry.before ? entry : { ...entry, type: 'ADDED', before: undefined };
    if (!was) return undefined;
    if (entry.type === 'DELETED') return entry;
    // It left the selection: the last matching state, at this revision.
    return { ...entry, type: 'DELETED', now: atRevision(entry.before as Version, entry.now) };
  }

  private visit(
    key: string,
    entry: WatchEntry,
    send: ((watcher: Watcher, entry: WatchEntry) => void) | undefined,
  ): void {
    if (!send) return;
    const index = this.indexes.find(key);
    if (index === undefined) return;
    for (const slot of this.members.members(index)) {
      const watcher = this.rows.get(slot) as Watcher;
      const seen = this.seen(watcher, entry);
      if (seen) send(watcher, seen);
    }
  }

  private indexKey(spec: WatchSpec): string {
    const selection = this.selection(spec);
    const { resource, namespace = '' } = spec;
    const name = requiredField(selection, 'metadata.name');
    if (name !== undefined) return `${resource}|name|${namespace}/${name}`;
    const node = resource === 'pods' ? requiredField(selection, 'spec.nodeName') : undefined;
    if (node) return `pods|node|${node}`;
    return namespace === '' ? resource : `${resource}|in|${namespace}`;
  }
}

/** Index of all watchers of a resource, whatever they select. */
function resourceMark(resource: string): string {
  let mark = marks.get(resource);
  if (mark === undefined) marks.set(resource, (mark = `${resource}|`));
  return mark;
}

/** A memo of a pure result over a small vocabulary. */
const marks = new Map<string, string>();

/** An old state shown at a newer revision. */
function atRevision(version: Version, at: Version): Version {
  return new StoredVersion(version.obj, at.rv, version.hash, at.record, stamped(version.object, at.rv));
}
