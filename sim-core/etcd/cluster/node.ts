import type { WorldContext } from '../../contracts/index.ts';
import { ELECTION_TICKS, PURPOSE } from '../latency.ts';
import type { RaftNode } from '../raft/core.ts';
import { step } from '../raft/step.ts';
import type { Message, RaftConfig } from '../raft/types.ts';
import { copyState } from '../raft/types.ts';
import type { MemberState } from './state.ts';
import { MEMBER } from './state.ts';

/** etcd's settings: pre-vote and check-quorum on, 512 appends in flight (etcd 3.6 server/etcdserver/raft.go). */
const CONFIG: RaftConfig = {
  electionTick: ELECTION_TICKS,
  heartbeatTick: 1,
  preVote: true,
  checkQuorum: true,
  maxInflight: 512,
  maxEntries: 256,
};

/** Uniform in [T, 2T-1] ticks, T = 10 (raft 3.6 resetRandomizedElectionTimeout). */
export function electionTicks(ctx: WorldContext, member: MemberState): number {
  const n = member.count(MEMBER.timeoutDraws);
  return ELECTION_TICKS + (member.draw(ctx, PURPOSE.electionTimeout, n) % ELECTION_TICKS);
}

/** A member's raft at work on a copy of its state; `member.raft.set(node.state)` keeps the result. */
export function loadNode(ctx: WorldContext, member: MemberState): RaftNode {
  const raft = member.raft.get();
  if (raft === undefined) throw new Error(`${member.name} has no raft state`);
  return { state: copyState(raft), log: member.log, config: CONFIG, electionTimeout: () => electionTicks(ctx, member) };
}

/** Lets a member's raft handle one message; the error is that of a proposal that was dropped. */
export function stepAt(ctx: WorldContext, member: MemberState, m: Message): string | undefined {
  const node = loadNode(ctx, member);
  const error = step(node, m);
  member.raft.set(node.state);
  return error;
}
