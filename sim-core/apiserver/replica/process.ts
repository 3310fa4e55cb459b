import type { Cell, Containers, EndpointId, WorldContext } from '../../contracts/index.ts';
import { customInfo } from '../definitions.ts';
import { isEvents, UncachedEvents } from '../events/uncached.ts';
import type { PipelineEnv } from '../model.ts';
import { WatchCache } from '../watchCache.ts';
import type { ReplicaOptions } from './options.ts';

/** What the parts of one kube-apiserver have in common: its process, its watch cache and the member of etcd that it talks to. */
export class ReplicaProcess {
  readonly name: string;
  readonly options: ReplicaOptions;
  readonly cache: WatchCache;
  readonly events: UncachedEvents;
  /** What requests are done with. */
  readonly env: PipelineEnv;
  /** Counts the processes. */
  life!: Cell<number>;
  /** Has the cache been filled? */
  synced!: Cell<boolean>;
  private shift!: Cell<number>;
  /** The context of the event at hand. */
  ctx!: WorldContext;

  constructor(options: ReplicaOptions) {
    this.options = options;
    this.name = `apiserver-${options.index}`;
    this.events = new UncachedEvents(options.etcd.history);
    this.cache = new WatchCache(options.shared.resources, options.etcd.computed);
    this.env = makeEnv(this);
  }

  init(c: Containers): void {
    this.life = c.cell('life', 0);
    this.synced = c.cell<boolean>('synced', false, { volatile: true });
    this.shift = c.cell('memberShift', 0, { volatile: true });
  }

  get endpoint(): EndpointId {
    return this.options.endpointOf();
  }

  /** The etcd member that this replica talks to: the one beside it, another after a failure. */
  get member(): number {
    return (this.options.index + this.shift.get()) % this.options.etcd.members;
  }

  nextMember(): void {
    this.shift.set((this.shift.get() + 1) % this.options.etcd.members);
  }
}

function makeEnv(replica: ReplicaProcess): PipelineEnv {
  const { cache, events } = replica;
  const { shared, epochSeconds, disabledPlugins, disabledFeatures } = replica.options;
  const get = (resource: string, namespace: string, name: string) =>
    isEvents(resource)
      ? events.get(namespace, name, cache.rv)
      : cache.get(replica.ctx.objects, resource, namespace, name);
  return {
    get nowUs() {
      return replica.ctx.nowUs;
    },
    get cacheRv() {
      return cache.rv;
    },
    epochSeconds,
    disabledPlugins,
    disabledFeatures,
    get,
    get calmSince() {
      return cache.calmSince;
    },
    holds: (version) => cache.holds(version),
    lastChange: (resource) => (isEvents(resource) ? undefined : cache.lastChange(resource)),
    list: (resource, namespace) =>
      isEvents(resource) ? events.list(namespace, cache.rv) : cache.list(resource, namespace),
    podsOnNode: (node) => cache.podsOnNode(node),
    listAt: (resource, namespace, rv) =>
      isEvents(resource) ? events.listAt(namespace, rv, cache.rv) : cache.listAt(resource, namespace, rv),
    uid: (resource, namespace, name) => shared.uid(replica.ctx, resource, namespace, name),
    suffix: (namespace, generateName) => shared.suffix(replica.ctx, namespace, generateName),
    draw: (stream, n) => replica.ctx.draw(replica.ctx.stream(stream), 0, n),
    info: (resource) => shared.info(resource) ?? customInfo(get, resource),
  };
}
