import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  WorldContext,
} from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { ELECTION_TICKS, TICK_US } from '../latency.ts';
import { initialState } from '../raft/core.ts';
import type { Message } from '../raft/types.ts';
import { markOf, noteApplied } from './apply.ts';
import { commitBatch, wake } from './fast.ts';
import { allReachable } from './health.ts';
import { markNow } from './marks.ts';
import { onRaft, onStored, onTick } from './messages.ts';
import { materialise, stableIndex, startTicking } from './modes.ts';
import { electionTicks } from './node.ts';
import { onReadReady } from './reads.ts';
import { onForward, onRequest, revokeExpired } from './requests.ts';
import { recordLeader } from './roles.ts';
import type { Env } from './state.ts';
import { isFast, MEMBER, type MemberState } from './state.ts';
import type { ConfirmedReads, MemberHandlers, Proposal, Request } from './types.ts';
import { cancelAll, deliver, syncWatch } from './watches.ts';

/** Order in which members register their handlers. */
const HANDLERS = [
  'request',
  'forward',
  'commit',
  'wake',
  'readReady',
  'deliver',
  'syncWatch',
  'tick',
  'raft',
  'stored',
  'leases',
] as const satisfies readonly (keyof MemberHandlers)[];

/** What the members share, and the look-out for broken links while no message travels. */
export class CommonPart implements Component {
  readonly name = 'etcd';
  readonly #env: Env;
  #watchdog: HandlerId = 0;

  constructor(env: Env) {
    this.#env = env;
  }

  init(c: Containers, _id: ComponentId): void {
    this.#env.shared.init(c, this.#env.options, this.#env.compact);
  }

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'heartbeats', laneDelayUs: TICK_US, run: (ctx) => this.#look(ctx) }];
  }

  registered(ids: readonly HandlerId[]): void {
    this.#watchdog = ids[0];
  }

  start(ctx: WorldContext): void {
    if (this.#env.members.length > 1) ctx.schedule(TICK_US, this.#watchdog, 0, 0, WHY.raftTick);
  }

  crash(): void {
    throw new Error('etcd as a whole cannot crash: crash its members');
  }

  /** A heartbeat that cannot pass ends the fast path. */
  #look(ctx: WorldContext): void {
    ctx.schedule(TICK_US, this.#watchdog, 0, 0, WHY.raftTick);
    if (isFast(this.#env) && (this.#env.options.messageLevelOnly || !allReachable(this.#env)))
      materialise(this.#env, ctx);
  }
}

/** One member: its handlers, and how it comes and goes. */
export class Member implements Component {
  readonly name: string;
  readonly #env: Env;
  readonly #state: MemberState;

  constructor(env: Env, state: MemberState) {
    this.name = state.name;
    this.#env = env;
    this.#state = state;
  }

  init(c: Containers, id: ComponentId): void {
    const voters = this.#env.members.map((m) => m.raftId);
    this.#state.init(c, id, voters);
  }

  handlers(): readonly HandlerSpec[] {
    const env = this.#env;
    const m = this.#state;
    const run: Record<(typeof HANDLERS)[number], HandlerSpec['run']> = {
      request: (ctx, _a, _b, payload) => onRequest(env, ctx, m, payload as Request),
      forward: (ctx, _a, _b, payload) => onForward(env, ctx, m, payload as Proposal),
      commit: (ctx, a) => commitBatch(env, ctx, a),
      wake: (ctx) => wake(env, ctx),
      readReady: (ctx, _a, _b, payload) => onReadReady(env, ctx, m, payload as ConfirmedReads),
      deliver: (ctx) => deliver(env, ctx, m.index, markNow(env, ctx, m.index).revision),
      syncWatch: (ctx, a) => syncWatch(env, ctx, a),
      tick: (ctx, a) => onTick(env, ctx, m, a),
      raft: (ctx, _a, _b, payload) => onRaft(env, ctx, m, payload as Message),
      stored: (ctx) => onStored(env, ctx, m),
      leases: (ctx) => revokeExpired(env, ctx, m),
    };
    return HANDLERS.map((name) => ({ name, run: run[name] }));
  }

  registered(ids: readonly HandlerId[]): void {
    this.#state.handlers = Object.fromEntries(HANDLERS.map((name, i) => [name, ids[i]])) as unknown as MemberHandlers;
  }

  start(ctx: WorldContext): void {
    const { numbers } = this.#state;
    numbers.set(MEMBER.up, 1);
    if (this.#env.shared.appliedIndex === 1 && ctx.nowUs === 0) begin(this.#env, ctx, this.#state);
    else restart(this.#env, ctx, this.#state);
  }

  crash(ctx: WorldContext): void {
    const env = this.#env;
    const member = this.#state;
    cancelAll(env, ctx, member.index);
    const { mode, pending } = env.shared;
    const stable = isFast(env) ? stableIndex(env, ctx, member) : (member.raft.get()?.stable ?? member.log.last);
    member.numbers.set(MEMBER.up, 0);
    if (mode.get().draining && member.raft.get()?.role === 'leader') {
      pending.dropBefore(pending.next);
      mode.set({ ...mode.get(), draining: false });
    }
    materialise(env, ctx);
    member.log.truncateAfter(stable);
    member.dropVolatile();
  }
}

/** A new world begins with a healthy cluster that etcd-0 leads; the last member to start opens it. */
function begin(env: Env, ctx: WorldContext, member: MemberState): void {
  if (member.index !== env.members.length - 1) return;
  env.shared.mode.set({ kind: 'fast', leader: 0, term: 2, draining: false });
  const mark = markOf(noteApplied(env, { index: 2, term: 2, type: 'empty', data: null }, undefined));
  for (const m of env.members) {
    m.hard.set({ term: 2, vote: 1, commit: mark.index });
    m.mark.set(mark);
    m.numbers.set(MEMBER.lead, 1);
  }
  recordLeader(env, ctx, 0);
}

/** A member comes back with what its disk holds. */
function restart(env: Env, ctx: WorldContext, member: MemberState): void {
  materialise(env, ctx);
  const { index } = member.mark.get();
  const state = initialState(member.raftId, member.hard.get(), member.log.snapshot, member.log, index);
  state.commit = Math.max(state.commit, index);
  state.randomizedElectionTimeout = electionTicks(ctx, member);
  // A lone member need not wait for a leader that could be there (etcd 3.6 server.go, advanceTicks).
  if (env.members.length === 1) state.electionElapsed = ELECTION_TICKS - 1;
  member.raft.set(state);
  startTicking(ctx, member);
  member.numbers.set(MEMBER.lead, 0);
  member.numbers.set(MEMBER.noLeaderSinceUs, ctx.nowUs);
}
