import type { EndpointId, EtcdCluster, Transport } from '../../contracts/index.ts';
import type { Distribution } from '../../engine/distributions.ts';
import type { CommitHook } from '../commitHook.ts';
import type { RequestObserver } from '../requestObserver.ts';
import type { SharedState } from '../shared.ts';

/** What the machine of a replica sustains: so many requests at once and then so many a second; others wait for their turn. */
export interface Throughput {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface ReplicaOptions {
  readonly index: number;
  readonly endpointOf: () => EndpointId;
  readonly etcd: EtcdCluster;
  readonly links: Transport;
  readonly hook: CommitHook;
  readonly shared: SharedState;
  readonly work: Distribution;
  readonly epochSeconds: number;
  readonly disabledPlugins: readonly string[];
  readonly disabledFeatures?: readonly string[];
  readonly requestObserver?: RequestObserver;
  readonly throughput?: Throughput;
  readonly directWrites?: boolean;
}
