import type { NamespaceCondition } from '../../api/types/core.ts';
import { compareText } from '../support/objects.ts';

/** What one pass over a namespace's content found. */
export interface Findings {
  readonly errors: readonly string[];
  /** `resource.group` -> instances left; undefined when the pass stopped before the count. */
  readonly remaining: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

type Draft = Pick<NamespaceCondition, 'type' | 'status' | 'reason' | 'message'>;

function sentence(counts: ReadonlyMap<string, number>, text: (key: string, count: number) => string): string {
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => text(key, count))
    .sort(compareText)
    .join(', ');
}

/** Conditions of pkg/controller/namespace/deletion/status_condition_utils.go, in their order. */
function drafts({ errors, remaining, finalizers }: Findings): readonly Draft[] {
  const failed = errors.length > 0;
  const left = sentence(remaining, (resource, count) => `${resource} has ${count} resource instances`);
  const held = sentence(finalizers, (finalizer, count) => `${finalizer} in ${count} resource instances`);
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: failed ? 'True' : 'False',
      reason: failed ? 'ContentDeletionFailed' : 'ContentDeleted',
      message: failed
        ? `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort(compareText).join(', ')}`
        : 'All content successfully deleted, may be waiting on finalization',
    },
    {
      type: 'NamespaceContentRemaining',
      status: left ? 'True' : 'False',
      reason: left ? 'SomeResourcesRemain' : 'ContentRemoved',
      message: left ? `Some resources are remaining: ${left}` : 'All content successfully removed',
    },
    {
      type: 'NamespaceFinalizersRemaining',
      status: held ? 'True' : 'False',
      reason: held ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
      message: held
        ? `Some content in the namespace has finalizers remaining: ${held}`
        : 'All content-preserving finalizers finished',
    },
  ];
}

/** The namespace's conditions after a pass; the same list when nothing changed. */
export function deletionConditions(
  before: readonly NamespaceCondition[] | undefined,
  findings: Findings,
  now: string,
): readonly NamespaceCondition[] | undefined {
  const result = [...(before ?? [])];
  let differs = false;
  for (const { type, status, reason, message } of drafts(findings)) {
    const at = result.findIndex((condition) => condition.type === type);
    const old = result[at];
    if (old && old.status === status && old.reason === reason && old.message === message) continue;
    differs = true;
    const condition = { type, status, lastTransitionTime: now, reason, message } as NamespaceCondition;
    if (at < 0) result.push(condition);
    else result[at] = condition;
  }
  return differs ? result : before;
}
