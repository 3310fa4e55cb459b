import type { Pod } from '../../api/types/core.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/types/policy.ts';
import type { View } from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import { isBeingDeleted } from '../support/objects.ts';
import { isReady } from '../support/pods.ts';
import type { WallClock } from '../support/time.ts';
import { scaledValue } from '../support/whole-numbers.ts';
import { type ExpectedScale, expectedScale } from './scale.ts';

/** After an eviction a pod counts as gone for so long, even when its deletion has not been seen. */
const DELETION_TIMEOUT_US = 120 * SECOND_US;

export interface Expected {
  readonly expectedCount: number;
  readonly desiredHealthy: number;
  readonly unmanaged: readonly string[];
  readonly error?: string;
}

function ofScale(scale: ExpectedScale, desired: (count: number) => number): Expected {
  const { count, unmanaged, error } = scale;
  return error === undefined
    ? { expectedCount: count, desiredHealthy: desired(count), unmanaged }
    : { expectedCount: 0, desiredHealthy: 0, unmanaged, error };
}

/** How many pods there should be and how many of them healthy. Percentages round up. */
export function expectedPods(view: View, budget: PodDisruptionBudget, pods: readonly Pod[]): Expected {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    return ofScale(expectedScale(view, pods), (count) => Math.max(0, count - scaledValue(maxUnavailable, count, true)));
  }
  if (typeof minAvailable === 'string') {
    return ofScale(expectedScale(view, pods), (count) => scaledValue(minAvailable, count, true));
  }
  return {
    expectedCount: minAvailable === undefined ? 0 : pods.length,
    desiredHealthy: minAvailable ?? 0,
    unmanaged: [],
  };
}

export interface Disrupted {
  readonly pods: Readonly<Record<string, string>>;
  /** Evicted long ago and still here. */
  readonly notDeleted: readonly Pod[];
  readonly recheckUs: TimeUs | undefined;
}

export function disruptedPods(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  nowUs: TimeUs,
  clock: WallClock,
): Disrupted {
  const recorded = budget.status?.disruptedPods ?? {};
  const kept: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  let recheckUs: TimeUs | undefined;
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const time = recorded[name];
    if (time === undefined || isBeingDeleted(pod)) continue;
    const expectedUs = (clock.parse(time) ?? 0) + DELETION_TIMEOUT_US;
    if (expectedUs < nowUs) {
      notDeleted.push(pod);
      continue;
    }
    kept[name] = time;
    if (recheckUs === undefined || expectedUs < recheckUs) recheckUs = expectedUs;
  }
  return { pods: kept, notDeleted, recheckUs };
}

export function healthyCount(pods: readonly Pod[], disrupted: Disrupted): number {
  return pods.filter((pod) => {
    if (isBeingDeleted(pod) || disrupted.pods[pod.metadata.name ?? ''] !== undefined) return false;
    return isReady(pod);
  }).length;
}

/** The status to write, with the condition DisruptionAllowed. */
export function budgetStatus(
  budget: PodDisruptionBudget,
  expected: Expected,
  healthy: number,
  disrupted: Disrupted,
  now: string,
): PodDisruptionBudgetStatus {
  const spare = healthy - expected.desiredHealthy;
  const allowed = expected.expectedCount <= 0 || spare <= 0 ? 0 : spare;
  const status = allowed > 0 ? 'True' : 'False';
  return {
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: expected.desiredHealthy,
    expectedPods: expected.expectedCount,
    ...(Object.keys(disrupted.pods).length > 0 ? { disruptedPods: disrupted.pods } : {}),
    observedGeneration: budget.metadata.generation,
    conditions: allowedCondition(budget, status, allowed > 0 ? 'SufficientPods' : 'InsufficientPods', '', now),
  };
}

/** meta.SetStatusCondition: the time of transition is kept while the status stays. */
export function allowedCondition(
  budget: PodDisruptionBudget,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: string,
): PodDisruptionBudgetStatus['conditions'] {
  const type = 'DisruptionAllowed';
  const conditions = budget.status?.conditions ?? [];
  const old = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
  const condition = {
    type,
    status,
    observedGeneration: budget.metadata.generation,
    lastTransitionTime,
    reason,
    message,
  };
  return old ? conditions.map((other) => (other === old ? condition : other)) : [...conditions, condition];
}
