import type { KubeObject } from '../../contracts/index.ts';
import { replaced } from '../strategies.ts';
import type { Mutate } from './attributes.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** --default-not-ready-toleration-seconds, --default-unreachable-toleration-seconds */
const SECONDS = 300;

function toleration(key: string): Toleration {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS };
}

const NOT_READY = toleration('node.kubernetes.io/not-ready');
const UNREACHABLE = toleration('node.kubernetes.io/unreachable');
/** What pods without tolerations get: one list for all of them. */
const BOTH: readonly Toleration[] = [NOT_READY, UNREACHABLE];
const NONE: readonly Toleration[] = [];

/** Pods stay 5 minutes on a node that went away, unless they say otherwise (plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSeconds: Mutate = ({ resource, subresource }, object) => {
  if (resource !== 'pods' || subresource) return object;
  const tolerations: readonly Toleration[] = object.spec?.tolerations ?? NONE;
  if (tolerations.length === 0)
    return { ...object, spec: replaced(object.spec ?? {}, { tolerations: BOTH }) } as KubeObject;
  const missing = [NOT_READY, UNREACHABLE].filter((wanted) => !tolerations.some((own) => covers(own, wanted)));
  if (missing.length === 0) return object;
  return { ...object, spec: { ...object.spec, tolerations: [...tolerations, ...missing] } } as KubeObject;
};

function covers(own: Toleration, wanted: Toleration): boolean {
  return (!own.key || own.key === wanted.key) && (!own.effect || own.effect === 'NoExecute');
}
