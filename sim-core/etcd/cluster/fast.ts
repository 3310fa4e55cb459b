import type { EtcdAnswer, TimeUs, WorldContext } from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { commitDelayUs, PURPOSE, quickSampleUs } from '../latency.ts';
import { type CheckedPut, DonePut } from '../mvcc/checkedPut.ts';
import { isLive, nextPair } from '../mvcc/store.ts';
import { refusal, slotFor } from '../mvcc/txn.ts';
import { majority } from '../raft/quorum.ts';
import type { Entry } from '../raft/types.ts';
import { append, markOf, noteApplied, placeOf, reclaim, runProposal, withoutCommand } from './apply.ts';
import { absorbCommits } from './marks.ts';
import { observeApplied } from './observe.ts';
import type { Env, MemberState } from './state.ts';
import { isFast, linkUs, MEMBER } from './state.ts';
import type { Applied, Batch, Proposal } from './types.ts';
import { deliver, hasWatches } from './watches.ts';

/** One fsync of a member's write-ahead log. */
export function fsyncUs(env: Env, ctx: WorldContext, member: MemberState): TimeUs {
  const n = member.count(MEMBER.fsyncs);
  const us = quickSampleUs(env.profile.fsync, member.draw(ctx, PURPOSE.fsync, n));
  return Math.floor(us * (member.numbers.get(MEMBER.diskFactor) || 1));
}

/** A proposal is at the leader of a healthy cluster. */
export function proposeFast(env: Env, ctx: WorldContext, proposal: Proposal): void {
  env.shared.pending.push(proposal);
  pump(env, ctx);
}

/** Writes what is pending, at once or as soon as the leader's disk is free: meanwhile others join. */
export function pump(env: Env, ctx: WorldContext): void {
  const { fast, pending, mode } = env.shared;
  const state = fast.get();
  if (state.started >= pending.next) return;
  if (ctx.nowUs >= state.busyUntilUs) {
    startBatch(env, ctx);
    return;
  }
  if (state.waking) return;
  fast.set({ ...state, waking: true });
  ctx.scheduleAt(state.busyUntilUs, env.members[mode.get().leader].handlers.wake, 0, 0, WHY.etcdCommit);
}

export function wake(env: Env, ctx: WorldContext): void {
  const { fast } = env.shared;
  if (!isFast(env)) return;
  fast.set({ ...fast.get(), waking: false });
  pump(env, ctx);
}

/** Computes when everything pending is committed: the leader's fsync, and each follower's round trip and fsync. */
function startBatch(env: Env, ctx: WorldContext): void {
  const { shared, members } = env;
  const leader = shared.mode.get().leader;
  const ownUs = fsyncUs(env, ctx, members[leader]);
  const durableUs: TimeUs[] = [];
  const noticeUs: TimeUs[] = [];
  const acks: TimeUs[] = [];
  for (const member of members) {
    if (member.index === leader) {
      durableUs.push(ctx.nowUs + ownUs);
      noticeUs.push(0);
      continue;
    }
    const out = linkUs(env, ctx, leader, member.index);
    const back = linkUs(env, ctx, member.index, leader);
    if (out < 0 || back < 0) {
      env.act.materialise(ctx);
      return;
    }
    const stored = out + fsyncUs(env, ctx, member);
    durableUs.push(ctx.nowUs + stored);
    noticeUs.push(out);
    acks.push(stored + back);
  }
  const fast = shared.fast.get();
  const delayUs = commitDelayUs(ownUs, acks, majority(members.length)) + env.profile.applyUs;
  const commitUs = Math.max(ctx.nowUs + delayUs, fast.lastCommitUs);
  const end = shared.pending.next;
  const batch: Batch = { first: fast.started, end, commitUs, durableUs, noticeUs };
  const place = shared.batches.push(batch);
  shared.fast.set({ ...fast, started: end, busyUntilUs: ctx.nowUs + ownUs, lastCommitUs: commitUs });
  ctx.scheduleAt(commitUs, members[leader].handlers.commit, place, 0, WHY.etcdCommit);
}

/** A batch is committed: the leader applies it in order, answers and tells the watches. */
export function commitBatch(env: Env, ctx: WorldContext, place: number): void {
  const { shared, members, answers } = env;
  const batch = shared.batches.get(place);
  if (!isFast(env) || batch === undefined) return;
  const { leader, term } = shared.mode.get();
  const appliedUs = members.map((m) => appliedAt(env, m.index, ctx.nowUs + batch.noticeUs[m.index], batch));
  let last: Applied | undefined;
  answers.clear();
  for (let i = batch.first; i < batch.end; i++) {
    const proposal = shared.pending.get(i)!;
    const { command } = proposal;
    let answer: EtcdAnswer;
    const done = command.kind === 'put' ? putNow(env, ctx, proposal, command) : undefined;
    if (done !== undefined) {
      last = done;
      answer = done;
    } else {
      answer = runProposal(env, ctx, proposal);
      const entry: Entry = { index: shared.appliedIndex + 1, term, type: 'normal', data: withoutCommand(proposal) };
      last = noteApplied(env, entry, undefined);
    }
    if (env.options.observer !== undefined)
      observeApplied(env, ctx, last, answer, () => batch.durableUs.filter((us) => us <= ctx.nowUs).length);
    answers.add(env, ctx, proposal, answer, appliedUs[proposal.member] - ctx.nowUs);
  }
  answers.flush(ctx);
  shared.pending.dropBefore(batch.end);
  shared.batches.dropBefore(place + 1);
  if (last === undefined) return;
  const mark = markOf(last);
  shared.commits.push({ durableUs: batch.durableUs, appliedUs, ...mark });
  members[leader].mark.set(mark);
  deliver(env, ctx, leader, mark.revision);
  for (const m of members) {
    if (m.index === leader || !hasWatches(env, m.index)) continue;
    ctx.scheduleAt(appliedUs[m.index], m.handlers.deliver, 0, 0, WHY.link);
  }
  if (shared.commits.next - shared.commits.first > 64 || mark.compacted > shared.store.reclaimed) {
    absorbCommits(env, ctx);
    reclaim(env);
  }
}

/** Does a checked put and appends it to the history and the log; undefined where it has to be refused, with nothing done. */
function putNow(env: Env, ctx: WorldContext, proposal: Proposal, put: CheckedPut): DonePut | undefined {
  const { shared, hook } = env;
  const { store } = shared;
  const slot = slotFor(store, put);
  const row = slot === undefined ? undefined : store.row(slot);
  if (shared.alarm || refusal(store, put, row) !== undefined) return undefined;
  ctx.setCause(proposal.cause);
  const revision = store.revision + 1;
  const prev = isLive(row) ? row : undefined;
  // The row's own text of the key is kept, the request's is not.
  const key = row === undefined ? put.key : row.key;
  let { value } = put;
  let record = 0;
  if (hook !== undefined && typeof value === 'object') {
    const stamped = hook(ctx, key, value, revision, prev, false);
    value = stamped.value;
    record = stamped.record;
  }
  const kv = nextPair(key, value, revision, prev, put.lease);
  store.enter(slot, kv, row);
  const done = new DonePut(kv, row, record, placeOf(env, ctx, proposal.member, proposal.id));
  store.sealOne(done);
  append(env, done);
  return done;
}

/** A member applies when it has both the news and the entry on its disk, and never before what came earlier. */
function appliedAt(env: Env, member: number, noticeUs: TimeUs, batch: Batch): TimeUs {
  const { commits } = env.shared;
  const before = commits.get(commits.next - 1)?.appliedUs[member] ?? 0;
  return Math.max(noticeUs, batch.durableUs[member], before);
}
