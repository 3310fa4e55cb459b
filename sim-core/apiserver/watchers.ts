import { EVERYTHING, selectorMatches } from '../api/machinery/selectors.ts';
import type {
  Containers,
  EndpointId,
  IntMap,
  IntSets,
  KeyIndex,
  KubeObject,
  PagedTable,
  ReplyTo,
  Revision,
  Version,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { fieldValue, requiredField, type Selection } from './selectors.ts';
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
  /** Which set of watchers it stands in; for those of one node's pods -1 - its number among the nodes. */
  readonly index: number;
}

/** Told which watchers an entry concerns, with the entry as each sees it. */
export interface WatchSink {
  send(ctx: WorldContext, watcher: Watcher, entry: WatchEntry): void;
}

/** A selection made ready for being asked often. */
interface Ready {
  readonly spec: WatchSpec;
  readonly selection: Selection;
  readonly terms: readonly {
    readonly equal: boolean;
    readonly value: string;
    readonly get: (o: KubeObject) => string;
  }[];
}

/** Fields that most watches with a field selector ask for. */
const GETTERS: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': (object) => object.metadata.name ?? '',
  'spec.nodeName': (object) => object.spec?.nodeName ?? '',
  'status.phase': (object) => object.status?.phase ?? '',
};

function ready(spec: WatchSpec, selection: Selection): Ready {
  const terms = selection.fields.map(({ field, operator, value }) => ({
    equal: operator === '=',
    value,
    get: GETTERS[field] ?? ((object: KubeObject) => fieldValue(object, field)),
  }));
  return { spec, selection, terms };
}

/** As `selects`. */
function chooses({ selection, terms }: Ready, object: KubeObject): boolean {
  for (let i = 0; i < terms.length; i++) {
    const { equal, value, get } = terms[i];
    if ((get(object) === value) !== equal) return false;
  }
  return selection.labels === EVERYTHING || selectorMatches(selection.labels, object.metadata.labels);
}

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
  /** Names of nodes as the watch cache numbers them. */
  private nodes!: KeyIndex;
  /** The watchers of the pods of one node, by the node's number. */
  private nodeMembers!: IntSets;
  /** Of the watchers of a resource those that fetch. */
  private quiet!: IntSets;
  /** By slot, for the spec that is named in it: what only depends on that. */
  private readonly readies: (Ready | undefined)[] = [];

  /** `select` reads the selectors of a spec that was found valid. */
  constructor(select: (spec: WatchSpec) => Selection) {
    this.select = select;
  }

  init(c: Containers, nodes: KeyIndex): void {
    this.rows = c.table<Watcher>('watchers', { volatile: true });
    this.slots = c.intMap('watcherSlots', { volatile: true });
    this.indexes = c.keyIndex('watcherIndexes');
    this.members = c.intSets('watchersByIndex', { volatile: true });
    this.nodes = nodes;
    this.nodeMembers = c.intSets('watchersByNode', { volatile: true });
    this.quiet = c.intSets('quietWatchers', { volatile: true });
  }

  get count(): number {
    return this.rows.size;
  }

  private ready(slot: number, spec: WatchSpec): Ready {
    const known = this.readies[slot];
    if (known !== undefined && known.spec === spec) return known;
    return (this.readies[slot] = ready(spec, this.select(spec)));
  }

  open(id: number, from: EndpointId, reply: ReplyTo, spec: WatchSpec, fromRv: Revision): Watcher {
    const node = this.nodeOf(spec);
    const index = node === undefined ? this.indexes.id(this.indexKey(spec)) : -1 - this.nodes.id(node);
    const watcher: Watcher = { id, from, reply, spec, fromRv, index };
    const slot = this.rows.alloc(watcher);
    this.slots.set(id, slot);
    if (index < 0) this.nodeMembers.add(-1 - index, slot);
    else this.members.add(index, slot);
    for (const mark of this.marksOf(spec)) this.members.add(this.indexes.id(mark), slot);
    if (spec.quiet) this.quiet.add(this.indexes.id(marksOf(spec.resource).all), slot);
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
      if (watcher.index < 0) this.nodeMembers.remove(-1 - watcher.index, slot);
      else this.members.remove(watcher.index, slot);
      for (const mark of this.marksOf(watcher.spec)) this.members.remove(this.indexes.id(mark), slot);
      if (watcher.spec.quiet) this.quiet.remove(this.indexes.id(marksOf(watcher.spec.resource).all), slot);
    }
    return watcher;
  }

  forEach(visit: (watcher: Watcher) => void): void {
    this.rows.forEach(visit);
  }

  /** Does anybody wait for entries of a resource, beside those that fetch them? */
  awaited(resource: string): boolean {
    const mark = this.indexes.find(marksOf(resource).all);
    return mark !== undefined && this.members.count(mark) > this.quiet.count(mark);
  }

  /**
   * Tells the sink of every watcher that an entry concerns. `node`, `formerNode`: numbers of the nodes of a pod now and before,
   * -1 = none.
   */
  dispatch(
    ctx: WorldContext,
    resource: string,
    entry: WatchEntry,
    node: number,
    formerNode: number,
    sink: WatchSink,
  ): void {
    const marks = marksOf(resource);
    const all = this.countOf(marks.all);
    if (all === 0) return;
    const whole = this.indexes.find(resource);
    const visited = whole === undefined ? 0 : this.members.count(whole);
    if (visited > 0) this.visit(ctx, this.members.members(whole as number), entry, sink);
    if (all === visited) return;
    // The names are put together only where somebody watches by them.
    if (this.countOf(marks.named) + this.countOf(marks.within) > 0) this.visitNames(ctx, marks, entry, sink);
    if (node >= 0) this.visit(ctx, this.nodeMembers.members(node), entry, sink);
    if (formerNode >= 0 && formerNode !== node) this.visit(ctx, this.nodeMembers.members(formerNode), entry, sink);
  }

  private visitNames(ctx: WorldContext, marks: Marks, entry: WatchEntry, sink: WatchSink): void {
    const { namespace = '', name = '' } = entry.now.object.metadata;
    if (this.countOf(marks.named) > 0) {
      this.visitKey(ctx, `${marks.named}${namespace}/${name}`, entry, sink);
      if (namespace !== '') this.visitKey(ctx, `${marks.named}/${name}`, entry, sink);
    }
    if (namespace !== '' && this.countOf(marks.within) > 0)
      this.visitKey(ctx, `${marks.within}${namespace}`, entry, sink);
  }

  /** The entry as a watcher sees it; undefined when it concerns it not. */
  seen(watcher: Watcher, entry: WatchEntry): WatchEntry | undefined {
    return this.seenAt(this.slots.get(watcher.id) as number, watcher, entry);
  }

  private seenAt(slot: number, watcher: Watcher, entry: WatchEntry): WatchEntry | undefined {
    if (entry.rv <= watcher.fromRv) return undefined;
    const { spec } = watcher;
    if (spec.namespace && entry.now.object.metadata.namespace !== spec.namespace) return undefined;
    const chosen = this.ready(slot, spec);
    if (chosen.selection.everything) return entry;
    const { type, now, before } = entry;
    const was = before !== undefined && chooses(chosen, before.object);
    const is = type !== 'DELETED' && chooses(chosen, now.object);
    if (is) return was || before === undefined ? entry : { rv: entry.rv, type: 'ADDED', now, before: undefined };
    if (!was) return undefined;
    if (type === 'DELETED') return entry;
    // It left the selection: the last matching state, at this revision.
    return { rv: entry.rv, type: 'DELETED', now: atRevision(before, now), before };
  }

  private countOf(key: string): number {
    const index = this.indexes.find(key);
    return index === undefined ? 0 : this.members.count(index);
  }

  private visitKey(ctx: WorldContext, key: string, entry: WatchEntry, sink: WatchSink): void {
    const index = this.indexes.find(key);
    if (index !== undefined) this.visit(ctx, this.members.members(index), entry, sink);
  }

  private visit(ctx: WorldContext, slots: readonly number[], entry: WatchEntry, sink: WatchSink): void {
    for (let i = 0; i < slots.length; i++) {
      const watcher = this.rows.get(slots[i]) as Watcher;
      const seen = this.seenAt(slots[i], watcher, entry);
      if (seen !== undefined) sink.send(ctx, watcher, seen);
    }
  }

  /** The node whose pods a watch is about. */
  private nodeOf(spec: WatchSpec): string | undefined {
    if (spec.resource !== 'pods' || this.nameOf(spec) !== undefined) return undefined;
    return requiredField(this.select(spec), 'spec.nodeName') || undefined;
  }

  private nameOf(spec: WatchSpec): string | undefined {
    return requiredField(this.select(spec), 'metadata.name');
  }

  private indexKey(spec: WatchSpec): string {
    const { resource, namespace = '' } = spec;
    const marks = marksOf(resource);
    const name = this.nameOf(spec);
    if (name !== undefined) return `${marks.named}${namespace}/${name}`;
    return namespace === '' ? resource : `${marks.within}${namespace}`;
  }

  /** The sets that say whether there is any watcher of a kind. */
  private marksOf(spec: WatchSpec): readonly string[] {
    const marks = marksOf(spec.resource);
    if (this.nameOf(spec) !== undefined) return [marks.all, marks.named];
    if (spec.namespace && this.nodeOf(spec) === undefined) return [marks.all, marks.within];
    return [marks.all];
  }
}

/** Indexes of all watchers of a resource, of those that watch one name, and of those that watch one namespace. */
interface Marks {
  readonly all: string;
  readonly named: string;
  readonly within: string;
}

function marksOf(resource: string): Marks {
  let marks = known.get(resource);
  if (marks === undefined) {
    marks = { all: `${resource}|`, named: `${resource}|name|`, within: `${resource}|in|` };
    known.set(resource, marks);
  }
  return marks;
}

/** A memo of a pure result over a small vocabulary. */
const known = new Map<string, Marks>();

/** An old state shown at a newer revision. */
function atRevision(version: Version, at: Version): Version {
  return new StoredVersion(version.obj, at.rv, version.hash, at.record, stamped(version.object, at.rv));
}
