import type { EtcdAnswer, WorldContext } from '../../contracts/index.ts';
import { RecordKind, WHY } from '../../contracts/index.ts';
import {
  ELECTION_TICKS,
  NO_LEADER_WATCH_US,
  REQUEST_TIMEOUT_US,
  SNAPSHOT_EVERY,
  SNAPSHOT_KEEP,
  TICK_US,
} from '../latency.ts';
import { ERR } from '../mvcc/errors.ts';
import { advance, hasReady, type Ready, takeReady, tick } from '../raft/node.ts';
import type { Entry, Message } from '../raft/types.ts';
import { message, NONE } from '../raft/types.ts';
import { answerClient, chainOf, markOf, noteApplied, reclaim, runEntry } from './apply.ts';
import { fsyncUs, proposeFast } from './fast.ts';
import { isHealthy } from './health.ts';
import { promoteLeases } from './leases.ts';
import { loadNode, stepAt } from './node.ts';
import { durableCopies, observeApplied, observeElected } from './observe.ts';
import { confirmReads, releaseReads, tickReads } from './reads.ts';
import { recordLeader } from './roles.ts';
import type { Env, MemberState } from './state.ts';
import { endpointOf, FIRST_INDEX, isFast, MEMBER } from './state.ts';
import type { Mark, Proposal } from './types.ts';
import { cancelAll, deliver } from './watches.ts';

/** A message arrives. */
export function onRaft(env: Env, ctx: WorldContext, member: MemberState, m: Message): void {
  if (m.type === 'propose' && takesFast(env, member)) {
    for (const entry of m.entries) acceptFast(env, ctx, entry.data as Proposal);
    return;
  }
  if (isFast(env)) return;
  stepAt(ctx, member, m);
  if (m.type === 'snapshot') {
    const status = message('snapshotStatus', member.raftId, m.from, 0);
    const to = env.members[m.from - 1];
    env.transport.send(ctx, endpointOf(env, member.index), endpointOf(env, to.index), to.handlers.raft, 0, 0, status);
  }
  work(env, ctx, member);
}

/** Is this the leader, on the fast path or on the way to it? */
function takesFast(env: Env, member: MemberState): boolean {
  const mode = env.shared.mode.get();
  if (mode.kind === 'fast') return mode.leader === member.index;
  return mode.draining && member.raft.get()?.role === 'leader';
}

function acceptFast(env: Env, ctx: WorldContext, proposal: Proposal): void {
  if (isFast(env)) {
    forget(env, proposal);
    proposeFast(env, ctx, proposal);
  } else env.shared.pending.push(proposal);
}

/** On the fast path nobody times out. */
function forget(env: Env, proposal: Proposal): void {
  env.members[proposal.member].open.delete(proposal.id);
}

export function onTick(env: Env, ctx: WorldContext, member: MemberState, epoch: number): void {
  if (isFast(env) || epoch !== member.numbers.get(MEMBER.tickEpoch)) return;
  ctx.schedule(TICK_US, member.handlers.tick, epoch, 0, WHY.raftTick);
  expireProposals(env, ctx, member);
  tickReads(env, ctx, member);
  watchWithoutLeader(env, ctx, member);
  // The loop that ticks also writes: a slow disk stops the clock (etcd 3.6 server/etcdserver/raft.go).
  if (member.storing.get() === undefined) {
    const node = loadNode(ctx, member);
    tick(node);
    member.raft.set(node.state);
    work(env, ctx, member);
  }
  if (member.raft.get()?.role === 'leader') steer(env, ctx, member);
}

/** The leader holds new proposals for a moment when the cluster is healthy again, and lets them go if it is not. */
function steer(env: Env, ctx: WorldContext, member: MemberState): void {
  const { mode, pending } = env.shared;
  const healthy = isHealthy(env);
  if (healthy && env.act.tryFast(ctx)) return;
  if (mode.get().draining && !healthy) {
    mode.set({ ...mode.get(), draining: false });
    for (let i = pending.first; i < pending.next; i++) proposeAt(ctx, member, pending.get(i)!);
    pending.dropBefore(pending.next);
    work(env, ctx, member);
  } else if (healthy) mode.set({ ...mode.get(), draining: true });
}

/** A client's proposal at the member that it asked, while messages travel. */
export function submit(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  member.open.set(proposal.id, member.waiting.push(proposal));
  if (takesFast(env, member)) {
    env.shared.pending.push(proposal);
    return;
  }
  proposeAt(ctx, member, proposal);
  work(env, ctx, member);
}

/** A proposal that was forwarded on the fast path arrives when there is none any more. */
export function submitForwarded(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  const origin = env.members[proposal.member];
  if (origin.up && !origin.open.has(proposal.id)) origin.open.set(proposal.id, origin.waiting.push(proposal));
  if (takesFast(env, member)) env.shared.pending.push(proposal);
  else {
    proposeAt(ctx, member, proposal);
    work(env, ctx, member);
  }
}

/** Proposes at a member; without a leader the proposal waits for one. */
export function proposeAt(ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  const entries: Entry[] = [{ index: 0, term: 0, type: 'normal', data: proposal }];
  const lead = member.raft.get()?.lead ?? NONE;
  const dropped = lead === NONE || stepAt(ctx, member, message('propose', NONE, member.raftId, 0, { entries }));
  if (dropped) member.held.set([...member.held.get(), proposal]);
}

function releaseHeld(ctx: WorldContext, member: MemberState): void {
  const held = member.held.get();
  const raft = member.raft.get();
  if (held.length === 0 || raft === undefined || raft.lead === NONE || raft.leadTransferee !== NONE) return;
  member.held.set([]);
  const alive = held.filter((p) => member.open.has(p.id) || p.handler === 0);
  for (const proposal of alive) proposeAt(ctx, member, proposal);
}

/** Does everything that a member has ready, until it is idle or waits for its disk. */
export function work(env: Env, ctx: WorldContext, member: MemberState): void {
  while (!isFast(env) && member.up && member.storing.get() === undefined) {
    releaseHeld(ctx, member);
    const node = loadNode(ctx, member);
    if (!hasReady(node, member.hard.get())) break;
    const wasLeader = node.state.role === 'leader';
    const ready = takeReady(node);
    member.raft.set(node.state);
    if (wasLeader) sendAll(env, ctx, member, ready.messages);
    const hard = member.hard.get();
    const mustSync =
      ready.entries.length > 0 ||
      ready.snapshot !== undefined ||
      ready.hard.term !== hard.term ||
      ready.hard.vote !== hard.vote;
    if (mustSync) {
      member.storing.set({ ready, wasLeader });
      ctx.schedule(fsyncUs(env, ctx, member), member.handlers.stored, 0, 0, WHY.etcdCommit);
      return;
    }
    finish(env, ctx, member, ready, wasLeader);
  }
  if (env.shared.mode.get().draining) env.act.tryFast(ctx);
}

export function onStored(env: Env, ctx: WorldContext, member: MemberState): void {
  const storing = member.storing.get();
  if (storing === undefined) return;
  member.storing.set(undefined);
  finish(env, ctx, member, storing.ready, storing.wasLeader);
  work(env, ctx, member);
}

/** A Ready is on disk: promises may be sent, committed entries applied. */
function finish(env: Env, ctx: WorldContext, member: MemberState, ready: Ready, wasLeader: boolean): void {
  member.hard.set(ready.hard);
  if (!wasLeader) sendAll(env, ctx, member, ready.messages);
  if (ready.snapshot !== undefined) installSnapshot(env, member, ready.snapshot.index);
  for (const entry of ready.committed) applyAt(env, ctx, member, entry);
  const node = loadNode(ctx, member);
  advance(node, ready);
  member.raft.set(node.state);
  deliver(env, ctx, member.index, member.mark.get().revision);
  noteLeader(env, ctx, member);
  confirmReads(member, ready.reads);
  releaseReads(env, ctx, member);
  reclaim(env);
}

function sendAll(env: Env, ctx: WorldContext, member: MemberState, messages: readonly Message[]): void {
  for (const m of messages) {
    const to = env.members[m.to - 1];
    const from = endpointOf(env, member.index);
    if (to.up && env.transport.send(ctx, from, endpointOf(env, to.index), to.handlers.raft, 0, 0, m)) continue;
    stepAt(ctx, member, message('unreachable', m.to, member.raftId, 0));
    if (m.type === 'snapshot') {
      stepAt(ctx, member, message('snapshotStatus', m.to, member.raftId, 0, { reject: true }));
    }
  }
}

/** The state of another member at an index replaces this one's. */
function installSnapshot(env: Env, member: MemberState, index: number): void {
  const applied = env.shared.at(index);
  if (applied !== undefined) member.mark.set(markOf(applied));
}

function applyAt(env: Env, ctx: WorldContext, member: MemberState, entry: Entry): void {
  const { shared } = env;
  if (entry.index <= member.mark.get().index) return;
  let applied = shared.at(entry.index);
  if (applied === undefined) {
    if (entry.index !== shared.appliedIndex + 1) throw new Error(`${member.name} applies ${entry.index} too early`);
    applied = noteApplied(env, entry, runEntry(env, ctx, entry));
    observeApplied(env, ctx, applied, applied.answer, () => durableCopies(env, entry.index, entry.term));
  }
  const mark: Mark = { ...markOf(applied), chain: chainOf(entry, member.mark.get().chain) };
  if (mark.chain !== applied.chain) recordDivergence(ctx, member, entry.index);
  member.mark.set(mark);
  const proposal = entry.data as Proposal | null;
  if (proposal !== null && proposal.member === member.index && member.open.has(proposal.id)) {
    member.open.delete(proposal.id);
    if (mark.chain === applied.chain)
      answerClient(env, ctx, member.index, proposal, applied.answer as EtcdAnswer, env.profile.applyUs);
  }
  if (entry.index % SNAPSHOT_EVERY === 0) {
    const { term } = entry;
    const voters = env.members.map((m) => m.raftId);
    member.log.compact({ index: entry.index, term, voters }, Math.max(entry.index - SNAPSHOT_KEEP, FIRST_INDEX));
  }
}

/** Two members applied different entries at one index: raft's safety is broken (invariant R1). */
function recordDivergence(ctx: WorldContext, member: MemberState, index: number): void {
  const text = `${member.name} applied another entry than its peers at index ${index}`;
  ctx.record(RecordKind.violation, member.component, 0, ctx.strings.intern('R1'), ctx.strings.intern(text), 0);
}

/** Notices changes of the leader at a member. */
function noteLeader(env: Env, ctx: WorldContext, member: MemberState): void {
  const { lead, role } = member.raft.get()!;
  const { numbers } = member;
  const known = numbers.get(MEMBER.lead);
  if (lead === known) return;
  numbers.set(MEMBER.lead, lead);
  if (lead === NONE) {
    numbers.set(MEMBER.noLeaderSinceUs, ctx.nowUs);
    return;
  }
  numbers.set(MEMBER.leadElectedUs, ctx.nowUs);
  // Reads whose round was under way are refused; the next round asks the new leader.
  const reads = member.reads.get();
  for (const read of reads.round) answerClient(env, ctx, member.index, read, ERR.leaderChanged, 0);
  member.reads.set({ ...reads, round: [], context: 0 });
  if (role === 'leader') {
    recordLeader(env, ctx, member.index);
    observeElected(env, ctx, member.index, member.raft.get()!.term);
    promoteLeases(env, ctx);
  }
}

function watchWithoutLeader(env: Env, ctx: WorldContext, member: MemberState): void {
  if (member.numbers.get(MEMBER.lead) !== NONE) return;
  if (ctx.nowUs - member.numbers.get(MEMBER.noLeaderSinceUs) >= NO_LEADER_WATCH_US) cancelAll(env, ctx, member.index);
}

/** Answers proposals that have waited for 7 s; whether they are ever applied stays open. */
function expireProposals(env: Env, ctx: WorldContext, member: MemberState): void {
  const { waiting, open, numbers } = member;
  for (; waiting.first < waiting.next; waiting.dropBefore(waiting.first + 1)) {
    const proposal = waiting.get(waiting.first)!;
    if (!open.has(proposal.id)) continue;
    if (proposal.startUs + REQUEST_TIMEOUT_US > ctx.nowUs) return;
    open.delete(proposal.id);
    answerClient(
      env,
      ctx,
      member.index,
      proposal,
      timeoutError(proposal.startUs, numbers.get(MEMBER.leadElectedUs)),
      0,
    );
  }
}

/** Blames the former leader if the request began in the two election timeouts before the present one (v3 server.go). */
function timeoutError(startUs: number, electedUs: number) {
  const lostUs = electedUs - 2 * ELECTION_TICKS * TICK_US;
  return startUs > lostUs && startUs < electedUs ? ERR.timeoutLeaderFail : ERR.timeout;
}
