import type { Plugin } from '../../framework/plugin.ts';

const MIN_THRESHOLD = 23 * 1024 * 1024;
const MAX_CONTAINER_THRESHOLD = 1000 * 1024 * 1024;

/** `nginx` -> `nginx:latest`; a digest or a tag stays. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Prefers nodes that have the images, weighted by how widespread they are. Source: plugins/imagelocality. */
export function imageLocality(): Plugin {
  return {
    name: 'ImageLocality',
    score(_state, pod, node, snapshot) {
      const containers: readonly { image?: string }[] = [
        ...(pod.pod.spec?.initContainers ?? []),
        ...(pod.pod.spec?.containers ?? []),
      ];
      const images: readonly { names?: readonly string[]; sizeBytes?: number }[] = node.node?.status?.images ?? [];
      let sum = 0;
      if (images.length > 0) {
        for (const container of containers) {
          const name = normalizedImageName(container.image ?? '');
          const image = images.find((i) => i.names?.includes(name));
          const summary = snapshot.images().get(name);
          if (image !== undefined && summary !== undefined)
            sum += Math.trunc((image.sizeBytes ?? 0) * (summary.nodes / snapshot.nodes.length));
        }
      }
      const max = MAX_CONTAINER_THRESHOLD * containers.length;
      const clamped = Math.min(Math.max(sum, MIN_THRESHOLD), max);
      return Math.trunc((100 * (clamped - MIN_THRESHOLD)) / (max - MIN_THRESHOLD));
    },
  };
}
