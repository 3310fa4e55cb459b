import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../api/types/core.ts';
import { compareText } from '../support/objects.ts';
import { isReady } from '../support/pods.ts';
import { canBeEndpoint, endpointHostname, findPort, isHeadless } from '../support/services.ts';

/** Endpoints objects hold at most so many addresses. */
const ADDRESSES_MAX = 1000;

interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly ports: EndpointPort[];
}

function addressOf(pod: Pod, service: Service): EndpointAddress | undefined {
  const wantsIPv6 = service.spec?.ipFamilies?.[0] === 'IPv6';
  const ip = (pod.status?.podIPs ?? []).map((entry) => entry.ip).find((text) => text.includes(':') === wantsIPv6);
  if (!ip) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  return {
    ip,
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function portOf(pod: Pod, port: NonNullable<NonNullable<Service['spec']>['ports']>[number]): EndpointPort | undefined {
  const number = findPort(pod, port);
  if (number === undefined) return undefined;
  return {
    ...(port.name ? { name: port.name } : {}),
    port: number,
    protocol: port.protocol ?? 'TCP',
    ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
  };
}

function entriesOf(service: Service, pods: readonly Pod[]): Entry[] {
  const tolerate = service.spec?.publishNotReadyAddresses === true;
  const ports = service.spec?.ports ?? [];
  const entries: Entry[] = [];
  for (const pod of pods) {
    if (!canBeEndpoint(pod, tolerate)) continue;
    const address = addressOf(pod, service);
    if (!address) continue;
    const own = ports.flatMap((port) => portOf(pod, port) ?? []);
    if (own.length === 0 && !(ports.length === 0 && isHeadless(service))) continue;
    entries.push({ address, ready: tolerate || isReady(pod), ports: own });
  }
  return entries;
}

function portText(port: EndpointPort): string {
  return `${port.name ?? ''}/${port.port}/${port.protocol ?? ''}`;
}

function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  return compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');
}

/** Subsets of a Service: addresses grouped by their ports, sorted by IP. */
export function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const groups = new Map<string, { ports: EndpointPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }>();
  for (const { address, ready, ports } of entriesOf(service, pods)) {
    const sorted = [...ports].sort((a, b) => compareText(portText(a), portText(b)));
    const key = sorted.map(portText).join(',');
    const group = groups.get(key) ?? { ports: sorted, ready: [], notReady: [] };
    (ready ? group.ready : group.notReady).push(address);
    groups.set(key, group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { ports, ready, notReady }]) => ({
      ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byAddress) } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }));
}

function countOf(subsets: readonly EndpointSubset[], field: 'addresses' | 'notReadyAddresses'): number {
  return subsets.reduce((sum, subset) => sum + (subset[field]?.length ?? 0), 0);
}

export function isOverCapacity(subsets: readonly EndpointSubset[]): boolean {
  return countOf(subsets, 'addresses') + countOf(subsets, 'notReadyAddresses') > ADDRESSES_MAX;
}

/** Cuts to the capacity, ready addresses first, each subset in proportion (rounded up while there is room). */
export function truncated(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  if (!isOverCapacity(subsets)) return subsets;
  const readyTotal = countOf(subsets, 'addresses');
  const field = readyTotal > 0 ? 'addresses' : 'notReadyAddresses';
  const total = readyTotal > 0 ? readyTotal : countOf(subsets, 'notReadyAddresses');
  const roomForNotReady = Math.max(0, ADDRESSES_MAX - readyTotal);
  const notReadyTotal = countOf(subsets, 'notReadyAddresses');
  let left = ADDRESSES_MAX;
  const cut = (list: readonly EndpointAddress[], max: number, sum: number) => {
    const share = Math.min(left, Math.ceil((list.length * Math.min(max, sum)) / sum));
    left -= Math.min(share, list.length);
    return list.slice(0, share);
  };
  return subsets
    .map((subset): EndpointSubset => {
      const { addresses: _, notReadyAddresses, ...rest } = subset;
      const main = cut(subset[field] ?? [], ADDRESSES_MAX, total || 1);
      if (field === 'notReadyAddresses') return { ...rest, notReadyAddresses: main };
      const extra = cut(notReadyAddresses ?? [], roomForNotReady, notReadyTotal || 1);
      return { ...rest, addresses: main, ...(extra.length > 0 ? { notReadyAddresses: extra } : {}) };
    })
    .filter((subset) => (subset.addresses?.length ?? 0) + (subset.notReadyAddresses?.length ?? 0) > 0);
}
