import type { TimelineAction } from '../../../sim-core/index.ts';
import { t } from '../../i18n/index.ts';
import { forkHere } from '../../state/actions.ts';
import { whileBusy } from '../../state/idle.ts';
import { useApp } from '../../state/store.ts';
import { ask } from '../../worker/client.ts';

export const ACTIONS = ['kill', 'drain', 'cordon', 'uncordon', 'add', 'remove'] as const;
export type NodeAction = (typeof ACTIONS)[number];

/** More names are counted in the title of a fork. */
const NAMED_MAX = 3;

/** Actions need the cluster itself, which a recording does not hold. */
export const useCanAct = (): boolean =>
  useApp((s) => s.facts?.hasObjects === true && (s.phase.name === 'ready' || s.phase.name === 'running'));

/** The entries of the timeline that do it at a moment. None: the nodes are of no pool of the scenario. */
async function entriesOf(
  action: NodeAction,
  nodes: readonly string[],
  timeUs: number,
): Promise<readonly TimelineAction[]> {
  switch (action) {
    case 'kill':
      return nodes.map((node) => ({ do: 'fault', kind: 'NodeCrash', params: { node } }));
    case 'drain':
      return nodes.map((node) => kubectl(`drain ${node} --ignore-daemonsets --delete-emptydir-data --force`));
    case 'cordon':
    case 'uncordon':
      return nodes.map((node) => kubectl(`${action} ${node}`));
    default:
      return (await ask('map', 'scaling', { action, nodes, timeUs })) ?? [];
  }
}

const kubectl = (command: string): TimelineAction => ({ do: 'kubectl', command, files: [] });

/** Does it to the nodes at the moment on show: a fork of the run in which these entries join the timeline. */
export async function actOn(action: NodeAction, nodes: readonly string[]): Promise<void> {
  const named = nodes.slice(0, NAMED_MAX).join(', ');
  const text = nodes.length > NAMED_MAX ? `${named}, +${nodes.length - NAMED_MAX}` : named;
  const title = t(`map.acted.${action}`, { nodes: text });
  const entries = await whileBusy(entriesOf(action, nodes, useApp.getState().cursorUs));
  if (entries.length === 0) return;
  useApp.setState({ said: title });
  await forkHere(entries, title);
}
