import type { Controller, View } from '../../contracts/controllers.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { claimsOfPod, podClaimIndex } from '../support/indexes.ts';
import { changed, hasFinalizer, isBeingDeleted, keyOf, splitKey } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { emptyPlan, isNotFound, script, succeeded } from '../support/script.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const OF_CLAIMS = 'kubernetes.io/pvc-protection';
const OF_VOLUMES = 'kubernetes.io/pv-protection';

interface Input {
  readonly resource: string;
  readonly object: KubeObject;
}

const write = script<Input>('write', function* (run, { resource, object }) {
  const answer = yield* run.request(updateRequest(resource, object));
  return succeeded(answer) || isNotFound(answer) ? undefined : { failed: true };
});

/** The object as it must be: with the finalizer while it lives, without once it is to go and nobody uses it. */
function wanted(object: KubeObject, finalizer: string, isUsed: () => boolean): KubeObject | undefined {
  const finalizers = object.metadata.finalizers ?? [];
  const has = hasFinalizer(object, finalizer);
  if (isBeingDeleted(object)) {
    if (!has || isUsed()) return undefined;
    return changed(object, { metadata: { finalizers: finalizers.filter((f) => f !== finalizer) } });
  }
  return has ? undefined : changed(object, { metadata: { finalizers: [...finalizers, finalizer] } });
}

function isTerminated(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** A pod that has a node uses its claims, whatever its phase; without one it can still be given another claim. */
function isClaimUsed(view: View, key: string): boolean {
  return view.byIndex('pods', podClaimIndex.index, key).some(({ object }) => (object.spec?.nodeName ?? '') !== '');
}

/** pkg/controller/volume/pvcprotection: a claim in use stays until the last pod is gone. */
export function claimProtectionController(): Controller {
  return {
    name: 'pvc-protection-controller',
    workers: 1,
    watches: [
      { resource: CLAIMS, keys: ({ type, now }) => (type === 'DELETED' ? [] : [keyOf(now)]) },
      {
        resource: 'pods',
        concerns: (pod) => claimsOfPod(pod).length > 0,
        // A pod that runs keeps its claims, so it frees none.
        keys: ({ type, now }) =>
          type === 'DELETED' || isTerminated(now) || (now.spec?.nodeName ?? '') === '' ? claimsOfPod(now) : [],
      },
    ],
    indexes: [podClaimIndex],
    reconcile(view, _memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const claim = view.get(CLAIMS, namespace, name)?.object;
      const object = claim === undefined ? undefined : wanted(claim, OF_CLAIMS, () => isClaimUsed(view, key));
      return object === undefined ? emptyPlan : write.start({ resource: CLAIMS, object }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => write.resume(nowUs, data, answers),
  };
}

/** pkg/controller/volume/pvprotection: a bound volume stays until it is released. */
export function volumeProtectionController(): Controller {
  return {
    name: 'pv-protection-controller',
    workers: 1,
    watches: [{ resource: VOLUMES, keys: ({ type, now }) => (type === 'DELETED' ? [] : [keyOf(now)]) }],
    reconcile(view, _memory, key, nowUs) {
      const volume = view.get(VOLUMES, '', key)?.object;
      const object =
        volume === undefined ? undefined : wanted(volume, OF_VOLUMES, () => volume.status?.phase === 'Bound');
      return object === undefined ? emptyPlan : write.start({ resource: VOLUMES, object }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => write.resume(nowUs, data, answers),
  };
}
