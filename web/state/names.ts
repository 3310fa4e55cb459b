import { t } from '../i18n/index.ts';
import type { PlainId } from '../i18n/types.ts';

type PodStateId = Extract<PlainId, `podStates.${string}`>;

/** In place of the state of a pod before its first one. */
export const NOT_YET = 13;

/** A PodState in words. */
export function podStateText(state: number): string {
  return t((state >= 0 && state <= NOT_YET ? `podStates.${state}` : 'podStates.11') as PodStateId);
}
