import { ContainerSet } from '../../../../sim-core/engine/index.ts';
import type { RaftNode } from '../../../../sim-core/etcd/raft/core.ts';
import { initialState } from '../../../../sim-core/etcd/raft/core.ts';
import { TableLog } from '../../../../sim-core/etcd/raft/log.ts';
import { advance, hasReady, takeReady, tick } from '../../../../sim-core/etcd/raft/node.ts';
import { applyRemoval, step } from '../../../../sim-core/etcd/raft/step.ts';
import type { EntryType, HardState, Message, RaftConfig, SnapshotMeta } from '../../../../sim-core/etcd/raft/types.ts';
import { message } from '../../../../sim-core/etcd/raft/types.ts';
import type { CaseResult, SetRun, VectorFolder } from '../../harness.ts';
import { canonical, play } from '../../harness.ts';

interface Op {
  readonly op: string;
  readonly id?: number;
  readonly n?: number;
  readonly data?: string;
  readonly node?: number;
  readonly to?: number;
  readonly groups?: readonly (readonly number[])[];
}

interface Case {
  readonly case: string;
  readonly in: {
    readonly members: number;
    readonly electionTick: number;
    readonly heartbeatTick: number;
    readonly electionTimeouts: readonly number[];
    readonly preVote: boolean;
    readonly checkQuorum: boolean;
    readonly ops: readonly Op[];
  };
  readonly out: { readonly steps: readonly { readonly error: string | null; readonly members: readonly unknown[] }[] };
}

const roles = {
  follower: 'StateFollower',
  preCandidate: 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
};

/** One member with its disk: hard state, log and snapshot survive a stop; the rest is made anew. */
class Member {
  readonly log: TableLog;
  readonly #config: RaftConfig;
  readonly #timeout: number;
  hard: HardState = { term: 0, vote: 0, commit: 1 };
  node: RaftNode | undefined;

  constructor(id: number, voters: readonly number[], config: RaftConfig, timeout: number) {
    this.log = new TableLog(new ContainerSet(`member-${id}`, false), 'log', { index: 1, term: 1, voters });
    this.#config = config;
    this.#timeout = timeout;
    this.start(id);
  }

  start(id: number): void {
    const timeout = this.#timeout;
    // Everything behind the snapshot is applied again.
    const state = initialState(id, this.hard, this.log.snapshot, this.log, 0);
    state.randomizedElectionTimeout = timeout;
    this.node = { state, log: this.log, config: this.#config, electionTimeout: () => timeout };
  }
}

class Cluster {
  readonly members: Member[] = [];
  readonly #queue: Message[] = [];
  #groups: readonly (readonly number[])[] | undefined;

  constructor(input: Case['in']) {
    const ids = Array.from({ length: input.members }, (_, i) => i + 1);
    const config: RaftConfig = {
      electionTick: input.electionTick,
      heartbeatTick: input.heartbeatTick,
      preVote: input.preVote,
      checkQuorum: input.checkQuorum,
      maxInflight: 256,
      maxEntries: 1_000_000,
    };
    for (const id of ids) this.members.push(new Member(id, ids, config, input.electionTimeouts[id - 1]));
  }

  #connected(a: number, b: number): boolean {
    if (this.members[b - 1].node === undefined) return false;
    return this.#groups === undefined || this.#groups.some((g) => g.includes(a) && g.includes(b));
  }

  run(op: Op): string | undefined {
    const member = op.id === undefined ? undefined : this.members[op.id - 1];
    const node = member?.node;
    switch (op.op) {
      case 'tick':
        for (let i = 0; i < (op.n ?? 1); i++) {
          for (const m of op.id === undefined ? this.members : [this.members[op.id - 1]]) if (m.node) tick(m.node);
          this.settle();
        }
        return undefined;
      case 'campaign':
        if (node) step(node, message('hup', node.state.id, node.state.id, 0));
        break;
      case 'propose':
        return this.#propose(node, 'normal', op.data);
      case 'confRemove':
        return this.#propose(node, 'removeMember', op.node);
      case 'stop':
        if (member) member.node = undefined;
        break;
      case 'start':
        if (member && node === undefined) member.start(op.id as number);
        break;
      case 'partition':
        this.#groups = op.groups;
        break;
      case 'heal':
        this.#groups = undefined;
        break;
      case 'compact':
        return member && node ? compact(member, node) : undefined;
      case 'transfer':
        if (node) step(node, message('transferLeader', op.to as number, node.state.id, 0));
        break;
      default:
        throw new Error(`unknown operation ${op.op}`);
    }
    this.settle();
    return undefined;
  }

  #propose(node: RaftNode | undefined, type: EntryType, data: unknown): string | undefined {
    if (node === undefined) return undefined;
    const entries = [{ index: 0, term: 0, type, data }];
    const error = step(node, message('propose', node.state.id, node.state.id, 0, { entries }));
    this.settle();
    return error;
  }

  settle(): void {
    for (;;) {
      for (const member of this.members) this.#work(member);
      if (this.#queue.length === 0) return;
      for (const m of this.#queue.splice(0)) this.#deliver(m);
    }
  }

  #work(member: Member): void {
    const node = member.node;
    while (node !== undefined && hasReady(node, member.hard)) {
      const ready = takeReady(node);
      member.hard = ready.hard;
      this.#queue.push(...ready.messages);
      for (const entry of ready.committed) if (entry.type === 'removeMember') applyRemoval(node, entry.data as number);
      advance(node, ready);
    }
  }

  #deliver(m: Message): void {
    const from = this.members[m.from - 1].node;
    if (!this.#connected(m.from, m.to)) {
      if (from) step(from, message('unreachable', m.to, m.from, 0));
      if (from && m.type === 'snapshot') step(from, message('snapshotStatus', m.to, m.from, 0, { reject: true }));
      return;
    }
    step(this.members[m.to - 1].node as RaftNode, m);
    if (from && m.type === 'snapshot') step(from, message('snapshotStatus', m.to, m.from, 0));
  }

  state(): unknown[] {
    return this.members.map((member, i) => {
      const node = member.node;
      if (node === undefined) return { id: i + 1, up: false };
      const { log, state: s } = node;
      const logTerms: number[] = [];
      for (let index = log.first; index <= log.last; index++) logTerms.push(log.term(index));
      return {
        applied: s.applied,
        commit: s.commit,
        firstIndex: log.first,
        id: s.id,
        lastIndex: log.last,
        lead: s.lead,
        leadTransferee: s.leadTransferee === 0 ? undefined : s.leadTransferee,
        logTerms,
        role: roles[s.role],
        term: s.term,
        vote: s.vote,
        voters: s.voters,
      };
    });
  }
}

function compact(member: Member, node: RaftNode): string | undefined {
  const index = node.state.applied;
  // The recorder leaves a member alone that has applied nothing yet.
  if (index === 1) return undefined;
  if (index <= member.log.snapshot.index) return 'requested index is older than the existing snapshot';
  const snapshot: SnapshotMeta = { index, term: member.log.term(index), voters: node.state.voters };
  member.log.compact(snapshot, index);
  return undefined;
}

function playCase(c: Case): Omit<CaseResult, 'name'> {
  const cluster = new Cluster(c.in);
  let equal = 0;
  let first: { expected: string; actual: string } | undefined;
  c.in.ops.forEach((op, i) => {
    const error = cluster.run(op) ?? null;
    const expected = canonical(c.out.steps[i]);
    const actual = canonical({ error, members: cluster.state() });
    if (expected === actual) equal++;
    else first ??= { expected: `${i} ${JSON.stringify(op)} ${expected}`, actual };
  });
  const total = c.in.ops.length;
  return { equal: equal === total, equalUnits: equal, totalUnits: total, cause: first && 'state of members', ...first };
}

/** Scenarios of go.etcd.io/raft: the state of all members after each operation counts as one unit. */
export function* raftSets(vectors: VectorFolder, only: string | undefined): Iterable<SetRun> {
  if (!vectors.has('raft.jsonl') || (only !== undefined && !'raft'.includes(only) && !only.startsWith('scenario')))
    return;
  const cases = vectors
    .lines<Case>('raft.jsonl')
    .filter((c) => only === undefined || 'raft'.includes(only) || c.case.includes(only));
  yield { set: 'raft', cases: cases.map((c) => play(c.case, () => withUnits(c))) };
}

function withUnits(c: Case): Omit<CaseResult, 'name'> {
  try {
    return playCase(c);
  } catch (error) {
    const actual = String(error instanceof Error ? error.stack : error);
    return { equal: false, skipped: true, equalUnits: 0, totalUnits: c.in.ops.length, cause: 'crash', actual };
  }
}
