import type { KubeObject } from '../../contracts/objects.ts';
import { utf8Length } from '../machinery/gotext.ts';
import { isPathSegmentName, isQualifiedName, nameIsDNSLabel } from '../machinery/names.ts';
import { validateLabels } from '../machinery/selectors.ts';
import {
  eachOf,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  invalidEach,
  nonNegative,
  type Piece,
  required,
  tooLong,
} from './common.ts';

/** Checks of metadata (apimachinery pkg/api/validation/objectmeta.go). */

/** Messages for a name; `prefix` when it is a generateName. */
export type NameCheck = (name: string, prefix: boolean) => readonly string[];

export const pathSegmentName: NameCheck = (name) => isPathSegmentName(name);

const ANNOTATIONS_MAX_BYTES = 256 * 1024;
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

export function validateAnnotations(annotations: Piece, path: string): FieldError[] {
  let total = 0;
  const errors: FieldError[] = [];
  for (const key of Object.keys(annotations ?? {}).sort()) {
    errors.push(...invalidEach(path, key, isQualifiedName(key.toLowerCase())));
    total += utf8Length(key) + utf8Length(annotations[key]);
  }
  if (total > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(path, ANNOTATIONS_MAX_BYTES));
  return errors;
}

function validateOwnerReferences(owners: readonly Piece[] | undefined, path: string): FieldError[] {
  let controller: Piece;
  return (owners ?? []).flatMap((owner) => {
    const errors: FieldError[] = [];
    const [group, version, ...rest] = (owner.apiVersion ?? '').includes('/')
      ? owner.apiVersion.split('/')
      : ['', owner.apiVersion ?? ''];
    if (rest.length)
      errors.push(
        invalid(`${path}.apiVersion`, owner.apiVersion, `unexpected GroupVersion string: ${owner.apiVersion}`),
      );
    if (!version) errors.push(invalid(`${path}.apiVersion`, owner.apiVersion, 'version must not be empty'));
    if (!owner.kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'));
    if (!owner.name) errors.push(invalid(`${path}.name`, '', 'must not be empty'));
    if (!owner.uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'));
    if (group === '' && version === 'v1' && owner.kind === 'Event') {
      errors.push(invalid(path, owner, 'v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner.controller) {
      if (controller) {
        errors.push(
          invalid(
            path,
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${controller.kind}/${controller.name} and ${owner.kind}/${owner.name}`,
          ),
        );
      } else controller = owner;
    }
    return errors;
  });
}

/** A qualified name, of a domain unless it is the server's own; `at` is told of the latter. */
export function finalizerName(name: string, path: string, at = path): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (!name.includes('/') && !STANDARD_FINALIZERS.includes(name))
    errors.push(invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified'));
  return errors;
}

function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors = eachOf(finalizers, path, (name, at) => finalizerName(name, path, at));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

/** ValidateObjectMeta. */
export function validateObjectMeta(meta: Piece, namespaced: boolean, name: NameCheck, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName)
    errors.push(...invalidEach(`${path}.generateName`, meta.generateName, name(meta.generateName, true)));
  if (!meta.name) errors.push(required(`${path}.name`, 'name or generateName is required'));
  else errors.push(...invalidEach(`${path}.name`, meta.name, name(meta.name, false)));
  if (namespaced) {
    if (!meta.namespace) errors.push(required(`${path}.namespace`, ''));
    else errors.push(...invalidEach(`${path}.namespace`, meta.namespace, nameIsDNSLabel(meta.namespace, false)));
  } else if (meta.namespace) errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'));
  errors.push(...nonNegative(meta.generation, `${path}.generation`));
  errors.push(...validateLabels(meta.labels ?? null, `${path}.labels`));
  errors.push(...validateAnnotations(meta.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  errors.push(...validateFinalizers(meta.finalizers, `${path}.finalizers`));
  return errors;
}

/** Fields of metadata that an update may not change (ValidateObjectMetaUpdate). A changed creationTimestamp is ignored. */
export function validateObjectMetaUpdate(now: KubeObject, before: KubeObject, path = 'metadata'): FieldError[] {
  const a: Piece = now.metadata;
  const b: Piece = before.metadata;
  const errors: FieldError[] = [];
  if (b.deletionTimestamp) {
    const added = (a.finalizers ?? []).filter((name: string) => !(b.finalizers ?? []).includes(name));
    if (added.length) {
      errors.push(
        forbidden(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((n: string) => JSON.stringify(n)).join(', ')}}`,
        ),
      );
    }
  }
  if ((a.generation ?? 0) < (b.generation ?? 0))
    errors.push(invalid(`${path}.generation`, a.generation ?? 0, 'must not be decremented'));
  for (const field of ['name', 'namespace', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds']) {
    errors.push(
      ...immutable(
        a[field],
        b[field],
        `${path}.${field}`,
        a[field] ?? (field === 'deletionGracePeriodSeconds' ? null : ''),
      ),
    );
  }
  errors.push(...validateLabels(a.labels ?? null, `${path}.labels`));
  errors.push(...validateAnnotations(a.annotations, `${path}.annotations`));
  errors.push(...validateOwnerReferences(a.ownerReferences, `${path}.ownerReferences`));
  return errors;
}
