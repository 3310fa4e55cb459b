import { eachOf, type FieldError, forbidden, invalid, type Piece, same } from '../common.ts';
import { specDiff } from '../specDiff.ts';
import { validateAnnotationUpdates, validatePodAnnotations } from './annotations.ts';
import { validatePod } from './spec.ts';

const POD_SPEC = 'io.k8s.api.core.v1.PodSpec';

/** Updates of pods (ValidatePodUpdate, ValidatePodEphemeralContainersUpdate, ValidatePodStatusUpdate). */

export const POD_UPDATE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** The old tolerations, unchanged but for shorter times, followed by new ones. */
function validateTolerationsGrow(now: readonly Piece[] = [], before: readonly Piece[] = []): FieldError[] {
  const bare = (toleration: Piece): Piece => ({ ...toleration, tolerationSeconds: undefined });
  for (const old of before) {
    if (!now.some((toleration) => same(bare(toleration), bare(old))))
      return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
  }
  return [];
}

function validateDeadline(now: Piece, before: Piece): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  const a = now.activeDeadlineSeconds;
  const b = before.activeDeadlineSeconds;
  if (a !== undefined) {
    if (a < 0 || a > 2147483647) return [invalid(path, a, 'must be between 0 and 2147483647, inclusive')];
    if (b !== undefined && b < a) return [invalid(path, a, 'must be less than or equal to previous value')];
    return [];
  }
  return b !== undefined ? [invalid(path, null, 'must not update from a positive integer to nil value')] : [];
}

function validateGatesShrink(now: readonly Piece[] = [], before: readonly Piece[] = []): FieldError[] {
  const old = new Set(before.map((gate) => gate.name));
  return eachOf(now, 'spec.schedulingGates', (gate, at) =>
    old.has(gate.name)
      ? []
      : [forbidden(`${at}.name`, `only deletion is allowed, but found new scheduling gate '${gate.name}'`)],
  );
}

/** The new spec with every field that may change set back; gated pods may also narrow where they may run. */
function withMutableFieldsOf(now: Piece, before: Piece): Piece {
  const images = (list: readonly Piece[] | undefined, old: readonly Piece[] | undefined): Piece =>
    list?.map((container, i) => ({ ...container, image: old?.[i]?.image }));
  const { activeDeadlineSeconds: _, ...rest } = now;
  const result: Record<string, Piece> = { ...rest };
  if (now.containers) result.containers = images(now.containers, before.containers);
  if (now.initContainers) result.initContainers = images(now.initContainers, before.initContainers);
  if (before.activeDeadlineSeconds !== undefined) result.activeDeadlineSeconds = before.activeDeadlineSeconds;
  result.tolerations = before.tolerations;
  result.schedulingGates = before.schedulingGates;
  if (before.terminationGracePeriodSeconds < 0 && now.terminationGracePeriodSeconds === 1)
    result.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds;
  if (before.schedulingGates?.length) {
    result.nodeSelector = before.nodeSelector;
    result.affinity = before.affinity;
  }
  return result;
}

/** A gated pod may say of more labels what its node must have, not of fewer or otherwise. */
function validateSelectorGrows(now: Piece, before: Piece): FieldError[] {
  if (!before.schedulingGates?.length) return [];
  const old: Readonly<Record<string, string>> = before.nodeSelector ?? {};
  const kept = Object.keys(old).every((key) => now.nodeSelector?.[key] === old[key]);
  const why = 'only additions are allowed (no mutations or deletions)';
  return kept ? [] : [invalid('spec.nodeSelector', now.nodeSelector ?? null, why)];
}

/** What is wrong with its annotations now; those that were so before may stay. */
function changedAnnotations(now: Piece, before: Piece): FieldError[] {
  return now.metadata.annotations === before.metadata.annotations || validatePodAnnotations(before).length > 0
    ? []
    : validatePodAnnotations(now);
}

export function validatePodUpdate(now: Piece, before: Piece): FieldError[] {
  const errors = [...changedAnnotations(now, before), ...validatePod(now), ...validateAnnotationUpdates(now, before)];
  for (const list of ['containers', 'initContainers']) {
    const a = now.spec[list] ?? [];
    if (a.length !== (before.spec[list] ?? []).length) {
      errors.push(
        forbidden(
          `spec.${list}`,
          list === 'containers'
            ? 'pod updates may not add or remove containers'
            : 'pod updates may not add or remove containers',
        ),
      );
      return errors;
    }
  }
  errors.push(...validateDeadline(now.spec, before.spec));
  errors.push(...validateTolerationsGrow(now.spec.tolerations, before.spec.tolerations));
  errors.push(...validateGatesShrink(now.spec.schedulingGates, before.spec.schedulingGates));
  errors.push(...validateSelectorGrows(now.spec, before.spec));
  const kept = withMutableFieldsOf(now.spec, before.spec);
  if (!same(kept, before.spec)) errors.push(forbidden('spec', POD_UPDATE + specDiff(before.spec, kept, POD_SPEC)));
  return errors;
}

/** For the ephemeralcontainers subresource: only additions. */
export function validateEphemeralUpdate(now: Piece, before: Piece): FieldError[] {
  const path = 'spec.ephemeralContainers';
  const errors = validatePod(now);
  const old: readonly Piece[] = before.spec.ephemeralContainers ?? [];
  const byName = new Map<string, Piece>(
    (now.spec.ephemeralContainers ?? []).map((container: Piece) => [container.name, container]),
  );
  for (const container of old) {
    const kept = byName.get(container.name);
    if (!kept)
      errors.push(
        forbidden(path, `existing ephemeral containers ${JSON.stringify(container.name)} may not be removed\n`),
      );
    else if (!same(kept, container))
      errors.push(
        forbidden(path, `existing ephemeral containers ${JSON.stringify(container.name)} may not be changed\n`),
      );
  }
  return errors;
}

const QOS_CHANGED = 'Pod QOS Class may not change as a result of resizing';

/** `qos` is the class that the resized pod would have; the message shows the one it has. */
export function validateResize(now: Piece, before: Piece, qos: string): FieldError[] {
  const errors = validatePod(now);
  if (before.status?.qosClass && before.status.qosClass !== qos)
    errors.push(invalid('spec', before.status.qosClass, QOS_CHANGED));
  return errors;
}
