import type { KubeObject } from '../../contracts/index.ts';
import { withFields } from '../strategies.ts';
import type { KindHooks } from './index.ts';

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

interface ContainerLike {
  readonly resources?: Resources;
}

/** Zero quantities do not count for the QoS class. */
function nonZero(quantity: string | undefined): boolean {
  return quantity !== undefined && !/^[+-]?0*\.?0*(?:[eE][+-]?\d+|[a-zA-Z]*)$/.test(String(quantity));
}

/** QoS class of a pod (pkg/apis/core/v1/helper/qos): cpu and memory of all containers, or those of the pod. */
export function qosClass(object: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec = object.spec ?? {};
  const own: Resources | undefined = spec.resources;
  const parts: readonly ContainerLike[] =
    own && (own.requests || own.limits)
      ? [{ resources: own }]
      : [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  let any = false;
  let guaranteed = true;
  for (const { resources } of parts) {
    for (const name of ['cpu', 'memory']) {
      const request = resources?.requests?.[name];
      const limit = resources?.limits?.[name];
      if (nonZero(request) || nonZero(limit)) any = true;
      if (!nonZero(limit) || (request !== undefined && request !== limit)) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** pkg/registry/core/pod/strategy.go */
export const podHooks: KindHooks = {
  prepareCreate(object) {
    const status: Record<string, unknown> = { phase: 'Pending', qosClass: qosClass(object) };
    if (object.spec?.schedulingGates?.length) status.conditions = [GATED];
    return withFields(object, { status });
  },
  prepareStatusUpdate(object, before) {
    const qos = before.status?.qosClass;
    const status = object.status ?? {};
    const metadata = { ...object.metadata, ownerReferences: before.metadata.ownerReferences };
    if (metadata.ownerReferences === undefined) delete metadata.ownerReferences;
    return withFields(object, { metadata, status: qos && !status.qosClass ? { ...status, qosClass: qos } : status });
  },
};

/** A gated pod has this condition when it is stored. */
const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};
