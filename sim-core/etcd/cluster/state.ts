import type {
  Cell,
  CompactObjects,
  ComponentId,
  Containers,
  EndpointId,
  IntMap,
  IntSets,
  PagedF64,
  PagedTable,
  Revision,
  Ring,
  TimeUs,
  Transport,
  WorldContext,
} from '../../contracts/index.ts';
import { NamedStream } from '../../engine/draws.ts';
import type { EtcdProfile } from '../latency.ts';
import { ELECTION_TICKS, SNAPSHOT_EVERY, SNAPSHOT_KEEP, streamName, TICK_US } from '../latency.ts';
import { CompactRows } from '../mvcc/compactRows.ts';
import { ComputedWrite } from '../mvcc/computedPut.ts';
import { Lessor, minTtlSeconds } from '../mvcc/lessor.ts';
import type { StoreOptions } from '../mvcc/store.ts';
import { Store } from '../mvcc/store.ts';
import type { EtcdObserver } from '../observer.ts';
import { TableLog } from '../raft/log.ts';
import type { HardState, RaftState } from '../raft/types.ts';
import type { Answers } from './answers.ts';
import type {
  Applied,
  Batch,
  CommitHook,
  Committed,
  FastState,
  Mark,
  MemberHandlers,
  Mode,
  Proposal,
  ReadQueue,
  Storing,
  WatchRow,
} from './types.ts';

export interface EtcdOptions extends StoreOptions {
  /** 1, 3 or 5. */
  readonly members: number;
  readonly transport: Transport;
  readonly profile?: EtcdProfile;
  readonly quotaBytes?: number;
  /** Let every raft message travel, also in a healthy cluster: slower, with the same results. */
  readonly messageLevelOnly?: boolean;
  /** For checkers. */
  readonly observer?: EtcdObserver;
}

/** Every cluster begins with a snapshot at index 1; the first leader's empty entry is index 2 (raft 3.6 bootstrap). */
export const FIRST_INDEX = 2;
export const MIN_TTL_SECONDS = minTtlSeconds(ELECTION_TICKS * TICK_US);

export const NO_READS: ReadQueue = { context: 0, askedUs: 0, round: [], next: [], confirmed: [] };
const START_MARK: Mark = { index: 1, revision: 1, compacted: -1, chain: 0 };

/** Places in the shared numbers. */
export const NUMBER = {
  proposals: 0,
  batches: 1,
  alarm: 2,
  backendCommitUs: 3,
  readContexts: 4,
  leaseCheckUs: 5,
} as const;

/**
 * What members have in common. Raft makes every member apply the same entries in the same order, so the store is kept
 * once, with its history; a member is a place in it (its Mark) and sees nothing that is newer.
 */
export class Shared {
  store!: Store;
  lessor!: Lessor;
  /** Ring index i holds raft index i + FIRST_INDEX. */
  /** A number: that of a timed row of the store. */
  applied!: Ring<Applied | number>;
  pending!: Ring<Proposal>;
  batches!: Ring<Batch>;
  commits!: Ring<Committed>;
  mode!: Cell<Mode>;
  fast!: Cell<FastState>;
  numbers!: PagedF64;
  watches!: PagedTable<WatchRow>;
  memberWatches!: IntSets;

  init(c: Containers, options: EtcdOptions, compact: CompactObjects | undefined): void {
    this.lessor = new Lessor(c);
    this.store = new Store(c, this.lessor, options, compact && new CompactRows(c, compact));
    this.applied = c.ring('applied', { rowBytes: 60 });
    this.pending = c.ring('pending');
    this.batches = c.ring('batches');
    this.commits = c.ring('commits');
    this.mode = c.cell<Mode>('mode', { kind: 'fast', leader: 0, term: 1, draining: false });
    const readRounds = Array.from({ length: options.members }, () => [0, 0] as const);
    this.fast = c.cell<FastState>('fast', { started: 0, busyUntilUs: 0, lastCommitUs: 0, waking: false, readRounds });
    this.numbers = c.f64('numbers');
    this.watches = c.table('watches');
    this.memberWatches = c.intSets('member-watches');
  }

  get appliedIndex(): number {
    return this.applied.next + FIRST_INDEX - 1;
  }

  /** What was applied at a raft index; undefined if it is forgotten or to come. */
  at(index: number): Applied | undefined {
    const applied = this.applied.get(index - FIRST_INDEX);
    return typeof applied === 'number' ? this.store.timed.entry(applied) : applied;
  }

  /** When an entry was written in one step; -1 = it was not, or is not there. */
  computedAtUs(index: number): TimeUs {
    const applied = this.applied.get(index - FIRST_INDEX);
    if (typeof applied === 'number') return this.store.timed.atUs(applied);
    return applied instanceof ComputedWrite ? applied.atUs : -1;
  }

  /** The chain at the head of the common history. */
  get lastChain(): number {
    const applied = this.applied.get(this.applied.next - 1);
    return typeof applied === 'number' ? this.store.timed.chain(applied) : (applied?.chain ?? 0);
  }

  /** Appends to the common history; a number is that of a timed row. */
  append(applied: Applied | number, index: number): void {
    this.applied.push(applied);
    // Old entries stay as long as a member could ask for them: from 5,000 before the snapshot before the last.
    if (index % SNAPSHOT_EVERY === 0) this.#forget(index - SNAPSHOT_EVERY - SNAPSHOT_KEEP - FIRST_INDEX);
  }

  #forget(before: number): void {
    // From behind: what is far back may be frozen, and would be thawed page by page.
    let i = before - 1;
    while (i >= this.applied.first && typeof this.applied.get(i) !== 'number') i--;
    const timed = this.applied.get(i);
    this.applied.dropBefore(before);
    if (typeof timed === 'number') this.store.leaveLog(timed + 1);
  }

  count(place: number): number {
    const n = this.numbers.get(place);
    this.numbers.set(place, n + 1);
    return n;
  }

  get alarm(): boolean {
    return this.numbers.get(NUMBER.alarm) === 1;
  }
}

/** Places in a member's numbers (durable, except by their meaning). */
export const MEMBER = {
  up: 0,
  timeoutDraws: 1,
  fsyncs: 2,
  /** Commits that were taken into account in the member's mark. */
  commitsSeen: 3,
  /** Revision up to which watches that have caught up were served. */
  delivered: 4,
  /** Raft id of the last known leader, and when there was none since. */
  lead: 5,
  noLeaderSinceUs: 6,
  leadElectedUs: 7,
  /** Slowness of the disk: fsyncs take this many times as long; 0 = 1. */
  diskFactor: 8,
  /** Ticks of an earlier spell of message traffic are ignored. */
  tickEpoch: 9,
} as const;

/** Containers of one member. */
export class MemberState {
  readonly index: number;
  readonly name: string;
  component: ComponentId = 0;
  handlers!: MemberHandlers;
  hard!: Cell<HardState>;
  log!: TableLog;
  mark!: Cell<Mark>;
  numbers!: PagedF64;
  raft!: Cell<RaftState | undefined>;
  #stream: NamedStream | undefined;
  #endpoint: EndpointId = -1;
  storing!: Cell<Storing | undefined>;
  /** Proposals that this member's clients wait for, oldest first; open by proposal id. */
  waiting!: Ring<Proposal>;
  open!: IntMap;
  /** Proposals held until there is a leader. */
  held!: Cell<readonly Proposal[]>;
  reads!: Cell<ReadQueue>;
  #containers!: Containers;

  constructor(index: number) {
    this.index = index;
    this.name = `etcd-${index}`;
  }

  init(c: Containers, id: ComponentId, voters: readonly number[]): void {
    this.#containers = c;
    this.component = id;
    this.hard = c.cell<HardState>('hard-state', { term: 0, vote: 0, commit: 1 });
    this.log = new TableLog(c, 'log', { index: 1, term: 1, voters });
    this.mark = c.cell<Mark>('mark', START_MARK);
    this.numbers = c.f64('numbers');
    const options = { volatile: true };
    this.raft = c.cell<RaftState | undefined>('raft', undefined, options);
    this.storing = c.cell<Storing | undefined>('storing', undefined, options);
    this.waiting = c.ring('waiting', options);
    this.open = c.intMap('open', options);
    this.held = c.cell<readonly Proposal[]>('held', [], options);
    this.reads = c.cell<ReadQueue>('reads', NO_READS, options);
  }

  dropVolatile(): void {
    this.#containers.dropVolatile();
  }

  endpoint(transport: Transport): EndpointId {
    // A world that goes back to before the endpoint was made may give it another number.
    if (!transport.isNamed?.(this.#endpoint, this.name)) this.#endpoint = transport.endpoint(this.name);
    return this.#endpoint;
  }

  /** The n-th number of a purpose of the member's stream. */
  draw(ctx: WorldContext, purpose: number, n: number): number {
    this.#stream ??= new NamedStream(streamName(this.name));
    return ctx.draw(this.#stream.key(ctx), purpose, n);
  }

  get up(): boolean {
    return this.numbers.get(MEMBER.up) === 1;
  }

  get raftId(): number {
    return this.index + 1;
  }

  count(place: number): number {
    const n = this.numbers.get(place);
    this.numbers.set(place, n + 1);
    return n;
  }
}

/** Everything that the functions of the cluster work on. Holds no state of its own beside the wiring. */
export interface Env {
  readonly options: EtcdOptions;
  readonly profile: EtcdProfile;
  readonly transport: Transport;
  readonly shared: Shared;
  readonly members: readonly MemberState[];
  readonly act: Actions;
  readonly answers: Answers;
  hook: CommitHook | undefined;
  /** Wired at build. */
  compact: CompactObjects | undefined;
  /** Called before the fast path ends; wired at build. */
  trouble: readonly ((ctx: WorldContext) => void)[];
  /** Told before the history up to a revision is forgotten. */
  forgetting: readonly ((revision: Revision) => void)[];
}

/** The three doors between the fast path, the message level and what hands over between them. */
export interface Actions {
  /** Ends the fast path. */
  materialise(ctx: WorldContext): void;
  /** Goes over to the fast path if nothing is under way any more. */
  tryFast(ctx: WorldContext): boolean;
  /** Does what a member's raft has ready. */
  work(ctx: WorldContext, member: MemberState): void;
}

export function endpointOf(env: Env, member: number): EndpointId {
  return env.members[member].endpoint(env.transport);
}

export function isFast(env: Env): boolean {
  return env.shared.mode.get().kind === 'fast';
}

export function linkUs(env: Env, ctx: WorldContext, from: number, to: number): TimeUs {
  return env.transport.latencyUs(ctx, endpointOf(env, from), endpointOf(env, to));
}
