import { type Labels, sameLabels } from '../../api/helpers/labels.ts';
import type { ReplicaSet } from '../../api/types/apps.ts';
import type { Pod } from '../../api/types/core.ts';
import { type Census, LOOKS_AT } from '../../contracts/controllers.ts';
import { controllerOf } from '../support/objects.ts';
import { isActive, isReady, isTerminating } from '../support/pods.ts';
import { mapMatches, selectorMatches } from '../support/selectors.ts';
import type { PodTally } from './tally.ts';

/** The pods of one owner that have the same labels; finished ones do not count. */
interface LabelCount {
  readonly labels: Labels;
  readonly active: number;
  /** Among the active ones. */
  readonly ready: number;
  readonly terminating: number;
}

/** The pods of one owner, by their labels; undefined = these differ too much to be counted. */
export interface OwnedPods {
  /** All pods, finished ones too. */
  readonly size: number;
  readonly counts: readonly LabelCount[] | undefined;
}

/** Pods of one template differ by the labels of their node's place, no more. */
const COUNTS_MAX = 32;

const NO_LABELS: Labels = Object.freeze({});
const NOBODY: OwnedPods = Object.freeze({ size: 0, counts: [] });

function counted({ labels, active, ready, terminating }: LabelCount, pod: Pod, sign: 1 | -1): LabelCount {
  if (isTerminating(pod)) return { labels, active, ready, terminating: terminating + sign };
  if (!isActive(pod)) return { labels, active, ready, terminating };
  return { labels, active: active + sign, ready: isReady(pod) ? ready + sign : ready, terminating };
}

function withPod({ size, counts }: OwnedPods, pod: Pod, sign: 1 | -1): OwnedPods {
  if (size + sign === 0) return NOBODY;
  if (counts === undefined) return { size: size + sign, counts };
  const labels = pod.metadata.labels ?? NO_LABELS;
  const at = counts.findIndex((count) => sameLabels(count.labels, labels));
  const before = at < 0 ? { labels, active: 0, ready: 0, terminating: 0 } : counts[at];
  const now = counted(before, pod, sign);
  const rest = at < 0 ? counts : counts.filter((_, i) => i !== at);
  if (now.active + now.terminating === 0) return { size: size + sign, counts: rest };
  return { size: size + sign, counts: rest.length < COUNTS_MAX ? [...rest, now] : undefined };
}

/** One pod in another state: as adding it and taking the former state away, with one list made. */
function withChange({ size, counts }: OwnedPods, was: Pod, is: Pod): OwnedPods {
  if (counts === undefined) return { size, counts };
  const before = was.metadata.labels ?? NO_LABELS;
  const now = is.metadata.labels ?? NO_LABELS;
  const from = counts.findIndex((count) => sameLabels(count.labels, before));
  if (from < 0 || !sameLabels(before, now)) return withPod(withPod({ size, counts }, is, 1), was, -1);
  const changed = counted(counted(counts[from], is, 1), was, -1);
  // The order of the counts means nothing: the sums are read.
  const next = counts.slice();
  if (changed.active + changed.terminating > 0) next[from] = changed;
  else next.splice(from, 1);
  return { size, counts: next };
}

function sameState(a: Pod, b: Pod): boolean {
  return isActive(a) === isActive(b) && isTerminating(a) === isTerminating(b) && isReady(a) === isReady(b);
}

/** Counts of all pods by the uid of their controller. */
export const ownedPods: Census<OwnedPods> = {
  resource: 'pods',
  key: (pod) => controllerOf(pod)?.uid,
  keyLooksAt: LOOKS_AT.owners,
  empty: NOBODY,
  with: (summary, pod, sign) => withPod(summary, pod as Pod, sign),
  replace: (summary, before, now) => withChange(summary, before as Pod, now as Pod),
  same: (before, now) =>
    before.metadata.labels === now.metadata.labels &&
    before.metadata.deletionTimestamp === now.metadata.deletionTimestamp &&
    (before.status === now.status || sameState(before as Pod, now as Pod)),
};

/**
 * What a ReplicaSet's status says of its pods; undefined where pods have to be looked at one by one: some are to be released,
 * or availability depends on the time.
 */
export function settledCounts(rs: ReplicaSet, { counts }: OwnedPods): PodTally | undefined {
  const { selector, minReadySeconds = 0, template } = rs.spec;
  if (minReadySeconds > 0 || !selector || counts === undefined) return undefined;
  const wanted = template?.metadata?.labels;
  let [active, fullyLabeled, ready, terminating] = [0, 0, 0, 0];
  for (const count of counts) {
    if (!selectorMatches(selector, count.labels)) {
      if (count.active > 0) return undefined;
      continue;
    }
    active += count.active;
    ready += count.ready;
    terminating += count.terminating;
    if (mapMatches(wanted, count.labels)) fullyLabeled += count.active;
  }
  return { active, fullyLabeled, ready, terminating, strays: 0 };
}
