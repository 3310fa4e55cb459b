import type { Pod } from '../../api/types/core.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import { compareText } from '../support/objects.ts';
import { isActive, isReady, readySinceUs } from '../support/pods.ts';
import type { WallClock } from '../support/time.ts';
import { floorLog2 } from '../support/whole-numbers.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const INT32_MAX = 2_147_483_647;

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** A malformed or out-of-range annotation counts as 0. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  if (text === undefined || !/^(0|-?[1-9]\d{0,9})$/.test(text)) return 0;
  const cost = Number(text);
  return cost > INT32_MAX || cost < -INT32_MAX - 1 ? 0 : cost;
}

/** Ages within the same power of two (in nanoseconds) are alike, so that not always the youngest pods go. */
function ageBucket(sinceUs: TimeUs | undefined, nowUs: TimeUs): number {
  const ageUs = nowUs - (sinceUs ?? 0);
  return ageUs <= 0 ? -1 : floorLog2(ageUs * 1000);
}

function compareAges(a: Pod, b: Pod, aUs: TimeUs | undefined, bUs: TimeUs | undefined, nowUs: TimeUs): number {
  return ageBucket(aUs, nowUs) - ageBucket(bUs, nowUs) || compareText(a.metadata.uid ?? '', b.metadata.uid ?? '');
}

interface Restarts {
  readonly regular: number;
  readonly sidecar: number;
}

function restartsOf(pod: Pod): Restarts {
  let regular = 0;
  let sidecar = 0;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  for (const status of pod.status?.initContainerStatuses ?? []) {
    if (sidecars.some((container) => container.name === status.name)) sidecar = Math.max(sidecar, status.restartCount);
  }
  for (const status of pod.status?.containerStatuses ?? []) regular = Math.max(regular, status.restartCount);
  return { regular, sidecar };
}

/** Active pods of the ReplicaSets under the same controller, per node. */
export function crowds(related: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of related) {
    if (!isActive(pod)) continue;
    const node = pod.spec.nodeName ?? '';
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** Who is deleted first when a ReplicaSet shrinks (controller.ActivePodsWithRanks). Total: the last tie-break is the uid. */
export function compareVictims(
  a: Pod,
  b: Pod,
  ranks: ReadonlyMap<string, number>,
  nowUs: TimeUs,
  clock: WallClock,
): number {
  const assigned = (pod: Pod) => (pod.spec.nodeName ? 1 : 0);
  if (assigned(a) !== assigned(b)) return assigned(a) - assigned(b);
  const phase = (pod: Pod) => phaseOrder[pod.status?.phase ?? ''] ?? 0;
  if (phase(a) !== phase(b)) return phase(a) - phase(b);
  const ready = (pod: Pod) => (isReady(pod) ? 1 : 0);
  if (ready(a) !== ready(b)) return ready(a) - ready(b);
  if (deletionCost(a) !== deletionCost(b)) return deletionCost(a) - deletionCost(b);
  const rank = (pod: Pod) => ranks.get(pod.spec.nodeName ?? '') ?? 0;
  if (rank(a) !== rank(b)) return rank(b) - rank(a);
  if (ready(a) && ready(b)) {
    const aUs = readySinceUs(a, clock);
    const bUs = readySinceUs(b, clock);
    if (aUs !== bUs) return compareAges(a, b, aUs, bUs, nowUs);
  }
  const aRestarts = restartsOf(a);
  const bRestarts = restartsOf(b);
  if (aRestarts.regular !== bRestarts.regular) return bRestarts.regular - aRestarts.regular;
  if (aRestarts.sidecar !== bRestarts.sidecar) return bRestarts.sidecar - aRestarts.sidecar;
  const aUs = clock.parse(a.metadata.creationTimestamp);
  const bUs = clock.parse(b.metadata.creationTimestamp);
  if (aUs !== bUs) return compareAges(a, b, aUs, bUs, nowUs);
  return compareText(a.metadata.uid ?? '', b.metadata.uid ?? '');
}
