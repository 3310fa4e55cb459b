import type {
  KubeObject,
  NodeInfo,
  PluginArgs,
  PluginDefinition,
  PodInfo,
  Snapshot,
  SortedPod,
  WaitingPod,
} from '../../sim-core/scheduler/pluginApi.ts';
import { unresolvable, WAIT } from '../../sim-core/scheduler/pluginApi.ts';

/** Pods of one gang and namespace run together or not at all. */
const GANG = 'example.com/gang';
/** How many of them that are. */
const SIZE = 'example.com/gang-size';

interface GangArgs {
  /** How long pods hold their nodes for the rest of their gang. */
  readonly permitWaitingTimeSeconds?: number;
}

const gangOf = (pod: KubeObject): string => pod.metadata.labels?.[GANG] ?? '';
const sizeOf = (pod: KubeObject): number => Number(pod.metadata.labels?.[SIZE] ?? '1');
const isFellow = (pod: KubeObject, other: KubeObject): boolean =>
  gangOf(pod) !== '' && gangOf(other) === gangOf(pod) && other.metadata.namespace === pod.metadata.namespace;

/** Members that have a node, bound or not. */
function placed(pod: KubeObject, nodes: readonly NodeInfo[]): number {
  let count = 0;
  for (const node of nodes)
    for (const other of node.pods) if (other.uid !== pod.metadata.uid && isFellow(pod, other.pod)) count++;
  return count;
}

const fellowsOf = (pod: PodInfo, waiting: readonly WaitingPod[]) => waiting.filter((w) => isFellow(pod.pod, w.pod));

/** Members follow one another: two gangs that take turns would both end up with half of their nodes. */
function comesFirst(a: SortedPod, b: SortedPod): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  const [gangA, gangB] = [gangOf(a.pod), gangOf(b.pod)];
  if (gangA !== gangB) return gangA < gangB;
  return a.timestampUs < b.timestampUs;
}

/**
 * Gang scheduling by Permit: whoever has a node waits with it until the gang is complete. Gangs are labels here, where the
 * plugin Coscheduling of kubernetes-sigs/scheduler-plugins has an object PodGroup.
 */
const gang: PluginDefinition = {
  name: 'Gang',
  validateArgs(args: PluginArgs) {
    const { permitWaitingTimeSeconds: seconds } = args as GangArgs;
    if (seconds === undefined || (typeof seconds === 'number' && seconds > 0)) return [];
    return [{ field: 'permitWaitingTimeSeconds', value: seconds, detail: 'must be greater than 0' }];
  },
  create(args: PluginArgs) {
    const { permitWaitingTimeSeconds: timeoutSeconds = 60 } = args as GangArgs;
    return {
      name: 'Gang',
      less: comesFirst,
      // A gang that cannot become complete needs no nodes.
      preFilter(_state, pod, snapshot: Snapshot) {
        const size = sizeOf(pod.pod);
        if (gangOf(pod.pod) === '') return {};
        const members = snapshot.listers.list('pods', pod.namespace).filter((p) => isFellow(pod.pod, p)).length;
        if (members >= size) return {};
        return { status: unresolvable(`gang ${gangOf(pod.pod)} has ${members} of ${size} pods`) };
      },
      permit(_state, pod, _node, snapshot, waiting) {
        if (gangOf(pod.pod) === '') return undefined;
        // Members that came before the gang was complete are tried at once.
        const activate = snapshot.listers
          .list('pods', pod.namespace)
          .filter((p) => isFellow(pod.pod, p) && p.metadata.uid !== pod.uid && p.spec?.nodeName === undefined)
          .map((p) => ({ namespace: pod.namespace, name: p.metadata.name as string }));
        if (placed(pod.pod, snapshot.nodes) + 1 < sizeOf(pod.pod)) return { status: WAIT, timeoutSeconds, activate };
        return { allow: fellowsOf(pod, waiting).map((w) => w.uid) };
      },
      // One that gives up takes the others with it: their nodes may serve a gang that is complete.
      unreserve: (_state, pod, _node, _snapshot, waiting) => ({
        reject: fellowsOf(pod, waiting).map(({ uid }) => ({ uid, message: `gang ${gangOf(pod.pod)} gave up` })),
      }),
      events: () => [
        { resource: 'AssignedPod', actions: ['Delete'] },
        { resource: 'Node', actions: ['Add'] },
      ],
    };
  },
};

export default gang;
