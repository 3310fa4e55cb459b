import type { TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import type { QueuedPod, QueueOptions } from './queuedPod.ts';

/** The second in which a pod's back-off ends: min(initial x 2^(count-1), max) after the last attempt; -1 = it has none. */
export function expirySecond(
  { consecutiveErrors, unschedulableCount, timestampUs }: QueuedPod,
  { initialBackoffUs, maxBackoffUs, popsFromBackoff = true }: QueueOptions,
): number {
  const count = consecutiveErrors > 0 ? consecutiveErrors : unschedulableCount;
  if (count === 0 || maxBackoffUs === 0) return -1;
  let backoffUs = initialBackoffUs;
  for (let i = 1; i < count && backoffUs < maxBackoffUs; i++) backoffUs *= 2;
  const expiryUs = timestampUs + Math.min(backoffUs, maxBackoffUs);
  // Without early popping times are not cut to seconds: the first look at or after the expiry lets the pod go.
  return popsFromBackoff ? Math.floor(expiryUs / SECOND_US) : Math.ceil(expiryUs / SECOND_US) - 1;
}

/** When a pod in back-off is let go at the latest: the first whole second after its expiry; -1 = it does not back off. */
export function backoffUntilUs(row: QueuedPod, options: QueueOptions): TimeUs {
  if (row.place !== 'backoff' && row.place !== 'errorBackoff' && row.place !== 'unschedulable') return -1;
  const second = expirySecond(row, options);
  return second < 0 ? -1 : (second + 1) * SECOND_US;
}
