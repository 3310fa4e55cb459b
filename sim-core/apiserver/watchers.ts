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
  /** The field that alone decides, as with the scheduler and the kubelets; '' = more does. */
  readonly only: 'status.phase' | 'spec.nodeName' | '';
}

/** Fields that most watches with a field selector ask for. */
const GETTERS: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': (object) => object.metadata.name ?? '',
  'spec.nodeName': nodeOf,
  'status.phase': phaseOf,
};

function ready(spec: WatchSpec, selection: Selection): Ready {
  const terms = selection.fields.map(({ field, operator, value }) => ({
    equal: operator === '=',
    value,
    get: GETTERS[field] ?? ((object: KubeObject) => fieldValue(object, field)),
  }));
  const isAlone = (field: string) =>
    terms.length > 0 && selection.labels === EVERYTHING && selection.fields.every((term) => term.field === field);
  const only = isAlone('status.phase') ? 'status.phase' : isAlone('spec.nodeName') ? 'spec.nodeName' : '';
  return { spec, selection, terms, only };
}

/** As `chooses`, by the value of the only field. */
function takes({ terms }: Ready, value: string): boolean {
  for (let i = 0; i < terms.length; i++) if ((value === terms[i].value) !== terms[i].equal) return false;
  return true;
}

function phaseOf({ status }: KubeObject): string {
  return status?.phase ?? '';
}

function nodeOf({ spec }: KubeObject): string {
  return spec?.nodeName ?? '';
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

  /** Built-in resources: the first sets of watchers are theirs. */
  private readonly places: ReadonlyMap<string, number>;

  /** `select` reads the selectors of a spec that was found valid; `resources`: those that are known from the start. */
  constructor(select: (spec: WatchSpec) => Selection, resources: readonly string[]) {
    this.select = select;
    this.places = new Map(resources.map((resource, i) => [resource, i * SETS]));
  }

  init(c: Containers, nodes: KeyIndex): void {
    this.rows = c.table<Watcher>('watchers', { volatile: true });
    this.slots = c.intMap('watcherSlots', { volatile: true });
    this.indexes = c.keyIndex('watcherIndexes');
    this.members = c.intSets('watchersByIndex', { volatile: true });
    this.nodes = nodes;
    this.nodeMembers = c.intSets('watchersByNode', { volatile: true });
    this.quiet = c.intSets('quietWatchers', { volatile: true });
    for (const resource of this.places.keys()) this.makeSets(resource);
  }

  /** The sets of a resource's watchers stand in a row, the first being that of all; -1 = it has none. */
  private setsOf(resource: string): number {
    return this.places.get(resource) ?? this.indexes.find(allOf(resource)) ?? -1;
  }

  private makeSets(resource: string): number {
    const known = this.indexes.find(allOf(resource));
    if (known !== undefined) return known;
    const all = this.indexes.id(allOf(resource));
    for (const kind of ['whole', 'named', 'within']) this.indexes.id(`${resource}|${kind}`);
    return all;
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
    const sets = this.makeSets(spec.resource);
    const index = node === undefined ? this.indexOf(spec, sets) : -1 - this.nodes.id(node);
    const watcher: Watcher = { id, from, reply, spec, fromRv, index };
    const slot = this.rows.alloc(watcher);
    this.slots.set(id, slot);
    if (index < 0) this.nodeMembers.add(-1 - index, slot);
    else this.members.add(index, slot);
    for (const mark of this.marksOf(spec, sets)) this.members.add(mark, slot);
    if (spec.quiet) this.quiet.add(sets, slot);
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
      const sets = this.setsOf(watcher.spec.resource);
      for (const mark of this.marksOf(watcher.spec, sets)) this.members.remove(mark, slot);
      if (watcher.spec.quiet) this.quiet.remove(sets, slot);
    }
    return watcher;
  }

  forEach(visit: (watcher: Watcher) => void): void {
    this.rows.forEach(visit);
  }

  /** Does anybody wait for entries of a resource, beside those that fetch them? */
  awaited(resource: string): boolean {
    const sets = this.setsOf(resource);
    return sets >= 0 && this.members.count(sets) > this.quiet.count(sets);
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
    const sets = this.setsOf(resource);
    const all = sets < 0 ? 0 : this.members.count(sets);
    if (all === 0) return;
    const visited = this.members.count(sets + WHOLE);
    if (visited > 0) this.visit(ctx, this.members.members(sets + WHOLE), entry, sink);
    if (all === visited) return;
    // The names are put together only where somebody watches by them.
    const named = this.members.count(sets + NAMED) > 0;
    const within = this.members.count(sets + WITHIN) > 0;
    if (named || within) this.visitNames(ctx, resource, named, within, entry, sink);
    if (node >= 0) this.visit(ctx, this.nodeMembers.members(node), entry, sink);
    if (formerNode >= 0 && formerNode !== node) this.visit(ctx, this.nodeMembers.members(formerNode), entry, sink);
  }

  private visitNames(
    ctx: WorldContext,
    resource: string,
    named: boolean,
    within: boolean,
    entry: WatchEntry,
    sink: WatchSink,
  ): void {
    const { namespace = '', name = '' } = entry.now.object.metadata;
    if (named) {
      this.visitKey(ctx, nameKey(resource, namespace, name), entry, sink);
      if (namespace !== '') this.visitKey(ctx, nameKey(resource, '', name), entry, sink);
    }
    if (within && namespace !== '') this.visitKey(ctx, namespaceKey(resource, namespace), entry, sink);
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
    let was: boolean;
    let is: boolean;
    if (chosen.only === '') {
      was = before !== undefined && chooses(chosen, before.object);
      is = type !== 'DELETED' && chooses(chosen, now.object);
    } else {
      const fieldOf = chosen.only === 'status.phase' ? phaseOf : nodeOf;
      const value = fieldOf(now.object);
      const former = before === undefined ? '' : fieldOf(before.object);
      const isTaken = takes(chosen, value);
      was = before !== undefined && (former === value ? isTaken : takes(chosen, former));
      is = type !== 'DELETED' && isTaken;
    }
    if (is) return was || before === undefined ? entry : { rv: entry.rv, type: 'ADDED', now, before: undefined };
    if (!was || before === undefined) return undefined;
    if (type === 'DELETED') return entry;
    // It left the selection: the last matching state, at this revision.
    return { rv: entry.rv, type: 'DELETED', now: atRevision(before, now), before };
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

  /** The set that a watcher stands in to be found. */
  private indexOf(spec: WatchSpec, sets: number): number {
    const { resource, namespace = '' } = spec;
    const name = this.nameOf(spec);
    if (name !== undefined) return this.indexes.id(nameKey(resource, namespace, name));
    return namespace === '' ? sets + WHOLE : this.indexes.id(namespaceKey(resource, namespace));
  }

  /** The sets that say whether there is any watcher of a kind. */
  private marksOf(spec: WatchSpec, sets: number): readonly number[] {
    if (this.nameOf(spec) !== undefined) return [sets, sets + NAMED];
    if (spec.namespace && this.nodeOf(spec) === undefined) return [sets, sets + WITHIN];
    return [sets];
  }
}

/** Of the sets of a resource: those who watch all of it, those who watch one name, and those who watch one namespace. */
const WHOLE = 1;
const NAMED = 2;
const WITHIN = 3;
const SETS = 4;

const allOf = (resource: string) => `${resource}|`;
const nameKey = (resource: string, namespace: string, name: string) => `${resource}|name|${namespace}/${name}`;
const namespaceKey = (resource: string, namespace: string) => `${resource}|in|${namespace}`;

/** An old state shown at a newer revision. */
function atRevision(version: Version, at: Version): Version {
  return new StoredVersion(version.obj, at.rv, version.hash, at.record, stamped(version.object, at.rv));
}
