import type { Pod } from '../../api/types/core.ts';
import type { Json } from '../../contracts/objects.ts';
import { findCondition } from './conditions.ts';

/** The condition that tells why a pod is about to be deleted. */
export function disruptionTarget(pod: Pod, reason: string, message: string, now: string) {
  return {
    type: 'DisruptionTarget',
    observedGeneration: pod.metadata.generation,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason,
    message,
  };
}

/** Strategic patch of the status that adds the condition, as a two-way merge computes it; undefined when it is there. */
export function disruptionPatch(
  pod: Pod,
  condition: ReturnType<typeof disruptionTarget>,
  status: Json = {},
): Json | undefined {
  const old = findCondition(pod.status?.conditions, condition.type);
  if (old?.status === 'True' && old.reason === condition.reason && old.message === condition.message) return undefined;
  const types = (pod.status?.conditions ?? []).map(({ type }) => ({ type }));
  const order = types.length > 0 ? [...types, ...(old ? [] : [{ type: condition.type }])] : undefined;
  return {
    metadata: { uid: pod.metadata.uid },
    status: {
      ...(order ? { '$setElementOrder/conditions': order } : {}),
      conditions: [condition],
      ...(status as object),
    },
  } as Json;
}
