import type { TimelineAction } from '../../../sim-core/index.ts';
import { t } from '../../i18n/index.ts';
import { forkHere } from '../../state/actions.ts';
import { useApp } from '../../state/store.ts';

export type NodeAction = 'kill' | 'drain' | 'cordon' | 'uncordon';

/** More names are counted in the title of a fork. */
const NAMED_MAX = 3;

/** Actions need the cluster itself, which a recording does not hold. */
export const useCanAct = (): boolean =>
  useApp((s) => s.facts?.hasObjects === true && (s.phase.name === 'ready' || s.phase.name === 'running'));

/** The entries of the timeline that do it, one a node. */
export function entriesOf(action: NodeAction, nodes: readonly string[]): readonly TimelineAction[] {
  return nodes.map((node) =>
    action === 'kill'
      ? { do: 'fault', kind: 'NodeCrash', params: { node } }
      : { do: 'kubectl', command: commandOf(action, node), files: [] },
  );
}

function commandOf(action: Exclude<NodeAction, 'kill'>, node: string): string {
  if (action !== 'drain') return `${action} ${node}`;
  return `drain ${node} --ignore-daemonsets --delete-emptydir-data --force`;
}

/** Does it to the nodes at the moment on show: a fork of the run in which these entries join the timeline. */
export async function actOn(action: NodeAction, nodes: readonly string[]): Promise<void> {
  const named = nodes.slice(0, NAMED_MAX).join(', ');
  const text = nodes.length > NAMED_MAX ? `${named}, +${nodes.length - NAMED_MAX}` : named;
  const title = t(`map.acted.${action}`, { nodes: text });
  useApp.setState({ said: title });
  await forkHere(entriesOf(action, nodes), title);
}
