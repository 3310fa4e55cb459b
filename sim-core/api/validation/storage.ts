import { isQualifiedName, nameIsDNSSubdomain } from '../machinery/names.ts';
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
} from './common.ts';
import { validateNodeSelector } from './pods/scheduling.ts';
import { sourceCheck, validateCsiDriverName } from './pods/volumes.ts';
import { validateResourceName } from './resources.ts';
import { specDiff } from './specDiff.ts';

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

function validateSource(spec: Piece, name: string): FieldError[] {
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
      if (source[ref])
        errors.push(
          ...need(source[ref].name, `${path}.${ref}.name`),
          ...need(source[ref].namespace, `${path}.${ref}.namespace`),
        );
    }
    return errors;
  }
  return sourceCheck(name)?.(source, path) ?? [];
}

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
  return [...errors, ...validateSources(spec, affinity)];
}

function validateSources(spec: Piece, affinity: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const given = PV_SOURCES.filter((name) => spec[name]);
  given.forEach((name, i) => {
    if (i > 0) errors.push(forbidden(`spec.${name}`, 'may not specify more than 1 volume type'));
    else {
      errors.push(...validateSource(spec, name));
      if (name === 'local' && !affinity)
        errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
  });
  if (!given.length) errors.push(required('spec', 'must specify a volume type'));
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  }
  if (spec.storageClassName)
    errors.push(
      ...invalidEach('spec.storageClassName', spec.storageClassName, nameIsDNSSubdomain(spec.storageClassName, false)),
    );
  if (spec.volumeMode !== undefined)
    errors.push(...oneOf(spec.volumeMode, 'spec.volumeMode', ['Block', 'Filesystem'], false));
  return errors;
}

const sourceOf = (spec: Piece): Piece =>
  Object.fromEntries(PV_SOURCES.filter((name) => spec[name]).map((name) => [name, spec[name]]));

export function validatePersistentVolumeUpdate(now: Piece, before: Piece): FieldError[] {
  // The strategy validates the volume, and its update rules do so once more.
  const errors = [...validatePersistentVolume(now), ...validatePersistentVolume(now)];
  if (!same(sourceOf(now.spec), sourceOf(before.spec)))
    errors.push(forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'));
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
  const total = Object.entries((object.parameters ?? {}) as Record<string, string>);
  if (total.length > 512)
    errors.push({ type: 'FieldValueTooLong', field: 'parameters', body: 'Too long: may not be more than 512 bytes' });
  if (total.some(([key]) => key === '')) errors.push(invalid('parameters', '', 'field can not be empty.'));
  if (object.reclaimPolicy) errors.push(...oneOf(object.reclaimPolicy, 'reclaimPolicy', ['Delete', 'Retain']));
  if (object.volumeBindingMode === undefined) errors.push(required('volumeBindingMode', ''));
  else
    errors.push(...oneOf(object.volumeBindingMode, 'volumeBindingMode', ['Immediate', 'WaitForFirstConsumer'], false));
  return [...errors, ...validateTopologies(object.allowedTopologies)];
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

export function validateCsiDriver(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  for (const field of ['attachRequired', 'podInfoOnMount', 'storageCapacity'])
    errors.push(...(spec[field] === undefined ? [required(`spec.${field}`, '')] : []));
  if (spec.fsGroupPolicy !== undefined)
    errors.push(...oneOf(spec.fsGroupPolicy, 'spec.fsGroupPolicy', ['ReadWriteOnceWithFSType', 'File', 'None'], false));
  return [
    ...errors,
    ...eachOf(spec.volumeLifecycleModes, 'spec.volumeLifecycleModes', (mode) =>
      oneOf(mode, 'spec.volumeLifecycleModes', ['Ephemeral', 'Persistent'], false),
    ),
  ];
}

export function validateCsiNode(object: Piece): FieldError[] {
  const names = new Set<string>();
  return eachOf(object.spec?.drivers, 'spec.drivers', (driver, at) => {
    const errors = validateCsiDriverName(driver.name, `${at}.name`);
    errors.push(...need(driver.nodeID, `${at}.nodeID`));
    if (driver.allocatable?.count !== undefined)
      errors.push(...nonNegative(driver.allocatable.count, `${at}.allocatable.count`));
    if (names.has(driver.name))
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.name`,
        body: `Duplicate value: ${JSON.stringify(driver.name)}`,
      });
    names.add(driver.name);
    return [
      ...errors,
      ...(driver.topologyKeys ?? []).flatMap((key: string) =>
        key ? invalidEach(`${at}.topologyKeys`, key, isQualifiedName(key)) : [required(`${at}.topologyKeys`, '')],
      ),
    ];
  });
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

export function validateVolumeAttributesClass(object: Piece): FieldError[] {
  const driver: string = object.driverName ?? '';
  const errors: FieldError[] = [];
  if (!driver) errors.push(required('driverName', ''));
  else
    for (const message of isQualifiedName(driver.toLowerCase()))
      errors.push(invalid('driverName', driver.toLowerCase(), message));
  if (!object.parameters || !Object.keys(object.parameters).length)
    errors.push(required('parameters', 'must contain at least one key/value pair'));
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
