import { compareQuantities, parseQuantity } from '../../api/machinery/quantity.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { forbidden } from '../status.ts';
import type { Mutate } from './attributes.ts';
import { isDefault } from './storage.ts';

const INGRESS_CLASSES = 'ingressclasses.networking.k8s.io';
const DEFAULT_INGRESS = ['ingressclass.kubernetes.io/is-default-class'];

/** An Ingress without a class gets the default one (plugin/pkg/admission/network/defaultingressclass). */
export const defaultIngressClass: Mutate = ({ env, resource, subresource, operation }, object) => {
  if (resource !== 'ingresses.networking.k8s.io' || subresource || operation !== 'create') return object;
  if (object.spec?.ingressClassName != null) return object;
  if (object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return object;
  const defaults = env.list(INGRESS_CLASSES, '').filter((version) => isDefault(version.object, DEFAULT_INGRESS));
  if (defaults.length === 0) return object;
  // Of several defaults the newest, then the first by name.
  let chosen = defaults[0];
  for (const other of defaults) {
    const time = other.object.metadata.creationTimestamp ?? '';
    if (time > (chosen.object.metadata.creationTimestamp ?? '')) chosen = other;
  }
  return { ...object, spec: { ...object.spec, ingressClassName: chosen.object.metadata.name } } as KubeObject;
};

type Overhead = Readonly<Record<string, string>>;

const OVERHEAD_ALONE = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
const OTHER_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function isSame(a: Overhead, b: Overhead): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isEqual(a[name], b[name]));
}

function isEqual(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) === 0;
}

/** A pod takes overhead and placement from its RuntimeClass (plugin/pkg/admission/runtimeclass). */
export const runtimeClass: Mutate = ({ env, info, resource, subresource, operation }, object) => {
  if (resource !== 'pods' || subresource || operation !== 'create') return object;
  const name: string | undefined = object.spec?.runtimeClassName;
  const given: Overhead | undefined = object.spec?.overhead;
  if (!name) return given ? forbidden(info, object.metadata.name ?? '', OVERHEAD_ALONE) : object;
  const found = env.get('runtimeclasses.node.k8s.io', '', name)?.object;
  if (!found) return forbidden(info, object.metadata.name ?? '', `pod rejected: RuntimeClass "${name}" not found`);
  const spec = { ...object.spec };
  const fixed: Overhead | undefined = found.overhead?.podFixed;
  if (given && !found.overhead) return forbidden(info, object.metadata.name ?? '', OVERHEAD_ALONE);
  if (given && !isSame(given, fixed ?? {})) return forbidden(info, object.metadata.name ?? '', OTHER_OVERHEAD);
  if (fixed && Object.keys(fixed).length > 0) spec.overhead = fixed;
  const { nodeSelector, tolerations } = found.scheduling ?? {};
  if (nodeSelector) {
    for (const [key, value] of Object.entries(nodeSelector as Record<string, string>)) {
      const own = spec.nodeSelector?.[key];
      if (own === undefined || own === value) continue;
      const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
      return forbidden(info, object.metadata.name ?? '', `pod rejected: ${why}`);
    }
    spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  }
  if (tolerations?.length) spec.tolerations = [...(spec.tolerations ?? []), ...tolerations];
  return { ...object, spec };
};
