import type { KubeObject } from '../../contracts/objects.ts';
import { WHY } from '../../contracts/whys.ts';
import { changed, keyOf } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { type Conversation, type Outcome, type ScriptRun, succeeded } from '../support/script.ts';
import { updateVolumePhase } from './bind.ts';
import { annotation, BOUND_BY_CONTROLLER, isInTree, PROVISIONED_BY, VOLUMES } from './facts.ts';

/** What the caches say when a volume is synced; plain data. */
export interface VolumeInput {
  readonly volume: KubeObject;
  /** The claim that the volume refers to, with that uid. */
  readonly claim?: KubeObject;
}

const FAILED: Outcome = { failed: true };

/** Source: pv_controller.go syncVolume. */
export function* syncVolume(run: ScriptRun, { volume, claim }: VolumeInput): Conversation<Outcome | undefined> {
  const ref = volume.spec?.claimRef;
  // Free, or kept for a claim that is not there yet.
  if (ref === undefined || (ref.uid ?? '') === '') return outcome(yield* updateVolumePhase(run, volume, 'Available'));
  if (claim === undefined) return yield* release(run, volume);
  const named: string = claim.spec?.volumeName ?? '';
  // The claim's own sync completes the binding.
  if (named === '') return { enqueue: [{ key: keyOf(claim), afterUs: 0, why: WHY.none }] };
  if (named === volume.metadata.name) return outcome(yield* updateVolumePhase(run, volume, 'Bound'));
  if (annotation(volume, PROVISIONED_BY) !== undefined && volume.spec?.persistentVolumeReclaimPolicy === 'Delete')
    return yield* release(run, volume);
  return outcome(yield* unbind(run, volume));
}

const outcome = (written: KubeObject | undefined) => (written === undefined ? FAILED : undefined);

/** The claim took another volume: this one is free again. */
function* unbind(run: ScriptRun, volume: KubeObject): Conversation<KubeObject | undefined> {
  const { claimRef, ...spec } = volume.spec ?? {};
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { uid: _, ...kept } = claimRef;
  const free = changed(volume, {
    metadata: { annotations },
    spec: byController === undefined ? { ...spec, claimRef: kept } : spec,
  });
  const answer = yield* run.request(updateRequest(VOLUMES, free));
  if (!succeeded(answer)) return undefined;
  return yield* updateVolumePhase(run, answer.version?.object ?? free, 'Available');
}

/** The claim is gone: what happens to the volume, its policy says. */
function* release(run: ScriptRun, volume: KubeObject): Conversation<Outcome | undefined> {
  const phase: string = volume.status?.phase ?? '';
  if (phase === 'Failed') return undefined;
  const released = yield* updateVolumePhase(run, volume, 'Released');
  if (released === undefined) return FAILED;
  if (released.spec?.persistentVolumeReclaimPolicy !== 'Delete') return undefined;
  const provisioner = annotation(released, PROVISIONED_BY);
  // Whoever made the volume deletes it.
  if ((provisioner !== undefined && !isInTree(provisioner)) || released.spec?.csi !== undefined) return undefined;
  const text = `error getting deleter volume plugin for volume "${released.metadata.name}": no deletable volume plugin matched`;
  const failed = yield* updateVolumePhase(run, released, 'Failed', text);
  if (failed === undefined) return FAILED;
  run.event({ regarding: failed, type: 'Warning', reason: 'VolumeFailedDelete', message: text });
  return undefined;
}
