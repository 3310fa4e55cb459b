import type { EtcdAnswer, EtcdWatchResponse, Revision, WorldContext } from '../contracts/index.ts';
import type { WatchRow } from './cluster/types.ts';

/** An entry that the first member applied. */
export interface AppliedEntry {
  readonly index: number;
  readonly term: number;
  /** The store's revision before and after. */
  readonly before: Revision;
  readonly after: Revision;
  readonly answer: EtcdAnswer | undefined;
  /** Members that have the entry on their disks now. */
  readonly durable: number;
  readonly members: number;
}

export type WatchPlace = WatchRow;

/** Told of what an etcd cluster does, for checkers. It must not change anything. */
export interface EtcdObserver {
  applied(ctx: WorldContext, entry: AppliedEntry): void;
  /** A member leads. `complete`: its log holds everything that was applied anywhere. */
  elected(ctx: WorldContext, member: number, term: number, complete: boolean): void;
  opened(ctx: WorldContext, watch: WatchPlace, memberRevision: Revision): void;
  responded(ctx: WorldContext, watch: WatchPlace, response: EtcdWatchResponse): void;
}
