import type { WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { PURPOSE, SNAPSHOT_EVERY, SNAPSHOT_KEEP, TICK_US } from '../latency.ts';
import { initialState, maybeCommit } from '../raft/core.ts';
import { becomeReplicate } from '../raft/progress.ts';
import { broadcastAppend } from '../raft/replicate.ts';
import type { Entry, RaftState, SnapshotMeta } from '../raft/types.ts';
import { message } from '../raft/types.ts';
import { pump } from './fast.ts';
import { isHealthy, isSettled } from './health.ts';
import { planLeaseCheck } from './leases.ts';
import { absorbCommits, markNow } from './marks.ts';
import { proposeAt, work } from './messages.ts';
import { electionTicks, loadNode } from './node.ts';
import type { Env, MemberState } from './state.ts';
import { isFast, MEMBER } from './state.ts';

/**
 * A fault: from now on every raft message travels. Each member gets the log that it would have at this instant: what is
 * on its disk. Appends and news on their way are lost and sent again by the leader, as after a broken connection.
 */
export function materialise(env: Env, ctx: WorldContext): void {
  if (!isFast(env)) return;
  for (const tell of env.trouble) tell(ctx);
  const { shared, members } = env;
  const { leader, term } = shared.mode.get();
  absorbCommits(env, ctx);
  for (const member of members) markNow(env, ctx, member.index);
  const inFlight = inFlightEntries(env, term);
  for (const member of members) layLog(env, ctx, member, inFlight);
  for (const member of members) if (member.up) member.raft.set(stateInPlace(env, ctx, member));
  const open = openProposals(env);
  shared.pending.dropBefore(shared.pending.next);
  shared.batches.dropBefore(shared.batches.next);
  shared.commits.dropBefore(shared.commits.next);
  shared.mode.set({ kind: 'messages', leader, term, draining: false });
  for (const p of open) if (members[p.member].up) members[p.member].open.set(p.id, members[p.member].waiting.push(p));
  for (const member of members) {
    member.numbers.set(MEMBER.lead, leader + 1);
    if (member.up) startTicking(ctx, member);
  }
  const head = members[leader];
  if (!head.up) return;
  const node = loadNode(ctx, head);
  // A majority may have it on disk already, with the acknowledgements on their way.
  maybeCommit(node);
  broadcastAppend(node);
  head.raft.set(node.state);
  for (const p of open.slice(inFlight.length)) proposeAt(ctx, head, p);
  work(env, ctx, head);
}

/** Entries that the leader has begun to write; they have their indexes already. */
function inFlightEntries(env: Env, term: number): readonly Entry[] {
  const { shared } = env;
  const entries: Entry[] = [];
  const started = shared.fast.get().started;
  for (let i = shared.pending.first; i < started; i++) {
    entries.push({
      index: shared.appliedIndex + 1 + entries.length,
      term,
      type: 'normal',
      data: shared.pending.get(i),
    });
  }
  return entries;
}

function openProposals(env: Env) {
  const { pending } = env.shared;
  return Array.from({ length: pending.next - pending.first }, (_, i) => pending.get(pending.first + i)!);
}

/** Gives a member's log the entries that are on its disk now; the leader's also what it is writing. */
function layLog(env: Env, ctx: WorldContext, member: MemberState, inFlight: readonly Entry[]): void {
  const { shared } = env;
  const { leader, term } = shared.mode.get();
  const head = shared.appliedIndex;
  const snapshot = snapshotBefore(env, Math.min(head, member.mark.get().index));
  member.log.restore(snapshot.kept);
  const stable = stableIndex(env, ctx, member);
  const entries: Entry[] = [];
  for (let i = snapshot.kept.index + 1; i <= Math.min(stable, head); i++) entries.push(shared.at(i)!.entry);
  const last = member.index === leader ? inFlight.length : stable - head;
  for (let i = 0; i < last; i++) entries.push(inFlight[i]);
  member.log.append(entries);
  if (snapshot.newest.index > snapshot.kept.index) member.log.compact(snapshot.newest, snapshot.kept.index);
  member.hard.set({ term, vote: leader + 1, commit: member.mark.get().index });
}

/** The last index on a member's disk. */
export function stableIndex(env: Env, ctx: WorldContext, member: MemberState): number {
  const { shared } = env;
  let stable = member.mark.get().index;
  const { commits, batches } = shared;
  let all = true;
  for (let i = commits.first; i < commits.next; i++) {
    const commit = commits.get(i)!;
    if (commit.durableUs[member.index] <= ctx.nowUs) stable = Math.max(stable, commit.index);
    else all = false;
  }
  // What was written in one step is on every disk, if what came before it is.
  if (all) stable = shared.appliedIndex;
  if (stable < shared.appliedIndex) return stable;
  let ahead = 0;
  for (let i = batches.first; i < batches.next; i++) {
    const batch = batches.get(i)!;
    if (batch.durableUs[member.index] > ctx.nowUs) break;
    ahead = batch.end - shared.pending.first;
  }
  return shared.appliedIndex + ahead;
}

/** The newest snapshot at or below an index, and the point from which entries are kept for slow members. */
function snapshotBefore(env: Env, index: number): { newest: SnapshotMeta; kept: SnapshotMeta } {
  const voters = env.members.map((m) => m.raftId);
  const at = (i: number): SnapshotMeta =>
    i <= 1 ? { index: 1, term: 1, voters } : { index: i, term: env.shared.at(i)!.entry.term, voters };
  const newest = Math.floor(index / SNAPSHOT_EVERY) * SNAPSHOT_EVERY;
  const kept = Math.max(newest - SNAPSHOT_KEEP, 1);
  return { newest: at(newest), kept: at(env.shared.at(kept) === undefined ? Math.max(newest, 1) : kept) };
}

/** A member's raft state in the middle of a healthy term. */
function stateInPlace(env: Env, ctx: WorldContext, member: MemberState): RaftState {
  const { leader, term } = env.shared.mode.get();
  const hard = member.hard.get();
  const state = initialState(member.raftId, hard, member.log.snapshot, member.log, member.mark.get().index);
  state.commit = Math.max(state.commit, state.applied);
  state.term = term;
  state.lead = leader + 1;
  state.stable = stableIndex(env, ctx, member);
  state.randomizedElectionTimeout = electionTicks(ctx, member);
  if (member.index !== leader) return state;
  state.role = 'leader';
  state.commit = env.shared.appliedIndex;
  for (const p of state.progress) {
    p.match =
      p.id === member.raftId ? state.stable : Math.min(stableIndex(env, ctx, env.members[p.id - 1]), state.stable);
    p.recentActive = true;
    becomeReplicate(p);
  }
  // What it was writing counts once it is on its disk.
  const last = member.log.last;
  if (last > state.stable) state.afterAppend = [message('appendResp', state.id, state.id, term, { index: last })];
  return state;
}

/** Members tick every 100 ms, each at a phase of its own. */
export function startTicking(ctx: WorldContext, member: MemberState): void {
  const phaseUs = member.draw(ctx, PURPOSE.tickPhase, 0) % TICK_US;
  const epoch = member.count(MEMBER.tickEpoch) + 1;
  const sincePhaseUs = (ctx.nowUs + TICK_US - phaseUs) % TICK_US;
  ctx.schedule(TICK_US - sincePhaseUs, member.handlers.tick, epoch, 0, WHY.raftTick);
}

/** Goes over to the fast path if the cluster is healthy and everything under way has settled on every member. */
export function tryFast(env: Env, ctx: WorldContext): boolean {
  if (isFast(env) || !isHealthy(env) || !isSettled(env)) return false;
  const { shared, members } = env;
  const leader = members[0].raft.get()!.lead - 1;
  const { term } = members[leader].raft.get()!;
  for (let i = shared.pending.first; i < shared.pending.next; i++) {
    const proposal = shared.pending.get(i)!;
    members[proposal.member].open.delete(proposal.id);
  }
  for (const member of members) settle(env, member);
  const readRounds = members.map(() => [0, 0] as const);
  const started = shared.pending.first;
  shared.fast.set({ started, busyUntilUs: ctx.nowUs, lastCommitUs: ctx.nowUs, waking: false, readRounds });
  shared.mode.set({ kind: 'fast', leader, term, draining: false });
  planLeaseCheck(env, ctx);
  pump(env, ctx);
  return true;
}

/** Folds a member's own log into the common history. */
function settle(env: Env, member: MemberState): void {
  const { term, vote } = member.raft.get()!;
  const voters = env.members.map((m) => m.raftId);
  member.hard.set({ term, vote, commit: member.mark.get().index });
  member.log.restore({ index: 1, term: 1, voters });
  member.raft.set(undefined);
  member.waiting.dropBefore(member.waiting.next);
  member.numbers.set(MEMBER.commitsSeen, env.shared.commits.next);
}
