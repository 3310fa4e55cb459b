import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyValue } from '../../../sim-core/contracts/index.ts';
import { ByteSink, ByteSource, ContainerSet } from '../../../sim-core/engine/index.ts';
import { Lessor } from '../../../sim-core/etcd/mvcc/lessor.ts';
import { type Stamp, Store } from '../../../sim-core/etcd/mvcc/store.ts';
import { applyTxn } from '../../../sim-core/etcd/mvcc/txn.ts';

interface Value {
  readonly obj: number;
  readonly common: object;
  readonly times: readonly number[];
}

const VALUES = {
  make: (common: object, obj: number, revision: number, record: number, sentUs: number, handledUs: number): Value => ({
    obj,
    common,
    times: [revision, record, sentUs, handledUs],
  }),
};

function newStore(): { readonly set: ContainerSet; readonly store: Store } {
  const set = new ContainerSet('etcd', true);
  const store = new Store(set, new Lessor(set));
  store.timed.madeBy(VALUES);
  return { set, store };
}

/** As the API servers': a tombstone holds the object. */
const STAMP: Stamp = (_key, value) => ({ value, record: 0 });

const KEYS = ['/a', '/b', '/c'];
const COMMON = [{ name: 'first' }, { name: 'second' }];
const STEPS = fc.array(
  fc.record({
    key: fc.nat(KEYS.length - 1),
    op: fc.constantFrom('timed', 'timed', 'timed', 'timed', 'put', 'delete', 'compact', 'again', 'copy'),
    common: fc.constantFrom(0, 0, 0, 1),
    laterUs: fc.constantFrom(1, 10_000_000, 3_000_000_000),
    wayUs: fc.nat(20_000),
  }),
  { maxLength: 60 },
);

/** What a plain history of all pairs says of a revision. */
function stateAt(history: readonly (readonly [number, string, KeyValue | undefined])[], at: number): KeyValue[] {
  const state = new Map<string, KeyValue | undefined>();
  for (const [revision, key, kv] of history) if (revision <= at) state.set(key, kv);
  return KEYS.flatMap((key) => state.get(key) ?? []);
}

function plain({ key, value, createRevision, modRevision, version, lease }: KeyValue): KeyValue {
  return { key, value, createRevision, modRevision, version, lease };
}

describe('puts that are kept as rows', () => {
  it('are read at every revision as if each were kept whole', () => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        let { set, store } = newStore();
        const history: (readonly [number, string, KeyValue | undefined])[] = [];
        let atUs = 1000;
        let index = 1;
        for (const { key: k, op, common, laterUs, wayUs } of steps) {
          const key = KEYS[k];
          const revision = store.revision + 1;
          const before = stateAt(history, revision).find((kv) => kv.key === key);
          atUs += laterUs + 2 * wayUs;
          if (op === 'timed' && before !== undefined) {
            const [sentUs, handledUs] = [atUs - 2 * wayUs, atUs - wayUs];
            const place = { term: 1 + common, compacted: store.compacted, member: k % 2, index, proposal: 7 * index };
            const slot = store.slot(key) as number;
            const n = store.putTimed(slot, COMMON[common], k + 1, 3 * revision, sentUs, handledUs, {
              ...place,
              chain: 2 ** 32 - index,
              atUs,
            });
            expect(store.timed.entry(n)).toMatchObject({ ...place, revision, chain: 2 ** 32 - index, atUs });
            const value = VALUES.make(COMMON[common], k + 1, revision, 3 * revision, sentUs, handledUs);
            history.push([revision, key, { ...before, value, modRevision: revision, version: before.version + 1 }]);
            index++;
          } else if (op === 'put' || op === 'timed') {
            const value = { obj: k + 1, common: COMMON[0], times: [revision] };
            applyTxn(store, { compare: [], success: [{ op: 'put', key, value }], failure: [] }, STAMP);
            history.push([revision, key, plain(store.current(key) as KeyValue)]);
          } else if (op === 'delete' && before !== undefined) {
            applyTxn(store, { compare: [], success: [{ op: 'delete', key }], failure: [] }, STAMP);
            history.push([revision, key, undefined]);
          } else if (op === 'compact') {
            const to = store.revision - (wayUs % 5);
            if (store.compact(to) === undefined) {
              store.reclaim(to);
              store.leaveLog(Number.MAX_SAFE_INTEGER);
            }
          } else if (op === 'again') {
            const next = newStore();
            next.set.load(set.save());
            ({ set, store } = next);
          } else if (op === 'copy') {
            const sink = new ByteSink();
            set.write(sink);
            const next = newStore();
            next.set.read(new ByteSource(sink.finish()));
            expect(next.set.hashes()).toEqual(set.hashes());
            ({ set, store } = next);
          }
          for (let at = Math.max(1, store.compacted); at <= store.revision; at++) {
            const seen = store.collect({ op: 'range', key: '/', rangeEnd: '0' }, at).kvs.map(plain);
            expect(seen).toEqual(stateAt(history, at));
            for (const kv of seen) {
              const { obj, times } = kv.value as Value;
              expect(store.valueOf(obj, at)).toEqual(kv.value);
              if (at === store.revision) expect(store.timedValue(obj)).toEqual(times.length > 1 ? kv.value : undefined);
            }
          }
          for (const [r, , kv] of history) {
            if (kv === undefined || r < store.reclaimed) continue;
            const [event] = store.changes(r);
            expect(plain(event.kv)).toEqual(kv);
            const was = stateAt(history, r - 1).find(({ key: name }) => name === event.kv.key);
            expect(event.prev && plain(event.prev)).toEqual(was);
            expect(store.timedAtUs(r) >= 0).toBe((kv.value as Value).times.length > 1);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
