import type { Pod } from '../../api/types/core.ts';
import type { LabelSelector } from '../../api/types/meta.ts';
import type { PodDisruptionBudget } from '../../api/types/policy.ts';
import {
  type Controller,
  type ControllerWatch,
  type Key,
  LOOKS_AT,
  type Plan,
  type View,
} from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { labelPairsOf, podLabelIndex, podsWithLabels } from '../support/indexes.ts';
import { changed, isBeingDeleted, keyOf, semanticallyEqual, splitKey } from '../support/objects.ts';
import { isTerminal } from '../support/pods.ts';
import { updateRequest } from '../support/requests.ts';
import { BUDGETS, DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS } from '../support/resources.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { emptyPlan, errorText, isConflict, isNotFound, script, succeeded } from '../support/script.ts';
import { selectorMatches } from '../support/selectors.ts';
import { WallClock } from '../support/time.ts';
import { allowedCondition, budgetStatus, disruptedPods, type Expected, expectedPods, healthyCount } from './budget.ts';

/** A pod that was marked for disruption and is still there after so long loses the mark. */
const STALE_DISRUPTION_US = 120 * SECOND_US;
const STALE_PREFIX = 'stale:';
/** Pods that more than one budget selects. */
const SEVERAL_PREFIX = 'several:';

interface Input {
  readonly budget: Version;
  readonly pods: readonly Version[];
  readonly expected: Expected;
}

/** `selector`: budgets by one pair of their selector; those without one under `namespace/*`. */
const budgetSelectorIndex = {
  resource: BUDGETS,
  index: 'selector',
  keys: (object: KubeObject): readonly string[] => {
    const labels = (object as PodDisruptionBudget).spec?.selector?.matchLabels ?? {};
    const first = Object.keys(labels).sort()[0];
    return [`${object.metadata.namespace}/${first === undefined ? '*' : `${first}=${labels[first]}`}`];
  },
};

const NO_KEYS: readonly Key[] = Object.freeze([]);

function budgetKeys(pod: KubeObject, view: View): readonly Key[] {
  const { namespace, labels = {} } = pod.metadata;
  return [`${namespace}/*`, ...labelPairsOf(pod)]
    .flatMap((pair) => view.byIndex(BUDGETS, 'selector', pair))
    .map((version) => version.object as PodDisruptionBudget)
    .filter((budget) => selectorMatches(budget.spec?.selector, labels))
    .map(keyOf);
}

function disruptionMark(pod: Pod) {
  const condition = findCondition(pod.status?.conditions, 'DisruptionTarget');
  if (condition?.status !== 'True' || isBeingDeleted(pod) || isTerminal(pod)) return undefined;
  return condition;
}

function podKeys({ type, now }: Parameters<ControllerWatch['keys']>[0], view: View): readonly Key[] {
  const own = view.count(BUDGETS) === 0 ? NO_KEYS : budgetKeys(now, view);
  const keys = own.length > 1 && type !== 'DELETED' ? [...own, `${SEVERAL_PREFIX}${keyOf(now)}`] : own;
  if (type === 'DELETED' || !disruptionMark(now as Pod)) return keys;
  return [...keys, `${STALE_PREFIX}${keyOf(now)}`];
}

function selectorText(selector: LabelSelector | undefined): string {
  const labels = selector?.matchLabels ?? {};
  const parts = Object.keys(labels)
    .sort()
    .map((key) => `${key}:${labels[key]}`);
  const rules = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${parts.map((part) => part.replace(':', ': ')).join(',')}${parts.length ? ',' : ''}},MatchExpressions:[]LabelSelectorRequirement{${rules.join('')}},}`;
}

/** One sync of a budget's status. */
function* syncBudget(run: ScriptRun, input: Input, clock: WallClock): Conversation<Outcome | undefined> {
  const budget = input.budget.object as PodDisruptionBudget;
  const pods = input.pods.map((version) => version.object as Pod);
  const event = (type: 'Normal' | 'Warning', reason: string, message: string, regarding: KubeObject = budget) =>
    run.event({ regarding, type, reason, message });
  if (pods.length === 0) event('Normal', 'NoPods', 'No matching pods found');
  const { expected } = input;
  if (expected.error !== undefined) {
    const message = `Failed to calculate the number of expected pods: ${expected.error}`;
    event('Warning', 'CalculateExpectedPodCountFailed', message);
    return yield* failSafe(run, budget, expected.error, clock);
  }
  if (expected.unmanaged.length > 0) {
    const selector = selectorText(budget.spec?.selector);
    const message =
      `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the ` +
      'status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these ' +
      'pods please set ".spec.minAvailable" field of the PDB to an integer value.';
    event('Warning', 'UnmanagedPods', message);
  }
  const nowUs = run.nowUs;
  const disrupted = disruptedPods(budget, pods, nowUs, clock);
  const { namespace } = budget.metadata;
  for (const pod of disrupted.notDeleted) {
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
    event('Warning', 'NotDeleted', message, pod);
  }
  const status = budgetStatus(budget, expected, healthyCount(pods, disrupted), disrupted, clock.stamp(nowUs));
  if (!semanticallyEqual(status, budget.status)) {
    const answer = yield* run.request(updateRequest(BUDGETS, changed(budget, { status }), 'status'));
    if (isNotFound(answer)) return undefined;
    if (isConflict(answer)) return { failed: true };
    if (!succeeded(answer)) return yield* failSafe(run, budget, errorText(answer), clock);
  }
  if (disrupted.recheckUs === undefined) return undefined;
  return { requeue: { afterUs: disrupted.recheckUs - nowUs, why: WHY.requeueAfter } };
}

/** When the status cannot be computed nothing may be evicted. Once that is written the sync has not failed. */
function* failSafe(
  run: ScriptRun,
  budget: PodDisruptionBudget,
  error: string,
  clock: WallClock,
): Conversation<Outcome | undefined> {
  const conditions = (allowedCondition(budget, 'False', 'SyncFailed', error, clock.stamp(run.nowUs)) ?? []).map(
    (one) =>
      one.type === 'DisruptionAllowed' ? { ...one, observedGeneration: budget.status?.observedGeneration } : one,
  );
  const counts = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const status = { ...counts, ...budget.status, disruptionsAllowed: 0, conditions };
  const answer = yield* run.request(updateRequest(BUDGETS, changed(budget, { status }), 'status'));
  return succeeded(answer) ? undefined : { failed: true };
}

function* clearStaleMark(run: ScriptRun, pod: Pod, clock: WallClock): Conversation<Outcome | undefined> {
  const now = clock.stamp(run.nowUs);
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'DisruptionTarget'
      ? {
          type: 'DisruptionTarget',
          status: 'False',
          observedGeneration: pod.metadata.generation,
          lastTransitionTime: now,
        }
      : condition,
  );
  const wanted = changed(pod, { status: { ...pod.status, conditions } as Pod['status'] });
  const answer = yield* run.request(updateRequest('pods', wanted, 'status'));
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
}

/** pkg/controller/disruption: the status of PodDisruptionBudgets, from which the eviction API decides. */
export function disruptionController(options: ControllerManagerOptions): Controller {
  const clock = new WallClock(options.epochSeconds);
  const sync = script<Input>('sync', (run, input) => syncBudget(run, input, clock));
  const clear = script<{ pod: Version }>('clear', (run, { pod }) => clearStaleMark(run, pod.object as Pod, clock));
  const reconcileStale = (view: View, key: Key, nowUs: TimeUs): Plan => {
    const { namespace, name } = splitKey(key);
    const pod = view.get('pods', namespace, name);
    const mark = pod && disruptionMark(pod.object as Pod);
    if (!pod || !mark) return emptyPlan;
    const leftUs = (clock.parse(mark.lastTransitionTime) ?? 0) + STALE_DISRUPTION_US - nowUs;
    if (leftUs > 0) return { steps: [], requeue: { afterUs: leftUs, why: WHY.requeueAfter } };
    return clear.start({ pod }, nowUs);
  };
  /** A pod that an eviction cannot pay for (getPdbForPod). */
  const warnOfSeveral = (view: View, key: Key): Plan => {
    const { namespace, name } = splitKey(key);
    const pod = view.get('pods', namespace, name)?.object;
    const budgets = pod ? budgetKeys(pod, view) : NO_KEYS;
    if (!pod || budgets.length < 2) return emptyPlan;
    const chosen = splitKey([...budgets].sort()[0]).name;
    const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${chosen}" arbitrarily.`;
    const reason = 'MultiplePodDisruptionBudgets';
    return { steps: [{ do: 'event', event: { regarding: pod, type: 'Warning', reason, message } }] };
  };
  return {
    name: 'disruption-controller',
    eventSource: 'controllermanager',
    workers: 1,
    watches: [
      { resource: BUDGETS, keys: ({ type, now }) => (type === 'DELETED' ? [] : [keyOf(now)]) },
      { resource: 'pods', keys: podKeys },
      { resource: DEPLOYMENTS, looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: REPLICA_SETS, looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: STATEFUL_SETS, looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: 'replicationcontrollers', looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    indexes: [podLabelIndex, budgetSelectorIndex],
    reconcile(view, _memory, key, nowUs) {
      if (key.startsWith(STALE_PREFIX)) return reconcileStale(view, key.slice(STALE_PREFIX.length), nowUs);
      if (key.startsWith(SEVERAL_PREFIX)) return warnOfSeveral(view, key.slice(SEVERAL_PREFIX.length));
      const { namespace, name } = splitKey(key);
      const budget = view.get(BUDGETS, namespace, name);
      if (!budget) return emptyPlan;
      const { spec } = budget.object as PodDisruptionBudget;
      const candidates = spec?.selector ? podsWithLabels(view, namespace, spec.selector.matchLabels ?? {}) : [];
      const pods = candidates.filter((pod) => selectorMatches(spec?.selector, pod.object.metadata.labels));
      const objects = pods.map((version) => version.object as Pod);
      const expected = expectedPods(view, budget.object as PodDisruptionBudget, objects);
      return sync.start({ budget, pods, expected }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, point, data, answers) =>
      point === 'clear' ? clear.resume(nowUs, data, answers) : sync.resume(nowUs, data, answers),
  };
}
