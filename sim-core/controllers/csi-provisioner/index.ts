import { storageClassOf } from '../../api/helpers/volumes.ts';
import { type Controller, type ControllerWatch, LOOKS_AT } from '../../contracts/controllers.ts';
import type { TimeUs } from '../../contracts/ids.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import { type Distribution, hashString, sampleUs } from '../../engine/index.ts';
import { changed, hasFinalizer, keyOf, splitKey } from '../support/objects.ts';
import { createRequest, deleteRequest, updateRequest } from '../support/requests.ts';
import { emptyPlan, isAlreadyExists, isNotFound, script, succeeded } from '../support/script.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const CLASSES = 'storageclasses.storage.k8s.io';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
/** Drivers of block storage tell zones apart by this label of the node. */
const ZONE = 'topology.kubernetes.io/zone';
/** Model: what making or deleting a cloud's block volume takes (node-and-api.md: 3-10 s). */
const WORK: Distribution = { kind: 'logNormal', p50Us: 4_000_000, p99Us: 10_000_000 };

/** When the storage will be done with the key's volume. */
interface Memory {
  readonly readyUs?: TimeUs;
  readonly of?: string;
}

interface Input {
  readonly claim: KubeObject;
  readonly volume: KubeObject;
  readonly provisioner: string;
}

const volumeNameOf = (claim: KubeObject) => `pvc-${claim.metadata.uid}`;

/** Source: sigs.k8s.io/sig-storage-lib-external-provisioner shouldProvision. */
function shouldProvision(claim: KubeObject, storageClass: KubeObject | undefined): boolean {
  const provisioner = claim.metadata.annotations?.[PROVISIONER];
  if ((claim.spec?.volumeName ?? '') !== '' || provisioner === undefined || storageClass === undefined) return false;
  if (provisioner !== storageClass['provisioner'] || claim.metadata.deletionTimestamp !== undefined) return false;
  const isDelayed = storageClass['volumeBindingMode'] === 'WaitForFirstConsumer';
  return !isDelayed || claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
}

/** The volume for a claim. On a selected node it is reachable from that node's zone only. */
function volumeFor(claim: KubeObject, storageClass: KubeObject, node: KubeObject | undefined): KubeObject {
  const provisioner: string = storageClass['provisioner'];
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const zone = node?.metadata.labels?.[ZONE];
  const term = { matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeNameOf(claim),
      annotations: {
        [PROVISIONED_BY]: provisioner,
        'volume.kubernetes.io/provisioner-deletion-secret-name': '',
        'volume.kubernetes.io/provisioner-deletion-secret-namespace': '',
      },
      finalizers: [FINALIZER],
    },
    spec: {
      accessModes: claim.spec?.accessModes,
      capacity: { storage: claim.spec?.resources?.requests?.storage ?? '0' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      csi: { driver: provisioner, volumeHandle: volumeNameOf(claim) },
      ...(zone === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [term] } } }),
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClassOf(claim),
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      ...(storageClass['mountOptions'] === undefined ? {} : { mountOptions: storageClass['mountOptions'] }),
    },
  };
}

const create = script<Input>('create', function* (run, { claim, volume, provisioner }) {
  const answer = yield* run.request(createRequest(VOLUMES, '', volume));
  if (!succeeded(answer) && !isAlreadyExists(answer)) return { failed: true };
  const message = `Successfully provisioned volume ${volume.metadata.name}`;
  run.event({ regarding: claim, type: 'Normal', reason: 'ProvisioningSucceeded', message, source: provisioner });
  return undefined;
});

/** The storage is gone: the object goes, and then the finalizer that kept it. */
const remove = script<{ readonly volume: KubeObject }>('remove', function* (run, { volume }) {
  const answer = yield* run.request(deleteRequest(VOLUMES, volume));
  if (isNotFound(answer)) return undefined;
  if (!succeeded(answer)) return { failed: true };
  const left = answer.version?.object;
  if (left === undefined || !hasFinalizer(left, FINALIZER)) return undefined;
  const finalizers = (left.metadata.finalizers ?? []).filter((f) => f !== FINALIZER);
  const freed = yield* run.request(updateRequest(VOLUMES, changed(left, { metadata: { finalizers } })));
  return succeeded(freed) || isNotFound(freed) ? undefined : { failed: true };
});

function shouldDelete(volume: KubeObject): boolean {
  return (
    volume.status?.phase === 'Released' &&
    volume.spec?.persistentVolumeReclaimPolicy === 'Delete' &&
    volume.metadata.annotations?.[PROVISIONED_BY] !== undefined &&
    hasFinalizer(volume, FINALIZER)
  );
}

const unlessDeleted: ControllerWatch['keys'] = ({ type, now }) => (type === 'DELETED' ? [] : [keyOf(now)]);

/**
 * The provisioners of the storage classes of a cluster, as the external-provisioner sidecar of a CSI driver acts: claims that
 * the volume controller leaves to one get a volume after a while, released volumes of policy Delete go. One process serves
 * all drivers. Keys with a namespace are claims, others volumes.
 */
export function csiProvisioner(): Controller<Memory> {
  /** Waits once for the storage; then the plan runs. */
  const afterWork = (memory: Memory, of: string, nowUs: TimeUs): TimeUs | undefined => {
    const readyUs = memory.of === of ? memory.readyUs : undefined;
    if (readyUs === undefined) return nowUs + sampleUs(WORK, hashString(of) >>> 0);
    return readyUs > nowUs ? readyUs : undefined;
  };
  return {
    name: 'csi-provisioner',
    workers: 10,
    initialMemory: {},
    watches: [
      { resource: CLAIMS, keys: unlessDeleted },
      { resource: VOLUMES, keys: unlessDeleted },
      { resource: CLASSES, looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: 'nodes', looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    reconcile(view, memory, key, nowUs) {
      const { namespace, name } = splitKey(key);
      if (namespace === '') {
        const volume = view.get(VOLUMES, '', name)?.object;
        if (volume === undefined || !shouldDelete(volume)) return emptyPlan;
        const of = `delete/${volume.metadata.uid}`;
        const readyUs = afterWork(memory, of, nowUs);
        if (readyUs === undefined) return { ...remove.start({ volume }, nowUs), memory: {} };
        return { steps: [], requeue: { afterUs: readyUs - nowUs, why: WHY.requeueAfter }, memory: { readyUs, of } };
      }
      const claim = view.get(CLAIMS, namespace, name)?.object;
      if (claim === undefined) return emptyPlan;
      const storageClass = view.get(CLASSES, '', storageClassOf(claim))?.object;
      if (storageClass === undefined || !shouldProvision(claim, storageClass)) return emptyPlan;
      const node = claim.metadata.annotations?.[SELECTED_NODE];
      const provisioner: string = storageClass['provisioner'];
      const of = `provision/${claim.metadata.uid}`;
      const readyUs = afterWork(memory, of, nowUs);
      if (readyUs !== undefined) {
        const message = `External provisioner is provisioning volume for claim "${key}"`;
        const event = {
          regarding: claim,
          type: 'Normal',
          reason: 'Provisioning',
          message,
          source: provisioner,
        } as const;
        return {
          steps: memory.of === of ? [] : [{ do: 'event', event }],
          requeue: { afterUs: readyUs - nowUs, why: WHY.requeueAfter },
          memory: { readyUs, of },
        };
      }
      if (view.get(VOLUMES, '', volumeNameOf(claim)) !== undefined) return emptyPlan;
      const selected = node === undefined ? undefined : view.get('nodes', '', node)?.object;
      return create.start({ claim, volume: volumeFor(claim, storageClass, selected), provisioner }, nowUs);
    },
    resume: (_view, _memory, _key, nowUs, point, data, answers) =>
      (point === 'create' ? create : remove).resume(nowUs, data, answers),
  };
}
