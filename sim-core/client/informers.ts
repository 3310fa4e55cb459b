import type {
  ApiResponse,
  ApiServers,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  PagedF64,
  PagedI32,
  PagedTable,
  Version,
  View,
  WatchDelivery,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../contracts/index.ts';
import { LOOKS_AT, SECOND_US, WHY } from '../contracts/index.ts';
import { type ApiClients, isError, type SinkId } from './api_clients.ts';
import { BackOffs } from './back_offs.ts';
import { Bookmarks } from './bookmarks.ts';
import { Listeners } from './informer_listeners.ts';
import { InformerStore } from './informer_store.ts';
import {
  type GroupId,
  type GroupSpec,
  type InformerConfig,
  InformerEvent,
  type InformerId,
  type InformerListener,
  type Interest,
  touchedBy,
} from './informer_types.ts';
import { makeToken, type Part, PartList, prefixed, tokenIsOf, tokenSlot } from './parts.ts';
import { StoreView } from './view.ts';

const Phase = { stopped: 0, listing: 1, watching: 2, backOffList: 3, backOffWatch: 4 } as const;

/** A watch that ends sooner than this without an event counts as failed (reflector.go handleAnyWatch). */
const SHORT_WATCH_US = SECOND_US;

/**
 * Reflectors and stores of one component: each informer lists, then watches; a watch that the server closed goes on from the
 * last resource version, an expired one lists again, and a broken connection moves to the next API server with back-off.
 * Groups, listeners and indexes are declared at build, informers opened at run time (and lost in a crash).
 */
export class Informers implements Part {
  private readonly servers: ApiServers;
  private readonly clients: ApiClients;
  private readonly name: string;
  private readonly listSink: SinkId;
  private groups: readonly GroupSpec[] = [];
  private stores: readonly InformerStore[] = [];
  private storesByName: Readonly<Record<string, InformerStore>> = {};
  private listeners: readonly Listeners[] = [];
  private loud: readonly GroupId[] = [];
  private wholeView: StoreView | undefined;
  private onSynced: (ctx: WorldContext, informer: InformerId) => void = () => {};

  private informers!: PagedTable<InformerConfig>;
  private phase!: PagedI32;
  private synced!: PagedI32;
  /** Not volatile: deliveries to a connection of a former life find another number. */
  private connection!: PagedI32;
  private rv!: PagedF64;
  private readonly bookmarks = new Bookmarks();
  private watchId!: PagedF64;
  private watchReplica!: PagedI32;
  private openedUs!: PagedF64;
  /** 1 when the watch has delivered something since it was opened. */
  private fed!: PagedI32;
  private readonly waits = new BackOffs();
  /** 1 when the next list must not use the last resource version (it was expired). */
  private listFresh!: PagedI32;
  /** By group: when a quiet store was read last, + 1. */
  private readUs!: PagedF64;
  /** Up to where an informer has fetched. */
  private fetchedRv!: PagedF64;
  /** For reads outside of events of informers. */
  private ctx: WorldContext | undefined;
  private deliverHandler: HandlerId = 0;
  private resumeHandler: HandlerId = 0;

  constructor(servers: ApiServers, clients: ApiClients, name = 'informers') {
    this.servers = servers;
    this.clients = clients;
    this.name = name;
    this.listSink = clients.sink((ctx, token, answer) => this.listed(ctx, token, answer));
  }

  /** Declares a store; at build only. A second declaration of a name adds its indexes to the first. */
  group(spec: GroupSpec): GroupId {
    const name = spec.name ?? spec.resource;
    const known = this.groups.findIndex((g) => (g.name ?? g.resource) === name);
    if (known >= 0) {
      this.hush(known, spec.quiet);
      for (const index of spec.indexes ?? []) this.stores[known].addIndex(index);
      return known;
    }
    this.groups = [...this.groups, spec];
    this.stores = [...this.stores, new InformerStore(name, spec.indexes ?? [], spec.partitioned ?? false)];
    this.storesByName = { ...this.storesByName, [name]: this.stores[this.stores.length - 1] };
    this.listeners = [...this.listeners, new Listeners(this.stores[this.stores.length - 1])];
    this.hush(this.groups.length - 1, spec.quiet);
    return this.groups.length - 1;
  }

  /** A store is quiet when all who said something said so. */
  private hush(group: GroupId, quiet: boolean | undefined): void {
    if (quiet === undefined) return;
    if (!quiet) this.loud = [...this.loud, group];
    this.stores[group].quiet = quiet && !this.loud.includes(group);
  }

  /** Adds a listener to a store; at build only. Listeners run in the order of registration, after the store changed. */
  listen(group: GroupId, listener: InformerListener, interest: Interest = {}): void {
    this.listeners[group].add(listener, interest);
  }

  /** Called when an informer's first list has been delivered; at build only. */
  whenSynced(notify: (ctx: WorldContext, informer: InformerId) => void): void {
    this.onSynced = notify;
  }

  init(c: Containers, id: ComponentId): void {
    const own = prefixed(c, this.name);
    new PartList(this.stores).init(own, id);
    const volatile = { volatile: true };
    this.informers = own.table('config', volatile);
    this.phase = own.i32('phase', volatile);
    this.synced = own.i32('synced', volatile);
    this.connection = own.i32('connection');
    this.rv = own.f64('rv', volatile);
    this.bookmarks.init(own);
    this.watchId = own.f64('watch', volatile);
    this.watchReplica = own.i32('replica', volatile);
    this.openedUs = own.f64('opened', volatile);
    this.fed = own.i32('fed', volatile);
    this.waits.init(own);
    this.listFresh = own.i32('listFresh', volatile);
    this.readUs = own.f64('readUs', volatile);
    this.fetchedRv = own.f64('fetchedRv', volatile);
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: `${this.name}/deliver`, run: (ctx, a, _b, payload) => this.delivered(ctx, a, payload as WatchDelivery) },
      { name: `${this.name}/resume`, run: (ctx, a) => this.resume(ctx, a) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.deliverHandler, this.resumeHandler] = ids;
  }

  /** Opens an informer and sends its first list. */
  open(ctx: WorldContext, config: InformerConfig): InformerId {
    const id = this.informers.alloc(config);
    this.synced.set(id, 0);
    this.rv.set(id, 0);
    this.bookmarks.forget(id);
    this.waits.open(id);
    this.listFresh.set(id, config.firstList === 'any' ? 0 : 1);
    this.list(ctx, id);
    return id;
  }

  /** Stops an informer and forgets what it held, without telling listeners: its process is gone. */
  close(ctx: WorldContext, id: InformerId): void {
    const config = this.informers.get(id);
    if (!config) return;
    this.stopWatch(ctx, id);
    this.reconnect(ctx, id);
    this.phase.set(id, Phase.stopped);
    this.stores[config.group].dropMembers(id);
    this.informers.free(id);
  }

  /** The process ends: its watch connections close. Call before the volatile containers are dropped. */
  crash(ctx: WorldContext): void {
    this.informers.forEach((_config, id) => {
      this.stopWatch(ctx, id);
      this.reconnect(ctx, id);
    });
  }

  hasSynced(id: InformerId): boolean {
    return this.synced.get(id) === 1;
  }

  allSynced(): boolean {
    let all = true;
    this.informers.forEach((_config, id) => {
      all &&= this.hasSynced(id);
    });
    return all;
  }

  /** True when the group has informers and all of them are synced. */
  groupSynced(group: GroupId): boolean {
    let [some, all] = [false, true];
    this.informers.forEach((config, id) => {
      if (config.group !== group) return;
      some = true;
      all &&= this.hasSynced(id);
    });
    return some && all;
  }

  /** The revision up to which an informer has seen the resource. */
  revision(id: InformerId): number {
    return this.rv.get(id);
  }

  store(group: GroupId): InformerStore {
    return this.stores[group];
  }

  /** The store by the resource's (or group's) name. */
  storeOf(name: string): InformerStore | undefined {
    return this.storesByName[name];
  }

  private read(resource: string): InformerStore | undefined {
    const store = this.storeOf(resource);
    if (store?.quiet && this.ctx) this.fetchGroup(this.ctx, store);
    return store;
  }

  private fetchGroup(ctx: WorldContext, store: InformerStore): void {
    const group = this.stores.indexOf(store);
    if (this.readUs.get(group) === ctx.nowUs + 1) return;
    this.readUs.set(group, ctx.nowUs + 1);
    this.informers.forEach((config, id) => {
      if (config.group === group) this.fetch(ctx, id);
    });
  }

  /** Takes up the renewals that have reached an informer by now, and all that are older than `beforeRv`. */
  private fetch(ctx: WorldContext, id: InformerId, beforeRv = 0): void {
    const watch = this.watchId.get(id);
    if (watch === 0 || this.phase.get(id) !== Phase.watching) return;
    const fetched = this.servers.fetch?.(ctx, watch - 1, this.fetchedRv.get(id), beforeRv);
    if (fetched === undefined) return;
    const { entries, rv } = fetched;
    this.fetchedRv.set(id, rv);
    if (entries.length === 0) return;
    const { group } = this.informers.get(id)!;
    const store = this.stores[group];
    for (const entry of entries) {
      const held = store.get(entry.now.obj);
      if (held === undefined || held.rv >= entry.rv) continue;
      this.servers.entryObserver?.(ctx, this.groups[group].resource, entry, held);
      store.replace(entry.now);
    }
    this.fed.set(id, 1);
  }

  /** Everything that this component knows. `informer` restricts partitioned stores to what one informer holds. */
  view(ctx: WorldContext, informer?: InformerId): View {
    this.ctx = ctx;
    // A view holds no state, so one serves all reads of one world.
    if (informer === undefined && this.wholeView?.objects === ctx.objects) return this.wholeView;
    if (informer === undefined) return (this.wholeView = this.viewOf(ctx));
    return this.viewOf(ctx, informer);
  }

  private viewOf({ objects }: WorldContext, informer?: InformerId): StoreView {
    const read = (resource: string) => this.read(resource);
    return new StoreView(objects, read, informer, (resource) => this.storeOf(resource));
  }

  private watchSpec(config: InformerConfig): WatchSpec {
    const { namespace, labelSelector, fieldSelector } = config;
    const { resource } = this.groups[config.group];
    const quiet = this.stores[config.group].quiet ? true : undefined;
    return { resource, namespace, labelSelector, fieldSelector, quiet };
  }

  private list(ctx: WorldContext, id: InformerId): void {
    const config = this.informers.get(id)!;
    const connection = this.reconnect(ctx, id);
    this.phase.set(id, Phase.listing);
    const fresh = this.listFresh.get(id) === 1;
    const { labelSelector, fieldSelector } = config;
    this.clients.request(
      ctx,
      config.client,
      {
        verb: 'list',
        resource: this.groups[config.group].resource,
        namespace: config.namespace ?? '',
        name: '',
        options: { labelSelector, fieldSelector, resourceVersion: fresh ? undefined : String(this.rv.get(id)) },
      },
      this.listSink,
      makeToken(id, connection),
    );
  }

  private listed(ctx: WorldContext, token: number, answer: ApiResponse | undefined): void {
    const id = tokenSlot(token);
    if (!tokenIsOf(token, this.connection.get(id)) || this.phase.get(id) !== Phase.listing) return;
    if (isError(answer) || !answer!.list) {
      // Too old, or newer than the server is: ask for the latest state next time (isExpiredError, isTooLargeResourceVersionError).
      if (answer?.code === 410 || answer?.code === 504) this.listFresh.set(id, 1);
      this.backOff(ctx, id, Phase.backOffList);
      return;
    }
    const list = answer!.list;
    this.listFresh.set(id, 0);
    this.rv.set(id, Number(list.metadata.resourceVersion));
    this.replace(ctx, id, list.versions);
    if (this.phase.get(id) !== Phase.listing) return;
    if (this.synced.get(id) === 0) {
      this.synced.set(id, 1);
      this.onSynced(ctx, id);
    }
    if (this.phase.get(id) === Phase.listing) this.watch(ctx, id);
  }

  /** Brings the store to the listed state: first the listed objects in their order, then what is gone. */
  private replace(ctx: WorldContext, id: InformerId, versions: readonly Version[]): void {
    const { group } = this.informers.get(id)!;
    const store = this.stores[group];
    const cause = ctx.cause;
    const gone = new Set(store.members(id));
    for (const version of versions) {
      gone.delete(version.obj);
      const before = store.held(id, version.obj);
      if (before?.rv === version.rv) continue;
      if (version.record) ctx.setCause(version.record);
      this.put(ctx, id, group, version, before, before);
    }
    ctx.setCause(cause);
    for (const obj of gone) {
      const last = store.get(obj)!;
      store.remove(id, obj);
      this.listeners[group].tell(ctx, new InformerEvent('DELETED', last, last, id, LOOKS_AT.deletions, true));
    }
  }

  private watch(ctx: WorldContext, id: InformerId): void {
    const config = this.informers.get(id)!;
    const connection = this.reconnect(ctx, id);
    this.phase.set(id, Phase.watching);
    this.openedUs.set(id, ctx.nowUs);
    this.fed.set(id, 0);
    const replica = this.clients.replica(ctx, config.client);
    const { endpoint } = this.clients.config(config.client);
    this.watchReplica.set(id, replica);
    const reply = { handler: this.deliverHandler, token: makeToken(id, connection) };
    const watch = this.servers.watch(ctx, endpoint, replica, this.watchSpec(config), this.rv.get(id), reply);
    this.watchId.set(id, watch + 1);
  }

  private stopWatch(ctx: WorldContext, id: InformerId): void {
    const watch = this.watchId.get(id);
    if (watch > 0) this.servers.stopWatch(ctx, watch - 1);
    this.watchId.set(id, 0);
  }

  private delivered(ctx: WorldContext, token: number, delivery: WatchDelivery): void {
    const { entries, tokens } = delivery;
    if (delivery.bookmarkUs !== undefined) this.noteBookmarks(delivery);
    else if (tokens !== undefined) {
      for (let i = 0; i < entries.length; i++) this.take(ctx, tokens[i], entries[i], true);
    } else this.deliveredTo(ctx, token, delivery);
  }

  /** What came for one watch. */
  private deliveredTo(ctx: WorldContext, token: number, delivery: WatchDelivery): void {
    const { entries } = delivery;
    for (let i = 0; i < entries.length; i++) this.take(ctx, token, entries[i], i === 0);
    if (delivery.bookmark === undefined && delivery.ended === undefined) return;
    const id = tokenSlot(token);
    if (!tokenIsOf(token, this.connection.get(id))) return;
    if (delivery.bookmark !== undefined && delivery.bookmark > this.rv.get(id)) this.rv.set(id, delivery.bookmark);
    if (delivery.ended) this.ended(ctx, id, delivery.ended);
  }

  /** Bookmarks matter to whoever opens a watch anew. */
  private noteBookmarks({ bookmark = 0, tokens = [], bookmarkUs = [] }: WatchDelivery): void {
    for (let i = 0; i < tokens.length; i++) {
      const id = tokenSlot(tokens[i]);
      if (!tokenIsOf(tokens[i], this.connection.get(id))) continue;
      this.bookmarks.note(id, bookmark, bookmarkUs[i]);
    }
  }

  /** The revision that an informer has reached, with the bookmark that has come. */
  private reachedRv(ctx: WorldContext, id: InformerId): number {
    const rv = this.rv.get(id);
    const bookmark = this.bookmarks.take(id, ctx.nowUs);
    if (bookmark <= rv) return rv;
    this.rv.set(id, bookmark);
    return bookmark;
  }

  /** Ends what an informer waits for: whatever is on its way to it is for a connection that is no more. */
  private reconnect(ctx: WorldContext, id: InformerId): number {
    this.reachedRv(ctx, id);
    this.bookmarks.forget(id);
    const connection = this.connection.get(id) + 1;
    this.connection.set(id, connection);
    return connection;
  }

  /** An entry of a watch; `isFirst`: of those that its server sent at once. */
  private take(ctx: WorldContext, token: number, entry: WatchEntry, isFirst: boolean): void {
    const id = tokenSlot(token);
    // Whatever ends the watching counts a connection more.
    if (!tokenIsOf(token, this.connection.get(id))) return;
    const { group } = this.informers.get(id)!;
    if (isFirst) {
      if (this.fed.get(id) === 0) this.fed.set(id, 1);
      if (this.stores[group].quiet) this.fetch(ctx, id, entry.rv);
    }
    this.apply(ctx, id, group, entry);
  }

  private apply(ctx: WorldContext, id: InformerId, group: GroupId, entry: WatchEntry): void {
    // A delivery that overlaps the list or an earlier connection must not be told twice.
    const store = this.stores[group];
    const { rv } = entry;
    const { obj } = entry.now;
    // A bookmark is older than all that comes after it, except what was fetched.
    const reached = store.quiet ? this.reachedRv(ctx, id) : this.rv.get(id);
    const held = store.held(id, obj);
    // What was fetched and what was sent come in no common order: there each object's own version counts.
    if (rv <= (store.quiet ? (store.get(obj)?.rv ?? reached) : reached)) return;
    if (rv > reached) this.rv.set(id, rv);
    if (entry.type === 'BOOKMARK' || entry.type === 'ERROR') return;
    const known = held !== undefined || (store.partitioned && store.knows(id, obj));
    // In a partitioned store another informer may hold the object that this one knows.
    if (known === (held !== undefined)) this.servers.entryObserver?.(ctx, this.groups[group].resource, entry, held);
    const before = known ? (held ?? entry.before ?? entry.now) : undefined;
    if (entry.now.record) ctx.setCause(entry.now.record);
    if (entry.type !== 'DELETED') this.put(ctx, id, group, entry.now, before, held);
    else if (before) {
      store.remove(id, obj);
      this.listeners[group].tell(ctx, new InformerEvent('DELETED', entry.now, before, id, LOOKS_AT.deletions));
    }
  }

  /** The store decides between add and update, as DeltaFIFO does: after a missed deletion a re-created object is an update. */
  private put(
    ctx: WorldContext,
    id: InformerId,
    group: GroupId,
    now: Version,
    before: Version | undefined,
    held: Version | undefined,
  ): void {
    const type = before === undefined ? 'ADDED' : 'MODIFIED';
    const touched = touchedBy(type, now.object, before?.object);
    this.stores[group].put(id, now, touched, held);
    this.listeners[group].tell(ctx, new InformerEvent(type, now, before, id, touched));
  }

  private ended(ctx: WorldContext, id: InformerId, how: 'closed' | 'expired' | 'unreachable'): void {
    this.watchId.set(id, 0);
    if (how === 'expired') {
      this.listFresh.set(id, 1);
      this.backOff(ctx, id, Phase.backOffList);
    } else if (how === 'unreachable') {
      this.clients.moveReplica(ctx, this.informers.get(id)!.client, this.watchReplica.get(id));
      this.backOff(ctx, id, Phase.backOffWatch);
    } else if (this.fed.get(id) === 0 && ctx.nowUs - this.openedUs.get(id) < SHORT_WATCH_US) {
      this.backOff(ctx, id, Phase.backOffList);
    } else {
      this.watch(ctx, id);
    }
  }

  private backOff(ctx: WorldContext, id: InformerId, phase: number): void {
    const connection = this.reconnect(ctx, id);
    this.phase.set(id, phase);
    const config = this.informers.get(id)!;
    const { host, agent } = this.clients.config(config.client);
    const { resource, name } = this.groups[config.group];
    const delayUs = this.waits.nextUs(ctx, id, `${host}/${agent}/${name ?? resource}`, connection);
    ctx.schedule(delayUs, this.resumeHandler, makeToken(id, connection), 0, WHY.reflectorBackOff);
  }

  private resume(ctx: WorldContext, token: number): void {
    const id = tokenSlot(token);
    if (!tokenIsOf(token, this.connection.get(id))) return;
    if (this.phase.get(id) === Phase.backOffList) this.list(ctx, id);
    else if (this.phase.get(id) === Phase.backOffWatch) this.watch(ctx, id);
  }
}
