import { decode } from '../api/decode/index.ts';
import { isObject } from '../api/machinery/json.ts';
import { apiVersionOf, type ResourceInfo } from '../api/schema/index.ts';
import type { KubeObject } from '../contracts/index.ts';

/**
 * Lists and maps that a request gives as empty. In Go they are empty, not nil, until the object is stored: checks, their texts and
 * the owners of fields tell the difference. Kept for the kinds where that shows; decoding drops them for all others.
 */

const KINDS: ReadonlySet<string> = new Set([
  'HorizontalPodAutoscaler',
  'Ingress',
  'PersistentVolume',
  'CSINode',
  'CustomResourceDefinition',
  'ResourceClaim',
]);

/** The decoded object with what was given as empty. */
export function withGivenEmpty(decoded: KubeObject, given: KubeObject): KubeObject {
  if (!KINDS.has(decoded.kind ?? '') || given.spec === undefined) return decoded;
  const spec = merged(decoded.spec, given.spec);
  return spec === decoded.spec ? decoded : { ...decoded, spec };
}

/** Fields whose empty form means something else than a list or map. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value as object).length === 0;
}

function merged(decoded: unknown, given: unknown): unknown {
  if ((decoded === undefined || decoded === null) && isEmpty(given)) return given;
  if (Array.isArray(decoded) && Array.isArray(given)) {
    const items = decoded.map((item, i) => merged(item, given[i]));
    return items.some((item, i) => item !== decoded[i]) ? items : decoded;
  }
  if (!isObject(decoded) || !isObject(given)) return decoded;
  const fields = decoded as Readonly<Record<string, unknown>>;
  const asked = given as Readonly<Record<string, unknown>>;
  let result: Record<string, unknown> | undefined;
  for (const key in asked) {
    const value = merged(fields[key], asked[key]);
    if (value === fields[key] || value === undefined) continue;
    result ??= { ...fields };
    result[key] = value;
  }
  return result ?? decoded;
}

/** The object as it is stored: without empty lists and maps. */
export function withoutEmpty(object: KubeObject, info: ResourceInfo): KubeObject {
  if (!KINDS.has(info.kind) || object.spec === undefined) return object;
  const rest = { spec: object.spec };
  const settled = decode(rest, { apiVersion: apiVersionOf(info), kind: info.kind, strictness: 'ignore' });
  return settled.errors.length > 0 ? object : { ...object, spec: (settled.object as KubeObject).spec };
}
