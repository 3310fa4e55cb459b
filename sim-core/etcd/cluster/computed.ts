import type {
  ComputedChange,
  ComputedWrites,
  EndpointId,
  EtcdValue,
  KeyValue,
  RecordId,
  Revision,
  StreamKey,
  TimeUs,
  WorldContext,
} from '../../contracts/index.ts';
import { quickSampleUs, SNAPSHOT_EVERY, SNAPSHOT_KEEP } from '../latency.ts';
import { ComputedPut, type Place } from '../mvcc/computedPut.ts';
import { costBytes } from '../mvcc/quota.ts';
import { observeApplied } from '../observer.ts';
import { majority } from '../raft/quorum.ts';
import { foldProposal, lastChain } from './apply.ts';
import { fits } from './door.ts';
import type { Env } from './state.ts';
import { endpointOf, FIRST_INDEX, isFast, MEMBER, NUMBER } from './state.ts';

/** Purposes of a write's draws on its own stream: its links, and by member the way of its entry. */
const LEG = { request: 16, forward: 17, notice: 18, answer: 19, fsync: 24, out: 32, back: 40 } as const;
/** The middle of a distribution. */
const MIDDLE = 0x80000000;

/** Writes that are computed in one step while the cluster is healthy (see the contract). */
export function computedWrites(env: Env): ComputedWrites {
  return {
    commitUs: (ctx, from, member, put, stream, n) => commitUs(env, ctx, from, member, put, stream, n),
    answerUs: (ctx, to, member, stream, n) => answerUs(env, ctx, to, member, stream, n),
    put: (ctx, member, key, expect, make) => put(env, ctx, member, key, expect, make),
    beforeTrouble: (listener) => {
      env.trouble = [...env.trouble, listener];
    },
    current: (key) => env.shared.store.current(key),
    after: (member, to, revision) => after(env, member, to, revision),
  };
}

function calmUs(env: Env, from: EndpointId, to: EndpointId, u32: number): TimeUs {
  return env.transport.calmUs?.(from, to, u32) ?? -1;
}

function commitUs(
  env: Env,
  ctx: WorldContext,
  from: EndpointId,
  member: number,
  { key, value }: { readonly key: string; readonly value: EtcdValue },
  stream: StreamKey,
  n: number,
): TimeUs {
  if (!isFast(env) || env.shared.alarm || !env.members[member].up) return -1;
  if (!fits(env, ctx, costBytes(env.shared.store, { op: 'put', key, value }))) return -1;
  const { leader } = env.shared.mode.get();
  const there = calmUs(env, from, endpointOf(env, member), ctx.draw(stream, LEG.request, n));
  if (there < 0) return -1;
  const quorumUs = replicateUs(env, ctx, leader, stream, n);
  if (quorumUs < 0 || member === leader) return quorumUs < 0 ? -1 : there + quorumUs;
  const hop = calmUs(env, endpointOf(env, member), endpointOf(env, leader), ctx.draw(stream, LEG.forward, n));
  return hop < 0 ? -1 : there + hop + quorumUs;
}

/** The leader's own fsync, and the quickest followers' round trips and fsyncs that make a majority with it. */
function replicateUs(env: Env, ctx: WorldContext, leader: number, stream: StreamKey, n: number): TimeUs {
  const { members, profile } = env;
  const fsyncUs = (member: number): TimeUs => {
    const us = quickSampleUs(profile.fsync, ctx.draw(stream, LEG.fsync + member, n));
    return Math.floor(us * (members[member].numbers.get(MEMBER.diskFactor) || 1));
  };
  const ownUs = fsyncUs(leader);
  const acks: TimeUs[] = [];
  for (const { index } of members) {
    if (index === leader) continue;
    const [here, peer] = [endpointOf(env, leader), endpointOf(env, index)];
    const out = calmUs(env, here, peer, ctx.draw(stream, LEG.out + index, n));
    const back = calmUs(env, peer, here, ctx.draw(stream, LEG.back + index, n));
    if (out < 0 || back < 0) return -1;
    acks.push(out + fsyncUs(index) + back);
  }
  const needed = majority(members.length) - 1;
  if (acks.length > 1) acks.sort((a, b) => a - b);
  return Math.max(ownUs, needed === 0 ? 0 : acks[needed - 1]) + profile.applyUs;
}

function answerUs(env: Env, ctx: WorldContext, to: EndpointId, member: number, stream: StreamKey, n: number): TimeUs {
  const { leader } = env.shared.mode.get();
  const back = calmUs(env, endpointOf(env, member), to, ctx.draw(stream, LEG.answer, n));
  if (back < 0 || member === leader) return back;
  const notice = calmUs(env, endpointOf(env, leader), endpointOf(env, member), ctx.draw(stream, LEG.notice, n));
  return notice < 0 ? -1 : notice + back;
}

function put(
  env: Env,
  ctx: WorldContext,
  member: number,
  key: string,
  expect: Revision,
  make: (revision: Revision, before: EtcdValue) => { readonly value: EtcdValue; readonly record: RecordId },
): KeyValue | undefined {
  const { shared } = env;
  if (!isFast(env) || shared.alarm || !env.members[member].up) return undefined;
  const { store } = shared;
  const before = store.current(key);
  if (before === undefined || before.modRevision !== expect) return undefined;
  const revision = store.revision + 1;
  const { value, record } = make(revision, before.value);
  const { term } = shared.mode.get();
  const proposal = shared.count(NUMBER.proposals) + 1;
  const place: Place = {
    index: shared.appliedIndex + 1,
    term,
    proposal,
    compacted: store.compacted,
    chain: foldProposal(lastChain(env), term, proposal),
    member,
    atUs: ctx.nowUs,
  };
  const origin = before instanceof ComputedPut ? before.origin : originOf(before);
  const written = new ComputedPut(origin, value, revision, before.version + 1, record, before, place);
  store.putComputed(written);
  shared.applied.push(written);
  if (place.index % SNAPSHOT_EVERY === 0)
    shared.applied.dropBefore(place.index - SNAPSHOT_EVERY - SNAPSHOT_KEEP - FIRST_INDEX);
  // Everybody has it on disk: a healthy quorum is all that this way is taken for.
  observeApplied(env, ctx, written, { revision, succeeded: true, results: [] }, () => env.members.length);
  return written;
}

function originOf({ key, createRevision, lease }: KeyValue) {
  return { key, createRevision, lease };
}

function after(env: Env, member: number, to: EndpointId, revision: Revision): ComputedChange | undefined {
  const event = env.shared.store.computedAt(revision + 1);
  if (event === undefined || !isFast(env)) return undefined;
  const { leader } = env.shared.mode.get();
  const wayUs = calmUs(env, endpointOf(env, member), to, MIDDLE);
  return wayUs < 0 ? undefined : { event, arrivedUs: event.atUs + noticeUs(env, leader, member) + wayUs };
}

/** How long the news of a computed write takes to a member. */
export function noticeUs(env: Env, leader: number, member: number): TimeUs {
  if (member === leader) return 0;
  return Math.max(0, calmUs(env, endpointOf(env, leader), endpointOf(env, member), MIDDLE));
}
