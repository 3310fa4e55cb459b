import { describe, expect, it } from 'vitest';
import { ApiServerGroup } from '../../../sim-core/apiserver/apiServers.ts';
import type {
  ApiRequest,
  ApiResponse,
  Component,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../../sim-core/contracts/index.ts';
import { createWorld, type World } from '../../../sim-core/engine/index.ts';
import { createEtcd } from '../../../sim-core/etcd/index.ts';
import { Links } from '../../../sim-core/network/links.ts';

class Client implements Component {
  readonly name = 'client';
  answers: (ApiResponse | undefined)[] = [];
  ids: readonly HandlerId[] = [];
  act: (ctx: WorldContext) => void = () => {};
  init(): void {}
  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx) => this.act(ctx) },
      {
        name: 'answer',
        run: (_ctx, _a, _b, payload) => {
          this.answers.push(payload as ApiResponse | undefined);
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

function build(options: { from?: ConstructorParameters<typeof World>[0]['from'] } = {}) {
  const links = new Links();
  const etcd = createEtcd({ members: 3, transport: links.transport });
  const servers = new ApiServerGroup({
    replicas: 3,
    etcd,
    transport: links.transport,
    disabledPlugins: ['ServiceAccount'],
  });
  const client = new Client();
  const world = createWorld({
    seed: 's',
    components: [links, ...etcd.components, ...servers.components, client],
    ...options,
  });
  const from = links.transport.endpoint('client');
  const send = (replica: number, request: Omit<ApiRequest, 'user' | 'agent'>, forUs = 5 * SECOND_US) => {
    const full = { user: 'kubernetes-admin', agent: 'test/1.0', ...request };
    client.act = (ctx) => servers.submit(ctx, from, replica, full, { handler: client.ids[1], token: 1 });
    world.inject(client.ids[0], 0, 0);
    const before = client.answers.length;
    world.runUntil({ timeUs: world.nowUs + forUs, predicate: () => client.answers.length > before });
    return client.answers[before];
  };
  return { world, links, etcd, servers, client, send };
}

const pod = (name: string): Omit<ApiRequest, 'user' | 'agent'> => ({
  verb: 'create',
  resource: 'pods',
  namespace: 'default',
  name: '',
  body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
});
const list = { verb: 'list', resource: 'pods', namespace: 'default', name: '' } as const;

describe('API servers over etcd', () => {
  it('shows a write at one replica to a list at another', () => {
    const { world, send } = build();
    world.runFor(3 * SECOND_US);
    expect(send(0, pod('a'))?.code).toBe(201);
    expect(send(1, list)?.list?.versions.map(({ object }) => object.metadata.name)).toEqual(['a']);
    const patch = { verb: 'patch', resource: 'pods', namespace: 'default', name: 'a' } as const;
    const answer = send(2, { ...patch, patch: { type: 'merge', value: { metadata: { labels: { x: '1' } } } } });
    expect(answer?.version?.object.metadata.labels).toEqual({ x: '1' });
  });

  it('keeps serving when an etcd member dies', () => {
    const { world, send } = build();
    world.runFor(3 * SECOND_US);
    expect(send(0, pod('a'))?.code).toBe(201);
    world.crash(world.componentId('etcd-0') ?? 0);
    world.runFor(30 * SECOND_US);
    expect(send(0, pod('b'), 60 * SECOND_US)?.code).toBe(201);
    const names = send(0, list, 60 * SECOND_US)?.list?.versions.map(({ object }) => object.metadata.name);
    expect(names).toEqual(['a', 'b']);
  });

  it('misses nothing of what was written while it was cut off from etcd', () => {
    const { world, servers, links, client, send } = build();
    world.runFor(3 * SECOND_US);
    const from = links.transport.endpoint('client');
    const create = (i: number): ApiRequest => ({
      user: 'kubernetes-admin',
      agent: 'test/1.0',
      verb: 'create',
      resource: 'configmaps',
      namespace: 'default',
      name: '',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m${i}` } },
    });
    links.beginPartition({ name: 'cut', a: ['apiserver-1'], b: ['etcd-0', 'etcd-1', 'etcd-2'] });
    for (let i = 0; i < 24; i++) {
      client.act = (ctx) => {
        for (let k = 0; k < 100; k++)
          servers.submit(ctx, from, 0, create(100 * i + k), { handler: client.ids[1], token: 1 });
      };
      world.inject(client.ids[0], 0, 0);
      world.runFor(SECOND_US / 4);
    }
    links.endPartition('cut');
    world.runFor(10 * SECOND_US);
    const all = { ...list, resource: 'configmaps' };
    for (const replica of [0, 1]) expect(send(replica, all)?.list?.versions.length).toBe(2400);
  });

  it('forgets Events after an hour', () => {
    const { world, send } = build();
    world.runFor(3 * SECOND_US);
    const event = (name: string): Omit<ApiRequest, 'user' | 'agent'> => ({
      verb: 'create',
      resource: 'events',
      namespace: 'default',
      name: '',
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: 'default' },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' },
        reason: 'Killing',
        type: 'Normal',
      },
    });
    expect(send(0, event('e1'))?.code).toBe(201);
    expect(send(0, event('e2'))?.code).toBe(201);
    const events = { ...list, resource: 'events' };
    expect(send(1, events)?.list?.versions.length).toBe(2);
    world.runFor(3500 * SECOND_US);
    expect(send(1, events)?.list?.versions.length).toBe(2);
    world.runFor(200 * SECOND_US);
    expect(send(1, events)?.list?.versions.length).toBe(0);
  });

  it('serves custom resources of definitions in the store', () => {
    const { world, send } = build();
    world.runFor(3 * SECOND_US);
    const names = { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' };
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const versions = [{ name: 'v1', served: true, storage: true, schema }];
    const made = send(0, {
      verb: 'create',
      resource: 'customresourcedefinitions.apiextensions.k8s.io',
      namespace: '',
      name: '',
      body: {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'widgets.example.com' },
        spec: { group: 'example.com', scope: 'Namespaced', names, versions },
      },
    });
    expect(made?.status?.message ?? '').toBe('');
    world.runFor(SECOND_US);
    const widget = { verb: 'create', resource: 'widgets.example.com', namespace: 'default', name: '' } as const;
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 1 } };
    expect(send(1, { ...widget, body })?.version?.object.metadata.generation).toBe(1);
    const listed = send(2, { ...widget, verb: 'list' })?.list;
    expect(listed?.kind).toBe('WidgetList');
    expect(listed?.versions.map(({ object }) => object.spec)).toEqual([{ size: 1 }]);
  });

  it('goes on alike from bytes', () => {
    const first = build();
    first.world.runFor(3 * SECOND_US);
    first.send(0, pod('a'));
    const second = build({ from: first.world.serialise() });
    for (const each of [first, second]) {
      expect(each.send(1, pod('b'))?.code).toBe(201);
      expect(each.send(2, list)?.list?.versions.length).toBe(2);
    }
    expect(second.world.digest()).toBe(first.world.digest());
  });
});
