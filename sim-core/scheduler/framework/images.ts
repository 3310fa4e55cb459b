import type { NodeInfo } from './nodeInfo.ts';

export interface ImageSummary {
  readonly sizeBytes: number;
  readonly nodes: number;
}

/**
 * Images over all nodes of the snapshot. The size is that which was seen first; the same image may have several names.
 * Source: pkg/scheduler/backend/cache addNodeImageStates.
 */
export function imageSummaries(nodes: readonly NodeInfo[]): ReadonlyMap<string, ImageSummary> {
  const sizes = new Map<string, { sizeBytes: number; nodes: number }>();
  for (const info of nodes) {
    const seen = new Set<string>();
    for (const image of info.node?.status?.images ?? []) {
      for (const name of image.names ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        const summary = sizes.get(name);
        if (summary === undefined) sizes.set(name, { sizeBytes: image.sizeBytes ?? 0, nodes: 1 });
        else summary.nodes++;
      }
    }
  }
  return sizes;
}
