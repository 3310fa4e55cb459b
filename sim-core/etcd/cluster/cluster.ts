import type {
  Component,
  ComponentId,
  ComputedWrites,
  Containers,
  EndpointId,
  EtcdCluster,
  HandlerId,
  HandlerSpec,
  ObjId,
  PutIf,
  Revision,
  StoreHistory,
  Txn,
  WorldContext,
} from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { combine } from '../../engine/mix.ts';
import { ELECTION_TICKS, ETCD_PROFILES, MAX_REQUEST_BYTES, TICK_US } from '../latency.ts';
import { ERR } from '../mvcc/errors.ts';
import { hashStore } from '../mvcc/hash.ts';
import { LEASE_COST_BYTES, putCostBytes, txnCostBytes } from '../mvcc/quota.ts';
import { isReadOnly } from '../mvcc/txn.ts';
import { checkTxn } from '../mvcc/validate.ts';
import { initialState } from '../raft/core.ts';
import type { Message, Role } from '../raft/types.ts';
import { message } from '../raft/types.ts';
import { answerClient, markOf, noteApplied, runProposal, withoutCommand } from './apply.ts';
import { computedWrites } from './computed.ts';
import { fits } from './door.ts';
import { commitBatch, proposeFast, wake } from './fast.ts';
import { allReachable } from './health.ts';
import { dueLeases, planLeaseCheck } from './leases.ts';
import { markNow } from './marks.ts';
import { onRaft, onStored, onTick, submit, submitForwarded, work } from './messages.ts';
import { materialise, stableIndex, startTicking, tryFast } from './modes.ts';
import { electionTicks, stepAt } from './node.ts';
import { answerRead, linearizableRead, onReadReady } from './reads.ts';
import { leaderOf, recordLeader, roleOf, termOf } from './roles.ts';
import type { Env, EtcdOptions } from './state.ts';
import { endpointOf, isFast, MEMBER, MemberState, NUMBER, Shared } from './state.ts';
import type {
  Client,
  Command,
  CommitHook,
  ConfirmedReads,
  MemberHandlers,
  Proposal,
  RangeRequest,
  Request,
} from './types.ts';
import { cancelAll, deliver, dropWatch, openWatch, progress, syncWatch } from './watches.ts';

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

/**
 * An etcd cluster as components of a world: `etcd` holds what all members share and looks after the links, `etcd-0`,
 * `etcd-1`, ... are the members; crash and start those. Put `components` behind the network in the world's list.
 */
export class Etcd implements EtcdCluster {
  readonly members: number;
  readonly computed: ComputedWrites;
  readonly history: StoreHistory;
  readonly #env: Env;
  readonly components: readonly Component[];

  constructor(options: EtcdOptions) {
    this.members = options.members;
    const members = Array.from({ length: options.members }, (_, i) => new MemberState(i));
    const profile = options.profile ?? ETCD_PROFILES.ssd;
    const env: Env = {
      options,
      profile,
      transport: options.transport,
      shared: new Shared(),
      members,
      hook: undefined,
      trouble: [],
      forgetting: [],
      act: {
        materialise: (ctx) => materialise(env, ctx),
        tryFast: (ctx) => tryFast(env, ctx),
        work: (ctx, member) => work(env, ctx, member),
      },
    };
    this.#env = env;
    this.computed = computedWrites(env);
    this.history = historyOf(env);
    this.components = [new CommonPart(this.#env), ...members.map((m) => new Member(this.#env, m))];
  }

  txn(ctx: WorldContext, from: EndpointId, member: number, txn: Txn, handler: HandlerId, token: number): void {
    if (isReadOnly(txn)) {
      this.#send(ctx, member, { from, handler, token, kind: 'read', read: txn, serializable: false });
    } else this.#send(ctx, member, { from, handler, token, kind: 'write', command: { kind: 'txn', txn } });
  }

  putIf(ctx: WorldContext, from: EndpointId, member: number, command: PutIf, handler: HandlerId, token: number): void {
    if (command.key === '') throw new Error('a checked put names its key');
    this.#send(ctx, member, { from, handler, token, kind: 'write', command });
  }

  keyOf(obj: ObjId): string | undefined {
    const { store } = this.#env.shared;
    const slot = store.slotOf(obj);
    return slot === undefined ? undefined : store.keyAt(slot);
  }

  range(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    range: RangeRequest,
    serializable: boolean,
    handler: HandlerId,
    token: number,
  ): void {
    const read: Txn = { compare: [], success: [range], failure: [] };
    this.#send(ctx, member, { from, handler, token, kind: 'read', read, serializable });
  }

  watch(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    prefix: string,
    fromRevision: Revision,
    handler: HandlerId,
    token: number,
  ): number {
    const row = { id: 0, member, from, handler, token, prefix, minRevision: fromRevision, next: 0 };
    const { watches } = this.#env.shared;
    const watch = watches.alloc(row);
    watches.set(watch, { ...row, id: watch });
    const up = this.#env.members[member].up;
    const sent = up && this.#send(ctx, member, { from, handler, token, kind: 'watch', watch, prefix, fromRevision });
    if (!sent) {
      // The connection is refused or times out.
      watches.free(watch);
      const lost = { revision: 0, events: [], canceled: true };
      ctx.schedule(TICK_US, handler, token, 0, WHY.link, lost);
    }
    return watch;
  }

  cancelWatch(_ctx: WorldContext, watch: number): void {
    dropWatch(this.#env, watch);
  }

  /** Asks for a progress notification: a response without events, whose revision the watch has seen everything up to. */
  requestProgress(ctx: WorldContext, from: EndpointId, watch: number): void {
    const row = this.#env.shared.watches.get(watch);
    if (row === undefined) return;
    const { member, handler, token } = row;
    this.#send(ctx, member, { from, handler, token, kind: 'progress', watch });
  }

  compact(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    revision: Revision,
    handler: HandlerId,
    token: number,
  ): void {
    this.#write(ctx, { from, handler, token }, member, { kind: 'compact', revision });
  }

  leaseGrant(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    ttlSeconds: number,
    handler: HandlerId,
    token: number,
  ): void {
    this.#write(ctx, { from, handler, token }, member, { kind: 'leaseGrant', ttlSeconds });
  }

  leaseRevoke(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    lease: number,
    handler: HandlerId,
    token: number,
  ): void {
    this.#write(ctx, { from, handler, token }, member, { kind: 'leaseRevoke', lease });
  }

  leaseKeepAlive(
    ctx: WorldContext,
    from: EndpointId,
    member: number,
    lease: number,
    handler: HandlerId,
    token: number,
  ): void {
    this.#write(ctx, { from, handler, token }, member, { kind: 'leaseKeepAlive', lease });
  }

  /** Ends the NOSPACE alarm; it comes back with the next write if the database has not shrunk. */
  disarm(ctx: WorldContext, from: EndpointId, member: number, handler: HandlerId, token: number): void {
    this.#write(ctx, { from, handler, token }, member, { kind: 'alarm', active: false });
  }

  /** Shrinks the database file to what is in use. */
  defragment(): void {
    this.#env.shared.store.defragment();
  }

  setCommitHook(hook: CommitHook): void {
    this.#env.hook = hook;
  }

  #write(ctx: WorldContext, client: Client, member: number, command: Command): void {
    this.#send(ctx, member, { ...client, kind: 'write', command });
  }

  /** The client's balancer takes a member that it is connected with: not one whose process is gone. */
  #send(ctx: WorldContext, asked: number, request: Request): boolean {
    const member = request.kind === 'watch' || request.kind === 'progress' ? asked : this.#connected(asked);
    if (member < 0) {
      ctx.schedule(TICK_US, request.handler, request.token, 0, WHY.link, ERR.refused);
      return false;
    }
    const to = this.#env.members[member];
    return this.#env.transport.send(
      ctx,
      request.from,
      endpointOf(this.#env, member),
      to.handlers.request,
      0,
      0,
      request,
    );
  }

  /** The first member from `asked` on whose process runs; -1 = none. */
  #connected(asked: number): number {
    const { members } = this.#env;
    for (let i = 0; i < members.length; i++) {
      const at = (asked + i) % members.length;
      if (members[at].up) return at;
    }
    return -1;
  }

  // Faults

  /** Makes a member's fsyncs take `factor` times as long (1 = as its profile says). */
  setDiskFactor(ctx: WorldContext, member: number, factor: number): void {
    if (factor > 1) materialise(this.#env, ctx);
    this.#env.members[member].numbers.set(MEMBER.diskFactor, factor);
  }

  /** Asks the leader to hand over (`etcdctl move-leader`). */
  moveLeader(ctx: WorldContext, to: number): void {
    materialise(this.#env, ctx);
    const leader = leaderOf(this.#env);
    if (leader < 0 || leader === to) return;
    const member = this.#env.members[leader];
    stepAt(ctx, member, message('transferLeader', to + 1, member.raftId, 0));
    work(this.#env, ctx, member);
  }

  // For tests, checkers and reports

  /** The leader's number, or -1. */
  leader(): number {
    return leaderOf(this.#env);
  }

  role(member: number): Role | 'down' {
    return roleOf(this.#env, member);
  }

  term(member: number): number {
    return termOf(this.#env, member);
  }

  /** The last index that the member knows to be committed. */
  commitIndex(ctx: WorldContext, member: number): number {
    return this.#env.members[member].raft.get()?.commit ?? markNow(this.#env, ctx, member).index;
  }

  appliedIndex(ctx: WorldContext, member: number): number {
    return markNow(this.#env, ctx, member).index;
  }

  /** The revision that the member has applied. */
  revision(ctx: WorldContext, member: number): Revision {
    return markNow(this.#env, ctx, member).revision;
  }

  compacted(ctx: WorldContext, member: number): Revision {
    return markNow(this.#env, ctx, member).compacted;
  }

  /**
   * Hash of everything that lives at a revision in the member's store (etcd's HashKV); undefined if the member has not
   * got so far, or has compacted it. A member that applied other entries than its peers hashes differently.
   */
  hashKv(ctx: WorldContext, member: number, revision: Revision): number | undefined {
    const { shared } = this.#env;
    const mark = markNow(this.#env, ctx, member);
    if (revision > mark.revision || revision < mark.compacted) return undefined;
    const hash = hashStore(shared.store, revision);
    const common = shared.at(mark.index)?.chain ?? mark.chain;
    return common === mark.chain ? hash : combine(hash, mark.chain);
  }

  /** Fold of every entry that the member has applied, with the index of the last: equal index, equal chain. */
  chain(ctx: WorldContext, member: number): { readonly index: number; readonly chain: number } {
    const { index, chain } = markNow(this.#env, ctx, member);
    return { index, chain };
  }

  /** Log entries that the member has, as [index, term]; on the fast path only what is behind the common history. */
  logTerms(member: number): readonly (readonly [number, number])[] {
    const { log } = this.#env.members[member];
    return Array.from(
      { length: log.last - log.first + 1 },
      (_, i) => [log.first + i, log.term(log.first + i)] as const,
    );
  }

  get onFastPath(): boolean {
    return isFast(this.#env);
  }

  /** The store at the head of the common history, for checkers and for loading an initial state. Do not write to it. */
  get store() {
    return this.#env.shared.store;
  }

  /** Number of live watches at a member. */
  watchCount(member: number): number {
    return this.#env.shared.memberWatches.count(member);
  }

  /**
   * Applies a transaction at once, outside of raft's time: for the initial state of a world, before anybody watches.
   * The cluster must be on the fast path, with nothing under way.
   */
  seed(ctx: WorldContext, txn: Txn): void {
    const { shared, members } = this.#env;
    const { term } = shared.mode.get();
    const command: Command = { kind: 'txn', txn };
    const id = shared.count(NUMBER.proposals) + 1;
    const proposal: Proposal = { id, member: 0, from: 0, handler: 0, token: 0, startUs: 0, cause: 0, command };
    runProposal(this.#env, ctx, proposal);
    const index = shared.appliedIndex + 1;
    const entry = { index, term, type: 'normal' as const, data: withoutCommand(proposal) };
    const mark = markOf(noteApplied(this.#env, entry, undefined));
    for (const member of members) member.mark.set(mark);
  }
}

function historyOf({ shared }: Env): StoreHistory {
  return {
    get compacted() {
      return Math.max(0, shared.store.compacted);
    },
    get: (key, at) => shared.store.collect({ op: 'range', key }, at).kvs[0],
    range: (key, rangeEnd, at) => shared.store.collect({ op: 'range', key, rangeEnd }, at).kvs,
    changes: (revision) => shared.store.changes(revision),
  };
}

/** What the members share, and the look-out for broken links while no message travels. */
class CommonPart implements Component {
  readonly name = 'etcd';
  readonly #env: Env;
  #watchdog: HandlerId = 0;

  constructor(env: Env) {
    this.#env = env;
  }

  init(c: Containers, _id: ComponentId): void {
    this.#env.shared.init(c, this.#env.options);
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

class Member implements Component {
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

/** A client's request arrives at a member. */
function onRequest(env: Env, ctx: WorldContext, member: MemberState, request: Request): void {
  switch (request.kind) {
    case 'watch':
      openWatch(env, ctx, member.index, request);
      return;
    case 'progress':
      progress(env, ctx, request.watch);
      return;
    case 'read': {
      const { from, handler, token, read } = request;
      const refused = checkTxn(read);
      if (refused) answerClient(env, ctx, member.index, request, refused, 0);
      else {
        const waiting = { from, handler, token, read, startUs: ctx.nowUs, cause: ctx.cause };
        if (request.serializable) answerRead(env, ctx, member.index, waiting);
        else linearizableRead(env, ctx, member, waiting);
      }
      return;
    }
    default:
      onWrite(env, ctx, member, request);
  }
}

function onWrite(env: Env, ctx: WorldContext, member: MemberState, request: Request & { kind: 'write' }): void {
  const { from, handler, token, command } = request;
  const refused = command.kind === 'txn' ? checkTxn(command.txn) : undefined;
  if (refused) {
    answerClient(env, ctx, member.index, request, refused, 0);
    return;
  }
  const cost = costOf(env, command);
  if (cost > MAX_REQUEST_BYTES) {
    answerClient(env, ctx, member.index, request, ERR.requestTooLarge, 0);
    return;
  }
  if (!fits(env, ctx, cost)) {
    if (!env.shared.alarm)
      propose(env, ctx, member, newProposal(env, ctx, member, NOBODY, { kind: 'alarm', active: true }));
    answerClient(env, ctx, member.index, request, ERR.noSpace, 0);
    return;
  }
  propose(env, ctx, member, newProposal(env, ctx, member, { from, handler, token }, command));
}

const NOBODY: Client = { from: 0, handler: 0, token: 0 };

function costOf(env: Env, command: Command): number {
  if (command.kind === 'put') return putCostBytes(env.shared.store, command.key, command.value);
  if (command.kind === 'txn') return txnCostBytes(env.shared.store, command.txn);
  return command.kind === 'leaseGrant' ? LEASE_COST_BYTES : 0;
}

function newProposal(env: Env, ctx: WorldContext, member: MemberState, client: Client, command: Command): Proposal {
  const id = env.shared.count(NUMBER.proposals) + 1;
  const { from, handler, token } = client;
  return { id, member: member.index, from, handler, token, startUs: ctx.nowUs, cause: ctx.cause, command };
}

function propose(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  if (isFast(env)) {
    const { leader } = env.shared.mode.get();
    if (leader === member.index) {
      proposeFast(env, ctx, proposal);
      return;
    }
    const to = env.members[leader];
    const sent = env.transport.send(
      ctx,
      endpointOf(env, member.index),
      endpointOf(env, leader),
      to.handlers.forward,
      0,
      0,
      proposal,
    );
    if (sent) return;
    materialise(env, ctx);
  }
  submit(env, ctx, member, proposal);
}

function onForward(env: Env, ctx: WorldContext, member: MemberState, proposal: Proposal): void {
  if (isFast(env) && env.shared.mode.get().leader === member.index) proposeFast(env, ctx, proposal);
  else if (!isFast(env)) submitForwarded(env, ctx, member, proposal);
}

/** The leader revokes what has expired. */
function revokeExpired(env: Env, ctx: WorldContext, member: MemberState): void {
  env.shared.numbers.set(NUMBER.leaseCheckUs, 0);
  if (leaderOf(env) !== member.index) return;
  for (const lease of dueLeases(env, ctx)) {
    propose(env, ctx, member, newProposal(env, ctx, member, NOBODY, { kind: 'leaseRevoke', lease }));
  }
  planLeaseCheck(env, ctx);
}

/** Makes the members of a cluster for a world. */
export function createEtcd(options: EtcdOptions): Etcd {
  return new Etcd(options);
}
