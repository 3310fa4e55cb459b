import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EtcdAnswer, KeyValue, TxnResult } from '../../../sim-core/contracts/index.ts';
import { Lab } from './support/cluster.ts';

const OBJECTS = ['/a', '/b', '/c'];

const STEPS = fc.array(
  fc.record({
    obj: fc.constantFrom(1, 2, 3),
    member: fc.constantFrom(0, 1, 2),
    expect: fc.constantFrom<'now' | number>('now', 'now', 'now', 0, 3),
    lease: fc.constantFrom(0, 0, 0, 1, 9),
    isDelete: fc.constantFrom(false, false, false, true),
    compact: fc.constantFrom(false, false, false, true),
  }),
  { maxLength: 15 },
);

function plain(answer: EtcdAnswer | undefined): unknown {
  if (answer === undefined || !('results' in answer)) return answer;
  const { revision, succeeded, results } = answer as TxnResult;
  return { revision, succeeded, results };
}

function pairs(lab: Lab): readonly KeyValue[] {
  const all: KeyValue[] = [];
  lab.etcd.store.forEachAt(lab.etcd.store.revision, (kv) => void all.push(kv));
  return all;
}

/** Runs the steps one after the other; `how`: as transactions, or as puts with or without the number of the object. */
function run(steps: readonly (typeof STEPS extends fc.Arbitrary<(infer S)[]> ? S : never)[], how: string) {
  const lab = new Lab({ members: 3, messageLevelOnly: how === 'messages' });
  const told = lab.watch(1, '', 0);
  lab.run(2000);
  lab.lease(0, 3600);
  lab.run(2000);
  const answers = steps.map(({ obj, member, expect: asked, lease, isDelete, compact }, i) => {
    const key = OBJECTS[obj - 1];
    const operand = asked === 'now' ? (lab.etcd.store.current(key)?.modRevision ?? 0) : asked;
    const value = { obj, text: `v${i}` };
    const read = { op: 'range', key } as const;
    const put = { op: 'put', key, value, lease } as const;
    if (compact) lab.compact(0, lab.etcd.store.revision);
    const call = isDelete
      ? lab.delete(member, key)
      : how === 'txn'
        ? lab.txn(member, {
            compare: [{ key, target: 'mod', result: '=', operand }],
            success: [put, read],
            failure: [read],
          })
        : lab.putIf(member, { kind: 'put', key, value, expect: operand, lease, obj: how === 'known' ? obj : 0 });
    lab.run(how === 'messages' ? 2000 : 300);
    return plain(call.answer);
  });
  lab.run(2000);
  const events = told.flatMap((response) => response.events.map(({ type, kv, prev }) => ({ type, kv, prev })));
  return { answers, events, pairs: pairs(lab), index: lab.etcd.appliedIndex(lab.ctx, 2) };
}

it('a checked put is its transaction: answers, watches, rows and history, on both ways through the cluster', () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const expected = run(steps, 'txn');
      expect(run(steps, 'known')).toEqual(expected);
      expect(run(steps, 'unknown')).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(STEPS, (steps) => {
      const { answers, events, pairs: rows } = run(steps, 'messages');
      const expected = run(steps, 'txn');
      expect({ answers, events, rows }).toEqual({
        answers: expected.answers,
        events: expected.events,
        rows: expected.pairs,
      });
    }),
    { numRuns: 15 },
  );
});
