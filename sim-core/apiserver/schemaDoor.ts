import type { FieldError } from '../api/machinery/fieldErrors.ts';
import type { ResourceInfo } from '../api/schema/index.ts';
import type { KubeObject } from '../contracts/index.ts';

/** The one place where the request path meets the validation of kinds. */

export function createProblems(_info: ResourceInfo, _object: KubeObject): readonly FieldError[] {
  return [];
}

export function updateProblems(
  _info: ResourceInfo,
  _subresource: string | undefined,
  _object: KubeObject,
  _before: KubeObject,
): readonly FieldError[] {
  return [];
}
