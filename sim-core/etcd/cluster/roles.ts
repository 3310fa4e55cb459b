import type { WorldContext } from '../../contracts/index.ts';
import { RecordKind } from '../../contracts/index.ts';
import type { Role } from '../raft/types.ts';
import type { Env } from './state.ts';
import { isFast } from './state.ts';

/** The member that leads in the highest term; -1 = none. */
export function leaderOf(env: Env): number {
  if (isFast(env)) return env.shared.mode.get().leader;
  let leader = -1;
  let term = -1;
  for (const member of env.members) {
    const raft = member.raft.get();
    if (!member.up || raft?.role !== 'leader' || raft.term <= term) continue;
    leader = member.index;
    term = raft.term;
  }
  return leader;
}

export function roleOf(env: Env, member: number): Role | 'down' {
  const m = env.members[member];
  if (!m.up) return 'down';
  if (isFast(env)) return env.shared.mode.get().leader === member ? 'leader' : 'follower';
  return m.raft.get()?.role ?? 'follower';
}

export function termOf(env: Env, member: number): number {
  if (isFast(env)) return env.shared.mode.get().term;
  const m = env.members[member];
  return m.raft.get()?.term ?? m.hard.get().term;
}

export function recordLeader(env: Env, ctx: WorldContext, member: number): void {
  const { name, component } = env.members[member];
  ctx.record(RecordKind.leader, component, 0, ctx.strings.intern('etcd'), ctx.strings.intern(name), 0);
}
