import type { EtcdValue, Revision } from '../../contracts/index.ts';
import { combine, combineNumber, hashString } from '../../engine/mix.ts';
import { hashValue } from '../../engine/values.ts';
import type { Store } from './store.ts';

/** An object that knows its content hash (a Version) gives it; others are hashed by value. */
function hashOf(value: EtcdValue): number {
  if (typeof value === 'string') return hashString(value);
  const known = (value as { readonly hash?: unknown }).hash;
  return typeof known === 'number' ? known : hashValue(value);
}

/** u32 over every pair that lives at the revision, in the order of keys (the idea of etcd's HashKV). */
export function hashStore(store: Store, at: Revision): number {
  let h = combineNumber(0x3c6ef372, at);
  store.forEachAt(at, (kv) => {
    h = combine(h, hashString(kv.key));
    h = combineNumber(h, kv.createRevision);
    h = combineNumber(h, kv.modRevision);
    h = combineNumber(h, kv.version);
    h = combineNumber(h, kv.lease);
    h = combine(h, hashOf(kv.value));
  });
  return h;
}
