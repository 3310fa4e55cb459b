import type {
  CompactObjects,
  Component,
  ComputedWrites,
  EndpointId,
  EtcdCluster,
  HandlerId,
  ObjId,
  PutIf,
  Revision,
  StoreHistory,
  Txn,
  WorldContext,
} from '../../contracts/index.ts';
import { WHY } from '../../contracts/index.ts';
import { combine } from '../../engine/mix.ts';
import { ETCD_PROFILES, TICK_US } from '../latency.ts';
import { ERR } from '../mvcc/errors.ts';
import { hashStore } from '../mvcc/hash.ts';
import { isReadOnly } from '../mvcc/txn.ts';
import type { Role } from '../raft/types.ts';
import { message } from '../raft/types.ts';
import { Answers } from './answers.ts';
import { markOf, noteApplied, runProposal, withoutCommand } from './apply.ts';
import { CommonPart, Member } from './components.ts';
import { computedWrites } from './computed.ts';
import { markNow } from './marks.ts';
import { work } from './messages.ts';
import { materialise, tryFast } from './modes.ts';
import { stepAt } from './node.ts';
import { leaderOf, roleOf, termOf } from './roles.ts';
import type { Env, EtcdOptions } from './state.ts';
import { endpointOf, isFast, MEMBER, MemberState, NUMBER, Shared } from './state.ts';
import type { Client, Command, CommitHook, Proposal, RangeRequest, Request } from './types.ts';
import { dropWatch } from './watches.ts';

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
      compact: undefined,
      trouble: [],
      forgetting: [],
      answers: new Answers(),
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

  keepCompact(objects: CompactObjects): void {
    this.#env.compact = objects;
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
    compactValue: (obj) => shared.store.compactValue(obj),
    eachCompact: (visit) => shared.store.eachCompact(visit),
    changes: (revision) => shared.store.changes(revision),
  };
}

/** Makes the members of a cluster for a world. */
export function createEtcd(options: EtcdOptions): Etcd {
  return new Etcd(options);
}
