import type { RaftLog } from './log.ts';
import { becomeReplicate, newProgress } from './progress.ts';
import { majority, quorumIndex, voteResult } from './quorum.ts';
import type { Entry, HardState, Message, Progress, RaftConfig, RaftState, SnapshotMeta } from './types.ts';
import { message, NONE } from './types.ts';

/** One member at work: its state, its log, and the draw that spreads election timeouts over [T, 2T-1] ticks. */
export interface RaftNode {
  readonly state: RaftState;
  readonly log: RaftLog;
  readonly config: RaftConfig;
  /** Ticks until the next campaign, for the n-th draw of this member. */
  electionTimeout(n: number): number;
}

/** State of a member that starts (again) from what its disk holds: hard state, log and applied index. */
export function initialState(
  id: number,
  hard: HardState,
  snapshot: SnapshotMeta,
  log: RaftLog,
  applied: number,
): RaftState {
  return {
    id,
    term: hard.term,
    vote: hard.vote,
    commit: Math.max(hard.commit, snapshot.index),
    applied: Math.max(applied, snapshot.index),
    stable: log.last,
    role: 'follower',
    lead: NONE,
    leadTransferee: NONE,
    electionElapsed: 0,
    heartbeatElapsed: 0,
    randomizedElectionTimeout: 0,
    timeoutDraws: 0,
    pendingConfIndex: 0,
    voters: snapshot.voters,
    progress: snapshot.voters.map((voter) => newProgress(voter, log.last + 1)),
    votes: [],
    reads: [],
    earlyReads: [],
    readStates: [],
    messages: [],
    afterAppend: [],
    pendingSnapshot: undefined,
  };
}

export function progressOf(s: RaftState, id: number): Progress | undefined {
  return s.progress.find((p) => p.id === id);
}

/** Queues a message; promises about stable storage wait in `afterAppend`. */
export function send(s: RaftState, m: Message): void {
  if (m.type === 'appendResp' || m.type === 'voteResp' || m.type === 'preVoteResp')
    s.afterAppend = [...s.afterAppend, m];
  else s.messages = [...s.messages, m];
}

/** Starts a new timeout, drawn anew. */
export function resetElectionTimeout(n: RaftNode): void {
  n.state.randomizedElectionTimeout = n.electionTimeout(n.state.timeoutDraws++);
}

function reset(n: RaftNode, term: number): void {
  const s = n.state;
  if (term !== s.term) {
    s.term = term;
    s.vote = NONE;
  }
  s.lead = NONE;
  s.electionElapsed = 0;
  s.heartbeatElapsed = 0;
  resetElectionTimeout(n);
  s.leadTransferee = NONE;
  s.votes = [];
  s.progress = s.voters.map((id) => {
    const p = newProgress(id, n.log.last + 1);
    if (id === s.id) p.match = n.log.last;
    return p;
  });
  s.pendingConfIndex = 0;
  s.reads = [];
}

export function becomeFollower(n: RaftNode, term: number, lead: number): void {
  reset(n, term);
  n.state.lead = lead;
  n.state.role = 'follower';
}

function becomeCandidate(n: RaftNode): void {
  reset(n, n.state.term + 1);
  n.state.vote = n.state.id;
  n.state.role = 'candidate';
}

/** A pre-candidate asks without raising its term, and keeps its vote. */
function becomePreCandidate(n: RaftNode): void {
  n.state.votes = [];
  n.state.lead = NONE;
  n.state.role = 'preCandidate';
}

/** The new leader's first act is an empty entry of its term: nothing older commits before that. */
export function becomeLeader(n: RaftNode): void {
  const s = n.state;
  reset(n, s.term);
  s.lead = s.id;
  s.role = 'leader';
  const own = progressOf(s, s.id);
  if (own !== undefined) {
    becomeReplicate(own);
    own.recentActive = true;
  }
  s.pendingConfIndex = n.log.last;
  appendEntries(n, [{ type: 'empty', data: null }]);
}

/** Appends at the leader. Its own acknowledgement waits for stable storage like everybody's. */
export function appendEntries(n: RaftNode, items: readonly Pick<Entry, 'type' | 'data'>[]): void {
  const s = n.state;
  const last = n.log.last;
  n.log.append(items.map((item, i) => ({ index: last + 1 + i, term: s.term, type: item.type, data: item.data })));
  send(s, message('appendResp', s.id, s.id, s.term, { index: n.log.last }));
}

/**
 * Moves the commit index to what a majority has, if that entry is of the leader's term (raft §5.4.2).
 * Returns whether it moved.
 */
export function maybeCommit(n: RaftNode): boolean {
  const s = n.state;
  const index = quorumIndex(s.progress.map((p) => p.match));
  if (index <= s.commit || n.log.term(index) !== s.term) return false;
  s.commit = index;
  return true;
}

export function commitTo(s: RaftState, index: number, last: number): void {
  if (index > s.commit) s.commit = Math.min(index, last);
}

export function promotable(s: RaftState): boolean {
  return progressOf(s, s.id) !== undefined && s.pendingSnapshot === undefined;
}

function hasUnappliedConfChange(n: RaftNode): boolean {
  for (let i = n.state.applied + 1; i <= n.state.commit; i++) {
    if (n.log.entry(i).type === 'removeMember') return true;
  }
  return false;
}

export type Campaign = 'preElection' | 'election' | 'transfer';

/** Starts a campaign, unless this member may not lead or has not applied a change of the membership. */
export function hup(n: RaftNode, kind: Campaign): void {
  if (n.state.role === 'leader' || !promotable(n.state) || hasUnappliedConfChange(n)) return;
  campaign(n, kind);
}

export function campaign(n: RaftNode, kind: Campaign): void {
  const s = n.state;
  const pre = kind === 'preElection';
  if (pre) becomePreCandidate(n);
  else becomeCandidate(n);
  const term = pre ? s.term + 1 : s.term;
  for (const id of s.voters) {
    if (id === s.id) {
      send(s, message(pre ? 'preVoteResp' : 'voteResp', s.id, id, term));
      continue;
    }
    send(
      s,
      message(pre ? 'preVote' : 'vote', s.id, id, term, {
        index: n.log.last,
        logTerm: n.log.term(n.log.last),
        transfer: kind === 'transfer',
      }),
    );
  }
}

/** Counts a vote of this campaign. */
export function poll(s: RaftState, id: number, granted: boolean) {
  if (!s.votes.some(([voter]) => voter === id)) s.votes = [...s.votes, [id, granted]];
  const counted = s.votes.filter(([voter]) => s.voters.includes(voter));
  const yes = counted.filter(([, vote]) => vote).length;
  return voteResult(s.voters.length, yes, counted.length - yes);
}

/** A voter grants only to a log that is at least as new as its own. */
export function isUpToDate(log: RaftLog, index: number, term: number): boolean {
  const own = log.term(log.last);
  return term > own || (term === own && index >= log.last);
}

/** Has a majority of voters been heard from since the last check? */
export function quorumActive(s: RaftState): boolean {
  const active = s.progress.filter((p) => p.id === s.id || p.recentActive).length;
  return active >= majority(s.progress.length);
}

export function committedInTerm(n: RaftNode): boolean {
  return n.log.term(n.state.commit) === n.state.term;
}
