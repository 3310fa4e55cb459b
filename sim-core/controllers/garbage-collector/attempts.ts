import type { ApiResponse, DeleteOptions } from '../../contracts/apiserver.ts';
import type { Json, KubeObject, OwnerReference, Version } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import { hasFinalizer, isBeingDeleted, semanticallyEqual } from '../support/objects.ts';
import type { Conversation, Outcome, Request, ScriptRun } from '../support/script.ts';
import { isConflict, isNotFound, succeeded } from '../support/script.ts';
import { FOREGROUND, type GraphNode, isDeletingDependents, nodeKey, ORPHAN, ownerNode } from './graph.ts';

/** Conflicts of a finalizer's removal are retried at once, so often (retry.DefaultBackoff). */
const FINALIZER_TRIES = 5;

export interface DependentInput {
  readonly node: GraphNode;
  readonly version: Version;
  readonly blocking: boolean;
}

export interface AttemptInput {
  readonly node: GraphNode;
  /** The node as the cache has it. */
  readonly version: Version;
  readonly dependents: readonly DependentInput[];
  /** References to owners that are there in another namespace. */
  readonly foreign?: readonly OwnerReference[];
}

function request(node: GraphNode, rest: Pick<Request, 'verb'> & Partial<Request>): Request {
  return { resource: node.resource, namespace: node.namespace, name: node.name, ...rest };
}

interface Classified {
  readonly solid: readonly OwnerReference[];
  readonly dangling: readonly OwnerReference[];
  /** Owners that wait for this dependent. */
  readonly waiting: readonly OwnerReference[];
}

/** Looks at every owner live: the graph may lag behind. Undefined when one of the looks failed. */
function* classify(
  run: ScriptRun,
  node: GraphNode,
  references: readonly OwnerReference[],
): Conversation<Classified | undefined> {
  const solid: OwnerReference[] = [];
  const dangling: OwnerReference[] = [];
  const waiting: OwnerReference[] = [];
  for (const reference of references) {
    const place = ownerNode(reference, node.namespace);
    if (!place) return undefined;
    const answer = yield* run.request(request(place, { verb: 'get' }));
    const owner = answer.version?.object;
    if (isNotFound(answer) || (owner && owner.metadata.uid !== reference.uid)) dangling.push(reference);
    else if (!owner) return undefined;
    else if (isDeletingDependents(owner)) waiting.push(reference);
    else solid.push(reference);
  }
  return { solid, dangling, waiting };
}

/** Removes the references to these owners (a strategic patch that also pins the uid). */
function ownerPatch(node: GraphNode, owners: readonly string[]): Request {
  const references: Json = owners.map((uid) => ({ $patch: 'delete', uid }));
  const value: Json = { metadata: { uid: node.uid, ownerReferences: references } };
  return request(node, { verb: 'patch', patch: { type: 'strategic', value } });
}

/** graph_builder.go reportInvalidNamespaceOwnerRef. */
function tellForeign(run: ScriptRun, object: KubeObject, foreign: readonly OwnerReference[]): void {
  const { namespace = '' } = object.metadata;
  for (const { apiVersion, kind, name, uid } of foreign) {
    const whom = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
    run.event({
      regarding: object,
      type: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message: `ownerRef ${whom} does not exist in namespace ${JSON.stringify(namespace)}`,
      source: 'garbage-collector-controller',
    });
  }
}

/** One attempt to delete a node: pkg/controller/garbagecollector, attemptToDeleteItem. */
export function* attemptToDelete(run: ScriptRun, input: AttemptInput): Conversation<Outcome | undefined> {
  const { node } = input;
  const cached = input.version.object;
  tellForeign(run, cached, input.foreign ?? []);
  if (isBeingDeleted(cached) && !isDeletingDependents(cached)) return undefined;
  const answer = yield* run.request(request(node, { verb: 'get' }));
  if (isNotFound(answer)) return undefined;
  const latest = answer.version?.object;
  if (!latest) return { failed: true };
  if (latest.metadata.uid !== node.uid) return undefined;
  if (isDeletingDependents(cached)) return yield* finishForeground(run, input);
  const references = latest.metadata.ownerReferences ?? [];
  if (references.length === 0) return undefined;
  const owners = yield* classify(run, node, references);
  if (!owners) return { failed: true };
  if (owners.solid.length > 0) {
    const gone = [...owners.dangling, ...owners.waiting].map((reference) => reference.uid);
    if (gone.length === 0) return undefined;
    const patched = yield* run.request(ownerPatch(node, gone));
    return succeeded(patched) || isNotFound(patched) ? undefined : { failed: true };
  }
  if (owners.waiting.length > 0 && input.dependents.length > 0) {
    if (input.dependents.some((dependent) => isDeletingDependents(dependent.version.object))) {
      const unblocked = yield* unblock(run, node, latest);
      if (!unblocked) return { failed: true };
    }
    return yield* deleteNode(run, node, latest, 'Foreground');
  }
  const policy = hasFinalizer(latest, ORPHAN)
    ? 'Orphan'
    : hasFinalizer(latest, FOREGROUND)
      ? 'Foreground'
      : 'Background';
  return yield* deleteNode(run, node, latest, policy);
}

/** Two owners that wait for each other would wait for ever: this one stops blocking. */
function* unblock(run: ScriptRun, node: GraphNode, latest: KubeObject): Conversation<boolean> {
  const references: Json = (latest.metadata.ownerReferences ?? [])
    .filter((reference) => reference.blockOwnerDeletion)
    .map((reference) => ({ ...reference, blockOwnerDeletion: false }));
  const value: Json = { metadata: { uid: node.uid, ownerReferences: references } };
  const answer = yield* run.request(request(node, { verb: 'patch', patch: { type: 'strategic', value } }));
  return succeeded(answer);
}

/** Deletes what was looked at; when only something else than its owners changed since, it is deleted all the same. */
function* deleteNode(
  run: ScriptRun,
  node: GraphNode,
  latest: KubeObject,
  propagationPolicy: DeleteOptions['propagationPolicy'],
): Conversation<Outcome | undefined> {
  const send = (resourceVersion: string | undefined) =>
    request(node, {
      verb: 'delete',
      options: { delete: { preconditions: { uid: node.uid, resourceVersion }, propagationPolicy } },
    });
  let answer: ApiResponse = yield* run.request(send(latest.metadata.resourceVersion));
  if (isConflict(answer)) {
    const live = (yield* run.request(request(node, { verb: 'get' }))).version?.object;
    if (!live) return undefined;
    const sameOwners = semanticallyEqual(live.metadata.ownerReferences, latest.metadata.ownerReferences);
    if (live.metadata.uid === node.uid && sameOwners) answer = yield* run.request(send(undefined));
  }
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
}

/** Foreground deletion: when nothing blocks any more, the finalizer goes; else what blocks is tried again. */
function* finishForeground(run: ScriptRun, input: AttemptInput): Conversation<Outcome | undefined> {
  const blocking = input.dependents.filter((dependent) => dependent.blocking);
  if (blocking.length === 0) return yield* removeFinalizer(run, input.node, FOREGROUND);
  const again = blocking.filter((dependent) => !isDeletingDependents(dependent.version.object));
  return { enqueue: again.map(({ node }) => ({ key: nodeKey('delete', node), afterUs: 0, why: WHY.none })) };
}

function* removeFinalizer(run: ScriptRun, node: GraphNode, finalizer: string): Conversation<Outcome | undefined> {
  for (let i = 0; i < FINALIZER_TRIES; i++) {
    const live = yield* run.request(request(node, { verb: 'get' }));
    if (isNotFound(live)) return undefined;
    const object = live.version?.object;
    if (!object) return { failed: true };
    if (object.metadata.uid !== node.uid || !hasFinalizer(object, finalizer)) return undefined;
    const rest = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    const metadata: Json = {
      resourceVersion: object.metadata.resourceVersion,
      finalizers: rest.length > 0 ? rest : null,
    };
    const answer = yield* run.request(request(node, { verb: 'patch', patch: { type: 'merge', value: { metadata } } }));
    if (succeeded(answer) || isNotFound(answer)) return undefined;
    if (!isConflict(answer)) return { failed: true };
  }
  return { failed: true };
}

/** Orphaning: the dependents forget their owner, then the owner may go. */
export function* attemptToOrphan(run: ScriptRun, input: AttemptInput): Conversation<Outcome | undefined> {
  const { node } = input;
  const answers = yield* run.group(input.dependents.map((dependent) => ownerPatch(dependent.node, [node.uid])));
  if (answers.some((answer) => !succeeded(answer) && !isNotFound(answer) && answer.code !== 422))
    return { failed: true };
  return yield* removeFinalizer(run, node, ORPHAN);
}
