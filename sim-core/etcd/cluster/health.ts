import { NONE } from '../raft/types.ts';
import type { Env } from './state.ts';
import { endpointOf, MEMBER } from './state.ts';

/** A disk this much slower than its profile can cost the leader: the fast path is off. */
const SLOW_DISK_FACTOR = 20;

/** Nothing stands in the way of the fast path but, maybe, what is under way. */
export function isHealthy(env: Env): boolean {
  if (env.options.messageLevelOnly) return false;
  const { members } = env;
  const lead = members[0].raft.get()?.lead ?? NONE;
  const head = lead === NONE ? undefined : members[lead - 1].raft.get();
  if (head?.role !== 'leader' || head.leadTransferee !== NONE) return false;
  for (const member of members) {
    const raft = member.raft.get();
    if (!member.up || raft === undefined || raft.lead !== lead || raft.term !== head.term) return false;
    if (member.numbers.get(MEMBER.diskFactor) >= SLOW_DISK_FACTOR) return false;
  }
  return allReachable(env);
}

export function allReachable(env: Env): boolean {
  for (const a of env.members) {
    for (const b of env.members) {
      if (a !== b && !env.transport.reachable(endpointOf(env, a.index), endpointOf(env, b.index))) return false;
    }
  }
  return true;
}

/** Has everything under way settled: every log ends at the common head, every proposal is answered or held back? */
export function isSettled(env: Env): boolean {
  const { shared, members } = env;
  const head = shared.appliedIndex;
  let open = 0;
  for (const member of members) {
    const raft = member.raft.get();
    const reads = member.reads.get();
    if (member.storing.get() !== undefined || member.held.get().length > 0) return false;
    if (reads.round.length > 0 || reads.next.length > 0 || reads.confirmed.length > 0) return false;
    if (raft === undefined || raft.applied !== head || raft.commit !== head) return false;
    if (member.log.last !== head || raft.stable !== head) return false;
    open += member.open.size;
  }
  let heldBack = 0;
  for (let i = shared.pending.first; i < shared.pending.next; i++) {
    const proposal = shared.pending.get(i)!;
    if (members[proposal.member].open.has(proposal.id)) heldBack++;
  }
  return open === heldBack;
}
