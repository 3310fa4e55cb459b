import { describe, expect, it } from 'vitest';
import { podTemplateHash } from '../../../sim-core/api/machinery/hashes.ts';
import { ApiServerGroup } from '../../../sim-core/apiserver/apiServers.ts';
import { ApiClients } from '../../../sim-core/client/index.ts';
import type {
  ApiResponse,
  Component,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { controllerManagerControllers, controllerManagerOptions } from '../../../sim-core/controllers/index.ts';
import { ControllerManager } from '../../../sim-core/controllers/runtime/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { Links } from '../../../sim-core/network/links.ts';
import { FakeEtcd } from '../apiserver/fakeEtcd.ts';
import { CLOCK } from './toyController.ts';

const SECOND = 1_000_000;

/** Somebody at a terminal. */
class Terminal implements Component {
  readonly name = 'terminal';
  readonly clients: ApiClients;
  readonly answers: (ApiResponse | undefined)[] = [];
  act: (ctx: WorldContext, client: number, sink: number) => void = () => {};
  actHandler: HandlerId = 0;
  private readonly sink: number;
  private client = -1;
  private readonly endpoint: () => number;

  constructor(servers: ApiServerGroup, endpoint: () => number) {
    this.clients = new ApiClients(servers);
    this.endpoint = endpoint;
    this.sink = this.clients.sink((_ctx, _token, answer) => void this.answers.push(answer));
  }

  init(...args: Parameters<Component['init']>): void {
    this.clients.init(...args);
  }

  handlers(): readonly HandlerSpec[] {
    return [...this.clients.handlers(), { name: 'act', run: (ctx) => this.act(ctx, this.client, this.sink) }];
  }

  registered(ids: readonly HandlerId[]): void {
    this.clients.registered(ids.slice(0, -1));
    this.actHandler = ids[ids.length - 1];
  }

  start(): void {
    this.clients.start();
    const identity = { user: 'kubernetes-admin', groups: ['system:masters'], agent: 'kubectl/v1.35' };
    this.client = this.clients.open({
      host: 'terminal',
      endpoint: this.endpoint(),
      ...identity,
      limit: { qps: 0, burst: 0 },
    });
  }

  crash(): void {}
}

function cluster(replicas = 1) {
  const links = new Links();
  const etcd = new FakeEtcd();
  const servers = new ApiServerGroup({ replicas, etcd, transport: links.transport });
  const manager = new ControllerManager({
    name: 'kube-controller-manager-0',
    servers,
    transport: links.transport,
    clock: CLOCK,
    controllers: controllerManagerControllers(controllerManagerOptions({ podTemplateHash })),
  });
  const terminal = new Terminal(servers, () => links.transport.endpoint('terminal'));
  const world = createWorld({
    seed: 'c',
    components: [links, etcd, ...servers.components, manager, terminal],
    freeze: true,
  });
  const send = (request: Parameters<ApiClients['request']>[2]): ApiResponse | undefined => {
    terminal.act = (ctx, client, sink) => terminal.clients.request(ctx, client, request, sink, 0);
    world.inject(terminal.actHandler, 0, 0);
    world.runFor(SECOND);
    return terminal.answers[terminal.answers.length - 1];
  };
  const list = (resource: string) =>
    send({ verb: 'list', resource, namespace: 'default', name: '' })!.list!.versions.map((v) => v.object);
  return { world, manager, send, list, servers };
}

const deployment = (replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
  },
});

describe('controllers over the API servers', () => {
  it('make the pods of a Deployment, scale it, and collect what it owned', () => {
    const { world, manager, send, list } = cluster();
    world.runUntil({ timeUs: 10 * SECOND });
    expect(manager.isLeading).toBe(true);
    expect(manager.hosts.filter((host) => !host.running).map((host) => host.controller.name)).toEqual([]);
    const created = send({
      verb: 'create',
      resource: 'deployments.apps',
      namespace: 'default',
      name: '',
      body: deployment(10),
    });
    expect(created?.code).toBe(201);
    world.runFor(3 * SECOND);
    expect(list('replicasets.apps')).toHaveLength(1);
    expect(list('pods')).toHaveLength(10);
    const events = list('events').map((event) => event.message);
    expect(events).toContain(`Scaled up replica set ${list('replicasets.apps')[0].metadata.name} from 0 to 10`);
    expect(events.filter((message: string) => message.startsWith('Created pod: web-'))).not.toHaveLength(0);
    const value = { spec: { replicas: 4 } };
    send({
      verb: 'patch',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      patch: { type: 'merge', value },
    });
    world.runFor(3 * SECOND);
    expect(list('pods').filter((pod) => !pod.metadata.deletionTimestamp)).toHaveLength(4);
    send({
      verb: 'delete',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      options: { delete: { propagationPolicy: 'Background' } },
    });
    world.runFor(10 * SECOND);
    expect(list('replicasets.apps')).toEqual([]);
    expect(list('pods').filter((pod) => !pod.metadata.deletionTimestamp)).toEqual([]);
  });

  it('go on with another API server when theirs dies', () => {
    const { world, send, list, servers } = cluster(2);
    world.runUntil({ timeUs: 10 * SECOND });
    send({ verb: 'create', resource: 'deployments.apps', namespace: 'default', name: '', body: deployment(3) });
    world.runFor(3 * SECOND);
    world.crash(world.componentId(servers.servers[0].name)!);
    world.runFor(20 * SECOND);
    const value = { spec: { replicas: 6 } };
    send({
      verb: 'patch',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      patch: { type: 'merge', value },
    });
    send({
      verb: 'patch',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      patch: { type: 'merge', value },
    });
    world.runFor(5 * SECOND);
    expect(list('pods')).toHaveLength(6);
  });

  it('continue from a snapshot in the middle of a rollout', () => {
    const { world, send } = cluster();
    world.runUntil({ timeUs: 10 * SECOND });
    send({ verb: 'create', resource: 'deployments.apps', namespace: 'default', name: '', body: deployment(20) });
    const value = { spec: { template: { metadata: { annotations: { version: '2' } } } } };
    send({
      verb: 'patch',
      resource: 'deployments.apps',
      namespace: 'default',
      name: 'web',
      patch: { type: 'merge', value },
    });
    for (const delayUs of [1_000, 10_000, 100_000]) {
      world.runFor(delayUs);
      const snapshot = world.snapshot();
      world.serialise();
      world.runFor(5 * SECOND);
      const [digest, endUs] = [world.digest(), world.nowUs];
      world.restore(snapshot);
      world.runUntil({ timeUs: endUs });
      expect(world.digest()).toBe(digest);
      world.restore(snapshot);
    }
  });
});
