import type { KubeObject } from '../../contracts/objects.ts';
import { formatIP, parseIP } from '../machinery/ip.ts';
import { isDNS1123Label } from '../machinery/names.ts';
import type { Piece } from './common.ts';

/**
 * Warnings that the server sends with an accepted create or update (strategies' WarningsOnCreate, pkg/api/pod/warnings.go).
 * They come after admission and before those of unknown fields.
 */

const DEPRECATED_VOLUMES: readonly (readonly [string, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function deprecatedSources(holder: Piece, path: string): string[] {
  return DEPRECATED_VOLUMES.filter(([name]) => holder[name]).map(([name, since]) => `${path}.${name}: ${since}`);
}

/** Two keys of one volume that land on the same file, or one inside the other. */
function overlaps(paths: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  paths.forEach((path, i) => {
    for (const other of paths.slice(0, i)) {
      const [a, b] = [path, other].map((text) => text.replace(/\/+$/, ''));
      if (a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)) {
        found.push([path, other]);
        break;
      }
    }
  });
  return found;
}

const itemPaths = (source: Piece): string[] => (source?.items ?? []).map((item: Piece) => item.path);

function overlapWarnings(volume: Piece): string[] {
  const named: readonly (readonly [string, string, Piece])[] = [
    ['ConfigMap', volume.configMap?.name, volume.configMap],
    ['Secret', volume.secret?.secretName, volume.secret],
  ];
  const errors: string[] = [];
  for (const [kind, name, source] of named) {
    for (const [a, b] of overlaps(itemPaths(source))) {
      errors.push(
        `volume ${JSON.stringify(volume.name)} (${kind} ${JSON.stringify(name)}): overlapping paths: ${JSON.stringify(a)} with ${JSON.stringify(b)}`,
      );
    }
  }
  for (const [a, b] of overlaps(itemPaths(volume.downwardAPI))) {
    errors.push(
      `volume ${JSON.stringify(volume.name)} (DownwardAPI): overlapping paths: ${JSON.stringify(a)} with ${JSON.stringify(b)}`,
    );
  }
  return errors;
}

function volumeWarnings(spec: Piece, path: string): string[] {
  return (spec.volumes ?? []).flatMap((volume: Piece, i: number) => {
    const warnings = deprecatedSources(volume, `${path}.volumes[${i}]`);
    for (const source of volume.projected?.sources ?? []) {
      if (Object.keys(source ?? {}).length > 0) continue;
      warnings.push(`volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`);
    }
    return [...warnings, ...overlapWarnings(volume)];
  });
}

function hostAliasWarnings(spec: Piece, path: string): string[] {
  const seen = new Set<string>();
  return (spec.hostAliases ?? []).flatMap((alias: Piece, i: number) => {
    const again = seen.has(alias.ip);
    seen.add(alias.ip);
    return again ? [`${path}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(alias.ip)}`] : [];
  });
}

function envWarnings(container: Piece, path: string): string[] {
  const seen = new Set<string>();
  return (container.env ?? []).flatMap((env: Piece, i: number) => {
    const again = seen.has(env.name);
    seen.add(env.name);
    return again
      ? [
          `${path}.env[${i}]: hides previous definition of ${JSON.stringify(env.name)}, which may be dropped when using apply`,
        ]
      : [];
  });
}

function portWarnings(container: Piece, path: string): string[] {
  const ports: readonly Piece[] = container.ports ?? [];
  return ports.flatMap((port, i) => {
    const first = ports.findIndex(
      (other) =>
        other.containerPort === port.containerPort &&
        other.protocol === port.protocol &&
        (other.hostPort ?? 0) === (port.hostPort ?? 0) &&
        (other.hostIP ?? '') === (port.hostIP ?? ''),
    );
    return first < i ? [`${path}.ports[${i}]: duplicate port definition with ${path}.ports[${first}]`] : [];
  });
}

function containerWarnings(spec: Piece, path: string): string[] {
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container: Piece, i: number) => {
      const at = `${path}.${list}[${i}]`;
      return [...envWarnings(container, at), ...portWarnings(container, at)];
    }),
  );
}

const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

function selectorWarnings(spec: Piece, path: string): string[] {
  const warnings: string[] = [];
  const check = (term: Piece, at: string): void => {
    if (term && !term.labelSelector) warnings.push(`${at}.labelSelector: ${NULL_SELECTOR}`);
  };
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = spec.affinity?.[kind];
    const at = `${path}.affinity.${kind}`;
    (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: Piece, i: number) => {
      check(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`);
    });
    (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: Piece, i: number) => {
      check(term.podAffinityTerm, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`);
    });
  }
  (spec.topologySpreadConstraints ?? []).forEach((constraint: Piece, i: number) => {
    check(constraint, `${path}.topologySpreadConstraints[${i}]`);
  });
  return warnings;
}

function podWarnings(spec: Piece, path: string): string[] {
  if (!spec) return [];
  return [
    ...hostAliasWarnings(spec, path),
    ...volumeWarnings(spec, path),
    ...containerWarnings(spec, path),
    ...selectorWarnings(spec, path),
  ];
}

function nameWarning(name: string | undefined, use: string): string[] {
  const wrong = name ? isDNS1123Label(name) : [];
  return wrong.length
    ? [
        `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`,
      ]
    : [];
}

const POD_NAMES = 'Pod names and hostnames';

function serviceWarnings(object: Piece): string[] {
  const check = (list: readonly string[] | undefined, path: string): string[] =>
    (list ?? []).flatMap((text, i) => {
      const ip = text === 'None' ? undefined : parseIP(text);
      const shown = ip && formatIP(ip);
      if (!shown || shown === text) return [];
      const strict = parseIP(text, true) === undefined;
      return [
        strict
          ? `${path}[${i}]: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(shown)}`
          : `${path}[${i}]: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(shown)})`,
      ];
    });
  const ips = object.spec?.clusterIPs ?? (object.spec?.clusterIP ? [object.spec.clusterIP] : []);
  return [...check(ips, 'spec.clusterIPs'), ...check(object.spec?.externalIPs, 'spec.externalIPs')];
}

/** Base64 of `-----BEGIN `: PEM data begins with it where nothing stands before. */
const PEM_BEGIN = 'LS0tLS1CRUdJTi';

const BY_KIND: Readonly<Record<string, (object: Piece) => string[]>> = {
  'v1 Pod': (o) => [...nameWarning(o.metadata.name, "the Pod's hostname"), ...podWarnings(o.spec, 'spec')],
  'v1 PodTemplate': (o) => podWarnings(o.template?.spec, 'template.spec'),
  'v1 ReplicationController': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  ],
  'apps/v1 Deployment': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  ],
  'apps/v1 ReplicaSet': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  ],
  'apps/v1 DaemonSet': (o) => podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  'apps/v1 StatefulSet': (o) => podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  'batch/v1 Job': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template?.spec, 'spec.template.spec'),
  ],
  'batch/v1 CronJob': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.jobTemplate?.spec?.template?.spec, 'spec.jobTemplate.spec.template.spec'),
  ],
  'v1 Service': serviceWarnings,
  'v1 Secret': (o) =>
    o.type === 'kubernetes.io/tls' && !(o.data?.['tls.crt'] ?? '').startsWith(PEM_BEGIN)
      ? ['tls: failed to find any PEM data in certificate input']
      : [],
  'v1 PersistentVolume': (o) => [
    ...deprecatedSources(o.spec ?? {}, 'spec'),
    ...(o.spec?.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
  ],
  'networking.k8s.io/v1 Ingress': (o) =>
    o.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined && o.spec?.ingressClassName === undefined
      ? ['annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead']
      : [],
};

/** Warnings with a create of a valid object. */
export function createWarnings(object: KubeObject): string[] {
  return BY_KIND[`${object.apiVersion} ${object.kind}`]?.(object) ?? [];
}

/** The warning of every request to a deprecated API version, accepted or not. */
export function deprecationWarning(apiVersion: string, kind: string): string | undefined {
  if (apiVersion === 'v1' && kind === 'Endpoints')
    return 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';
  return apiVersion === 'v1' && kind === 'ComponentStatus' ? 'v1 ComponentStatus is deprecated in v1.19+' : undefined;
}
