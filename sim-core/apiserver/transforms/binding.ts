import { timeText } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { badRequest, conflict } from '../status.ts';
import { replaced, withMeta } from '../strategies.ts';
import type { Transform } from './subresources.ts';

/** Labels that PodTopologyLabels copies from the node to the Binding, and the registry from there to the pod. */
const TOPOLOGY_LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** POST pods/binding (pkg/registry/core/pod/storage/storage.go assignPod): sets the node once, and PodScheduled. */
export const binding: Transform = (request, info, current, env) => {
  const body = request.body;
  const node: string = body?.target?.name ?? '';
  const pod = current.object;
  if (node === '') return { response: badRequest('target.name: Required value') };
  const uid = body?.metadata?.uid;
  if (uid && uid !== pod.metadata.uid) {
    return {
      response: conflict(
        info,
        request.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`,
      ),
    };
  }
  if (pod.metadata.deletionTimestamp) {
    return {
      response: conflict(info, request.name, `pod ${request.name} is being deleted, cannot be assigned to a host`),
    };
  }
  if (pod.spec?.nodeName) {
    return {
      response: conflict(info, request.name, `pod ${request.name} is already assigned to node "${pod.spec.nodeName}"`),
    };
  }
  if (pod.spec?.schedulingGates?.length) {
    return { response: conflict(info, request.name, `pod ${request.name} has non-empty .spec.schedulingGates`) };
  }
  const nodeLabels = env.get('nodes', '', node)?.object.metadata.labels;
  const labels = { ...pod.metadata.labels };
  const isOff = (feature: string) => env.disabledFeatures?.includes(feature) === true;
  if (!isOff('PodTopologyLabelsAdmission'))
    for (const key of TOPOLOGY_LABELS) if (nodeLabels?.[key] !== undefined) labels[key] = nodeLabels[key];
  const annotations = { ...pod.metadata.annotations, ...body?.metadata?.annotations };
  const metadata = withMeta(pod.metadata, {
    resourceVersion: undefined,
    labels: sortedOrNone(labels),
    annotations: sortedOrNone(annotations),
  });
  const object: KubeObject = {
    ...pod,
    metadata,
    spec: replaced(pod.spec ?? {}, { nodeName: node }),
    // A bound pod is nominated no longer (feature ClearingNominatedNodeNameAfterBinding, on since 1.35).
    status: replaced(pod.status ?? {}, {
      ...(isOff('ClearingNominatedNodeNameAfterBinding') ? {} : { nominatedNodeName: undefined }),
      conditions: scheduled(pod, timeText(env.epochSeconds, env.nowUs)),
    }),
  };
  // The assignment is not tracked in managedFields.
  return { object, code: 201 };
};

/** A map as it is written, by key. */
function sortedOrNone(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return undefined;
  const result: Record<string, string> = {};
  for (const key of keys) result[key] = map[key];
  return result;
}

/** The pod's conditions with PodScheduled=True, in its place or at the end. */
function scheduled(pod: KubeObject, now: string): readonly unknown[] {
  const conditions: readonly { type: string; status: string; lastProbeTime?: null; lastTransitionTime?: string }[] =
    pod.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'PodScheduled');
  const fresh = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : now,
  };
  return old ? conditions.map((condition) => (condition === old ? fresh : condition)) : conditions.concat(fresh);
}
