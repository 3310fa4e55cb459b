import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContainerSet,
  createWorld,
  firstDifference,
  type Packed,
  type Snapshot,
  type World,
} from '../../sim-core/engine/index.ts';
import { PackReader } from '../../sim-core/engine/packed/reader.ts';
import { PackWriter } from '../../sim-core/engine/packed/writer.ts';
import { Heart } from '../unit/engine/toys.ts';
import { Everything } from './everything.ts';

const make = (seed: number): World => createWorld({ seed: 'packed', components: [new Everything(seed)] });

const stateOf = (world: World) => [world.digest(), world.nowUs, world.eventsRun, world.eventsDropped, world.hashes()];

/** A keyframe with what holds it whole, and what it differs by from the next one. */
interface Kept {
  whole: Snapshot;
  readonly state: unknown;
  packed: Packed | undefined;
}

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('run' as const), n: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('run' as const), n: fc.integer({ min: 100, max: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), n: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('giveUp' as const), n: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('goBack' as const), n: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('branch' as const), n: fc.nat(1000) }) },
);

describe('packed keyframes', () => {
  it('are the snapshots that they were packed from, however they were joined', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(action, { maxLength: 40 }), (seed, actions) => {
        const world = make(seed);
        const kept: Kept[] = [];
        const keep = (): void => {
          const whole = world.snapshot();
          const last = kept.at(-1);
          if (last !== undefined) last.packed = world.pack(last.whole, whole);
          kept.push({ whole, state: stateOf(world), packed: undefined });
        };
        const restoreTo = (i: number): void => {
          const way = kept.slice(i, -1).map(({ packed }) => packed as Packed);
          world.restore(kept[kept.length - 1].whole, way.reverse());
        };
        keep();
        for (const { do: what, n } of actions) {
          if (what === 'run') {
            world.runUntil({ events: n });
            keep();
          } else if (what === 'crash') {
            world.crash(1);
            world.start(1);
            keep();
          } else if (what === 'giveUp' && kept.length > 2) {
            const i = 1 + (n % (kept.length - 2));
            const [before, gone] = [kept[i - 1].packed as Packed, kept[i].packed as Packed];
            kept[i - 1].packed = world.merge(before, gone);
            kept.splice(i, 1);
          } else if (what === 'branch') {
            // What was unpacked is the whole one that the next is packed against.
            const i = n % kept.length;
            restoreTo(i);
            kept.splice(i + 1);
            kept[i].whole = world.snapshot();
            kept[i].packed = undefined;
            expect(stateOf(world)).toEqual(kept[i].state);
          } else if (what === 'goBack') {
            const i = n % kept.length;
            const last = kept[kept.length - 1];
            restoreTo(i);
            const twin = make(seed);
            twin.restore(kept[i].whole);
            expect(firstDifference(world, twin)).toBeUndefined();
            expect(stateOf(world)).toEqual(kept[i].state);
            // And it goes on as it did, without changing what is kept.
            world.runUntil({ events: n % 200 });
            twin.runUntil({ events: n % 200 });
            expect(firstDifference(world, twin)).toBeUndefined();
            expect(stateOf(world)).toEqual(stateOf(twin));
            world.restore(last.whole);
            expect(stateOf(world)).toEqual(last.state);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('know where a ring begins that lost most of its pages, or all', () => {
    const set = new ContainerSet('c', true);
    const [ring, words] = [set.ring<number>('ring'), set.wordRing('words', 2)];
    const push = (n: number): void => {
      for (let i = 0; i < n; i++) {
        ring.push(i);
        words.set(words.push(), 1, i);
      }
    };
    const saved: { readonly states: readonly unknown[]; readonly hashes: unknown }[] = [];
    const save = () => saved.push({ states: set.save(), hashes: set.hashes() });
    push(40_000);
    save();
    for (const r of [ring, words]) r.dropBefore(36_000);
    push(100);
    save();
    for (const name of ['ring', 'words']) set.container(name)?.clear();
    push(3);
    save();
    set.all().forEach((container, c) => {
      const pack = (i: number) => {
        const w = new PackWriter();
        expect(container.pack(saved[i].states[c], saved[i + 1].states[c], w)).toBe(true);
        return w.finish();
      };
      const both = new PackWriter();
      container.merge(new PackReader(pack(0)), new PackReader(pack(1)), both);
      const ways: readonly (readonly [number, readonly Packed[]])[] = [
        [1, [pack(1)]],
        [0, [pack(1), pack(0)]],
        [0, [both.finish()]],
      ];
      for (const [to, way] of ways) {
        container.load(saved[2].states[c]);
        for (const packed of way) container.unpack(new PackReader(packed));
        expect(set.hashes()[c]).toEqual((saved[to].hashes as unknown[])[c]);
      }
    });
  });

  it('can be packed again where a ring stood empty within a page', () => {
    const set = new ContainerSet('c', true);
    const [ring, words] = [set.ring<number>('ring'), set.wordRing('words', 2)];
    const pass = (n: number): void => {
      for (let i = 0; i < n; i++) {
        ring.push(i);
        words.push();
      }
      for (const r of [ring, words]) r.dropBefore(r.next);
    };
    pass(300);
    const [empty, hashes] = [set.save(), set.hashes()];
    pass(1000);
    const later = set.save();
    set.all().forEach((container, c) => {
      const back = (from: unknown): void => {
        const w = new PackWriter();
        container.pack(from, later[c], w);
        container.load(later[c]);
        container.unpack(new PackReader(w.finish()));
        expect(set.hashes()[c]).toEqual(hashes[c]);
      };
      back(empty[c]);
      back(container.save());
    });
  });

  it('bring back the open block of records where full ones are not kept', () => {
    const world = createWorld({ seed: 's', components: [new Heart('heart', 1000)], keepRecords: false });
    const run = () => {
      world.runUntil({ events: 700 });
      return { snapshot: world.snapshot(), digest: world.digest() };
    };
    const kept = Array.from({ length: 9 }, run);
    const last = kept[kept.length - 1].snapshot;
    const way: Packed[] = [];
    for (let i = kept.length - 2; i >= 0; i--) {
      way.push(world.pack(kept[i].snapshot, kept[i + 1].snapshot));
      world.restore(last, way);
      expect(world.digest()).toBe(kept[i].digest);
    }
  });

  it('keep nothing of what does not differ', () => {
    const world = make(3);
    world.runUntil({ events: 3000 });
    const snapshot = world.snapshot();
    expect(world.pack(snapshot, snapshot).refs).toEqual([]);
    expect(world.pack(snapshot, snapshot).rowBytes).toBe(0);
  });
});
