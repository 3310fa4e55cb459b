import type { KubeObject } from '../../contracts/index.ts';

type Fields = { readonly [field: string]: unknown };

/** Deep equality of JSON; absent fields equal undefined ones. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const left = a as Fields;
  const right = b as Fields;
  for (const key in left) if (!deepEqual(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

/** Would the store hold the same bytes? The stored object has its resourceVersion, the new one has none. */
export function sameStored(object: KubeObject, stored: KubeObject): boolean {
  const left = object as unknown as Fields;
  const right = stored as unknown as Fields;
  for (const key in left) {
    if (key !== 'metadata' && !deepEqual(left[key], right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  const a = object.metadata as unknown as Fields;
  const b = stored.metadata as unknown as Fields;
  for (const key in a) if (key !== 'resourceVersion' && !deepEqual(a[key], b[key])) return false;
  for (const key in b) if (key !== 'resourceVersion' && b[key] !== undefined && a[key] === undefined) return false;
  return true;
}
