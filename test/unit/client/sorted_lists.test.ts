import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fold, folded } from '../../../sim-core/client/folds.ts';
import { type IndexSpec, InformerStore } from '../../../sim-core/client/informer_store.ts';
import { EVERYTHING } from '../../../sim-core/client/looks_at.ts';
import type { Component, Version } from '../../../sim-core/contracts/index.ts';
import { createWorld } from '../../../sim-core/engine/index.ts';

/** A component with nothing but a store. */
class Holder implements Component {
  readonly name = 'holder';
  readonly store: InformerStore;
  constructor(indexes: readonly IndexSpec[] = []) {
    this.store = new InformerStore('pods', indexes, false);
  }
  init(...args: Parameters<Component['init']>): void {
    this.store.init(...args);
  }
  handlers() {
    return [];
  }
  registered(): void {}
  start(): void {}
  crash(): void {}
}

const sorted = (store: InformerStore, namespace: string) =>
  [...store.inNamespace(namespace)]
    .map((v) => `${v.object.metadata.namespace}/${v.object.metadata.name}@${v.rv}`)
    .sort((a, b) => (a < b ? -1 : 1));

describe('sorted lists', () => {
  it('equal a fresh sort after any puts, removals, reads, snapshots and restores', () => {
    const step = fc.record({
      what: fc.constantFrom('put', 'put', 'put', 'remove', 'read', 'save', 'load'),
      namespace: fc.constantFrom('a', 'b'),
      name: fc.integer({ min: 0, max: 15 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const holder = new Holder();
        const { store } = holder;
        const world = createWorld({ seed: 's', components: [holder] });
        let saved = world.snapshot();
        let rv = 0;
        const check = () => {
          for (const namespace of ['', 'a', 'b']) {
            const list = store
              .list(namespace)
              .map((v) => `${v.object.metadata.namespace}/${v.object.metadata.name}@${v.rv}`);
            expect(list).toEqual(sorted(store, namespace));
          }
        };
        for (const { what, namespace, name } of steps) {
          const obj = 1 + name + (namespace === 'a' ? 0 : 100);
          if (what === 'put') {
            rv++;
            const metadata = { namespace, name: `p${String(name).padStart(2, '0')}` };
            store.put(0, { obj, rv, hash: 0, record: 0, object: { metadata } } as Version, EVERYTHING);
          } else if (what === 'remove' && store.has(obj)) store.remove(0, obj);
          else if (what === 'read') check();
          else if (what === 'save') saved = world.snapshot();
          else if (what === 'load') world.restore(saved);
        }
        check();
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('lists of an index and their summaries', () => {
  const colours = { index: 'colour', keys: (o: Version['object']) => [o.metadata.labels?.colour ?? ''] };
  const sizes: Fold<number> = { empty: 0, with: (sum, { rv }, sign) => sum + sign * rv };

  it('equal fresh ones after any puts, removals, reads, snapshots and restores', () => {
    const step = fc.record({
      what: fc.constantFrom('put', 'put', 'put', 'remove', 'read', 'save', 'load'),
      name: fc.integer({ min: 0, max: 60 }),
      colour: fc.constantFrom('red', 'red', 'blue'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const holder = new Holder([colours]);
        const { store } = holder;
        const world = createWorld({ seed: 's', components: [holder] });
        let saved = world.snapshot();
        let rv = 0;
        const put = (name: number, colour: string) => {
          rv++;
          const metadata = { namespace: 'a', name: `p${String(name).padStart(2, '0')}`, labels: { colour } };
          store.put(
            0,
            { obj: 1 + name, rv, hash: 0, record: 0, object: { metadata } } as unknown as Version,
            EVERYTHING,
          );
        };
        const check = () => {
          for (const colour of ['red', 'blue']) {
            const list = store.byIndex('colour', colour);
            const fresh = store.list('').filter((v) => v.object.metadata.labels?.colour === colour);
            expect(list).toEqual(fresh);
            expect(folded(list, sizes)).toBe(fresh.reduce((sum, v) => sum + v.rv, 0));
          }
        };
        for (let name = 0; name < 40; name++) put(name, name % 3 === 0 ? 'blue' : 'red');
        for (const { what, name, colour } of steps) {
          if (what === 'put') put(name, colour);
          else if (what === 'remove' && store.has(1 + name)) store.remove(0, 1 + name);
          else if (what === 'read') check();
          else if (what === 'save') saved = world.snapshot();
          else if (what === 'load') world.restore(saved);
        }
        check();
      }),
      { numRuns: 100 },
    );
  });
});
