import type { EtcdAnswer, WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { READ_RETRY_US, REQUEST_TIMEOUT_US } from '../latency.ts';
import { ERR } from '../mvcc/errors.ts';
import { readTxn } from '../mvcc/txn.ts';
import { majority } from '../raft/quorum.ts';
import type { ReadState } from '../raft/types.ts';
import { message, NONE } from '../raft/types.ts';
import { answerClient } from './apply.ts';
import { noticeUs } from './computed.ts';
import { markNow } from './marks.ts';
import { stepAt } from './node.ts';
import type { Env, MemberState } from './state.ts';
import { isFast, linkUs, NUMBER } from './state.ts';
import type { ConfirmedReads, WaitingRead } from './types.ts';

/** Answers from what the member has applied. */
export function answerRead(env: Env, ctx: WorldContext, member: number, read: WaitingRead): void {
  ctx.setCause(read.cause);
  const mark = markNow(env, ctx, member);
  const answer: EtcdAnswer = readTxn(env.shared.store, mark, read.read);
  answerClient(env, ctx, member, read, answer, env.profile.readUs);
}

/** A linearizable read: the leader's commit index, confirmed by a majority, must be applied at the member first. */
export function linearizableRead(env: Env, ctx: WorldContext, member: MemberState, read: WaitingRead): void {
  if (env.members.length === 1 && isFast(env)) {
    answerRead(env, ctx, member.index, read);
    return;
  }
  if (isFast(env)) {
    const roundUs = fastRoundUs(env, ctx, member.index);
    if (roundUs >= 0) {
      planFastRead(env, ctx, member, read, roundUs);
      return;
    }
    env.act.materialise(ctx);
  }
  const reads = member.reads.get();
  member.reads.set({ ...reads, next: [...reads.next, read] });
  if (reads.round.length === 0) startRound(env, ctx, member);
}

/** Hop to the leader and back, and the leader's heartbeats to a majority; -1 = some link is cut. */
function fastRoundUs(env: Env, ctx: WorldContext, member: number): number {
  const { leader } = env.shared.mode.get();
  const trips: number[] = [];
  for (const peer of env.members) {
    if (peer.index === leader) continue;
    const out = linkUs(env, ctx, leader, peer.index);
    const back = linkUs(env, ctx, peer.index, leader);
    if (out < 0 || back < 0) return -1;
    trips.push(out + back);
  }
  trips.sort((a, b) => a - b);
  const quorumUs = trips[Math.max(0, majority(env.members.length) - 2)];
  if (member === leader) return quorumUs;
  const there = linkUs(env, ctx, member, leader);
  const back = linkUs(env, ctx, leader, member);
  return there < 0 || back < 0 ? -1 : there + quorumUs + back;
}

/** One round at a time; who comes meanwhile shares the next. */
function planFastRead(env: Env, ctx: WorldContext, member: MemberState, read: WaitingRead, roundUs: number): void {
  const { fast, appliedIndex } = env.shared;
  const state = fast.get();
  let [current, next] = state.readRounds[member.index];
  if (ctx.nowUs >= current && next > current) [current, next] = [next, 0];
  let doneUs: number;
  if (ctx.nowUs >= current) {
    doneUs = ctx.nowUs + roundUs;
    current = doneUs;
    next = 0;
  } else {
    if (next <= current) next = current + roundUs;
    doneUs = next;
  }
  const readRounds = state.readRounds.map((r, i) => (i === member.index ? ([current, next] as const) : r));
  fast.set({ ...state, readRounds });
  const payload: ConfirmedReads = { index: appliedIndex, reads: [read] };
  ctx.scheduleAt(doneUs, member.handlers.readReady, 0, 0, WHY.link, payload);
}

/** A confirmed read on the fast path; the member may have to wait for the entry. */
export function onReadReady(env: Env, ctx: WorldContext, member: MemberState, confirmed: ConfirmedReads): void {
  if (markNow(env, ctx, member.index).index >= confirmed.index) {
    for (const read of confirmed.reads) answerRead(env, ctx, member.index, read);
    return;
  }
  if (!isFast(env)) {
    const reads = member.reads.get();
    member.reads.set({ ...reads, confirmed: [...reads.confirmed, confirmed] });
    return;
  }
  const { commits } = env.shared;
  let commitUs = ctx.nowUs;
  for (let i = commits.first; i < commits.next; i++) {
    const commit = commits.get(i)!;
    commitUs = Math.max(commitUs, commit.appliedUs[member.index]);
    if (commit.index < confirmed.index) continue;
    const dueUs = Math.max(commit.appliedUs[member.index], ctx.nowUs);
    ctx.scheduleAt(dueUs, member.handlers.readReady, 0, 0, WHY.link, confirmed);
    return;
  }
  // The entry was written in one step: its news comes by itself.
  const atUs = env.shared.computedAtUs(confirmed.index);
  if (atUs < 0) return;
  const noticedUs = atUs + noticeUs(env, env.shared.mode.get().leader, member.index);
  ctx.scheduleAt(Math.max(noticedUs, commitUs), member.handlers.readReady, 0, 0, WHY.link, confirmed);
}

/** Asks the leader for its commit index, for everybody who waits. */
function startRound(env: Env, ctx: WorldContext, member: MemberState): void {
  const reads = member.reads.get();
  const waiting = [...reads.round, ...reads.next];
  if (waiting.length === 0) return;
  const context = env.shared.count(NUMBER.readContexts) + 1;
  member.reads.set({ ...reads, context, askedUs: ctx.nowUs, round: waiting, next: [] });
  stepAt(ctx, member, message('readIndex', NONE, member.raftId, 0, { readContext: context }));
  env.act.work(ctx, member);
}

/** Rounds that a majority has confirmed. */
export function confirmReads(member: MemberState, states: readonly ReadState[]): void {
  for (const { context, index } of states) {
    const reads = member.reads.get();
    if (context !== reads.context || reads.round.length === 0) continue;
    const confirmed = [...reads.confirmed, { index, reads: reads.round }];
    member.reads.set({ ...reads, round: [], context: 0, confirmed });
  }
}

/** Answers what is confirmed and applied, then starts the next round. */
export function releaseReads(env: Env, ctx: WorldContext, member: MemberState): void {
  const reads = member.reads.get();
  const { index } = member.mark.get();
  const ready = reads.confirmed.filter((c) => c.index <= index);
  if (ready.length > 0) {
    member.reads.set({ ...reads, confirmed: reads.confirmed.filter((c) => c.index > index) });
    for (const c of ready) for (const read of c.reads) answerRead(env, ctx, member.index, read);
  }
  const left = member.reads.get();
  if (left.round.length === 0 && left.next.length > 0) startRound(env, ctx, member);
}

/** Asks again every 500 ms, and gives up after 7 s. */
export function tickReads(env: Env, ctx: WorldContext, member: MemberState): void {
  const reads = member.reads.get();
  if (reads.round.length === 0 && reads.next.length === 0 && reads.confirmed.length === 0) return;
  const late = (r: WaitingRead) => r.startUs + REQUEST_TIMEOUT_US <= ctx.nowUs;
  const waiting = [...reads.round, ...reads.next, ...reads.confirmed.flatMap((c) => c.reads)];
  for (const read of waiting.filter(late)) answerClient(env, ctx, member.index, read, ERR.timeout, 0);
  const confirmed = reads.confirmed.map((c) => ({ ...c, reads: c.reads.filter((r) => !late(r)) }));
  member.reads.set({
    ...reads,
    round: reads.round.filter((r) => !late(r)),
    next: reads.next.filter((r) => !late(r)),
    confirmed: confirmed.filter((c) => c.reads.length > 0),
  });
  const { round, next, askedUs } = member.reads.get();
  const again = round.length > 0 ? ctx.nowUs - askedUs >= READ_RETRY_US : next.length > 0;
  if (again) startRound(env, ctx, member);
}
