import type { TimeUs } from '../contracts/index.ts';
import { type Distribution, sampleUs } from '../engine/distributions.ts';

/** One-way latencies by class of pair. */
export interface LatencyProfiles {
  readonly sameHost: Distribution;
  readonly sameZone: Distribution;
  readonly crossZone: Distribution;
}

/**
 * One-way figures for a region of a public cloud: loopback, one zone, two zones. The round trips (0.5 ms and 1.5 ms) are
 * those that etcd's operations guide calls typical of one data centre and of neighbouring ones.
 */
export const DEFAULT_PROFILES: LatencyProfiles = {
  sameHost: { kind: 'logNormal', p50Us: 30, p99Us: 60 },
  sameZone: { kind: 'logNormal', p50Us: 250, p99Us: 500 },
  crossZone: { kind: 'logNormal', p50Us: 750, p99Us: 1500 },
};

const STEP_BITS = 10;
const STEPS = 1 << STEP_BITS;

/** A distribution at 1024 equally likely points: one table look-up a draw. */
export function latencyTable(distribution: Distribution): Float64Array {
  const table = new Float64Array(STEPS);
  const width = 2 ** (32 - STEP_BITS);
  for (let i = 0; i < STEPS; i++) table[i] = sampleUs(distribution, i * width + width / 2);
  return table;
}

export function tableSample(table: Float64Array, draw: number): TimeUs {
  return table[draw >>> (32 - STEP_BITS)];
}
