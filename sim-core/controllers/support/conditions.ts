interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export function findCondition<C extends AnyCondition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  if (!conditions) return undefined;
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

export function withoutCondition<C extends AnyCondition>(
  conditions: readonly C[] | undefined,
  type: string,
): readonly C[] {
  if (findCondition(conditions, type) === undefined) return conditions ?? [];
  return (conditions ?? []).filter((condition) => condition.type !== type);
}

/**
 * Puts a condition at the end of the list, as the setters of Deployment and ReplicaSet do: nothing happens when one with
 * the same status and reason is there; the time of transition is kept while the status stays.
 */
export function withCondition<C extends AnyCondition & { readonly lastTransitionTime?: string }>(
  conditions: readonly C[] | undefined,
  condition: C,
): readonly C[] {
  const current = findCondition(conditions, condition.type);
  if (current && current.status === condition.status && current.reason === condition.reason) return conditions ?? [];
  const kept =
    current && current.status === condition.status
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition;
  return [...withoutCondition(conditions, condition.type), kept];
}
