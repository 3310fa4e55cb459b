import {
  cidrContains,
  formatIP,
  isValidCIDR,
  isValidCIDRForLegacyField,
  isValidIP,
  isValidIPForLegacyField,
  networkOf,
  parseCIDR,
  parseIP,
} from '../machinery/ip.ts';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDomainPrefixedPath,
  isValidLabelValue,
  isValidPortName,
  isWildcardDNS1123Subdomain,
  nameIsDNSSubdomain,
} from '../machinery/names.ts';
import { validateLabelSelector, validateLabels } from '../machinery/selectors.ts';
import {
  dnsLabel,
  dnsSubdomain,
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  IMMUTABLE,
  immutable,
  invalid,
  invalidEach,
  need,
  notSupported,
  oneOf,
  type Piece,
  portNumber,
  portNumberOrName,
  qualifiedName,
  required,
  same,
  tooLong,
  tooMany,
} from './common.ts';

/** Services, Endpoints, EndpointSlices, Ingresses, NetworkPolicies, IPAddresses, ServiceCIDRs. */

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const FAMILIES = ['IPv4', 'IPv6'];
const LB_ONLY = "may only be used when `type` is 'LoadBalancer'";

/** Addresses that no endpoint or external IP may have (ValidateNonSpecialIP). */
function nonSpecialIP(text: string, path: string): FieldError[] {
  const ip = parseIP(text);
  if (ip === undefined) return [invalid(path, text, 'must be a valid IP address')];
  const shown = formatIP(ip);
  if (shown === '0.0.0.0' || shown === '::') return [invalid(path, text, `may not be unspecified (${text})`)];
  if (/^127\./.test(shown) || shown === '::1')
    return [invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (/^169\.254\./.test(shown) || /^fe[89ab]/.test(shown))
    return [invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  if (/^224\.0\.0\./.test(shown) || /^ff02/.test(shown))
    return [invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')];
  return [];
}

function validateServicePort(port: Piece, path: string, named: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !port.name) errors.push(required(`${path}.name`, ''));
  else if (port.name) {
    errors.push(...dnsLabel(port.name, `${path}.name`));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    else names.add(port.name);
  }
  errors.push(...portNumber(port.port, `${path}.port`), ...oneOf(port.protocol, `${path}.protocol`, PROTOCOLS));
  errors.push(...portNumberOrName(port.targetPort, `${path}.targetPort`));
  if (port.appProtocol !== undefined) errors.push(...qualifiedName(port.appProtocol, `${path}.appProtocol`));
  return errors;
}

function validateAffinity(spec: Piece): FieldError[] {
  const errors = oneOf(spec.sessionAffinity, 'spec.sessionAffinity', ['ClientIP', 'None']);
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === 'ClientIP') {
    if (seconds === undefined) {
      const config = spec.sessionAffinityConfig;
      const missing = config?.clientIP ? '.clientIP.timeoutSeconds' : config ? '.clientIP' : '';
      errors.push(required(`spec.sessionAffinityConfig${missing}`, 'when session affinity type is ClientIP'));
    } else if (seconds <= 0 || seconds > 86400) {
      errors.push(
        invalid(
          'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
          seconds,
          'must be greater than 0 and less than 86400',
        ),
      );
    }
  } else if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig) {
    errors.push(forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None'));
  }
  return errors;
}

function validateClusterIPs(spec: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const ips: readonly string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const families: readonly string[] = spec.ipFamilies ?? [];
  if (spec.type === 'ExternalName') {
    if (families.length) errors.push(forbidden('spec.ipFamilies', 'may not be set for ExternalName services'));
    if (spec.ipFamilyPolicy !== undefined)
      errors.push(forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services'));
    return errors;
  }
  families.forEach((family, i) => {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES));
    else if (families.indexOf(family) < i) errors.push(duplicate(`spec.ipFamilies[${i}]`, family));
  });
  if (spec.ipFamilyPolicy !== undefined) {
    errors.push(
      ...oneOf(
        spec.ipFamilyPolicy,
        'spec.ipFamilyPolicy',
        ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
        false,
      ),
    );
  }
  if (!spec.clusterIP && ips.length)
    errors.push(invalid('spec.clusterIPs', ips, 'must be empty when `clusterIP` is not specified'));
  else if (spec.clusterIP && ips.length && ips[0] !== spec.clusterIP)
    errors.push(invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'));
  if (ips.length > 2) errors.push(invalid('spec.clusterIPs', ips, 'may only hold up to 2 values'));
  ips.forEach((ip, i) => {
    if (ip === 'None') {
      if (i > 0) errors.push(invalid(`spec.clusterIPs[${i}]`, ip, 'must be a valid IP address'));
      return;
    }
    errors.push(...isValidIPForLegacyField(`spec.clusterIPs[${i}]`, ip));
  });
  return errors;
}

const externallyAccessible = (spec: Piece): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && spec.externalIPs?.length > 0);

function validateTrafficPolicies(spec: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const external = spec.externalTrafficPolicy;
  if (!externallyAccessible(spec)) {
    if (external)
      errors.push(
        invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'),
      );
  } else errors.push(...oneOf(external, 'spec.externalTrafficPolicy', ['Cluster', 'Local']));
  const health = spec.healthCheckNodePort;
  if (health && !(spec.type === 'LoadBalancer' && external === 'Local')) {
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        health,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  }
  if (spec.internalTrafficPolicy === undefined) {
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP')
      errors.push(required('spec.internalTrafficPolicy', ''));
  } else errors.push(...oneOf(spec.internalTrafficPolicy, 'spec.internalTrafficPolicy', ['Cluster', 'Local'], false));
  if (spec.trafficDistribution !== undefined) {
    errors.push(
      ...oneOf(
        spec.trafficDistribution,
        'spec.trafficDistribution',
        ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
        false,
      ),
    );
  }
  return errors;
}

function validatePortSet(spec: Piece): FieldError[] {
  const ports: readonly Piece[] = spec.ports ?? [];
  const errors: FieldError[] = [];
  if (spec.type === 'ClusterIP') {
    ports.forEach((port, i) => {
      if (port.nodePort)
        errors.push(forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach((port, i) => {
    if (!port.nodePort) return;
    const key = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, port.nodePort));
    nodePorts.add(key);
  });
  const seen = new Set<string>();
  ports.forEach((port, i) => {
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) {
      errors.push(
        duplicate(`spec.ports[${i}]`, {
          Name: '',
          Protocol: port.protocol,
          AppProtocol: null,
          Port: port.port,
          TargetPort: 0,
          NodePort: 0,
        }),
      );
    }
    seen.add(key);
  });
  return errors;
}

function validateByType(spec: Piece): FieldError[] {
  const headless = spec.clusterIPs?.[0] === 'None';
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    return headless
      ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)]
      : [];
  }
  if (spec.type !== 'ExternalName') return [];
  const errors: FieldError[] = [];
  if (spec.clusterIPs?.length || spec.clusterIP)
    errors.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
  const cname = (spec.externalName ?? '').replace(/\.$/, '');
  errors.push(
    ...(cname
      ? invalidEach('spec.externalName', cname, isDNS1123Subdomain(cname))
      : [required('spec.externalName', '')]),
  );
  return errors;
}

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** The old and the new name of one annotation. */
function topologyModes(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const { [TOPOLOGY_HINTS]: hints, [TOPOLOGY_MODE]: mode } = annotations;
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, why)];
}

export function validateService(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const ports: readonly Piece[] = spec.ports ?? [];
  const errors: FieldError[] = topologyModes(object.metadata?.annotations);
  if (!ports.length && spec.clusterIPs?.[0] !== 'None' && spec.type !== 'ExternalName')
    errors.push(required('spec.ports', ''));
  errors.push(...validateByType(spec));
  const names = new Set<string>();
  errors.push(...eachOf(ports, 'spec.ports', (port, at) => validateServicePort(port, at, ports.length > 1, names)));
  if (spec.selector) errors.push(...validateLabels(spec.selector, 'spec.selector'));
  errors.push(...validateAffinity(spec), ...validateClusterIPs(spec));
  errors.push(
    ...eachOf(spec.externalIPs, 'spec.externalIPs', (ip, at) => {
      const wrong = isValidIPForLegacyField(at, ip);
      return wrong.length ? wrong : nonSpecialIP(ip, at);
    }),
  );
  errors.push(...oneOf(spec.type, 'spec.type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']));
  errors.push(...validatePortSet(spec));
  if (spec.loadBalancerSourceRanges?.length) {
    if (spec.type !== 'LoadBalancer') errors.push(forbidden('spec.LoadBalancerSourceRanges', LB_ONLY));
    errors.push(
      ...eachOf(spec.loadBalancerSourceRanges, 'spec.LoadBalancerSourceRanges', (cidr, at) =>
        isValidCIDRForLegacyField(at, cidr.trim()),
      ),
    );
  } else if (object.metadata?.annotations?.[SOURCE_RANGES] !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`;
    if (spec.type !== 'LoadBalancer') errors.push(forbidden(path, LB_ONLY));
    const text: string = object.metadata.annotations[SOURCE_RANGES].trim();
    for (const cidr of text === '' ? [] : text.split(',')) errors.push(...isValidCIDRForLegacyField(path, cidr.trim()));
  }
  if (spec.type !== 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== undefined)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', LB_ONLY));
  if (spec.loadBalancerClass !== undefined) {
    errors.push(
      ...(spec.type === 'LoadBalancer'
        ? qualifiedName(spec.loadBalancerClass, 'spec.loadBalancerClass')
        : [forbidden('spec.loadBalancerClass', LB_ONLY)]),
    );
  }
  return [...errors, ...validateTrafficPolicies(spec)];
}

export function validateServiceUpdate(now: Piece, before: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const kept =
    now.spec.type === before.spec.type || (now.spec.type !== 'ExternalName' && before.spec.type !== 'ExternalName');
  const old: readonly string[] = before.spec.clusterIPs ?? [];
  const copied = now.spec.clusterIP !== before.spec.clusterIP && same(now.spec.clusterIPs, before.spec.clusterIPs);
  const ips: readonly string[] = copied ? [now.spec.clusterIP ?? ''] : (now.spec.clusterIPs ?? []);
  if (kept && old.length) {
    if (ips[0] !== old[0]) errors.push(invalid('spec.clusterIPs[0]', ips, 'may not change once set'));
    else if (old.length > 1 && ips.length > 1 && ips[1] !== old[1])
      errors.push(invalid('spec.clusterIPs[1]', ips, 'may not change once set'));
  }
  if (
    now.spec.type === 'LoadBalancer' &&
    before.spec.type === 'LoadBalancer' &&
    !same(now.spec.loadBalancerClass, before.spec.loadBalancerClass)
  ) {
    errors.push(invalid('spec.loadBalancerClass', now.spec.loadBalancerClass ?? null, 'may not change once set'));
  }
  return [...errors, ...validateService({ ...now, spec: { ...now.spec, clusterIPs: ips.length ? ips : undefined } })];
}

export function validateServiceStatus(now: Piece): FieldError[] {
  const ingress = now.status?.loadBalancer?.ingress;
  if (!ingress?.length) return [];
  const path = 'status.loadBalancer.ingress';
  if (now.spec?.type !== 'LoadBalancer')
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  return eachOf(ingress, path, (item, at) => {
    const { ip, ipMode } = item;
    const [address, ...name] = [
      ip ? isValidIPForLegacyField(`${at}.ip`, ip) : [],
      validateLoadBalancerAddress({ hostname: item.hostname }, at),
    ];
    const where = `${at}.ipMode`;
    if (ipMode === undefined) return [...address, ...(ip ? [required(where, IP_MODE_NEEDED)] : []), ...name.flat()];
    const mode = ip
      ? oneOf(ipMode, where, ['Proxy', 'VIP'], false)
      : [forbidden(where, 'may not be specified when `ip` is not set')];
    return [...address, ...mode, ...name.flat()];
  });
}

const IP_MODE_NEEDED = 'must be specified when `ip` is set';

/** An address or a name, at which a load balancer or an ingress is reached. */
export function validateLoadBalancerAddress({ ip, hostname }: Piece, path: string): FieldError[] {
  const errors = ip ? isValidIPForLegacyField(`${path}.ip`, ip) : [];
  if (!hostname) return errors;
  errors.push(...dnsSubdomain(hostname, `${path}.hostname`));
  if (parseIP(hostname) !== undefined)
    errors.push(invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}

export const NODE_PORTS = { min: 30000, max: 32767 } as const;

/** The service network of the recordings, and kubeadm's default. */
export const SERVICE_CIDR = '10.96.0.0/16';

function clusterIPRange(spec: Piece): FieldError[] {
  const ips: readonly string[] = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const [ip] = ips;
  // The address that was allocated says nothing about the family that was asked for.
  if (spec.type !== 'ExternalName' && ip !== 'None' && !ip?.includes(':') && spec.ipFamilies?.includes('IPv6')) {
    return eachOf(spec.ipFamilies, 'spec.ipFamilies', (family, at) =>
      family === 'IPv6' ? [invalid(at, family, 'not configured on this cluster')] : [],
    );
  }
  if (!ip || ip === 'None') return [];
  if (ip.includes(':')) return [invalid('spec.clusterIPs[0]', ips, 'IPv6 is not configured on this cluster')];
  const range = parseCIDR(SERVICE_CIDR);
  const address = parseIP(ip);
  if (range === undefined || address === undefined) return [];
  const outside = !cidrContains(range, address) || /^10\.96\.(0\.0|255\.255)$/.test(ip);
  return outside
    ? [
        invalid(
          'spec.clusterIPs',
          ips,
          `failed to allocate IP ${ip}: the provided network does not match the current range`,
        ),
      ]
    : [];
}

/** What the allocators of a Service refuse before they look at what is taken; only asked when all else is valid. */
export function serviceRangeErrors(service: Piece): FieldError[] {
  const spec = service.spec ?? {};
  if (spec.type === 'ExternalName') return [];
  const headless = spec.clusterIP === 'None' && !Object.keys(spec.selector ?? {}).length;
  if (spec.ipFamilyPolicy === 'RequireDualStack' && !headless) {
    return [
      invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    ];
  }
  const wrong = clusterIPRange(spec);
  if (wrong.length) return wrong;
  return eachOf(spec.ports, 'spec.ports', (port, at) =>
    port.nodePort && (port.nodePort < NODE_PORTS.min || port.nodePort > NODE_PORTS.max)
      ? [
          invalid(
            `${at}.nodePort`,
            port.nodePort,
            `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.min}-${NODE_PORTS.max}`,
          ),
        ]
      : [],
  );
}

/** Addresses are allocated before the rest is validated; what is wrong with them is told alone. */
export function serviceAllocationErrors(service: Piece): FieldError[] {
  const wrong = validateClusterIPs(service.spec ?? {});
  return wrong.length ? wrong : serviceRangeErrors(service);
}

function endpointIP(address: Piece, path: string): FieldError[] {
  const errors = [...isValidIPForLegacyField(`${path}.ip`, address.ip ?? '')];
  if (address.hostname) errors.push(...dnsLabel(address.hostname, `${path}.hostname`));
  if (address.nodeName !== undefined)
    errors.push(...invalidEach(`${path}.nodeName`, address.nodeName, nameIsDNSSubdomain(address.nodeName, false)));
  return [...errors, ...nonSpecialIP(address.ip ?? '', `${path}.ip`)];
}

export function validateEndpoints(object: Piece): FieldError[] {
  return eachOf(object.subsets, 'subsets', (subset, at) => {
    const errors: FieldError[] = [];
    if (!subset.addresses?.length && !subset.notReadyAddresses?.length)
      errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
    errors.push(
      ...eachOf(subset.addresses, `${at}.addresses`, endpointIP),
      ...eachOf(subset.notReadyAddresses, `${at}.notReadyAddresses`, endpointIP),
    );
    const named = (subset.ports ?? []).length > 1;
    return [
      ...errors,
      ...eachOf(subset.ports, `${at}.ports`, (port, where) => [
        ...(named && !port.name
          ? [required(`${where}.name`, '')]
          : port.name
            ? dnsLabel(port.name, `${where}.name`)
            : []),
        ...portNumber(port.port, `${where}.port`),
        ...oneOf(port.protocol, `${where}.protocol`, PROTOCOLS),
        ...(port.appProtocol !== undefined ? qualifiedName(port.appProtocol, `${where}.appProtocol`) : []),
      ]),
    ];
  });
}

function sliceAddress(type: string, address: string, path: string): FieldError[] {
  if (type === 'FQDN') return invalidEach(path, address, isDNS1123Subdomain(address));
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors = isValidIP(path, address);
  const ip = parseIP(address);
  if (ip === undefined) return errors;
  if ((type === 'IPv6') !== address.includes(':')) errors.push(invalid(path, address, `must be an ${type} address`));
  return [...errors, ...nonSpecialIP(address, path)];
}

export function validateEndpointSlice(object: Piece): FieldError[] {
  const type: string = object.addressType ?? '';
  const errors = oneOf(type, 'addressType', ['FQDN', 'IPv4', 'IPv6']);
  if ((object.endpoints ?? []).length > 1000) errors.push(tooMany('endpoints', object.endpoints.length, 1000));
  errors.push(
    ...eachOf(object.endpoints, 'endpoints', (endpoint, at) => {
      const found: FieldError[] = [];
      const addresses: readonly string[] = endpoint.addresses ?? [];
      if (!addresses.length) found.push(required(`${at}.addresses`, 'must contain at least 1 address'));
      else if (addresses.length > 100) found.push(tooMany(`${at}.addresses`, addresses.length, 100));
      found.push(...eachOf(addresses, `${at}.addresses`, (address, where) => sliceAddress(type, address, where)));
      if (endpoint.nodeName !== undefined)
        found.push(...invalidEach(`${at}.nodeName`, endpoint.nodeName, nameIsDNSSubdomain(endpoint.nodeName, false)));
      if (endpoint.hostname !== undefined)
        found.push(...invalidEach(`${at}.hostname`, endpoint.hostname, isDNS1123Label(endpoint.hostname)));
      const zones = new Set<string>();
      found.push(
        ...eachOf(endpoint.hints?.forZones, `${at}.hints.forZones`, (zone, where) => {
          const wrong: FieldError[] = [];
          if (zones.has(zone.name)) wrong.push(duplicate(`${where}.name`, zone.name));
          zones.add(zone.name);
          wrong.push(...invalidEach(`${where}.name`, zone.name, isValidLabelValue(zone.name)));
          return wrong;
        }),
      );
      return found;
    }),
  );
  const names = new Set<string>();
  if ((object.ports ?? []).length > 20000) errors.push(tooMany('ports', object.ports.length, 20000));
  return [
    ...errors,
    ...eachOf(object.ports, 'ports', (port, at) => {
      const found: FieldError[] = [];
      if (port.name) found.push(...dnsLabel(port.name, `${at}.name`));
      if (names.has(port.name ?? '')) found.push(duplicate(`${at}.name`, port.name ?? ''));
      names.add(port.name ?? '');
      found.push(...oneOf(port.protocol, `${at}.protocol`, PROTOCOLS));
      if (port.appProtocol !== undefined) found.push(...qualifiedName(port.appProtocol, `${at}.appProtocol`));
      return found;
    }),
  ];
}

export function validateEndpointSliceUpdate(now: Piece, before: Piece): FieldError[] {
  // Addresses are judged by the type they were made for.
  const errors = validateEndpointSlice({ ...now, addressType: before.addressType });
  return [...errors, ...immutable(now.addressType, before.addressType, 'addressType')];
}

function validateBackend(backend: Piece, path: string): FieldError[] {
  const { service, resource } = backend;
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource)
    return [...need(resource.kind, `${path}.resource.kind`), ...need(resource.name, `${path}.resource.name`)];
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(`${path}.service.name`, ''));
  else errors.push(...invalidEach(`${path}.service.name`, service.name, isDNS1035Label(service.name)));
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...invalidEach(`${path}.service.port.name`, name, isValidPortName(name)));
  else if (number) errors.push(...portNumber(number, `${path}.service.port.number`));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_SUFFIXES = ['/..', '/.'];

function validatePath(path: Piece, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const text: string = path.path ?? '';
  if (path.pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')];
  if (path.pathType === 'Exact' || path.pathType === 'Prefix') {
    if (!text.startsWith('/')) errors.push(invalid(`${at}.path`, text, 'must be an absolute path'));
    if (text) {
      for (const bad of BAD_SEQUENCES)
        if (text.includes(bad)) errors.push(invalid(`${at}.path`, text, `must not contain '${bad}'`));
      for (const bad of BAD_SUFFIXES)
        if (text.endsWith(bad)) errors.push(invalid(`${at}.path`, text, `cannot end with '${bad}'`));
    }
  } else if (path.pathType === 'ImplementationSpecific') {
    if (text && !text.startsWith('/')) errors.push(invalid(`${at}.path`, text, 'must be an absolute path'));
  } else errors.push(notSupported(`${at}.pathType`, path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']));
  return [...errors, ...validateBackend(path.backend ?? {}, `${at}.backend`)];
}

function validateHost(host: string, path: string): FieldError[] {
  if (parseIP(host) !== undefined) return [invalid(path, host, 'must be a DNS name, not an IP address')];
  return invalidEach(path, host, host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host));
}

export function validateIngress(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'));
  errors.push(
    ...eachOf(spec.rules, 'spec.rules', (rule, at) => {
      const found = rule.host ? validateHost(rule.host, `${at}.host`) : [];
      if (!rule.http) return found;
      if (!rule.http.paths?.length) return [...found, required(`${at}.http.paths`, '')];
      return [...found, ...eachOf(rule.http.paths, `${at}.http.paths`, validatePath)];
    }),
  );
  errors.push(
    ...eachOf(spec.tls, 'spec.tls', (tls, at) => [
      ...eachOf(tls.hosts, `${at}.hosts`, (host, where) =>
        invalidEach(where, host, host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host)),
      ),
      ...(tls.secretName
        ? invalidEach(`${at}.secretName`, tls.secretName, nameIsDNSSubdomain(tls.secretName, false))
        : []),
    ]),
  );
  if (spec.ingressClassName !== undefined)
    errors.push(
      ...invalidEach('spec.ingressClassName', spec.ingressClassName, nameIsDNSSubdomain(spec.ingressClassName, false)),
    );
  return errors;
}

export function validateIngressClass(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  const controller: string = spec.controller ?? '';
  if (controller.length > 250) errors.push(tooLong('spec.controller', 250));
  errors.push(...isDomainPrefixedPath('spec.controller', controller));
  const parameters = spec.parameters;
  if (parameters) {
    const at = 'spec.parameters';
    if (parameters.apiGroup !== undefined)
      errors.push(...invalidEach(`${at}.apiGroup`, parameters.apiGroup, isDNS1123Subdomain(parameters.apiGroup)));
    errors.push(...need(parameters.kind, `${at}.kind`), ...need(parameters.name, `${at}.name`));
    if (parameters.scope === undefined) errors.push(required(`${at}.scope`, ''));
    else if (parameters.scope === 'Namespace') {
      if (!parameters.namespace) errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    } else if (parameters.scope === 'Cluster') {
      if (parameters.namespace !== undefined)
        errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"));
    } else errors.push(notSupported(`${at}.scope`, parameters.scope, ['Cluster', 'Namespace']));
  }
  return errors;
}

export function validateIngressClassUpdate(now: Piece, before: Piece): FieldError[] {
  return [...immutable(now.spec.controller, before.spec.controller, 'spec.controller'), ...validateIngressClass(now)];
}

function validateIpBlock(block: Piece, path: string): FieldError[] {
  if (!block.cidr) return [required(`${path}.cidr`, '')];
  const errors = isValidCIDRForLegacyField(`${path}.cidr`, block.cidr);
  const cidr = parseCIDR(block.cidr);
  if (cidr === undefined) return errors;
  return [
    ...errors,
    ...eachOf(block.except, `${path}.except`, (text, at) => {
      const wrong = isValidCIDRForLegacyField(at, text);
      const inner = parseCIDR(text);
      if (inner === undefined) return wrong;
      const outer = networkOf(cidr).join('.');
      const start = networkOf({ ...inner, prefixLength: cidr.prefixLength }).join('.');
      return outer !== start || inner.prefixLength <= cidr.prefixLength
        ? [...wrong, invalid(at, text, 'must be a strict subset of `cidr`')]
        : wrong;
    }),
  ];
}

function validatePeer(peer: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let peers = 0;
  if (peer.podSelector) {
    peers += 1;
    errors.push(...validateLabelSelector(peer.podSelector, `${path}.podSelector`));
  }
  if (peer.namespaceSelector) {
    peers += 1;
    errors.push(...validateLabelSelector(peer.namespaceSelector, `${path}.namespaceSelector`));
  }
  if (peer.ipBlock) {
    peers += 1;
    errors.push(...validateIpBlock(peer.ipBlock, `${path}.ipBlock`));
  }
  if (peers === 0) errors.push(required(path, 'must specify a peer'));
  else if (peers > 1 && peer.ipBlock) errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validatePolicyPort(port: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (port.protocol !== undefined) errors.push(...oneOf(port.protocol, `${path}.protocol`, PROTOCOLS, false));
  if (port.port === undefined) {
    if (port.endPort !== undefined)
      errors.push(required(`${path}.port`, 'must be specified when endPort is specified'));
    return errors;
  }
  errors.push(...portNumberOrName(port.port, `${path}.port`));
  if (port.endPort === undefined) return errors;
  if (typeof port.port === 'string')
    errors.push(required(`${path}.endPort`, 'endPort cannot be specified when port is a name'));
  else {
    if (port.endPort < port.port)
      errors.push(invalid(`${path}.endPort`, port.endPort, 'must be greater than or equal to `port`'));
    errors.push(...portNumber(port.endPort, `${path}.endPort`));
  }
  return errors;
}

export function validateNetworkPolicy(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const rules = (field: string, peers: string): FieldError[] =>
    eachOf(spec[field], `spec.${field}`, (rule, at) => [
      ...eachOf(rule.ports, `${at}.ports`, validatePolicyPort),
      ...eachOf(rule[peers], `${at}.${peers}`, validatePeer),
    ]);
  const errors = [
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector'),
    ...rules('ingress', 'from'),
    ...rules('egress', 'to'),
  ];
  const types: readonly string[] = spec.policyTypes ?? [];
  if (types.length > 2)
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  return [...errors, ...eachOf(types, 'spec.policyTypes', (type, at) => oneOf(type, at, ['Egress', 'Ingress'], false))];
}

export function validateIpAddress(object: Piece): FieldError[] {
  const ref = object.spec?.parentRef;
  if (!ref) return [required('spec.parentRef', '')];
  const errors: FieldError[] = [];
  if (ref.group) errors.push(...invalidEach('spec.parentRef.group', ref.group, nameIsDNSSubdomain(ref.group, false)));
  errors.push(...need(ref.resource, 'spec.parentRef.resource'), ...need(ref.name, 'spec.parentRef.name'));
  return errors;
}

export const validateIpAddressUpdate = (now: Piece, before: Piece): FieldError[] =>
  immutable(now.spec?.parentRef, before.spec?.parentRef, 'spec.parentRef', shownParent(now.spec?.parentRef));

function shownParent(ref: Piece): Piece {
  if (!ref) return null;
  const { group = '', resource = '', namespace = '', name = '' } = ref;
  return { Group: group, Resource: resource, Namespace: namespace, Name: name };
}

export const ipAddressName = (name: string): readonly string[] =>
  isValidIP('', name).map((error) => error.body.replace(/^Invalid value: "(?:[^"\\]|\\.)*": /, ''));

export function validateServiceCidr(object: Piece): FieldError[] {
  const cidrs: readonly string[] = object.spec?.cidrs ?? [];
  if (!cidrs.length) return [required('spec.cidrs', 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid('spec', object.spec, 'may only hold up to 2 values')];
  return eachOf(cidrs, 'spec.cidrs', (cidr, at) => isValidCIDR(at, cidr));
}

/** The ranges stay, but for a second one of the other family. */
export function validateServiceCidrUpdate(now: Piece, before: Piece): FieldError[] {
  const cidrs: readonly string[] = now.spec?.cidrs ?? [];
  const old: readonly string[] = before.spec?.cidrs ?? [];
  const kept = (i: number): FieldError[] =>
    cidrs[i] === old[i] ? [] : [invalid(`spec.cidrs[${i}]`, cidrs[i] ?? '', IMMUTABLE)];
  if (cidrs.length === old.length) return old.flatMap((_, i) => kept(i));
  if (old.length === 1 && cidrs.length === 2) return [...kept(0), ...isValidCIDR('spec.cidrs[1]', cidrs[1])];
  return [invalid('spec.cidrs', cidrs, IMMUTABLE)];
}
