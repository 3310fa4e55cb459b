import type { Plugin } from '../../framework/plugin.ts';
import { unresolvable } from '../../framework/status.ts';

/** Keeps a pod out of the queue while `spec.schedulingGates` has entries. Source: plugins/schedulinggates. */
export function schedulingGates(): Plugin {
  return {
    name: 'SchedulingGates',
    preEnqueue(pod) {
      const gates: readonly { name: string }[] = pod.spec?.schedulingGates ?? [];
      return gates.length === 0
        ? undefined
        : unresolvable(`waiting for scheduling gates: [${gates.map((g) => g.name).join(' ')}]`);
    },
    events: () => [
      {
        resource: 'UnschedulablePod',
        actions: ['UpdatePodSchedulingGatesEliminated'],
        hint: (pod, _before, now) => (now?.metadata.uid === pod.metadata.uid ? 'Queue' : 'QueueSkip'),
      },
    ],
  };
}
