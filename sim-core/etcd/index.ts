export { createEtcd, Etcd } from './cluster/cluster.ts';
export type { EtcdOptions } from './cluster/state.ts';
export type { CommitHook } from './cluster/types.ts';
export { ETCD_PROFILES, type EtcdProfile } from './latency.ts';
export { DonePut } from './mvcc/checkedPut.ts';
export { ERR, isError } from './mvcc/errors.ts';
export { prefixEnd } from './mvcc/keys.ts';
export type { StoreView } from './mvcc/store.ts';
export type { AppliedEntry, EtcdObserver, WatchPlace } from './observer.ts';
