import type { Json } from '../../contracts/objects.ts';
import { typeNamed } from '../schema/table.ts';
import type { FieldSchema, TypeRef } from '../schema/types.ts';

/**
 * The JSON of the API server's internal structs, which a few messages print as the bad value: Go's field names, every
 * field, nil as null. Field names are the JSON names with a capital first letter, but for the initialisms below.
 */
const GO_NAMES: Readonly<Record<string, string>> = {
  uid: 'UID',
  ip: 'IP',
  apiVersion: 'APIVersion',
  apiGroup: 'APIGroup',
  seLinuxOptions: 'SELinuxOptions',
  seLinuxChangePolicy: 'SELinuxChangePolicy',
  dnsPolicy: 'DNSPolicy',
  dnsConfig: 'DNSConfig',
  fsGroup: 'FSGroup',
  fsGroupChangePolicy: 'FSGroupChangePolicy',
  os: 'OS',
  fsType: 'FSType',
  pdName: 'PDName',
  iqn: 'IQN',
  wwids: 'WWIDs',
  iscsiInterface: 'ISCSIInterface',
  chapAuthDiscovery: 'DiscoveryCHAPAuth',
  chapAuthSession: 'SessionCHAPAuth',
  diskURI: 'DataDiskURI',
  sslEnabled: 'SSLEnabled',
  gcePersistentDisk: 'GCEPersistentDisk',
  awsElasticBlockStore: 'AWSElasticBlockStore',
  nfs: 'NFS',
  iscsi: 'ISCSI',
  rbd: 'RBD',
  cephfs: 'CephFS',
  fc: 'FC',
  csi: 'CSI',
  storageos: 'StorageOS',
  tty: 'TTY',
  tcpSocket: 'TCPSocket',
  httpGet: 'HTTPGet',
  hostIP: 'HostIP',
  grpc: 'GRPC',
};

function goName(json: string): string {
  return GO_NAMES[json] ?? json[0].toUpperCase() + json.slice(1);
}

function zero(field: FieldSchema): Json {
  if (field.pointer) return null;
  switch (field.type.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return internalJson({}, field.type.name);
    default:
      return null;
  }
}

function convert(value: Json, ref: TypeRef): Json {
  if (value === null) return null;
  if (ref.kind === 'list') return (value as Json[]).map((item) => convert(item, ref.of));
  if (ref.kind === 'map')
    return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, convert(v, ref.of)]));
  // Types of apimachinery keep their JSON names inside too.
  if (ref.kind === 'struct' && !ref.name.includes('.apimachinery.')) return internalJson(value, ref.name);
  return value;
}

const POD_SPEC = 'io.k8s.api.core.v1.PodSpec';

/** Fields that the internal PodSpec keeps in its security context. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

const POD_SPEC_ORDER = [
  'volumes',
  'initContainers',
  'containers',
  'ephemeralContainers',
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'activeDeadlineSeconds',
  'dnsPolicy',
  'nodeSelector',
  'serviceAccountName',
  'automountServiceAccountToken',
  'nodeName',
  'securityContext',
  'imagePullSecrets',
  'hostname',
  'subdomain',
  'setHostnameAsFQDN',
  'affinity',
  'schedulerName',
  'tolerations',
  'hostAliases',
  'priorityClassName',
  'priority',
  'preemptionPolicy',
  'dnsConfig',
  'readinessGates',
  'runtimeClassName',
  'overhead',
  'enableServiceLinks',
  'topologySpreadConstraints',
  'os',
  'schedulingGates',
  'resourceClaims',
  'resources',
  'hostnameOverride',
  'workloadRef',
];

/** Sources of a PersistentVolume in the order of the internal struct that holds them. */
const VOLUME_SOURCES = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'hostPath',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'flexVolume',
  'cinder',
  'cephfs',
  'fc',
  'flocker',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

/** The sources of a PersistentVolume's spec as the internal PersistentVolumeSource prints. */
export function internalVolumeSource(spec: { readonly [key: string]: Json }): Json {
  const fields = typeNamed('io.k8s.api.core.v1.PersistentVolumeSpec')!.byName;
  return Object.fromEntries(VOLUME_SOURCES.map((name) => entry(spec, fields.get(name)!)));
}

function entry(source: { readonly [key: string]: Json }, field: FieldSchema): [string, Json] {
  return [goName(field.name), source[field.name] === undefined ? zero(field) : convert(source[field.name], field.type)];
}

function internalPodSpec(source: { readonly [key: string]: Json }): Json {
  const fields = typeNamed(POD_SPEC)!.byName;
  const entries = POD_SPEC_ORDER.map((name) => entry(source, fields.get(name)!));
  const host = HOST_FIELDS.map((name) => entry(source, fields.get(name)!));
  return Object.fromEntries(
    entries.map(([name, value]) =>
      name === 'SecurityContext' && value !== null
        ? [name, { ...Object.fromEntries(host), ...(value as object) }]
        : [name, value],
    ),
  ) as Json;
}

/** The order of fields differs in places. */
function inInternalOrder(fields: readonly FieldSchema[]): readonly FieldSchema[] {
  return MOVED.reduce((list, [name, after]) => {
    const moved = list.find((field) => field.name === name);
    if (moved === undefined) return list;
    return list
      .filter((field) => field !== moved)
      .flatMap((field) => (field.name === after ? [field, moved] : [field]));
  }, fields);
}

/** [field, the one it stands behind in the internal type]. */
const MOVED: readonly (readonly [string, string])[] = [
  ['quobyte', 'rbd'],
  ['fsGroupChangePolicy', 'fsGroup'],
];

/** A decoded struct of the named versioned type as the internal type prints. */
export function internalJson(value: Json, typeName: string): Json {
  const source = (value ?? {}) as { readonly [key: string]: Json };
  if (typeName === POD_SPEC) return internalPodSpec(source);
  const fields = inInternalOrder(typeNamed(typeName)?.fields ?? []);
  // Embedded metadata has no name of its own in the internal types: its fields stand beside the others.
  const meta = fields.some((field) => field.name === 'metadata') ? (source.metadata as object | undefined) : undefined;
  return {
    ...meta,
    ...Object.fromEntries(fields.filter((field) => field.name !== 'metadata').map((field) => entry(source, field))),
  } as Json;
}
