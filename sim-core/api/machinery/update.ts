import type { KubeObject, ObjectMeta } from '../../contracts/index.ts';
import { deepEqual, isObject, type JsonObject } from './json.ts';
import { timeText } from './time.ts';

/**
 * New versions of objects that share what did not change. Each helper gives back the object itself when nothing changed, so
 * that identity tells whether there is something to write. Objects of hot kinds may be class instances; `toJSON`, where there
 * is one, gives their plain form.
 */

export { deepEqual } from './json.ts';

function plain<T extends object>(object: T): T {
  const toJSON = (object as { toJSON?: unknown }).toJSON;
  return typeof toJSON === 'function' ? ((toJSON as () => T).call(object) as T) : object;
}

/** `object` with one field set; undefined removes it. */
export function withField<T extends object>(object: T, key: string, value: unknown): T {
  const current = (object as JsonObject)[key];
  if (deepEqual(current, value)) return object;
  const { [key]: _dropped, ...rest } = plain(object) as JsonObject;
  if (value === undefined) return rest as T;
  // Keeps the field's place in the order of keys.
  return { ...(plain(object) as JsonObject), [key]: value } as T;
}

/** `object` with a field at a path of keys set; objects on the way are made. */
export function withPath<T extends object>(object: T, path: readonly string[], value: unknown): T {
  if (path.length === 0) return value as T;
  const [key, ...rest] = path;
  if (rest.length === 0) return withField(object, key, value);
  const child = (object as JsonObject)[key];
  const next = withPath(isObject(child) ? child : {}, rest, value);
  return next === child ? object : withField(object, key, next);
}

/** Some fields of metadata replaced; undefined removes. */
export function withMeta<T extends KubeObject>(object: T, change: Partial<ObjectMeta>): T {
  let metadata: ObjectMeta = object.metadata;
  for (const key of Object.keys(change)) metadata = withField(metadata, key, change[key as keyof ObjectMeta]);
  return metadata === object.metadata ? object : withField(object, 'metadata', metadata);
}

export function withStatus<T extends KubeObject>(object: T, status: unknown): T {
  return withField(object, 'status', status);
}

export function withLabel<T extends KubeObject>(object: T, key: string, value: string | undefined): T {
  return withMeta(object, { labels: withoutEmpty(withField(object.metadata.labels ?? {}, key, value)) });
}

function withoutEmpty<T extends object>(map: T): T | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
  readonly [field: string]: unknown;
}

/**
 * A condition set in a list: replaced in its place or appended. `lastTransitionTime` is kept unless the status changed; then
 * it is the text of `nowUs`. The list itself when nothing changed.
 */
export function setCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  condition: C,
  epochSeconds: number,
  nowUs: number,
): readonly C[] {
  const list = conditions ?? [];
  const at = list.findIndex((c) => c.type === condition.type);
  const kept = at >= 0 && list[at].status === condition.status ? list[at].lastTransitionTime : undefined;
  const next = { ...condition, lastTransitionTime: kept ?? timeText(epochSeconds, nowUs) };
  if (at < 0) return [...list, next];
  if (deepEqual(list[at], next)) return list;
  return list.map((c, i) => (i === at ? next : c));
}
