import type {
  Compare,
  EtcdError,
  EtcdOp,
  EtcdOpResult,
  EtcdValue,
  KeyValue,
  Revision,
  Txn,
  TxnResult,
} from '../../contracts/index.ts';
import type { CheckedPut } from './checkedPut.ts';
import { ERR, isError } from './errors.ts';
import type { RangeOp } from './ops.ts';
import { compareText } from './sort.ts';
import { type HistoryEvent, isLive, type Stamp, type Store, type StoreView } from './store.ts';

type PutOp = EtcdOp & { readonly op: 'put' };
type DeleteOp = EtcdOp & { readonly op: 'delete' };

const NO_PAIR: KeyValue = { key: '', value: '', createRevision: 0, modRevision: 0, version: 0, lease: 0 };

/** A transaction under way: what it has changed so far. */
interface Run {
  readonly store: Store;
  readonly base: Revision;
  readonly stamp: Stamp | undefined;
  readonly events: HistoryEvent[];
}

/**
 * Applies a transaction (etcd 3.6 apply/txn): comparisons of all levels see the state before it, all ops share one
 * revision, and an error leaves the store untouched. `txn` has passed `checkTxn`.
 */
export function applyTxn(store: Store, txn: Txn, stamp?: Stamp): TxnResult | EtcdError {
  return applyCheckedPut(store, txn, stamp) ?? applyAnyTxn(store, txn, stamp);
}

/**
 * What nearly all writes of an API server are: a put of one key whose mod revision is compared, that reads the key back in
 * either branch (apiserver storage/etcd3/store.go). Undefined for any other transaction.
 */
function applyCheckedPut(store: Store, txn: Txn, stamp: Stamp | undefined): TxnResult | EtcdError | undefined {
  const { compare, success, failure } = txn;
  if (compare.length !== 1 || success.length !== 2 || failure.length !== 1) return undefined;
  const [put, read] = success;
  const [condition] = compare;
  const { key } = condition;
  if (put.op !== 'put' || put.key !== key || put.ignoreValue || put.ignoreLease || put.prevKv) return undefined;
  if (condition.target !== 'mod' || condition.result !== '=' || condition.rangeEnd) return undefined;
  if (!readsKey(read, key) || !readsKey(failure[0], key)) return undefined;
  const { value, lease = 0 } = put;
  return applyPutIf(store, { kind: 'put', key, value, expect: Number(condition.operand), lease, obj: 0 }, stamp);
}

/** Applies a checked put. */
export function applyPutIf(store: Store, put: CheckedPut, stamp: Stamp | undefined): TxnResult | EtcdError {
  const { key, value, lease } = put;
  const slot = slotFor(store, put);
  const row = slot === undefined ? undefined : store.row(slot);
  const refused = refusal(store, put, row);
  if (refused !== undefined) return refused;
  const revision = store.revision + 1;
  // The row's own text of the key is kept, the request's is not.
  const event = store.putAt(slot, row?.key ?? key, value, lease, revision, stamp);
  store.sealOne(event);
  return { revision, succeeded: true, results: [{ op: 'put', revision }, rangeOf(revision, event.kv)] };
}

/** The slot of the key of a checked put; undefined = it has none. */
export function slotFor(store: Store, { key, obj }: CheckedPut): number | undefined {
  return (obj === 0 ? undefined : store.slotOf(obj)) ?? store.slot(key);
}

/** Why a checked put does nothing, where the key's last change is `row`; undefined = it will be done. */
export function refusal(store: Store, put: CheckedPut, row: KeyValue | undefined): TxnResult | EtcdError | undefined {
  const current = isLive(row) ? row : undefined;
  if ((current?.modRevision ?? 0) !== put.expect) {
    const { revision } = store;
    return { revision, succeeded: false, results: [rangeOf(revision, current)] };
  }
  return put.lease !== 0 && !store.lessor.has(put.lease) ? ERR.leaseNotFound : undefined;
}

/** A read of this key alone, as it is now. */
function readsKey(op: EtcdOp, key: string): boolean {
  if (op.op !== 'range') return false;
  for (const field in op) if (field !== 'op' && field !== 'key') return false;
  return op.key === key;
}

function rangeOf(revision: Revision, kv: KeyValue | undefined): EtcdOpResult {
  return { op: 'range', revision, kvs: kv === undefined ? [] : [kv], count: kv === undefined ? 0 : 1, more: false };
}

/** The same for transactions of any shape. */
export function applyAnyTxn(store: Store, txn: Txn, stamp?: Stamp): TxnResult | EtcdError {
  const path: boolean[] = [];
  choose(store, store.view, txn, path);
  const error = checkPath(store, txn, path, { at: 0 });
  if (error !== undefined) return error;
  const run: Run = { store, base: store.revision, stamp, events: [] };
  const results = execute(run, txn, path, { at: 0 });
  if (run.events.length > 0) store.seal(run.events);
  return { revision: store.revision, succeeded: path[0], results };
}

/** A transaction that modifies nothing on any path is answered by any member from its own view. */
export function readTxn(store: Store, view: StoreView, txn: Txn): TxnResult | EtcdError {
  const ops = compareAll(store, view, txn.compare) ? txn.success : txn.failure;
  const results: EtcdOpResult[] = [];
  for (const op of ops) {
    if (op.op === 'range') {
      const found = store.range(op, view);
      if (isError(found)) return found;
      results.push({ op: 'range', revision: view.revision, ...found });
    } else if (op.op === 'txn') {
      const inner = readTxn(store, view, op);
      if (isError(inner)) return inner;
      results.push({ op: 'txn', result: { ...inner, revision: 0 } });
    }
  }
  return { revision: view.revision, succeeded: ops === txn.success, results };
}

export function isReadOnly(txn: Txn): boolean {
  return allRead(txn.success) && allRead(txn.failure);
}

function allRead(ops: readonly EtcdOp[]): boolean {
  for (const op of ops) if (op.op !== 'range' && !(op.op === 'txn' && isReadOnly(op))) return false;
  return true;
}

/** Which branch each transaction on the way takes, depth first. */
function choose(store: Store, view: StoreView, txn: Txn, path: boolean[]): void {
  const succeeded = compareAll(store, view, txn.compare);
  path.push(succeeded);
  for (const op of succeeded ? txn.success : txn.failure) if (op.op === 'txn') choose(store, view, op, path);
}

function compareAll(store: Store, view: StoreView, compares: readonly Compare[]): boolean {
  for (const compare of compares) if (!holds(store, view, compare)) return false;
  return true;
}

function holds(store: Store, view: StoreView, c: Compare): boolean {
  if ((c.rangeEnd ?? '') === '' && view.revision === store.revision) return holdsFor(c, store.current(c.key));
  const { kvs } = store.collect({ op: 'range', key: c.key, rangeEnd: c.rangeEnd }, view.revision);
  // A missing key has no value to compare with; its numbers are 0.
  if (kvs.length === 0) return holdsFor(c, undefined);
  return kvs.every((kv) => holdsFor(c, kv));
}

function holdsFor(c: Compare, kv: KeyValue | undefined): boolean {
  if (c.target === 'value') {
    if (kv === undefined || typeof kv.value !== 'string') return false;
    return related(c.result, compareText(kv.value, String(c.operand)));
  }
  return related(c.result, numberOf(kv ?? NO_PAIR, c.target) - Number(c.operand));
}

function numberOf(kv: KeyValue, target: 'version' | 'create' | 'mod' | 'lease'): number {
  if (target === 'version') return kv.version;
  if (target === 'create') return kv.createRevision;
  return target === 'mod' ? kv.modRevision : kv.lease;
}

function related(result: Compare['result'], difference: number): boolean {
  if (result === '=') return difference === 0;
  if (result === '!=') return difference !== 0;
  return result === '>' ? difference > 0 : difference < 0;
}

/** Errors that only the store knows, for every op on the chosen path, before any is executed. */
function checkPath(store: Store, txn: Txn, path: readonly boolean[], cursor: { at: number }): EtcdError | undefined {
  for (const op of path[cursor.at++] ? txn.success : txn.failure) {
    let error: EtcdError | undefined;
    if (op.op === 'range') error = checkRange(store, op);
    else if (op.op === 'put') error = checkPut(store, op);
    else if (op.op === 'txn') error = checkPath(store, op, path, cursor);
    if (error !== undefined) return error;
  }
  return undefined;
}

function checkRange(store: Store, op: RangeOp): EtcdError | undefined {
  const revision = op.revision ?? 0;
  if (revision === 0) return undefined;
  if (revision > store.revision) return ERR.futureRevision;
  return revision < store.compacted ? ERR.compacted : undefined;
}

function checkPut(store: Store, op: PutOp): EtcdError | undefined {
  if ((op.ignoreValue || op.ignoreLease) && store.current(op.key) === undefined) return ERR.keyNotFound;
  const lease = op.lease ?? 0;
  return lease !== 0 && !store.lessor.has(lease) ? ERR.leaseNotFound : undefined;
}

/** A put on its own: as a transaction with one op, except that the lease is looked up before the key. */
export function applyPut(store: Store, op: PutOp, stamp?: Stamp): TxnResult | EtcdError {
  const lease = op.lease ?? 0;
  if (lease !== 0 && !store.lessor.has(lease)) return ERR.leaseNotFound;
  return applyTxn(store, { compare: [], success: [op], failure: [] }, stamp);
}

function execute(run: Run, txn: Txn, path: readonly boolean[], cursor: { at: number }): EtcdOpResult[] {
  const results: EtcdOpResult[] = [];
  for (const op of path[cursor.at++] ? txn.success : txn.failure) {
    if (op.op === 'put') results.push(put(run, op));
    else if (op.op === 'delete') results.push(remove(run, op));
    else if (op.op === 'range') results.push(read(run, op));
    else {
      const succeeded = path[cursor.at];
      const inner = execute(run, op, path, cursor);
      // etcd leaves the header of a nested answer empty.
      results.push({ op: 'txn', result: { revision: 0, succeeded, results: inner } });
    }
  }
  return results;
}

/** The revision that reads inside the transaction see: the one being made, once something was modified. */
function revisionIn(run: Run): Revision {
  return run.events.length > 0 ? run.base + 1 : run.base;
}

function put(run: Run, op: PutOp): EtcdOpResult {
  const { store } = run;
  let value: EtcdValue = op.value;
  let lease = op.lease ?? 0;
  if (op.ignoreValue || op.ignoreLease) {
    const current = store.current(op.key) as KeyValue;
    if (op.ignoreValue) value = current.value;
    if (op.ignoreLease) lease = current.lease;
  }
  const event = store.put(op.key, value, lease, run.base + 1, run.stamp);
  run.events.push(event);
  const revision = run.base + 1;
  return op.prevKv && event.prev !== undefined ? { op: 'put', revision, prev: event.prev } : { op: 'put', revision };
}

function remove(run: Run, op: DeleteOp): EtcdOpResult {
  const { store } = run;
  const found = liveIn(store, op);
  for (const kv of found) run.events.push(store.delete(kv, run.base + 1, run.stamp));
  return { op: 'delete', revision: revisionIn(run), deleted: found.length, prevs: op.prevKv ? found : [] };
}

function liveIn(store: Store, op: DeleteOp): readonly KeyValue[] {
  if ((op.rangeEnd ?? '') === '') {
    const kv = store.current(op.key);
    return kv === undefined ? [] : [kv];
  }
  return store.collect({ op: 'range', key: op.key, rangeEnd: op.rangeEnd }, store.revision + 1).kvs;
}

function read(run: Run, op: RangeOp): EtcdOpResult {
  const revision = revisionIn(run);
  const at = (op.revision ?? 0) <= 0 ? revision : (op.revision as number);
  return { op: 'range', revision, ...run.store.collect(op, at, run.events) };
}

/** Revokes a lease: its keys go in one revision, in the order of keys. */
export function applyRevoke(store: Store, lease: number, stamp?: Stamp): EtcdError | Revision {
  if (!store.lessor.has(lease)) return ERR.leaseNotFound;
  const keys = store.slotsOf(lease).map((slot) => store.keyAt(slot));
  keys.sort(compareText);
  const next = store.revision + 1;
  const events = keys.map((key) => store.delete(store.current(key) as KeyValue, next, stamp));
  store.lessor.revoke(lease);
  if (events.length > 0) store.seal(events);
  return store.revision;
}
