import { expect, it } from 'vitest';
import { ApiServerGroup } from '../../../sim-core/apiserver/apiServers.ts';
import type { ApiRequest, Component, HandlerId, WorldContext } from '../../../sim-core/contracts/index.ts';
import { SECOND_US } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { createEtcd } from '../../../sim-core/etcd/index.ts';
import { Links } from '../../../sim-core/network/links.ts';

class Client implements Component {
  readonly name = 'client';
  ids: readonly HandlerId[] = [];
  act: (ctx: WorldContext) => void = () => {};
  answered = 0;
  init(): void {}
  handlers() {
    return [
      { name: 'act', run: (ctx: WorldContext) => this.act(ctx) },
      { name: 'answer', run: () => void this.answered++ },
    ];
  }
  registered(ids: readonly HandlerId[]): void {
    this.ids = ids;
  }
  start(): void {}
  crash(): void {}
}

const STEP_US = 100;

/** Hashes of the whole state, every 0.1 ms while pods are created one after another. */
function hashesOnTheWay(): readonly string[] {
  const links = new Links();
  const etcd = createEtcd({ members: 1, transport: links.transport });
  const servers = new ApiServerGroup({
    replicas: 1,
    etcd,
    transport: links.transport,
    disabledPlugins: ['ServiceAccount'],
  });
  const client = new Client();
  const world = createWorld({ seed: 's', components: [links, ...etcd.components, ...servers.components, client] });
  const from = links.transport.endpoint('client');
  world.runFor(3 * SECOND_US);
  const seen: string[] = [];
  for (let n = 0; n < 5; n++) {
    const metadata = { generateName: 'web-', labels: { app: 'web' } };
    const spec = { containers: [{ name: 'c', image: 'row-hashes' }] };
    const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    const to = { verb: 'create', resource: 'pods', namespace: 'default', name: '' } as const;
    const request: ApiRequest = { ...to, user: 'system:controller', agent: 'rows/1', body };
    client.act = (ctx) => servers.submit(ctx, from, 0, request, { handler: client.ids[1], token: 1 });
    world.inject(client.ids[0], 0, 0);
    while (client.answered <= n) {
      world.runFor(STEP_US);
      seen.push(JSON.stringify([world.nowUs, world.hashes()]));
    }
  }
  return seen;
}

it('the state hashes alike while a request is under way, whether its shape is known by then or not', () => {
  const first = hashesOnTheWay();
  expect(first.length).toBeGreaterThan(20);
  expect(hashesOnTheWay()).toEqual(first);
});
