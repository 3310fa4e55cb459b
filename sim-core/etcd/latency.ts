import type { TimeUs } from '../contracts/index.ts';
import { type Distribution, sampleUs } from '../engine/distributions.ts';

/**
 * How long an etcd member takes. Links are the network's; what is here happens inside a member.
 *
 * Sources (etcd.io/docs/v3.6): op-guide/performance.md (a put of one client on three members 1.6 ms, of which the round
 * trip and two fdatasync are the bulk; fdatasync below 1 ms on an SSD, about 10 ms on a spinning disk; applying to the
 * store tens of µs; serializable read 0.3 ms), faq.md (a healthy disk has wal_fsync p99 below 10 ms).
 */
export interface EtcdProfile {
  /** fdatasync of the write-ahead log. */
  readonly fsync: Distribution;
  /** Applying one entry and answering. */
  readonly applyUs: TimeUs;
  /** Answering a read from the member's own state. */
  readonly readUs: TimeUs;
  /** Bytes a second of a snapshot that is sent to a member. */
  readonly snapshotBytesPerSecond: number;
}

export const ETCD_PROFILES = {
  /** Cloud SSD: median 0.6 ms, p99 4 ms. */
  ssd: {
    fsync: { kind: 'logNormal', p50Us: 600, p99Us: 4_000 },
    applyUs: 30,
    readUs: 20,
    snapshotBytesPerSecond: 100e6,
  },
  /** Local NVMe. */
  nvme: {
    fsync: { kind: 'logNormal', p50Us: 120, p99Us: 800 },
    applyUs: 20,
    readUs: 15,
    snapshotBytesPerSecond: 400e6,
  },
  /** Spinning disk. */
  disk: {
    fsync: { kind: 'logNormal', p50Us: 10_000, p99Us: 40_000 },
    applyUs: 50,
    readUs: 30,
    snapshotBytesPerSecond: 60e6,
  },
} as const satisfies Record<string, EtcdProfile>;

/** Raft's clock: heartbeat interval 100 ms, election timeout 1 s (etcd 3.6 embed/config.go). */
export const TICK_US = 100_000;
export const ELECTION_TICKS = 10;
/** 5 s + 2 x election timeout (etcd 3.6 config.ReqTimeout). */
export const REQUEST_TIMEOUT_US = 7_000_000;
/** A read index that is not answered is asked for again (etcd 3.6 readIndexRetryTime). */
export const READ_RETRY_US = 500_000;
/** Loop that finds expired leases (etcd 3.6 lease/lessor.go), and how many it revokes at once. */
export const LEASE_LOOP_US = 500_000;
export const LEASE_REVOKES_PER_LOOP = 500;
/** An API server's etcd client pings after 30 s and gives the connection up 10 s later (storagebackend/factory/etcd3.go). */
export const DEAD_CONNECTION_US = 40_000_000;

/** Loop that catches up watches that start in the past (etcd 3.6 mvcc/watchable_store.go). */
export const WATCH_SYNC_US = 100_000;
/** Revisions that one response to such a watch spans at most (watchBatchMaxRevs). */
export const WATCH_BATCH_REVISIONS = 1_000;
/** Backend commits happen at least this often (etcd 3.6 backend.go). */
export const BACKEND_COMMIT_US = 100_000;
/** `--snapshot-count`, and the entries kept behind a snapshot for slow followers (etcd 3.6 server.go). */
export const SNAPSHOT_EVERY = 10_000;
export const SNAPSHOT_KEEP = 5_000;
/** `--max-request-bytes` */
export const MAX_REQUEST_BYTES = 1_572_864;
/** Watches whose client wants a leader end after this long without one (v3rpc/interceptor.go: 3 election timeouts). */
export const NO_LEADER_WATCH_US = 3_000_000;

const STEPS = 256;
const TWO32 = 4294967296;

// A memo of pure results keyed by immutable distributions.
const tables = new WeakMap<Distribution, readonly number[]>();

/**
 * As the engine's sampleUs, from a table of 257 quantiles with straight lines between them; the outer 1/256 on both sides
 * are computed, so the tail is exact.
 */
export function quickSampleUs(d: Distribution, u32: number): TimeUs {
  const at = (u32 / TWO32) * STEPS;
  const i = Math.floor(at);
  if (d.kind !== 'logNormal' || i === 0 || i === STEPS - 1) return sampleUs(d, u32);
  let table = tables.get(d);
  if (table === undefined) {
    table = Array.from({ length: STEPS + 1 }, (_, k) => sampleUs(d, Math.min(k * (TWO32 / STEPS), TWO32 - 1)));
    tables.set(d, table);
  }
  return Math.floor(table[i] + (table[i + 1] - table[i]) * (at - i) + 0.5);
}

/** Purposes of draws on a member's stream. */
export const PURPOSE = { fsync: 0, electionTimeout: 1, tickPhase: 2 } as const;

/**
 * Delay from the start of a leader's write until it may apply it: a majority has it on disk, and so has the leader,
 * whose loop takes up commits only after its own fsync. `acks`: round trip plus fsync of each follower.
 */
export function commitDelayUs(ownFsyncUs: TimeUs, acks: readonly TimeUs[], majority: number): TimeUs {
  const ascending = [ownFsyncUs, ...acks].sort((a, b) => a - b);
  return Math.max(ownFsyncUs, ascending[majority - 1]);
}

export function streamName(member: string): string {
  return `etcd/${member}`;
}
