/**
 * The strategic merge patch that the status manager sends: a two-way merge of the status that the API has and the one
 * to be (pkg/util/pod PatchPodStatus). Lists with a merge key are diffed by key, others are replaced whole.
 */
import type { Json } from '../contracts/index.ts';

type JsonObject = { readonly [key: string]: Json | undefined };

/** Lists in a pod's or node's status that merge by key (struct tags of core/v1). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: 'type',
  podIPs: 'ip',
  hostIPs: 'ip',
  addresses: 'type',
  resourceClaimStatuses: 'name',
};

const isObject = (v: Json | undefined): v is JsonObject => v !== null && typeof v === 'object' && !Array.isArray(v);

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameJson(x, b[i]));
  if (isObject(a) && isObject(b)) {
    let surplus = 0;
    for (const key in a) {
      if (a[key] === undefined) continue;
      if (!sameJson(a[key], b[key])) return false;
      surplus++;
    }
    for (const key in b) if (b[key] !== undefined) surplus--;
    return surplus === 0;
  }
  return false;
}

/** Literals with one key, which is cheaper than a computed one. */
function keyed(mergeKey: string, value: Json | undefined): JsonObject {
  if (mergeKey === 'type') return { type: value };
  return mergeKey === 'ip' ? { ip: value } : { [mergeKey]: value };
}

function diffList(key: string, before: readonly JsonObject[], after: readonly JsonObject[]): JsonObject {
  const mergeKey = MERGE_KEYS[key];
  const patches: Json[] = [];
  let isSameOrder = before.length === after.length;
  for (let i = 0; i < after.length; i++) {
    const item = after[i];
    let old: JsonObject | undefined = before[i];
    if (old?.[mergeKey] !== item[mergeKey]) {
      isSameOrder = false;
      old = before.find((o) => o[mergeKey] === item[mergeKey]);
    }
    if (old === undefined) patches.push(item);
    else if (!sameJson(old, item)) {
      const changes = diffObject(old, item);
      if (hasKeys(changes)) patches.push({ ...keyed(mergeKey, item[mergeKey]), ...changes });
    }
  }
  if (!isSameOrder) {
    for (const old of before) {
      if (!after.some((item) => item[mergeKey] === old[mergeKey]))
        patches.push({ $patch: 'delete', [mergeKey]: old[mergeKey] });
    }
  }
  if (patches.length === 0) return {};
  const order = after.map((item) => keyed(mergeKey, item[mergeKey]));
  return before.length === 0 ? { [key]: after } : { [`$setElementOrder/${key}`]: order, [key]: patches };
}

function hasKeys(object: JsonObject): boolean {
  for (const _key in object) return true;
  return false;
}

/** The fields of a strategic merge patch from `before` to `after`. */
export function diffObject(before: JsonObject, after: JsonObject): JsonObject {
  const out: Record<string, Json | undefined> = {};
  const changed: string[] = [];
  for (const key in after) if (after[key] !== undefined && !sameJson(before[key], after[key])) changed.push(key);
  for (const key of changed.sort()) {
    const a = before[key];
    const b = after[key]!;
    if (Array.isArray(b) && Array.isArray(a) && Object.hasOwn(MERGE_KEYS, key))
      Object.assign(out, diffList(key, a as readonly JsonObject[], b as readonly JsonObject[]));
    else if (isObject(a) && isObject(b)) out[key] = diffObject(a, b);
    else out[key] = b;
  }
  for (const key in before) if (before[key] !== undefined && after[key] === undefined) out[key] = null;
  return out;
}

/** The patch of pods/status; undefined when nothing differs. */
export function podStatusPatch(uid: string, before: JsonObject | undefined, after: JsonObject): Json | undefined {
  const status = diffObject(before ?? {}, after);
  if (!hasKeys(status)) return undefined;
  return { metadata: { uid }, status };
}
