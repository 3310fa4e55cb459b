import type { KubeObject } from '../../contracts/objects.ts';
import { changed, semanticallyEqual } from '../support/objects.ts';
import { updateRequest } from '../support/requests.ts';
import { type Conversation, type ScriptRun, succeeded } from '../support/script.ts';
import { annotation, BIND_COMPLETED, BOUND_BY_CONTROLLER, CLAIMS, VOLUMES } from './facts.ts';

/** The object as the server has it now; undefined = the write failed. */
type Written = KubeObject | undefined;

function* update(run: ScriptRun, resource: string, object: KubeObject, subresource?: string): Conversation<Written> {
  const answer = yield* run.request(updateRequest(resource, object, subresource));
  return succeeded(answer) ? (answer.version?.object ?? answer.object) : undefined;
}

export function* updateVolumePhase(
  run: ScriptRun,
  volume: KubeObject,
  phase: string,
  message?: string,
): Conversation<Written> {
  if (volume.status?.phase === phase && (volume.status?.message ?? '') === (message ?? '')) return volume;
  const { message: _, ...status } = volume.status ?? {};
  const next = { ...status, phase, ...(message === undefined ? {} : { message }) };
  return yield* update(run, VOLUMES, changed(volume, { status: next }), 'status');
}

/** Phase, and of a bound claim what it got. */
export function* updateClaimStatus(
  run: ScriptRun,
  claim: KubeObject,
  phase: string,
  volume?: KubeObject,
): Conversation<Written> {
  const { accessModes: _modes, capacity: _capacity, ...rest } = claim.status ?? {};
  const gets =
    volume === undefined
      ? {}
      : {
          accessModes: volume.spec?.accessModes,
          // What is bound already keeps its capacity, which grows by the resizer only.
          capacity: claim.status?.phase === phase ? claim.status?.capacity : volume.spec?.capacity,
        };
  const status = { ...rest, ...gets, phase };
  if (semanticallyEqual(claim.status, status)) return claim;
  return yield* update(run, CLAIMS, changed(claim, { status }), 'status');
}

function withAnnotations(object: KubeObject, ...names: readonly string[]): KubeObject {
  const added = Object.fromEntries(names.map((name) => [name, 'yes']));
  return changed(object, { metadata: { annotations: { ...object.metadata.annotations, ...added } } });
}

function* bindVolumeToClaim(run: ScriptRun, volume: KubeObject, claim: KubeObject): Conversation<Written> {
  const ref = volume.spec?.claimRef;
  if (ref?.uid === claim.metadata.uid) return volume;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
  // Who pre-bound the volume shall keep it after the claim is gone.
  const base = ref === undefined ? withAnnotations(volume, BOUND_BY_CONTROLLER) : volume;
  return yield* update(run, VOLUMES, changed(base, { spec: { ...volume.spec, claimRef } }));
}

function* bindClaimToVolume(run: ScriptRun, volume: KubeObject, claim: KubeObject): Conversation<Written> {
  const isNamed = claim.spec?.volumeName === volume.metadata.name;
  if (isNamed && annotation(claim, BIND_COMPLETED) !== undefined) return claim;
  const annotated = withAnnotations(claim, BIND_COMPLETED, ...(isNamed ? [] : [BOUND_BY_CONTROLLER]));
  return yield* update(run, CLAIMS, changed(annotated, { spec: { ...claim.spec, volumeName: volume.metadata.name } }));
}

/**
 * Up to four writes, in this order, so that whoever crashes between two can finish them: the volume names the claim, the
 * volume is Bound, the claim names the volume, the claim is Bound. False = one failed. Source: pv_controller.go bind.
 */
export function* bind(run: ScriptRun, volume: KubeObject, claim: KubeObject): Conversation<boolean> {
  const referring = yield* bindVolumeToClaim(run, volume, claim);
  const bound = referring && (yield* updateVolumePhase(run, referring, 'Bound'));
  const named = bound && (yield* bindClaimToVolume(run, bound, claim));
  return named !== undefined && (yield* updateClaimStatus(run, named, 'Bound', bound)) !== undefined;
}
