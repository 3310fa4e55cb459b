import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompactObjects, KeyValue } from '../../../sim-core/contracts/index.ts';
import { ByteSink, ByteSource, ContainerSet } from '../../../sim-core/engine/index.ts';
import { CompactRows } from '../../../sim-core/etcd/mvcc/compactRows.ts';
import { ComputedCreate } from '../../../sim-core/etcd/mvcc/computedCreate.ts';
import { Lessor } from '../../../sim-core/etcd/mvcc/lessor.ts';
import { Store } from '../../../sim-core/etcd/mvcc/store.ts';
import { applyRevoke, applyTxn } from '../../../sim-core/etcd/mvcc/txn.ts';

const PREFIX = '/e/';
const OBJECTS = 60;
/** So far apart that most of their pages are packed. */
const objectAt = (n: number) => n * 37;
/** Keys are not in the order of the objects. */
const keyOf = (obj: number) => `${PREFIX}${(obj * 7919) % 1000}.${obj}`;
const madeOf = (obj: number, a: number, b: number) => ({ obj, a, b });

const objects: CompactObjects = {
  prefix: PREFIX,
  width: 2,
  key: keyOf,
  find: (key) => {
    const obj = Number(key.slice(key.indexOf('.') + 1));
    return keyOf(obj) === key ? obj : undefined;
  },
  value: (obj, _revision, _record, word) => madeOf(obj, word(0), word(1)),
};

function subject(isCompact: boolean) {
  const set = new ContainerSet('etcd', true);
  const lessor = new Lessor(set);
  return { set, lessor, store: new Store(set, lessor, {}, isCompact ? new CompactRows(set, objects) : undefined) };
}
type Subject = ReturnType<typeof subject>;

const act = fc.record({
  does: fc.constantFrom(
    'create',
    'create',
    'create',
    'put',
    'delete',
    'other',
    'grant',
    'revoke',
    'list',
    'compact',
    'save',
    'load',
    'copy',
  ),
  obj: fc.integer({ min: 1, max: OBJECTS }).map(objectAt),
  lease: fc.integer({ min: 0, max: 3 }),
  v: fc.integer({ min: -1000, max: 1000 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function create({ store, lessor }: Subject, { obj, lease, v }: Act, isCompact: boolean): void {
  // Objects are created in this way once.
  if (store.slotOf(obj) !== undefined || store.latest(keyOf(obj)) !== undefined) return;
  const under = lessor.has(lease) ? lease : 0;
  if (isCompact) {
    const written = new ComputedCreate(obj, store.revision + 1, 9, 1, 1, 1, store.compacted, 0, 0, 0);
    store.createComputed(written, under, [v, 7 - v], store.bytesOf(keyOf(obj).length, {}));
  } else {
    const value = madeOf(obj, v, 7 - v);
    const stamp = () => ({ value, record: 9 });
    applyTxn(
      store,
      { compare: [], success: [{ op: 'put', key: keyOf(obj), value, lease: under }], failure: [] },
      stamp,
    );
  }
}

function apply(s: Subject, one: Act, isCompact: boolean): void {
  const { store, lessor } = s;
  const { does, obj, lease, v } = one;
  const key = keyOf(obj);
  if (does === 'create') create(s, one, isCompact);
  else if (does === 'put')
    applyTxn(store, {
      compare: [],
      success: [{ op: 'put', key, value: madeOf(obj, v, v), lease: lessor.has(lease) ? lease : 0 }],
      failure: [],
    });
  else if (does === 'delete') applyTxn(store, { compare: [], success: [{ op: 'delete', key }], failure: [] });
  else if (does === 'other')
    applyTxn(store, {
      compare: [],
      success: [{ op: 'put', key: `/${v < 0 ? 'a' : 'x'}/${obj}`, value: 'x' }],
      failure: [],
    });
  else if (does === 'grant') lessor.grant(lease + 1, 10, 2, 0);
  else if (does === 'revoke') applyRevoke(store, lease);
  else if (does === 'list') store.collect({ op: 'range', key: PREFIX, rangeEnd: '/f' }, store.revision);
  else if (does === 'compact' && store.revision > 3 && store.compact(store.revision - 2) === undefined)
    store.reclaim(store.compacted);
}

function seen({ store, lessor }: Subject) {
  const pairs = (kvs: readonly KeyValue[]) =>
    kvs.map(({ key, value, createRevision, modRevision, version, lease }) => ({
      key,
      value,
      createRevision,
      modRevision,
      version,
      lease,
    }));
  const from = Math.max(1, store.compacted);
  const revisions = Array.from({ length: store.revision - from + 1 }, (_, i) => from + i);
  return {
    revision: store.revision,
    live: store.liveKeys,
    all: revisions.map((at) => pairs(store.collect({ op: 'range', key: '/', rangeEnd: '0' }, at).kvs)),
    limited: pairs(
      store.collect({ op: 'range', key: keyOf(objectAt(30)), rangeEnd: '/f', limit: 3 }, store.revision).kvs,
    ),
    single: Array.from({ length: OBJECTS }, (_, i) =>
      pairs([store.current(keyOf(objectAt(i + 1)))].flatMap((kv) => kv ?? [])),
    ),
    known: Array.from({ length: OBJECTS }, (_, i) => {
      const slot = store.slotOf(objectAt(i + 1));
      return slot === undefined ? '' : store.keyAt(slot);
    }),
    changes: revisions.map((at) =>
      store.changes(at).map(({ type, kv, prev, before, record }) => ({
        type,
        kv: pairs([kv]),
        prev: prev && pairs([prev]),
        before: before && pairs([before]),
        record,
      })),
    ),
    leases: [0, 1, 2, 3, 4].map((id) =>
      lessor.has(id)
        ? store
            .slotsOf(id)
            .map((slot) => store.keyAt(slot))
            .sort()
        : [],
    ),
  };
}

describe('keys that are kept as numbers', () => {
  it('are read, changed, deleted, expired and compacted as any other', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 70 }), (acts) => {
        let compact = subject(true);
        let plain = subject(false);
        const saved: { compact: readonly unknown[]; plain: readonly unknown[] }[] = [];
        for (const one of acts) {
          if (one.does === 'save') saved.push({ compact: compact.set.save(), plain: plain.set.save() });
          else if (one.does === 'load' && saved.length > 0) {
            const back = saved[Math.abs(one.v) % saved.length];
            compact.set.load(back.compact);
            plain.set.load(back.plain);
          } else if (one.does === 'copy') {
            compact = copied(compact, true);
            plain = copied(plain, false);
          } else {
            apply(compact, one, true);
            apply(plain, one, false);
          }
        }
        expect(seen(compact)).toEqual(seen(plain));
      }),
      { numRuns: 300 },
    );
  });
});

function copied({ set }: Subject, isCompact: boolean): Subject {
  const bytes = new ByteSink();
  set.write(bytes);
  const fresh = subject(isCompact);
  fresh.set.read(new ByteSource(bytes.finish()));
  return fresh;
}
