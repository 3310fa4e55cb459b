import type {
  EndpointId,
  EtcdAnswer,
  EtcdOp,
  EtcdValue,
  HandlerId,
  KeyValue,
  RecordId,
  Revision,
  TimeUs,
  Txn,
  WorldContext,
} from '../../contracts/index.ts';
import type { CheckedPut } from '../mvcc/checkedPut.ts';
import type { Ready } from '../raft/node.ts';
import type { Entry } from '../raft/types.ts';

export type CommitHook = (
  ctx: WorldContext,
  key: string,
  value: EtcdValue,
  revision: Revision,
  prev: KeyValue | undefined,
  deleted: boolean,
) => { value: EtcdValue; record: RecordId };

/** What raft's entries carry. */
export type Command =
  | { readonly kind: 'txn'; readonly txn: Txn }
  | CheckedPut
  | { readonly kind: 'compact'; readonly revision: Revision }
  | { readonly kind: 'leaseGrant'; readonly ttlSeconds: number }
  | { readonly kind: 'leaseRevoke'; readonly lease: number }
  | { readonly kind: 'leaseKeepAlive'; readonly lease: number }
  | { readonly kind: 'alarm'; readonly active: boolean }
  /** In the common history: the store has it, nobody runs it again. */
  | { readonly kind: 'applied' };

/** Whom to answer: an event of `handler` at `from`. Handler 0 = nobody. */
export interface Client {
  readonly from: EndpointId;
  readonly handler: HandlerId;
  readonly token: number;
}

/** A command on its way through raft. */
export interface Proposal extends Client {
  readonly id: number;
  /** Member that the client asked; it answers. */
  readonly member: number;
  readonly startUs: TimeUs;
  readonly cause: RecordId;
  readonly command: Command;
}

export type RangeRequest = EtcdOp & { readonly op: 'range' };

/** What a client asks of a member: the payload of the member's `request` event. */
export type Request = Client &
  (
    | { readonly kind: 'write'; readonly command: Command }
    | { readonly kind: 'read'; readonly read: Txn; readonly serializable: boolean }
    | { readonly kind: 'watch'; readonly watch: number; readonly prefix: string; readonly fromRevision: Revision }
    | { readonly kind: 'progress'; readonly watch: number }
  );

/** A linearizable read that waits. */
export interface WaitingRead extends Client {
  readonly startUs: TimeUs;
  readonly cause: RecordId;
  readonly read: Txn;
}

export interface ConfirmedReads {
  /** Raft index that must be applied first. */
  readonly index: number;
  readonly reads: readonly WaitingRead[];
}

/** Reads of one member: at most one round under way, the rest shares the next one. */
export interface ReadQueue {
  readonly context: number;
  readonly askedUs: TimeUs;
  readonly round: readonly WaitingRead[];
  readonly next: readonly WaitingRead[];
  readonly confirmed: readonly ConfirmedReads[];
}

/** How far a member has applied. `chain` folds every entry so far: equal chains, equal states. */
export interface Mark {
  readonly index: number;
  readonly revision: Revision;
  readonly compacted: Revision;
  readonly chain: number;
}

/** One entry of the history that all members share, as the first member to apply it left it. */
export interface Applied extends Mark {
  readonly entry: Entry;
  readonly answer: EtcdAnswer | undefined;
}

/** A leader's write of several proposals at once (fast path). */
export interface Batch {
  /** Places in the ring of pending proposals: [first, end). */
  readonly first: number;
  readonly end: number;
  readonly commitUs: TimeUs;
  /** When each member has it on its disk. */
  readonly durableUs: readonly TimeUs[];
  /** How long the news of the commit travels to each member. */
  readonly noticeUs: readonly TimeUs[];
}

/** A batch that was applied at the leader. */
export interface Committed extends Mark {
  readonly durableUs: readonly TimeUs[];
  readonly appliedUs: readonly TimeUs[];
}

export interface Mode {
  /** `fast`: one healthy leader, commits are computed. `messages`: every raft message travels. */
  readonly kind: 'fast' | 'messages';
  readonly leader: number;
  readonly term: number;
  /** The leader holds new proposals back until nothing is under way, to go over to the fast path. */
  readonly draining: boolean;
}

export interface FastState {
  /** First pending proposal that is in no batch yet. */
  readonly started: number;
  /** The leader's disk is busy until then. */
  readonly busyUntilUs: TimeUs;
  readonly lastCommitUs: TimeUs;
  /** An event waits for the disk. */
  readonly waking: boolean;
  /** End of the read round under way and of the one after it, by member. */
  readonly readRounds: readonly (readonly [TimeUs, TimeUs])[];
}

export interface WatchRow extends Client {
  readonly id: number;
  readonly member: number;
  readonly prefix: string;
  /** Nothing older is delivered. */
  readonly minRevision: Revision;
  /** Next revision to deliver, for a watch that has not caught up; 0 = it has: it shares its member's place. */
  readonly next: Revision;
}

/** A Ready whose entries are being written. */
export interface Storing {
  readonly ready: Ready;
  readonly wasLeader: boolean;
}

/** Numbers of a member's handlers. */
export interface MemberHandlers {
  readonly request: HandlerId;
  readonly forward: HandlerId;
  readonly commit: HandlerId;
  readonly wake: HandlerId;
  readonly readReady: HandlerId;
  readonly deliver: HandlerId;
  readonly syncWatch: HandlerId;
  readonly tick: HandlerId;
  readonly raft: HandlerId;
  readonly stored: HandlerId;
  readonly leases: HandlerId;
}
