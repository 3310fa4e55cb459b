import type { Pod, Service, ServicePort } from '../../api/types/core.ts';
import type { ControllerWatch, Key, View } from '../../contracts/controllers.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { findCondition } from './conditions.ts';
import { labelPairsOf } from './indexes.ts';
import { isBeingDeleted, keyOf, semanticallyEqual } from './objects.ts';
import { isReady, isTerminal } from './pods.ts';
import { mapMatches } from './selectors.ts';
import type { WallClock } from './time.ts';

const NO_KEYS: readonly Key[] = Object.freeze([]);

export const LAST_CHANGE_TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** All services with a selector. No label and no namespace is called so. */
const SELECTING = '*';

/**
 * `selector`: services by one pair of their selector, so that a pod finds its services by its own labels; and by their namespace
 * alone, and all together, so that pods where nothing is selected are passed by.
 */
export const serviceSelectorIndex = {
  resource: 'services',
  index: 'selector',
  keys: (object: KubeObject): readonly string[] => {
    const selector = (object as Service).spec?.selector;
    const first = Object.keys(selector ?? {}).sort()[0];
    const { namespace } = object.metadata;
    return first === undefined ? [] : [`${namespace}/${first}=${selector?.[first]}`, `${namespace}/`, SELECTING];
  },
};

/** So few services are looked at one by one: most pods are of one or of none. */
const FEW_SERVICES = 4;

function selects({ spec }: KubeObject, pod: KubeObject): boolean {
  const selector: Readonly<Record<string, string>> | undefined = spec?.selector;
  if (selector === undefined || !mapMatches(selector, pod.metadata.labels)) return false;
  for (const _ in selector) return true;
  return false;
}

interface Selecting {
  readonly services: readonly Version[];
  readonly keys: readonly Key[];
}

/** By the labels of pods: a list of services, which is another whenever one of them has changed, and those that select them. */
const selecting = new WeakMap<object, Selecting>();

/** Keys of the services that select a pod, in the order of its labels. */
function servicesOf(pod: KubeObject, view: View): readonly Key[] {
  const count = view.count('services');
  if (count === 0) return NO_KEYS;
  const { labels, namespace = '' } = pod.metadata;
  if (count > FEW_SERVICES || labels === undefined) return servicesSelecting(pod, view);
  const services = view.list('services', namespace);
  if (services.length === 0) return NO_KEYS;
  const known = selecting.get(labels);
  if (known?.services === services) return known.keys;
  const keys = servicesSelecting(pod, view);
  selecting.set(labels, { services, keys });
  return keys;
}

function servicesSelecting(pod: KubeObject, view: View): readonly Key[] {
  if (view.count('services') <= FEW_SERVICES) {
    let found: KubeObject | undefined;
    let isOne = true;
    for (const { object } of view.list('services', pod.metadata.namespace ?? '')) {
      if (!selects(object, pod)) continue;
      isOne = found === undefined;
      found = object;
    }
    if (found === undefined) return NO_KEYS;
    if (isOne) return [keyOf(found)];
  }
  let keys: Key[] | undefined;
  for (const pair of labelPairsOf(pod)) {
    for (const { object } of view.byIndex('services', 'selector', pair))
      if (mapMatches(object.spec?.selector, pod.metadata.labels)) (keys ??= []).push(keyOf(object));
  }
  return keys ?? NO_KEYS;
}

/** Does a change of a pod matter to endpoints? */
function endpointDiffers(a: Pod, b: Pod): boolean {
  return (
    isBeingDeleted(a) !== isBeingDeleted(b) ||
    (a.status !== b.status &&
      (isReady(a) !== isReady(b) ||
        isTerminal(a) !== isTerminal(b) ||
        a.status?.podIP !== b.status?.podIP ||
        !semanticallyEqual(a.status?.podIPs, b.status?.podIPs))) ||
    (a.spec !== b.spec &&
      (a.spec.nodeName !== b.spec.nodeName ||
        a.spec.hostname !== b.spec.hostname ||
        a.spec.subdomain !== b.spec.subdomain))
  );
}

/** Keys of the services that a pod's event concerns. */
export function podServiceKeys(event: Parameters<ControllerWatch['keys']>[0], view: View): readonly Key[] {
  const { type, now, before } = event;
  if (view.count('services', 'selector', SELECTING) === 0) return NO_KEYS;
  if (view.count('services', 'selector', `${now.metadata.namespace}/`) === 0) return NO_KEYS;
  if (type !== 'MODIFIED' || !before) return servicesOf(now, view);
  const relabelled =
    now.metadata.labels !== before.metadata.labels && !semanticallyEqual(now.metadata.labels, before.metadata.labels);
  const differs = endpointDiffers(before as Pod, now as Pod);
  if (!relabelled) return differs ? servicesOf(now, view) : NO_KEYS;
  const after = servicesOf(now, view);
  const former = servicesOf(before, view);
  const all = [...new Set([...after, ...former])];
  return differs ? all : all.filter((key) => after.includes(key) !== former.includes(key));
}

export function isHeadless(service: Service): boolean {
  return service.spec?.clusterIP === 'None';
}

/** Finished pods and pods without an address are no endpoints. */
export function canBeEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  if (isTerminal(pod)) return false;
  if (!pod.status?.podIP && (pod.status?.podIPs ?? []).length === 0) return false;
  return includeTerminating || !isBeingDeleted(pod);
}

/** The hostname of a pod in the service's DNS zone. */
export function endpointHostname(pod: Pod, service: Service): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

/** Number of the container port that a service port means at this pod (podutil.FindPort); undefined when it has none. */
export function findPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort;
  if (typeof target === 'number') return target;
  if (target === undefined) return port.port;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === target && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) {
        return candidate.containerPort;
      }
    }
  }
  return undefined;
}

/** Change times that a service's syncs have seen, for the annotation that tells how long programming endpoints takes. */
export interface TriggerTimes {
  readonly service?: string;
  readonly pods: Readonly<Record<string, string>>;
}

/** The oldest change that this sync is the first to see; undefined when there is none. */
export function triggerTime(
  seen: TriggerTimes | undefined,
  service: Service,
  pods: readonly Pod[],
  clock: WallClock,
): { readonly seen: TriggerTimes; readonly at: string | undefined } {
  let at: string | undefined;
  const consider = (time: string | undefined | null, before: string | undefined) => {
    if (time === before) return;
    const us = clock.parse(time);
    if (!time || us === undefined || us <= (clock.parse(before) ?? Number.NEGATIVE_INFINITY)) return;
    if (at === undefined || us < (clock.parse(at) ?? 0)) at = time;
  };
  const podTimes: Record<string, string> = {};
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const time = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime;
    if (!time) continue;
    podTimes[name] = time;
    consider(time, seen?.pods[name]);
  }
  const created = service.metadata.creationTimestamp ?? undefined;
  consider(created, seen?.service);
  return { seen: { service: created, pods: podTimes }, at };
}
