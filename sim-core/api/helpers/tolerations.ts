import { parseInt64 } from '../machinery/int64.ts';
import { isDecimalInteger } from '../machinery/names.ts';

/** Taints and tolerations (component-helpers scheduling/corev1, api/core/v1 toleration.go). */

export interface TaintLike {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string;
}

export interface TolerationLike {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Gt and Lt, which need the feature gate TaintTolerationComparisonOperators; numbers must be in canonical form. */
function compares(operator: string, toleration: string, taint: string): boolean {
  if (isDecimalInteger(toleration).length > 0 || isDecimalInteger(taint).length > 0) return false;
  const bound = parseInt64(toleration);
  const actual = parseInt64(taint);
  if (bound === undefined || actual === undefined) return false;
  return operator === 'Gt' ? actual > bound : actual < bound;
}

/** Toleration.ToleratesTaint. Empty effect, key (with Exists) and operator (Equal) have their defaults. */
export function toleratesTaint(toleration: TolerationLike, taint: TaintLike, comparisonOperators = false): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Gt':
    case 'Lt':
      return comparisonOperators && compares(toleration.operator!, toleration.value ?? '', taint.value ?? '');
    default:
      return false;
  }
}

export function tolerationsTolerateTaint(
  tolerations: readonly TolerationLike[] | null | undefined,
  taint: TaintLike,
  comparisonOperators = false,
): boolean {
  return (tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint, comparisonOperators));
}

/** The first taint that `inclusion` counts and no toleration tolerates (FindMatchingUntoleratedTaint). */
export function findUntoleratedTaint<T extends TaintLike>(
  taints: readonly T[] | null | undefined,
  tolerations: readonly TolerationLike[] | null | undefined,
  inclusion?: (taint: T) => boolean,
  comparisonOperators = false,
): T | undefined {
  for (const taint of taints ?? []) {
    if (inclusion !== undefined && !inclusion(taint)) continue;
    if (!tolerationsTolerateTaint(tolerations, taint, comparisonOperators)) return taint;
  }
  return undefined;
}

/** NoSchedule and NoExecute: the taints that keep pods away. */
export function isHardTaint(taint: TaintLike): boolean {
  return taint.effect === 'NoSchedule' || taint.effect === 'NoExecute';
}

/**
 * How long a set of NoExecute taints is tolerated in seconds: undefined = forever, -1 = not at all (GetMatchingTolerations
 * and getMinTolerationTime of the taint eviction controller).
 */
export function minTolerationSeconds(
  taints: readonly TaintLike[],
  tolerations: readonly TolerationLike[] | null | undefined,
): number | undefined {
  let least: number | undefined;
  for (const taint of taints) {
    const matching = (tolerations ?? []).filter((toleration) => toleratesTaint(toleration, taint));
    if (matching.length === 0) return -1;
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds === undefined || tolerationSeconds === null) continue;
      const seconds = Math.max(0, tolerationSeconds);
      if (least === undefined || seconds < least) least = seconds;
    }
  }
  return least;
}
