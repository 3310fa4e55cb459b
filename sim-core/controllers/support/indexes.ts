import type { View } from '../../contracts/controllers.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import { controllerOf } from './objects.ts';
import { mapMatches } from './selectors.ts';

/**
 * `controller`: by the uid of the controlling owner; objects without one are under `orphan/<namespace>`, where adoption
 * looks for them.
 */
export function controllerIndex(resource: string) {
  return {
    resource,
    index: 'controller',
    keys: (object: KubeObject): readonly string[] => [controllerOf(object)?.uid ?? orphanKey(object)],
    same: (before: KubeObject, now: KubeObject) => before.metadata.ownerReferences === now.metadata.ownerReferences,
  };
}

function orphanKey(object: KubeObject): string {
  return `orphan/${object.metadata.namespace ?? ''}`;
}

/** `node`: pods by spec.nodeName, those without a node under ''. */
export const podNodeIndex = {
  resource: 'pods',
  index: 'node',
  keys: (object: KubeObject): readonly string[] => [object.spec?.nodeName ?? ''],
  same: (before: KubeObject, now: KubeObject) => before.spec?.nodeName === now.spec?.nodeName,
};

/** `label`: pods by `namespace/key=value`, for services and budgets that select by labels. */
export const podLabelIndex = {
  resource: 'pods',
  index: 'label',
  keys: (object: KubeObject): readonly string[] => {
    const labels = object.metadata.labels ?? {};
    return Object.keys(labels).map((key) => `${object.metadata.namespace}/${key}=${labels[key]}`);
  },
  same: (before: KubeObject, now: KubeObject) => before.metadata.labels === now.metadata.labels,
};

/** Pods of a namespace that have all the given labels, by the shortest of their index lists. */
export function podsWithLabels(
  view: View,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): readonly Version[] {
  let shortest: readonly Version[] | undefined;
  for (const key of Object.keys(labels)) {
    const list = view.byIndex('pods', 'label', `${namespace}/${key}=${labels[key]}`);
    if (!shortest || list.length < shortest.length) shortest = list;
  }
  const candidates = shortest ?? view.list('pods', namespace);
  return candidates.filter((pod) => mapMatches(labels, pod.object.metadata.labels));
}

/** Keys of the claims that a pod uses, generic ephemeral volumes included. */
export function claimsOfPod(pod: KubeObject): readonly string[] {
  interface Volume {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly ephemeral?: object;
  }
  const volumes: readonly Volume[] = pod.spec?.volumes ?? [];
  return volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [`${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`];
    return ephemeral === undefined ? [] : [`${pod.metadata.namespace}/${pod.metadata.name}-${name}`];
  });
}

/** Pods by the keys of the claims that they use. */
export const podClaimIndex = { resource: 'pods', index: 'claim', keys: claimsOfPod };
