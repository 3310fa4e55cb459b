import { podQOSClass } from '../api/helpers/pods.ts';
import { validateCustom } from '../api/machinery/customResource.ts';
import { invalid } from '../api/machinery/fieldErrors.ts';
import { isDNS1123Label, nameIsDNSSubdomain } from '../api/machinery/names.ts';
import {
  createWarnings,
  type FieldError,
  updateWarnings,
  validateCreate,
  validateEphemeralContainersUpdate,
  validateResize,
  validateStatusUpdate,
  validateUpdate,
} from '../api/validation/index.ts';
import { validateObjectMeta } from '../api/validation/meta.ts';
import type { ApiRequest, KubeObject } from '../contracts/index.ts';
import { levelProblems } from './admission/podSecurity.ts';

/** The one place where the request path meets the validation of kinds. */

/**
 * Problems of a new object. `template` is its spec before admission, where pods of one template share it: a spec that was
 * found valid stays so with what admission adds, so that only the metadata is looked at.
 */
export function createProblems(object: KubeObject, template?: object, schema?: object): readonly FieldError[] {
  if (schema) return [...validateCreate(object), ...validateCustom(object, schema)];
  const plain = template !== undefined && object.kind === 'Pod' && object.metadata.annotations === undefined;
  if (plain && validSpecs.has(template)) return validateObjectMeta(object.metadata, true, nameIsDNSSubdomain);
  const problems = [...levelProblems(object), ...validateCreate(object)];
  if (plain && problems.length === 0) validSpecs.add(template);
  return problems;
}

const validSpecs = new WeakSet<object>();

/** Warnings with a new object; pods of a template that gave none can only be warned of their names. */
export function warningsOf(object: KubeObject, template?: object): readonly string[] {
  const plain = template !== undefined && object.kind === 'Pod' && object.metadata.annotations === undefined;
  if (plain && quietSpecs.has(template) && isDNS1123Label(object.metadata.name ?? '').length === 0) return NO_WARNINGS;
  const warnings = createWarnings(object);
  if (plain && warnings.length === 0) quietSpecs.add(template);
  return warnings;
}

/** Warnings with an update: only a change of what is wanted is looked at. */
export function changeWarnings(object: KubeObject, before: KubeObject): readonly string[] {
  if (object.metadata.generation === before.metadata.generation) return NO_WARNINGS;
  const template = object.spec?.template ?? object.spec?.jobTemplate;
  if (template === undefined || quietTemplates.has(template)) return NO_WARNINGS;
  const warnings = updateWarnings(object);
  if (warnings.length === 0) quietTemplates.add(template);
  return warnings;
}

const quietTemplates = new WeakSet<object>();
const quietSpecs = new WeakSet<object>();
const NO_WARNINGS: readonly string[] = [];

export function updateProblems(
  request: ApiRequest,
  object: KubeObject,
  before: KubeObject,
  schema?: object,
): readonly FieldError[] {
  if (schema) return [...validateUpdate(object, before), ...validateCustom(object, schema, before)];
  switch (request.subresource) {
    case undefined:
      // The data of a patched ControllerRevision is compared with other bytes than the stored ones: never the same.
      if (request.verb === 'patch' && object.kind === 'ControllerRevision')
        return [invalid('data', object.data ?? null, 'field is immutable')];
      return [...levelProblems(object), ...validateUpdate(object, before)];
    case 'ephemeralcontainers':
      return validateEphemeralContainersUpdate(object, before);
    case 'resize':
      return validateResize(object, before, podQOSClass(object));
    default:
      return validateStatusUpdate(object, before, request.subresource);
  }
}
