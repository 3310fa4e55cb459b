import type { WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { LEASE_LOOP_US, LEASE_REVOKES_PER_LOOP } from '../latency.ts';
import { leaderOf } from './roles.ts';
import type { Env } from './state.ts';
import { NUMBER } from './state.ts';

/** Makes sure that the leader looks when the next lease runs out, on its loop of 500 ms. */
export function planLeaseCheck(env: Env, ctx: WorldContext): void {
  const { lessor, numbers } = env.shared;
  const next = lessor.nextExpiryUs();
  const leader = leaderOf(env);
  if (next === undefined || leader < 0) return;
  const nextLoopUs = (Math.floor(ctx.nowUs / LEASE_LOOP_US) + 1) * LEASE_LOOP_US;
  const dueUs = Math.max(Math.ceil(next / LEASE_LOOP_US) * LEASE_LOOP_US, nextLoopUs);
  const planned = numbers.get(NUMBER.leaseCheckUs);
  if (planned > ctx.nowUs && planned <= dueUs) return;
  numbers.set(NUMBER.leaseCheckUs, dueUs);
  ctx.scheduleAt(dueUs, env.members[leader].handlers.leases, 0, 0, WHY.none);
}

/** Leases that the leader has to revoke now; each goes through raft as one entry. */
export function dueLeases(env: Env, ctx: WorldContext): readonly number[] {
  return env.shared.lessor.expired(ctx.nowUs).slice(0, LEASE_REVOKES_PER_LOOP);
}

/** A new leader gives every lease its full TTL again. */
export function promoteLeases(env: Env, ctx: WorldContext): void {
  env.shared.lessor.promote(ctx.nowUs);
  env.shared.numbers.set(NUMBER.leaseCheckUs, 0);
  planLeaseCheck(env, ctx);
}
