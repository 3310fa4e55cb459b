import { decode, type Strictness } from '../api/decode/index.ts';
import { applyDefaults } from '../api/defaulting/index.ts';
import { apiVersionOf, type ResourceInfo } from '../api/schema/index.ts';
import type { ApiRequest, ApiResponse, KubeObject } from '../contracts/index.ts';
import { undecodable } from './patchDoor.ts';
import { badRequest } from './status.ts';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings?: readonly string[];
}

const STRICTNESS: Readonly<Record<string, Strictness>> = { Strict: 'strict', Warn: 'warn', Ignore: 'ignore' };

/** The body of a write as an object of its kind, with defaults (apiserver endpoints/handlers/create.go, update.go). */
export function decodeBody(request: ApiRequest, info: ResourceInfo): Decoded | ApiResponse {
  const { body } = request;
  const apiVersion = apiVersionOf(info);
  if (body === undefined || body === null || typeof body !== 'object') {
    return badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${body === null ? 'null' : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const wrong = kindProblem(info, body);
  if (wrong) return wrong;
  const strictness = STRICTNESS[request.options?.fieldValidation ?? 'Warn'] ?? 'warn';
  const { object, warnings, errors } = decode(body, { apiVersion, kind: info.kind, strictness });
  if (errors.length > 0) {
    return badRequest(`${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: ${errors[0]}`);
  }
  const typed =
    object.kind === info.kind && object.apiVersion === apiVersion ? object : { ...object, kind: info.kind, apiVersion };
  const full = applyDefaults(typed.metadata ? typed : { ...typed, metadata: {} });
  return warnings.length > 0 ? { object: full, warnings } : { object: full };
}

/** A patched object, as far as it decodes; strategic patches name the patch, the others the whole object. */
export function decodePatched(request: ApiRequest, info: ResourceInfo, object: KubeObject): Decoded | ApiResponse {
  const apiVersion = apiVersionOf(info);
  const strictness = STRICTNESS[request.options?.fieldValidation ?? 'Warn'] ?? 'warn';
  if (object.kind !== info.kind || object.apiVersion !== apiVersion) {
    return undecodable(
      object,
      `no kind "${object.kind ?? ''}" is registered for version "${object.apiVersion ?? ''}" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  const { object: decoded, warnings, errors } = decode(object, { apiVersion, kind: info.kind, strictness });
  if (errors.length > 0) return undecodable(object, errors[0]);
  const full = applyDefaults(decoded);
  return warnings.length > 0 ? { object: full, warnings } : { object: full };
}

function kindProblem(info: ResourceInfo, body: KubeObject): ApiResponse | undefined {
  const { apiVersion, kind } = body;
  const expected = apiVersionOf(info);
  if ((!kind || kind === info.kind) && (!apiVersion || apiVersion === expected)) return undefined;
  const version = (apiVersion ?? '').slice((apiVersion ?? '').indexOf('/') + 1);
  return badRequest(
    `${kind ?? ''} in version "${version}" cannot be handled as a ${info.kind}: no kind "${kind ?? ''}" is registered for version "${apiVersion ?? ''}"`,
  );
}
