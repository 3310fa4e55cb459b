import { RecordKind, type TraceRecord, type TravelSession } from '../../../sim-core/index.ts';
import type { Track, TrackKey } from '../openRun.ts';
import type { Task } from '../task.ts';
import type { Moment } from '../traveller.ts';

export interface EtcdMember {
  readonly name: string;
  readonly role: string;
  readonly term: number;
  readonly commit: number;
  readonly applied: number;
  readonly revision: number;
  readonly compacted: number;
  readonly watchers: number;
  /** The end of its log: [index, term]; empty while the fast path keeps one history for all. */
  readonly log: readonly (readonly [number, number])[];
}

export interface EtcdAt {
  readonly members: readonly EtcdMember[];
  readonly leader: number;
  /** [from * n + to] = 1: messages pass. */
  readonly reachable: readonly number[];
  readonly keys: number;
  readonly fileBytes: number;
  readonly quotaBytes: number;
  /** One healthy leader: commits are computed, raft's messages do not travel one by one. */
  readonly fastPath: boolean;
}

export interface Election {
  readonly timeUs: number;
  /** '' = the leader was lost. */
  readonly leader: string;
  readonly election: string;
}

/** etcd's default `--quota-backend-bytes`. */
const QUOTA_BYTES = 2 * 1024 * 1024 * 1024;
const LOG_SHOWN = 14;
const ELECTIONS_MAX = 200;

export const etcdQueries = {
  /** The members at a moment. */
  async at(task: Task, moment: Moment): Promise<EtcdAt | undefined> {
    return task.run.traveller?.at(task, moment, peek);
  },

  /** Every election of the run. */
  async elections(task: Task): Promise<readonly Election[]> {
    const { leaders } = await task.run.track(task, ELECTIONS);
    const { names } = task.run;
    return leaders
      .slice(-ELECTIONS_MAX)
      .map((r) => ({ timeUs: r.timeUs, election: names.string(r.a), leader: names.string(r.b) }));
  },
};

/** Looking takes up commits that are on their way; the world is put back as it was. */
function peek(session: TravelSession): EtcdAt {
  const { world } = session.cluster;
  const before = world.snapshot();
  try {
    return read(session);
  } finally {
    world.restore(before);
  }
}

function read({ cluster }: TravelSession): EtcdAt {
  const { etcd, world, links } = cluster;
  const { transport } = links;
  const ctx = world.context;
  const all = Array.from({ length: etcd.members }, (_, i) => i);
  const members = all.map(
    (i): EtcdMember => ({
      name: `etcd-${i}`,
      role: etcd.role(i),
      term: etcd.term(i),
      commit: etcd.commitIndex(ctx, i),
      applied: etcd.appliedIndex(ctx, i),
      revision: etcd.revision(ctx, i),
      compacted: etcd.compacted(ctx, i),
      watchers: etcd.watchCount(i),
      log: etcd.logTerms(i).slice(-LOG_SHOWN),
    }),
  );
  const endpoints = all.map((i) => transport.endpoint(`etcd-${i}`));
  return {
    members,
    leader: etcd.leader(),
    reachable: all.flatMap((from) => all.map((to) => (transport.reachable(endpoints[from], endpoints[to]) ? 1 : 0))),
    keys: etcd.store.liveKeys,
    fileBytes: etcd.store.fileBytes,
    quotaBytes: QUOTA_BYTES,
    fastPath: etcd.onFastPath,
  };
}

class Elections implements Track {
  readonly leaders: TraceRecord[] = [];

  add(r: TraceRecord): void {
    if (r.kind === RecordKind.leader) this.leaders.push(r);
  }
}

const ELECTIONS: TrackKey<Elections> = { make: () => new Elections() };
