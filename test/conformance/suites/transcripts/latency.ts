import type { Throughput } from '../../../../sim-core/apiserver/replica/options.ts';
import type { Distribution } from '../../../../sim-core/engine/distributions.ts';
import type { EtcdProfile } from '../../../../sim-core/etcd/index.ts';
import type { LatencyProfiles } from '../../../../sim-core/network/latency.ts';

/**
 * `conformance.latency`: the one profile for all recordings. They were taken on one machine with everything on it and with
 * four times as much work as it has cores (load averages of 11 to 16 in `runs`), so links are loopback and what costs time is
 * the API server's and etcd's waiting for a core: a Deployment's create is followed by its ReplicaSet after 6 ms, by the first
 * pod after 15 ms more, and pods are then created at one in 4 to 10 ms. The one recording that keeps the machine busy for
 * seconds (130 pods behind a Service) shows what it sustains: about 1,100 requests in 12 s.
 */
export const CONFORMANCE_LATENCY: {
  readonly links: LatencyProfiles;
  readonly etcd: EtcdProfile;
  readonly work: Distribution;
  readonly throughput: Throughput;
} = {
  links: {
    sameHost: { kind: 'logNormal', p50Us: 200, p99Us: 600 },
    sameZone: { kind: 'logNormal', p50Us: 200, p99Us: 600 },
    crossZone: { kind: 'logNormal', p50Us: 200, p99Us: 600 },
  },
  etcd: {
    fsync: { kind: 'logNormal', p50Us: 2_000, p99Us: 20_000 },
    applyUs: 30,
    readUs: 20,
    snapshotBytesPerSecond: 100e6,
  },
  work: { kind: 'logNormal', p50Us: 2_000, p99Us: 8_000 },
  throughput: { requestsPerSecond: 100, burst: 100 },
};
