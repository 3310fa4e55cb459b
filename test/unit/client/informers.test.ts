import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InformerEvent } from '../../../sim-core/client/informer_types.ts';
import type { KubeObject } from '../../../sim-core/contracts/index.ts';
import { createWorld, firstDifference } from '../../../sim-core/engine/index.ts';
import { FakeServers, request } from './fakeServers.ts';
import { type Told, Watcher } from './toys.ts';

const DISCONNECT = 0;
const RECONNECT = 1;
const COMPACT = 2;
const CLOSE = 3;

function setup(replicas = 1, seed = 'i') {
  const servers = new FakeServers({ replicas });
  const watcher = new Watcher(servers);
  return { servers, watcher, world: createWorld({ seed, components: [servers, watcher], freeze: true }) };
}

/** Replays what a listener was told: every step must fit the state that the steps before made. */
function mirror(told: readonly Told[]): Map<string, number> {
  const state = new Map<string, number>();
  for (const { type, name, rv, beforeRv } of told) {
    expect(state.get(name) ?? 0).toBe(type === 'DELETED' ? beforeRv : beforeRv);
    if (type === 'ADDED') expect(state.has(name)).toBe(false);
    else expect(state.has(name)).toBe(true);
    if (type === 'MODIFIED') expect(rv).toBeGreaterThan(state.get(name)!);
    if (type === 'DELETED') state.delete(name);
    else state.set(name, rv);
  }
  return state;
}

/** A listener that only some specs concern, and what it should be told. */
function choosyListener({ informers, group }: Watcher) {
  const told = { choosy: [] as string[], wanted: [] as string[] };
  const concerns = (object: KubeObject | undefined) => (object?.spec?.t ?? 1) % 3000 === 0;
  const text = ({ type, now }: InformerEvent) => `${type} ${now.object.metadata.name} ${now.rv}`;
  informers.listen(group, (_ctx, event) => void told.choosy.push(text(event)), { concerns });
  informers.listen(group, (_ctx, event) => {
    const states = event.type === 'DELETED' ? [event.before] : [event.before, event.now];
    if (states.some((state) => concerns(state?.object))) told.wanted.push(text(event));
  });
  return told;
}

describe('informer', () => {
  it('lists, watches, and keeps sorted lists and indexes', () => {
    const { servers, watcher, world } = setup();
    world.injectAt(10, servers.writeEvent, 0, 0, request('create', 'pods', 'b', { spec: { nodeName: 'n1' } }));
    world.injectAt(50_000, servers.writeEvent, 0, 0, request('create', 'pods', 'a', { spec: {} }));
    world.injectAt(60_000, servers.writeEvent, 0, 0, request('update', 'pods', 'a', { spec: { nodeName: 'n1' } }));
    world.runUntil({ timeUs: 55_000 });
    const view = watcher.informers.view(world.context);
    const names = (list: readonly { object: { metadata: { name?: string } } }[]) =>
      list.map((v) => v.object.metadata.name);
    expect(names(view.list('pods', ''))).toEqual(['a', 'b']);
    expect(names(view.byIndex('pods', 'node', 'n1'))).toEqual(['b']);
    const before = view.list('pods', 'default');
    expect(view.list('pods', 'default')).toBe(before);
    world.runUntil({ timeUs: 70_000 });
    expect(names(view.byIndex('pods', 'node', 'n1'))).toEqual(['a', 'b']);
    expect(view.list('pods', 'default')).not.toBe(before);
    expect(view.get('pods', 'default', 'a')?.object.spec.nodeName).toBe('n1');
    expect(watcher.notes().map(({ type, name }) => `${type} ${name}`)).toEqual(['ADDED b', 'ADDED a', 'MODIFIED a']);
  });

  it('moves to the other server when one is cut off and misses nothing', () => {
    const { servers, watcher, world } = setup(2);
    world.injectAt(10, servers.writeEvent, 0, 0, request('create', 'pods', 'a'));
    world.runUntil({ timeUs: 100_000 });
    const first = servers.log.get(servers.log.first)!.replica;
    world.injectAt(200_000, servers.controlEvent, DISCONNECT, first);
    world.injectAt(300_000, servers.writeEvent, 0, 0, request('create', 'pods', 'b'));
    world.injectAt(310_000, servers.writeEvent, 0, 0, request('delete', 'pods', 'a'));
    world.runUntil({ timeUs: 3_000_000 });
    const late = watcher.notes().slice(1);
    expect(late.map(({ type, name, unknown }) => [type, name, unknown])).toEqual([
      ['ADDED', 'b', false],
      ['DELETED', 'a', false],
    ]);
    // The watch is opened again after the first back-off: 0.8 s stretched by a draw from [1, 2).
    expect(late[0].tUs).toBeGreaterThanOrEqual(1_000_000);
    expect(late[0].tUs).toBeLessThan(1_820_000);
  });

  it('lists again after 410 and reports missed deletions with an unknown final state', () => {
    const { servers, watcher, world } = setup();
    for (const name of ['a', 'b']) world.injectAt(10, servers.writeEvent, 0, 0, request('create', 'pods', name));
    world.injectAt(100_000, servers.controlEvent, DISCONNECT, 0);
    world.injectAt(200_000, servers.writeEvent, 0, 0, request('delete', 'pods', 'a'));
    world.injectAt(210_000, servers.writeEvent, 0, 0, request('update', 'pods', 'b', { spec: { x: 1 } }));
    world.injectAt(220_000, servers.controlEvent, COMPACT, 0);
    world.injectAt(230_000, servers.controlEvent, RECONNECT, 0);
    world.runUntil({ timeUs: 20_000_000 });
    const late = watcher.notes().slice(2);
    expect(late.map(({ type, name, unknown }) => [type, name, unknown])).toEqual([
      ['MODIFIED', 'b', false],
      ['DELETED', 'a', true],
    ]);
    expect(watcher.informers.revision(0)).toBe(servers.revision());
    const left = watcher.informers.view(world.context).list('pods', '');
    expect(left.map((v) => v.object.metadata.name)).toEqual(['b']);
  });

  it('never loses or repeats a change under random writes, cuts, compactions and crashes', () => {
    const step = fc.record({
      gapMs: fc.integer({ min: 1, max: 900 }),
      what: fc.constantFrom(
        'create',
        'update',
        'delete',
        'create',
        'update',
        'cut',
        'heal',
        'compact',
        'close',
        'crash',
      ),
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      replica: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { servers, watcher, world } = setup(2);
        const told = choosyListener(watcher);
        let t = 0;
        for (const { gapMs, what, name, replica } of steps) {
          t += gapMs * 1000;
          const control = { cut: DISCONNECT, heal: RECONNECT, compact: COMPACT, close: CLOSE }[what as 'cut'];
          if (control !== undefined) world.injectAt(t, servers.controlEvent, control, replica);
          else if (what === 'crash') {
            world.runUntil({ timeUs: t });
            mirror(watcher.notes());
            const id = world.componentId('watcher')!;
            world.crash(id);
            world.start(id);
          } else world.injectAt(t, servers.writeEvent, 0, 0, request(what as 'create', 'pods', name, { spec: { t } }));
        }
        for (const replica of [0, 1]) world.injectAt(t + 1, servers.controlEvent, RECONNECT, replica);
        world.runUntil({ timeUs: t + 200_000_000 });
        const state = mirror(watcher.notes());
        const truth = servers.all('pods').map((v) => [v.object.metadata.name, v.rv]);
        expect([...state].sort()).toEqual(truth.sort());
        const seen = watcher.informers.view(world.context).list('pods', '');
        expect(seen.map((v) => v.rv).sort()).toEqual(truth.map(([, rv]) => rv).sort());
        expect(told.choosy).toEqual(told.wanted);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('continues from a snapshot in the middle of a list with the same digest', () => {
    const run = (cutUs: number) => {
      const { servers, world, watcher } = setup();
      for (const name of ['a', 'b', 'c']) world.injectAt(10, servers.writeEvent, 0, 0, request('create', 'pods', name));
      world.injectAt(900, servers.controlEvent, CLOSE, 0);
      world.runUntil({ timeUs: cutUs });
      const bytes = world.serialise();
      const snapshot = world.snapshot();
      world.runUntil({ timeUs: 5_000_000 });
      const whole = world.digest();
      world.restore(snapshot);
      world.runUntil({ timeUs: 5_000_000 });
      expect(world.digest()).toBe(whole);
      const again = new FakeServers();
      const fresh = createWorld({ seed: 'i', components: [again, new Watcher(again)], freeze: true, from: bytes });
      fresh.runUntil({ timeUs: 5_000_000 });
      expect(fresh.digest()).toBe(whole);
      expect(firstDifference(world, fresh)).toBeUndefined();
      expect(watcher.notes()).toHaveLength(3);
    };
    for (const cutUs of [500, 1_500, 2_500, 3_500]) run(cutUs);
  });
});
