import { utf8Length } from '../machinery/gotext.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, nameIsDNSSubdomain } from '../machinery/names.ts';
import { validateLabelName, validateLabelSelector } from '../machinery/selectors.ts';
import { ACCESS_MODES, validateClaimSpec } from './claims.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  hasBacksteps,
  immutable,
  invalid,
  invalidEach,
  need,
  nonNegative,
  nonNegativeQuantity,
  notSupported,
  oneOf,
  type Piece,
  positiveQuantity,
  required,
  same,
  tooLong,
} from './common.ts';
import { internalJson } from './internal.ts';
import { validateNodeSelector } from './pods/scheduling.ts';
import { sourceCheck, validateCsiDriverName, validateIscsi, validateStorageOs } from './pods/volumes.ts';
import { validateResourceName } from './resources.ts';
import { sourceDiff, specDiff } from './specDiff.ts';

/** PersistentVolumes and claims, StorageClasses, VolumeAttachments, CSI kinds. */

const PV_SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

function validateSource(spec: Piece, name: string, volume: string): FieldError[] {
  const source = spec[name];
  const path = `spec.${name}`;
  if (name === 'local')
    return source.path
      ? hasBacksteps(source.path)
        ? [invalid(`${path}.path`, source.path, "must not contain '..'")]
        : []
      : [required(`${path}.path`, '')];
  if (name === 'csi') {
    const errors = [
      ...validateCsiDriverName(source.driver, `${path}.driver`),
      ...need(source.volumeHandle, `${path}.volumeHandle`),
    ];
    for (const ref of [
      'controllerPublishSecretRef',
      'controllerExpandSecretRef',
      'nodePublishSecretRef',
      'nodeExpandSecretRef',
    ]) {
      if (source[ref]) errors.push(...secretReference(source[ref], `${path}.${ref}`));
    }
    return errors;
  }
  const own = OWN_RULES[name];
  if (own) return own(source, path, volume);
  return sourceCheck(name)?.(source, `spec.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`) ?? [];
}

/** validatePVSecretReference */
function secretReference({ name, namespace }: Piece, path: string): FieldError[] {
  return [
    ...(name ? invalidEach(`${path}.name`, name, isDNS1123Subdomain(name)) : [required(`${path}.name`, '')]),
    ...(namespace
      ? invalidEach(`${path}.namespace`, namespace, isDNS1123Label(namespace))
      : [required(`${path}.namespace`, '')]),
  ];
}

const ENDPOINTS_NAMESPACE = 'if the endpointnamespace is set, it must be a valid namespace name';

/** Sources whose rules are not those of the volumes of pods. */
const OWN_RULES: Readonly<Record<string, (source: Piece, path: string, volume: string) => FieldError[]>> = {
  iscsi: (source, path, volume) => validateIscsi(source, path, volume),
  storageos: (source, path) => validateStorageOs(source, path, true),
  cinder: ({ volumeID, secretRef }, path) => [
    ...need(volumeID, `${path}.volumeID`),
    ...(secretRef ? need(secretRef.name, `${path}.secretRef.name`) : []),
    ...(secretRef ? need(secretRef.namespace, `${path}.secretRef.namespace`) : []),
  ],
  glusterfs: ({ endpoints, path: volumePath, endpointsNamespace: namespace }, path) => [
    ...need(endpoints, `${path}.endpoints`),
    ...need(volumePath, `${path}.path`),
    ...(namespace === undefined
      ? []
      : namespace === ''
        ? [invalid(`${path}.endpointsNamespace`, namespace, ENDPOINTS_NAMESPACE)]
        : invalidEach(`${path}.endpointsNamespace`, namespace, isDNS1123Label(namespace))),
  ],
  azureFile: ({ secretName, shareName, secretNamespace: namespace }, path) => [
    ...need(secretName, `${path}.secretName`),
    ...need(shareName, `${path}.shareName`),
    ...(namespace === '' ? [required(`${path}.secretNamespace`, '')] : []),
  ],
};

export function validatePersistentVolume(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!spec.accessModes?.length) errors.push(required('spec.accessModes', ''));
  for (const mode of spec.accessModes ?? [])
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, ACCESS_MODES));
  if (
    spec.accessModes?.includes('ReadWriteOncePod') &&
    spec.accessModes.some((mode: string) => mode !== 'ReadWriteOncePod')
  ) {
    errors.push(forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes'));
  }
  const capacity = spec.capacity;
  if (!capacity || !Object.keys(capacity).length) errors.push(required('spec.capacity', ''));
  if (capacity?.storage === undefined || Object.keys(capacity).length > 1)
    errors.push(notSupported('spec.capacity', capacity ?? null, ['storage']));
  for (const [name, text] of Object.entries((capacity ?? {}) as Record<string, string>)) {
    errors.push(
      ...validateResourceName(name, `spec.capacity[${name}]`),
      ...positiveQuantity(text, `spec.capacity[${name}]`),
    );
  }
  if (spec.persistentVolumeReclaimPolicy)
    errors.push(
      ...oneOf(spec.persistentVolumeReclaimPolicy, 'spec.persistentVolumeReclaimPolicy', [
        'Delete',
        'Recycle',
        'Retain',
      ]),
    );
  let affinity = false;
  if (spec.nodeAffinity) {
    affinity = true;
    errors.push(
      ...(spec.nodeAffinity.required
        ? validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required')
        : [required('spec.nodeAffinity.required', 'must specify required node constraints')]),
    );
  }
  return [...errors, ...validateSources(spec, affinity, object.metadata?.name ?? '')];
}

function validateSources(spec: Piece, affinity: boolean, volume: string): FieldError[] {
  const errors: FieldError[] = [];
  const given = PV_SOURCES.filter((name) => spec[name]);
  given.forEach((name, i) => {
    // Volumes of one's own kind are looked at in any case.
    if (i > 0 && name !== 'flexVolume')
      errors.push(forbidden(`spec.${name === 'cephfs' ? 'cephFS' : name}`, 'may not specify more than 1 volume type'));
    else {
      errors.push(...validateSource(spec, name, volume));
      if (name === 'local' && !affinity)
        errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
  });
  if (!given.length) errors.push(required('spec', 'must specify a volume type'));
  if (/^\/[/.]*$/.test(spec.hostPath?.path ?? '') && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  }
  if (spec.storageClassName)
    errors.push(
      ...invalidEach('spec.storageClassName', spec.storageClassName, nameIsDNSSubdomain(spec.storageClassName, false)),
    );
  if (spec.volumeMode !== undefined)
    errors.push(...oneOf(spec.volumeMode, 'spec.volumeMode', ['Block', 'Filesystem'], false));
  const attributes: string | undefined = spec.volumeAttributesClassName;
  if (attributes === undefined) return errors;
  const path = 'spec.volumeAttributesClassName';
  if (attributes === '') errors.push(required(path, 'an empty string is disallowed'));
  else errors.push(...invalidEach(path, attributes, nameIsDNSSubdomain(attributes, false)));
  if (!spec.csi) errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  return errors;
}

const OTHER_SOURCE = 'spec.persistentvolumesource is immutable after creation';

const sourceOf = (spec: Piece): Piece =>
  Object.fromEntries(PV_SOURCES.filter((name) => spec[name]).map((name) => [name, spec[name]]));

export function validatePersistentVolumeUpdate(now: Piece, before: Piece): FieldError[] {
  // The strategy validates the volume, and its update rules do so once more.
  const errors = [...validatePersistentVolume(now), ...validatePersistentVolume(now)];
  if (!same(sourceOf(now.spec), sourceOf(before.spec)))
    errors.push(forbidden('spec.persistentvolumesource', OTHER_SOURCE + sourceDiff(before.spec, now.spec)));
  errors.push(...immutable(now.spec.volumeMode, before.spec.volumeMode, 'volumeMode'));
  if (before.spec.nodeAffinity && !same(now.spec.nodeAffinity, before.spec.nodeAffinity)) {
    errors.push(
      invalid(
        'nodeAffinity',
        now.spec.nodeAffinity ?? null,
        'field is immutable, except for updating from beta label to GA',
      ),
    );
  }
  return errors;
}

export function validatePersistentVolumeClaim(object: Piece): FieldError[] {
  return validateClaimSpec(object.spec ?? {}, 'spec');
}

export function validatePersistentVolumeClaimUpdate(now: Piece, before: Piece): FieldError[] {
  const errors = validatePersistentVolumeClaim(now);
  // A claim that had no class may be given one: the volume controller does so with the default class that came later.
  const getsClass =
    before.spec.storageClassName === undefined &&
    !before.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'];
  const rest = (spec: Piece): Piece => {
    const { volumeAttributesClassName: _, ...withClass } = spec;
    const kept: Piece = { ...withClass, ...(getsClass ? { storageClassName: undefined } : {}) };
    const { storage: __, ...requests } = spec.resources?.requests ?? {};
    return {
      ...kept,
      volumeName: before.spec.volumeName ? kept.volumeName : undefined,
      resources: { ...kept.resources, requests },
    };
  };
  const bound = before.status?.phase === 'Bound';
  const sizes = bound ? true : same(now.spec.resources?.requests, before.spec.resources?.requests);
  if (!same(rest(now.spec), rest(before.spec)) || !sizes) {
    errors.push(forbidden('spec', IMMUTABLE_CLAIM + specDiff(before.spec, now.spec, CLAIM_SPEC)));
  }
  if (!same(now.spec.volumeMode, before.spec.volumeMode))
    errors.push(...immutable(now.spec.volumeMode, before.spec.volumeMode, 'volumeMode'));
  return errors;
}

const CLAIM_SPEC = 'io.k8s.api.core.v1.PersistentVolumeClaimSpec';

const IMMUTABLE_CLAIM =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

export function validateStorageClass(object: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const provisioner: string = object.provisioner ?? '';
  if (!provisioner) errors.push(required('provisioner', ''));
  else
    errors.push(
      ...invalidEach('provisioner', provisioner, isQualifiedName(provisioner.toLowerCase())).map((e) =>
        invalid('provisioner', provisioner.toLowerCase(), e.body.slice(e.body.indexOf('": ') + 3)),
      ),
    );
  errors.push(...validateParameters(object.parameters));
  if (object.reclaimPolicy) errors.push(...oneOf(object.reclaimPolicy, 'reclaimPolicy', ['Delete', 'Retain']));
  if (object.volumeBindingMode === undefined) errors.push(required('volumeBindingMode', ''));
  else
    errors.push(...oneOf(object.volumeBindingMode, 'volumeBindingMode', ['Immediate', 'WaitForFirstConsumer'], false));
  return [...errors, ...validateTopologies(object.allowedTopologies)];
}

const PARAMETERS_MAX = 512;
const PARAMETER_BYTES_MAX = 256 * 1024;

/** Parameters of a provisioner or driver. */
function validateParameters(parameters: Readonly<Record<string, string>> = {}): FieldError[] {
  const all = Object.entries(parameters);
  if (all.length > PARAMETERS_MAX) return [tooLong('parameters', PARAMETERS_MAX)];
  const errors = all
    .filter(([key]) => key === '')
    .map(([key]) => invalid('parameters', key, 'field can not be empty.'));
  const bytes = all.reduce((sum, [key, text]) => sum + utf8Length(key) + utf8Length(text), 0);
  return bytes > PARAMETER_BYTES_MAX ? [...errors, tooLong('parameters', PARAMETER_BYTES_MAX)] : errors;
}

/** Terms whose keys and values differ, and which differ among themselves (pkg/apis/storage/validation). */
function validateTopologies(terms: readonly Piece[] | undefined): FieldError[] {
  const known = new Set<string>();
  return eachOf(terms, 'allowedTopologies', (term, at) => {
    const keys = new Map<string, string>();
    const errors = eachOf(term.matchLabelExpressions, `${at}.matchLabelExpressions`, (rule, where) => {
      const { key = '', values = [] } = rule as { readonly key?: string; readonly values?: readonly string[] };
      const found = values.length === 0 ? [required(`${where}.values`, '')] : [];
      values.forEach((value, i) => {
        if (values.indexOf(value) < i) found.push(duplicate(`${where}.values[${i}]`, value));
      });
      found.push(...validateLabelName(key, `${where}.key`));
      if (keys.has(key)) found.push(duplicate(`${where}.key`, key));
      keys.set(key, [...new Set(values)].sort().join());
      return found;
    });
    const text = JSON.stringify([...keys].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
    if (known.has(text)) errors.push(duplicate(`${at}.matchLabelExpressions`, ''));
    known.add(text);
    return errors;
  });
}

export function validateStorageClassUpdate(now: Piece, before: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (!same(now.parameters, before.parameters))
    errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
  if (now.provisioner !== before.provisioner)
    errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
  if (now.reclaimPolicy !== before.reclaimPolicy)
    errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
  return [...errors, ...immutable(now.volumeBindingMode, before.volumeBindingMode, 'volumeBindingMode')];
}

export function validateVolumeAttachment(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = [...need(spec.attacher, 'spec.attacher'), ...validateCsiDriverName(spec.attacher, 'spec.attacher')];
  const { inlineVolumeSpec, persistentVolumeName } = spec.source ?? {};
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) {
    errors.push(required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'));
  }
  if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) {
    errors.push(forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'));
  }
  if (persistentVolumeName !== undefined) {
    if (!persistentVolumeName) errors.push(required('spec.source.persistentVolumeName', ''));
    else
      errors.push(
        ...invalidEach(
          'spec.source.persistentVolumeName',
          persistentVolumeName,
          nameIsDNSSubdomain(persistentVolumeName, false),
        ),
      );
  }
  return [
    ...errors,
    ...invalidEach('spec.nodeName', spec.nodeName ?? '', nameIsDNSSubdomain(spec.nodeName ?? '', false)),
  ];
}

/** What is attached where stays as it was asked. */
export function validateVolumeAttachmentUpdate(now: Piece, before: Piece): FieldError[] {
  const shown = internalJson(now.spec ?? {}, `${STORAGE}VolumeAttachmentSpec`);
  return [
    ...validateVolumeAttachment(now),
    ...(same(now.spec, before.spec) ? [] : [invalid('spec', shown, 'field is immutable')]),
  ];
}

const STORAGE = 'io.k8s.api.storage.v1.';

/** The first path is written so. */
export function validateCsiDriverUpdate(now: Piece, before: Piece): FieldError[] {
  const { spec = {} } = now;
  const old = before.spec ?? {};
  return [
    ...immutable(spec.attachRequired, old.attachRequired, 'spec.attachedRequired'),
    ...immutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
    ...validateTokenRequests(spec.tokenRequests, 'spec.tokenRequests'),
    ...validatePeriod(spec.nodeAllocatableUpdatePeriodSeconds),
  ];
}

const PERIOD_MIN_S = 10;

function validatePeriod(seconds: number | undefined): FieldError[] {
  if (seconds === undefined || seconds >= PERIOD_MIN_S) return [];
  const why = `must be greater than or equal to ${PERIOD_MIN_S} seconds`;
  return [invalid('spec.nodeAllocatableUpdatePeriodSeconds', seconds, why)];
}

/** One request for each audience. */
function validateTokenRequests(requests: readonly Piece[] | undefined, path: string): FieldError[] {
  const audiences = new Set<string>();
  return eachOf(requests, path, ({ audience = '', expirationSeconds: seconds }, at) => {
    if (audiences.has(audience)) return [duplicate(`${at}.audience`, audience)];
    audiences.add(audience);
    const where = `${at}.expirationSeconds`;
    if (seconds < 600) return [invalid(where, seconds, 'may not specify a duration less than 10 minutes')];
    return seconds > 2 ** 32 ? [invalid(where, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
  });
}

export function validateCsiDriver(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  for (const field of ['attachRequired', 'podInfoOnMount', 'storageCapacity'])
    errors.push(...(spec[field] === undefined ? [required(`spec.${field}`, '')] : []));
  if (spec.fsGroupPolicy !== undefined)
    errors.push(...oneOf(spec.fsGroupPolicy, 'spec.fsGroupPolicy', ['ReadWriteOnceWithFSType', 'File', 'None'], false));
  return [
    ...errors,
    ...validateTokenRequests(spec.tokenRequests, 'spec.tokenRequests'),
    ...eachOf(spec.volumeLifecycleModes, 'spec.volumeLifecycleModes', (mode) =>
      oneOf(mode, 'spec.volumeLifecycleModes', ['Ephemeral', 'Persistent'], false),
    ),
    ...validatePeriod(spec.nodeAllocatableUpdatePeriodSeconds),
  ];
}

export function validateCsiNode(object: Piece): FieldError[] {
  const names = new Set<string>();
  return eachOf(object.spec?.drivers, 'spec.drivers', (driver, at) => {
    const errors = validateCsiDriverName(driver.name, `${at}.name`);
    errors.push(...need(driver.nodeID, `${at}.nodeID`));
    if ((driver.nodeID ?? '').length > NODE_ID_MAX)
      errors.push(invalid(`${at}.nodeID`, driver.nodeID, `must be ${NODE_ID_MAX} characters or less`));
    if (driver.allocatable?.count !== undefined)
      errors.push(...nonNegative(driver.allocatable.count, `${at}.allocatable.count`));
    if (names.has(driver.name))
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.name`,
        body: `Duplicate value: ${JSON.stringify(driver.name)}`,
      });
    names.add(driver.name);
    const keys = new Set<string>();
    const path = `${at}.topologyKeys`;
    for (const key of driver.topologyKeys ?? []) {
      if (!key) errors.push(required(path, ''));
      if (keys.has(key)) errors.push(duplicate(path, key));
      keys.add(key);
      errors.push(...invalidEach(path, driver.topologyKeys, isQualifiedName(key)));
    }
    return errors;
  });
}

const NODE_ID_MAX = 192;

/** A driver that is there stays as it is, but for how many volumes it takes. */
export function validateCsiNodeUpdate(now: Piece, before: Piece): FieldError[] {
  const errors = validateCsiNode(now);
  const rest = ({ allocatable: _, ...driver }: Piece): Piece => driver;
  for (const old of before.spec?.drivers ?? []) {
    for (const driver of now.spec?.drivers ?? []) {
      if (old.name !== driver.name || same(rest(old), rest(driver))) continue;
      errors.push(invalid('CSINodeDriver', internalJson(driver, `${STORAGE}CSINodeDriver`), 'field is immutable'));
    }
  }
  return errors;
}

export function validateCsiStorageCapacity(object: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (object.nodeTopology) errors.push(...validateLabelSelector(object.nodeTopology, 'nodeTopology'));
  errors.push(
    ...(object.storageClassName
      ? invalidEach('storageClassName', object.storageClassName, nameIsDNSSubdomain(object.storageClassName, false))
      : invalidEach('storageClassName', '', nameIsDNSSubdomain('', false))),
  );
  for (const field of ['capacity', 'maximumVolumeSize'])
    if (object[field] !== undefined) errors.push(...nonNegativeQuantity(object[field], field));
  return errors;
}

export function validateCsiStorageCapacityUpdate(now: Piece, before: Piece): FieldError[] {
  return [
    ...validateCsiStorageCapacity(now),
    ...immutable(now.nodeTopology, before.nodeTopology, 'nodeTopology'),
    ...immutable(now.storageClassName, before.storageClassName, 'storageClassName'),
  ];
}

export function validateVolumeAttributesClass(object: Piece): FieldError[] {
  const driver: string = object.driverName ?? '';
  const errors: FieldError[] = [];
  if (!driver) errors.push(required('driverName', ''));
  else
    for (const message of isQualifiedName(driver.toLowerCase()))
      errors.push(invalid('driverName', driver.toLowerCase(), message));
  if (!object.parameters || !Object.keys(object.parameters).length)
    errors.push(required('parameters', 'must contain at least one key/value pair'));
  else errors.push(...validateParameters(object.parameters));
  return errors;
}

export function validateVolumeAttributesClassUpdate(now: Piece, before: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (now.driverName !== before.driverName)
    errors.push(forbidden('driverName', 'updates to driverName are forbidden.'));
  if (!same(now.parameters, before.parameters))
    errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
  return errors;
}
