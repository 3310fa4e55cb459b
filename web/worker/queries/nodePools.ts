import { machineNames, type NodePoolSpec, type Scenario, type TimelineAction } from '../../../sim-core/index.ts';
import type { OpenRun } from '../openRun.ts';

/** The scenario with everything that joined its timeline. */
export const scenarioOf = (run: OpenRun): Scenario | undefined => run.traveller?.session.value ?? run.scenario;

export const POOL_LABEL = 'orrery.dev/pool';

/** Finds the pool of a node by its name, and its number in it: `general-07`. */
export function poolOfNode(
  scenario: Scenario | undefined,
): (name: string) => { readonly pool: NodePoolSpec; readonly i: number } | undefined {
  const pools = new Map((scenario?.spec.nodePools ?? []).map((pool) => [pool.name, pool]));
  return (name) => {
    const dash = name.lastIndexOf('-');
    const pool = pools.get(name.slice(0, dash));
    return pool !== undefined && /^-[0-9]+$/.test(name.slice(dash))
      ? { pool, i: Number(name.slice(dash + 1)) }
      : undefined;
  };
}

/** Nodes that are there at a moment, with the pool of each; '' = none of the scenario's pools. */
export function nodesAt(run: OpenRun, timeUs: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const obj of run.objects?.objects() ?? []) {
    const path = run.names.object(obj);
    if (!path.startsWith('nodes/')) continue;
    const labels = run.objects?.at(obj, timeUs)?.object?.metadata.labels;
    if (labels !== undefined) found.set(path.slice('nodes/'.length), labels[POOL_LABEL] ?? '');
  }
  return found;
}

/** What the timeline says for one machine more in a pool; undefined when the scenario has no such pool. */
export function oneMore(run: OpenRun, nodePool: string, timeUs: number): TimelineAction | undefined {
  const spec = scenarioOf(run)?.spec;
  if (spec === undefined || !spec.nodePools.some(({ name }) => name === nodePool)) return undefined;
  return { do: 'scale', nodePool, count: machineNames(spec, nodePool, timeUs).length + 1, remove: [] };
}

/**
 * Takes nodes out of their pools, one entry a pool. Left out are nodes of no pool, and those whose machine is gone already: for
 * them others would go.
 */
export function withoutNodes(run: OpenRun, nodes: readonly string[], timeUs: number): readonly TimelineAction[] {
  const spec = scenarioOf(run)?.spec;
  if (spec === undefined) return [];
  const pools = nodesAt(run, timeUs);
  const chosen = new Set(nodes.map((node) => pools.get(node) ?? ''));
  return [...chosen].flatMap((nodePool): readonly TimelineAction[] => {
    const machines = machineNames(spec, nodePool, timeUs);
    const remove = nodes.filter((node) => machines.includes(node));
    return remove.length === 0 ? [] : [{ do: 'scale', nodePool, count: machines.length - remove.length, remove }];
  });
}
