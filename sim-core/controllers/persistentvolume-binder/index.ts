import { storageClassOf } from '../../api/helpers/volumes.ts';
import type { ApiResponse } from '../../contracts/apiserver.ts';
import { type Controller, type ControllerWatch, LOOKS_AT, type Plan, type View } from '../../contracts/controllers.ts';
import { SECOND_US } from '../../contracts/ids.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import { podClaimIndex } from '../support/indexes.ts';
import { compareText, keyOf, splitKey } from '../support/objects.ts';
import { emptyPlan, script } from '../support/script.ts';
import { bestMatch, type ClaimInput, isDelayed, syncClaim } from './claims.ts';
import { CLAIMS, CLASSES, VOLUMES } from './facts.ts';
import { syncVolume, type VolumeInput } from './volumes.ts';

/** Source: pv_controller_base.go: --pvclaimbinder-sync-period. */
const RESYNC_US = 15 * SECOND_US;
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** Objects as this controller wrote them, until its cache shows them: `resource/key` -> object. */
type Written = Readonly<Record<string, KubeObject>>;

const revisionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion ?? '0');

/** The caches, with the controller's own writes that they do not show yet (pv_controller keeps such stores). */
class Stores {
  private readonly view: View;
  private readonly written: Written;

  constructor(view: View, written: Written) {
    this.view = view;
    this.written = written;
  }

  get(resource: string, key: string): KubeObject | undefined {
    const { namespace, name } = splitKey(key);
    const cached = this.view.get(resource, namespace, name)?.object;
    return cached === undefined ? undefined : this.newer(resource, cached);
  }

  list(resource: string): readonly KubeObject[] {
    return this.view.list(resource, '').map((v) => this.newer(resource, v.object));
  }

  private newer(resource: string, cached: KubeObject): KubeObject {
    const own = this.written[`${resource}/${keyOf(cached)}`];
    return own !== undefined && own.metadata.uid === cached.metadata.uid && revisionOf(own) > revisionOf(cached)
      ? own
      : cached;
  }
}

/** What the caches show by now is forgotten; undefined = nothing changed. */
function pruned(view: View, written: Written): Written | undefined {
  const keys = Object.keys(written);
  const kept = keys.filter((path) => {
    const slash = path.indexOf('/');
    const { namespace, name } = splitKey(path.slice(slash + 1));
    const cached = view.get(path.slice(0, slash), namespace, name)?.object;
    return cached !== undefined && revisionOf(cached) < revisionOf(written[path]);
  });
  return kept.length === keys.length ? undefined : Object.fromEntries(kept.map((path) => [path, written[path]]));
}

function resourceOf(object: KubeObject): string | undefined {
  return object.kind === 'PersistentVolume' ? VOLUMES : object.kind === 'PersistentVolumeClaim' ? CLAIMS : undefined;
}

function withAnswers(written: Written, answers: readonly ApiResponse[]): Written | undefined {
  const added = answers.flatMap(({ code, version }) => {
    const resource = code < 300 && version !== undefined ? resourceOf(version.object) : undefined;
    return resource === undefined || version === undefined
      ? []
      : [[`${resource}/${keyOf(version.object)}`, version.object] as const];
  });
  return added.length === 0 ? undefined : { ...written, ...Object.fromEntries(added) };
}

function claimInput(stores: Stores, view: View, claim: KubeObject): ClaimInput {
  const className = storageClassOf(claim);
  const storageClass = className === '' ? undefined : stores.get(CLASSES, className);
  const named: string = claim.spec?.volumeName ?? '';
  const volume =
    named === '' ? bestMatch(claim, stores.list(VOLUMES), isDelayed(storageClass)) : stores.get(VOLUMES, named);
  const waitingPods = isDelayed(storageClass)
    ? view
        .byIndex('pods', podClaimIndex.index, keyOf(claim))
        .filter(({ object }) => (object.spec?.nodeName ?? '') === '')
        .map(({ object }) => object.metadata.name ?? '')
        .sort(compareText)
    : [];
  return { claim, volume, storageClass, defaultClass: defaultClass(stores), waitingPods };
}

/** The newest class that is marked as the default. */
function defaultClass(stores: Stores): string | undefined {
  const created = (o: KubeObject) => o.metadata.creationTimestamp ?? '';
  let newest: KubeObject | undefined;
  for (const candidate of stores.list(CLASSES))
    if (
      candidate.metadata.annotations?.[DEFAULT_CLASS] === 'true' &&
      (newest === undefined || created(candidate) > created(newest))
    )
      newest = candidate;
  return newest?.metadata.name;
}

function volumeInput(stores: Stores, volume: KubeObject): VolumeInput {
  const ref = volume.spec?.claimRef;
  const claim = ref === undefined ? undefined : stores.get(CLAIMS, `${ref.namespace}/${ref.name}`);
  return { volume, claim: claim?.metadata.uid === ref?.uid ? claim : undefined };
}

/** A claim that goes or changes concerns the volume that it names. */
function claimKeys({ type, now, before }: Parameters<ControllerWatch['keys']>[0]): readonly string[] {
  const volume: string = now.spec?.volumeName ?? before?.spec?.volumeName ?? '';
  if (type === 'DELETED') return volume === '' ? [] : [volume];
  return [keyOf(now)];
}

/** A volume that goes concerns the claim that it refers to. */
function volumeKeys({ type, now }: Parameters<ControllerWatch['keys']>[0]): readonly string[] {
  const ref = now.spec?.claimRef;
  if (type === 'DELETED') return ref === undefined ? [] : [`${ref.namespace}/${ref.name}`];
  return [now.metadata.name ?? ''];
}

/**
 * pkg/controller/volume/persistentvolume: binds claims to volumes and follows both. Keys with a namespace are claims, others
 * volumes; one worker is for each.
 */
export function persistentVolumeBinder(): Controller<Written> {
  const claims = script('claim', syncClaim);
  const volumes = script('volume', syncVolume);
  const start = (view: View, memory: Written, key: string, nowUs: number): Plan => {
    const stores = new Stores(view, memory);
    const isClaim = key.includes('/');

    const object = stores.get(isClaim ? CLAIMS : VOLUMES, key);
    if (object === undefined) return emptyPlan;
    return isClaim
      ? claims.start(claimInput(stores, view, object), nowUs)
      : volumes.start(volumeInput(stores, object), nowUs);
  };
  return {
    name: 'persistent-volume-binder',
    eventSource: 'persistentvolume-controller',
    workers: 2,
    memoryScope: 'controller',
    initialMemory: {},
    watches: [
      { resource: CLAIMS, keys: claimKeys },
      { resource: VOLUMES, keys: volumeKeys },
      { resource: CLASSES, looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: 'pods', looksAt: LOOKS_AT.nothing, keys: () => [] },
      { resource: 'nodes', looksAt: LOOKS_AT.nothing, keys: () => [] },
    ],
    indexes: [podClaimIndex],
    reconcile(view, memory, key, nowUs) {
      const left = pruned(view, memory);
      return { ...start(view, left ?? memory, key, nowUs), memory: left };
    },
    resume: (_view, memory, _key, nowUs, point, data, answers) => ({
      ...(point === 'claim' ? claims : volumes).resume(nowUs, data, answers),
      memory: withAnswers(memory, answers),
    }),
    ticks: [{ name: 'resync', periodUs: RESYNC_US, why: WHY.resync }],
    tick(view) {
      const keys = [...view.list(CLAIMS, ''), ...view.list(VOLUMES, '')].map((v) => keyOf(v.object));
      return { steps: [], enqueue: keys.map((key) => ({ key, afterUs: 0, why: WHY.resync })) };
    },
  };
}
