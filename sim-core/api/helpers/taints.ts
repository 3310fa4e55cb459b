import type { TaintLike } from './tolerations.ts';

/** Changes of a node's taint list; each returns the list itself when nothing changes (pkg/util/taints). */

export function taintsEqual(a: TaintLike, b: TaintLike): boolean {
  return a.key === b.key && a.effect === b.effect;
}

export function hasTaint(taints: readonly TaintLike[] | undefined, taint: TaintLike): boolean {
  return (taints ?? []).some((t) => taintsEqual(t, taint));
}

/** AddOrUpdateTaint: the taint of the same key and effect is replaced in its place, otherwise the new one comes last. */
export function addOrUpdateTaint<T extends TaintLike>(taints: readonly T[] | undefined, taint: T): readonly T[] {
  const list = taints ?? [];
  const at = list.findIndex((t) => taintsEqual(t, taint));
  if (at < 0) return [...list, taint];
  if ((list[at].value ?? '') === (taint.value ?? '')) return list;
  return list.map((t, i) => (i === at ? taint : t));
}

export function removeTaint<T extends TaintLike>(taints: readonly T[] | undefined, taint: TaintLike): readonly T[] {
  const list = taints ?? [];
  return hasTaint(list, taint) ? list.filter((t) => !taintsEqual(t, taint)) : list;
}
