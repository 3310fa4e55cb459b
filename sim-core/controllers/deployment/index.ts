import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';
import {
  type Controller,
  type ControllerWatch,
  type Key,
  LOOKS_AT,
  type Plan,
  type View,
} from '../../contracts/controllers.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import type { KubeObject, Version } from '../../contracts/objects.ts';
import type { ControllerManagerOptions } from '../options.ts';
import { controllerIndex, orphansKey } from '../support/indexes.ts';
import { changed, controllerOf, keyOf, semanticallyEqual, splitKey } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { DEPLOYMENTS, REPLICA_SETS } from '../support/resources.ts';
import { emptyPlan, script } from '../support/script.ts';
import { isEmptySelector, selectorMatches } from '../support/selectors.ts';
import { WallClock } from '../support/time.ts';
import { settledStatus } from './settled.ts';
import { type DeploymentInput, DeploymentSync, nextProgressCheck } from './sync.ts';
import { findNewSet } from './templates.ts';

const NO_PODS: readonly Version[] = Object.freeze([]);

/** The Deployment that controls an object, if the cache has it. */
function owningDeployment(object: KubeObject, view: View): KubeObject | undefined {
  const owner = controllerOf(object);
  if (owner?.kind !== 'Deployment') return undefined;
  const found = view.get(DEPLOYMENTS, object.metadata.namespace ?? '', owner.name)?.object;
  return found?.metadata.uid === owner.uid ? found : undefined;
}

/** Deployments that may adopt a ReplicaSet without an owner. */
function matchingKeys(object: KubeObject, view: View): Key[] {
  return view
    .list(DEPLOYMENTS, object.metadata.namespace ?? '')
    .map((version) => version.object as Deployment)
    .filter((d) => !isEmptySelector(d.spec.selector) && selectorMatches(d.spec.selector, object.metadata.labels))
    .map(keyOf);
}

function replicaSetKeys(event: Parameters<ControllerWatch['keys']>[0], view: View): readonly Key[] {
  const keys: Key[] = [];
  const { now, before } = event;
  if (before && controllerOf(before) && controllerOf(before)?.uid !== controllerOf(now)?.uid) {
    const former = owningDeployment(before, view);
    if (former) keys.push(keyOf(former));
  }
  if (controllerOf(now)) {
    const owner = owningDeployment(now, view);
    if (owner) keys.push(keyOf(owner));
  } else if (event.type !== 'DELETED') keys.push(...matchingKeys(now, view));
  return keys;
}

/** The last pod of a Recreate Deployment is gone: the new ReplicaSet may be made. */
function deletedPodKeys(event: Parameters<ControllerWatch['keys']>[0], view: View): readonly Key[] {
  if (event.type !== 'DELETED') return [];
  const owner = controllerOf(event.now);
  if (owner?.kind !== 'ReplicaSet') return [];
  const rs = view.get(REPLICA_SETS, event.now.metadata.namespace ?? '', owner.name)?.object;
  const deployment = rs && rs.metadata.uid === owner.uid ? (owningDeployment(rs, view) as Deployment) : undefined;
  if (deployment?.spec.strategy?.type !== 'Recreate') return [];
  return podsOf(view, deployment).length === 0 ? [keyOf(deployment)] : [];
}

function podsOf(view: View, deployment: KubeObject): readonly Version[] {
  const sets = view.byIndex(REPLICA_SETS, 'controller', deployment.metadata.uid ?? '');
  return sets.flatMap((rs) => [...view.byIndex('pods', 'controller', rs.object.metadata.uid ?? '')]);
}

/** The ReplicaSet that a new one would collide with. */
function namesakeOf(
  view: View,
  deployment: Deployment,
  owned: readonly Version[],
  options: ControllerManagerOptions,
): Version | undefined {
  const sets = owned.map((version) => version.object as ReplicaSet);
  if (findNewSet(deployment, sets)) return undefined;
  const hash = options.podTemplateHash(deployment.spec.template, deployment.status?.collisionCount);
  return view.get(REPLICA_SETS, deployment.metadata.namespace ?? '', `${deployment.metadata.name}-${hash}`);
}

/** pkg/controller/deployment: rolls Deployments out over ReplicaSets. */
export function deploymentController(options: ControllerManagerOptions): Controller {
  const clock = new WallClock(options.epochSeconds);
  const sync = script<DeploymentInput>('sync', (run, input) => new DeploymentSync(run, input, options).sync());
  const start = (input: DeploymentInput, nowUs: TimeUs): Plan => {
    const status = settledStatus(input, nowUs, clock);
    if (status === undefined) return sync.start(input, nowUs);
    const deployment = input.deployment.object as Deployment;
    if (!semanticallyEqual(status, deployment.status))
      return sync.concluding(input, nowUs, updateRequest(DEPLOYMENTS, changed(deployment, { status }), 'status'));
    const outcome = nextProgressCheck(deployment, status, nowUs, clock);
    return { steps: [], requeue: outcome?.failed ? { rateLimited: true } : outcome?.requeue };
  };
  return {
    name: 'deployment-controller',
    workers: options.concurrentDeploymentSyncs,
    maxRetries: 15,
    watches: [
      { resource: DEPLOYMENTS, keys: ({ now }) => [keyOf(now)] },
      { resource: REPLICA_SETS, keys: replicaSetKeys },
      { resource: 'pods', looksAt: LOOKS_AT.deletions, keys: deletedPodKeys },
    ],
    indexes: [controllerIndex(REPLICA_SETS), controllerIndex('pods')],
    reconcile(view, _memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const deployment = view.get(DEPLOYMENTS, namespace, name);
      if (!deployment) return emptyPlan;
      const recreates = (deployment.object as Deployment).spec.strategy?.type === 'Recreate';
      const uid = deployment.object.metadata.uid ?? '';
      const owned = view.byIndex(REPLICA_SETS, 'controller', uid);
      const input: DeploymentInput = {
        deployment,
        owned,
        orphans: view.byIndex(REPLICA_SETS, 'controller', orphansKey(namespace)),
        pods: recreates ? podsOf(view, deployment.object) : NO_PODS,
        namesake: namesakeOf(view, deployment.object as Deployment, owned, options),
      };
      return start(input, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
