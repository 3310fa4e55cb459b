import type { Status } from './status.ts';

/**
 * `0/N nodes are available: <parts>.` The parts are sorted as strings; nodes without a status of their own count under the
 * absent status. Source: kube-scheduler/framework FitError.Error.
 */
export function fitErrorMessage(
  nodesTotal: number,
  statuses: ReadonlyMap<string, Status>,
  absent: Status | undefined,
  preFilterMessage: string,
  postFilterMessage: string,
): string {
  if (preFilterMessage !== '') {
    const text = `0/${nodesTotal} nodes are available: ${preFilterMessage}.`;
    return postFilterMessage === '' ? text : `${text} ${postFilterMessage}`;
  }
  const counts = new Map<string, number>();
  for (const status of statuses.values())
    for (const reason of status.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const unseen = nodesTotal - statuses.size;
  if (unseen > 0) for (const reason of absent?.reasons ?? []) counts.set(reason, (counts.get(reason) ?? 0) + unseen);
  return histogramMessage(nodesTotal, counts, postFilterMessage);
}

/** The same from the number of nodes by reason. */
export function histogramMessage(
  nodesTotal: number,
  counts: ReadonlyMap<string, number>,
  postFilterMessage: string,
): string {
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const text = `0/${nodesTotal} nodes are available:${parts.length > 0 ? ` ${parts.join(', ')}.` : ''}`;
  return postFilterMessage === '' ? text : `${text} ${postFilterMessage}`;
}
