import { restartsAfterExit } from '../helpers/podStatus.ts';
import { isValidIPForLegacyField, parseIP } from '../machinery/ip.ts';
import { isDNS1123Subdomain, isQualifiedName, isValidUserID } from '../machinery/names.ts';
import { value as quantityValue } from '../machinery/quantity.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  invalidEach,
  nonNegative,
  notSupported,
  oneOf,
  type Piece,
  required,
  sortedKeys,
  tooLong,
} from './common.ts';
import { validateLoadBalancerAddress } from './network.ts';
import { validateAnnotationUpdates } from './pods/annotations.ts';
import { isNative, validateQuotaResourceName, validateResourceQuantity } from './resources.ts';

/**
 * Updates of statuses: pods (pkg/apis/core/validation ValidatePodStatusUpdate), ReplicaSets and Deployments (pkg/apis/apps/validation)
 * and the other kinds that count.
 */

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function validatePodStatus(now: Piece, before: Piece): FieldError[] {
  const status = now.status ?? {};
  const old = before.status ?? {};
  const errors: FieldError[] = validateAnnotationUpdates(now, before);
  (status.conditions ?? []).forEach(({ type = '' }: Piece, i: number) => {
    if (SYSTEM_CONDITIONS.has(type)) return;
    // Told of the metadata.
    errors.push(...invalidEach(`metadata.conditions[${i}].Type`, type, isQualifiedName(type)));
  });
  if ((now.spec?.nodeName ?? '') !== (before.spec?.nodeName ?? '')) {
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  }
  const { nominatedNodeName } = status;
  if (nominatedNodeName && nominatedNodeName !== old.nominatedNodeName) {
    errors.push(...invalidEach('status.nominatedNodeName', nominatedNodeName, isDNS1123Subdomain(nominatedNodeName)));
  }
  if (old.qosClass !== undefined || status.qosClass !== undefined) {
    errors.push(...immutable(status.qosClass, old.qosClass, 'status.qosClass', status.qosClass ?? ''));
  }
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    errors.push(...restartedErrors(field, status, old, before.spec ?? {}));
  }
  return [
    ...errors,
    ...claimStatusErrors(status.resourceClaimStatuses, now.spec?.resourceClaims ?? []),
    ...podAddresses(status),
    ...hostAddresses(status),
    ...userErrors(now),
    ...allocatedErrors(now),
  ];
}

/** What is told of claims whose objects were made for the pod. */
function claimStatusErrors(statuses: readonly Piece[] | undefined, claims: readonly Piece[]): FieldError[] {
  const seen = new Set<string>();
  return eachOf(statuses, 'status.resourceClaimStatuses', ({ name = '', resourceClaimName: made }, at) => {
    const errors: FieldError[] = [];
    if (!claims.some((claim) => claim.name === name))
      errors.push(invalid(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
    if (made !== undefined) errors.push(...invalidEach(`${at}.name`, made, isDNS1123Subdomain(made)));
    return errors;
  });
}

/** Users of containers on Linux have numbers; those of Windows have none. */
function userErrors({ spec, status = {} }: Piece): FieldError[] {
  const system: string = spec?.os?.name ?? 'linux';
  return Object.keys(SPECS).flatMap((field) =>
    eachOf(status[field], `status.${field}`, ({ user }, where) => {
      if (!user?.linux) return [];
      const at = `${where}.linux`;
      if (system === 'windows') return [forbidden(at, 'cannot be set for a windows pod')];
      const id = (value: number, path: string): FieldError[] => invalidEach(path, value, isValidUserID(value));
      const { uid = 0, gid = 0, supplementalGroups: groups } = user.linux;
      return [...id(uid, `${at}.uid`), ...id(gid, `${at}.gid`), ...eachOf(groups, `${at}.supplementalGroups`, id)];
    }),
  );
}

const HEALTHS = ['Healthy', 'Unhealthy', 'Unknown'];

/** Resources whose health is told belong to the container, and none is told twice. */
function allocatedErrors({ spec, status = {} }: Piece): FieldError[] {
  const none = eachOf(status.ephemeralContainerStatuses, 'status.ephemeralContainerStatuses', (one, at) =>
    one.allocatedResourcesStatus?.length
      ? [forbidden(`${at}.allocatedResourcesStatus`, 'must not be specified in container status')]
      : [],
  );
  return [
    ...['containerStatuses', 'initContainerStatuses'].flatMap((field) =>
      eachOf(status[field], `status.${field}`, (one, where) =>
        eachOf(one.allocatedResourcesStatus, `${where}.allocatedResourcesStatus`, (resource, at) => {
          const container = (spec?.[SPECS[field]] ?? []).find((other: Piece) => other.name === one.name);
          return [...foreignResource(resource, container, at), ...healthErrors(resource.resources, at)];
        }),
      ),
    ),
    ...none,
  ];
}

function foreignResource({ name = '' }: Piece, container: Piece, path: string): FieldError[] {
  if (!container) return [];
  const { claims = [], requests = {} } = container.resources ?? {};
  const isClaim = name.startsWith('claim:');
  const names: readonly string[] = isClaim
    ? claims.map((claim: Piece) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`)
    : Object.keys(requests);
  if (names.includes(name)) return [];
  const why = isClaim
    ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
    : "must match one of the container's resource requests";
  return [invalid(`${path}.name`, name, why)];
}

function healthErrors(resources: readonly Piece[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return eachOf(resources, `${path}.resources`, ({ health = '', resourceID: id = '' }, at) => {
    const errors = oneOf(health, `${at}.health`, HEALTHS, false);
    if (seen.has(id)) errors.push(duplicate(`${at}.resourceID`, id));
    seen.add(id);
    return errors;
  });
}

const SPECS: Readonly<Record<string, string>> = {
  containerStatuses: 'containers',
  initContainerStatuses: 'initContainers',
  ephemeralContainerStatuses: 'ephemeralContainers',
};

/** What ended for good stays ended. */
function restartedErrors(field: string, status: Piece, old: Piece, spec: Piece): FieldError[] {
  const ephemeral = field === 'ephemeralContainerStatuses';
  return (old[field] ?? []).flatMap((was: Piece, i: number) => {
    const ended = was.state?.terminated;
    const is = ended && (status[field] ?? []).find((one: Piece) => one.name === was.name);
    if (!is || is.state?.terminated) return [];
    const container = (spec[SPECS[field]] ?? []).find((one: Piece) => one.name === was.name) ?? { name: was.name };
    if (!ephemeral && restartsAfterExit(container, spec.restartPolicy ?? 'Always', ended.exitCode ?? 0)) return [];
    return [forbidden(`status.${field}[${i}].state`, 'may not be transitioned to non-terminated state')];
  });
}

type Addresses = 'podIPs' | 'hostIPs';

const addressesOf = (status: Piece, field: Addresses): readonly string[] =>
  (status[field] ?? []).map(({ ip = '' }: { ip?: string }) => ip);

const malformed = (status: Piece, field: Addresses): FieldError[] =>
  addressesOf(status, field).flatMap((ip, i) => isValidIPForLegacyField(`status.${field}[${i}]`, ip));

/** At most one of each family; one that is no address cannot be told to be of any. */
function families(status: Piece, field: Addresses): FieldError[] {
  const list = addressesOf(status, field);
  if (list.length < 2) return [];
  const errors: FieldError[] = [];
  const path = `status.${field}`;
  const broken = list.find((ip) => parseIP(ip) === undefined);
  if (broken !== undefined) {
    const body = `Internal error: failed to check for dual stack with error:invalid IP: ${broken}`;
    errors.push({ type: 'InternalError', field: path, body });
  }
  const six = list.filter((ip) => ip.includes(':')).length;
  if (broken !== undefined || list.length > 2 || six !== 1) {
    const shown = list.map((IP) => ({ IP }));
    errors.push(invalid(path, shown, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

function twice(status: Piece, field: Addresses): FieldError[] {
  const list = addressesOf(status, field);
  return list.flatMap((IP, i) => (list.indexOf(IP) < i ? [duplicate(`status.${field}[${i}]`, { IP })] : []));
}

const podAddresses = (status: Piece): FieldError[] => [
  ...malformed(status, 'podIPs'),
  ...families(status, 'podIPs'),
  ...twice(status, 'podIPs'),
];

function hostAddresses(status: Piece): FieldError[] {
  const [first] = addressesOf(status, 'hostIPs');
  if (first === undefined) return [];
  return [
    ...(first === (status.hostIP ?? '') ? [] : [invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`')]),
    ...malformed(status, 'hostIPs'),
    ...twice(status, 'hostIPs'),
    ...families(status, 'hostIPs'),
  ];
}

const TOO_MANY = 'cannot be greater than status.replicas';
const MORE_THAN_READY = 'cannot be greater than readyReplicas';

const REPLICA_SET = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'terminatingReplicas'];
const DEPLOYMENT = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];
const STATEFUL_SET = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'observedGeneration',
  'collisionCount',
  'availableReplicas',
];
const DAEMON_SET = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

function notNegative(status: Piece, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => nonNegative(status[field] ?? undefined, `status.${field}`));
}

function notAbove(status: Piece, fields: readonly string[]): FieldError[] {
  const { replicas = 0 } = status;
  return fields.flatMap((field) =>
    (status[field] ?? 0) > replicas ? [invalid(`status.${field}`, status[field] ?? 0, TOO_MANY)] : [],
  );
}

function availableAboveReady(
  { availableReplicas = 0, readyReplicas = 0 }: Piece,
  text = MORE_THAN_READY,
): FieldError[] {
  return availableReplicas > readyReplicas ? [invalid('status.availableReplicas', availableReplicas, text)] : [];
}

function collisionsGone(now: Piece, before: Piece): FieldError[] {
  const was = before.status?.collisionCount;
  const is = now.status?.collisionCount;
  const less = typeof was === 'number' && (typeof is !== 'number' || is < was);
  return less ? [invalid('status.collisionCount', is ?? 0, 'cannot be decremented')] : [];
}

export function validateReplicaSetStatus({ status = {} }: Piece): FieldError[] {
  return [
    ...notNegative(status, [...REPLICA_SET, 'observedGeneration']),
    ...notAbove(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
    ...availableAboveReady(status),
  ];
}

export function validateDeploymentStatus(now: Piece, before: Piece): FieldError[] {
  const { status = {} } = now;
  return [
    ...notNegative(status, DEPLOYMENT),
    ...notAbove(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
    ...availableAboveReady(status),
    ...collisionsGone(now, before),
  ];
}

export function validateStatefulSetStatus(now: Piece, before: Piece): FieldError[] {
  const { status = {} } = now;
  return [
    ...notNegative(status, STATEFUL_SET),
    ...notAbove(status, ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']),
    ...availableAboveReady(status, 'cannot be greater than status.readyReplicas'),
    ...collisionsGone(now, before),
  ];
}

export function validateDaemonSetStatus(now: Piece, before: Piece): FieldError[] {
  return [...notNegative(now.status ?? {}, DAEMON_SET), ...collisionsGone(now, before)];
}

/** A namespace that is not being deleted is active (ValidateNamespaceStatusUpdate). */
export function validateNamespaceStatus({ metadata, status = {} }: Piece): FieldError[] {
  const wanted = metadata.deletionTimestamp ? 'Terminating' : 'Active';
  const { phase = '' } = status;
  if (phase === wanted) return [];
  const not = metadata.deletionTimestamp ? 'not ' : '';
  return [invalid('status.Phase', phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${not}empty`)];
}

/** ValidateHorizontalPodAutoscalerStatusUpdate; the second path is written so. */
export function validateHpaStatus({ status = {} }: Piece): FieldError[] {
  return [
    ...nonNegative(status.currentReplicas, 'status.currentReplicas'),
    ...nonNegative(status.desiredReplicas, 'status.desiredReplicasa'),
  ];
}

const quantities = (list: Piece, path: string): FieldError[] =>
  sortedKeys(list).flatMap((name) => [
    ...validateQuotaResourceName(name, `${path}[${name}]`),
    ...validateResourceQuantity(name, list[name], `${path}[${name}]`),
  ]);

export function validateQuotaStatus({ status = {} }: Piece): FieldError[] {
  return [...quantities(status.hard, 'status.hard'), ...quantities(status.used, 'status.used')];
}

const RESIZE_STATUSES = [
  ...['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible'],
  'NodeResizePending',
];

/** Claims are of storage; other names need a domain of their own. */
function claimResource(name: string, path: string): FieldError[] {
  const wrong = invalidEach(path, name, isQualifiedName(name));
  if (wrong.length) return wrong;
  return isNative(name) && name !== 'storage' ? [notSupported(path, name, ['storage'])] : [];
}

/** ValidatePersistentVolumeClaimStatusUpdate */
export function validateClaimStatus({ spec = {}, status = {} }: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.accessModes?.length) errors.push(required('Spec.accessModes', ''));
  errors.push(...negative(status.capacity, 'status.capacity'));
  const path = 'status.allocatedResourceStatus';
  for (const name of sortedKeys(status.allocatedResourceStatuses)) {
    errors.push(...claimResource(name, path));
    if (!RESIZE_STATUSES.includes(status.allocatedResourceStatuses[name]))
      errors.push(notSupported(path, name, RESIZE_STATUSES));
  }
  for (const name of sortedKeys(status.allocatedResources)) {
    const wrong = claimResource(name, 'status.allocatedResources');
    const some = { [name]: status.allocatedResources[name] };
    errors.push(...(wrong.length ? wrong : negative(some, 'status.allocatedResources')));
  }
  return errors;
}

/** validateBasicResource: the value is shown as a number. */
function negative(list: Piece, path: string): FieldError[] {
  return sortedKeys(list).flatMap((name) => {
    const value = quantityValue(list[name]);
    return value < 0 ? [invalid(`${path}[${name}]`, value, 'must be a valid resource quantity')] : [];
  });
}

const ATTACHMENT_BYTES_MAX = 256 * 1024;
const ATTACH_ERROR_MAX = 1024;

/** ValidateVolumeAttachmentUpdate, through its status. */
export function validateAttachmentStatus({ status = {} }: Piece): FieldError[] {
  const metadata: Readonly<Record<string, string>> = status.attachmentMetadata ?? {};
  const bytes = Object.entries(metadata).reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  const errors = sortedKeys(metadata)
    .filter((key) => key === '')
    .map((key) => invalid('status.attachmentMetadata', key, 'key must not be empty'));
  if (bytes > ATTACHMENT_BYTES_MAX) errors.push(tooLong('status.attachmentMetadata', ATTACHMENT_BYTES_MAX));
  for (const field of ['attachError', 'detachError'])
    if ((status[field]?.message ?? '').length > ATTACH_ERROR_MAX)
      errors.push(tooLong(`status.${field}.message`, ATTACH_ERROR_MAX));
  return errors;
}

/** Addresses that an ingress is reached at. */
export const validateIngressStatus = ({ status = {} }: Piece): FieldError[] =>
  eachOf(status.loadBalancer?.ingress, 'status.loadBalancer.ingress', validateLoadBalancerAddress);

export function validatePdbStatus({ status = {} }: Piece): FieldError[] {
  return notNegative(status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']);
}

/** Could the counts of a ReplicaSet's or Deployment's status be wrong? Quick: most are right. */
export function hasPlausibleCounts(now: Piece, before: Piece): boolean {
  const status = now.status;
  if (status === undefined || status === null) return true;
  const {
    replicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
    updatedReplicas = 0,
    fullyLabeledReplicas = 0,
  } = status;
  if (replicas < 0 || availableReplicas < 0 || updatedReplicas < 0 || fullyLabeledReplicas < 0) return false;
  if (availableReplicas > readyReplicas || readyReplicas > replicas) return false;
  if (updatedReplicas > replicas || fullyLabeledReplicas > replicas) return false;
  if (status.terminatingReplicas < 0 || status.unavailableReplicas < 0 || status.observedGeneration < 0) return false;
  return status.collisionCount === before.status?.collisionCount;
}
