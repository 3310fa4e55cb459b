import type { Version } from '../contracts/index.ts';

/** A summary of a list of objects that can be brought up to date when some of them change. Summaries are immutable. */
export interface Fold<S> {
  readonly empty: S;
  /** `sign` 1: the object came; -1: it went, or this was its version before a change. The order must not matter. */
  with(summary: S, version: Version, sign: 1 | -1): S;
}

/**
 * Summaries of lists, by the list. Lists never change, so a summary belongs to its list for ever; the next list of the same
 * store gets its summaries from those of the list before.
 */
const summaries = new WeakMap<readonly Version[], Map<Fold<unknown>, unknown>>();

/** Kinds of summaries that a list passes on to its successor. */
const FOLDS_MAX = 16;

/** The summary of a list of an informer store (or any list of versions that never changes). */
export function folded<S>(list: readonly Version[], fold: Fold<S>): S {
  const known = summaries.get(list);
  const found = known?.get(fold) as S | undefined;
  if (found !== undefined) return found;
  let summary = fold.empty;
  for (const version of list) summary = fold.with(summary, version, 1);
  if (known) known.set(fold, summary);
  else summaries.set(list, new Map<Fold<unknown>, unknown>([[fold, summary]]));
  return summary;
}

/** `to` is `from` without the versions `lost` and with the versions `got`. */
export function carryFolds(
  from: readonly Version[],
  to: readonly Version[],
  lost: readonly Version[],
  got: readonly Version[],
): void {
  const known = summaries.get(from);
  if (!known) return;
  const next = new Map<Fold<unknown>, unknown>();
  // The first are the oldest: those of specs that have changed since.
  const skipped = Math.max(0, known.size - FOLDS_MAX);
  let i = 0;
  for (const [fold, before] of known) {
    if (i++ < skipped) continue;
    let summary = before;
    for (const version of lost) summary = fold.with(summary, version, -1);
    for (const version of got) summary = fold.with(summary, version, 1);
    next.set(fold, summary);
  }
  summaries.set(to, next);
}
