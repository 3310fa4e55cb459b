import type { PagedF64, TimeUs } from '../contracts/index.ts';

/** Queries per second and burst of a token bucket. `qps` <= 0 means no limit. */
export interface RateLimit {
  readonly qps: number;
  readonly burst: number;
}

/**
 * Takes one token from the bucket in slot `i` and returns how long the taker has to wait for it, in µs (0 = now). Waiting
 * takers are served in the order in which they asked, as `rate.Limiter` reserves (client-go util/flowcontrol/throttle.go).
 * The bucket is one number: the time at which it will be full again (generic cell rate algorithm), so it needs no refills.
 */
export function takeToken(fullAtUs: PagedF64, i: number, limit: RateLimit, nowUs: TimeUs): TimeUs {
  if (limit.qps <= 0) return 0;
  const intervalUs = Math.round(1_000_000 / limit.qps);
  const fullAt = Math.max(fullAtUs.get(i), nowUs) + intervalUs;
  fullAtUs.set(i, fullAt);
  return Math.max(0, fullAt - nowUs - limit.burst * intervalUs);
}

/** The unsigned fraction of a u32 draw, in [0, 1). */
export function fraction(draw: number): number {
  return draw / 4_294_967_296;
}

/** wait.Jitter: the duration stretched by a draw from [1, 1 + factor), in whole µs. */
export function jitterUs(durationUs: TimeUs, factor: number, draw: number): TimeUs {
  return Math.floor(durationUs * (1 + fraction(draw) * factor));
}
