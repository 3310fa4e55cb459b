import { MS_US } from '../contracts/index.ts';
import type { Distribution } from '../engine/index.ts';

/**
 * What containers and their runtime do when a scenario says nothing. Kubernetes defines none of these; they are model
 * constants with their basis beside them, all in one place.
 */
export const DEFAULTS = {
  /** Sandbox and pod network (containerd and a CNI plugin): 150-500 ms, 1-3 s on a busy node. */
  sandbox: { kind: 'logNormal', p50Us: 300 * MS_US, p99Us: 1200 * MS_US },
  /** Tearing both down. */
  sandboxStop: { kind: 'logNormal', p50Us: 100 * MS_US, p99Us: 400 * MS_US },
  /** runc create and start together take 50-200 ms a container. */
  create: { kind: 'logNormal', p50Us: 50 * MS_US, p99Us: 150 * MS_US },
  start: { kind: 'logNormal', p50Us: 50 * MS_US, p99Us: 150 * MS_US },
  /** A container that is started answers its probes after this: a small service; a JVM needs tens of seconds. */
  startup: { kind: 'logNormal', p50Us: 500 * MS_US, p99Us: 3000 * MS_US },
  /** From SIGTERM to a clean exit of a server that closes its connections. */
  shutdown: { kind: 'logNormal', p50Us: 100 * MS_US, p99Us: 1000 * MS_US },
  /** An init container: a migration, a copy, a wait for something that is there. */
  initRun: { kind: 'logNormal', p50Us: 500 * MS_US, p99Us: 3000 * MS_US },
  /** A container of a Job's pod. */
  jobRun: { kind: 'logNormal', p50Us: 5000 * MS_US, p99Us: 20_000 * MS_US },
  /** One answer to a probe, and one start of a command in a container. */
  probe: { kind: 'logNormal', p50Us: 2 * MS_US, p99Us: 20 * MS_US },
  exec: { kind: 'logNormal', p50Us: 40 * MS_US, p99Us: 150 * MS_US },
  /** Round trip to a registry: token, manifest, configuration. */
  registry: { kind: 'logNormal', p50Us: 300 * MS_US, p99Us: 1000 * MS_US },
} as const satisfies Record<string, Distribution>;

/**
 * Bytes a second of compressed image, download and unpacking together. Measured: 1.13 GB in 38 s (c6i.metal) and in 29 s
 * (r6g.12xlarge), i.e. 30-39 MB/s.
 */
export const PULL_BYTES_PER_SECOND = 30_000_000;

/** Spread of one pull's speed around the mean: the slowest percent takes 1.6 times as long. */
export const PULL_SPREAD: Distribution = { kind: 'logNormal', p50Us: 1_000_000, p99Us: 1_600_000 };

/** Compressed size of an image that no rule names: most images of public registries lie between 10 MB and 1 GB. */
export const IMAGE_BYTES: Distribution = { kind: 'logNormal', p50Us: 80_000_000, p99Us: 900_000_000 };

/** Load of a container that no rule describes: an idle service. */
export const IDLE_CPU_MILLI = 5;
export const IDLE_MEMORY_BYTES = 32 * 1024 * 1024;
