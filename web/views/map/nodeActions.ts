import { useApp } from '../../state/store.ts';

export type NodeAction = 'kill' | 'drain' | 'cordon' | 'uncordon';

/** Actions need the cluster itself, which a recording does not hold. */
export const useCanAct = (): boolean => useApp((s) => s.facts?.hasObjects === true && s.phase.name === 'ready');

export async function actOn(_action: NodeAction, _nodes: readonly string[]): Promise<void> {}
