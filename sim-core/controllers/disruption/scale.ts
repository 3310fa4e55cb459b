import type { Pod } from '../../api/types/core.ts';
import type { View } from '../../contracts/controllers.ts';
import type { OwnerReference } from '../../contracts/objects.ts';
import { resourceOfKind } from '../support/kinds.ts';
import { controllerOf } from '../support/objects.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../support/resources.ts';

/** Kinds with a scale subresource. */
const scalable: readonly string[] = [
  'deployments.apps',
  'replicasets.apps',
  'replicationcontrollers',
  'statefulsets.apps',
];

export interface ExpectedScale {
  readonly count: number;
  /** Pods without a controller. */
  readonly unmanaged: readonly string[];
  readonly error?: string;
}

interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

/** The scale of a pod's controller; of a ReplicaSet under a Deployment, the Deployment's. */
function scaleOf(view: View, pod: Pod, owner: OwnerReference): Scale | string | undefined {
  const resource = resourceOfKind(owner.apiVersion, owner.kind);
  if (!resource) return undefined;
  if (!scalable.includes(resource)) return `${resource} does not implement the scale subresource`;
  const object = view.get(resource, pod.metadata.namespace ?? '', owner.name)?.object;
  if (!object || object.metadata.uid !== owner.uid) return undefined;
  const above = controllerOf(object);
  if (resource === REPLICA_SETS && above?.kind === 'Deployment') {
    const deployment = view.get(DEPLOYMENTS, pod.metadata.namespace ?? '', above.name)?.object;
    if (deployment?.metadata.uid !== above.uid) return undefined;
    return { uid: above.uid, replicas: deployment.spec.replicas ?? 1 };
  }
  return { uid: owner.uid, replicas: object.spec?.replicas ?? 1 };
}

/** Sum of the scales of all controllers of these pods, each counted once. */
export function expectedScale(view: View, pods: readonly Pod[]): ExpectedScale {
  const scales = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (!owner) {
      unmanaged.push(pod.metadata.name ?? '');
      continue;
    }
    if (scales.has(owner.uid)) continue;
    const scale = scaleOf(view, pod, owner);
    if (typeof scale === 'string') return { count: 0, unmanaged, error: scale };
    if (!scale) return { count: 0, unmanaged, error: `found no controllers for pod "${pod.metadata.name}"` };
    scales.set(scale.uid, scale.replicas);
  }
  let count = 0;
  for (const replicas of scales.values()) count += replicas;
  return { count, unmanaged };
}
