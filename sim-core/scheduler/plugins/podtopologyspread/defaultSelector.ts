import { controllerOf } from '../../../api/helpers/owners.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import { andMatchers, compileLabelSelector, isEmptySelector, type LabelMatcher } from '../../framework/matching.ts';
import type { Listers } from '../../framework/snapshot.ts';

/** Equal keys mean equal selectors. */
export interface NamedSelector {
  readonly selector: LabelMatcher;
  readonly key: string;
}

/**
 * What groups this pod with its like: the selectors of the Services that select it and of its controller, all together;
 * undefined when there are none. Source: plugins/helper/spread.go DefaultSelector.
 */
export function defaultSelector(pod: KubeObject, listers: Listers): NamedSelector | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const labels = pod.metadata.labels ?? {};
  const equalities: Record<string, string> = {};
  for (const service of listers.services(namespace)) {
    const selector: Record<string, string> | undefined = service.spec?.selector;
    if (selector === undefined || Object.keys(selector).length === 0) continue;
    if (Object.entries(selector).every(([key, value]) => labels[key] === value)) Object.assign(equalities, selector);
  }
  let extra: object | undefined;
  const owner = controllerOf(pod);
  if (owner !== undefined) {
    const named = (objects: readonly KubeObject[]) => objects.find((o) => o.metadata.name === owner.name);
    if (owner.kind === 'ReplicationController' && owner.apiVersion === 'v1') {
      Object.assign(equalities, named(listers.replicationControllers(namespace))?.spec?.selector);
    } else if (owner.kind === 'ReplicaSet' && owner.apiVersion === 'apps/v1') {
      extra = named(listers.replicaSets(namespace))?.spec?.selector;
    } else if (owner.kind === 'StatefulSet' && owner.apiVersion === 'apps/v1') {
      extra = named(listers.statefulSets(namespace))?.spec?.selector;
    }
  }
  const some = Object.keys(equalities).length > 0;
  const more = extra !== undefined && !isEmptySelector(extra);
  if (!some && !more) return undefined;
  const pairs = Object.entries(equalities);
  const byLabels: LabelMatcher = (l) => {
    for (const [key, value] of pairs) if (l[key] !== value) return false;
    return true;
  };
  const key = JSON.stringify([pairs, more ? extra : null]);
  if (!more) return { selector: byLabels, key };
  const byOwner = compileLabelSelector(extra);
  return { selector: some ? andMatchers(byLabels, byOwner) : byOwner, key };
}
