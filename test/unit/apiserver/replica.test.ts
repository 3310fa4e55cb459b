import { describe, expect, it } from 'vitest';
import { ApiServerGroup } from '../../../sim-core/apiserver/apiServers.ts';
import type {
  ApiRequest,
  ApiResponse,
  Component,
  HandlerId,
  HandlerSpec,
  WatchDelivery,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Links } from '../../../sim-core/network/links.ts';
import { FakeEtcd } from './fakeEtcd.ts';

/** Sends what the test injects and keeps what comes back. */
class Client implements Component {
  readonly name = 'client';
  readonly answers: (ApiResponse | undefined)[] = [];
  readonly deliveries: WatchDelivery[] = [];
  readonly times: number[] = [];
  ids: readonly HandlerId[] = [];
  act: (ctx: WorldContext) => void = () => {};
  init(): void {}
  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx) => this.act(ctx) },
      {
        name: 'answer',
        run: (ctx, _a, _b, payload) => {
          this.answers.push(payload as ApiResponse | undefined);
          this.times.push(ctx.nowUs);
        },
      },
      {
        name: 'delivery',
        run: (_ctx, _a, _b, payload) => {
          this.deliveries.push(payload as WatchDelivery);
        },
      },
    ];
  }
  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
  }
  start(): void {}
  crash(): void {}
}

function setup(replicas = 1) {
  const links = new Links();
  const etcd = new FakeEtcd();
  const servers = new ApiServerGroup({ replicas, etcd, transport: links.transport });
  const client = new Client();
  const world = createWorld({ seed: 's', components: [links, etcd, ...servers.components, client], freeze: true });
  const from = links.transport.endpoint('client');
  const act = (run: (ctx: WorldContext) => void) => {
    client.act = run;
    world.inject(client.ids[0], 0, 0);
    world.runFor(SECOND_US);
  };
  const send = (request: Omit<ApiRequest, 'user' | 'agent'> & Partial<ApiRequest>): ApiResponse | undefined => {
    const full = { user: 'kubernetes-admin', agent: 'test/1.0', ...request };
    act((ctx) => servers.submit(ctx, from, 0, full, { handler: client.ids[1], token: 1 }));
    return client.answers[client.answers.length - 1];
  };
  world.runFor(SECOND_US);
  return { links, etcd, servers, client, world, from, act, send };
}

function configMap(name: string, labels?: Record<string, string>): Omit<ApiRequest, 'user' | 'agent'> {
  const metadata = { name, ...(labels && { labels }) };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: 'v' } };
  return { verb: 'create', resource: 'configmaps', namespace: 'default', name: '', body };
}

describe('ApiServerGroup', () => {
  it('starts with the bootstrap objects', () => {
    const { send } = setup();
    const list = send({ verb: 'list', resource: 'namespaces', namespace: '', name: '' })?.list;
    const names = list?.versions.map(({ object }) => object.metadata.name);
    expect(names).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(send({ verb: 'get', resource: 'services', namespace: 'default', name: 'kubernetes' })?.code).toBe(200);
  });

  it('asks RBAC about service accounts and strangers, whose names begin as those of components do', () => {
    const { send } = setup();
    const list = { verb: 'list', resource: 'secrets', namespace: 'default', name: '' } as const;
    const codeOf = (user: string, groups?: readonly string[]) => send({ ...list, user, groups })?.code;
    expect(codeOf('system:serviceaccount:default:app', ['system:serviceaccounts'])).toBe(403);
    expect(codeOf('system:anonymous', ['system:unauthenticated'])).toBe(403);
    expect(codeOf('system:serviceaccount:kube-system:job-controller', ['system:serviceaccounts'])).toBe(200);
    expect(codeOf('system:kube-scheduler', ['system:authenticated'])).toBe(200);
    expect(codeOf('kubernetes-admin', ['system:masters'])).toBe(200);
    expect(codeOf('system:serviceaccount:default:app')).toBe(200);
  });

  it('writes, reads its own writes from the cache, and deletes', () => {
    const { send } = setup();
    expect(send(configMap('a'))?.code).toBe(201);
    expect(send(configMap('a'))?.status?.reason).toBe('AlreadyExists');
    const list = send({ verb: 'list', resource: 'configmaps', namespace: 'default', name: '' })?.list;
    expect(list?.versions.map(({ object }) => object.metadata.name)).toEqual(['a']);
    const gone = send({ verb: 'delete', resource: 'configmaps', namespace: 'default', name: 'a' });
    expect(gone?.status?.status).toBe('Success');
    expect(send({ verb: 'get', resource: 'configmaps', namespace: 'default', name: 'a' })?.code).toBe(404);
  });

  it('delivers watch events in order and through selectors', () => {
    const { act, send, servers, client, from } = setup();
    const all = { handler: client.ids[2], token: 7 };
    act((ctx) => servers.watch(ctx, from, 0, { resource: 'configmaps', labelSelector: 'x=1' }, 1000, all));
    act((ctx) => servers.watch(ctx, from, 0, { resource: 'configmaps', labelSelector: 'x=1' }, 2, all));
    expect(client.deliveries).toEqual([]);
    client.deliveries.length = 0;
    const rv = send(configMap('a', { x: '1' }))?.rv ?? 0;
    send({
      verb: 'patch',
      resource: 'configmaps',
      namespace: 'default',
      name: 'a',
      patch: { type: 'merge', value: { metadata: { labels: { x: '2' } } } },
    });
    const entries = client.deliveries.flatMap((delivery) => delivery.entries);
    expect(entries.map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
    expect(entries[1].now.object.metadata.labels).toEqual({ x: '1' });
    expect(entries[1].rv).toBe(rv + 1);
  });

  it('tells callers of a dead replica and of a cut network', () => {
    const { world, links, client, send, act, servers, from } = setup(2);
    world.crash(world.componentId('apiserver-0') ?? 0);
    expect(send(configMap('a'))).toBeUndefined();
    world.start(world.componentId('apiserver-0') ?? 0);
    world.runFor(SECOND_US);
    expect(send(configMap('a'))?.code).toBe(201);
    links.beginPartition({ name: 'cut', a: ['client'] });
    const before = client.answers.length;
    act((ctx) =>
      servers.submit(
        ctx,
        from,
        0,
        { user: 'u', agent: 'a', ...configMap('b') },
        { handler: client.ids[1], token: 2 },
        2 * SECOND_US,
      ),
    );
    expect(client.answers.length).toBe(before);
    world.runFor(2 * SECOND_US);
    expect(client.answers.length).toBe(before + 1);
    expect(client.answers[before]).toBeUndefined();
  });
});
