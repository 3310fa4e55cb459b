import { describe, expect, it } from 'vitest';
import { ApiClients, type InformerEvent, Informers, PartList } from '../../../sim-core/client/index.ts';
import type {
  ApiRequest,
  ApiServers,
  Component,
  ReplyTo,
  Version,
  WatchEntry,
  WatchSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';

/** Answers lists with nothing and leaves the watches to the test. */
class ManualServers implements ApiServers {
  readonly replicas = 1;
  readonly watches = new Map<string, ReplyTo>();
  submit(ctx: WorldContext, _from: number, _replica: number, _request: ApiRequest, reply: ReplyTo): void {
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '10' }, versions: [] };
    ctx.schedule(1, reply.handler, reply.token, 0, 1, { code: 200, list, rv: 10, record: 0 });
  }
  watch(_ctx: WorldContext, _from: number, _replica: number, spec: WatchSpec, _rv: number, reply: ReplyTo): number {
    this.watches.set(spec.fieldSelector!, reply);
    return this.watches.size;
  }
  stopWatch(): void {}
}

/** Two nodes in one process, as the kubelets are. */
class Nodes implements Component {
  readonly name = 'kubelets';
  readonly told: string[] = [];
  readonly informers: Informers;
  readonly group: number;
  private readonly clients: ApiClients;
  private readonly parts: PartList;

  constructor(servers: ApiServers) {
    this.clients = new ApiClients(servers);
    this.informers = new Informers(servers, this.clients);
    this.group = this.informers.group({ resource: 'pods', partitioned: true });
    this.informers.listen(this.group, (_ctx, event) => this.note(event));
    this.parts = new PartList([this.clients, this.informers]);
  }

  init(...args: Parameters<Component['init']>): void {
    this.parts.init(...args);
  }
  handlers() {
    return this.parts.handlers();
  }
  registered(ids: readonly number[]): void {
    this.parts.registered(ids);
  }
  start(ctx: WorldContext): void {
    this.clients.start();
    for (const node of ['n1', 'n2']) {
      const client = this.clients.open({
        host: node,
        endpoint: 1,
        user: node,
        agent: 'kubelet',
        limit: { qps: 0, burst: 0 },
      });
      this.informers.open(ctx, { group: this.group, client, fieldSelector: `spec.nodeName=${node}` });
    }
  }
  crash(): void {}

  private note({ type, now, before, informer }: InformerEvent): void {
    this.told.push(`n${informer + 1} ${type} ${now.object.metadata.uid} before ${before?.object.metadata.uid ?? '-'}`);
  }
}

function setup() {
  const servers = new ManualServers();
  const nodes = new Nodes(servers);
  const world = createWorld({ seed: 'p', components: [nodes], freeze: true });
  world.runFor(100);
  const obj = world.context.objects.id('pods', 'default', 'web-0');
  const version = (uid: string, rv: number): Version => ({
    obj,
    rv,
    hash: rv,
    record: 0,
    object: { metadata: { name: 'web-0', namespace: 'default', uid, resourceVersion: String(rv) } },
  });
  const deliver = (node: string, entry: WatchEntry) => {
    const reply = servers.watches.get(`spec.nodeName=${node}`)!;
    world.inject(reply.handler, reply.token, 0, { entries: [entry] });
    world.runFor(10);
  };
  const listed = (informer: number) =>
    nodes.informers
      .view(world.context, informer)
      .list('pods', '')
      .map((v) => v.object.metadata.uid);
  return { nodes, deliver, version, listed, world, servers };
}

describe('partitioned store', () => {
  it('keeps a pod that came back under its name on another node when the old node hears of the deletion late', () => {
    const { nodes, deliver, version, listed } = setup();
    const [old, dying, fresh] = [version('old', 11), version('old', 12), version('new', 20)];
    deliver('n1', { rv: 11, type: 'ADDED', now: old });
    deliver('n2', { rv: 20, type: 'ADDED', now: fresh });
    expect([listed(0), listed(1)]).toEqual([[], ['new']]);
    deliver('n1', { rv: 12, type: 'MODIFIED', now: dying, before: old });
    deliver('n1', { rv: 15, type: 'DELETED', now: version('old', 15), before: dying });
    expect([listed(0), listed(1)]).toEqual([[], ['new']]);
    expect(nodes.told).toEqual([
      'n1 ADDED old before -',
      'n2 ADDED new before -',
      'n1 MODIFIED old before old',
      'n1 DELETED old before old',
    ]);
    deliver('n2', { rv: 25, type: 'DELETED', now: version('new', 25), before: fresh });
    expect([listed(0), listed(1)]).toEqual([[], []]);
    expect(nodes.informers.store(nodes.group).size).toBe(0);
  });

  it('shows each informer its own objects in the usual order of events', () => {
    const { deliver, version, listed } = setup();
    deliver('n1', { rv: 11, type: 'ADDED', now: version('old', 11) });
    expect([listed(0), listed(1)]).toEqual([['old'], []]);
    deliver('n1', { rv: 15, type: 'DELETED', now: version('old', 15), before: version('old', 11) });
    deliver('n2', { rv: 20, type: 'ADDED', now: version('new', 20) });
    expect([listed(0), listed(1)]).toEqual([[], ['new']]);
  });

  it('tells nothing twice: overlapping deliveries, and those of a connection that was given up', () => {
    const { nodes, deliver, version, world, servers } = setup();
    const entry: WatchEntry = { rv: 11, type: 'ADDED', now: version('old', 11) };
    deliver('n1', entry);
    deliver('n1', entry);
    const former = servers.watches.get('spec.nodeName=n1')!;
    world.inject(former.handler, former.token, 0, { entries: [], ended: 'unreachable' });
    world.runFor(3_000_000);
    const later: WatchEntry = { rv: 12, type: 'MODIFIED', now: version('old', 12) };
    world.inject(former.handler, former.token, 0, { entries: [later] });
    world.runFor(10);
    expect(nodes.told).toEqual(['n1 ADDED old before -']);
    expect(servers.watches.get('spec.nodeName=n1')!.token).not.toBe(former.token);
    deliver('n1', later);
    expect(nodes.told).toEqual(['n1 ADDED old before -', 'n1 MODIFIED old before old']);
  });
});
