import { describe, expect, it } from 'vitest';
import {
  ApiClients,
  type InformerConfig,
  type InformerEvent,
  Informers,
  PartList,
} from '../../../sim-core/client/index.ts';
import type {
  ApiRequest,
  ApiServers,
  Component,
  ReplyTo,
  Version,
  WatchDelivery,
  WatchSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';

const SECOND = 1_000_000;

/** Answers each list with the next of the given states, and leaves the watches to the test. */
class ScriptedServers implements ApiServers {
  readonly replicas = 1;
  readonly asked: (string | undefined)[] = [];
  readonly opened: number[] = [];
  last!: ReplyTo;
  private readonly states: { readonly rv: number; readonly versions: readonly Version[] }[];

  constructor(states: readonly { readonly rv: number; readonly versions: readonly Version[] }[]) {
    this.states = [...states];
  }
  submit(ctx: WorldContext, _from: number, _replica: number, request: ApiRequest, reply: ReplyTo): void {
    this.asked.push(request.options?.resourceVersion);
    const { rv, versions } = this.states.shift()!;
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: String(rv) }, versions };
    ctx.schedule(1, reply.handler, reply.token, 0, 1, { code: 200, list, rv, record: 0 });
  }
  watch(_ctx: WorldContext, _from: number, _replica: number, _spec: WatchSpec, fromRv: number, reply: ReplyTo): number {
    this.opened.push(fromRv);
    this.last = reply;
    return this.opened.length;
  }
  stopWatch(): void {}
}

class Reader implements Component {
  readonly name = 'reader';
  readonly told: string[] = [];
  readonly informers: Informers;
  private readonly clients: ApiClients;
  private readonly parts: PartList;
  private readonly firstList: InformerConfig['firstList'];

  constructor(servers: ApiServers, firstList: InformerConfig['firstList']) {
    this.firstList = firstList;
    this.clients = new ApiClients(servers);
    this.informers = new Informers(servers, this.clients);
    const group = this.informers.group({ resource: 'pods' });
    this.informers.listen(
      group,
      (_ctx, { type, now }: InformerEvent) => void this.told.push(`${type} ${now.object.metadata.name}@${now.rv}`),
    );
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
    const client = this.clients.open({ host: 'h', endpoint: 1, user: 'u', agent: 'a', limit: { qps: 0, burst: 0 } });
    this.informers.open(ctx, { group: 0, client, firstList: this.firstList });
  }
  crash(): void {}
}

const pod = (obj: number, name: string, rv: number): Version => ({
  obj,
  rv,
  hash: rv,
  record: 0,
  object: { metadata: { name, namespace: 'd' } },
});

function setup(states: ConstructorParameters<typeof ScriptedServers>[0], firstList?: InformerConfig['firstList']) {
  const servers = new ScriptedServers(states);
  const reader = new Reader(servers, firstList);
  const world = createWorld({ seed: 'v', components: [reader], freeze: true });
  const deliver = (delivery: WatchDelivery) => {
    world.inject(servers.last.handler, servers.last.token, 0, delivery);
    world.runFor(3 * SECOND);
  };
  world.runFor(SECOND);
  return { servers, reader, world, deliver };
}

describe('resource versions of a reflector', () => {
  it('lists the latest state first and after 410; a watch goes on from the last event or bookmark', () => {
    const empty = (rv: number) => ({ rv, versions: [] });
    const { servers, deliver } = setup([empty(10), empty(40), empty(50)]);
    deliver({ entries: [], bookmark: 30 });
    deliver({ entries: [], ended: 'closed' });
    expect(servers.opened).toEqual([10, 30]);
    deliver({ entries: [], ended: 'expired' });
    expect(servers.asked).toEqual([undefined, undefined]);
    expect(servers.opened).toEqual([10, 30, 40]);
    deliver({ entries: [{ rv: 45, type: 'ADDED', now: pod(1, 'a', 45) }] });
    deliver({ entries: [], ended: 'unreachable' });
    expect(servers.opened).toEqual([10, 30, 40, 45]);
  });

  it('goes back in time with a server that lags, when any state will do', () => {
    const { servers, reader, deliver } = setup(
      [
        { rv: 20, versions: [pod(1, 'a', 20), pod(2, 'b', 12)] },
        { rv: 12, versions: [pod(1, 'a', 5), pod(2, 'b', 12), pod(3, 'c', 7)] },
      ],
      'any',
    );
    expect(servers.asked).toEqual(['0']);
    expect(reader.told).toEqual(['ADDED a@20', 'ADDED b@12']);
    deliver({ entries: [], ended: 'expired' });
    expect(reader.told.slice(2)).toEqual(['MODIFIED a@5', 'ADDED c@7']);
    expect(servers.opened).toEqual([20, 12]);
  });
});
