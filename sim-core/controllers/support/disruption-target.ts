import type { Pod, PodCondition } from '../../api/types/core.ts';
import type { Json } from '../../contracts/objects.ts';
import { findCondition } from './conditions.ts';

const TYPE = 'DisruptionTarget';

/** Fields that differ, as a two-way strategic merge sends them; `type` is the key of the list. */
function conditionChange(old: PodCondition | undefined, wanted: PodCondition): Json {
  if (!old) return { ...wanted };
  const change: Record<string, Json> = { type: wanted.type };
  for (const [field, value] of Object.entries(wanted)) {
    if (old[field as keyof PodCondition] !== value) change[field] = value as Json;
  }
  return change;
}

/**
 * Strategic patch of a pod's status that sets the condition why it is about to be deleted, and `status` besides. Undefined
 * when the condition says so already. The time of transition stays while the condition was True (podutil.UpdatePodCondition).
 */
export function disruptionPatch(
  pod: Pod,
  reason: string,
  message: string,
  now: string,
  status: { readonly [field: string]: Json | undefined } = {},
): Json | undefined {
  const old = findCondition(pod.status?.conditions, TYPE);
  const stays = old?.status === 'True';
  if (stays && old.reason === reason && old.message === message) return undefined;
  const change = conditionChange(old, {
    type: TYPE,
    observedGeneration: pod.metadata.generation,
    status: 'True',
    lastProbeTime: old ? old.lastProbeTime : (null as unknown as string),
    lastTransitionTime: stays ? old.lastTransitionTime : now,
    reason,
    message,
  });
  const types = (pod.status?.conditions ?? []).map(({ type }) => ({ type }));
  const order = old ? types : [...types, { type: TYPE }];
  const ordered: { readonly [field: string]: Json } = types.length > 0 ? { '$setElementOrder/conditions': order } : {};
  return { metadata: { uid: pod.metadata.uid }, status: { ...ordered, conditions: [change], ...status } };
}
