import { storageClassOf } from '../../api/helpers/volumes.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { age, type Printer, quantity } from './format.ts';

/** Rows of volumes and their classes (printers/internalversion). */

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

function modesText(modes: readonly string[] | null | undefined): string {
  return MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

function phaseOf({ metadata, status }: KubeObject): string {
  return metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '');
}

const volume: Printer = (object, time) => {
  const { spec, status } = object;
  const { claimRef } = spec ?? {};
  return [
    quantity(spec?.capacity?.storage),
    modesText(spec?.accessModes),
    spec?.persistentVolumeReclaimPolicy ?? '',
    phaseOf(object),
    claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '',
    storageClassOf(object),
    spec?.volumeAttributesClassName ?? '<unset>',
    status?.reason ?? '',
    age(object, time),
    spec?.volumeMode ?? '<unset>',
  ];
};

const claim: Printer = (object, time) => {
  const { spec, status } = object;
  const named = Boolean(spec?.volumeName);
  return [
    phaseOf(object),
    spec?.volumeName ?? '',
    named ? quantity(status?.capacity?.storage) : '',
    named ? modesText(status?.accessModes) : '',
    storageClassOf(object),
    spec?.volumeAttributesClassName ?? '<unset>',
    age(object, time),
    spec?.volumeMode ?? '<unset>',
  ];
};

interface ClassFields {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string | null;
  readonly volumeBindingMode?: string | null;
  readonly allowVolumeExpansion?: boolean | null;
  readonly driverName?: string;
}

const storageClass: Printer = (object: KubeObject & ClassFields, time) => [
  object.provisioner ?? '',
  object.reclaimPolicy ?? 'Delete',
  object.volumeBindingMode ?? 'Immediate',
  object.allowVolumeExpansion ?? false,
  age(object, time),
];

const attributesClass: Printer = (object: KubeObject & ClassFields, time) => [
  object.driverName ?? '',
  age(object, time),
];

const attachment: Printer = (object, time) => [
  object.spec?.attacher ?? '',
  object.spec?.source?.persistentVolumeName ?? '',
  object.spec?.nodeName ?? '',
  object.status?.attached ?? false,
  age(object, time),
];

const csiNode: Printer = (object, time) => [object.spec?.drivers?.length ?? 0, age(object, time)];

const csiDriver: Printer = (object, time) => {
  const { spec } = object;
  const requests = spec?.tokenRequests as readonly { readonly audience: string }[] | null | undefined;
  return [
    spec?.attachRequired ?? true,
    spec?.podInfoOnMount ?? false,
    spec?.storageCapacity ?? false,
    requests ? requests.map(({ audience }) => audience).join(',') : '<unset>',
    spec?.requiresRepublish ?? false,
    (spec?.volumeLifecycleModes ?? []).join(',') || '<none>',
    age(object, time),
  ];
};

export const STORAGE_PRINTERS: Readonly<Record<string, Printer>> = {
  persistentvolumes: volume,
  persistentvolumeclaims: claim,
  'storageclasses.storage.k8s.io': storageClass,
  'volumeattributesclasses.storage.k8s.io': attributesClass,
  'volumeattachments.storage.k8s.io': attachment,
  'csinodes.storage.k8s.io': csiNode,
  'csidrivers.storage.k8s.io': csiDriver,
};

const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  'storageclasses.storage.k8s.io': [
    'storageclass.kubernetes.io/is-default-class',
    'storageclass.beta.kubernetes.io/is-default-class',
  ],
  'volumeattributesclasses.storage.k8s.io': ['volumeattributesclass.alpha.kubernetes.io/is-default-class'],
};

/** The name of a class in its row: the default one says so. */
export function classRowName(resource: string, { metadata }: KubeObject): string {
  const isDefault = DEFAULTS[resource]?.some((key) => metadata.annotations?.[key] === 'true');
  return isDefault ? `${metadata.name} (default)` : (metadata.name ?? '');
}
