import { isValidUserID } from '../../machinery/names.ts';
import {
  eachOf,
  type FieldError,
  invalid,
  invalidEach,
  localDescendingPath,
  need,
  notSupported,
  oneOf,
  type Piece,
  required,
  tooLong,
} from '../common.ts';
import { internalJson } from '../internal.ts';
import { validateWindowsOptions } from './windows.ts';

/** Security contexts of pods and containers. */

function userId(value: number | undefined, path: string): FieldError[] {
  return value === undefined ? [] : invalidEach(path, value, isValidUserID(value));
}

function validateSeccomp(profile: Piece, path: string): FieldError[] {
  if (!profile) return [];
  const errors = profile.type
    ? oneOf(profile.type, `${path}.type`, ['Localhost', 'RuntimeDefault', 'Unconfined'], false)
    : [required(`${path}.type`, 'type is required when seccompProfile is set')];
  const local = profile.localhostProfile;
  if (profile.type === 'Localhost') {
    if (local === undefined)
      errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    else errors.push(...localDescendingPath(local, `${path}.localhostProfile`));
  } else if (local !== undefined) {
    const shown = internalJson(profile, 'io.k8s.api.core.v1.SeccompProfile');
    errors.push(invalid(`${path}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

/** PATH_MAX of Linux without the zero at its end. */
const PATH_BYTES_MAX = 4095;

function validateAppArmor(profile: Piece, path: string): FieldError[] {
  if (!profile) return [];
  if (!profile.type) return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  const local = profile.localhostProfile;
  switch (profile.type) {
    case 'Localhost': {
      if (local === undefined)
        return [required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost')];
      const errors: FieldError[] = [];
      if (local.trim() !== local)
        errors.push(invalid(`${path}.localhostProfile`, local, 'must not be padded with whitespace'));
      else if (local === '')
        errors.push(required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost'));
      if (local.length > PATH_BYTES_MAX) errors.push(tooLong(`${path}.localhostProfile`, PATH_BYTES_MAX));
      return errors;
    }
    case 'RuntimeDefault':
    case 'Unconfined':
      return local === undefined
        ? []
        : [invalid(`${path}.localhostProfile`, local, 'can only be set when AppArmor type is Localhost')];
    default:
      return [notSupported(`${path}.type`, profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined'])];
  }
}

export function validateContainerSecurity(context: Piece, path: string, hostUsers: boolean): FieldError[] {
  if (!context) return [];
  const errors = [
    ...userId(context.runAsUser, `${path}.runAsUser`),
    ...userId(context.runAsGroup, `${path}.runAsGroup`),
  ];
  if (context.procMount !== undefined) {
    errors.push(...oneOf(context.procMount, `${path}.procMount`, ['Default', 'Unmasked'], false));
    if (hostUsers && context.procMount === 'Unmasked') {
      errors.push(invalid(`${path}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    const shown = internalJson(context, 'io.k8s.api.core.v1.SecurityContext');
    if (context.privileged)
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(
        invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'),
      );
    }
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
  ];
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

function validateSysctls(
  sysctls: readonly Piece[] | undefined,
  context: { network: boolean; ipc: boolean },
  path: string,
): FieldError[] {
  const names = new Set<string>();
  return eachOf(sysctls, path, (sysctl, at) => {
    const name: string = sysctl.name ?? '';
    const errors = need(name, `${at}.name`);
    if (name && (name.length > 253 || !SYSCTL.test(name))) errors.push(invalid(`${at}.name`, name, SYSCTL_TEXT));
    else if (name && names.has(name))
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.name`,
        body: `Duplicate value: ${JSON.stringify(name)}`,
      });
    names.add(name);
    const dotted = name.replaceAll('/', '.');
    if (context.network && dotted.startsWith('net.'))
      errors.push(invalid(`${at}.name`, name, "may not be specified when 'hostNetwork' is true"));
    else if (context.ipc && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted))
      errors.push(invalid(`${at}.name`, name, "may not be specified when 'hostIPC' is true"));
    return errors;
  });
}

/** Ports of the host on its network; templates need not name those of the host. */
export function validateHostPorts(spec: Piece, specPath: string): FieldError[] {
  if (!spec.hostNetwork) return [];
  const why = 'must match `containerPort` when `hostNetwork` is true';
  return eachOf(spec.containers, `${specPath}.containers`, (container, at) =>
    eachOf(container.ports, `${at}.ports`, ({ hostPort = 0, containerPort }, where) =>
      hostPort === containerPort || (hostPort === 0 && specPath !== 'spec')
        ? []
        : [invalid(`${where}.hostPort`, hostPort, why)],
    ),
  );
}

export function validatePodSecurity(spec: Piece, path: string): FieldError[] {
  const context = spec.securityContext ?? {};
  const errors: FieldError[] = [
    ...userId(context.fsGroup, `${path}.fsGroup`),
    ...userId(context.runAsUser, `${path}.runAsUser`),
    ...userId(context.runAsGroup, `${path}.runAsGroup`),
    ...eachOf(context.supplementalGroups, `${path}.supplementalGroups`, (id, at) => userId(id, at)),
  ];
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      // The internal type has it in the security context.
      invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  }
  const among = (field: string, values: readonly string[]): FieldError[] =>
    context[field] === undefined ? [] : oneOf(context[field], `${path}.${field}`, values, false);
  return [
    ...errors,
    ...validateSysctls(context.sysctls, { network: !!spec.hostNetwork, ipc: !!spec.hostIPC }, `${path}.sysctls`),
    ...among('fsGroupChangePolicy', ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...among('supplementalGroupsPolicy', ['Merge', 'Strict']),
    // While the feature SELinuxMount is off.
    ...among('seLinuxChangePolicy', ['Recursive']),
  ];
}
