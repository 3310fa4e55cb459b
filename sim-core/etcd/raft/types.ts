/**
 * Plain data of the raft core. Behaviour follows go.etcd.io/raft/v3 3.6 (thesis algorithm with pre-vote, check-quorum,
 * leader transfer, ReadIndex). Indexes and terms are integers; a member id is a positive integer; 0 means none.
 */

export const NONE = 0;

export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** `empty` is a new leader's first entry (and what a refused configuration change becomes). */
export type EntryType = 'normal' | 'empty' | 'removeMember';

export interface Entry {
  readonly index: number;
  readonly term: number;
  readonly type: EntryType;
  /** What the state machine gets; the core never looks inside. For `removeMember` the member's id. */
  readonly data: unknown;
}

export interface HardState {
  readonly term: number;
  readonly vote: number;
  readonly commit: number;
}

export interface SnapshotMeta {
  readonly index: number;
  readonly term: number;
  readonly voters: readonly number[];
}

export type MessageType =
  | 'hup'
  | 'beat'
  | 'checkQuorum'
  | 'propose'
  | 'append'
  | 'appendResp'
  | 'vote'
  | 'voteResp'
  | 'preVote'
  | 'preVoteResp'
  | 'snapshot'
  | 'snapshotStatus'
  | 'heartbeat'
  | 'heartbeatResp'
  | 'unreachable'
  | 'transferLeader'
  | 'timeoutNow'
  | 'readIndex'
  | 'readIndexResp';

export interface Message {
  readonly type: MessageType;
  readonly from: number;
  readonly to: number;
  /** 0 = local (or a forwarded proposal, transfer or read request, which carry no term). */
  readonly term: number;
  readonly index: number;
  readonly logTerm: number;
  readonly commit: number;
  readonly reject: boolean;
  readonly rejectHint: number;
  readonly entries: readonly Entry[];
  readonly snapshot?: SnapshotMeta;
  /** A campaign after a leader transfer ignores the leader lease. */
  readonly transfer?: boolean;
  /** Names a batch of linearizable reads; 0 = none. */
  readonly readContext: number;
}

export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/** What a leader knows of one member. */
export interface Progress {
  readonly id: number;
  match: number;
  next: number;
  state: ProgressState;
  /** The highest commit index that was sent. */
  sentCommit: number;
  pendingSnapshot: number;
  recentActive: boolean;
  /** No more appends until the member answers. */
  paused: boolean;
  /** Last index of each append in flight (replicate only). */
  inflights: readonly number[];
}

export interface PendingRead {
  readonly context: number;
  /** Member that asked. */
  readonly from: number;
  readonly index: number;
  readonly acks: readonly number[];
}

/** A confirmed read: everything up to `index` must be applied before it is answered. */
export interface ReadState {
  readonly context: number;
  readonly index: number;
}

export interface RaftConfig {
  readonly electionTick: number;
  readonly heartbeatTick: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly maxInflight: number;
  /** Entries in one append at most. */
  readonly maxEntries: number;
}

/** Volatile and hard state of one member. Owned by whoever steps it; copies are made with `copyState`. */
export interface RaftState {
  readonly id: number;
  term: number;
  vote: number;
  commit: number;
  applied: number;
  /** Entries up to here are in stable storage. */
  stable: number;
  role: Role;
  lead: number;
  leadTransferee: number;
  electionElapsed: number;
  heartbeatElapsed: number;
  randomizedElectionTimeout: number;
  /** How often the timeout was drawn: the ordinal of the next draw. */
  timeoutDraws: number;
  pendingConfIndex: number;
  voters: readonly number[];
  /** Ascending by id. */
  progress: readonly Progress[];
  /** Votes of this campaign: [id, granted]. */
  votes: readonly (readonly [number, boolean])[];
  reads: readonly PendingRead[];
  /** Reads that came before the leader committed an entry of its term. */
  earlyReads: readonly Message[];
  readStates: readonly ReadState[];
  /** May be sent at once. */
  messages: readonly Message[];
  /** Promise something about stable storage: sent after the entries and the hard state before them are stored. */
  afterAppend: readonly Message[];
  /** A received snapshot that is not yet stored. */
  pendingSnapshot: SnapshotMeta | undefined;
}

export type ProposeError = 'raft proposal dropped';

export function message(
  type: MessageType,
  from: number,
  to: number,
  term: number,
  rest: Partial<Message> = {},
): Message {
  return {
    type,
    from,
    to,
    term,
    index: rest.index ?? 0,
    logTerm: rest.logTerm ?? 0,
    commit: rest.commit ?? 0,
    reject: rest.reject ?? false,
    rejectHint: rest.rejectHint ?? 0,
    entries: rest.entries ?? [],
    snapshot: rest.snapshot,
    transfer: rest.transfer ?? false,
    readContext: rest.readContext ?? 0,
  };
}

/** A copy that can be changed without changing the original. Entries, messages and snapshots are immutable and shared. */
export function copyState(s: RaftState): RaftState {
  return { ...s, progress: s.progress.map((p) => ({ ...p })) };
}
