import { labelSelectorMatches } from '../api/machinery/selectors.ts';
import { RenewedVersion } from '../apiserver/renewedVersion.ts';
import type {
  Component,
  ComponentId,
  Containers,
  Dict,
  HandlerId,
  HandlerSpec,
  IntSets,
  KubeObject,
  ObjId,
  PagedTable,
  Version,
  WorldContext,
} from '../contracts/index.ts';
import { PodState } from '../contracts/index.ts';
import { podStateOf } from '../trace/effects.ts';

/** Counts of the pods that a selector matches, kept up to date with every commit. */
export interface PodCounts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly terminating: number;
  readonly scheduled: number;
  readonly crashLooping: number;
}

const EVENTS = 'events';

const NO_PODS: PodCounts = {
  total: 0,
  pending: 0,
  running: 0,
  ready: 0,
  succeeded: 0,
  failed: 0,
  terminating: 0,
  scheduled: 0,
  crashLooping: 0,
};

/**
 * Called for each commit, after the truth changed. Whoever can do without the object, by its resource, leaves it alone: most
 * commits are renewals of leases, whose objects are put together when somebody looks at them.
 */
export type TruthListener = (
  ctx: WorldContext,
  now: Version,
  before: Version | undefined,
  deleted: boolean,
  resource: string,
) => void;

/** What the store keeps as numbers. */
export interface CompactVersions {
  get(obj: ObjId): Version | undefined;
  forEach(visit: (obj: ObjId) => void): void;
}

/**
 * What the store holds, as nobody inside the cluster can see it: the latest committed version of every object. Expectations,
 * checkers and reports read it; it takes no part in the run.
 */
export class Truth implements Component {
  readonly name = 'truth';
  private versions!: PagedTable<Version>;
  /** Interned resource -> objects that exist. */
  private byResource!: IntSets;
  /** Counter key (`namespace\0selector`) -> counts. */
  private counters!: Dict<PodCounts>;
  private readonly registered_: {
    readonly key: string;
    readonly namespace: string;
    readonly selector: Readonly<Record<string, string>>;
  }[] = [];
  private readonly listeners: TruthListener[] = [];
  /** The last version of an object that the store keeps in few words: it is not kept here once more. */
  private renewed: (obj: ObjId) => Version | undefined = () => undefined;
  private compact: CompactVersions = { get: () => undefined, forEach: () => {} };

  init(c: Containers, _id: ComponentId): void {
    this.versions = c.table<Version>('versions', { rowBytes: 0 });
    this.byResource = c.intSets('byResource');
    this.counters = c.dict<PodCounts>('counters');
  }

  handlers(): readonly HandlerSpec[] {
    return [];
  }

  registered(_ids: readonly HandlerId[]): void {}

  start(_ctx: WorldContext): void {}

  crash(_ctx: WorldContext): void {}

  /** At build only: where renewals of leases are. */
  renewalsIn(renewed: (obj: ObjId) => Version | undefined): void {
    this.renewed = renewed;
  }

  /** At build only: versions that are compact are read where they are kept. */
  readCompact(compact: CompactVersions): void {
    this.compact = compact;
  }

  /** At build only. */
  listen(listener: TruthListener): void {
    this.listeners.push(listener);
  }

  /** At build only: keep counts of the pods with these labels ('' = all namespaces). */
  countPods(namespace: string, selector: Readonly<Record<string, string>>): void {
    const key = counterKey(namespace, selector);
    if (!this.registered_.some((r) => r.key === key)) this.registered_.push({ key, namespace, selector });
  }

  /** Counts of the pods with these labels: kept, or counted now for a selector that was not known at build. */
  podCounts(
    ctx: Pick<WorldContext, 'strings'>,
    namespace: string,
    selector: Readonly<Record<string, string>>,
  ): PodCounts {
    const key = counterKey(namespace, selector);
    if (this.registered_.some((r) => r.key === key)) return this.counters.get(key) ?? NO_PODS;
    return this.list(ctx, 'pods')
      .filter(({ object }) => selects(object, namespace, selector))
      .reduce((counts, { object }) => addPod(counts, object, 1), NO_PODS);
  }

  get(obj: ObjId): Version | undefined {
    const held = this.versions.get(obj);
    return held === undefined ? this.compact.get(obj) : this.newest(held);
  }

  private newest(held: Version): Version {
    const renewed = this.renewed(held.obj);
    // A write that is just being made is here before it is there.
    return renewed !== undefined && renewed.rv > held.rv ? renewed : held;
  }

  find(ctx: Pick<WorldContext, 'objects'>, resource: string, namespace: string, name: string): Version | undefined {
    const obj = ctx.objects.find(resource, namespace, name);
    return obj === undefined ? undefined : this.get(obj);
  }

  /** Live objects of one resource in the order of their ids. */
  list(ctx: Pick<WorldContext, 'strings'>, resource: string): readonly Version[] {
    const id = ctx.strings.find(resource);
    if (id === undefined) return [];
    const kept = this.byResource.members(id);
    return (resource === EVENTS ? this.withCompact(kept) : kept).map((obj) => this.get(obj) as Version);
  }

  forEach(visit: (version: Version) => void): void {
    this.versions.forEach((version) => {
      visit(this.newest(version));
    });
    this.compact.forEach((obj) => {
      visit(this.get(obj) as Version);
    });
  }

  private withCompact(objects: readonly ObjId[]): readonly ObjId[] {
    const all = [...objects];
    this.compact.forEach((obj) => void all.push(obj));
    return all.length === objects.length ? objects : all.sort((a, b) => a - b);
  }

  /** The commit observer of the API servers. */
  readonly observe = (
    ctx: WorldContext,
    _actor: ComponentId,
    resource: string,
    now: Version,
    before: Version | undefined,
    deleted: boolean,
  ): void => {
    if (deleted) {
      this.versions.free(now.obj);
      this.byResource.remove(ctx.strings.intern(resource), now.obj);
    } else if (now.isCompact !== true) {
      if (!(now instanceof RenewedVersion)) this.versions.put(now.obj, now);
      if (before === undefined || before.isCompact === true) this.byResource.add(ctx.strings.intern(resource), now.obj);
    }
    if (resource === 'pods') this.count(now.object, before?.object, deleted);
    for (const listener of this.listeners) listener(ctx, now, before, deleted, resource);
  };

  private count(now: KubeObject, before: KubeObject | undefined, deleted: boolean): void {
    for (const { key, namespace, selector } of this.registered_) {
      const was = before !== undefined && selects(before, namespace, selector) ? before : undefined;
      const is = !deleted && selects(now, namespace, selector) ? now : undefined;
      if (was === undefined && is === undefined) continue;
      let counts = this.counters.get(key) ?? NO_PODS;
      if (was !== undefined) counts = addPod(counts, was, -1);
      if (is !== undefined) counts = addPod(counts, is, 1);
      this.counters.set(key, counts);
    }
  }
}

function counterKey(namespace: string, selector: Readonly<Record<string, string>>): string {
  const text = Object.keys(selector)
    .sort()
    .map((k) => `${k}=${selector[k]}`)
    .join(',');
  return `${namespace}\u0000${text}`;
}

function selects(pod: KubeObject, namespace: string, selector: Readonly<Record<string, string>>): boolean {
  return (
    (namespace === '' || pod.metadata.namespace === namespace) &&
    labelSelectorMatches({ matchLabels: selector }, pod.metadata.labels)
  );
}

function addPod(counts: PodCounts, pod: KubeObject, n: 1 | -1): PodCounts {
  const state = podStateOf(pod);
  const phase: string = pod.status?.phase ?? 'Pending';
  const is = (yes: boolean) => (yes ? n : 0);
  return {
    total: counts.total + n,
    pending: counts.pending + is(phase === 'Pending'),
    running: counts.running + is(phase === 'Running'),
    ready: counts.ready + is(state === PodState.ready),
    succeeded: counts.succeeded + is(phase === 'Succeeded'),
    failed: counts.failed + is(phase === 'Failed'),
    terminating: counts.terminating + is(pod.metadata.deletionTimestamp !== undefined),
    scheduled: counts.scheduled + is((pod.spec?.nodeName ?? '') !== ''),
    crashLooping: counts.crashLooping + is(state === PodState.crashLoop),
  };
}
