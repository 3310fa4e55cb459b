import {
  type FieldError,
  validateCreate,
  validateEphemeralContainersUpdate,
  validateResize,
  validateStatusUpdate,
  validateUpdate,
} from '../api/validation/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import { qosClass } from './kinds/pods.ts';

/** The one place where the request path meets the validation of kinds. */

export function createProblems(object: KubeObject): readonly FieldError[] {
  return validateCreate(object);
}

export function updateProblems(
  subresource: string | undefined,
  object: KubeObject,
  before: KubeObject,
): readonly FieldError[] {
  switch (subresource) {
    case undefined:
      return validateUpdate(object, before);
    case 'ephemeralcontainers':
      return validateEphemeralContainersUpdate(object, before);
    case 'resize':
      return validateResize(object, before, qosClass(object));
    default:
      return validateStatusUpdate(object, before);
  }
}
