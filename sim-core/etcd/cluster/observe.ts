import type { EtcdAnswer, WorldContext } from '../../contracts/index.ts';
import type { Env, MemberState } from './state.ts';
import type { Applied } from './types.ts';

/** Tells the observer of an entry. `durable` is counted only when somebody listens. */
export function observeApplied(
  env: Env,
  ctx: WorldContext,
  applied: Applied,
  answer: EtcdAnswer | undefined,
  durable: () => number,
): void {
  const { observer } = env.options;
  if (observer === undefined) return;
  const before = env.shared.at(applied.index - 1)?.revision ?? 1;
  const { index, revision, entry } = applied;
  const members = env.members.length;
  observer.applied(ctx, { index, term: entry.term, before, after: revision, answer, durable: durable(), members });
}

/** Members whose disks hold an entry, on the message level. */
export function durableCopies(env: Env, index: number, term: number): number {
  return env.members.filter((member) => holds(member, index, term)).length;
}

function holds(member: MemberState, index: number, term: number): boolean {
  const stable = member.raft.get()?.stable ?? member.log.last;
  if (index > stable) return false;
  return index < member.log.first || member.log.term(index) === term;
}

export function observeElected(env: Env, ctx: WorldContext, member: number, term: number): void {
  const { observer } = env.options;
  if (observer === undefined) return;
  const head = env.shared.appliedIndex;
  const { log } = env.members[member];
  const entry = env.shared.at(head)?.entry;
  const complete = log.last >= head && (entry === undefined || head < log.first || log.term(head) === entry.term);
  observer.elected(ctx, member, term, complete);
}
