import type { ReplicaSet } from '../../api/types/apps.ts';
import type { Controller, ControllerWatch, Key, View } from '../../contracts/controllers.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { controllerIndex, podLabelIndex, podsWithLabels } from '../support/indexes.ts';
import { controllerOf, isBeingDeleted, keyOf, splitKey } from '../support/objects.ts';
import { REPLICA_SETS } from '../support/resources.ts';
import { emptyPlan, script } from '../support/script.ts';
import { isEmptySelector, selectorMatches } from '../support/selectors.ts';
import { type OwnedPods, ownedPods, settledCounts } from './census.ts';
import { type ReplicaSetInput, ReplicaSetSync } from './sync.ts';
import { mayAdopt, type PodTally } from './tally.ts';

type Event = Parameters<ControllerWatch['keys']>[0];

function owningKey(object: KubeObject | undefined, view: View): Key | undefined {
  const owner = object && controllerOf(object);
  if (owner?.kind !== 'ReplicaSet') return undefined;
  const rs = view.get(REPLICA_SETS, object?.metadata.namespace ?? '', owner.name)?.object;
  return rs?.metadata.uid === owner.uid && rs ? keyOf(rs) : undefined;
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
  const keys: Key[] = [];
  const movedOwner = before && controllerOf(before)?.uid !== controllerOf(now)?.uid;
  if (movedOwner) {
    const former = owningKey(before, view);
    if (former) keys.push(former);
  }
  if (controllerOf(now)) {
    const owner = owningKey(now, view);
    if (owner) keys.push(owner);
  } else if (type === 'ADDED' || (type === 'MODIFIED' && (movedOwner || labelsChanged(event)))) {
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
  const owner = controllerOf(now);
  if (owner?.kind !== 'ReplicaSet') return undefined;
  const key = `${now.metadata.namespace}/${owner.name}`;
  if (type === 'DELETED' || (isBeingDeleted(now) && !(before && isBeingDeleted(before))))
    return { key, deletion: keyOf(now) };
  return type === 'ADDED' ? { key, creations: 1 } : undefined;
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
  const orphans = `orphan/${rs.metadata.namespace ?? ''}`;
  const hasOrphans = view.count('pods', 'controller', orphans) > 0;
  if (hasOrphans && mayAdopt(rs, view.byIndex('pods', 'controller', orphans))) return undefined;
  return settledCounts(rs, owned as OwnedPods);
}

/** pkg/controller/replicaset: keeps the wanted number of pods of a ReplicaSet. */
export function replicaSetController(options: ControllerManagerOptions): Controller {
  const sync = script<ReplicaSetInput>('sync', (run, input) => new ReplicaSetSync(run, input, options).sync());
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
        return sync.start({ rs, tally, owned: NONE, orphans: NONE, related: NONE, expectationsMet }, nowUs);
      }
      const owned = view.byIndex('pods', 'controller', rs.object.metadata.uid ?? '');
      const shrinks = owned.length > ((rs.object as ReplicaSet).spec.replicas ?? 1);
      const input: ReplicaSetInput = {
        rs,
        owned,
        orphans: view.byIndex('pods', 'controller', `orphan/${namespace}`),
        related: shrinks ? relatedPods(view, rs.object as ReplicaSet) : [],
        expectationsMet: info?.expectationsMet ?? true,
      };
      return sync.start(input, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
