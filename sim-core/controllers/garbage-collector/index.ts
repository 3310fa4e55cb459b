import { type Controller, type ControllerWatch, type Key, LOOKS_AT, type View } from '../../contracts/controllers.ts';
import type { KubeObject, OwnerReference } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { isBeingDeleted } from '../support/objects.ts';
import { LEASES } from '../support/resources.ts';
import type { Script } from '../support/script.ts';
import { emptyPlan, script } from '../support/script.ts';
import { type AttemptInput, attemptToDelete, attemptToOrphan } from './attempts.ts';
import {
  blocks,
  dependentsOf,
  findNode,
  foreignOwners,
  isDeletingDependents,
  isOrphaning,
  nodeKey,
  nodeOf,
  ownerIndex,
  ownerNode,
  parseNodeKey,
} from './graph.ts';

const NO_KEYS: readonly Key[] = Object.freeze([]);

type Event = Parameters<ControllerWatch['keys']>[0];

function isMissing(view: View, reference: OwnerReference, namespace: string): boolean {
  const node = ownerNode(reference, namespace);
  return node !== undefined && !findNode(view, node);
}

/** Owners that wait for an object and may go on now that it is gone or no longer blocks them. */
function waitingOwners(view: View, references: readonly OwnerReference[], namespace: string): Key[] {
  return references.flatMap((reference) => {
    const node = ownerNode(reference, namespace);
    const owner = node && findNode(view, node);
    return node && owner && isDeletingDependents(owner) ? [nodeKey('delete', node)] : [];
  });
}

function released(before: KubeObject | undefined, now: KubeObject): readonly OwnerReference[] {
  const kept = now.metadata.ownerReferences ?? [];
  return (before?.metadata.ownerReferences ?? []).filter((old) => {
    const same = kept.find((reference) => reference.uid === old.uid);
    return !same || (old.blockOwnerDeletion && !same.blockOwnerDeletion);
  });
}

/** No owner is missing. */
function isOwned(view: View, references: readonly OwnerReference[] | undefined, namespace: string): boolean {
  if (references === undefined) return true;
  for (let i = 0; i < references.length; i++) if (isMissing(view, references[i], namespace)) return false;
  return true;
}

/** What a change of the graph makes worth an attempt (graph_builder.go, processGraphChanges). */
function graphKeys(resource: string, resources: readonly string[], event: Event, view: View): readonly Key[] {
  const { type, now, before } = event;
  // Nearly all changes are of specs and statuses and do not touch the graph.
  const sameOwners = now.metadata.ownerReferences === before?.metadata.ownerReferences;
  if (type === 'MODIFIED' && before && sameOwners && !isBeingDeleted(now)) return NO_KEYS;
  const namespace = now.metadata.namespace ?? '';
  // Most objects that come, or are marked, wait for nobody and have an owner at most.
  if (type !== 'DELETED' && now.metadata.finalizers === undefined) {
    const { ownerReferences: own } = now.metadata;
    if (sameOwners || (before === undefined && isOwned(view, own, namespace))) return NO_KEYS;
  }
  const self = nodeOf(resource, now);
  const references = now.metadata.ownerReferences ?? [];
  const dependentKeys = () => dependentsOf(view, resources, self.uid).map(({ node }) => nodeKey('delete', node));
  if (type === 'DELETED') return [...dependentKeys(), ...waitingOwners(view, references, namespace)];
  const keys: Key[] = [];
  if (isOrphaning(now) && !(before && isOrphaning(before))) keys.push(nodeKey('orphan', self));
  if (isDeletingDependents(now) && !(before && isDeletingDependents(before))) {
    keys.push(...dependentKeys(), nodeKey('delete', self));
  }
  if (references.length > 0 || before?.metadata.ownerReferences) {
    const known = new Set(before?.metadata.ownerReferences?.map((reference) => reference.uid));
    const fresh = references.filter((reference) => !known.has(reference.uid));
    if (fresh.some((reference) => isMissing(view, reference, namespace))) keys.push(nodeKey('check', self));
    keys.push(...waitingOwners(view, released(before, now), namespace));
  }
  return keys;
}

/** The garbage collector (pkg/controller/garbagecollector): deletes what has lost all its owners, and plays foreground
 * deletion and orphaning. Its graph is the `owner` indexes of the shared caches. */
export function garbageCollector(options: ControllerManagerOptions): Controller {
  const resources = options.collectedResources;
  const scripts: Readonly<Record<string, Script<AttemptInput>>> = {
    delete: script<AttemptInput>('delete', attemptToDelete),
    orphan: script<AttemptInput>('orphan', attemptToOrphan),
  };
  return {
    name: 'generic-garbage-collector',
    workers: options.concurrentGCSyncs,
    watches: resources.map((resource) => ({
      resource,
      quiet: resource === LEASES,
      // Nearly all changes are of specs and statuses and do not touch the graph.
      looksAt: LOOKS_AT.additions | LOOKS_AT.deletions | LOOKS_AT.owners | LOOKS_AT.marks,
      keys: (event, view) => graphKeys(resource, resources, event, view),
    })),
    indexes: resources.map(ownerIndex),
    reconcile(view, _memory, key, nowUs) {
      const { attempt, node } = parseNodeKey(key);
      const version = view.get(node.resource, node.namespace, node.name);
      if (!version || version.object.metadata.uid !== node.uid) return emptyPlan;
      const dependents = dependentsOf(view, resources, node.uid).map((dependent) => ({
        node: dependent.node,
        version: view.get(dependent.node.resource, dependent.node.namespace, dependent.node.name)!,
        blocking: blocks(dependent.object, node.uid),
      }));
      if (attempt !== 'check') return scripts[attempt].start({ node, version, dependents }, nowUs);
      const foreign = foreignOwners(view, version.object);
      return scripts['delete'].start({ node, version, dependents, foreign }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, point, data, answers) => scripts[point].resume(nowUs, data, answers),
  };
}
