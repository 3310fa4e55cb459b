/**
 * The strategic merge patch that the status manager sends: a two-way merge of the status that the API has and the one
 * to be (pkg/util/pod PatchPodStatus). Lists with a merge key are diffed by key, others are replaced whole.
 */
import type { Json, KubeObject, Patch, ToldStatus } from '../contracts/index.ts';
import { registerClass } from '../engine/values.ts';

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

/** The value of a patch of pods/status; undefined when nothing differs. */
export function podStatusPatch(uid: string, before: JsonObject | undefined, after: JsonObject): Json | undefined {
  const status = diffObject(before ?? {}, after);
  if (!hasKeys(status)) return undefined;
  return { metadata: { uid }, status };
}

/** The patch that gives a pod a status; undefined when nothing differs. */
export function statusPatch(uid: string, pod: KubeObject, after: JsonObject): Patch | undefined {
  if (pod.metadata.uid === uid && isSurelyChanged(pod.status, after)) {
    return new StatusPatch(new PodStatusTold(pod, after), undefined);
  }
  const value = podStatusPatch(uid, pod.status, after);
  return value === undefined ? undefined : { type: 'strategic', value };
}

const PLAIN_FIELDS = ['phase', 'observedGeneration', 'startTime', 'podIP'];

/** Do they differ in a field that is no list? What this does not see a comparison has to tell. */
function isSurelyChanged(before: JsonObject | undefined, after: JsonObject): boolean {
  if (before === undefined) return false;
  for (const field of PLAIN_FIELDS) if (before[field] !== after[field] && after[field] !== undefined) return true;
  return false;
}

class PodStatusTold implements ToldStatus {
  readonly before: KubeObject;
  readonly after: JsonObject;

  constructor(before: KubeObject, after: JsonObject) {
    this.before = before;
    this.after = after;
  }

  valueFor(before: KubeObject, after: Json): Json {
    return podStatusPatch(before.metadata.uid ?? '', before.status, after as JsonObject) as Json;
  }
}

/** A patch whose value is computed when somebody asks: the API server seldom does. */
class StatusPatch implements Patch {
  readonly type = 'strategic';
  readonly told: PodStatusTold | undefined;
  /** A memo of what `told` says. */
  private known: Json | undefined;

  constructor(told: PodStatusTold | undefined, value: Json | undefined) {
    this.told = told;
    this.known = value;
  }

  get value(): Json {
    if (this.known === undefined && this.told) this.known = this.told.valueFor(this.told.before, this.told.after);
    return this.known as Json;
  }

  toJSON(): Patch {
    return { type: this.type, value: this.value };
  }
}

registerClass(StatusPatch, {
  tag: 'StatusPatch',
  encode: (patch) => patch.value,
  decode: (value) => new StatusPatch(undefined, value as Json),
});
