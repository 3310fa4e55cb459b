import { podLimits, podRequests } from '../../api/helpers/pods.ts';
import {
  approximateFloat,
  compareQuantities,
  formatQuantity,
  isZeroQuantity,
  parseQuantity,
  scaledValue,
} from '../../api/machinery/quantity.ts';
import type { ApiResponse, KubeObject } from '../../contracts/index.ts';
import { forbidden } from '../status.ts';
import { withMeta } from '../strategies.ts';
import type { Attributes, Mutate } from './attributes.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

type ResourceList = Readonly<Record<string, string>>;

interface LimitItem {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

function itemsOf({ env, request }: Attributes): readonly (readonly LimitItem[])[] {
  return env.list('limitranges', request.namespace).map(({ object }) => (object.spec?.limits ?? []) as LimitItem[]);
}

/** Defaults of containers from the namespace's LimitRanges (plugin/pkg/admission/limitranger, mutating half). */
export const limitRangerDefaults: Mutate = (attributes, object) => {
  if (attributes.resource !== 'pods' || attributes.subresource || attributes.operation !== 'create') return object;
  const ranges = itemsOf(attributes);
  if (ranges.length === 0) return object;
  const notes: string[] = [];
  let spec = object.spec;
  for (const items of ranges) {
    const item = items.filter(({ type }) => type === 'Container');
    const limits = Object.assign({}, ...item.map((i) => i.default ?? {})) as ResourceList;
    const requests = Object.assign({}, ...item.map((i) => i.defaultRequest ?? {})) as ResourceList;
    spec = {
      ...spec,
      containers: (spec.containers ?? []).map((c: Container) => merged(c, limits, requests, 'container', notes)),
      ...(spec.initContainers && {
        initContainers: spec.initContainers.map((c: Container) => merged(c, limits, requests, 'init container', notes)),
      }),
    };
  }
  if (notes.length === 0) return object;
  const annotations = { ...object.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  return { ...object, metadata: withMeta(object.metadata, { annotations }), spec } as KubeObject;
};

function merged(
  container: Container,
  limits: ResourceList,
  requests: ResourceList,
  what: string,
  notes: string[],
): Container {
  const own = container.resources ?? {};
  const newRequests = Object.keys(requests)
    .filter((name) => own.requests?.[name] === undefined)
    .sort();
  const newLimits = Object.keys(limits)
    .filter((name) => own.limits?.[name] === undefined)
    .sort();
  if (newRequests.length > 0) notes.push(`${newRequests.join(', ')} request for ${what} ${container.name}`);
  if (newLimits.length > 0) notes.push(`${newLimits.join(', ')} limit for ${what} ${container.name}`);
  if (newRequests.length + newLimits.length === 0) return container;
  const resources = {
    ...own,
    ...(newLimits.length + Object.keys(own.limits ?? {}).length > 0 && { limits: { ...limits, ...own.limits } }),
    ...(newRequests.length + Object.keys(own.requests ?? {}).length > 0 && {
      requests: { ...requests, ...own.requests },
    }),
  };
  return { ...container, resources };
}

/** Bounds of containers, pods and claims (the validating half). */
export function limitRangerProblems(attributes: Attributes, object: KubeObject): ApiResponse | undefined {
  const { resource } = attributes;
  if (attributes.subresource || attributes.operation !== 'create') return undefined;
  if (resource !== 'pods' && resource !== 'persistentvolumeclaims') return undefined;
  const problems: string[] = [];
  for (const items of itemsOf(attributes)) {
    for (const item of items) {
      if (resource === 'persistentvolumeclaims') {
        if (item.type === 'PersistentVolumeClaim') problems.push(...claimProblems(item, object));
      } else problems.push(...podProblems(item, object));
    }
  }
  if (problems.length === 0) return undefined;
  const distinct = [...new Set(problems)];
  const text = distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`;
  return forbidden(attributes.info, object.metadata.name ?? '', text);
}

function podProblems(item: LimitItem, pod: KubeObject): string[] {
  if (item.type === 'Pod') return bounds(item, podRequests(pod), podLimits(pod));
  if (item.type !== 'Container') return [];
  const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return containers.flatMap(({ resources }) => bounds(item, resources?.requests ?? {}, resources?.limits ?? {}));
}

function claimProblems(item: LimitItem, claim: KubeObject): string[] {
  const requests: ResourceList = claim.spec?.resources?.requests ?? {};
  const { min, max, type } = item;
  const problems: string[] = [];
  for (const name of Object.keys(min ?? {}).sort())
    problems.push(...atLeast(type, name, (min as ResourceList)[name], requests, {}));
  for (const name of Object.keys(max ?? {}).sort()) {
    const given = requests[name];
    const bound = (max as ResourceList)[name];
    if (given === undefined) problems.push(`maximum ${name} usage per ${type} is ${bound}.  No request is specified`);
    else if (less(bound, given))
      problems.push(`maximum ${name} usage per ${type} is ${bound}, but request is ${given}`);
  }
  return problems;
}

function bounds(item: LimitItem, requests: ResourceList, limits: ResourceList): string[] {
  const { type, min = {}, max = {}, maxLimitRequestRatio = {} } = item;
  return [
    ...Object.keys(min)
      .sort()
      .flatMap((name) => atLeast(type, name, min[name], requests, limits)),
    ...Object.keys(max)
      .sort()
      .flatMap((name) => atMost(type, name, max[name], requests, limits)),
    ...Object.keys(maxLimitRequestRatio)
      .sort()
      .flatMap((name) => ratio(type, name, maxLimitRequestRatio[name], requests, limits)),
  ];
}

function less(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
}

function shown(quantity: string): string {
  return formatQuantity(parseQuantity(quantity));
}

function atLeast(type: string, name: string, bound: string, requests: ResourceList, limits: ResourceList): string[] {
  const request = requests[name];
  const limit = limits[name];
  const head = `minimum ${name} usage per ${type} is ${shown(bound)}`;
  if (request === undefined) return [`${head}.  No request is specified`];
  if (less(request, bound)) return [`${head}, but request is ${shown(request)}`];
  if (limit !== undefined && less(limit, bound)) return [`${head}, but limit is ${shown(limit)}`];
  return [];
}

function atMost(type: string, name: string, bound: string, requests: ResourceList, limits: ResourceList): string[] {
  const request = requests[name];
  const limit = limits[name];
  const head = `maximum ${name} usage per ${type} is ${shown(bound)}`;
  if (limit === undefined) return [`${head}.  No limit is specified`];
  if (less(bound, limit)) return [`${head}, but limit is ${shown(limit)}`];
  if (request !== undefined && less(bound, request)) return [`${head}, but request is ${shown(request)}`];
  return [];
}

function ratio(type: string, name: string, bound: string, requests: ResourceList, limits: ResourceList): string[] {
  const request = requests[name];
  const limit = limits[name];
  const head = `${name} max limit to request ratio per ${type} is ${shown(bound)}`;
  if (request === undefined || isZeroQuantity(parseQuantity(request)))
    return [`${head}, but no request is specified or request is 0`];
  if (limit === undefined || isZeroQuantity(parseQuantity(limit)))
    return [`${head}, but no limit is specified or limit is 0`];
  // Both in thousandths, as whole numbers.
  const observed = Number(scaledValue(parseQuantity(limit), -3)) / Number(scaledValue(parseQuantity(request), -3));
  if (observed <= approximateFloat(parseQuantity(bound))) return [];
  return [`${head}, but provided ratio is ${observed.toFixed(6)}`];
}
