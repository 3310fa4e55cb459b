import type { NodeInfo } from './nodeInfo.ts';

/** Nodes that have an image. */
export interface ImageSummary {
  readonly nodes: number;
}

/** Adds (delta 1) or takes away (-1) the images of one node; the same image may have several names. */
export function countImages(summaries: Map<string, ImageSummary>, info: NodeInfo, delta: 1 | -1): void {
  const images: readonly { readonly names?: readonly string[] }[] = info.node?.status?.images ?? [];
  if (images.length === 0) return;
  for (const name of new Set(images.flatMap((image) => image.names ?? []))) {
    const nodes = (summaries.get(name)?.nodes ?? 0) + delta;
    if (nodes === 0) summaries.delete(name);
    else summaries.set(name, { nodes });
  }
}

/** Images over all nodes of the snapshot. Source: pkg/scheduler/backend/cache addNodeImageStates. */
export function imageSummaries(nodes: readonly NodeInfo[]): ReadonlyMap<string, ImageSummary> {
  const summaries = new Map<string, ImageSummary>();
  for (const info of nodes) countImages(summaries, info, 1);
  return summaries;
}
