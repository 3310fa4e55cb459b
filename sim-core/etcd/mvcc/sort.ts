import type { EtcdValue, KeyValue, RevisionFilter } from '../../contracts/index.ts';
import type { RangeOp, RangeResult } from './ops.ts';

/** Only an unsorted, unfiltered range may stop at its limit; others see all pairs first (etcd 3.6 apply/txn). */
export function mayStopEarly(op: RangeOp): boolean {
  return (op.sort?.order ?? 'none') === 'none' && op.filter === undefined;
}

/** Filters, sorts and cuts what a range has found; `count` stays that of the range. */
export function arrange(op: RangeOp, found: KeyValue[], count: number): RangeResult {
  let kvs = op.filter === undefined ? found : found.filter((kv) => passes(kv, op.filter as RevisionFilter));
  const target = op.sort?.target ?? 'key';
  const order = op.sort?.order ?? 'none';
  if (order === 'descend' || target !== 'key') {
    const sign = order === 'descend' ? -1 : 1;
    kvs = [...kvs].sort((a, b) => sign * compareBy(target, a, b));
  }
  const limit = op.limit ?? 0;
  const more = limit > 0 && kvs.length > limit;
  if (more) kvs = kvs.slice(0, limit);
  if (op.keysOnly) kvs = kvs.map((kv) => ({ ...kv, value: '' }));
  return { kvs, count, more };
}

function passes(kv: KeyValue, filter: RevisionFilter): boolean {
  if (filter.minMod && kv.modRevision < filter.minMod) return false;
  if (filter.maxMod && kv.modRevision > filter.maxMod) return false;
  if (filter.minCreate && kv.createRevision < filter.minCreate) return false;
  return !(filter.maxCreate && kv.createRevision > filter.maxCreate);
}

function compareBy(target: 'key' | 'version' | 'create' | 'mod' | 'value', a: KeyValue, b: KeyValue): number {
  switch (target) {
    case 'key':
      return compareText(a.key, b.key);
    case 'version':
      return a.version - b.version;
    case 'create':
      return a.createRevision - b.createRevision;
    case 'mod':
      return a.modRevision - b.modRevision;
    default:
      return compareValues(a.value, b.value);
  }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Objects have no order among values: they are all equal, and above strings. */
export function compareValues(a: EtcdValue, b: EtcdValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return (typeof a === 'string' ? 0 : 1) - (typeof b === 'string' ? 0 : 1);
}
