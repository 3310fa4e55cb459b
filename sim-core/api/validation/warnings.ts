import type { KubeObject } from '../../contracts/objects.ts';
import { formatIP, parseIP } from '../machinery/ip.ts';
import { isDNS1123Label } from '../machinery/names.ts';
import type { Piece } from './common.ts';
import { claimSpecWarnings, deprecatedSources, fractional, nodeTermWarnings, podWarnings } from './pods/warnings.ts';

/**
 * Warnings that the server sends with an accepted create or update (strategies' WarningsOnCreate, pkg/api/pod/warnings.go).
 * They come after admission and before those of unknown fields.
 */

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

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';
const OLD_OPTIONS = 'volume.beta.kubernetes.io/mount-options';

function annotationWarnings(object: Piece, key: string, text: string): string[] {
  return object.metadata.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`];
}

/** Base64 of `-----BEGIN `: PEM data begins with it where nothing stands before. */
const PEM_BEGIN = 'LS0tLS1CRUdJTi';

const BY_KIND: Readonly<Record<string, (object: Piece) => string[]>> = {
  'v1 Pod': (o) => [...nameWarning(o.metadata.name, "the Pod's hostname"), ...podWarnings(o, '')],
  'v1 PodTemplate': (o) => podWarnings(o.template, 'template.'),
  'v1 ReplicationController': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template, 'spec.template.'),
  ],
  'apps/v1 Deployment': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template, 'spec.template.'),
  ],
  'apps/v1 ReplicaSet': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template, 'spec.template.'),
  ],
  'apps/v1 DaemonSet': (o) => podWarnings(o.spec?.template, 'spec.template.'),
  'apps/v1 StatefulSet': (o) => podWarnings(o.spec?.template, 'spec.template.'),
  'batch/v1 Job': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.template, 'spec.template.'),
  ],
  'batch/v1 CronJob': (o) => [
    ...nameWarning(o.metadata.name, POD_NAMES),
    ...podWarnings(o.spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template.'),
  ],
  'v1 Service': serviceWarnings,
  'v1 Secret': (o) =>
    o.type === 'kubernetes.io/tls' && !(o.data?.['tls.crt'] ?? '').startsWith(PEM_BEGIN)
      ? ['tls: failed to find any PEM data in certificate input']
      : [],
  'v1 PersistentVolumeClaim': (o) => [
    ...annotationWarnings(o, OLD_CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead'),
    ...claimSpecWarnings(o.spec ?? {}, 'spec'),
  ],
  'v1 PersistentVolume': (o) => [
    ...((o.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []) as readonly Piece[]).flatMap((term, i) =>
      nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`),
    ),
    ...annotationWarnings(o, OLD_CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead'),
    ...annotationWarnings(o, OLD_OPTIONS, 'deprecated since v1.31; use "mountOptions" attribute instead'),
    ...deprecatedSources(o.spec ?? {}, 'spec'),
    ...fractional(o.spec?.capacity?.storage, 'spec.capacity[storage]'),
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

/** Warnings with an update that changed the generation: those about the template. */
export function updateWarnings(object: KubeObject): string[] {
  const { apiVersion, kind, spec } = object;
  if (kind === 'CronJob') return podWarnings(spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template.');
  const hasTemplate = apiVersion === 'apps/v1' || kind === 'Job' || kind === 'ReplicationController';
  return hasTemplate && spec?.template ? podWarnings(spec.template, 'spec.template.') : [];
}

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
