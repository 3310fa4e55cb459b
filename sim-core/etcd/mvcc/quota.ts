import type { EtcdOp, Txn } from '../../contracts/index.ts';
import type { Store } from './store.ts';

/** `--quota-backend-bytes` when not set: 2 GiB (etcd 3.6 storage/quota.go). */
export const DEFAULT_QUOTA_BYTES = 2 * 1024 * 1024 * 1024;
export const LEASE_COST_BYTES = 64;

/** What a request would add at most: 256 + key + value for each put (`Store.bytesOf`); a transaction counts its costlier branch. */
export function costBytes(store: Store, op: EtcdOp): number {
  if (op.op === 'put') return store.bytesOf(op.key.length, op.value);
  return op.op === 'txn' ? txnCostBytes(store, op) : 0;
}

export function txnCostBytes(store: Store, txn: Txn): number {
  return Math.max(sumOf(store, txn.success), sumOf(store, txn.failure));
}

function sumOf(store: Store, ops: readonly EtcdOp[]): number {
  let total = 0;
  for (const op of ops) total += costBytes(store, op);
  return total;
}

/** Requests that add nothing always pass. */
export function isWithinQuota(store: Store, cost: number, quotaBytes: number): boolean {
  return cost === 0 || store.fileBytes + cost < quotaBytes;
}
