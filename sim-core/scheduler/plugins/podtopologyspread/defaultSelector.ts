import { controllerOf } from '../../../api/helpers/owners.ts';
import type { KubeObject, OwnerReference } from '../../../contracts/index.ts';
import { andMatchers, compileLabelSelector, isEmptySelector, type LabelMatcher } from '../../framework/matching.ts';
import type { ControllerResource, Listers } from '../../framework/snapshot.ts';

/** Equal keys mean equal selectors. */
export interface NamedSelector {
  readonly selector: LabelMatcher;
  readonly key: string;
}

/** Memos of pure functions of immutable selectors. */
const pairsOf = new WeakMap<object, readonly (readonly [string, string])[]>();
const texts = new WeakMap<object, string>();

function pairs(selector: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  let list = pairsOf.get(selector);
  if (list === undefined) pairsOf.set(selector, (list = Object.entries(selector)));
  return list;
}

function text(selector: object): string {
  let found = texts.get(selector);
  if (found === undefined) texts.set(selector, (found = JSON.stringify(selector)));
  return found;
}

function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const list = pairs(selector);
  for (let i = 0; i < list.length; i++) if (labels[list[i][0]] !== list[i][1]) return false;
  return list.length > 0;
}

const NO_LABELS: Readonly<Record<string, string>> = {};

interface Sources {
  /** Selectors by equality, later ones win. */
  readonly equalities: readonly Readonly<Record<string, string>>[];
  readonly extra: object | undefined;
}

function sourcesOf(pod: KubeObject, listers: Listers): Sources {
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? NO_LABELS;
  const equalities: Readonly<Record<string, string>>[] = [];
  for (const service of listers.services(namespace)) {
    const selector: Readonly<Record<string, string>> | undefined = service.spec?.selector;
    if (selector !== undefined && selects(selector, labels)) equalities.push(selector);
  }
  let extra: object | undefined;
  const owner = controllerOf(pod);
  if (owner !== undefined) {
    const selectorOf = (resource: ControllerResource, list: (namespace: string) => readonly KubeObject[]) => {
      if (listers.named !== undefined) return listers.named(resource, namespace, owner.name)?.spec?.selector;
      return list(namespace).find((o) => o.metadata.name === owner.name)?.spec?.selector;
    };
    if (owner.kind === 'ReplicationController' && owner.apiVersion === 'v1') {
      const selector = selectorOf('replicationcontrollers', listers.replicationControllers);
      if (selector !== undefined && Object.keys(selector).length > 0) equalities.push(selector);
    } else if (owner.kind === 'ReplicaSet' && owner.apiVersion === 'apps/v1') {
      extra = selectorOf('replicasets.apps', listers.replicaSets);
    } else if (owner.kind === 'StatefulSet' && owner.apiVersion === 'apps/v1') {
      extra = selectorOf('statefulsets.apps', listers.statefulSets);
    }
  }
  return { equalities, extra: extra !== undefined && !isEmptySelector(extra) ? extra : undefined };
}

interface NamedSources extends Sources {
  readonly key: string;
}

/** By one of the selectors: what it last stood together with. */
const named = new WeakMap<object, NamedSources>();

function sameSources(a: Sources, b: Sources): boolean {
  if (a.extra !== b.extra || a.equalities.length !== b.equalities.length) return false;
  for (let i = 0; i < a.equalities.length; i++) if (a.equalities[i] !== b.equalities[i]) return false;
  return true;
}

/** There is at least one selector. */
function keyOf(sources: Sources): string {
  const { equalities, extra } = sources;
  const one = extra ?? equalities[0];
  const known = named.get(one);
  if (known !== undefined && sameSources(known, sources)) return known.key;
  const key = keyText(sources);
  named.set(one, { equalities, extra, key });
  return key;
}

function keyText({ equalities, extra }: Sources): string {
  return `${equalities.map(text).join('&')};${extra === undefined ? '' : text(extra)}`;
}

/** What the key of a ReplicaSet's pods was made of: with the same again, it is the same key. */
interface KeyOfOwned {
  readonly namespace: string;
  readonly labels: object | undefined;
  readonly owner: OwnerReference;
  readonly services: readonly KubeObject[];
  readonly selector: object | undefined;
  readonly key: string;
}

/** By the list of references to owners, which the pods of one ReplicaSet share. */
const keysOfOwned = new WeakMap<readonly OwnerReference[], KeyOfOwned>();

/** Names the selector of a pod; '' when it has none. */
export function defaultSelectorKey(pod: KubeObject, listers: Listers): string {
  const { ownerReferences, namespace = '', labels } = pod.metadata;
  if (ownerReferences === undefined || listers.named === undefined) return keyFrom(sourcesOf(pod, listers));
  const services = listers.services(namespace);
  const known = keysOfOwned.get(ownerReferences);
  if (known !== undefined && known.labels === labels && known.services === services && known.namespace === namespace) {
    const selector = listers.named('replicasets.apps', namespace, known.owner.name)?.spec?.selector;
    if (selector === known.selector) return known.key;
  }
  const key = keyFrom(sourcesOf(pod, listers));
  const owner = controllerOf(pod);
  if (owner?.kind === 'ReplicaSet' && owner.apiVersion === 'apps/v1') {
    const selector = listers.named('replicasets.apps', namespace, owner.name)?.spec?.selector;
    keysOfOwned.set(ownerReferences, { namespace, labels, owner, services, selector, key });
  }
  return key;
}

function keyFrom(sources: Sources): string {
  return sources.equalities.length === 0 && sources.extra === undefined ? '' : keyOf(sources);
}

/**
 * What groups this pod with its like: the selectors of the Services that select it and of its controller, all together;
 * undefined when there are none. Source: plugins/helper/spread.go DefaultSelector.
 */
export function defaultSelector(pod: KubeObject, listers: Listers): NamedSelector | undefined {
  const sources = sourcesOf(pod, listers);
  const { equalities, extra } = sources;
  if (equalities.length === 0 && extra === undefined) return undefined;
  const merged = pairs(equalities.length === 1 ? equalities[0] : Object.assign({}, ...equalities));
  const byLabels: LabelMatcher = (l) => {
    for (const [name, value] of merged) if (l[name] !== value) return false;
    return true;
  };
  const key = keyOf(sources);
  if (extra === undefined) return { selector: byLabels, key };
  const byOwner = compileLabelSelector(extra);
  return { selector: equalities.length > 0 ? andMatchers(byLabels, byOwner) : byOwner, key };
}
