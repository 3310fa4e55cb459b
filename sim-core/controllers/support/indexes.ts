import { LOOKS_AT, type View } from '../../contracts/controllers.ts';
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
    keys: (object: KubeObject): readonly string[] => [
      controllerOf(object)?.uid ?? orphansKey(object.metadata.namespace ?? ''),
    ],
    looksAt: LOOKS_AT.owners,
    same: (before: KubeObject, now: KubeObject) => before.metadata.ownerReferences === now.metadata.ownerReferences,
  };
}

/** A memo of a pure function, kept small. */
const orphanKeys = new Map<string, string>();
const ORPHAN_KEYS_MAX = 4096;

/** Where the index `controller` has the objects of a namespace that nobody controls. */
export function orphansKey(namespace: string): string {
  let key = orphanKeys.get(namespace);
  if (key === undefined) {
    key = `orphan/${namespace}`;
    if (orphanKeys.size >= ORPHAN_KEYS_MAX) orphanKeys.clear();
    orphanKeys.set(namespace, key);
  }
  return key;
}

/** `node`: pods by spec.nodeName, those without a node under ''. */
export const podNodeIndex = {
  resource: 'pods',
  index: 'node',
  keys: (object: KubeObject): readonly string[] => [object.spec?.nodeName ?? ''],
  looksAt: LOOKS_AT.spec,
  same: (before: KubeObject, now: KubeObject) => before.spec?.nodeName === now.spec?.nodeName,
};

interface LabelPairs {
  readonly namespace: string;
  readonly pairs: readonly string[];
}

/** By the identity of labels, which all versions of an object share. */
const labelPairs = new WeakMap<object, LabelPairs>();
const NO_KEYS: readonly string[] = Object.freeze([]);

/** The labels of an object as keys of indexes: `namespace/key=value` each. */
export function labelPairsOf({ metadata: { namespace = '', labels } }: KubeObject): readonly string[] {
  if (labels === undefined) return NO_KEYS;
  const known = labelPairs.get(labels);
  if (known?.namespace === namespace) return known.pairs;
  const pairs = Object.keys(labels).map((key) => `${namespace}/${key}=${labels[key]}`);
  labelPairs.set(labels, { namespace, pairs });
  return pairs;
}

/** `label`: pods by `namespace/key=value`, for services and budgets that select by labels. */
export const podLabelIndex = {
  resource: 'pods',
  index: 'label',
  keys: labelPairsOf,
  looksAt: LOOKS_AT.labels,
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
  if (!volumes.some((v) => v.persistentVolumeClaim !== undefined || v.ephemeral !== undefined)) return NO_KEYS;
  return volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [`${pod.metadata.namespace}/${persistentVolumeClaim.claimName}`];
    return ephemeral === undefined ? [] : [`${pod.metadata.namespace}/${pod.metadata.name}-${name}`];
  });
}

/** Pods by the keys of the claims that they use. */
export const podClaimIndex = {
  resource: 'pods',
  index: 'claim',
  keys: claimsOfPod,
  looksAt: LOOKS_AT.spec,
  same: (before: KubeObject, now: KubeObject) => before.spec?.volumes === now.spec?.volumes,
};
