import type { KubeObject } from '../../contracts/index.ts';
import { type ImageSummary, imageSummaries } from './images.ts';
import type { NodeInfo } from './nodeInfo.ts';

/** Objects other than nodes and pods that plugins look up. */
export interface Listers {
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  services(namespace: string): readonly KubeObject[];
  replicaSets(namespace: string): readonly KubeObject[];
  replicationControllers(namespace: string): readonly KubeObject[];
  statefulSets(namespace: string): readonly KubeObject[];
  podDisruptionBudgets(namespace: string): readonly KubeObject[];
  /** Any other kind by name, for plugins of volumes and devices: undefined when absent. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace: string): readonly KubeObject[];
}

/** The cluster as one scheduling cycle sees it. Immutable. */
export interface Snapshot {
  /** In the order of the node tree (zone round robin); only nodes whose object exists. */
  readonly nodes: readonly NodeInfo[];
  readonly listers: Listers;
  node(name: string): NodeInfo | undefined;
  /** Image name -> size and number of nodes that have it. */
  images(): ReadonlyMap<string, ImageSummary>;
  /** Nodes with at least one pod that has affinity, or required anti-affinity: short lists for InterPodAffinity. */
  nodesWithAffinity(): readonly NodeInfo[];
  nodesWithRequiredAntiAffinity(): readonly NodeInfo[];
}

export function createSnapshot(nodes: readonly NodeInfo[], listers: Listers): Snapshot {
  let byName: Map<string, NodeInfo> | undefined;
  let images: ReadonlyMap<string, ImageSummary> | undefined;
  let affinity: readonly NodeInfo[] | undefined;
  let antiAffinity: readonly NodeInfo[] | undefined;
  return {
    nodes,
    listers,
    node: (name) => (byName ??= new Map(nodes.map((n) => [n.name, n]))).get(name),
    images: () => (images ??= imageSummaries(nodes)),
    nodesWithAffinity: () => (affinity ??= nodes.filter((n) => n.podsWithAffinity.length > 0)),
    nodesWithRequiredAntiAffinity: () =>
      (antiAffinity ??= nodes.filter((n) => n.podsWithRequiredAntiAffinity.length > 0)),
  };
}
