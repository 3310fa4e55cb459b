import { MS_US, SECOND_US } from '../../contracts/index.ts';

/**
 * Model time of the controller manager's own work. Kubernetes gives no figures; these are chosen from the recordings of a
 * real control plane (transcripts) and are small against the waits that Kubernetes defines.
 */
export const LATENCY = {
  /** One reconcile, from taking the key to the first request: cache reads and comparisons. */
  reconcileUs: 1 * MS_US,
  /**
   * From `became leader` to controllers that run: building clients, discovery, starting some forty controllers one by one.
   * Recorded: the first write of a controller comes 1.5-2.7 s after the lease was taken (leader-failover transcripts).
   */
  controllersStartMinUs: 1400 * MS_US,
  controllersStartSpreadUs: 1000 * MS_US,
  /** client-go WaitForCacheSync polls at this period. */
  cacheSyncPollUs: 100 * MS_US,
  /** A process that lost its lease exits and is started again by the kubelet (static pod): relist, create, start. */
  processRestartUs: 2 * SECOND_US,
} as const;
