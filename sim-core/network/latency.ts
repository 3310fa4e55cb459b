import type { TimeUs } from '../contracts/index.ts';

/** A one-way latency: `constant`, or log-normal around a median with the given sigma of the logarithm. */
export interface LatencyProfile {
  readonly kind: 'constant' | 'lognormal';
  readonly medianUs: TimeUs;
  readonly sigma?: number;
  /** Floor of a draw; default a quarter of the median. */
  readonly minUs?: TimeUs;
}

export interface LatencyProfiles {
  readonly sameHost: LatencyProfile;
  readonly sameZone: LatencyProfile;
  readonly crossZone: LatencyProfile;
}

/**
 * One-way figures for a region of a public cloud: loopback, one zone, two zones. The round trips (0.5 ms and 1.5 ms) are
 * those that etcd's operations guide calls typical of one data centre and of neighbouring ones.
 */
export const DEFAULT_PROFILES: LatencyProfiles = {
  sameHost: { kind: 'lognormal', medianUs: 30, sigma: 0.2 },
  sameZone: { kind: 'lognormal', medianUs: 250, sigma: 0.25 },
  crossZone: { kind: 'lognormal', medianUs: 750, sigma: 0.25 },
};

/** e^x for small |x| from multiplications alone, so that every machine gives the same bits. */
export function expSmall(x: number): number {
  let y = 1 + x / 4096;
  for (let i = 0; i < 12; i++) y *= y;
  return y;
}

/** A standard normal deviate from one u32: the sum of its four bytes, centred and scaled (range about ±3.5). */
export function normalFrom(draw: number): number {
  const sum = (draw & 255) + ((draw >>> 8) & 255) + ((draw >>> 16) & 255) + (draw >>> 24);
  return (sum - 510) / 147.8;
}

/** The latency that one u32 draw stands for, in whole µs. */
export function latencyOf(profile: LatencyProfile, draw: number): TimeUs {
  if (profile.kind === 'constant') return profile.medianUs;
  const us = Math.round(profile.medianUs * expSmall((profile.sigma ?? 0.25) * normalFrom(draw)));
  return Math.max(us, profile.minUs ?? Math.floor(profile.medianUs / 4));
}
