import type { RaftNode } from './core.ts';
import { promotable } from './core.ts';
import { step } from './step.ts';
import type { Entry, HardState, Message, ReadState, SnapshotMeta } from './types.ts';
import { message, NONE } from './types.ts';

/** What a member must do before it goes on: store, send, apply (raft `Ready`). */
export interface Ready {
  readonly hard: HardState;
  readonly entries: readonly Entry[];
  readonly snapshot: SnapshotMeta | undefined;
  readonly committed: readonly Entry[];
  /** To other members. A leader sends them while it stores; others afterwards. */
  readonly messages: readonly Message[];
  /** To itself, once stored. */
  readonly own: readonly Message[];
  readonly reads: readonly ReadState[];
}

/** One tick of the clock: election timeout at followers and candidates, heartbeat and quorum check at the leader. */
export function tick(n: RaftNode): void {
  const s = n.state;
  s.electionElapsed++;
  if (s.role !== 'leader') {
    if (promotable(s) && s.electionElapsed >= s.randomizedElectionTimeout) {
      s.electionElapsed = 0;
      step(n, message('hup', s.id, s.id, 0));
    }
    return;
  }
  s.heartbeatElapsed++;
  if (s.electionElapsed >= n.config.electionTick) {
    s.electionElapsed = 0;
    if (n.config.checkQuorum) step(n, message('checkQuorum', s.id, s.id, 0));
    s.leadTransferee = NONE;
  }
  if (n.state.role === 'leader' && s.heartbeatElapsed >= n.config.heartbeatTick) {
    s.heartbeatElapsed = 0;
    step(n, message('beat', s.id, s.id, 0));
  }
}

export function hasReady(n: RaftNode, stored: HardState): boolean {
  const s = n.state;
  return (
    s.messages.length > 0 ||
    s.afterAppend.length > 0 ||
    s.readStates.length > 0 ||
    s.pendingSnapshot !== undefined ||
    n.log.last > s.stable ||
    s.commit > s.applied ||
    s.term !== stored.term ||
    s.vote !== stored.vote ||
    s.commit !== stored.commit
  );
}

/** Takes everything that is to be done out of the member. `advance` must follow once it is stored. */
export function takeReady(n: RaftNode): Ready {
  const s = n.state;
  const own = s.afterAppend.filter((m) => m.to === s.id);
  const ready: Ready = {
    hard: { term: s.term, vote: s.vote, commit: s.commit },
    entries: n.log.slice(s.stable + 1, n.log.last + 1),
    snapshot: s.pendingSnapshot,
    committed: n.log.slice(Math.max(s.applied + 1, n.log.first), s.commit + 1),
    messages: [...s.messages, ...s.afterAppend.filter((m) => m.to !== s.id)],
    own,
    reads: s.readStates,
  };
  s.messages = [];
  s.afterAppend = [];
  s.readStates = [];
  return ready;
}

/** The work of a Ready is done: its entries are stable (unless overwritten since), its committed entries applied. */
export function advance(n: RaftNode, ready: Ready): void {
  const s = n.state;
  if (ready.snapshot !== undefined && s.pendingSnapshot?.index === ready.snapshot.index) {
    s.pendingSnapshot = undefined;
    s.applied = Math.max(s.applied, ready.snapshot.index);
  }
  if (ready.committed.length > 0) s.applied = Math.max(s.applied, ready.committed[ready.committed.length - 1].index);
  if (ready.entries.length > 0) {
    const last = ready.entries[ready.entries.length - 1];
    if (n.log.term(last.index) === last.term) s.stable = Math.max(s.stable, last.index);
  }
  for (const m of ready.own) step(n, m);
}
