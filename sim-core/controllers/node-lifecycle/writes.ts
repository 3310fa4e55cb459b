import type { Node, Pod, Taint } from '../../api/types/core.ts';
import { MS_US } from '../../contracts/ids.ts';
import type { Json, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import { findCondition } from '../support/conditions.ts';
import { changed } from '../support/objects.ts';
import { getRequest, patchRequest, updateRequest } from '../support/requests.ts';
import type { Conversation, Outcome, ScriptRun } from '../support/script.ts';
import { isConflict, isNotFound, succeeded } from '../support/script.ts';
import { NOT_READY, sameTaint, taintPatch, UNREACHABLE } from '../support/taints.ts';
import type { WallClock } from '../support/time.ts';
import { silence } from './health.ts';
import { statusEvent } from './monitor.ts';

const STATUS_TRIES = 5;
/** A refused taint patch is tried again after 100 ms and up to as much jitter (updateTaintBackoff); here the middle of it. */
const TAINT_RETRY_US = 150 * MS_US;

type TaintKind = Pick<Taint, 'key' | 'effect'>;

export interface NodeInput {
  readonly node: Version;
  /** Of a silent node: when the pass began that found it. */
  readonly passUs?: number;
  readonly pods: readonly Version[];
}

/** Writes a silent node's conditions; when it was ready, says so and marks its pods. Always ends with the key that closes
 * the pass. */
export function* writeSilence(run: ScriptRun, input: NodeInput, clock: WallClock): Conversation<Outcome | undefined> {
  const written = yield* silenceOnce(run, input, clock);
  const key = `silenced/${input.passUs}/${input.node.object.metadata.name}`;
  return { enqueue: [...(written?.enqueue ?? []), { key, afterUs: 0, why: WHY.none }] };
}

function* silenceOnce(run: ScriptRun, input: NodeInput, clock: WallClock): Conversation<Outcome | undefined> {
  let node = input.node.object as Node;
  const wasReady = findCondition(node.status?.conditions, 'Ready')?.status === 'True';
  for (let i = 0; i < STATUS_TRIES; i++) {
    const silenced = silence(node, clock.stamp(run.nowUs));
    if (!silenced) return undefined;
    const answer = yield* run.request(updateRequest('nodes', silenced, 'status'));
    if (isNotFound(answer)) return undefined;
    if (succeeded(answer)) {
      if (!wasReady) return undefined;
      run.event(statusEvent(silenced, 'NodeNotReady'));
      return yield* markPodsNotReady(run, input.pods, clock);
    }
    const live = yield* run.request(getRequest('nodes', '', node.metadata.name ?? ''));
    if (!live.version) return undefined;
    node = live.version.object as Node;
  }
  return undefined;
}

/** A pod on a node that is not ready cannot be told to be ready. */
export function* markPodsNotReady(
  run: ScriptRun,
  pods: readonly Version[],
  clock: WallClock,
): Conversation<Outcome | undefined> {
  const again: string[] = [];
  for (const { object } of pods) {
    const pod = object as Pod;
    if (findCondition(pod.status?.conditions, 'Ready')?.status !== 'True') continue;
    const now = clock.stamp(run.nowUs);
    const conditions = (pod.status?.conditions ?? []).map((condition) =>
      condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: now } : condition,
    );
    const marked = changed(pod, { status: { ...pod.status, conditions } });
    const answer = yield* run.request(updateRequest('pods', marked, 'status'));
    if (isNotFound(answer)) continue;
    if (!succeeded(answer)) {
      again.push(`pod/${pod.metadata.namespace}/${pod.metadata.name}`);
      continue;
    }
    run.event({ regarding: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
  }
  return { enqueue: again.map((key) => ({ key, afterUs: TAINT_RETRY_US, why: WHY.requeueAfter })) };
}

/**
 * Adds taints and removes others, each kind by one patch on what the API server's cache has (SwapNodeControllerTaint with
 * AddOrUpdateTaintOnNode and RemoveTaintOffNode). Returns the node, or how it failed.
 */
function* swapTaints(
  run: ScriptRun,
  seen: Node,
  add: readonly TaintKind[],
  remove: readonly TaintKind[],
  clock: WallClock,
): Conversation<Node | 'conflict' | 'failed'> {
  let node = seen;
  const without = (taints: readonly TaintKind[]) =>
    taints.filter((taint) => !(node.spec?.taints ?? []).some((old) => sameTaint(old, taint)));
  if (without(add).length > 0) node = (yield* cached(run, node)) ?? node;
  const missing = without(add);
  if (missing.length > 0) {
    const timeAdded = clock.stamp(run.nowUs);
    const taints = [...(node.spec?.taints ?? []), ...missing.map(({ key, effect }) => ({ effect, key, timeAdded }))];
    const answer = yield* run.request(taintPatch(node, taints as readonly Taint[]));
    if (!succeeded(answer)) return isConflict(answer) ? 'conflict' : 'failed';
    node = (answer.version?.object as Node | undefined) ?? node;
  }
  if (without(remove).length < remove.length) node = (yield* cached(run, node)) ?? node;
  const left = (node.spec?.taints ?? []).filter((taint) => !remove.some((gone) => sameTaint(gone, taint)));
  if (left.length < (node.spec?.taints ?? []).length) {
    const answer = yield* run.request(taintPatch(node, left));
    if (!succeeded(answer)) return isConflict(answer) ? 'conflict' : 'failed';
    node = (answer.version?.object as Node | undefined) ?? node;
  }
  return node;
}

/** The node as the API server's cache has it; undefined when it is gone. */
function* cached(run: ScriptRun, node: Node): Conversation<Node | undefined> {
  const request = getRequest('nodes', '', node.metadata.name ?? '');
  const answer = yield* run.request({ options: { resourceVersion: '0' }, ...request });
  return answer.version?.object as Node | undefined;
}

function outcome(result: Node | 'conflict' | 'failed'): Outcome | undefined {
  if (result === 'conflict') return { requeue: { afterUs: TAINT_RETRY_US, why: WHY.requeueAfter } };
  return result === 'failed' ? { failed: true } : undefined;
}

/** The NoExecute taint of a node that is not ready, in place of the other one. */
export function* writeNoExecute(
  run: ScriptRun,
  { node }: NodeInput,
  clock: WallClock,
): Conversation<Outcome | undefined> {
  const object = node.object as Node;
  const status = findCondition(object.status?.conditions, 'Ready')?.status;
  if (status !== 'False' && status !== 'Unknown') return undefined;
  const [wanted, opposite] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
  const taint = (key: string): TaintKind => ({ key, effect: 'NoExecute' });
  return outcome(yield* swapTaints(run, object, [taint(wanted)], [taint(opposite)], clock));
}

export function* removeNoExecute(
  run: ScriptRun,
  { node }: NodeInput,
  clock: WallClock,
): Conversation<Outcome | undefined> {
  const taints: TaintKind[] = [NOT_READY, UNREACHABLE].map((key) => ({ key, effect: 'NoExecute' }));
  return outcome(yield* swapTaints(run, node.object as Node, [], taints, clock));
}

/** Which taint stands for which state of a condition. */
const conditionTaints: readonly { readonly type: string; readonly status: string; readonly key: string }[] = [
  { type: 'Ready', status: 'False', key: NOT_READY },
  { type: 'Ready', status: 'Unknown', key: UNREACHABLE },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Labels of old that follow new ones. */
const labelPairs: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'kubernetes.io/os', to: 'beta.kubernetes.io/os' },
  { from: 'kubernetes.io/arch', to: 'beta.kubernetes.io/arch' },
];

function wantedNoSchedule(node: Node): readonly string[] {
  const keys = conditionTaints
    .filter(({ type, status }) => findCondition(node.status?.conditions, type)?.status === status)
    .map(({ key }) => key);
  return node.spec?.unschedulable ? [...keys, UNSCHEDULABLE] : keys;
}

/** `processNode` would find nothing to do: the taints are those of the conditions, the labels agree. */
export function isProcessed(node: Node): boolean {
  const taints = node.spec?.taints ?? [];
  const hasNoSchedule = (key: string) => taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule');
  const conditions = node.status?.conditions;
  for (const { type, status, key } of conditionTaints) {
    const isWanted = findCondition(conditions, type)?.status === status;
    if (isWanted ? !hasNoSchedule(key) : taints.length > 0 && hasNoSchedule(key)) return false;
  }
  if ((node.spec?.unschedulable === true) !== hasNoSchedule(UNSCHEDULABLE)) return false;
  const labels = node.metadata.labels;
  return labelPairs.every(({ from, to }) => labels?.[from] === undefined || labels[to] === labels[from]);
}

/** The NoSchedule taints of a node's conditions, then its labels (doNodeProcessingPassWorker). */
export function* processNode(run: ScriptRun, { node }: NodeInput, clock: WallClock): Conversation<Outcome | undefined> {
  const object = node.object as Node;
  const ours = [...new Set([...conditionTaints.map(({ key }) => key), UNSCHEDULABLE])];
  const wanted = wantedNoSchedule(object);
  const taint = (key: string): TaintKind => ({ key, effect: 'NoSchedule' });
  const surplus = ours.filter((key) => !wanted.includes(key));
  const swapped = yield* swapTaints(run, object, wanted.map(taint), surplus.map(taint), clock);
  if (typeof swapped === 'string') return outcome(swapped);
  const labels: Record<string, Json> = {};
  for (const { from, to } of labelPairs) {
    const value = swapped.metadata.labels?.[from];
    if (value !== undefined && swapped.metadata.labels?.[to] !== value) labels[to] = value;
  }
  if (Object.keys(labels).length === 0) return undefined;
  const answer = yield* run.request(patchRequest('nodes', swapped, { metadata: { labels } }));
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
}
