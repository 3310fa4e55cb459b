import { eachOf, type FieldError, forbidden, invalid, need, type Piece, same } from '../common.ts';
import { internalJson } from '../internal.ts';
import { specDiff } from '../specDiff.ts';
import { validateAnnotationUpdates, validatePodAnnotations } from './annotations.ts';
import { imageSpaces } from './containers.ts';
import { validateTolerations } from './scheduling.ts';
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
  // Once more than with the spec.
  return validateTolerations(now, 'spec.tolerations');
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
    if (!same(now.affinity?.nodeAffinity, before.affinity?.nodeAffinity)) {
      const { nodeAffinity: _, ...others } = now.affinity ?? {};
      const old = before.affinity?.nodeAffinity;
      if (old !== undefined) result.affinity = { nodeAffinity: old, ...others };
      else if (before.affinity === undefined && !Object.keys(others).length) result.affinity = undefined;
      else result.affinity = others;
    }
  }
  return result;
}

/** A gated pod's required node affinity may be narrowed only (validateNodeAffinityMutation). */
function validateAffinityNarrows(now: Piece, before: Piece): FieldError[] {
  const termsOf = (spec: Piece): readonly Piece[] =>
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const old = termsOf(before);
  const fresh = termsOf(now);
  if (!before.schedulingGates?.length || !old.length) return [];
  if (same(now.affinity?.nodeAffinity, before.affinity?.nodeAffinity)) return [];
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const shown = (term: Piece): Piece => internalJson(term, 'io.k8s.api.core.v1.NodeSelectorTerm');
  if (fresh.length !== old.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalid(path, fresh.length ? fresh.map(shown) : null, why)];
  }
  return old.flatMap((term, i) =>
    isNarrowed(fresh[i], term)
      ? []
      : [invalid(`${path}[${i}]`, shown(fresh[i]), 'only additions are allowed (no mutations or deletions)')],
  );
}

/** A term that selects nothing stays so; of others what was there stays in front. */
function isNarrowed(now: Piece, before: Piece): boolean {
  const lists = ['matchExpressions', 'matchFields'];
  const given = (term: Piece, list: string): readonly Piece[] => term[list] ?? [];
  if (lists.every((list) => !given(before, list).length)) return lists.every((list) => !given(now, list).length);
  return lists.every((list) => same(given(now, list).slice(0, given(before, list).length), given(before, list)));
}

/** A gated pod may say of more labels what its node must have, not of fewer or otherwise. */
function validateSelectorGrows(now: Piece, before: Piece): FieldError[] {
  if (!before.schedulingGates?.length) return [];
  const old: Readonly<Record<string, string>> = before.nodeSelector ?? {};
  const kept = Object.keys(old).every((key) => now.nodeSelector?.[key] === old[key]);
  const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
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
      errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
      return errors;
    }
    // Once more than with the spec.
    errors.push(
      ...eachOf(a, `spec.${list}`, (container, at) => [
        ...need(container.image, `${at}.image`),
        ...imageSpaces(container, at),
      ]),
    );
  }
  const deadline = validateDeadline(now.spec, before.spec);
  errors.push(...deadline);
  if (deadline.length && now.spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(...validateTolerationsGrow(now.spec.tolerations, before.spec.tolerations));
  errors.push(...validateGatesShrink(now.spec.schedulingGates, before.spec.schedulingGates));
  errors.push(...validateSelectorGrows(now.spec, before.spec), ...validateAffinityNarrows(now.spec, before.spec));
  const kept = withMutableFieldsOf(now.spec, before.spec);
  if (!same(kept, before.spec)) errors.push(forbidden('spec', POD_UPDATE + specDiff(before.spec, kept, POD_SPEC)));
  return errors;
}

/** For the ephemeralcontainers subresource: only additions. */
export function validateEphemeralUpdate(now: Piece, before: Piece): FieldError[] {
  const path = 'spec.ephemeralContainers';
  if (isMirror(before)) return [forbidden('', 'static pods do not support ephemeral containers')];
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
        forbidden(
          path,
          `existing ephemeral containers ${JSON.stringify(container.name)} may not be changed${specDiff(container, kept, EPHEMERAL)}`,
        ),
      );
  }
  return errors;
}

const QOS_CHANGED = 'Pod QOS Class may not change as a result of resizing';

const EPHEMERAL = 'io.k8s.api.core.v1.EphemeralContainer';

const isMirror = (pod: Piece): boolean => pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** Pods that cannot be resized at all; told alone. */
function notResizable(now: Piece, before: Piece): string | undefined {
  const hasOwn = ({ spec }: Piece): boolean =>
    Object.keys(spec.resources?.requests ?? {}).length + Object.keys(spec.resources?.limits ?? {}).length > 0;
  if (hasOwn(before) || hasOwn(now)) return 'pods with pod-level resources cannot be resized';
  if (isMirror(before)) return 'static pods cannot be resized';
  return before.spec.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

/** The same containers in the same places. */
function validatePlaces(now: Piece, before: Piece): FieldError[] {
  return ['containers', 'initContainers'].flatMap((list) => {
    const fresh: readonly Piece[] = now.spec[list] ?? [];
    const old: readonly Piece[] = before.spec[list] ?? [];
    if (fresh.length !== old.length)
      return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
    return old.flatMap(({ name }, i) =>
      fresh[i].name === name
        ? []
        : [forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`)],
    );
  });
}

/** Requests and limits that were set stay set. */
function validateKept(now: Piece, before: Piece, path: string): FieldError[] {
  return ['requests', 'limits'].flatMap((list) => {
    const fresh = now.resources?.[list] ?? {};
    const gone = Object.keys(before.resources?.[list] ?? {}).some((name) => fresh[name] === undefined);
    return gone ? [forbidden(`${path}.${list}`, `resource ${list} cannot be removed`)] : [];
  });
}

/** A container as it was but for what a resize may not change of it: all but cpu and memory. */
function withOldComputing(now: Piece, before: Piece): Piece {
  const list = (name: string): Piece => {
    const old = before.resources?.[name];
    if (old === undefined && now.resources?.[name] === undefined) return undefined;
    const { cpu: _, memory: __, ...others } = now.resources?.[name] ?? {};
    const kept = Object.fromEntries(['cpu', 'memory'].filter((r) => old?.[r] !== undefined).map((r) => [r, old[r]]));
    const result = { ...others, ...kept };
    return Object.keys(result).length ? result : undefined;
  };
  return { ...now, resources: withoutUnset({ requests: list('requests'), limits: list('limits') }) };
}

const withoutUnset = (piece: Piece): Piece =>
  Object.fromEntries(Object.entries(piece).filter(([, value]) => value !== undefined));

/** A container whose empty lists of resources are as good as none. */
function plain(container: Piece): Piece {
  const list = (name: string): Piece => {
    const given = container.resources?.[name];
    return given && Object.keys(given).length ? given : undefined;
  };
  const { claims } = container.resources ?? {};
  return { ...container, resources: withoutUnset({ requests: list('requests'), limits: list('limits'), claims }) };
}

function validateComputingOnly(now: Piece, before: Piece): FieldError[] {
  const why = (list: string, container: Piece, old: Piece): string | undefined => {
    if (list === 'containers' || container.restartPolicy === 'Always') {
      if (same(withOldComputing(container, old), plain(old))) return undefined;
      return `only cpu and memory resources${list === 'containers' ? '' : ' for sidecar containers'} are mutable`;
    }
    return same(plain(container), plain(old)) ? undefined : 'resources for non-sidecar init containers are immutable';
  };
  return ['containers', 'initContainers'].flatMap((list) =>
    (now.spec[list] ?? []).flatMap((container: Piece, i: number) => {
      const text = why(list, container, before.spec[list][i]);
      return text === undefined ? [] : [forbidden('spec', text)];
    }),
  );
}

/** Has the node of a running pod said what its containers have got? */
function isSupported(pod: Piece): boolean {
  const running = (pod.status?.containerStatuses ?? []).find(({ state }: Piece) => state?.running);
  return running === undefined || running.resources !== undefined;
}

/** ValidatePodResize. `qos` is the class that the resized pod would have; the message shows the one it has. */
export function validateResize(now: Piece, before: Piece, qos: string): FieldError[] {
  const never = notResizable(now, before);
  if (never !== undefined) return [forbidden('', never)];
  const errors = [...validatePodAnnotations(now), ...validatePod(now)];
  if (before.status?.qosClass && before.status.qosClass !== qos)
    errors.push(invalid('spec', before.status.qosClass, QOS_CHANGED));
  if (!isSupported(before)) errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  const moved = validatePlaces(now, before);
  if (moved.length) return [...errors, ...moved];
  for (const list of ['initContainers', 'containers']) {
    (before.spec[list] ?? []).forEach((old: Piece, i: number) => {
      if (list === 'initContainers' && old.restartPolicy !== 'Always') return;
      errors.push(...validateKept(now.spec[list][i], old, `spec.${list}[${i}].resources`));
    });
  }
  return [...errors, ...validateComputingOnly(now, before)];
}
