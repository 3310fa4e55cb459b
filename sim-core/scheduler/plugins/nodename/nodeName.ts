import type { Plugin } from '../../framework/plugin.ts';
import { unresolvable } from '../../framework/status.ts';

/** Source: plugins/nodename. */
export function nodeName(): Plugin {
  return {
    name: 'NodeName',
    filter(_state, pod, node) {
      const wanted = pod.pod.spec?.nodeName;
      return wanted === undefined || wanted === '' || wanted === node.name
        ? undefined
        : unresolvable("node(s) didn't match the requested node name");
    },
    decompose: (pod) => ({ filter: (pod.pod.spec?.nodeName ?? '') === '' ? 'nothing' : 'object' }),
    events: () => [{ resource: 'Node', actions: ['Add'] }],
  };
}
