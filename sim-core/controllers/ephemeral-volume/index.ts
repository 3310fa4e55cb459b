import { type Controller, LOOKS_AT } from '../../contracts/controllers.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { controllerReference, isBeingDeleted, isControlledBy, keyOf, splitKey } from '../support/objects.ts';
import { createRequest } from '../support/requests.ts';
import { emptyPlan, errorText, isAlreadyExists, script, succeeded } from '../support/script.ts';

const CLAIMS = 'persistentvolumeclaims';

interface Volume {
  readonly name: string;
  readonly ephemeral?: {
    readonly volumeClaimTemplate?: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec?: KubeObject['spec'];
    };
  };
}

interface Input {
  readonly pod: KubeObject;
  readonly claims: readonly { readonly volume: string; readonly claim: KubeObject }[];
  /** A claim of that name belongs to somebody else. */
  readonly taken?: { readonly volume: string; readonly message: string };
}

const NONE: readonly Volume[] = [];

function volumesOf(pod: KubeObject): readonly Volume[] {
  const volumes: readonly Volume[] = pod.spec?.volumes ?? NONE;
  for (const { ephemeral } of volumes)
    if (ephemeral !== undefined) return volumes.filter((v) => v.ephemeral !== undefined);
  return NONE;
}

function claimFor(pod: KubeObject, volume: Volume): KubeObject {
  const { metadata = {}, spec } = volume.ephemeral?.volumeClaimTemplate ?? {};
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...metadata,
      namespace: pod.metadata.namespace,
      name: `${pod.metadata.name}-${volume.name}`,
      ownerReferences: [controllerReference(pod, 'v1', 'Pod')],
    },
    spec,
  };
}

/** pkg/controller/volume/ephemeral: a claim for each generic ephemeral volume, which goes with its pod. */
export function ephemeralVolumeController(): Controller {
  const sync = script<Input>('sync', function* (run, { pod, claims, taken }) {
    const fail = (volume: string, text: string) => {
      const message = `ephemeral volume ${volume}: ${text}`;
      run.event({ regarding: pod, type: 'Warning', reason: 'FailedBinding', message });
      return { failed: true };
    };
    for (const { volume, claim } of claims) {
      const answer = yield* run.request(createRequest(CLAIMS, pod.metadata.namespace ?? '', claim));
      if (!succeeded(answer) && !isAlreadyExists(answer))
        return fail(volume, `create PVC ${claim.metadata.name}: ${errorText(answer)}`);
    }
    return taken === undefined ? undefined : fail(taken.volume, taken.message);
  });
  return {
    name: 'ephemeral-volume-controller',
    eventSource: 'ephemeral_volume',
    workers: 5,
    watches: [
      {
        resource: 'pods',
        concerns: (pod) => volumesOf(pod).length > 0,
        keys: ({ type, now }) => (type !== 'DELETED' && volumesOf(now).length > 0 ? [keyOf(now)] : []),
      },
      { resource: CLAIMS, looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    reconcile(view, _memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      const pod = view.get('pods', namespace, name)?.object;
      if (pod === undefined || isBeingDeleted(pod)) return emptyPlan;
      const claims: Input['claims'][number][] = [];
      let taken: Input['taken'];
      for (const volume of volumesOf(pod)) {
        const claim = claimFor(pod, volume);
        const existing = view.get(CLAIMS, namespace, claim.metadata.name as string)?.object;
        if (existing === undefined) claims.push({ volume: volume.name, claim });
        else if (!isControlledBy(existing, pod))
          taken = {
            volume: volume.name,
            message: `PVC ${namespace}/${claim.metadata.name} was not created for pod ${key} (pod is not owner)`,
          };
      }
      return claims.length === 0 && taken === undefined ? emptyPlan : sync.start({ pod, claims, taken }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, _point, data, answers) => sync.resume(nowUs, data, answers),
  };
}
