import type { Plugin } from '../../framework/plugin.ts';
import { podInfo, portsConflict } from '../../framework/podInfo.ts';
import { SKIP, unschedulable } from '../../framework/status.ts';

/** Host ports must be free. Source: plugins/nodeports. */
export function nodePorts(): Plugin {
  return {
    name: 'NodePorts',
    preFilter: (_state, pod) => (pod.hostPorts.length === 0 ? { status: SKIP } : {}),
    filter(_state, pod, node) {
      const conflict = pod.hostPorts.some((port) => node.ports.some((used) => portsConflict(port, used)));
      return conflict ? unschedulable("node(s) didn't have free ports for the requested pod ports") : undefined;
    },
    decompose: (pod) => ({ filter: pod.hostPorts.length === 0 ? 'nothing' : 'node' }),
    events: () => [
      { resource: 'Node', actions: ['Add'] },
      {
        resource: 'AssignedPod',
        actions: ['Delete'],
        hint: (pod, before) => {
          if (before === undefined) return 'QueueSkip';
          const assigned = (before.spec?.nodeName ?? '') !== '' || (before.status?.nominatedNodeName ?? '') !== '';
          if (!assigned) return 'QueueSkip';
          const gone = podInfo(before).hostPorts;
          return podInfo(pod).hostPorts.some((a) => gone.some((b) => portsConflict(a, b))) ? 'Queue' : 'QueueSkip';
        },
      },
    ],
  };
}
