import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EtcdOp, Txn } from '../../../sim-core/contracts/index.ts';
import { ContainerSet } from '../../../sim-core/engine/containers/registry.ts';
import { Lessor } from '../../../sim-core/etcd/mvcc/lessor.ts';
import { Store } from '../../../sim-core/etcd/mvcc/store.ts';
import { applyAnyTxn, applyTxn } from '../../../sim-core/etcd/mvcc/txn.ts';

function newStore(): Store {
  const containers = new ContainerSet('etcd', false);
  const lessor = new Lessor(containers);
  const store = new Store(containers, lessor);
  lessor.grant(7, 60, 1, 0);
  return store;
}

const KEYS = ['/a', '/b'];
const TXNS = fc.record({
  key: fc.constantFrom(...KEYS),
  readKey: fc.constantFrom(...KEYS, undefined),
  operand: fc.constantFrom<'now' | number>('now', 'now', 0, 3),
  target: fc.constantFrom('mod', 'mod', 'mod', 'version'),
  result: fc.constantFrom('=', '=', '=', '>'),
  lease: fc.constantFrom(undefined, undefined, 0, 7, 8),
  prevKv: fc.constantFrom(undefined, undefined, true),
  limit: fc.constantFrom(undefined, undefined, 1),
  isDelete: fc.constantFrom(false, false, false, true),
});

describe('the short way of a put whose revision is compared', () => {
  it('answers and leaves the store as any transaction does', () => {
    fc.assert(
      fc.property(fc.array(TXNS, { maxLength: 12 }), (steps) => {
        const [a, b] = [newStore(), newStore()];
        steps.forEach(({ key, readKey = key, operand, target, result, lease, prevKv, limit, isDelete }, i) => {
          const now = a.current(key)?.modRevision ?? 0;
          const read = { op: 'range', key: readKey, ...(limit && { limit }) } as EtcdOp;
          const put = {
            op: 'put',
            key,
            value: `v${i}`,
            ...(lease !== undefined && { lease }),
            ...(prevKv && { prevKv }),
          };
          const success = [isDelete ? { op: 'delete', key } : put, read] as EtcdOp[];
          const compare = [{ key, target, result, operand: operand === 'now' ? now : operand }] as Txn['compare'];
          const txn: Txn = { compare, success, failure: [{ op: 'range', key }] };
          expect(applyTxn(a, txn)).toEqual(applyAnyTxn(b, txn));
          expect(a.revision).toBe(b.revision);
          for (let r = 2; r <= a.revision; r++) expect(a.changes(r)).toEqual(b.changes(r));
        });
      }),
      { numRuns: 400 },
    );
  });
});
