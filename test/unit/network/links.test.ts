import { describe, expect, it } from 'vitest';
import type { Component, HandlerId, HandlerSpec, WorldContext } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';
import { DEFAULT_PROFILES, latencyTable } from '../../../sim-core/network/latency.ts';
import { type LinkOptions, Links } from '../../../sim-core/network/links.ts';
import { ServiceTable } from '../../../sim-core/network/services.ts';

class Peer implements Component {
  readonly name = 'peer';
  readonly got: { a: number; timeUs: number }[] = [];
  ids: readonly HandlerId[] = [];
  act: (ctx: WorldContext) => void = () => {};
  init(): void {}
  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'act', run: (ctx) => this.act(ctx) },
      {
        name: 'got',
        run: (ctx, a) => {
          this.got.push({ a, timeUs: ctx.nowUs });
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

function setup(options: LinkOptions = {}) {
  const links = new Links(options);
  const peer = new Peer();
  const world = createWorld({ seed: 'links', components: [links, peer] });
  const act = (run: (ctx: WorldContext) => void) => {
    peer.act = run;
    world.inject(peer.ids[0], 0, 0);
    world.runFor(60_000_000);
  };
  return { links, peer, world, act };
}

describe('Links', () => {
  it('keeps the order of messages in one direction', () => {
    const { links, peer, act } = setup();
    const [a, b] = ['a', 'b'].map((name) => links.transport.endpoint(name));
    act((ctx) => {
      for (let i = 0; i < 200; i++) links.transport.send(ctx, a, b, peer.ids[1], i, 0, undefined);
    });
    expect(peer.got.map(({ a: n }) => n)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('tells the classes of pairs apart', () => {
    const constant = (valueUs: number) => ({ kind: 'constant', valueUs }) as const;
    const { links, act } = setup({
      profiles: { sameHost: constant(10), sameZone: constant(100), crossZone: constant(1000) },
      place: (name) => ({ zone: name[0], host: name.slice(0, 2) }),
    });
    const at = (name: string) => links.transport.endpoint(name);
    const seen: number[] = [];
    act((ctx) => {
      for (const to of ['x1b', 'x2a', 'y1a']) seen.push(links.transport.latencyUs(ctx, at('x1a'), at(to)));
    });
    expect(seen).toEqual([10, 100, 1000]);
  });

  it('cuts only the directions of a partition, and heals', () => {
    const { links } = setup();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => links.transport.endpoint(name));
    links.beginPartition({ name: 'p', a: ['a'], b: ['b'], direction: 'aToB' });
    const open = (from: number, to: number) => links.transport.reachable(from, to);
    expect([open(a, b), open(b, a), open(a, c), open(c, a)]).toEqual([false, true, true, true]);
    links.beginPartition({ name: 'q', a: ['c'] });
    expect([open(a, c), open(c, b), open(b, a)]).toEqual([false, false, true]);
    expect(links.endPartition('q')).toBe(true);
    expect(links.endPartition('p')).toBe(true);
    expect([open(a, b), open(a, c)]).toEqual([true, true]);
  });

  it('shows loss as retransmissions and degradations as added latency', () => {
    const constant = { kind: 'constant', valueUs: 100 } as const;
    const { links, act } = setup({ profiles: { sameHost: constant, sameZone: constant, crossZone: constant } });
    const [a, b] = ['a', 'b'].map((name) => links.transport.endpoint(name));
    const seen: number[] = [];
    links.beginDegradation({ name: 'slow', a: ['a'], extraLatencyUs: 900 });
    act((ctx) => seen.push(links.transport.latencyUs(ctx, a, b)));
    links.endDegradation('slow');
    links.beginDegradation({ name: 'lossy', a: ['a'], lossPpm: 500_000 });
    act((ctx) => {
      for (let i = 0; i < 100; i++) seen.push(links.transport.latencyUs(ctx, a, b));
    });
    expect(seen[0]).toBe(1000);
    const delayed = seen.slice(1).filter((us) => us > 100);
    expect(delayed.length).toBeGreaterThan(30);
    expect(delayed.length).toBeLessThan(70);
    expect(new Set(seen.slice(1)).has(200_100)).toBe(true);
  });

  it('draws around the median of a profile', () => {
    const table = latencyTable(DEFAULT_PROFILES.sameZone);
    expect(table[512]).toBeGreaterThan(240);
    expect(table[512]).toBeLessThan(260);
    expect(table[1023]).toBeGreaterThan(500);
  });
});

describe('ServiceTable', () => {
  it('takes ready endpoints in turn', () => {
    const table = new ServiceTable();
    createWorld({ seed: 's', components: [table] });
    const endpoint = (ip: string, ready: boolean) => ({
      addresses: [ip],
      conditions: { ready },
      targetRef: { kind: 'Pod', name: `pod-${ip}` },
    });
    const slice = (name: string, endpoints: readonly object[]) => ({
      metadata: { namespace: 'd', name, labels: { 'kubernetes.io/service-name': 'web' } },
      ports: [{ port: 80 }],
      endpoints,
    });
    table.update(slice('web-1', [endpoint('1', true), endpoint('2', false)]));
    table.update(slice('web-2', [endpoint('3', true)]));
    const pods = () => [1, 2, 3].map(() => table.connect('d', 'web')?.pod);
    expect(pods()).toEqual(['pod-1', 'pod-3', 'pod-1']);
    table.remove('d', 'web-1');
    expect(pods()).toEqual(['pod-3', 'pod-3', 'pod-3']);
    table.remove('d', 'web-2');
    expect(table.connect('d', 'web')).toBeUndefined();
  });
});
