import type { RaftNode } from './core.ts';
import {
  appendEntries,
  becomeFollower,
  becomeLeader,
  campaign,
  commitTo,
  hup,
  isUpToDate,
  maybeCommit,
  poll,
  progressOf,
  quorumActive,
  send,
} from './core.ts';
import { findConflictByTerm } from './log.ts';
import { becomeProbe, becomeReplicate, canBumpCommit, isPaused, maybeDecrement, maybeUpdate } from './progress.ts';
import {
  acknowledgeRead,
  broadcastAppend,
  broadcastHeartbeat,
  maybeSendAppend,
  readIndexAtLeader,
  releaseEarlyReads,
  sendAppend,
} from './replicate.ts';
import type { Entry, Message, Progress, ProposeError, SnapshotMeta } from './types.ts';
import { message, NONE } from './types.ts';

/** Handles one message (raft 3.6 `Step`). Only a proposal can fail. */
export function step(n: RaftNode, m: Message): ProposeError | undefined {
  const s = n.state;
  if (m.term > s.term && !newerTerm(n, m)) return undefined;
  if (m.term !== 0 && m.term < s.term) {
    olderTerm(n, m);
    return undefined;
  }
  switch (m.type) {
    case 'hup':
      hup(n, n.config.preVote ? 'preElection' : 'election');
      return undefined;
    case 'vote':
    case 'preVote':
      answerVote(n, m);
      return undefined;
    default:
      if (s.role === 'leader') return stepLeader(n, m);
      return s.role === 'follower' ? stepFollower(n, m) : stepCandidate(n, m);
  }
}

/** A message of a later term; false = ignored, because a leader was heard from within the election timeout. */
function newerTerm(n: RaftNode, m: Message): boolean {
  const s = n.state;
  if (m.type === 'vote' || m.type === 'preVote') {
    const inLease = n.config.checkQuorum && s.lead !== NONE && s.electionElapsed < n.config.electionTick;
    if (!m.transfer && inLease) return false;
  }
  if (m.type === 'preVote' || (m.type === 'preVoteResp' && !m.reject)) return true;
  const fromLeader = m.type === 'append' || m.type === 'heartbeat' || m.type === 'snapshot';
  becomeFollower(n, m.term, fromLeader ? m.from : NONE);
  return true;
}

/** A message of an earlier term. Old leaders are told the term, so that they step down. */
function olderTerm(n: RaftNode, m: Message): void {
  const s = n.state;
  if ((n.config.checkQuorum || n.config.preVote) && (m.type === 'heartbeat' || m.type === 'append')) {
    send(s, message('appendResp', s.id, m.from, s.term));
  } else if (m.type === 'preVote') {
    send(s, message('preVoteResp', s.id, m.from, s.term, { reject: true }));
  }
}

function answerVote(n: RaftNode, m: Message): void {
  const s = n.state;
  const pre = m.type === 'preVote';
  const may = s.vote === m.from || (s.vote === NONE && s.lead === NONE) || (pre && m.term > s.term);
  const granted = may && isUpToDate(n.log, m.index, m.logTerm);
  const type = pre ? 'preVoteResp' : 'voteResp';
  if (!granted) {
    send(s, message(type, s.id, m.from, s.term, { reject: true }));
    return;
  }
  send(s, message(type, s.id, m.from, m.term));
  if (!pre) {
    s.electionElapsed = 0;
    s.vote = m.from;
  }
}

function stepLeader(n: RaftNode, m: Message): ProposeError | undefined {
  const s = n.state;
  if (m.type === 'beat') broadcastHeartbeat(n);
  else if (m.type === 'checkQuorum') checkQuorum(n);
  else if (m.type === 'propose') return propose(n, m);
  else if (m.type === 'readIndex') readIndexAtLeader(n, m);
  else {
    const p = progressOf(s, m.from);
    if (p !== undefined) stepLeaderFor(n, p, m);
  }
  return undefined;
}

function stepLeaderFor(n: RaftNode, p: Progress, m: Message): void {
  const s = n.state;
  switch (m.type) {
    case 'appendResp':
      p.recentActive = true;
      if (m.reject) appendRefused(n, p, m);
      else appendAccepted(n, p, m);
      break;
    case 'heartbeatResp':
      p.recentActive = true;
      p.paused = false;
      if (p.match < n.log.last || p.state === 'probe') sendAppend(n, p.id);
      if (m.readContext !== 0) acknowledgeRead(s, p.id, m.readContext);
      break;
    case 'snapshotStatus':
      if (p.state !== 'snapshot') break;
      if (m.reject) p.pendingSnapshot = 0;
      becomeProbe(p);
      p.paused = true;
      break;
    case 'unreachable':
      if (p.state === 'replicate') becomeProbe(p);
      break;
    case 'transferLeader':
      transferLeader(n, p);
      break;
    default:
  }
}

/** Steps down without having heard from a majority for an election timeout. */
function checkQuorum(n: RaftNode): void {
  const s = n.state;
  if (!quorumActive(s)) becomeFollower(n, s.term, NONE);
  for (const p of s.progress) if (p.id !== s.id) p.recentActive = false;
}

function propose(n: RaftNode, m: Message): ProposeError | undefined {
  const s = n.state;
  if (progressOf(s, s.id) === undefined || s.leadTransferee !== NONE) return 'raft proposal dropped';
  const items: Pick<Entry, 'type' | 'data'>[] = [];
  for (const entry of m.entries) {
    if (entry.type !== 'removeMember') items.push(entry);
    else if (s.pendingConfIndex > s.applied) items.push({ type: 'empty', data: null });
    else {
      s.pendingConfIndex = n.log.last + items.length + 1;
      items.push(entry);
    }
  }
  appendEntries(n, items);
  broadcastAppend(n);
  return undefined;
}

function appendRefused(n: RaftNode, p: Progress, m: Message): void {
  const next = m.logTerm > 0 ? findConflictByTerm(n.log, m.rejectHint, m.logTerm).index : m.rejectHint;
  if (!maybeDecrement(p, m.index, next)) return;
  if (p.state === 'replicate') becomeProbe(p);
  sendAppend(n, p.id);
}

function appendAccepted(n: RaftNode, p: Progress, m: Message): void {
  const s = n.state;
  if (!maybeUpdate(p, m.index) && !(p.match === m.index && p.state === 'probe')) return;
  if (p.state === 'probe') becomeReplicate(p);
  else if (p.state === 'snapshot') {
    if (p.match + 1 >= n.log.first) {
      becomeProbe(p);
      becomeReplicate(p);
    }
  } else {
    p.inflights = p.inflights.filter((index) => index > m.index);
    p.paused = false;
  }
  if (maybeCommit(n)) {
    releaseEarlyReads(n);
    broadcastAppend(n);
  } else if (p.id !== s.id && canBumpCommit(p, s.commit) && !isPaused(p)) {
    sendAppend(n, p.id);
  }
  if (p.id !== s.id) while (maybeSendAppend(n, p.id, false));
  if (p.id === s.leadTransferee && p.match === n.log.last) send(s, message('timeoutNow', s.id, p.id, s.term));
}

function transferLeader(n: RaftNode, p: Progress): void {
  const s = n.state;
  if (s.leadTransferee === p.id) return;
  s.leadTransferee = NONE;
  if (p.id === s.id) return;
  s.electionElapsed = 0;
  s.leadTransferee = p.id;
  if (p.match === n.log.last) send(s, message('timeoutNow', s.id, p.id, s.term));
  else sendAppend(n, p.id);
}

/** Candidates and pre-candidates. */
function stepCandidate(n: RaftNode, m: Message): ProposeError | undefined {
  const s = n.state;
  if (m.type === 'propose') return 'raft proposal dropped';
  if (m.type === 'append' || m.type === 'heartbeat' || m.type === 'snapshot') {
    becomeFollower(n, m.term, m.from);
    fromLeader(n, m);
    return undefined;
  }
  if (m.type !== (s.role === 'preCandidate' ? 'preVoteResp' : 'voteResp')) return undefined;
  const result = poll(s, m.from, !m.reject);
  if (result === 'lost') becomeFollower(n, s.term, NONE);
  else if (result === 'won' && s.role === 'preCandidate') campaign(n, 'election');
  else if (result === 'won') {
    becomeLeader(n);
    broadcastAppend(n);
  }
  return undefined;
}

function stepFollower(n: RaftNode, m: Message): ProposeError | undefined {
  const s = n.state;
  switch (m.type) {
    case 'propose':
      if (s.lead === NONE) return 'raft proposal dropped';
      send(s, { ...m, from: m.from === NONE ? s.id : m.from, to: s.lead });
      break;
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      s.electionElapsed = 0;
      s.lead = m.from;
      fromLeader(n, m);
      break;
    case 'transferLeader':
      if (s.lead !== NONE) send(s, { ...m, to: s.lead });
      break;
    case 'readIndex':
      if (s.lead !== NONE) send(s, { ...m, from: m.from === NONE ? s.id : m.from, to: s.lead });
      break;
    case 'readIndexResp':
      s.readStates = [...s.readStates, { context: m.readContext, index: m.index }];
      break;
    case 'timeoutNow':
      hup(n, 'transfer');
      break;
    default:
  }
  return undefined;
}

function fromLeader(n: RaftNode, m: Message): void {
  const s = n.state;
  if (m.type === 'append') handleAppend(n, m);
  else if (m.type === 'heartbeat') {
    commitTo(s, m.commit, n.log.last);
    send(s, message('heartbeatResp', s.id, m.from, s.term, { readContext: m.readContext }));
  } else if (m.snapshot !== undefined) {
    const index = restoreSnapshot(n, m.snapshot) ? n.log.last : s.commit;
    send(s, message('appendResp', s.id, m.from, s.term, { index }));
  }
}

function handleAppend(n: RaftNode, m: Message): void {
  const s = n.state;
  if (m.index < s.commit) {
    send(s, message('appendResp', s.id, m.from, s.term, { index: s.commit }));
    return;
  }
  if (n.log.term(m.index) === m.logTerm) {
    const last = m.index + m.entries.length;
    appendNew(n, m.entries);
    commitTo(s, Math.min(m.commit, last), n.log.last);
    send(s, message('appendResp', s.id, m.from, s.term, { index: last }));
    return;
  }
  const hint = findConflictByTerm(n.log, Math.min(m.index, n.log.last), m.logTerm);
  const refusal = { index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term };
  send(s, message('appendResp', s.id, m.from, s.term, refusal));
}

/** Appends from the first entry that differs from the own log. */
function appendNew(n: RaftNode, entries: readonly Entry[]): void {
  const at = entries.findIndex((entry) => n.log.term(entry.index) !== entry.term);
  if (at < 0) return;
  const first = entries[at].index;
  if (first <= n.state.commit) throw new Error(`entry ${first} conflicts with committed entry of member ${n.state.id}`);
  n.log.append(entries.slice(at));
  n.state.stable = Math.min(n.state.stable, first - 1);
}

function restoreSnapshot(n: RaftNode, snapshot: SnapshotMeta): boolean {
  const s = n.state;
  if (snapshot.index <= s.commit) return false;
  if (s.role !== 'follower') {
    becomeFollower(n, s.term + 1, NONE);
    return false;
  }
  if (!snapshot.voters.includes(s.id)) return false;
  if (n.log.term(snapshot.index) === snapshot.term) {
    commitTo(s, snapshot.index, n.log.last);
    return false;
  }
  n.log.restore(snapshot);
  s.commit = snapshot.index;
  s.stable = snapshot.index;
  s.pendingSnapshot = snapshot;
  setVoters(n, snapshot.voters);
  return true;
}

/** Takes over a membership. The progress of members that stay is kept. */
function setVoters(n: RaftNode, voters: readonly number[]): void {
  const s = n.state;
  s.voters = voters;
  s.progress = voters.map((id) => progressOf(s, id) ?? newVoter(n, id));
}

function newVoter(n: RaftNode, id: number): Progress {
  return {
    id,
    match: 0,
    next: n.log.last + 1,
    state: 'probe',
    sentCommit: 0,
    pendingSnapshot: 0,
    recentActive: true,
    paused: false,
    inflights: [],
  };
}

/** Applies a committed removal of a member: the quorum can shrink, so more may be committed. */
export function applyRemoval(n: RaftNode, removed: number): void {
  const s = n.state;
  setVoters(
    n,
    s.voters.filter((id) => id !== removed),
  );
  if (s.role !== 'leader' || s.voters.length === 0) return;
  if (maybeCommit(n)) broadcastAppend(n);
  else for (const p of s.progress) if (p.id !== s.id) maybeSendAppend(n, p.id, false);
  if (s.leadTransferee !== NONE && !s.voters.includes(s.leadTransferee)) s.leadTransferee = NONE;
}
