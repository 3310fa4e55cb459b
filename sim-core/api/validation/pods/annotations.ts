import { type FieldError, forbidden, hasBacksteps, invalid, type Piece, sortedKeys } from '../common.ts';
import { containersOf } from './places.ts';

/** Annotations of pods that mean something (ValidatePodSpecificAnnotations, pkg/apis/core/validation). */

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
export const APPARMOR_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';

/** Of a pod or, with the path of its annotations, a template. */
export function validatePodAnnotations(pod: Piece, path = 'metadata.annotations'): FieldError[] {
  const annotations: Readonly<Record<string, string>> | undefined = pod.metadata?.annotations;
  if (!annotations) return [];
  const spec = pod.spec ?? {};
  const errors: FieldError[] = [];
  if (annotations[MIRROR] !== undefined && !spec.nodeName) {
    const why = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${path}[${MIRROR}]`, annotations[MIRROR], why));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost))
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  for (const key of sortedKeys(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER))
      errors.push(...seccompErrors(annotations[key], `${path}.${key}`));
  }
  const names = new Set(containersOf(spec, 'spec').map(({ container }) => container.name));
  for (const key of sortedKeys(annotations)) {
    if (!key.startsWith(APPARMOR_CONTAINER)) continue;
    const name = key.slice(APPARMOR_CONTAINER.length);
    const profile = annotations[key];
    if (!names.has(name)) errors.push(invalid(`${path}[${key}]`, name, 'container not found'));
    if (
      profile !== '' &&
      profile !== 'runtime/default' &&
      profile !== 'unconfined' &&
      !profile.startsWith('localhost/')
    )
      errors.push(invalid(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  }
  return errors;
}

/** What may not change of them once the pod is there (ValidatePodSpecificAnnotationUpdates). */
export function validateAnnotationUpdates(now: Piece, before: Piece): FieldError[] {
  const fresh: Readonly<Record<string, string>> = now.metadata.annotations ?? {};
  const old: Readonly<Record<string, string>> = before.metadata.annotations ?? {};
  if (fresh === old) return [];
  const wrong = (key: string, how: string): FieldError[] => {
    const at = `metadata.annotations[${key}]`;
    if (key.startsWith(APPARMOR_CONTAINER)) return [forbidden(at, `may not ${how} AppArmor annotations`)];
    return key === MIRROR ? [forbidden(at, `may not ${how} mirror pod annotation`)] : [];
  };
  return [
    ...sortedKeys(old).flatMap((key) => (fresh[key] === old[key] ? [] : wrong(key, 'remove or update'))),
    ...sortedKeys(fresh).flatMap((key) => (old[key] === undefined ? wrong(key, 'add') : [])),
  ];
}

/** As Go's strconv.ParseInt reads it, where the first character may be neither `+` nor a leading zero; `-07` is a number. */
function isInt32(text: string): boolean {
  if (!/^(0|[1-9][0-9]*|-[0-9]+)$/.test(text)) return false;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 31;
}

function seccompErrors(profile: string, path: string): FieldError[] {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return [];
  if (!profile.startsWith('localhost/')) return [invalid(path, profile, 'must be a valid seccomp profile')];
  const local = profile.slice('localhost/'.length);
  if (local.startsWith('/')) return [invalid(path, local, 'must be a relative path')];
  return hasBacksteps(local) ? [invalid(path, local, "must not contain '..'")] : [];
}

/** The old annotations and the fields may not contradict each other on creation. */
export function validateProfilesMatch(pod: Piece, path = 'spec'): FieldError[] {
  const annotations: Readonly<Record<string, string>> = pod.metadata?.annotations ?? {};
  const spec = pod.spec ?? {};
  const own = { profile: spec.securityContext?.seccompProfile, key: SECCOMP_POD, at: path };
  const seccomp = [
    own,
    ...containersOf(spec, path).map(({ container, at }) => ({
      profile: container.securityContext?.seccompProfile,
      key: `${SECCOMP_CONTAINER}${container.name}`,
      at,
    })),
  ].flatMap(({ profile, key, at }) =>
    mismatch('seccomp', annotations[key], profile, `${at}.securityContext.seccompProfile`),
  );
  if (spec.os?.name === 'windows') return seccomp;
  const armor = containersOf(spec, path).flatMap(({ container, at }) =>
    mismatch(
      'apparmor',
      annotations[`${APPARMOR_CONTAINER}${container.name}`],
      container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile,
      `${at}.securityContext.appArmorProfile`,
    ),
  );
  return [...seccomp, ...armor];
}

function mismatch(what: string, annotation: string | undefined, profile: Piece, path: string): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const wrongType = [forbidden(`${path}.type`, `${what} type in annotation and field must match`)];
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : wrongType;
    case 'RuntimeDefault':
      return annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default')
        ? []
        : wrongType;
    case 'Localhost':
      if (!annotation.startsWith('localhost/')) return wrongType;
      return annotation.slice('localhost/'.length) === profile.localhostProfile
        ? []
        : [forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`)];
    default:
      return [];
  }
}
