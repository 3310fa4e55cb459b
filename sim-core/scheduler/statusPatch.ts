import type { Json, KubeObject } from '../contracts/index.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime?: string | null;
  readonly lastTransitionTime?: string | null;
  readonly observedGeneration?: number;
}

/**
 * The strategic merge patch of a pod's status that sets one condition and, if given, the nominated node ('' clears it);
 * undefined when nothing would change. Only changed fields of an existing condition are sent, as a two-way patch of the
 * real client does. Source: pkg/scheduler/util PatchPodStatus, pkg/api/v1/pod UpdatePodCondition.
 */
export function podConditionPatch(
  pod: KubeObject,
  wanted: { type: string; status: string; reason: string; message: string },
  now: string,
  nominatedNode?: string,
): Json | undefined {
  const conditions: readonly Condition[] = pod.status?.conditions ?? [];
  const old = conditions.find((c) => c.type === wanted.type);
  const status: Record<string, Json> = {};
  const condition =
    old === undefined
      ? newCondition(pod, wanted, now)
      : changedFields(old, {
          ...newCondition(pod, wanted, now),
          lastTransitionTime: old.status === wanted.status ? (old.lastTransitionTime ?? now) : now,
        });
  if (condition !== undefined) {
    const order = [...conditions.map((c) => c.type), ...(old === undefined ? [wanted.type] : [])];
    if (conditions.length > 0) status['$setElementOrder/conditions'] = order.map((type) => ({ type }));
    status['conditions'] = [condition];
  }
  if (nominatedNode !== undefined && nominatedNode !== (pod.status?.nominatedNodeName ?? ''))
    status['nominatedNodeName'] = nominatedNode === '' ? null : nominatedNode;
  return Object.keys(status).length === 0 ? undefined : { status };
}

function newCondition(
  pod: KubeObject,
  wanted: { type: string; status: string; reason: string; message: string },
  now: string,
): Record<string, Json> {
  return {
    lastProbeTime: null,
    lastTransitionTime: now,
    message: wanted.message,
    observedGeneration: pod.metadata.generation,
    reason: wanted.reason,
    status: wanted.status,
    type: wanted.type,
  } as Record<string, Json>;
}

function changedFields(old: Condition, wanted: Record<string, Json>): Record<string, Json> | undefined {
  const fields = old as unknown as Record<string, Json | undefined>;
  const changed: Record<string, Json> = {};
  for (const key of Object.keys(wanted))
    if ((fields[key] ?? null) !== (wanted[key] ?? null)) changed[key] = wanted[key];
  return Object.keys(changed).length === 0 ? undefined : { ...changed, type: wanted['type'] };
}
