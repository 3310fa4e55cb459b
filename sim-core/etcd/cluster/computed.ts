import type {
  ComputedWrites,
  EndpointId,
  ObjId,
  RecordId,
  Revision,
  StreamKey,
  TimeUs,
  WorldContext,
} from '../../contracts/index.ts';
import { quickSampleUs } from '../latency.ts';
import { ComputedCreate } from '../mvcc/computedCreate.ts';
import type { ComputedPut } from '../mvcc/computedPut.ts';
import { majority } from '../raft/quorum.ts';
import { placeOf } from './apply.ts';
import { fits } from './door.ts';
import { observeApplied } from './observe.ts';
import type { Env } from './state.ts';
import { endpointOf, isFast, MEMBER, NUMBER } from './state.ts';

/** Purposes of a write's draws on its own stream: its links, and by member the way of its entry. */
const LEG = { request: 16, forward: 17, notice: 18, answer: 19, fsync: 24, out: 32, back: 40 } as const;
/** The middle of a distribution. */
const MIDDLE = 0x80000000;

/** Writes that are computed in one step while the cluster is healthy (see the contract). */
export function computedWrites(env: Env): ComputedWrites {
  return {
    commitUs: (ctx, from, member, bytes, stream, n) => commitUs(env, ctx, from, member, bytes, stream, n),
    answerUs: (ctx, to, member, stream, n) => answerUs(env, ctx, to, member, stream, n),
    next: (member, place, expect) => next(env, member, place, expect),
    nextNew: (member, obj, lease) => nextNew(env, member, obj, lease),
    create: (ctx, member, obj, lease, value, bytes, record) =>
      create(env, ctx, member, obj, lease, value, bytes, record),
    bytesOf: (keyLength, value) => env.shared.store.bytesOf(keyLength, value),
    beforeTrouble: (listener) => {
      env.trouble = [...env.trouble, listener];
    },
    placeOf: (obj) => env.shared.store.slotOf(obj),
    commonAt: (place) => env.shared.store.commonAt(place),
    valueAt: (place) => env.shared.store.valueAt(place),
    revisionOf: (place) => env.shared.store.liveRevision(place),
    timedBy: (values) => env.shared.store.timed.madeBy(values),
    putTimed: (ctx, member, place, common, obj, record, sentUs, handledUs) =>
      putTimed(env, ctx, member, place, common, obj, record, sentUs, handledUs),
    atUs: (revision) => env.shared.store.computedAtUs(revision),
    timedAtUs: (revision) => env.shared.store.timedAtUs(revision),
    timedValue: (obj) => env.shared.store.timedValue(obj),
    valueOf: (obj, at) => env.shared.store.valueOf(obj, at),
    beforeForgetting: (listener) => {
      env.forgetting = [...env.forgetting, listener];
    },
    at: (revision) => env.shared.store.computedAt(revision),
    wayUs: (member, to) => wayUs(env, member, to),
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
  bytes: number,
  stream: StreamKey,
  n: number,
): TimeUs {
  const { shared, members } = env;
  const { kind, leader } = shared.mode.get();
  if (kind !== 'fast' || shared.alarm || !members[member].up) return -1;
  if (!fits(env, ctx, bytes)) return -1;
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
  const ownUs = fsyncUs(env, ctx, leader, stream, n);
  const needed = majority(members.length) - 1;
  if (members.length === 3) {
    const one = ackUs(env, ctx, leader, leader === 0 ? 1 : 0, stream, n);
    const other = ackUs(env, ctx, leader, leader === 2 ? 1 : 2, stream, n);
    return one < 0 || other < 0 ? -1 : Math.max(ownUs, Math.min(one, other)) + profile.applyUs;
  }
  const acks: TimeUs[] = [];
  for (const { index } of members) {
    if (index === leader) continue;
    const us = ackUs(env, ctx, leader, index, stream, n);
    if (us < 0) return -1;
    acks.push(us);
  }
  if (acks.length > 1) acks.sort((a, b) => a - b);
  return Math.max(ownUs, needed === 0 ? 0 : acks[needed - 1]) + profile.applyUs;
}

function fsyncUs(env: Env, ctx: WorldContext, member: number, stream: StreamKey, n: number): TimeUs {
  const us = quickSampleUs(env.profile.fsync, ctx.draw(stream, LEG.fsync + member, n));
  return Math.floor(us * (env.members[member].numbers.get(MEMBER.diskFactor) || 1));
}

/** From the leader's write until it knows that a follower has the entry on its disk. */
function ackUs(env: Env, ctx: WorldContext, leader: number, member: number, stream: StreamKey, n: number): TimeUs {
  const { transport } = env;
  const link = transport.calmClass?.(endpointOf(env, leader), endpointOf(env, member)) ?? -1;
  if (link < 0 || !transport.calmSampleUs) return -1;
  const outUs = transport.calmSampleUs(link, ctx.draw(stream, LEG.out + member, n));
  const backUs = transport.calmSampleUs(link, ctx.draw(stream, LEG.back + member, n));
  return outUs + fsyncUs(env, ctx, member, stream, n) + backUs;
}

function answerUs(env: Env, ctx: WorldContext, to: EndpointId, member: number, stream: StreamKey, n: number): TimeUs {
  const { leader } = env.shared.mode.get();
  const back = calmUs(env, endpointOf(env, member), to, ctx.draw(stream, LEG.answer, n));
  if (back < 0 || member === leader) return back;
  const notice = calmUs(env, endpointOf(env, leader), endpointOf(env, member), ctx.draw(stream, LEG.notice, n));
  return notice < 0 ? -1 : notice + back;
}

function next(env: Env, member: number, place: number, expect: Revision): Revision {
  const { shared } = env;
  if (!isFast(env) || shared.alarm || !env.members[member].up) return 0;
  return expect > 0 && shared.store.liveRevision(place) === expect ? shared.store.revision + 1 : 0;
}

function putTimed(
  env: Env,
  ctx: WorldContext,
  member: number,
  place: number,
  common: object,
  obj: ObjId,
  record: RecordId,
  sentUs: TimeUs,
  handledUs: TimeUs,
): void {
  const { shared } = env;
  const { store } = shared;
  const at = placeOf(env, ctx, member, shared.count(NUMBER.proposals) + 1);
  const n = store.putTimed(place, common, obj, record, sentUs, handledUs, at);
  shared.append(n, at.index);
  if (env.options.observer !== undefined) tell(env, ctx, store.timed.pair(n));
}

function nextNew(env: Env, member: number, obj: ObjId, lease: number): Revision {
  const { shared } = env;
  if (!isFast(env) || shared.alarm || !env.members[member].up) return 0;
  const { store, lessor } = shared;
  return store.slotOf(obj) === undefined && (lease === 0 || lessor.has(lease)) ? store.revision + 1 : 0;
}

function create(
  env: Env,
  ctx: WorldContext,
  member: number,
  obj: ObjId,
  lease: number,
  value: ArrayLike<number>,
  bytes: number,
  record: RecordId,
): void {
  const { shared } = env;
  const { store } = shared;
  const { index, term, proposal, compacted, chain, atUs } = placeOf(
    env,
    ctx,
    member,
    shared.count(NUMBER.proposals) + 1,
  );
  const revision = store.revision + 1;
  const written = new ComputedCreate(obj, revision, record, index, term, proposal, compacted, chain, member, atUs);
  store.createComputed(written, lease, value, bytes);
  note(env, ctx, written);
}

/** The next entry of the log. */
function note(env: Env, ctx: WorldContext, written: ComputedCreate): void {
  env.shared.append(written, written.index);
  tell(env, ctx, written);
}

function tell(env: Env, ctx: WorldContext, written: ComputedPut | ComputedCreate): void {
  if (env.options.observer === undefined) return;
  // Everybody has it on disk: a healthy quorum is all that this way is taken for.
  const answer = { revision: written.modRevision, succeeded: true, results: [] };
  observeApplied(env, ctx, written, answer, () => env.members.length);
}

function wayUs(env: Env, member: number, to: EndpointId): TimeUs {
  if (!isFast(env)) return -1;
  const us = calmUs(env, endpointOf(env, member), to, MIDDLE);
  return us < 0 ? -1 : us + noticeUs(env, env.shared.mode.get().leader, member);
}

/** How long the news of a computed write takes to a member. */
export function noticeUs(env: Env, leader: number, member: number): TimeUs {
  if (member === leader) return 0;
  return Math.max(0, calmUs(env, endpointOf(env, leader), endpointOf(env, member), MIDDLE));
}
