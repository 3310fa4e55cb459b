import type { KeyValue, Txn, TxnResult, Version } from '../contracts/index.ts';
import { DonePut } from '../etcd/index.ts';
import { keyOf } from './keys.ts';
import type { StoreAnswer, StoreOp } from './model.ts';
import { StoredVersion, stamped } from './version.ts';

/**
 * Reads and writes of the request path as etcd requests (apiserver pkg/storage/etcd3): a write compares the key's mod
 * revision, and reads the key back in either branch.
 */
export function etcdTxn(op: Extract<StoreOp, { op: 'put' | 'delete' }>, lease = 0): Txn {
  const key = keyOf(op.target.resource, op.target.namespace, op.target.name);
  const read = { op: 'range', key } as const;
  const compare = [{ key, target: 'mod', result: '=', operand: op.expect }] as const;
  if (op.op === 'delete') {
    return { compare, success: [{ op: 'delete', key, prevKv: true }], failure: [read] };
  }
  const value = op.object;
  const put = lease > 0 ? ({ op: 'put', key, value, lease } as const) : ({ op: 'put', key, value } as const);
  return { compare, success: [put, read], failure: [read] };
}

function versionOf(kv: KeyValue | undefined): Version | undefined {
  return kv?.value instanceof StoredVersion ? kv.value : undefined;
}

/** The answer to a read, a put or a delete. */
export function etcdAnswer(op: StoreOp, answer: TxnResult): StoreAnswer {
  if (answer instanceof DonePut) {
    const version = versionOf(answer.kv);
    return { ok: true, version, rv: answer.revision, record: version === undefined ? 0 : version.record };
  }
  const rv = answer.revision;
  const last = answer.results[answer.results.length - 1];
  if (op.op === 'read') return { ok: true, version: last?.op === 'range' ? versionOf(last.kvs[0]) : undefined, rv };
  if (!answer.succeeded) return { ok: false, version: last?.op === 'range' ? versionOf(last.kvs[0]) : undefined, rv };
  if (op.op === 'put') {
    const version = last?.op === 'range' ? versionOf(last.kvs[0]) : undefined;
    return { ok: true, version, rv, record: version?.record ?? 0 };
  }
  const before = last?.op === 'delete' ? versionOf(last.prevs[0]) : undefined;
  const version = before && new StoredVersion(before.obj, rv, before.hash, before.record, stamped(before.object, rv));
  return { ok: true, version, rv };
}
