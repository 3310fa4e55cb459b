/**
 * Exponential back-off per key (client-go util/flowcontrol/backoff.go, as the kubelet uses it for containers and image
 * pulls). Entries are immutable rows; all times are µs of virtual time.
 */
import type { TimeUs } from '../contracts/index.ts';

export interface BackoffEntry {
  readonly backoffUs: TimeUs;
  readonly lastUpdateUs: TimeUs;
}

export interface BackoffParameters {
  readonly initialUs: TimeUs;
  readonly maxUs: TimeUs;
  /** The back-off starts again when the event came this long after the last step. */
  readonly expireUs: TimeUs;
}

const SECOND = 1_000_000;

/** kubelet.go initialCrashLoopBackOff, MaxContainerBackOff, HasExpiredFunc. */
export const CRASH_LOOP: BackoffParameters = { initialUs: 10 * SECOND, maxUs: 300 * SECOND, expireUs: 600 * SECOND };
/** kubelet.go imageBackOffPeriod, MaxImageBackOff. */
export const IMAGE_PULL: BackoffParameters = { initialUs: 10 * SECOND, maxUs: 300 * SECOND, expireUs: 600 * SECOND };

/** `crashLoopBackOff.maxContainerRestartPeriod` in µs: a maximum below 10 s is the initial value too. */
export function crashLoopParameters(maxUs: TimeUs | undefined): BackoffParameters {
  if (maxUs === undefined) return CRASH_LOOP;
  return { initialUs: Math.min(CRASH_LOOP.initialUs, maxUs), maxUs, expireUs: CRASH_LOOP.expireUs };
}

const expired = (entry: BackoffEntry, eventUs: TimeUs, p: BackoffParameters): boolean =>
  eventUs - entry.lastUpdateUs > p.expireUs;

/** Is the key in back-off since an event (a container's end)? */
export function inBackoffSince(
  entry: BackoffEntry | undefined,
  eventUs: TimeUs,
  nowUs: TimeUs,
  p: BackoffParameters,
): boolean {
  if (entry === undefined || expired(entry, eventUs, p)) return false;
  return nowUs - eventUs < entry.backoffUs;
}

/** Is the key in back-off since its last step (image pulls)? */
export function inBackoffSinceUpdate(entry: BackoffEntry | undefined, eventUs: TimeUs, p: BackoffParameters): boolean {
  if (entry === undefined || expired(entry, eventUs, p)) return false;
  return eventUs - entry.lastUpdateUs < entry.backoffUs;
}

/** The entry after another failure. */
export function nextBackoff(
  entry: BackoffEntry | undefined,
  eventUs: TimeUs,
  nowUs: TimeUs,
  p: BackoffParameters,
): BackoffEntry {
  const backoffUs =
    entry === undefined || expired(entry, eventUs, p) ? p.initialUs : Math.min(entry.backoffUs * 2, p.maxUs);
  return { backoffUs, lastUpdateUs: nowUs };
}
