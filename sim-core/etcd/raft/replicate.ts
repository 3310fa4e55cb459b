import type { RaftNode } from './core.ts';
import { committedInTerm, progressOf, send } from './core.ts';
import { UNKNOWN_TERM } from './log.ts';
import { becomeSnapshot, isPaused, sentEntries } from './progress.ts';
import { majority } from './quorum.ts';
import type { Message, Progress, RaftState } from './types.ts';
import { message, NONE } from './types.ts';

/** Sends what the member lacks; an empty append only if `evenEmpty` (it carries the commit index). */
export function maybeSendAppend(n: RaftNode, to: number, evenEmpty: boolean): boolean {
  const s = n.state;
  const p = progressOf(s, to);
  if (p === undefined || isPaused(p)) return false;
  const previous = p.next - 1;
  const previousTerm = n.log.term(previous);
  if (previousTerm === UNKNOWN_TERM) return maybeSendSnapshot(n, p);
  const full = p.state === 'replicate' && p.inflights.length >= n.config.maxInflight;
  const end = full ? p.next : Math.min(n.log.last + 1, p.next + n.config.maxEntries);
  if (end <= p.next && !evenEmpty) return false;
  const entries = n.log.slice(p.next, end);
  send(s, message('append', s.id, to, s.term, { index: previous, logTerm: previousTerm, entries, commit: s.commit }));
  sentEntries(p, entries.length, n.config.maxInflight);
  p.sentCommit = s.commit;
  return true;
}

function maybeSendSnapshot(n: RaftNode, p: Progress): boolean {
  if (!p.recentActive) return false;
  const snapshot = n.log.snapshot;
  becomeSnapshot(p, snapshot.index);
  send(
    n.state,
    message('snapshot', n.state.id, p.id, n.state.term, { snapshot: { ...snapshot, voters: n.state.voters } }),
  );
  return true;
}

export function sendAppend(n: RaftNode, to: number): void {
  maybeSendAppend(n, to, true);
}

export function broadcastAppend(n: RaftNode): void {
  for (const p of n.state.progress) if (p.id !== n.state.id) sendAppend(n, p.id);
}

export function broadcastHeartbeat(n: RaftNode): void {
  const s = n.state;
  const context = s.reads.length > 0 ? s.reads[s.reads.length - 1].context : 0;
  heartbeatAll(s, context);
}

function heartbeatAll(s: RaftState, readContext: number): void {
  for (const p of s.progress) {
    if (p.id === s.id) continue;
    const commit = Math.min(p.match, s.commit);
    send(s, message('heartbeat', s.id, p.id, s.term, { commit, readContext }));
    p.sentCommit = Math.max(p.sentCommit, commit);
  }
}

/** A linearizable read at the leader: confirmed by a round of heartbeats to a majority (ReadOnlySafe). */
export function readIndexAtLeader(n: RaftNode, m: Message): void {
  const s = n.state;
  if (s.voters.length === 1) {
    answerRead(s, m.from, m.readContext, s.commit);
    return;
  }
  if (!committedInTerm(n)) {
    s.earlyReads = [...s.earlyReads, m];
    return;
  }
  if (s.reads.some((r) => r.context === m.readContext)) return;
  s.reads = [...s.reads, { context: m.readContext, from: m.from, index: s.commit, acks: [s.id] }];
  heartbeatAll(s, m.readContext);
}

export function answerRead(s: RaftState, from: number, context: number, index: number): void {
  if (from === NONE || from === s.id) s.readStates = [...s.readStates, { context, index }];
  else send(s, message('readIndexResp', s.id, from, s.term, { index, readContext: context }));
}

/** Counts a heartbeat answer for a read; a majority confirms it and every read before it. */
export function acknowledgeRead(s: RaftState, from: number, context: number): void {
  const at = s.reads.findIndex((r) => r.context === context);
  if (at < 0) return;
  const read = s.reads[at];
  const acks = read.acks.includes(from) ? read.acks : [...read.acks, from];
  if (acks.length < majority(s.voters.length)) {
    s.reads = s.reads.map((r, i) => (i === at ? { ...r, acks } : r));
    return;
  }
  for (const done of s.reads.slice(0, at + 1)) answerRead(s, done.from, done.context, done.index);
  s.reads = s.reads.slice(at + 1);
}

export function releaseEarlyReads(n: RaftNode): void {
  if (n.state.earlyReads.length === 0 || !committedInTerm(n)) return;
  const waiting = n.state.earlyReads;
  n.state.earlyReads = [];
  for (const m of waiting) readIndexAtLeader(n, m);
}
