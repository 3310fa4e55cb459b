import type { LabelSelector } from '../../api/types/meta.ts';
import type { Json, KubeObject, OwnerReference, Version } from '../../contracts/objects.ts';
import { isBeingDeleted } from './objects.ts';
import { getRequest, patchRequest } from './requests.ts';
import type { Conversation, ScriptRun } from './script.ts';
import { isNotFound, succeeded } from './script.ts';
import { selectorMatches } from './selectors.ts';

export interface ClaimInput {
  /** Resource of the owner, e.g. `replicasets.apps`, and of what it owns. */
  readonly resource: string;
  readonly dependents: string;
  readonly owner: KubeObject;
  readonly reference: OwnerReference;
  readonly selector: LabelSelector;
  readonly owned: readonly Version[];
  readonly orphans: readonly Version[];
}

export interface Claimed {
  readonly objects: readonly KubeObject[];
  /** A patch was refused, or the owner is not what the cache shows: the sync must be tried again. */
  readonly failed: boolean;
}

/**
 * Adoption and release (controller_ref_manager.go): what is owned and matches is kept, what is owned and no longer matches
 * is released, orphans that match are adopted after a live look at the owner. Owned objects come first, each group by name.
 */
export function* claim(run: ScriptRun, input: ClaimInput): Conversation<Claimed> {
  const { owner, selector } = input;
  const objects: KubeObject[] = [];
  let failed = false;
  for (const { object } of input.owned) {
    if (selectorMatches(selector, object.metadata.labels)) objects.push(object);
    else if (!isBeingDeleted(owner)) failed = !(yield* release(run, input, object)) || failed;
  }
  const adoptable = input.orphans
    .map((version) => version.object)
    .filter((object) => selectorMatches(selector, object.metadata.labels) && !isBeingDeleted(object));
  if (isBeingDeleted(owner) || adoptable.length === 0) return { objects, failed };
  const answer = yield* run.request(
    getRequest(input.resource, owner.metadata.namespace ?? '', owner.metadata.name ?? ''),
  );
  const live = answer.version?.object;
  if (!live || live.metadata.uid !== owner.metadata.uid || isBeingDeleted(live)) return { objects, failed: true };
  for (const object of adoptable) {
    const adopted = yield* adopt(run, input, object);
    if (adopted === 'adopted') objects.push(object);
    if (adopted === 'failed') failed = true;
  }
  return { objects, failed };
}

function* adopt(run: ScriptRun, input: ClaimInput, object: KubeObject): Conversation<'adopted' | 'gone' | 'failed'> {
  const reference: Json = { ...input.reference };
  const patch: Json = { metadata: { ownerReferences: [reference], uid: object.metadata.uid } };
  const answer = yield* run.request(patchRequest(input.dependents, object, patch));
  if (succeeded(answer)) return 'adopted';
  return isNotFound(answer) ? 'gone' : 'failed';
}

function* release(run: ScriptRun, input: ClaimInput, object: KubeObject): Conversation<boolean> {
  const reference: Json = { $patch: 'delete', uid: input.owner.metadata.uid };
  const patch: Json = { metadata: { ownerReferences: [reference], uid: object.metadata.uid } };
  const answer = yield* run.request(patchRequest(input.dependents, object, patch));
  // 404: deleted meanwhile; 422: the uid in the patch differs, or the reference is gone already.
  return succeeded(answer) || isNotFound(answer) || answer.code === 422;
}
