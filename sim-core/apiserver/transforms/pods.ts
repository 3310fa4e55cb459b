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
    for (const list of ['containers', 'initContainers']) {
      const wanted: readonly Container[] | undefined = asked.spec?.[list];
      if (wanted?.length) spec[list] = resized(wanted, stored.spec?.[list] ?? []);
      else delete spec[list];
    }
    if (asked.spec?.resources !== undefined) spec.resources = asked.spec.resources;
  }
  return withFields(asked, { spec, status: stored.status });
}

/** Resources, resize policies and names by place, for validation to look at; everything else of a container stays. */
function resized(asked: readonly Container[], stored: readonly Container[]): readonly Container[] {
  if (asked.length !== stored.length) return asked;
  return stored.map((container, i) => {
    const wanted = asked[i];
    const result: Record<string, unknown> = { ...container, name: wanted.name, resources: wanted.resources ?? {} };
    if (wanted.resizePolicy !== undefined) result.resizePolicy = wanted.resizePolicy;
    return result as unknown as Container;
  });
}
