import type { ReplicaSet } from '../../api/types/apps.ts';
import type { Controller, ControllerWatch, Key, Plan, View } from '../../contracts/controllers.ts';
import type { ObjId, TimeUs } from '../../contracts/ids.ts';
import type { KubeObject, OwnerReference, Version } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { controllerIndex, orphansKey, podLabelIndex, podsWithLabels } from '../support/indexes.ts';
import { changed, controllerOf, isBeingDeleted, keyOf, splitKey } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { REPLICA_SETS } from '../support/resources.ts';
import { emptyPlan, script } from '../support/script.ts';
import { isEmptySelector, selectorMatches } from '../support/selectors.ts';
import { WallClock } from '../support/time.ts';
import { type OwnedPods, ownedPods, settledCounts } from './census.ts';
import { statusNeedsWrite, statusOfTally } from './status.ts';
import { type ReplicaSetInput, ReplicaSetSync } from './sync.ts';
import { mayAdopt, type PodTally } from './tally.ts';

type Event = Parameters<ControllerWatch['keys']>[0];

/** The ReplicaSet that the references of an object name as its controller. */
interface Owner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly key: Key;
  readonly keys: readonly Key[];
  /** Where the cache had it last: a memo, which the uid has to confirm. */
  obj: ObjId | undefined;
}

const NO_KEYS: readonly Key[] = Object.freeze([]);

/** By the list of references, which the pods of one ReplicaSet share; null = no ReplicaSet controls them. */
const owners = new WeakMap<readonly OwnerReference[], Owner | null>();

function ownerOf({ metadata: { ownerReferences, namespace = '' } }: KubeObject): Owner | undefined {
  if (ownerReferences === undefined) return undefined;
  const known = owners.get(ownerReferences);
  if (known !== undefined && (known === null || known.namespace === namespace)) return known ?? undefined;
  const reference = controllerOf({ metadata: { ownerReferences } });
  if (reference?.kind !== 'ReplicaSet') {
    owners.set(ownerReferences, null);
    return undefined;
  }
  const { name, uid } = reference;
  const key = namespace ? `${namespace}/${name}` : name;
  const owner: Owner = { namespace, name, uid, key, keys: [key], obj: undefined };
  owners.set(ownerReferences, owner);
  return owner;
}

/** Keys of the ReplicaSet that controls a pod, if the cache has it. */
function owningKeys(pod: KubeObject, view: View): readonly Key[] {
  const owner = ownerOf(pod);
  return owner === undefined ? NO_KEYS : keysOf(owner, view);
}

function keysOf(owner: Owner, view: View): readonly Key[] {
  const known = owner.obj === undefined ? undefined : view.at?.(REPLICA_SETS, owner.obj);
  if (known?.object.metadata.uid === owner.uid) return owner.keys;
  const rs = view.get(REPLICA_SETS, owner.namespace, owner.name);
  if (rs?.object.metadata.uid !== owner.uid) return NO_KEYS;
  owner.obj = rs.obj;
  return owner.keys;
}

/** ReplicaSets that may adopt a pod. */
function matchingKeys(pod: KubeObject, view: View): Key[] {
  return view
    .list(REPLICA_SETS, pod.metadata.namespace ?? '')
    .map((version) => version.object as ReplicaSet)
    .filter((rs) => !isEmptySelector(rs.spec.selector) && selectorMatches(rs.spec.selector, pod.metadata.labels))
    .map(keyOf);
}

function podKeys(event: Event, view: View): readonly Key[] {
  const { type, now, before } = event;
  if (before === undefined || before.metadata.ownerReferences === now.metadata.ownerReferences) {
    const owner = ownerOf(now);
    if (owner !== undefined) return keysOf(owner, view);
  }
  const isControlled = controllerOf(now) !== undefined;
  const movedOwner =
    before !== undefined &&
    before.metadata.ownerReferences !== now.metadata.ownerReferences &&
    controllerOf(before)?.uid !== controllerOf(now)?.uid;
  if (isControlled && !movedOwner) return owningKeys(now, view);
  const keys: Key[] = movedOwner ? [...owningKeys(before, view)] : [];
  if (isControlled) keys.push(...owningKeys(now, view));
  else if (type === 'ADDED' || (type === 'MODIFIED' && (movedOwner || labelsChanged(event)))) {
    keys.push(...matchingKeys(now, view));
  }
  return keys;
}

function labelsChanged({ now, before }: Event): boolean {
  const a = now.metadata.labels ?? {};
  const b = before?.metadata.labels ?? {};
  const keys = Object.keys(a);
  return keys.length !== Object.keys(b).length || keys.some((key) => a[key] !== b[key]);
}

/** A pod counts as deleted when its deletionTimestamp is seen; the final deletion of the same pod changes nothing more. */
function podExpectation({ type, now, before }: Event) {
  const isGone = type === 'DELETED' || (isBeingDeleted(now) && !(before && isBeingDeleted(before)));
  if (!isGone && type !== 'ADDED') return undefined;
  const owner = ownerOf(now);
  if (owner === undefined) return undefined;
  return isGone ? { key: owner.key, deletion: keyOf(now) } : { key: owner.key, creations: 1 };
}

/** Pods that the selectors of all ReplicaSets under the same controller match. A bare ReplicaSet has no relatives. */
function relatedPods(view: View, rs: ReplicaSet): readonly Version[] {
  const owner = controllerOf(rs);
  if (!owner) return [];
  const namespace = rs.metadata.namespace ?? '';
  const seen = new Map<string, Version>();
  for (const version of view.byIndex(REPLICA_SETS, 'controller', owner.uid)) {
    const { selector } = (version.object as ReplicaSet).spec;
    for (const pod of podsWithLabels(view, namespace, selector.matchLabels ?? {})) {
      if (selectorMatches(selector, pod.object.metadata.labels)) seen.set(pod.object.metadata.uid ?? '', pod);
    }
  }
  return [...seen.values()];
}

const NONE: readonly Version[] = Object.freeze([]);

/** What the census says of a ReplicaSet's pods, unless a pod without an owner has to be looked at. */
function talliedByCensus(view: View, rs: ReplicaSet, owned: unknown): PodTally | undefined {
  const orphans = orphansKey(rs.metadata.namespace ?? '');
  const hasOrphans = view.count('pods', 'controller', orphans) > 0;
  if (hasOrphans && mayAdopt(rs, view.byIndex('pods', 'controller', orphans))) return undefined;
  return settledCounts(rs, owned as OwnedPods);
}

/** pkg/controller/replicaset: keeps the wanted number of pods of a ReplicaSet. */
export function replicaSetController(options: ControllerManagerOptions): Controller {
  const clock = new WallClock(options.epochSeconds);
  const sync = script<ReplicaSetInput>('sync', (run, input) => new ReplicaSetSync(run, input, options).sync());
  /** No pod is to be made or deleted: what is left is to write the counts down. */
  const count = (input: ReplicaSetInput, tally: PodTally, nowUs: TimeUs): Plan => {
    const rs = input.rs.object as ReplicaSet;
    const status = statusOfTally(rs, tally, undefined, nowUs, clock);
    if (!statusNeedsWrite(rs, status)) return emptyPlan;
    return sync.concluding(input, nowUs, updateRequest(REPLICA_SETS, changed(rs, { status }), 'status'));
  };
  return {
    name: 'replicaset-controller',
    workers: options.concurrentReplicaSetSyncs,
    syncsWhileExpecting: true,
    watches: [
      { resource: REPLICA_SETS, keys: ({ now }) => [keyOf(now)] },
      { resource: 'pods', keys: podKeys, expectation: podExpectation },
    ],
    indexes: [controllerIndex('pods'), controllerIndex(REPLICA_SETS), podLabelIndex],
    census: ownedPods,
    reconcile(view, _memory, key, nowUs, info) {
      const { namespace, name } = splitKey(key);
      const rs = view.get(REPLICA_SETS, namespace, name);
      if (!rs) return emptyPlan;
      const tally =
        info?.census && talliedByCensus(view, rs.object as ReplicaSet, info.census(rs.object.metadata.uid ?? ''));
      // Which pods go is a question for the lists.
      if (tally && tally.active <= ((rs.object as ReplicaSet).spec.replicas ?? 1)) {
        const expectationsMet = info?.expectationsMet ?? true;
        const input = { rs, tally, owned: NONE, orphans: NONE, related: NONE, expectationsMet };
        const isComplete = tally.active === ((rs.object as ReplicaSet).spec.replicas ?? 1);
        if (isComplete || !expectationsMet || isBeingDeleted(rs.object)) return count(input, tally, nowUs);
        return sync.start(input, nowUs);
      }
      const owned = view.byIndex('pods', 'controller', rs.object.metadata.uid ?? '');
      const shrinks = owned.length > ((rs.object as ReplicaSet).spec.replicas ?? 1);
      const input: ReplicaSetInput = {
        rs,
        owned,
        orphans: view.byIndex('pods', 'controller', orphansKey(namespace)),
        related: shrinks ? relatedPods(view, rs.object as ReplicaSet) : [],
        expectationsMet: info?.expectationsMet ?? true,
      };
      return sync.start(input, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
