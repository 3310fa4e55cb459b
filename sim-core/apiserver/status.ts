import type { FieldError } from '../api/machinery/fieldErrors.ts';
import { qualifiedName, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiResponse, FieldCause, Status } from '../contracts/index.ts';
import { keyOf } from './keys.ts';

/** Status bodies of the API server (apimachinery pkg/api/errors, apiserver registry and storage errors). */

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly FieldCause[];
  readonly retryAfterSeconds?: number;
}

/** A resource or a kind as Status details name it. */
export interface Named {
  readonly group: string;
  /** The plural. */
  readonly plural: string;
}

export function failure(code: number, reason: string, message: string, details?: Details): ApiResponse {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details && { details }),
    code,
  };
  return { code, status, rv: 0, record: 0 };
}

function detailsOf(info: Named, name: string): Details {
  return { ...(name !== '' && { name }), ...(info.group !== '' && { group: info.group }), kind: info.plural };
}

export function notFound(info: Named, name: string): ApiResponse {
  return failure(404, 'NotFound', `${qualifiedName(info)} "${name}" not found`, detailsOf(info, name));
}

export function alreadyExists(info: Named, name: string): ApiResponse {
  return failure(409, 'AlreadyExists', `${qualifiedName(info)} "${name}" already exists`, detailsOf(info, name));
}

/** The answer to a create whose generated names all exist. */
export function generateNameConflict(info: Named, name: string): ApiResponse {
  return failure(
    409,
    'AlreadyExists',
    `${qualifiedName(info)} "${name}" already exists, the server was not able to generate a unique name for the object`,
    { ...detailsOf(info, name), retryAfterSeconds: 1 },
  );
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(info: Named, name: string, why: string): ApiResponse {
  return failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(info)} "${name}": ${why}`,
    detailsOf(info, name),
  );
}

export function forbidden(info: Named, name: string, why: string, causes?: readonly FieldCause[]): ApiResponse {
  const what = name === '' ? qualifiedName(info) : `${qualifiedName(info)} "${name}"`;
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, {
    ...detailsOf(info, name),
    ...(causes && { causes }),
  });
}

export function invalid(group: string, kind: string, name: string, problems: readonly FieldError[]): ApiResponse {
  // An aggregate leaves out repeated texts.
  const texts: string[] = [];
  for (const { field, body } of problems) {
    const text = `${field === '' ? '<nil>' : field}: ${body}`;
    if (!texts.includes(text)) texts.push(text);
  }
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return failure(422, 'Invalid', `${qualified} "${name}" is invalid: ${list}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(kind !== '' && { kind }),
    causes: problems.map(({ type, body, field }) => ({ reason: type, message: body, field: field || '<nil>' })),
  });
}

/** The 422 of a resource's object. Events are checked as events of the core group, by either resource. */
export function invalidObject(info: ResourceInfo, name: string, problems: readonly FieldError[]): ApiResponse {
  return invalid(info.plural === 'events' ? '' : info.group, info.kind, name, problems);
}

/** A write for another object of this name (apiserver storage/errors.go NewInvalidObjError). */
export function otherObject(info: Named, namespace: string, name: string, asked: string, stored: string): ApiResponse {
  const key = keyOf(qualifiedName(info), namespace, name);
  const why = `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${stored}`;
  return conflict(
    info,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}

export function unauthorized(): ApiResponse {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

export function badRequest(message: string): ApiResponse {
  return failure(400, 'BadRequest', message);
}

export function internalError(message: string): ApiResponse {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message } as FieldCause] });
}

/** An error that is no StatusError: 500 with the bare text. */
export function unknownError(message: string): ApiResponse {
  return failure(500, '', message);
}

export function methodNotAllowed(info: Named, verb: string): ApiResponse {
  return failure(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${qualifiedName(info)}"`,
    detailsOf(info, ''),
  );
}

/** A method that the path does not know at all. */
export function methodUnknown(): ApiResponse {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function notAcceptable(): ApiResponse {
  const types = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${types}`, {});
}

/** A form of the object that no media type has. */
export function notConvertible(): ApiResponse {
  const types = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
}

/** The metadata of one object, asked of a list. */
export function notSingle({ group, kind, plural }: ResourceInfo): ApiResponse {
  const [name] = plural === 'events' ? '' : group.split('.');
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  const type = isBuiltIn ? `${name || 'core'}.${kind}List` : 'unstructured.UnstructuredList';
  const why = `you requested PartialObjectMetadata, but the requested object is a list (*${type})`;
  return failure(406, 'NotAcceptable', why);
}

/** A watch in a media type that has no frames. */
export function notStreamable(): ApiResponse {
  const types = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
}

export function unsupportedMedia(message: string): ApiResponse {
  return failure(415, 'UnsupportedMediaType', message);
}

/** An unknown path. */
export function noSuchResource(): ApiResponse {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  causes?: readonly FieldCause[],
): ApiResponse {
  return failure(429, 'TooManyRequests', message, {
    ...(causes && { causes }),
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

export function tooLargeResourceVersion(asked: number, current: number): ApiResponse {
  return failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function timeout(message: string): ApiResponse {
  return failure(504, 'Timeout', `Timeout: ${message}`, {});
}

export function expired(message: string): ApiResponse {
  return failure(410, 'Expired', message);
}

/** What a delete answers when it does not give back the object. */
export function deleted(info: ResourceInfo, name: string, uid: string | undefined): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(info.group !== '' && { group: info.group }), kind: info.plural, ...(uid && { uid }) },
  };
}

export function tooLarge(message: string): ApiResponse {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}
