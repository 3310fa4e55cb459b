import { utf8Bytes } from './gotext.ts';
import { sha256 } from './sha256.ts';

/**
 * Delays and limits of client-go and apiserver as pure functions of small states. Times and delays are numbers of any one
 * unit (the simulator's µs, the recordings' ns) unless the name says so.
 */

/** workqueue ItemExponentialFailureRateLimiter: the delay after `failures` earlier failures of the item. */
export function exponentialFailureDelay(base: number, max: number, failures: number): number {
  return Math.min(max, base * 2 ** Math.min(failures, 1000));
}

/** workqueue ItemFastSlowRateLimiter; `attempts` counts this one. */
export function fastSlowDelay(fast: number, slow: number, maxFast: number, attempts: number): number {
  return attempts <= maxFast ? fast : slow;
}

/** golang.org/x/time/rate behind client-go's token bucket. */
export interface TokenBucket {
  readonly tokens: number;
  readonly lastNs: number;
}

export interface TokenBucketLimits {
  /** Go takes a float32. */
  readonly qps: number;
  readonly burst: number;
}

export function fullBucket(limits: TokenBucketLimits, nowNs: number): TokenBucket {
  return { tokens: limits.burst, lastNs: nowNs };
}

function refill(bucket: TokenBucket, limits: TokenBucketLimits, nowNs: number): number {
  const elapsed = Math.max(0, nowNs - bucket.lastNs);
  const seconds = Math.trunc(elapsed / 1e9) + (elapsed % 1e9) / 1e9;
  return Math.min(limits.burst, bucket.tokens + seconds * Math.fround(limits.qps));
}

function waitNs(tokens: number, limits: TokenBucketLimits): number {
  return tokens >= 0 ? 0 : Math.trunc(1e9 * (-tokens / Math.fround(limits.qps)));
}

/** TryAccept: the bucket without one token, or undefined when there is none. */
export function takeToken(bucket: TokenBucket, limits: TokenBucketLimits, nowNs: number): TokenBucket | undefined {
  const tokens = refill(bucket, limits, nowNs) - 1;
  return limits.burst < 1 || waitNs(tokens, limits) > 0 ? undefined : { tokens, lastNs: nowNs };
}

/** wait.Backoff without jitter. */
export interface Backoff {
  readonly duration: number;
  readonly factor: number;
  readonly steps: number;
  /** 0 = none. */
  readonly cap: number;
}

/** Backoff.Step: this delay and the back-off that follows. */
export function backoffStep(backoff: Backoff): { delay: number; next: Backoff } {
  const { duration, factor, cap } = backoff;
  if (backoff.steps < 1) return { delay: duration, next: { ...backoff, steps: 0 } };
  let steps = backoff.steps - 1;
  let following = factor === 0 ? duration : Math.trunc(duration * factor);
  if (factor !== 0 && cap > 0 && following > cap) {
    following = cap;
    steps = 0;
  }
  return { delay: duration, next: { ...backoff, duration: following, steps } };
}

/** One entry of flowcontrol.Backoff: image pulls, crash loops. */
export interface BackoffEntry {
  readonly backoff: number;
  readonly lastUpdate: number;
}

/** An entry that was not touched for twice the maximum starts anew. */
function expired(at: number, entry: BackoffEntry, max: number): boolean {
  return at - entry.lastUpdate > max * 2;
}

/** Backoff.Next: the entry after one more failure seen at `eventTime`. */
export function nextBackoff(
  entry: BackoffEntry | undefined,
  initial: number,
  max: number,
  eventTime: number,
  now: number,
): BackoffEntry {
  if (entry === undefined || expired(eventTime, entry, max)) return { backoff: initial, lastUpdate: now };
  return { backoff: Math.min(entry.backoff * 2, max), lastUpdate: now };
}

/** Backoff.IsInBackOffSince: is `now` less than the back-off after `eventTime`? */
export function inBackoffSince(entry: BackoffEntry | undefined, max: number, eventTime: number, now: number): boolean {
  if (entry === undefined || expired(eventTime, entry, max)) return false;
  return now - eventTime < entry.backoff;
}

/** Backoff.IsInBackOffSinceUpdate: is `eventTime` less than the back-off after the last update? */
export function inBackoffSinceUpdate(entry: BackoffEntry | undefined, max: number, eventTime: number): boolean {
  if (entry === undefined || expired(eventTime, entry, max)) return false;
  return eventTime - entry.lastUpdate < entry.backoff;
}

/** Would Backoff.GC drop the entry? */
export function backoffIsStale(entry: BackoffEntry, max: number, now: number): boolean {
  return now - entry.lastUpdate > max * 2;
}

// --- API priority and fairness ---

export const HASH_BITS_MAX = 60;

/** ceil(log2(deck) * hand), exactly. */
export function requiredEntropyBits(deckSize: number, handSize: number): number {
  const size = BigInt(deckSize) ** BigInt(handSize);
  return (size - 1n).toString(2).length - (size === 1n ? 1 : 0);
}

/** shufflesharding.NewDealer's check: an error text or undefined. */
export function dealerError(deckSize: number, handSize: number): string | undefined {
  if (deckSize <= 0 || handSize <= 0) return `deckSize ${deckSize} or handSize ${handSize} is not positive`;
  if (handSize > deckSize) return `handSize ${handSize} is greater than deckSize ${deckSize}`;
  if (deckSize > 2 ** 26) return `deckSize ${deckSize} is impractically large`;
  if (requiredEntropyBits(deckSize, handSize) > HASH_BITS_MAX) {
    return `required entropy bits of deckSize ${deckSize} and handSize ${handSize} is greater than ${HASH_BITS_MAX}`;
  }
  return undefined;
}

/** Dealer.DealIntoHand: the queues of a flow. */
export function dealHand(hash: bigint, deckSize: number, handSize: number): number[] {
  const remainders: number[] = [];
  let rest = hash;
  for (let i = 0; i < handSize; i++) {
    const size = BigInt(deckSize - i);
    remainders.push(Number(rest % size));
    rest /= size;
  }
  return remainders.map((card, i) => {
    for (let j = i; j > 0; j--) if (card >= remainders[j - 1]) card++;
    return card;
  });
}

/** The flow's hash: the first eight bytes, little-endian, of SHA-256 of schema, a zero byte and distinguisher. */
export function flowHash(flowSchema: string, distinguisher: string): bigint {
  const digest = sha256(utf8Bytes(`${flowSchema}\0${distinguisher}`));
  let hash = 0n;
  for (let i = 7; i >= 0; i--) hash = (hash << 8n) | BigInt(digest[i]);
  return hash;
}

// --- Leader election ---

export const LEADER_ELECTION_JITTER_FACTOR = 1.2;

/** The wait between tries to become leader: the period plus up to 1.2 of it. `u` is uniform in [0, 1). */
export function leaderElectionRetryWait(retryPeriod: number, u: number): number {
  return Math.trunc(retryPeriod * (1 + u * LEADER_ELECTION_JITTER_FACTOR));
}
