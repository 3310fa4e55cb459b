import type { Pod, Service } from '../../api/types/core.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types/discovery.ts';
import { compareText, controllerReference, isBeingDeleted, semanticallyEqual } from '../support/objects.ts';
import { isReady } from '../support/pods.ts';
import { endpointHostname, findPort, isHeadless } from '../support/services.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const MANAGER = 'endpointslice-controller.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
const HEADLESS = 'service.kubernetes.io/headless';

export type AddressType = 'IPv4' | 'IPv6';

/** Ports that a service has at one pod; pods that name their ports differently come into different slices. */
export function endpointPorts(service: Service, pod: Pod): readonly EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    const made: EndpointPort = { name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: number };
    return [port.appProtocol === undefined ? made : { ...made, appProtocol: port.appProtocol }];
  });
}

export function portsKey(ports: readonly EndpointPort[] | undefined | null): string {
  const texts = (ports ?? []).map((p) => `${p.name ?? ''}/${p.protocol ?? ''}/${p.port ?? ''}/${p.appProtocol ?? ''}`);
  return texts.sort(compareText).join(',');
}

function isIPv6(address: string): boolean {
  return address.includes(':');
}

function addressesOf(pod: Pod, type: AddressType): readonly string[] {
  const ips = (pod.status?.podIPs ?? []).map((entry) => entry.ip);
  return ips.filter((ip) => isIPv6(ip) === (type === 'IPv6'));
}

/** The endpoint of a pod; undefined when it has no address of this type. */
export function podEndpoint(
  pod: Pod,
  zone: string | undefined,
  service: Service,
  type: AddressType,
): Endpoint | undefined {
  const addresses = addressesOf(pod, type);
  if (addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = isBeingDeleted(pod);
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const { name, namespace, uid } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}

/** Two endpoints of the same pod and addresses are the same endpoint; the rest of it may differ. */
export function endpointKey(endpoint: Endpoint): string {
  const { targetRef } = endpoint;
  return `${[...endpoint.addresses].sort(compareText).join(',')}|${targetRef?.namespace}/${targetRef?.name}|${endpoint.hostname ?? ''}`;
}

const reserved: readonly string[] = [MANAGED_BY, SERVICE_NAME, HEADLESS];

/** Labels of a slice: those of its service, and the controller's own. */
export function sliceLabels(service: Service): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(service.metadata.labels ?? {}))
    if (!reserved.includes(key)) labels[key] = value;
  labels[SERVICE_NAME] = service.metadata.name ?? '';
  labels[MANAGED_BY] = MANAGER;
  if (isHeadless(service)) labels[HEADLESS] = '';
  return labels;
}

export function newSlice(service: Service, type: AddressType, ports: readonly EndpointPort[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: sliceLabels(service),
      annotations: {},
      ownerReferences: [controllerReference(service, 'v1', 'Service')],
    },
    addressType: type,
    ports,
    endpoints: [],
  };
}

/** The one empty slice that a service without endpoints has. */
export function isPlaceholder(slice: EndpointSlice, service: Service, type: AddressType): boolean {
  return (
    slice.addressType === type &&
    (slice.endpoints ?? []).length === 0 &&
    (slice.ports ?? []).length === 0 &&
    semanticallyEqual(slice.metadata.labels, sliceLabels(service))
  );
}
