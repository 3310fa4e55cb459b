import type { Node, Pod } from '../../api/types/core.ts';
import { type Controller, LOOKS_AT, type Plan, type View } from '../../contracts/controllers.ts';
import { MS_US, type TimeUs } from '../../contracts/ids.ts';
import type { Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { findCondition } from '../support/conditions.ts';
import { podNodeIndex } from '../support/indexes.ts';
import { nodeNamed } from '../support/nodes.ts';
import { keyOf, splitKey } from '../support/objects.ts';
import { LEASES } from '../support/resources.ts';
import type { Conversation, Outcome, Script, ScriptRun } from '../support/script.ts';
import { emptyPlan, script } from '../support/script.ts';
import { WallClock } from '../support/time.ts';
import { initialMemory, isQueueing, type Memory, monitor, silenced, taintPass } from './monitor.ts';
import {
  isProcessed,
  markPodsNotReady,
  type NodeInput,
  processNode,
  removeNoExecute,
  writeNoExecute,
  writeSilence,
} from './writes.ts';

/** Pause between two passes over the queues of taints (NodeEvictionPeriod). */
const EVICTION_PERIOD_US = 100 * MS_US;

/** A NoExecute taint follows the NoSchedule taint of the same change so much later. */
const QUEUE_TURN_US = 10 * MS_US;

type Writer = (run: ScriptRun, input: NodeInput, clock: WallClock) => Conversation<Outcome | undefined>;

const writers: Readonly<Record<string, Writer>> = {
  node: processNode,
  silence: writeSilence,
  reachable: removeNoExecute,
  taint: writeNoExecute,
  pod: (run, { pods }, clock) => markPodsNotReady(run, pods, clock),
};

function isNotReady(node: Version | undefined): node is Version {
  const ready = findCondition((node?.object as Node | undefined)?.status?.conditions, 'Ready');
  return ready !== undefined && ready.status !== 'True';
}

/** Pods that come to a node which is not ready are marked as well; when a node ceases to be ready, its pods are. */
function podInput(view: View, key: string): NodeInput | undefined {
  const { namespace, name } = splitKey(key);
  const pod = view.get('pods', namespace, name);
  const node = pod && view.get('nodes', '', (pod.object as Pod).spec.nodeName ?? '');
  return pod && isNotReady(node) ? { node, pods: [pod] } : undefined;
}

/**
 * A changed node has its taints and labels looked at. The queues of NoExecute taints move as well: their loop of 100 ms runs
 * beside the monitor's pass, and in all recordings it got between the write of the first silent node and the pass's end.
 */
function nodeChanged(view: View, memory: Memory, plan: Plan, nowUs: TimeUs): Plan {
  const taints = taintPass(view, memory, nowUs);
  if (taints.memory === undefined) return plan;
  const enqueue = taints.enqueue?.map((entry) => ({ ...entry, afterUs: QUEUE_TURN_US }));
  return { ...plan, enqueue, memory: taints.memory };
}

/**
 * pkg/controller/nodelifecycle. The tick `monitor` looks at all nodes and decides; keys do the writing, 8 at a time:
 * `node/` taints from conditions and labels, `silence/` conditions Unknown, `taint/` and `reachable/` NoExecute taints,
 * `pod/` pods of a node that is not ready.
 */
export function nodeLifecycleController(options: ControllerManagerOptions): Controller<Memory> {
  const clock = new WallClock(options.epochSeconds);
  const scripts: Record<string, Script<NodeInput>> = {};
  for (const kind of Object.keys(writers)) {
    scripts[kind] = script<NodeInput>(kind, (run, input) => writers[kind](run, input, clock));
  }
  return {
    name: 'node-lifecycle-controller',
    serviceAccount: 'node-controller',
    eventSource: 'node-controller',
    workers: 8,
    memoryScope: 'controller',
    initialMemory,
    watches: [
      {
        resource: 'nodes',
        keys: ({ type, now }) => (type === 'DELETED' ? [] : [`node/${now.metadata.name}`]),
        // Heartbeats of nodes in order, while no node waits for a taint.
        idle: ({ type, now }, _view, memory) =>
          type === 'MODIFIED' && isProcessed(now as Node) && !isQueueing((memory as Memory).zones),
      },
      {
        resource: 'pods',
        looksAt: LOOKS_AT.additions | LOOKS_AT.spec,
        keys: ({ type, now, before }, view) => {
          const node = (now as Pod).spec.nodeName;
          if (type === 'DELETED' || !node || node === before?.spec?.nodeName) return [];
          return isNotReady(nodeNamed(view, node)) ? [`pod/${keyOf(now)}`] : [];
        },
      },
      { resource: LEASES, namespace: 'kube-node-lease', quiet: true, looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    indexes: [podNodeIndex],
    ticks: [
      { name: 'monitor', periodUs: options.nodeMonitorPeriodUs, why: WHY.nodeMonitorPeriod },
      { name: 'taint', periodUs: EVICTION_PERIOD_US, why: WHY.nodeEvictionRate },
    ],
    tick(view: View, memory: Memory, name: string, nowUs: TimeUs): Plan {
      return name === 'monitor' ? monitor(view, memory, nowUs, options, clock) : taintPass(view, memory, nowUs);
    },
    reconcile(view, memory, key, nowUs) {
      const kind = key.slice(0, key.indexOf('/'));
      const rest = key.slice(kind.length + 1);
      if (kind === 'pod') {
        const input = podInput(view, rest);
        return input ? scripts.pod.start(input, nowUs) : emptyPlan;
      }
      if (kind === 'silenced') return silenced(memory, Number(rest.slice(0, rest.indexOf('/'))), nowUs, options);
      const node = view.get('nodes', '', rest);
      if (!node) return emptyPlan;
      if (kind === 'node') {
        const plan = isProcessed(node.object as Node) ? emptyPlan : scripts.node.start({ node, pods: [] }, nowUs);
        return nodeChanged(view, memory, plan, nowUs);
      }
      const pods = kind === 'silence' ? view.byIndex('pods', 'node', rest) : [];
      return scripts[kind].start({ node, pods, passUs: memory.open?.startedUs }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, point, data, answers) => scripts[point].resume(nowUs, data, answers),
  };
}
