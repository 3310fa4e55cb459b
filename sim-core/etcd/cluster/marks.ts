import type { WorldContext } from '../../contracts/index.ts';
import { markOf } from './apply.ts';
import { noticeUs } from './computed.ts';
import type { Env } from './state.ts';
import { isFast, MEMBER } from './state.ts';
import type { Mark } from './types.ts';

/**
 * How far a member has applied now. On the fast path the news of a commit travels to followers as a computed delay, and
 * is taken up when somebody looks.
 */
export function markNow(env: Env, ctx: WorldContext, member: number): Mark {
  const m = env.members[member];
  if (!isFast(env)) return m.mark.get();
  const { commits } = env.shared;
  let seen = Math.max(m.numbers.get(MEMBER.commitsSeen), commits.first);
  let latest: Mark | undefined;
  for (; seen < commits.next; seen++) {
    const commit = commits.get(seen)!;
    if (commit.appliedUs[member] > ctx.nowUs) break;
    latest = commit;
  }
  m.numbers.set(MEMBER.commitsSeen, seen);
  if (latest !== undefined && latest.index > m.mark.get().index) m.mark.set(markOf(latest));
  if (seen === commits.next) takeComputed(env, ctx, member);
  return m.mark.get();
}

/** What was written in one step since the last commit, as far as the news of it is there. */
function takeComputed(env: Env, ctx: WorldContext, member: number): void {
  const { shared, members } = env;
  const { mark } = members[member];
  let { index } = mark.get();
  const first = index;
  if (index === shared.appliedIndex) return;
  const { leader } = shared.mode.get();
  const waitUs = noticeUs(env, leader, member);
  if (member === leader) index = shared.appliedIndex;
  else {
    for (; index < shared.appliedIndex; index++) {
      const atUs = shared.computedAtUs(index + 1);
      if (atUs < 0 || atUs + waitUs > ctx.nowUs) break;
    }
  }
  if (index > first) mark.set(markOf(shared.at(index) as Mark));
}

/** Takes up every commit that reached its member and forgets those that reached all. */
export function absorbCommits(env: Env, ctx: WorldContext): void {
  let least = env.shared.commits.next;
  for (const member of env.members) {
    markNow(env, ctx, member.index);
    least = Math.min(least, member.numbers.get(MEMBER.commitsSeen));
  }
  env.shared.commits.dropBefore(least);
}
