import type { ReplicaSet } from '../../api/types/apps.ts';
import type { Pod } from '../../api/types/core.ts';
import type { LabelSelector } from '../../api/types/meta.ts';
import { type Fold, folded } from '../../client/folds.ts';
import type { Version } from '../../contracts/objects.ts';
import { isActive, isReady, isTerminating } from '../support/pods.ts';
import { mapMatches, selectorMatches } from '../support/selectors.ts';

/** What a ReplicaSet's status says of its pods, and how many of them ask for more than counting. */
export interface PodTally {
  /** Active pods that the selector matches, and among them those with all labels of the template and the ready ones. */
  readonly active: number;
  readonly fullyLabeled: number;
  readonly ready: number;
  readonly terminating: number;
  /** Active pods that the selector does not match. */
  readonly strays: number;
}

interface Folds {
  readonly labels: Labels;
  readonly tally: Fold<PodTally>;
  /** Active pods that match. */
  readonly matching: Fold<number>;
}

type Labels = Readonly<Record<string, string>> | undefined;

/** Writes of a status leave the spec as it is, so the selector stands for its ReplicaSet until the spec changes. */
const folds = new WeakMap<LabelSelector, Folds>();

/**
 * Counts of the pods of a ReplicaSet, kept up to date from one sync to the next; undefined where pods have to be looked at
 * one by one: some are to be adopted or released, or availability depends on the time.
 */
export function settledTally(
  rs: ReplicaSet,
  owned: readonly Version[],
  orphans: readonly Version[],
): PodTally | undefined {
  const { selector, minReadySeconds = 0, template } = rs.spec;
  if (minReadySeconds > 0 || !selector) return undefined;
  const { tally, matching } = foldsOf(selector, template?.metadata?.labels);
  if (folded(orphans, matching) > 0) return undefined;
  const counts = folded(owned, tally);
  return counts.strays > 0 ? undefined : counts;
}

/** True when the selector matches an active pod among those without an owner. */
export function mayAdopt(rs: ReplicaSet, orphans: readonly Version[]): boolean {
  const { selector, template } = rs.spec;
  return selector !== undefined && folded(orphans, foldsOf(selector, template?.metadata?.labels).matching) > 0;
}

function foldsOf(selector: LabelSelector, labels: Labels): Folds {
  const known = folds.get(selector);
  if (known && known.labels === labels) return known;
  const made: Folds = {
    labels,
    tally: {
      empty: Object.freeze({ active: 0, fullyLabeled: 0, ready: 0, terminating: 0, strays: 0 }),
      with: (before, version, sign) => counted(before, version.object as Pod, sign, selector, labels),
    },
    matching: {
      empty: 0,
      with: (before, { object }, sign) =>
        isActive(object as Pod) && selectorMatches(selector, object.metadata.labels) ? before + sign : before,
    },
  };
  folds.set(selector, made);
  return made;
}

function counted(before: PodTally, pod: Pod, sign: number, selector: LabelSelector, labels: Labels): PodTally {
  const matches = selectorMatches(selector, pod.metadata.labels);
  if (isTerminating(pod)) return matches ? { ...before, terminating: before.terminating + sign } : before;
  if (!isActive(pod)) return before;
  if (!matches) return { ...before, strays: before.strays + sign };
  return {
    ...before,
    active: before.active + sign,
    fullyLabeled: before.fullyLabeled + (mapMatches(labels, pod.metadata.labels) ? sign : 0),
    ready: before.ready + (isReady(pod) ? sign : 0),
  };
}
