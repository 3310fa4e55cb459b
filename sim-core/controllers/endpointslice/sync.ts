import type { Node, Pod, Service } from '../../api/types/core.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts';
import type { ApiResponse } from '../../contracts/apiserver.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { changed, isBeingDeleted, isControlledBy } from '../support/objects.ts';
import { createRequest, deleteRequest, updateRequest } from '../support/requests.ts';
import { ENDPOINT_SLICES } from '../support/resources.ts';
import type { Conversation, Outcome, Request, ScriptRun } from '../support/script.ts';
import { errorText, isNamespaceTerminating, isNotFound, succeeded } from '../support/script.ts';
import { canBeEndpoint, LAST_CHANGE_TRIGGER_TIME } from '../support/services.ts';
import { pack, type SliceChanges } from './packing.ts';
import { type AddressType, endpointPorts, isPlaceholder, newSlice, podEndpoint, portsKey } from './slices.ts';

export interface EndpointSliceInput {
  readonly service: Version;
  readonly pods: readonly Version[];
  readonly slices: readonly Version[];
  readonly nodes: readonly Version[];
  readonly triggeredAt: string | undefined;
}

interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

interface Desired {
  readonly groups: ReadonlyMap<string, PortGroup>;
  readonly errors: readonly string[];
}

/** Endpoints by port list. A pod whose node the cache does not know is left out and reported, unless unready ones count. */
function desiredEndpoints(input: EndpointSliceInput, type: AddressType): Desired {
  const service = input.service.object as Service;
  const nodes = new Map(input.nodes.map(({ object }) => [object.metadata.name, object as Node]));
  const groups = new Map<string, PortGroup>();
  const errors: string[] = [];
  for (const version of input.pods) {
    const pod = version.object as Pod;
    if (!canBeEndpoint(pod, true)) continue;
    const node = nodes.get(pod.spec.nodeName);
    if (pod.spec.nodeName && !node && !service.spec?.publishNotReadyAddresses) {
      const place = `${service.metadata.namespace}/${service.metadata.name}`;
      errors.push(`skipping Pod ${pod.metadata.name} for Service ${place}: Node ${pod.spec.nodeName} Not Found`);
      continue;
    }
    const endpoint = podEndpoint(pod, node?.metadata.labels?.['topology.kubernetes.io/zone'], service, type);
    if (!endpoint) continue;
    const ports = endpointPorts(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpoint);
    groups.set(key, group);
  }
  return { groups, errors };
}

function changesOf(input: EndpointSliceInput, type: AddressType, desired: Desired, max: number): SliceChanges {
  const service = input.service.object as Service;
  const changes: SliceChanges = { creations: [], updates: [], deletions: [] };
  const existing = new Map<string, EndpointSlice[]>();
  let count = 0;
  for (const { object } of input.slices) {
    const slice = object as EndpointSlice;
    if (slice.addressType !== type || isBeingDeleted(slice)) continue;
    count += 1;
    if (!isControlledBy(slice, service)) {
      changes.deletions.push(slice);
      continue;
    }
    const key = portsKey(slice.ports);
    existing.set(key, [...(existing.get(key) ?? []), slice]);
  }
  for (const [key, group] of desired.groups) {
    const packed = pack(service, type, group.ports, existing.get(key) ?? [], group.endpoints, max);
    changes.creations.push(...packed.creations);
    changes.updates.push(...packed.updates);
    changes.deletions.push(...packed.deletions);
  }
  for (const [key, slices] of existing) if (!desired.groups.has(key)) changes.deletions.push(...slices);
  if (count === changes.deletions.length && changes.creations.length === 0) keepPlaceholder(changes, service, type);
  return reuse(changes, service, type);
}

/** A service without endpoints has one empty slice. */
function keepPlaceholder(changes: SliceChanges, service: Service, type: AddressType): void {
  if (changes.deletions.length === 1 && isPlaceholder(changes.deletions[0], service, type))
    changes.deletions.length = 0;
  else changes.creations.push(newSlice(service, type, []));
}

/** Rather than to delete a slice and create another, the old one becomes the new one. */
function reuse(changes: SliceChanges, service: Service, type: AddressType): SliceChanges {
  const { creations, updates, deletions } = changes;
  const left: EndpointSlice[] = [];
  for (const old of deletions) {
    const created = creations.length > 0 && old.addressType === type && isControlledBy(old, service) && creations.pop();
    if (!created) left.push(old);
    else updates.push(changed(created, { metadata: { name: old.metadata.name } }));
  }
  return { creations, updates, deletions: left };
}

function triggered(slice: EndpointSlice, at: string | undefined): EndpointSlice {
  const { [LAST_CHANGE_TRIGGER_TIME]: _, ...annotations } = slice.metadata.annotations ?? {};
  const marked = at === undefined ? annotations : { ...annotations, [LAST_CHANGE_TRIGGER_TIME]: at };
  // The API has null where a Go list is empty.
  const body: KubeObject = {
    ...changed(slice, { metadata: { annotations: marked } }),
    endpoints: (slice.endpoints ?? []).length === 0 ? null : slice.endpoints,
    ports: (slice.ports ?? []).length === 0 ? null : slice.ports,
  };
  return body as EndpointSlice;
}

/** One sync of a Service's EndpointSlices. */
export function endpointSliceSync(options: ControllerManagerOptions) {
  return function* sync(run: ScriptRun, input: EndpointSliceInput): Conversation<Outcome | undefined> {
    const service = input.service.object as Service;
    const { namespace = '', name = '' } = service.metadata;
    const errors: string[] = [];
    for (const type of addressTypes(service)) {
      const desired = desiredEndpoints(input, type);
      errors.push(...desired.errors);
      const changes = changesOf(input, type, desired, options.maxEndpointsPerSlice);
      const failure = yield* write(run, service, changes, input.triggeredAt);
      if (failure) errors.push(failure);
    }
    if (errors.length === 0) return undefined;
    const text = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
    const message = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${text}`;
    run.event({ regarding: service, type: 'Warning', reason: 'FailedToUpdateEndpointSlices', message });
    return { failed: true };
  };
}

function addressTypes(service: Service): readonly AddressType[] {
  const families = (service.spec?.ipFamilies ?? ['IPv4']) as readonly string[];
  return families.filter((family): family is AddressType => family === 'IPv4' || family === 'IPv6');
}

function* write(
  run: ScriptRun,
  service: Service,
  changes: SliceChanges,
  at: string | undefined,
): Conversation<string | undefined> {
  const place = `${service.metadata.namespace}/${service.metadata.name}`;
  const failed = (verb: string, slice: EndpointSlice | undefined, answer: ApiResponse) =>
    `failed to ${verb} ${slice ? `${slice.metadata.name} ` : ''}EndpointSlice for Service ${place}: ${errorText(answer)}`;
  if (!isBeingDeleted(service)) {
    for (const slice of changes.creations) {
      const answer = yield* run.request(
        createRequest(ENDPOINT_SLICES, service.metadata.namespace ?? '', triggered(slice, at)),
      );
      if (isNamespaceTerminating(answer)) return undefined;
      if (!succeeded(answer)) return failed('create', undefined, answer);
    }
  }
  for (const slice of changes.updates) {
    const request: Request = updateRequest(ENDPOINT_SLICES, triggered(slice, at));
    const answer = yield* run.request(request);
    if (!succeeded(answer)) return failed('update', slice, answer);
  }
  for (const slice of changes.deletions) {
    const answer = yield* run.request(deleteRequest(ENDPOINT_SLICES, slice));
    if (!succeeded(answer) && !isNotFound(answer)) return failed('delete', slice, answer);
  }
  return undefined;
}
