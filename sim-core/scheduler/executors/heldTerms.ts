import { termMatches } from '../framework/affinityTerms.ts';
import type { ClusterIndex } from '../framework/clusterIndex.ts';
import type { HeldTerm } from '../framework/podCounters.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Listers } from '../framework/snapshot.ts';

interface Matching {
  readonly terms: readonly HeldTerm[];
  /** Equal keys mean equal terms. */
  readonly key: string;
}

interface Memo extends Matching {
  readonly checked: number;
  readonly namespaceLabels: object;
}

const NONE: Matching = { terms: [], key: '' };

/** Which terms of pods that are on nodes match a pod that comes; kept by its labels. */
export class HeldTerms {
  private readonly memos = new Map<number, Memo>();

  matching(index: ClusterIndex, pod: PodInfo, listers: Listers): Matching {
    const { terms } = index.pods;
    if (terms.length === 0) return NONE;
    const { id } = index.labelClass(pod);
    const namespaceLabels = listers.namespaceLabels(pod.namespace);
    const memo = this.memos.get(id);
    if (memo !== undefined && memo.checked === terms.length && memo.namespaceLabels === namespaceLabels) return memo;
    const isPrefix = memo !== undefined && memo.namespaceLabels === namespaceLabels;
    const found = isPrefix ? [...memo.terms] : [];
    for (let i = isPrefix ? memo.checked : 0; i < terms.length; i++)
      if (termMatches(terms[i].term, pod, () => namespaceLabels)) found.push(terms[i]);
    const key = found.map((t) => t.id).join(',');
    const now: Memo = { terms: found, key, checked: terms.length, namespaceLabels };
    this.memos.set(id, now);
    return now;
  }
}
