import type { EtcdError, EtcdOp, EtcdValue, Txn } from '../../contracts/index.ts';
import { ERR } from './errors.ts';

/** Ops a transaction may have (`--max-txn-ops`), etcd 3.6 embed/config.go. */
export const MAX_TXN_OPS = 128;

interface Deletion {
  readonly key: string;
  readonly rangeEnd: string | undefined;
}

function hasContent(value: EtcdValue): boolean {
  return value !== '';
}

/** What the API refuses of one op before anything is proposed (etcd 3.6 v3rpc/key.go). */
export function checkOp(op: EtcdOp, maxOps = MAX_TXN_OPS): EtcdError | undefined {
  if (op.op === 'txn') return checkTxnOps(op, maxOps);
  if (op.key === '') return ERR.emptyKey;
  if (op.op !== 'put') return undefined;
  if (op.ignoreValue && hasContent(op.value)) return ERR.valueProvided;
  return op.ignoreLease && (op.lease ?? 0) !== 0 ? ERR.leaseProvided : undefined;
}

/** As checkOp for a whole transaction: its ops on all levels first, then whether a key could be modified twice. */
export function checkTxn(txn: Txn): EtcdError | undefined {
  const error = checkTxnOps(txn, MAX_TXN_OPS);
  if (error) return error;
  if (isSimple(txn.success) && isSimple(txn.failure)) return undefined;
  return checkIntervals(txn.success) ?? checkIntervals(txn.failure);
}

function checkTxnOps(txn: Txn, maxOps: number): EtcdError | undefined {
  const count = Math.max(txn.compare.length, txn.success.length, txn.failure.length);
  if (count > maxOps) return ERR.tooManyOps;
  for (const compare of txn.compare) if (compare.key === '') return ERR.emptyKey;
  for (const op of txn.success) {
    const error = checkOp(op, maxOps - count);
    if (error) return error;
  }
  for (const op of txn.failure) {
    const error = checkOp(op, maxOps - count);
    if (error) return error;
  }
  return undefined;
}

/** One op that modifies, and is no transaction, cannot touch a key twice. */
function isSimple(ops: readonly EtcdOp[]): boolean {
  let modifying = 0;
  for (const op of ops) {
    if (op.op === 'txn') return false;
    if (op.op !== 'range') modifying++;
  }
  return modifying <= 1;
}

function checkIntervals(ops: readonly EtcdOp[]): EtcdError | undefined {
  return collect(ops) === undefined ? ERR.duplicateKey : undefined;
}

interface Touched {
  readonly puts: ReadonlySet<string>;
  readonly deletions: readonly Deletion[];
}

/** Keys put and ranges deleted on any path; undefined if a key could be modified twice (deleting twice is allowed). */
function collect(ops: readonly EtcdOp[]): Touched | undefined {
  const puts = new Set<string>();
  const deletions: Deletion[] = [];
  for (const op of ops) if (op.op === 'delete') deletions.push({ key: op.key, rangeEnd: op.rangeEnd });
  const deleted = (key: string) => deletions.some((d) => covers(d, key));
  for (const op of ops) {
    if (op.op !== 'txn') continue;
    const then = collect(op.success);
    const otherwise = then && collect(op.failure);
    if (then === undefined || otherwise === undefined) return undefined;
    for (const key of then.puts) {
      if (puts.has(key) || deleted(key)) return undefined;
      puts.add(key);
    }
    for (const key of otherwise.puts) {
      if ((puts.has(key) && !then.puts.has(key)) || deleted(key)) return undefined;
      puts.add(key);
    }
    deletions.push(...then.deletions, ...otherwise.deletions);
  }
  for (const op of ops) {
    if (op.op !== 'put') continue;
    if (puts.has(op.key) || deleted(op.key)) return undefined;
    puts.add(op.key);
  }
  return { puts, deletions };
}

/** Here etcd does not take a zero byte as "everything from the key on": such a deletion overlaps with no put. */
function covers(d: Deletion, key: string): boolean {
  if (d.rangeEnd === undefined || d.rangeEnd === '') return key === d.key;
  return key >= d.key && key < d.rangeEnd;
}
