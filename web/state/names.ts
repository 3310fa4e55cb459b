import { t } from '../i18n/index.ts';
import type { PlainId } from '../i18n/types.ts';

type PodStateId = Extract<PlainId, `podStates.${string}`>;

/** A PodState in words. */
export function podStateText(state: number): string {
  return t((state >= 0 && state <= 12 ? `podStates.${state}` : 'podStates.11') as PodStateId);
}
