import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { type FieldError, forbidden, invalid, invalidEach, type Piece } from '../common.ts';
import { containersOf } from './places.ts';

/** What pods of Windows and of Linux may not set, and processes of the host (ValidatePodSpec, pkg/apis/core/validation). */

const CREDENTIAL_SPEC_MAX = 64 * 1024;
const CONTROL = /[\u0000-\u001f\u007f]/;

export function validateWindowsOptions(options: Piece, path: string): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  const errors: FieldError[] = [];
  if (name !== undefined) errors.push(...invalidEach(`${path}.gmsaCredentialSpecName`, name, isDNS1123Subdomain(name)));
  const wrong = (field: string, value: string, why: string) =>
    errors.push(invalid(`${path}.${field}`, value, `${field} ${why}`));
  if (spec === '') wrong('gmsaCredentialSpec', spec, 'cannot be an empty string');
  else if (spec?.length > CREDENTIAL_SPEC_MAX) wrong('gmsaCredentialSpec', spec, 'size must be under 64 KiB');
  if (user === '') wrong('runAsUserName', user, 'cannot be an empty string');
  else if (user !== undefined && CONTROL.test(user)) wrong('runAsUserName', user, 'cannot contain control characters');
  else if (user?.split('\\').length > 2) wrong('runAsUserName', user, 'cannot contain more than one backslash');
  else if (user !== undefined) errors.push(...validateUserName(user, `${path}.runAsUserName`));
  return errors;
}

const NETBIOS_NAME = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** DOMAIN\USER, or a user alone. */
function validateUserName(name: string, path: string): FieldError[] {
  const [first, second] = name.split('\\');
  const [domain, user] = second === undefined ? [undefined, first] : [first, second];
  const errors: FieldError[] = [];
  const wrong = (isWrong: boolean, why: string) => {
    if (isWrong) errors.push(invalid(path, name, `runAsUserName's ${why}`));
  };
  if (domain !== undefined) {
    wrong(domain.length >= 256, 'Domain length must be under 256 characters');
    wrong(!NETBIOS_NAME.test(domain) && !DNS_NAME.test(domain), "Domain doesn't match the NetBios nor the DNS format");
  }
  wrong(user === '', 'User cannot be empty');
  wrong(user.length > 104, 'User length must not be longer than 104 characters');
  wrong(/^[. ]+$/.test(user), 'User cannot contain only periods or spaces');
  wrong(/["/\\:;|=,+*?<>@[\]]/.test(user), 'User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return errors;
}

function eachContainer(
  spec: Piece,
  path: string,
  check: (container: Piece, path: string) => FieldError[],
): FieldError[] {
  return containersOf(spec, path).flatMap(({ container, at }) => check(container, at));
}

/** Fields of Linux, in the order in which they are told. */
const POD_FIELDS = ['appArmorProfile', 'seLinuxOptions'];
const HOST_FIELDS = ['hostUsers', 'hostPID', 'hostIPC'];
const FIRST_FIELDS = ['seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls'];
const LAST_FIELDS = [
  ...['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'],
];
const CONTAINER_FIELDS = [
  ...['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged'],
  ...['allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'],
];

function validateWindows(spec: Piece, path: string): FieldError[] {
  const set = (holder: Piece, at: string, fields: readonly string[]): FieldError[] =>
    fields
      .filter((field) => holder?.[field] !== undefined && !(BOOLEANS.has(field) && holder[field] === false))
      .map((field) => forbidden(`${at}.${field}`, 'cannot be set for a windows pod'));
  const at = `${path}.securityContext`;
  return [
    ...set(spec.securityContext, at, POD_FIELDS),
    ...set(spec, path, HOST_FIELDS),
    ...set(spec.securityContext, at, FIRST_FIELDS),
    ...set(spec, path, ['shareProcessNamespace']),
    ...set(spec.securityContext, at, LAST_FIELDS),
    ...eachContainer(spec, path, (container, where) =>
      set(container.securityContext, `${where}.securityContext`, CONTAINER_FIELDS),
    ),
  ];
}

/** Fields that are the same unset and false. */
const BOOLEANS: ReadonlySet<string> = new Set(['hostPID', 'hostIPC']);

function validateLinux(spec: Piece, path: string): FieldError[] {
  const check = (holder: Piece, at: string): FieldError[] =>
    holder.securityContext?.windowsOptions
      ? [forbidden(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod')]
      : [];
  return [...check(spec, path), ...eachContainer(spec, path, check)];
}

/** Of pods that say what they are made for. */
export function validateForSystem(spec: Piece, path: string): FieldError[] {
  if (spec.os?.name === 'linux') return validateLinux(spec, path);
  return spec.os?.name === 'windows' ? validateWindows(spec, path) : [];
}

/** Processes of the host: all containers or none, on the host's network. */
export function validateHostProcess(spec: Piece, path: string): FieldError[] {
  const ofPod: boolean | undefined = spec.securityContext?.windowsOptions?.hostProcess;
  let all = 0;
  let processes = 0;
  const errors = eachContainer(spec, path, (container, at) => {
    const own: boolean | undefined = container.securityContext?.windowsOptions?.hostProcess;
    all++;
    if (own ?? ofPod) processes++;
    if (own === undefined || ofPod === undefined || own === ofPod) return [];
    const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
    return [invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, why)];
  });
  if (processes === 0) return errors;
  if (processes !== all) {
    const why = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', why));
  }
  if (spec.hostNetwork) return errors;
  return [
    ...errors,
    invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'),
  ];
}

/** A pod with users of its own has namespaces of its own. */
export function validateHostUsers(spec: Piece, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  return ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((field) => spec[field])
    .map((field) =>
      forbidden(`${path}.${field === 'hostNetwork' ? field : `H${field.slice(1)}`}`, 'when `hostUsers` is false'),
    );
}
