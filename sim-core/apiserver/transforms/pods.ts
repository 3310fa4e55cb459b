import type { KubeObject } from '../../contracts/index.ts';
import { withFields } from '../strategies.ts';

interface Container {
  readonly name: string;
  readonly resources?: unknown;
  readonly resizePolicy?: unknown;
}

/** What pods/ephemeralcontainers and pods/resize may change of a pod (pkg/registry/core/pod/strategy.go). */
export function podPart(subresource: string, asked: KubeObject, stored: KubeObject): KubeObject {
  const spec = { ...stored.spec };
  if (subresource === 'ephemeralcontainers') {
    spec.ephemeralContainers = asked.spec?.ephemeralContainers;
    if (spec.ephemeralContainers === undefined) delete spec.ephemeralContainers;
  } else {
    spec.containers = resized(asked.spec?.containers, stored.spec?.containers ?? []);
    if (spec.initContainers) spec.initContainers = resized(asked.spec?.initContainers, spec.initContainers);
    if (asked.spec?.resources !== undefined) spec.resources = asked.spec.resources;
  }
  return withFields(asked, { spec, status: stored.status });
}

/** Resources and resize policies by name; everything else of a container stays. */
function resized(asked: readonly Container[] | undefined, stored: readonly Container[]): readonly Container[] {
  return stored.map((container) => {
    const wanted = asked?.find(({ name }) => name === container.name);
    if (!wanted) return container;
    const result: Record<string, unknown> = { ...container, resources: wanted.resources ?? {} };
    if (wanted.resizePolicy !== undefined) result.resizePolicy = wanted.resizePolicy;
    return result as unknown as Container;
  });
}
