import type { KubeObject } from '../../contracts/index.ts';
import { ClusterIndex } from './clusterIndex.ts';
import { type ImageSummary, imageSummaries } from './images.ts';
import type { NodeInfo } from './nodeInfo.ts';

export type ControllerResource = 'replicasets.apps' | 'replicationcontrollers' | 'statefulsets.apps';

/** Objects other than nodes and pods that plugins look up. */
export interface Listers {
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  services(namespace: string): readonly KubeObject[];
  replicaSets(namespace: string): readonly KubeObject[];
  replicationControllers(namespace: string): readonly KubeObject[];
  statefulSets(namespace: string): readonly KubeObject[];
  /** One object of the kinds above, where it can be found sooner than by its list. */
  named?(resource: ControllerResource, namespace: string, name: string): KubeObject | undefined;
  podDisruptionBudgets(namespace: string): readonly KubeObject[];
  /** Any other kind by name, for plugins of volumes and devices: undefined when absent. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace: string): readonly KubeObject[];
}

/** The cluster as one scheduling cycle sees it. Immutable. */
export interface Snapshot {
  /** In the order of the node tree (zone round robin); only nodes whose object exists. */
  readonly nodes: readonly NodeInfo[];
  /** Number of nodes. */
  readonly size: number;
  readonly listers: Listers;
  node(name: string): NodeInfo | undefined;
  /** Those of the named nodes that exist, in the order of `nodes`. */
  select(names: ReadonlySet<string>): readonly NodeInfo[];
  /** Image name -> size and number of nodes that have it. */
  images(): ReadonlyMap<string, ImageSummary>;
  /** Nodes with at least one pod that has affinity, or required anti-affinity: short lists for InterPodAffinity. */
  nodesWithAffinity(): readonly NodeInfo[];
  nodesWithRequiredAntiAffinity(): readonly NodeInfo[];
  /** The same nodes as columns, for the executors that keep something from one cycle to the next. */
  index(): ClusterIndex;
}

export function createSnapshot(nodes: readonly NodeInfo[], listers: Listers): Snapshot {
  let places: Map<string, number> | undefined;
  let index: ClusterIndex | undefined;
  let images: ReadonlyMap<string, ImageSummary> | undefined;
  let affinity: readonly NodeInfo[] | undefined;
  let antiAffinity: readonly NodeInfo[] | undefined;
  const node = (name: string) => {
    places ??= new Map(nodes.map((n, i) => [n.name, i]));
    const i = places.get(name);
    return i === undefined ? undefined : nodes[i];
  };
  return {
    nodes,
    size: nodes.length,
    listers,
    node,
    select: (names) => nodes.filter((n) => names.has(n.name)),
    images: () => (images ??= imageSummaries(nodes)),
    nodesWithAffinity: () => (affinity ??= nodes.filter((n) => n.podsWithAffinity.length > 0)),
    nodesWithRequiredAntiAffinity: () =>
      (antiAffinity ??= nodes.filter((n) => n.podsWithRequiredAntiAffinity.length > 0)),
    index: () => (index ??= new ClusterIndex(nodes)),
  };
}
