import { nameIsDNSSubdomain } from '../../machinery/names.ts';
import { parseQuantity, signOfQuantity } from '../../machinery/quantity.ts';
import { validateLabels } from '../../machinery/selectors.ts';
import { validateClaimSpec } from '../claims.ts';
import {
  dnsLabel,
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  localDescendingPath,
  localNonReservedPath,
  need,
  noBacksteps,
  notSupported,
  oneOf,
  type Piece,
  required,
  sortedKeys,
  tooLong,
} from '../common.ts';
import { validateAnnotations } from '../meta.ts';
import { validateFieldRef, validateResourceFieldRef } from './containers.ts';

/** Volumes of pods, and the sources that PersistentVolumes share with them. */

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const DOWNWARD_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const QUOBYTE = 'must be a host:port pair or multiple pairs separated by commas';

function mode(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && (value < 0 || value > 511)
    ? [invalid(path, value, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

/** A byte; partitions of disks are told to begin at 1, though 0 is taken. */
function byte(value: number | undefined, path: string, first = 0): FieldError[] {
  return value !== undefined && (value < 0 || value > 255)
    ? [invalid(path, value, `must be between ${first} and 255, inclusive`)]
    : [];
}

const partition = (value: number | undefined, path: string): FieldError[] => byte(value, path, 1);

function keyToPath(item: Piece, path: string): FieldError[] {
  return [
    ...need(item.key, `${path}.key`),
    ...need(item.path, `${path}.path`),
    ...localNonReservedPath(item.path ?? '', `${path}.path`),
    ...mode(item.mode, `${path}.mode`),
  ];
}

const keys = (source: Piece, path: string): FieldError[] => eachOf(source.items, `${path}.items`, keyToPath);

export function validateHostPath(source: Piece, path: string): FieldError[] {
  if (!source.path) return [required(`${path}.path`, '')];
  const errors = noBacksteps(source.path, `${path}.path`);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type))
    errors.push(notSupported(`${path}.type`, source.type, HOST_PATH_TYPES));
  return errors;
}

export function validateNfs(source: Piece, path: string): FieldError[] {
  const errors = [...need(source.server, `${path}.server`), ...need(source.path, `${path}.path`)];
  if (!(source.path ?? '').startsWith('/'))
    errors.push(invalid(`${path}.path`, source.path ?? '', 'must be an absolute path'));
  return errors;
}

/** Names of iSCSI by their prefix; anything may stand before `iqn`, and any character behind the prefix of the other two. */
const ISCSI_NAMES: readonly (readonly [string, RegExp])[] = [
  ['iqn', /iqn\.[0-9]{4}-[0-9]{2}\.[a-zA-Z0-9\-.]+(:[^,;*&$|\t\n\f\r ]+)$/],
  ['eui', /^eui.[a-zA-Z0-9]{16}$/],
  ['naa', /^naa.[a-zA-Z0-9]{32}$/],
];

function iscsiName(name: string, path: string, otherwise: string): FieldError[] {
  const form = ISCSI_NAMES.find(([prefix]) => name.startsWith(prefix));
  if (form === undefined) return [invalid(path, name, otherwise)];
  return form[1].test(name) ? [] : [invalid(path, name, 'must be valid format')];
}

/** `volume`: where the name of a PersistentVolume is told, whose rules differ in places. */
export function validateIscsi(source: Piece, path: string, volume?: string): FieldError[] {
  const otherwise =
    volume === undefined ? 'must be valid format starting with iqn, eui, or naa' : 'must be valid format';
  const errors = need(source.targetPortal, `${path}.targetPortal`);
  const { initiatorName } = source;
  if (volume !== undefined && initiatorName !== undefined && `${volume}:${source.targetPortal ?? ''}`.length > 64)
    errors.push(invalid(`${path}.targetportal`, source.targetPortal ?? '', ISCSI_TOO_LONG));
  if (!source.iqn) errors.push(required(`${path}.iqn`, ''));
  else errors.push(...iscsiName(source.iqn, `${path}.iqn`, otherwise));
  errors.push(...byte(source.lun, `${path}.lun`));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(`${path}.secretRef`, ''));
  if (volume !== undefined && source.secretRef) errors.push(...need(source.secretRef.name, `${path}.secretRef.name`));
  if (initiatorName !== undefined) errors.push(...iscsiName(initiatorName, `${path}.initiatorname`, otherwise));
  return errors;
}

const ISCSI_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

export function validateFc(source: Piece, path: string): FieldError[] {
  const wwns: readonly string[] = source.targetWWNs ?? [];
  const wwids: readonly string[] = source.wwids ?? [];
  const either = 'must specify either targetWWNs or wwids, but not both';
  const errors: FieldError[] = [];
  if (!wwns.length && !wwids.length) errors.push(required(`${path}.targetWWNs`, either));
  if (wwns.length && wwids.length)
    errors.push(invalid(`${path}.targetWWNs`, wwns, 'targetWWNs and wwids can not be specified simultaneously'));
  if (wwns.length) {
    if (source.lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
    else errors.push(...byte(source.lun, `${path}.lun`));
  }
  return errors;
}

export function validateFlocker(source: Piece, path: string): FieldError[] {
  if (!source.datasetName && !source.datasetUUID)
    return [required(path, 'one of datasetName and datasetUUID is required')];
  const errors: FieldError[] = [];
  if (source.datasetName && source.datasetUUID)
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if ((source.datasetName ?? '').includes('/'))
    errors.push(invalid(`${path}.datasetName`, source.datasetName, "must not contain '/'"));
  return errors;
}

function validateQuobyte(source: Piece, path: string): FieldError[] {
  const registry: string = source.registry ?? '';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(`${path}.registry`, QUOBYTE));
  else if ((source.tenant ?? '').length >= 65)
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else {
    for (const pair of registry.split(',')) {
      if (!/^(\[[^\]]*\]|[^:]*):[^:]*$/.test(pair)) errors.push(invalid(`${path}.registry`, registry, QUOBYTE));
    }
  }
  return [...errors, ...need(source.volume, `${path}.volume`)];
}

function validateAzureDisk(source: Piece, path: string): FieldError[] {
  const errors = [...need(source.diskName, `${path}.diskName`), ...need(source.diskURI, `${path}.diskURI`)];
  const uri: string = source.diskURI ?? '';
  if (source.cachingMode !== undefined)
    errors.push(...oneOf(source.cachingMode, `${path}.cachingMode`, ['None', 'ReadOnly', 'ReadWrite'], false));
  if (source.kind !== undefined)
    errors.push(...oneOf(source.kind, `${path}.kind`, ['Dedicated', 'Managed', 'Shared'], false));
  if (source.kind === 'Managed' && !uri.startsWith('/subscriptions/'))
    errors.push(notSupported(`${path}.diskURI`, uri, [MANAGED_URI]));
  if (source.kind !== undefined && source.kind !== 'Managed' && !uri.startsWith('https://'))
    errors.push(notSupported(`${path}.diskURI`, uri, [BLOB_URI]));
  return errors;
}

export function validateCsiDriverName(name: string | undefined, path: string): FieldError[] {
  const driver = name ?? '';
  const errors = need(driver, path);
  if (driver.length > 63) errors.push(tooLong(path, 63));
  if (driver) errors.push(...invalidEach(path, driver, nameIsDNSSubdomain(driver.toLowerCase(), false)));
  return errors;
}

function downwardFile(item: Piece, path: string): FieldError[] {
  const errors = need(item.path, `${path}.path`);
  errors.push(...localNonReservedPath(item.path ?? '', `${path}.path`));
  if (item.fieldRef) {
    errors.push(...validateFieldRef(item.fieldRef, `${path}.fieldRef`, DOWNWARD_FIELDS));
    if (item.resourceFieldRef)
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (item.resourceFieldRef)
    errors.push(...validateResourceFieldRef(item.resourceFieldRef, `${path}.resourceFieldRef`, true));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...mode(item.mode, `${path}.mode`)];
}

function validateProjected(source: Piece, path: string): FieldError[] {
  const seen = new Set<string>();
  const once = (target: string, shown = target): FieldError[] => {
    if (!target) return [];
    if (seen.has(target)) return [invalid(path, shown, 'conflicting duplicate paths')];
    seen.add(target);
    return [];
  };
  const errors = mode(source.defaultMode, `${path}.defaultMode`);
  return [
    ...errors,
    ...eachOf(source.sources, `${path}.sources`, (projection, at) => {
      const found: FieldError[] = [];
      let kinds = 0;
      const one = (field: string, check: (piece: Piece, where: string) => FieldError[]): void => {
        if (!projection[field]) return;
        found.push(...check(projection[field], `${at}.${field}`));
        kinds += 1;
      };
      const named = (piece: Piece, where: string): FieldError[] => [
        ...need(piece.name, `${where}.name`),
        ...eachOf(piece.items, `${where}.items`, (item, i) => [...keyToPath(item, i), ...once(item.path, piece.name)]),
      ];
      one('secret', named);
      one('configMap', named);
      one('downwardAPI', (piece, where) =>
        (piece.items ?? []).flatMap((item: Piece) => [...downwardFile(item, where), ...once(item.path)]),
      );
      one('serviceAccountToken', (piece, where) => [
        ...serviceAccountToken(piece, where),
        // Told of the volume, not of its source.
        ...(piece.path ? localNonReservedPath(piece.path, `${path}.path`) : [required(`${path}.path`, '')]),
      ]);
      if (kinds > 1) found.push(forbidden(at, 'may not specify more than 1 volume type per source'));
      return found;
    }),
  ];
}

function serviceAccountToken(piece: Piece, path: string): FieldError[] {
  const seconds = piece.expirationSeconds;
  const at = `${path}.expirationSeconds`;
  if (seconds < 600) return [invalid(at, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > 2 ** 32 ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

function validateEphemeral(source: Piece, path: string): FieldError[] {
  const template = source.volumeClaimTemplate;
  const at = `${path}.volumeClaimTemplate`;
  if (!template) return [required(at, '')];
  return [
    ...validateAnnotations(template.metadata?.annotations, `${at}.metadata.annotations`),
    ...validateLabels(template.metadata?.labels ?? null, `${at}.metadata.labels`),
    ...OTHER_META.filter((field) => isSet(template.metadata?.[field])).map((field) =>
      forbidden(`${at}.metadata.${field === 'uid' ? 'uID' : field}`, 'cannot be set'),
    ),
    ...validateClaimSpec(template.spec ?? {}, `${at}.spec`),
  ];
}

/** Metadata that the template of a claim has no use for, in the order of Go's type, whose names are told. */
const OTHER_META = [
  ...['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields'],
];

const isSet = (value: Piece): boolean => value !== undefined && value !== null && value !== '' && value !== 0;

const RESERVED_OPTIONS = 'kubernetes.io and k8s.io namespaces are reserved';

export function validateFlexVolume(source: Piece, path: string): FieldError[] {
  return [
    ...need(source.driver, `${path}.driver`),
    ...sortedKeys(source.options).flatMap((key) =>
      /\.(kubernetes|k8s)\.io$/.test(`.${key.split('/')[0].toLowerCase()}`)
        ? [invalid(`${path}.options[${key}]`, key, RESERVED_OPTIONS)]
        : [],
    ),
  ];
}

/** Volumes of StorageOS; a PersistentVolume's secret has a namespace too. */
export function validateStorageOs(source: Piece, path: string, volume = false): FieldError[] {
  const { volumeName, volumeNamespace, secretRef } = source;
  return [
    ...(volumeName ? dnsLabel(volumeName, `${path}.volumeName`) : [required(`${path}.volumeName`, '')]),
    ...(volumeNamespace ? dnsLabel(volumeNamespace, `${path}.volumeNamespace`) : []),
    ...(secretRef ? need(secretRef.name, `${path}.secretRef.name`) : []),
    ...(secretRef && volume ? need(secretRef.namespace, `${path}.secretRef.namespace`) : []),
  ];
}

/** Checks of each source, in the server's order. The second name is how paths of its errors call it. */
const SOURCES: readonly (readonly [string, string, (source: Piece, path: string) => FieldError[]])[] = [
  [
    'emptyDir',
    'emptyDir',
    (s, p) =>
      s.sizeLimit !== undefined && signOfQuantity(parseQuantity(s.sizeLimit)) < 0
        ? [forbidden(`${p}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
        : [],
  ],
  ['hostPath', 'hostPath', validateHostPath],
  [
    'gitRepo',
    'gitRepo',
    (s, p) => [...need(s.repository, `${p}.repository`), ...localDescendingPath(s.directory ?? '', `${p}.directory`)],
  ],
  [
    'gcePersistentDisk',
    'persistentDisk',
    (s, p) => [...need(s.pdName, `${p}.pdName`), ...partition(s.partition, `${p}.partition`)],
  ],
  [
    'awsElasticBlockStore',
    'awsElasticBlockStore',
    (s, p) => [...need(s.volumeID, `${p}.volumeID`), ...partition(s.partition, `${p}.partition`)],
  ],
  [
    'secret',
    'secret',
    (s, p) => [...need(s.secretName, `${p}.secretName`), ...mode(s.defaultMode, `${p}.defaultMode`), ...keys(s, p)],
  ],
  ['nfs', 'nfs', validateNfs],
  ['iscsi', 'iscsi', (s, p) => validateIscsi(s, p)],
  ['glusterfs', 'glusterfs', (s, p) => [...need(s.endpoints, `${p}.endpoints`), ...need(s.path, `${p}.path`)]],
  ['flocker', 'flocker', validateFlocker],
  ['persistentVolumeClaim', 'persistentVolumeClaim', (s, p) => need(s.claimName, `${p}.claimName`)],
  ['rbd', 'rbd', (s, p) => [...need(s.monitors, `${p}.monitors`), ...need(s.image, `${p}.image`)]],
  [
    'cinder',
    'cinder',
    (s, p) => [
      ...need(s.volumeID, `${p}.volumeID`),
      ...(s.secretRef ? need(s.secretRef.name, `${p}.secretRef.name`) : []),
    ],
  ],
  ['cephfs', 'cephfs', (s, p) => need(s.monitors, `${p}.monitors`)],
  ['quobyte', 'quobyte', validateQuobyte],
  [
    'downwardAPI',
    'downwardAPI',
    (s, p) => [
      ...mode(s.defaultMode, `${p}.defaultMode`),
      ...(s.items ?? []).flatMap((item: Piece) => downwardFile(item, p)),
    ],
  ],
  ['fc', 'fc', validateFc],
  ['flexVolume', 'flexVolume', validateFlexVolume],
  [
    'configMap',
    'configMap',
    (s, p) => [...need(s.name, `${p}.name`), ...mode(s.defaultMode, `${p}.defaultMode`), ...keys(s, p)],
  ],
  [
    'azureFile',
    'azureFile',
    (s, p) => [...need(s.secretName, `${p}.secretName`), ...need(s.shareName, `${p}.shareName`)],
  ],
  ['vsphereVolume', 'vsphereVolume', (s, p) => need(s.volumePath, `${p}.volumePath`)],
  ['photonPersistentDisk', 'photonPersistentDisk', (s, p) => need(s.pdID, `${p}.pdID`)],
  ['portworxVolume', 'portworxVolume', (s, p) => need(s.volumeID, `${p}.volumeID`)],
  ['azureDisk', 'azureDisk', validateAzureDisk],
  ['storageos', 'storageos', (s, p) => validateStorageOs(s, p)],
  ['projected', 'projected', validateProjected],
  [
    'scaleIO',
    'scaleIO',
    (s, p) => [
      ...need(s.gateway, `${p}.gateway`),
      ...need(s.system, `${p}.system`),
      ...need(s.volumeName, `${p}.volumeName`),
    ],
  ],
  [
    'csi',
    'csi',
    (s, p) => [
      ...validateCsiDriverName(s.driver, `${p}.driver`),
      ...(s.nodePublishSecretRef ? publishSecret(s.nodePublishSecretRef.name, p) : []),
    ],
  ],
  ['ephemeral', 'ephemeral', validateEphemeral],
  [
    'image',
    'image',
    (s, p) => [
      ...need(s.reference, `${p}.reference`),
      ...oneOf(s.pullPolicy, `${p}.pullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ],
  ],
];

const BY_NAME = new Map(SOURCES.map(([name, , check]) => [name, check]));

/** The check of one source, for PersistentVolumes. */
export function sourceCheck(name: string): ((source: Piece, path: string) => FieldError[]) | undefined {
  return BY_NAME.get(name);
}

/** How a second source is called where the server's own word for it is another. */
const SECOND_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function publishSecret(name: string | undefined, path: string): FieldError[] {
  if (!name) return [required(`${path}.nodePublishSecretRef.name`, '')];
  return invalidEach(`${path}.name`, name, nameIsDNSSubdomain(name, false));
}

function validateSource(volume: Piece, path: string, podName: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [name, shown, check] of SOURCES) {
    if (!volume[name]) continue;
    if (count > 0) {
      errors.push(forbidden(`${path}.${SECOND_NAMES[name] ?? name}`, 'may not specify more than 1 volume type'));
    } else {
      errors.push(...check(volume[name], `${path}.${shown}`));
      if (name === 'ephemeral' && podName && volume.name) errors.push(...claimName(podName, volume.name, path));
    }
    if (
      name === 'iscsi' &&
      volume.iscsi.initiatorName !== undefined &&
      `${volume.name ?? ''}:${volume.iscsi.targetPortal ?? ''}`.length > 64
    )
      errors.push(invalid(`${path}.name`, volume.name ?? '', ISCSI_TOO_LONG));
    count += 1;
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

/** The claim that will be made for an ephemeral volume has both names. */
function claimName(pod: string, volume: string, path: string): FieldError[] {
  const name = `${pod}-${volume}`;
  return nameIsDNSSubdomain(name, false).map((why) =>
    invalid(`${path}.name`, volume, `PVC name ${JSON.stringify(name)}: ${why}`),
  );
}

/** Errors, and the volumes that have none: only these can be mounted. Templates have no name of a pod. */
export function validateVolumes(
  volumes: readonly Piece[] | undefined,
  path: string,
  podName = '',
): { errors: FieldError[]; valid: Map<string, Piece> } {
  const valid = new Map<string, Piece>();
  const made = new Set(
    (volumes ?? []).filter(({ ephemeral }) => podName && ephemeral).map(({ name = '' }) => `${podName}-${name}`),
  );
  const errors = eachOf(volumes, path, (volume, at) => {
    const found = validateSource(volume, at, podName);
    if (!volume.name) found.push(required(`${at}.name`, ''));
    else {
      const wrong = dnsLabel(volume.name, `${at}.name`);
      found.push(...wrong);
      if (!wrong.length && valid.has(volume.name)) found.push(duplicate(`${at}.name`, volume.name));
    }
    if (!found.length) valid.set(volume.name, volume);
    const claim: string | undefined = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && made.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      found.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim, why));
    }
    return found;
  });
  return { errors, valid };
}
