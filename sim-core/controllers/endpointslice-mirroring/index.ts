import type { EndpointAddress, EndpointSubset, Endpoints, Service } from '../../api/types/core.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts';
import type { Controller, Key, View } from '../../contracts/controllers.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { controllerReference, isBeingDeleted, keyOf, semanticallyEqual, splitKey } from '../support/objects.ts';
import { createRequest, deleteRequest, updateRequest } from '../support/requests.ts';
import { ENDPOINT_SLICES } from '../support/resources.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { emptyPlan, isNamespaceTerminating, isNotFound, script, succeeded } from '../support/script.ts';
import { LAST_CHANGE_TRIGGER_TIME } from '../support/services.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SERVICE_NAME = 'kubernetes.io/service-name';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
/** --mirroring-max-endpoints-per-subset */
const ADDRESSES_MAX = 1000;

interface Input {
  /** Undefined when nothing is to be mirrored (any more). */
  readonly endpoints: Version | undefined;
  readonly slices: readonly Version[];
  readonly name: string;
  readonly namespace: string;
}

/** `mirror`: the slices of this controller by the Endpoints that they mirror. */
const mirrorIndex = {
  resource: ENDPOINT_SLICES,
  index: 'mirror',
  keys: (object: KubeObject): readonly string[] => {
    const labels = object.metadata.labels ?? {};
    return labels[MANAGED_BY] === MANAGER && labels[SERVICE_NAME]
      ? [`${object.metadata.namespace}/${labels[SERVICE_NAME]}`]
      : [];
  },
};

/** Only Endpoints that somebody wrote by hand for a Service without a selector are mirrored. */
function isMirrored(endpoints: Endpoints | undefined, service: Service | undefined): boolean {
  if (!endpoints || !service || isBeingDeleted(endpoints)) return false;
  if (Object.keys(service.spec?.selector ?? {}).length > 0) return false;
  return endpoints.metadata.labels?.[SKIP_MIRROR] !== 'true' && endpoints.metadata.annotations?.[LEADER] === undefined;
}

function endpointOf(address: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [address.ip],
    conditions: { ready },
    ...(address.hostname ? { hostname: address.hostname } : {}),
    ...(address.nodeName ? { nodeName: address.nodeName } : {}),
    ...(address.targetRef ? { targetRef: address.targetRef } : {}),
  };
}

function sliceOf(
  owner: Endpoints,
  addressType: EndpointSlice['addressType'],
  subset: EndpointSubset,
): EndpointSlice | undefined {
  const ofType = (list: readonly EndpointAddress[] | undefined) =>
    (list ?? []).filter((address) => address.ip.includes(':') === (addressType === 'IPv6'));
  const all = [
    ...ofType(subset.addresses).map((address) => endpointOf(address, true)),
    ...ofType(subset.notReadyAddresses).map((address) => endpointOf(address, false)),
  ].slice(0, ADDRESSES_MAX);
  if (all.length === 0) return undefined;
  const { name = '', namespace, labels, annotations = {} } = owner.metadata;
  const {
    [LAST_CHANGE_TRIGGER_TIME]: _,
    'kubectl.kubernetes.io/last-applied-configuration': __,
    ...copied
  } = annotations;
  const ports: EndpointPort[] = (subset.ports ?? []).map((port) => ({ ...port, name: port.name ?? '' }));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
      annotations: copied,
      ownerReferences: [controllerReference(owner, 'v1', 'Endpoints')],
    },
    addressType,
    ports,
    endpoints: all,
  } as EndpointSlice;
}

function placeOf(slice: EndpointSlice): string {
  const ports = (slice.ports ?? []).map((port) => `${port.name}/${port.protocol}/${port.port}`);
  return `${slice.addressType} ${ports.sort().join(',')}`;
}

function isSame(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    semanticallyEqual(a.endpoints, b.endpoints) &&
    semanticallyEqual(a.metadata.labels, b.metadata.labels) &&
    semanticallyEqual(a.metadata.annotations, b.metadata.annotations)
  );
}

function* mirror(run: ScriptRun, input: Input): Conversation<Outcome | undefined> {
  const owner = input.endpoints?.object as Endpoints | undefined;
  const wanted = (owner?.subsets ?? []).flatMap((subset) =>
    (['IPv4', 'IPv6'] as const).flatMap((type) => sliceOf(owner!, type, subset) ?? []),
  );
  const old = new Map(
    input.slices.map((version) => [placeOf(version.object as EndpointSlice), version.object as EndpointSlice]),
  );
  let failed = false;
  for (const slice of wanted) {
    const before = old.get(placeOf(slice));
    old.delete(placeOf(slice));
    if (before && isSame(before, slice)) continue;
    const { name, resourceVersion } = before?.metadata ?? {};
    const request = before
      ? updateRequest(ENDPOINT_SLICES, { ...slice, metadata: { ...slice.metadata, name, resourceVersion } })
      : createRequest(ENDPOINT_SLICES, input.namespace, slice);
    const answer = yield* run.request(request);
    if (isNamespaceTerminating(answer)) return undefined;
    failed ||= !succeeded(answer);
  }
  const kept = new Set(wanted.map(placeOf));
  for (const { object } of input.slices) {
    const slice = object as EndpointSlice;
    if (kept.has(placeOf(slice)) && !isDuplicate(input.slices, slice)) continue;
    const answer = yield* run.request(deleteRequest(ENDPOINT_SLICES, slice));
    failed ||= !succeeded(answer) && !isNotFound(answer);
  }
  return failed ? { failed } : undefined;
}

/** Of two slices for the same place the later by name is the one that is kept. */
function isDuplicate(slices: readonly Version[], slice: EndpointSlice): boolean {
  const same = slices.filter((version) => placeOf(version.object as EndpointSlice) === placeOf(slice));
  return same[same.length - 1]?.object !== slice;
}

/** pkg/controller/endpointslicemirroring: EndpointSlices of Endpoints that were written by hand. */
export function endpointSliceMirroringController(): Controller {
  const sync = script<Input>('sync', mirror);
  const sliceKeys = (object: KubeObject): readonly Key[] => mirrorIndex.keys(object);
  return {
    name: 'endpointslicemirroring-controller',
    workers: 5,
    maxRetries: 15,
    backOff: { baseUs: SECOND_US, maxUs: 100 * SECOND_US },
    watches: [
      { resource: 'endpoints', keys: ({ now }) => [keyOf(now)] },
      { resource: 'services', keys: ({ now }) => [keyOf(now)] },
      { resource: ENDPOINT_SLICES, keys: ({ type, now }) => (type === 'DELETED' ? sliceKeys(now) : []) },
    ],
    indexes: [mirrorIndex],
    reconcile(view: View, _memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const endpoints = view.get('endpoints', namespace, name);
      const service = view.get('services', namespace, name)?.object as Service | undefined;
      const slices = view.byIndex(ENDPOINT_SLICES, 'mirror', key);
      const mirrored = isMirrored(endpoints?.object as Endpoints | undefined, service);
      if (!mirrored && slices.length === 0) return emptyPlan;
      return sync.start({ endpoints: mirrored ? endpoints : undefined, slices, name, namespace }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
