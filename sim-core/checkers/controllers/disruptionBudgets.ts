import { isPodReady, podCondition } from '../../api/helpers/pods.ts';
import { labelSelectorMatches } from '../../api/machinery/selectors.ts';
import { timeUs } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

/** An API server reads budgets from its watch cache; a newer one it may not know. */
const UNKNOWN_US = 15 * SECOND_US;
const BUDGETS = 'poddisruptionbudgets.policy';
const EVICTED = 'EvictionByEvictionAPI';

function isEvicted(pod: KubeObject | undefined): boolean {
  return pod !== undefined && podCondition(pod, 'DisruptionTarget')?.reason === EVICTED;
}

function mayGoUnready(budget: KubeObject): boolean {
  if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return currentHealthy >= desiredHealthy;
}

/**
 * C15: each eviction of a pod that counts is paid for by its budget before the pod is told: the budget holds it among its
 * disruptedPods. Deletes, rollouts, node losses and preemption are free, as are pending and finished pods.
 */
export function evictionsArePaid(): Checker {
  return {
    id: 'C15',
    name: 'eviction-paid-by-budget',
    resources: ['pods', BUDGETS],
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (deleted) return;
      if (resource === BUDGETS) {
        if ((now.object.status?.disruptionsAllowed ?? 0) < 0)
          scene.report(label(resource, now.object), `allows ${now.object.status?.disruptionsAllowed} disruptions`);
        return;
      }
      const pod = now.object;
      if (before === undefined || !isEvicted(pod) || isEvicted(before.object)) return;
      if (pod.status?.phase !== 'Running' || pod.metadata.deletionTimestamp !== undefined) return;
      const budgets = scene
        .list(BUDGETS)
        .map((v) => v.object)
        .filter((b) => b.metadata.namespace === pod.metadata.namespace && isKnown(scene, b))
        .filter((b) => labelSelectorMatches(b.spec?.selector, pod.metadata.labels));
      if (budgets.length !== 1) {
        if (budgets.length > 1) scene.report(label('pods', pod), `evicted under ${budgets.length} budgets`);
        return;
      }
      const paid = budgets[0].status?.disruptedPods?.[pod.metadata.name ?? ''] !== undefined;
      if (!paid && (isPodReady(pod) || !mayGoUnready(budgets[0])))
        scene.report(label('pods', pod), `evicted, but budget ${budgets[0].metadata.name} was not asked`);
    },
  };
}

function isKnown(scene: Scene, budget: KubeObject): boolean {
  const made = budget.metadata.creationTimestamp;
  return typeof made === 'string' && scene.nowUs - timeUs(scene.epochSeconds, made) > UNKNOWN_US;
}
