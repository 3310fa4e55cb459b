import type { KubeObject } from '../../../contracts/index.ts';
import type { Plugin } from '../../framework/plugin.ts';

const MIN_THRESHOLD = 23 * 1024 * 1024;
const MAX_CONTAINER_THRESHOLD = 1000 * 1024 * 1024;

/** Names of the images of all containers, as nodes list them. */
export function imageNames(pod: KubeObject): readonly string[] {
  const containers: readonly { image?: string }[] = [
    ...(pod.spec?.initContainers ?? []),
    ...(pod.spec?.containers ?? []),
  ];
  return containers.map((c) => normalizedImageName(c.image ?? ''));
}

/** `nginx` -> `nginx:latest`; a digest or a tag stays. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Prefers nodes that have the images, weighted by how widespread they are. Source: plugins/imagelocality. */
export function imageLocality(): Plugin {
  return {
    name: 'ImageLocality',
    score(_state, pod, node, snapshot) {
      const wanted = imageNames(pod.pod);
      const images: readonly { names?: readonly string[]; sizeBytes?: number }[] = node.node?.status?.images ?? [];
      let sum = 0;
      if (images.length > 0) {
        for (const name of wanted) {
          const image = images.find((i) => i.names?.includes(name));
          const summary = snapshot.images().get(name);
          if (image !== undefined && summary !== undefined)
            sum += Math.trunc((image.sizeBytes ?? 0) * (summary.nodes / snapshot.size));
        }
      }
      const max = MAX_CONTAINER_THRESHOLD * wanted.length;
      const clamped = Math.min(Math.max(sum, MIN_THRESHOLD), max);
      return Math.trunc((100 * (clamped - MIN_THRESHOLD)) / (max - MIN_THRESHOLD));
    },
    decompose: (pod) => ({ score: (pod.pod.spec?.containers ?? []).length > 0 ? 'images' : 'object' }),
  };
}
