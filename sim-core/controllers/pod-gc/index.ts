import type { Node, Pod } from '../../api/types/core.ts';
import { type Controller, LOOKS_AT, type View } from '../../contracts/controllers.ts';
import { SECOND_US, type TimeUs } from '../../contracts/ids.ts';
import type { Json, KubeObject, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { disruptionPatch } from '../support/disruption-target.ts';
import { podNodeIndex } from '../support/indexes.ts';
import { compareText, isBeingDeleted } from '../support/objects.ts';
import { isTerminal } from '../support/pods.ts';
import { deleteRequest, getRequest, patchRequest } from '../support/requests.ts';
import type { Conversation, ScriptRun } from '../support/script.ts';
import { emptyPlan, isNotFound, script, succeeded } from '../support/script.ts';
import { WallClock } from '../support/time.ts';

const PERIOD_US = 20 * SECOND_US;
/** A node that the cache does not know may just be late: its pods wait so long before it is looked at live. */
const QUARANTINE_US = 40 * SECOND_US;

/** Nodes in quarantine: name -> when it ends. */
type Memory = Readonly<Record<string, TimeUs>>;

interface Input {
  readonly terminated: readonly Version[];
  readonly outOfService: readonly Version[];
  /** Nodes whose quarantine is over, with their pods. */
  readonly suspects: readonly { readonly node: string; readonly pods: readonly Version[] }[];
  readonly unscheduled: readonly Version[];
}

function isEvicted(pod: Pod): boolean {
  return pod.status?.reason === 'Evicted';
}

function surplus(finished: readonly Version[], threshold: number): readonly Version[] {
  if (threshold <= 0) return [];
  const count = finished.length - threshold;
  if (count <= 0) return [];
  const evictedFirst = (version: Version) => (isEvicted(version.object as Pod) ? 0 : 1);
  return [...finished]
    .sort(
      (a, b) =>
        evictedFirst(a) - evictedFirst(b) ||
        compareText(a.object.metadata.creationTimestamp ?? '', b.object.metadata.creationTimestamp ?? '') ||
        compareText(a.object.metadata.name ?? '', b.object.metadata.name ?? '') ||
        compareText(a.object.metadata.namespace ?? '', b.object.metadata.namespace ?? ''),
    )
    .slice(0, count);
}

/** Its kubelet will not come back: an administrator marked the node, and it is not ready. */
function isOutOfService(node: Node | undefined): boolean {
  const marked = node?.spec?.taints?.some((taint) => taint.key === 'node.kubernetes.io/out-of-service') ?? false;
  return marked && findCondition(node?.status?.conditions, 'Ready')?.status !== 'True';
}

/** Pods whose node the cache does not know, by node. Most often counting shows that there are none. */
function unknownNodes(view: View): ReadonlyMap<string, readonly Version[]> {
  const unknown = new Map<string, Version[]>();
  let left = view.count('pods') - view.count('pods', 'node', '');
  for (const { object } of view.list('nodes', '')) left -= view.count('pods', 'node', object.metadata.name ?? '');
  if (left === 0) return unknown;
  for (const version of view.list('pods', '')) {
    const node = (version.object as Pod).spec.nodeName;
    if (!node || view.get('nodes', '', node)) continue;
    const list = unknown.get(node);
    if (list) list.push(version);
    else unknown.set(node, [version]);
  }
  return unknown;
}

/** A pod that nobody runs any more fails, then goes at once. `message`: why, as its DisruptionTarget condition. */
function* failAndDelete(run: ScriptRun, pod: Pod, message: string | undefined, clock: WallClock): Conversation<void> {
  if (!isTerminal(pod)) {
    const status = { observedGeneration: pod.metadata.generation, phase: 'Failed' };
    const plain: Json = { metadata: { uid: pod.metadata.uid }, status };
    const now = clock.stamp(run.nowUs);
    const marked = message === undefined ? undefined : disruptionPatch(pod, 'DeletionByPodGC', message, now, status);
    const answer = yield* run.request(patchRequest('pods', pod, marked ?? plain, { subresource: 'status' }));
    if (!succeeded(answer)) return;
  }
  yield* run.request(deleteRequest('pods', pod, { gracePeriodSeconds: 0 }));
}

/** `gc`: the few pods that a round looks at. */
const gcIndex = {
  resource: 'pods',
  index: 'gc',
  keys: (object: KubeObject): readonly string[] => [
    ...(isTerminal(object as Pod) ? ['finished'] : []),
    ...(isBeingDeleted(object) ? ['deleting'] : []),
  ],
  looksAt: LOOKS_AT.marks | LOOKS_AT.status,
  same: (before: KubeObject, now: KubeObject) =>
    isTerminal(before as Pod) === isTerminal(now as Pod) && isBeingDeleted(before) === isBeingDeleted(now),
};

/** pkg/controller/podgc: every 20 s removes pods that nobody else will. */
export function podGarbageCollector(options: ControllerManagerOptions): Controller<Memory> {
  const clock = new WallClock(options.epochSeconds);
  const collect = script<Input>('collect', function* (run, input) {
    yield* run.group(input.terminated.map(({ object }) => deleteRequest('pods', object, { gracePeriodSeconds: 0 })));
    for (const { object } of input.outOfService) yield* failAndDelete(run, object as Pod, undefined, clock);
    for (const { node, pods } of input.suspects) {
      const answer = yield* run.request(getRequest('nodes', '', node));
      if (!isNotFound(answer)) continue;
      for (const { object } of pods) {
        yield* failAndDelete(run, object as Pod, 'PodGC: node no longer exists', clock);
      }
    }
    for (const { object } of input.unscheduled) yield* failAndDelete(run, object as Pod, undefined, clock);
    return undefined;
  });
  return {
    name: 'pod-garbage-collector',
    workers: 1,
    memoryScope: 'controller',
    initialMemory: {},
    watches: [
      { resource: 'pods', looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: 'nodes', looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    indexes: [podNodeIndex, gcIndex],
    reconcile: () => emptyPlan,
    ticks: [{ name: 'collect', periodUs: PERIOD_US, why: WHY.podGCPeriod }],
    tick(view, memory, _name, nowUs) {
      const unknown = unknownNodes(view);
      const quarantine: Record<string, TimeUs> = {};
      const suspects: { node: string; pods: readonly Version[] }[] = [];
      for (const node of [...unknown.keys()].sort()) {
        const endsUs = memory[node];
        if (endsUs !== undefined && endsUs <= nowUs) suspects.push({ node, pods: unknown.get(node) ?? [] });
        else quarantine[node] = endsUs ?? nowUs + QUARANTINE_US;
      }
      const deleting = view.byIndex('pods', 'gc', 'deleting');
      const nodeOf = (version: Version) =>
        view.get('nodes', '', (version.object as Pod).spec.nodeName ?? '')?.object as Node;
      const input: Input = {
        terminated: surplus(view.byIndex('pods', 'gc', 'finished'), options.terminatedPodGCThreshold),
        outOfService: deleting.filter((version) => isOutOfService(nodeOf(version))),
        suspects,
        unscheduled: deleting.filter((version) => !(version.object as Pod).spec.nodeName),
      };
      return { ...collect.start(input, nowUs), memory: quarantine };
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => collect.resume(nowUs, data, answers),
  };
}
