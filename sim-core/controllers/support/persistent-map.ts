/**
 * An immutable map by string for controllers' memories: a change copies one of 256 buckets and the list of buckets, not the
 * whole map. Plain data, so that it can be stored and hashed.
 */
export type PersistentMap<V> = readonly (Readonly<Record<string, V>> | undefined)[];

const BUCKETS = 256;

function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}

export function emptyMap<V>(): PersistentMap<V> {
  return new Array<undefined>(BUCKETS).fill(undefined);
}

export function mapGet<V>(map: PersistentMap<V>, key: string): V | undefined {
  const bucket = map[bucketOf(key)];
  return bucket && Object.hasOwn(bucket, key) ? bucket[key] : undefined;
}

/** With a value set; undefined removes the key. */
export function mapSet<V>(map: PersistentMap<V>, key: string, value: V | undefined): PersistentMap<V> {
  const at = bucketOf(key);
  const { [key]: _, ...rest } = map[at] ?? {};
  const bucket = value === undefined ? rest : { ...rest, [key]: value };
  const copy = map.slice();
  copy[at] = Object.keys(bucket).length === 0 ? undefined : bucket;
  return copy;
}
