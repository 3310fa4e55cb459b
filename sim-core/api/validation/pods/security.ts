import { isValidUserID } from '../../machinery/names.ts';
import {
  eachOf,
  type FieldError,
  invalid,
  invalidEach,
  need,
  notSupported,
  oneOf,
  type Piece,
  required,
} from '../common.ts';
import { internalJson } from '../internal.ts';

/** Security contexts of pods and containers. */

function userId(value: number | undefined, path: string): FieldError[] {
  return value === undefined ? [] : invalidEach(path, value, isValidUserID(value));
}

function validateSeccomp(profile: Piece, path: string): FieldError[] {
  if (!profile) return [];
  if (!profile.type) return [required(`${path}.type`, 'type is required when seccompProfile is set')];
  const errors = oneOf(profile.type, `${path}.type`, ['Localhost', 'RuntimeDefault', 'Unconfined'], false);
  const local = profile.localhostProfile;
  if (profile.type === 'Localhost') {
    if (local === undefined)
      errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    else if (local.startsWith('/') || local.split('/').includes('..')) {
      errors.push(
        invalid(
          `${path}.localhostProfile`,
          local,
          local.startsWith('/') ? 'must be a relative path' : "must not contain '..'",
        ),
      );
    }
  } else if (local !== undefined) {
    errors.push(invalid(`${path}.localhostProfile`, local, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function validateAppArmor(profile: Piece, path: string): FieldError[] {
  if (!profile) return [];
  if (!profile.type) return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  const local = profile.localhostProfile;
  switch (profile.type) {
    case 'Localhost': {
      if (local === undefined)
        return [required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost')];
      if (local.trim() !== local)
        return [invalid(`${path}.localhostProfile`, local, 'must not be padded with whitespace')];
      return local === '' ? [required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost')] : [];
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
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
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
    if (name && names.has(name))
      errors.push({
        type: 'FieldValueDuplicate',
        field: `${at}.name`,
        body: `Duplicate value: ${JSON.stringify(name)}`,
      });
    names.add(name);
    const dotted = name.replaceAll('/', '.');
    if (context.network && dotted.startsWith('net.'))
      errors.push(invalid(`${at}.name`, name, "may not be specified when 'hostNetwork' is true"));
    if (context.ipc && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted))
      errors.push(invalid(`${at}.name`, name, "may not be specified when 'hostIPC' is true"));
    return errors;
  });
}

export function validatePodSecurity(spec: Piece, path: string, specPath: string): FieldError[] {
  const context = spec.securityContext;
  const errors: FieldError[] = [];
  if (spec.hostNetwork) {
    (['containers', 'initContainers'] as const).forEach((list) => {
      errors.push(
        ...eachOf(spec[list], `${specPath}.${list}`, (container, at) =>
          eachOf(container.ports, `${at}.ports`, (port, where) =>
            port.hostPort !== port.containerPort && list === 'containers'
              ? [
                  invalid(
                    `${where}.hostPort`,
                    port.hostPort ?? 0,
                    'must match `containerPort` when `hostNetwork` is true',
                  ),
                ]
              : [],
          ),
        ),
      );
    });
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      invalid(`${specPath}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    );
  }
  if (!context) return errors;
  errors.push(
    ...userId(context.fsGroup, `${path}.fsGroup`),
    ...userId(context.runAsUser, `${path}.runAsUser`),
    ...userId(context.runAsGroup, `${path}.runAsGroup`),
    ...eachOf(context.supplementalGroups, `${path}.supplementalGroups`, (id, at) => userId(id, at)),
  );
  if (context.supplementalGroupsPolicy !== undefined) {
    errors.push(
      ...oneOf(context.supplementalGroupsPolicy, `${path}.supplementalGroupsPolicy`, ['Merge', 'Strict'], false),
    );
  }
  errors.push(
    ...validateSysctls(context.sysctls, { network: !!spec.hostNetwork, ipc: !!spec.hostIPC }, `${path}.sysctls`),
  );
  if (context.fsGroupChangePolicy !== undefined) {
    errors.push(
      ...oneOf(context.fsGroupChangePolicy, `${path}.fsGroupChangePolicy`, ['Always', 'OnRootMismatch'], false),
    );
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
}
