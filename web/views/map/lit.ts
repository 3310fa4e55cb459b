import { create } from 'zustand';
import { setTab } from '../../state/settings.ts';

/** Nodes that another view points at: the map dims all others. */
export interface Lit {
  /** Why these: '' = none are lit. */
  readonly label: string;
  readonly nodes: ReadonlySet<string>;
}

export const useLit = create<Lit>(() => ({ label: '', nodes: new Set<string>() }));

/** Shows nodes on the map. */
export function light(label: string, nodes: readonly string[]): void {
  if (nodes.length === 0) return;
  useLit.setState({ label, nodes: new Set(nodes) });
  setTab('map');
}

export const unlight = (): void => useLit.setState({ label: '', nodes: new Set() });
