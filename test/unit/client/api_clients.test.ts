import { describe, expect, it } from 'vitest';
import { ApiClients, type ClientConfig } from '../../../sim-core/client/index.ts';
import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { FakeServers } from './fakeServers.ts';

const SECOND = 1_000_000;

class User implements Component {
  readonly name = 'user';
  readonly clients: ApiClients;
  readonly answers: string[] = [];
  act: (ctx: WorldContext) => void = () => {};
  actHandler: HandlerId = 0;
  readonly sink: number;

  constructor(servers: FakeServers) {
    this.clients = new ApiClients(servers);
    this.sink = this.clients.sink(
      (ctx, token, answer) => void this.answers.push(`${ctx.nowUs} ${token} ${answer?.code ?? 'none'}`),
    );
  }
  init(c: Containers, id: ComponentId): void {
    this.clients.init(c, id);
  }
  handlers(): readonly HandlerSpec[] {
    return [...this.clients.handlers(), { name: 'act', run: (ctx) => this.act(ctx) }];
  }
  registered(ids: readonly HandlerId[]): void {
    this.clients.registered(ids.slice(0, -1));
    this.actHandler = ids[ids.length - 1];
  }
  start(): void {
    this.clients.start();
  }
  crash(): void {}
}

function setup(replicas = 1, latencyUs?: number) {
  const servers = new FakeServers({ replicas, ...(latencyUs !== undefined && { latencyUs }) });
  const user = new User(servers);
  const world = createWorld({ seed: 'a', components: [servers, user], freeze: true });
  const act = (run: (ctx: WorldContext) => void) => {
    user.act = run;
    world.inject(user.actHandler, 0, 0);
    world.step();
  };
  const config = (more: Partial<ClientConfig> = {}): ClientConfig => ({
    host: 'h',
    endpoint: 1,
    user: 'u',
    agent: 'a',
    limit: { qps: 0, burst: 0 },
    ...more,
  });
  const get = (ctx: WorldContext, client: number, token: number) =>
    user.clients.request(
      ctx,
      client,
      { verb: 'get', resource: 'pods', namespace: 'default', name: 'x' },
      user.sink,
      token,
    );
  const arrivals = () => {
    const all: { tUs: number; replica: number }[] = [];
    for (let i = servers.log.first; i < servers.log.next; i++) all.push(servers.log.get(i)!);
    return all;
  };
  return { servers, user, world, act, config, get, arrivals };
}

describe('API clients', () => {
  it('lets a burst through and then one request per interval, in order; each client has a bucket of its own', () => {
    const { user, world, act, config, get, arrivals } = setup();
    act((ctx) => {
      const [slow, other] = [
        user.clients.open(config({ limit: { qps: 20, burst: 3 } })),
        user.clients.open(config({ limit: { qps: 20, burst: 3 } })),
      ];
      for (let i = 0; i < 6; i++) get(ctx, slow, i);
      get(ctx, other, 100);
    });
    world.runFor(SECOND);
    const first = arrivals()[0].tUs;
    expect(arrivals().map(({ tUs }) => tUs - first)).toEqual([0, 0, 0, 0, 50_000, 100_000, 150_000]);
    expect(user.answers.map((line) => line.split(' ')[1])).toEqual(['0', '1', '2', '100', '3', '4', '5']);
  });

  it('ignores answers that were meant for a former process', () => {
    const { user, world, act, config, get } = setup();
    act((ctx) => {
      get(ctx, user.clients.open(config()), 1);
      user.clients.start();
    });
    world.runFor(SECOND);
    expect(user.answers).toEqual([]);
  });

  it('drops what a closed client still waits for, and does not confuse it with what follows', () => {
    const { user, world, act, config, get } = setup();
    act((ctx) => {
      const client = user.clients.open(config());
      get(ctx, client, 1);
      user.clients.close(client);
      get(ctx, user.clients.open(config()), 2);
    });
    world.runFor(SECOND);
    expect(user.answers.map((line) => line.split(' ')[1])).toEqual(['2']);
  });

  it('waits no longer than its own time-out, and takes a late answer for no other request', () => {
    const { user, world, act, config, get } = setup(1, 8 * SECOND);
    act((ctx) => {
      const [short, long] = [user.clients.open(config({ timeoutUs: 5 * SECOND })), user.clients.open(config())];
      get(ctx, short, 1);
      get(ctx, long, 2);
    });
    world.runFor(6 * SECOND);
    expect(user.answers.map((line) => line.split(' ').slice(1))).toEqual([['1', 'none']]);
    world.runFor(60 * SECOND);
    expect(user.answers.map((line) => line.split(' ').slice(1))).toEqual([
      ['1', 'none'],
      ['2', '404'],
    ]);
  });

  it("forgets the time-out of a dropped request with the request: its slot is soon the next one's", () => {
    const { user, world, act, config, get } = setup(1, SECOND);
    act((ctx) => {
      const short = user.clients.open(config({ timeoutUs: 5 * SECOND }));
      get(ctx, short, 1);
      user.clients.dropPending(short);
    });
    world.runFor(4 * SECOND);
    act((ctx) => get(ctx, user.clients.open(config()), 2));
    world.runFor(10 * SECOND);
    expect(user.answers.map((line) => line.split(' ').slice(1))).toEqual([['2', '404']]);
  });

  it('stays with one replica until it does not answer, then takes the next', () => {
    const { user, servers, world, act, config, get, arrivals } = setup(3);
    let client = 0;
    act((ctx) => {
      client = user.clients.open(config({ timeoutUs: 2 * SECOND }));
      for (let i = 0; i < 5; i++) get(ctx, client, i);
    });
    world.runFor(SECOND);
    const [home] = new Set(arrivals().map(({ replica }) => replica));
    expect(new Set(arrivals().map(({ replica }) => replica)).size).toBe(1);
    world.inject(servers.controlEvent, 0, home);
    world.runFor(10);
    act((ctx) => {
      for (let i = 5; i < 8; i++) get(ctx, client, i);
    });
    world.runFor(3 * SECOND);
    act((ctx) => get(ctx, client, 8));
    world.runFor(SECOND);
    // Three time-outs of one replica move the client once.
    expect(arrivals().at(-1)!.replica).toBe((home + 1) % 3);
    expect(user.answers.map((line) => line.split(' ')[2])).toEqual([
      '404',
      '404',
      '404',
      '404',
      '404',
      'none',
      'none',
      'none',
      '404',
    ]);
  });
});
