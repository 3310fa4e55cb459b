import { formatLabelSelector } from '../../api/machinery/selectors.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { age, firstThree, labelsText, type Printer } from './format.ts';

/** Rows of Services and what belongs to them (printers/internalversion). */

interface Ingress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** Addresses of a load balancer, sorted, each once. */
function balancerText({ status }: KubeObject): string {
  const ingress = (status?.loadBalancer?.ingress ?? []) as readonly Ingress[];
  const texts = ingress.map(({ ip, hostname }) => ip || hostname || '').filter((text) => text !== '');
  return [...new Set(texts)].sort().join(',');
}

function externalIP(object: KubeObject): string {
  const { spec } = object;
  const given = ((spec?.externalIPs ?? []) as readonly string[]).join(',');
  switch (spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return given || '<none>';
    case 'LoadBalancer': {
      const texts = [balancerText(object), given].filter((text) => text !== '');
      return texts.join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
}

const service: Printer = (object, time) => {
  const { spec } = object;
  const ports = ((spec?.ports ?? []) as readonly ServicePort[]).map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  );
  return [
    spec?.type ?? '',
    spec?.clusterIP || '<none>',
    externalIP(object),
    ports.join(',') || '<none>',
    age(object, time),
    labelsText(spec?.selector),
  ];
};

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

const endpoints: Printer = (object: KubeObject & { readonly subsets?: readonly Subset[] }, time) => {
  const { subsets = [] } = object;
  const list = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const ips = addresses.map(({ ip }) => ip);
    if (ports.length === 0) return ips;
    return ports.flatMap(({ port }) => ips.map((ip) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
  });
  return [firstThree(list, subsets.length === 0 ? '<none>' : ''), age(object, time)];
};

interface SliceFields {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string | null; readonly port?: number | null }[] | null;
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[] | null;
}

const endpointSlice: Printer = (object: KubeObject & SliceFields, time) => [
  object.addressType ?? '',
  firstThree(
    (object.ports ?? []).map(({ name, port }) => String(port ?? name ?? '*')),
    '<unset>',
  ),
  firstThree(
    (object.endpoints ?? []).flatMap(({ addresses }) => addresses),
    '<unset>',
  ),
  age(object, time),
];

function hostsText(rules: readonly { readonly host?: string }[]): string {
  const named: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (named.length === 3) more = true;
    if (!more && host) named.push(host);
  }
  if (named.length === 0) return '*';
  return more ? `${named.join(',')} + ${rules.length - 3} more...` : named.join(',');
}

const ingress: Printer = (object, time) => [
  object.spec?.ingressClassName ?? '<none>',
  hostsText(object.spec?.rules ?? []),
  balancerText(object),
  (object.spec?.tls?.length ?? 0) > 0 ? '80, 443' : '80',
  age(object, time),
];

const ingressClass: Printer = (object, time) => {
  const { controller = '', parameters } = object.spec ?? {};
  const kind = parameters?.apiGroup ? `${parameters.kind}.${parameters.apiGroup}` : parameters?.kind;
  return [controller, parameters ? `${kind}/${parameters.name}` : '<none>', age(object, time)];
};

const networkPolicy: Printer = (object, time) => [
  formatLabelSelector(object.spec?.podSelector ?? {}),
  age(object, time),
];

const ipAddress: Printer = ({ spec }) => {
  const { group, resource, namespace, name } = spec?.parentRef ?? {};
  const kind = group ? `${resource}.${group}` : resource;
  return [[kind, namespace, name].filter(Boolean).join('/')];
};

const serviceCIDR: Printer = (object, time) => [(object.spec?.cidrs ?? []).join(','), age(object, time)];

export const NETWORK_PRINTERS: Readonly<Record<string, Printer>> = {
  services: service,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlice,
  'ingresses.networking.k8s.io': ingress,
  'ingressclasses.networking.k8s.io': ingressClass,
  'networkpolicies.networking.k8s.io': networkPolicy,
  'ipaddresses.networking.k8s.io': ipAddress,
  'servicecidrs.networking.k8s.io': serviceCIDR,
};
