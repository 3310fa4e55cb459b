import { toleratesTaint } from '../../../api/helpers/tolerations.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { unresolvable } from '../../framework/status.ts';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

function tolerates(pod: KubeObject): boolean {
  return (pod.spec?.tolerations ?? []).some((t: object) => toleratesTaint(t, TAINT));
}

/** Cordoned nodes take only pods that tolerate it. Source: plugins/nodeunschedulable. */
export function nodeUnschedulable(): Plugin {
  return {
    name: 'NodeUnschedulable',
    filter(_state, pod, node) {
      if (node.node?.spec?.unschedulable !== true || tolerates(pod.pod)) return undefined;
      return unresolvable('node(s) were unschedulable');
    },
    decompose: () => ({ filter: 'taints' }),
    events: () => [
      {
        resource: 'Node',
        actions: ['Add', 'UpdateNodeTaint'],
        hint: (_pod, before, now) => {
          const was = before?.spec?.unschedulable === true;
          const is = now?.spec?.unschedulable === true;
          return (before === undefined && !is) || (was && !is) ? 'Queue' : 'QueueSkip';
        },
      },
      {
        resource: 'UnschedulablePod',
        actions: ['UpdatePodToleration'],
        hint: (pod, _before, now) =>
          now?.metadata.uid === pod.metadata.uid && tolerates(now as KubeObject) ? 'Queue' : 'QueueSkip',
      },
    ],
  };
}
