import { podLimits, podQOSClass, podRequests } from '../../api/helpers/pods.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  ZERO,
} from '../../api/machinery/quantity.ts';
import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../../contracts/index.ts';
import type { Frame, PipelineEnv, StoreAnswer, Turn, TurnInput } from '../model.ts';
import { conflict, forbidden, MODIFIED } from '../status.ts';
import { withMeta } from '../strategies.ts';
import { reply, storeFailure } from '../verbs/common.ts';

const QUOTAS = 'resourcequotas';
const TRIES = 3;

type Usage = Readonly<Record<string, string>>;

const PER_CONTAINER: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

/** What a new object counts, by the names that quotas use (pkg/quota/v1/evaluator/core). */
export function usageOf(resource: string, object: KubeObject): Usage {
  const usage: Record<string, string> = { [`count/${resource}`]: '1' };
  if (resource === 'pods') return { ...usage, ...podUsage(object) };
  if (resource === 'services') return { ...usage, ...serviceUsage(object) };
  if (resource === 'persistentvolumeclaims') return { ...usage, ...claimUsage(object) };
  if (COUNTED.has(resource)) usage[resource] = '1';
  return usage;
}

/** Resources that quotas may also count by their plain name. */
const COUNTED: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'replicationcontrollers', QUOTAS]);

function podUsage(pod: KubeObject): Usage {
  const usage: Record<string, string> = { pods: '1' };
  for (const [name, quantity] of Object.entries(podRequests(pod))) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') usage[name] = quantity;
    usage[`requests.${name}`] = quantity;
  }
  for (const [name, quantity] of Object.entries(podLimits(pod))) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') usage[`limits.${name}`] = quantity;
  }
  return usage;
}

function serviceUsage(service: KubeObject): Usage {
  const type = service.spec?.type;
  const ports: number = service.spec?.ports?.length ?? 0;
  return {
    services: '1',
    'services.nodeports': String(type === 'NodePort' || type === 'LoadBalancer' ? ports : 0),
    'services.loadbalancers': type === 'LoadBalancer' ? '1' : '0',
  };
}

function claimUsage(claim: KubeObject): Usage {
  const storage: string = claim.spec?.resources?.requests?.storage ?? '0';
  const usage: Record<string, string> = { persistentvolumeclaims: '1', 'requests.storage': storage };
  const storageClass: string | undefined = claim.spec?.storageClassName;
  if (storageClass) {
    usage[`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`] = '1';
    usage[`${storageClass}.storageclass.storage.k8s.io/requests.storage`] = storage;
  }
  return usage;
}

function inScope(scope: string, pod: KubeObject): boolean {
  const terminating = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
  switch (scope) {
    case 'Terminating':
      return terminating;
    case 'NotTerminating':
      return !terminating;
    case 'BestEffort':
      return podQOSClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return podQOSClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return (pod.spec?.priorityClassName ?? '') !== '';
    default:
      return false;
  }
}

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function selected(quota: KubeObject, resource: string, object: KubeObject): boolean {
  const scopes: readonly string[] = quota.spec?.scopes ?? [];
  const expressions: readonly ScopeRequirement[] = quota.spec?.scopeSelector?.matchExpressions ?? [];
  if (scopes.length + expressions.length === 0) return true;
  if (resource !== 'pods') return false;
  if (!scopes.every((scope) => inScope(scope, object))) return false;
  return expressions.every(({ scopeName, operator, values = [] }) => {
    const own: string = scopeName === 'PriorityClass' ? (object.spec?.priorityClassName ?? '') : '';
    if (operator === 'Exists') return inScope(scopeName, object);
    if (operator === 'DoesNotExist') return !inScope(scopeName, object);
    if (operator === 'In') return values.includes(own);
    return operator === 'NotIn' && !values.includes(own);
  });
}

/** The hard limits of a quota that the object uses. */
function limitedNames(quota: KubeObject, usage: Usage): readonly string[] {
  const hard: Usage = quota.status?.hard ?? quota.spec?.hard ?? {};
  return Object.keys(hard)
    .filter((name) => usage[name] !== undefined)
    .sort();
}

/** Names of the quotas to charge, or the refusal of the first that does not allow it. */
export function quotasFor(
  env: PipelineEnv,
  info: ResourceInfo,
  request: ApiRequest,
  object: KubeObject,
): readonly string[] | ApiResponse {
  if (!info.namespaced || request.subresource) return [];
  const quotas = env.list(QUOTAS, request.namespace);
  if (quotas.length === 0) return [];
  const usage = usageOf(request.resource, object);
  const names: string[] = [];
  for (const { object: quota } of quotas) {
    if (!selected(quota, request.resource, object)) continue;
    const missing = missingResources(quota, request.resource, object);
    const name = quota.metadata.name ?? '';
    if (missing) return forbidden(info, object.metadata.name ?? '', `failed quota: ${name}: must specify ${missing}`);
    if (limitedNames(quota, usage).length === 0) continue;
    const refused = refusal(info, object, quota, usage);
    if (refused) return refused;
    names.push(name);
  }
  return names;
}

/** A quota over cpu or memory makes every container say how much it uses. */
function missingResources(quota: KubeObject, resource: string, pod: KubeObject): string | undefined {
  if (resource !== 'pods') return undefined;
  const containers: readonly { readonly name: string; readonly resources?: Record<string, Usage> }[] = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
  ];
  const parts: string[] = [];
  for (const name of Object.keys(quota.spec?.hard ?? {}).sort()) {
    if (!PER_CONTAINER.has(name)) continue;
    const list = name.startsWith('limits.') ? 'limits' : 'requests';
    const plain = name.slice(name.indexOf('.') + 1);
    const without = containers.filter(({ resources }) => resources?.[list]?.[plain] === undefined).map((c) => c.name);
    if (without.length > 0) parts.push(`${name} for: ${[...new Set(without)].sort().join(',')}`);
  }
  return parts.length > 0 ? parts.join('; ') : undefined;
}

function quantity(text: string | undefined): Quantity {
  return text === undefined ? ZERO : parseQuantity(text);
}

function refusal(info: ResourceInfo, object: KubeObject, quota: KubeObject, usage: Usage): ApiResponse | undefined {
  const name = quota.metadata.name ?? '';
  const names = limitedNames(quota, usage);
  const used: Usage = quota.status?.used ?? {};
  const hard: Usage = quota.status?.hard ?? {};
  if (names.some((resource) => used[resource] === undefined)) {
    return forbidden(
      info,
      object.metadata.name ?? '',
      `status unknown for quota: ${name}, resources: ${names.join(',')}`,
    );
  }
  const over = names.filter((resource) => {
    const total = addQuantities(quantity(used[resource]), quantity(usage[resource]));
    return compareQuantities(total, quantity(hard[resource])) > 0;
  });
  if (over.length === 0) return undefined;
  const text = (list: Usage) =>
    over.map((resource) => `${resource}=${formatQuantity(quantity(list[resource]))}`).join(',');
  const why = `exceeded quota: ${name}, requested: ${text(usage)}, used: ${text(used)}, limited: ${text(hard)}`;
  return forbidden(info, object.metadata.name ?? '', why);
}

/** Charges one object to one quota: a compare-and-swap of the quota's status. */
export function quotaTurn(frame: Frame, input: TurnInput, env: PipelineEnv): Turn {
  const { request, data } = frame;
  const name = (data.names ?? [])[0] ?? '';
  if (frame.point === 'start') {
    const quota = env.get(QUOTAS, request.namespace, name);
    return quota ? charge(frame, quota.object, quota.rv, env) : reply(DONE);
  }
  const answer = input.answer as StoreAnswer;
  if (answer.ok) return reply(DONE);
  const failed = storeFailure(answer);
  if (failed) return reply(failed);
  const stored = 'version' in answer ? answer.version : undefined;
  if (!stored) return reply(DONE);
  const attempt = (data.attempt ?? 0) + 1;
  if (attempt >= TRIES) return reply(conflict({ group: '', plural: QUOTAS }, name, MODIFIED));
  return charge({ ...frame, data: { ...data, attempt } }, stored.object, stored.rv, env);
}

const DONE: ApiResponse = { code: 200, rv: 0, record: 0 };

function charge(frame: Frame, quota: KubeObject, rv: number, env: PipelineEnv): Turn {
  const { request, data } = frame;
  const object = data.object as KubeObject;
  const usage = usageOf(request.resource, object);
  const refused = refusal(env.info(request.resource) as ResourceInfo, object, quota, usage);
  if (refused) return reply(refused);
  const used: Record<string, string> = { ...quota.status?.used };
  for (const name of limitedNames(quota, usage)) {
    used[name] = formatQuantity(addQuantities(quantity(used[name]), quantity(usage[name])));
  }
  const metadata = withMeta(quota.metadata, { resourceVersion: undefined });
  const target = { resource: QUOTAS, namespace: request.namespace, name: quota.metadata.name ?? '' };
  const charged = { ...quota, metadata, status: { ...quota.status, used } };
  return {
    do: 'store',
    op: { op: 'put', target, object: charged, expect: rv },
    frame: { ...frame, point: 'put' },
  };
}
