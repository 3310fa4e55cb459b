import type { KubeObject } from '../../contracts/index.ts';
import type { Mutate } from './attributes.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** A new Node is tainted until its conditions are known (plugin/pkg/admission/nodetaint). */
export const taintNodesByCondition: Mutate = ({ resource, subresource, operation }, object) => {
  if (resource !== 'nodes' || subresource || operation !== 'create') return object;
  const taints: readonly { readonly key: string; readonly effect: string }[] = object.spec?.taints ?? [];
  if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return object;
  return { ...object, spec: { ...object.spec, taints: [...taints, NOT_READY] } } as KubeObject;
};
