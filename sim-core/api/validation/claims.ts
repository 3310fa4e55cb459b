import { isDNS1123Label, nameIsDNSSubdomain } from '../machinery/names.ts';
import { validateLabelSelector } from '../machinery/selectors.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  oneOf,
  type Piece,
  positiveQuantity,
  required,
  same,
} from './common.ts';

/** PersistentVolumeClaim specs, also inside ephemeral volumes and StatefulSets. */

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateAccessModes(modes: readonly string[] | null | undefined, path: string): FieldError[] {
  if (!modes?.length) return [required(path, 'at least 1 access mode is required')];
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(path, mode, ACCESS_MODES));
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod')) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateDataSource(source: Piece, path: string, ref: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (!source.name) errors.push(required(`${path}.name`, ''));
  if (!source.kind) errors.push(required(`${path}.kind`, ''));
  const group = source.apiGroup ?? '';
  if (group === '' && source.kind !== 'PersistentVolumeClaim') {
    errors.push(invalid(path, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  if (ref && source.namespace)
    errors.push(...invalidEach(`${path}.namespace`, source.namespace, isDNS1123Label(source.namespace)));
  if (group !== '') errors.push(...invalidEach(`${path}.apiGroup`, group, nameIsDNSSubdomain(group, false)));
  return errors;
}

export function validateClaimSpec(spec: Piece, path: string): FieldError[] {
  const errors = validateAccessModes(spec.accessModes, `${path}.accessModes`);
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`, ''));
  else errors.push(...positiveQuantity(storage, `${path}.resources[storage]`));
  if (spec.storageClassName)
    errors.push(
      ...invalidEach(
        `${path}.storageClassName`,
        spec.storageClassName,
        nameIsDNSSubdomain(spec.storageClassName, false),
      ),
    );
  if (spec.volumeMode !== undefined)
    errors.push(...oneOf(spec.volumeMode, `${path}.volumeMode`, ['Block', 'Filesystem'], false));
  if (spec.dataSource) errors.push(...validateDataSource(spec.dataSource, `${path}.dataSource`, false));
  if (spec.dataSourceRef) errors.push(...validateDataSource(spec.dataSourceRef, `${path}.dataSourceRef`, true));
  if (spec.dataSourceRef?.namespace) {
    if (spec.dataSource)
      errors.push(
        invalid(path, `${path}.dataSource`, 'may not be specified when dataSourceRef.namespace is specified'),
      );
  } else if (
    spec.dataSource &&
    spec.dataSourceRef &&
    !same({ ...spec.dataSource }, { ...spec.dataSourceRef, namespace: undefined })
  ) {
    errors.push(invalid(path, `${path}.dataSource`, 'must match dataSourceRef'));
  }
  if (spec.volumeAttributesClassName) {
    errors.push(
      ...invalidEach(
        `${path}.volumeAttributesClassName`,
        spec.volumeAttributesClassName,
        nameIsDNSSubdomain(spec.volumeAttributesClassName, false),
      ),
    );
  }
  return errors;
}
