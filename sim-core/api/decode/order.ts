import type { Json, KubeObject } from '../../contracts/objects.ts';
import { schemaOfKind, typeNamed } from '../schema/table.ts';
import type { TypeRef } from '../schema/types.ts';

/** Puts the keys of an object (after defaulting or patching) in Go's order, as the server writes them. Shares what is in order. */
export function orderFields(object: KubeObject): KubeObject {
  const type = schemaOfKind(object.apiVersion ?? '', object.kind ?? '');
  return type === undefined
    ? object
    : (order(object as unknown as Json, { kind: 'struct', name: type.name }) as unknown as KubeObject);
}

function order(value: Json, ref: TypeRef): Json {
  if (value === null || typeof value !== 'object') return value;
  if (ref.kind === 'list' && Array.isArray(value)) {
    const items = value.map((item) => order(item, ref.of));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const source = value as { readonly [key: string]: Json };
  if (ref.kind === 'map') return rebuild(source, Object.keys(source).sort(), () => ref.of);
  if (ref.kind !== 'struct') return value;
  const fields = typeNamed(ref.name)!.byName;
  const known = [...fields.keys()].filter((name) => source[name] !== undefined);
  const unknown = Object.keys(source).filter((name) => !fields.has(name));
  return rebuild(source, [...known, ...unknown], (name) => fields.get(name)?.type);
}

function rebuild(
  source: { readonly [key: string]: Json },
  keys: readonly string[],
  typeOf: (key: string) => TypeRef | undefined,
): Json {
  const before = Object.keys(source);
  let same = before.length === keys.length;
  const result: { [key: string]: Json } = {};
  keys.forEach((key, i) => {
    const ref = typeOf(key);
    const item = ref === undefined ? source[key] : order(source[key], ref);
    same &&= before[i] === key && item === source[key];
    Object.defineProperty(result, key, { value: item, enumerable: true, configurable: true, writable: true });
  });
  return same ? source : result;
}
