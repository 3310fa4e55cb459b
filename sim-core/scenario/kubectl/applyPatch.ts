import { threeWayMergePatch } from '../../api/machinery/mergePatch.ts';
import { patchSchemaOfKind } from '../../api/machinery/patchSchema.ts';
import { createThreeWayMergePatch } from '../../api/machinery/strategicDiff.ts';
import { resourceOfKind } from '../../api/schema/index.ts';
import type { Json, KubeObject } from '../../contracts/index.ts';

/**
 * What `kubectl apply` sends for an object that exists: a strategic merge patch for built-in kinds, a merge patch for
 * others; undefined when nothing would change.
 */
export function createThreeWayPatch(
  original: KubeObject | undefined,
  modified: KubeObject,
  current: KubeObject,
): { type: 'strategic' | 'merge'; value: Json } | undefined {
  const before = JSON.parse(JSON.stringify(original ?? {}));
  const wanted = JSON.parse(JSON.stringify(modified));
  const live = JSON.parse(JSON.stringify(current));
  const { apiVersion = '', kind = '' } = modified;
  const schema = resourceOfKind(apiVersion, kind) === undefined ? undefined : patchSchemaOfKind(apiVersion, kind);
  const value =
    schema === undefined
      ? threeWayMergePatch(before, wanted, live)
      : createThreeWayMergePatch(before, wanted, live, schema);
  if (Object.keys(value).length === 0) return undefined;
  return { type: schema === undefined ? 'merge' : 'strategic', value: value as Json };
}
