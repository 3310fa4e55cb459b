import { labelSelectorMatches } from '../../api/machinery/selectors.ts';
import { timeText } from '../../api/machinery/time.ts';
import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiResponse, DeleteOptions, KubeObject, Status, Version } from '../../contracts/index.ts';
import { admissionPolicies, hasPolicies, type PolicyQuestion } from '../admission/policies.ts';
import type { Frame, PipelineEnv, StoreAnswer, Turn, TurnInput } from '../model.ts';
import { failure, notFound, tooManyRequests } from '../status.ts';
import { withMeta } from '../strategies.ts';
import { isResponse, reply, storeFailure } from './common.ts';
import { targetOf } from './write.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const TRIES = 5;
/** pkg/registry/core/pod/storage/eviction.go: a budget remembers at most so many pods that are going. */
const MAX_DISRUPTED_PODS = 2000;
const CREATED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/**
 * POST pods/eviction: the budget of a pod that counts pays first (a status update), then the pod gets DisruptionTarget, then it
 * is deleted (pkg/registry/core/pod/storage/eviction.go).
 */
export function evictionTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  switch (frame.point) {
    case 'start': {
      // Admission comes before the pod is looked for.
      const policies = hasPolicies(env)
        ? admissionPolicies(questionOf(frame, env, env.info('pods') as ResourceInfo))
        : undefined;
      if (isResponse(policies)) return reply(policies);
      return { do: 'store', op: { op: 'read', target: targetOf(frame) }, frame: { ...frame, point: 'read' } };
    }
    case 'read':
      return afterRead(frame, input.answer as StoreAnswer, env);
    case 'budget':
      return afterBudget(frame, input.answer as StoreAnswer, env);
    case 'target':
      return afterTarget(frame, input.answer as StoreAnswer, env);
    default: {
      const response = input.response as ApiResponse;
      return reply(
        response.code < 400
          ? { ...response, version: undefined, object: undefined, code: 201, status: CREATED }
          : response,
      );
    }
  }
}

function afterRead(frame: Frame, answer: StoreAnswer, env: PipelineEnv): Turn {
  const info = env.info('pods') as ResourceInfo;
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const pod = 'version' in answer ? answer.version : undefined;
  if (!pod) return reply(notFound(info, frame.request.name));
  const { object } = pod;
  const phase: string = object.status?.phase ?? '';
  const next = { ...frame, data: { ...frame.data, current: pod } };
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || object.metadata.deletionTimestamp) {
    // No budget is asked.
    return target(next, pod, env);
  }
  const namespace = frame.request.namespace;
  const budgets = env
    .list(BUDGETS, namespace)
    .filter((version) => labelSelectorMatches(version.object.spec?.selector, object.metadata.labels));
  if (budgets.length > 1) {
    // A Status of failure in a successful answer: the handler gives no code but its own.
    return reply({ ...failure(500, '', TWO_BUDGETS), code: 201 });
  }
  if (budgets.length === 0) return target(next, pod, env);
  const [budget] = budgets;
  if (!isReady(object) && unhealthyMayGo(budget.object)) return target(next, pod, env);
  return charge(next, budget, env);
}

const TWO_BUDGETS = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

/** What policies are asked: the creation of an Eviction. */
function questionOf({ request }: Frame, env: PipelineEnv, info: ResourceInfo): PolicyQuestion {
  const kind = { group: 'policy', version: 'v1', kind: 'Eviction' };
  return { env, info, request, operation: 'CREATE', object: request.body as KubeObject, kind };
}

function isReady(pod: KubeObject): boolean {
  const conditions: readonly { readonly type: string; readonly status: string }[] = pod.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** An unready running pod can go when the budget is met anyway, or always (unhealthyPodEvictionPolicy). */
function unhealthyMayGo(budget: KubeObject): boolean {
  if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** Takes one disruption from the budget (checkAndDecrement). */
function charge(frame: Frame, budget: Version, env: PipelineEnv): Turn {
  const { object } = budget;
  const { metadata } = object;
  const name = metadata.name ?? '';
  const status = object.status ?? {};
  const observed: number = status.observedGeneration ?? 0;
  if (observed < (metadata.generation ?? 0)) {
    return reply(
      tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${name} is still being processed by the server.`,
        },
      ]),
    );
  }
  const allowed: number = status.disruptionsAllowed ?? 0;
  if (allowed < 0) {
    return reply(
      failure(
        403,
        'Forbidden',
        `poddisruptionbudgets.policy "${name}" is forbidden: pdb disruptions allowed is negative`,
      ),
    );
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED_PODS) {
    return reply(
      failure(
        403,
        'Forbidden',
        `poddisruptionbudgets.policy "${name}" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller`,
      ),
    );
  }
  if (allowed === 0) return reply(budgetSpent(name, status));
  const now = timeText(env.epochSeconds, env.nowUs);
  const changed: KubeObject = {
    ...object,
    metadata: withMeta(metadata, { resourceVersion: undefined }),
    status: {
      ...status,
      disruptionsAllowed: allowed - 1,
      disruptedPods: { ...status.disruptedPods, [frame.request.name]: now },
    },
  };
  if (frame.request.options?.dryRun) return target(frame, frame.data.current as Version, env);
  const key = { resource: BUDGETS, namespace: frame.request.namespace, name };
  return {
    do: 'store',
    op: { op: 'put', target: key, object: changed, expect: budget.rv },
    frame: { ...frame, point: 'budget' },
  };
}

function budgetSpent(
  name: string,
  status: { readonly currentHealthy?: number; readonly desiredHealthy?: number },
): ApiResponse {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0, [
    { reason: 'DisruptionBudget', message },
  ]);
}

function afterBudget(frame: Frame, answer: StoreAnswer, env: PipelineEnv): Turn {
  if (answer.ok) return target(frame, frame.data.current as Version, env);
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const attempt = (frame.data.attempt ?? 0) + 1;
  const budget = 'version' in answer ? answer.version : undefined;
  if (attempt >= TRIES || !budget) {
    return reply(tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10));
  }
  return charge({ ...frame, data: { ...frame.data, attempt } }, budget, env);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

const EVICTED = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };

/** Adds the DisruptionTarget condition. */
function target(frame: Frame, pod: Version, env: PipelineEnv): Turn {
  if (frame.request.options?.dryRun) return remove(frame);
  const { object } = pod;
  const conditions: readonly Condition[] = object.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'DisruptionTarget');
  if (old?.status === 'True' && old.reason === EVICTED.reason && old.message === EVICTED.message) return remove(frame);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : timeText(env.epochSeconds, env.nowUs),
    ...EVICTED,
  };
  const changed: KubeObject = {
    ...object,
    metadata: withMeta(object.metadata, { resourceVersion: undefined }),
    status: {
      ...object.status,
      conditions: old ? conditions.map((one) => (one === old ? condition : one)) : [...conditions, condition],
    },
  };
  return {
    do: 'store',
    op: { op: 'put', target: targetOf(frame), object: changed, expect: pod.rv },
    frame: { ...frame, point: 'target', data: { ...frame.data, current: pod } },
  };
}

function afterTarget(frame: Frame, answer: StoreAnswer, env: PipelineEnv): Turn {
  if (answer.ok) return remove(frame);
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const pod = 'version' in answer ? answer.version : undefined;
  if (!pod) return reply(notFound(env.info('pods') as ResourceInfo, frame.request.name));
  return target(frame, pod, env);
}

function remove(frame: Frame): Turn {
  const { request } = frame;
  const asked: DeleteOptions = request.body?.deleteOptions ?? {};
  const call: Frame = {
    kind: 'delete',
    point: 'start',
    request: { ...request, verb: 'delete', subresource: undefined, options: { ...request.options, delete: asked } },
    data: {},
  };
  return { do: 'call', call, frame: { ...frame, point: 'deleted' } };
}
