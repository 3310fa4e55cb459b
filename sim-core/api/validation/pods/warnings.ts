import { milliValue } from '../../machinery/quantity.ts';
import type { Piece } from '../common.ts';
import { APPARMOR_CONTAINER, SECCOMP_CONTAINER, SECCOMP_POD } from './annotations.ts';
import { containersOf, type Place } from './places.ts';

/** Warnings about a pod or a template, in the order of pkg/api/pod/warnings.go. */

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

/** pkg/api/node/util.go. */
const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];

const quoted = (text: string): string => JSON.stringify(text);

export function deprecatedSources(holder: Piece, path: string): string[] {
  return DEPRECATED_VOLUMES.filter(([name]) => holder[name]).map(([name, since]) => `${path}.${name}: ${since}`);
}

export function nodeTermWarnings(term: Piece, path: string): string[] {
  return ((term?.matchExpressions ?? []) as readonly Piece[]).flatMap(({ key }, i) =>
    DEPRECATED_NODE_LABELS[key] ? [`${path}.matchExpressions[${i}].key: ${key} is ${DEPRECATED_NODE_LABELS[key]}`] : [],
  );
}

function nodeLabelWarnings(spec: Piece, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort()) {
    if (DEPRECATED_NODE_LABELS[key]) warnings.push(`${path}.nodeSelector[${key}]: ${DEPRECATED_NODE_LABELS[key]}`);
  }
  const { nodeAffinity } = spec.affinity ?? {};
  const at = `${path}.affinity.nodeAffinity`;
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  terms.forEach((term: Piece, i: number) => {
    const where = `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`;
    warnings.push(...nodeTermWarnings(term, where));
  });
  (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: Piece, i: number) => {
    const where = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`;
    warnings.push(...nodeTermWarnings(term.preference, where));
  });
  return warnings;
}

const NULL_SELECTOR = 'a null labelSelector results in matching no pod';

function spreadWarnings(spec: Piece, path: string): string[] {
  return ((spec.topologySpreadConstraints ?? []) as readonly Piece[]).flatMap((constraint, i) => {
    const at = `${path}.topologySpreadConstraints[${i}]`;
    const key = constraint.topologyKey;
    return [
      ...(DEPRECATED_NODE_LABELS[key] ? [`${at}.topologyKey: ${key} is ${DEPRECATED_NODE_LABELS[key]}`] : []),
      ...(constraint.labelSelector ? [] : [`${at}.labelSelector: ${NULL_SELECTOR}`]),
    ];
  });
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
  const sources: readonly (readonly [string, Piece])[] = [
    [`ConfigMap ${quoted(volume.configMap?.name ?? '')}`, volume.configMap],
    [`Secret ${quoted(volume.secret?.secretName ?? '')}`, volume.secret],
    ['DownwardAPI', volume.downwardAPI],
  ];
  return sources.flatMap(([name, source]) =>
    overlaps(itemPaths(source)).map(
      ([a, b]) => `volume ${quoted(volume.name)} (${name}): overlapping paths: ${quoted(a)} with ${quoted(b)}`,
    ),
  );
}

function volumeWarnings(spec: Piece, path: string): string[] {
  const volumes: readonly Piece[] = spec.volumes ?? [];
  const deprecated = volumes.flatMap((volume, i) => {
    const at = `${path}.volumes[${i}]`;
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    return [
      ...deprecatedSources(volume, at),
      ...(claim ? claimSpecWarnings(claim, `${at}.ephemeral.volumeClaimTemplate.spec`) : []),
    ];
  });
  const overlapping = volumes.flatMap((volume) => [
    ...((volume.projected?.sources ?? []) as readonly Piece[])
      .filter((source) => Object.keys(source ?? {}).length === 0)
      .map(() => `volume ${quoted(volume.name)} (Projected) has no sources provided`),
    ...overlapWarnings(volume),
  ]);
  return [...deprecated, ...overlapping];
}

/** pkg/api/persistentvolumeclaim/util.go GetWarningsForPersistentVolumeClaimSpec. */
export function claimSpecWarnings(spec: Piece, path: string): string[] {
  return ['requests', 'limits'].flatMap((list) =>
    fractional(spec.resources?.[list]?.storage, `${path}.resources.${list}[storage]`),
  );
}

export function fractional(text: string | undefined, path: string): string[] {
  return text !== undefined && milliValue(text) % 1000 !== 0
    ? [`${path}: fractional byte value ${quoted(text)} is invalid, must be an integer`]
    : [];
}

/** Lists whose elements should differ in a field. */
function repeated(list: readonly Piece[] | undefined, field: string, what: string, path: string): string[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap((item, i) => {
    const value = item[field] ?? '';
    if (seen.has(value)) return [`${path}[${i}].${field}: duplicate ${what} ${quoted(value)}`];
    seen.add(value);
    return [];
  });
}

function pullSecretWarnings(spec: Piece, path: string): string[] {
  const at = `${path}.imagePullSecrets`;
  const secrets: readonly Piece[] = spec.imagePullSecrets ?? [];
  return [
    ...repeated(secrets, 'name', 'name', at),
    ...secrets.flatMap(({ name }, i) => (name ? [] : [`${at}[${i}].name: invalid empty name ""`])),
  ];
}

function envWarnings(container: Piece, path: string): string[] {
  const seen = new Set<string>();
  return ((container.env ?? []) as readonly Piece[]).flatMap((env, i) => {
    const again = seen.has(env.name);
    seen.add(env.name);
    const reference = `$(${env.name})`;
    // A value that is made from the one before hides nothing.
    const builds = !env.valueFrom && env.value !== reference && (env.value ?? '').includes(reference);
    return again && !builds
      ? [`${path}.env[${i}]: hides previous definition of ${quoted(env.name)}, which may be dropped when using apply`]
      : [];
  });
}

function containerWarnings({ container, at }: Place, holder: Piece, base: string): string[] {
  const annotations = holder.metadata?.annotations ?? {};
  const warnings: string[] = [];
  const seccomp = `${SECCOMP_CONTAINER}${container.name}`;
  if (!container.securityContext?.seccompProfile && annotations[seccomp] !== undefined)
    warnings.push(profileText(base, seccomp, 'non-functional in v1.27+; use the "seccompProfile" field instead'));
  const armor = `${APPARMOR_CONTAINER}${container.name}`;
  const profile = container.securityContext?.appArmorProfile ?? holder.spec?.securityContext?.appArmorProfile;
  if (!profile && annotations[armor] !== undefined)
    warnings.push(profileText(base, armor, 'deprecated since v1.30; use the "appArmorProfile" field instead'));
  for (const resource of ['memory', 'ephemeral-storage']) {
    for (const list of ['limits', 'requests'])
      warnings.push(...fractional(container.resources?.[list]?.[resource], `${at}.resources.${list}[${resource}]`));
  }
  return [...warnings, ...envWarnings(container, at)];
}

const profileText = (base: string, key: string, text: string): string => `${base}metadata.annotations[${key}]: ${text}`;

function portWarnings(places: readonly Place[]): string[] {
  const known: { readonly port: Piece; readonly at: string }[] = [];
  return places.flatMap(({ container, at }) =>
    ((container.ports ?? []) as readonly Piece[]).flatMap((port, i) => {
      const where = `${at}.ports[${i}]`;
      const warnings = known
        .filter((one) => one.port.containerPort === port.containerPort && one.port.protocol === port.protocol)
        .flatMap((one) => {
          const how = conflict(port, one.port);
          return how ? [`${where}: ${how} port definition with ${one.at}`] : [];
        });
      known.push({ port, at: where });
      return warnings;
    }),
  );
}

function conflict(a: Piece, b: Piece): string | undefined {
  const [ipA, ipB, portA, portB] = [a.hostIP ?? '', b.hostIP ?? '', a.hostPort ?? 0, b.hostPort ?? 0];
  if (ipA === ipB && portA === portB) return 'duplicate';
  if (portA === 0 || portB === 0) return 'overlapping';
  return portA === portB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined;
}

function affinityWarnings(spec: Piece, path: string): string[] {
  const warnings: string[] = [];
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = spec.affinity?.[kind];
    const at = `${path}.affinity.${kind}`;
    (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: Piece, i: number) => {
      const where = `${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`;
      if (!term.labelSelector) warnings.push(`${where}.labelSelector: ${NULL_SELECTOR}`);
    });
    (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: Piece, i: number) => {
      const where = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`;
      if (!term.podAffinityTerm?.labelSelector) warnings.push(`${where}.labelSelector: ${NULL_SELECTOR}`);
    });
  }
  return warnings;
}

/** `holder`: a Pod, or a template; `base`: the path of the template with a dot, '' for a Pod. */
export function podWarnings(holder: Piece, base: string): string[] {
  const spec = holder?.spec;
  if (!spec) return [];
  const path = `${base}spec`;
  const annotations = holder.metadata?.annotations ?? {};
  const places = containersOf(spec, path);
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...nodeLabelWarnings(spec, path),
    ...spreadWarnings(spec, path),
    ...DEPRECATED_ANNOTATIONS.filter(([key]) => annotations[key] !== undefined).map(([key, text]) =>
      profileText(base, key, text),
    ),
    ...volumeWarnings(spec, path),
    ...repeated(spec.hostAliases, 'ip', 'ip', `${path}.hostAliases`),
    ...pullSecretWarnings(spec, path),
    ...fractional(spec.overhead?.memory, `${path}.overhead[memory]`),
    ...fractional(spec.overhead?.['ephemeral-storage'], `${path}.overhead[ephemeral-storage]`),
    ...(!spec.securityContext?.seccompProfile && annotations[SECCOMP_POD] !== undefined
      ? [profileText(base, SECCOMP_POD, 'non-functional in v1.27+; use the "seccompProfile" field instead')]
      : []),
    ...places.flatMap((place) => containerWarnings(place, holder, base)),
    ...portWarnings(places),
    ...(grace < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec, path),
  ];
}
